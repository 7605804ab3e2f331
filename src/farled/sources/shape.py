"""The shape of a text table: its delimiter, its header, where its rows begin."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from farled.errors import InputError
from farled.sources.encoding import EXPORT_AGAIN
from farled.sources.guard import bare

DELIMITERS = ",;\t|"
ADDED = (
    "rejected_file",
    "rejected_line",
    "rejected_column",
    "rejected_value",
    "rejected_reason",
    "rejected_event",
    "rejected_text",
)
"""Columns that stand before those of a file's rows where these were rejected: where a row stood, what is wrong with it,
the events that it did not become, and the text of a line that is no row. Readers leave them out."""

_KNOWN_BY = {"rejected_file", "rejected_line", "rejected_reason"}
_RETURNED = re.compile(rf'\ufeff?"?{ADDED[0]}"?([{DELIMITERS}])"?{ADDED[1]}"?\1')
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
        added: Of a file of rejected rows: which of the columns hold what was added, by the names of `ADDED`.
        again: Names that stand in the header again, by the names that those columns have now.
    """

    delimiter: str
    columns: tuple[str, ...]
    skip: int
    line: int
    added: Mapping[str, str] = field(default_factory=dict)
    again: Mapping[str, str] = field(default_factory=dict)

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
    returned = _RETURNED.match(head)
    delimiter, above = (returned[1], 0) if returned else (delimiter, skip_top)
    while above < len(lines) and not lines[above].strip():
        above += 1
    if above < len(lines) and (named := re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", lines[above])):
        delimiter, above = named[1], above + 1
    body = "".join(lines[above:])
    if not body.strip():
        said = f"{shown!r} is empty below line {above}." if above else f"{shown!r} is empty."
        raise InputError(said, EXPORT_AGAIN)
    delimiter = delimiter or _delimiter(body, ".tsv" in path.suffixes or ".tsv" in shown)
    header, used = _first_row(body, delimiter)
    if is_whole and not "".join(io.StringIO(body, newline="").readlines()[used:]).strip("\r\n \0"):
        raise InputError(f"{shown!r} has column names but no rows.", EXPORT_AGAIN)
    _require_names(header, shown)
    columns, added = _parted(header)
    written = {} if added else dict(zip(columns, map(_stem, header), strict=True))
    again = {column: name for column, name in written.items() if name and name != column}
    return Shape(delimiter, columns, above + 1, above + used + 1, added, again)


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


def _parted(header: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Name the columns; those added to rejected rows give way to originals of the same name, and are told apart."""
    plain = [name.strip().strip("\ufeff").casefold() for name in header]
    if not set(plain) >= _KNOWN_BY:
        return _once(header), {}
    places = {plain.index(name): name for name in ADDED if name in plain}
    originals = iter(_once([bare(name) for place, name in enumerate(header) if place not in places]))
    columns = [places.get(place) or next(originals) for place in range(len(header))]
    taken = {name.casefold() for place, name in enumerate(columns) if place not in places}
    for place in places:
        while columns[place] in taken:
            columns[place] = f"_{columns[place]}"
    return tuple(columns), {name: columns[place] for place, name in places.items()}


def _once(header: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own; DuckDB does not tell upper from lower case."""
    names: list[str] = []
    taken: set[str] = set()
    for place, raw in enumerate(header, 1):
        stem = _stem(raw) or f"column_{place}"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def _stem(raw: str) -> str:
    return raw.strip().strip("\ufeff").replace("\0", "")
