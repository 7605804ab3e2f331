"""Differences of numbers that have intervals of any kind."""

from math import sqrt

from farled.stats.intervals import Estimate


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Return ``first - second`` of two independent estimates, with an interval made of theirs.

    Args:
        first: With its 95 % interval, which need not be symmetric.
        second: As the first, in the same unit.

    Returns:
        The difference; without bounds where one of them has none, without value where one of them has none. Its n is
        the smaller one.

    Example:
        >>> from farled.stats.intervals import Rate
        >>> both = [Estimate(r.value, r.low, r.high, r.n) for r in (Rate(56, 70), Rate(48, 80))]
        >>> found = difference(*both)
        >>> f"{found.value:.2f} [{found.low:.4f}, {found.high:.4f}]"
        '0.20 [0.0524, 0.3339]'

    Source:
        Zou and Donner (2008), Statistics in Medicine 27, 1693-1702 (MOVER); of two Wilson intervals it is Newcombe's.
    """
    n = min(first.n, second.n)
    if first.value is None or second.value is None:
        return Estimate.unknown(first.reason or second.reason or "not_computable", n)
    value = first.value - second.value
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return Estimate(value, None, None, n, method="MOVER")
    low = value - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = value + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Estimate(value, low, high, n, method="MOVER")


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """Return an estimate in another unit; a negative factor turns its bounds round."""
    if estimate.value is None:
        return estimate
    bounds = [None if bound is None else factor * bound for bound in (estimate.low, estimate.high)]
    low, high = bounds if factor >= 0 else reversed(bounds)
    return Estimate(factor * estimate.value, low, high, estimate.n, method=estimate.method)


def total(estimates: "list[Estimate]") -> Estimate:
    """Return the sum of independent estimates, with an interval made of theirs; unknown where one of them is.

    Example:
        >>> total([Estimate(3.0, 0.0, 6.0, 10), Estimate(4.0, 0.0, 8.0, 20)])
        Estimate(value=7.0, low=2.0, high=12.0, n=30, reason=None, method='MOVER')
    """
    missing = next((each for each in estimates if each.value is None), None)
    n = sum(each.n for each in estimates)
    if missing is not None or not estimates:
        return Estimate.unknown((missing.reason if missing else None) or "not_computable", n)
    value = sum(each.value or 0.0 for each in estimates)
    if any(each.low is None or each.high is None for each in estimates):
        return Estimate(value, None, None, n, method="MOVER")
    below = sqrt(sum(((each.value or 0.0) - (each.low or 0.0)) ** 2 for each in estimates))
    above = sqrt(sum(((each.high or 0.0) - (each.value or 0.0)) ** 2 for each in estimates))
    return Estimate(value, value - below, value + above, n, method="MOVER")
