"""A table as it stands on a page: every cell a finished text, rates with a bar for share and interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from farled.figures.quantity import Label, said
from farled.figures.table import Cell, Table, meant
from farled.locale import duration, interval, number, percent, points, translator
from farled.stats.intervals import Estimate, Rate

DASH: Final = "\u2013"
ROWS: Final = 100

Value = Cell | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell.

    Attributes:
        kind: ``rate``, ``number``, ``path``, ``none`` or ``text``.
        text: What is read.
        bounds: The interval, or the reason why there is no value.
        share: Length of the bar, 0 to 100.
        first: Where the interval begins, 0 to 100.
        width: How long it is, 0 to 100.
        names: Of a path.
    """

    kind: str
    text: str
    bounds: str = ""
    share: float = 0.0
    first: float = 0.0
    width: float = 0.0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """Text of a column and how it is set: ``number``, ``wide`` for rates, or empty."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it is shown.

    Attributes:
        title: Read aloud as its caption.
        headings: One per column.
        rows: At most ``ROWS``.
        note: Below the table; may be empty.
    """

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Shown, ...], ...]
    note: str


def sheet(table: Table, language: str) -> Sheet:
    """Return a table as it is shown to a reader of a language; its texts are translated where they are known."""
    translate = translator(language)

    def heading(text: str) -> str:
        return said(text, language) if isinstance(text, Label) else translate(text)

    headings = tuple(map(heading, table.headings))
    kinds = {heading(each): _translated(kind, translate) for each, kind in (table.kinds or {}).items()}
    return sheet_of(heading(table.title), headings, table.rows, kinds, language)


def sheet_of(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[Value]], kinds: Mapping[str, str], language: str
) -> Sheet:
    """Return rows as they are shown; more than ``ROWS`` are left out and counted.

    Args:
        title: Heading.
        headings: One per column.
        rows: Cells in the order of the headings.
        kinds: How a plain number is meant, per heading, as in ``Table``.
        language: One of ``LANGUAGES``.
    """
    cells = tuple(
        tuple(shown(cell, kind, language) for cell, kind in zip(row, meant(kinds, headings, row), strict=True))
        for row in rows[:ROWS]
    )
    columns = tuple(Heading(heading, _column({row[at].kind for row in cells})) for at, heading in enumerate(headings))
    left = len(rows) - len(cells)
    more = translator(language).ngettext("One row more is in the CSV file.", "{n} rows more are in the CSV file.", left)
    return Sheet(title, columns, cells, more.format(n=number(left, language)) if left else "")


def _translated(kind: str, translate: Callable[[str], str]) -> str:
    how, at, column = kind.partition("@")
    return f"{how}@{translate(column)}" if at else kind


def shown(cell: Value, kind: str, language: str) -> Shown:
    """Return one cell as it is shown.

    Args:
        cell: A plain value, a rate, an estimate, or the names of a path.
        kind: How a number is meant, as in ``Table``; empty for a plain number.
        language: One of ``LANGUAGES``.
    """
    if cell is None:
        return Shown("none", DASH)
    if isinstance(cell, Rate | Estimate):
        is_share = isinstance(cell, Rate) and kind != "brief"
        return _estimated(cell, "share" if is_share else kind, language)
    if isinstance(cell, bool):
        return Shown("text", translator(language)("yes" if cell else "no"))
    if isinstance(cell, int | float):
        return Shown("number", _written(cell, kind, language))
    return Shown("text", said(cell, language)) if isinstance(cell, str) else Shown("path", "", names=cell)


def _estimated(cell: Rate | Estimate, kind: str, language: str) -> Shown:
    value, low, high = cell.value, cell.low, cell.high
    if kind == "brief":
        return Shown("none", DASH) if value is None else Shown("number", percent(value, language))
    if value is None:
        return Shown("none", DASH, bounds=translator(language)(cell.reason or ""))
    if kind == "share":
        if low is None or high is None:
            return Shown("rate", percent(value, language), share=_place(value), first=_place(value))
        bounds = interval(low, high, language)
        return Shown(
            "rate", percent(value, language), bounds, _place(value), _place(low), round(_place(high) - _place(low), 2)
        )
    bounds = "" if low is None or high is None else _bounds(low, high, kind, language)
    return Shown("number", _written(value, kind, language), bounds)


def _bounds(low: float, high: float, kind: str, language: str) -> str:
    between = f" {translator(language).pgettext('between two numbers', 'to')} " if low < 0 else DASH
    return f"{_written(low, kind, language)}{between}{_written(high, kind, language)}"


def _written(value: float, kind: str, language: str) -> str:
    if kind == "seconds":
        return duration(value, language)
    if kind == "share":
        return percent(value, language)
    if kind == "points":
        return points(value, language)
    if kind == "p":
        return f"<{number(0.001, language, 3)}" if value < 0.001 else number(value, language, 3)
    whole = isinstance(value, int) or abs(value) >= 100
    return number(value, language, 0 if whole else 1 if abs(value) >= 10 else 2)


def _place(share: float) -> float:
    return round(100 * min(1.0, max(0.0, share)), 2)


def _column(kinds: set[str]) -> str:
    if "rate" in kinds:
        return "wide"
    return "number" if "number" in kinds and "text" not in kinds else ""
