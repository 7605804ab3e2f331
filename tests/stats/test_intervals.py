"""Intervals against published values and simulated coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled import InputError
from farled.stats.intervals import Rate, mean_interval, newcombe, nps_interval, quantile_interval, wilson
from farled.stats.survival import kaplan_meier


@pytest.mark.parametrize(
    ("part", "n", "low", "high"),  # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_published_values(part, n, low, high):
    assert wilson(part, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),  # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_newcombe_agrees_with_published_values(first, second, low, high):
    assert newcombe(Rate(*first), Rate(*second)) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_interval_holds_its_rate_and_stays_a_share(part, more):
    rate = Rate(part, part + more)
    if rate.n == 0:
        assert (rate.value, rate.low, rate.reason) == (None, None, "nobody")
    else:
        assert 0 <= rate.low <= rate.value <= rate.high <= 1


def test_what_is_no_share_is_refused():
    for part, n in ((3, 2), (-1, 2)):
        with pytest.raises(InputError):
            Rate(part, n)


def coverage(truth, intervals):
    return np.mean([low <= truth <= high for low, high in intervals])


@pytest.mark.parametrize("n", [10, 30, 100])
def test_nps_covers_its_truth(n):
    rng = np.random.default_rng(n)
    draws = rng.multinomial(n, [0.5, 0.3, 0.2], 4000)
    found = [nps_interval(int(p), int(d), n) for p, _, d in draws]
    assert 0.93 <= coverage(30, [(each.low, each.high) for each in found]) <= 0.985


@pytest.mark.parametrize("n", [15, 60])
def test_the_median_covers_its_truth(n):
    rng = np.random.default_rng(n)
    found = [quantile_interval(rng.exponential(1, n)) for _ in range(3000)]
    assert 0.94 <= coverage(np.log(2), [(each.low, each.high) for each in found]) <= 0.98


def test_the_mean_covers_its_truth():
    rng = np.random.default_rng(5)
    found = [mean_interval(rng.normal(3, 2, 12)) for _ in range(3000)]
    assert 0.935 <= coverage(3, [(each.low, each.high) for each in found]) <= 0.965


def test_kaplan_meier_agrees_with_a_textbook_set():
    """6-MP arm of Freireich et al. (1963), as in Kleinbaum and Klein, Survival Analysis, table 2.2."""
    happened = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23])
    waiting = np.array([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    curve = kaplan_meier(happened, waiting)
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.waiting == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=1e-4)
    assert curve.quantile(0.5).value == 23


def test_without_waiting_ones_the_share_is_a_plain_rate():
    curve = kaplan_meier(np.array([1, 2, 3, 4]), np.array([], dtype=np.int64))
    assert (curve.share_by(2).value, curve.share_by(2).low) == (0.5, Rate(2, 4).low)


def test_a_quantile_that_the_curve_does_not_reach_is_open():
    assert kaplan_meier(np.array([1]), np.array([5, 5, 5])).quantile(0.5).reason == "open"


def test_kaplan_meier_covers_its_truth_with_open_windows():
    rng = np.random.default_rng(8)
    found = []
    for _ in range(2000):
        event, watched = rng.exponential(10, 80), rng.uniform(0, 20, 80)
        seen = event <= watched
        times = kaplan_meier(np.ceil(event[seen] * 1e6).astype(np.int64), (watched[~seen] * 1e6).astype(np.int64))
        by = times.share_by(7_000_000)
        found.append((by.low, by.high))
    assert 0.93 <= coverage(1 - np.exp(-0.7), found) <= 0.97
