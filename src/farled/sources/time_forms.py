"""How a column writes its times: as somebody says, or as some of its values tell.

Known without being told: ISO 8601 in any form, epoch seconds, milliseconds, microseconds and nanoseconds, days of a
spreadsheet, ``dd.mm.yyyy``, ``dd/mm/yyyy``, ``dd/mm-yyyy`` and ``mm/dd/yyyy`` with or without a time of day, and these
with years of two digits. Where day, month and year cannot be told apart by any value, an error asks; nothing is
guessed.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from farled.errors import InputError
from farled.sources.time_iso import ISO_TEXT
from farled.sources.time_numbers import EPOCHS, EXCEL, magnitude

_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})([./ -])(\d{4}|\d{2})(?!\d)(?:,? (?:kl\.? )?.*)?")
_YEAR = re.compile(r"\d{4}([./-])\d{1,2}\1\d{1,2}(?:,? (?:kl\.? )?.*)?")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?|[3-5]\d{4},\d+")
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %H.%M", " %H.%M.%S")
_HALF_DAYS = (" %I:%M %p", " %I:%M:%S %p")
_LEADS = (", ", " kl. ", " kl ")
_PARTS = frozenset({*(f"%{part}" for part in "abcdfghjmnpuwxyzABGHIMSTUVWXYZ%"), *(f"%-{part}" for part in "djmyHIMS")})
"""What a format of DuckDB's ``strptime`` may consist of, beside letters that stand for themselves."""
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "..": ("dmy", "ymd"),
    "//": ("dmy", "mdy", "ymd"),
    "--": ("dmy", "mdy", "ymd"),
    "/-": ("dmy",),
    "/ ": ("dmy",),
}


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How a column writes its times.

    Attributes:
        kind: ``"iso"``, ``"epoch_s"`` and the like, ``"excel_days"``, or ``"formats"``.
        formats: For ``"formats"``: as of ``strptime``, tried in order.
        zone: Of times that name none.
        first: Format of most values, tried first because it is fast; part of ``"iso"``.
    """

    kind: str
    zone: str = "UTC"
    formats: tuple[str, ...] = ()
    first: str = ""

    def __str__(self) -> str:
        return " or ".join(self.formats) if self.kind == "formats" else self.kind


@dataclass(frozen=True, slots=True)
class Doubt:
    """A column of days such as 03/04/2026 that can be read in several ways, until all its values are seen.

    Attributes:
        separator: Between day, month and year.
        clocks: Formats of the time of day that may follow.
        orders: In which day, month and year may stand; ``y`` is a year of two digits, ``Y`` one of four.
    """

    separator: str
    clocks: tuple[str, ...] = _CLOCKS
    orders: tuple[str, ...] = ("dmY", "mdY")


def given(formats: str | Sequence[str], zone: str) -> TimeForm:
    """Return the form that somebody names: ``"iso"``, ``"epoch_ms"`` or formats of ``strptime``.

    Raises:
        InputError: It is neither.
    """
    listed = (formats,) if isinstance(formats, str) else tuple(formats)
    if len(listed) == 1 and (listed[0] == "iso" or listed[0] in EPOCHS or listed[0] == EXCEL):
        return TimeForm(listed[0], zone, first=_fast("2000-01-01 00:00:00"))
    wrong = [text for text in listed if "%" not in text and text != "iso"]
    if wrong or not listed:
        raise InputError(
            f"{wrong[0] if wrong else listed!r} is not a time format.",
            "Write one such as '%d.%m.%Y %H:%M', or iso, epoch_s, epoch_ms, epoch_us, excel_days.",
        )
    for text in listed:
        _require_format(text)
    return TimeForm("formats", zone, listed)


def _require_format(text: str) -> None:
    """Check the parts of a format that begin with a percent sign."""
    parts = re.findall(r"%-?.?", text)
    if wrong := [part for part in parts if part not in _PARTS]:
        raise InputError(
            f"{text!r} is not a time format: it has no part {wrong[0]!r}.",
            "Use parts such as %d %m %Y %H %M %S %f %z %b %p.",
        )


def detect(sample: Sequence[str], zone: str, share: float = 0.2) -> TimeForm | Doubt | None:
    """Tell from some values how a column writes its times.

    Args:
        sample: Values, not empty ones.
        zone: Of times that name none.
        share: Of the values that the most frequent form needs; the others are rejected when they are read. Above a
            half it is not even known whether the column holds times: days of a spreadsheet and years of two digits
            are then none, since postal codes and versions look the same.

    Returns:
        The form; a doubt if day, month and year cannot be told apart in the sample; None if it holds no times.
    """
    values = [value.strip() for value in sample if value.strip()]
    if not values:
        return None
    found: dict[str, list[str]] = {kind: [] for kind in _FORMS}
    for value in values:
        found.setdefault(_kind(value), []).append(value)
    kind = max(_FORMS, key=lambda kind: len(found[kind]))
    if len(found[kind]) <= share * len(values) or (share > 0.5 and kind == "short"):
        return None
    form = _FORMS[kind](found[kind], zone)
    return None if share > 0.5 and isinstance(form, TimeForm) and form.kind == EXCEL else form


def settle(largest: tuple[int, int], doubt: Doubt, zone: str, column: str) -> TimeForm:
    """Decide in which order day, month and year stand when all values are known.

    Args:
        largest: The largest first and the largest second number of the column's days.
        doubt: How they are written.
        zone: Of times that name none.
        column: For the error.

    Raises:
        InputError: Several readings fit, or none.
    """
    fits = [order for order in doubt.orders if largest[order.lower().index("m")] <= 12]
    if len(fits) == 1:
        return _days_form(fits[0], doubt.separator, doubt.clocks, zone)
    why = "in either place no number is above 12" if fits else "in both places there are numbers above 12"
    if len({order.lower().index("m") for order in fits}) == 1:
        why = "no number tells the day from the year"
    ways = "three" if len(fits) == 3 else "two"
    said = [f"time_format='{_day(order, doubt.separator)}'" for order in fits or doubt.orders]
    raise InputError(
        f"The days in column {column!r} can be read in {ways} ways: {why}.",
        f"Say which comes first: {' or '.join(said)}, with the time of day if any.",
    )


def _kind(value: str) -> str:
    if ISO_TEXT.fullmatch(value):
        return "iso"
    if _NUMBER.fullmatch(value):
        return "number"
    if _YEAR.fullmatch(value):
        return "year"
    match = _DAY.fullmatch(value)
    if not match or match[2] + match[4] not in _ORDERS:
        return "other"
    return "day" if len(match[5]) == 4 else "short"


def _iso_form(values: Sequence[str], zone: str) -> TimeForm:
    return TimeForm("iso", zone, first=_fast(values[len(values) // 2]))


def _number_form(values: Sequence[str], zone: str) -> TimeForm:
    for digits, text in ((8, "%Y%m%d"), (14, "%Y%m%d%H%M%S")):
        if all(len(value) == digits and _is_compact(value) for value in values):
            return TimeForm("formats", zone, (text,))
    return TimeForm(magnitude(np.array([float(value.replace(",", ".")) for value in values])), zone)


def _is_compact(value: str) -> bool:
    return "1950" <= value[:4] <= "2099" and "01" <= value[4:6] <= "12" and "01" <= value[6:8] <= "31"


def _year_form(values: Sequence[str], zone: str) -> TimeForm:
    """Return the form of days that begin with the year; with dashes, some may have a time as of ISO 8601."""
    mark = Counter(value[4] for value in values).most_common(1)[0][0]
    form = _days_form("Ymd", mark, _clocks(values), zone)
    return TimeForm("formats", zone, (*form.formats, "iso")) if mark == "-" else form


def _day_form(values: Sequence[str], zone: str) -> TimeForm | Doubt | None:
    """Return the form of days with years of four digits: with dots and as ``31/12-2025`` the day stands first."""
    marks, days = _parts(values)
    clocks = _clocks(values)
    if marks in {"//", "--"}:
        doubt = Doubt(marks[0], clocks)
        first, second, _ = (max(place) for place in zip(*days, strict=True))
        return doubt if (first > 12) == (second > 12) else settle((first, second), doubt, zone, "")
    real = sum(_is_day(day, month, year) for day, month, year in days)
    return _days_form("dmY", marks, clocks, zone) if real * 2 > len(days) else None


def _short_form(values: Sequence[str], zone: str) -> TimeForm | Doubt | None:
    """Return the form of days with years of two digits: an order in which all are days, and few others in any other.

    Years come first only with dashes; with other marks that is doubted where the first number varies less than the
    last, as a year does. Years up to 68 are of the 2000s, others of the 1900s, as in ``strptime``.
    """
    marks, days = _parts(values)
    fits = {order: sum(_is_short_day(parts, order) for parts in days) for order in _ORDERS[marks]}
    first, _, last = (len(set(place)) for place in zip(*days, strict=True))
    orders = [order for order in fits if fits[order] * 2 >= len(days)]
    if marks != "--" and "ymd" in orders and first >= last:
        orders.remove("ymd")
    if len(orders) > 1:
        return Doubt(marks[0], _clocks(values), tuple(orders))
    if not orders or fits[orders[0]] < len(days) or (orders[0] == "ymd" and marks != "--"):
        return None
    return _days_form(orders[0], marks, _clocks(values), zone)


def _parts(values: Sequence[str]) -> tuple[str, list[tuple[int, int, int]]]:
    """Return the marks that most days have, and the numbers of those days."""
    matches = [match for match in map(_DAY.fullmatch, values) if match]
    marks = Counter(match[2] + match[4] for match in matches).most_common(1)[0][0]
    return marks, [(int(m[1]), int(m[3]), int(m[5])) for m in matches if m[2] + m[4] == marks]


def _is_short_day(parts: tuple[int, int, int], order: str) -> bool:
    day, month, year = (parts[order.index(letter)] for letter in "dmy")
    return _is_day(day, month, year + (2000 if year < 69 else 1900))


def _is_day(day: int, month: int, year: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _days_form(order: str, marks: str, clocks: Sequence[str], zone: str) -> TimeForm:
    return TimeForm("formats", zone, tuple(_day(order, marks) + clock for clock in clocks))


def _day(order: str, marks: str) -> str:
    """Write the format of a day.

    >>> _day("dmY", "/"), _day("dmy", "/-")
    ('%d/%m/%Y', '%d/%m-%y')
    """
    return f"%{order[0]}{marks[0]}%{order[1]}{marks[-1]}%{order[2]}"


_FORMS = {"iso": _iso_form, "number": _number_form, "year": _year_form, "day": _day_form, "short": _short_form}


def _clocks(values: Sequence[str]) -> tuple[str, ...]:
    """Return the ways to write a time of day behind a day: the usual and the rarer ones seen, the commonest first."""
    seen = "\n".join(values).lower()
    clocks = _CLOCKS + (_HALF_DAYS if "am" in seen or "pm" in seen else ())
    leads = [lead for lead in _LEADS if lead in seen]
    clocks += tuple(lead + clock.strip() for lead in leads for clock in clocks[1:])
    shapes = Counter(re.sub(r"\d+|[ap]m", "0", re.sub(r"^[\d./-]+", "", value)) for value in seen.split("\n"))
    return tuple(sorted(clocks, key=lambda clock: -shapes[re.sub("%.", "0", clock)]))


def _fast(value: str) -> str:
    """Return the exact format of an ISO text with full seconds or none, or nothing."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "%Y-%m-%d"
    match = re.fullmatch(r"\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d(?:([.,])\d{1,6})?(Z?)", value)
    if match:
        return f"%Y-%m-%d{match[1]}%H:%M:%S{match[2] + '%f' if match[2] else ''}{match[3]}"
    match = re.fullmatch(r"\d{8}T\d{6}(Z?)", value)
    return f"%Y%m%dT%H%M%S{match[1]}" if match else ""
