"""Differences and sums of estimates."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.stats.differences import difference, scaled, total
from farled.stats.intervals import Estimate, Rate, newcombe

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def of(rate):
    return Estimate(rate.value, rate.low, rate.high, rate.n)


@settings(max_examples=50)
@given(counts, counts)
def test_of_two_shares_it_is_newcombes(first, second):
    rates = Rate(*first), Rate(*second)
    found = difference(of(rates[0]), of(rates[1]))
    assert (found.low, found.high) == pytest.approx(newcombe(*rates))


@settings(max_examples=50)
@given(counts, counts)
def test_turned_round_it_has_the_other_sign(first, second):
    one, other = of(Rate(*first)), of(Rate(*second))
    there, back = difference(one, other), scaled(difference(other, one), -1)
    assert (there.value, there.low, there.high) == pytest.approx((back.value, back.low, back.high))


def test_without_a_value_there_is_none_but_the_reason():
    found = difference(Estimate.unknown("hidden", 7), Estimate(0.5, 0.4, 0.6, 90))
    assert (found.value, found.reason, found.n) == (None, "hidden", 7)
    assert total([Estimate(1.0, 0.5, 1.5, 5), Estimate.unknown("open")]).reason == "open"


def test_a_sum_of_means_is_covered_as_often_as_said():
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(400):
        parts = [rng.normal(mean, 1, 40) for mean in (1.0, 2.0, 3.0)]
        halves = [1.96 * part.std(ddof=1) / np.sqrt(40) for part in parts]
        found = total([Estimate(p.mean(), p.mean() - h, p.mean() + h, 40) for p, h in zip(parts, halves, strict=True)])
        hits += found.low <= 6.0 <= found.high
    assert 0.92 <= hits / 400 <= 0.98
