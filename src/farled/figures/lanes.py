"""Cells of a graph in rows: in which order, so that few lines cross, and where, so that lines run straight."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from farled.figures.layers import Pair

CORNER: Final = 16.0  # so much of a border no line leaves or enters
_SWEEPS: Final = 24


class Line(NamedTuple):
    """A way to be drawn: from where to where, how thick, how wide its label is."""

    source: int
    target: int
    thick: float
    label: float


def head(thick: float) -> tuple[float, float]:
    """Return length and half width of the tip of a line."""
    return 6 + 0.9 * thick, 3 + 0.7 * thick


def need(line: Line, at: int) -> float:
    """Return how much of the border of a box one of its lines takes."""
    return (2 * head(line.thick)[1] if line.target == at else line.thick) + 5


@dataclass(slots=True, eq=False)
class Cell:
    """What takes room in a row: a box, or a way that passes, with its label or without."""

    row: int
    left: float
    right: float
    box: int | None = None
    above: list["Join"] = field(default_factory=list)
    below: list["Join"] = field(default_factory=list)
    place: int = 0
    x: float = 0.0


@dataclass(slots=True, eq=False)
class Join:
    """A part of a line between two rows: from which cell to which, and where on both it leaves and arrives."""

    line: Line
    upper: Cell
    lower: Cell
    leaves: float = 0.0
    arrives: float = 0.0

    @property
    def weight(self) -> float:
        return (1 + self.line.thick / 4) * (1 if self.upper.box is not None or self.lower.box is not None else 6)


class Rows:
    """The cells of a layout by row; the even rows hold the boxes."""

    def __init__(
        self,
        found: Sequence[Sequence[int]],
        widths: Sequence[float],
        aside: Sequence[float],
        lines: Sequence[Line],
        ends: Sequence[tuple[int, ...]],
    ) -> None:
        self.rows: list[list[Cell]] = [[] for _ in range(max(1, 2 * len(found) - 1))]
        self.boxes: dict[int, Cell] = {}
        self.chains: dict[Pair, list[Join]] = {}
        for at, layer in enumerate(found):
            for box in layer:
                half = widths[box] / 2
                self.boxes[box] = self._add(Cell(2 * at, half, half + aside[box], box))
        for line, (one, two) in zip(lines, ends, strict=True):
            if one != two:
                self.chains[line.source, line.target] = self._chain(line, self.boxes[one], self.boxes[two])

    def _add(self, cell: Cell) -> Cell:
        cell.place = len(self.rows[cell.row])
        self.rows[cell.row].append(cell)
        return cell

    def _chain(self, line: Line, upper: Cell, lower: Cell) -> list[Join]:
        """Give a line a cell in each row that it passes; its label stands where there is most room."""
        free = range(upper.row + 1, lower.row, 2)
        labelled = min(free, key=lambda row: (sum(cell.left + cell.right for cell in self.rows[row]), row))
        half = line.thick / 2 + 3
        passed = [
            self._add(Cell(row, half, half + (line.label if row == labelled else 0)))
            for row in range(upper.row + 1, lower.row)
        ]
        joins = [Join(line, one, two) for one, two in pairwise([upper, *passed, lower])]
        for join in joins:
            join.upper.below.append(join)
            join.lower.above.append(join)
        return joins

    def least(self) -> float:
        """Return the width of the widest row."""
        return max((_offsets(row)[-1] + row[0].left + row[-1].right for row in self.rows if row), default=0.0)

    def order(self) -> None:
        """Order the cells of each row so that few lines cross: by the mean of their neighbours, to and fro.

        Source:
            Sugiyama, Tagawa and Toda (1981), IEEE Trans. Syst. Man Cybern. 11(2), 109-125.
        """
        best, kept, idle = self._crossings(), [row.copy() for row in self.rows], 0
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            for row in self.rows if down else reversed(self.rows):
                row.sort(key=lambda cell: _mean(cell, down))
                _number(row)
            for row in self.rows:
                _swap(row)
            crossings = self._crossings()
            if crossings < best:
                best, kept, idle = crossings, [row.copy() for row in self.rows], 0
            idle += 1
            if idle > 6:
                break
        self.rows = kept
        for row in self.rows:
            _number(row)

    def _crossings(self) -> int:
        total = 0
        for row in self.rows:
            seen: list[int] = []
            ways = sorted((join.upper.place, join.lower.place) for cell in row for join in cell.below)
            for _, lower in ways:
                total += len(seen) - bisect_left(seen, lower + 1)
                insort(seen, lower)
        return total

    def spread(self) -> None:
        """Give each line its place on the borders of its boxes, in the order in which they go on."""
        for box, cell in self.boxes.items():
            room = 2 * cell.left - 2 * CORNER
            cell.below.sort(key=lambda join: join.lower.place)
            for join, x in zip(cell.below, _along(cell.below, box, room), strict=True):
                join.leaves = x
            cell.above.sort(key=lambda join: join.upper.place)
            for join, x in zip(cell.above, _along(cell.above, box, room), strict=True):
                join.arrives = x

    def place(self, width: float) -> None:
        """Give each cell its x: as near above and below its neighbours as the others allow."""
        offsets = [_offsets(row) for row in self.rows]
        cells = [cell for row in self.rows for cell in row]
        above = {id(c): [(j.upper, j.leaves - j.arrives, j.weight) for j in c.above] for c in cells}
        below = {id(c): [(j.lower, j.arrives - j.leaves, j.weight) for j in c.below] for c in cells}
        both = {key: pulls + below[key] for key, pulls in above.items()}
        for row, offset in zip(self.rows, offsets, strict=True):
            _pack(row, offset, [(width / 2, 1.0)] * len(row), width)
        for sweep in range(_SWEEPS):
            pulls = both if 2 * _SWEEPS // 3 < sweep < _SWEEPS - 1 else below if sweep % 2 == 0 else above
            down = pulls is not below
            for at in range(len(self.rows)) if down else reversed(range(len(self.rows))):
                row = self.rows[at]
                _pack(row, offsets[at], [_wanted(cell.x, pulls[id(cell)]) for cell in row], width)
        for chain in sorted(self.chains.values(), key=lambda each: (-each[0].line.thick, each[0].line[:2])):
            self._straighten(chain, width)
        low = min((cell.x - cell.left for cell in cells), default=0.0)
        high = max((cell.x + cell.right for cell in cells), default=width)
        for cell in cells:
            cell.x += (width - high - low) / 2

    def _straighten(self, chain: Sequence[Join], width: float) -> None:
        """Let the cells between two boxes stand straight below each other as far as their neighbours allow."""
        start, end = chain[0].upper.x + chain[0].leaves, chain[-1].lower.x + chain[-1].arrives
        cells = [join.lower for join in chain[:-1]]
        while cells:
            low, high, many = 0.0, width, 0
            for cell in cells:
                least, most = self._between(cell, width)
                if max(low, least) > min(high, most):
                    break
                low, high, many = max(low, least), min(high, most), many + 1
            wished = (start, end) if many == len(cells) else (start, cells[many - 1].x)
            x = next((place for place in wished if low <= place <= high), min(max(wished[0], low), high))
            for cell in cells[:many]:
                cell.x = start = x
            cells = cells[many:]

    def _between(self, cell: Cell, width: float) -> tuple[float, float]:
        """Return between which places a cell may move."""
        row = self.rows[cell.row]
        low, high = cell.left, width - cell.right
        if cell.place:
            before = row[cell.place - 1]
            low = before.x + _apart(before, cell)
        if cell.place + 1 < len(row):
            after = row[cell.place + 1]
            high = after.x - _apart(cell, after)
        return min(low, cell.x), max(high, cell.x)


def _along(joins: Sequence[Join], box: int, room: float) -> Iterator[float]:
    """Yield where on a border of a box its lines meet it, from its middle."""
    needs = [need(join.line, box) for join in joins]
    gap = min(10.0, max(0.0, room - sum(needs)) / max(1, len(needs)))
    x = -(sum(needs) + gap * (len(needs) - 1)) / 2
    for taken in needs:
        yield x + taken / 2
        x += taken + gap


def _number(row: Iterable[Cell]) -> None:
    for place, cell in enumerate(row):
        cell.place = place


def _mean(cell: Cell, down: bool) -> float:
    others = [join.upper.place for join in cell.above] if down else [join.lower.place for join in cell.below]
    return sum(others) / len(others) if others else cell.place


def _swap(row: list[Cell]) -> None:
    """Swap neighbours in a row where fewer lines cross then."""
    for at in range(len(row) - 1):
        one, two = row[at], row[at + 1]
        if _crossed(one, two) > _crossed(two, one):
            row[at], row[at + 1] = two, one
            one.place, two.place = at + 1, at


def _crossed(one: Cell, two: Cell) -> int:
    above = sum(a.upper.place > b.upper.place for a in one.above for b in two.above)
    return above + sum(a.lower.place > b.lower.place for a in one.below for b in two.below)


def _wanted(x: float, pulls: Sequence[tuple[Cell, float, float]]) -> tuple[float, float]:
    """Return where a cell had best stand and how much that counts."""
    total, whole = x * 0.001, 0.001
    for other, shift, weight in pulls:
        total += (other.x + shift) * weight
        whole += weight
    return total / whole, whole


def _offsets(row: Sequence[Cell]) -> list[float]:
    """Return how far each cell of a row is at least from the first."""
    found = [0.0]
    for one, two in pairwise(row):
        found.append(found[-1] + _apart(one, two))
    return found


def _apart(one: Cell, two: Cell) -> float:
    """Return how far two neighbours stand apart at least."""
    return one.right + two.left + (3.0, 10.0, 24.0)[(one.box is not None) + (two.box is not None)]


def _pack(row: Sequence[Cell], offsets: Sequence[float], wanted: Sequence[tuple[float, float]], width: float) -> None:
    """Give the cells of a row the places nearest to the wanted ones that keep their order, gaps and the rims.

    Source:
        Pool adjacent violators: Ayer et al. (1955), Ann. Math. Stat. 26(4), 641-647.
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for (x, weight), offset in zip(wanted, offsets, strict=False):
        mean, whole, count = x - offset, weight, 1
        while pools and pools[-1][0] >= mean:
            other, more, cells = pools.pop()
            mean, whole, count = (mean * whole + other * more) / (whole + more), whole + more, count + cells
        pools.append((mean, whole, count))
    places = [mean for mean, _, count in pools for _ in range(count)]
    for cell, place, offset in zip(row, places, offsets, strict=False):
        low, high = row[0].left, width - row[-1].right - offsets[-1]
        cell.x = min(max(place, low), high) + offset
