"""A table as data: what every answer is when it is not a picture."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from farled.stats.intervals import Estimate, Rate

Cell = str | int | float | bool | Rate | Estimate | None
UNKNOWN = "–"
_UNITS = {"share": ("share", "points"), "per customer": ("", "each")}  # of a number, and of a difference of two
_LONGEST = ((86_400, "d"), (3_600, "h"), (60, "min"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of plain values; how a number is written is decided by whoever shows it.

    Attributes:
        title: What the table says, as a heading.
        headings: One per column.
        rows: Cells in the order of the headings.
        kinds: How a plain number is meant, per heading: ``"seconds"``, ``"share"``, ``"points"`` (a difference
            of shares), ``"each"`` (per customer) or ``"p"``; others are written as they are. A rate that is
            ``"brief"`` is read without its interval. ``"@per"`` is what the row says in its column "per",
            ``"change@per"`` a difference of two such numbers.
        note: One line below, or empty.
        below: Columns that stand below others where there is no room for all: the heading of the other, per heading.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kinds: Mapping[str, str] | None = None
    note: str = ""
    below: Mapping[str, str] | None = None

    def records(self) -> Iterator[dict[str, Any]]:
        """Return one mapping per row; a rate or estimate becomes its value, low, high and n."""
        for row in self.rows:
            yield {
                heading: cell.to_dict() if isinstance(cell, Rate | Estimate) else cell
                for heading, cell in zip(self.headings, row, strict=True)
            }

    def flat(self) -> tuple[list[str], list[list[Any]]]:
        """Return headings and rows in which a rate or estimate takes four columns: value, low, high, n."""
        wide = {
            at for at in range(len(self.headings)) if any(isinstance(row[at], Rate | Estimate) for row in self.rows)
        }
        headings: list[str] = []
        for at, heading in enumerate(self.headings):
            headings += [heading, f"{heading} low", f"{heading} high", f"{heading} n"] if at in wide else [heading]
        return headings, [_flat_row(row, wide) for row in self.rows]

    def csv(self) -> str:
        """Return comma-separated text with full precision; text that a spreadsheet would run gets an apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        headings, rows = self.flat()
        writer.writerow(map(inert, headings))
        writer.writerows([inert(cell) for cell in row] for row in rows)
        return out.getvalue()

    def html(self) -> str:
        """Return a plain HTML table for a notebook."""
        head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in self.headings)
        body = "\n".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in self.texts())
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>{note}"

    def texts(self) -> list[list[str]]:
        """Return the cells as a person reads them in English."""
        return [
            [_text(cell, kind) for cell, kind in zip(row, meant(self.kinds or {}, self.headings, row), strict=True)]
            for row in self.rows
        ]

    def __str__(self) -> str:
        rows = [list(self.headings), *self.texts()]
        widths = [max(len(row[at]) for row in rows) for at in range(len(self.headings))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([self.title, *lines, *([self.note] if self.note else [])])


def meant(kinds: Mapping[str, str], headings: Sequence[str], row: Sequence[object]) -> list[str]:
    """Return how the numbers of a row are meant, one kind per column.

    >>> meant({"a": "@per", "change": "change@per"}, ("a", "change", "per"), (0.2, 0.1, "share"))
    ['share', 'points', '']
    >>> meant({"a": "@per", "change": "change@per"}, ("a", "change", "per"), (9, 0.1, "per customer"))
    ['', 'each', '']
    """
    found = []
    for heading in headings:
        kind, at, column = kinds.get(heading, "").partition("@")
        unit = str(row[headings.index(column)]) if at else ""
        found.append(_UNITS.get(unit, (unit, unit))[kind == "change"] if at else kind)
    return found


def _flat_row(row: tuple[Cell, ...], wide: set[int]) -> list[Any]:
    flat: list[Any] = []
    for at, cell in enumerate(row):
        if isinstance(cell, Rate | Estimate):
            flat += [cell.value, cell.low, cell.high, cell.n]
        else:
            flat += [cell, None, None, None] if at in wide else [cell]
    return flat


def inert(cell: Any) -> Any:
    """Return a cell as a spreadsheet can take it: text that it would run as a formula gets an apostrophe.

    >>> inert("=1+1"), inert(-1)
    ("'=1+1", -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _text(cell: Cell, kind: str) -> str:
    if cell is None:
        return UNKNOWN
    if isinstance(cell, Rate | Estimate) and kind == "brief":
        return _percent(cell.value)
    if isinstance(cell, Rate):
        low, high = cell.low, cell.high
        return "–" if low is None or high is None else f"{_percent(cell.value)} [{100 * low:.1f}–{100 * high:.1f}]"
    if isinstance(cell, Estimate):
        return _estimate(cell, kind)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return _written(cell, kind)


def _estimate(cell: Estimate, kind: str) -> str:
    if cell.value is None:
        return f"– ({cell.reason})"
    if cell.low is None or cell.high is None:
        return _written(cell.value, kind)
    if kind == "share":
        between = " to " if cell.low < 0 else "–"
        return f"{_percent(cell.value)} [{100 * cell.low:.1f}{between}{100 * cell.high:.1f}]".replace("-", "−")
    return f"{_written(cell.value, kind)} [{_bounds(cell.low, cell.high, kind)}]"


def _bounds(low: float, high: float, kind: str) -> str:
    """Return the bounds of an interval with one unit for both, or with none where the number tells it."""
    if kind == "points":
        return f"{100 * low:.1f} to {100 * high:.1f}".replace("-", "−")
    between = " to " if low < 0 else "–"
    size, unit = 1, ""
    if kind == "seconds":
        size, unit = next((each for each in _LONGEST if max(abs(low), abs(high)) >= each[0]), (1, "s"))
    return f"{_number(low / size)}{between}{_number(high / size)} {unit}".rstrip()


def _written(value: float, kind: str) -> str:
    if kind == "seconds":
        return duration(value) if value >= 0 else f"−{duration(-value)}"
    if kind == "share":
        return _percent(value)
    if kind == "points":
        return "0.0 pp" if round(100 * value, 1) == 0 else f"{100 * value:+.1f} pp".replace("-", "−")
    if kind == "each":
        return f"{_number(value)} each"
    if kind == "p":
        return "<0.001" if value < 0.001 else f"{value:.3f}"
    return _number(value)


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{100 * share:.1f} %".replace("-", "−")


def _number(value: float) -> str:
    """Return a number of three significant digits, and of all that stand before the decimal point."""
    text = f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 100 else f"{value:,.3g}"
    return text.replace(",", "\u00a0").replace("-", "−")


def duration(seconds: float) -> str:
    """Return seconds in the two largest units that matter.

    >>> duration(93784), duration(42), duration(0.25), duration(71_990)
    ('1 d 2 h', '42 s', '0.25 s', '20 h')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.3g} s"
    step = next((smaller for larger, smaller in ((86_400, 3_600), (3_600, 60)) if whole >= larger), 1)
    whole = (whole + step // 2) // step * step
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    first = next(at for at, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count)
