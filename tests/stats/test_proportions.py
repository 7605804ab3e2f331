"""Tests of shares, and of two-by-two tables in strata."""

import numpy as np
import pytest

from farled.stats.proportions import mantel_haenszel, score_test


def test_the_score_test_is_the_pooled_one():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    expected = proportion.proportions_ztest([56, 48], [70, 80])[1]
    assert score_test(56, 70, 48, 80) == pytest.approx(expected)


@pytest.mark.parametrize("table", [(3, 4, 1, 4), (1, 9, 11, 14), (0, 6, 5, 7), (10, 12, 2, 20), (2, 50, 0, 60)])
def test_few_are_tested_exactly(table):
    stats = pytest.importorskip("scipy.stats")
    k, n, other_k, other_n = table
    expected = stats.fisher_exact([[k, n - k], [other_k, other_n - other_k]])[1]
    assert score_test(*table) == pytest.approx(expected)


def test_where_nothing_varies_there_is_no_test():
    assert score_test(0, 9, 0, 30) is None
    assert score_test(9, 9, 30, 30) is None


def in_strata(tables):
    cases, n, other_cases, other_n = np.array(tables, dtype=float).T
    return mantel_haenszel(cases, n, other_cases, other_n)


def test_strata_agree_with_statsmodels():
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    rng = np.random.default_rng(1)
    made = [(rng.binomial(20, 0.4), 20, rng.binomial(30, 0.3), 30) for _ in range(8)]
    expected = tables.StratifiedTable([[[a, n - a], [c, m - c]] for a, n, c, m in made])
    found = in_strata(made)
    assert found.p == pytest.approx(expected.test_null_odds(correction=True).pvalue)
    assert found.odds == pytest.approx(expected.oddsratio_pooled)
    assert tuple(found.interval) == pytest.approx(expected.oddsratio_pooled_confint())


def test_an_association_that_only_the_strata_make_is_none():
    """Simpson's paradox: in each stratum the odds are even, together they look far apart."""
    assert in_strata([(90, 100, 9, 10), (1, 10, 10, 100)]).odds == pytest.approx(1.0)


def test_strata_with_one_kind_say_nothing():
    assert in_strata([(3, 5, 0, 0), (0, 0, 4, 9)]).p is None
    assert in_strata([(3, 5, 0, 6)]).odds is None
