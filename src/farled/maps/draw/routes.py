"""The ways of transitions: a curve where one is free, else along the lanes; never behind a pill that is not an end."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Final

from farled.maps.draw.columns import GUTTER, INSET, Columns
from farled.maps.draw.curve import Cubic, Point, samples
from farled.maps.draw.pen import Box
from farled.maps.draw.pills import HALF_ROW, Lanes, Pill

CLEAR: Final = 2.0
_STEP: Final = 5.0  # a chord so long stays within half a unit of a corner that it cuts
RADIUS: Final = 10.0
_HALF_GAP: Final = 13.0  # the same between columns
_BENDS: Final = ((0.5, 0.5), (0.4, 0.6), (0.6, 0.4), (0.3, 0.3), (0.2, 0.75), (0.75, 0.2), (0.1, 0.95), (0.95, 0.1))
_LEAVING: Final = (0.35, 0.2, 0.5, 0.7, 0.85)  # endings hang at the right
_ALONG: Final = (0.5, 0.7, 0.3, 0.85, 0.15)


@dataclass(frozen=True, slots=True)
class Route:
    """A way between two pills.

    Attributes:
        pieces: From the start to the end, as Bézier pieces.
        heading: Unit vector of its direction at the end.
    """

    pieces: tuple[Cubic, ...]
    heading: Point


class Streets:
    """The free room between pills, in which ways are found."""

    def __init__(self, lanes: Lanes, columns: Columns) -> None:
        self.lanes = lanes
        self.columns = columns
        self.pills = lanes.by_id()
        self._found: dict[tuple[str, str, float], Route] = {}
        self._widths: dict[tuple[str, int], list[float]] = {}
        self._clear: dict[tuple[str, int], dict[int, float]] = {}  # of each place in a street, how far the next line is

    def between(self, start: str, end: str, width: float, backward: bool = False) -> Route:
        """Return the way from one touchpoint to another for a line of this width; the same when asked again."""
        key = (start, end, width)
        if key not in self._found:
            self._found[key] = self._find(start, end, width, backward)
        return self._found[key]

    def wanting(self) -> dict[int, float]:
        """Return by row how much the gap above it is too narrow for the lines that run in it."""
        wanted = {
            row: sum(width + 1.5 for width in widths) for (kind, row), widths in self._widths.items() if kind == "row"
        }
        return {
            row: min(total - 2 * HALF_ROW + 2 * CLEAR, 40.0)
            for row, total in wanted.items()
            if total > 2 * HALF_ROW - 2 * CLEAR
        }

    def _find(self, start: str, end: str, width: float, backward: bool) -> Route:
        one, two = self.pills[start], self.pills[end]
        others = [pill.box.grown(width / 2 + CLEAR) for pill in self.lanes.pills if pill.id not in (start, end)]
        reach = 9.0
        for pieces in [*_candidates(one.box, two.box, backward, reach)]:
            if self._stays(pieces, width) and _is_free(pieces, others) and not _hides(pieces, one.box, two.box):
                return Route((pieces,), _direction(pieces))
        return self._along(one, two, width)

    def _stays(self, pieces: Cubic, width: float) -> bool:
        """Return whether a curve keeps to the lanes."""
        top, bottom = self.lanes.tops[0] + width / 2, self.lanes.tops[-1] - width / 2
        within = all(top <= y <= bottom for _, y in pieces)  # a curve never leaves the hull of its four points
        return within or all(top <= y <= bottom for _, y in samples((pieces,), 16))

    def _along(self, one: Pill, two: Pill, width: float) -> Route:
        """Return the shortest way through the gaps between rows and columns."""
        options = []
        for leave in (one.row, one.row + 1):
            for enter in (two.row, two.row + 1):
                for gutter in self._gutters(one, two):
                    points = self._corners(one, two, leave, enter, self._gutter_x(gutter))
                    options.append((_length(points), leave, enter, gutter))
        _, leave, enter, gutter = min(options)
        shift = (
            self._shift(("row", leave), width),
            self._shift(("row", enter), width),
            self._shift(("gap", gutter), width),
        )
        points = self._corners(one, two, leave, enter, self._gutter_x(gutter, shift[2], width), shift[:2])
        pieces = _rounded(points)
        return Route(pieces, _direction(pieces[-1]))

    def _gutters(self, one: Pill, two: Pill) -> Iterator[int]:
        """Return the gaps between columns that touch a phase of either; the rims only where there is no gap."""
        first, last = sorted((one.touchpoint.phase, two.touchpoint.phase))
        count = len(self.columns.x)
        yield from range(max(first, 1), min(last + 2, count)) if count > 1 else (0, 1)

    def _gutter_x(self, gutter: int, shift: float = 0.0, width: float = 0.0) -> float:
        """Return the x of a line in a gap, or at a rim and then within the columns."""
        if 0 < gutter < len(self.columns.x):
            return self.columns.x[gutter] - GUTTER / 2 + shift
        x = self.columns.right - INSET / 2 if gutter else self.columns.left + INSET / 2
        return min(max(x + shift, self.columns.left + width / 2), self.columns.right - width / 2)

    def _corners(
        self, one: Pill, two: Pill, leave: int, enter: int, x: float, shift: tuple[float, ...] = (0.0, 0.0)
    ) -> list[Point]:
        start_y = one.box.y if leave == one.row else one.box.bottom
        end_y = two.box.y if enter == two.row else two.box.bottom
        leave_y, enter_y = self.lanes.channels[leave] + shift[0], self.lanes.channels[enter] + shift[1]
        start_x, end_x = one.box.x + 0.6 * one.box.w, two.box.x + 0.4 * two.box.w
        if leave == enter:
            return [(start_x, start_y), (start_x, leave_y), (end_x, leave_y), (end_x, end_y)]
        return [(start_x, start_y), (start_x, leave_y), (x, leave_y), (x, enter_y), (end_x, enter_y), (end_x, end_y)]

    def _shift(self, street: tuple[str, int], width: float) -> float:
        """Let the lines of one street run side by side where there is room; return how far from its middle."""
        kind, number = street
        room = self.lanes.room[number] if kind == "row" else _HALF_GAP
        clear = self._clear.setdefault(street, dict.fromkeys(range(-int(room), int(room) + 1), inf))
        half = max(int(room - CLEAR - width / 2), 0)
        places = sorted(range(-half, half + 1), key=lambda at: (abs(at), -at))
        free = (at for at in places if clear[at] >= width / 2 + 1)
        best = next(free, None)
        if best is None:
            best = max(places, key=clear.__getitem__)
        for at, nearest in clear.items():
            clear[at] = min(nearest, abs(at - best) - width / 2)
        self._widths.setdefault(street, []).append(width)
        return best


def _candidates(one: Box, two: Box, backward: bool, reach: float) -> Iterator[Cubic]:
    """Return curves from one box to another, best first."""
    middle_one, middle_two = one.y + one.h / 2, two.y + two.h / 2
    gap = two.x - one.right
    if gap > reach and not backward:
        for first, last in _BENDS:
            yield (
                (one.right, middle_one),
                (one.right + first * gap, middle_one),
                (two.x - last * gap, middle_two),
                (two.x, middle_two),
            )
    if one.bottom < two.y or two.bottom < one.y:
        yield from _steep(one, two)
    if gap > reach and not backward:
        yield from _bent(one, two)
    if backward or gap <= 0:
        yield from _arcs(one, two)


def _steep(one: Box, two: Box) -> Iterator[Cubic]:
    """Return curves from the lower edge of one to the upper edge of the other, or the other way up."""
    down = one.bottom < two.y
    start_y, end_y = (one.bottom, two.y) if down else (one.y, two.bottom)
    half = (end_y - start_y) / 2
    for leave in _LEAVING:
        for enter in _ALONG:
            start_x, end_x = one.x + leave * one.w, two.x + enter * two.w
            if abs(end_x - start_x) <= 2.5 * abs(end_y - start_y):
                yield (start_x, start_y), (start_x, start_y + half), (end_x, end_y - half), (end_x, end_y)


def _bent(one: Box, two: Box) -> Iterator[Cubic]:
    """Return curves that leave sideways and arrive from above or below, or the other way round."""
    middle_one, middle_two = one.y + one.h / 2, two.y + two.h / 2
    if abs(middle_two - middle_one) < 40:
        return
    down = middle_two > middle_one
    end_y = two.y if down else two.bottom
    start_y = one.bottom if down else one.y
    for along in _ALONG:
        x = two.x + along * two.w
        yield (one.right, middle_one), ((one.right + x) / 2, middle_one), (x, (middle_one + end_y) / 2), (x, end_y)
        x = one.x + along * one.w
        yield (x, start_y), (x, (start_y + middle_two) / 2), ((x + two.x) / 2, middle_two), (two.x, middle_two)


def _arcs(one: Box, two: Box) -> Iterator[Cubic]:
    """Return arcs over both boxes."""
    for rise in (11.0, 22.0, 30.0, 40.0):
        top = min(one.y, two.y) - rise
        for leave, enter in ((0.5, 0.25), (0.5, 0.5), (0.3, 0.7), (0.7, 0.3)):
            start_x, end_x = one.x + leave * one.w, two.x + enter * two.w
            yield (start_x, one.y), (start_x, top), (end_x, top), (end_x, two.y)


def _is_free(piece: Cubic, others: Iterable[Box]) -> bool:
    """Return whether a curve meets no box: first at a few points, then at points so near that no corner lies between.

    Only boxes that meet the hull of its four points can be met.
    """
    left, right, top, bottom = (
        min(x for x, _ in piece),
        max(x for x, _ in piece),
        min(y for _, y in piece),
        max(y for _, y in piece),
    )
    near = [
        (x, y, x + w, y + h) for x, y, w, h in others if x <= right and x + w >= left and y <= bottom and y + h >= top
    ]
    counts = (16, max(32, int(_length(piece) / _STEP))) if near else ()
    return all(_misses(list(samples((piece,), count)), near) for count in counts)


def _misses(points: Sequence[Point], boxes: Iterable[tuple[float, float, float, float]]) -> bool:
    return not any(left < x < right and top < y < bottom for left, top, right, bottom in boxes for x, y in points)


def _hides(pieces: Cubic, one: Box, two: Box) -> bool:
    """Return whether the curve runs back behind one of its own ends."""
    inner = list(samples((pieces,), 32))[2:-2]
    boxes = (one.grown(-2), two.grown(-2))
    return any(box.x < x < box.right and box.y < y < box.bottom for x, y in inner for box in boxes)


def _length(points: Sequence[Point]) -> float:
    return sum(abs(two[0] - one[0]) + abs(two[1] - one[1]) for one, two in pairwise(points))


def _rounded(points: Sequence[Point]) -> tuple[Cubic, ...]:
    """Return a broken line with round corners."""
    corners = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    pieces: list[Cubic] = []
    here = corners[0]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(RADIUS, _length((before, corner)) / 2, _length((corner, after)) / 2)
        into, out = _toward(corner, before, radius), _toward(corner, after, radius)
        pieces += [
            _straight(here, into),
            (into, _toward(corner, into, radius / 3), _toward(corner, out, radius / 3), out),
        ]
        here = out
    return (*pieces, _straight(here, corners[-1]))


def _toward(start: Point, end: Point, length: float) -> Point:
    whole = _length((start, end)) or 1.0
    return start[0] + (end[0] - start[0]) * length / whole, start[1] + (end[1] - start[1]) * length / whole


def _straight(start: Point, end: Point) -> Cubic:
    third = ((end[0] - start[0]) / 3, (end[1] - start[1]) / 3)
    return start, (start[0] + third[0], start[1] + third[1]), (end[0] - third[0], end[1] - third[1]), end


def _direction(piece: Cubic) -> Point:
    start, one, two, end = piece
    before = next((point for point in (two, one, start) if point != end), start)
    dx, dy = end[0] - before[0], end[1] - before[1]
    size = (dx * dx + dy * dy) ** 0.5 or 1.0
    return dx / size, dy / size
