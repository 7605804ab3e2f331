"""Means over things of which one customer may have several: the interval counts customers, not things."""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from farled.stats.intervals import Estimate, Interval, wilson


@dataclass(frozen=True, slots=True)
class Sums:
    """What has to be known of two whole numbers per customer, x (how many things) and y (their sum); exact.

    Attributes:
        customers: How many.
        x: Sum of x; more than 0.
        y: Sum of y.
        xx: Sum of x².
        xy: Sum of xy.
        yy: Sum of y².
    """

    customers: int
    x: int
    y: int
    xx: int
    xy: int
    yy: int

    @property
    def variance(self) -> float:
        """Variance of y / x; 0 for one customer."""
        if self.customers < 2:
            return 0.0
        spread = self.x**2 * self.yy - 2 * self.x * self.y * self.xy + self.y**2 * self.xx
        return spread / self.x**4 * self.customers / (self.customers - 1)


class Bounds(NamedTuple):
    """Ends of a scale, to which an interval is cut; None: it has no end."""

    low: float | None = None
    high: float | None = None


def mean_of(sums: Sums, unit: float = 1.0, bounds: Bounds = Bounds()) -> Estimate:  # noqa: B008  a tuple of None
    """Return the mean over all things, with an interval that lets things of one customer be alike.

    Args:
        sums: Over customers.
        unit: What y is divided by.
        bounds: Ends of the scale, in the unit.

    Returns:
        The mean, resting on n things; without value when there are none, without bounds for one customer.

    Example:
        >>> three = Sums(customers=3, x=6, y=12, xx=14, xy=26, yy=50)  # (1, 3), (2, 4), (3, 5)
        >>> mean_of(three).value
        2.0

    Source:
        The ratio of two means by linearisation: Cochran (1977), Sampling Techniques, 3rd edition, section 6.3; t with
        one degree of freedom less than there are customers.
    """
    if not sums.x:
        return Estimate.unknown("nobody")
    mean = sums.y / sums.x / unit
    if sums.customers < 2:
        return Estimate(mean, None, None, sums.x, method="clustered t")
    from scipy.special import stdtrit

    half = float(stdtrit(sums.customers - 1, 0.975)) * sqrt(max(0.0, sums.variance)) / unit
    low, high = mean - half, mean + half
    if bounds.low is not None:
        low = max(bounds.low, low)
    if bounds.high is not None:
        high = min(bounds.high, high)
    return Estimate(mean, low, high, sums.x, method="clustered t")


def share_of(sums: Sums) -> Estimate:
    """Return the share y / x, each y a part of its x, with the Wilson interval of as many as the sample is worth.

    Source:
        The effective sample size: Kish (1965), Survey Sampling, section 8.2; Korn and Graubard (1998), Survey
        Methodology 24(2), 193-201, for its use in an interval of a proportion.
    """
    if not sums.x:
        return Estimate.unknown("nobody")
    share = sums.y / sums.x
    worth = float(sums.x)
    if sums.variance > 0:
        worth = min(worth, share * (1 - share) / sums.variance)
    elif sums.customers < sums.x:
        worth = float(sums.customers)
    bounds = Interval(*wilson(share * worth, worth))
    return Estimate(share, bounds.low, bounds.high, sums.x, method="Wilson, clustered")
