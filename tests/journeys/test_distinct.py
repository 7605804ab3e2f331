"""Distinct pairs are those of a set, in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys.distinct import distinct_pairs

pairs = st.lists(
    st.tuples(st.integers(-3, 2**30), st.integers(0, 2**30)) | st.tuples(st.integers(-1, 2), st.integers(0, 2))
)


@given(pairs)
def test_each_pair_comes_once_and_in_order(given_):
    first, second = (np.array([pair[at] for pair in given_], dtype=np.int64) for at in (0, 1))
    found = distinct_pairs(first, second)
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == sorted(set(given_))
