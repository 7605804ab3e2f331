"""The kernel of drivers: who had what before each moment, among those still before the step."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]


@njit(nogil=True, cache=True)
def at_risk(
    offsets: Ints, since: Ints, codes: Ints, customers: Ints, classes: Ints, limits: Ints
) -> tuple[Counts, Counts, Counts, Counts, Counts]:
    """Count, per stretch of waiting and number of events so far, who is before the step and who takes it then.

    Args:
        offsets: Where the events of each customer begin. Shape (n + 1,).
        since: The first stretch at whose beginning each event has happened, never falling within a customer. Shape
            (n_events,).
        codes: Candidates that each event is, -1 for none. Shape (n_events, m).
        customers: Last stretch in which each customer was before the step, and 1 if it took it in that one. Shape
            (2, n).
        classes: Class of each number of events so far; the last one of all larger numbers. Shape (k,).
        limits: (stretches, classes, candidates, often, names): a candidate seen ``often`` times is one more; the first
            ``names`` candidates are events.

    Returns:
        Per stretch and class: customers before the step, and those who take it; shape (stretches, classes). The same
        of those with each candidate; shape (stretches, classes, 4 candidates): once or more and ``often``, by the class
        of all their events, then by the class of their events but those of the candidate. Last, the customers that had
        each candidate when they were last seen before the step: those who took it and the others; shape (2,
        2 candidates).
    """
    stretches, kinds, candidates, often = limits[0], limits[1], limits[2], limits[3]
    n, cases = np.zeros((stretches, kinds), np.int32), np.zeros((stretches, kinds), np.int32)
    n_with = np.zeros((stretches, kinds, 4 * candidates), np.int32)
    cases_with = np.zeros((stretches, kinds, 4 * candidates), np.int32)
    having = np.zeros((2, 2 * candidates), np.int32)
    seen, touched = np.zeros(candidates, np.int64), np.empty(candidates, np.int64)
    for customer in range(len(offsets) - 1):
        p, end = offsets[customer], offsets[customer + 1]
        last, takes = customers[0, customer], customers[1, customer]
        events, many = 0, 0
        for stretch in range(last + 1):
            while p < end and since[p] <= stretch:
                many = _see(codes, p, seen, touched, many)
                events += 1
                p += 1
            kind = classes[min(events, len(classes) - 1)]
            now = takes if stretch == last else 0
            n[stretch, kind] += 1
            cases[stretch, kind] += now
            _count_with(n_with, cases_with, seen, touched, classes, limits, (stretch, kind, events, now, many))
        for place in range(many):
            code = touched[place]
            having[1 - takes, code] += 1
            if seen[code] >= often:
                having[1 - takes, candidates + code] += 1
            seen[code] = 0
    return n, cases, n_with, cases_with, having


@njit(nogil=True, cache=True)
def _see(codes: Ints, event: int, seen: Ints, touched: Ints, many: int) -> int:
    """Note the candidates that an event is; return how many were seen by now."""
    for place in range(codes.shape[1]):
        code = codes[event, place]
        if code < 0:
            continue
        if seen[code] == 0:
            touched[many] = code
            many += 1
        seen[code] += 1
    return many


@njit(nogil=True, cache=True)
def _count_with(
    n: Counts,
    cases: Counts,
    seen: Ints,
    touched: Ints,
    classes: Ints,
    limits: Ints,
    state: tuple[int, int, int, int, int],
) -> None:
    """Count a customer in a stretch with each candidate that it has.

    Args:
        n: Customers by stretch, class and candidate.
        cases: Those of them who take the step.
        seen: How often the customer had each candidate.
        touched: Those it had, as far as ``many``.
        classes: As for `at_risk`.
        limits: As for `at_risk`.
        state: The stretch, class and number of all its events, 1 if it takes the step, and ``many``.
    """
    stretch, kind, events, takes, many = state
    candidates = limits[2]
    for place in range(many):
        code = touched[place]
        others = events - seen[code] if code < limits[4] else events
        apart = classes[min(others, len(classes) - 1)]
        for cell in range(code, code + (2 if seen[code] >= limits[3] else 1) * candidates, candidates):
            n[stretch, kind, cell] += 1
            cases[stretch, kind, cell] += takes
            n[stretch, apart, 2 * candidates + cell] += 1
            cases[stretch, apart, 2 * candidates + cell] += takes
