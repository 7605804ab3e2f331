"""Kernels that add up what attempts hold: transitions, sets of touchpoints, and sums per group of customers."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Keys = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

WON = 1
MIX, PRIME = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


@njit(nogil=True, cache=True)
def attempt_transitions(
    of_history: Ints, offsets: Ints, touch: Small, facts: Bytes, limits: Ints
) -> tuple[Ints, Small]:
    """Return the transitions of all attempts with touches.

    Args:
        of_history: Attempts of each history, as offsets.
        offsets: Touches of each attempt, as offsets.
        touch: Touchpoints.
        facts: How each attempt ended, first.
        limits: (touchpoints K, order). A context is the last ``order`` touchpoints as digits of base K + 1, the last
            one lowest; K stands where there was none yet.

    Returns:
        Transitions of each history, as offsets; and each as ``context * (K + 2) + next``: K is conversion, K + 1 loss.
    """
    points, order = limits[0], limits[1]
    contexts = (points + 1) ** order
    made = np.empty(len(touch) + len(facts), dtype=np.int32)
    starts = np.zeros(len(of_history), dtype=np.int64)
    at = 0
    for history in range(len(of_history) - 1):
        for attempt in range(of_history[history], of_history[history + 1]):
            if offsets[attempt] == offsets[attempt + 1]:
                continue
            context = contexts - 1
            for place in range(offsets[attempt], offsets[attempt + 1]):
                made[at] = context * (points + 2) + touch[place]
                context = touch[place] if order == 1 else (context * (points + 1) + touch[place]) % contexts
                at += 1
            made[at] = context * (points + 2) + (points if facts[attempt, 0] == WON else points + 1)
            at += 1
        starts[history + 1] = at
    return starts, made[:at]


@njit(nogil=True, cache=True)
def attempt_sets(offsets: Ints, touch: Small, width: int) -> Keys:
    """Return the set of touchpoints of each attempt as bits. Shape (attempts, width); touchpoint k is bit k % 63."""
    sets = np.zeros((len(offsets) - 1, width), dtype=np.uint64)
    for attempt in range(len(sets)):
        for place in range(offsets[attempt], offsets[attempt + 1]):
            column = touch[place] // 63 if width > 1 else 0
            sets[attempt, column] |= np.uint64(1) << np.uint64(touch[place] - 63 * column)
    return sets


@njit(nogil=True, cache=True)
def _group(key: int, copy: int, groups: int) -> int:
    """Return the group of a customer: of the key of the history and a number among those who have it."""
    mixed = (np.uint64(key) + np.uint64(copy) * MIX) * PRIME
    mixed ^= mixed >> np.uint64(29)
    mixed *= MIX
    return int((mixed >> np.uint64(32)) & np.uint64(groups - 1))


@njit(nogil=True, cache=True)
def group_counts(
    who: tuple[Keys, Ints, Ints], entries: Ints, index: Small, amount: Floats, groups: int, width: int
) -> Floats:
    """Add up entries of histories per group of customers.

    Args:
        who: Key of each history, how many customers have it, and the order in which to add; the order may be empty
            where all amounts are whole.
        entries: Of each history, as offsets.
        index: Column of each entry.
        amount: Of each entry, or empty for 1 each.
        groups: How many groups: a power of two.
        width: How many columns.

    Returns:
        Shape (groups, width).
    """
    keys, copies, order = who
    sums = np.zeros((groups, width))
    for place in range(len(keys)):
        history = order[place] if len(order) else place
        for copy in range(copies[history]):
            group = _group(keys[history], copy, groups)
            for entry in range(entries[history], entries[history + 1]):
                sums[group, index[entry]] += amount[entry] if len(amount) else 1.0
    return sums


@njit(nogil=True, cache=True)
def total_counts(copies: Ints, entries: Ints, index: Small, width: int) -> Floats:
    """Add up entries of histories over all customers. Shape (1, width)."""
    sums = np.zeros((1, width))
    for history in range(len(copies)):
        for entry in range(entries[history], entries[history + 1]):
            sums[0, index[entry]] += copies[history]
    return sums


@njit(nogil=True, cache=True)
def group_rows(who: tuple[Keys, Ints, Ints], entries: Ints, index: Small, table: Floats, groups: int) -> Floats:
    """Add up the rows of a table that the entries of histories name, per group. Shape (groups, columns)."""
    keys, copies, order = who
    sums = np.zeros((groups, table.shape[1]))
    own = np.empty(table.shape[1])
    for history in order:
        for column in range(len(own)):
            own[column] = 0.0
        for entry in range(entries[history], entries[history + 1]):
            for column in range(len(own)):
                own[column] += table[index[entry], column]
        for copy in range(copies[history]):
            group = _group(keys[history], copy, groups)
            for column in range(len(own)):
                sums[group, column] += own[column]
    return sums


@njit(nogil=True, cache=True)
def point_counts(offsets: Ints, touch: Small, facts: Bytes, weight: Ints, points: int) -> Ints:
    """Return of each touchpoint its touches, attempts with it, and those of them that reach the goal. Shape (K, 3)."""
    counts = np.zeros((points, 3), dtype=np.int64)
    last = np.full(points, -1, dtype=np.int64)
    for attempt in range(len(weight)):
        for place in range(offsets[attempt], offsets[attempt + 1]):
            point = touch[place]
            own = weight[attempt] if last[point] != attempt else 0
            last[point] = attempt
            counts[point, 0] += weight[attempt]
            counts[point, 1] += own
            counts[point, 2] += own if facts[attempt, 0] == WON else 0
    return counts
