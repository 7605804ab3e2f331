"""The fast kernel of the funnel, for steps that no event shares: one pass gives depth, chains, waiting and ties.

It says the same as ``funnel_depth``, ``funnel_chain``, ``last_start`` and ``later_depth`` of ``funnel_kernels``, which
serve where an event fits two steps. With one step per event a moment needs no matching: its events in the order of
their steps, each step once, can be taken one after the other; in the reverse order no two of them join one chain.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

NEVER = np.iinfo(np.int64).min
FOREVER = np.iinfo(np.int64).max
BLOCK = 8_192
ANY, INPUT, STRICT = 0, 1, 2


@njit(nogil=True, cache=True)
def funnel_chains(
    offsets: Ints, time: Ints, code: Codes, step_of: Ints, limits: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints, int]:
    """Return how far each journey gets, and by which events.

    Kept per level: until when the chain that came so far can go on. A chain that started later can go on longer, and
    it never falls with time, so the last one to come so far is the only one that counts.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        step_of: Step that each code fills, from 1; 0: none. Shape (n_codes,).
        limits: (steps, window, ties, least, since).

    Returns:
        Steps that each journey reaches, shape (n_journeys,); the journeys that reach ``least``, shape (n,); their best
        chain as ``funnel_chain`` defines it, -1 beyond the depth, shape (n, steps); the times of it, shape (n, steps);
        the time of each journey's last event of step 1 after ``since``, ``NEVER`` without one, shape (n_journeys,);
        how many journeys do all steps also when each must come at a later time (ties ``ANY`` only).
    """
    n, window, ties, least, since = limits[0], limits[1], limits[2], limits[3], limits[4]
    journeys = len(offsets) - 1
    depth, last_start = np.empty(journeys, dtype=np.int64), np.full(journeys, NEVER, dtype=np.int64)
    until, top = np.empty(n + 2, dtype=np.int64), np.zeros(n + 2, dtype=np.int64)
    found, step, before = _room(BLOCK + 1)
    unit, chain, times = _rows(journeys // 8 + 16, n)
    row, later, first = 0, 0, 0
    while first < journeys:
        end_of_block = _end_of_block(offsets, first)
        if offsets[end_of_block] - offsets[first] >= len(found):
            found, step, before = _room(offsets[end_of_block] - offsets[first] + 1)
        count = _find(code, step_of, offsets[first], offsets[end_of_block], found, step)
        p = 0
        for journey in range(first, end_of_block):
            end = offsets[journey + 1]
            begin, whole = p, p
            best, at, tied = 0, -1, False
            if p < count and found[p] < end:
                for level in range(n + 2):
                    until[level] = NEVER
            while p < count and found[p] < end:
                now = time[found[p]]
                if p >= whole and p + 1 < count and found[p + 1] < end and time[found[p + 1]] == now and ties != INPUT:
                    whole, tied = _order(time, found, step, (p, count, end), ties), True
                this = step[p]
                if this != 0:
                    left = until[this - 1]
                    if this == 1:
                        left = FOREVER if now > FOREVER - window else now + window
                    goes = now <= left
                    to = this if goes else n + 1
                    before[p] = top[this - 1]
                    until[to] = left
                    top[to] = p
                    if goes and this > best:
                        best, at = this, p
                p += 1
            depth[journey] = best
            if best == 0:
                continue
            if time[found[p - 1]] > since:
                last_start[journey] = _last_start(time, found, step, (begin, p), since)
            if best == n and ties == ANY:
                later += not tied or _is_later(time, found, step, (begin, p), until, limits)
            if best >= least:
                if row == len(unit):
                    unit, chain, times = _grown(unit, chain, times)
                unit[row] = journey
                for level in range(n - 1, -1, -1):
                    chain[row, level] = found[at] if level < best else -1
                    times[row, level] = time[found[at]]
                    at = before[at] if level < best else at
                row += 1
        first = end_of_block
    return depth, unit[:row], chain[:row], times[:row], last_start, later


@njit(nogil=True, cache=True)
def _room(events: int) -> tuple[Ints, Ints, Ints]:
    """Return room for the events of a block that fill a step: where they stand, their step, the event before."""
    return np.empty(events, np.int64), np.empty(events, np.int64), np.empty(events, np.int64)


@njit(nogil=True, cache=True)
def _rows(most: int, n: int) -> tuple[Ints, Ints, Ints]:
    return np.empty(most, np.int64), np.empty((most, n), np.int64), np.empty((most, n), np.int64)


@njit(nogil=True, cache=True)
def _grown(unit: Ints, chain: Ints, times: Ints) -> tuple[Ints, Ints, Ints]:
    size = len(unit)
    more = _rows(2 * size, chain.shape[1])
    more[0][:size], more[1][:size], more[2][:size] = unit, chain, times
    return more


@njit(nogil=True, cache=True)
def _end_of_block(offsets: Ints, first: int) -> int:
    """Return the journey after the last one of a block of about ``BLOCK`` events, at least one journey."""
    last = first + 1
    while last < len(offsets) - 1 and offsets[last + 1] - offsets[first] <= BLOCK:
        last += 1
    return last


@njit(nogil=True, cache=True)
def _find(code: Codes, step_of: Ints, first: int, last: int, found: Ints, step: Ints) -> int:
    """Write the events that fill a step and their steps, without a branch; return how many there are."""
    count = 0
    for event in range(first, last):
        fills = step_of[code[event]]
        found[count] = event
        step[count] = fills
        count += fills != 0
    return count


@njit(nogil=True, cache=True)
def _order(time: Ints, found: Ints, step: Ints, span: tuple[int, int, int], ties: int) -> int:
    """Put the events of the moment that ``span`` begins with in the order of their steps; only the first of each counts.

    Returns the place after the moment. With ties ``STRICT`` the order is the reverse.
    """
    p, count, end = span
    now = time[found[p]]
    q = p + 1
    while q < count and found[q] < end and time[found[q]] == now:
        event, this = found[q], step[q]
        to = q
        while to > p and (step[to - 1] < this if ties == STRICT else step[to - 1] > this):
            found[to], step[to] = found[to - 1], step[to - 1]
            to -= 1
        found[to], step[to] = event, this
        q += 1
    for other in range(q - 1, p, -1):
        if step[other] == step[other - 1]:
            step[other] = 0
    return q


@njit(nogil=True, cache=True)
def _last_start(time: Ints, found: Ints, step: Ints, span: tuple[int, int], since: int) -> int:
    p = span[1] - 1
    while p >= span[0] and time[found[p]] > since:
        if step[p] == 1:
            return time[found[p]]
        p -= 1
    return NEVER


@njit(nogil=True, cache=True)
def _is_later(time: Ints, found: Ints, step: Ints, span: tuple[int, int], until: Ints, limits: Ints) -> bool:
    """Say whether all steps can be done at times that rise: moments, ordered by step, are taken in reverse."""
    n, window = limits[0], limits[1]
    p, end = span
    until[:] = NEVER
    while p < end:
        now = time[found[p]]
        q = p
        while q < end and time[found[q]] == now:
            q += 1
        for other in range(q - 1, p - 1, -1):
            this = step[other]
            left = (FOREVER if now > FOREVER - window else now + window) if this == 1 else until[max(this - 1, 0)]
            if this > 0 and now <= left:
                until[this] = left
                if this == n:
                    return True
        p = q
    return False
