"""How far journeys get, in NumPy: a process that asks one funnel need not wait for Numba to start.

It gives what ``posted_chains.funnel_chains`` gives, and serves where no event fits two steps. Step by step, an event
goes on from the last event of the step before that went on itself, if that one stands in its journey and its chain
can still.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Steps = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int32]
Chains = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, int]

FOREVER = np.iinfo(np.int64).max
ANY, INPUT, STRICT = 0, 1, 2
FEW = 16


def funnel_chains(offsets: Ints, time: Ints, code: Codes, step_of: Steps, limits: Ints) -> Chains:
    """Return how far journeys get, and by which events.

    Kept per step: until when the chain that came so far can go on. A chain that started later can go on longer, and it
    never falls with time, so the last one to come so far is the only one that counts.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        step_of: Step that each code fills, from 1; 0: none. Shape (n_codes,).
        limits: (steps, window, ties, least, since); ``least`` is 1 or more.

    Returns:
        How many journeys reach each depth and no further, shape (steps + 1,). What the best chains took, as
        ``funnel_chain`` defines them: from the first step to the last of all that reach it, then from step 1 to 2 of
        all that reach 2, and so on, one kind after the other; how many of each, shape (steps,). The journeys that reach
        ``least``, shape (n,); the depth of each, shape (n,); its best chain, -1 beyond the depth, shape (n, steps). The
        journeys that reach a step but not the last one and have an event of step 1 after ``since``, shape (m,); the
        time of the last such event of each, shape (m,). How many journeys do all steps also when each must come at a
        later time (ties ``ANY`` only).
    """
    n, _, ties, least, since = (int(limit) for limit in limits)
    event = _events(code, step_of)
    journey = np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))[event]
    step, when = step_of[code[event]], time[event]
    starts = np.flatnonzero((step == 1) & (when > since))
    starts = starts[np.append(journey[starts[1:]] != journey[starts[:-1]], True)[: len(starts)]]
    waiting, last_start = journey[starts], when[starts]
    depth = np.zeros(len(offsets) - 1, dtype=np.int64)
    if least > 1 < n:  # without step 1 and step 2 nobody comes to step 2
        depth[journey[np.flatnonzero(step == 1)]] = 1
        second = np.zeros(len(depth), dtype=np.bool_)
        second[journey[np.flatnonzero(step == 2)]] = True
        kept = np.flatnonzero((second & (depth == 1))[journey])
        event, journey, step, when = event[kept], journey[kept], step[kept], when[kept]
    tied = (when[1:] == when[:-1]) & (journey[1:] == journey[:-1])
    if ties != INPUT and tied.any():
        _order(event, step, tied, ties)
    before, best = _steps_taken(journey, step, when, (limits, depth))
    deep = np.flatnonzero(depth >= min(n, 2))
    spans = _spans(when, before, (best[deep], depth[deep]), n)
    unit = np.flatnonzero(depth >= least)
    chain = _chains(event, before, (best[unit], depth[unit]), n)
    later = 0
    if ties == ANY:
        is_tied = np.zeros(len(depth), dtype=np.bool_)
        is_tied[journey[1:][tied]] = True
        doubtful = np.flatnonzero(is_tied & (depth == n))
        later = int(np.count_nonzero(depth == n)) - len(doubtful)
        later += _done_later(offsets, doubtful, (time, code, step_of), limits) if len(doubtful) else 0
    opened = depth[waiting] < n
    by_depth = np.bincount(depth, minlength=n + 1)
    sizes = np.array([len(span) for span in spans])
    waits = waiting[opened].astype(np.int64), last_start[opened]
    return by_depth, np.concatenate(spans), sizes, unit, depth[unit], chain, *waits, later


def _events(code: Codes, step_of: Steps) -> Ints:
    """Return the events that are steps: a few codes are compared faster than all are looked up."""
    wanted = np.flatnonzero(step_of)
    if len(wanted) > FEW:
        return np.flatnonzero(step_of[code])
    is_step = np.zeros(len(code), dtype=np.bool_)
    for each in wanted.astype(code.dtype):
        is_step |= code == each
    return np.flatnonzero(is_step)


def _order(event: Ints, step: Steps, tied: npt.NDArray[np.bool_], ties: int) -> None:
    """Put the events of each moment in the order of their steps, with ``STRICT`` in the reverse; of each only one."""
    some = np.flatnonzero(np.append(tied, False) | np.insert(tied, 0, False))
    follows = tied[some[1:] - 1] & (some[1:] - some[:-1] == 1)
    moment = np.concatenate(([0], np.cumsum(~follows)))
    rank = step[some].astype(np.int64)
    order = some[np.lexsort((-rank if ties == STRICT else rank, moment))]
    event[some], step[some] = event[order], step[order]
    again = np.zeros(len(some), dtype=np.bool_)
    again[1:] = (step[some][1:] == step[some][:-1]) & (moment[1:] == moment[:-1])
    step[some[again]] = 0


def _steps_taken(journey: Rows, step: Steps, when: Ints, limits: tuple[Ints, Ints]) -> tuple[Rows, Rows]:
    """Return the event before each event in its chain, and the event at which each journey gets furthest.

    Args:
        journey: Of each event.
        step: Of each event; 0: leads nowhere.
        when: Of each event.
        limits: As of the kernel; and the depth of each journey, which is written.
    """
    (n, window), depth = limits[0][:2].tolist(), limits[1]
    before, until = np.zeros(len(step), dtype=np.int32), np.empty(len(step), dtype=np.int64)
    best = np.zeros(len(depth), dtype=np.int32)
    gone = np.flatnonzero(step == 1)
    until[gone] = np.where(when[gone] > FOREVER - window, FOREVER, when[gone] + window)
    for level in range(1, n + 1):
        if level > 1:
            last = np.full(len(step), -1, dtype=np.int32)
            last[gone] = gone
            here = np.flatnonzero(step == level)
            last = np.maximum.accumulate(last)[here]
            goes = np.flatnonzero((journey[last] == journey[here]) & (when[here] <= until[last]) & (last >= 0))
            gone, last = here[goes], last[goes]
            before[gone], until[gone] = last, until[last]
        whose = journey[gone]
        best[whose[::-1]], depth[whose] = gone[::-1], level  # of several the first stays
    return before, best


def _chains(event: Ints, before: Rows, ends: tuple[Rows, Ints], n: int) -> Ints:
    """Return the events of the chains, back from their last ones."""
    at, depth = ends
    chain = np.full((len(at), n), -1, dtype=np.int64)
    for level in range(n - 1, -1, -1):
        taken = level < depth
        chain[taken, level] = event[at[taken]]
        at = np.where(taken, before[at], at)
    return chain


def _spans(when: Ints, before: Rows, ends: tuple[Rows, Ints], n: int) -> list[Ints]:
    """Return what the chains took as a whole, if complete, and then from each step to the next."""
    at, depth = ends
    spans = []
    for level in range(n - 1, 0, -1):
        taken = level < depth
        spans.append(when[at[taken]] - when[before[at[taken]]])
        at = np.where(taken, before[at], at)
    done = depth == n
    whole = when[ends[0][done]] - when[at[done]]
    return [whole, *reversed(spans)]


def _done_later(offsets: Ints, doubtful: Ints, events: tuple[Ints, Codes, Steps], limits: Ints) -> int:
    """Return how many of some journeys do all steps when each must come at a later time.

    Args:
        offsets: As of ``funnel_chains``.
        doubtful: The journeys.
        events: Times, codes and steps, as there.
        limits: As there.
    """
    size = offsets[doubtful + 1] - offsets[doubtful]
    own = np.concatenate(([0], np.cumsum(size)))
    rows = np.arange(own[-1]) + np.repeat(offsets[doubtful] - own[:-1], size)
    time, code, step_of = events
    strict = np.array([limits[0], limits[1], STRICT, limits[0], limits[4]])
    return int(funnel_chains(own, time[rows], code[rows], step_of, strict)[0][-1])
