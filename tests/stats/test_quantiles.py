"""Quantiles are those of NumPy, to the last bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from farled.stats.quantiles import quantiles

numbers = st.one_of(st.integers(-5, 5), st.integers(-(2**52), 2**52))


@given(st.lists(numbers, min_size=1, max_size=60), st.lists(st.floats(0, 1), max_size=4))
def test_they_are_those_of_numpy(values, shares):
    given_, shares = np.array(values), sorted(shares)
    assert quantiles(given_, shares) == tuple(np.quantile(given_, shares).tolist())
    assert given_.tolist() == values
