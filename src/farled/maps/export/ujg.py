"""A map as a User Journey Graph (JSON-LD), experimental: the draft still changes, so its version is pinned."""

import json
from collections.abc import Mapping
from typing import Any, Final

from farled.maps.draw.words import amount
from farled.maps.export.taken import Taken

VERSION: Final = "1.0"
CONTEXT: Final = {
    "@vocab": "https://ujg.specs.openuji.org/ed/ns/core#",
    "id": "@id",
    "type": "@type",
    "items": "@graph",
}
EXTENSION: Final = "eu.farled"


def ujg(taken: Taken) -> bytes:
    """Return phases, steps, touchpoints, pain points, and transitions as measured with their replay status.

    A status is *conformant* (on to the same or the next phase), *optional* (phases skipped that are seldom seen),
    *violation* (backward, or over a phase that is seen), *drop-off* (journeys that ended there) or *undetermined* (not
    measured or hidden).
    """
    map_ = taken.map
    places = {point.id: at for at, phase in enumerate(map_.phases) for point in phase.touchpoints}
    ways = _ways(taken, places)
    items: list[dict[str, Any]] = [_journey(taken, ways)]
    for at, phase in enumerate(map_.phases):
        items.append({"type": "Phase", "id": _urn(taken, "phase", phase.id), "label": phase.name, "order": at + 1})
        for point in phase.touchpoints:
            items += _steps(taken, phase.id, point.id, point.name, point.channel)
    items += ways
    items += [_pain(taken, pain.id, pain.at, pain.text) for pain in map_.pain_points]
    document = {"@context": CONTEXT, "type": "UJGDocument", "specVersion": VERSION, "items": items}
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _urn(taken: Taken, kind: str, name: str) -> str:
    return f"urn:farled:{taken.map.map.id}:{kind}:{name}"


def _journey(taken: Taken, ways: list[dict[str, Any]]) -> dict[str, Any]:
    points = [point.id for _, point in taken.map.touchpoints()]
    start = {"startState": _urn(taken, "state", points[0])} if points else {}
    measured = taken.snapshot or {}
    about = {"map_hash": taken.map.hash, "period": measured.get("period"), "goal": taken.map.map.goal.text}
    return {
        "type": "Journey",
        "id": _urn(taken, "journey", taken.map.map.id),
        "label": taken.map.map.title,
        **start,
        "stateRefs": [_urn(taken, "state", point) for point in points],
        "transitionRefs": [way["id"] for way in ways],
        "extensions": {EXTENSION: about},
    }


def _steps(taken: Taken, phase: str, point: str, name: str, channel: str) -> list[dict[str, Any]]:
    found = ((taken.snapshot or {}).get("touchpoints") or {}).get(point) or {}
    ended = amount(((taken.snapshot or {}).get("ends") or {}).get(point))
    told = {
        "customers": found.get("customers"),
        "ended": {"journeys": ended, "status": "undetermined" if ended is None else "drop-off"},
    }
    return [
        {"type": "State", "id": _urn(taken, "state", point), "label": name, "tags": [f"phase:{phase}"]},
        {
            "type": "Touchpoint",
            "id": _urn(taken, "touchpoint", point),
            "label": taken.map.channel(channel).name,
            "channel": channel,
        },
        {
            "type": "ExperienceStep",
            "id": _urn(taken, "step", point),
            "label": name,
            "stateRefs": [_urn(taken, "state", point)],
            "phaseRef": _urn(taken, "phase", phase),
            "touchpointRefs": [_urn(taken, "touchpoint", point)],
            "extensions": {EXTENSION: told},
        },
    ]


def _ways(taken: Taken, places: Mapping[str, int]) -> list[dict[str, Any]]:
    found = (taken.snapshot or {}).get("transitions") or ()
    known = [way for way in found if way.get("from") in places and way.get("to") in places]
    return [
        {
            "type": "Transition",
            "id": _urn(taken, "transition", f"{way['from']}:{way['to']}"),
            "from": _urn(taken, "state", way["from"]),
            "to": _urn(taken, "state", way["to"]),
            "extensions": {
                EXTENSION: {
                    "journeys": way.get("journeys"),
                    "occurrences": way.get("occurrences"),
                    "status": _status(taken, way, places),
                }
            },
        }
        for way in known
    ]


def _status(taken: Taken, way: Mapping[str, Any], places: Mapping[str, int]) -> str:
    start, end = places[way["from"]], places[way["to"]]
    if amount(way.get("journeys")) is None:
        return "undetermined"
    if end < start:
        return "violation"
    if end - start <= 1:
        return "conformant"
    phases = (taken.snapshot or {}).get("phases") or {}
    over = [phases.get(phase.id) or {} for phase in taken.map.phases[start + 1 : end]]
    seen = [(phase.get("coverage") or {}).get("seen") for phase in over]
    return "optional" if all(share is not None and share < 0.5 for share in seen) else "violation"


def _pain(taken: Taken, id_: str, at: str, text: str) -> dict[str, Any]:
    inside = [point.id for phase, point in taken.map.touchpoints() if at in (phase.id, point.id)]
    return {
        "type": "PainPoint",
        "id": _urn(taken, "pain", id_),
        "label": text,
        "graphRefs": [_urn(taken, "state", point) for point in inside],
    }
