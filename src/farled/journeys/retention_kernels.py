"""Kernels of retention and lifecycle: with which events customers enter, when they come back, when they are there.

They are given plain arrays only: one that stands in a tuple is counted by the runtime at each use, which made these
loops four times slower.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]

START, BACK = 1, 2


@njit(nogil=True, cache=True)
def first_entries(offsets: Ints, time: Ints, code: Codes, flags: Flags, edges: Ints, low: int, until: int) -> Small:
    """Return the first start ever of each customer, where it counts.

    Args:
        offsets: Of the customers, shape (n_customers + 1,).
        time: Shape (n_events,). Microseconds, never falling within a customer.
        code: What happened, shape (n_events,).
        flags: Per code: ``START`` where the event is a start, ``BACK`` where it is a return.
        edges: When the periods begin, and when the last is over. Shape (n_periods + 1,).
        low: The least time that counts, not before the first period.
        until: The first time after it that does not, not after the last period.

    Returns:
        The event, the end of the customer's events, the period, the customer, and the first event of the same time, of
        each. Shape (n, 5).
    """
    found = np.empty((len(offsets) - 1, 5), dtype=np.int32)  # a page of memory costs more than to fill it
    n = 0
    scale = _scale(edges)
    for customer in range(len(offsets) - 1):
        event, end = offsets[customer], offsets[customer + 1]
        while event < end and flags[code[event]] & START == 0:
            event += 1
        if event == end or time[event] < low or time[event] >= until:
            continue
        found[n, 0] = event
        found[n, 1] = end
        found[n, 2] = _period(edges, time[event], scale)
        found[n, 3] = customer
        found[n, 4] = _first_of_time(offsets[customer], event, time)
        n += 1
    return found[:n]


@njit(nogil=True, cache=True)
def all_entries(offsets: Ints, time: Ints, code: Codes, flags: Flags, edges: Ints, low: int, until: int) -> Small:
    """Return the first start of each customer in each period; arguments and result as of ``first_entries``."""
    found = np.empty((len(time), 5), dtype=np.int32)  # memory that is not written to costs nothing
    n = 0
    scale = _scale(edges)
    for customer in range(len(offsets) - 1):
        end = offsets[customer + 1]
        over = low
        for event in range(offsets[customer], end):
            now = time[event]
            if now < over or flags[code[event]] & START == 0:
                continue
            if now >= until:
                break
            period = _period(edges, now, scale)
            over = edges[period + 1]
            found[n, 0] = event
            found[n, 1] = end
            found[n, 2] = period
            found[n, 3] = customer
            found[n, 4] = _first_of_time(offsets[customer], event, time)
            n += 1
    return found[:n].copy()


@njit(nogil=True, cache=True)
def in_calendar(entries: Small, time: Ints, code: Codes, flags: Flags, edges: Ints, until: int, cells: Small) -> None:
    """Count for each entry in which later periods there is a return.

    The event of an entry is never its own return.

    Args:
        entries: Event, end of the customer's events, and row to count in, of each. Shape (n, 5); two are not used.
        time: As for ``first_entries``; so are ``code``, ``flags``, ``edges`` and ``until``.
        code: Of each event.
        flags: Per code.
        edges: Of the periods.
        until: The first time that does not count.
        cells: Column ``k`` is raised by one where there is a return in the ``k``-th period after that of the entry.
    """
    scale = _scale(edges)
    for entry in range(len(entries)):
        first, row = entries[entry, 0], entries[entry, 2]
        period = _period(edges, time[first], scale)
        over = edges[period + 1]
        for event in range(first + 1, entries[entry, 1]):
            now = time[event]
            if now < over or flags[code[event]] & BACK == 0:
                continue
            if now >= until:
                break
            at = _period(edges, now, scale)
            over = edges[at + 1]
            cells[row, at - period] += 1


@njit(nogil=True, cache=True)
def at_last(entries: Small, time: Ints, code: Codes, flags: Flags, edges: Ints, until: int, cells: Small) -> None:
    """Count for each entry in which later period the last return lies; arguments as of ``in_calendar``."""
    scale = _scale(edges)
    for entry in range(len(entries)):
        first, row = entries[entry, 0], entries[entry, 2]
        period = _period(edges, time[first], scale)
        event = entries[entry, 1] - 1
        while event > first and (time[event] >= until or flags[code[event]] & BACK == 0):
            event -= 1
        if event > first and time[event] >= edges[period + 1]:
            cells[row, _period(edges, time[event], scale) - period] += 1


@njit(nogil=True, cache=True)
def in_multiples(entries: Small, time: Ints, code: Codes, flags: Flags, length: int, until: int, cells: Small) -> None:
    """Count for each entry in which later multiples of a length of time there is a return; else as ``in_calendar``."""
    for entry in range(len(entries)):
        first, row = entries[entry, 0], entries[entry, 2]
        since = time[first]
        over = since + length
        for event in range(first + 1, entries[entry, 1]):
            now = time[event]
            if now < over or flags[code[event]] & BACK == 0:
                continue
            if now >= until:
                break
            at = (now - since) // length
            over = since + (at + 1) * length
            cells[row, at] += 1


@njit(nogil=True, cache=True)
def in_brackets(
    entries: Small, time: Ints, code: Codes, flags: Flags, brackets: Ints, until: int, cells: Small
) -> None:
    """Count for each entry in which brackets of time after it there is a return, from column 1; as ``in_calendar``.

    An event of the same time is at the start, wherever the sender put it.
    """
    for entry in range(len(entries)):
        first, row = entries[entry, 0], entries[entry, 2]
        since = time[first]
        at = 0
        for event in range(entries[entry, 4], entries[entry, 1]):
            now = time[event]
            if event == first or now - since < brackets[at] or flags[code[event]] & BACK == 0:
                continue
            if now >= until:
                break
            while at < len(brackets) and now - since >= brackets[at]:
                at += 1
            if at == len(brackets):
                break
            cells[row, at] += 1


@njit(nogil=True, cache=True)
def add_customer_sums(customer: Small, known: Ints, cells: Small, sums: Ints) -> None:
    """Add up, over customers, products of how many of their entries are known and back in each column.

    Args:
        customer: Of each entry, never falling. Shape (n,).
        known: How many columns of each entry are over. Shape (n,).
        cells: More than 0 where an entry is back. Shape (n, columns).
        sums: Per column the customers with a known entry, and the sums of known², known · back and back². Shape
            (columns, 4).
    """
    columns = cells.shape[1]
    there = np.zeros((columns, 2), dtype=np.int64)
    first, n = 0, len(customer)
    while first < n:
        last, widest = first, 0
        while last < n and customer[last] == customer[first]:
            width = min(known[last], columns)
            widest = max(widest, width)
            for column in range(1, width):
                there[column, 0] += 1
                there[column, 1] += cells[last, column] > 0
            last += 1
        for column in range(1, widest):
            entries, back = there[column, 0], there[column, 1]
            sums[column, 0] += 1
            sums[column, 1] += entries * entries
            sums[column, 2] += entries * back
            sums[column, 3] += back * back
            there[column, 0] = 0
            there[column, 1] = 0
        first = last


@njit(nogil=True, cache=True)
def lifecycle_states(offsets: Ints, time: Ints, edges: Ints, until: int, at: int) -> Flags:
    """Return which customers are there in a period.

    Args:
        offsets: Of the customers, shape (n_customers + 1,).
        time: Shape (n_events,). Microseconds, never falling within a customer, not before the first period.
        edges: When the periods begin, and when the last is over. Shape (n_periods + 1,).
        until: The first time that does not count, not after the last period.
        at: The period.

    Returns:
        Per customer 1 for an event before the period, 2 for one in the period before it, and 4 for one in it, added.
    """
    states = np.zeros(len(offsets) - 1, dtype=np.uint8)
    before = edges[at - 1] if at > 0 else edges[0]
    for customer in range(len(offsets) - 1):
        state = 0
        for event in range(offsets[customer], offsets[customer + 1]):
            now = time[event]
            if now >= edges[at + 1] or now >= until:
                break
            state |= 4 if now >= edges[at] else 3 if now >= before else 1
        states[customer] = state
    return states


@njit(nogil=True, cache=True)
def _first_of_time(first: int, event: int, time: Ints) -> int:
    """Return the first event of a customer at the time of an event."""
    now = time[event]
    while event > first and time[event - 1] == now:
        event -= 1
    return event


@njit(nogil=True, cache=True)
def _scale(edges: Ints) -> float:
    """Return how many periods there are in a microsecond."""
    return float((len(edges) - 1) / (edges[-1] - edges[0]))


@njit(nogil=True, cache=True)
def _period(edges: Ints, time: int, scale: float) -> int:
    """Return in which period a time lies, which must be in one: a guess by the mean length, then step by step."""
    guess = min(max(int((time - edges[0]) * scale), 0), len(edges) - 2)
    while edges[guess] > time:
        guess -= 1
    while edges[guess + 1] <= time:
        guess += 1
    return guess
