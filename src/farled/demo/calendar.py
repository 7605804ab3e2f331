"""The shop's year: where its days begin, and when what went wrong went wrong.

Days begin at midnight in Stockholm. All times are microseconds since 1970 UTC.
"""

from datetime import datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from farled.spans import DAY, instant, period, time_zone

ZONE = "Europe/Stockholm"
YEAR = period("2025-10-01..2026-10-01", ZONE)
"""The twelve months of events."""

CLEAN = period("2025-10-01..2025-12-01", ZONE)
"""Journeys that begin here are over before the payment breaks and before the data end."""

QUARTER = period("2026-07-01..2026-10-01", ZONE)
"""The last quarter: the natural period of the map."""

OUTAGE = period("2026-07-27..2026-09-07", ZONE)
"""Six weeks in which payment on mobile mostly fails."""

LONGEST = 250
"""No journey lasts as many days."""

MONTHS = (0.085, 0.12, 0.10, 0.07, 0.065, 0.07, 0.065, 0.065, 0.07, 0.09, 0.10, 0.10)
"""Share of the customers who come in each month, October first."""

WEEKDAYS = (1.05, 1.0, 1.0, 1.0, 0.95, 0.9, 1.15)
"""How often customers come on a day, Monday first."""

Times = npt.NDArray[np.int64]


@cache
def midnights() -> Times:
    """Return when each day begins, from the first of the year on; shape (800,)."""
    zone = time_zone(ZONE)
    first = datetime(YEAR.first.year, YEAR.first.month, YEAR.first.day)
    days = [instant((first + timedelta(days=day)).replace(tzinfo=zone)) for day in range(800)]
    return np.array(days, dtype=np.int64)


def day_of(time: Times) -> Times:
    """Return the day of each time, counted from the first of the year."""
    return np.searchsorted(midnights(), time, side="right").astype(np.int64) - 1


def is_weekend(time: Times) -> npt.NDArray[np.bool_]:
    """Tell which times lie on a Saturday or a Sunday."""
    return (day_of(time) + YEAR.first.weekday()) % 7 >= 5


def dates() -> list[str]:
    """Return the date of each day of `midnights`.

    >>> dates()[0]
    '2025-10-01'
    """
    return [(YEAR.first + timedelta(days=day)).isoformat() for day in range(len(midnights()))]


@cache
def days_of_entry() -> npt.NDArray[np.float64]:
    """Return the share of customers who come on each day of the year, cumulated to 1."""
    first, last = YEAR.first, YEAR.last
    days = [first + timedelta(days=day) for day in range((last - first).days)]
    in_month = np.array([(day.month - first.month) % 12 for day in days])
    weight = np.array([WEEKDAYS[day.weekday()] for day in days])
    share = np.zeros(len(days))
    for month, part in enumerate(MONTHS):
        here = in_month == month
        share[here] = part * weight[here] / weight[here].sum()
    return np.asarray(share.cumsum() / share.sum())


HOURS = {
    "evening": (1, 0, 0, 0, 0, 1, 3, 4, 3, 3, 3, 4, 6, 5, 3, 3, 4, 5, 5, 8, 18, 22, 15, 5),
    "young": (4, 1, 0, 0, 0, 0, 2, 5, 5, 4, 4, 5, 9, 7, 5, 6, 7, 8, 9, 10, 12, 14, 12, 8),
    "day": (0, 0, 0, 0, 0, 1, 3, 6, 10, 12, 12, 10, 8, 9, 9, 8, 7, 6, 6, 6, 5, 3, 1, 0),
    "office": (0, 0, 0, 0, 0, 0, 1, 6, 14, 15, 14, 9, 5, 11, 13, 10, 6, 3, 1, 1, 1, 1, 0, 0),
    "any": (1, 0, 0, 0, 0, 1, 3, 5, 6, 6, 6, 7, 8, 7, 6, 6, 7, 8, 8, 9, 10, 10, 7, 3),
    "shop": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 10, 13, 12, 11, 11, 13, 14, 9, 0, 0, 0, 0, 0),
    "mail": (0, 0, 0, 0, 0, 0, 8, 25, 20, 12, 8, 4, 4, 3, 3, 3, 4, 6, 5, 3, 2, 1, 0, 0),
    "parcel": (0, 0, 0, 0, 0, 0, 0, 2, 8, 12, 13, 12, 10, 10, 9, 8, 7, 7, 6, 4, 0, 0, 0, 0),
}
"""When on a day things happen: weight of each hour."""


@cache
def clock() -> Times:
    """Return the time of day at 4,096 even shares of each profile of `HOURS`; shape (profiles, 4096), microseconds."""
    shares = (np.arange(4096) + 0.5) / 4096
    table = []
    for weights in HOURS.values():
        reached = np.concatenate([[0.0], np.cumsum(weights) / np.sum(weights)])
        rising = np.concatenate([[True], np.diff(reached) > 0])
        last_empty = int(np.flatnonzero(np.array(weights) > 0)[0])
        hours = np.arange(25.0)[rising]
        hours[0] = last_empty
        table.append(np.interp(shares, reached[rising], hours))
    seconds = (np.array(table) * 3600).astype(np.int64)
    return seconds * (DAY // 86_400)
