"""Kernels of presence: in which periods customers enter, are back, or are there at all.

A processor cannot foresee whether an event lies in another period than the one before it, and a loop that asks waits
at each wrong guess. So the events are marked a block at a time by loops without a branch, the marks of a customer in
one period are joined into a run, and only the runs, some fifth of the events, are counted.

A mark says in its lowest bits what the event is (``START``, ``BACK``), then its place: the number of its period from 1
on, 0 where it does not count; and ``FIRST`` at a customer's first event.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]
Marks = npt.NDArray[np.uint16]

START, BACK, AT, FIRST = 1, 2, 2, 1 << 15  # the place begins at bit ``AT``
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
    width = 2 * periods + 1
    table = np.zeros((periods + 2, width), dtype=np.int32)
    _count_all_returns(offsets, time, code, flags, *_ruler(edges.tobytes(), low, until), table)
    diagonal = table.ravel()[width + 1 : (periods + 1) * (width + 1)]  # from there a row and a column further each time
    return diagonal.reshape(periods, width + 1)[:, :periods].copy()


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
    _count_all_lives(offsets, time, *_ruler(edges.tobytes(), int(edges[0]), until), counts)
    return counts[1:-1]


@lru_cache(maxsize=64)
def _ruler(edges_as_bytes: bytes, low: int, until: int) -> tuple[Ints, Ints]:
    """Return by what a time is marked without a search; the same for most chunks of a question.

    Returns:
        Per bucket of time from ``low`` on the one moment in it at which another period may begin, and the marks before
        and from that moment on, shape (buckets, 3); and ``low``, ``until`` and the length of a bucket as a power of 2.
    """
    edges = np.frombuffer(edges_as_bytes, dtype=np.int64)
    lengths = np.diff(edges)
    shift = int(lengths[lengths > 0].min()).bit_length() - 1  # a zone may skip a day
    buckets = np.arange(((until - 1 - low) >> shift) + 1, dtype=np.int64)
    place = np.searchsorted(edges, low + (buckets << shift), side="right")
    after = np.searchsorted(edges, edges[place], side="right")
    ruler = np.stack([edges[place], place << AT, after << AT], axis=1)
    return ruler, np.array([low, until, shift], dtype=np.int64)


@njit(nogil=True, cache=True)
def _count_all_returns(
    offsets: Ints, time: Ints, code: Codes, flags: Flags, ruler: Ints, span: Ints, table: Small
) -> None:
    """Do as ``first_in_calendar``; for ``ruler`` and ``span`` see ``_ruler``, for ``table`` ``_count_returns``."""
    mark, runs = np.empty(BLOCK, dtype=np.uint16), np.empty(BLOCK + 1, dtype=np.uint16)
    runs[0] = 0
    customer, entry = 0, len(table) - 1
    for begin in range(0, len(time), BLOCK):
        now = time[begin : begin + BLOCK]
        marks = mark[: len(now)]
        _mark(now, code[begin : begin + BLOCK], flags, ruler, span, marks)
        customer = _mark_first(offsets, customer, begin, marks)
        n = _join_runs(marks, runs)
        entry = _count_returns(runs[:n], entry, table)
        runs[0] = runs[n]
    _count_returns(runs[:1], entry, table)


@njit(nogil=True, cache=True)
def _count_all_lives(offsets: Ints, time: Ints, ruler: Ints, span: Ints, counts: Ints) -> None:
    """Do as ``lifecycle_counts``; for ``ruler`` and ``span`` see ``_ruler``, for ``counts`` ``_count_lives``."""
    mark, runs = np.empty(BLOCK, dtype=np.uint16), np.empty(BLOCK + 1, dtype=np.uint16)
    runs[0] = 0
    customer, last = 0, 0
    for begin in range(0, len(time), BLOCK):
        now = time[begin : begin + BLOCK]
        marks = mark[: len(now)]
        _mark_places(now, ruler, span, marks)
        customer = _mark_first(offsets, customer, begin, marks)
        n = _join_runs(marks, runs)
        last = _count_lives(runs[:n], last, counts)
        runs[0] = runs[n]
    last = _count_lives(runs[:1], last, counts)
    counts[last + 1, 3] += last > 0


@njit(nogil=True, cache=True)
def _mark(time: Ints, code: Codes, flags: Flags, ruler: Ints, span: Ints, marks: Marks) -> None:
    """Mark events with what they are and their places."""
    low, until, shift = span[0], span[1], np.uint64(span[2])
    for event in range(len(time)):
        marks[event] = _place(time[event], ruler, low, shift) | flags[np.uint64(code[event])]
    if not _is_within(time, low, until):
        _take_out(time, low, until, marks)


@njit(nogil=True, cache=True)
def _mark_places(time: Ints, ruler: Ints, span: Ints, marks: Marks) -> None:
    """Mark events with their places."""
    low, until, shift = span[0], span[1], np.uint64(span[2])
    for event in range(len(time)):
        marks[event] = _place(time[event], ruler, low, shift)
    if not _is_within(time, low, until):
        _take_out(time, low, until, marks)


@njit(nogil=True, cache=True)
def _place(time: int, ruler: Ints, low: int, shift: np.uint64) -> int:
    """Return the mark of a time's place; of any place if the time does not count."""
    bucket = np.uint64(time - low) >> shift
    bucket = bucket if bucket < np.uint64(len(ruler)) else np.uint64(0)
    return int(ruler[bucket, 2] if time >= ruler[bucket, 0] else ruler[bucket, 1])


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
def _count_returns(runs: Marks, entry: int, table: Small) -> int:
    """Count in which places customers are back, by the place in which they entered, and there all of them.

    Args:
        runs: One per customer and place.
        entry: The place in which the customer has entered so far; the last of ``table``: none.
        table: By place of the entry and place; there may be further columns.

    Returns:
        The entry of the last customer.
    """
    zero, one = np.uint64(0), np.uint64(1)
    entered, none = np.uint64(entry), np.uint64(len(table) - 1)
    for position in range(len(runs)):
        run = np.uint64(runs[position])
        place = (run & np.uint64(PLACE)) >> np.uint64(AT)
        entered = max(entered, none & (zero - (run >> np.uint64(15))))
        entered = min(entered, max(place, none & ((run & one) - one)))
        table[entered, place] += np.int32(run >> one & one | np.uint64(entered == place))
    return int(entered)


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
    before = np.int64(last)
    for position in range(len(runs)):
        run = np.int64(runs[position])
        place, fresh = (run & PLACE) >> AT, run >> 15
        is_there, is_next = np.int64(place > 0), np.int64(place == before + 1)
        counts[before + 1, 3] += np.int64(before > 0) & (fresh | (is_there & (1 - is_next)))
        before &= fresh - 1
        counts[place, np.int64(before > 0) * (2 - is_next)] += is_there
        before ^= (before ^ place) & -is_there
    return int(before)
