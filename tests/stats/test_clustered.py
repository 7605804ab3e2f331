"""Means and shares over things of which one customer has several."""

import numpy as np
import pytest

from farled.stats.clustered import Bounds, Sums, mean_of, share_of
from farled.stats.intervals import mean_interval, wilson


def sums(things):
    """Of one list of numbers per customer."""
    x, y = [len(each) for each in things], [int(sum(each)) for each in things]
    pairs = list(zip(x, y, strict=True))
    squares = sum(a * a for a in x), sum(a * b for a, b in pairs), sum(b * b for b in y)
    return Sums(len(things), sum(x), sum(y), *squares)


def moments(x, y):
    """Of arrays over customers."""
    products = [int((a * b).sum()) for a, b in ((x, x), (x, y), (y, y))]
    return Sums(len(x), int(x.sum()), int(y.sum()), *products)


def test_with_one_thing_each_it_is_the_plain_t_interval():
    values = [3, 1, 4, 1, 5, 9, 2, 6]
    found, plain = mean_of(sums([[each] for each in values])), mean_interval(np.array(values, dtype=float))
    assert (found.value, found.low, found.high) == pytest.approx((plain.value, plain.low, plain.high))


def test_things_that_are_told_twice_tell_no_more():
    once, twice = sums([[3], [1], [4], [8]]), sums([[3, 3], [1, 1], [4, 4], [8, 8]])
    assert mean_of(twice).low == pytest.approx(mean_of(once).low)
    assert mean_of(twice).n == 8


def test_an_interval_ends_with_its_scale_and_one_customer_has_none():
    assert mean_of(sums([[0], [0], [9]]), bounds=Bounds(0.0)).low == 0
    assert mean_of(sums([[2, 4]])).low is None
    assert (mean_of(Sums(0, 0, 0, 0, 0, 0)).reason, share_of(Sums(0, 0, 0, 0, 0, 0)).reason) == ("nobody", "nobody")


def test_a_share_without_clusters_is_wilson():
    found = share_of(sums([[1]] * 30 + [[0]] * 70))
    assert (found.low, found.high) == pytest.approx(wilson(30, 100), abs=2e-3)


def test_a_share_of_all_is_worth_as_many_as_there_are_customers():
    assert share_of(sums([[1] * 10] * 12)).low == pytest.approx(wilson(12, 12).low)


def test_whole_numbers_of_any_size_stay_exact():
    far = [[10**12, 10**12 + 1], [10**12], [10**12 + 2]]
    near = [[each - 10**12 for each in mine] for mine in far]
    assert mean_of(sums(far)).high - mean_of(sums(far)).low == pytest.approx(
        mean_of(sums(near)).high * 2 - 2 * 0.75, rel=1e-4
    )


@pytest.mark.parametrize("customers", [30, 300])
def test_intervals_cover_the_truth_when_sessions_of_a_customer_are_alike(customers):
    rng = np.random.default_rng(9)
    held = {"mean": 0, "share": 0}
    rounds = 1500
    for _ in range(rounds):
        many = rng.integers(1, 9, customers)
        own = np.repeat(rng.beta(2, 3, customers), many)
        first = np.cumsum(many) - many
        hits = np.add.reduceat((rng.random(len(own)) < own).astype(np.int64), first)
        lengths = np.add.reduceat(np.round(1e4 * (own + rng.random(len(own)))).astype(np.int64), first)
        mean, share = (moments(many, each) for each in (lengths, hits))
        mean, share = mean_of(mean, 1e4), share_of(share)
        held["mean"] += mean.low <= 0.4 + 0.5 <= mean.high
        held["share"] += share.low <= 0.4 <= share.high
    assert all(0.93 <= count / rounds <= 0.97 for count in held.values()), held
