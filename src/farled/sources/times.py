"""How a column writes its times, and the way from there to microseconds UTC.

Known without being told: ISO 8601 in any form, epoch seconds, milliseconds, microseconds and nanoseconds,
``dd.mm.yyyy``, ``dd/mm/yyyy`` and ``mm/dd/yyyy`` with or without a time of day. Where day and month cannot be told
apart by any value, an error asks; nothing is guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.errors import InputError
from farled.sources.connection import literal
from farled.sources.zones import to_utc
from farled.spans import SECOND, instant

Times = npt.NDArray[np.int64]

_ISO = r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}([.]\d{1,9})?)?)?"
_OFFSET = r" ?(Z|z|UTC|GMT|[+-]\d{2}(:?\d{2})?)"
_NAMES_OFFSET = rf":\d{{1,2}}([.,]\d*)?{_OFFSET}$"  # behind a clock: the end of a bare day such as -01 is none
_ZULU = re.compile(r" ?(Z|UTC|GMT)$")
_ISO_TEXT = re.compile(rf"(?:{_ISO})(?:{_OFFSET})?")
_BASIC = re.compile(r"\d{8}T\d{4,6}([.]\d+)?(Z|[+-]\d{2}:?\d{2})?|\d{4}-?W\d{2}(-?\d)?.*")
_DAY_TEXT = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})(?:,? (?:kl\.? )?.*)?")
_YEAR_TEXT = re.compile(r"\d{4}([./])\d{1,2}[./]\d{1,2}(?: .*)?")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?")
_UNITS = {"epoch_s": SECOND, "epoch_ms": 1_000, "epoch_us": 1, "epoch_ns": 0}
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %H.%M", " %H.%M.%S")
_HALF_DAYS = (" %I:%M %p", " %I:%M:%S %p")
_LEADS = (", ", " kl. ", " kl ")
_WORDS = "('epoch', 'infinity', '-infinity')"
_WORDS_BECOME = instant(datetime(1900, 1, 1, tzinfo=UTC))  # what DuckDB's try_strptime makes of these words
_EARLIEST = instant(datetime(1700, 1, 1, tzinfo=UTC))
_LATEST = instant(datetime(2300, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How a column writes its times.

    Attributes:
        kind: ``"iso"``, ``"epoch_s"`` and the like, or ``"formats"``.
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
    """A column of days such as 03/04/2026 that can be read in two ways, until all its values are seen.

    Attributes:
        separator: Between day, month and year.
        clocks: Formats of the time of day that may follow.
    """

    separator: str
    clocks: tuple[str, ...] = _CLOCKS


def given(formats: str | Sequence[str], zone: str) -> TimeForm:
    """Return the form that somebody names: ``"iso"``, ``"epoch_ms"`` or formats of ``strptime``.

    Raises:
        InputError: It is neither.
    """
    listed = (formats,) if isinstance(formats, str) else tuple(formats)
    if len(listed) == 1 and (listed[0] == "iso" or listed[0] in _UNITS):
        return TimeForm(listed[0], zone, first=_fast("2000-01-01 00:00:00"))
    wrong = [text for text in listed if "%" not in text and text != "iso"]
    if wrong or not listed:
        raise InputError(
            f"{wrong[0] if wrong else listed!r} is not a time format.",
            "Write one such as '%d.%m.%Y %H:%M', or iso, epoch_s, epoch_ms, epoch_us.",
        )
    return TimeForm("formats", zone, listed)


def detect(sample: Sequence[str], zone: str, share: float = 0.2) -> TimeForm | Doubt | None:
    """Tell from some values how a column writes its times.

    Args:
        sample: Values, not empty ones.
        zone: Of times that name none.
        share: Of the values that the most frequent form needs; the others are rejected when they are read.

    Returns:
        The form; a doubt if day and month cannot be told apart in the sample; None if it holds no times.
    """
    values = [value.strip() for value in sample if value.strip()]
    if not values:
        return None
    found: dict[str, list[str]] = {kind: [] for kind in _FORMS}
    for value in values:
        found.setdefault(_kind(value), []).append(value)
    kind = max(_FORMS, key=lambda kind: len(found[kind]))
    return _FORMS[kind](found[kind], zone) if len(found[kind]) > share * len(values) else None


def settle(largest: tuple[int, int], doubt: Doubt, zone: str, column: str) -> TimeForm:
    """Decide between day first and month first when all values are known.

    Args:
        largest: The largest first and the largest second number of the column's days.
        doubt: How they are written.
        zone: Of times that name none.
        column: For the error.

    Raises:
        InputError: Both readings fit, or neither.
    """
    (first, second), mark = largest, doubt.separator
    if (first > 12) != (second > 12):
        day = f"%d{mark}%m{mark}%Y" if first > 12 else f"%m{mark}%d{mark}%Y"
        return TimeForm("formats", zone, tuple(day + clock for clock in doubt.clocks))
    why = "in either place no number is above 12" if first <= 12 else "in both places there are numbers above 12"
    raise InputError(
        f"The days in column {column!r} can be read in two ways: {why}.",
        "Say which comes first: time_format='%d/%m/%Y' or time_format='%m/%d/%Y', with the time of day if any.",
    )


def expression(form: TimeForm, column: str) -> str:
    """Write SQL that turns text into microseconds; times without a zone stay on their own clock. NULL: cannot.

    Args:
        form: How the column is written.
        column: SQL of the text.
    """
    if form.kind in _UNITS:
        scaled = (
            f"(try_cast({column} AS DECIMAL(28, 6)) * {_UNITS[form.kind]})"
            if _UNITS[form.kind]
            else f"(try_cast({column} AS HUGEINT) // 1000)"
        )
        return f"try_cast({scaled} AS BIGINT)"
    if form.kind == "formats":
        tries = [_strptime(column, text) for text in form.formats if text != "iso"]
        tries += [_iso(column)] if "iso" in form.formats else []
    else:
        tries = [_strptime(column, form.first), _iso(column)] if form.first else [_iso(column)]
    time = f"coalesce({', '.join(tries)})"
    return f"CASE WHEN {time} = {_WORDS_BECOME} AND lower({column}) IN {_WORDS} THEN NULL ELSE {time} END"


def local(form: TimeForm, column: str) -> str:
    """Write SQL that tells whether a text names no zone, so that the column's zone holds."""
    if form.kind in _UNITS:
        return "false"
    unnamed = f"NOT regexp_matches({column}, {literal(_NAMES_OFFSET)})"
    if form.kind != "formats":
        return unnamed
    on_clock = {text: str(not _names_zone(text)).lower() for text in form.formats if text != "iso"}
    if "iso" not in form.formats and len(set(on_clock.values())) == 1:
        return on_clock[form.formats[0]]
    cases = [f"WHEN {_strptime(column, text)} IS NOT NULL THEN {answer}" for text, answer in on_clock.items()]
    return f"CASE {' '.join(cases)} ELSE {unnamed} END" if cases else unnamed


def _names_zone(text: str) -> bool:
    """Tell whether a format of ``strptime`` names the zone of its times."""
    return "%z" in text or "%Z" in text or bool(re.search(r"%[A-Za-z] ?(Z|UTC|GMT)$", text))


def careful(text: str, form: TimeForm) -> int | None:
    """Read one text that the fast way could not, in the forms of ISO 8601 that are rare.

    Returns:
        Microseconds UTC, or None if it is no time.
    """
    if form.kind != "iso" and "iso" not in form.formats:
        return None
    value = _ZULU.sub("Z", text.strip().upper()).replace(",", ".")
    if not (_ISO_TEXT.fullmatch(value) or _BASIC.fullmatch(value) or re.fullmatch(r"\d{8}", value)):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return instant(moment)
    utc, _ = to_utc(np.array([instant(moment.replace(tzinfo=UTC))], dtype=np.int64), form.zone)
    return int(utc[0])


def plausible(time: Times) -> npt.NDArray[np.bool_]:
    """Tell which times lie between the years 1700 and 2300; others are slips, such as a year of two digits."""
    return (time >= _EARLIEST) & (time < _LATEST)


def all_plausible(time: Times) -> bool:
    """Tell whether all times lie between these years."""
    return not len(time) or bool(time.min() >= _EARLIEST and time.max() < _LATEST)


def typed(
    column: pa.ChunkedArray, zone: str, unit: str | None = None
) -> tuple[Times, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Turn a column of timestamps, dates or numbers into microseconds UTC.

    Args:
        column: No text.
        zone: Of timestamps without one, and of dates.
        unit: ``"epoch_ms"`` and the like for numbers; None: told by their size.

    Returns:
        Microseconds, which of them are given at all, and which lay in a gap or fold of the zone.
    """
    has = _given(column)
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        time = _whole(column.cast(pa.timestamp("us", tz=getattr(kind, "tz", None)), safe=False))
        if getattr(kind, "tz", None) is None and zone != "UTC":
            time, unsure = to_utc(np.where(has, time, 0), zone)
            return time, has, unsure
        return time, has, np.zeros(len(time), dtype=np.bool_)
    number = _whole(column) if pa.types.is_int64(kind) else None
    if number is not None and (unit or magnitude(number[has])) == "epoch_us":
        return number, has, np.zeros(len(number), dtype=np.bool_)
    real = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False) if number is None else number
    has = has & np.isfinite(real)
    factor = _UNITS[unit or magnitude(real[has])]
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.where(has, real, 0) * factor if factor else np.where(has, real, 0) // 1000
        inside = np.abs(scaled) < 2.0**62
        time = np.rint(np.where(inside, scaled, 0)).astype(np.int64) if number is None else scaled.astype(np.int64)
    return time, has & inside, np.zeros(len(time), dtype=np.bool_)


def magnitude(number: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> str:
    """Tell the unit of epoch times by their size; small numbers are seconds."""
    size = float(np.median(np.abs(number[:100_000]))) if len(number) else 0.0
    limits = ((1e11, "epoch_s"), (1e14, "epoch_ms"), (1e17, "epoch_us"))
    return next((unit for limit, unit in limits if size < limit), "epoch_ns")


def _given(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    if column.null_count == 0:
        return np.ones(len(column), dtype=np.bool_)
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def _whole(column: pa.ChunkedArray) -> Times:
    """Return the 64-bit integers behind a column, without a copy where it is one piece; nulls hold anything."""
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype=np.int64, count=len(chunk) + chunk.offset)[chunk.offset :]
        for chunk in column.chunks
        if len(chunk)
    ]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _kind(value: str) -> str:
    if _ISO_TEXT.fullmatch(value) or _BASIC.fullmatch(value):
        return "iso"
    if _NUMBER.fullmatch(value):
        return "number"
    return "day" if _DAY_TEXT.fullmatch(value) or _YEAR_TEXT.fullmatch(value) else "other"


def _iso_form(values: Sequence[str], zone: str) -> TimeForm:
    return TimeForm("iso", zone, first=_fast(values[len(values) // 2]))


def _number_form(values: Sequence[str], zone: str) -> TimeForm:
    if all(len(value) == 8 and _is_day(value) for value in values):
        return TimeForm("formats", zone, ("%Y%m%d",))
    return TimeForm(magnitude(np.array([median(map(float, values))])), zone)


def _is_day(value: str) -> bool:
    return "1950" <= value[:4] <= "2099" and "01" <= value[4:6] <= "12" and "01" <= value[6:] <= "31"


def _day_form(values: Sequence[str], zone: str) -> TimeForm | Doubt | None:
    years = [match for match in map(_YEAR_TEXT.fullmatch, values) if match]
    if years:
        mark = years[0][1]
        return TimeForm("formats", zone, tuple(f"%Y{mark}%m{mark}%d{clock}" for clock in _clocks(values)))
    days = [match for match in map(_DAY_TEXT.fullmatch, values) if match]
    mark = days[0][2]
    if mark == ".":
        return TimeForm("formats", zone, tuple(f"%d.%m.%Y{clock}" for clock in _clocks(values)))
    first, second = (max(int(match[place]) for match in days) for place in (1, 3))
    if (first > 12) == (second > 12):
        return Doubt(mark, _clocks(values))
    return settle((first, second), Doubt(mark, _clocks(values)), zone, "")


_FORMS = {"iso": _iso_form, "number": _number_form, "day": _day_form}


def _clocks(values: Sequence[str]) -> tuple[str, ...]:
    """Return the ways to write a time of day behind a day: the usual ones, and the rarer ones that are seen."""
    seen = "\n".join(values).lower()
    clocks = _CLOCKS + (_HALF_DAYS if "am" in seen or "pm" in seen else ())
    leads = [lead for lead in _LEADS if lead in seen]
    return clocks + tuple(lead + clock.strip() for lead in leads for clock in clocks[1:])


def _fast(value: str) -> str:
    """Return the exact format of an ISO text with full seconds, or nothing."""
    day = "%Y-%m-%d"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return day
    match = re.fullmatch(r"\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d(\.\d{1,6})?(Z?)", value)
    return f"{day}{match[1]}%H:%M:%S{'.%f' if match[2] else ''}{match[3]}" if match else ""


def _strptime(column: str, text: str) -> str:
    return f"epoch_us(try_strptime({column}, {literal(text)}))"


def _iso(column: str) -> str:
    zoned = f"epoch_us(try_cast(replace(replace({column}, ' +', '+'), ' -', '-') AS TIMESTAMPTZ))"
    plain = f"epoch_us(try_cast({column} AS TIMESTAMP))"
    return (
        f"CASE WHEN regexp_full_match({column}, {literal(_ISO + _OFFSET)}) THEN {zoned} "
        f"WHEN regexp_full_match({column}, {literal(_ISO)}) THEN {plain} END"
    )
