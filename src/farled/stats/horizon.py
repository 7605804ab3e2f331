"""The share that has had something by a horizon, when some were not watched that long."""

from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from farled.stats.intervals import Z95, Estimate, wilson

Times = npt.NDArray[np.int64]
NOT_YET = -1


class Within(NamedTuple):
    """A share by a horizon.

    Attributes:
        share: With its interval.
        open: Who was watched for less than the horizon without the event.
    """

    share: Estimate
    open: int


def share_within(waited: Times, watched: Times, horizon: int) -> Within:
    """Return the share to whom it has happened within a horizon, inclusive (1 - Kaplan-Meier).

    Args:
        waited: Time from start to event of each, ``NOT_YET`` (-1) where it has not happened. Shape (n,).
        watched: How long each was watched from the start. Shape (n,).
        horizon: In the unit of the times.

    Returns:
        Without open ones it is exactly k of n with the Wilson interval; else Kaplan-Meier with Greenwood's variance
        on the log(-log) scale. The value is None, reason ``open``, when nobody was watched as long as the horizon and
        not all have had it.

    Example:
        >>> share_within(np.array([1, -1, 5]), np.array([9, 9, 9]), 3).share.value
        0.3333333333333333

    Source:
        Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481; Greenwood (1926); Kalbfleisch and Prentice (1980).
        Between two censored times the curve is a plain ratio, so that only the censored times need sorting.
    """
    n = len(waited)
    if n == 0:
        return Within(Estimate.unknown("nobody"), 0)
    happened = (waited >= 0) & (waited <= horizon)
    censored = np.sort(watched[~happened & (watched < horizon)])
    k = int(happened.sum())
    if not len(censored):
        return Within(Estimate(k / n, *wilson(k, n), n, method="Wilson"), 0)
    if not np.any(watched >= horizon) and k + len(censored) == n:
        return Within(Estimate.unknown("open", n), len(censored))
    return Within(_kaplan_meier(waited[happened], censored, n), len(censored))


def _kaplan_meier(happened: Times, censored: Times, n: int) -> Estimate:
    before = np.bincount(np.searchsorted(censored, happened, side="left"), minlength=len(censored) + 1)
    gone = np.arange(len(censored) + 1)
    at_risk = n - gone - np.concatenate(([0], np.cumsum(before)[:-1]))
    left = at_risk - before
    used = before > 0
    with np.errstate(divide="ignore"):
        waiting = float(np.prod(left[used] / at_risk[used]))
        spread = float(np.sum(1 / left[used] - 1 / at_risk[used]))
    if waiting <= 0:
        return Estimate(1.0, wilson(n, n).low, 1.0, n, method="Kaplan-Meier")
    if waiting >= 1:
        watched = max(1.0, float(left[-1]))
        return Estimate(0.0, 0.0, wilson(0, watched).high, n, method="Kaplan-Meier")
    half = Z95 * sqrt(spread) / abs(log(waiting))
    return Estimate(1 - waiting, 1 - waiting ** exp(-half), 1 - waiting ** exp(half), n, method="Kaplan-Meier")
