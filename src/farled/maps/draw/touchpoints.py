"""Touchpoints of the map, and what was seen but is not on it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, Final, Literal

from farled.maps.draw.changes import against_name, change, told
from farled.maps.draw.content import channel, counted, department, every, initials, lanes, name_of, owner_of
from farled.maps.draw.showing import Showing
from farled.maps.draw.view import TouchpointView
from farled.maps.draw.walking import numbers_at
from farled.maps.draw.words import Words, amount
from farled.maps.model import MapFile
from farled.maps.touchpoint import Touchpoint

FEW_CUSTOMERS: Final = 50
RARE: Final = 0.01
MOST_UNMAPPED: Final = 5
State = Literal["seen", "few", "unseen", "unknown", "unmapped"]


@dataclass(frozen=True, slots=True)
class _Around:
    """What all touchpoints of a map share."""

    content: MapFile
    words: Words
    measured: Mapping[str, Any] | None
    ends: Mapping[str, float]
    lanes: Mapping[str, int]
    initials: Mapping[str, str]
    most: float
    most_ways: float
    rare: float
    counted: str


def touchpoints(
    content: MapFile, snapshot: Mapping[str, Any], words: Words, showing: Showing
) -> tuple[TouchpointView, ...]:
    """Return all touchpoints in the order of the map file, with what one journey or a comparison adds."""
    views = _touchpoints(content, snapshot, words)
    if showing.against is not None:
        views = tuple(_compared(view, content, snapshot, showing.against, words) for view in views)
    if showing.walk is not None:
        views = tuple(_walked(view, numbers_at(showing.walk, view.id, words), words) for view in views)
    return views


def _walked(view: TouchpointView, numbers: str, words: Words) -> TouchpointView:
    """Return a touchpoint of one journey: its stops instead of what everybody does there."""
    card = (*view.card, words._("Stops: {numbers}", numbers=numbers)) if numbers else view.card
    return replace(view, stops=numbers, ends="", ends_weight=0.0, owner="", recovers=(), card=card)


def _compared(
    view: TouchpointView, content: MapFile, now: Mapping[str, Any], then: Mapping[str, Any], words: Words
) -> TouchpointView:
    here, there = ((each.get("touchpoints") or {}).get(view.id) or {} for each in (now, then))
    name, more = against_name(content, then, words), []
    for key, label, unit in (("share", words._("Share of all"), "share"), ("onward", words._("Went on"), "share")):
        since = change(here.get(key), there.get(key), unit, None, words)
        more += [f"{label}, {told(since, name, words)}"] if since else []
    return replace(view, card=(*view.card, *more))


def _touchpoints(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[TouchpointView, ...]:
    measured = snapshot.get("touchpoints") if snapshot else None
    customers = [amount(found.get("customers")) or 0.0 for found in (measured or {}).values()]
    around = _Around(
        content=content,
        words=words,
        measured=measured,
        ends={id_: amount(count) or 0.0 for id_, count in snapshot.get("ends", {}).items()},
        lanes={lane.id: lane.place for lane in lanes(content, words)},
        initials=initials(content),
        most=max([*customers, 1.0]),
        most_ways=most_journeys(snapshot),
        rare=RARE * (amount((snapshot.get("journeys") or {}).get("n")) or 0.0),
        counted=counted(content, snapshot),
    )
    return tuple(_touchpoint(around, at, touchpoint) for at, touchpoint in every(content))


def most_journeys(snapshot: Mapping[str, Any]) -> float:
    """Return the journeys of the most frequent transition, at least 1."""
    return max([1.0, *(amount(way.get("journeys")) or 0.0 for way in snapshot.get("transitions", []))])


def unmapped(
    content: MapFile, snapshot: Mapping[str, Any], words: Words
) -> tuple[tuple[TouchpointView, ...], str, tuple[TouchpointView, ...]]:
    """Return the most frequent events that are on no touchpoint, a text for the rest, and all of them."""
    found = sorted(snapshot.get("unmapped", []), key=lambda row: (-(amount(row.get("journeys")) or 0), row["event"]))
    views = tuple(_unmapped(content, row, words) for row in found)
    left = len(views) - MOST_UNMAPPED
    return views[:MOST_UNMAPPED], words._("and {n} more", n=words.count(left)) if left > 0 else "", views


def _touchpoint(around: _Around, at: int, touchpoint: Touchpoint) -> TouchpointView:
    content, words = around.content, around.words
    phase = content.phases[at]
    owner = owner_of(touchpoint, phase)
    found = (around.measured or {}).get(touchpoint.id) or {}
    customers = amount(found.get("customers"))
    ends = around.ends.get(touchpoint.id, 0.0)
    pains = [pain for pain in content.pain_points if pain.at == touchpoint.id]
    ids = {pain.id for pain in pains}
    chances = [
        chance
        for chance in content.opportunities
        if chance.at == touchpoint.id or (not chance.at and chance.solves and chance.solves[0] in ids)
    ]
    moment = next((moment for moment in content.moments_of_truth if moment.at == touchpoint.id), None)
    state = _state(around, touchpoint, customers)
    card = _card(around, touchpoint, state)
    card += [f"{words._('Moment of truth')}: {moment.why}"] if moment else []
    card += [f"{words._('Pain point')}: {pain.text}" for pain in pains]
    card += [f"{words._('Opportunity')}: {chance.text}" for chance in chances]
    return TouchpointView(
        id=touchpoint.id,
        name=touchpoint.name,
        phase=at,
        lane=around.lanes[touchpoint.channel],
        icon=channel(content, touchpoint.channel, words)[1],
        weight=sqrt((customers or 0.0) / around.most),
        state=state,
        owner=around.initials.get(owner, "") if owner and owner != phase.owner else "",
        is_milestone=bool(touchpoint.milestone),
        is_moment=moment is not None,
        pains=len(pains),
        opportunities=len(chances),
        recovers=touchpoint.if_fails or (),
        ends=words.count(ends) if ends and ends >= around.rare else "",
        ends_weight=sqrt(min(ends / around.most_ways, 1.0)),
        card=tuple(card),
    )


def _state(around: _Around, touchpoint: Touchpoint, customers: float | None) -> State:
    if around.measured is None:
        return "unknown"
    if touchpoint.id not in around.measured or touchpoint.observe is None:
        return "unseen"
    if customers is None:
        return "few"
    return "unseen" if not customers else "few" if customers < FEW_CUSTOMERS else "seen"


def _card(around: _Around, touchpoint: Touchpoint, state: State) -> list[str]:
    content, words = around.content, around.words
    phase = content.phases[next(at for at, other in every(content) if other.id == touchpoint.id)]
    owner = department(content, owner_of(touchpoint, phase))
    lines = [
        touchpoint.name,
        " · ".join(part for part in (channel(content, touchpoint.channel, words)[0], owner) if part),
    ]
    found = (around.measured or {}).get(touchpoint.id)
    if found and state != "unseen":
        lines += _numbers(found, around.ends.get(touchpoint.id), around)
    elif state == "unseen":
        lines.append(words._("never seen in this period"))
    if touchpoint.milestone:
        lines.append(words._("Milestone"))
    if touchpoint.if_fails:
        names = ", ".join(name_of(content, id_) for id_ in touchpoint.if_fails)
        lines.append(words._("If it fails: {touchpoint}", touchpoint=names))
    return lines


def _numbers(found: Mapping[str, Any], ends: float | None, around: _Around) -> list[str]:
    words, customers = around.words, amount(found.get("customers"))
    who = words._("Journeys") if around.counted == "journey" else words._("Customers")
    lines = [f"{who}: {words.count(customers) if customers is not None else words.reason('hidden')}"]
    if found.get("share"):
        lines.append(words.spoken(words._("Share of all"), words.figure(found["share"])))
    if found.get("events") is not None and amount(found["events"]) is not None:
        lines.append(f"{words._('Events')}: {words.count(amount(found['events']) or 0)}")
    for key, label, unit in (
        ("onward", words._("Went on"), "share"),
        ("feeling", words._("Feeling"), "feeling"),
        ("answer_time", words._("Median time to answer"), "seconds"),
    ):
        if found.get(key):
            lines.append(words.spoken(label, words.figure(found[key], unit)))
    if ends:
        lines.append(words._("Journeys that end here: {n}", n=words.count(ends)))
    return lines


def _unmapped(content: MapFile, row: Mapping[str, Any], words: Words) -> TouchpointView:
    name, drawing = channel(content, str(row.get("channel") or "unknown"), words)
    journeys = amount(row.get("journeys"))
    share = words.figure(row.get("share"))
    card = [str(row["event"]), name, words._("not on the map")]
    card += [words.journeys(journeys)] if journeys is not None else []
    card += [words.spoken(words._("Share of all"), share)]
    return TouchpointView(
        id=f"{row['event']}-{row.get('channel') or 'unknown'}",
        name=f"{row['event']} · {share.text}",
        phase=0,
        lane=0,
        icon=drawing,
        weight=0.0,
        state="unmapped",
        owner="",
        is_milestone=False,
        is_moment=False,
        pains=0,
        opportunities=0,
        recovers=(),
        ends="",
        ends_weight=0.0,
        card=tuple(card),
    )
