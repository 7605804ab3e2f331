"""What answers on a scale say: net promoters, the satisfied, ease. Each takes one number per customer."""

from math import sqrt

import numpy as np
import numpy.typing as npt

from farled.stats.intervals import Estimate, Interval, Rate, mean_interval, nps_interval

Floats = npt.NDArray[np.float64]

ENDS = {"csat": (1.0, 5.0), "stars": (1.0, 5.0), "ces": (1.0, 7.0), "nps": (0.0, 10.0)}
FEWEST = 5
FEW = 30


def promoters(scores: Floats) -> int:
    """Return how many answers are 9 or 10."""
    return int((scores >= 9).sum())


def detractors(scores: Floats) -> int:
    """Return how many answers are 0 to 6."""
    return int((scores <= 6).sum())


def net_promoter(scores: Floats) -> Estimate:
    """Return the net promoter score of answers from 0 to 10, in points.

    Args:
        scores: The last answer of each customer, shape (n,).

    Example:
        >>> found = net_promoter(np.array([10.0, 9.0, 8.0, 3.0]))
        >>> found.value, found.n
        (25.0, 4)
    """
    return nps_interval(promoters(scores), detractors(scores), len(scores))


def satisfied(scores: Floats) -> Rate:
    """Return the share of 4 and 5 among answers from 1 to 5.

    Args:
        scores: The last answer of each customer, shape (n,).

    Example:
        >>> print(satisfied(np.array([5.0, 4.0, 2.0])))
        66.7 % [20.8, 93.9] of 3
    """
    return Rate(int((scores >= 4).sum()), len(scores))


def mean_score(means: Floats, kind: str) -> Estimate:
    """Return the mean over customers with its t interval, cut to the scale.

    Args:
        means: The mean answer of each customer, shape (n,).
        kind: The scale, one of ``ENDS``.

    Example:
        >>> found = mean_score(np.array([6.0, 7.0, 5.0]), "ces")
        >>> found.value, found.high
        (6.0, 7.0)
    """
    return mean_interval(means, Interval(*ENDS[kind]))


def mean_of(values: Floats) -> Estimate:
    """Return the mean of any numbers with its t interval; fewer than five: only the reason.

    >>> mean_of(np.array([1.0, 2.0])).reason
    'too_few'
    """
    return mean_interval(values) if len(values) >= FEWEST else Estimate.unknown("too_few", len(values))


def withheld(found: Rate | Estimate) -> Rate | Estimate:
    """Return a number, or the reason in its place where it rests on fewer than five answers.

    >>> withheld(Rate(3, 4)).reason
    'too_few'
    """
    return Estimate.unknown("too_few", found.n) if 0 < found.n < FEWEST else found


def mean_difference(first: Floats, second: Floats) -> Estimate:
    """Return the mean of the first minus that of the second with Welch's interval.

    Args:
        first: One number per customer, shape (n,).
        second: Of other customers, shape (m,).

    Returns:
        The difference; n is of both. Without value where one group has fewer than two.

    Source:
        Welch (1947), Biometrika 34, 28-35.
    """
    n, m = len(first), len(second)
    if n < 2 or m < 2:
        return Estimate.unknown("too_few", n + m)
    difference = float(first.mean() - second.mean())
    one, other = float(first.var(ddof=1)) / n, float(second.var(ddof=1)) / m
    if one + other == 0:
        return Estimate(difference, difference, difference, n + m, method="Welch")
    from scipy.special import stdtrit

    freedom = (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1))
    half = float(stdtrit(freedom, 0.975)) * sqrt(one + other)
    return Estimate(difference, difference - half, difference + half, n + m, method="Welch")


def welch_test(first: Floats, second: Floats) -> float | None:
    """Return the two-sided p-value of two means being equal, whatever their variances.

    Args:
        first: One number per customer, shape (n,).
        second: Of other customers, shape (m,).

    Returns:
        None where one group has fewer than two, or where nothing varies and the means are equal.

    Example:
        >>> round(welch_test(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6, 7])), 4)
        0.0349

    Source:
        Welch (1947), Biometrika 34, 28-35.
    """
    n, m = len(first), len(second)
    if n < 2 or m < 2:
        return None
    difference = abs(float(first.mean() - second.mean()))
    one, other = float(first.var(ddof=1)) / n, float(second.var(ddof=1)) / m
    if one + other == 0:
        return 0.0 if difference else None
    from scipy.special import stdtr

    freedom = (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1))
    return 2 * float(stdtr(freedom, -difference / sqrt(one + other)))
