"""Maps and snapshots for hypothesis."""

from datetime import date

from hypothesis import strategies as st

from farled.maps.model import MapFile

LETTERS = "abcdefghijklmnoprstuvyåäöæøéABCDEÅÄÖ"
CHANNELS = ["web", "email", "store", "support", "app", "social", "search", "chat", "phone"]
words = st.text(LETTERS, min_size=1, max_size=14)


def names(longest=60):
    return st.lists(words, min_size=1, max_size=9).map(lambda parts: " ".join(parts)[:longest].strip())


def number(value, half, n):
    return {"value": value, "low": value - half, "high": value + half, "n": n}


feelings = st.one_of(
    st.none(),
    st.just({"value": None, "reason": "hidden", "n": "1-9"}),
    st.builds(number, st.floats(-1.8, 1.8).map(lambda v: round(v, 2)), st.just(0.2), st.sampled_from([12, 3400])),
)


@st.composite
def maps(draw):
    """A map and what was measured on it, or None."""
    phases = [
        {
            "id": f"p{at}",
            "name": draw(names()),
            "owner": draw(st.sampled_from(["alpha", "beta"])),
            "customer_goal": draw(names(90)),
            "thinks": draw(names(90)),
            "feels": {"claim": draw(st.integers(-20, 20)) / 10, "words": [draw(names(40))]},
            "touchpoints": [],
        }
        for at in range(draw(st.integers(1, 12)))
    ]
    ids = [f"t{at}" for at in range(draw(st.integers(0, 60)))]
    for id_ in ids:
        draw(st.sampled_from(phases))["touchpoints"].append(
            {
                "id": id_,
                "name": draw(names()),
                "channel": draw(st.sampled_from(CHANNELS)),
                "owner": draw(st.sampled_from(["alpha", "beta"])),
                "milestone": draw(st.booleans()),
                "observe": {"event": id_},
            }
        )
    content = MapFile.model_validate(
        {
            "farled": 1,
            "map": {
                "id": "random",
                "title": draw(names()),
                "language": "sv",
                "journey_type": "purchase",
                "goal": {"text": draw(names(90)), "metric": "nps", "target": 40, "by": date(2027, 1, 1)},
            },
            "departments": {"alpha": draw(names(30)), "beta": draw(names(30))},
            "metrics": {"nps": {"kind": "nps", "name": draw(names())}},
            "personas": [
                {"id": f"q{at}", "name": draw(names()), "wants": [draw(names())], "struggles": [draw(names())]}
                for at in range(draw(st.integers(0, 8)))
            ],
            "phases": phases,
            "pain_points": [{"id": "pain", "at": "p0", "text": draw(names(90))}],
            "moments_of_truth": [{"id": "moment", "at": ids[0] if ids else "p0", "why": "so"}],
        }
    )
    return content, draw(st.one_of(st.none(), snapshots(content, ids)))


@st.composite
def snapshots(draw, content, ids):
    """What might have been measured."""
    places = {id_: at for at, phase in enumerate(content.phases) for id_ in [t.id for t in phase.touchpoints]}
    pairs = (
        st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=25, unique=True)
        if ids
        else st.just([])
    )
    return {
        "map_hash": "12345678",
        "period": ["2026-01-01", "2026-04-01"],
        "journeys": {"n": 10_000},
        "phases": {
            phase.id: {
                "reached": draw(st.integers(0, 3_000_000)),
                "completion": number(draw(st.integers(10, 90)) / 100, 0.021, 1000),
                "previous": number(0.5, 0.02, 900),
                "coverage": {"value": draw(st.sampled_from([0, 0.5, 1]))},
                "feeling": draw(feelings),
            }
            for phase in content.phases
        },
        "touchpoints": {id_: {"customers": draw(st.sampled_from([0, 20, 900, 9000]))} for id_ in ids},
        "transitions": [
            {"from": a, "to": b, "journeys": draw(st.sampled_from([20, 150, 4000])), "backward": places[b] < places[a]}
            for a, b in draw(pairs)
            if a != b
        ],
        "ends": {id_: draw(st.sampled_from([0, 120, 4000])) for id_ in ids},
        "metrics": {},
        "personas": {
            persona.id: {
                "share": number(0.31, 0.01, 10_000),
                "phases": {phase.id: {"feeling": draw(feelings)} for phase in content.phases},
            }
            for persona in content.personas
        },
        "unmapped": [{"event": f"event_{at}", "channel": "web", "journeys": 100, "share": 0.01} for at in range(7)],
    }
