"""Kernels of the funnel in order, with other events in between: how far each journey gets, and by which events.

Where no event fits two steps, postings answer it sooner: see ``posted_chains``.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit
from farled.journeys.moment_kernels import ANY, RULES, Codes, Ints, Moments, Rows, moments

__all__ = ["ANY", "done_later", "funnel_depth", "is_tainted", "last_start", "longest_chains", "rising"]

NEVER = np.iinfo(np.int64).min


def funnel_depth(offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, limits: Ints) -> Ints:
    """Return how many steps each journey reaches, shape (n_journeys,); arguments as of ``moments``."""
    found = moments(offsets, time, code, classes, masks, limits)
    return longest_chains(found, np.arange(len(offsets) - 1), limits)[0]


@njit(nogil=True, cache=True)
def longest_chains(found: Moments, wanted: Ints, limits: Ints) -> tuple[Ints, Ints]:
    """Return how many steps each journey wanted reaches, and by which moments.

    A chain takes distinct events that fill the steps in order, at times that never fall and span at most the window.
    The longest chain counts. Kept per level: the latest start of a chain that has come so far, since a later start
    leaves more time; it never rises with the level.

    Args:
        found: Of the journeys.
        wanted: Numbers of journeys.
        limits: (steps, window, ...).

    Returns:
        Depth, shape (n_wanted,), values 0 to steps; the first event of the moments of the best chain, -1 beyond the
        depth, shape (n_wanted, steps). Of the chains that reach the depth it is the one that gets there first; of those
        the one that starts last; of those the one whose steps, from the last back, are latest.
    """
    n, window = limits[0], limits[1]
    begins, event, when, kind, low = found.begins, found.event, found.when, found.kind, found.low
    depth, chain = np.zeros(len(wanted), np.int64), np.full((len(wanted), n), -1, np.int64)
    start, taken = np.empty(n + 1, np.int64), np.empty((n + 1, n), np.int64)
    for row in range(len(wanted)):
        start[:] = NEVER
        for at in range(begins[wanted[row]], begins[wanted[row] + 1]):
            start[0] = when[at]
            reached = _take(start, taken, event[at], low, kind[at], window)
            if reached > depth[row]:
                depth[row] = reached
                _copy(taken[reached], chain[row], reached)
    return depth, chain


@njit(nogil=True, cache=True)
def _take(start: Ints, taken: Ints, event: int, low: Rows, kind: int, window: int) -> int:
    """Lengthen chains by the events of a moment; return the highest level taken."""
    reached = 0
    for step in range(low.shape[1] - 1, 0, -1):
        source = np.int64(low[kind, step])
        if source == step or start[source] == NEVER or start[0] - start[source] > window:
            continue
        reached = max(reached, step)
        start[step] = start[source]
        for other in range(source):
            taken[step, other] = taken[source, other]
        for other in range(source, step):
            taken[step, other] = event
    return reached


@njit(nogil=True, cache=True)
def _copy(taken: Ints, chain: Ints, depth: int) -> None:
    for step in range(depth):
        chain[step] = taken[step]


def rising(found: Moments) -> Moments:
    """Return moments in each of which a chain takes one step at most, as with ties ``STRICT``."""
    step = np.arange(found.low.shape[1])
    return found._replace(low=np.where(found.low < step, step - 1, step).astype(np.int8))


@njit(nogil=True, cache=True)
def done_later(
    offsets: Ints, time: Ints, code: Codes, step_of: npt.NDArray[np.uint8], limits: Ints, journeys: Ints
) -> int:
    """Return how many of some journeys do all steps when each must come at a later time.

    Args:
        offsets: Of all journeys.
        time: Of the events.
        code: Of the events.
        step_of: Step that each code fills, from 1; 0: none.
        limits: (steps, window, ...).
        journeys: Numbers of some.
    """
    n, window = limits[0], limits[1]
    start = np.empty(n + 1, np.int64)
    done = 0
    for journey in journeys:
        start[:] = NEVER
        event, end = offsets[journey], offsets[journey + 1]
        while event < end and start[n] == NEVER:
            start[0], steps = time[event], 0
            while event < end and time[event] == start[0]:
                steps |= 1 << step_of[code[event]]
                event += 1
            _take_any(start, steps, window)
        done += start[n] != NEVER
    return done


@njit(nogil=True, cache=True)
def _take_any(start: Ints, steps: int, window: int) -> None:
    """Lengthen chains by one of the events of a moment, which fill the steps whose bits are set."""
    for step in range(len(start) - 1, 0, -1):
        if (steps >> step) & 1 and start[step - 1] != NEVER and start[0] - start[step - 1] <= window:
            start[step] = start[step - 1]


@njit(nogil=True, cache=True)
def last_start(found: Moments, since: int) -> Ints:
    """Return the time of each journey's last event after ``since`` that can fill step 1; ``NEVER`` if it has none."""
    begins, when, kind, union = found.begins, found.when, found.kind, found.union
    last = np.full(len(begins) - 1, NEVER, dtype=np.int64)
    for journey in range(len(last)):
        at = begins[journey + 1] - 1
        while at >= begins[journey] and when[at] > since and not union[kind[at]] & 1:
            at -= 1
        if at >= begins[journey] and when[at] > since:
            last[journey] = when[at]
    return last


@njit(nogil=True, cache=True)
def is_tainted(time: Ints, code: Codes, classes: Ints, masks: Ints, spans: Ints, rule: int) -> npt.NDArray[np.bool_]:
    """Say whether an excluded event stands strictly between two times of a journey. Shape (n_spans,).

    Args:
        time: Of the events.
        code: Of the events.
        classes: Of the codes, as of ``moments``.
        masks: Of the classes.
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
