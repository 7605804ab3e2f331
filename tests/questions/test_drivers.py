"""Drivers: what happened before a step."""

import numpy as np
import pytest
from questions.comparable import shop_of

from farled.engine.local import ask
from farled.errors import InputError, NotFoundError
from farled.journeys.build import build
from farled.questions import Drivers, Flow, Funnel

FUNNEL = Funnel(["cart", "order"])
DAY = 86_400_000_000


def drawn(seed, customers=1_000, names=200, odds=1.0, longer=0.0):
    """Journeys around a cart with events of many names; a tenth has ``planted``, which multiplies the odds to order."""
    rng = np.random.default_rng(seed)
    who, time, name = [], [], []
    for customer in range(customers):
        start = rng.uniform(0, 60)
        many = 1 + int(rng.poisson(3))
        rows = [(start, "cart")]
        rows += [(start + rng.normal(0, 1), f"e{int(rng.integers(names))}") for _ in range(many)]
        has = rng.random() < 0.1
        if has:
            rows.append((start + rng.exponential(0.3), "planted"))
        chance = 0.4 * np.exp(longer * (many - 4)) * (odds if has else 1)
        if rng.random() < chance / (1 + chance):
            when = start + 0.3 + rng.exponential(1)
            rows += [(when, "order"), (when + 0.01, "thanks"), (when + 0.02, "thanks")]
        who += [customer] * len(rows)
        time += [int(when * DAY) for when, _ in rows]
        name += [each for _, each in rows]
    return build(who, time, name, end=90 * DAY)


def drivers(journeys, **fields):
    return ask(journeys, Drivers(2, FUNNEL, properties=(), **fields))


def test_a_planted_event_among_two_hundred_is_found_in_four_of_five():
    found = [{row.label for row in drivers(drawn(seed, 2_000, odds=2.2)).found} for seed in range(10)]
    assert sum("planted" in labels for labels in found) >= 8


def test_where_nothing_drives_there_are_few_findings():
    assert sum(bool(drivers(drawn(100 + seed)).found) for seed in range(25)) <= 3


def test_that_longer_journeys_order_more_makes_no_event_a_driver():
    found = [drivers(drawn(200 + seed, names=12, longer=0.25)).found for seed in range(15)]
    assert sum(map(bool, found)) <= 2


def test_nothing_after_the_step_is_looked_at():
    labels = {row.label for row in drivers(drawn(1, odds=3.0)).drivers}
    assert not {label for label in labels if label.startswith("thanks")}


def test_what_happens_at_the_same_time_as_the_step_is_not_before_it():
    made = {f"a{at}": [("cart", 0), ("seal", 1), ("order", 1)] for at in range(20)}
    made |= {f"b{at}": [("cart", 0), ("seal", 1)] for at in range(20)}
    answer = shop_of(made, end=30).ask(Drivers(2, FUNNEL, properties=()))
    assert answer.took == 20
    seal = [row for row in answer.drivers if row.label == "seal"]
    assert all(row.took.part == 0 for row in seal)


def test_the_only_other_event_is_told_from_a_longer_journey():
    made = {f"a{at}": [("cart", 0), ("help", 0.5), *[("order", 2)] * (at % 10 < 2)] for at in range(200)}
    made |= {f"b{at}": [("cart", 0), *[("order", 2)] * (at % 10 < 6)] for at in range(200)}
    (row,) = shop_of(made, end=30).ask(Drivers("order", FUNNEL, properties=())).found
    assert row.label == "help"
    assert row.odds.high < 1
    assert row.difference.high < 0
    assert (row.took.part, row.took.n, row.not_taken.part, row.not_taken.n) == (40, 160, 160, 240)


def test_values_of_properties_drive_too_and_too_many_are_left_out():
    made = {}
    for at in range(300):
        channel, chance = ("web", 7) if at % 2 else ("app", 2)
        rows = [("cart", 0.0, {"channel": channel, "cart": f"k{at}"})]
        made[f"c{at}"] = rows + [("order", 2.0, {"channel": channel})] * (at // 2 % 10 < chance)
    answer = shop_of(made, end=30).ask(Drivers(2, FUNNEL, properties=["channel", "cart"]))
    assert {row.label for row in answer.found} == {"channel: app", "channel: web"}
    assert answer.left_out == ("cart",)


def test_those_before_the_step_are_those_of_the_funnel():
    journeys = drawn(7, 300, names=5)
    answer, funnel = drivers(journeys), ask(journeys, FUNNEL)
    assert (answer.took, answer.took + answer.not_taken) == tuple(step.customers for step in reversed(funnel.steps))


def test_customers_stand_behind_a_driver():
    made = {f"a{at}": [("cart", 0), ("help", 0.5), *[("order", 2)] * (at < 4)] for at in range(10)}
    made |= {f"b{at}": [("cart", 0), ("order", 2)] for at in range(10)}
    shop, question = shop_of(made, end=30), Drivers(2, FUNNEL, properties=())
    place = [row.label for row in shop.ask(question).drivers].index("help")
    assert shop.customers_behind(question, f"/drivers/{place}/took") == [f"a{at}" for at in range(4)]
    assert shop.customers_behind(question, f"/drivers/{place}/not_taken") == [f"a{at}" for at in range(4, 10)]


def test_under_five_customers_there_is_no_number():
    made = {f"a{at}": [("cart", 0), ("help", 0.5)] for at in range(4)}
    made |= {f"b{at}": [("cart", 0), ("order", 2)] for at in range(10)}
    (row,) = shop_of(made, end=30).ask(Drivers(2, FUNNEL, properties=())).drivers
    assert (row.p, row.odds.value, row.odds.reason) == (None, None, "too_few")


def test_what_no_step_comes_before_is_refused():
    with pytest.raises(InputError, match="Nobody stands before step 1"):
        Drivers("cart", FUNNEL)
    with pytest.raises(NotFoundError, match="ordr"):
        Drivers("ordr", FUNNEL)
    with pytest.raises(InputError, match="flow"):
        Drivers(2, Flow())
    with pytest.raises(InputError, match="in order"):
        Drivers(2, Funnel(["cart", "order"], order="any"))
