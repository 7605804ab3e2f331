"""Local times to UTC, for whole columns at once."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from farled.spans import instant, moment, time_zone

Times = npt.NDArray[np.int64]

_MICROSECOND = timedelta(microseconds=1)
_FIRST, _LAST = 1900, 2100  # beyond these a zone keeps its offset of that year


def to_utc(local: Times, name: str) -> tuple[Times, npt.NDArray[np.bool_]]:
    """Turn local times of a zone into UTC.

    A time in a spring gap moves forward by the gap; a time in an autumn fold is the first of the two.

    Args:
        local: Microseconds since 1970 on the zone's clock.
        name: IANA name of the zone.

    Returns:
        Microseconds since 1970 UTC, and which of them lay in a gap or a fold.

    Example:
        >>> import numpy as np
        >>> def at(text):
        ...     return np.array([text], dtype="datetime64[us]").astype("int64")
        >>> utc, unsure = to_utc(at("2026-03-29T02:30"), "Europe/Oslo")
        >>> print(utc.astype("datetime64[us]")[0], unsure[0])
        2026-03-29T01:30:00.000000 True
    """
    clock = time_zone(name)
    if name == "UTC" or not len(local):
        return local, np.zeros(len(local), dtype=np.bool_)
    moments, offsets = _transitions(clock, _year(int(local.min())) - 1, _year(int(local.max())) + 1)
    before, after = offsets[:-1], offsets[1:]
    ends = moments + np.maximum(before, after)
    starts = moments + np.minimum(before, after)
    at = np.searchsorted(ends, local, side="right")
    unsure = np.zeros(len(local), dtype=np.bool_)
    if len(moments):
        following = np.minimum(at, len(moments) - 1)
        unsure = (local >= starts[following]) & (local < ends[following])
    return local - offsets[at], unsure


@lru_cache(maxsize=32)
def _transitions(clock: ZoneInfo, first: int, last: int) -> tuple[Times, Times]:
    """Return when the offset from UTC changes, and the offsets before, between and after."""
    start = datetime(first, 1, 1, tzinfo=UTC)
    end = datetime(last + 1, 1, 1, tzinfo=UTC)
    moments: list[int] = []
    offsets = [_offset(clock, start)]
    step = timedelta(days=7)
    while start < end:
        following = min(start + step, end)
        if _offset(clock, following) != offsets[-1]:
            moments.append(_change(clock, start, following))
            offsets.append(_offset(clock, following))
        start = following
    return np.array(moments, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _change(clock: ZoneInfo, low: datetime, high: datetime) -> int:
    before = _offset(clock, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if _offset(clock, middle) == before else (low, middle)
    return instant(high)


def _offset(clock: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(clock).utcoffset()
    return 0 if offset is None else offset // _MICROSECOND


def _year(local: int) -> int:
    first, last = instant(datetime(_FIRST, 1, 1, tzinfo=UTC)), instant(datetime(_LAST, 1, 1, tzinfo=UTC))
    return moment(min(max(local, first), last)).year
