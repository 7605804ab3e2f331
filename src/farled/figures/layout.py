"""Places of boxes in layers and of the curves between them, none of which runs behind a box that is not its own.

Rows of boxes and rows of labels alternate. A way passes each row upright, in a lane of its own beside boxes and labels,
and bends only in the gaps between rows, where nothing else stands.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from farled.figures.lanes import CORNER, Join, Line, Rows, head, need
from farled.figures.layers import layers

Point = tuple[float, float]

LABEL: Final = 10.0  # height of the numerals of a label
_LABEL_ROW: Final = 18.0  # so that the thickest line bends beside it
LOOP: Final = 26.0  # how far a loop reaches to the right of its box
_HEAD_ROOM: Final = 13.0


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float


class Route(NamedTuple):
    """A way with its places.

    Attributes:
        points: From the start to where the tip begins; between two of them the curve leaves and arrives upright.
        tip: Where it ends, on the border of its box.
        heading: Unit vector at the tip.
        label: What is written beside it.
        loop: It goes back to its own box: over the right of the two points.
    """

    points: tuple[Point, ...]
    tip: Point
    heading: Point
    label: Box
    loop: bool = False


class Layout(NamedTuple):
    """Boxes and routes as they came, and how much room they take."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]


def laid_out(sizes: Sequence[Point], lines: Sequence[Line], level: Sequence[float], room: float) -> Layout:
    """Place boxes in layers from above to below and lead each line from box to box.

    Args:
        sizes: Width and height that each box needs for its text.
        lines: At most one from each box to each other.
        level: How far down each box stands.
        room: Width, pixels; the layout is wider only where it must be.

    Example:
        >>> made = laid_out([(60, 40), (60, 40)], [Line(0, 1, 2, 20)], [0, 1], 300)
        >>> [box.y for box in made.boxes], made.routes[0].tip == (made.boxes[1].x + 30, made.boxes[1].y)
        ([13.0, 115.0], True)
    """
    ends = [tuple(sorted((line.source, line.target), key=lambda at: (level[at], at))) for line in lines]
    widths = [_wide(at, size[0], lines, ends) for at, size in enumerate(sizes)]
    loops = {line.source: line for line in lines if line.source == line.target}
    aside = [LOOP + 6 + loops[at].label if at in loops else 0.0 for at in range(len(sizes))]
    pairs = [(one, two) for one, two in ends if one != two]
    tries: list[tuple[float, int, Rows]] = []
    for share in (1.0, 0.75, 0.55, 0.4):
        outer = [wide + more + 24 for wide, more in zip(widths, aside, strict=True)]
        rows = Rows(layers(level, pairs, outer, room * share), widths, aside, lines, ends)
        tries.append((max(rows.least(), room), len(tries), rows))
        if tries[-1][0] <= room:
            break
    return _drawn(min(tries, key=lambda each: each[:2])[2], [height for _, height in sizes], lines, room)


def _wide(at: int, text: float, lines: Sequence[Line], ends: Sequence[tuple[int, ...]]) -> float:
    """Return the width of a box: of its text, and so much that each line has its place on the border."""
    needs = [
        sum(need(line, at) for line, each in zip(lines, ends, strict=True) if each[side] == at != each[1 - side])
        for side in (0, 1)
    ]
    return max(text, *(each + 2 * CORNER for each in needs))


def _drawn(rows: Rows, heights: Sequence[float], lines: Sequence[Line], room: float) -> Layout:
    """Place the cells and read boxes and routes from them."""
    rows.order()
    rows.spread()
    width = max(room, rows.least())
    rows.place(width)
    tops: list[float] = []
    bottoms: list[float] = []
    y = 0.0
    for row in rows.rows:
        bends = [abs(join.upper.x + join.leaves - join.lower.x - join.arrives) for cell in row for join in cell.above]
        y += min(max(9.0, 0.32 * max(bends, default=0.0)), 80.0) if tops else 0.0
        tall = [heights[cell.box] + 2 * _HEAD_ROOM for cell in row if cell.box is not None]
        tops.append(y)
        y += max(tall, default=_LABEL_ROW)
        bottoms.append(y)
    boxes = []
    for at, height in enumerate(heights):
        cell = rows.boxes[at]
        middle = (tops[cell.row] + bottoms[cell.row]) / 2
        boxes.append(Box(cell.x - cell.left, middle - height / 2, 2 * cell.left, height))
    routes = [
        _loop(line, boxes[line.source])
        if line.source == line.target
        else _route(rows.chains[line.source, line.target], boxes, tops, bottoms)
        for line in lines
    ]
    return Layout(width, y, tuple(boxes), tuple(routes))


def _loop(line: Line, box: Box) -> Route:
    right, middle, long = box.x + box.w, box.y + box.h / 2, head(line.thick)[0]
    label = Box(right + LOOP + 4, middle - LABEL / 2, line.label, LABEL)
    return Route(((right, middle - 9), (right + long, middle + 9)), (right, middle + 9), (-1.0, 0.0), label, True)


def _route(chain: Sequence[Join], boxes: Sequence[Box], tops: Sequence[float], bottoms: Sequence[float]) -> Route:
    """Return a line from the border of its upper box to that of its lower one, turned round where it goes up."""
    first, last = chain[0], chain[-1]
    line, upper, lower = first.line, boxes[first.upper.box or 0], boxes[last.lower.box or 0]
    points = [(first.upper.x + first.leaves, upper.y + upper.h)]
    label = Box(0, 0, 0, 0)
    for join in chain:
        points.append((join.upper.x + join.leaves, bottoms[join.upper.row]))
        points.append((join.lower.x + join.arrives, tops[join.lower.row]))
        cell = join.lower
        if cell.box is None and cell.right > cell.left:
            label = Box(cell.x + line.thick / 2 + 3, tops[cell.row] + (_LABEL_ROW - LABEL) / 2, line.label, LABEL)
    points.append((last.lower.x + last.arrives, lower.y))
    turn = 1.0
    if line.source == last.lower.box:
        points.reverse()
        turn = -1.0
    tip = points[-1]
    points[-1] = (tip[0], tip[1] - turn * head(line.thick)[0])
    return Route(tuple(points), tip, (0.0, turn), label)
