"""ISO 8601: SQL that reads its common forms fast, and a reader of one text that knows them all."""

import re
from datetime import UTC, date, datetime, time, timedelta

from farled.sources.connection import literal

_OFFSET = r" ?(Z|z|UTC|GMT|[+-]\d{2}(:?\d{2})?)"
_COMMON = r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?)?"
_DATE = r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{8}|\d{4}-?W\d{2}(?:-?\d)?|\d{4}-\d{3})"
_CLOCK = r"(?P<hour>\d{2}|\d(?=:))(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?)?"
_DOTTED = r"(?P<hour>\d{1,2})[.](?P<minute>\d{2})(?:[.](?P<second>\d{2})(?P<part>(?!))?)?"
_NAMED = r"(?: ?(?:(?P<utc>Z|UTC|GMT)|(?P<sign>[+-])(?P<hours>\d{2})(?::?(?P<minutes>\d{2}))?))?"

ISO_TEXT = re.compile(rf"(?!\d{{8}}$|\d{{4}}-\d{{3}}$){_DATE}(?:[ T]{_CLOCK})?{_NAMED}", re.IGNORECASE)
"""Any form but a bare ``20260501``, which may be a number, and a bare ``2026-121``, which may be one of a bill."""
_ANY = tuple(re.compile(rf"{_DATE}(?:[ T]{clock})?{_NAMED}", re.IGNORECASE) for clock in (_CLOCK, _DOTTED))
_NAMES_OFFSET = rf"[:T]\d{{1,6}}([.,]\d*)?{_OFFSET}$"  # behind a clock: the end of a bare day such as -01 is none


def iso_sql(column: str) -> str:
    """Write SQL that turns the common forms into microseconds, and all others into NULL."""
    text = f"replace({column}, ',', '.')"
    zoned = f"epoch_us(try_cast(replace(replace({text}, ' +', '+'), ' -', '-') AS TIMESTAMPTZ))"
    plain = f"epoch_us(try_cast({text} AS TIMESTAMP))"
    return (
        f"CASE WHEN regexp_full_match({column}, {literal(_COMMON + _OFFSET)}) THEN {zoned} "
        f"WHEN regexp_full_match({column}, {literal(_COMMON)}) THEN {plain} END"
    )


def unnamed_sql(column: str) -> str:
    """Write SQL that tells whether a text that ``iso_sql`` or ``strptime`` reads names no zone."""
    return f"NOT regexp_matches({column}, {literal(_NAMES_OFFSET)})"


def read_iso(text: str) -> datetime | None:
    """Read a time in any form of ISO 8601, or with dots for colons; in UTC, or without a zone if it names none.

    >>> print(read_iso("2026-W18-5T10+02"), read_iso("2026-121"), read_iso("2026-05-01 23.59"))
    2026-05-01 08:00:00+00:00 2026-05-01 00:00:00 2026-05-01 23:59:00
    >>> read_iso("2026-02-30") is None
    True
    """
    match = next((found for pattern in _ANY if (found := pattern.fullmatch(text.strip()))), None)
    if match is None:
        return None
    hour, minute, second, hours, minutes = (
        int(match[name] or 0) for name in ("hour", "minute", "second", "hours", "minutes")
    )
    part = int((match["part"] or "0")[:6].ljust(6, "0"))
    is_end = hour == 24 and not (minute or second or part)
    if (hour > 23 and not is_end) or max(minute, second, minutes) > 59 or hours > 23:
        return None
    try:
        moment = datetime.combine(_date(match["date"]), time()) + timedelta(
            hours=hour, minutes=minute, seconds=second, microseconds=part
        )
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if match["sign"] == "-" else 1)
        named = match["utc"] or match["sign"]
        return (moment - offset).replace(tzinfo=UTC) if named else moment
    except (ValueError, OverflowError):
        return None


def _date(text: str) -> date:
    """Read a date: a calendar's, a week's (Monday if no day) or a day of the year."""
    if re.fullmatch(r"\d{4}-\d{3}", text):
        return datetime.strptime(text, "%Y-%j").date()
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return date(*map(int, text.split("-")))
    return date.fromisoformat(text.upper())
