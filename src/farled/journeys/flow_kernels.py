"""Kernels of flow and paths: who goes where next, and along which way."""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]

OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@njit(nogil=True, cache=True)
def transition_counts(offsets: Ints, code: Codes, names: int, loops: bool) -> Ints:
    """Return how often each name follows each. Shape (names + 1, names + 1): from, to.

    The last row counts starts of journeys, the last column their ends.

    Args:
        offsets: Shape (n_journeys + 1,).
        code: Shape (n_events,).
        names: How many names there are.
        loops: False joins adjacent events of one name into one.
    """
    counts = np.zeros((names + 1, names + 1), dtype=np.int64)
    for journey in range(len(offsets) - 1):
        first, end = offsets[journey], offsets[journey + 1]
        if first == end:
            continue
        before = np.int64(code[first])
        counts[names, before] += 1
        for event in range(first + 1, end):
            now = np.int64(code[event])
            counts[before, now] += 1
            before = now
        counts[before, names] += 1
    if not loops:
        for name in range(names):
            counts[name, name] = 0
    return counts


@njit(nogil=True, cache=True)
def transition_customers(offsets: Ints, owner: Ints, code: Codes, names: int, loops: bool) -> Ints:
    """Return how many customers make each transition at least once. Shape as ``transition_counts``.

    Args:
        owner: Customer of each journey, never falling. Shape (n_journeys,).
    """
    customers = np.zeros((names + 1, names + 1), dtype=np.int64)
    seen = np.full((names + 1, names + 1), -1, dtype=np.int32)
    for journey in range(len(offsets) - 1):
        first, end = offsets[journey], offsets[journey + 1]
        who = owner[journey]
        before = np.int64(names)
        for event in range(first, end):
            now = np.int64(code[event])
            if seen[before, now] != who and (loops or before != now):
                seen[before, now] = who
                customers[before, now] += 1
            before = now
        if first < end and seen[before, names] != who:
            seen[before, names] = who
            customers[before, names] += 1
    return customers


@njit(nogil=True, cache=True)
def name_customers(offsets: Ints, owner: Ints, code: Codes, names: int) -> Ints:
    """Return how many customers have each name at least once. Shape (names,)."""
    customers = np.zeros(names, dtype=np.int64)
    seen = np.full(names, -1, dtype=np.int64)
    for journey in range(len(offsets) - 1):
        for event in range(offsets[journey], offsets[journey + 1]):
            now = code[event]
            if seen[now] != owner[journey]:
                seen[now] = owner[journey]
                customers[now] += 1
    return customers


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
def quantiles(values: Ints, offsets: Ints, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return quantiles of each run of values, linear between order statistics. Shape (n_runs, n_shares); NaN if empty.

    Args:
        values: Runs one after the other; sorted in place within each run.
        offsets: Where each run begins and ends, shape (n_runs + 1,).
        shares: 0 to 1.
    """
    out = np.full((len(offsets) - 1, len(shares)), np.nan)
    for run in range(len(out)):
        part = values[offsets[run] : offsets[run + 1]]
        if len(part) == 0:
            continue
        part.sort()
        for at in range(len(shares)):
            place = shares[at] * (len(part) - 1)
            low = int(place)
            high = min(low + 1, len(part) - 1)
            out[run, at] = part[low] + (part[high] - part[low]) * (place - low)
    return out


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
