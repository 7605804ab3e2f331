"""Kernel of the funnel in strict order: the next event must be the next step."""

import numpy as np

from farled.compiler import njit
from farled.journeys.moment_kernels import Ints, Moments, Rows

NEVER = np.iinfo(np.int64).min


@njit(nogil=True, cache=True)
def strict_chains(found: Moments, gaps: Ints, limits: Ints) -> tuple[Ints, Ints]:
    """Return depth and best chain of each journey when no other event of a class may come in between.

    Events of one moment may be taken in either order: a chain takes any of its first moment, all of the moments in the
    middle and any of its last. With ties ``STRICT`` a moment of several events ends every chain that would have to take
    two of them.

    Args:
        found: Of the journeys; an event that is no step ends the chains.
        gaps: Shortest and longest time from the step before, shape (2, steps).
        limits: (steps, window, ...).

    Returns:
        Depth, shape (n_journeys,); the first events of the moments of the chain, shape (n_journeys, steps), -1 beyond
        the depth.
    """
    n, window = limits[0], limits[1]
    begins, event, when, kind, low, size = found.begins, found.event, found.when, found.kind, found.low, found.size
    depth, chain = np.zeros(len(begins) - 1, np.int64), np.full((len(begins) - 1, n), -1, np.int64)
    start, taken = np.empty(n + 1, np.int64), np.empty((n + 1, n), np.int64)
    for journey in range(len(depth)):
        start[:] = NEVER
        for at in range(begins[journey], begins[journey + 1]):
            start[0] = when[at]
            since = when[at] - when[at - 1] if at > begins[journey] else 0
            moment = (since, window, int(size[kind[at]]), int(event[at]), int(kind[at]))
            reached = _take(start, taken, low, gaps, moment)
            if reached > depth[journey]:
                depth[journey] = reached
                _copy(taken[reached], chain[journey], reached)
    return depth, chain


@njit(nogil=True, cache=True)
def _take(start: Ints, taken: Ints, low: Rows, gaps: Ints, moment: tuple[int, int, int, int, int]) -> int:
    """Write for each level the latest start of a chain that takes the moment to its end; return the highest reached.

    A level that is reached by some events of the moment only is not kept for the next one.
    """
    since, window, size, event, kind = moment
    now, reached = start[0], 0
    for step in range(low.shape[1] - 1, 0, -1):
        begun, whole, some = NEVER, -1, -1
        for source in range(low[kind, step], step):
            begin = start[source]
            if begin == NEVER or now - begin > window or not _is_gap_kept(gaps, source, step, since):
                continue
            some = source if some < 0 else some
            if begin > begun and (source == 0 or step - source == size):
                begun, whole = begin, source
        start[step] = begun
        source = whole if whole >= 0 else some
        if source < 0:
            continue
        reached = max(reached, step)
        for other in range(step):
            taken[step, other] = taken[source, other] if other < source else event
    return reached


@njit(nogil=True, cache=True)
def _copy(taken: Ints, chain: Ints, depth: int) -> None:
    for step in range(depth):
        chain[step] = taken[step]


@njit(nogil=True, cache=True)
def _is_gap_kept(gaps: Ints, source: int, step: int, since: int) -> bool:
    """Say whether steps ``source + 1`` to ``step``, all at one moment, keep the gaps to the step before each."""
    if source > 0 and not gaps[0, source] <= since <= gaps[1, source]:
        return False
    for other in range(source + 1, step):
        if gaps[0, other] > 0:
            return False
    return True
