"""Kernels of attribution: the attempts of every customer as a history of words, equal histories counted together.

A history is a row of words, attempt after attempt: a head (how it ended, and how many touches times four), then what
was asked for besides (events before the first touch; the value, in two words), then the touches, then their ages in
microseconds, two words each. Ages and values stand only where the goal was reached.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Words = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Number = int | np.int64

NOTHING, GOAL = -1, -2
LOST, WON, BARE = 0, 1, 2
MOST_BEFORE = 7
PRIME, MIX = np.uint64(0x9FB21C651E98DF25), np.uint64(0x9E3779B97F4A7C15)
EXACT = np.uint64(1 << 63)


@njit(nogil=True, cache=True)
def event_spots(code: Codes, role: Bytes, point: Small, points: int) -> tuple[Small, Bytes]:
    """Return what each event is to attribution.

    Args:
        code: Of each event.
        role: Of each code: 0 nothing, 1 a touch, 2 the goal.
        point: Touchpoint of each event, -1 for none.
        points: How many touchpoints there are.

    Returns:
        The touchpoint, ``GOAL`` or ``NOTHING``, shape (n_events,); and 1 for each touchpoint that is seen.
    """
    spot = np.empty(len(code), dtype=np.int32)
    seen = np.zeros(points, dtype=np.uint8)
    for event in range(len(code)):
        what = role[code[event]]
        spot[event] = GOAL if what == 2 else NOTHING
        if what == 1 and point[event] >= 0:
            spot[event] = point[event]
            seen[point[event]] = 1
    return spot, seen


@njit(nogil=True, cache=True)
def event_histories(
    journeys: tuple[Ints, Ints, Keys], time: Ints, spot: Small, rename: Small, value: Keys, limits: Ints
) -> tuple[Ints, Words, int]:
    """Return the history of each customer that has none yet.

    Args:
        journeys: Their offsets, shape (n + 1,); the customer of each, shape (n,); and 0 for each customer whose history
            is wanted, shape (customers,).
        time: Shape (n_events,).
        spot: Shape (n_events,), of `event_spots`.
        rename: Word of each touchpoint.
        value: Shape (n_events,), or empty. The bits of the numbers.
        limits: (lookback, ages, values, before, since): longest age of a touch; 1 where ages, values and events before
            the first touch are wanted; a lost attempt whose last touch is later than ``since`` is still open.

    Returns:
        Offsets, shape (wanted + 1,); words; open attempts.
    """
    offsets, owner, keys = journeys
    wanted = 0
    for key in keys:
        wanted += key == 0
    starts = np.zeros(wanted + 1, dtype=np.int64)
    words = np.empty(_most_words(offsets, owner, limits, keys), dtype=np.uint32)
    still_open, row, before = 0, -1, -1
    at: Number = np.int64(0)  # numbers that are written here have types of their own, and each call is compiled
    last: Number
    for journey in range(len(owner)):
        if keys[owner[journey]]:
            continue
        row += owner[journey] != before
        before = owner[journey]
        begin, end, last = offsets[journey], offsets[journey + 1], np.int64(-1)
        for event in range(begin, end):
            if spot[event] >= 0:
                last = event
            elif spot[event] == GOAL:
                worth = value[event] if limits[2] else np.uint64(0)
                at = _put_attempt(words, at, (begin, event, np.int64(WON), worth), time, spot, rename, limits)
                begin, last = event + 1, np.int64(-1)
        if last >= begin:
            at = _put_attempt(words, at, (begin, last, np.int64(LOST), np.uint64(0)), time, spot, rename, limits)
            still_open += time[last] > limits[4]
        elif begin < end and limits[3]:
            at = _put_attempt(words, at, (begin, end - 1, np.int64(BARE), np.uint64(0)), time, spot, rename, limits)
        starts[row + 1] = at
    return starts, words[:at], still_open


@njit(nogil=True, cache=True)
def _most_words(offsets: Ints, owner: Ints, limits: Ints, keys: Keys) -> int:
    """Return room enough: for each event, and for an end without a goal, as much as any of them can take."""
    places = 0
    for journey in range(len(owner)):
        if not keys[owner[journey]]:
            places += offsets[journey + 1] - offsets[journey] + 1
    return int(places * (1 + 2 * limits[1] + 2 * limits[2] + limits[3]))


@njit(nogil=True, cache=True)
def _put_attempt(
    words: Words,
    at: Number,
    span: tuple[Number, Number, Number, np.uint64],
    time: Ints,
    spot: Small,
    rename: Small,
    limits: Ints,
) -> Number:
    """Write an attempt and return where the next one goes.

    Args:
        span: (begin, last, outcome, value): its events, the goal or the last touch included.
    """
    begin, last, outcome, worth = span
    first = begin
    while first <= last and (spot[first] < 0 or np.uint64(time[last]) - np.uint64(time[first]) > np.uint64(limits[0])):
        first += 1
    head = at
    at += 1
    if limits[3]:
        before, level = first - begin - (1 if first > last and outcome == WON else 0), 0
        while before > 0 and level < MOST_BEFORE:
            before //= 2
            level += 1
        words[at] = np.uint32(level)
        at += 1
    if limits[2] and outcome == WON:
        words[at] = np.uint32(worth & np.uint64(0xFFFFFFFF))
        words[at + 1] = np.uint32(worth >> np.uint64(32))
        at += 2
    touches = at
    for event in range(first, last + 1):
        if spot[event] >= 0:
            words[at] = np.uint32(rename[spot[event]])
            at += 1
    words[head] = np.uint32((at - touches) * 4 + outcome)
    if not limits[1] or outcome != WON:
        return at
    for event in range(first, last + 1):
        if spot[event] >= 0:
            age = np.uint64(time[last]) - np.uint64(time[event])
            words[at] = np.uint32(age & np.uint64(0xFFFFFFFF))
            words[at + 1] = np.uint32(age >> np.uint64(32))
            at += 2
    return at


@njit(nogil=True, cache=True)
def history_keys(offsets: Ints, words: Words, bits: int) -> Keys:
    """Return a key of each history: where it is one attempt and fits, the history itself; else a hash.

    Args:
        bits: That a touchpoint takes; 0 where ages, values or what was before stand in the words.

    Returns:
        Equal for equal histories; with the highest bit set also different for different ones. Shape (n,).
    """
    keys = np.empty(len(offsets) - 1, dtype=np.uint64)
    for history in range(len(keys)):
        first, end = offsets[history], offsets[history + 1]
        many = end - first - 1
        if bits and many >= 0 and words[first] // 4 == many and many * bits <= 60:
            key = np.uint64(4) | np.uint64(words[first] % 4)
            for at in range(first + 1, end):
                key = key << np.uint64(bits) | np.uint64(words[at])
            keys[history] = key | EXACT
            continue
        key = np.uint64(many)
        for at in range(first, end):
            key = (key ^ (np.uint64(words[at]) + MIX)) * PRIME
            key ^= key >> np.uint64(32)
        keys[history] = key & ~EXACT
    return keys


@njit(nogil=True, cache=True)
def distinct_histories(keys: Keys, offsets: Ints, words: Words, copies: Ints) -> tuple[Ints, Ints]:
    """Bring equal histories together.

    Args:
        keys: Of each, as `history_keys` gives them. Shape (n,).
        offsets: Shape (n + 1,).
        words: One history after the other.
        copies: How many customers have each. Shape (n,).

    Returns:
        The first of each kind, and how many customers have it. Shape (m,) each.
    """
    size = 16
    while size < 2 * len(keys):
        size *= 2
    slots = np.zeros(2 * size, dtype=np.uint64)  # the key, and the kind counted from 1: side by side in memory
    first, sums = np.empty(len(keys), dtype=np.int64), np.empty(len(keys), dtype=np.int64)
    found, mask = 0, np.uint64(size - 1)
    for history in range(len(keys)):
        key = keys[history]
        at = (key * MIX >> np.uint64(20)) & mask
        while True:
            kind = np.int64(slots[2 * at + np.uint64(1)]) - 1
            if kind < 0:
                slots[2 * at], slots[2 * at + np.uint64(1)] = key, np.uint64(found + 1)
                first[found], sums[found] = history, copies[history]
                found += 1
                break
            if slots[2 * at] == key and (key & EXACT or _is_same(offsets, words, history, first[kind])):
                sums[kind] += copies[history]
                break
            at = (at + np.uint64(1)) & mask
    return first[:found], sums[:found]


@njit(nogil=True, cache=True)
def _is_same(offsets: Ints, words: Words, one: int, other: int) -> bool:
    length = offsets[one + 1] - offsets[one]
    if length != offsets[other + 1] - offsets[other]:
        return False
    for at in range(length):
        if words[offsets[one] + at] != words[offsets[other] + at]:
            return False
    return True


@njit(nogil=True, cache=True)
def picked_histories(offsets: Ints, words: Words, chosen: Ints) -> tuple[Ints, Words]:
    """Return offsets and words of some histories."""
    taken = np.zeros(len(chosen) + 1, dtype=np.int64)
    for at in range(len(chosen)):
        taken[at + 1] = taken[at] + offsets[chosen[at] + 1] - offsets[chosen[at]]
    made = np.empty(taken[-1], dtype=np.uint32)
    for at in range(len(chosen)):
        begin = offsets[chosen[at]]
        for step in range(taken[at + 1] - taken[at]):
            made[taken[at] + step] = words[begin + step]
    return taken, made


@njit(nogil=True, cache=True)
def renamed_histories(words: Words, rename: Small, flags: Ints) -> Words:
    """Return the words with other touchpoints.

    Args:
        words: Whole histories.
        rename: New word of each touchpoint.
        flags: (ages, values, before), 1 where they stand in the words.
    """
    made = words.copy()
    at = 0
    while at < len(words):
        touches, won = words[at] // 4, words[at] % 4 == WON
        at += 1 + flags[2] + (2 * flags[1] if won else 0)
        for touch in range(at, at + touches):
            made[touch] = np.uint32(rename[words[touch]])
        at += touches * (1 + (2 * flags[0] if won else 0))
    return made
