import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.stats.horizon import share_within
from farled.stats.intervals import Rate
from farled.stats.survival import kaplan_meier


def within(people, horizon):
    """The share of people ``(waited or None, watched)``."""
    waited = np.array([-1 if time is None else time for time, _ in people], dtype=np.int64)
    return share_within(waited, np.array([watched for _, watched in people], dtype=np.int64), horizon)


def test_without_open_ones_it_is_k_of_n_with_the_wilson_interval():
    found = within([(1, 9), (3, 9), (5, 9), (None, 9)], 3)
    assert (found.share.value, found.share.low, found.open) == (0.5, Rate(2, 4).low, 0)


def test_the_horizon_is_inclusive_and_one_watched_just_as_long_is_not_open():
    assert within([(3, 9), (None, 3)], 3) == (within([(2, 9), (None, 9)], 3).share, 0)


def test_an_open_one_counts_while_it_was_watched():
    found = within([(1, 9), (None, 2), (3, 9), (None, 9)], 5)
    assert found.share.value == pytest.approx(1 - 3 / 4 * 1 / 2)
    assert found.open == 1


def test_nobody_and_nobody_watched_long_enough_have_no_value():
    assert within([], 3).share.reason == "nobody"
    assert within([(1, 2), (None, 2)], 3).share.reason == "open"


@given(
    people=st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 6)), st.integers(0, 6)), min_size=1, max_size=12),
    horizon=st.integers(0, 6),
)
def test_it_is_the_kaplan_meier_curve_at_the_horizon(people, horizon):
    people = [(None if time is not None and time > watched else time, watched) for time, watched in people]
    found = within(people, horizon).share
    if found.value is None:
        return
    happened = np.array([time for time, _ in people if time is not None and time <= horizon], dtype=np.int64)
    waiting = np.array(
        [min(watched, horizon) for time, watched in people if time is None or time > horizon], dtype=np.int64
    )
    expected = kaplan_meier(happened, waiting).share_by(horizon)
    assert found.value == pytest.approx(expected.value)
    if within(people, horizon).open and 0 < found.value < 1:
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
