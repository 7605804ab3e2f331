"""A tally counts values exactly while they fit, says how exact it is when not, and adds up in any order."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.stats import tally as room
from farled.stats.tally import Tally

values = st.lists(st.integers(0, 2**62), max_size=40) | st.lists(st.integers(0, 9), max_size=40)


def of(numbers):
    return Tally.of(np.array(numbers, dtype=np.int64))


@given(values)
def test_quantiles_and_total_are_those_of_the_values(numbers):
    found = of(numbers)
    assert (found.n, found.total, found.is_exact) == (len(numbers), sum(numbers), True)
    for share in (0, 0.1, 0.5, 0.9, 1):
        expected = np.quantile(np.array(numbers, dtype=float), share) if numbers else None
        assert found.quantile(share) == (pytest.approx(expected) if numbers else None)


def test_a_table_counts_beside_values():
    found = Tally.of(np.array([7, 70]), np.array([0, 2, 0, 1]), 10)
    assert found.value.tolist() == [7, 10, 30, 70]
    assert found.count.tolist() == [1, 2, 1, 1]
    assert found.total == 127


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(room, "MOST", 8)


def test_tallies_add_up_to_the_same_in_any_order_and_grouping(small):
    rng = np.random.default_rng(4)
    for _ in range(60):
        numbers = (10 ** rng.uniform(0, 12, int(rng.integers(1, 90)))).astype(np.int64)
        parts = [Tally.of(part) for part in np.array_split(rng.permutation(numbers), 5)]
        whole = Tally.of(numbers)
        pairs = (parts[0] + (parts[3] + parts[1])) + (parts[4] + parts[2])
        for found in (reduce(lambda one, more: one + more, parts), reduce(lambda one, more: more + one, parts), pairs):
            assert found.value.tolist() == whole.value.tolist()
            assert found.count.tolist() == whole.count.tolist()
            assert (found.bits, found.total) == (whole.bits, int(numbers.sum()))


def test_with_more_values_than_room_a_quantile_is_as_near_as_the_bits_say(small):
    numbers = np.arange(1, 5000, dtype=np.int64) ** 2
    found = Tally.of(numbers)
    assert not found.is_exact
    assert len(found.value) <= 8
    for share in (0.1, 0.5, 0.9):
        expected = np.quantile(numbers, share)
        assert abs(found.quantile(share) - expected) <= expected / 2 ** (found.bits - 1)


def test_room_for_a_million_values_keeps_sixteen_bits():
    rng = np.random.default_rng(2)
    numbers = (10 ** rng.uniform(0, 13, 1_200_000)).astype(np.int64)
    found = Tally.of(numbers)
    assert found.bits >= 16
    assert found.quantile(0.5) == pytest.approx(np.quantile(numbers, 0.5), rel=1 / 30_000)
