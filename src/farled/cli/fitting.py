"""Fits a table into a terminal: intervals and columns move below numbers, names break where they may, columns fold."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile

from farled.figures.table import UNKNOWN, Table
from farled.stats.intervals import Estimate, Rate

GAP, EDGE = 2, 1
KEPT = 2
PARTS = 3
SHORT = 8
NUMBERS = (int, float, Rate, Estimate)
_PIECES = re.compile(r"(?:[^\s_/.:=-]|(?<=\d)[.:-](?=\d))*[\s_/.:=-]*")
"""A piece of a name ends behind what parts it; no number, time or day is taken apart."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table whose lines are as wide as they will be printed.

    Attributes:
        headings: Of the columns that fit; of one that stands below another, in a second line.
        is_number: Whether each column holds numbers.
        widths: Of the columns, in characters.
        rows: Cells; lines of a cell are parted by newlines.
        left_out: Headings of the columns that do not fit.
    """

    headings: tuple[str, ...]
    is_number: tuple[bool, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]


def fitted(table: Table, width: int) -> Fitted:
    """Return a table as it fits into a width.

    Args:
        table: What is shown.
        width: Characters of a line.

    Returns:
        The whole table as it is where it fits. Else columns go that are empty, or only say the unit of others, since it
        is written in them, intervals stand below their number, and names of more than eight letters are broken after
        ``_``, ``-``, ``/``, ``.``, ``:``, ``=`` and spaces; then columns stand below others, as the table says; then
        the last are left out, never the first two.
    """
    return _part(_narrowed(table, width), width)


def folded(table: Table, width: int) -> tuple[Fitted, ...]:
    """Return a table as it fits into a width, in up to three parts below each other, each with the names of its rows.

    A table that needs more is not folded: its first part says what is left out.
    """
    columns = _narrowed(table, width)
    names = list(takewhile(lambda column: not column.is_number, columns[:KEPT]))
    parts = [_part(columns, width)]
    while parts[-1].left_out and len(parts) < PARTS:
        columns = [*names, *columns[len(parts[-1].headings) :]]
        parts.append(_part(columns, width))
        if len(parts[-1].headings) <= len(names) or _needed(parts[-1].widths) > width:
            return tuple(parts[:1])
    return tuple(parts[:1] if parts[-1].left_out else parts)


def _narrowed(table: Table, width: int) -> list["_Column"]:
    """Return the columns of a table, made narrow where it is wider than a width."""
    numbers = [any(isinstance(row[at], NUMBERS) for row in table.rows) for at in range(len(table.headings))]
    columns = [_Column(*column, numbers[at]) for at, column in enumerate(_by_column(table))]
    if _needed([column.natural for column in columns]) <= width:
        return [replace(column, is_whole=True) for column in columns]
    units = {kind.partition("@")[2] for kind in (table.kinds or {}).values()}
    columns = [column.stacked() if column.is_number else column for column in columns if not column.is_idle(units)]
    if _needed([column.least for column in columns]) > width:
        columns = _joined(columns, table.below or {})
    return columns


def _part(columns: Sequence["_Column"], width: int) -> Fitted:
    """Return the first columns as they fit into a width."""
    ends = list(accumulate(column.least + GAP for column in columns))
    kept = max(min(KEPT, len(ends)), sum(end + EDGE <= width for end in ends))
    shown = columns[:kept]
    widths = _shared(
        [column.least for column in shown], [column.natural for column in shown], width - EDGE - GAP * kept
    )
    cells = [column.lines(size) for column, size in zip(shown, widths, strict=True)]
    left_out = tuple(heading for column in columns[kept:] for heading in column.headings)
    headings = tuple("\n".join(column.headings) for column in shown)
    is_number = tuple(column.is_number for column in shown)
    return Fitted(headings, is_number, tuple(widths), tuple(zip(*cells, strict=True)), left_out)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column, with one that stands below it."""

    heading: str
    cells: Sequence[str]
    is_number: bool
    is_whole: bool = False
    below: "_Column | None" = None

    def is_idle(self, units: Collection[str]) -> bool:
        """Say whether nobody misses the column: it names units, which stand in the numbers, or it is empty."""
        return self.heading in units or (len(self.cells) > 0 and not any(self.cells))

    def stacked(self) -> "_Column":
        """Return the column with each interval below its number, and no line broken."""
        return replace(self, cells=[cell.replace(" [", "\n[") for cell in self.cells], is_whole=True)

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.heading, *(self.below.headings if self.below else ()))

    @property
    def natural(self) -> int:
        """The width in which nothing is broken."""
        own = max([len(self.heading), *map(_longest, self.cells)])
        return max(own, self.below.natural) if self.below else own

    @property
    def least(self) -> int:
        """The least width: of the longest number or piece of a name, or of a word of the heading."""
        pieces = [*map(len, self.heading.split()), *(0 for _ in self.cells)]
        for cell in self.cells:
            parts = [cell] if self.is_whole or len(cell) <= SHORT else _PIECES.findall(cell)
            pieces += [_longest(part.rstrip()) for part in parts]
        return max([*pieces, self.below.least if self.below else 0], default=0)

    def lines(self, width: int) -> list[str]:
        """Return the cells in lines of a width."""
        own = list(self.cells) if self.is_whole else [broken(cell, width) for cell in self.cells]
        if self.below is None:
            return own
        return [
            upper if lower == UNKNOWN else f"{upper}\n{lower}"
            for upper, lower in zip(own, self.below.lines(width), strict=True)
        ]


def _by_column(table: Table) -> list[tuple[str, list[str]]]:
    texts = table.texts()
    return [(heading, [row[at] for row in texts]) for at, heading in enumerate(table.headings)]


def _joined(columns: Sequence[_Column], below: Mapping[str, str]) -> list[_Column]:
    """Return the columns of which some stand below others."""
    under = {below[column.heading]: column for column in columns if column.heading in below}
    return [replace(column, below=under.get(column.heading)) for column in columns if column.heading not in below]


def _needed(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * len(widths) + EDGE


def broken(text: str, width: int) -> str:
    r"""Return text in lines of at most a width, broken after a separator; a piece that is longer stays whole.

    >>> broken("add_to_cart", 7)
    'add_to_\ncart'
    """
    lines = [""]
    for piece in filter(None, _PIECES.findall(text)):
        if lines[-1] and len((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _shared(least: list[int], natural: list[int], width: int) -> list[int]:
    """Return the widths of columns: what is left over goes to those that lack most."""
    widths = list(least)
    while sum(widths) < width and (lacking := [at for at in range(len(widths)) if widths[at] < natural[at]]):
        most = max(lacking, key=lambda at: natural[at] - widths[at])
        widths[most] += 1
    return widths


def _longest(cell: str) -> int:
    return max(map(len, cell.split("\n")), default=0)
