"""Kernels of the measured map: one pass over the events each, whole journeys at a time.

``touchpoint`` holds the position on the map of each event, -1 where unmapped; ``phase_of`` the phase of each
touchpoint, and -1 after them. Times are microseconds; ``NEVER`` stands where something did not happen.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).min


@njit(nogil=True, cache=True)
def phase_times(
    offsets: Ints, time: Ints, touchpoint: Places, phase_of: Places, phases: int
) -> tuple[Ints, Ints, Ints, Places, Mask, Ints]:
    """Return how each journey goes through the phases; repeats of a phase count once.

    Returns:
        When it first enters, reaches and leaves each phase, shape (phases, n_journeys): to reach is to enter the phase
        or a later one; to leave is to enter a later one after having entered it. Of each journey, shape (n_journeys,):
        its last phase, whether its phases only rise, and a code of their sequence, the same for equal ones.
    """
    n = len(offsets) - 1
    enter = np.full((phases, n), NEVER, dtype=np.int64)
    reach = np.full((phases, n), NEVER, dtype=np.int64)
    leave = np.full((phases, n), NEVER, dtype=np.int64)
    last = np.full(n, -1, dtype=np.int16)
    rising = np.ones(n, dtype=np.bool_)
    code = np.zeros(n, dtype=np.int64)
    for journey in range(n):
        now, furthest = -1, -1
        mixed = np.uint64(0x9E3779B97F4A7C15)
        for event in range(offsets[journey], offsets[journey + 1]):
            p = phase_of[touchpoint[event]]
            if p < 0 or p == now:
                continue
            for earlier in range(max(now, 0), p):  # those before ``now`` were left for it at the latest
                is_left = enter[earlier, journey] != NEVER and leave[earlier, journey] == NEVER
                leave[earlier, journey] = time[event] if is_left else leave[earlier, journey]
            for reached in range(furthest + 1, p + 1):
                reach[reached, journey] = time[event]
            if enter[p, journey] == NEVER:
                enter[p, journey] = time[event]
            rising[journey] &= p > now
            now, furthest = p, max(furthest, p)
            mixed = (mixed ^ np.uint64(p + 1)) * np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(29)
        last[journey] = now
        code[journey] = np.int64(mixed >> np.uint64(1))
    return enter, reach, leave, last, rising, code


@njit(nogil=True, cache=True)
def meetings(
    offsets: Ints, time: Ints, touchpoint: Places, phase_of: Places
) -> tuple[Ints, Places, Ints, Ints, Places, Ints, Ints]:
    """Return one row per journey and touchpoint that it meets, in the order of the journeys. Shape (n_rows,) each.

    Returns:
        Journey; touchpoint; time of the first such event; microseconds from it to the first later event at another
        touchpoint of the same or a later phase, -1 if there is none; touchpoint met just before it, -1 if none; number
        of such events; position of the first.
    """
    mapped = 0
    for event in range(len(touchpoint)):
        mapped += touchpoint[event] >= 0
    met_by, met, before = np.empty(mapped, np.int64), np.empty(mapped, np.int16), np.empty(mapped, np.int16)
    first, onward, position = np.empty(mapped, np.int64), np.empty(mapped, np.int64), np.empty(mapped, np.int64)
    events = np.empty(mapped, np.int64)
    row_of = np.full(len(phase_of), -1, dtype=np.int64)
    waiting = np.empty(len(phase_of), dtype=np.int64)
    count = 0
    for journey in range(len(offsets) - 1):
        begin, still, now = count, 0, -1
        for event in range(offsets[journey], offsets[journey + 1]):
            t = touchpoint[event]
            if t < 0:
                continue
            if t != now:
                still = _go_on(waiting, still, met, phase_of, t, onward, event)
            if row_of[t] < begin:
                row_of[t] = waiting[still] = count
                met_by[count], met[count], before[count] = journey, t, now
                first[count], onward[count], position[count], events[count] = time[event], -1, event, 0
                still += 1
                count += 1
            events[row_of[t]] += 1
            now = t
    for row in range(count):
        onward[row] = time[onward[row]] - first[row] if onward[row] >= 0 else -1
    return met_by[:count], met[:count], first[:count], onward[:count], before[:count], events[:count], position[:count]


@njit(nogil=True, cache=True)
def _go_on(waiting: Ints, still: int, met: Places, phase_of: Places, touchpoint: int, onward: Ints, event: int) -> int:
    """Note an event at a touchpoint for the waiting rows that it takes onward; return how many go on waiting."""
    left = 0
    for at in range(still):
        row = waiting[at]
        if met[row] != touchpoint and phase_of[met[row]] <= phase_of[touchpoint]:
            onward[row] = event
        else:
            waiting[left] = row
            left += 1
    return left


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
                now = t
                continue
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
    customers: Ints,
    offsets: Ints,
    time: Ints,
    touchpoint: Places,
    phase_of: Places,
    chosen: Mask,
    during: tuple[int, int],
) -> tuple[Ints, Ints, Ints]:
    """Return what the chosen journeys do at each touchpoint. Shape (touchpoints,) each.

    Args:
        customers: Where the events of each customer begin.
        offsets: Of the journeys.
        time: Of the events.
        touchpoint: Of the events.
        phase_of: Of the touchpoints, and -1 after them.
        chosen: Which journeys count.
        during: Start and end (out) of the period.

    Returns:
        Events in the period; those of customers with events in several phases; the last event before the end.
    """
    touchpoints = len(phase_of) - 1
    found = np.zeros((2, touchpoints), dtype=np.int64)
    last = np.full(touchpoints, NEVER, dtype=np.int64)
    journey = 0
    for customer in range(len(customers) - 1):
        several = _has_several(touchpoint, phase_of, customers[customer], customers[customer + 1])
        while journey < len(chosen) and offsets[journey] < customers[customer + 1]:
            if chosen[journey]:
                place = (offsets[journey], offsets[journey + 1], several)
                _count_events(time, touchpoint, place, during, found, last)
            journey += 1
    return found[0], found[1], last


@njit(nogil=True, cache=True)
def _count_events(
    time: Ints, touchpoint: Places, journey: tuple[int, int, bool], during: tuple[int, int], found: Ints, last: Ints
) -> None:
    """Count the events of a journey at each touchpoint, and once more those of a customer in several phases."""
    start, end = during
    for event in range(journey[0], journey[1]):
        t = touchpoint[event]
        if time[event] >= end:
            break
        if t < 0:
            continue
        last[t] = max(last[t], time[event])
        found[0, t] += time[event] >= start
        found[1, t] += journey[2] and time[event] >= start


@njit(nogil=True, cache=True)
def _has_several(touchpoint: Places, phase_of: Places, begin: int, end: int) -> bool:
    """Return whether some events are in several phases."""
    one = -1
    for event in range(begin, end):
        phase = phase_of[touchpoint[event]]
        if one < 0:
            one = phase
        elif 0 <= phase != one:
            return True
    return False


@njit(nogil=True, cache=True)
def journeys_with(offsets: Ints, touchpoint: Places, kind: Ints, chosen: Mask, kinds: int) -> Ints:
    """Return how many of the chosen journeys hold each kind of event that is on no touchpoint. Shape (kinds,)."""
    found = np.zeros(kinds, dtype=np.int64)
    counted = np.full(kinds, -1, dtype=np.int64)
    for journey in range(len(offsets) - 1):
        if not chosen[journey]:
            continue
        for event in range(offsets[journey], offsets[journey + 1]):
            k = kind[event]
            if touchpoint[event] < 0 and counted[k] != journey:
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
