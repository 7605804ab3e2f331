"""What sessions count, rule by rule."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled import Flow, InputError, NotFoundError, Sessions
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.questions.forms import from_pairs
from farled.stats.clustered import Sums, mean_of

HOUR = 1 / 24
TRIPS = {
    "ana": [("visit", 0), ("cart", HOUR / 2), ("order", HOUR)],
    "bo": [("visit", 0), ("visit", 1), ("cart", 1 + HOUR / 4), ("visit", 9)],
    "cai": [("visit", 3)],
}


def sessions(made=None, **fields):
    return ask(journeys_of(TRIPS if made is None else made), Sessions(**fields))


def test_a_longer_silence_begins_a_new_session_and_one_just_as_long_does_not():
    assert sessions().sessions == 5
    assert sessions(gap="29min").sessions == 7
    assert sessions(gap="2d").sessions == 4


def test_numbers_of_a_session_are_its_events_and_the_time_from_first_to_last():
    answer = sessions()
    assert (answer.customers, answer.events) == (3, 8)
    assert answer.per_customer.mean.value == pytest.approx(5 / 3)
    assert answer.per_session.mean.value == pytest.approx(8 / 5)
    assert (answer.per_session.median, answer.length.median) == (1, 0)
    assert answer.length.mean.value == pytest.approx((3600 + 900) / 5)
    assert answer.length.p90 == pytest.approx(3600 * 0.6 + 900 * 0.4)
    assert answer.single.value == 3 / 5


def test_an_interval_counts_customers_and_not_sessions():
    alike = {f"c{customer}": [("a", day) for day in range(1 + 9 * (customer % 2))] for customer in range(40)}
    single = sessions(alike).single
    assert (single.value, single.low) == (1, pytest.approx(0.912, abs=0.001))
    assert single.n == 220
    assert sessions({"ana": [("a", 0), ("a", 1)]}).per_session.mean.low is None


def test_customers_are_counted_by_how_many_sessions_they_have():
    visits = sessions().visits
    assert [(each.low, each.high, each.customers) for each in visits] == [(1, 1, 2), (2, 2, 0), (3, 4, 1)]
    many = {"ana": [("a", day) for day in range(60)]}
    assert (sessions(many).visits[-1].low, sessions(many).visits[-1].high) == (50, None)


def test_groups_are_by_the_value_at_the_first_event_of_a_session():
    made = {
        "ana": [("a", 0, {"channel": "web"}), ("b", HOUR / 9), ("a", 1, {"channel": "app"})],
        "bo": [("a", 0, {"channel": "web"}), ("a", 5)],
    }
    answer = sessions(made, by="channel")
    numbers = {value: (group.sessions, group.customers, group.events) for value, group in answer.groups.items()}
    assert numbers == {"web": (2, 2, 3), "app": (1, 1, 1), None: (1, 1, 1)}


def test_many_events_and_many_sessions_are_counted_too():
    made = {"ana": [("a", at * 1e-7) for at in range(5000)], "bo": [("a", float(at)) for at in range(4500)]}
    answer = sessions(made)
    assert (answer.sessions, answer.events) == (4501, 9500)
    assert answer.per_session.mean.value == pytest.approx(9500 / 4501)
    assert answer.per_customer.median == pytest.approx(4501 / 2)


def test_the_largest_times_do_not_wrap_round():
    made = {"ana": [("a", -9_000_000), ("a", 9_000_000)], "bo": [("a", 0)]}
    assert sessions(made).sessions == 3
    assert sessions(made, gap="5200w").sessions == 3


@pytest.mark.parametrize("gap", ["half an hour", "", "-5min", "1.5h", "30"])
def test_a_gap_that_is_no_span_is_one_clear_error(gap):
    with pytest.raises(InputError, match="is not a span"):
        Sessions(gap=gap)


def test_texts_are_read():
    assert from_pairs("sessions", [("gap", "1h"), ("by", "channel")]) == Sessions("1h", "channel")


journeys = st.dictionaries(
    st.sampled_from("stuvw"),
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from([0, 1, 2, 2.25, 2.5, 4, 7]),
            st.sampled_from([{}, {"channel": "web"}, {"channel": "app"}]),
        ),
        min_size=1,
        max_size=7,
    ),
    min_size=1,
)


def sums(things):
    """Of one list of numbers per customer."""
    x, y = [len(each) for each in things], [sum(each) for each in things]
    pairs = list(zip(x, y, strict=True))
    squares = sum(a * a for a in x), sum(a * b for a, b in pairs), sum(b * b for b in y)
    return Sums(len(things), sum(x), sum(y), *squares)


def by_hand(made, gap):
    """The sessions of each customer: lists of days."""
    found = []
    for events in made.values():
        mine = []
        for time in sorted(time for _, time, *_ in events):
            if not mine or time - mine[-1][-1] > gap:
                mine.append([])
            mine[-1].append(time)
        found.append(mine)
    return found


@given(journeys, st.sampled_from([0, 1, 2]))
def test_equals_counting_by_hand(made, gap):
    answer = sessions(made, gap=f"{gap}d")
    customers = by_hand(made, gap)
    every = [session for mine in customers for session in mine]
    assert (answer.sessions, answer.customers) == (len(every), len(customers))
    long = [[int(86_400 * (each[-1] - each[0])) for each in mine] for mine in customers]
    size, length = [len(each) for each in every], [86_400 * (each[-1] - each[0]) for each in every]
    for values, spread in (
        ([len(mine) for mine in customers], answer.per_customer),
        (size, answer.per_session),
        (length, answer.length),
    ):
        assert spread.mean.value == pytest.approx(np.mean(values))
        assert spread.median == pytest.approx(np.quantile(values, 0.5))
        assert spread.p90 == pytest.approx(np.quantile(values, 0.9))
    assert answer.single.value == pytest.approx(size.count(1) / len(size))
    for number, mine in (
        (answer.per_session, [[len(each) for each in one] for one in customers]),
        (answer.length, long),
    ):
        expected = mean_of(sums(mine))
        assert (number.mean.low is None) == (expected.low is None)
        assert number.mean.high == pytest.approx(expected.high)
    assert sum(each.sessions for each in answer.lengths) == sum(each > 0 for each in length)
    assert sum(each.customers for each in answer.visits) == len(customers)
    counted = Counter(map(len, customers))
    for each in answer.visits:
        assert each.customers == sum(counted[n] for n in range(each.low, (each.high or 99) + 1))


@given(journeys, st.sampled_from(["0s", "1d", "2d"]))
def test_sessions_are_the_journeys_of_a_flow_cut_by_the_same_silence(made, gap):
    index = journeys_of(made)
    assert sum(ask(index, Flow(cut=gap)).starts.values()) == ask(index, Sessions(gap)).sessions


@given(journeys, st.integers(1, 4))
def test_the_size_of_chunks_does_not_matter(made, size):
    made = {**made, "zed": [("a", 0, {"channel": "web"})]}
    whole = journeys_of(made)
    small = Journeys(whole.parts, whole.names, chunk_events=size)
    question = Sessions("1d", by="channel")
    assert ask(small, question).to_dict() == ask(whole, question).to_dict()


@settings(max_examples=25)
@given(journeys)
def test_groups_and_customers_behind_make_the_whole(made):
    made = {**made, "zed": [("a", 0, {"channel": "web"})]}
    index, question = journeys_of(made), Sessions("1d", by="channel")
    found = ask(index, question)
    answer = found.to_dict()
    assert sum(group.sessions for group in found.groups.values()) == found.sessions
    assert len(customers_behind(index, question, "/customers")) == found.customers
    for at, each in enumerate(answer["visits"]):
        assert len(customers_behind(index, question, f"/visits/{at}/customers")) == each["customers"]
    for at, group in enumerate(answer["groups"]):
        assert len(customers_behind(index, question, f"/groups/{at}/customers")) == group["customers"]
        for place, each in enumerate(group["visits"]):
            part = f"/groups/{at}/visits/{place}/customers"
            assert len(customers_behind(index, question, part)) == each["customers"]


def test_a_number_without_customers_is_said():
    index = journeys_of(TRIPS)
    for part in ("/sessions", "/visits/9/customers", "/groups/0/customers", "/length/median"):
        with pytest.raises(NotFoundError):
            customers_behind(index, Sessions(), part)
    with pytest.raises(NotFoundError):
        customers_behind(
            journeys_of({"ana": [("a", 0, {"channel": "web"})]}), Sessions(by="channel"), "/groups/1/customers"
        )
