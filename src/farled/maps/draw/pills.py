"""Where each pill lies: lanes from top to bottom, rows within a lane, pills within a row by the order of the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from farled.maps.draw.columns import INSET, Columns, markers_of, pill_width, two_lines
from farled.maps.draw.pen import Box
from farled.maps.draw.view import TouchpointView, View

GAP: Final = 12.0
ONE_LINE: Final = 30.0
TWO_LINES: Final = 46.0
ABOVE: Final = 6.5
BELOW: Final = 6.5
HALF_ROW: Final = 6.0
LANE_LEAST: Final = 40.0


@dataclass(frozen=True, slots=True)
class Pill:
    """A touchpoint with its place; ``row`` counts over all lanes."""

    touchpoint: TouchpointView
    lines: tuple[str, ...]
    row: int
    box: Box

    @property
    def id(self) -> str:
        """The id of the touchpoint."""
        return self.touchpoint.id


@dataclass(frozen=True, slots=True)
class Lanes:
    """All pills, with the edges that lie between rows.

    Attributes:
        pills: In the order of the map file.
        tops: Upper edge of each lane, and the lower edge of the last.
        channels: y of the free way above each row, and of the one below the last.
        room: How far each of these is free to both sides.
    """

    pills: tuple[Pill, ...]
    tops: tuple[float, ...]
    channels: tuple[float, ...]
    room: tuple[float, ...]

    def by_id(self) -> Mapping[str, Pill]:
        """Return the pills by touchpoint."""
        return {pill.id: pill for pill in self.pills}


def place(view: View, columns: Columns, top: float, wider: Mapping[int, float] | None = None) -> Lanes:
    """Place all pills below ``top``; ``wider`` holds by row what the gap above it gets in addition."""
    placed: list[Pill] = []
    wider = wider or {}
    tops, channels, y, row = [top], [], top, 0
    for lane in view.lanes:
        rows = _rows(view, columns, lane.place)
        start = y
        for cells in rows:
            height = max(pill.box.h for pill in cells)
            above = ABOVE + (6 if any(markers_of(pill.touchpoint) for pill in cells) else 0)
            below = BELOW + max(foot(pill.touchpoint) for pill in cells)
            channels.append(y + wider.get(row, 0.0) / 2)
            y += wider.get(row, 0.0)
            placed += [
                replace(pill, row=row, box=pill.box._replace(y=y + above + (height - pill.box.h) / 2)) for pill in cells
            ]
            y += above + height + below
            row += 1
        y = max(y, start + LANE_LEAST)
        tops.append(y)
    tops[-1] += wider.get(row, 0.0)
    channels.append(y - 1.5 + wider.get(row, 0.0) / 2 if channels else y)
    room = tuple(HALF_ROW + wider.get(at, 0.0) / 2 for at in range(row + 1))
    order = {touchpoint.id: at for at, touchpoint in enumerate(view.touchpoints)}
    return Lanes(tuple(sorted(placed, key=lambda pill: order[pill.id])), tuple(tops), tuple(channels), room)


def line_width(weight: float) -> float:
    """Return how wide a transition or an ending is drawn."""
    return 1.2 + 11 * weight


def tail_drop(touchpoint: TouchpointView) -> float:
    """Return how far the axis of an ending lies below its pill."""
    return max(8.0, line_width(touchpoint.ends_weight) / 2 + 3)


def foot(touchpoint: TouchpointView) -> float:
    """Return the room below a pill that its ending takes."""
    if touchpoint.stops:
        return 5.0
    return max(4.0, line_width(touchpoint.ends_weight) / 2) + tail_drop(touchpoint) - 3 if touchpoint.ends else 0.0


def _rows(view: View, columns: Columns, lane: int) -> list[list[Pill]]:
    """Return the rows of a lane: each phase fills as many as it needs, from the first."""
    rows: list[list[Pill]] = []
    for at in range(len(view.phases)):
        group = [pill for pill in view.touchpoints if pill.phase == at and pill.lane == lane]
        order = [pill.id for pill in view.touchpoints if pill.phase == at]
        room = columns.w[at] - 2 * INSET
        for number, cells in enumerate(_broken(group, room)):
            if number == len(rows):
                rows.append([])
            shares = [
                order.index(pill.touchpoint.id) / max(len(order) - 1, 1) if len(order) > 1 else 0.5 for pill in cells
            ]
            rows[number] += _spread(cells, shares, columns.x[at] + INSET, room)
    return rows


def _broken(group: Sequence[TouchpointView], room: float) -> list[list[Pill]]:
    """Break the pills of a phase into rows: names in one line, then the longest in two, then a further row."""
    rows: list[list[TouchpointView]] = []
    for touchpoint in group:
        if rows and _total([_narrow(pill) for pill in [*rows[-1], touchpoint]]) <= room:
            rows[-1].append(touchpoint)
        else:
            rows.append([touchpoint])
    return [_fitted(row, room) for row in rows]


def _fitted(row: Sequence[TouchpointView], room: float) -> list[Pill]:
    pills = [_pill(touchpoint, (touchpoint.name,)) for touchpoint in row]
    longest = sorted(range(len(pills)), key=lambda at: (-pills[at].box.w, at))
    for at in longest:
        if _total(pills) <= room:
            break
        pills[at] = _narrow(row[at])
    return pills


def _narrow(touchpoint: TouchpointView) -> Pill:
    return _pill(touchpoint, two_lines(touchpoint.name))


def _pill(touchpoint: TouchpointView, lines: tuple[str, ...]) -> Pill:
    height = ONE_LINE if len(lines) == 1 else TWO_LINES
    return Pill(touchpoint, lines, 0, Box(0, 0, pill_width(lines, touchpoint), height))


def _total(pills: Sequence[Pill]) -> float:
    return sum(pill.box.w for pill in pills) + GAP * (len(pills) - 1)


def _spread(pills: Sequence[Pill], shares: Sequence[float], left: float, room: float) -> list[Pill]:
    """Put each pill as far along the column as it stands in its phase, and then apart."""
    x = [left + share * (room - pill.box.w) for pill, share in zip(pills, shares, strict=True)]
    for at in range(1, len(x)):
        x[at] = max(x[at], x[at - 1] + pills[at - 1].box.w + GAP)
    end = left + room
    for at in reversed(range(len(x))):
        x[at] = min(x[at], end - pills[at].box.w)
        end = x[at] - GAP
    return [replace(pill, box=pill.box._replace(x=place)) for pill, place in zip(pills, x, strict=True)]
