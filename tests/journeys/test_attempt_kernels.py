"""Touches of chosen attempts, and the part of its attempt that each gets, against loops in Python."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys.attempt_kernels import DECAY, ENDS, EVEN, chosen_touches, touch_parts

POINTS = 4
attempts = st.lists(st.tuples(st.lists(st.integers(0, POINTS - 1), max_size=6), st.booleans()), max_size=6)


def fixed(values, kind):
    array = np.asarray(values, dtype=kind)
    array.flags.writeable = False
    return array


@given(attempts, st.sampled_from([0, POINTS]))
def test_touches_of_chosen_attempts_all_or_once_each(made, once):
    offsets = fixed(np.cumsum([0, *(len(touches) for touches, _ in made)]), np.int64)
    touch = fixed([point for touches, _ in made for point in touches], np.int32)
    chosen = fixed([is_chosen for _, is_chosen in made], np.bool_)
    starts, points = chosen_touches(offsets, touch, chosen, once)
    kept = [(list(dict.fromkeys(touches)) if once else touches) if is_chosen else [] for touches, is_chosen in made]
    assert [points[begin:end].tolist() for begin, end in pairwise(starts)] == kept


@pytest.mark.parametrize(
    ("rule", "touches", "parts"),
    [
        (EVEN, 4, [0.25] * 4),
        (ENDS, 1, [1.0]),
        (ENDS, 2, [0.5, 0.5]),
        (ENDS, 4, [0.4, 0.1, 0.1, 0.4]),
        (DECAY, 3, [1 / 7, 2 / 7, 4 / 7]),
    ],
)
def test_parts_of_an_attempt(rule, touches, parts):
    offsets = fixed([0, touches, touches, 2 * touches], np.int64)
    age = fixed([*range(touches - 1, -1, -1)] * 2, np.int64)
    assert touch_parts(offsets, age, rule, 1.0).tolist() == pytest.approx(parts * 2)
