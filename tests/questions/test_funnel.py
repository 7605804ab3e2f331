"""What a funnel counts, rule by rule."""

import pytest

import farled
from farled import Funnel, InputError, NotFoundError
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of

STEPS = ["visit", "cart", "order"]
EVERYBODY = {f"only {name}": [(name, 0)] for name in ("cart", "order", "logout", "search")}


def customers(made, steps=STEPS, **fields):
    """How many customers reach each step, in journeys that also hold every name asked for."""
    answer = ask(journeys_of({**EVERYBODY, **made}), Funnel(steps, **fields))
    return [step.customers for step in answer.steps]


def test_counts_customers_not_events():
    assert customers({"ana": [("visit", 0), ("visit", 1), ("cart", 2), ("cart", 3), ("order", 4)]}) == [1, 1, 1]


def test_steps_count_only_in_the_order_asked():
    assert customers({"ana": [("order", 0), ("cart", 1), ("visit", 2)]}) == [1, 0, 0]


def test_other_events_may_come_in_between():
    assert customers({"ana": [("visit", 0), ("search", 1), ("cart", 2)]}) == [1, 1, 0]


def test_the_window_runs_from_the_first_step_and_includes_its_end():
    late = {"ana": [("visit", 0), ("cart", 1), ("order", 7)]}
    assert customers(late, within="168h") == [1, 1, 1]
    assert customers(late, within="167h") == [1, 1, 0]


def test_an_abandoned_start_does_not_hide_a_later_attempt():
    assert customers({"ana": [("visit", 0), ("visit", 10), ("cart", 11), ("order", 12)]}, within="3d") == [1, 1, 1]


def test_one_event_fills_at_most_one_step():
    once = {"ana": [("visit", 0), ("cart", 1)]}
    assert customers(once, steps=["visit", "cart", "cart"]) == [1, 1, 0]


def test_a_step_may_be_any_of_several_names():
    assert customers({"ana": [("search", 0), ("order", 1)]}, steps=[["cart", "search"], "order"]) == [3, 1]


def test_a_step_may_ask_more_of_its_event():
    big = {"ana": [("visit", 0), ("cart", 1, {"size": 3})], "bo": [("visit", 0), ("cart", 1, {"size": 1})]}
    steps = ["visit", {"name": "cart", "where": {"attr": "size", "min": 2}}]
    assert customers(big, steps=steps) == [2, 1]


def test_events_of_one_time_follow_each_other_as_ties_says():
    tied = {"ana": [("cart", 0), ("visit", 0)]}
    assert customers(tied, steps=["visit", "cart"], ties="any") == [1, 1]
    assert customers(tied, steps=["visit", "cart"], ties="input") == [1, 0]
    assert customers({"ana": [("visit", 0), ("cart", 0)]}, steps=["visit", "cart"], ties="strict") == [1, 0]


def test_the_answer_says_how_many_conversions_hang_on_ties():
    made = {"ana": [("cart", 0), ("visit", 0)], "bo": [("visit", 0), ("cart", 1)]}
    assert ask(journeys_of(made), Funnel(["visit", "cart"])).on_ties == 1


def test_strict_order_wants_the_very_next_event():
    made = {"ana": [("visit", 0), ("search", 1), ("cart", 2)], "bo": [("visit", 0), ("cart", 2)]}
    assert customers(made, steps=["visit", "cart"], order="strict") == [2, 1]


def test_strict_order_looks_at_the_names_in_scope_only():
    made = {"ana": [("visit", 0), ("search", 1), ("cart", 2)]}
    assert customers(made, steps=["visit", "cart"], order="strict", scope=["logout"]) == [1, 1]
    assert customers(made, steps=["visit", "cart"], order="strict", scope=["search"]) == [1, 0]


def test_any_order_counts_steps_inside_one_window():
    made = {"ana": [("order", 0), ("visit", 1), ("cart", 9)]}
    assert customers(made, order="any", within="2d")[:2] == [3, 1]


def test_an_exclusion_ends_the_attempt_and_keeps_what_was_reached():
    rule = [{"name": "logout", "after": 1, "before": 2}]
    made = {"ana": [("visit", 0), ("logout", 1), ("cart", 2)]}
    assert customers(made, steps=["visit", "cart"], exclude=rule) == [1, 0]


def test_an_exclusion_at_the_time_of_a_step_does_not_count():
    rule = [{"name": "logout", "after": 1, "before": 2}]
    assert customers({"ana": [("visit", 0), ("cart", 2), ("logout", 2)]}, steps=["visit", "cart"], exclude=rule) == [
        1,
        1,
    ]
    assert customers({"ana": [("logout", 0), ("visit", 0), ("cart", 2)]}, steps=["visit", "cart"], exclude=rule) == [
        1,
        1,
    ]


def test_an_exclusion_may_take_the_customer_out_of_all_steps():
    rule = [{"name": "logout", "after": 1, "before": 2, "effect": "drop_customer"}]
    made = {"ana": [("visit", 0), ("logout", 1), ("cart", 2)], "bo": [("visit", 0), ("cart", 1)]}
    assert customers(made, steps=["visit", "cart"], exclude=rule) == [1, 1]


def test_a_customer_is_not_dropped_for_an_event_after_the_window():
    rule = [{"name": "logout", "after": 1, "before": 2, "effect": "drop_customer"}]
    made = {"ana": [("visit", 0), ("logout", 9)]}
    assert customers(made, steps=["visit", "cart"], exclude=rule, within="3d") == [1, 0]
    assert customers(made, steps=["visit", "cart"], exclude=rule, within="30d") == [0, 0]


def test_an_optional_step_never_blocks_and_is_counted_beside():
    made = {"ana": [("visit", 0), ("order", 2)], "bo": [("visit", 0), ("cart", 1), ("order", 2)]}
    assert customers(made, optional=["cart"]) == [2, 1, 2]


def test_an_optional_step_blocks_nobody_in_strict_order_either():
    made = {"ana": [("visit", 0), ("cart", 1), ("order", 2)], "bo": [("visit", 0), ("search", 1), ("order", 2)]}
    assert customers(made, optional=["cart"], order="strict") == [2, 1, 1]
    big = {"name": "cart", "where": {"attr": "value", "min": 10}}
    made = {
        "ana": [("visit", 0), ("cart", 1, {"value": 20}), ("order", 2)],
        "bo": [("visit", 0), ("cart", 1), ("order", 2)],
    }
    assert customers(made, steps=["visit", big, "order"], optional=[2], order="strict") == [2, 1, 1]


@pytest.mark.parametrize("fields", [{"order": "any"}, {"by": "channel", "by_at": 2}])
def test_what_an_optional_step_has_no_sense_with_is_refused(fields):
    with pytest.raises(InputError, match=r"optional|before and after"):
        Funnel(["visit", "cart", "order"], optional=[2], **fields)


def test_gaps_bound_the_time_from_the_step_before():
    made = {"ana": [("visit", 0), ("cart", 5)]}
    assert customers(made, steps=["visit", "cart"], max_gap="5d") == [1, 1]
    assert customers(made, steps=["visit", "cart"], max_gap="4d") == [1, 0]
    assert customers(made, steps=["visit", "cart"], min_gap="6d") == [1, 0]


def test_events_of_an_attempt_may_have_to_share_a_property():
    made = {
        "ana": [("visit", 0, {"id": "x"}), ("cart", 1, {"id": "y"})],
        "bo": [("visit", 0, {"id": "x"}), ("cart", 1, {"id": "x"})],
        "cy": [("visit", 0), ("cart", 1)],
    }
    assert customers(made, steps=["visit", "cart"], hold=["id"]) == [2, 1]


def test_entries_count_every_attempt():
    made = {"ana": [("visit", 0), ("cart", 1), ("visit", 2), ("cart", 3), ("visit", 4)]}
    assert customers(made, steps=["visit", "cart"], count="entries", within="5d") == [3, 2]


def test_sessions_are_counted_for_themselves():
    made = {"ana": [("visit", 0), ("cart", 0.01), ("visit", 1), ("cart", 2)]}
    assert customers(made, steps=["visit", "cart"], count="sessions") == [2, 1]


def test_an_open_funnel_lets_customers_join_later():
    made = {"ana": [("cart", 0), ("order", 1)], "bo": [("visit", 0), ("cart", 1)]}
    answer = ask(journeys_of(made), Funnel(STEPS, open=True))
    assert [step.customers for step in answer.steps] == [1, 2, 1]
    assert str(answer.steps[2].from_previous).endswith("of 2")


def test_groups_are_by_the_value_at_the_first_step_and_the_total_is_not_their_sum():
    made = {
        "ana": [("visit", 0, {"channel": "web"}), ("cart", 1, {"channel": "app"})],
        "bo": [("visit", 0), ("cart", 1)],
    }
    answer = ask(journeys_of(made), Funnel(["visit", "cart"], by="channel"))
    assert {value: [step.customers for step in steps] for value, steps in answer.groups.items()} == {
        "web": [1, 1],
        None: [1, 1],
    }
    last = ask(journeys_of(made), Funnel(["visit", "cart"], by="channel", by_at="last"))
    assert set(last.groups) == {"app", None}


def test_time_to_a_step_is_that_of_the_best_attempt():
    made = {"ana": [("visit", 0), ("visit", 3), ("cart", 4)]}
    assert ask(journeys_of(made), Funnel(["visit", "cart"])).steps[1].median_time == 86_400


def test_a_window_that_is_not_over_is_open_and_the_eventual_conversion_says_so():
    made = {"ana": [("visit", 0), ("cart", 2)], "bo": [("visit", 0)], "cy": [("visit", 9)], "di": [("search", 10)]}
    answer = ask(journeys_of(made), Funnel(["visit", "cart"], within="5d"))
    assert answer.open_windows == 1
    assert answer.conversion.value == pytest.approx(1 / 3)
    assert answer.eventual.value == pytest.approx(
        1 / 2
    )  # cy is watched for one day only: no longer at risk when ana converts


def test_without_open_windows_the_eventual_conversion_is_the_conversion():
    made = {"ana": [("visit", 0), ("cart", 1)], "bo": [("visit", 0)], "di": [("search", 10)]}
    answer = ask(journeys_of(made), Funnel(["visit", "cart"], within="5d"))
    assert (answer.eventual.value, answer.eventual.low) == (answer.conversion.value, answer.conversion.low)


def test_without_a_window_the_eventual_conversion_cannot_be_known():
    assert ask(journeys_of(EVERYBODY), Funnel(["cart", "order"])).eventual.reason == "no_window"


def test_the_customers_behind_a_number_can_be_listed():
    made = {"ana": [("visit", 0), ("cart", 1)], "bo": [("visit", 0)], "cy": [("search", 0)]}
    funnel = Funnel(["visit", "cart"])
    assert customers_behind(journeys_of(made), funnel, "/steps/1/dropped") == ["bo"]
    assert customers_behind(journeys_of(made), funnel, "/steps/1/customers") == ["ana"]
    with pytest.raises(NotFoundError, match="/steps/9/dropped"):
        customers_behind(journeys_of(made), funnel, "/steps/9/dropped")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"steps": ["visit"]}, "two or more steps"),
        ({"steps": "visit"}, "two or more steps"),
        ({"steps": ["visit", "cart"], "within": "P30D"}, "'P30D' is not a span"),
        ({"steps": ["visit", "cart"], "within": "-3d"}, "'-3d' is not a span"),
        ({"steps": ["visit", "cart"], "order": "sorted"}, "order is 'sorted'"),
        ({"steps": ["visit", 3]}, "3 is not a step"),
        ({"steps": ["visit", "cart"], "optional": [1]}, "Fewer than two"),
        ({"steps": ["visit", "cart"], "exclude": [{"name": "x"}]}, "no exclusion"),
        ({"steps": ["visit", "cart"], "exclude": [{"name": "x", "after": 2, "before": 1}]}, "not before"),
        ({"steps": ["visit", "cart"], "order": "any", "max_gap": "3d"}, "no steps before"),
        ({"steps": ["visit", "cart"], "max_gap": ["1d", "2d"]}, "2 gaps do not fit 2 steps"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_value(fields, says):
    with pytest.raises(InputError, match=says):
        Funnel(**fields)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(NotFoundError) as caught:
        ask(journeys_of(EVERYBODY), Funnel(["cart", "ordr"]))
    assert "'order'" in caught.value.hint


def test_no_events_at_all_is_an_error():
    with pytest.raises(farled.InputError, match="no events"):
        ask(journeys_of({}), Funnel(["cart", "order"]))


def test_of_equal_attempts_that_hold_other_values_the_first_told_counts_whatever_the_index_learned_first():
    made = {"ana": [(name, at, {"shop": shop}) for name, at in (("visit", 0), ("order", 1)) for shop in ("b", "a")]}
    made["bo"] = [("visit", 0, {"shop": "a"}), ("order", 1, {"shop": "a"})]
    for cut in (made, dict(reversed(made.items()))):
        groups = ask(journeys_of(cut), Funnel(["visit", "order"], hold=["shop"], by="shop")).groups
        assert {value: steps[1].customers for value, steps in groups.items()} == {"b": 1, "a": 1}


def test_customers_of_entries_stand_behind_an_optional_step_too():
    made = {
        "ana": [("visit", 0), ("visit", 1), ("visit", 2), ("order", 3)],
        "bo": [("visit", 0), ("call", 1), ("order", 2)],
    }
    question = Funnel(["visit", "call", "order"], optional=["call"], count="entries")
    assert customers_behind(journeys_of(made), question, "/steps/1/customers") == ["bo"]
    assert customers_behind(journeys_of(made), question, "/steps/1/dropped") == ["ana"]
