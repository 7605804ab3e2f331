"""Values counted: exact quantiles and totals in little room, that add up in any order."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

MOST = 1 << 20
ALL_BITS = 63


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How often each value occurs.

    Up to ``MOST`` different values it is exact. Beyond that, values are kept by their leading ``bits`` only, as many as
    fit into the room: a quantile is then off by at most a share of 1 / 2^bits. What is left out depends on the values
    alone, so that tallies add up to the same in any order and grouping.

    Attributes:
        value: The values, rising, not negative; with fewer than ``ALL_BITS`` bits the smallest of each cell.
        count: How often each occurs.
        total: Exact sum of all values.
        bits: How many leading bits of a value are kept.

    Example:
        >>> both = Tally.of(np.array([3, 1, 3])) + Tally.of(np.array([8]))
        >>> both.n, both.total, both.quantile(0.5)
        (4, 15, 3.0)
    """

    value: Ints
    count: Ints
    total: int
    bits: int = ALL_BITS

    @classmethod
    def of(cls, values: Ints, table: Ints | None = None, unit: int = 1) -> "Tally":
        """Count values.

        Args:
            values: Any, not negative, in any order.
            table: How often 0, 1, 2, … times ``unit`` occur besides.
            unit: What the places of the table are multiplied with.
        """
        found, count = np.unique(values, return_counts=True) if len(values) else (values, values)
        total = _sum(values)
        if table is not None:
            place = np.flatnonzero(table)
            total += _sum(place, table[place]) * unit
            every = np.concatenate((place * unit, found)), np.concatenate((table[place], count))
            found, count = _merged(*every) if len(found) else every
        return _fitted(found, count.astype(np.int64), total, ALL_BITS)

    def __add__(self, other: "Tally") -> "Tally":
        bits = min(self.bits, other.bits)
        values = np.concatenate((_cells(self.value, bits), _cells(other.value, bits)))
        merged = _merged(values, np.concatenate((self.count, other.count)))
        return _fitted(*merged, self.total + other.total, bits)

    @property
    def n(self) -> int:
        """How many values there are."""
        return int(self.count.sum())

    @property
    def is_exact(self) -> bool:
        """Whether every value is kept as it was."""
        return self.bits == ALL_BITS

    def quantile(self, q: float) -> float | None:
        """Return a quantile, linear between order statistics; None when there are no values.

        Args:
            q: 0 to 1; 0.5 is the median.

        Source:
            Definition 7 of Hyndman and Fan (1996), The American Statistician 50(4), 361-365.
        """
        n = self.n
        if not n:
            return None
        place = (n - 1) * q
        low = int(place)
        up_to = np.cumsum(self.count)
        at = np.searchsorted(up_to, [low, min(low + 1, n - 1)], side="right")
        below, above = (float(self.value[cell]) + self._half(int(self.value[cell])) for cell in at)
        return below + (above - below) * (place - low)

    def _half(self, value: int) -> float:
        """Return half the width of the cell of a value."""
        dropped = value.bit_length() - self.bits
        return ((1 << dropped) - 1) / 2 if dropped > 0 else 0.0


def _sum(values: Ints, times: Ints | None = None) -> int:
    """Return a sum that cannot overflow."""
    parts = (values >> 31, values & ((1 << 31) - 1))
    high, low = (int(part.sum() if times is None else (part * times).sum()) for part in parts)
    return (high << 31) + low


def _merged(values: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return different values, rising, with the counts of equal ones added."""
    order = np.argsort(values, kind="stable")
    values = values[order]
    first = np.flatnonzero(np.concatenate((np.ones(min(len(values), 1), dtype=np.bool_), values[1:] != values[:-1])))
    return values[first], np.add.reduceat(counts[order], first) if len(first) else counts


def _fitted(values: Ints, counts: Ints, total: int, bits: int) -> Tally:
    """Return a tally with as many bits as fit into the room."""
    if len(values) <= MOST:
        return Tally(values, counts, total, bits)
    while len(values) > MOST:
        bits = min(bits, int(values[-1]).bit_length()) - 1
        values, counts = _merged(_cells(values, bits), counts)
    return Tally(values, counts, total, bits)


def _cells(values: Ints, bits: int) -> Ints:
    """Return values with only so many leading bits."""
    if bits >= ALL_BITS:
        return values
    left, dropped = values.copy(), np.zeros(len(values), dtype=np.int64)
    for step in (32, 16, 8, 4, 2, 1):  # the length of each value in bits, less those kept, found by halving
        long = left >> (bits + step - 1) > 0 if bits + step <= ALL_BITS else np.zeros(len(left), dtype=np.bool_)
        dropped[long] += step
        left[long] >>= step
    return values >> dropped << dropped
