"""Draws the channel lanes: transitions below, then pills with their markers."""

from math import hypot
from typing import Final

from farled.maps.draw.badges import found_sign, stop_badge
from farled.maps.draw.columns import LABELS, MARGIN, Columns
from farled.maps.draw.curve import Cubic, Point, on, path, reverse
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import (
    PILL,
    STRONG,
    TINY,
    Box,
    Row,
    circle,
    line,
    lines,
    num,
    rect,
    shape,
    sign,
    star,
    text,
)  # fmt: skip
from farled.maps.draw.pills import Lanes, Pill, line_width, place, tail_drop
from farled.maps.draw.routes import Streets
from farled.maps.draw.view import TouchpointView, TransitionView, View
from farled.maps.draw.words import Words

_BAR: Final = 5.0
RECOVERY: Final = 1.2
STEP: Final = 2.2


def lane_rows(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw all lanes."""
    words = Words(view.language)
    if not view.lanes:
        return Row(0)
    lanes = _roomy(view, columns, y)
    streets = Streets(lanes, columns)
    _route_main(view, streets)
    shown = [way for way in view.transitions if not way.is_return]
    ways = "".join(_transition(way, streets, marks) for way in shown if not way.is_rare)
    rare = "".join(_transition(way, streets, marks) for way in shown if way.is_rare) if marks.live else ""
    under = _walked(view, streets) + marks.group(ways, words._("Transitions"))
    under += marks.group(rare, words._("Lesser transitions"), "rare")
    under += "".join(_recovery(pill, streets) for pill in lanes.pills)
    under += "".join(_ending(pill) for pill in lanes.pills if pill.touchpoint.ends)
    body = "".join(_phase_group(view, at, lanes, marks, words) for at in range(len(view.phases)))
    rules = "".join(line(MARGIN, top, columns.width - MARGIN, top, "hair") for top in lanes.tops[1:-1])
    labels = "".join(_label(view, at, lanes) for at in range(len(view.lanes)))
    return Row(lanes.tops[-1] - y, (body,), (labels,), (under,), (rules,), lanes.tops[1:-1])


def _roomy(view: View, columns: Columns, y: float) -> Lanes:
    """Place the pills with gaps between rows as wide as the ways in them."""
    lanes = place(view, columns, y)
    streets = Streets(lanes, columns)
    _route_main(view, streets)
    return place(view, columns, y, streets.wanting())


def _route_main(view: View, streets: Streets) -> None:
    """Find the ways of all lines that every picture shows, so that others cannot move them."""
    for way in view.transitions:
        if not way.is_rare and not way.is_return:
            streets.between(way.start, way.end, line_width(way.weight), way.is_backward)
    for start, end in view.walk.steps if view.walk else ():
        streets.between(start, end, STEP)
    for touchpoint in view.touchpoints:
        for id_ in touchpoint.recovers:
            if id_ in streets.pills and id_ != touchpoint.id:
                streets.between(touchpoint.id, id_, RECOVERY)


def _walked(view: View, streets: Streets) -> str:
    """Draw the way of one journey from stop to stop, each pair of touchpoints once."""
    drawn = ""
    for start, end in view.walk.steps if view.walk else ():
        route = streets.between(start, end, STEP)
        (x, y), (dx, dy) = route.pieces[-1][3], route.heading
        wings = "".join(
            f"M{num(x)} {num(y)}L{num(x - 7 * dx + side * 3.5 * dy)} {num(y - 7 * dy - side * 3.5 * dx)}"
            for side in (-1, 1)
        )
        drawn += shape(path(route.pieces), "step") + shape(wings, "step-head")
    return drawn


def _phase_group(view: View, at: int, lanes: Lanes, marks: Marks, words: Words) -> str:
    drawn = "".join(
        marks.mark(_pill(view, pill), pill.touchpoint.card, f"touchpoint-{pill.id}")
        for pill in lanes.pills
        if pill.touchpoint.phase == at
    )
    return marks.group(drawn, words._("Touchpoints in {phase}", phase=view.phases[at].name))


def _label(view: View, at: int, lanes: Lanes) -> str:
    lane, middle = view.lanes[at], (lanes.tops[at] + lanes.tops[at + 1]) / 2
    broken = STRONG.wrap(lane.name, LABELS - 12 - 28)
    first = middle + 4.3 - STRONG.line * (len(broken) - 1) / 2
    return sign(lane.icon, MARGIN, middle - 9, 18, channel_class(lane.place)) + lines(
        MARGIN + 28, first, broken, STRONG
    )


def channel_class(place: int) -> str:
    """Return the class that colours a channel; from the seventh on the bar is broken too."""
    return f"channel-{place % 6}"


def _pill(view: View, pill: Pill) -> str:
    touchpoint, box = pill.touchpoint, pill.box
    left_out = " away" if view.walk is not None and not touchpoint.stops else ""
    body = rect(box, f"pill {touchpoint.state}{left_out}", 15)
    body = body.replace("/>", f' stroke-width="{num(1 + 2.2 * touchpoint.weight)}"/>')
    body += rect(box.grown(-1.2), "hatch", 13.8) if touchpoint.state == "unseen" else ""
    channel = channel_class(touchpoint.lane)
    body += shape(_bar(box), f"fill {channel}") + (shape(_bar(box), "bars") if touchpoint.lane >= 6 else "")
    middle = box.y + box.h / 2
    body += sign(touchpoint.icon, box.x + 12, middle - 8, 16, channel)
    first = middle + 4 - PILL.line * (len(pill.lines) - 1) / 2
    tone = "ink-3" if touchpoint.state == "unseen" else "ink"
    return body + lines(box.x + 33, first, pill.lines, PILL, tone) + _markers(touchpoint, box)


def _bar(box: Box) -> str:
    """Return the left end of a pill as a shape of its own."""
    rise = (15**2 - (15 - _BAR) ** 2) ** 0.5
    x, top, bottom = box.x, box.y + 15, box.bottom - 15
    straight = f"V{num(bottom)}" if bottom > top else ""
    return (
        f"M{num(x + _BAR)} {num(top - rise)}A15 15 0 0 0 {num(x)} {num(top)}{straight}"
        f"A15 15 0 0 0 {num(x + _BAR)} {num(bottom + rise)}Z"
    )


def _markers(touchpoint: TouchpointView, box: Box) -> str:
    drawn, left, right = "", box.x + 17, box.right - 15
    if touchpoint.is_moment:
        drawn += star(left, box.y - 2.5, 9.5)
        left += 19
    if touchpoint.is_milestone:
        drawn += circle(left, box.y - 2, 8, "badge") + sign("flag", left - 4.5, box.y - 7, 10.5, "ink")
    if touchpoint.pains:
        drawn += pain_sign(right, box.y)
        right -= 19
    if touchpoint.opportunities:
        drawn += circle(right, box.y, 8, "badge-pos") + sign("lightbulb", right - 5.5, box.y - 5.5, 11, "pos")
        right -= 19
    if touchpoint.found:
        drawn += found_sign(right, box.y - 1, touchpoint.found)
    if touchpoint.stops:
        drawn += stop_badge(box.x + 33, box.bottom - 7, touchpoint.stops)
    if touchpoint.owner:
        drawn += owner_sign(box.x + 33, box.bottom - 7, touchpoint.owner)
    return drawn


def pain_sign(x: float, y: float) -> str:
    """Draw the triangle with an exclamation mark around a point."""
    data = f"M{num(x)} {num(y - 8)}L{num(x + 9)} {num(y + 7)}H{num(x - 9)}Z"
    mark = f"M{num(x)} {num(y - 2.8)}v4.6m0 2.4v.4"
    return shape(data, "pain") + shape(mark, "pain-mark")


def owner_sign(x: float, y: float, initials: str) -> str:
    """Draw the initials of a department."""
    width = max(14.0, TINY.width(initials) + 6)
    return rect(Box(x, y, width, 14), "owner", 2) + text(x + width / 2, y + 10.7, initials, TINY, "ink-2", "middle")


def _transition(way: TransitionView, streets: Streets, marks: Marks) -> str:
    width = line_width(way.weight)
    route = streets.between(way.start, way.end, width, way.is_backward)
    opacity = f"{0.25 + 0.35 * way.weight:.2f}"
    pieces, head = route.pieces, ""
    if width > 3:
        pieces, head = _headed(pieces, width)
    if way.returns and (width > 3 or head):
        turned, second = _headed(reverse(pieces), width)
        pieces, head = reverse(turned), head + second
    dash = " backward" if way.is_backward else ""
    body = shape(path(pieces), f"way{dash}", f'stroke-width="{num(width)}" stroke-opacity="{opacity}"')
    body += shape(head, "head", f'fill-opacity="{min(1.0, float(opacity) + 0.25):.2f}"') if head else ""
    body += _ticks(pieces, width) if way.is_handoff else ""
    body += shape(path(pieces), "hit") if marks.live else ""
    return marks.mark(body, (*way.card, *way.returns), f"way-{way.start}-{way.end}")


def _headed(pieces: tuple[Cubic, ...], width: float) -> tuple[tuple[Cubic, ...], str]:
    """Cut a line short and return it with the arrow head that fills the gap."""
    tip, whole = pieces[-1][3], _apart(pieces[0][0], pieces[-1][3])
    length = min(5 + 0.7 * width, 0.45 * whole)
    share = next((at / 50 for at in range(49, -1, -1) if _apart(on(pieces[-1], at / 50), tip) >= length), None)
    if share is None:
        return pieces, ""
    base = on(pieces[-1], share)
    size = _apart(base, tip)
    dx, dy = (tip[0] - base[0]) / size, (tip[1] - base[1]) / size
    half = width / 2 + 3
    left, right = (base[0] - dy * half, base[1] + dx * half), (base[0] + dy * half, base[1] - dx * half)
    corners = "L".join(f"{num(x)} {num(y)}" for x, y in (left, tip, right))
    return (*pieces[:-1], _before(pieces[-1], share)), f"M{corners}Z"


def _before(piece: Cubic, share: float) -> Cubic:
    """Return the part of a piece up to a parameter."""
    start, one, two, end = piece
    a, b, c = _mix(start, one, share), _mix(one, two, share), _mix(two, end, share)
    d, e = _mix(a, b, share), _mix(b, c, share)
    return start, a, d, _mix(d, e, share)


def _mix(one: Point, two: Point, share: float) -> Point:
    return one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share


def _apart(one: Point, two: Point) -> float:
    return hypot(one[0] - two[0], one[1] - two[1])


def _ticks(pieces: tuple[Cubic, ...], width: float) -> str:
    """Draw two short strokes across the line: the customer is handed over."""
    piece = pieces[len(pieces) // 2]
    before, after = on(piece, 0.48), on(piece, 0.52)
    size = _apart(before, after)
    if size == 0:
        return ""
    dx, dy = (after[0] - before[0]) / size, (after[1] - before[1]) / size
    half, (x, y) = width / 2 + 3.5, on(piece, 0.5)
    strokes = "".join(
        f"M{num(x + dx * shift - dy * half)} {num(y + dy * shift + dx * half)}"
        f"L{num(x + dx * shift + dy * half)} {num(y + dy * shift - dx * half)}"
        for shift in (-2.0, 2.0)
    )
    return shape(strokes, "tick")


def _recovery(pill: Pill, streets: Streets) -> str:
    drawn = ""
    for id_ in pill.touchpoint.recovers:
        if id_ in streets.pills and id_ != pill.id:
            route = streets.between(pill.id, id_, RECOVERY)
            (x, y), (dx, dy) = route.pieces[-1][3], route.heading
            drawn += shape(path(route.pieces), "recovery")
            wings = "".join(
                f"M{num(x)} {num(y)}L{num(x - 6 * dx + side * 3 * dy)} {num(y - 6 * dy - side * 3 * dx)}"
                for side in (-1, 1)
            )
            drawn += shape(wings, "recovery-head")
    return drawn


def _ending(pill: Pill) -> str:
    touchpoint, box = pill.touchpoint, pill.box
    told = TINY.width(touchpoint.ends)
    x, drop = box.right - 8 - told - 22, tail_drop(touchpoint)
    y = box.bottom + drop
    data = f"M{num(x)} {num(box.bottom - 4)}C{num(x)} {num(y)} {num(x + 4)} {num(y)} {num(x + 18)} {num(y)}"
    width = f'stroke-width="{num(line_width(touchpoint.ends_weight))}"'
    return shape(data, "tail", width) + text(x + 22, y + 3.8, touchpoint.ends, TINY, "ink-2 halo")
