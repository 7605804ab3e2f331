"""The two ways to say what a channel does, against the question asked directly and against sums by hand."""

import numpy as np
import pytest
from maps_example import map_of

from farled.engine.local import ask
from farled.journeys.build import journeys_of
from farled.maps.measure import measure
from farled.questions.attribution import Attribution
from farled.spans import DAY, Period, moment

PHASES = (
    [("ad", "{event: ad}", "ads"), ("mail", "{event: mail}", "email"), ("find", "{event: find}", "search")],
    [("pay", "{event: pay}", "web")],
)


def days(first, last):
    return Period(first * DAY, last * DAY, moment(first * DAY).date(), moment(last * DAY).date())


def effect(rule, customers, when=(0, 1000)):
    map_ = map_of(*PHASES, metrics=[f"{{kind: channel_effect, to: pay, {rule}}}"])
    return measure(map_, journeys_of(customers, end=400), days(*when))["metrics"]["m0"]


def shop(seed=1, n=400):
    """Customers who meet channels at random; the mail makes them pay more often."""
    random = np.random.default_rng(seed)
    customers = {}
    for at in range(n):
        start = int(random.integers(0, 60))
        met = [name for name in ("ad", "mail", "find") if random.random() < 0.5] or ["ad"]
        events = [(name, start + day) for day, name in enumerate(met)]
        if random.random() < (0.6 if "mail" in met else 0.3):
            events.append(("pay", start + len(met)))
        customers[f"c{at}"] = events
    return customers


def test_attribution_is_the_share_that_the_question_credits():
    customers = shop()
    channel = {"ad": "ads", "mail": "email", "find": "search", "pay": "web"}
    told = {who: [(name, day, {"channel": channel[name]}) for name, day in events] for who, events in customers.items()}
    question = Attribution("pay", model="markov", lookback=None, resamples=0)
    credited = ask(journeys_of(told, end=400), question).credits
    for name in ("ads", "email", "search"):
        found = effect(f"channel: {name}, view: attribution", customers)
        assert found["value"] == pytest.approx(credited[name].share.value, abs=1e-6)
        assert found["low"] < found["value"] < found["high"]
        assert found["method"] == "markov"


def test_a_channel_that_nobody_meets_is_unobserved():
    customers = {who: events for who, events in shop().items() if all(name != "mail" for name, _ in events)}
    assert effect("channel: email, view: attribution", customers)["reason"] == "unobserved"


def test_with_without_compares_shares_of_one_month():
    month_one = {f"a{at}": [("mail", 1), ("pay", 2)] if at < 9 else [("mail", 1)] for at in range(12)}
    month_one |= {f"b{at}": [("ad", 1), ("pay", 2)] if at < 6 else [("ad", 1)] for at in range(12)}
    month_two = {f"c{at}": [("mail", 40), ("pay", 41)] if at < 6 else [("mail", 40)] for at in range(24)}
    month_two |= {f"d{at}": [("ad", 40)] for at in range(12)}
    found = effect("channel: email, view: with_without", month_one | month_two)
    assert found["value"] == pytest.approx((12 * (0.75 - 0.5) + 24 * (0.25 - 0)) / 36, abs=1e-6)
    assert found["low"] < found["value"] < found["high"]
    assert "not causal" in found["method"]


def test_a_month_alone_says_nothing_of_the_channel():
    """Mails went out in the month in which everybody buys: within each month they change nothing."""
    random = np.random.default_rng(3)
    customers = {}
    for at in range(2000):
        late = at % 2
        mailed = random.random() < (0.8 if late else 0.2)
        pays = random.random() < (0.7 if late else 0.2)
        events = [("mail" if mailed else "ad", 40 if late else 1)]
        customers[f"c{at}"] = [*events, ("pay", events[0][1] + 1)] if pays else events
    found = effect("channel: email, view: with_without", customers)
    assert found["low"] < 0 < found["high"]
    assert abs(found["value"]) < 0.06


def test_who_meets_the_channel_after_the_goal_has_not_met_it_before():
    made = {f"a{at}": [("ad", 1), ("pay", 2), ("mail", 3)] for at in range(20)}
    made |= {f"b{at}": [("mail", 1)] for at in range(20)}
    assert effect("channel: email, view: with_without", made)["value"] == -1.0


def test_intervals_of_with_without_cover_the_truth():
    covered = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        customers = {}
        for at in range(120):
            mailed, month = at % 2, int(random.integers(2))
            pays = random.random() < 0.3 + 0.15 * mailed + 0.1 * month
            first = ("mail" if mailed else "ad", 1 + 40 * month)
            customers[f"c{at}"] = [first, ("pay", first[1] + 1)] if pays else [first]
        found = effect("channel: email, view: with_without", customers)
        covered += found["low"] <= 0.15 <= found["high"]
    assert covered >= 17
