"""When two numbers differ, and when one is off its target."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.errors import InputError
from farled.maps.audit.compare import Comparison, difference, is_off, of_means, of_numbers, of_shares, verdicts
from farled.stats.intervals import wilson
from farled.stats.multiple import benjamini_hochberg
from farled.stats.scores import welch_test


def share(part, n):
    low, high = wilson(part, n)
    return {"value": part / n, "low": low, "high": high, "n": n}


def test_a_difference_is_found_where_it_is_significant_and_large():
    assert verdicts([of_shares(60, 100, 30, 100)]) == ["higher"]
    assert verdicts([of_shares(30, 100, 60, 100)]) == ["lower"]
    assert verdicts([of_shares(50, 100, 49, 100)]) == ["same"]


def test_a_significant_difference_too_small_to_matter_is_none():
    close = of_shares(51_000, 100_000, 50_000, 100_000)
    assert close.p < 0.001
    assert verdicts([close]) == ["same"]
    assert verdicts([close], min_difference=0.005) == ["higher"]


def test_times_differ_by_a_tenth_or_not_at_all():
    def apart(value):
        return Comparison(value, 100.0, 500, 500, 1e-9, "seconds").is_large()

    assert [apart(91.0), apart(90.0), apart(110.0)] == [False, True, True]


def test_small_groups_are_unknown_and_do_not_weigh_on_the_others():
    large, small = of_shares(60, 100, 45, 100), of_shares(29, 29, 0, 29)
    assert verdicts([large, *[small] * 20]) == ["higher", *["unknown"] * 20]
    assert verdicts([small], min_n=29) == ["higher"]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_all_comparisons_of_a_rule_are_judged_together(parts):
    found = [of_shares(a, 60, b, 60) for a, b in parts]
    adjusted = benjamini_hochberg([np.nan if each.p is None else each.p for each in found])
    expected = [
        "same" if not p <= 0.05 or abs(a - b) / 60 < 0.02 else "higher" if a > b else "lower"
        for (a, b), p in zip(parts, adjusted, strict=True)
    ]
    assert verdicts(found) == expected


def test_where_nothing_differs_a_rule_finds_something_one_time_in_twenty_at_most():
    random = np.random.default_rng(1)
    rules = [verdicts([of_shares(*_two(random)) for _ in range(10)]) for _ in range(300)]
    assert sum(set(rule) != {"same"} for rule in rules) <= 22  # 15, and twice its deviation


def _two(random):
    first, second = random.binomial(200, 0.4, 2)
    return int(first), 200, int(second), 200


def test_means_are_compared_over_customers():
    random = np.random.default_rng(2)
    low, high = random.normal(0, 1, 80), random.normal(1, 1, 80)
    assert verdicts([of_means(high, low)]) == ["higher"]
    assert of_means(high, low).p == pytest.approx(welch_test(high, low))
    assert of_means(high[:1], low).difference is None


def test_numbers_of_a_snapshot_are_compared_by_their_intervals():
    assert verdicts([of_numbers(share(60, 100), share(30, 100))]) == ["higher"]
    assert of_numbers(share(60, 100), share(30, 100)).p == pytest.approx(of_shares(60, 100, 30, 100).p, abs=1e-4)
    hidden = {"value": None, "reason": "hidden", "n": "1-9"}
    assert verdicts([of_numbers(hidden, share(30, 100)), of_numbers(None, share(30, 100))]) == ["unknown", "unknown"]


def test_a_difference_has_an_interval_of_its_own():
    found = difference(share(600, 1000), share(500, 1000))
    assert found["value"] == pytest.approx(0.1)
    assert found["low"] == pytest.approx(0.057, abs=0.002)
    assert found["high"] == pytest.approx(0.143, abs=0.002)


def test_off_target_is_a_number_whose_whole_interval_is_on_the_wrong_side():
    number = {"value": 0.2, "low": 0.15, "high": 0.25, "n": 100}
    assert [is_off(number, target, "up") for target in (0.1, 0.2, 0.25, 0.3)] == [False, False, False, True]
    assert [is_off(number, target, "down") for target in (0.1, 0.15, 0.2)] == [True, False, False]
    assert [is_off(None, 0.1, "up"), is_off(number, None, "up"), is_off({"value": None}, 0.1, "up")] == [None] * 3
    with pytest.raises(InputError, match="better"):
        is_off(number, 0.1, None)


def test_means_without_spread_differ_or_do_not():
    assert welch_test(np.ones(5), np.ones(5)) is None
    assert welch_test(np.ones(5), np.zeros(5)) == 0.0
    assert welch_test(np.ones(1), np.zeros(5)) is None
