"""Kernels of paths: along which way customers go, and how many go the same."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Marks = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Steps = npt.NDArray[np.uint32]

OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
MIX = np.uint64(0x9E3779B97F4A7C15)
PARTS, PART_SHIFT = 32, np.uint64(59)


@njit(nogil=True, cache=True)
def path_ends(offsets: Ints, code: Codes, marks: Marks, way: int) -> tuple[Ints, Ints, Ints]:
    """Return where each journey's path begins and ends, and whether it reaches the goal.

    Args:
        marks: Of each code: bit 0 a start, bit 1 an end.
        way: 0 from the journey's first event, 1 from its first start, 2 back from its first end, 3 from its first
            start to the first end after it.

    Returns:
        First event, event after the last (equal: no path), and 1 where the goal is reached. Shape (n_journeys,) each.
    """
    n = len(offsets) - 1
    has_goal = False
    for mark in marks:
        has_goal |= mark & 2 != 0
    begin, stop, reached = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for journey in range(n):
        first, end = offsets[journey], offsets[journey + 1]
        begin[journey], stop[journey] = first, end
        if way in (1, 3):
            while first < end and not marks[code[first]] & 1:
                first += 1
            begin[journey] = first
        goal = first + 1 if way in (1, 3) else first
        if not has_goal:
            goal = end
        while goal < end and not marks[code[goal]] & 2:
            goal += 1
        if first < end and goal < end:
            reached[journey] = 1
            stop[journey] = goal + 1
        elif way >= 2:
            begin[journey] = stop[journey] = end
    return begin, stop, reached


@njit(nogil=True, cache=True)
def path_steps(begin: Ints, stop: Ints, code: Codes, rename: Steps, limits: Ints) -> tuple[Ints, Steps]:
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
            for place in range((total - first) // 2):
                other = total - 1 - place
                steps[first + place], steps[other] = steps[other], steps[first + place]
        offsets[path + 1] = total
    return offsets, steps[:total]


@njit(nogil=True, cache=True)
def _most_steps(begin: Ints, stop: Ints, length: int) -> int:
    most = 0
    for path in range(len(begin)):
        most += min(stop[path] - begin[path], length) if length > 0 else stop[path] - begin[path]
    return most


@njit(nogil=True, cache=True)
def path_hashes(begin: Ints, stop: Ints, code: Codes, rename: Steps, limits: Ints) -> Keys:
    """Return a number for each path, the same for the same names in the same order; 0: no path.

    Args:
        begin: First event of each path, shape (n,).
        stop: Event after its last, shape (n,).
        code: Shape (n_events,).
        rename: Code that stands for each code, shape (n_codes,).
        limits: (length, loops, back), as `path_steps` takes them, and how many bits a number may have; fewer than 64
            only to test what happens when numbers collide.
    """
    length, loops, back = limits[0], limits[1], limits[2]
    mask = np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - limits[3])
    keys = np.empty(len(begin), dtype=np.uint64)
    for path in range(len(begin)):
        key, before, left = OFFSET, np.uint64(0), length
        for step in range(stop[path] - begin[path]):
            at = np.uint64(stop[path] - 1 - step if back else begin[path] + step)
            now = np.uint64(rename[code[at]]) + np.uint64(1)
            if loops or now != before:
                key = (key ^ now) * PRIME
                key ^= key >> np.uint64(29)
                before = now
                left -= 1
                if left == 0:
                    break
        keys[path] = max(key & mask, np.uint64(1)) if before else np.uint64(0)
    return keys


@njit(nogil=True, cache=True)
def distinct_paths(
    keys: Keys, offsets: Ints, steps: Steps, numbers: Ints, owner: Ints, some: Steps
) -> tuple[Ints, Ints]:
    """Bring equal paths together and add up their numbers.

    Args:
        keys: Of each path, as `path_hashes` gives them. Shape (n,).
        offsets: Shape (n + 1,).
        steps: Codes.
        numbers: Journeys, customers and those that reach the goal. Shape (n, 3).
        owner: Who walks each path, never falling; who walks a path twice is one customer. Shape (n,).
        some: The paths to look at, rising: all that have the same keys, so that threads can share the work.

    Returns:
        First path of each kind, shape (m,), and the sums, shape (m, 3).
    """
    size = _table_size(len(some))
    kinds = np.full(size, -1, dtype=np.int32)
    known, first = np.empty(len(some), np.uint64), np.empty(len(some), np.int64)
    sums, last = np.zeros((len(some), 3), np.int64), np.full(len(some), -1, np.int64)
    found, mask = 0, np.uint64(size - 1)
    for path in some:
        key = keys[path]
        at = (key * MIX >> np.uint64(20)) & mask
        while kinds[at] >= 0 and not (known[kinds[at]] == key and _is_same(offsets, steps, path, first[kinds[at]])):
            at = (at + np.uint64(1)) & mask
        if kinds[at] < 0:
            kinds[at] = found
            known[found] = key
            first[found] = path
            found += 1
        kind = kinds[at]
        sums[kind, 0] += numbers[path, 0]
        sums[kind, 1] += numbers[path, 1] if last[kind] != owner[path] else 0
        sums[kind, 2] += numbers[path, 2]
        last[kind] = owner[path]
    return first[:found], sums[:found]


@njit(nogil=True, cache=True)
def _is_same(offsets: Ints, steps: Steps, one: int, other: int) -> bool:
    length = offsets[one + 1] - offsets[one]
    if length != offsets[other + 1] - offsets[other]:
        return False
    for step in range(length):
        if steps[offsets[one] + step] != steps[offsets[other] + step]:
            return False
    return True


@njit(nogil=True, cache=True)
def packed_paths(begin: Ints, stop: Ints, code: Codes, rename: Steps, limits: Ints) -> Keys:
    """Return the names of each path as one number: digits to the base ``names + 1``, first name first; 0: no path.

    Every number has ``length`` digits, shorter paths end with 0s, so that numbers are ordered as paths are.

    Args:
        begin: First event of each path, shape (n,).
        stop: Event after its last, shape (n,).
        code: Shape (n_events,).
        rename: Code that stands for each code, shape (n_codes,).
        limits: (length, loops, names); ``(names + 1) ** length`` fits 64 bits. 0 joins adjacent repeats.
    """
    length, loops, base = limits[0], limits[1], np.uint64(limits[2] + 1)
    scale = np.ones(length + 1, dtype=np.uint64)
    for left in range(length):
        scale[left + 1] = scale[left] * base
    keys = np.empty(len(begin), dtype=np.uint64)
    for path in range(len(begin)):
        key, before, left = np.uint64(0), np.uint64(0), length
        for at in range(np.uint64(begin[path]), np.uint64(stop[path])):
            now = np.uint64(rename[code[at]]) + np.uint64(1)
            if loops or now != before:
                key = key * base + now
                before = now
                left -= 1
                if left == 0:
                    break
        keys[path] = key * scale[left]
    return keys


@njit(nogil=True, cache=True)
def parted(keys: Keys) -> tuple[Keys, Steps, Ints]:
    """Return the keys that are not 0 in the order of their parts; equal keys lie in one part.

    Returns:
        The keys, the position of each, rising within a part, and where each part begins. Shape (PARTS + 1,).
    """
    edges = np.zeros(PARTS + 2, dtype=np.int64)
    for key in keys:
        part = key * MIX >> PART_SHIFT if key else np.uint64(PARTS)
        edges[part + np.uint64(1)] += 1
    for part in range(PARTS + 1):
        edges[part + 1] += edges[part]
    place = edges.copy()
    ordered, order = np.empty(len(keys), dtype=np.uint64), np.empty(len(keys), dtype=np.uint32)
    for at in range(len(keys)):
        key = keys[at]
        part = key * MIX >> PART_SHIFT if key else np.uint64(PARTS)
        to = np.uint64(place[part])
        ordered[to], order[to] = key, at
        place[part] = to + np.uint64(1)
    return ordered[: edges[PARTS]], order[: edges[PARTS]], edges[: PARTS + 1]


@njit(nogil=True, cache=True)
def shared_keys(keys: Keys) -> Steps:
    """Return the positions of keys that may be there more than once, rising; all others are there once.

    Most keys of many are there once, and alone in their slot of a table of bytes: that tells them from the others.
    """
    shared, n = np.empty(len(keys), dtype=np.uint32), len(keys)
    for at in range(n):
        shared[at] = at
    for shift in (20, 40):
        size, bits = _table_size(2 * n), np.uint64(shift)
        seen, mask = np.zeros(size, dtype=np.uint8), np.uint64(size - 1)
        for some in range(n):
            slot = keys[shared[some]] * MIX >> bits & mask
            seen[slot] = seen[slot] << np.uint8(1) | np.uint8(1)
        left = np.uint64(0)
        for some in range(n):
            at = shared[some]
            shared[left] = at
            left += np.uint64(seen[keys[at] * MIX >> bits & mask] > 1)
        n = int(left)
    return shared[:n]


@njit(nogil=True, cache=True)
def counted_keys(keys: Keys, some: Steps) -> tuple[Keys, Ints]:
    """Return the different ones of some of the keys, given by position, and how often each is there."""
    size = _table_size(len(some))
    kind, mask = np.zeros(size, dtype=np.uint32), np.uint64(size - 1)  # position among those found plus 1
    known, count = np.empty(len(some), np.uint64), np.empty(len(some), np.int64)
    found = 0
    for at in some:
        key = keys[at]
        slot = key * MIX >> np.uint64(20) & mask
        while kind[slot] and known[kind[slot] - np.uint32(1)] != key:
            slot = slot + np.uint64(1) & mask
        if not kind[slot]:
            known[found], count[found] = key, 0
            found += 1
            kind[slot] = found
        count[kind[slot] - np.uint32(1)] += 1
    return known[:found].copy(), count[:found].copy()


@njit(nogil=True, cache=True)
def _table_size(n: int) -> int:
    """Return a power of two, at least twice as many."""
    size = 16
    while size < 2 * n:
        size *= 2
    return size
