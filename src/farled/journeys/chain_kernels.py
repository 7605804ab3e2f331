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
Places = npt.NDArray[np.int32]

NEVER = np.iinfo(np.int64).min
FOREVER = np.iinfo(np.int64).max
BLOCK = 8_192
NOWHERE = np.iinfo(np.int32).max
ANY, INPUT, STRICT = 0, 1, 2


@njit(nogil=True, cache=True)
def funnel_chains(  # noqa: C901, PLR0915  one pass: a call per journey costs a third
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
    depth = np.zeros(len(offsets) - 1, dtype=np.int64)
    last_start = np.full(len(depth), NEVER, dtype=np.int64)
    unit, chain, times = _rows(len(depth) // 8 + 16, n)
    until, top = np.empty(n + 3, dtype=np.int64), np.zeros(n + 3, dtype=np.int32)  # a level for what leads nowhere
    found, step, before = _room(BLOCK)
    row, later, first = 0, 0, 0
    while first < len(depth):
        last = _end_of_block(offsets, first)
        base = offsets[first]
        if offsets[last] - base > len(found) - 2:
            found, step, before = _room(offsets[last] - base)
        _find(code, step_of, (base, offsets[last]), found, step)
        p = 0
        for journey in range(first, last):
            end = offsets[journey + 1] - base
            if found[p] >= end:
                continue
            begin, whole, tied = p, p, False
            reached, at = 0, p
            for level in range(n + 3):
                until[level] = NEVER
            while found[p] < end:
                now = time[base + found[p]]
                if found[p + 1] < end and time[base + found[p + 1]] == now and ties != INPUT and p >= whole:
                    whole, tied = _order(time, found, step, (base, p, end), limits), True
                this = step[p]
                until[0] = FOREVER if now > FOREVER - window else now + window
                left = until[this - 1]
                goes = now <= left
                to = this if goes else n + 1
                before[p] = top[this - 1]
                until[to] = left
                top[to] = p
                better = goes and this > reached
                at = p if better else at
                reached = this if better else reached
                p += 1
            depth[journey] = reached
            if time[base + found[p - 1]] > since:
                last_start[journey] = _last_start(time, found, step, (base, begin, p), since)
            if reached == n and ties == ANY:
                later += not tied or _is_later(time, found, step, (base, begin, p), until, limits)
            if reached >= least and reached > 0:
                if row == len(unit):
                    unit, chain, times = _grown(unit, chain, times)
                unit[row] = journey
                for level in range(n - 1, -1, -1):
                    chain[row, level] = base + found[at] if level < reached else -1
                    times[row, level] = time[base + found[at]]
                    at = before[at] if level < reached else at
                row += 1
        first = last
    return depth, unit[:row], chain[:row], times[:row], last_start, later


@njit(nogil=True, cache=True)
def _room(events: int) -> tuple[Places, Places, Places]:
    """Return room for the events of a block that fill a step: where they stand, which step, and the event before."""
    return np.empty(events + 2, np.int32), np.empty(events + 2, np.int32), np.empty(events + 2, np.int32)


@njit(nogil=True, cache=True)
def _rows(most: int, n: int) -> tuple[Ints, Ints, Ints]:
    return np.empty(most, np.int64), np.empty((most, n), np.int64), np.empty((most, n), np.int64)


@njit(nogil=True, cache=True)
def _grown(unit: Ints, chain: Ints, times: Ints) -> tuple[Ints, Ints, Ints]:
    units, chains, taken = _rows(2 * len(unit), chain.shape[1])
    for row in range(len(unit)):  # a loop: assigning an array to a slice takes Numba two seconds to compile
        units[row] = unit[row]
        for level in range(chain.shape[1]):
            chains[row, level] = chain[row, level]
            taken[row, level] = times[row, level]
    return units, chains, taken


@njit(nogil=True, cache=True)
def _end_of_block(offsets: Ints, first: int) -> int:
    """Return the journey after the last one of a block of about ``BLOCK`` events, at least one journey."""
    last = first + 1
    while last < len(offsets) - 1 and offsets[last + 1] - offsets[first] <= BLOCK:
        last += 1
    return last


@njit(nogil=True, cache=True)
def _find(code: Codes, step_of: Ints, block: tuple[int, int], found: Places, step: Places) -> None:
    """Write the events that fill a step, counted from the block's first, and their steps, without a branch."""
    count = 0
    for event in range(block[0], block[1]):
        fills = step_of[code[event]]
        found[count] = event - block[0]
        step[count] = fills
        count += fills != 0
    found[count] = found[count + 1] = NOWHERE


@njit(nogil=True, cache=True)
def _order(time: Ints, found: Places, step: Places, span: tuple[int, int, int], limits: Ints) -> int:
    """Put the events of a moment in the order of their steps; of each step only the first counts.

    Returns the place after the moment. With ties ``STRICT`` the order is the reverse.
    """
    base, p, end = span
    now = time[base + found[p]]
    q = p + 1
    while found[q] < end and time[base + found[q]] == now:
        event, this = found[q], step[q]
        to = q
        while to > p and (step[to - 1] < this if limits[2] == STRICT else step[to - 1] > this):
            found[to], step[to] = found[to - 1], step[to - 1]
            to -= 1
        found[to], step[to] = event, this
        q += 1
    for other in range(q - 1, p, -1):
        if step[other] == step[other - 1]:
            step[other] = limits[0] + 3
    return q


@njit(nogil=True, cache=True)
def _last_start(time: Ints, found: Places, step: Places, span: tuple[int, int, int], since: int) -> int:
    base, begin, end = span
    p = end - 1
    while p >= begin and time[base + found[p]] > since:
        if step[p] == 1:
            return int(time[base + found[p]])
        p -= 1
    return NEVER


@njit(nogil=True, cache=True)
def _is_later(time: Ints, found: Places, step: Places, span: tuple[int, int, int], until: Ints, limits: Ints) -> bool:
    """Say whether all steps can be done at times that rise: moments, ordered by step, are taken in reverse."""
    n, window = limits[0], limits[1]
    for level in range(n + 3):
        until[level] = NEVER
    base, p, end = span
    while p < end:
        now = time[base + found[p]]
        q = p
        while q < end and time[base + found[q]] == now:
            q += 1
        until[0] = FOREVER if now > FOREVER - window else now + window
        for other in range(q - 1, p - 1, -1):
            this = step[other]
            if this <= n and now <= until[this - 1]:
                until[this] = until[this - 1]
                if this == n:
                    return True
        p = q
    return False
