"""The kernel of timing: from a touchpoint to the first later one of another kind, one pass."""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

FOREVER = np.iinfo(np.int64).max
NOT_YET = -1
ANY, INPUT, STRICT = 0, 1, 2
START, END, BOTH = 1, 2, 3


@njit(nogil=True, cache=True)
def waits(  # noqa: C901, PLR0912  one pass: a call per journey costs as much as the journey
    offsets: Ints, time: Ints, code: Codes, role_of: Bytes, limits: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return the waits of each journey: its first one, or one after the other.

    A wait goes from an event that starts it to the first event that ends it, another one and not earlier. Starts in
    between are part of the wait. An event of both kinds ends a wait and starts the next.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        role_of: Of each code: 1 starts, 2 ends, 3 both, 0 neither. Shape (n_codes,).
        limits: (within, ties, every): a wait longer than ``within`` is over without an end; ``every`` 0 takes the
            first wait of a journey only.

    Returns:
        Journey of each wait, the event that starts it, and how long it took, ``NOT_YET`` where it did not end. Each of
        shape (n_waits,), in the order of journeys and starts.
    """
    within, ties, every = limits[0], limits[1], limits[2]
    rows, row = _rows(len(offsets) // 4 + 16), 0
    for journey in range(len(offsets) - 1):
        event, end = offsets[journey], offsets[journey + 1]
        begun, until, wanted, done = -1, 0, START, False
        if row + end - event + 1 > rows.shape[1]:
            rows = _grown(rows, row, end - event + 1)
        while event < end and not done:
            role = role_of[code[event]]
            if role & wanted == 0:
                event += 1
                continue
            now = time[event]
            if begun >= 0 and now > until:
                row = _push(rows, row, journey, begun, NOT_YET)
                begun, wanted, done = -1, START, every == 0
                continue
            after = event + 1
            if ties != INPUT and _is_tied(time, event, offsets[journey], end):
                event, after = _moment(time, event, offsets[journey], end)
                first, closed, opened = _taken(code, role_of, (event, after), begun >= 0, ties)
            else:
                first, closed = event, int(begun >= 0 and role & END != 0)
                opened = role & START != 0 and (begun < 0 or closed > 0)
            for number in range(closed if every else min(closed, 1)):
                since = begun if begun >= 0 and number == 0 else first
                row = _push(rows, row, journey, since, now - time[since])
            done = closed > 0 and every == 0
            if opened:
                begun = first
                until = FOREVER if now > FOREVER - within else now + within
            elif closed > 0:
                begun = -1
            wanted = START if begun < 0 else BOTH if every else END
            event = after
        if begun >= 0 and not done:
            row = _push(rows, row, journey, begun, NOT_YET)
    return rows[0, :row], rows[1, :row], rows[2, :row]


@njit(nogil=True, cache=True)
def _rows(most: int) -> Ints:
    return np.empty((3, most), np.int64)


@njit(nogil=True, cache=True)
def _grown(rows: Ints, used: int, more: int) -> Ints:
    wider = _rows(2 * rows.shape[1] + more)
    for kind in range(3):
        for row in range(used):
            wider[kind, row] = rows[kind, row]
    return wider


@njit(nogil=True, cache=True)
def _push(rows: Ints, row: int, journey: int, start: int, took: int) -> int:
    rows[0, row], rows[1, row], rows[2, row] = journey, start, took
    return row + 1


@njit(nogil=True, cache=True)
def _is_tied(time: Ints, event: int, begin: int, end: int) -> bool:
    now = time[event]
    return bool((event + 1 < end and time[event + 1] == now) or (event > begin and time[event - 1] == now))


@njit(nogil=True, cache=True)
def _moment(time: Ints, event: int, begin: int, end: int) -> tuple[int, int]:
    """Return the first event of one time with this one, and the event after the last."""
    first, after = event, event + 1
    while first > begin and time[first - 1] == time[event]:
        first -= 1
    while after < end and time[after] == time[event]:
        after += 1
    return first, after


@njit(nogil=True, cache=True)
def _taken(code: Codes, role_of: Bytes, moment: tuple[int, int], going: bool, ties: int) -> tuple[int, int, bool]:
    """Return the first start of a moment, how many waits end in it, and whether a new one goes on from it.

    With ties ``ANY`` its events are taken in the order in which most waits end, the one going on first; with
    ``STRICT`` a wait that starts in it does not end in it.
    """
    starts, ends, both, first = 0, 0, 0, -1
    for event in range(moment[0], moment[1]):
        role = role_of[code[event]]
        starts += role == START
        ends += role == END
        both += role == BOTH
        if first < 0 and role & START != 0:
            first = event
    if ties == STRICT:
        closed = int(going and ends + both > 0)
        return first, closed, first >= 0 and (closed > 0 or not going)
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
