import pytest
from maps_example import map_of

from farled.journeys.build import journeys_of
from farled.maps.measure import measure
from farled.spans import DAY, Period, moment

TEN = 10


def days(first, last):
    """A period of whole days."""
    return Period(first * DAY, last * DAY, moment(first * DAY).date(), moment(last * DAY).date())


def metric(rule, made, when=(0, 1000), end=400, top=""):
    """A metric on a map of see, then cart and pay, then use; every customer ten times."""
    phases = [
        [("see", "{event: see}")],
        [("cart", "{event: cart}"), ("pay", "{event: pay}")],
        [("use", "{event: use}"), ("asked", "{feedback: csat}")],
    ]
    map_ = map_of(*phases, metrics=[f"{{{rule}}}"], top=top)
    customers = {f"{name}{at}": events for name, events in made.items() for at in range(TEN)}
    return measure(map_, journeys_of(customers, end=end), days(*when))["metrics"]["m0"]


def value(rule, made, **more):
    return metric(rule, made, **more)["value"]


def answer(day, score, scale="csat", **more):
    return ("answer", day, {"score": float(score), "scale": scale, **more})


def test_volume_counts_units_with_such_an_event_in_the_period():
    made = {"ana": [("cart", 5), ("cart", 6)], "bo": [("cart", 20)], "cy": [("see", 5)]}
    assert value("kind: volume, at: cart", made, when=(0, 10)) == 10
    assert value("kind: volume, at: b", made) == 20
    assert value("kind: volume, at: {event: see}", made) == 10


def test_conversion_runs_from_the_first_start_in_the_period_to_the_first_later_end():
    made = {"ana": [("see", 0), ("pay", 1)], "bo": [("pay", 0), ("see", 1)], "cy": [("see", 0), ("see", 8), ("pay", 9)]}
    rule = "kind: conversion, from: see, to: pay, within: 5d"
    assert value(rule, made) == pytest.approx(1 / 3, abs=1e-6)
    assert value(rule, made, when=(8, 20)) == 1.0


def test_conversion_crosses_journeys():
    assert value("kind: conversion, from: see, to: pay, within: 60d", {"ana": [("see", 0), ("pay", 50)]}) == 1.0


def test_step_completion_of_a_phase_and_of_a_touchpoint_in_it():
    made = {"ana": [("see", 0), ("cart", 1), ("pay", 2)], "bo": [("see", 0), ("cart", 1)], "cy": [("see", 0)]}
    assert value("kind: step_completion, at: a", made) == pytest.approx(2 / 3, abs=1e-6)
    assert value("kind: step_completion, at: pay", made) == 0.5
    assert value("kind: drop_off, at: pay", made) == 0.5
    assert metric("kind: step_completion, at: c", made)["reason"] == "not_computable"


def test_onward_of_a_touchpoint_in_its_own_window():
    made = {"ana": [("cart", 0), ("pay", 3)], "bo": [("cart", 0), ("pay", 1)]}
    assert value("kind: onward, at: cart, within: 2d", made) == 0.5


OWNED = """\
departments: {x: X, y: Y}
"""


def test_handoff_compares_going_on_after_a_change_of_owner_with_going_on_without():
    phases = [
        [("see", "{event: see}")],
        [("cart", "{event: cart}"), ("pay", "{event: pay}")],
        [("use", "{event: use}")],
    ]
    map_ = map_of(*phases, metrics=["{kind: handoff}"], top=OWNED)
    owned = [phase.model_copy(update={"owner": "x" if at else "y"}) for at, phase in enumerate(map_.phases)]
    map_ = map_.model_copy(update={"phases": tuple(owned)})
    made = {"ana": [("see", 0), ("cart", 1)], "bo": [("see", 0), ("cart", 1), ("pay", 2), ("use", 3)]}
    customers = {f"{name}{at}": events for name, events in made.items() for at in range(TEN)}
    found = measure(map_, journeys_of(customers, end=400), days(0, 100))["metrics"]["m0"]
    assert found["value"] == pytest.approx(1 / 2 - 1 / 2)
    assert found["low"] < 0 < found["high"]


def test_share_counts_events_where_the_answer_is_known_and_widens_with_the_design_effect():
    rule = "kind: share, of: {event: pay}, where: {attr: card, is: true}"
    made = {
        "ana": [("pay", 0, {"card": True}), ("pay", 1, {"card": True}), ("pay", 2)],
        "bo": [("pay", 0, {"card": False})] * 2,
    }
    found = metric(rule, made)
    assert (found["value"], found["n"]) == (0.5, 40)
    alone = {str(at): [("pay", 0, {"card": at % 2 == 0})] for at in range(4)}
    assert found["high"] - found["low"] > metric(rule, alone)["high"] - metric(rule, alone)["low"]


def test_times_run_from_each_start_to_its_first_later_end_with_the_same_value_of_match():
    made = {
        "ana": [("asks", 0, {"no": "1"}), ("asks", 1, {"no": "2"}), ("told", 2, {"no": "2"}), ("told", 6, {"no": "1"})],
        "bo": [("asks", 0, {"no": "3"}), ("told", 2, {"no": "3"})],
    }
    rule = "from: {event: asks}, to: {event: told}, match: 'no'"
    assert value(f"kind: median_time, {rule}", made) == 2 * 86400
    assert value(f"kind: percentile_time, q: 0.9, {rule}", made) == 6 * 86400
    assert value(f"kind: within_time, limit: 1d, {rule}", made) == pytest.approx(1 / 3, abs=1e-6)
    assert value("kind: within_time, limit: 1d, from: {event: asks}, to: {event: told}", made) == pytest.approx(
        1 / 3, abs=1e-6
    )


def test_unanswered_starts_are_open():
    answered, waiting = [("asks", 0), ("told", 1)], [("asks", 399)]
    rule = "kind: median_time, from: {event: asks}, to: {event: told}"
    found = metric(rule, {"ana": answered, "bo": answered, "cy": waiting})
    assert (found["value"], found["open"]) == (86400, 10)
    found = metric(rule, {"ana": answered, "bo": waiting, "cy": waiting})
    assert (found["value"], found["reason"], found["open"]) == (None, "open", 20)


def test_dwell_is_the_time_in_a_phase():
    made = {"ana": [("see", 0), ("cart", 4)], "bo": [("see", 0), ("use", 2)], "cy": [("see", 0), ("cart", 9)]}
    assert value("kind: dwell, at: a", made) == 4 * 86400


def test_touchpoint_count_counts_distinct_touchpoints_strictly_before_the_first_such_event():
    made = {"ana": [("see", 0), ("see", 1), ("cart", 2), ("pay", 3), ("use", 4)], "bo": [("see", 0), ("cart", 1)]}
    found = metric("kind: touchpoint_count, before: pay", made)
    assert (found["value"], found["n"]) == (2, 10)


def test_loops_count_separate_blocks_before_a_later_phase():
    made = {
        "ana": [("cart", 0), ("scroll", 1), ("cart", 2), ("see", 3), ("cart", 4)],
        "bo": [("cart", 0), ("cart", 1), ("scroll", 2), ("cart", 3), ("use", 4), ("cart", 5), ("see", 6), ("cart", 7)],
        "cy": [("see", 0)],
    }
    assert value("kind: loops, at: cart", made) == 0.5
    assert value("kind: loops, at: cart, times: 2", made) == 1.0


def test_repeat_runs_from_the_first_such_event_in_the_period_to_the_next():
    made = {"ana": [("pay", 0), ("pay", 9)], "bo": [("pay", 0), ("pay", 20)], "cy": [("see", 0)]}
    assert value("kind: repeat, event: pay, within: 10d", made) == 0.5
    assert value("kind: repeat, event: pay, within: 30d", made, when=(5, 15)) == 0.0


def test_retention_counts_units_active_in_the_kth_calendar_period_after_their_entry():
    made = {"ana": [("see", 10), ("scroll", 35)], "bo": [("see", 10), ("scroll", 30)], "cy": [("see", 10), ("use", 60)]}
    assert value("kind: retention, period: month, k: 1", made, when=(0, 31)) == pytest.approx(1 / 3, abs=1e-6)
    assert value("kind: retention, event: use, period: month, k: 2", made, when=(0, 31)) == pytest.approx(
        1 / 3, abs=1e-6
    )
    assert metric("kind: retention, period: month, k: 1", made, when=(0, 31), end=58)["reason"] == "open"


def test_silent_units_had_the_event_and_then_nothing_until_the_periods_end():
    made = {
        "ana": [("pay", 0), ("scroll", 95)],
        "bo": [("pay", 0)],
        "cy": [("scroll", 0)],
        "di": [("pay", 0), ("scroll", 120)],
    }
    found = metric("kind: silent, event: pay, for: 30d", made, when=(0, 100))
    assert (found["value"], found["n"]) == (pytest.approx(2 / 3, abs=1e-6), 30)


def test_response_is_the_share_of_asked_units_that_answer_in_time():
    made = {"ana": [("mail", 0), answer(1, 5)], "bo": [("mail", 0), answer(9, 5)], "cy": [("mail", 0), ("scroll", 300)]}
    rule = "kind: response, ask: {event: mail}, within: 5d"
    assert value(rule, made) == pytest.approx(1 / 3, abs=1e-6)
    assert value(f"{rule}, feedback: nps", made) == 0.0


def test_csat_is_the_share_of_4_and_5_among_the_last_answers():
    made = {"ana": [answer(0, 1), answer(1, 4)], "bo": [answer(0, 3)], "cy": [answer(0, 9)]}
    found = metric("kind: csat", made)
    assert (found["value"], found["n"], found["mean"]) == (0.5, 20, 3.5)


def test_ces_and_stars_are_means_over_units_each_with_its_own_mean():
    made = {"ana": [answer(0, 1, "ces"), answer(1, 3, "ces")], "bo": [answer(0, 7, "ces")]}
    assert value("kind: ces", made) == 4.5
    assert metric("kind: stars", made)["reason"] == "too_few"


def test_nps_is_promoters_minus_detractors_in_points():
    made = {
        "ana": [answer(0, 10, "nps")],
        "bo": [answer(0, 9, "nps")],
        "cy": [answer(0, 7, "nps")],
        "di": [answer(0, 6, "nps")],
    }
    found = metric("kind: nps", made)
    assert (found["value"], found["unit"]) == (25, "points")


def test_answers_at_a_place_are_those_that_name_it_or_follow_it_within_seven_days():
    named = answer(1, 5, "stars", touchpoint="cart")
    made = {
        "ana": [("use", 0), named],
        "bo": [("cart", 0), answer(7, 3, "stars")],
        "cy": [("cart", 0), answer(8, 1, "stars")],
    }
    assert value("kind: stars, at: cart", made) == 4.0
    assert value("kind: stars, at: b", made) == 4.0
    assert value("kind: stars", made) == 3.0


def test_an_answer_that_a_feedback_rule_observes_belongs_there():
    assert value("kind: csat, at: asked", {"ana": [("cart", 0), answer(1, 5)]}) == 1.0
    assert metric("kind: csat, at: cart", {"ana": [("cart", 0), answer(1, 5)]})["n"] == 0


def test_feeling_maps_each_scale_to_minus_2_to_2():
    made = {
        "ana": [("cart", 0), answer(1, 7, "ces")],
        "bo": [("cart", 0), answer(1, 1, "stars")],
        "cy": [("cart", 0), answer(1, 3, "0..4")],
    }
    assert value("kind: feeling, at: cart", {"ana": made["ana"]}) == 2.0
    assert value("kind: feeling, at: cart", {"bo": made["bo"]}) == -2.0
    assert value("kind: feeling, at: cart", {"cy": made["cy"]}) == 1.0


def test_nps_judges_the_whole_and_is_left_out_of_places():
    assert metric("kind: feeling, at: cart", {"ana": [("cart", 0), answer(1, 10, "nps")]})["n"] == 0


def test_scales_that_disagree_stand_apart_without_a_joint_value():
    made = {str(at): [("cart", 0), answer(1, 5 - at % 2, "stars"), answer(2, 1 + at % 2, "ces")] for at in range(4)}
    found = metric("kind: feeling, at: cart", made)
    assert (found["value"], found["reason"]) == (None, "not_computable")
    assert found["apart"]["stars"]["value"] > found["apart"]["ces"]["value"]


def test_value_is_money_per_unit_per_event_or_in_all_and_several_currencies_are_refused():
    made = {
        "ana": [("pay", 0, {"value": 10.0, "currency": "SEK"}), ("pay", 1, {"value": 20.0, "currency": "SEK"})],
        "bo": [("pay", 0, {"value": 60.0, "currency": "SEK"})],
    }
    assert [value(f"kind: value, event: pay, per: {per}", made) for per in ("unit", "event", "all")] == [45, 30, 900]
    found = metric("kind: value, event: pay", made)
    assert (found["currency"], found["low"] < 45 < found["high"]) == ("SEK", True)
    mixed = made | {"cy": [("pay", 0, {"value": 1.0, "currency": "NOK"})]}
    assert metric("kind: value, event: pay", mixed)["reason"] == "not_computable"


def test_coverage_is_that_of_the_phase():
    assert value("kind: coverage, at: b", {"ana": [("see", 0), ("cart", 1)]}) == 0.5


def test_what_needs_an_experiment_has_no_value_but_a_reason():
    rule = "kind: channel_effect, channel: web, to: pay, view: lift"
    assert metric(rule, {"ana": [("see", 0)]})["reason"] == "not_computable"


def test_a_target_is_over_or_under_only_if_the_whole_interval_is_on_that_side():
    kpi = "kind: step_completion, at: a"
    made = {"ana": [("see", 0), ("cart", 1)], "bo": [("see", 0)]}
    map_ = map_of([("see", "{event: see}")], [("cart", "{event: cart}")], metrics=[f"{{{kpi}}}"])
    customers = {f"{name}{at}": events for name, events in made.items() for at in range(TEN)}

    def state(target):
        goal = map_.map.goal.model_copy(update={"metric": "m0", "target": target})
        aimed = map_.model_copy(update={"map": map_.map.model_copy(update={"goal": goal})})
        found = measure(aimed, journeys_of(customers, end=400), days(0, 100))
        assert found["goal"]["state"] == found["metrics"]["m0"]["state"]
        return found["goal"]["state"]

    assert [state(target) for target in (0.1, 0.4, 0.9)] == ["over", "unclear", "under"]


def test_a_key_metric_has_its_values_of_thirteen_periods_the_last_of_them_its_own():
    made = {"ana": [("a", 0), ("b", 1)], "bo": [("a", 15)]}
    map_ = map_of([("a1", "{event: a}")], [("b1", "{event: b}")])
    customers = {f"{name}{at}": events for name, events in made.items() for at in range(TEN)}
    found = measure(map_, journeys_of(customers, end=400), days(10, 20))["metrics"]["r"]
    assert found["series"] == [None] * 11 + [1.0, 0.0]
    assert (found["value"], found["previous"]["value"]) == (0.0, 1.0)
