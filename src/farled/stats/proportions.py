"""Tests of two shares, and of many two-by-two tables at once."""

from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from farled.stats.intervals import Z95, Interval

Floats = npt.NDArray[np.float64]
SMALL = 5.0


def score_test(k: float, n: float, other_k: float, other_n: float) -> float | None:
    """Return the two-sided p-value of two independent shares ``k / n`` and ``other_k / other_n`` being equal.

    The pooled score test; Fisher's exact test where a cell is expected to hold fewer than five.

    Args:
        k: Count; may be a fraction after a design effect.
        n: Its whole, more than 0.
        other_k: As ``k``.
        other_n: As ``n``.

    Returns:
        None where nobody or everybody is counted in both: nothing varies.

    Example:
        >>> round(score_test(56, 70, 48, 80), 4), round(score_test(4, 5, 1, 5), 4)
        (0.008, 0.2063)

    Source:
        Pearson (1900); Fisher (1935), The Design of Experiments, for the exact one.
    """
    pooled = (k + other_k) / (n + other_n)
    if pooled <= 0 or pooled >= 1:
        return None
    if min(n, other_n) * min(pooled, 1 - pooled) < SMALL:
        return _fisher(*map(round, (k, n, other_k, other_n)))
    z = abs(k / n - other_k / other_n) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    return 2 * NormalDist().cdf(-z)


def _fisher(k: int, n: int, other_k: int, other_n: int) -> float:
    from scipy.special import gammaln

    total = k + other_k
    possible = np.arange(max(0, total - other_n), min(n, total) + 1)

    def ways(whole: int, part: npt.NDArray[np.int64]) -> Floats:
        made: Floats = gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1)
        return made

    weight = ways(n, possible) + ways(other_n, total - possible)
    chance = np.exp(weight - weight.max())
    own = chance[k - possible[0]]
    return float(min(1.0, chance[chance <= own * (1 + 1e-7)].sum() / chance.sum()))


@dataclass(frozen=True, slots=True)
class Association:
    """What many two-by-two tables say together.

    Attributes:
        p: Two-sided p-value of no association in any of them; None where nothing varies.
        odds: The odds ratio common to them; None where it cannot be known.
        interval: Of the odds ratio, 95 %; None likewise.
        variance: Of the count on which the test rests; small values mean that the test is rough.
    """

    p: float | None
    odds: float | None
    interval: Interval | None
    variance: float


def mantel_haenszel(cases: Floats, n: Floats, other_cases: Floats, other_n: Floats) -> Association:
    """Test an association in strata, and say how strong it is (Cochran-Mantel-Haenszel, with continuity correction).

    Args:
        cases: Cases among those with it, per stratum. Shape (s,).
        n: All with it. Shape (s,).
        other_cases: Cases among those without it. Shape (s,).
        other_n: All without it. Shape (s,).

    Source:
        Mantel and Haenszel (1959), J. National Cancer Institute 22, 719-748; variance of the log odds ratio by Robins,
        Breslow and Greenland (1986), Biometrics 42, 311-323.
    """
    whole = n + other_n
    used = (whole > 1) & (n > 0) & (other_n > 0)
    a, b, c, d = (each[used] for each in (cases, n - cases, other_cases, other_n - other_cases))
    total = whole[used]
    expected = (a + b) * (a + c) / total
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (total**2 * (total - 1))).sum())
    p = None
    if variance > 0:
        apart = max(0.0, abs(float((a - expected).sum())) - 0.5)
        p = 2 * NormalDist().cdf(-apart / sqrt(variance))
    r, s = a * d / total, b * c / total
    up, down = float(r.sum()), float(s.sum())
    if up <= 0 or down <= 0:
        return Association(p, None, None, variance)
    even, odd = (a + d) / total, (b + c) / total
    spread = float((even * r).sum()) / (2 * up**2)
    spread += float((even * s + odd * r).sum()) / (2 * up * down) + float((odd * s).sum()) / (2 * down**2)
    half = Z95 * sqrt(spread)
    return Association(p, up / down, Interval(exp(log(up / down) - half), exp(log(up / down) + half)), variance)
