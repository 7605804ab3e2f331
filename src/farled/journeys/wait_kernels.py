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
START, END, BOTH = 1, 2, 3


@njit(nogil=True, cache=True)
def all_waits(offsets: Ints, time: Ints, code: Codes, role_of: Bytes, limits: Ints) -> tuple[Ints, Ints, Ints]:
    """Return all waits of each journey, one after the other.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        role_of: Of each code: ``START``, ``END``, ``BOTH``, or 0 for neither. Shape (n_codes,).
        limits: (within, ties): a wait longer than ``within`` is over without an end.

    Returns:
        The event that starts each wait, its time, and how long the wait took, ``NOT_YET`` where it did not end. Each
        of shape (n_waits,), in the order of journeys and starts.
    """
    within, ties = limits[0], limits[1]
    # Room that is not used costs nothing; an array that grows in the loop costs as much as the loop.
    most = len(time)
    starts, since, took = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    found = np.empty(max(BLOCK, _longest(offsets)) + 1, np.int32)
    row, last, base, p = 0, 0, 0, 0
    for journey in range(len(offsets) - 1):
        if journey == last:
            last, base, p = _end_of_block(offsets, journey), offsets[journey], 0
            _find(code, role_of, (base, offsets[last]), found)
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
                _close(time, (row, closed), (begun, opener, now), starts, since, took)
                row += closed
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
    return starts[:row], since[:row], took[:row]


@njit(nogil=True, cache=True)
def _close(time: Ints, rows: tuple[int, int], by: tuple[int, int, int], starts: Ints, since: Ints, took: Ints) -> None:
    """Write the waits that end in a moment: the one going on first, the others begin in it."""
    for number in range(rows[1]):
        start, row = by[0] if by[0] >= 0 and number == 0 else by[1], rows[0] + number
        starts[row], since[row], took[row] = start, time[start], by[2] - time[start]


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
