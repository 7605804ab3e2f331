"""Kernels of flow and paths: who goes where next, and along which way."""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


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
        size = pieces[offsets[group] : offsets[group + 1], 1].sum()
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
            upper = part[low]
            if place > low:
                upper = part[low + 1 : n].min()
            out[group, number] = part[low] + (upper - part[low]) * (place - low)
            done = low


@njit(nogil=True, cache=True)
def _select(part: Ints, first: int, end: int, wanted: int) -> None:
    """Put the value of place ``wanted`` there, none that is greater before it and none that is smaller after it.

    Quickselect without a branch per value; a run of bad pivots ends with a sort.
    """
    for _ in range(64):
        if end - first <= 16:
            break
        a, b, c = part[first], part[(first + end) // 2], part[end - 1]
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
    part[first:end].sort()


@njit(nogil=True, cache=True)
def path_ends(offsets: Ints, code: Codes, marks: npt.NDArray[np.uint8], way: int) -> tuple[Ints, Ints, Ints]:
    """Return where each journey's path begins and ends, and whether it reaches the goal.

    Args:
        marks: Of each code: bit 0 a start, bit 1 an end.
        way: 0 from the journey's first event, 1 from its first start, 2 back from its first end, 3 from its first
            start to the first end after it.

    Returns:
        First event, event after the last (equal: no path), and 1 where the goal is reached. Shape (n_journeys,) each.
    """
    n = len(offsets) - 1
    begin, stop, reached = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for journey in range(n):
        first, end = offsets[journey], offsets[journey + 1]
        begin[journey], stop[journey] = first, end
        if way in (1, 3):
            while first < end and not marks[code[first]] & 1:
                first += 1
            begin[journey] = first
        goal = first + 1 if way in (1, 3) else first
        while goal < end and not marks[code[goal]] & 2:
            goal += 1
        if first < end and goal < end:
            reached[journey] = 1
            stop[journey] = goal + 1
        elif way >= 2:
            begin[journey] = stop[journey] = end
    return begin, stop, reached


@njit(nogil=True, cache=True)
def path_steps(begin: Ints, stop: Ints, code: Codes, rename: Ints, limits: Ints) -> tuple[Ints, npt.NDArray[np.uint32]]:
    """Return the names of each path.

    Args:
        begin: First event of each path, shape (n,).
        stop: Event after its last, shape (n,).
        code: Shape (n_events,).
        rename: Code that stands for each code, shape (n_codes,).
        limits: (length, loops, back): at most so many names, 0 for no limit; 0 joins adjacent repeats; 1 takes the
            last names instead of the first.

    Returns:
        Offsets, shape (n + 1,), and codes one path after the other.
    """
    length, loops, back = limits[0], limits[1], limits[2]
    offsets = np.zeros(len(begin) + 1, dtype=np.int64)
    steps = np.empty(_most_steps(begin, stop, length), dtype=np.uint32)
    total = 0
    for path in range(len(begin)):
        left = length if length > 0 else stop[path] - begin[path]
        at = stop[path] - 1 if back else begin[path]
        step = -1 if back else 1
        first = total
        while left > 0 and begin[path] <= at < stop[path]:
            now = np.uint32(rename[code[at]])
            at += step
            if not loops and total > first and steps[total - 1] == now:
                continue
            steps[total] = now
            total += 1
            left -= 1
        if back:
            steps[first:total] = steps[first:total][::-1].copy()
        offsets[path + 1] = total
    return offsets, steps[:total]


@njit(nogil=True, cache=True)
def _most_steps(begin: Ints, stop: Ints, length: int) -> int:
    most = 0
    for path in range(len(begin)):
        most += min(stop[path] - begin[path], length) if length > 0 else stop[path] - begin[path]
    return most


@njit(nogil=True, cache=True)
def path_keys(offsets: Ints, steps: npt.NDArray[np.uint32], names: int, bits: int) -> Keys:
    """Return one key per path, equal for equal paths: exact while it fits 64 bits, else a hash.

    Args:
        names: How many codes there are.
        bits: How many bits a key may have; fewer than 64 only to test what happens when keys collide.
    """
    keys = np.empty(len(offsets) - 1, dtype=np.uint64)
    base = np.uint64(names + 1)
    mask = np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - bits)
    for path in range(len(keys)):
        key = np.uint64(0)
        exact = True
        for at in range(offsets[path], offsets[path + 1]):
            if key > mask // base - np.uint64(1):
                exact = False
                break
            key = key * base + np.uint64(steps[at]) + np.uint64(1)
        if not exact:
            key = OFFSET
            for at in range(offsets[path], offsets[path + 1]):
                key = (key ^ (np.uint64(steps[at]) + np.uint64(1))) * PRIME
                key ^= key >> np.uint64(29)
            key &= mask
        keys[path] = key
    return keys


@njit(nogil=True, cache=True)
def is_same_path(offsets: Ints, steps: npt.NDArray[np.uint32], path: Ints, first: Ints) -> bool:
    """Say whether each path has the names of the one that stands for it.

    Args:
        path: Positions of paths.
        first: Position of the path that stands for each.
    """
    for at in range(len(path)):
        one, other = offsets[path[at]], offsets[first[at]]
        length = offsets[path[at] + 1] - one
        if length != offsets[first[at] + 1] - other:
            return False
        for step in range(length):
            if steps[one + step] != steps[other + step]:
                return False
    return True
