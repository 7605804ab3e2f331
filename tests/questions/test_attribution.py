"""What attribution counts, rule by rule."""

import pickle
from functools import reduce

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import farled
from farled import Attribution
from farled.engine.local import ask, customers_behind
from farled.errors import InputError, NotFoundError
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.questions import credit_models, incremental
from farled.stats.shapley import rate_shapley

RULES = ("first", "last", "linear", "time_decay", "position")
SCALED = (*RULES, "markov", "shapley")
MODELS = (*SCALED, "incremental")


def customers_of(paths):
    """Customers who each walk a path of channels, one touch a day: ``("abc", True, 2)`` twice, converting."""
    made = {}
    for path, won, *times in paths:
        for _ in range(times[0] if times else 1):
            events = [("visit", day, {"channel": channel}) for day, channel in enumerate(path)]
            made[f"c{len(made)}"] = [*events, ("order", len(path), {"value": 10.0})] if won else events
    return made


def credit(made, model="linear", goal="order", what="conversions", **fields):
    answer = ask(journeys_of(made) if isinstance(made, dict) else made, Attribution(goal, model=model, **fields))
    return {name: getattr(each, what).value for name, each in answer.credits.items()}


# Attempts and touches


def test_the_goal_ends_an_attempt_and_is_no_touch():
    a, b = {"channel": "a"}, {"channel": "b"}
    answer = ask(
        journeys_of({"ana": [("visit", 0, a), ("order", 1, b), ("visit", 2, b), ("order", 3, b), ("visit", 4, a)]}),
        Attribution("order", model="last"),
    )
    assert (answer.conversions, answer.lost, answer.direct) == (2, 1, 0)
    assert {name: each.conversions.value for name, each in answer.credits.items()} == {"a": 1, "b": 1}


def test_a_goal_without_touches_is_direct_and_stands_apart():
    made = {"ana": [("order", 0)], "bo": [("visit", 0, {"channel": "a"}), ("order", 1), ("order", 2)]}
    answer = ask(journeys_of(made), Attribution("order", model="first"))
    assert (answer.conversions, answer.lost, answer.direct) == (1, 0, 2)
    assert answer.credits["a"].conversions.value == 1


def test_the_lookback_is_inclusive_and_counts_back_from_the_goal():
    made = {"ana": [("visit", 0, {"channel": "a"}), ("visit", 5, {"channel": "b"}), ("order", 10)]}
    assert credit(made, lookback="10d") == {"a": 0.5, "b": 0.5}
    assert credit(made, lookback="9d") == {"b": 1}
    assert credit(made, lookback=None) == {"a": 0.5, "b": 0.5}
    assert ask(journeys_of(made), Attribution("order", lookback="4d")).direct == 1


def test_a_lost_attempt_looks_back_from_its_last_touch():
    made = {"ana": [("visit", 0, {"channel": "a"}), ("visit", 50, {"channel": "b"}), ("stay", 99)]}
    answer = ask(journeys_of(made | customers_of([("a", True)])), Attribution("order", lookback="49d"))
    assert {name: each.touches for name, each in answer.credits.items()} == {"a": 1, "b": 1}
    assert answer.lost == 1


def test_lost_attempts_that_may_still_convert_are_counted():
    made = customers_of([("a", True), ("b", False)]) | {"late": [("visit", 100, {"channel": "b"})]}
    assert ask(journeys_of(made), Attribution("order", lookback="30d")).open == 1
    assert ask(journeys_of(made), Attribution("order", lookback=None)).open is None


def test_touches_may_be_limited_to_some_events():
    made = {"ana": [("visit", 0, {"channel": "a"}), ("cart", 1, {"channel": "b"}), ("order", 2)]}
    assert credit(made) == {"a": 0.5, "b": 0.5}
    assert credit(made, touches=["visit"]) == {"a": 1}
    assert credit(made, touchpoints="name") == {"visit": 0.5, "cart": 0.5}
    assert credit(made, touchpoints="name", touches=[{"name": "cart", "where": {"attr": "channel", "is": "a"}}]) == {}


def test_a_touchpoint_may_be_any_property():
    made = {"ana": [("visit", 0, {"size": 3}), ("visit", 1, {"size": 4}), ("visit", 2), ("order", 3)]}
    assert credit(made, touchpoints="size") == {"3": 0.5, "4": 0.5}


def test_a_goal_may_be_any_of_several_with_a_condition():
    made = {"ana": [("visit", 0, {"channel": "a"}), ("order", 1, {"value": 5.0}), ("call", 2, {"value": 50.0})]}
    big = {"name": ["order", "call"], "where": {"attr": "value", "min": 10}}
    answer = ask(journeys_of(made), Attribution(big, model="first"))
    assert (answer.conversions, answer.direct) == (1, 0)


def test_ties_stand_in_the_order_of_the_sender():
    a, b = ("visit", 0, {"channel": "a"}), ("visit", 0, {"channel": "b"})
    assert credit({"ana": [a, b, ("order", 0)]}, "first") == {"a": 1, "b": 0}
    assert credit({"ana": [b, a, ("order", 0)]}, "first") == {"b": 1, "a": 0}
    assert ask(journeys_of({"ana": [("order", 0), a]}), Attribution("order")).lost == 1


# Rules


def test_rules_share_a_conversion_as_they_say():
    made = customers_of([("abcd", True)])
    assert credit(made, "first") == {"a": 1, "b": 0, "c": 0, "d": 0}
    assert credit(made, "last") == {"d": 1, "a": 0, "b": 0, "c": 0}
    assert credit(made, "linear") == pytest.approx(dict.fromkeys("abcd", 0.25))
    assert credit(made, "position") == pytest.approx({"a": 0.4, "d": 0.4, "b": 0.1, "c": 0.1})
    assert credit(customers_of([("ab", True)]), "position") == {"a": 0.5, "b": 0.5}
    assert credit(customers_of([("a", True)]), "position") == {"a": 1}


def test_a_touch_loses_half_of_its_weight_in_each_half_life():
    made = {"ana": [("visit", 0, {"channel": "a"}), ("visit", 7, {"channel": "b"}), ("order", 8)]}
    assert credit(made, "time_decay") == pytest.approx({"b": 2 / 3, "a": 1 / 3})
    assert credit(made, "time_decay", half_life="1d") == pytest.approx({"b": 128 / 129, "a": 1 / 129})
    assert credit(made, "time_decay", half_life="1s") == pytest.approx({"b": 1, "a": 0})


def test_values_are_credited_as_conversions_are():
    made = {
        "ana": [("visit", 0, {"channel": "a"}), ("visit", 1, {"channel": "b"}), ("order", 2, {"value": 30.0})],
        "bo": [("visit", 0, {"channel": "a"}), ("order", 1, {"value": 7.0})],
        "cai": [("visit", 0, {"channel": "a"}), ("order", 1)],
    }
    assert credit(made, value="value", what="value") == {"a": 22.0, "b": 15.0}
    answer = ask(journeys_of(made), Attribution("order", model="linear", value="value"))
    assert "1 goals have no value" in answer.note
    assert ask(journeys_of(made), Attribution("order", model="last")).credits["a"].value.reason == "no_value"


def test_several_currencies_are_not_added_up():
    made = customers_of([("a", True), ("a", True), ("a", False)])
    made["c0"][1][2]["currency"], made["c1"][1][2]["currency"] = "SEK", "NOK"
    answer = ask(journeys_of(made), Attribution("order", value="value"))
    assert answer.credits["a"].value.reason == "mixed_currencies"


# Chains and games


def test_a_published_set_of_paths():
    """C1 > C2 > C3 converts, C1 and C2 > C3 do not: effects 0.5, 1, 1; credits 0.2, 0.4, 0.4."""
    made = customers_of([("123", True), ("1", False), ("23", False)])
    assert credit(made, "markov", order=1) == pytest.approx({"1": 0.2, "2": 0.4, "3": 0.4})
    assert credit(made, "markov", order=1, what="effect") == pytest.approx({"1": 0.5, "2": 1, "3": 1})


def test_a_second_order_sees_what_came_before():
    """a > b converts, c > b does not. Order 1 gives c half of what a has; order 2 knows better."""
    made = customers_of([("ab", True, 10), ("cb", False, 10)])
    assert credit(made, "markov", order=1, what="effect") == pytest.approx({"a": 0.5, "b": 1, "c": 0.5})
    assert credit(made, "markov", order=2, what="effect") == pytest.approx({"a": 1, "b": 1, "c": 0})


def test_shapley_is_of_the_rate_with_lost_journeys():
    """v(a) = .1, v(b) = .3, v(ab) = 1/3 (by hand in the tests of the game)."""
    made = customers_of(
        [("a", True), ("a", False, 9), ("b", True, 3), ("b", False, 7), ("ab", True, 6), ("ba", False, 4)]
    )
    assert credit(made, "shapley", what="effect") == pytest.approx({"a": 1 / 15, "b": 4 / 15})
    assert credit(made, "shapley") == pytest.approx({"a": 2, "b": 8})


def random_customers(seed, n, channels="abcd"):
    rng = np.random.default_rng(seed)
    paths = [rng.choice(list(channels), rng.integers(1, 5)).tolist() for _ in range(n)]
    return customers_of([(path, rng.random() < 0.1 + 0.2 * ("a" in path)) for path in paths])


def test_many_touchpoints_take_other_ways_to_the_same(monkeypatch):
    journeys = journeys_of(random_customers(1, 800))
    exact = {model: ask(journeys, Attribution("order", model=model, order=1)) for model in ("markov", "shapley")}
    monkeypatch.setattr(credit_models, "RESAMPLED_POINTS", 0)
    monkeypatch.setattr(credit_models, "RESAMPLED_CHANNELS", 0)
    for model, answer in exact.items():
        other = ask(journeys, Attribution("order", model=model, order=1))
        for name, each in answer.credits.items():
            moved = other.credits[name].effect
            assert moved.value == pytest.approx(each.effect.value)
            assert moved.high - moved.low == pytest.approx(each.effect.high - each.effect.low, rel=0.15)


def test_more_than_twenty_channels_are_sampled_and_say_so(monkeypatch):
    journeys = journeys_of(random_customers(2, 600, "abcdefgh"))
    exact = ask(journeys, Attribution("order", model="shapley"))
    assert exact.sampling_error is None
    monkeypatch.setattr(credit_models, "MOST_EXACT", 4)
    sampled = ask(journeys, Attribution("order", model="shapley"))
    assert 0 < sampled.sampling_error < 0.02
    for name, each in exact.credits.items():
        assert abs(sampled.credits[name].effect.value - each.effect.value) < 5 * sampled.sampling_error
        assert sampled.credits[name].effect.low < sampled.credits[name].effect.value


def test_the_incremental_estimate_is_not_scaled_and_has_a_baseline():
    """Half of the customers get an ad by chance; 20 % buy with it and 10 % without: half of theirs are its doing."""
    made = {f"seen {n}": [("join", 0), ("visit", 1, {"channel": "ad"})] for n in range(2000)}
    made |= {f"not {n}": [("join", 0)] for n in range(2000)}
    for n in range(400):
        made[f"seen {n}"] = [*made[f"seen {n}"], ("order", 2)]
    for n in range(200):
        made[f"not {n}"] = [*made[f"not {n}"], ("order", 2)]
    answer = ask(journeys_of(made), Attribution("order", model="incremental"))
    ad = answer.credits["ad"]
    assert ad.conversions.value == pytest.approx(200, rel=0.02)
    assert ad.conversions.low < 200 < ad.conversions.high
    assert ad.effect.value == pytest.approx(0.1, rel=0.02)
    assert answer.baseline.value == pytest.approx(400, rel=0.02)
    assert "Only an experiment measures effect" in answer.note
    assert "retargeting" in answer.note


def test_two_ways_of_resampling_the_incremental_estimate_agree(monkeypatch):
    journeys = journeys_of(random_customers(3, 1500))
    one = ask(journeys, Attribution("order", model="incremental"))
    monkeypatch.setattr(incremental, "REFIT_COST", 0)
    other = ask(journeys, Attribution("order", model="incremental"))
    for name, each in one.credits.items():
        wide = each.conversions.high - each.conversions.low
        moved = other.credits[name].conversions
        assert moved.value == pytest.approx(each.conversions.value)
        assert moved.high - moved.low == pytest.approx(wide, rel=0.2)


# What holds for every model

paths = st.lists(st.tuples(st.text("abc", min_size=1, max_size=4), st.booleans()), min_size=2, max_size=12).filter(
    lambda rows: {won for _, won in rows} == {True, False}
)


@settings(max_examples=40)
@given(paths)
def test_credits_sum_to_the_conversions_and_their_value(rows):
    answer = ask(journeys_of(customers_of(rows)), Attribution("order", model="all", value="value", resamples=0))
    won = sum(won for _, won in rows)
    for model in SCALED:
        credited = answer.compared[model].values()
        assert sum(each.conversions.value for each in credited) == pytest.approx(won)
        assert sum(each.value.value for each in credited) == pytest.approx(10 * won)
        assert sum(each.share.value for each in credited) == pytest.approx(1)


@settings(max_examples=15)
@given(paths, st.permutations("abc"), st.sampled_from(MODELS))
def test_names_of_channels_do_not_matter(rows, names, model):
    renamed = [(path.translate(str.maketrans("abc", "".join(names))), won) for path, won in rows]
    one, other = (credit(customers_of(each), model, resamples=0, order=2) for each in (rows, renamed))
    expected = {dict(zip("abc", names, strict=True))[name]: value for name, value in one.items()}
    assert other == pytest.approx(expected, nan_ok=True, abs=1e-7) if None not in one.values() else True


@settings(max_examples=15)
@given(paths, st.sampled_from(SCALED))
def test_the_same_journeys_twice_give_the_same_shares(rows, model):
    one, other = (
        credit(customers_of([(*row, n) for row in rows]), model, what="share", resamples=0, order=1) for n in (1, 3)
    )
    assert other == pytest.approx(one)


def by_hand(events, lookback):
    """Attempts of one customer as the definition says: (touches, outcome)."""
    attempts, touches = [], []
    for name, day, channel in events:
        if name == "order":
            kept = [what for when, what in touches if day - when <= lookback]
            attempts.append((kept, "conversions" if kept else "direct"))
            touches = []
        elif channel:
            touches.append((day, channel))
    if touches:
        attempts.append(([what for when, what in touches if touches[-1][0] - when <= lookback], "lost"))
    return attempts


events = st.lists(
    st.tuples(st.sampled_from(["visit", "order"]), st.integers(0, 8), st.sampled_from(["a", "b", None])), max_size=8
).map(lambda rows: sorted(rows, key=lambda row: row[1]))


@settings(max_examples=60)
@given(st.lists(events, min_size=1, max_size=5), st.integers(0, 5))
def test_attempts_are_as_by_hand(customers, lookback):
    made = {
        f"c{at}": [("stay", 0), *((name, day, {"channel": channel} if channel else {}) for name, day, channel in rows)]
        for at, rows in enumerate(customers)
    }
    made["all"] = [("order", 9)]
    question = Attribution("order", model="linear", lookback=f"{lookback}d", resamples=0)
    journeys = journeys_of(made)
    answer = ask(journeys, question).to_dict()
    attempts = {
        who: by_hand(rows, lookback) for who, rows in zip(made, [*customers, [("order", 9, None)]], strict=True)
    }
    for part in ("conversions", "lost", "direct"):
        having = [who for who, each in attempts.items() if any(ended == part for _, ended in each)]
        assert answer[part] == sum(ended == part for each in attempts.values() for _, ended in each)
        assert sorted(customers_behind(journeys, question, f"/{part}")) == sorted(having)
    for name, each in answer["credits"].items():
        all_touches = [touches for mine in attempts.values() for touches, _ in mine]
        having = [who for who, mine in attempts.items() if any(name in touches for touches, _ in mine)]
        assert each["touches"] == sum(touches.count(name) for touches in all_touches)
        assert sorted(customers_behind(journeys, question, f"/credits/{name}/touches")) == sorted(having)
        won = [touches for mine in attempts.values() for touches, ended in mine if ended == "conversions"]
        if won:
            expected = sum(touches.count(name) / len(touches) for touches in won)
            assert each["conversions"]["value"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "fields", [{"model": "all", "value": "value"}, {"model": "linear", "value": "value"}, {"order": 3}]
)
def test_chunks_and_pickles_and_the_order_of_customers_change_nothing(fields):
    made = random_customers(4, 300) | {
        f"d{at}": rows for at, rows in enumerate(random_customers(4, 60, "xay").values())
    }
    for at, rows in enumerate(made.values()):
        if rows[-1][0] == "order":
            rows[-1][2]["value"] = 100 / (at + 3)
    question = Attribution("order", **fields)
    whole = journeys_of(made)
    expected = ask(whole, question).to_dict()
    chunks = Journeys(whole.parts, whole.names, chunk_events=17).chunks(question.columns())
    parts = [pickle.loads(pickle.dumps(question.partial(chunk))) for chunk in chunks]
    assert len(parts) > 5
    assert question.answer(reduce(lambda total, more: more + total, parts)).to_dict() == expected
    assert question.answer(reduce(lambda total, more: question.together(more + total), parts)).to_dict() == expected
    turned = journeys_of(dict(reversed(made.items())))
    assert ask(turned, question).to_dict() == expected


def test_more_customers_make_narrower_intervals():
    few, many = (
        ask(journeys_of(random_customers(5, n)), Attribution("order", order=1)).credits["a"].effect for n in (200, 1800)
    )
    assert (many.high - many.low) / (few.high - few.low) == pytest.approx(1 / 3, rel=0.3)


def test_the_number_of_conversions_varies_as_that_of_customers_who_decide_by_themselves():
    """Of 4,000 customers half convert: 1.96 * sqrt(4000 / 4) is 62."""
    made = customers_of([("a", True, 2000), ("a", False, 2000)])
    each = ask(journeys_of(made), Attribution("order", model="last")).credits["a"].conversions
    assert each.high - each.low == pytest.approx(2 * 62, rel=0.15)


def test_without_resamples_the_values_are_the_same_to_the_last_digit():
    made = random_customers(7, 200)
    for at, rows in enumerate(made.values()):
        if rows[-1][0] == "order":
            rows[-1][2]["value"] = 100 / (at + 3)
    with_, without = (
        ask(journeys_of(made), Attribution("order", model="all", value="value", resamples=resamples)).compared
        for resamples in (20, 0)
    )
    for model in MODELS:
        for name, each in with_[model].items():
            other = without[model][name]
            for what in ("conversions", "value", "share", "effect"):
                assert getattr(each, what).value == getattr(other, what).value


def test_without_resamples_there_are_no_bounds():
    each = ask(journeys_of(random_customers(6, 50)), Attribution("order", resamples=0)).credits["a"].conversions
    assert (each.low, each.high) == (None, None)


# What cannot be known


def test_everything_converts():
    answer = ask(journeys_of(customers_of([("ab", True), ("b", True)])), Attribution("order", model="all"))
    assert answer.compared["linear"]["a"].conversions.value == 0.5
    for model in ("markov", "shapley", "incremental"):
        assert answer.compared[model]["a"].effect.reason == "no_lost"
        assert answer.compared[model]["a"].conversions.value is None
    assert answer.baseline.reason == "no_lost"
    assert "cannot be known without lost ones" in answer.note


def test_nothing_converts():
    answer = ask(journeys_of(customers_of([("ab", False)]) | {"x": [("order", 0)]}), Attribution("order"))
    assert (answer.conversions, answer.direct) == (0, 1)
    assert answer.credits["a"].conversions.reason == "no_conversions"
    assert "nothing to credit" in answer.note


def test_no_touches():
    answer = ask(journeys_of({"ana": [("visit", 0), ("order", 1)]}), Attribution("order", model="all"))
    assert (answer.credits, answer.conversions, answer.direct) == ({}, 0, 1)
    assert "No event is a touch" in answer.note


def test_one_channel_only():
    made = customers_of([("a", True, 3), ("aa", False, 5)])
    answer = ask(journeys_of(made), Attribution("order", model="all"))
    assert all(answer.compared[model]["a"].conversions.value == 3 for model in SCALED)
    assert answer.compared["incremental"]["a"].conversions.reason == "no_contrast"
    assert answer.baseline.reason == "no_contrast"
    assert "one touchpoint only" in answer.note


def test_a_goal_that_does_not_occur():
    with pytest.raises(NotFoundError, match="'ordr'"):
        ask(journeys_of(customers_of([("a", True)])), Attribution("ordr"))


def test_a_property_that_no_event_has():
    with pytest.raises(NotFoundError, match="'campaign'"):
        farled.read(pa.table({"customer": ["ana"], "time": [0], "name": ["order"]})).ask(
            Attribution("order", touchpoints="campaign")
        )


@pytest.mark.parametrize(
    "fields",
    [{"model": "magic"}, {"order": 4}, {"lookback": "soon"}, {"half_life": "0s"}, {"resamples": -1}, {"touches": [1]}],
)
def test_fields_that_cannot_be(fields):
    with pytest.raises(InputError):
        Attribution("order", **fields)


def test_too_many_touchpoints_for_a_chain():
    made = {f"c{n}": [("visit", 0, {"channel": f"x{n}"}), *([("order", 1)] if n % 2 else [])] for n in range(250)}
    with pytest.raises(InputError, match="250 touchpoints"):
        ask(journeys_of(made), Attribution("order"))
    assert credit(made, "linear")["x1"] == 1


def test_behind_names_no_other_numbers():
    journeys = journeys_of(customers_of([("a", True), ("b", False)]))
    assert customers_behind(journeys, Attribution("order"), "/credits/b/touches") == ["c1"]
    with pytest.raises(NotFoundError, match="/credits"):
        customers_behind(journeys, Attribution("order"), "/credits/z/touches")


def test_shapley_of_three_channels_is_the_game_of_their_masks():
    made = random_customers(7, 300, "abc")
    journeys = np.zeros((2, 8))
    for rows in made.values():
        mask = sum(1 << "abc".index(name) for name in {row[2].get("channel") for row in rows} - {None})
        journeys[0, mask] += 1
        journeys[1, mask] += rows[-1][0] == "order"
    expected = dict(zip("abc", rate_shapley(*journeys), strict=True))
    assert credit(made, "shapley", what="effect") == pytest.approx(expected)
