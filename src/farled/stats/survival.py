"""Time until something happens, when some are still waiting (Kaplan-Meier)."""

from bisect import bisect_left
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from farled.stats.intervals import Z95, Estimate, rising, wilson

Times = npt.NDArray[np.int64]

BLOCK = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """The Kaplan-Meier curve: who is still waiting after how long.

    Attributes:
        time: Distinct times at which something happened, rising. Shape (m,).
        waiting: Share still waiting just after each time, 0 to 1. Shape (m,).
        spread: Greenwood's sum, the variance of log(waiting). Shape (m,).
        n: Who was watched at the start.
        open: Who was still waiting when watching ended.
        longest: The longest that anybody was watched; None if nobody was.
    """

    time: Times
    waiting: npt.NDArray[np.float64]
    spread: npt.NDArray[np.float64]
    n: int
    open: int
    longest: int | None

    def share_by(self, horizon: int) -> Estimate:
        """Return the share to whom it has happened by the horizon, inclusive.

        Nobody censored before the horizon: Wilson. Else Greenwood's variance on the log(-log) scale.

        Args:
            horizon: In the unit of the times.

        Source:
            Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481; Kalbfleisch and Prentice (1980) for the scale.
        """
        if self.n == 0:
            return Estimate.unknown("nobody")
        at = int(np.searchsorted(self.time, horizon, side="right")) - 1
        if self.open == 0:
            part = 0 if at < 0 else round((1 - float(self.waiting[at])) * self.n)
            return Estimate(part / self.n, *wilson(part, self.n), self.n, method="Wilson")
        if at < 0:
            return Estimate(0.0, *wilson(0, self.n), self.n, method="Kaplan-Meier")
        waiting, spread = float(self.waiting[at]), float(self.spread[at])
        if waiting <= 0:
            return Estimate(1.0, wilson(self.n, self.n).low, 1.0, self.n, method="Kaplan-Meier")
        half = Z95 * sqrt(spread) / abs(log(waiting)) if waiting < 1 else 0.0
        low, high = 1 - waiting ** exp(-half), 1 - waiting ** exp(half)
        return Estimate(1 - waiting, low, high, self.n, method="Kaplan-Meier")

    def quantile(self, q: float = 0.5) -> Estimate:
        """Return the time by which a share of ``q`` have had it.

        Bounds are those of Brookmeyer and Crowley on the log(-log) scale; None where the curve does not come so far.
        """
        if self.n == 0:
            return Estimate.unknown("nobody")
        first = bisect_left(range(len(self.time)), True, key=lambda at: bool(1 - self.waiting[at] >= q - 1e-12))
        if first == len(self.time):
            return Estimate.unknown("open", self.n)
        # The upper bound of the share gets to q no later, the lower one no sooner.
        early = np.flatnonzero(self._bound(slice(0, first + 1), Z95) >= q)
        blocks = ((at, self._bound(slice(at, at + BLOCK), -Z95) >= q) for at in range(first, len(self.time), BLOCK))
        late = next((at + int(np.argmax(far)) for at, far in blocks if far.any()), None)
        return Estimate(
            float(self.time[first]),
            float(self.time[early[0]]) if len(early) else None,
            None if late is None else float(self.time[late]),
            self.n,
            method="Kaplan-Meier",
        )

    def _bound(self, part: slice, z: float) -> npt.NDArray[np.float64]:
        """Return a bound of the share that has had it at some of the times, on the log(-log) scale."""
        waiting = self.waiting[part]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(waiting)
            bound: npt.NDArray[np.float64] = 1 - np.exp(logs * np.exp(z * np.sqrt(self.spread[part]) / np.abs(logs)))
        return np.where(waiting > 0, bound, 1.0)


def kaplan_meier(happened: Times, waiting: Times) -> Survival:
    """Return the curve of those to whom it happened and those still waiting.

    Args:
        happened: Time from start to event of each to whom it happened, shape (h,).
        waiting: Time from start to the end of watching of the others, shape (w,). One that stops watching at the
            same time as another has the event counts as still at risk there.

    Source:
        Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481; Greenwood (1926) for the variance.
    """
    n = len(happened) + len(waiting)
    happened, waiting = rising(happened), rising(waiting)
    is_new = np.ones(len(happened), dtype=np.bool_)
    np.not_equal(happened[1:], happened[:-1], out=is_new[1:])
    first = np.flatnonzero(is_new)
    time = happened[first]
    stopped = np.bincount(np.searchsorted(time, waiting, side="right"), minlength=len(time) + 1)[:-1]
    at_risk = float(n) - (first + np.cumsum(stopped))
    events = np.diff(first, append=len(happened)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.cumprod(1 - events / at_risk)
        spread = np.cumsum(events / (at_risk * (at_risk - events)))
    longest = max((int(times[-1]) for times in (happened, waiting) if len(times)), default=None)
    curves = curve.astype(np.float64, copy=False), spread.astype(np.float64, copy=False)
    return Survival(time.astype(np.int64, copy=False), *curves, n, len(waiting), longest)
