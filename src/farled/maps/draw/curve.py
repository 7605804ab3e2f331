"""Smooth lines through points: as few bends as the data has, and no peak that is not in it."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]


def pchip(points: Sequence[Point]) -> tuple[Cubic, ...]:
    """Return the monotone cubic line through points as Bézier pieces.

    Between two points the line stays between their values.

    Args:
        points: Two or more, x strictly rising.

    Example:
        >>> pchip([(0, 0), (3, 3)])
        (((0, 0), (1.0, 1.0), (2.0, 2.0), (3, 3)),)

    Source:
        Fritsch and Butland (1984), SIAM J. Sci. Stat. Comput. 5(2), 300-304; ends as in SciPy.
    """
    steps = [after[0] - before[0] for before, after in pairwise(points)]
    rises = [(after[1] - before[1]) / step for before, after, step in zip(points, points[1:], steps, strict=False)]
    slopes = _slopes(steps, rises)
    return tuple(
        (
            points[at],
            (points[at][0] + step / 3, points[at][1] + slopes[at] * step / 3),
            (points[at + 1][0] - step / 3, points[at + 1][1] - slopes[at + 1] * step / 3),
            points[at + 1],
        )
        for at, step in enumerate(steps)
    )


def path(pieces: Sequence[Cubic]) -> str:
    """Return the pieces as the data of an SVG path."""
    return f"M{_at(pieces[0][0])}" + follow(pieces)


def follow(pieces: Sequence[Cubic]) -> str:
    """Return the pieces as the rest of a path that stands at their start."""
    return "".join(f"C{_at(one)} {_at(two)} {_at(end)}" for _, one, two, end in pieces)


def reverse(pieces: Sequence[Cubic]) -> tuple[Cubic, ...]:
    """Return the same line from its end to its start."""
    return tuple((end, two, one, start) for start, one, two, end in reversed(pieces))


def samples(pieces: Sequence[Cubic], count: int = 16) -> Iterator[Point]:
    """Return points along the line: so many steps for each piece, both ends among them."""
    yield pieces[0][0]
    weights = _weights(count)
    for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in pieces:
        for a, b, c, d in weights:
            yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def on(piece: Cubic, share: float) -> Point:
    """Return the point of a piece at a parameter from 0 to 1."""
    a, b, c, d = _weight(share)
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = piece
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def _weight(share: float) -> tuple[float, float, float, float]:
    """Return how much each of the four points of a piece counts at a parameter."""
    rest = 1 - share
    return rest * rest * rest, 3 * rest * rest * share, 3 * rest * share * share, share * share * share


@cache
def _weights(count: int) -> tuple[tuple[float, float, float, float], ...]:
    return tuple(_weight(step / count) for step in range(1, count + 1))


def height_at(pieces: Sequence[Cubic], x: float) -> float:
    """Return y where a line made by ``pchip`` stands over x; its x runs evenly within a piece."""
    for start, one, two, end in pieces:
        if x <= end[0]:
            return on((start, one, two, end), (x - start[0]) / (end[0] - start[0]))[1]
    return pieces[-1][3][1]


def _slopes(steps: list[float], rises: list[float]) -> list[float]:
    if len(rises) == 1:
        return [rises[0], rises[0]]
    inner = [_inner(*pair) for pair in zip(steps, steps[1:], rises, rises[1:], strict=False)]
    first = _end(steps[0], steps[1], rises[0], rises[1])
    last = _end(steps[-1], steps[-2], rises[-1], rises[-2])
    return [first, *inner, last]


def _inner(step: float, next_step: float, rise: float, next_rise: float) -> float:
    if rise * next_rise <= 0:
        return 0.0
    one, two = 2 * next_step + step, next_step + 2 * step
    return (one + two) / (one / rise + two / next_rise)


def _end(step: float, next_step: float, rise: float, next_rise: float) -> float:
    slope = ((2 * step + next_step) * rise - step * next_rise) / (step + next_step)
    if slope * rise <= 0:
        return 0.0
    return 3 * rise if rise * next_rise < 0 and abs(slope) > 3 * abs(rise) else slope


def _at(point: Point) -> str:
    return f"{round(point[0], 1):g} {round(point[1], 1):g}"
