"""Dates, periods and durations as people of each language write them."""

import datetime as dt
from types import ModuleType
from zoneinfo import ZoneInfo

from farled.errors import InputError
from farled.locale.catalogs import translator
from farled.locale.languages import babel_locale
from farled.locale.quantities import number, require_finite

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400

# Below how many of a unit a length is written in it, alone or under a larger unit of so many.
_STYLES = (
    (120, _SECOND, "s", "", 1),
    (600, _SECOND, "s", "min", 60),
    (120, _MINUTE, "min", "", 1),
    (600, _MINUTE, "min", "h", 60),
    (48, _HOUR, "h", "", 1),
    (240, _HOUR, "h", "d", 24),
)

Moment = int | dt.date | dt.datetime


def date(when: Moment, language: str, zone: str = "UTC") -> str:
    """Write a day.

    Args:
        when: Microseconds since 1970 UTC, a date, or a time with its zone.
        language: One of ``LANGUAGES``.
        zone: Time zone in which to name the day of a time.

    Example:
        >>> date(dt.date(2026, 11, 21), "sv"), date(0, "en")
        ('21 nov. 2026', '1 Jan 1970')
    """
    return _tidy(_dates().format_date(_day(when, zone), "medium", locale=babel_locale(language)))


def clock(when: Moment, language: str, zone: str = "UTC") -> str:
    """Write a day and a time of day, to the minute.

    Example:
        >>> clock(1_795_291_500_000_000, "da"), clock(1_795_291_500_000_000, "sv", "Europe/Stockholm")
        ('21. nov. 2026 20.05', '21 nov. 2026 21:05')
    """
    locale = babel_locale(language)
    moment = _moment(when, zone)
    return f"{date(when, language, zone)} {_tidy(_dates().format_time(moment.timetz(), 'short', locale=locale))}"


def period(start: Moment, end: Moment, language: str, zone: str = "UTC") -> str:
    r"""Write a half-open period by its first and its last day.

    Args:
        start: Where it begins.
        end: Where it ends; not part of it.
        language: One of ``LANGUAGES``.
        zone: Time zone of its days.

    Raises:
        InputError: The end lies before the start.

    Example:
        >>> print(ascii(period(dt.date(2026, 7, 1), dt.date(2026, 10, 1), "sv")))
        '1 juli \u2013 30 sep. 2026'
    """
    first, last = _day(start, zone), _last_day(end, zone)
    if last < first - dt.timedelta(days=1):
        raise InputError(f"The period ends on {last}, before it begins on {first}.", "Swap start and end.")
    last = max(first, last)
    if first == last:
        return date(first, language)
    text = _dates().format_interval(first, last, "yMMMd", locale=babel_locale(language))
    if first.month == last.month and first.year == last.year:
        return _tidy(text)
    return _tidy(text).replace(" \u2013 ", "\u2013").replace("\u2013", " \u2013 ")


def duration(seconds: float, language: str) -> str:
    r"""Write a length of time in its one or two largest units.

    Args:
        seconds: Finite; may be negative.
        language: One of ``LANGUAGES``.

    Example:
        >>> duration(111_600, "sv"), duration(187_200, "nb"), duration(8.3, "en")
        ('31\xa0h', '2\xa0d 4\xa0t', '8.3\xa0s')
    """
    require_finite(seconds)
    if seconds < 0:
        return "\u2212" + duration(-seconds, language)
    pgettext = translator(language).pgettext
    names = {"d": pgettext("unit, day", "d"), "h": pgettext("unit, hour", "h")}
    names |= {"min": pgettext("unit, minute", "min"), "s": pgettext("unit, second", "s")}
    if seconds < 10 and round(seconds, 1) != round(seconds):
        return f"{number(seconds, language, 1)}\u00a0{names['s']}"
    return " ".join(f"{number(count, language)}\u00a0{names[name]}" for count, name in _parts(seconds))


def _parts(seconds: float) -> list[tuple[int, str]]:
    """Return counts with their units, rounded to the smaller unit before the larger is filled."""
    for limit, size, small, large, ratio in _STYLES:
        count = round(seconds / size)
        if count < limit:
            whole, left = divmod(count, ratio) if large else (0, count)
            return [(part, name) for part, name in ((whole, large), (left, small)) if part] or [(0, small)]
    return [(round(seconds / _DAY), "d")]


def _moment(when: Moment, zone: str) -> dt.datetime:
    if isinstance(when, int):
        return (_EPOCH + dt.timedelta(microseconds=when)).astimezone(ZoneInfo(zone))
    if isinstance(when, dt.datetime):
        return when.astimezone(ZoneInfo(zone)) if when.tzinfo else when
    return dt.datetime(when.year, when.month, when.day)


def _day(when: Moment, zone: str) -> dt.date:
    return _moment(when, zone).date()


def _last_day(end: Moment, zone: str) -> dt.date:
    return (_moment(end, zone) - dt.timedelta(microseconds=1)).date()


def _dates() -> ModuleType:
    from babel import dates  # noqa: PLC0415  it looks up the time zone of the machine: nobody who asks must wait for it

    return dates


def _tidy(text: str) -> str:
    return text.replace("\u2009", " ").replace("\u202f", "\u00a0")
