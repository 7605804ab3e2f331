"""Spans such as ``"30d"``, periods such as ``"2026-Q3"``, and the calendar that they stand in.

Outside Farled a span is text; inside it is a whole number of microseconds. A period is half-open: its end is out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
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


CALENDAR = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days, weeks, months, quarters or years of a time zone, numbered without gaps.

    A week is that of ISO 8601: it begins on Monday. Days last from midnight to midnight of the zone, so that some have
    23 or 25 hours.

    Attributes:
        unit: One of ``CALENDAR``.
        zone: Name of the time zone.

    Raises:
        InputError: There is no such unit or zone.

    Example:
        >>> weeks = Calendar("week", "Europe/Oslo")
        >>> number = weeks.number(period("2026-W14", "Europe/Oslo").start)
        >>> weeks.name(number), weeks.first_day(number), (weeks.start(number + 1) - weeks.start(number)) // HOUR
        ('2026-W14', datetime.date(2026, 3, 30), 168)
        >>> (weeks.start(number) - weeks.start(number - 1)) // HOUR  # the clocks went forward
        167
    """

    unit: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.unit not in CALENDAR:
            raise InputError(f"{self.unit!r} is not a calendar period.", f"Use one of: {', '.join(CALENDAR)}.")
        time_zone(self.zone)

    def number(self, time: int) -> int:
        """Return the number of the period in which a time lies; the next period has the next number."""
        found = self.holding(moment(time, self.zone).date())
        return found + (self.start(found + 1) <= time)  # clocks set back over midnight do not bring a day back

    def holding(self, day: date) -> int:
        """Return the number of the period that holds a day."""
        if self.unit in ("day", "week"):
            return day.toordinal() if self.unit == "day" else (day.toordinal() - 1) // 7
        return (day.year * 12 + day.month - 1) // _MONTHS[self.unit]

    def first_day(self, number: int) -> date:
        """Return the first day of a period."""
        if self.unit in ("day", "week"):
            return date.fromordinal(number if self.unit == "day" else 7 * number + 1)
        year, month = divmod(number * _MONTHS[self.unit], 12)
        return date(year, month + 1, 1)

    def start(self, number: int) -> int:
        """Return when a period begins, microseconds since 1970 UTC."""
        return _midnight(self.first_day(number), self.zone)

    def name(self, number: int) -> str:
        """Return a period as `period` reads it."""
        day = self.first_day(number)
        if self.unit == "week":
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        text = day.isoformat()
        quarter = f"{text[:4]}-Q{(day.month + 2) // 3}"
        return {"day": text, "month": text[:7], "quarter": quarter, "year": text[:4]}[self.unit]

    def edges(self, first: int, last: int) -> tuple[int, ...]:
        """Return when the periods from one to another begin, and at the end when the last of them is over."""
        return _edges(self, first, last)


_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@lru_cache(maxsize=64)
def _edges(calendar: Calendar, first: int, last: int) -> tuple[int, ...]:
    return tuple(calendar.start(number) for number in range(first, last + 2))
