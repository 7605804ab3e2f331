"""Opportunities: what they could bring is reckoned as the definition says, and known where it can be known."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from maps.draw.example import nordbod, number, snapshot

from farled.maps.model import MapFile, Opportunity
from farled.maps.overview import effects as why
from farled.maps.overview.effects import effects_of
from farled.maps.overview.priorities import priorities
from farled.stats.intervals import wilson

N = 10_000
PAID = {"then": "order", "within": "1h"}
SEEN = {"attr": "eta", "is": True}


def chance(part, n, **more):
    low, high = wilson(part, n)
    return number(part / n, low, high, n, unit="share", **more)


def funnel_map():
    """Three phases, a goal in the second, metrics of all kinds that an opportunity may move."""
    return MapFile.model_validate(
        {
            "farled": 1,
            "map": {
                "id": "shop", "title": "Shop", "language": "en", "journey_type": "purchase",
                "goal": {"text": "Sell", "metric": "sold", "target": 0.5, "by": date(2099, 1, 1)},
            },
            "metrics": {
                "sold": {"kind": "conversion", "from": "look", "to": {"event": "order"}, "better": "up"},
                "go_on": {"kind": "step_completion", "at": "look", "better": "up"},
                "left": {"kind": "drop_off", "at": "look", "better": "down"},
                "pays": {"kind": "step_completion", "at": "till", "better": "up"},
                "paid": {"kind": "share", "of": {"event": "pay"}, "where": PAID, "better": "up"},
                "seen": {"kind": "share", "of": {"event": "view"}, "where": SEEN, "better": "up"},
                "reply": {"kind": "median_time", "from": {"event": "ask"}, "to": {"event": "answer"}, "better": "down"},
                "later": {"kind": "step_completion", "at": "buy", "better": "up"},
                "cart": {"kind": "step_completion", "at": "basket", "better": "up"},
            },
            "personas": [{"id": "ann", "name": "Ann"}, {"id": "bo", "name": "Bo"}],
            "phases": [
                {"id": "look", "name": "Look", "touchpoints": [
                    {"id": "page", "name": "Page", "channel": "web", "observe": {"event": "view"}},
                    {"id": "basket", "name": "Basket", "channel": "web", "observe": {"event": "basket"}}]},
                {"id": "buy", "name": "Buy", "touchpoints": [
                    {"id": "till", "name": "Till", "channel": "web", "observe": {"event": "order"}}]},
                {"id": "use", "name": "Use", "touchpoints": [
                    {"id": "parcel", "name": "Parcel", "channel": "delivery", "observe": {"event": "delivered"}}]},
            ],
        }
    )  # fmt: skip


def wish(**more):
    return Opportunity.model_validate({"id": "op", "text": "Do it", "status": "proposed", **more})


def measured(metrics, personas=None):
    return {"period": ["2026-01-01", "2026-04-01"], "phases": {}, "metrics": metrics, "personas": personas or {}}


def effect(metric, direction="up", metrics=None, personas=None, **more):
    found = {"sold": chance(1000, N), **(metrics or {})}
    return effects_of(funnel_map(), measured(found, personas), wish(moves={metric: direction}, **more))[0]


def meant_for(persona, metrics, personas):
    found = measured({"sold": chance(1000, N), **metrics}, personas)
    return effects_of(funnel_map(), found, wish(moves={"go_on": "up"}, personas=[persona]))[0]


def test_a_step_that_all_pass_lifts_the_goal_in_proportion():
    found = effect("go_on", metrics={"go_on": chance(4000, N, target=0.5)})
    assert found.more.value == pytest.approx(N * 0.1)
    assert found.goal.value == pytest.approx(1000 * (0.5 / 0.4 - 1))


def test_the_lift_is_what_raising_the_step_does_to_made_journeys():
    rng = np.random.default_rng(7)
    n = 200_000
    luck = rng.random((2, n))
    now, then = (int(((luck[0] < share) & (luck[1] < 0.25)).sum()) for share in (0.4, 0.5))
    go_on = int((luck[0] < 0.4).sum())
    found = effect("go_on", metrics={"sold": chance(now, n), "go_on": chance(go_on, n, target=0.5)})
    assert found.goal.value == pytest.approx(then - now, rel=0.03)


def test_its_interval_holds_the_truth_as_often_as_said():
    rng = np.random.default_rng(11)
    n, c, rest, target = 1500, 0.4, 0.3, 0.5
    truth, hits = n * rest * (target - c), 0
    for _ in range(300):
        went = rng.binomial(n, c)
        sold = rng.binomial(went, rest)
        found = effect("go_on", metrics={"sold": chance(sold, n), "go_on": chance(went, n, target=target)})
        hits += found.goal.low <= truth <= found.goal.high
    assert 0.92 <= hits / 300 <= 0.99


def test_a_drop_off_says_the_same_as_its_completion():
    kept = effect("go_on", metrics={"go_on": chance(4000, N, target=0.5)})
    left = effect("left", "down", metrics={"left": chance(6000, N, target=0.5)})
    assert (left.goal.value, left.goal.low, left.goal.high) == pytest.approx(
        (kept.goal.value, kept.goal.low, kept.goal.high)
    )


@pytest.mark.parametrize(("metric", "counts"), [("pays", "customers"), ("paid", "events")])
def test_what_counts_goals_brings_them_one_by_one(metric, counts):
    found = effect(metric, metrics={metric: chance(300, 1000, target=0.4)})
    assert (found.more.value, found.goal.value) == pytest.approx((100, 100))
    assert found.counts == counts


@pytest.mark.parametrize(
    ("metric", "reason"),
    [("seen", why.NO_LINK), ("cart", why.MANY_WAYS), ("later", why.AFTER_GOAL)],
)
def test_where_the_goal_cannot_be_known_it_says_why(metric, reason):
    found = effect(metric, metrics={metric: chance(300, 1000, target=0.4)})
    assert found.more.value == pytest.approx(100)
    assert (found.goal.value, found.why_goal) == (None, reason)


def test_a_time_says_how_much_but_not_how_many():
    found = effect("reply", "down", metrics={"reply": number(7200, 6000, 8000, 90, unit="seconds", target=3600)})
    assert (found.change.value, found.more.value, found.why) == (3600, None, why.NOT_A_SHARE)


def test_what_has_reached_its_target_brings_nothing_more():
    found = effect("go_on", metrics={"go_on": chance(6000, N, target=0.5)})
    assert (found.mark, found.why) == (None, why.AT_TARGET)


def test_without_a_target_the_best_persona_is_the_mark_if_it_is_certainly_better():
    personas = {"ann": {"metrics": {"go_on": chance(600, 1000)}}, "bo": {"metrics": {"go_on": chance(300, 1000)}}}
    found = effect("go_on", metrics={"go_on": chance(4000, N)}, personas=personas)
    assert (found.to, found.persona, found.mark) == ("persona", "ann", 0.6)
    alike = {"ann": {"metrics": {"go_on": chance(415, 1000)}}, "bo": {"metrics": {"go_on": chance(385, 1000)}}}
    found = effect("go_on", metrics={"go_on": chance(4000, N)}, personas=alike)
    assert (found.mark, found.why) == (None, why.NO_MARK)


def test_an_opportunity_for_some_personas_counts_only_their_customers():
    personas = {"ann": {"metrics": {"go_on": chance(200, 1000), "sold": chance(50, 1000)}}}
    now = {"go_on": chance(4000, N, target=0.5)}
    found = meant_for("ann", now, personas)
    assert found.more.value == pytest.approx(1000 * 0.3)
    assert found.goal.value == pytest.approx(50 * (0.5 / 0.2 - 1))
    unknown = meant_for("bo", now, personas)
    assert (unknown.more.value, unknown.why) == (None, why.FEW_OF_THEM)


def test_a_gain_never_falls_below_none():
    found = effect("go_on", metrics={"go_on": chance(4950, N, target=0.5)})
    assert found.goal.low == 0.0
    assert found.goal.value > 0


def test_nothing_is_known_of_a_map_that_was_not_measured():
    rows = priorities(nordbod(), None).rows
    assert {row.verdict for row in rows} <= {"unknown", "done", "dropped"}
    assert all(row.goal.value is None for row in rows)


def test_of_the_worked_example_the_delivery_day_comes_first():
    rows = priorities(nordbod(), snapshot()).rows
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0].opportunity.id == "op-eta"
    assert rows[0].goal.value == pytest.approx(2140 * (0.55 - 0.195))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(50, 950)), min_size=1, max_size=7))
def test_first_are_those_that_nothing_outdoes(wishes):
    """Against the definition, pair by pair."""
    base = funnel_map()
    metrics = {f"m{at}": {"kind": "step_completion", "at": "till", "better": "up"} for at in range(len(wishes))}
    record = base.model_dump(by_alias=True, exclude_none=True)
    record["metrics"] |= metrics
    record["opportunities"] = [
        {"id": f"o{at}", "text": f"O{at}", "status": "proposed", "effort": effort, "moves": {f"m{at}": "up"}}
        for at, (effort, _) in enumerate(wishes)
    ]
    record.pop("attests", None)
    now = {f"m{at}": chance(part, 1000, target=0.999) for at, (_, part) in enumerate(wishes)}
    rows = priorities(MapFile.model_validate(record), measured({"sold": chance(1000, N), **now})).rows
    for row in rows:
        outdone = any(
            other.goal.value >= row.goal.value
            and other.opportunity.effort <= row.opportunity.effort
            and (other.goal.value > row.goal.value or other.opportunity.effort < row.opportunity.effort)
            for other in rows
        )
        assert row.verdict == ("worth" if outdone else "first")
    for verdict in ("first", "worth"):
        gains = [row.goal.value for row in rows if row.verdict == verdict]
        assert all(before >= after for before, after in pairwise(gains))
