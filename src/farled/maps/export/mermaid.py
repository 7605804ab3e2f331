"""A map as a Mermaid journey: sections are phases, tasks are touchpoints, scores are feelings."""

import re
from collections.abc import Mapping
from typing import Any, Final

from farled.locale import N_, translator
from farled.maps.draw.reading import view
from farled.maps.export.lanes import one_line
from farled.maps.export.taken import Taken
from farled.maps.touchpoint import Phase, Touchpoint

CUSTOMER: Final = N_("Customer")
UNKNOWN: Final = "%% no feeling known: the 3 only fills the place"
_WORDS: Final = re.compile(r"(journey|section|title|acctitle|accdescr)", re.IGNORECASE)
_LOUD: Final = re.compile(r"[#:;,%{}\"<>&]")


def mermaid(taken: Taken) -> bytes:
    """Return the map as a Mermaid journey.

    The score of a touchpoint is its feeling plus 3, rounded: measured where it is, else claimed; at the touchpoint,
    else in its phase. Where no feeling is known the notation still wants a score, and a comment says so.
    """
    seen = view(taken.map, taken.snapshot, taken.language)
    lines = [
        "journey",
        f"  title {escaped(taken.map.map.title)}",
        f"  accTitle: {escaped(taken.map.map.title)}",
        f"  accDescr: {escaped(seen.description)}",
    ]
    names = {persona.id: persona.name for persona in taken.map.personas}
    for phase in taken.map.phases:
        lines.append(f"  section {escaped(phase.name)}")
        for point in phase.touchpoints:
            score = _score(taken.snapshot or {}, phase, point)
            lines += [] if score is not None else [f"    {UNKNOWN}"]
            people = [names.get(id_, id_) for id_ in point.personas or names] or [everyone(taken.language)]
            told = ", ".join(map(escaped, people))
            lines.append(f"    {escaped(point.name)}: {3 if score is None else score}: {told}")
    return ("\n".join(lines) + "\n").encode()


def escaped(text: str) -> str:
    """Return a text in which nothing is read as notation; Mermaid shows the letters again.

    >>> escaped("Title: a #1")
    '#84;itle#58; a #35;1'
    """
    line = _LOUD.sub(lambda found: f"#{ord(found[0])};", one_line(text))
    return f"#{ord(line[0])};{line[1:]}" if _WORDS.match(line) else line


def everyone(language: str) -> str:
    """Return the actor of touchpoints where the map has no persona."""
    return translator(language)(CUSTOMER)


def _score(snapshot: Mapping[str, Any], phase: Phase, point: Touchpoint) -> int | None:
    measured = (snapshot.get("touchpoints") or {}).get(point.id) or {}
    of_phase = (snapshot.get("phases") or {}).get(phase.id) or {}
    felt = [(measured.get("feeling") or {}).get("value"), point.feels.claim if point.feels else None]
    felt += [(of_phase.get("feeling") or {}).get("value"), phase.feels.claim if phase.feels else None]
    known = [value for value in felt if value is not None]
    return min(5, max(1, int(known[0] + 3.5))) if known else None
