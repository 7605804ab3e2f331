"""The kernels of timing: from a touchpoint to the first later other one.

A wait goes from an event that starts it to the first event that ends it, another one and not earlier. Starts in between
are part of the wait. An event of both kinds ends a wait and starts the next.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

FOREVER = np.iinfo(np.int64).max
NOT_YET = -1
BLOCK = 8_192
NOWHERE = np.iinfo(np.int32).max
ANY, INPUT, STRICT = 0, 1, 2
START, END, BOTH, FIRST = 1, 2, 3, 4

# Eight marks as eight bits: a product moves the lowest bit of each byte to the top byte, without a carry.
ONES, TOGETHER, TOP = np.uint64(0x0101010101010101), np.uint64(0x0102040810204080), np.uint64(56)
# The place of the only bit of a word, from the six top bits of its product with a number in which no six bits repeat.
DE_BRUIJN, SIX = np.uint64(0x03F79D71B4CB0A89), np.uint64(58)
NONE, ONE, TWO, LAST = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(63)
PLACE = np.zeros(64, np.uint8)
PLACE[((ONE << np.arange(64, dtype=np.uint64)) * DE_BRUIJN) >> SIX] = np.arange(64)


@njit(nogil=True, cache=True)
def first_waits(offsets: Ints, time: Ints, code: Codes, role_of: Bytes, limits: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the first wait of each journey that has one.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        role_of: Of each code: 1 starts, 2 ends, 3 both, 0 neither. Shape (n_codes,).
        limits: (within, ties): a wait longer than ``within`` is over without an end.

    Returns:
        The event that starts each wait, its time, and how long the wait took, ``NOT_YET`` where it did not end. Each
        of shape (n_waits,), in the order of journeys and starts.
    """
    most = len(offsets)
    starts, since, took = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    marks = np.empty((max(BLOCK, _longest(offsets)) + 64) >> 6 << 6, np.uint8)
    row, first = 0, 0
    while first < len(offsets) - 1:
        last = _end_of_block(offsets, first)
        base, stop = offsets[first], offsets[last]
        _mark(code[base:stop], role_of, offsets[first : last + 1], marks)
        after = row + _pair(marks, stop - base, starts[row:], took[row:])
        _take_times(time[base:stop], marks, limits, starts[row:after], since[row:after], took[row:after])
        for wait in range(row, after):  # plain loops compile in half the time
            starts[wait] += base
        row, first = after, last
    return starts[:row], since[:row], took[:row]


@njit(nogil=True, cache=True)
def _mark(code: Codes, role_of: Bytes, offsets: Ints, marks: Bytes) -> None:
    """Write the role of each event of a block, and which are first in their journeys; what comes after it is, too."""
    n = len(code)
    for event in range(n):
        marks[event] = role_of[code[event]]
    for event in range(n, ((n >> 6) + 1) << 6):
        marks[event] = 0
    for journey in range(len(offsets)):
        marks[offsets[journey] - offsets[0]] |= np.uint8(FIRST)


@njit(nogil=True, cache=True)
def _pair(marks: Bytes, n: int, starts: Ints, ends: Ints) -> int:
    """Write the first start of each journey and the first end after it, or what comes after the journey.

    Events are the bits of words, 64 in one. A one that is added after the first event of a journey is carried over all
    events that do not start, and stays at the first one that does; so is one added after that start on to its end.

    Returns how many they are.
    """
    eights = marks.view(np.uint64)
    begun, ended, entering, starting, seeking, ending = 0, 0, NONE, NONE, NONE, NONE
    for word in range((n >> 6) + 1):
        start, end, first = NONE, NONE, NONE
        for byte in range(8):
            eight, at = eights[(word << 3) + byte], np.uint64(byte << 3)
            start |= (((eight & ONES) * TOGETHER) >> TOP) << at
            end |= (((eight >> ONE & ONES) * TOGETHER) >> TOP) << at
            first |= (((eight >> TWO & ONES) * TOGETHER) >> TOP) << at
        carried, starting = _add(~(start | first), (first & ~start) << ONE | entering, starting)
        entering = (first & ~start) >> LAST
        start &= first | carried
        end |= first
        carried, ending = _add(~end, start << ONE | seeking, ending)
        seeking = start >> LAST
        begun = _write(start, word << 6, starts, begun)
        ended = _write(end & carried, word << 6, ends, ended)
    return begun


@njit(nogil=True, cache=True)
def _add(one: np.uint64, other: np.uint64, carry: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return the sum of two words and a carry, and the carry to the next word."""
    part = one + other
    total = part + carry
    return total, np.uint64((part < other) | (total < carry))


@njit(nogil=True, cache=True)
def _write(bits: np.uint64, base: int, places: Ints, count: int) -> int:
    """Write the places of the bits that are set, the first few without a branch; return how many there are now."""
    few = 3
    while bits != NONE or few > 0:
        places[count] = base + PLACE[((bits & (~bits + ONE)) * DE_BRUIJN) >> SIX]
        count += bits != NONE
        bits &= bits - ONE
        few -= 1
    return count


@njit(nogil=True, cache=True)
def _take_times(time: Ints, marks: Bytes, limits: Ints, starts: Ints, since: Ints, took: Ints) -> None:
    """Write when each wait of a block starts, and in place of the event at which its search stopped what it took."""
    within, ties = limits[0], limits[1]
    for wait in range(len(starts)):
        begun, event = starts[wait], took[wait]
        now = time[begun]
        ended = np.int64(marks[event] & FIRST == 0)
        then = time[begun + ended * (event - begun)]
        before = begun - np.int64(marks[begun] & FIRST == 0)
        is_tied = (time[before] == now) & (before < begun) | (marks[begun] & BOTH == BOTH)
        if ties == ANY and is_tied and _ends_at_once(time, marks, begun):
            ended, then = np.int64(1), now
        if ties == STRICT and then == now:
            event = _later(time, marks, begun)
            ended = np.int64(marks[event] & FIRST == 0)
            then = time[begun + ended * (event - begun)]
        since[wait] = now
        took[wait] = then - now if ended & (then - now <= within) else NOT_YET


@njit(nogil=True, cache=True)
def _later(time: Ints, marks: Bytes, begun: int) -> int:
    """Return the first event after the time of one that ends a wait, or the one after its journey."""
    event = begun + 1
    while marks[event] & FIRST == 0 and (marks[event] & END == 0 or time[event] == time[begun]):
        event += 1
    return event


@njit(nogil=True, cache=True)
def _ends_at_once(time: Ints, marks: Bytes, begun: int) -> bool:
    """Say whether an event of one time with the one that starts the wait ends it."""
    first, after = begun, begun + 1
    while marks[first] & FIRST == 0 and time[first - 1] == time[begun]:
        first -= 1
    while marks[after] & FIRST == 0 and time[after] == time[begun]:
        after += 1
    starts, ends, both = 0, 0, 0
    for event in range(first, after):
        role = marks[event] & BOTH
        starts += role == START
        ends += role == END
        both += role == BOTH
    return bool((starts > 0 and ends + both > 0) or (both > 0 and ends + both > 1))


@njit(nogil=True, cache=True)
def all_waits(offsets: Ints, time: Ints, code: Codes, role_of: Bytes, limits: Ints) -> tuple[Ints, Ints, Ints]:
    """Return all waits of each journey, one after the other; as ``first_waits``."""
    within, ties = limits[0], limits[1]
    # Room that is not used costs nothing; an array that grows in the loop costs as much as the loop.
    most = len(time)
    starts, since, took = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    found = np.empty(max(BLOCK, _longest(offsets)) + 1, np.int32)
    row, first = 0, 0
    while first < len(offsets) - 1:
        last = _end_of_block(offsets, first)
        base = offsets[first]
        _find(code, role_of, (base, offsets[last]), found)
        p = 0
        for journey in range(first, last):
            end, low, begun = offsets[journey + 1] - base, p, -1
            while found[p] < end:
                event = base + found[p]
                role, now, after = role_of[code[event]], time[event], p + 1
                if begun >= 0 and now - time[begun] > within:
                    starts[row], since[row], took[row] = begun, time[begun], NOT_YET
                    row, begun = row + 1, -1
                if ties != INPUT and _is_tied(time, found, p, (base, low, end)):
                    p, after = _moment(time, found, p, (base, low, end))
                    opener, closed, opened = _taken(code, role_of, (base, p, after), found, (begun >= 0, ties))
                    for number in range(closed):
                        start = begun if begun >= 0 and number == 0 else opener
                        starts[row], since[row], took[row] = start, time[start], now - time[start]
                        row += 1
                    begun = opener if opened else -1 if closed else begun
                elif begun < 0:
                    begun = event if role & START != 0 else -1
                elif role & END != 0:
                    starts[row], since[row], took[row] = begun, time[begun], now - time[begun]
                    row, begun = row + 1, event if role & START != 0 else -1
                p = after
            if begun >= 0:
                starts[row], since[row], took[row] = begun, time[begun], NOT_YET
                row += 1
        first = last
    return starts[:row], since[:row], took[:row]


@njit(nogil=True, cache=True)
def _longest(offsets: Ints) -> int:
    most = 0
    for journey in range(len(offsets) - 1):
        most = max(most, offsets[journey + 1] - offsets[journey])
    return most


@njit(nogil=True, cache=True)
def _end_of_block(offsets: Ints, first: int) -> int:
    """Return the journey after the last one of a block of about ``BLOCK`` events, at least one journey."""
    last = first + 1
    while last < len(offsets) - 1 and offsets[last + 1] - offsets[first] <= BLOCK:
        last += 1
    return last


@njit(nogil=True, cache=True)
def _find(code: Codes, role_of: Bytes, block: tuple[int, int], found: Places) -> None:
    """Write the events that start or end a wait, counted from the block's first, without a branch."""
    count = 0
    for event in range(block[0], block[1]):
        found[count] = event - block[0]
        count += role_of[code[event]] != 0
    found[count] = NOWHERE


@njit(nogil=True, cache=True)
def _is_tied(time: Ints, found: Places, p: int, journey: tuple[int, int, int]) -> bool:
    base, low, end = journey
    now = time[base + found[p]]
    before = p > low and time[base + found[p - 1]] == now
    return bool(before or (found[p + 1] < end and time[base + found[p + 1]] == now))


@njit(nogil=True, cache=True)
def _moment(time: Ints, found: Places, p: int, journey: tuple[int, int, int]) -> tuple[int, int]:
    """Return the place of the first found event of one time with this one, and the place after the last."""
    base, low, end = journey
    now, first, after = time[base + found[p]], p, p + 1
    while first > low and time[base + found[first - 1]] == now:
        first -= 1
    while found[after] < end and time[base + found[after]] == now:
        after += 1
    return first, after


@njit(nogil=True, cache=True)
def _taken(
    code: Codes, role_of: Bytes, moment: tuple[int, int, int], found: Places, state: tuple[bool, int]
) -> tuple[int, int, bool]:
    """Return the first start of a moment, how many waits end in it, and whether a new one goes on from it.

    With ties ``ANY`` its events are taken in the order in which most waits end, the one going on first; with
    ``STRICT`` a wait that starts in it does not end in it.
    """
    going, ties = state
    starts, ends, both, first = 0, 0, 0, -1
    for p in range(moment[1], moment[2]):
        event = moment[0] + found[p]
        role = role_of[code[event]]
        starts += role == START
        ends += role == END
        both += role == BOTH
        if first < 0 and role & START != 0:
            first = event
    if ties == STRICT:
        ended = 1 if going and ends + both > 0 else 0
        return first, ended, first >= 0 and (ended > 0 or not going)
    closed, opened = 0, going
    if not going and starts + both > 0:
        opened = True
        if starts > 0:
            starts -= 1
        else:
            both -= 1
    if not opened:
        return first, 0, False
    closed += both
    if ends > 0:
        pairs = min(starts, ends - 1)
        return first, closed + 1 + pairs, starts > pairs
    return first, closed, both > 0 or not going
