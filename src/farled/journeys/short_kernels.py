"""Kernels of short histories: those of one attempt that fit into a number of 64 bits, their key.

From its highest bit down a key holds a 1, then zeros, then a 1, how the attempt ended (2 bits), and the touchpoints,
the first one highest, each in as many bits as the last touchpoint needs. So the keys of shorter attempts are lower. A
history without any attempt has the key ``EMPTY``, lower than all.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]

NOTHING, GOAL = -1, -2
LONG = np.uint64(0)
EXACT = np.uint64(1 << 63)
EMPTY = np.uint64((1 << 63) - 1)
BEGIN = 4
MOST_BITS = 60


@njit(nogil=True, cache=True)
def short_histories(
    offsets: Ints, owner: Ints, time: Ints, spot: Small, rename: Small, limits: Ints
) -> tuple[Keys, int]:
    """Return the key of each customer's history.

    Args:
        offsets: Of the journeys, shape (n + 1,).
        owner: Customer of each journey.
        time: Shape (n_events,).
        spot: Shape (n_events,), of `farled.journeys.attribution_kernels.event_spots`.
        rename: Word of each touchpoint; at least one.
        limits: (lookback, bits, since): longest age of a touch; bits of a touchpoint; a lost attempt whose last touch
            is later than ``since`` is still open.

    Returns:
        Keys, ``LONG`` for what does not fit and for customers with several journeys, shape (customers,); open attempts
        among those that fit.
    """
    journeys = len(owner)
    keys = np.zeros(owner[-1] + 1 if journeys else 0, dtype=np.uint64)
    bits, still_open = np.uint64(limits[1]), 0
    for journey in range(journeys):
        begin, last = offsets[journey], offsets[journey + 1] - 1
        if (journey and owner[journey - 1] == owner[journey]) or (
            journey + 1 < journeys and owner[journey + 1] == owner[journey]
        ):
            continue
        while last >= begin and spot[last] == NOTHING:
            last -= 1
        if last < begin:
            keys[owner[journey]] = EMPTY
            continue
        goals, touches, won = 0, 0, spot[last] == GOAL
        while np.uint64(time[last]) - np.uint64(time[begin]) > np.uint64(limits[0]):
            goals += spot[begin] == GOAL
            begin += 1
        key = np.uint64(BEGIN + won)
        for event in range(begin, last + 1):
            here = spot[event] >= 0
            key = key << (bits if here else np.uint64(0))
            key |= np.uint64(rename[spot[event]]) if here else np.uint64(0)
            touches += here
            goals += spot[event] == GOAL
        if goals == won and touches * limits[1] <= MOST_BITS:
            keys[owner[journey]] = key | EXACT
            still_open += not won and time[last] > limits[2]
    return keys, still_open


@njit(nogil=True, cache=True)
def counted_keys(keys: Keys) -> tuple[Keys, Ints]:
    """Return the different keys and how often each occurs; ``LONG`` is left out.

    Args:
        keys: Rising.
    """
    place = np.empty(len(keys) + 1, dtype=np.int64)
    found, before = 0, LONG
    for at in range(len(keys)):
        place[found] = at
        found += keys[at] != before
        before = keys[at]
    place[found] = len(keys)
    distinct, counts = np.empty(found, dtype=np.uint64), np.empty(found, dtype=np.int64)
    for kind in range(found):
        distinct[kind], counts[kind] = keys[place[kind]], place[kind + 1] - place[kind]
    return distinct, counts


@njit(nogil=True, cache=True)
def merged_keys(keys: Keys, counts: Ints, others: Keys, their: Ints) -> tuple[Keys, Ints]:
    """Return the keys of two lists and how often each occurs in both; keys rise and differ within a list."""
    most = len(keys) + len(others)
    made, sums = np.empty(most, dtype=np.uint64), np.empty(most, dtype=np.int64)
    one, other, at = 0, 0, 0
    while one < len(keys) and other < len(others):
        left, right = keys[one], others[other]
        made[at] = left if left <= right else right
        sums[at] = (counts[one] if left <= right else 0) + (their[other] if right <= left else 0)
        one += left <= right
        other += right <= left
        at += 1
    for rest in range(one, len(keys)):
        made[at], sums[at] = keys[rest], counts[rest]
        at += 1
    for rest in range(other, len(others)):
        made[at], sums[at] = others[rest], their[rest]
        at += 1
    return made[:at].copy(), sums[:at].copy()


@njit(nogil=True, cache=True)
def written_out(keys: Keys, bits: int) -> tuple[Ints, Words]:
    """Return short histories as words, as `farled.journeys.attribution_kernels` writes them.

    Args:
        keys: Of the histories.
        bits: Of a touchpoint.

    Returns:
        Offsets, shape (n + 1,); words.
    """
    offsets = np.zeros(len(keys) + 1, dtype=np.int64)
    for history in range(len(keys)):
        offsets[history + 1] = offsets[history]
        if keys[history] & EXACT:
            rest = keys[history] & ~EXACT
            offsets[history + 1] += 1
            while rest >= 2 * BEGIN:
                rest >>= np.uint64(bits)
                offsets[history + 1] += 1
    words = np.empty(offsets[-1], dtype=np.uint32)
    for history in range(len(keys)):
        begin, end, rest = offsets[history], offsets[history + 1], keys[history] & ~EXACT
        for at in range(end - 1, begin, -1):
            words[at] = np.uint32(rest & np.uint64((1 << bits) - 1))
            rest >>= np.uint64(bits)
        if begin < end:
            words[begin] = np.uint32((end - begin - 1) * 4 + np.int64(rest & np.uint64(3)))
    return offsets, words
