"""Kernels of games among channels: how often each set of channels occurs, and sums over the subsets of all sets."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Keys = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

WON = 1
BLOCK = 1 << 11


@njit(nogil=True, cache=True)
def set_counts(sets: Keys, facts: Bytes, weight: Floats, channels: int) -> Floats:
    """Return how many attempts have exactly each set of channels, and how many of them reach the goal.

    Args:
        sets: The channels of each attempt as bits; those without any are left out.
        facts: How each attempt ended, first.
        weight: Of each attempt.
        channels: How many there are.

    Returns:
        Shape (2, 2^channels).
    """
    counts = np.zeros((2, 1 << channels))
    for attempt in range(len(sets)):
        own = np.int64(sets[attempt])
        more = weight[attempt] if own else 0.0
        counts[0, own] += more
        counts[1, own] += more if facts[attempt, 0] == WON else 0.0
    return counts


@njit(nogil=True, cache=True)
def sum_subsets(games: Floats) -> None:
    """Put the sum over all subsets of a set, itself included, in the place of what stands for the set.

    The two halves of each block are added as soon as both are summed, so that most of the work is on what was just
    touched.

    Args:
        games: Shape (games, 2^channels); bit c of the place is channel c. Writable.
    """
    sets = games.shape[1]
    block = min(sets, BLOCK)
    for game in range(len(games)):
        values = games[game]
        for begin in range(0, sets, block):
            half = 1
            if block >= 8:
                _sum_eights(values[begin : begin + block])
                half = 8
            while half < block:
                for at in range(begin, begin + block, 2 * half):
                    _add(values[at + half : at + 2 * half], values[at : at + half])
                half *= 2
            done = begin // block + 1
            while done % 2 == 0:
                end = begin + block
                _add(values[end - half : end], values[end - 2 * half : end - half])
                half, done = 2 * half, done // 2


@njit(nogil=True, cache=True)
def _add(to: Floats, more: Floats) -> None:
    for at in range(len(to)):
        to[at] += more[at]


@njit(nogil=True, cache=True)
def _sum_eights(values: Floats) -> None:
    """Do as `sum_subsets` for the three lowest channels of each eight places."""
    for at in range(0, len(values), 8):
        own = values[at : at + 8]
        a, b, ab, c, ac, bc, abc = own[1], own[2], own[3], own[4], own[5], own[6], own[7]
        a, ab, ac, abc = a + own[0], ab + b, ac + c, abc + bc
        b, ab, bc, abc = b + own[0], ab + a, bc + c, abc + ac
        own[1], own[2], own[3] = a, b, ab
        own[4], own[5], own[6], own[7] = c + own[0], ac + a, bc + b, abc + ab
