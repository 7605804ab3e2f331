"""The shape of a text table: its delimiter, its header, where its rows begin."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from farled.errors import InputError

DELIMITERS = ",;\t|"
_HEAD = 1 << 18
_VALUE = re.compile(r"-?\d+([.,]\d+)?|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{4}.*")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a text file is cut into columns and rows.

    Attributes:
        delimiter: Between the values.
        columns: Names of the columns, each once.
        skip: Rows before the first row of values, the header included.
        line: Number of the line on which the values begin; the first line of the file is 1.
    """

    delimiter: str
    columns: tuple[str, ...]
    skip: int
    line: int

    @property
    def delimiter_name(self) -> str:
        """Return the delimiter as a word."""
        return _NAMES.get(self.delimiter, repr(self.delimiter))


def shape_of(path: Path, shown: str, delimiter: str | None = None, skip_top: int = 0) -> Shape:
    """Find the delimiter and the header of a file in UTF-8.

    Args:
        path: Of the file.
        shown: Its name in messages.
        delimiter: If it is known.
        skip_top: Lines above the header that are no part of the table.

    Raises:
        InputError: There is no header, or nothing below it.
    """
    with path.open(encoding="utf-8", newline="") as file:
        head = file.read(_HEAD)
        is_whole = not file.read(1)
    lines = io.StringIO(head, newline="").readlines() if "\n" in head or "\r" in head else [head]
    above = skip_top
    while above < len(lines) and not lines[above].strip():
        above += 1
    if above < len(lines) and (named := re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", lines[above])):
        delimiter, above = named[1], above + 1
    body = "".join(lines[above:])
    if not body.strip():
        raise InputError(f"{shown!r} is empty below line {above}." if above else f"{shown!r} is empty.")
    delimiter = delimiter or _delimiter(body, ".tsv" in path.suffixes or ".tsv" in shown)
    header, used = _first_row(body, delimiter)
    if is_whole and not "".join(io.StringIO(body, newline="").readlines()[used:]).strip("\r\n \0"):
        raise InputError(f"{shown!r} has column names but no rows.")
    _require_names(header, shown)
    return Shape(delimiter, _once(header), above + 1, above + used + 1)


def _first_row(body: str, delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        line = body.splitlines()[0]
        return line.split(delimiter), 1


def _delimiter(body: str, prefers_tab: bool) -> str:
    """Take the delimiter that cuts the first rows into the same number of columns, and into most of them."""
    best, best_score = ",", (0.0, 0.0, False)
    for mark in DELIMITERS:
        widths = _widths(body, mark)
        if not widths or widths[0] < 2:
            continue
        alike = sum(width == widths[0] for width in widths) / len(widths)
        score = (round(alike, 1), float(widths[0]), prefers_tab and mark == "\t")
        if score > best_score:
            best, best_score = mark, score
    return best


def _widths(body: str, mark: str) -> list[int]:
    widths = []
    try:
        for row in csv.reader(io.StringIO(body, newline=""), delimiter=mark):
            if row:
                widths.append(len(row))
            if len(widths) == 50:
                break
    except csv.Error:
        pass
    return widths


def _require_names(header: Sequence[str], shown: str) -> None:
    named = [name for name in header if name.strip()]
    if not named:
        raise InputError(f"The first line of {shown!r} names no columns.")
    if sum(bool(_VALUE.fullmatch(name.strip())) for name in named) * 2 > len(named):
        raise InputError(
            f"The first line of {shown!r} holds values, not column names: {', '.join(named[:5])}.",
            "Add a first line with the names of the columns.",
        )


def _once(header: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own; DuckDB does not tell upper from lower case."""
    names: list[str] = []
    taken: set[str] = set()
    for place, raw in enumerate(header, 1):
        stem = raw.strip().strip("\ufeff").replace("\0", "") or f"column_{place}"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
