"""Attribution on journeys whose true effects are known, and on journeys in which touchpoints do nothing."""

import numpy as np
import pyarrow as pa
import pytest

from farled import Attribution
from farled.engine.local import ask
from farled.journeys.build import build

DAY = 86_400_000_000
EFFECT = np.array([0.9, 0.6, 0.3, 0.15, 0.6, 0.0])  # on the log-odds of conversion
REACH = np.array([0.35, 0.2, 0.3, 0.4, 0.15, 0.3])
CHASES = np.array([0.0, 0.0, 0.0, 0.0, 1.8, 1.2])  # how much more a channel reaches those who want to buy anyway
NAMES = [f"channel {at}" for at in range(len(EFFECT))]


def sigmoid(score):
    return 1 / (1 + np.exp(-score))


def simulated(n, *, intent, seen=False, seed=1):
    """Return journeys and the share of all effect that each channel truly has.

    Args:
        n: Customers.
        intent: How strongly a wish to buy drives conversion and whom some channels reach; 0 for chance alone.
        seen: Whether the wish shows in how much customers look around before any touch.
        seed: Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    wish = rng.normal(size=n)
    reached = rng.random((n, len(EFFECT))) < sigmoid(np.log(REACH / (1 - REACH)) + intent * wish[:, None] * CHASES)
    score = -3.0 + intent * wish + reached @ EFFECT
    lift = np.where(reached, sigmoid(score)[:, None] - sigmoid(score[:, None] - EFFECT), 0.0).sum(axis=0)
    won = rng.random(n) < sigmoid(score)
    looks = rng.poisson(np.exp(1.0 + 0.9 * wish)) if seen else np.zeros(n, dtype=int)
    who, what = np.nonzero(reached)
    when = 100 + rng.random(len(who)) * 20
    rows = [
        (np.arange(n), np.zeros(n), np.full(n, 0), np.full(n, -1)),
        (np.repeat(np.arange(n), looks), np.full(looks.sum(), 1.0), np.full(looks.sum(), 0), np.full(looks.sum(), -1)),
        (who, when, np.full(len(who), 1), what),
        (np.flatnonzero(won), np.full(won.sum(), 130.0), np.full(won.sum(), 2), np.full(won.sum(), -1)),
    ]
    customer, time, name, channel = (np.concatenate(column) for column in zip(*rows, strict=True))
    channels = pa.array(NAMES).take(pa.array(channel, mask=channel < 0))
    made = build(
        pa.array(customer),
        pa.array((time * DAY).astype(np.int64)),
        pa.array(["join", "visit", "order"]).take(name),
        load=lambda _: channels,
    )
    return made, lift / lift.sum()


def distance(journeys, truth, model, **fields):
    """Total variation between the shares of the credit and the true shares: 0 is perfect, 1 the worst."""
    answer = ask(journeys, Attribution("order", model=model, resamples=0, **fields))
    got = np.array([answer.credits[name].conversions.value for name in NAMES])
    return float(np.abs(got / got.sum() - truth).sum() / 2)


def test_the_incremental_estimate_finds_the_truth_where_chance_decides_who_is_reached():
    journeys, truth = simulated(60_000, intent=0.0)
    assert distance(journeys, truth, "incremental") < 0.05
    assert distance(journeys, truth, "last") > 0.15
    assert distance(journeys, truth, "markov", order=1) > 0.15


def test_no_model_finds_it_where_a_hidden_wish_decides():
    journeys, truth = simulated(60_000, intent=1.0)
    assert min(distance(journeys, truth, model) for model in ("incremental", "shapley", "last", "markov")) > 0.1


def test_behaviour_before_the_first_touch_helps():
    hidden, truth = simulated(60_000, intent=1.0)
    shown, same = simulated(60_000, intent=1.0, seen=True)
    assert distance(shown, same, "incremental") < 0.8 * distance(hidden, truth, "incremental")


def test_touches_that_do_nothing_are_credited_by_how_often_they_happen():
    """Order and outcome by chance: credit follows the share of touches, and no model sees an effect."""
    rng = np.random.default_rng(5)
    n, popular = 40_000, np.array([0.4, 0.25, 0.2, 0.1, 0.05])
    length = rng.integers(1, 5, n)
    channel = rng.choice(5, length.sum(), p=popular)
    won = np.flatnonzero(rng.random(n) < 0.2)
    starts = np.cumsum(length) - length
    day = np.arange(len(channel)) - np.repeat(starts, length)
    customer = np.concatenate((np.repeat(np.arange(n), length), won))
    time = np.concatenate((day, np.full(len(won), 10))) * DAY
    name = pa.array(["visit", "order"]).take(np.concatenate((np.zeros(len(channel), int), np.ones(len(won), int))))
    channels = pa.array(NAMES).take(pa.array(np.concatenate((channel, won * 0)), mask=np.arange(len(time)) >= len(day)))
    journeys = build(pa.array(customer), pa.array(time), name, load=lambda _: channels)
    for model in ("first", "last", "linear", "markov"):
        answer = ask(journeys, Attribution("order", model=model, resamples=0, order=1))
        got = np.array([answer.credits[each].share.value for each in NAMES[:5]])
        assert np.abs(got - popular).sum() / 2 < (0.05 if model != "markov" else 0.12)
    answer = ask(journeys, Attribution("order", model="incremental"))
    assert sum(each.conversions.low < 0 < each.conversions.high for each in answer.credits.values()) >= 4


@pytest.mark.parametrize(
    ("model", "customers"), [("markov", 400), ("shapley", 400), ("last", 400), ("incremental", 1500)]
)
def test_intervals_cover_the_truth(model, customers):
    """At least 90 % of some hundred intervals hold the number that very many journeys have."""
    truth = numbers(model, many(100_000, 0))
    drawn = [numbers(model, many(customers, seed)) for seed in range(1, 61)]
    hits = [low <= truth[name][0] <= high for each in drawn for name, (_, low, high) in each.items()]
    assert 0.9 <= np.mean(hits) <= 0.99


def numbers(model, journeys):
    answer = ask(journeys, Attribution("order", model=model, order=1, resamples=300))
    by = "share" if model == "last" else "effect"
    return {
        name: (getattr(each, by).value, getattr(each, by).low, getattr(each, by).high)
        for name, each in answer.credits.items()
    }


def many(n, seed):
    """Journeys of a chain of three channels; the last converts most."""
    rng = np.random.default_rng(1000 + seed)
    chance = np.array([[0.1, 0.3, 0.2, 0.1, 0.3], [0.2, 0.1, 0.2, 0.2, 0.3], [0.1, 0.1, 0.1, 0.4, 0.3]])
    edges = np.cumsum(chance, axis=1)
    at = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    who, day, rows = np.arange(n), 0, []
    while len(who):
        rows.append((who, at, np.full(len(who), day)))
        after = (rng.random(len(who))[:, None] > edges[at]).sum(axis=1)
        goal = after == 3
        rows.append((who[goal], after[goal], np.full(goal.sum(), day + 1)))
        who, at, day = who[after < 3], after[after < 3], day + 1
    customer, code, time = (np.concatenate(column) for column in zip(*rows, strict=True))
    channels = pa.array(NAMES).take(pa.array(code, mask=code == 3))
    name = pa.array(["visit", "order"]).take((code == 3).astype(int))
    return build(pa.array(customer), pa.array(time * DAY), name, load=lambda _: channels)


FIGURES = {  # as docs/explanation/what-attribution-can-claim.md has them
    "incremental": (0.02, 0.30, 0.18),
    "shapley": (0.08, 0.38, 0.38),
    "linear": (0.28, 0.31, 0.31),
    "last": (0.28, 0.31, 0.30),
    "markov": (0.33, 0.34, 0.34),
}


def test_the_figures_in_the_docs():
    worlds = ({"intent": 0.0}, {"intent": 1.0}, {"intent": 1.0, "seen": True})
    found = [simulated(60_000, **world) for world in worlds]
    for model, figures in FIGURES.items():
        got = [distance(*each, model, order=1) for each in found]
        assert got == pytest.approx(figures, abs=0.006)
