"""Shapley values of a conversion rate: what each channel adds to it, on average over all orders of joining.

The worth of a coalition S is the rate ``v(S) = conversions / journeys`` among the journeys whose channels all lie in
S; 0 where there are none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

from farled.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Sums = Callable[[Floats], Floats]
"""A way to do what `subset_sums` does, that may write into what it is given."""

MOST_EXACT = 20


def subset_sums(values: Floats) -> Floats:
    """Return for each mask the sum over its subsets, itself included. Shape (..., 2^K)."""
    made = values.copy()
    for bit in range(_channels(values.shape[-1])):
        halves = made.reshape(-1, 2, 1 << bit)
        halves[:, 1] += halves[:, 0]
    return made


def superset_sums(values: Floats, sums: Sums = subset_sums) -> Floats:
    """Return for each mask the sum over the masks that hold it, itself included. Shape (..., 2^K).

    Args:
        values: Shape (..., 2^K).
        sums: How to sum over subsets: supersets are the subsets where every mask stands for what it does not hold.
    """
    return sums(values[..., ::-1].copy())[..., ::-1]


def rate_shapley(journeys: npt.ArrayLike, conversions: npt.ArrayLike, sums: Sums = subset_sums) -> Floats:
    """Return the exact Shapley values of the rate game, of several games at once.

    ``phi(c) = sum over S without c of |S|! (K - |S| - 1)! / K! * (v(S + c) - v(S))``; they sum to the rate of all.

    Args:
        journeys: How many have exactly the channels of each mask (bit c is channel c). Shape (..., 2^K), K up to 20.
        conversions: How many of them convert. Same shape.
        sums: How to sum over subsets.

    Returns:
        Shape (..., K); may be negative.

    Raises:
        InputError: More than 20 channels, or a length that is no power of two.

    Example:
        Ten journeys with ``a`` convert once, ten with ``b`` thrice, ten with both six times.

        >>> rate_shapley([0, 10, 10, 10], [0, 1, 3, 6]).round(4).tolist()
        [0.0667, 0.2667]

    Source:
        Shapley (1953), in Contributions to the Theory of Games II, 307-317; the subset sums by Yates' method.
    """
    of, won = np.asarray(journeys, dtype=np.float64), np.asarray(conversions, dtype=np.float64)
    channels = _channels(of.shape[-1])
    _, worth = _summed(of, won, sums)
    gains, losses = _weights(channels)
    lost = worth @ losses
    worth *= gains
    return _where_set(worth) - lost[..., None]


def rate_influence(
    journeys: npt.ArrayLike, conversions: npt.ArrayLike, masks: Ints, sums: Sums = subset_sums
) -> tuple[Floats, Floats]:
    """Return how one more journey moves the Shapley values: lost, and converted.

    Args:
        journeys: As for `rate_shapley`, of one game. Shape (2^K,).
        conversions: Same shape.
        masks: Of the journeys asked about. Shape (m,).
        sums: How to sum over subsets.

    Returns:
        For a lost and for a converted journey of each mask, shape (m, K) each.

    Source:
        The derivative of ``v(S)`` with one more journey is ``(y - v(S)) / journeys(S)`` where its mask lies in S;
        summed over S with the weights of the Shapley value by superset sums. Efron (1982), as in `farled.stats.markov`.
    """
    of, won = np.asarray(journeys, dtype=np.float64), np.asarray(conversions, dtype=np.float64)
    channels = _channels(of.shape[-1])
    n, worth = _summed(of, won, sums)
    gains, losses = _weights(channels)
    gained, lost = superset_sums(gains / n, sums), superset_sums(losses / n, sums)
    worth /= n
    gained_worth, lost_worth = superset_sums(gains * worth, sums), superset_sums(losses * worth, sums)
    joined = masks[:, None] | (1 << np.arange(channels))
    level = gained_worth[joined] - lost_worth[masks][:, None]
    return -level, gained[joined] - lost[masks][:, None] - level


def _summed(journeys: Floats, conversions: Floats, sums: Sums) -> tuple[Floats, Floats]:
    """Return for each coalition its journeys and its rate: infinitely many, none of which converts, for none."""
    n, worth = sums(journeys), sums(conversions)
    np.putmask(n, n == 0, np.inf)
    worth /= n
    return n, worth


def _channels(length: int) -> int:
    channels = length.bit_length() - 1
    if length != 1 << channels or channels > MOST_EXACT:
        hint = f"Give 2**K numbers for K up to {MOST_EXACT} channels; above, use sampled_shapley."
        raise InputError(f"{length} coalitions cannot be summed.", hint)
    return channels


def _ratio(part: Floats, whole: Floats) -> Floats:
    return part / np.where(whole > 0, whole, np.inf)


@lru_cache(maxsize=2)
def _weights(channels: int) -> tuple[Floats, Floats]:
    """Return what v(S) counts for the channels in S, and what must be taken off for every channel, per mask."""
    joins = np.array([0.0, *(1 / (channels * comb(channels - 1, size - 1)) for size in range(1, channels + 1))])
    stays = np.array([*(1 / (channels * comb(channels - 1, size)) for size in range(channels)), 0.0])
    size = np.bitwise_count(np.arange(1 << channels, dtype=np.uint32))
    return (joins + stays)[size], stays[size]


def _where_set(values: Floats) -> Floats:
    """Return for each bit the sum over the masks that hold it, half of the bits at a time. Shape (..., K)."""
    channels = _channels(values.shape[-1])
    low = channels // 2
    table = values.reshape(*values.shape[:-1], 1 << (channels - low), 1 << low)
    halves = (table.sum(axis=-2), low), (table.sum(axis=-1), channels - low)
    return np.concatenate([sums @ _holds(bits) for sums, bits in halves], axis=-1)


def _holds(bits: int) -> Floats:
    """Return which masks hold which bit. Shape (2^bits, bits)."""
    return (np.arange(1 << bits)[:, None] >> np.arange(bits) & 1).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Shapley values estimated from random orders of joining.

    Attributes:
        values: Shape (K,).
        error: Standard error of each from sampling alone. Shape (K,).
        lost: How one more lost journey of each set moves the values, or None. Shape (m, K).
        won: The same for one that converts.
    """

    values: Floats
    error: Floats
    lost: Floats | None
    won: Floats | None


def sampled_shapley(
    sets: tuple[Ints, Ints], journeys: Floats, conversions: Floats, channels: int, *, pairs: int = 200, moved: int = 0
) -> Sampled:
    """Estimate the Shapley values of the rate game from random orders, each taken forwards and backwards.

    Args:
        sets: Where the channels of each set begin, shape (m + 1,), and the channels; no set is empty.
        journeys: With exactly each set. Shape (m,).
        conversions: Of these. Shape (m,).
        channels: How many there are.
        pairs: Pairs of orders.
        moved: From how many pairs to say how a journey moves the values; 0: not.

    Example:
        >>> sets = np.array([0, 1, 2, 4]), np.array([0, 1, 0, 1])
        >>> sampled_shapley(sets, np.array([10.0, 10, 10]), np.array([1.0, 3, 6]), 2).values.round(4).tolist()
        [0.0667, 0.2667]

    Source:
        Castro, Gomez and Tejada (2009), Computers and Operations Research 36(5), 1726-1730; Mitchell, Cooper, Frank and
        Holmes (2022), J. Machine Learning Research 23(43), for pairs of opposite orders.
    """
    rng = np.random.default_rng(channels)
    drawn = np.empty((pairs, channels))
    moves = np.zeros((2, len(journeys) if moved else 0, channels))
    for at in range(pairs):
        order = rng.permutation(channels)
        both = [_Joining.of(each, sets, journeys, conversions) for each in (order, order[::-1])]
        drawn[at] = (both[0].values() + both[1].values()) / 2
        for joining in both if at < moved else ():
            moves[0] += joining.influence(0.0) / (2 * moved)
            moves[1] += joining.influence(1.0) / (2 * moved)
    values, error = drawn.mean(axis=0), drawn.std(axis=0, ddof=1) / np.sqrt(pairs)
    return Sampled(values, error, *(moves if moved else (None, None)))


@dataclass(frozen=True, slots=True, eq=False)
class _Joining:
    """One order of joining: place of each channel, from 0, and of each set's last; journeys and rate at each place."""

    place: Ints
    complete: Ints
    journeys: Floats
    worth: Floats

    @classmethod
    def of(cls, order: Ints, sets: tuple[Ints, Ints], journeys: Floats, conversions: Floats) -> "_Joining":
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        complete = np.maximum.reduceat(place[sets[1]], sets[0][:-1])
        of, won = (
            np.cumsum(np.bincount(complete, weights=each, minlength=len(order)).astype(np.float64))
            for each in (journeys, conversions)
        )
        return cls(place, complete, of, _ratio(won, of))

    def values(self) -> Floats:
        """Return what each channel adds when it joins."""
        added: Floats = np.diff(self.worth, prepend=0.0)[self.place]
        return added

    def influence(self, outcome: float) -> Floats:
        """Return how one more journey of each set and outcome moves them. Shape (m, K)."""
        moved = _ratio(outcome - self.worth, self.journeys)
        there = np.arange(len(moved)) >= self.complete[:, None]
        added: Floats = np.diff(np.where(there, moved, 0.0), axis=1, prepend=0.0)[:, self.place]
        return added
