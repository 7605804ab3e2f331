"""Many tests at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import InputError
from farled.stats.multiple import benjamini_hochberg

# Benjamini and Hochberg (1995), section 4: fifteen hypotheses of a trial of thrombolysis.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0
]  # fmt: skip


def test_finds_the_four_of_the_published_example():
    assert (benjamini_hochberg(PUBLISHED) <= 0.05).tolist() == [True] * 4 + [False] * 11


def test_agrees_with_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(4).uniform(size=200) ** 3
    np.testing.assert_allclose(benjamini_hochberg(p), multitest.multipletests(p, method="fdr_bh")[1])


def test_what_was_not_tested_counts_for_nothing():
    with_gaps = benjamini_hochberg([0.01, np.nan, 0.04])
    assert np.isnan(with_gaps[1])
    assert with_gaps[[0, 2]].tolist() == benjamini_hochberg([0.01, 0.04]).tolist()
    assert benjamini_hochberg([]).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.randoms())
def test_the_order_does_not_matter_and_no_value_falls(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    adjusted = benjamini_hochberg(p)
    assert benjamini_hochberg([p[at] for at in order]).tolist() == adjusted[order].tolist()
    assert (adjusted >= np.array(p) - 1e-12).all()


def test_refuses_what_is_no_p_value():
    with pytest.raises(InputError, match=r"1\.5"):
        benjamini_hochberg([0.1, 1.5])
