"""Transitions: customers going from one touchpoint to the next, and which of them are drawn."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, Final

from farled.maps.draw.content import every, owner_of
from farled.maps.draw.touchpoints import RARE, most_journeys
from farled.maps.draw.view import TransitionView
from farled.maps.draw.words import Words, amount
from farled.maps.model import MapFile

MANY: Final = 24  # from here on only the main transitions are drawn
COMMON: Final = 0.05  # share of journeys from which a transition to another phase is always a main one

Way = Mapping[str, Any]


def transitions(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[tuple[TransitionView, ...], str]:
    """Return the transitions, most frequent first, and a text on those that are not drawn."""
    places = {touchpoint.id: at for at, touchpoint in every(content)}
    found = [way for way in snapshot.get("transitions", []) if way["from"] in places and way["to"] in places]
    found = [way for way in found if amount(way.get("journeys"))]
    found.sort(key=lambda way: (-_journeys(way), way["from"], way["to"]))
    n = amount((snapshot.get("journeys") or {}).get("n")) or 0.0
    main = main_ways(found, places, n)
    most = most_journeys(snapshot)
    owners = {touchpoint.id: owner_of(touchpoint, content.phases[at]) for at, touchpoint in every(content)}
    names = {touchpoint.id: touchpoint.name for _, touchpoint in every(content)}
    around = _Around(words, most, main, owners, names)
    ways = tuple(_transition(way, around) for way in found)
    back = {(way["from"], way["to"]) for way in found if places[way["from"]] == places[way["to"]]}
    ways = _with_returns(ways, back)
    left = [way for way in found if (way["from"], way["to"]) not in main]
    text = words.translate.ngettext(
        "{ways} further transition, not drawn",
        "{ways} further transitions, not drawn",
        len(left),
    )
    return ways, text.format(ways=words.count(len(left))) if left else ""


def main_ways(found: Sequence[Way], places: Mapping[str, int], n: float) -> set[tuple[str, str]]:
    """Return the transitions to draw, as pairs of ids.

    Those of at least 1 % of journeys. Where these are many: of each touchpoint the most frequent one that leaves and
    that arrives, both ways of a pair within a phase, and each to another phase with at least 5 % of journeys.

    Args:
        found: Transitions, most frequent first.
        places: Phase of each touchpoint.
        n: Journeys on the map.
    """
    common = [(way["from"], way["to"], _journeys(way)) for way in found if _journeys(way) >= RARE * n]
    if len(common) <= MANY:
        return {(start, end) for start, end, _ in common}
    leaves, arrives = _first(start for start, _, _ in common), _first(end for _, end, _ in common)
    main = {
        (start, end)
        for at, (start, end, journeys) in enumerate(common)
        if leaves[start] == at or arrives[end] == at or (places[start] != places[end] and journeys >= COMMON * n)
    }
    pairs = {(start, end) for start, end, _ in common}
    return main | {(end, start) for start, end in main if places[start] == places[end] and (end, start) in pairs}


def _first(names: Iterable[str]) -> dict[str, int]:
    first: dict[str, int] = {}
    for at, name in enumerate(names):
        first.setdefault(name, at)
    return first


def _journeys(way: Way) -> float:
    return amount(way["journeys"]) or 0.0


@dataclass(frozen=True, slots=True)
class _Around:
    """What all transitions of a map share."""

    words: Words
    most: float
    main: Collection[tuple[str, str]]
    owners: Mapping[str, str | None]
    names: Mapping[str, str]


def _transition(way: Way, around: _Around) -> TransitionView:
    start, end, journeys = str(way["from"]), str(way["to"]), _journeys(way)
    words, owners, names = around.words, around.owners, around.names
    handoff = bool(owners[start] and owners[end] and owners[start] != owners[end])
    card = [words._("{start} to {end}", start=names[start], end=names[end])]
    card.append(words.journeys(journeys))
    if amount(way.get("occurrences")) is not None:
        card.append(words._("{n} times in all", n=words.count(amount(way["occurrences"]) or 0)))
    card += [words._("backward")] if way.get("backward") else []
    card += [words._("the owner changes")] if handoff else []
    return TransitionView(
        start=start,
        end=end,
        weight=sqrt(journeys / around.most),
        is_backward=bool(way.get("backward")),
        is_rare=(start, end) not in around.main,
        is_handoff=handoff,
        card=tuple(card),
    )


def _with_returns(ways: Sequence[TransitionView], back: Collection[tuple[str, str]]) -> tuple[TransitionView, ...]:
    """Join each transition with the one back, which the more frequent of the two shows."""
    places = {(way.start, way.end): at for at, way in enumerate(ways)}
    joined = []
    for at, way in enumerate(ways):
        other = places[way.end, way.start] if (way.end, way.start) in back else at
        if other != at and ways[other].is_rare == way.is_rare:
            returns = ways[other].card if at < other else ()
            joined.append(replace(way, returns=returns, is_return=at > other))
        else:
            joined.append(way)
    return tuple(joined)
