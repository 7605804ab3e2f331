"""Transitions: customers going from one touchpoint to the next."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from farled.maps.draw.content import every, name_of, owner_of
from farled.maps.draw.touchpoints import RARE, most_journeys
from farled.maps.draw.view import TransitionView
from farled.maps.draw.words import Words, amount
from farled.maps.model import MapFile


def transitions(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[tuple[TransitionView, ...], str]:
    """Return the transitions, most frequent first, and a text on the rare ones among them."""
    known = {touchpoint.id for _, touchpoint in every(content)}
    found = [way for way in snapshot.get("transitions", []) if way["from"] in known and way["to"] in known]
    found = [way for way in found if amount(way.get("journeys"))]
    found.sort(key=lambda way: (-(amount(way["journeys"]) or 0), way["from"], way["to"]))
    most = most_journeys(snapshot)
    limit = RARE * (amount((snapshot.get("journeys") or {}).get("n")) or 0.0)
    ways = tuple(_transition(content, way, words, most, limit) for way in found)
    rare = [amount(way["journeys"]) or 0 for way in found if (amount(way["journeys"]) or 0) < limit]
    text = words.translate.ngettext(
        "{ways} rare transition not drawn, {journeys} in all",
        "{ways} rare transitions not drawn, {journeys} in all",
        len(rare),
    )
    return ways, text.format(ways=words.count(len(rare)), journeys=words.journeys(sum(rare))) if rare else ""


def _transition(content: MapFile, way: Mapping[str, Any], words: Words, most: float, limit: float) -> TransitionView:
    start, end = str(way["from"]), str(way["to"])
    journeys = amount(way["journeys"]) or 0.0
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
        is_rare=journeys < limit,
        is_handoff=handoff,
        card=tuple(card),
    )
