"""Bins of time that read well: edges at seconds, minutes, hours, days and years."""

import numpy as np
import numpy.typing as npt

from farled.spans import DAY, HOUR, MINUTE, SECOND

Ints = npt.NDArray[np.int64]

_YEAR = 365 * DAY
_EDGES = np.array(
    [
        *(SECOND * count for count in (1, 2, 5, 10, 20, 30)),
        *(MINUTE * count for count in (1, 2, 5, 10, 20, 30)),
        *(HOUR * count for count in (1, 2, 4, 8, 12)),
        *(DAY * count for count in (1, 2, 4, 7, 14, 30, 60, 90, 180)),
        *(_YEAR * count for count in (1, 2, 3, 5, 10, 20, 50, 100, 1000)),
    ],
    dtype=np.int64,
)
_STEPS = np.array(sorted({*(_EDGES[:6] // 1000).tolist(), *(_EDGES[:6] // 10).tolist(), *_EDGES.tolist()}))
HORIZONS = {
    "1min": MINUTE,
    "10min": 10 * MINUTE,
    "1h": HOUR,
    "12h": 12 * HOUR,
    "1d": DAY,
    "7d": 7 * DAY,
    "30d": 30 * DAY,
    "90d": 90 * DAY,
    "365d": _YEAR,
}
FEWEST, MOST, FINEST = 8, 20, 200


def edges(low: int, high: int) -> Ints:
    """Return rising edges around times; a bin holds what is more than its lower edge and at most its upper.

    Each edge is about twice the one before it; when that gives few bins they are even instead.

    Args:
        low: The shortest time, microseconds, not negative. A time of 0 is in the first bin, whose edge then is 0.
        high: The longest.

    Example:
        >>> (edges(20 * SECOND, 5 * HOUR) // MINUTE).tolist()
        [0, 0, 0, 1, 2, 5, 10, 20, 30, 60, 120, 240, 480]
        >>> (edges(21 * DAY, 39 * DAY) // DAY).tolist()
        [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]
    """
    first = int(np.searchsorted(_EDGES, low, side="left"))
    last = min(int(np.searchsorted(_EDGES, high, side="left")), len(_EDGES) - 1)
    if last - first + 1 >= FEWEST:
        return np.concatenate(([_EDGES[first - 1] if first else 0], _EDGES[first : last + 1]))
    fits = ((high - low) // _STEPS < MOST) & (high // FINEST <= _STEPS)
    step = SECOND if high == 0 else int(_STEPS[np.argmax(fits)]) if fits.any() else max(high, 1)
    begin = max(0, -(-low // step) - 1) * step
    return np.arange(begin, max(high, begin + 1) + step, step, dtype=np.int64)


def counted(times: Ints, at: Ints, counts: Ints | None = None) -> Ints:
    """Return how many times lie in each bin.

    Args:
        times: Rising, microseconds.
        at: Edges around them.
        counts: How often each time occurs; default: once.
    """
    place = np.searchsorted(times, at[1:], side="right")
    before = place if counts is None else np.concatenate(([0], np.cumsum(counts)))[place]
    return np.diff(before, prepend=0)
