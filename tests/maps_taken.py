"""Maps as they are taken along, for tests of files."""

import datetime as dt
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from farled.maps.export.formats import export
from farled.maps.export.taken import Taken
from farled.maps.importing.opening import Around, imported
from farled.maps.load import loads
from farled.maps.yaml import read_yaml, yaml_text

NORDBOD = (Path(__file__).parent / "maps" / "draw" / "nordbod.yaml").read_text(encoding="utf-8")
SMALL = (
    "farled: 1\nmap: {id: m, title: Köp, language: sv, journey_type: purchase, "
    "goal: {text: Mer, metric: g, target: 0.5, by: 2027-01-01}}\n"
    "metrics: {g: {kind: repeat, event: order, within: 30d}}\n"
    "phases:\n  - {id: a, name: Se, touchpoints: [{id: t, name: Sida, channel: web}]}\n  - {id: b, name: Köp}\n"
)
TODAY = dt.date(2026, 10, 1)
LOUD = [
    "=1+1",
    "+46",
    "-dash",
    "@home",
    "a: b; c",
    "# no",
    "section one",
    "Title",
    "50 % %%",
    "x [y] (z)",
    "journey",
    '"q"',
    "a, b",
]
names = st.one_of(
    st.sampled_from(LOUD),
    st.text("abcåäöæøéABC 0123456789:;#,%()[]{}<>&\"'=+-@|*_`\\", min_size=1, max_size=24).map(str.strip).filter(bool),
).map(lambda text: " ".join(text.split()))


read = cache(loads)


def taken(text=NORDBOD, snapshot=None, language="sv", **more):
    """A map file with what goes along."""
    return Taken(read(text), text, snapshot, language, **more)


def through(what, ending, folder, language="sv"):
    """A map exported and imported again."""
    file = folder / f"again{ending}"
    file.write_bytes(export(what, file))
    return imported(file, Around(language, TODAY))


@st.composite
def texts_of_maps(draw):
    """Map files with names that other notations stumble over."""
    document = read_yaml("farled: 1\nmap: {id: m, title: T, language: sv, journey_type: purchase}\n", "m")
    document["map"]["title"] = draw(names)
    document["map"]["goal"] = {"text": draw(names), "metric": "g", "target": 0.5, "by": TODAY}
    document["departments"] = {"one": draw(names), "two": draw(names)}
    document["channels"] = {"own": {"name": draw(names)}}
    document["metrics"] = {"g": {"kind": "repeat", "event": draw(names), "within": "30d"}}
    people = [{"id": f"q{at}", "name": draw(names)} for at in range(draw(st.integers(0, 3)))]
    if people:
        document["personas"] = people
    document["phases"] = [_phase(draw, at, people) for at in range(draw(st.integers(1, 4)))]
    document["pain_points"] = [{"id": "pain", "at": "p0", "text": draw(names)}]
    statuses = ["proposed", "planned", "testing", "done"]
    document["opportunities"] = [
        {"id": "chance", "at": "p0", "text": draw(names), "status": draw(st.sampled_from(statuses))}
    ]
    return yaml_text(document)


def _phase(draw, at, people):
    phase = {"id": f"p{at}", "name": draw(names), "owner": "one", "does": draw(names)}
    if draw(st.booleans()):
        phase["feels"] = {"claim": draw(st.integers(-20, 20)) / 10}
    phase["touchpoints"] = [
        {
            "id": f"t{at}-{number}",
            "name": draw(names),
            "channel": draw(st.sampled_from(["own", "email", "store"])),
            "customer_action": draw(st.booleans()),
            **({"owner": "two"} if draw(st.booleans()) else {}),
            **({"personas": [people[0]["id"]]} if people and draw(st.booleans()) else {}),
        }
        for number in range(draw(st.integers(0, 4)))
    ]
    return phase
