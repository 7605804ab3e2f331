"""The fast kernel of the funnel, for steps that no event shares: one pass gives depth, chains, waiting and ties.

It says the same as ``funnel_depth``, ``funnel_chain``, ``last_start`` and ``later_depth`` of ``funnel_kernels``, which
serve where an event fits two steps. With one step per event a moment needs no matching: its events in the order of
their steps, each step once, can be taken one after the other; in the reverse order no two of them join one chain.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Steps = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Found = npt.NDArray[np.uint64]

NEVER = np.iinfo(np.int64).min
FOREVER = np.iinfo(np.int64).max
BLOCK = 4_096
STEP_BITS, STEP = np.uint64(8), np.uint64(255)
NOWHERE = np.uint64(np.iinfo(np.uint64).max)
ANY, INPUT, STRICT = 0, 1, 2


@njit(nogil=True, cache=True)
def funnel_chains(  # noqa: C901, PLR0912, PLR0915  one pass: a call per journey costs a third
    offsets: Ints, time: Ints, code: Codes, step_of: Steps, limits: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, int]:
    """Return how far journeys get, and by which events.

    Kept per level: until when the chain that came so far can go on. A chain that started later can go on longer, and
    it never falls with time, so the last one to come so far is the only one that counts.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        step_of: Step that each code fills, from 1; 0: none. Shape (n_codes,).
        limits: (steps, window, ties, least, since); ``least`` is 1 or more.

    Returns:
        How many journeys reach each depth and no further, shape (steps + 1,). What the best chains took, as
        ``funnel_chain`` defines them: from the first step to the last of all that reach it, then from step 1 to 2 of
        all that reach 2, and so on, one after the other; how many of each, shape (steps,). The journeys that reach
        ``least``, shape (n,); the depth of each, shape (n,); its best chain, -1 beyond the depth, shape (n, steps). The
        journeys that reach a step but not the last one and have an event of step 1 after ``since``, shape (m,); the
        time of the last such event of each, shape (m,). How many journeys do all steps also when each must come at a
        later time (ties ``ANY`` only).
    """
    n, window, ties, least, since = limits[0], limits[1], limits[2], limits[3], limits[4]
    journeys = len(offsets) - 1
    by_depth, sizes = np.zeros(n + 1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    # Room for the most there can be: pages not written cost nothing, arrays that may be replaced cost half the speed.
    spans, chain = np.empty((n, journeys), np.int64), np.empty((journeys, n), np.int64)
    unit, depth = np.empty(journeys, np.int64), np.empty(journeys, np.int64)
    waiting, last_start = np.empty(journeys, np.int64), np.empty(journeys, np.int64)
    until, top = np.empty(n + 3, dtype=np.int64), np.zeros(n + 3, dtype=np.int32)  # a level for what leads nowhere
    found, before = _room(offsets)
    row, open_row, later, first = 0, 0, 0, 0
    while first < journeys:
        last = _end_of_block(offsets, first)
        base, stop = offsets[first], offsets[last]
        moment = time[base:stop]
        found[_find(code[base:stop], step_of, found)] = NOWHERE
        p = 0
        for journey in range(first, last):
            end = np.uint64(offsets[journey + 1] - base) << STEP_BITS
            if found[p] >= end:
                by_depth[0] += 1
                continue
            begin, there = p, np.uint64(0)
            while found[p] < end:
                there |= np.uint64(1) << (found[p] & STEP)
                p += 1
            starts = np.int64(there >> np.uint64(1) & np.uint64(1))
            if starts and moment[found[p - 1] >> STEP_BITS] > since:
                waiting[open_row], last_start[open_row] = journey, _last_start(moment, found, (begin, p), since)
                open_row += last_start[open_row] != NEVER
            if least > 1 < n and there & np.uint64(6) != np.uint64(6):  # without step 1 or 2 nobody comes to step 2
                by_depth[starts] += 1
                continue
            for level in range(n + 3):
                until[level] = NEVER
            reached, at, whole, tied = np.int64(0), begin, begin, False
            for k in range(begin, p):
                now = moment[found[k] >> STEP_BITS]
                if k >= whole and k + 1 < p and moment[found[k + 1] >> STEP_BITS] == now and ties != INPUT:
                    whole, tied = _order(moment, found, (k, p), limits), True
                this = np.int64(found[k] & STEP)
                until[0] = FOREVER if now > FOREVER - window else now + window
                left = until[this - 1]
                goes = now <= left
                to = this if goes else n + 1
                before[k] = top[this - 1]
                until[to] = left
                top[to] = k
                better = goes and this > reached
                at = k if better else at
                reached = this if better else reached
            by_depth[reached] += 1
            if reached == n:
                open_row -= int(open_row > 0 and waiting[open_row - 1] == journey)
                if ties == ANY:
                    later += not tied or _is_later(moment, found, (begin, p), until, limits)
            if reached >= min(n, 2):
                _take_spans(moment, found, before, (int(at), int(reached)), spans, sizes)
            if reached >= least:
                unit[row], depth[row], chain[row] = journey, reached, -1
                for level in range(reached - 1, -1, -1):
                    chain[row, level] = base + np.int64(found[at] >> STEP_BITS)
                    at = before[at]
                row += 1
        first = last
    rows = unit[:row].copy(), depth[:row].copy(), chain[:row].copy()
    waits = waiting[:open_row].copy(), last_start[:open_row].copy()
    return by_depth, _joined(spans, sizes), sizes, rows[0], rows[1], rows[2], waits[0], waits[1], later


@njit(nogil=True, cache=True)
def _take_spans(time: Ints, found: Found, before: Places, best: tuple[int, int], spans: Ints, sizes: Ints) -> None:
    """Write what a chain took from step to step, back from its last event, and as a whole when it is complete."""
    at, reached = best
    last = now = time[found[at] >> STEP_BITS]
    for level in range(reached - 1, 0, -1):
        at = before[at]
        earlier = time[found[at] >> STEP_BITS]
        spans[level, sizes[level]] = now - earlier
        sizes[level] += 1
        now = earlier
    if reached == len(sizes):
        spans[0, sizes[0]] = last - now
        sizes[0] += 1


@njit(nogil=True, cache=True)
def _joined(spans: Ints, sizes: Ints) -> Ints:
    joined = np.empty(sizes.sum(), dtype=np.int64)
    at = 0
    for level in range(len(sizes)):
        joined[at : at + sizes[level]] = spans[level, : sizes[level]]
        at += sizes[level]
    return joined


@njit(nogil=True, cache=True)
def _room(offsets: Ints) -> tuple[Found, Places]:
    """Return room for the events of a block that fill a step: where each stands and its step, and the event before."""
    longest = BLOCK
    for journey in range(len(offsets) - 1):
        longest = max(longest, offsets[journey + 1] - offsets[journey])
    return np.empty(longest + 2, np.uint64), np.empty(longest + 2, np.int32)


@njit(nogil=True, cache=True)
def _end_of_block(offsets: Ints, first: int) -> int:
    """Return the journey after the last one of a block of about ``BLOCK`` events, at least one journey."""
    last = first + 1
    while last < len(offsets) - 1 and offsets[last + 1] - offsets[first] <= BLOCK:
        last += 1
    return last


@njit(nogil=True, cache=True)
def _find(code: Codes, step_of: Steps, found: Found) -> int:
    """Write the events that fill a step, each as its place and its step in one number, without a branch."""
    count = 0
    for event in range(len(code)):
        step = step_of[code[event]]
        found[count] = np.uint64(event) << STEP_BITS | np.uint64(step)
        count += step != 0
    return count


@njit(nogil=True, cache=True)
def _order(time: Ints, found: Found, span: tuple[int, int], limits: Ints) -> int:
    """Put the events of a moment in the order of their steps; of each step only the first counts.

    Returns the place after the moment. With ties ``STRICT`` the order is the reverse.
    """
    p, end = span
    now = time[found[p] >> STEP_BITS]
    q = p + 1
    while q < end and time[found[q] >> STEP_BITS] == now:
        event = found[q]
        to = q
        while to > p and (
            found[to - 1] & STEP < event & STEP if limits[2] == STRICT else found[to - 1] & STEP > event & STEP
        ):
            found[to] = found[to - 1]
            to -= 1
        found[to] = event
        q += 1
    for other in range(q - 1, p, -1):
        if found[other] & STEP == found[other - 1] & STEP:
            found[other] = found[other] & ~STEP | np.uint64(limits[0] + 3)
    return q


@njit(nogil=True, cache=True)
def _last_start(time: Ints, found: Found, span: tuple[int, int], since: int) -> int:
    begin, end = span
    p = end - 1
    while p >= begin and time[found[p] >> STEP_BITS] > since:
        if found[p] & STEP == np.uint64(1):
            return int(time[found[p] >> STEP_BITS])
        p -= 1
    return NEVER


@njit(nogil=True, cache=True)
def _is_later(time: Ints, found: Found, span: tuple[int, int], until: Ints, limits: Ints) -> bool:
    """Say whether all steps can be done at times that rise: moments, ordered by step, are taken in reverse."""
    n, window = limits[0], limits[1]
    for level in range(n + 3):
        until[level] = NEVER
    p, end = span
    while p < end:
        now = time[found[p] >> STEP_BITS]
        q = p
        while q < end and time[found[q] >> STEP_BITS] == now:
            q += 1
        until[0] = FOREVER if now > FOREVER - window else now + window
        for other in range(q - 1, p - 1, -1):
            this = np.int64(found[other] & STEP)
            if this <= n and now <= until[this - 1]:
                until[this] = until[this - 1]
                if this == n:
                    return True
        p = q
    return False
