"""Kernels of the funnel whose attempts gaps and exclusions end, or are counted one after the other."""

import numpy as np

from farled.compiler import njit
from farled.journeys.moment_kernels import INPUT, RULES, Ints, Moments, Rows

NEVER = np.iinfo(np.int64).min
LAST, START, LEVEL, INDEX, AT = 0, 1, 2, 3, 4
"""Of a chain: times of its last and first step; level and number of the chain that it goes on from; its last event."""
COUNT, ENTERED, HEAD, TAIL = 0, 1, 2, 3
"""Of a level: chains, those of them that entered the queue or need not, and where the queue begins and ends."""

State = tuple[Ints, Ints, Ints, Ints]
"""Chains, shape (5, steps + 1, most); queues of them, shape (steps + 1, most); marks of both; events of the best."""
Source = tuple[int, int, int]
"""Where a chain goes on: when it began; level, and number of the chain there."""


@njit(nogil=True, cache=True)
def funnel_attempts(found: Moments, bounds: tuple[Ints, Ints], limits: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the best attempt of each journey, or all its attempts one after the other.

    An attempt is a chain as in ``longest_chains`` that also keeps the gaps, and between whose steps no excluded event
    stands: one strictly later than step ``after`` and strictly earlier than step ``before``, or than the last step
    taken when ``before`` is not reached. Kept per level: a queue of the chains that no other one beats.

    Args:
        found: Of the journeys.
        bounds: Gaps, shape (2, steps): shortest and longest time from the step before; and rules, shape (2, n_rules):
            the numbers of the steps after and before which rule ``r`` (bit ``RULES + r`` of a mask) holds.
        limits: (steps, window, ties, single): ``single`` 1 counts attempts one after the other: each begins at the
            first event that fills step 1 and ends with the last step, the window, or an exclusion.

    Returns:
        Journey of each attempt; its depth; the first events of its moments, shape (n_attempts, steps), -1 beyond its
        depth.
    """
    n, single = limits[0], limits[3]
    begins = found.begins
    # Room for the most there can be: pages that are not written to cost nothing.
    whose, depths = np.empty(len(found.event), np.int64), np.empty(len(found.event), np.int64)
    chains = np.empty((len(found.event), n), np.int64)
    state = _state(n, begins)
    made = 0
    for journey in range(len(begins) - 1):
        end = begins[journey + 1]
        p = _next_start(found, begins[journey], end)
        while p < end:
            whose[made] = journey
            depths[made], p = _attempt(found, (p, end), bounds, limits, state)
            for step in range(n):
                chains[made, step] = state[3][step] if step < depths[made] else -1
            made += 1
            p = _next_start(found, p, end) if single else end
    return whose[:made].copy(), depths[:made].copy(), chains[:made].copy()


@njit(nogil=True, cache=True)
def _state(n: int, begins: Ints) -> State:
    most = 1
    for journey in range(len(begins) - 1):
        most = max(most, begins[journey + 1] - begins[journey])
    chains, queues = np.empty((5, n + 1, most), np.int64), np.empty((n + 1, most), np.int64)
    return chains, queues, np.zeros((4, n + 1), np.int64), np.zeros(n, np.int64)


@njit(nogil=True, cache=True)
def _next_start(found: Moments, p: int, end: int) -> int:
    """Return the next moment that can fill step 1."""
    while p < end and not found.union[found.kind[p]] & 1:
        p += 1
    return p


@njit(nogil=True, cache=True)
def _attempt(
    found: Moments, span: tuple[int, int], bounds: tuple[Ints, Ints], limits: Ints, state: State
) -> tuple[int, int]:
    """Follow all chains from a moment on; return the depth of the best and where the next attempt may begin."""
    p, end = span
    event, when, kind, low, union = found.event, found.when, found.kind, found.low, found.union
    n, window, single = limits[0], limits[1], limits[3]
    state[2][:] = 0
    first, reached, excluded = p, 0, 0
    while p < end:
        now = when[p]
        if single and now - when[first] > window:
            return reached, p
        excluded |= union[kind[p]] >> RULES
        moment = (now, int(event[p]), not single or p == first, excluded, reached)
        reached = max(reached, _extend(moment, low[kind[p]], bounds, limits, state))
        p += 1
        if p < end and when[p] == now and reached < n:
            continue
        alive = _exclude(now, excluded, bounds[1], state) if excluded or single else True
        excluded = 0
        if reached == n or (single and not alive):
            while p < end and when[p] == now:
                p += 1
            return reached, p
    return reached, end


@njit(nogil=True, cache=True)
def _extend(
    moment: tuple[int, int, bool, int, int], low: Rows, bounds: tuple[Ints, Ints], limits: Ints, state: State
) -> int:
    """Lengthen chains by the events of a moment; keep the best per level; return the highest level taken."""
    now, event, may_start, excluded, reached = moment
    chains, marks = state[0], state[2]
    window, ties = limits[1], limits[2]
    highest = 0
    for step in range(len(low) - 1, 0, -1):
        if low[step] == step:
            continue
        span = (int(low[step]), step)
        best, kept = _sources(span, (now, window, may_start, excluded), bounds, state)
        if best[0] != NEVER and highest == 0:
            highest = step
            if step > reached:
                _write_chain(state, best[1], best[2], step, event)
        goes_on = best if ties == INPUT else kept
        if goes_on[0] != NEVER:
            at = marks[COUNT, step]
            chains[LAST, step, at], chains[START, step, at] = now, goes_on[0]
            chains[LEVEL, step, at], chains[INDEX, step, at], chains[AT, step, at] = goes_on[1], goes_on[2], event
            marks[COUNT, step] += 1
    return highest


@njit(nogil=True, cache=True)
def _sources(
    span: tuple[int, int], moment: tuple[int, int, bool, int], bounds: tuple[Ints, Ints], state: State
) -> tuple[Source, Source]:
    """Return from where a level is reached by the chain that starts last; and by one that outlives the moment.

    Args:
        span: The lowest level from which the moment leads there, and the level.
        moment: When; the window; whether a chain may begin; which exclusions the moment has events of.
        bounds: As of ``funnel_attempts``.
        state: The chains so far.
    """
    (low, step), (now, window, may_start, excluded) = span, moment
    best, kept = (NEVER, 0, 0), (NEVER, 0, 0)
    for source in range(low, step):
        if (source == 0 and not may_start) or not _is_at_once(bounds[0], source, step):
            continue
        index = 0 if source == 0 else _front(now, source, bounds[0], state)
        if index < 0:
            continue
        begin = now if source == 0 else state[0][START, source, index]
        if now - begin > window:
            continue
        if begin > best[0]:
            best = (begin, source, index)
        if begin > kept[0] and _is_spared(source, step, excluded, bounds[1]):
            kept = (begin, source, index)
    return best, kept


@njit(nogil=True, cache=True)
def _is_at_once(gaps: Ints, source: int, step: int) -> bool:
    """Say whether steps ``source + 2`` to ``step`` may follow the step before at the same time."""
    for other in range(source + 1, step):
        if gaps[0, other] > 0:
            return False
    return True


@njit(nogil=True, cache=True)
def _is_spared(source: int, step: int, excluded: int, rules: Ints) -> bool:
    """Say whether a chain taken from ``source`` to ``step`` outlives the excluded events of its moment."""
    for rule in range(rules.shape[1]):
        if _is_covered(step, excluded, rules, rule) and source >= rules[0, rule]:
            return False
    return True


@njit(nogil=True, cache=True)
def _is_covered(level: int, excluded: int, rules: Ints, rule: int) -> bool:
    """Say whether a rule that the moment has events of holds for chains that have come to a level."""
    return (excluded >> rule) & 1 == 1 and rules[0, rule] <= level < rules[1, rule]


@njit(nogil=True, cache=True)
def _front(now: int, level: int, gaps: Ints, state: State) -> int:
    """Return the chain of a level that starts last, of those whose last step lies in the gap to now; -1: none."""
    chains, queues, marks = state[0], state[1], state[2]
    shortest, longest = gaps[0, level], gaps[1, level]
    while marks[ENTERED, level] < marks[COUNT, level]:
        index = marks[ENTERED, level]
        if now - chains[LAST, level, index] < shortest:
            break
        marks[ENTERED, level] += 1
        if chains[START, level, index] != NEVER:
            _enter(chains[START, level], queues[level], marks, level, index)
    while marks[HEAD, level] < marks[TAIL, level]:
        index = int(queues[level, marks[HEAD, level]])
        if now - chains[LAST, level, index] <= longest:
            return index
        marks[HEAD, level] += 1
    return -1


@njit(nogil=True, cache=True)
def _enter(start: Ints, queue: Ints, marks: Ints, level: int, index: int) -> None:
    """Put a chain at the end of the queue of its level, and take out those that it beats."""
    tail = marks[TAIL, level]
    while tail > marks[HEAD, level] and start[queue[tail - 1]] <= start[index]:
        tail -= 1
    queue[tail] = index
    marks[TAIL, level] = tail + 1


@njit(nogil=True, cache=True)
def _write_chain(state: State, level: int, index: int, step: int, event: int) -> None:
    """Write the events of a chain, back from its last step."""
    chains, row = state[0], state[3]
    row[level:step] = event
    while level > 0:
        event, source, before = chains[AT, level, index], chains[LEVEL, level, index], chains[INDEX, level, index]
        row[source:level] = event
        level, index = source, before


@njit(nogil=True, cache=True)
def _exclude(now: int, excluded: int, rules: Ints, state: State) -> bool:
    """End the chains that the excluded events of this moment end; say whether any is left."""
    marks = state[2]
    alive = False
    for level in range(1, marks.shape[1] - 1):
        is_ended = False
        for rule in range(rules.shape[1]):
            is_ended |= _is_covered(level, excluded, rules, rule)
        if is_ended:
            alive |= _end_older(now, level, excluded, rules, state)
        else:
            alive |= marks[HEAD, level] < marks[TAIL, level] or marks[ENTERED, level] < marks[COUNT, level]
    return alive


@njit(nogil=True, cache=True)
def _end_older(now: int, level: int, excluded: int, rules: Ints, state: State) -> bool:
    """End the chains of a level that the excluded events of this moment end; say whether any is left."""
    chains, marks = state[0], state[2]
    first = marks[COUNT, level]
    while first > 0 and chains[LAST, level, first - 1] == now:
        first -= 1
    marks[HEAD, level] = marks[TAIL, level] = 0
    marks[ENTERED, level] = first
    alive = False
    for index in range(first, marks[COUNT, level]):
        if _is_older(chains, level, index, now, excluded, rules):
            chains[START, level, index] = NEVER
        else:
            alive = True
    return alive


@njit(nogil=True, cache=True)
def _is_older(chains: Ints, level: int, index: int, now: int, excluded: int, rules: Ints) -> bool:
    """Say whether the chain took the step after which an excluded event counts before this moment."""
    for rule in range(rules.shape[1]):
        if not _is_covered(level, excluded, rules, rule):
            continue
        at, of = level, index
        while rules[0, rule] <= chains[LEVEL, at, of]:
            at, of = chains[LEVEL, at, of], chains[INDEX, at, of]
        if chains[LAST, at, of] < now:
            return True
    return False
