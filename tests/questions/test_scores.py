"""Nps, Csat and Ces: which answers count, where they belong, and what is withheld."""

import numpy as np
import pytest
from chunks_of import chunk_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from farled.engine.local import ask, customers_behind
from farled.errors import InputError, NotFoundError
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.questions import Ces, Csat, Nps
from farled.stats.scores import mean_difference

BEGIN = 1_782_864_000_000_000  # 1 July 2026, midnight UTC


def said(day, score, scale="nps", **more):
    return ("answer", day, {"score": float(score), "scale": scale, **more})


def each(*answers):
    """One customer per answer."""
    return {f"c{at}": list(events) if isinstance(events, list) else [events] for at, events in enumerate(answers)}


def asked(made, question, **more):
    return ask(journeys_of(made, **more), question)


def test_nps_is_the_share_of_9_and_10_minus_the_share_of_0_to_6():
    answer = asked(each(*(said(0, score) for score in (10, 9, 9, 8, 7, 6, 0))), Nps())
    assert answer.score.value == pytest.approx(100 * (3 - 2) / 7)
    assert [share.part for share in answer.whole.parts.values()] == [3, 2, 2]
    assert list(answer.whole.parts) == ["promoters", "passives", "detractors"]


def test_csat_is_the_share_of_4_and_5_with_the_mean_beside_it():
    answer = asked(each(*(said(0, score, "csat") for score in (5, 4, 3, 2, 1))), Csat())
    assert (answer.score.part, answer.score.n, answer.whole.mean.value) == (2, 5, 3.0)


def test_the_last_answer_of_a_customer_counts_but_for_effort_the_mean_of_them():
    twice = [[said(0, 1, scale), said(1, 5, scale)] for scale in ("nps", "csat", "ces") for _ in range(5)]
    assert asked(each(*twice), Csat()).score.value == 1.0
    assert asked(each(*twice), Nps()).score.value == -100.0
    assert asked(each(*twice), Ces()).score.value == 3.0


def test_in_each_group_the_last_answer_there_counts_and_the_whole_is_counted_for_itself():
    made = each(*([said(0, 0, channel="web"), said(1, 10, channel="app")] for _ in range(6)))
    answer = asked(made, Nps(by="channel"))
    assert answer.score.value == 100
    assert {value: score.score.value for value, score in answer.groups.items()} == {"web": -100, "app": 100}
    assert sum(score.n for score in answer.groups.values()) == 2 * answer.n


def test_fewer_than_five_answers_give_no_number_and_fewer_than_thirty_are_flagged():
    four, five, thirty = (asked(each(*[said(0, 9)] * n), Nps()) for n in (4, 5, 30))
    assert (four.score.value, four.score.reason, four.whole.few) == (None, "too_few", False)
    assert four.whole.parts["promoters"].value is four.whole.mean.value is None
    assert (five.score.value, five.whole.few) == (100, True)
    assert thirty.whole.few is False
    assert asked(each(("visit", 0)), Nps()).score.reason == "nobody"


def test_scores_off_their_scale_are_counted_and_said_and_not_used():
    made = each(*[said(0, 9)] * 5, said(0, 11), [said(0, 9), said(1, -1)], ("answer", 0, {"score": 3.0}))
    answer = asked(made, Nps())
    assert (answer.n, answer.off_scale, answer.without_scale) == (6, 2, 1)
    assert "2 answers are off the scale" in str(answer)
    assert "1 scores have no scale" in str(answer)


def test_at_is_the_touchpoint_that_the_answer_names_or_the_name_of_the_answer_itself():
    made = each(*[said(0, 10, touchpoint="till")] * 5, *[("stars", 0, {"score": 0.0, "scale": "nps"})] * 5)
    assert asked(made, Nps()).n == 10
    assert asked(made, Nps(at="till")).score.value == 100
    assert asked(made, Nps(at="stars")).score.value == -100
    assert asked(made, Nps(at=["till", "stars"])).score.value == 0
    assert {value: score.n for value, score in asked(made, Nps(by="name")).groups.items()} == {"stars": 5, "till": 5}


def test_a_place_that_nobody_knows_is_an_error_with_the_nearest():
    with pytest.raises(NotFoundError, match="named 'tll'") as raised:
        asked(each(said(0, 9, touchpoint="till")), Nps(at="tll"))
    assert "till" in raised.value.hint


def test_periods_are_of_the_calendar_in_the_time_zone_and_in_order():
    made = each(*[said(2, 10)] * 6, *[said(31 - 1 / 24, 0)] * 5)
    july = asked(made, Nps(by="month", time_zone="UTC"), start=BEGIN).groups
    assert {value: score.n for value, score in july.items()} == {"2026-07": 11}
    oslo = asked(made, Nps(by="month", time_zone="Europe/Oslo"), start=BEGIN).groups
    assert [(value, score.score.value) for value, score in oslo.items()] == [("2026-07", 100), ("2026-08", -100)]
    names = {"day": "2026-07-03", "week": "2026-W27", "quarter": "2026-Q3", "year": "2026"}
    for by, first in names.items():
        assert next(iter(asked(made, Nps(by=by), start=BEGIN).groups)) == first


def test_groups_may_be_numbers_and_an_answer_without_a_value_is_in_a_group_of_its_own():
    made = each(*[said(0, 9, value=2.0)] * 5, *[said(0, 9)] * 6)
    assert {value: score.n for value, score in asked(made, Nps(by="value")).groups.items()} == {2.0: 5, None: 6}


def ask_of(day, **more):
    return ("mail", day, more)


def test_the_response_rate_counts_first_asks_and_those_who_may_still_answer():
    answered = [ask_of(0), said(1, 9)]
    late = [ask_of(0), said(9, 9)]
    silent = [ask_of(0), ask_of(5)]
    waiting = [ask_of(18)]
    made = each(*[answered] * 6, *[late] * 2, *[silent] * 4, *[waiting] * 3, [said(0, 9), ask_of(0)], [said(2, 9)])
    response = asked(made, Nps(ask="mail", within="7d"), end=20).response
    assert (response.asked, response.answered, response.silent, response.open) == (16, 6, 7, 3)
    assert response.rate.value == 6 / 16  # all were watched for as long as an answer took
    assert asked(made, Nps()).response is None


def test_in_what_those_who_answer_differ_is_said_plainly():
    busy = [*(("visit", day / 10, {"channel": "app"}) for day in range(9)), ask_of(2, to="x"), said(3, 9)]
    idle = [("visit", 1.5, {"channel": "web"}), ask_of(2, to="x")]
    made = each(*[busy] * 12, *[idle] * 12)
    made["lone"] = [ask_of(2, to="y"), said(3, 9)]
    question = Nps(ask={"name": "mail", "where": {"attr": "to", "is": "x"}}, within="7d")
    answer = asked(made, question, end=30)
    found = {each.trait: each for each in answer.response.differences}
    assert answer.response.asked == 24
    assert found["events before"].answered.value == 9
    assert found["events before"].silent.value == 1
    assert found["events before"].difference.value == 8
    assert found["channel app"].answered.value == 1.0
    assert found["channel app"].difference.value == 1.0
    assert found["days since the event before"].difference.value == pytest.approx(1.2 - 0.5)
    assert "Events before: 9 for those who answered, 1 for the others." in str(answer)
    assert len(answer.response.table().rows) == len(found)


def test_no_difference_is_claimed_of_fewer_than_five():
    made = each(*[[("visit", 0), ask_of(1), said(2, 9)]] * 9, *[[ask_of(1)]] * 4)
    answer = asked(made, Nps(ask="mail"), end=90)
    assert not any(difference.is_clear for difference in answer.response.differences)


def test_customers_behind_each_number():
    made = each(said(0, 10), said(0, 9), [said(0, 0), said(1, 8)], said(0, 3), said(0, 2, touchpoint="till"))
    made["asked"] = [ask_of(0)]
    journeys = journeys_of(made, end=60)

    def behind(part, **more):
        return customers_behind(journeys, Nps(**more), part)

    assert behind("/n") == ["c0", "c1", "c2", "c3", "c4"]
    assert behind("/promoters") == ["c0", "c1"]
    assert behind("/passives") == ["c2"]
    assert behind("/groups/1/detractors", by="name") == ["c4"]
    assert behind("/response/silent", ask="mail") == ["asked"]
    for part, more in (("/score", {}), ("/groups/9/n", {"by": "name"}), ("/response/asked", {}), ("/groups/0/x", {})):
        with pytest.raises(NotFoundError):
            behind(part, **more)


@pytest.mark.parametrize(
    ("fields", "says"), [({"at": [1]}, "at is"), ({"within": "soon"}, "span"), ({"time_zone": "Mars"}, "time zone")]
)
def test_bad_input_is_named(fields, says):
    with pytest.raises(InputError, match=says):
        Nps(**fields)


scores = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 11), st.sampled_from(["a", "b"])), max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(scores, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_scores_are_the_definition_whatever_the_order_of_customers_and_the_chunks(customers, random):
    made = {
        f"c{at}": [("visit", 0), *(said(day, score, touchpoint=place) for day, score, place in sorted(rows, key=first))]
        for at, rows in enumerate(customers)
    }
    expected = [[score for _, score, _ in sorted(rows, key=first) if 0 <= score <= 10][-1:] for rows in customers]
    last = [score[0] for score in expected if score]
    answer = asked(made, Nps(by="name"))
    assert answer.n == len(last)
    assert answer.off_scale == sum(not 0 <= score <= 10 for rows in customers for _, score, _ in rows)
    if len(last) >= 5:
        net = sum(score >= 9 for score in last) - sum(score <= 6 for score in last)
        assert answer.score.value == pytest.approx(100 * net / len(last))
    shuffled = list(made)
    random.shuffle(shuffled)
    whole = journeys_of({customer: made[customer] for customer in shuffled})
    small = Journeys(whole.parts, whole.names, chunk_events=5)
    assert ask(small, Nps(by="name")).to_dict() == answer.to_dict()


def first(row):
    return row[0]


def test_a_chunk_without_answers_is_counted_as_nobody():
    empty = chunk_of({}, names=["visit"])
    assert Nps(by="name", ask="visit").answer(Nps(by="name", ask="visit").partial(empty)).n == 0


def test_the_difference_of_two_means_is_that_of_welch():
    a, b = np.array([27.5, 21.0, 19.0, 23.6, 17.0]), np.array([27.1, 22.0, 20.8, 23.4, 23.4])
    interval = ttest_ind(a, b, equal_var=False).confidence_interval()
    found = mean_difference(a, b)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert mean_difference(a[:1], b).reason == "too_few"


def test_where_nobody_answered_on_the_scale_the_scales_there_are_named():
    said = [("stars", 5.0), ("stars", 4.0), ("nps", 9.0)]
    made = {str(at): [("survey", 0, {"score": score, "scale": scale})] for at, (scale, score) in enumerate(said)}
    answer = ask(journeys_of(made), Csat())
    assert answer.to_dict()["other_scales"] == {"stars": 2, "nps": 1}
    assert "stars (2, read by the metric stars of a map), nps (1, ask nps)" in answer.table().note
    assert "bring them in with 'csat' as their scale" in answer.table().note
    both = ask(journeys_of(made), Nps())
    assert (both.n, both.other_scales) == (1, {})
    assert "other scales" not in both.table().note
