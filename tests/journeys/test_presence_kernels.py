"""Kernels of presence against the definition, customer by customer."""

from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys.presence_kernels import first_in_calendar, first_time, lifecycle_counts

BLOCK = 4096
NOTHING, START, BACK, BOTH = range(4)


def frozen(values, dtype=np.int64):
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def arrays(customers):
    """Offsets, times and codes of customers, each a list of (time, code)."""
    events = [event for customer in customers for event in customer]
    offsets = np.cumsum([0, *map(len, customers)])
    return frozen(offsets), frozen([time for time, _ in events]), frozen([code for _, code in events], np.uint16)


def place(edges, time):
    """The last period that has begun."""
    return bisect_right(edges, time) - 1


def returns(customers, flags, edges, low, until):
    cells = np.zeros((len(edges) - 1, len(edges) - 1), dtype=np.int64)
    for customer in customers:
        starts = [time for time, code in customer if flags[code] & START]
        if not starts or not low <= starts[0] < until:
            continue
        entry = place(edges, starts[0])
        back = {place(edges, time) for time, code in customer if flags[code] & BACK and low <= time < until}
        cells[entry, 0] += 1
        for period in back:
            if period > entry:
                cells[entry, period - entry] += 1
    return cells


def lives(customers, edges, until):
    counts = np.zeros((len(edges), 4), dtype=np.int64)
    for customer in customers:
        there = {place(edges, time) for time, _ in customer if time < until}
        for period in there:
            earlier = {each for each in there if each < period}
            counts[period, 0 if not earlier else 1 if period - 1 in there else 2] += 1
            counts[period + 1, 3] += period + 1 not in there
    return counts[:-1]


@st.composite
def cases(draw):
    """Periods of unequal length, also of none, and customers with ties and events at the edges and out of the time."""
    lengths = draw(st.lists(st.sampled_from([0, 1, 4, 5, 7, 8, 31]), min_size=1, max_size=70).filter(any))
    edges = np.cumsum([draw(st.sampled_from([-50, 0, 1 << 50])), *lengths]).tolist()
    low = draw(st.integers(edges[0], edges[-1] - 1))
    periods = [period for period in range(len(lengths)) if edges[period + 1] > low]
    edges = edges[periods[0] :]
    until = draw(st.integers(low + 1, edges[-1]))
    near = st.sampled_from([low, until, *edges]).flatmap(lambda edge: st.integers(edge - 1, edge + 1))
    times = near | st.integers(edges[0] - 9, edges[-1] + 9)
    event = st.tuples(times, st.integers(NOTHING, BOTH))
    customer = st.lists(event, max_size=8).map(lambda events: sorted(events, key=lambda each: each[0]))
    return draw(st.lists(customer, min_size=1, max_size=8)), edges, low, until


@given(cases(), st.permutations([NOTHING, START, BACK, BOTH]))
def test_entries_and_returns_are_those_of_the_definition(case, flags):
    customers, edges, low, until = case
    offsets, time, code = arrays(customers)
    found = first_in_calendar(offsets, time, code, frozen(flags, np.uint8), frozen(edges), low, until)
    assert found.tolist() == returns(customers, flags, edges, low, until).tolist()


@given(cases())
def test_lives_are_those_of_the_definition(case):
    customers, edges, _, until = case
    customers = [[event for event in customer if event[0] >= edges[0]] for customer in customers]
    offsets, time, _ = arrays(customers)
    found = lifecycle_counts(offsets, time, frozen(edges), until)
    assert found.tolist() == lives(customers, edges, until).tolist()


@pytest.mark.parametrize("periods", [1, 3, 62, 300])
@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, 3 * BLOCK])
def test_a_customer_may_lie_in_several_blocks(periods, size):
    random = np.random.default_rng(size)
    edges = np.cumsum([0, *random.integers(23, 26, periods)]).tolist()
    customers = [
        [(time, int(random.integers(4))) for time in np.sort(random.integers(0, edges[-1], events)).tolist()]
        for events in (size, 5, 0, BLOCK - 5, 2, 0, size + 1)
    ]
    flags, (offsets, time, code) = [NOTHING, START, BACK, BACK], arrays(customers)
    found = first_in_calendar(offsets, time, code, frozen(flags, np.uint8), frozen(edges), 0, edges[-1])
    assert found.tolist() == returns(customers, flags, edges, 0, edges[-1]).tolist()
    assert (
        lifecycle_counts(offsets, time, frozen(edges), edges[-1]).tolist()
        == lives(customers, edges, edges[-1]).tolist()
    )


def test_nobody_and_nothing():
    none = frozen([0, 0]), frozen([]), frozen([], np.uint16)
    assert first_in_calendar(*none, frozen([3], np.uint8), frozen([0, 7]), 0, 7).tolist() == [[0]]
    assert lifecycle_counts(*none[:2], frozen([0, 7]), 7).tolist() == [[0, 0, 0, 0]]


def test_the_first_time_is_that_of_any_customer():
    assert first_time(frozen([0, 0, 2, 2, 3, 3]), frozen([8, 9, 5])) == 5
    assert first_time(frozen([0, 1, 1]), frozen([-4])) == -4
