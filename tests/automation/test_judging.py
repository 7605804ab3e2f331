"""False alarms under control: simulated years of daily looks, with the judge that the monitor uses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from farled.automation.judging import SETTLED, Standing, judge
from farled.automation.kpis import Band
from farled.stats.intervals import wilson
from farled.stats.looks import chance_beyond, level_of_look

WINDOW, YEAR = 28, 365


def share(part, n):
    low, high = wilson(part, n)
    return {"value": part / n, "low": low, "high": high, "n": n, "unit": "share"}


def first_alert(random, rates, per_day, band, rate=0.05, naive=False):
    """Look daily at a share over the last 28 days, and return the day of the first alert; None: there was none.

    Args:
        random: Generator.
        rates: The true share of each day, the days of the first window included.
        per_day: Customers a day, on average.
        band: Where the share should be.
        rate: Of false alarms in a year.
        naive: Alert as soon as the whole 95 % interval lies outside, as without control.
    """
    customers = random.poisson(per_day, len(rates))
    parts = np.cumsum(np.append(0, random.binomial(customers, rates)))
    wholes = np.cumsum(np.append(0, customers))
    standing = Standing()
    for day in range(WINDOW, len(rates) + 1):
        n = int(wholes[day] - wholes[day - WINDOW])
        if not n:
            continue
        number = share(int(parts[day] - parts[day - WINDOW]), n)
        if naive:
            if number["high"] < band.low:
                return day - WINDOW
            continue
        judged = judge(standing, number, band, rate=rate, days=1)
        standing = judged.standing
        if judged.event == "opened":
            return day - WINDOW
    return None


def false_alarms(series, p, per_day, band, **how):
    """The share of years with an alert, where nothing ever changes and the truth lies at the end of the band."""
    random = np.random.default_rng(series * per_day + round(1000 * p))
    rates = np.full(WINDOW + YEAR - 1, p)
    return sum(first_alert(random, rates, per_day, band, **how) is not None for _ in range(series)) / series


def delays(series, before, after, per_day, band):
    """How many days after a change each series is noticed."""
    random = np.random.default_rng(series + per_day)
    rates = np.append(np.full(WINDOW, before), np.full(200, after))
    return [first_alert(random, rates, per_day, band) for _ in range(series)]


@pytest.mark.parametrize(("p", "per_day", "side"), [(0.03, 40, "high"), (0.8, 5, "low")])
def test_a_year_of_daily_looks_where_nothing_changes_hardly_ever_raises_an_alert(p, per_day, side):
    assert false_alarms(25, p, per_day, Band(**{side: p})) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.03, 0.15, 0.5, 0.8])
@pytest.mark.parametrize("per_day", [2, 20, 200])
@pytest.mark.parametrize("side", ["low", "high"])
def test_many_such_years_stay_below_the_stated_rate(p, per_day, side):
    assert false_alarms(500, p, per_day, Band(**{side: p})) <= 0.05


def test_without_control_most_years_would_raise_one():
    assert false_alarms(20, 0.15, 20, Band(low=0.15), naive=True) >= 0.5


def test_a_real_fall_is_noticed_well_within_the_window():
    found = delays(20, 0.2, 0.12, 40, Band(low=0.19))
    assert None not in found
    assert np.median(found) <= WINDOW


@given(n=st.integers(20, 800), p=st.floats(0.02, 0.98), level=st.sampled_from([0.025, 0.001, 0.05 / 365]))
@settings(max_examples=25)
def test_the_chance_of_a_share_is_never_stated_too_low(n, p, level):
    """Of all counts that could come, those called less likely than a level are together not more likely than it."""
    counts = np.arange(n + 1)
    intervals = [wilson(int(k), n) for k in counts]
    under = [chance_beyond(k / n, found.high, p, n, is_share=True) for k, found in zip(counts, intervals, strict=True)]
    over = [chance_beyond(k / n, found.low, p, n, is_share=True) for k, found in zip(counts, intervals, strict=True)]
    chance = binom.pmf(counts, n, p)
    for side, wrong in ((under, counts / n < p), (over, counts / n > p)):
        assert chance[(np.asarray(side) <= level) & wrong].sum() <= level * (1 + 1e-6)


def test_looks_spend_the_rate_of_the_year_by_the_days_between_them():
    assert sum(level_of_look(0.05, 1) for _ in range(365)) == pytest.approx(0.05)
    assert level_of_look(0.05, 30) == pytest.approx(30 * level_of_look(0.05, 1))
    assert level_of_look(0.05, 4000) == 0.05


LOW = Band(low=0.5)


def looks(*parts, n=400, band=LOW):
    """What happens on a row of looks, each a count of n."""
    standing, events = Standing(), []
    for part in parts:
        number = {"value": None, "reason": "open", "n": 0} if part is None else share(part, n)
        judged = judge(standing, number, band, rate=0.05, days=1)
        standing = judged.standing
        events.append(judged.event)
    return events


def test_one_episode_is_one_alert_however_long_it_lasts():
    assert looks(100, 100, 100, 150, 100) == ["opened", None, None, None, None]


def test_it_is_over_when_the_number_was_back_inside_on_three_looks_in_a_row():
    assert SETTLED == 3
    assert looks(100, 210, 210, 210) == ["opened", None, None, "recovered"]
    assert looks(100, 210, 210, 190, 210, 210) == ["opened", None, None, None, None, None]


def test_a_look_that_says_nothing_changes_nothing():
    assert looks(100, 210, None, 210, None, 210) == ["opened", None, None, None, None, "recovered"]


def test_between_the_95_percent_interval_and_the_alert_nothing_happens():
    assert share(175, 400)["high"] < 0.5
    assert looks(175) == [None]


def test_after_an_episode_there_may_be_another():
    assert looks(100, 210, 210, 210, 100)[-1] == "opened"


def test_a_band_may_have_two_ends():
    band = Band(0.4, 0.6)
    assert looks(100, band=band) == ["opened"]
    assert looks(300, band=band) == ["opened"]
    assert looks(200, band=band) == [None]


def test_the_side_of_an_alert_is_the_side_of_the_number():
    under = judge(Standing(), share(100, 400), Band(0.4, 0.6), rate=0.05, days=1)
    over = judge(Standing(), share(300, 400), Band(0.4, 0.6), rate=0.05, days=1)
    assert (under.direction, over.direction) == ("under", "over")


def test_means_of_few_need_more_than_those_of_many():
    few = {"value": 3.0, "low": 2.5, "high": 3.5, "n": 4, "unit": "score"}
    many = {**few, "n": 400}
    band = Band(low=4.0)
    assert judge(Standing(), few, band, rate=0.05, days=1).event is None
    assert judge(Standing(), many, band, rate=0.05, days=1).event == "opened"
