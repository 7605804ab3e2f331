"""Kernels of flow: who goes where next, and after how long."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]


@njit(nogil=True, cache=True)
def transition_counts(offsets: Ints, owner: Ints, code: Codes, names: int, loops: bool) -> tuple[Ints, Ints, Ints]:
    """Return how often each name follows each, how many customers do that, and how many have each name.

    In the tables from is the row and to the column; the last row counts starts of journeys, the last column their ends.

    Args:
        offsets: Shape (n_journeys + 1,).
        owner: Customer of each journey, never falling. Shape (n_journeys,).
        code: Shape (n_events,).
        names: How many names there are.
        loops: False joins adjacent events of one name into one.

    Returns:
        Counts, shape (names + 1, names + 1); customers, the same shape; customers with each name, shape (names,).
    """
    width = names + 1
    cells = np.zeros((width * width, 3), dtype=np.int32)  # count, customers, and the last of them plus 1, side by side
    there = np.zeros((names, 2), dtype=np.int32)
    for journey in range(len(offsets) - 1):
        first, end = offsets[journey], offsets[journey + 1]
        who = np.int32(owner[journey] + 1)
        before = np.uint32(names)
        for event in range(first, end):
            now = np.uint32(code[event])
            there[now, 0] += there[now, 1] != who
            there[now, 1] = who
            if loops or before != now:
                cell = before * np.uint32(width) + now
                cells[cell, 0] += 1
                cells[cell, 1] += cells[cell, 2] != who
                cells[cell, 2] = who
            before = now
        if first < end:
            cell = before * np.uint32(width) + np.uint32(names)
            cells[cell, 0] += 1
            cells[cell, 1] += cells[cell, 2] != who
            cells[cell, 2] = who
    counts, customers = cells[:, 0].astype(np.int64), cells[:, 1].astype(np.int64)
    return counts.reshape((width, width)), customers.reshape((width, width)), there[:, 0].astype(np.int64)


@njit(nogil=True, cache=True)
def transition_times(offsets: Ints, time: Ints, code: Codes, counts: Ints, loops: bool) -> Ints:
    """Return the time from each event to the next, ordered by (from, to) as the inner cells of ``counts`` are.

    With ``loops`` False the time runs from the first of several adjacent events of one name.

    Args:
        counts: As ``transition_counts`` gives them.

    Returns:
        Microseconds, shape (sum of the inner cells,).
    """
    names = counts.shape[0] - 1
    place = np.empty((names, names), dtype=np.int64)
    total = 0
    for before in range(names):
        for now in range(names):
            place[before, now] = total
            total += counts[before, now]
    times = np.empty(total, dtype=np.int64)
    for journey in range(len(offsets) - 1):
        since = offsets[journey]
        for event in range(since + 1, offsets[journey + 1]):
            before, now = code[since], code[event]
            if not loops and before == now:
                continue
            times[place[before, now]] = time[event] - time[since]
            place[before, now] += 1
            since = event
    return times


@njit(nogil=True, cache=True)
def quantiles(values: Ints, pieces: Ints, offsets: Ints, shares: Floats, span: tuple[int, int], out: Floats) -> None:
    """Write quantiles of groups of values, linear between order statistics; NaN where a group is empty.

    Args:
        values: In any order within a piece.
        pieces: Where each piece begins and how many values it has, shape (n_pieces, 2).
        offsets: Which pieces make each group, shape (n_groups + 1,).
        shares: 0 to 1, rising.
        span: First group, and group after the last.
        out: Shape (n_groups, n_shares); written.
    """
    part = np.empty(1024, dtype=np.int64)
    for group in range(span[0], span[1]):
        size = 0
        for piece in range(offsets[group], offsets[group + 1]):
            size += pieces[piece, 1]
        if size > len(part):
            part = np.empty(2 * size, dtype=np.int64)
        n = 0
        for piece in range(offsets[group], offsets[group + 1]):
            for at in range(pieces[piece, 0], pieces[piece, 0] + pieces[piece, 1]):
                part[n] = values[at]
                n += 1
        done = 0
        for number in range(len(shares)):
            if n == 0:
                out[group, number] = np.nan
                continue
            place = shares[number] * (n - 1)
            low = int(place)
            _select(part, done, n, low)
            upper = _least(part, low + 1, n) if place > low else part[low]
            out[group, number] = part[low] + (upper - part[low]) * (place - low)
            done = low


@njit(nogil=True, cache=True)
def _least(part: Ints, begin: int, end: int) -> int:
    least = part[begin]
    for at in range(begin + 1, end):
        least = min(least, part[at])
    return int(least)


@njit(nogil=True, cache=True)
def _select(part: Ints, first: int, end: int, wanted: int) -> None:
    """Put the value of place ``wanted`` there, none that is greater before it and none that is smaller after it.

    Quickselect without a branch per value; pivots are taken from changing places, so that no order of values is bad.
    """
    place = np.uint64(end)
    while end - first > 1:
        place = place * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        size = np.uint64(end - first)
        a, b = (
            part[first + np.int64((place >> np.uint64(33)) % size)],
            part[first + np.int64((place >> np.uint64(13)) % size)],
        )
        c = part[(first + end) // 2]
        pivot = max(min(a, b), min(max(a, b), c))
        middle = first
        for at in range(first, end):
            value = part[at]
            part[at] = part[middle]
            part[middle] = value
            middle += value < pivot
        if wanted < middle:
            end = middle
            continue
        same = middle
        for at in range(middle, end):
            value = part[at]
            part[at] = part[same]
            part[same] = value
            same += value == pivot
        if wanted < same:
            return
        first = same
