"""What a timing counts, rule by rule."""

import pickle
from itertools import permutations

import numpy as np
import pytest
from chunks_of import chunk_of
from hypothesis import given, settings
from hypothesis import strategies as st

from farled import Funnel, InputError, NotFoundError, Timing
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.journeys.select import split
from farled.questions.forms import from_pairs, from_plain

DAY = 86_400
TRIPS = {
    "ana": [("visit", 0), ("visit", 1), ("order", 3)],
    "bo": [("visit", 0), ("cart", 2)],
    "cai": [("order", 0), ("visit", 1), ("order", 8)],
    "dag": [("order", 4), ("cart", 10)],
}


def timing(start="visit", end="order", made=None, **fields):
    return ask(journeys_of(TRIPS if made is None else made), Timing(start, end, **fields))


def took(answer):
    """The days that each wait took, from the curve: all times at which something happened."""
    return [time / DAY / 1e6 for time in answer.survival.time.tolist()]


def test_a_mean_is_not_bounded_by_a_time_before_the_start():
    mean = timing(made={"ana": [("visit", 0), ("order", 0.01)], "bo": [("visit", 0), ("order", 2)]}).mean
    assert mean.low == 0.0 < mean.value < mean.high


def test_the_first_start_of_a_customer_counts_and_the_first_end_after_it():
    answer = timing()
    assert (answer.started, answer.n, answer.waiting, answer.missed) == (3, 2, 1, 0)
    assert took(answer) == [3, 7]
    assert answer.median.value == 5 * DAY
    assert answer.mean.value == 5 * DAY


def test_every_wait_counts_once_one_is_over():
    again = {"ana": [("a", 0), ("a", 1), ("b", 2), ("b", 3), ("a", 4), ("b", 9), ("a", 10)]}
    answer = timing("a", "b", again, count="entries")
    assert (answer.started, answer.n, answer.waiting) == (3, 2, 1)
    assert took(answer) == [2, 5]


def test_from_a_touchpoint_to_the_same_is_the_time_to_the_next_one():
    orders = {"ana": [("order", 0), ("order", 3), ("order", 10)]}
    assert took(timing("order", "order", orders)) == [3]
    every = timing("order", "order", orders, count="entries")
    assert took(every) == [3, 7]
    assert (every.started, every.waiting) == (3, 1)


def test_a_longer_wait_is_missed_and_one_just_as_long_is_not():
    answer = timing(within="3d")
    assert (answer.started, answer.n, answer.waiting, answer.missed) == (3, 1, 0, 2)
    assert took(answer) == [3]
    assert answer.curve[-1][0] == 3 * DAY
    assert [each.within for each in answer.shares][-2:] == ["1d", "3d"]


def test_who_was_not_watched_that_long_is_still_waiting():
    late = {"ana": [("a", 0), ("b", 1)], "bo": [("a", 8)], "cai": [("a", 7)], "end": [("x", 10)]}
    answer = timing("a", "b", late, within="3d")
    assert (answer.n, answer.waiting, answer.missed) == (1, 1, 1)


def test_after_a_miss_the_next_start_begins_a_new_wait():
    answer = timing("a", "b", {"ana": [("a", 0), ("a", 5), ("b", 6), ("x", 20)]}, within="2d", count="entries")
    assert (answer.started, answer.n, answer.missed) == (2, 1, 1)
    assert took(answer) == [1]
    first = timing("a", "b", {"ana": [("a", 0), ("a", 5), ("b", 6), ("x", 20)]}, within="2d")
    assert (first.started, first.n, first.missed) == (1, 0, 1)


def test_an_end_at_the_time_of_its_start_takes_no_time_unless_ties_are_strict():
    for order in (["a", "b"], ["b", "a"]):
        tied = {"ana": [(name, 1) for name in order], "bo": [("x", 9)]}
        assert took(timing("a", "b", tied)) == [0]
        assert timing("a", "b", tied, ties="strict").n == 0
        assert timing("a", "b", tied, ties="input").n == (order == ["a", "b"])


def test_of_several_events_of_one_time_as_many_waits_end_as_can():
    assert took(timing(["a", "b"], "b", {"ana": [("b", 1), ("a", 1)]})) == [0]
    every = timing("a", "b", {"ana": [("a", 0), ("b", 2), ("a", 2), ("b", 2), ("a", 2)]}, count="entries")
    assert (every.started, every.n, every.mean.value, every.waiting) == (3, 2, DAY, 1)


def test_one_event_never_starts_and_ends_the_same_wait():
    assert timing("a", ["a", "b"], {"ana": [("a", 1)], "bo": [("b", 3)]}).n == 0
    assert took(timing("a", ["a", "b"], {"ana": [("a", 1), ("a", 1)], "bo": [("b", 3)]})) == [0]


def test_ends_may_be_any_of_several_names_and_only_some_of_the_events():
    made = {"ana": [("a", 0), ("b", 1, {"size": "s"}), ("c", 2), ("b", 4, {"size": "xl"})]}
    assert took(timing("a", ["b", "c"], made)) == [1]
    assert took(timing("a", {"name": "b", "where": {"attr": "size", "is": "xl"}}, made)) == [4]


def test_groups_are_by_the_value_at_the_start():
    made = {
        "ana": [("a", 0, {"channel": "web"}), ("b", 1, {"channel": "app"})],
        "bo": [("a", 0, {"channel": "app"}), ("b", 4)],
        "cai": [("a", 0), ("b", 2)],
    }
    groups = timing("a", "b", made, by="channel").groups
    assert {value: took(answer) for value, answer in groups.items()} == {"web": [1], "app": [4], None: [2]}


def test_of_several_journeys_of_a_customer_the_first_with_a_start_counts():
    chunk = chunk_of({"ana": [("a", 0), ("a", 2), ("b", 3), ("b", 9)], "bo": [("b", 1), ("a", 12)]})
    chunk = split(chunk, [1, 0, 0, 1, 0, 1])
    question = Timing("a", "b")
    answer = question.answer(question.partial(chunk))
    assert (answer.started, answer.n, took(answer)) == (2, 1, [9])
    every = Timing("a", "b", count="entries")
    assert took(every.answer(every.partial(chunk))) == [1, 9]
    assert question.behind(chunk, "/n", answer.to_dict()).tolist() == [True, False]


# What cannot be known


def test_nobody_starts():
    nobody = timing(
        {"name": "cart", "where": {"attr": "size", "is": 9}}, "visit", {"ana": [("visit", 0), ("cart", 0, {"size": 1})]}
    )
    numbers = nobody.to_dict()
    assert nobody.started == 0
    assert {numbers[name]["reason"] for name in ("median", "p10", "p90", "mean", "half")} == {"nobody"}
    assert (numbers["curve"], numbers["histogram"], numbers["shares"]) == ([], [], [])
    assert "Nobody" in str(nobody)


def test_everybody_is_still_waiting():
    answer = timing("a", "b", {"ana": [("a", 0), ("x", 5)], "bo": [("b", 0), ("a", 1)]})
    assert (answer.started, answer.n, answer.waiting) == (2, 0, 2)
    assert (answer.median.reason, answer.half.reason) == ("nobody", "open")
    assert answer.shares[-1].share.value == 0
    assert answer.shares[-1].share.high > 0
    assert "all are still waiting" in str(answer)


def test_an_end_that_nobody_ever_does_is_an_unknown_name():
    with pytest.raises(NotFoundError, match="'ordr'"):
        timing(end="ordr")


def test_the_largest_times_do_not_wrap_round():
    far = 9_000_000 * 12  # days
    answer = timing("a", "b", {"ana": [("a", 0), ("b", 1)], "bo": [("a", 9_000_000), ("b", 9_000_001)]})
    assert took(answer) == [1]
    assert far > answer.survival.longest / 1e6 / DAY


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start": "", "end": "b"}, "start"),
        ({"start": "a", "end": {"names": "b"}}, "end"),
        ({"start": "a", "end": 3}, "end"),
        ({"start": "a", "end": "b", "within": "soon"}, "span"),
        ({"start": "a", "end": "b", "count": "sessions"}, "count"),
        ({"start": "a", "end": "b", "ties": "none"}, "ties"),
    ],
)
def test_bad_fields_are_one_clear_error(fields, said):
    with pytest.raises(InputError, match=said) as caught:
        Timing(**fields)
    assert caught.value.hint


def test_a_start_that_is_missing_is_said():
    with pytest.raises(InputError, match="timing needs start"):
        from_plain({"question": "timing", "end": "b"})


def test_texts_name_one_event_or_any_of_several():
    assert from_pairs("timing", [("start", "a"), ("end", "b|c")]) == Timing("a", ["b", "c"])
    assert from_pairs("timing", [("start", "a, b"), ("end", '["b|c"]')]) == Timing("a, b", ["b|c"])
    where = '{"name": "b", "where": {"attr": "size", "is": 2}}'
    assert from_pairs("timing", [("start", "a"), ("end", where)]).end.where is not None


# Whole answers


names = st.sampled_from(["a", "b", "c"])
journeys = st.dictionaries(
    st.sampled_from("stuvw"), st.lists(st.tuples(names, st.integers(0, 4)), min_size=1, max_size=7), min_size=1
)
touchpoints = st.sampled_from(["a", "b", ["a", "b"], ["b", "c"]])
fields = st.fixed_dictionaries(
    {
        "ties": st.sampled_from(["any", "input", "strict"]),
        "within": st.sampled_from([None, "1d", "2d"]),
        "count": st.sampled_from(["customers", "entries"]),
    }
)


def waits_by_hand(events, start, end, ties, within, count):
    """All waits of a journey by trying, per moment, every order of its events and keeping what ends most."""
    starts, ends = ({one} if isinstance(one, str) else set(one) for one in (start, end))
    longest = np.inf if within is None else int(within[:-1])
    moments = {}
    for name, time in sorted(events, key=lambda event: event[1]):
        moments.setdefault(time, []).append(name)
    begun, found = None, []
    for time, moment in moments.items():
        if begun is not None and time - begun > longest:
            found.append((begun, None))
            begun = None
        if ties == "strict":
            if begun is not None and ends & set(moment):
                found.append((begun, time - begun))
                begun = None
            begun = time if begun is None and starts & set(moment) else begun
            continue
        orders = [moment] if ties == "input" else list(permutations_of(moment))
        tried = [walk(order, begun, time, starts, ends) for order in orders]
        closed, begun = max(tried, key=lambda each: (len(each[0]), each[1] is not None, -(each[1] or 0)))
        found += closed
    if begun is not None:
        found.append((begun, None))
    return found[:1] if count == "customers" else found


def walk(order, begun, time, starts, ends):
    closed = []
    for name in order:
        ended = begun is not None and name in ends
        if ended:
            closed.append((begun, time - begun))
        if name in starts and (begun is None or ended):
            begun = time
        elif ended:
            begun = None
    return closed, begun


def permutations_of(names_at):
    return set(permutations(names_at))


@given(journeys, touchpoints, touchpoints, fields)
def test_equals_trying_every_order_by_hand(made, start, end, asked):
    made = {**made, "zed": [("a", 0), ("b", 0), ("c", 0), ("x", 6)]}
    answer = ask(journeys_of(made), Timing(start, end, **asked))
    waits = [wait for events in made.values() for wait in waits_by_hand(events, start, end, **asked)]
    longest = np.inf if asked["within"] is None else int(asked["within"][:-1])
    ended = sorted(took for _, took in waits if took is not None)
    open_ = [begun for begun, took in waits if took is None]
    assert answer.started == len(waits)
    assert answer.n == len(ended)
    assert answer.missed == sum(6 - begun >= longest for begun in open_)
    assert answer.waiting == sum(6 - begun < longest for begun in open_)
    if ended:
        assert answer.mean.value == pytest.approx(np.mean(ended) * DAY)
        for share, found in ((0.1, answer.p10), (0.5, answer.median), (0.9, answer.p90)):
            assert found.value == pytest.approx(np.quantile(ended, share) * DAY)
        assert sum(each.count for each in answer.histogram) == len(ended)
        for each in answer.histogram:
            inside = [took for took in ended if each.low < took * DAY <= each.high]
            first = each is answer.histogram[0]
            assert each.count == len(inside) + (ended.count(0) if first and each.low == 0 else 0)


@given(journeys, touchpoints, touchpoints, st.sampled_from(["any", "input", "strict"]))
def test_as_many_end_as_a_funnel_of_both_counts(made, start, end, ties):
    made = {**made, "zed": [("a", 0), ("b", 0), ("c", 0)]}
    index = journeys_of(made)
    funnel = ask(index, Funnel([start, end], ties=ties))
    answer = ask(index, Timing(start, end, ties=ties))
    assert answer.n == funnel.steps[1].customers
    assert answer.started == funnel.steps[0].customers
    whole = (answer.shares[-1].share.value or 0) if answer.shares and not answer.waiting else None
    assert whole is None or whole <= 1


@settings(max_examples=25)
@given(journeys, touchpoints, touchpoints, fields)
def test_customers_behind_a_number_are_as_many_as_it_says(made, start, end, asked):
    made = {**made, "zed": [("a", 0), ("b", 0), ("c", 0)]}
    index = journeys_of(made)
    question = Timing(start, end, **{**asked, "count": "customers"})
    answer = ask(index, question).to_dict()
    for number in ("started", "n", "waiting", "missed"):
        assert len(customers_behind(index, question, f"/{number}")) == answer[number]
    for at, each in enumerate(answer["histogram"]):
        assert len(customers_behind(index, question, f"/histogram/{at}/count")) == each["count"]


def test_customers_behind_a_group():
    made = {"ana": [("a", 0, {"channel": "web"}), ("b", 1)], "bo": [("a", 0), ("b", 4)], "cai": [("a", 1)]}
    index, question = journeys_of(made), Timing("a", "b", by="channel")
    answer = ask(index, question)
    assert list(answer.groups) == [None, "web"]
    assert customers_behind(index, question, "/groups/0/n") == ["bo"]
    assert customers_behind(index, question, "/groups/0/waiting") == ["cai"]
    assert customers_behind(index, question, "/groups/1/histogram/0/count") == ["ana"]
    for part in ("/groups/2/n", "/groups/0/median", "/histogram/99/count", "/mean", "/histogram/0/from"):
        with pytest.raises(NotFoundError):
            customers_behind(index, question, part)


@given(journeys, fields, st.integers(1, 4))
def test_the_size_of_chunks_does_not_matter(made, asked, size):
    made = {**made, "zed": [("a", 0), ("b", 0), ("c", 0, {"channel": "web"})]}
    whole = journeys_of(made)
    small = Journeys(whole.parts, whole.names, chunk_events=size)
    question = Timing("a", ["b", "c"], by="channel", **asked)
    assert ask(small, question).to_dict() == ask(whole, question).to_dict()


@settings(max_examples=40)
@given(journeys, fields, st.integers(1, 3), st.randoms(use_true_random=False))
def test_parts_may_be_added_in_any_order_and_grouping(made, asked, size, random):
    whole = journeys_of({**made, "zed": [("a", 0), ("b", 0), ("c", 0, {"channel": "web"})]})
    question = Timing("a", ["b", "c"], by="channel", **asked)
    chunks = Journeys(whole.parts, whole.names, chunk_events=size).chunks(question.columns())
    parts = [pickle.loads(pickle.dumps(question.partial(chunk))) for chunk in chunks]
    while len(parts) > 1:
        parts.append(parts.pop(random.randrange(len(parts))) + parts.pop(random.randrange(len(parts))))
    answer, once = question.answer(parts[0]), ask(whole, question)
    assert answer.to_dict() == once.to_dict()
    assert np.array_equal(answer.survival.waiting, once.survival.waiting)
    assert np.array_equal(answer.survival.spread, once.survival.spread, equal_nan=True)


def test_the_curve_begins_with_nobody_and_rises_to_the_longest_time_watched():
    rng = np.random.default_rng(1)
    made = {
        f"c{number}": [("a", 0.0), ("b", float(time))] if time < 9 else [("a", 0.0)]
        for number, time in enumerate(rng.exponential(5, 400))
    }
    answer = timing("a", "b", made)
    times, shares = zip(*answer.curve, strict=True)
    values = [share.value for share in shares]
    assert len(times) <= 100
    assert (times[0], values[0]) == (0, 0)
    assert list(times) == sorted(times)
    assert values == sorted(values)
    assert all(share.low <= share.value <= share.high for share in shares)
    assert values[-1] == pytest.approx(answer.n / answer.started)
