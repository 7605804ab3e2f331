"""Logistic regression against scikit-learn and its own equations."""

import numpy as np
import pytest

from farled.stats.logistic import fit
from farled.stats.resampling import GROUPS, percentile_bounds, poisson_weights


def rows_of(seed, m=40):
    rng = np.random.default_rng(seed)
    rows = np.column_stack((np.ones(m), rng.integers(0, 2, (m, 3)), rng.normal(size=m)))
    n = rng.integers(1, 20, m).astype(float)
    return rows, n, rng.binomial(n.astype(int), 0.3).astype(float)


def test_equals_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    rows, n, won = rows_of(1)
    peer = linear.LogisticRegression(C=1.0, tol=1e-12, max_iter=10_000)
    twice = np.vstack((rows[:, 1:], rows[:, 1:]))
    peer.fit(twice, np.repeat([1, 0], len(rows)), sample_weight=np.concatenate((won, n - won)))
    assert fit(rows, n, won).weights == pytest.approx([*peer.intercept_, *peer.coef_[0]], abs=1e-5)


def test_fitted_and_seen_successes_agree_in_total():
    rows, n, won = rows_of(2)
    assert n @ fit(rows, n, won).chance(rows) == pytest.approx(won.sum())


def test_all_successes_do_not_break_it():
    rows, n, _ = rows_of(3)
    assert fit(rows, n, n).chance(rows) == pytest.approx(np.ones(len(rows)), abs=1e-4)


def test_a_group_is_drawn_once_on_average():
    weights = poisson_weights(400)
    assert weights.shape == (400, GROUPS)
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)


def test_resamples_without_an_answer_are_left_out():
    resampled = np.column_stack((np.arange(101.0), np.full(101, np.nan)))
    resampled[0, 0] = np.nan
    low, high = percentile_bounds(resampled)
    assert low[0] == pytest.approx(3.475)
    assert np.isnan(low[1])
    assert np.isnan(high[1])
