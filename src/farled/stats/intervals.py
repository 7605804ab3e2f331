"""Rates and estimates with their 95 % intervals."""

from bisect import bisect_left
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from farled.errors import InputError

Z95 = NormalDist().inv_cdf(0.975)


class Interval(NamedTuple):
    """Bounds of a number that was estimated."""

    low: float
    high: float


def wilson(successes: float, trials: float, *, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval of a proportion.

    Args:
        successes: Count, ``0 <= successes <= trials``; may be a fraction after a design effect.
        trials: Count, more than 0.
        confidence: Coverage wanted, between 0 and 1.

    Returns:
        Bounds of the proportion, within [0, 1].

    Raises:
        InputError: The counts or the confidence are out of range.

    Example:
        >>> low, high = wilson(81, 263)
        >>> f"{low:.4f} to {high:.4f}"
        '0.2553 to 0.3662'

    Source:
        Wilson (1927), J. Am. Stat. Assoc. 22(158), 209-212.
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise InputError(f"{successes} of {trials} is not a share.", "Use 0 <= successes <= trials and 0 < trials.")
    if not 0 < confidence < 1:
        raise InputError(f"confidence is {confidence}, but must lie between 0 and 1.", "For 95 % write 0.95.")

    z = Z95 if confidence == 0.95 else NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / trials
    shrink = 1 + z**2 / trials
    centre = (rate + z**2 / (2 * trials)) / shrink
    half = z / shrink * sqrt(rate * (1 - rate) / trials + z**2 / (4 * trials**2))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a whole. Holds the two counts only, so that value and interval cannot disagree with them.

    Attributes:
        part: How many; at most ``n``.
        n: The whole that it is a share of.

    Example:
        >>> print(Rate(81, 263))
        30.8 % [25.5, 36.6] of 263
    """

    part: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.n:
            raise InputError(f"{self.part} of {self.n} is not a share.", "Use 0 <= part <= n.")

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None when the whole is empty."""
        return self.part / self.n if self.n else None

    @property
    def low(self) -> float | None:
        """Lower bound of the 95 % Wilson interval."""
        return wilson(self.part, self.n).low if self.n else None

    @property
    def high(self) -> float | None:
        """Upper bound of the 95 % Wilson interval."""
        return wilson(self.part, self.n).high if self.n else None

    @property
    def reason(self) -> str | None:
        """Why there is no value: ``"nobody"``, or None."""
        return None if self.n else "nobody"

    def to_dict(self) -> dict[str, Any]:
        """Return value, low, high and n; with the reason when there is no value."""
        low, high = wilson(self.part, self.n) if self.n else (None, None)
        return _numbers(self.value, low, high, self.n, self.reason)

    def __str__(self) -> str:
        if not self.n:
            return "unknown (nobody)"
        low, high = wilson(self.part, self.n)
        return f"{100 * self.part / self.n:.1f} % [{100 * low:.1f}, {100 * high:.1f}] of {self.n}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with another interval than a share has.

    Attributes:
        value: The number, in its own unit; None when it cannot be known.
        low: Lower bound of the 95 % interval, or None.
        high: Upper bound of the 95 % interval, or None.
        n: What it rests on.
        reason: Why there is no value, or None.
        method: How the interval was made, such as ``"Kaplan-Meier"``.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None
    method: str = ""

    @classmethod
    def unknown(cls, reason: str, n: int = 0) -> "Estimate":
        """Build an estimate without a value."""
        return cls(None, None, None, n, reason)

    def to_dict(self) -> dict[str, Any]:
        """Return value, low, high and n; with the reason when there is no value."""
        return _numbers(self.value, self.low, self.high, self.n, self.reason)


def _numbers(value: float | None, low: float | None, high: float | None, n: int, reason: str | None) -> dict[str, Any]:
    numbers: dict[str, Any] = {"value": value, "low": low, "high": high, "n": n}
    return numbers if reason is None else {**numbers, "reason": reason}


def newcombe(first: Rate, second: Rate) -> Interval:
    """Return the interval of ``first - second``, two independent shares.

    Raises:
        InputError: One of them is of nobody.

    Example:
        >>> low, high = newcombe(Rate(56, 70), Rate(48, 80))
        >>> f"{low:.4f} to {high:.4f}"
        '0.0524 to 0.3339'

    Source:
        Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    return newcombe_of((first.part, first.n), (second.part, second.n))


def newcombe_of(first: tuple[float, float], second: tuple[float, float]) -> Interval:
    """Do as `newcombe` for parts and wholes that may be fractions after a design effect."""
    if not first[1] or not second[1]:
        raise InputError("A difference needs two shares, but one is of nobody.", "Choose groups with customers.")
    p, q = first[0] / first[1], second[0] / second[1]
    (p_low, p_high), (q_low, q_high) = wilson(*first), wilson(*second)
    difference = p - q
    return Interval(
        difference - sqrt((p - p_low) ** 2 + (q_high - q) ** 2),
        difference + sqrt((p_high - p) ** 2 + (q - q_low) ** 2),
    )


def mean_interval(values: npt.NDArray[np.float64], bounds: Interval | None = None) -> Estimate:
    """Return the mean with its t interval.

    Args:
        values: One number per customer, shape (n,).
        bounds: Ends of the scale, to which the interval is cut.

    Returns:
        The mean; without bounds when n is 1, without value when n is 0.

    Source:
        Student (1908), Biometrika 6, 1-25.
    """
    n = len(values)
    if n == 0:
        return Estimate.unknown("nobody")
    mean = float(values.mean())
    if n == 1:
        return Estimate(mean, None, None, 1, method="t")
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, 0.975)) * float(values.std(ddof=1)) / sqrt(n)
    low, high = mean - half, mean + half
    if bounds is not None:
        low, high = max(low, bounds.low), min(high, bounds.high)
    return Estimate(mean, low, high, n, method="t")


def nps_interval(promoters: int, detractors: int, n: int) -> Estimate:
    """Return the net promoter score in points, -100 to 100, with the adjusted Wald interval.

    Args:
        promoters: Answers 9 or 10.
        detractors: Answers 0 to 6.
        n: All answers.

    Source:
        Adds three pseudo-answers as Rocks (2016), "Interval estimation for the Net Promoter Score", The American
        Statistician 70(4), 365-372 does; the value shown is the raw one.
    """
    if n == 0:
        return Estimate.unknown("nobody")
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    centre = p - d
    half = Z95 * sqrt((p + d - centre**2) / (n + 3))
    value = 100 * (promoters - detractors) / n
    return Estimate(
        value, max(-100.0, 100 * (centre - half)), min(100.0, 100 * (centre + half)), n, method="adjusted Wald"
    )


def quantile_interval(values: npt.NDArray[np.float64], q: float = 0.5) -> Estimate:
    """Return a quantile with the binomial interval of order statistics.

    Args:
        values: One number per customer, shape (n,), in any order.
        q: 0 to 1; 0.5 is the median.

    Returns:
        The quantile (linear between order statistics); bounds are None where n is too small to reach 95 %.

    Source:
        Thompson (1936), Annals of Mathematical Statistics 7(3), 122-128.
    """
    n = len(values)
    if n == 0:
        return Estimate.unknown("nobody")
    from scipy.special import bdtr

    ordered = rising(values)
    low, high = (
        bisect_left(range(n), tail, key=lambda rank: float(bdtr(float(rank), n, q))) for tail in (0.025, 0.975)
    )
    return Estimate(
        _between(ordered, (n - 1) * q),
        float(ordered[low - 1]) if low >= 1 else None,
        float(ordered[high]) if high < n else None,
        n,
        method="order statistics",
    )


def rising(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return values sorted: themselves where they are, which costs a tenth of sorting."""
    return values if bool((values[1:] >= values[:-1]).all()) else np.sort(values)


def _between(ordered: npt.NDArray[np.float64], place: float) -> float:
    """Return the value at a place among rising ones, linear between two, as NumPy does without sorting them again."""
    at = int(place)
    below, above, part = float(ordered[at]), float(ordered[min(at + 1, len(ordered) - 1)]), place - at
    return below + (above - below) * part if part < 0.5 else above - (above - below) * (1 - part)
