"""Fits a table into a terminal: intervals move below their number, names break where they may, last columns go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from farled.figures.table import Table
from farled.stats.intervals import Estimate, Rate

GAP, EDGE = 2, 1
KEPT = 2
NUMBERS = (int, float, Rate, Estimate)
_PIECES = re.compile(r"[^\s_/.:=-]*[\s_/.:=-]*")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table whose lines are as wide as they will be printed.

    Attributes:
        headings: Of the columns that fit.
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
        The whole table as it is where it fits. Else intervals stand below their number and names are broken after
        ``_``, ``-``, ``/``, ``.``, ``:``, ``=`` and spaces; then the last columns are left out, never the first two.
        A column that only says the unit of others is not named among those left out: they are written in it.
    """
    texts = table.texts()
    is_number = tuple(any(isinstance(row[at], NUMBERS) for row in table.rows) for at in range(len(table.headings)))
    natural = _natural(table.headings, texts)
    if sum(natural) + GAP * len(is_number) + EDGE <= width:
        return Fitted(table.headings, is_number, tuple(natural), tuple(map(tuple, texts)), ())
    stacked = [
        [cell.replace(" [", "\n[") if number else cell for cell, number in zip(row, is_number, strict=True)]
        for row in texts
    ]
    least = [_least(table.headings[at], [row[at] for row in stacked], is_number[at]) for at in range(len(is_number))]
    ends = list(accumulate(each + GAP for each in least))
    kept = max(min(KEPT, len(ends)), sum(end + EDGE <= width for end in ends))
    natural = _natural(table.headings[:kept], [row[:kept] for row in stacked])
    widths = _shared(least[:kept], natural, width - GAP * kept - EDGE)
    rows = tuple(
        tuple(
            cell if number else broken(cell, size) for cell, number, size in zip(row, is_number, widths, strict=False)
        )
        for row in stacked
    )
    units = {kind.partition("@")[2] for kind in (table.kinds or {}).values()}
    left_out = tuple(heading for heading in table.headings[kept:] if heading not in units)
    return Fitted(table.headings[:kept], is_number[:kept], tuple(widths), rows, left_out)


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


def _natural(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max(len(headings[at]), *(_longest(row[at]) for row in rows), 0) if rows else len(headings[at])
        for at in range(len(headings))
    ]


def _least(heading: str, cells: Sequence[str], is_number: bool) -> int:
    """Return the least width of a column: of its longest number or piece of a name, or of a word of its heading."""
    words = [len(word) for word in heading.split()]
    pieces = [_longest(cell) for cell in cells]
    if not is_number:
        pieces = [len(piece.rstrip()) for cell in cells for piece in _PIECES.findall(cell)]
    return max([*words, *pieces], default=0)


def _shared(least: list[int], natural: list[int], width: int) -> list[int]:
    """Return the widths of columns: what is left over goes to those that lack most."""
    widths = list(least)
    while sum(widths) < width and (lacking := [at for at in range(len(widths)) if widths[at] < natural[at]]):
        most = max(lacking, key=lambda at: natural[at] - widths[at])
        widths[most] += 1
    return widths


def _longest(cell: str) -> int:
    return max(map(len, cell.split("\n")), default=0)
