"""One journey on the map: its stops as they are told, and the rows that draw them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from farled.locale import clock, interval
from farled.maps.draw.badges import stop_badge
from farled.maps.draw.columns import INSET, MARGIN, Columns
from farled.maps.draw.content import channel, name_of, place_of
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import SMALL, STRONG, Box, Row, lines, rect, sign, text
from farled.maps.draw.rows import label
from farled.maps.draw.view import StopView, View, WalkView
from farled.maps.draw.words import Words
from farled.maps.model import MapFile
from farled.spans import moment
from farled.stats.intervals import wilson

if TYPE_CHECKING:  # a picture without a journey needs no kernels
    from farled.maps.walk import Stop, Walk

TOLD: Final = 14
"""Stops that are told under a phase; the others stand in the tables."""
NUMBERED: Final = 4
"""Numbers on a pill; beyond them it says how many more."""


def walk_view(content: MapFile, walk: "Walk", words: Words) -> WalkView:
    """Return a journey as it is told."""
    stops = tuple(_stop(content, stop, walk, words) for stop in walk.stops)
    on_map = [stop.touchpoint for stop in walk.stops if stop.touchpoint]
    steps = dict.fromkeys((a, b) for a, b in pairwise(on_map) if a != b)
    feelings = [walk.feelings.get(phase.id) for phase in content.phases]
    more = words._("and {n} more", n=words.count(walk.left_out)) if walk.left_out else ""
    return WalkView(
        lines=_typical_lines(content, walk, words) if walk.kind == "typical" else _lines(content, walk, words),
        stops=stops,
        more=more,
        steps=tuple(steps),
        feelings=tuple((words.value(felt.value, "feeling"), felt.value) if felt else ("", None) for felt in feelings),
        here=None if walk.phase is None else place_of(content, walk.phase),
        is_typical=walk.kind == "typical",
    )


def numbers_at(walk: "Walk", touchpoint: str, words: Words) -> str:
    """Return the numbers of the stops at a touchpoint, the first four and how many more; empty where there is none."""
    found = [stop.number for stop in walk.stops if stop.touchpoint == touchpoint]
    told = ", ".join(words.count(number) for number in found[:NUMBERED])
    return f"{told} +{words.count(len(found) - NUMBERED)}" if len(found) > NUMBERED else told


def _lines(content: MapFile, walk: "Walk", words: Words) -> tuple[str, ...]:
    which = words._(
        "One customer's own journey: {name}, journey {number} of {journeys}.",
        name=walk.name,
        number=words.count(walk.number),
        journeys=words.count(walk.journeys),
    )
    if walk.phase is not None:
        now = words._("Stands now in {phase}.", phase=name_of(content, walk.phase))
    else:
        now = words._("May go on.") if walk.is_open else words._("Is over: silent for longer than a journey lasts.")
    rule = words._("A single person's data: for members of the workspace only, not to be passed on.")
    return which, now, rule


def _typical_lines(content: MapFile, walk: "Walk", words: Words) -> tuple[str, ...]:
    names = ", ".join(name_of(content, id_) for id_ in walk.phases)
    like = round((walk.describes or 0.0) * walk.n)
    low, high = wilson(like, walk.n)
    share = words.share(walk.describes or 0.0, 1)
    bounds = interval(low, high, words.language)
    first = words._(
        "The typical journey, {phases}, describes {share} of {journeys} ({bounds}).",
        phases=names, share=share, journeys=words.journeys(walk.n), bounds=bounds,
    )  # fmt: skip
    if not walk.stops:
        least = words.journeys(content.map.privacy.min_customers)
        return first, words._(
            "No sequence of touchpoints is shared by {journeys} or more: none is drawn.", journeys=least
        )
    exactly = words.translate.ngettext(
        "{n} journey makes exactly these stops", "{n} journeys make exactly these stops", walk.exactly
    ).format(n=words.count(walk.exactly))
    return first, f"{exactly} ({words.share(walk.exactly / walk.n, 1)})."


def _stop(content: MapFile, stop: "Stop", walk: "Walk", words: Words) -> StopView:
    number = words.count(stop.number)
    name = name_of(content, stop.touchpoint) if stop.touchpoint else _event(content, stop, words)
    when = []
    if stop.first is not None and stop.last is not None:
        first, last = (clock(moment(at), words.language, walk.zone) for at in (stop.first, stop.last))
        when = [first if first == last else f"{first} – {last}"]
    times = [words._("{n} times", n=words.count(stop.times))] if stop.times > 1 else []
    felt = [words._("says {feeling}", feeling=words.value(stop.feeling, "feeling"))] if stop.feeling is not None else []
    phase = place_of(content, stop.touchpoint) if stop.touchpoint else None
    where = [content.phases[phase].name] if phase is not None else [words._("not on the map")]
    told = " · ".join([name, *when, *times, *felt])
    return StopView(number, phase, stop.touchpoint or "", told, (f"{number}. {name}", *where, *when, *times, *felt))


def _event(content: MapFile, stop: "Stop", words: Words) -> str:
    if not stop.channel:
        return stop.event
    return f"{stop.event} ({channel(content, stop.channel, words)[0]})"


def walk_head(view: View, columns: Columns, y: float) -> Row:
    """Draw whose journey it is, over both columns."""
    if view.walk is None:
        return Row(0)
    room = columns.width - 2 * MARGIN - 62
    first = STRONG.wrap(view.walk.lines[0], room)
    told = [part for line in view.walk.lines[1:] for part in SMALL.wrap(line, room)]
    height = 12 + STRONG.line * len(first) + (SMALL.line + 1) * len(told) + 8
    box = Box(MARGIN, y, columns.width - 2 * MARGIN, height)
    body = rect(box, "card", 8) + sign("users" if view.walk.is_typical else "user", box.x + 14, y + 11, 20, "fjord")
    body += lines(box.x + 46, y + 23, first, STRONG)
    below = y + 23 + STRONG.line * len(first)
    body += "".join(
        text(box.x + 46, below + at * (SMALL.line + 1), part, SMALL, "ink-2") for at, part in enumerate(told)
    )
    return Row(height + 12, (body,))


def stop_row(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw the stops with their times under the phase they belong to, and those that are not on the map."""
    if view.walk is None or not view.walk.stops:
        return Row(0)
    words = Words(view.language)
    drawn, deepest = "", y + 42.0
    for at in range(len(view.phases)):
        stops = [stop for stop in view.walk.stops if stop.phase == at]
        body, bottom = _column(stops, columns.x[at] + INSET, y + 8, columns.w[at] - 2 * INSET, marks, words)
        drawn, deepest = drawn + body, max(deepest, bottom)
    labels = label(y + 24, words._("Stops"), words._("number, time"), icon="map-pin")
    return Row(deepest + 6 - y, (marks.group(drawn, words._("Stops")),), (labels,))


def stray_row(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw the stops of a journey that no touchpoint takes."""
    stops = [stop for stop in view.walk.stops if stop.phase is None] if view.walk else []
    if not stops:
        return Row(0)
    words = Words(view.language)
    body, bottom = _column(stops, columns.left + INSET, y + 8, columns.right - columns.left - 2 * INSET, marks, words)
    labels = label(y + 24, words._("Not on the map"), icon="circle-plus")
    return Row(max(bottom + 6 - y, 40), (marks.group(body, words._("Not on the map")),), (labels,))


def _column(
    stops: Sequence[StopView], x: float, y: float, room: float, marks: Marks, words: Words
) -> tuple[str, float]:
    drawn = ""
    for stop, broken, top in _placed(stops, y, room):
        body = stop_badge(x, top + 1, stop.number) + lines(x + 34, top + 11.5, broken, SMALL, "ink-2")
        drawn += marks.mark(body, stop.card, f"stop-{stop.number}")
        y = top + max(18.0, SMALL.line * len(broken) + 4)
    left = len(stops) - TOLD
    if left > 0:
        drawn += text(x + 34, y + 11.5, words._("and {n} more", n=words.count(left)), SMALL, "ink-3")
        y += 18
    return drawn, y


def _placed(stops: Sequence[StopView], y: float, room: float) -> Iterator[tuple[StopView, tuple[str, ...], float]]:
    for stop in stops[:TOLD]:
        broken = SMALL.wrap(stop.text, room - 36)
        yield stop, broken, y
        y += max(18.0, SMALL.line * len(broken) + 4)
