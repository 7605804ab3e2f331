"""How far a number would vary with other customers: customers in groups, each group left out once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a number varies.

    Attributes:
        variance: Of the number.
        freedom: Degrees of freedom that the variance rests on.
    """

    variance: float
    freedom: float

    @property
    def half(self) -> float:
        """Half the 95 % interval."""
        from scipy.special import stdtrit

        return float(stdtrit(self.freedom, 0.975)) * sqrt(self.variance)

    def p(self, distance: float) -> float:
        """Return the two-sided p-value of a number so far from what it should be."""
        from scipy.special import stdtr

        return float(2 * stdtr(self.freedom, -abs(distance) / sqrt(self.variance)))


def influences(whole: Floats, without: Floats, size: Ints) -> Floats:
    """Return what each group of customers adds to each number, from the numbers without that group.

    Args:
        whole: The numbers of all customers; none that grows with the number of customers. Shape (k,).
        without: The numbers without each group. Shape (groups, k).
        size: Customers in each group. Shape (groups,).

    Returns:
        Shape (groups, k). NaN where a number without a group is NaN.

    Source:
        The delete-a-group jackknife: Kott (2001), J. Official Statistics 17(4), 521-526; groups that differ in size
        are weighed so that the variance of a mean is exact, as in Busing, Meijer and van der Leeden (1999),
        Statistics and Computing 9, 3-8.
    """
    kept = 1.0 - size / max(1, int(size.sum()))
    added: Floats = np.where(size[:, None] > 0, kept[:, None] * (whole[None, :] - without), 0.0)
    return added


def spread(added: Floats, size: Ints) -> Spread | None:
    """Return the variance of a number from what each group adds to it; None where fewer than two groups have anybody.

    Args:
        added: By `influences`, or the difference of two such. Shape (groups,).
        size: Customers in each group. Shape (groups,).

    Example:
        >>> values = np.array([1.0, 2.0, 4.0, 7.0])
        >>> without = (values.sum() - values) / 3
        >>> added = influences(np.array([values.mean()]), without[:, None], np.ones(4, dtype=np.int64))[:, 0]
        >>> round(spread(added, np.ones(4, dtype=np.int64)).variance, 9), float(values.var(ddof=1) / 4)
        (1.75, 1.75)
    """
    there = size > 0
    groups = int(np.count_nonzero(there))
    if groups < 2 or np.isnan(added[there]).any():
        return None
    centred = added[there] - added[there].mean()
    return Spread(float(groups / (groups - 1) * (centred**2).sum()), groups - 1)


def half_samples(pairs: int) -> npt.NDArray[np.bool_]:
    """Return which half of each pair of groups is taken in each of balanced half samples. Shape (pairs, pairs).

    Args:
        pairs: A power of two.

    Source:
        Balanced repeated replication: McCarthy (1969), Review of the International Statistical Institute 37, 239-264;
        right for medians too, where leaving out a few is not: Shao and Wu (1989), Annals of Statistics 17, 1176-1197.
    """
    signs = np.ones((1, 1), dtype=np.int64)
    while len(signs) < pairs:
        signs = np.block([[signs, signs], [signs, -signs]])
    return np.asarray(signs > 0)


def spread_of_halves(apart: Floats) -> Spread | None:
    """Return the variance of a number from how far each half sample lies from the whole; None where one has none."""
    if not len(apart) or np.isnan(apart).any():
        return None
    return Spread(float((apart**2).mean()), len(apart))


def together(first: Spread, second: Spread) -> Spread:
    """Return the spread of the difference of two independent numbers.

    Source:
        Degrees of freedom: Welch (1947), Biometrika 34, 28-35.
    """
    variance = first.variance + second.variance
    if variance == 0:
        return Spread(0.0, first.freedom + second.freedom)
    parts = first.variance**2 / first.freedom + second.variance**2 / second.freedom
    return Spread(variance, variance**2 / parts)


def leave_one_out(parts: Sequence[T], add: Callable[[T, T], T]) -> Iterator[tuple[int, T]]:
    """Give for each part the sum of all others.

    Halves are summed once and handed down, so that n parts take about 3 n additions, and no more than the logarithm of
    n sums are held at a time.

    Args:
        parts: Two or more.
        add: Sums two.

    Yields:
        The position of a part, and the sum of the others.

    Example:
        >>> list(leave_one_out([1, 2, 4, 8], lambda a, b: a + b))
        [(0, 14), (1, 13), (2, 11), (3, 7)]
    """
    tree = _tree(parts, 0, len(parts), add)
    yield from _outside(tree, None, add)


def _tree(parts: Sequence[T], first: int, last: int, add: Callable[[T, T], T]) -> tuple[T, int, Any, Any]:
    """Return (sum, first, left half, right half); a single part has no halves."""
    if last - first == 1:
        return parts[first], first, None, None
    middle = (first + last) // 2
    left, right = _tree(parts, first, middle, add), _tree(parts, middle, last, add)
    return add(left[0], right[0]), first, left, right


def _outside(tree: tuple[T, int, Any, Any], rest: T | None, add: Callable[[T, T], T]) -> Iterator[tuple[int, T]]:
    _, first, left, right = tree
    if left is None:
        if rest is not None:
            yield first, rest
        return
    yield from _outside(left, right[0] if rest is None else add(rest, right[0]), add)
    yield from _outside(right, left[0] if rest is None else add(rest, left[0]), add)
