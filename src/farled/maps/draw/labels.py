"""Places labels so that none hides another, a point or a line."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final, NamedTuple

from farled.maps.draw.curve import Point
from farled.maps.draw.pen import Box

_APART: Final = 8.0  # so far beside each other labels stand where there is room
_NEARNESS: Final = 10.0  # so many units away are as bad as one point of a line covered


class Label(NamedTuple):
    """A text to place: its name, its size, the point it belongs to, and upper left corners where it might stand."""

    key: tuple[str, int]
    size: tuple[float, float]
    point: Point
    places: Sequence[Point]


def arrange(
    wanted: Iterable[Label], fixed: Sequence[Box], line: Sequence[Point], edge: Box
) -> dict[tuple[str, int], Box]:
    """Return a box for each label, in the order given.

    A label never meets another label or a fixed box and stays inside the edge; of the places left, if possible of those
    a little apart from other labels, it takes the one that covers least of the lines and lies nearest to its point. A
    label without any such place is left out.

    Args:
        wanted: The labels, most important first.
        fixed: What must stay free.
        line: Points of lines that had better stay free.
        edge: What a label may not leave.
    """
    placed: dict[tuple[str, int], Box] = {}
    for label in wanted:
        boxes = [Box(x, y, *label.size) for x, y in label.places]
        inside = [box for box in boxes if _inside(box, edge) and not any(box.meets(other) for other in fixed)]
        free = _apart(inside, placed.values(), _APART) or _apart(inside, placed.values(), 0.0)
        if free:
            near = _near(line, free)
            placed[label.key] = min(free, key=partial(_cost, label.point, near))
    return placed


def _apart(boxes: Sequence[Box], others: Iterable[Box], gap: float) -> list[Box]:
    """Return the boxes beside which there is a gap to all others."""
    wide = [other._replace(x=other.x - gap, w=other.w + 2 * gap) for other in others]
    return [box for box in boxes if not any(box.meets(other) for other in wide)]


def _near(line: Sequence[Point], boxes: Sequence[Box]) -> list[Point]:
    """Return the points that any of the boxes might cover."""
    left, right = min(box.x for box in boxes) - 2, max(box.right for box in boxes) + 2
    return [point for point in line if left < point[0] < right]


def _inside(box: Box, edge: Box) -> bool:
    return edge.x <= box.x and box.right <= edge.right and edge.y <= box.y and box.bottom <= edge.bottom


def _cost(point: Point, line: Sequence[Point], box: Box) -> float:
    left, top, right, bottom = box.x - 1.5, box.y - 1.5, box.right + 1.5, box.bottom + 1.5
    covered = sum(1 for x, y in line if left < x < right and top < y < bottom)
    aside = max(box.x - point[0], point[0] - box.right, 0.0)
    return covered + (aside + 2 * max(box.y - point[1], point[1] - box.bottom, 0.0)) / _NEARNESS
