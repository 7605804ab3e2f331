"""Transitions: customers going from one touchpoint to the next, and which of them are drawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any, Final

from farled.maps.draw.content import every, name_of, owner_of
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
    ways = tuple(_transition(content, way, words, most, (way["from"], way["to"]) in main) for way in found)
    back = {(way["from"], way["to"]) for way in found if places[way["from"]] == places[way["to"]]}
    ways = tuple(_with_return(way, ways) if (way.end, way.start) in back else way for way in ways)
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


def _transition(content: MapFile, way: Way, words: Words, most: float, is_main: bool) -> TransitionView:
    start, end, journeys = str(way["from"]), str(way["to"]), _journeys(way)
    owners = {touchpoint.id: owner_of(touchpoint, content.phases[at]) for at, touchpoint in every(content)}
    handoff = bool(owners[start] and owners[end] and owners[start] != owners[end])
    card = [words._("{start} to {end}", start=name_of(content, start), end=name_of(content, end))]
    card.append(words.journeys(journeys))
    if amount(way.get("occurrences")) is not None:
        card.append(words._("{n} times in all", n=words.count(amount(way["occurrences"]) or 0)))
    card += [words._("backward")] if way.get("backward") else []
    card += [words._("the owner changes")] if handoff else []
    return TransitionView(
        start=start,
        end=end,
        weight=sqrt(journeys / most),
        is_backward=bool(way.get("backward")),
        is_rare=not is_main,
        is_handoff=handoff,
        card=tuple(card),
    )


def _with_return(way: TransitionView, ways: Sequence[TransitionView]) -> TransitionView:
    """Join a transition with the one back, which the more frequent of the two shows."""
    other = next(other for other in ways if (other.start, other.end) == (way.end, way.start))
    if other.is_rare != way.is_rare:
        return way
    is_first = ways.index(way) < ways.index(other)
    return replace(way, returns=other.card if is_first else (), is_return=not is_first)
