"""What retention is, rule by rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, reduce
from itertools import pairwise
from operator import add
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import farled
from farled import Funnel, InputError, NotFoundError, Retention
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.questions.forms import from_plain, to_plain
from farled.spans import DAY, instant, microseconds
from farled.stats.clustered import Sums, share_of
from farled.stats.intervals import Rate

EVERYWHERE = ["UTC", "Europe/Oslo", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "America/Sao_Paulo"]
LENGTH = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


def at(text, zone="UTC"):
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def journeys(made, end=None, zone="UTC"):
    """Journeys of events written as ``"visit 2026-01-05"``, one text per customer."""
    told = {
        who: [(name, at(when, zone) / DAY) for name, when in (each.split(" ", 1) for each in events.split(", "))]
        for who, events in made.items()
    }
    return journeys_of(told, end=None if end is None else at(end, zone) / DAY)


def table(answer):
    return {cohort.name: cohort.back for cohort in answer.cohorts}


# Five customers, counted by hand: weeks begin on 5, 12, 19 and 26 January 2026.
SHOP = {
    "ana": "visit 2026-01-05, visit 2026-01-13, order 2026-01-25",
    "bo": "visit 2026-01-11T23:59, visit 2026-01-12, visit 2026-01-14",
    "cai": "visit 2026-01-06, order 2026-01-20",
    "dag": "order 2026-01-07, visit 2026-01-12, visit 2026-01-19",
    "eli": "visit 2026-01-27",
}


def test_a_table_counted_by_hand():
    answer = ask(journeys(SHOP, end="2026-02-02"), Retention("visit"))
    assert table(answer) == {
        "2026-W02": (3, 2, 2, 0),  # ana, bo and cai; in the next week ana and bo, then ana and cai
        "2026-W03": (1, 1, 0, None),  # dag
        "2026-W04": (0, 0, None, None),
        "2026-W05": (1, None, None, None),  # eli
    }
    assert [each and (each.part, each.n) for each in answer.pooled] == [(5, 5), (3, 4), (2, 4), (0, 3)]


def test_a_return_may_be_another_event():
    assert table(ask(journeys(SHOP, end="2026-02-02"), Retention("visit", "order")))["2026-W02"] == (3, 0, 2, 0)


def test_rolling_counts_24_hours_from_the_start_whatever_the_calendar_says():
    answer = ask(journeys(SHOP, end="2026-03-01"), Retention("visit", mode="rolling"))
    assert table(answer)["2026-W02"][:4] == (3, 1, 2, 0)  # ana on day 8; cai on day 14, ana on day 20; bo within 7 days


def test_unbounded_is_back_in_that_period_or_later():
    answer = ask(journeys(SHOP, end="2026-02-02"), Retention("visit", mode="unbounded"))
    assert table(answer)["2026-W02"] == (3, 3, 2, 0)


def test_brackets_run_from_one_span_to_the_next():
    answer = ask(
        journeys(SHOP, end="2026-03-01"), Retention("visit", mode="brackets", brackets=["1d", "8d", "14d", "15d"])
    )
    assert answer.columns == ("0", "1d..8d", "8d..14d", "14d..15d")
    assert table(answer)["2026-W02"] == (3, 1, 1, 1)  # bo on day 2, ana on day 8, cai on day 14 to the minute


def test_the_start_is_not_its_own_return_but_another_event_of_the_same_time_is_one():
    made = {
        "ana": "visit 2026-01-05, order 2026-01-05",
        "bo": "order 2026-01-05, visit 2026-01-05",
        "cai": "visit 2026-01-05",
    }
    index = journeys(made, end="2026-02-01")
    asked = {"mode": "brackets", "brackets": ["0s", "1d"]}
    assert table(ask(index, Retention("visit", **asked)))["2026-W02"] == (3, 2)
    assert table(ask(index, Retention("visit", "visit", **asked)))["2026-W02"] == (3, 0)


def test_recurring_customers_enter_in_every_period_with_a_start():
    answer = ask(journeys(SHOP, end="2026-02-02"), Retention("visit", cohort="recurring"))
    assert table(answer) == {
        "2026-W02": (3, 2, 2, 0),
        "2026-W03": (3, 2, 0, None),  # ana, bo and dag; then ana (an order) and dag
        "2026-W04": (1, 0, None, None),
        "2026-W05": (1, None, None, None),
    }


def test_a_cell_is_none_until_the_last_moment_of_its_time_is_over():
    almost = ask(journeys(SHOP, end="2026-01-25T23:59:59.999998"), Retention("visit")).cohorts[0].back
    over = ask(journeys(SHOP, end="2026-01-25T23:59:59.999999"), Retention("visit")).cohorts[0].back
    assert (almost, over) == ((3, 2), (3, 2, 2))


def test_a_rolling_cell_is_over_when_it_is_for_the_last_who_may_have_entered():
    made = {"ana": "visit 2026-01-05"}
    for end, columns in [("2026-01-25T23:59:59.999997", 1), ("2026-01-25T23:59:59.999998", 2)]:
        assert len(ask(journeys(made, end=end), Retention("visit", mode="rolling")).cohorts[0].back) == columns


def test_weeks_begin_on_monday_in_the_zone():
    made = {"ana": "visit 2026-03-29T23:30, visit 2026-03-30T00:30"}  # the Sunday has 23 hours
    found = ask(journeys(made, end="2026-04-06", zone="Europe/Oslo"), Retention("visit", time_zone="Europe/Oslo"))
    assert table(found) == {"2026-W13": (1, 1)}
    assert found.cohorts[0].start == date(2026, 3, 23)
    assert table(ask(journeys(made, end="2026-04-06", zone="Europe/Oslo"), Retention("visit"))) == {"2026-W13": (1,)}


def test_months_and_quarters_have_their_own_lengths():
    made = {"ana": "visit 2026-01-31, visit 2026-02-01, visit 2026-02-28, visit 2026-04-30"}
    index = journeys(made, end="2026-07-01")
    assert table(ask(index, Retention("visit", period="month"))) == {"2026-01": (1, 1, 0, 1, 0, 0)}
    assert table(ask(index, Retention("visit", period="quarter"))) == {"2026-Q1": (1, 1)}


def shop_of(made, **reading):
    rows = [
        {
            "customer": who,
            "name": each.split(" ")[0],
            "time": each.split(" ")[1],
            "channel": "app" if who == "bo" else "web",
        }
        for who, events in made.items()
        for each in events.split(", ")
    ]
    return farled.read(pa.Table.from_pylist(rows), **reading)


def test_first_times_are_judged_over_all_data_also_in_a_period():
    shop = shop_of(SHOP)
    answer = shop.ask(Retention("visit"), during="2026-01-12..2026-02-02")
    assert table(answer) == {"2026-W03": (1, 1), "2026-W04": (0, None), "2026-W05": (1, None)}
    again = shop.ask(Retention("visit", cohort="recurring"), during="2026-W03")
    assert table(again) == {"2026-W03": (3,)}
    assert shop.customers_behind(Retention("visit"), "/cohorts/0/size", during="2026-01-12..2026-02-02") == ["dag"]


def test_a_segment_and_a_property_divide_the_customers():
    shop = shop_of(SHOP)
    answer = shop.ask(Retention("visit", by="channel"))
    assert [(value, group.customers) for value, group in answer.groups.items()] == [("web", 4), ("app", 1)]
    assert table(answer.groups["app"])["2026-W02"] == (1, 1, 0)
    assert shop.customers_behind(Retention("visit", by="channel"), "/groups/1/cohorts/0/back/1") == ["bo"]
    only = shop.ask(Retention("visit"), where={"event": "visit", "min": 3})
    assert table(only) == {"2026-W02": (1, 1, 0)}


def test_the_workspace_gives_its_zone(tmp_path):
    shop = shop_of(SHOP)
    assert shop.ask(Retention("visit")).to_dict()["time_zone"] == "UTC"
    assert shop.ask(Retention("visit", time_zone="Asia/Tokyo")).to_dict()["time_zone"] == "Asia/Tokyo"


def test_nobody_starts():
    answer = ask(journeys(SHOP), Retention({"name": "visit", "where": {"attr": "channel", "is": "fax"}}))
    assert answer.to_dict()["cohorts"] == []
    assert "Nobody starts with visit." in str(answer)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"start": "visit", "period": "fortnight"}, "period is 'fortnight'"),
        ({"start": "visit", "mode": "loose"}, "mode is 'loose'"),
        ({"start": "visit", "cohort": "all"}, "cohort is 'all'"),
        ({"start": "visit", "time_zone": "Europe/Malmo"}, "'Europe/Malmo' is not a time zone"),
        ({"start": "visit", "mode": "brackets"}, "belong together"),
        ({"start": "visit", "brackets": ["1d", "7d"]}, "belong together"),
        ({"start": "visit", "mode": "brackets", "brackets": ["7d", "1d"]}, "must rise"),
        ({"start": "visit", "mode": "brackets", "brackets": ["1d"]}, "must rise"),
        ({"start": "visit", "mode": "brackets", "brackets": ["soon", "1d"]}, "not a span"),
        ({"start": 3}, "start: 3 is not a step"),
        ({"start": "visit", "back": {"event": "order"}}, "back: .* is not a step"),
    ],
)
def test_bad_fields_are_refused(fields, says):
    with pytest.raises(InputError, match=says):
        Retention(**fields)


def test_unknown_events_and_numbers_are_named():
    with pytest.raises(NotFoundError, match="no event named 'vist'"):
        ask(journeys(SHOP), Retention("vist"))
    for part in [
        "/cohorts/9/size",
        "/cohorts/0/back/3",
        "/cohorts/0/back/99",
        "/pooled/1",
        "/groups/0/cohorts/0/size",
        "",
    ]:
        with pytest.raises(NotFoundError, match="number with customers behind it"):
            customers_behind(journeys(SHOP, end="2026-02-01"), Retention("visit"), part)


def test_a_period_too_short_for_the_data_is_an_error_that_says_so():
    made = {"ana": "visit 1990-01-05", "bo": "visit 2026-01-05"}
    with pytest.raises(InputError, match="From 1990-01-05 to 2026-01-05 there are 13150 days"):
        ask(journeys(made), Retention("visit", period="day"))
    index = journeys(made)
    parts = [
        Retention("visit", period="day").partial(chunk)
        for chunk in Journeys(index.parts, index.names, chunk_events=1).chunks()
    ]
    with pytest.raises(InputError, match="13150 days"):
        Retention("visit", period="day").answer(reduce(add, parts))
    assert len(ask(journeys(made), Retention("visit", period="year")).cohorts) == 37


def test_the_table_reads_well():
    assert str(ask(journeys(SHOP, end="2026-02-02"), Retention("visit"))).splitlines() == [
        "Retention: share of customers back so many weeks later",
        "cohort    customers  1        2       3",
        "2026-W02  3          66.7 %   66.7 %  0.0 %",
        "2026-W03  1          100.0 %  0.0 %   –",
        "2026-W04  0          –        –       –",
        "2026-W05  1          –        –       –",
        "all       5          75.0 %   50.0 %  0.0 %",
        "Of all together 75.0 % [30.1, 95.4] of 4 are back in week 1. –: not over yet.",
    ]


# The oracle: every definition word for word, one customer, one cohort and one cell at a time.


@cache
def period_of(time, unit, zone):
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).astimezone(ZoneInfo(zone)).date()
    return {
        "day": day.toordinal(),
        "week": (day - timedelta(days=day.weekday())).toordinal() // 7,
        "month": 12 * day.year + day.month - 1,
        "quarter": 4 * day.year + (day.month - 1) // 3,
        "year": day.year,
    }[unit]


def is_back(question, start, events, k, zone):
    """Whether a customer who entered with ``events[start]`` is back in cell ``k``."""
    since = events[start][1]
    for place, (name, time) in enumerate(events):
        if place == start or time < since or (question.back and name not in question.back.names):
            continue
        later = period_of(time, question.period, zone) - period_of(since, question.period, zone)
        if question.mode == "calendar" and later == k:
            return True
        if question.mode == "unbounded" and later >= k:
            return True
        if question.mode == "rolling" and (time - since) // (LENGTH[question.period] * DAY) == k:
            return True
        if question.mode == "brackets":
            low, high = (microseconds(each) for each in question.brackets[k - 1 : k + 1])
            if low <= time - since < high:
                return True
    return False


def is_over(question, period, k, until, zone):
    """Whether the time of a cell is over, asked of the last microsecond in which a customer may still enter."""
    step = {"day": 1, "week": 6, "month": 27, "quarter": 80, "year": 360}[question.period]

    def first_after(number):
        """The first midnight of a later period than that of the number, found by walking over days."""
        time = until
        while period_of(time, question.period, zone) <= number:
            time += step * DAY
        low = time - 400 * DAY
        while time - low > 1:
            middle = (low + time) // 2
            low, time = (middle, time) if period_of(middle, question.period, zone) <= number else (low, middle)
        return time

    if k == 0:
        return True
    if question.mode in ("calendar", "unbounded"):
        return first_after(period + k) <= until
    last = min(first_after(period), until) - 1
    if question.mode == "rolling":
        return last + (k + 1) * LENGTH[question.period] * DAY <= until
    return last + microseconds(question.brackets[k]) <= until


def by_hand(question, customers, until, zone):
    """Sizes, and returns per cohort and cell, with None where it is not over."""
    entered = {}
    for events in customers.values():
        starts = [place for place, (name, _) in enumerate(events) if name in question.start.names]
        seen = set()
        for place in starts[:1] if question.cohort == "first" else starts:
            period = period_of(events[place][1], question.period, zone)
            if period not in seen:
                entered.setdefault(period, []).append((place, events))
            seen.add(period)
    made = []
    for period in range(min(entered), max(entered) + 1) if entered else ():
        members = entered.get(period, [])
        cells, k = [len(members)], 1
        while k < len(question.brackets) if question.mode == "brackets" else is_over(question, period, k, until, zone):
            over = is_over(question, period, k, until, zone)
            cells.append(sum(is_back(question, *each, k, zone) for each in members) if over else None)
            k += 1
        made.append(cells)
    width = max(map(len, made), default=0)
    return [tuple(cells + [None] * (width - len(cells))) for cells in made]


MOMENTS = [at("2025-10-25T20:00"), at("2026-03-28T20:00"), at("2025-12-27"), at("2026-02-27"), at("2018-02-16")]


@st.composite
def stories(draw):
    """Customers with events about a change of the clocks, the turn of a year, the end of a month."""
    base = draw(st.sampled_from(MOMENTS))
    hour = DAY // 24
    times = st.one_of(
        st.integers(0, 40), st.integers(0, 24 * 40), st.sampled_from([22, 23, 24, 25, 47, 48, 49, 72, 168])
    )
    event = st.tuples(st.sampled_from(["visit", "order", "call"]), times.map(lambda hours: base + hours * hour))
    made = draw(st.dictionaries(st.sampled_from("abcde"), st.lists(event, min_size=1, max_size=7), min_size=1))
    made = {who: sorted(events, key=lambda each: each[1]) for who, events in made.items()}
    made |= {"_": [("visit", base), ("order", base), ("call", base)]}
    end = max(time for events in made.values() for _, time in events)
    return made, end + draw(st.integers(0, 30)) * hour


@st.composite
def questions(draw):
    mode = draw(st.sampled_from(["calendar", "rolling", "unbounded", "brackets"]))
    return Retention(
        draw(st.sampled_from(["visit", ["visit", "call"]])),
        draw(st.sampled_from([None, "visit", "order", ["order", "call"]])),
        draw(st.sampled_from(["day", "week", "month", "quarter", "year"])),
        mode,
        draw(st.sampled_from(["first", "recurring"])),
        draw(st.sampled_from([["0s", "1d"], ["1d", "2d", "7d", "30d"], ["36h", "3d"]])) if mode == "brackets" else None,
        draw(st.sampled_from([None, *EVERYWHERE])),
    )


def index_of(made, end):
    days = {who: [(name, 0) for name, _ in events] for who, events in made.items()}
    built = journeys_of(days)
    times = np.concatenate([[time for _, time in made[who]] for who in sorted(made)])
    part = built.parts[0]
    return Journeys([replace(part, time=times.astype(np.int64), span=None)], built.names, end)


@settings(max_examples=150)
@given(stories(), questions())
def test_equals_counting_by_hand(story, question):
    made, end = story
    index = index_of(made, end)
    answer = ask(index, question)
    assert [cohort.back for cohort in answer.cohorts] == by_hand(question, made, end + 1, question.time_zone or "UTC")
    assert all(cohort.size == cohort.back[0] for cohort in answer.cohorts)
    small = Journeys(index.parts, index.names, end, chunk_events=3)
    assert ask(small, question).to_dict() == answer.to_dict()
    assert ask(small, from_plain(to_plain(question))).to_dict() == answer.to_dict()


@settings(max_examples=40)
@given(stories(), questions())
def test_as_many_customers_are_listed_as_the_number_says(story, question):
    made, end = story
    index = index_of(made, end)
    small = Journeys(index.parts, index.names, end, chunk_events=4)
    answer = ask(index, question)
    for row, cohort in enumerate(answer.cohorts[:3]):
        assert len(customers_behind(small, question, f"/cohorts/{row}/size")) == cohort.size
        for column, count in list(enumerate(cohort.back))[:5]:
            if count is not None:
                assert len(customers_behind(small, question, f"/cohorts/{row}/back/{column}")) == count


@settings(max_examples=40)
@given(stories(), st.sampled_from(["day", "week", "month"]), st.sampled_from(EVERYWHERE))
def test_agrees_with_the_funnel_and_with_itself(story, period, zone):
    index = index_of(*story)
    for start in ("visit", "order"):
        first = ask(index, Retention(start, period=period, time_zone=zone))
        again = ask(index, Retention(start, period=period, time_zone=zone, cohort="recurring"))
        unbounded = ask(index, Retention(start, period=period, time_zone=zone, mode="unbounded"))
        assert first.customers == ask(index, Funnel([start, start])).steps[0].customers
        assert all(one.size <= other.size for one, other in zip(first.cohorts, again.cohorts, strict=False))
        for exact, wide in zip(first.cohorts, unbounded.cohorts, strict=True):
            assert all(one is None or one <= other for one, other in zip(exact.back, wide.back, strict=True))
            known = [count for count in wide.back if count is not None]
            assert all(late <= early for early, late in pairwise(known))


def test_a_pooled_share_of_customers_in_several_cohorts_has_the_interval_of_customers():
    every = " ".join(f"visit 2026-01-{day:02}," for day in (5, 12, 19, 26))
    made = {f"always {number}": f"{every} visit 2026-02-02" for number in range(10)}
    made |= {f"once {number}": "visit 2026-01-05" for number in range(10)}
    answer = ask(journeys(made, end="2026-02-09"), Retention("visit", cohort="recurring"))
    pooled = answer.pooled[1]
    assert (pooled.value, pooled.n, pooled.method) == (40 / 50, 50, "Wilson, clustered")
    by_hand = sums_by_hand([(4, 4)] * 10 + [(1, 0)] * 10)
    assert (pooled.low, pooled.high) == (share_of(by_hand).low, share_of(by_hand).high)
    assert pooled.high - pooled.low > 1.2 * (Rate(40, 50).high - Rate(40, 50).low)


def sums_by_hand(customers):
    """Sums over pairs (cohorts of a customer, how many of them are back)."""
    return Sums(
        len(customers),
        sum(known for known, _ in customers),
        sum(back for _, back in customers),
        sum(known**2 for known, _ in customers),
        sum(known * back for known, back in customers),
        sum(back**2 for _, back in customers),
    )


@settings(max_examples=40)
@given(stories(), questions())
def test_sums_over_customers_are_those_counted_by_hand(story, question):
    made, end = story
    question = replace(question, cohort="recurring")
    zone = question.time_zone or "UTC"
    answer = ask(index_of(made, end), question)
    for k, pooled in list(enumerate(answer.pooled))[1:4]:
        customers = []
        for events in made.values():
            starts = {}
            for place, (name, time) in enumerate(events):
                if name in question.start.names:
                    starts.setdefault(period_of(time, question.period, zone), place)
            over = [place for period, place in starts.items() if is_over(question, period, k, end + 1, zone)]
            if over:
                customers.append((len(over), sum(is_back(question, place, events, k, zone) for place in over)))
        if customers:
            assert pooled == share_of(sums_by_hand(customers))


def test_brackets_of_one_period_are_rolling():
    index = journeys(SHOP, end="2026-03-30")
    rolling = ask(index, Retention("visit", mode="rolling"))
    brackets = ask(index, Retention("visit", mode="brackets", brackets=["7d", "14d", "21d", "28d"]))
    assert [cohort.back for cohort in brackets.cohorts] == [cohort.back[:4] for cohort in rolling.cohorts]
