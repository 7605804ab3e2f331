"""Kernels of the measured map: one pass over the events each, whole journeys at a time.

``touchpoint`` and ``phase`` hold the position on the map of each event, -1 where unmapped. Times are microseconds;
``NEVER`` stands where something did not happen.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).min


@njit(nogil=True, cache=True)
def entries(offsets: Ints, time: Ints, phase: Places) -> tuple[Ints, Places, Mask, Ints]:
    """Return of each journey its entry, its last phase, whether its phases only rise, and a code of their sequence.

    Shape (n_journeys,) each. The entry is the time of the first mapped event. Repeats of a phase count once; equal
    sequences have equal codes.
    """
    n = len(offsets) - 1
    entry = np.full(n, NEVER, dtype=np.int64)
    last = np.full(n, -1, dtype=np.int16)
    rising = np.ones(n, dtype=np.bool_)
    code = np.zeros(n, dtype=np.int64)
    for journey in range(n):
        now = -1
        mixed = np.uint64(0x9E3779B97F4A7C15)
        for event in range(offsets[journey], offsets[journey + 1]):
            p = phase[event]
            if p < 0 or p == now:
                continue
            if now < 0:
                entry[journey] = time[event]
            elif p < now:
                rising[journey] = False
            now = p
            mixed = (mixed ^ np.uint64(p + 1)) * np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(29)
        last[journey] = now
        code[journey] = np.int64(mixed >> np.uint64(1))
    return entry, last, rising, code


@njit(nogil=True, cache=True)
def phase_times(offsets: Ints, time: Ints, phase: Places, phases: int) -> tuple[Ints, Ints, Ints]:
    """Return when each journey first enters, reaches and leaves each phase. Shape (phases, n_journeys) each.

    To reach is to enter the phase or a later one; to leave is to enter a later one after having entered it.
    """
    n = len(offsets) - 1
    enter = np.full((phases, n), NEVER, dtype=np.int64)
    reach = np.full((phases, n), NEVER, dtype=np.int64)
    leave = np.full((phases, n), NEVER, dtype=np.int64)
    for journey in range(n):
        now, furthest = -1, -1
        for event in range(offsets[journey], offsets[journey + 1]):
            p = phase[event]
            if p < 0 or p == now:
                continue
            now = p
            t = time[event]
            for earlier in range(p):
                if enter[earlier, journey] != NEVER and leave[earlier, journey] == NEVER:
                    leave[earlier, journey] = t
            if enter[p, journey] == NEVER:
                enter[p, journey] = t
            for reached in range(furthest + 1, p + 1):
                reach[reached, journey] = t
            furthest = max(furthest, p)
    return enter, reach, leave


@njit(nogil=True, cache=True)
def meetings(offsets: Ints, touchpoint: Places, phase: Places, touchpoints: int) -> Ints:
    """Return one row per journey and touchpoint that it meets, in the order of the journeys. Shape (n_rows, 6).

    Columns: journey; touchpoint; position of the first such event; position of the first later event at another
    touchpoint of the same or a later phase, -1 if there is none; touchpoint met just before the first, -1 if none;
    number of such events.
    """
    mapped = 0
    for event in range(len(touchpoint)):
        mapped += touchpoint[event] >= 0
    rows = np.empty((mapped, 6), dtype=np.int64)
    row_of = np.full(touchpoints, -1, dtype=np.int64)
    count = 0
    for journey in range(len(offsets) - 1):
        first = count
        waiting = count
        before = -1
        for event in range(offsets[journey], offsets[journey + 1]):
            t = touchpoint[event]
            if t < 0:
                continue
            if t != before:
                waiting = _go_on(rows, waiting, count, t, phase[event], event, phase)
            row = row_of[t]
            if row < first:
                row_of[t] = count
                _begin(rows, count, journey, t, event, before)
                count += 1
            else:
                rows[row, 5] += 1
            before = t
    return rows[:count].copy()


@njit(nogil=True, cache=True)
def _begin(rows: Ints, row: int, journey: int, touchpoint: int, event: int, before: int) -> None:
    rows[row, 0] = journey
    rows[row, 1] = touchpoint
    rows[row, 2] = event
    rows[row, 3] = -1
    rows[row, 4] = before
    rows[row, 5] = 1


@njit(nogil=True, cache=True)
def _go_on(rows: Ints, waiting: int, count: int, touchpoint: int, phase: int, event: int, phases: Places) -> int:
    """Note the event for the rows it takes onward; return the first row that is still waiting."""
    for row in range(waiting, count):
        if rows[row, 3] < 0 and rows[row, 1] != touchpoint and phases[rows[row, 2]] <= phase:
            rows[row, 3] = event
    while waiting < count and rows[waiting, 3] >= 0:
        waiting += 1
    return waiting


@njit(nogil=True, cache=True)
def transition_counts(
    offsets: Ints, touchpoint: Places, chosen: Mask, touchpoints: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return what the chosen journeys do between different touchpoints.

    Returns:
        Journeys per pair and occurrences per pair, shape (touchpoints, touchpoints); journeys that start and that end
        at each touchpoint, shape (touchpoints,).
    """
    journeys = np.zeros((touchpoints, touchpoints), dtype=np.int64)
    occurrences = np.zeros((touchpoints, touchpoints), dtype=np.int64)
    starts = np.zeros(touchpoints, dtype=np.int64)
    ends = np.zeros(touchpoints, dtype=np.int64)
    counted = np.full((touchpoints, touchpoints), -1, dtype=np.int64)
    for journey in range(len(offsets) - 1):
        if not chosen[journey]:
            continue
        now = -1
        for event in range(offsets[journey], offsets[journey + 1]):
            t = touchpoint[event]
            if t < 0 or t == now:
                continue
            if now < 0:
                starts[t] += 1
            else:
                occurrences[now, t] += 1
                if counted[now, t] != journey:
                    counted[now, t] = journey
                    journeys[now, t] += 1
            now = t
        if now >= 0:
            ends[now] += 1
    return journeys, occurrences, starts, ends


@njit(nogil=True, cache=True)
def blocks(offsets: Ints, match: Mask, stop: Mask) -> Ints:
    """Return in how many separate blocks each journey has matching events before the first stop after one of them.

    Other events stand between two blocks. Shape (n_journeys,).
    """
    found = np.zeros(len(offsets) - 1, dtype=np.int64)
    for journey in range(len(found)):
        inside = False
        for event in range(offsets[journey], offsets[journey + 1]):
            if stop[event] and found[journey] > 0:
                break
            if match[event] and not inside:
                found[journey] += 1
            inside = match[event]
    return found


@njit(nogil=True, cache=True)
def touchpoint_events(
    offsets: Ints, time: Ints, touchpoint: Places, chosen: Mask, touchpoints: int, start: int, end: int
) -> tuple[Ints, Ints]:
    """Return the events of the chosen journeys at each touchpoint in a period, and the last one before its end."""
    events = np.zeros(touchpoints, dtype=np.int64)
    last = np.full(touchpoints, NEVER, dtype=np.int64)
    for journey in range(len(offsets) - 1):
        if not chosen[journey]:
            continue
        for event in range(offsets[journey], offsets[journey + 1]):
            t = touchpoint[event]
            if t < 0 or time[event] >= end:
                continue
            last[t] = max(last[t], time[event])
            events[t] += time[event] >= start
    return events, last


@njit(nogil=True, cache=True)
def linked_events(
    offsets: Ints, time: Ints, phase: Places, several: Mask, chosen: Mask, start: int, end: int
) -> tuple[Ints, Ints]:
    """Return the events of each phase in a period, and those of customers met in several phases. Shape (128,) each.

    Args:
        offsets: Of the journeys.
        time: Of the events.
        phase: Of the events.
        several: Whether the customer of each journey has events in several phases. Shape (n_journeys,).
        chosen: Which journeys count.
        start: Of the period.
        end: Of the period, out.
    """
    events = np.zeros(128, dtype=np.int64)
    linked = np.zeros(128, dtype=np.int64)
    for journey in range(len(offsets) - 1):
        if not chosen[journey]:
            continue
        for event in range(offsets[journey], offsets[journey + 1]):
            p = phase[event]
            if p >= 0 and start <= time[event] < end:
                events[p] += 1
                linked[p] += several[journey]
    return events, linked


@njit(nogil=True, cache=True)
def journeys_with(offsets: Ints, kind: Ints, chosen: Mask, kinds: int) -> Ints:
    """Return how many of the chosen journeys hold each kind of event; kinds below 0 do not count. Shape (kinds,)."""
    found = np.zeros(kinds, dtype=np.int64)
    counted = np.full(kinds, -1, dtype=np.int64)
    for journey in range(len(offsets) - 1):
        if not chosen[journey]:
            continue
        for event in range(offsets[journey], offsets[journey + 1]):
            k = kind[event]
            if k >= 0 and counted[k] != journey:
                counted[k] = journey
                found[k] += 1
    return found


@njit(nogil=True, cache=True)
def next_ends(offsets: Ints, starts: Mask, ends: Mask) -> tuple[Ints, Ints]:
    """Return the positions of the starts, and of the next end of the same customer after each, -1 if there is none.

    Args:
        offsets: Of the customers.
        starts: Of the events.
        ends: Of the events; one that is a start too does not end its own wait.
    """
    total = 0
    for event in range(len(starts)):
        total += starts[event]
    places = np.empty(total, dtype=np.int64)
    after = np.empty(total, dtype=np.int64)
    at = total
    for customer in range(len(offsets) - 2, -1, -1):
        following = -1
        for event in range(offsets[customer + 1] - 1, offsets[customer] - 1, -1):
            if starts[event]:
                at -= 1
                places[at] = event
                after[at] = following
            if ends[event]:
                following = event
    return places, after
