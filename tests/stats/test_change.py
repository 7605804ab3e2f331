"""Where a series changes."""

import numpy as np
import pytest

from farled.stats.change import change_points, clearest_change


def shares(level, n, rng):
    return rng.binomial(n, level) / n


def test_finds_where_the_level_changes_and_nowhere_else():
    rng = np.random.default_rng(1)
    values = shares(np.repeat([0.2, 0.3, 0.24], [20, 15, 20]), 2_000, rng)
    assert change_points(values, np.full(55, 2_000.0), 0.25 * 0.75) == [20, 35]


@pytest.mark.parametrize("length", [6, 12, 30, 60])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_series_that_never_changes_is_marked_in_fewer_than_one_of_twenty(length, is_known):
    rng = np.random.default_rng(length)
    false = 0
    for _ in range(400):
        n = rng.integers(200, 400, length)
        values = rng.binomial(n, 0.3) / n
        false += bool(change_points(values, n.astype(float), 0.21 if is_known else None))
    assert false / 400 < 0.05


def test_noise_beyond_that_of_customers_is_no_change():
    rng = np.random.default_rng(3)
    false = 0
    for _ in range(300):
        values = shares(np.clip(rng.normal(0.3, 0.05, 40), 0, 1), 1_000, rng)
        false += bool(change_points(values, np.full(40, 1_000.0), 0.21))
    assert false / 300 < 0.05


def test_a_change_of_two_standard_errors_of_half_a_year_is_found_in_four_of_five():
    rng = np.random.default_rng(4)
    found = [
        bool(change_points(shares(np.repeat([0.3, 0.34], 13), 500, rng), np.full(26, 500.0), 0.21)) for _ in range(150)
    ]
    assert np.mean(found) >= 0.8


def test_short_and_flat_series_say_nothing():
    assert clearest_change(np.array([1.0, 2.0, 9.0, 9.0, 9.0]), np.ones(5)) is None
    assert clearest_change(np.ones(30), np.ones(30)) is None
