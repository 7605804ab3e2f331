"""The numbers of a trend: one period's with its interval, and how far chance moves it."""

import numpy as np
import numpy.typing as npt

from farled.questions.numbers import Name, Number
from farled.questions.spreads import SpreadsAnswer
from farled.stats.intervals import Estimate
from farled.stats.jackknife import Spread

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST = 5
WEEK = 7


def estimate(found: SpreadsAnswer | None, number: Number, *, grows: bool) -> Estimate:
    """Return a number of a period with its interval: its own, or by leaving out groups of customers."""
    customers = found.customers if found else 0
    if number.value is None:
        return Estimate.unknown("nobody", number.n or customers)
    if found is None:
        return Estimate(number.value, None, None, 0)
    if customers < FEWEST or (number.n is not None and number.n < FEWEST):
        return Estimate.unknown("too_few", number.n or customers)
    if number.low is not None and number.high is not None:
        return Estimate(number.value, number.low, number.high, number.n or 0)
    spread = _varying(found, number.name, grows=grows)
    if spread is None or spread.variance <= 0:
        return Estimate(number.value, None, None, customers)
    low, high = number.value - spread.half, number.value + spread.half
    least = 0.0 if number.value >= 0 and (grows or number.unit != "number") else low
    most = 1.0 if number.unit == "share" and not grows else high
    return Estimate(number.value, max(least, low), min(most, high), customers, method="jackknife")


def _varying(found: SpreadsAnswer, name: Name, *, grows: bool) -> Spread | None:
    return found.spread_of(name, total=grows)


def variance(found: SpreadsAnswer | None, name: Name, *, grows: bool) -> float | None:
    """Return the variance of a number of a period by leaving out groups of customers; None where it is not known."""
    varies = _varying(found, name, grows=grows) if found else None
    return None if varies is None else float(varies.variance)


def without_weekdays(values: Floats, day: Ints) -> Floats:
    """Return daily values without the pattern of the week, from three weeks on; ``day`` is the number of each."""
    if len(values) < 3 * WEEK:
        return values
    mean = np.array(
        [values[day % WEEK == weekday].mean() if np.any(day % WEEK == weekday) else 0.0 for weekday in range(WEEK)]
    )
    flat: Floats = values - mean[day % WEEK] + values.mean()
    return flat
