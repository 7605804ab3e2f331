"""Moments: the events of one journey at one time, and which steps they can fill between them.

The kernels of the funnel follow moments. An event's *class* says which steps it can fill: ``classes[code]`` is the
class of what happened (0: none), ``masks[class]`` has bit ``k`` set when step ``k + 1`` can be filled, and bit
``RULES + r`` when the event is what exclusion ``r`` speaks of. A chain takes an event for one step at most.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int8]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

RULES = 40
ANY, INPUT, STRICT = 0, 1, 2
GIVEN, QUEUE, COUNT, USED, SEEN, OVERLAP = 0, 1, 2, 3, 4, 5
"""Rows of the room in which steps are matched with classes: class of each step, steps to move; events of each class,
how many are used, and the step that looked at it; whether any class fits two steps."""


class Moments(NamedTuple):
    """The moments of journeys, one after the other. With ties ``INPUT`` each event is a moment of its own.

    Attributes:
        begins: Where the moments of each journey begin, and where the last end. Shape (n_journeys + 1,).
        event: The first event of each that has a class. Shape (n_moments,).
        when: Microseconds. Shape (n_moments,).
        kind: Row of the arrays below: of one event its class, of more a row of their own. Shape (n_moments,).
        low: ``low[kind, b]`` is the smallest ``a`` such that a chain can take the steps ``a + 1`` to ``b`` in the
            moment; ``b`` when it can take none. With ties ``STRICT`` it takes one at most. Shape (n_kinds, steps + 1).
        union: The masks of the events joined. Shape (n_kinds,).
        size: How many events. Shape (n_kinds,).
    """

    begins: Ints
    event: Places
    when: Ints
    kind: Places
    low: Rows
    union: Ints
    size: Places


@njit(nogil=True, cache=True)
def moments(offsets: Ints, time: Ints, code: Codes, classes: Ints, masks: Ints, limits: Ints) -> Moments:
    """Return the moments of the events that have a class.

    Args:
        offsets: Shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        classes: Class of each code, shape (n_codes,).
        masks: Steps of each class, shape (n_classes,).
        limits: (steps, window, ties, ...): the window in microseconds, ties as ``ANY``, ``INPUT`` or ``STRICT``.
    """
    n, ties = limits[0], limits[2]
    begins, event = np.empty(len(offsets), np.int64), _with_class(code, classes)
    when, kind = np.empty(len(event), np.int64), np.empty(len(event), np.int32)
    # Room for the most there can be: pages that are not written to cost nothing.
    most = len(masks) + len(event) // 2
    low, union, size = np.empty((most, n + 1), np.int8), np.empty(most, np.int64), np.empty(most, np.int32)
    room = _room(n, masks)
    for single in range(len(masks)):
        union[single], size[single] = masks[single], 1
        _put_low(low[single], masks[single], masks, room, STRICT)
    p, count, kinds = 0, 0, len(masks)
    for journey in range(len(begins) - 1):
        begins[journey], end = count, offsets[journey + 1]
        while event[p] < end:
            q = p + 1 if ties == INPUT else _end_of_moment(time, event, p, end)
            event[count], when[count], kind[count] = event[p], time[event[p]], classes[code[event[p]]]
            if q > p + 1:
                union[kinds], size[kinds], kind[count] = _joined(event[p:q], code, classes, masks, room), q - p, kinds
                _put_low(low[kinds], union[kinds], masks, room, ties)
                kinds += 1
            count, p = count + 1, q
    begins[-1] = count
    return Moments(begins, event[:count], when[:count], kind[:count], low[:kinds], union[:kinds], size[:kinds])


@njit(nogil=True, cache=True)
def _with_class(code: Codes, classes: Ints) -> Places:
    """Return the events that have a class, and one that is after all others."""
    event = np.empty(len(code) + 1, np.int32)
    count = 0
    for at in range(len(code)):
        event[count] = at
        count += classes[code[at]] != 0
    event[count] = len(code)
    return event[: count + 1]


@njit(nogil=True, cache=True)
def _end_of_moment(time: Ints, event: Places, p: int, end: int) -> int:
    q = p + 1
    while event[q] < end and time[event[q]] == time[event[p]]:
        q += 1
    return q


@njit(nogil=True, cache=True)
def _joined(event: Places, code: Codes, classes: Ints, masks: Ints, room: Ints) -> int:
    """Return the masks of a moment's events joined; count them by class."""
    room[COUNT, : len(masks)] = 0
    union = 0
    for at in event:
        room[COUNT, classes[code[at]]] += 1
        union |= masks[classes[code[at]]]
    return union


@njit(nogil=True, cache=True)
def _put_low(low: Rows, union: int, masks: Ints, room: Ints, ties: int) -> None:
    """Write ``low`` of a moment; with ties ``STRICT`` a chain takes one step at most."""
    low[0] = 0
    for step in range(1, len(low)):
        before = step - 1 if ties == STRICT else low[step - 1]
        low[step] = before if (union >> (step - 1)) & 1 else step
    if ties != STRICT and room[OVERLAP, 0]:
        _matched(low, masks, room)


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
    room = np.zeros((6, max(n, len(masks))), dtype=np.int64)
    room[OVERLAP] = _is_overlapping(masks)
    return room


@njit(nogil=True, cache=True)
def _matched(low: Rows, masks: Ints, room: Ints) -> None:
    """Write ``low`` of the events that are counted in the room."""
    given, used = room[GIVEN], room[USED]
    given[:], used[:] = -1, 0
    a = 0
    for b in range(1, len(low)):
        while a < b and not _augment(b - 1, a, masks, room):
            if given[a] >= 0:
                used[given[a]] -= 1
                given[a] = -1
            a += 1
        low[b] = a


@njit(nogil=True, cache=True)
def _augment(step: int, first: int, masks: Ints, room: Ints) -> bool:
    """Give ``step`` an event of its own, moving the steps from ``first`` on if that helps (an augmenting path)."""
    given, queue, count, used, seen = room[GIVEN], room[QUEUE], room[COUNT], room[USED], room[SEEN]
    seen[:] = -1
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
            tail = _ask(kind, first, step, given, queue, tail)
    return False


@njit(nogil=True, cache=True)
def _ask(kind: int, first: int, step: int, given: Ints, queue: Ints, tail: int) -> int:
    """Put the steps that have an event of a class into the queue; return its new end."""
    for other in range(first, step):
        if given[other] == kind:
            queue[tail] = other
            tail += 1
    return tail


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
def any_order(found: Moments, masks: Ints, limits: Ints) -> tuple[Ints, Ints]:
    """Return how many steps each journey does inside one window in whatever order, and where that window begins.

    Args:
        found: With ties ``INPUT``.
        masks: Of the classes.
        limits: (steps, window, ...).

    Returns:
        Depth, shape (n_journeys,): the most steps that distinct events within one window fill; first event of the
        earliest such window and then -1, shape (n_journeys, steps), -1 where the depth is 0.
    """
    n, window = limits[0], limits[1]
    begins, event, when, kind = found.begins, found.event, found.when, found.kind
    depth = np.zeros(len(begins) - 1, dtype=np.int64)
    chain = np.full((len(depth), n), -1, dtype=np.int64)
    room = _room(n, masks)
    for journey in range(len(depth)):
        room[COUNT] = 0
        low = begins[journey]
        for high in range(low, begins[journey + 1]):
            room[COUNT, kind[high]] += 1
            while when[high] - when[low] > window:
                room[COUNT, kind[low]] -= 1
                low += 1
            filled = _filled(n, masks, room) if high - low >= depth[journey] else 0
            if filled > depth[journey]:
                depth[journey], chain[journey, 0] = filled, event[low]
    return depth, chain


@njit(nogil=True, cache=True)
def _filled(n: int, masks: Ints, room: Ints) -> int:
    """Return how many steps the events counted in ``room`` can fill, each its own."""
    room[USED], room[GIVEN] = 0, -1
    filled = 0
    for step in range(n):
        filled += _augment(step, 0, masks, room)
    return filled


@njit(nogil=True, cache=True)
def name_events(chain: Ints, code: Codes, classes: Ints, masks: Ints) -> None:
    """Write in place of each moment's first event the first one of it that fills the step of its column.

    Args:
        chain: First events of moments; -1 beyond the depth stays. Shape (n_chains, steps).
        code: Of the events.
        classes: Of the codes.
        masks: Of the classes.
    """
    for row in range(len(chain)):
        for step in range(chain.shape[1]):
            event = chain[row, step]
            while event >= 0 and not (masks[classes[code[event]]] >> step) & 1:
                event += 1
            chain[row, step] = event
