"""Kernels of the funnel: how far each journey gets, and by which events.

An event's *class* says which steps it can fill: ``classes[code]`` is the class of an event name (0: none),
``masks[class]`` has bit ``k`` set when step ``k + 1`` can be filled, and bit ``RULES + r`` when the event is what
exclusion ``r`` speaks of. A *moment* is all the events of one journey at one time. For a moment, ``low[b]`` is the
smallest ``a`` such that distinct events of the moment fill the steps ``a + 1`` to ``b``; ``b`` when none fills it.

``limits`` is (steps, window, ties): the window in microseconds, ties as ``ANY``, ``INPUT`` or ``STRICT``.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

NEVER = np.iinfo(np.int64).min
BLOCK = 16_384
RULES = 40
ANY, INPUT, STRICT = 0, 1, 2


@njit(nogil=True, cache=True)
def funnel_depth(offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, limits: Ints) -> Ints:
    """Return how many steps each journey reaches. Shape (n_journeys,), values 0 to steps.

    A chain takes distinct events that fill the steps in order, at times that never fall and span at most the window.
    The longest chain counts. Kept per level: the latest start of a chain that has come so far, since a later start
    leaves more time; it never rises with the level.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        classes: Class of each code, shape (n_codes,).
        masks: Steps of each class, shape (n_classes,).
        limits: (steps, window, ties).
    """
    n, window, ties = limits[0], limits[1], limits[2]
    depth = np.zeros(len(offsets) - 1, dtype=np.int64)
    start = np.empty(n + 1, dtype=np.int64)
    room = _room(n, masks)
    found = np.empty(BLOCK + 1, dtype=np.int64)
    first = 0
    while first < len(depth):
        last = _end_of_block(offsets, first)
        if offsets[last] - offsets[first] >= len(found):
            found = np.empty(offsets[last] - offsets[first] + 1, dtype=np.int64)
        count = _find(code, classes, offsets[first], offsets[last], found)
        p = 0
        for journey in range(first, last):
            end = offsets[journey + 1]
            if p < count and found[p] < end:
                start[:] = NEVER
            reached = 0
            while p < count and found[p] < end:
                t = time[found[p]]
                q = p + 1
                if ties != INPUT:
                    while q < count and found[q] < end and time[found[q]] == t:
                        q += 1
                start[0] = t
                if q == p + 1 or ties == STRICT:
                    mask = masks[classes[code[found[p]]]]
                    for other in range(p + 1, q):
                        mask |= masks[classes[code[found[other]]]]
                    reached = max(reached, _take_event(start, mask, n, window))
                else:
                    _runs(found, p, q, code, classes, masks, room)
                    reached = max(reached, _take_moment(start, room[0], n, window))
                p = q
            depth[journey] = reached
        first = last
    return depth


@njit(nogil=True, cache=True)
def _end_of_block(offsets: Ints, first: int) -> int:
    """Return the journey after the last one of a block of about ``BLOCK`` events, at least one journey."""
    last = first + 1
    while last < len(offsets) - 1 and offsets[last + 1] - offsets[first] <= BLOCK:
        last += 1
    return last


@njit(nogil=True, cache=True)
def _find(code: Codes, classes: Ints, first: int, last: int, found: Ints) -> int:
    """Write where the events with a class stand, without a branch; return how many there are."""
    count = 0
    for event in range(first, last):
        found[count] = event
        count += classes[code[event]] != 0
    return count


@njit(nogil=True, cache=True)
def _take_event(start: Ints, mask: int, n: int, window: int) -> int:
    """Do as ``_take_moment`` when one event, or any one of several, may be taken: nearly always."""
    reached = 0
    for step in range(n, 0, -1):
        if (mask >> (step - 1)) & 1 and start[step - 1] != NEVER and start[0] - start[step - 1] <= window:
            start[step] = start[step - 1]
            reached = max(reached, step)
    return reached


@njit(nogil=True, cache=True)
def _take_moment(start: Ints, low: Ints, n: int, window: int) -> int:
    reached = 0
    for step in range(n, 0, -1):
        before = start[low[step]]
        if low[step] < step and before != NEVER and start[0] - before <= window:
            start[step] = before
            reached = max(reached, step)
    return reached


@njit(nogil=True, cache=True)
def _is_overlapping(masks: Ints) -> bool:
    """Say whether some class can fill two steps."""
    for mask in masks:
        steps = mask & ((1 << RULES) - 1)
        if steps & (steps - 1):
            return True
    return False


@njit(nogil=True, cache=True)
def _room(n: int, masks: Ints) -> Ints:
    """Return the working space of ``_runs``: rows low, given, queue; count, used, seen of the classes; settings."""
    room = np.zeros((7, max(n + 1, len(masks), 2)), dtype=np.int64)
    room[6, 0], room[6, 1] = n, _is_overlapping(masks)
    return room


@njit(nogil=True, cache=True)
def _runs(found: Ints, p: int, q: int, code: Codes, classes: Ints, masks: Ints, room: Ints) -> None:
    """Write ``low`` of the moment ``found[p:q]`` into the first row of ``room``."""
    low, given, count, used = room[0], room[1], room[3], room[4]
    n, overlap = room[6, 0], room[6, 1]
    union = 0
    count[: len(masks)] = 0
    for at in range(p, q):
        kind = classes[code[found[at]]]
        count[kind] += 1
        union |= masks[kind]
    if not overlap:
        low[0] = 0
        for step in range(1, n + 1):
            low[step] = low[step - 1] if (union >> (step - 1)) & 1 else step
        return
    used[: len(masks)] = 0
    given[:] = -1
    a = 0
    for b in range(1, n + 1):
        while a < b and not _augment(b - 1, a, masks, room):
            if given[a] >= 0:
                used[given[a]] -= 1
                given[a] = -1
            a += 1
        low[b] = a


@njit(nogil=True, cache=True)
def _augment(step: int, first: int, masks: Ints, room: Ints) -> bool:
    """Give ``step`` an event of its own, moving the steps from ``first`` on if that helps (an augmenting path)."""
    given, queue, count, used, seen = room[1], room[2], room[3], room[4], room[5]
    seen[: len(masks)] = -1
    queue[0] = step
    head, tail = 0, 1
    while head < tail:
        now = queue[head]
        head += 1
        for kind in range(1, len(masks)):
            if seen[kind] >= 0 or count[kind] == 0 or not (masks[kind] >> now) & 1:
                continue
            seen[kind] = now
            if used[kind] < count[kind]:
                used[kind] += 1
                _shift(step, kind, given, seen)
                return True
            for other in range(first, step):
                if given[other] == kind:
                    queue[tail] = other
                    tail += 1
    return False


@njit(nogil=True, cache=True)
def _shift(step: int, kind: int, given: Ints, seen: Ints) -> None:
    """Hand each step on the way its new class, back to the step that asked."""
    while True:
        now = seen[kind]
        before = given[now]
        given[now] = kind
        if now == step:
            return
        kind = before


@njit(nogil=True, cache=True)
def funnel_chain(offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, limits: Ints, depth: Ints) -> Ints:
    """Return the events of the best chain of each journey that is wanted. Shape (n_wanted, steps), -1 beyond its depth.

    Of the chains that reach the depth it is the one that gets there first; of those the one that starts last; of those
    the one whose steps, from the last back, are latest. Of several events of one time the first that fits is named.

    Args:
        depth: Of each journey, as ``funnel_depth`` gives it; 0 for those not wanted. Shape (n_journeys,).
    """
    n, ties = limits[0], limits[2]
    chain = np.full((np.count_nonzero(depth), n), -1, dtype=np.int64)
    start = np.empty(n + 1, dtype=np.int64)
    at = np.empty((n + 1, n), dtype=np.int64)
    room = _room(n, masks)
    found = np.empty(BLOCK + 1, dtype=np.int64)
    row = 0
    for journey in range(len(depth)):
        wanted = depth[journey]
        if wanted == 0:
            continue
        first, end = offsets[journey], offsets[journey + 1]
        if end - first >= len(found):
            found = np.empty(end - first + 1, dtype=np.int64)
        count = _find(code, classes, first, end, found)
        start[:] = NEVER
        p = 0
        while p < count and start[wanted] == NEVER:
            q = _end_of_moment(time, found, p, count, ties)
            start[0] = time[found[p]]
            if q == p + 1:
                _take_one(start, at, found[p], masks[classes[code[found[p]]]], limits)
            else:
                _runs(found, p, q, code, classes, masks, room)
                _take_chain(start, at, found[p], room[0], limits)
            p = q
        for step in range(wanted):
            chain[row, step] = _first_fit(time, code, classes, masks, at[wanted, step], end, step)
        row += 1
    return chain


@njit(nogil=True, cache=True)
def later_depth(offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, limits: Ints, depth: Ints) -> Ints:
    """Return the depth of the journeys wanted when each step must come at a later time. Shape (n_wanted,).

    Args:
        depth: 0 for journeys that are not wanted. Shape (n_journeys,).
    """
    n, window = limits[0], limits[1]
    reached = np.zeros(np.count_nonzero(depth), dtype=np.int64)
    start = np.empty(n + 1, dtype=np.int64)
    row = 0
    for journey in range(len(depth)):
        if depth[journey] == 0:
            continue
        start[:] = NEVER
        event, end = offsets[journey], offsets[journey + 1]
        while event < end:
            start[0] = time[event]
            mask = 0
            while event < end and time[event] == start[0]:
                mask |= masks[classes[code[event]]]
                event += 1
            if mask:
                reached[row] = max(reached[row], _take_event(start, mask, n, window))
        row += 1
    return reached


@njit(nogil=True, cache=True)
def last_start(offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, since: int) -> Ints:
    """Return the time of each journey's last event after ``since`` that can fill step 1; ``NEVER`` if it has none."""
    last = np.full(len(offsets) - 1, NEVER, dtype=np.int64)
    for journey in range(len(last)):
        event = offsets[journey + 1] - 1
        while event >= offsets[journey] and time[event] > since:
            if masks[classes[code[event]]] & 1:
                last[journey] = time[event]
                break
            event -= 1
    return last


@njit(nogil=True, cache=True)
def _end_of_moment(time: Ints, found: Ints, p: int, count: int, ties: int) -> int:
    q = p + 1
    while ties != INPUT and q < count and time[found[q]] == time[found[p]]:
        q += 1
    return q


@njit(nogil=True, cache=True)
def _take_one(start: Ints, at: Ints, event: int, mask: int, limits: Ints) -> None:
    """Do as ``_take_chain`` for a moment of one event: nearly all are."""
    for step in range(limits[0], 0, -1):
        if (mask >> (step - 1)) & 1 and start[step - 1] != NEVER and start[0] - start[step - 1] <= limits[1]:
            start[step] = start[step - 1]
            for other in range(step - 1):
                at[step, other] = at[step - 1, other]
            at[step, step - 1] = event


@njit(nogil=True, cache=True)
def _take_chain(start: Ints, at: Ints, event: int, low: Ints, limits: Ints) -> None:
    """Do as ``_take_moment`` and keep for each level where its chain's steps were taken."""
    n, window, ties = limits[0], limits[1], limits[2]
    for step in range(n, 0, -1):
        if low[step] == step:
            continue
        source = step - 1 if ties == STRICT else low[step]
        if start[source] != NEVER and start[0] - start[source] <= window:
            start[step] = start[source]
            at[step, :source] = at[source, :source]
            at[step, source:step] = event


@njit(nogil=True, cache=True)
def _first_fit(time: Ints, code: Codes, classes: Ints, masks: Ints, event: int, end: int, step: int) -> int:
    """Return the first event of the moment that begins at ``event`` which can fill the step."""
    moment = time[event]
    other = event
    while other < end and time[other] == moment:
        if (masks[classes[code[other]]] >> step) & 1:
            return other
        other += 1
    return event


@njit(nogil=True, cache=True)
def strict_chain(
    offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, gaps: Ints, limits: Ints
) -> tuple[Ints, Ints]:
    """Return depth and best chain of each journey when no other event of a class may come in between.

    Events of one time may be taken in either order (ties ``ANY``): a chain takes any of its first moment, all of the
    moments in the middle and any of its last. With ``STRICT`` a moment of several events in scope ends every chain
    that would have to take two of them.

    Args:
        gaps: Shortest and longest time from the step before, shape (2, steps).

    Returns:
        Depth, shape (n_journeys,); events of the chain, shape (n_journeys, steps), -1 beyond the depth.
    """
    n, window, ties = limits[0], limits[1], limits[2]
    depth = np.zeros(len(offsets) - 1, dtype=np.int64)
    chain = np.full((len(depth), n), -1, dtype=np.int64)
    start, old = np.empty(n + 1, dtype=np.int64), np.empty(n + 1, dtype=np.int64)
    at, was = np.empty((n + 1, n), dtype=np.int64), np.empty((n + 1, n), dtype=np.int64)
    room = _room(n, masks)
    found = np.empty(BLOCK + 1, dtype=np.int64)
    for journey in range(len(depth)):
        first, end = offsets[journey], offsets[journey + 1]
        if end - first >= len(found):
            found = np.empty(end - first + 1, dtype=np.int64)
        count = _find(code, classes, first, end, found)
        start[:] = NEVER
        p = 0
        while p < count:
            q = _end_of_moment(time, found, p, count, ties)
            _runs(found, p, q, code, classes, masks, room)
            old[:], was[:] = start, at
            since = time[found[p]] - time[found[p - 1]] if p else 0
            _take_strict(start, at, old, was, room[0], gaps, (time[found[p]], since, window, q - p, found[p], ties))
            best = n
            while best > depth[journey] and at[best, 0] < 0:
                best -= 1
            if best > depth[journey]:
                depth[journey] = best
                for step in range(best):
                    chain[journey, step] = _first_fit(time, code, classes, masks, at[best, step], end, step)
            p = q
    return depth, chain


@njit(nogil=True, cache=True)
def _take_strict(
    start: Ints, at: Ints, old: Ints, was: Ints, low: Ints, gaps: Ints, moment: tuple[int, int, int, int, int, int]
) -> None:
    """Write for each level the latest start of a chain that reaches it in this moment; ``at[k, 0] < 0``: none does.

    ``start[k]`` is kept for the next moment only when the chain took the moment to its end.
    """
    now, since, window, size, event, ties = moment
    n = len(start) - 1
    start[:] = NEVER
    at[:, 0] = -1
    for step in range(1, n + 1):
        for source in range(low[step], step):
            taken = step - source
            if ties == STRICT and taken > 1:
                continue
            begin = now if source == 0 else old[source]
            if begin == NEVER or now - begin > window or not _is_gap_kept(gaps, source, step, since):
                continue
            if at[step, 0] < 0:
                at[step, :source] = was[source, :source]
                at[step, source:step] = event
            whole = source == 0 or taken == size
            if whole and begin > start[step]:
                start[step] = begin
                at[step, :source] = was[source, :source]
                at[step, source:step] = event


@njit(nogil=True, cache=True)
def _is_gap_kept(gaps: Ints, source: int, step: int, since: int) -> bool:
    """Say whether steps ``source + 1`` to ``step``, all at one moment, keep the gaps to the step before each."""
    if source > 0 and not gaps[0, source] <= since <= gaps[1, source]:
        return False
    for other in range(source + 1, step):
        if gaps[0, other] > 0:
            return False
    return True


@njit(nogil=True, cache=True)
def any_order(offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, limits: Ints) -> tuple[Ints, Ints]:
    """Return how many steps each journey does inside one window in whatever order, and where that window begins.

    Returns:
        Depth, shape (n_journeys,): the most steps that distinct events within one window fill; first event of the
        earliest such window, shape (n_journeys, 1), -1 where the depth is 0.
    """
    n, window = limits[0], limits[1]
    depth = np.zeros(len(offsets) - 1, dtype=np.int64)
    begin = np.full((len(depth), 1), -1, dtype=np.int64)
    room = _room(n, masks)
    found = np.empty(BLOCK + 1, dtype=np.int64)
    for journey in range(len(depth)):
        first, end = offsets[journey], offsets[journey + 1]
        if end - first >= len(found):
            found = np.empty(end - first + 1, dtype=np.int64)
        count = _find(code, classes, first, end, found)
        room[3, : len(masks)] = 0
        low = 0
        for high in range(count):
            room[3, classes[code[found[high]]]] += 1
            while time[found[high]] - time[found[low]] > window:
                room[3, classes[code[found[low]]]] -= 1
                low += 1
            filled = _filled(n, masks, room)
            if filled > depth[journey]:
                depth[journey] = filled
                begin[journey, 0] = found[low]
    return depth, begin


@njit(nogil=True, cache=True)
def _filled(n: int, masks: Ints, room: Ints) -> int:
    """Return how many steps the events counted in ``room`` can fill, each its own."""
    room[4, : len(masks)] = 0
    room[1, :] = -1
    filled = 0
    for step in range(n):
        filled += _augment(step, 0, masks, room)
    return filled


@njit(nogil=True, cache=True)
def funnel_attempts(
    offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, bounds: tuple[Ints, Ints], limits: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return the best attempt of each journey, or all its attempts one after the other.

    An attempt is a chain as in ``funnel_depth`` that also keeps the gaps, and between whose steps no excluded event
    stands: one strictly later than step ``after`` and strictly earlier than step ``before``, or than the last step
    taken when ``before`` is not reached. Kept per level: a queue of the chains that no other one beats.

    Args:
        bounds: Gaps, shape (2, steps): shortest and longest time from the step before; and rules, shape (2, n_rules):
            the numbers of the steps after and before which rule ``r`` (bit ``RULES + r`` of a mask) holds.
        limits: (steps, window, ties, single): ``single`` 1 counts attempts one after the other: each begins at the
            first event that fills step 1 and ends with the last step, the window, or an exclusion.

    Returns:
        Journey of each attempt; its depth; its events, shape (n_attempts, steps), -1 beyond its depth.
    """
    n, single = limits[0], limits[3]
    journeys, depths = _empty_list(), _empty_list()
    chains = _empty_list()
    found = np.empty(BLOCK + 1, dtype=np.int64)
    state = _state(n, BLOCK + 1, masks)
    events = (time, code, classes, masks)
    for journey in range(len(offsets) - 1):
        first, end = offsets[journey], offsets[journey + 1]
        if end - first >= len(found):
            found = np.empty(end - first + 1, dtype=np.int64)
            state = _state(n, len(found), masks)
        count = _find(code, classes, first, end, found)
        p = _next_start(found, 0, count, events, limits)
        while p < count:
            depth, p = _attempt(found, p, count, events, bounds, limits, state)
            journeys.append(journey)
            depths.append(depth)
            for step in range(n):
                chains.append(_first_fit(time, code, classes, masks, state[4][step], end, step) if step < depth else -1)
            p = _next_start(found, p, count, events, limits) if single else count
    return np.array(journeys), np.array(depths), np.array(chains).reshape(len(journeys), n)


Events = tuple[Ints, Codes, Ints, Ints]
State = tuple[Ints, Ints, Ints, Ints, Ints]
LAST, START, LEVEL, INDEX, AT = 0, 1, 2, 3, 4
COUNT, ENTERED, HEAD, TAIL = 0, 1, 2, 3


@njit(nogil=True, cache=True)
def _empty_list() -> list[int]:
    return [0 for _ in range(0)]


@njit(nogil=True, cache=True)
def _state(n: int, most: int, masks: Ints) -> State:
    """Return the working space of ``_attempt``: chains, queues, marks of both, room of ``_runs``, the best chain."""
    chains, queues = np.empty((5, n + 1, most), dtype=np.int64), np.empty((n + 1, most), dtype=np.int64)
    return chains, queues, np.zeros((4, n + 1), dtype=np.int64), _room(n, masks), np.zeros(n, dtype=np.int64)


@njit(nogil=True, cache=True)
def _next_start(found: Ints, p: int, count: int, events: Events, limits: Ints) -> int:
    """Return where the next moment begins that can fill step 1; with ties ``INPUT`` the next such event."""
    time, code, classes, masks = events
    first = p
    while p < count and not masks[classes[code[found[p]]]] & 1:
        p += 1
    while limits[2] != INPUT and first < p < count and time[found[p - 1]] == time[found[p]]:
        p -= 1
    return p


@njit(nogil=True, cache=True)
def _attempt(
    found: Ints, p: int, count: int, events: Events, bounds: tuple[Ints, Ints], limits: Ints, state: State
) -> tuple[int, int]:
    """Follow all chains from ``found[p]`` on; return the depth of the best and where the next attempt may begin."""
    time, code, classes, masks = events
    n, window, ties, single = limits[0], limits[1], limits[2], limits[3]
    state[2][:] = 0
    first, origin, reached, excluded = p, time[found[p]], 0, 0
    while p < count:
        now = time[found[p]]
        if single and now - origin > window:
            return reached, p
        q = _end_of_moment(time, found, p, count, ties)
        _runs(found, p, q, code, classes, masks, state[3])
        for at in range(p, q):
            excluded |= masks[classes[code[found[at]]]] >> RULES
        moment = (now, found[p], not single or p == first, excluded, reached)
        reached = max(reached, _extend(moment, bounds, limits, state))
        p = q
        if q < count and time[found[q]] == now and reached < n:
            continue
        alive = _exclude(now, excluded, bounds[1], state)
        excluded = 0
        if reached == n or (single and not alive):
            while q < count and time[found[q]] == now:
                q += 1
            return reached, q
    return reached, count


@njit(nogil=True, cache=True)
def _extend(  # noqa: C901  the one rule of what lengthens a chain
    moment: tuple[int, int, bool, int, int], bounds: tuple[Ints, Ints], limits: Ints, state: State
) -> int:
    """Lengthen chains by the events of a moment; keep the best per level; return the highest level taken."""
    now, event, may_start, excluded, reached = moment
    chains, marks, low = state[0], state[2], state[3][0]
    n, window, ties = limits[0], limits[1], limits[2]
    highest = 0
    for step in range(n, 0, -1):
        best, kept = (NEVER, 0, 0), (NEVER, 0, 0)
        for source in range(low[step], step):
            if (ties == STRICT and step - source > 1) or not _is_at_once(bounds[0], source, step):
                continue
            index = 0 if source == 0 else _front(now, source, bounds[0], state)
            if index < 0 or (source == 0 and not may_start):
                continue
            begin = now if source == 0 else chains[START, source, index]
            if now - begin > window:
                continue
            if begin > best[0]:
                best = (begin, source, index)
            if begin > kept[0] and _is_spared(source, step, excluded, bounds[1]):
                kept = (begin, source, index)
        if best[0] != NEVER and highest == 0:
            highest = step
            if step > reached:
                _write_chain(state, best[1], best[2], step, event)
        if (kept if ties != INPUT else best)[0] != NEVER:
            begin, source, index = kept if ties != INPUT else best
            at = marks[COUNT, step]
            chains[:, step, at] = (now, begin, source, index, event)
            marks[COUNT, step] += 1
    return highest


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
        if (excluded >> rule) & 1 and rules[0, rule] <= step < rules[1, rule] and source >= rules[0, rule]:
            return False
    return True


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
        if chains[START, level, index] == NEVER:
            continue
        tail = marks[TAIL, level]
        while tail > marks[HEAD, level] and (
            chains[START, level, queues[level, tail - 1]] <= chains[START, level, index]
        ):
            tail -= 1
        queues[level, tail] = index
        marks[TAIL, level] = tail + 1
    while marks[HEAD, level] < marks[TAIL, level]:
        index = int(queues[level, marks[HEAD, level]])
        if now - chains[LAST, level, index] <= longest:
            return index
        marks[HEAD, level] += 1
    return -1


@njit(nogil=True, cache=True)
def _write_chain(state: State, level: int, index: int, step: int, event: int) -> None:
    """Write the events of a chain, back from its last step."""
    chains, row = state[0], state[4]
    row[level:step] = event
    while level > 0:
        event, source, before = chains[AT, level, index], chains[LEVEL, level, index], chains[INDEX, level, index]
        row[source:level] = event
        level, index = source, before


@njit(nogil=True, cache=True)
def _exclude(now: int, excluded: int, rules: Ints, state: State) -> bool:
    """End the chains that the excluded events of this moment end; say whether any is left."""
    chains, marks = state[0], state[2]
    alive = False
    for level in range(1, marks.shape[1] - 1):
        count = marks[COUNT, level]
        if not _is_covered(level, excluded, rules):
            alive |= marks[HEAD, level] < marks[TAIL, level] or marks[ENTERED, level] < count
            continue
        first = count
        while first > 0 and chains[LAST, level, first - 1] == now:
            first -= 1
        marks[HEAD, level] = marks[TAIL, level] = 0
        marks[ENTERED, level] = first
        for index in range(first, count):
            if _is_older(chains, level, index, now, excluded, rules):
                chains[START, level, index] = NEVER
            else:
                alive = True
    return alive


@njit(nogil=True, cache=True)
def _is_covered(level: int, excluded: int, rules: Ints) -> bool:
    for rule in range(rules.shape[1]):
        if (excluded >> rule) & 1 and rules[0, rule] <= level < rules[1, rule]:
            return True
    return False


@njit(nogil=True, cache=True)
def _is_older(chains: Ints, level: int, index: int, now: int, excluded: int, rules: Ints) -> bool:
    """Say whether the chain took the step after which an excluded event counts before this moment."""
    for rule in range(rules.shape[1]):
        if not ((excluded >> rule) & 1 and rules[0, rule] <= level < rules[1, rule]):
            continue
        at, of = level, index
        while rules[0, rule] <= chains[LEVEL, at, of]:
            at, of = chains[LEVEL, at, of], chains[INDEX, at, of]
        if chains[LAST, at, of] < now:
            return True
    return False


@njit(nogil=True, cache=True)
def is_tainted(time: Ints, code: Codes, classes: Ints, masks: Ints, spans: Ints, rule: int) -> npt.NDArray[np.bool_]:
    """Say whether an excluded event stands strictly between two times of a journey. Shape (n_spans,).

    Args:
        spans: First event of the journey, event after its last, and the two times. Shape (n_spans, 4).
        rule: Number of the exclusion.
    """
    tainted = np.zeros(len(spans), dtype=np.bool_)
    for row in range(len(spans)):
        for event in range(spans[row, 0], spans[row, 1]):
            excluded = (masks[classes[code[event]]] >> (RULES + rule)) & 1
            if excluded and spans[row, 2] < time[event] < spans[row, 3]:
                tainted[row] = True
                break
    return tainted
