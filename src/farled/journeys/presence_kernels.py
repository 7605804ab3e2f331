"""Kernels of presence: in which periods customers enter, are back, or are there at all.

A loop that asks of each event whether its period is another than before waits for the answer, since it cannot be
foreseen. So a block of events at a time is marked without asking, by loops that hold no branch; of each customer's
marks only the first of a run of equal ones is kept, and only these, a third or less of the events, are counted.

A mark is what an event is in its lowest bits (``START``, ``BACK``), then its place: the number of its period from 1 on,
0 before the first; and ``FIRST`` at a customer's first event.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.uint16]

START, BACK, FIRST = 1, 2, 1 << 15
AT = 2  # where the place begins in a mark
PLACE = FIRST - (1 << AT)
BLOCK = 4096


@njit(nogil=True, cache=True)
def first_time(offsets: Ints, time: Ints) -> int:
    """Return the least time of all events, of which there must be one; arguments as of ``first_in_calendar``."""
    least = time[0]
    for customer in range(len(offsets) - 1):
        if offsets[customer] < offsets[customer + 1]:
            least = min(least, time[offsets[customer]])
    return int(least)


@njit(nogil=True, cache=True)
def first_in_calendar(offsets: Ints, time: Ints, code: Codes, flags: Flags, edges: Ints, low: int, until: int) -> Small:
    """Return how many customers enter in each period, with the first start ever, and in which later ones they return.

    Args:
        offsets: Of the customers, shape (n_customers + 1,).
        time: Shape (n_events,). Microseconds, never falling within a customer.
        code: What happened, shape (n_events,).
        flags: Per code: ``START`` where the event is a start, ``BACK`` where it is a return.
        edges: When the periods begin, and when the last is over. Shape (n_periods + 1,), at most 8,000 periods.
        low: The least time that counts, in the first period.
        until: The first time after it that does not, not after the last period.

    Returns:
        Per period who enters in it, and who of them has a return so many periods later. Shape (n_periods, n_periods).
    """
    periods = len(edges) - 1
    bits = 2
    while 1 << bits < periods + 3:
        bits += 1
    table = np.zeros(1 << 2 * bits, dtype=np.int32)
    mark, runs = np.empty(BLOCK, dtype=np.uint16), np.empty(BLOCK + 1, dtype=np.uint16)
    ruler, shift = _ruler(edges, low, until)
    runs[0] = 0
    customer, entry = 0, (1 << bits) - 1
    for begin in range(0, len(time), BLOCK):
        now = time[begin : begin + BLOCK]
        marks = mark[: len(now)]
        _mark(now, ruler, low, shift, marks)
        _flag(code[begin : begin + BLOCK], flags, marks)
        if not _is_within(now, low, until):
            _take_out(now, low, until, marks)
        customer = _mark_first(offsets, customer, begin, marks)
        n = _join_runs(marks, runs)
        entry = _count_returns(runs[:n], entry, bits, table)
        runs[0] = runs[n]
    _count_returns(runs[:1], entry, bits, table)
    return _cells(table, bits, periods)


@njit(nogil=True, cache=True)
def lifecycle_counts(offsets: Ints, time: Ints, edges: Ints, until: int) -> Ints:
    """Return how many customers are new in each period, active as in the one before, returned, and gone dormant.

    Args:
        offsets: Of the customers, shape (n_customers + 1,).
        time: Shape (n_events,). Microseconds, never falling within a customer, not before the first period.
        edges: When the periods begin, and when the last is over. Shape (n_periods + 1,), at most 8,000 periods.
        until: The first time that does not count, not after the last period.

    Returns:
        Shape (n_periods, 4).
    """
    counts = np.zeros((len(edges) + 1, 4), dtype=np.int64)
    mark, runs = np.empty(BLOCK, dtype=np.uint16), np.empty(BLOCK + 1, dtype=np.uint16)
    low = edges[0]
    ruler, shift = _ruler(edges, low, until)
    runs[0] = 0
    customer, last = 0, 0
    for begin in range(0, len(time), BLOCK):
        now = time[begin : begin + BLOCK]
        marks = mark[: len(now)]
        _mark(now, ruler, low, shift, marks)
        if not _is_within(now, low, until):
            _take_out(now, low, until, marks)
        customer = _mark_first(offsets, customer, begin, marks)
        n = _join_runs(marks, runs)
        last = _count_lives(runs[:n], last, counts)
        runs[0] = runs[n]
    last = _count_lives(runs[:1], last, counts)
    counts[last + 1, 3] += last > 0
    return counts[1:-1]


@njit(nogil=True, cache=True)
def _ruler(edges: Ints, low: int, until: int) -> tuple[Ints, int]:
    """Return by what a time is marked, without a search.

    Returns:
        Per bucket of time from ``low`` on the one moment in it at which another period may begin, and the mark before
        and from that moment on; and the length of a bucket, as a power of 2.
    """
    periods = len(edges) - 1
    shortest = edges[-1] - edges[0]
    for period in range(periods):
        if edges[period] < edges[period + 1]:  # a zone may skip a day
            shortest = min(shortest, edges[period + 1] - edges[period])
    shift = 0
    while shortest >> (shift + 1):
        shift += 1
    ruler = np.empty((((until - 1 - low) >> shift) + 1, 3), dtype=np.int64)
    period = 0
    for bucket in range(len(ruler)):
        while edges[period + 1] <= low + (bucket << shift):
            period += 1
        after = period + 1
        while after < periods and edges[after + 1] <= edges[period + 1]:
            after += 1
        ruler[bucket, 0] = edges[period + 1]
        ruler[bucket, 1] = (period + 1) << AT
        ruler[bucket, 2] = (after + 1) << AT
    return ruler, shift


@njit(nogil=True, cache=True)
def _mark(time: Ints, ruler: Ints, low: int, shift: int, marks: Marks) -> None:
    """Mark events with their places; those out of the time that counts with any."""
    width = np.uint64(shift)
    for event in range(len(time)):
        bucket = np.uint64(time[event] - low) >> width
        bucket = bucket if bucket < np.uint64(len(ruler)) else np.uint64(0)
        marks[event] = ruler[bucket, 2] if time[event] >= ruler[bucket, 0] else ruler[bucket, 1]


@njit(nogil=True, cache=True)
def _flag(code: Codes, flags: Flags, marks: Marks) -> None:
    """Mark events with what they are."""
    for event in range(len(code)):
        marks[event] |= flags[np.uint64(code[event])]


@njit(nogil=True, cache=True)
def _is_within(time: Ints, low: int, until: int) -> bool:
    """Return whether all events lie in the time that counts, which most often they do."""
    furthest = np.uint64(0)
    for event in range(len(time)):
        furthest = max(furthest, np.uint64(time[event] - low))  # what is before is far, too
    return bool(furthest < np.uint64(until - low))


@njit(nogil=True, cache=True)
def _take_out(time: Ints, low: int, until: int, marks: Marks) -> None:
    """Mark events out of the time that counts with place 0: a start before it is one, all else is nothing."""
    for event in range(len(time)):
        if time[event] >= until:
            marks[event] = 0
        elif time[event] < low:
            marks[event] &= START


@njit(nogil=True, cache=True)
def _mark_first(offsets: Ints, customer: int, begin: int, marks: Marks) -> int:
    """Mark the first event of each customer from one on, and return the first customer after the block."""
    end = begin + len(marks)
    while customer < len(offsets) - 1 and offsets[customer] < end:
        marks[np.uint64(offsets[customer] - begin)] |= FIRST
        customer += 1
    return customer


@njit(nogil=True, cache=True)
def _join_runs(marks: Marks, runs: Marks) -> int:
    """Join the marks of a customer that have one place.

    Args:
        marks: Of a block of events.
        runs: To write to. The first is the run that the last block ended with, and may go on.

    Returns:
        How many runs are over; the one after them may go on.
    """
    begins = np.empty(len(marks), dtype=np.uint8)
    begins[0] = ((marks[0] ^ runs[0]) & PLACE) | (marks[0] & FIRST) != 0
    for event in range(1, len(marks)):
        begins[event] = ((marks[event] ^ marks[event - 1]) & PLACE) | (marks[event] & FIRST) != 0
    run, n = np.uint64(runs[0]), np.uint64(0)
    for event in range(len(marks)):
        new = np.uint64(begins[event])
        run = run & (new - np.uint64(1)) | np.uint64(marks[event])
        n += new
        runs[n] = run
    return int(n)


@njit(nogil=True, cache=True)
def _count_returns(runs: Marks, entry: int, bits: int, table: Small) -> int:
    """Count in which places customers are back, by the place in which they entered, and there all of them.

    Args:
        runs: One per customer and place.
        entry: The place in which the customer has entered so far; all bits set: none.
        bits: How many a place has in ``table``.
        table: By place of the entry and place.

    Returns:
        The entry of the last customer.
    """
    zero, one, at, high, place_bits = np.uint64(0), np.uint64(1), np.uint64(AT), np.uint64(bits), np.uint64(PLACE)
    none = (one << high) - one
    entered = np.uint64(entry)
    for position in range(len(runs)):
        run = np.uint64(runs[position])
        place = (run & place_bits) >> at
        entered |= (zero - (run >> np.uint64(15))) & none
        entered = min(entered, place | ((run & one) - one) & none)
        table[entered << high | place] += np.int32(run >> one & one | np.uint64(entered == place))
    return int(entered)


@njit(nogil=True, cache=True)
def _cells(table: Small, bits: int, periods: int) -> Small:
    """Return counts by entry and place as counts by entry and how much later."""
    cells = np.zeros((periods, periods), dtype=np.int32)
    for row in range(periods):
        for later in range(periods - row):
            cells[row, later] = table[(row + 1) << bits | (row + 1 + later)]
    return cells


@njit(nogil=True, cache=True)
def _count_lives(runs: Marks, last: int, counts: Ints) -> int:
    """Count what customers are in each place: as ``lifecycle_counts``, by place.

    Args:
        runs: Marks.
        last: The last place of the customer so far; 0: none.
        counts: Of each place.

    Returns:
        The last place.
    """
    for position in range(len(runs)):
        run = np.int64(runs[position])
        place, fresh = (run & PLACE) >> AT, run >> 15
        is_there, is_next = np.int64(place > 0), np.int64(place == last + 1)
        gone = np.int64(last > 0) & (fresh | (is_there & (1 - is_next)))
        counts[last + 1, 3] += gone
        last &= fresh - 1
        kind = np.int64(last > 0) * (2 - is_next)
        counts[place, kind] += is_there
        last ^= (last ^ place) & -is_there
    return last
