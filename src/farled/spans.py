"""Spans such as ``"30d"``, and periods such as ``"2026-Q3"``.

Outside Farled a span is text; inside it is a whole number of microseconds. A period is half-open: its end is out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from farled.errors import InputError

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

_UNITS = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}
_SPAN = re.compile(r"(\d+)\s*(s|min|h|d|w)")
_LONGEST = 100 * 366 * DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(span: str) -> int:
    """Return the microseconds of a span.

    Args:
        span: A whole number and ``s``, ``min``, ``h``, ``d`` or ``w``; at most a hundred years.

    Raises:
        InputError: The text is no span.

    Example:
        >>> microseconds("90min")
        5400000000
    """
    match = _SPAN.fullmatch(span.strip()) if isinstance(span, str) else None
    if match is None:
        raise InputError(f"{span!r} is not a span.", "Write a whole number and a unit: 90s, 30min, 12h, 30d or 2w.")
    value = int(match[1]) * _UNITS[match[2]]
    if value > _LONGEST:
        raise InputError(f"The span {span!r} is longer than a hundred years.", "Leave the span out for no limit.")
    return value


def span(value: int) -> str:
    """Return microseconds as the shortest exact span; the other way round of `microseconds`.

    >>> span(5_400_000_000), span(14 * DAY)
    ('90min', '2w')
    """
    for unit in ("w", "d", "h", "min", "s"):
        if value % _UNITS[unit] == 0:
            return f"{value // _UNITS[unit]}{unit}"
    raise InputError(f"{value} microseconds are no whole seconds.", "Round to seconds.")


def time_zone(name: str) -> ZoneInfo:
    """Return the time zone of a name of the IANA database.

    Raises:
        InputError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "Use a name such as Europe/Stockholm, Europe/Oslo, Europe/Copenhagen or UTC."
        raise InputError(f"{name!r} is not a time zone.", hint) from error


def instant(moment: datetime) -> int:
    """Return the microseconds since 1970 UTC of a moment with a zone."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(time: int, zone: str = "UTC") -> datetime:
    """Return the moment of microseconds since 1970 UTC, as read in a time zone."""
    return (_EPOCH + timedelta(microseconds=time)).astimezone(time_zone(zone))


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time.

    Attributes:
        start: Microseconds since 1970 UTC; in.
        end: Microseconds since 1970 UTC; out.
        first: The first day, as read in the time zone asked for.
        last: The day on which the period ends; the first day that is out when it ends at midnight.
    """

    start: int
    end: int
    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first.isoformat()}..{self.last.isoformat()}"


def period(text: str, zone: str = "UTC", end: int | None = None) -> Period:
    """Read a period.

    Args:
        text: ``2026``, ``2026-Q3``, ``2026-07``, ``2026-W40``, ``2026-07-15``, ``FROM..TO`` of days or times (TO is
            out), or a span such as ``90d``: the last 90 days of the data.
        zone: Where days begin and end.
        end: End of the data in microseconds, just after the last event; needed for a span.

    Raises:
        InputError: The text is no period, it is empty or turned round, or there is no data to count back from.

    Example:
        >>> str(period("2026-Q3"))
        '2026-07-01..2026-10-01'
        >>> str(period("2026-W40", "Europe/Oslo"))
        '2026-09-28..2026-10-05'
    """
    text = text.strip()
    if ".." in text:
        low, high = (_point(part.strip(), zone, text) for part in text.split("..", 1))
        return _between(low, high, zone, text)
    if _SPAN.fullmatch(text):
        if end is None:
            raise InputError(f"There is no data from whose end {text!r} could be counted back.", "Load events first.")
        return _between(end - microseconds(text), end, zone, text)
    for pattern, days in _CALENDAR:
        if match := re.fullmatch(pattern, text):
            first, last = _days(days, match, text)
            return _between(_midnight(first, zone), _midnight(last, zone), zone, text)
    raise _no_period(text)


def _year(match: re.Match[str]) -> tuple[date, date]:
    return date(int(match[1]), 1, 1), date(int(match[1]) + 1, 1, 1)


def _quarter(match: re.Match[str]) -> tuple[date, date]:
    month = 3 * int(match[2]) - 2
    return date(int(match[1]), month, 1), _month_after(int(match[1]), month + 2)


def _month(match: re.Match[str]) -> tuple[date, date]:
    return date(int(match[1]), int(match[2]), 1), _month_after(int(match[1]), int(match[2]))


def _week(match: re.Match[str]) -> tuple[date, date]:
    first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
    return first, first + timedelta(weeks=1)


def _day(match: re.Match[str]) -> tuple[date, date]:
    first = date(int(match[1]), int(match[2]), int(match[3]))
    return first, first + timedelta(days=1)


def _month_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


_Days = Callable[[re.Match[str]], tuple[date, date]]
_CALENDAR: tuple[tuple[str, _Days], ...] = (
    (r"(\d{4})", _year),
    (r"(\d{4})-Q([1-4])", _quarter),
    (r"(\d{4})-(\d{2})", _month),
    (r"(\d{4})-W(\d{2})", _week),
    (r"(\d{4})-(\d{2})-(\d{2})", _day),
)


def _days(days: _Days, match: re.Match[str], text: str) -> tuple[date, date]:
    try:
        return days(match)
    except (ValueError, OverflowError) as error:
        raise _no_period(text) from error


def _point(text: str, zone: str, whole: str) -> int:
    try:
        point = datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_period(whole) from error
    return instant(point if point.tzinfo else point.replace(tzinfo=time_zone(zone)))


def _midnight(day: date, zone: str) -> int:
    return instant(datetime(day.year, day.month, day.day, tzinfo=time_zone(zone)))


def _between(start: int, end: int, zone: str, text: str) -> Period:
    if start >= end:
        raise InputError(f"The period {text!r} is empty: its end is not after its start.", "Write FROM..TO; TO is out.")
    return Period(start, end, moment(start, zone).date(), moment(end, zone).date())


def _no_period(text: str) -> InputError:
    hint = "Write 2026, 2026-Q3, 2026-07, 2026-W40, 2026-07-15, FROM..TO, or a span such as 90d."
    return InputError(f"{text!r} is not a period.", hint)
