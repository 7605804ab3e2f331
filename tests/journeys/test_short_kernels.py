"""Histories that fit into a number: the same as those written out, and counted together as those are."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.journeys.attribution_kernels import event_histories
from farled.journeys.short_kernels import EMPTY, EXACT, counted_keys, merged_keys, short_histories, written_out

FOREVER = np.iinfo(np.int64).max
POINTS = 6
events = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*range(POINTS), -1, -2])), max_size=25)
customers = st.lists(st.lists(events, min_size=1, max_size=2), min_size=1, max_size=4)


def fixed(values, kind):
    array = np.asarray(values, dtype=kind)
    array.flags.writeable = False
    return array


def of_journeys(made):
    """Return the arrays of customers, each with journeys of (gap, spot)."""
    journeys = [journey for each in made for journey in each]
    time = [moment for journey in journeys for moment in np.cumsum([gap for gap, _ in journey]).tolist()]
    spot = [what for journey in journeys for _, what in journey]
    owner = [at for at, each in enumerate(made) for _ in each]
    offsets = np.cumsum([0, *map(len, journeys)])
    return fixed(offsets, np.int64), fixed(owner, np.int64), fixed(time, np.int64), fixed(spot, np.int32)


def long_ones(arrays, keys, lookback, since):
    offsets, owner, time, spot = arrays
    limits, nothing = fixed([lookback, 0, 0, 0, since], np.int64), fixed([], np.uint64)
    journeys = offsets, owner, fixed(keys, np.uint64)
    starts, words, still_open = event_histories(journeys, time, spot, fixed(range(POINTS), np.int32), nothing, limits)
    return [words[begin:end].tolist() for begin, end in pairwise(starts)], still_open


@settings(max_examples=60)
@given(customers, st.sampled_from([0, 2, 5, FOREVER]), st.integers(0, 12), st.sampled_from([3, 7]))
def test_short_histories_are_the_long_ones_in_fewer_bits(made, lookback, since, bits):
    offsets, owner, time, spot = arrays = of_journeys(made)
    limits = fixed([lookback, bits, since], np.int64)
    keys, still_open = short_histories(offsets, owner, time, spot, fixed(range(POINTS), np.int32), limits)
    every, all_open = long_ones(arrays, np.zeros(len(made)), lookback, since)
    rest, open_too = long_ones(arrays, keys, lookback, since)

    starts, words = written_out(keys[keys > 0], bits)
    assert [words[begin:end].tolist() for begin, end in pairwise(starts)] == [
        history for history, key in zip(every, keys, strict=True) if key
    ]
    assert rest == [history for history, key in zip(every, keys, strict=True) if not key]
    assert still_open + open_too == all_open
    for history, journeys, key in zip(every, made, keys, strict=True):
        attempts = 0 if not history else 1 if history[0] // 4 == len(history) - 1 else 2
        fits = len(journeys) == 1 and attempts < 2 and (len(history) - 1) * bits <= 60
        assert (key > 0) == fits
        assert not fits or (key == EMPTY) == (attempts == 0)


def test_shorter_histories_have_lower_keys():
    made = [[[(1, 0)] * many + [(0, -2)]] for many in range(12)]
    limits = fixed([FOREVER, 5, 0], np.int64)
    keys, _ = short_histories(*of_journeys([[[]], *made]), fixed(range(POINTS), np.int32), limits)
    assert keys[0] == EMPTY
    assert (keys[1:] >= EXACT).all()
    assert keys.tolist() == sorted(set(keys.tolist()))


@given(*[st.lists(st.integers(0, 9), max_size=12)] * 2)
def test_keys_are_counted_and_added_up(some, more):
    def counted(values):
        return counted_keys(np.sort(np.array(values, dtype=np.uint64)))

    keys, counts = merged_keys(*counted(some), *counted(more))
    present, times = np.unique([key for key in some + more if key], return_counts=True)
    assert keys.tolist() == present.tolist()
    assert counts.tolist() == times.tolist()
