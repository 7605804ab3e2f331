"""Snapshots, findings and journeys for any map: numbers as they might be, the same each time."""

import itertools
from pathlib import Path

import farled
from farled.maps.load import load, loads
from farled.maps.walk import Felt, Stop, Walk

HERE = Path(farled.__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
DAY = 86_400_000_000


def number(value, half, n, **more):
    return {"value": round(value, 4), "low": round(value - half, 4), "high": round(value + half, 4), "n": n, **more}


def measured(map_, shift=0.0, period=("2026-07-01", "2026-10-01")):
    """A snapshot of a map: fewer customers from phase to phase, feelings up and down."""
    phases, touchpoints, reached = {}, {}, 12_480
    for at, phase in enumerate(map_.phases):
        went = 0.62 - 0.07 * (at % 5) + shift
        phases[phase.id] = {
            "reached": reached,
            "entered": reached,
            "now_here": reached // 7,
            "completion": number(went, 0.02, reached),
            "previous": number(went - 0.06 * (at % 2), 0.02, reached),
            "coverage": {"value": [1.0, 0.4, 0.0][at % 3 if at % 4 == 3 else 0], "observed": 1.0},
            "feeling": number(1.2 - 0.7 * (at % 5) + 3 * shift, 0.25, 18 + 40 * (at % 3)),
        }
        for place, touchpoint in enumerate(phase.touchpoints):
            customers = reached // (1 + place % 4) if place % 7 != 6 else 0
            touchpoints[touchpoint.id] = {
                "customers": customers,
                "share": number(customers / 12_480 + shift / 2, 0.01, 12_480),
                "events": 2 * customers,
                "onward": number(0.5, 0.1, max(customers, 1)),
                "feeling": None,
            }
        reached = max(12, int(reached * went))
    ids = list(touchpoints)
    pairs = [*itertools.pairwise(ids), *zip(ids, ids[3:], strict=False), *zip(ids[5:], ids, strict=False)]
    return {
        "map_hash": "12345678",
        "period": list(period),
        "journeys": {"n": 12_480, "customers": 12_480},
        "phases": phases,
        "touchpoints": touchpoints,
        "transitions": [
            {"from": a, "to": b, "journeys": 4000 // (1 + at % 9), "backward": ids.index(b) < ids.index(a)}
            for at, (a, b) in enumerate(pairs)
        ],
        "ends": {id_: 1500 // (1 + at % 5) for at, id_ in enumerate(ids) if at % 2},
        "metrics": {
            id_: number(0.2 + 0.05 * at + shift, 0.03, 900, series=[0.1, 0.2, 0.15, 0.2]) | {"state": "under"}
            for at, id_ in enumerate(map_.metrics)
        },
        "personas": {
            persona.id: {
                "share": number(0.3, 0.01, 12_480),
                "phases": {phase.id: {"feeling": number(0.3, 0.4, 40)} for phase in map_.phases},
            }
            for persona in map_.personas
        },
        "unmapped": [{"event": f"event_{at}", "channel": "web", "journeys": 90 - at, "share": 0.01} for at in range(7)],
    }


def findings(map_):
    """A finding of each severity, at phases, touchpoints, personas, notes and metrics."""
    objects = [phase.id for phase in map_.phases] + [point.id for _, point in map_.touchpoints()]
    objects += [each.id for each in (*map_.personas, *map_.pain_points, *map_.opportunities)] + list(map_.metrics)
    return tuple(
        {
            "fingerprint": f"{at:012x}",
            "rule": "S03",
            "objects": [id_],
            "severity": "EWI"[at % 3],
            "state": ["open", "accepted", "reopened", "dismissed"][at % 4],
            "text": f"At this place {at} of a hundred customers wait for an answer that nobody gives.",
            "cure": "Give it.",
        }
        for at, id_ in enumerate(objects)
    )


def walk(map_):
    """A journey over every touchpoint and back, with an event that is not on the map."""
    ids = [point.id for _, point in map_.touchpoints()]
    way = [*ids[:20], *reversed(ids[:9]), None, *ids[:4]]
    stops = tuple(
        Stop(
            at, id_, "event", "web", at * DAY, at * DAY + DAY // (1 + at % 2), 1 + at % 3, 1.0 if at % 5 == 0 else None
        )
        for at, id_ in enumerate(way, 1)
    )
    felt = {phase.id: Felt(1.5 - at, 2) for at, phase in enumerate(map_.phases) if at < 4}
    return Walk("customer", stops, "K7Q2-M9XA", map_.phases[-1].id, True, felt, 1, 3, 12)


def of_phases(phases, touchpoints):
    """A map of so many phases with so many touchpoints, long names among them."""
    channels = ["web", "email", "store", "support", "app", "social", "search"]
    names = ["Kassa", "Påminnelse om varukorg", "Råd av en människa i butiken", "Ärende hos kundtjänst", "Sökträff"]
    lines = ["farled: 1", "map:", "  id: m", "  title: En karta", "  language: sv", "  journey_type: purchase"]
    lines += ["  goal: {text: Fler, metric: rate, target: 0.1, by: 2027-01-01}"]
    lines += ["metrics:", "  rate: {kind: csat, name: Nöjda kunder}", "phases:"]
    for at in range(phases):
        lines += [
            f"  - id: p{at}",
            f"    name: {['Medvetenhet', 'Övervägande', 'Köp'][at % 3]} {at}",
            "    owner: shop",
        ]
        lines += [f"    customer_goal: {names[at % 5]} och {names[(at + 1) % 5]}", "    challenges: [Ett, Två]"]
        lines += ["    feels: {claim: 0.5, words: [nyfiken, osäker]}", "    kpis: [{metric: rate, target: 0.5}]"]
        lines += ["    touchpoints:"]
        for place in range(at, touchpoints, phases):
            name, channel = f"{names[place % 5]} {place}", channels[place % 7]
            lines += [f"      - {{id: t{place}, name: {name}, channel: {channel}, observe: {{event: e{place}}}}}"]
    return loads("\n".join([*lines, "departments: {shop: Butik}"]) + "\n")


MAPS = {
    "demo": lambda: load(HERE / "demo" / "maps" / "nordbod-purchase.yaml"),
    "b2b": lambda: load(HERE / "demo" / "maps" / "nordbod-business.yaml"),
    "olist": lambda: load(EXAMPLES / "olist" / "maps" / "olist-buyers.yaml"),
    "twelve": lambda: of_phases(12, 60),
    "one": lambda: of_phases(1, 14),
}
