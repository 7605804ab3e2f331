"""Places labels so that none hides another, a point or a line."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from farled.maps.draw.curve import Point
from farled.maps.draw.pen import Box


class Label(NamedTuple):
    """A text to place: its name, its size, and upper left corners where it might stand, best first."""

    key: tuple[str, int]
    size: tuple[float, float]
    places: Sequence[Point]


def arrange(
    wanted: Iterable[Label], fixed: Sequence[Box], line: Sequence[Point], edge: Box
) -> dict[tuple[str, int], Box]:
    """Return a box for each label, in the order given.

    A label never meets another label or a fixed box and stays inside the edge; of the places left it takes the
    first that meets no point of the lines, else the one that meets fewest. A label without any such place is
    left out.

    Args:
        wanted: The labels, most important first.
        fixed: What must stay free.
        line: Points of lines that had better stay free.
        edge: What a label may not leave.
    """
    placed: dict[tuple[str, int], Box] = {}
    for label in wanted:
        boxes = [Box(x, y, *label.size) for x, y in label.places]
        taken = [*fixed, *placed.values()]
        free = [box for box in boxes if _inside(box, edge) and not any(box.meets(other) for other in taken)]
        if free:
            placed[label.key] = min(free, key=lambda box: _met(box, line))
    return placed


def _inside(box: Box, edge: Box) -> bool:
    return edge.x <= box.x and box.right <= edge.right and edge.y <= box.y and box.bottom <= edge.bottom


def _met(box: Box, line: Sequence[Point]) -> int:
    rim = box.grown(1.5)
    return sum(1 for x, y in line if rim.x < x < rim.right and rim.y < y < rim.bottom)
