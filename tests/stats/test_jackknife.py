"""How far a number varies with other customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.stats.jackknife import Spread, influences, leave_one_out, spread, together


def of_mean(values, group, groups):
    size = np.bincount(group, minlength=groups)
    without = np.array([values[group != each].mean() for each in range(groups)])
    return spread(influences(np.array([values.mean()]), without[:, None], size)[:, 0], size)


def test_groups_of_one_give_the_textbook_variance_of_a_mean():
    values = np.array([4.0, 1.0, 7.0, 7.0, 2.0])
    assert of_mean(values, np.arange(5), 5).variance == pytest.approx(values.var(ddof=1) / 5)


def test_groups_of_different_size_keep_the_variance_of_a_mean_right():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(300):
        values = rng.normal(size=40)
        found.append(of_mean(values, rng.integers(0, 16, 40), 16).variance)
    assert np.mean(found) == pytest.approx(1 / 40, rel=0.05)


def test_empty_groups_say_nothing():
    values = np.array([4.0, 1.0, 7.0])
    assert of_mean(values, np.array([0, 3, 5]), 8).freedom == 2
    assert spread(np.zeros(3), np.array([9, 0, 0])) is None


def test_a_number_that_cannot_be_known_without_a_group_has_no_spread():
    assert spread(np.array([0.1, np.nan]), np.array([3, 4])) is None


def test_half_the_interval_and_the_p_value_are_those_of_student():
    stats = pytest.importorskip("scipy.stats")
    found = Spread(4.0, 7)
    assert found.half == pytest.approx(2 * stats.t.ppf(0.975, 7))
    assert found.p(-3.0) == pytest.approx(2 * stats.t.sf(1.5, 7))


def test_two_independent_numbers_vary_as_welch_says():
    stats = pytest.importorskip("scipy.stats")
    a, b = np.array([3.0, 5.0, 4.0, 9.0]), np.array([1.0, 2.0, 2.5])
    both = together(Spread(a.var(ddof=1) / 4, 3), Spread(b.var(ddof=1) / 3, 2))
    assert both.p(a.mean() - b.mean()) == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)


@given(st.lists(st.integers(-99, 99), min_size=2, max_size=40))
def test_each_part_is_left_out_once(parts):
    added = []
    sums = dict(leave_one_out(parts, lambda a, b: added.append(1) or a + b))
    assert sums == {at: sum(parts) - part for at, part in enumerate(parts)}
    assert len(added) <= 3 * len(parts)
