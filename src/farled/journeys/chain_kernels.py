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
Passed = npt.NDArray[np.uint64]

NEVER = np.iinfo(np.int64).min
FOREVER = np.iinfo(np.int64).max
BLOCK = 1_024
STEP_BITS, STEP = np.uint64(8), np.uint64(255)
MATCHED, FIRST, SECOND = np.uint64(0xFFFF_FFFF), np.uint64(0xFFFF << 32), np.uint64(0xFFFF << 48)
"""Parts of a tally: events that fill a step, those that fill step 1, and step 2."""
MOST_TOLD = 0xFFFF
ANY, INPUT, STRICT = 0, 1, 2


@njit(nogil=True, cache=True)
def funnel_chains(  # noqa: C901, PLR0915  one pass: a call per journey costs a third
    offsets: Ints, time: Ints, code: Codes, step_of: Steps, limits: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, int]:
    """Return how far journeys get, and by which events.

    Most journeys get nowhere, and a wrong guess of the processor costs more than to look at an event, so a block of
    events is first told over without a branch, and only journeys with the steps that can matter are followed.

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
    waits, complete = np.empty((2, journeys), np.int64), np.empty(journeys, np.int64)
    until, top = np.empty(n + 3, dtype=np.int64), np.zeros(n + 3, dtype=np.int32)  # a level for what leads nowhere
    found, before, passed, chosen, begun = _room(offsets)
    tallies = _tallies(step_of)
    wanted = FIRST | SECOND if least > 1 < n else FIRST  # without step 1 and 2 nobody comes to step 2
    row, waiting, done, later, first = 0, 0, 0, 0, 0
    while first < journeys:
        last = _end_of_block(offsets, first)
        base, stop = offsets[first], offsets[last]
        moment = time[base:stop]
        _find(code[base:stop], step_of, tallies, found, passed)
        followed, starting = _choose(offsets[first : last + 1], passed, wanted, chosen, begun)
        by_depth[0] += last - first - starting
        by_depth[1] += starting - followed
        for place in range(followed):
            journey = first + chosen[place]
            begin, end = _matched(passed, offsets[journey] - base), _matched(passed, offsets[journey + 1] - base)
            for level in range(n + 3):
                until[level] = NEVER
            reached, at, whole, tied = np.int64(0), begin, begin, False
            for k in range(begin, end):
                now = moment[found[k] >> STEP_BITS]
                if k >= whole and k + 1 < end and moment[found[k + 1] >> STEP_BITS] == now and ties != INPUT:
                    whole, tied = _order(moment, found, (k, end), limits), True
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
                complete[done] = journey
                done += 1
                if ties == ANY:
                    later += not tied or _is_later(moment, found, (begin, end), until, limits)
            if reached >= min(n, 2):
                _take_spans(moment, found, before, (int(at), int(reached)), spans, sizes)
            if reached >= least:
                unit[row], depth[row], chain[row] = journey, reached, -1
                for level in range(reached - 1, -1, -1):
                    chain[row, level] = base + np.int64(found[at] >> STEP_BITS)
                    at = before[at]
                row += 1
        for place in range(starting):
            journey = first + begun[place]
            if time[offsets[journey + 1] - 1] > since:
                span = _matched(passed, offsets[journey] - base), _matched(passed, offsets[journey + 1] - base)
                waits[0, waiting], waits[1, waiting] = journey, _last_start(moment, found, span, since)
                waiting += waits[1, waiting] != NEVER
        first = last
    rows = unit[:row].copy(), depth[:row].copy(), chain[:row].copy()
    left = _others(waits[:, :waiting], complete[:done])
    return by_depth, _joined(spans, sizes), sizes, rows[0], rows[1], rows[2], left[0], left[1], later


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
def _others(waits: Ints, complete: Ints) -> Ints:
    """Return the waits of journeys that are not complete; both rise."""
    kept, at, count = np.empty((2, waits.shape[1]), dtype=np.int64), 0, 0
    for place in range(waits.shape[1]):
        while at < len(complete) and complete[at] < waits[0, place]:
            at += 1
        if at == len(complete) or complete[at] != waits[0, place]:
            kept[:, count] = waits[:, place]
            count += 1
    return kept[:, :count].copy()


@njit(nogil=True, cache=True)
def _room(offsets: Ints) -> tuple[Found, Places, Passed, Places, Places]:
    """Return room for a block: its events that fill a step, the events before them, tallies, and two lists of journeys.

    Of an event that fills a step its place and its step are kept in one number.
    """
    longest = BLOCK
    for journey in range(len(offsets) - 1):
        longest = max(longest, offsets[journey + 1] - offsets[journey])
    room = longest + 2
    places = np.empty((3, room), np.int32)
    return np.empty(room, np.uint64), places[0], np.empty(room, np.uint64), places[1], places[2]


@njit(nogil=True, cache=True)
def _end_of_block(offsets: Ints, first: int) -> int:
    """Return the journey after the last one of a block of about ``BLOCK`` events, at least one journey."""
    last = first + 1
    while last < len(offsets) - 1 and offsets[last + 1] - offsets[first] <= BLOCK:
        last += 1
    return last


@njit(nogil=True, cache=True)
def _tallies(step_of: Steps) -> Passed:
    """Return what an event of each code adds to a tally. Shape (n_codes,)."""
    tallies = np.zeros(len(step_of), dtype=np.uint64)
    for code in range(len(step_of)):
        step = step_of[code]
        tallies[code] = (
            np.uint64(step > 0) | np.uint64(step == 1) << np.uint64(32) | np.uint64(step == 2) << np.uint64(48)
        )
    return tallies


@njit(nogil=True, cache=True)
def _find(code: Codes, step_of: Steps, tallies: Passed, found: Found, passed: Passed) -> None:
    """Write the events that fill a step, and the tally of what came before each event, without a branch."""
    tally = np.uint64(0)
    passed[0] = tally
    for event in range(len(code)):
        found[tally & MATCHED] = np.uint64(event) << STEP_BITS | np.uint64(step_of[code[event]])
        tally += tallies[code[event]]
        passed[event + 1] = tally


@njit(nogil=True, cache=True)
def _matched(passed: Passed, event: int) -> int:
    """Return how many events before one fill a step."""
    return int(np.int64(passed[event] & MATCHED))


@njit(nogil=True, cache=True)
def _choose(offsets: Ints, passed: Passed, wanted: np.uint64, chosen: Places, begun: Places) -> tuple[int, int]:
    """Write the journeys of a block that have all the steps wanted, and those that have step 1, without a branch.

    Args:
        offsets: Of the block.
        passed: Tallies from the first event of the block on.
        wanted: `FIRST`, or `FIRST` and `SECOND`.
        chosen: Is given the places of those with all the steps wanted.
        begun: Is given the places of those with step 1.

    Returns:
        How many there are of each. A block with more events than a tally can tell is one journey, and counts as both.
    """
    followed, starting = 0, 0
    full = offsets[-1] - offsets[0] > MOST_TOLD
    before = passed[0]
    for journey in range(len(offsets) - 1):
        after = passed[offsets[journey + 1] - offsets[0]]
        there = after - before
        before = after
        chosen[followed], begun[starting] = journey, journey
        starts = (there & FIRST != 0) | full
        starting += starts
        followed += starts & ((there & wanted & SECOND != 0) | (wanted == FIRST) | full)
    return followed, starting


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
