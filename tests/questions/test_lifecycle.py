"""What a lifecycle is, rule by rule."""

from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import farled
from farled import InputError, Lifecycle, NotFoundError, Retention
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.spans import DAY, instant
from farled.workspace.asking import Loaded, Workspace

ZONES = ["UTC", "Europe/Oslo", "America/New_York", "Pacific/Chatham"]
NUMBERS = ("customers", "new", "active", "returned", "dormant")


def at(text):
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC)) / DAY


def journeys(made, end=None):
    told = {who: [("visit", at(when)) for when in days.split(", ")] for who, days in made.items()}
    return journeys_of(told, end=None if end is None else at(end))


def table(answer):
    return {period.name: (period.new, period.active, period.returned, period.dormant) for period in answer.periods}


# Four customers, counted by hand.
SHOP = {
    "ana": "2026-01-31, 2026-02-01, 2026-04-30",
    "bo": "2026-01-05, 2026-01-20, 2026-02-28",
    "cai": "2026-03-15, 2026-04-01",
    "dag": "2026-01-10",
}


def test_a_table_counted_by_hand():
    assert table(ask(journeys(SHOP, end="2026-05-01"), Lifecycle())) == {
        "2026-01": (3, 0, 0, 0),
        "2026-02": (0, 2, 0, 1),
        "2026-03": (1, 0, 0, 2),
        "2026-04": (0, 1, 1, 0),
        "2026-05": (0, 0, 0, None),
    }


def test_an_event_at_midnight_belongs_to_the_period_that_begins():
    index = journeys(SHOP, end="2026-05-01")
    assert customers_behind(index, Lifecycle(), "/periods/1/active") == ["ana", "bo"]
    assert customers_behind(index, Lifecycle(), "/periods/2/dormant") == [
        "ana",
        "bo",
    ]  # ana came at 00:00 on 1 February


def test_the_last_period_is_counted_so_far_and_nobody_is_dormant_before_it_is_over():
    last = ask(journeys(SHOP), Lifecycle()).periods[-1]
    assert (last.name, last.customers, last.dormant, last.kept, last.is_over) == ("2026-04", 2, None, None, False)
    assert "2026-04 is not over" in str(ask(journeys(SHOP), Lifecycle()))


def test_the_share_that_is_kept_is_of_the_period_before():
    periods = ask(journeys(SHOP, end="2026-05-01"), Lifecycle()).periods
    assert [(period.kept.part, period.kept.n) for period in periods[:-1]] == [(0, 0), (2, 3), (0, 2), (1, 1)]


def test_a_period_only_chooses_which_months_are_shown():
    rows = [{"customer": who, "name": "visit", "time": day} for who, days in SHOP.items() for day in days.split(", ")]
    shop = farled.read(pa.Table.from_pylist(rows))
    whole = table(shop.ask(Lifecycle()))
    for during in ["2026-02-01..2026-04-01", "2026-01-20..2026-04-01"]:  # January does not begin in it
        assert table(shop.ask(Lifecycle(), during=during)) == {name: whole[name] for name in ("2026-02", "2026-03")}
    assert table(shop.ask(Lifecycle(), during="2026-02-01..2026-03-10"))["2026-03"] == (0, 0, 0, None)
    assert "Nobody has an event in a month that begins" in str(shop.ask(Lifecycle(), during="2026-02-02..2026-02-10"))
    assert shop.customers_behind(Lifecycle(), "/periods/0/dormant", during="2026-02") == ["dag"]


def test_a_property_of_the_first_event_divides_the_customers():
    rows = [
        {"customer": who, "name": "visit", "time": day, "channel": "app" if who in ("bo", "dag") else "web"}
        for who, days in SHOP.items()
        for day in days.split(", ")
    ]
    shop = farled.read(pa.Table.from_pylist(rows))
    answer = shop.ask(Lifecycle(by="channel"))
    assert table(answer.groups["app"])["2026-02"] == (0, 1, 0, 1)
    assert shop.customers_behind(Lifecycle(by="channel"), "/groups/0/periods/1/dormant") == ["dag"]
    assert answer.table().headings == ("channel", "month", *NUMBERS, "kept")


def test_bad_questions_are_refused():
    with pytest.raises(InputError, match="period is 'moon'"):
        Lifecycle(period="moon")
    with pytest.raises(InputError, match="not a time zone"):
        Lifecycle(time_zone="Europe/Malmo")
    with pytest.raises(InputError, match="From 1990-01-01 to 2026-01-10 there are 13159 days, more than 5000"):
        ask(journeys({"ana": "1990-01-01, 2026-01-10"}), Lifecycle(period="day"))
    for part in ["/periods/9/new", "/periods/3/dormant", "/periods/0/kept", "/groups/0/periods/0/new"]:
        with pytest.raises(NotFoundError, match="number with customers behind it"):
            customers_behind(journeys(SHOP), Lifecycle(), part)


@cache
def period_of(time, unit, zone):
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).astimezone(ZoneInfo(zone)).date()
    return {
        "day": day.toordinal(),
        "week": (day - timedelta(days=day.weekday())).toordinal() // 7,
        "month": 12 * day.year + day.month,
        "quarter": 4 * day.year + (day.month - 1) // 3,
        "year": day.year,
    }[unit]


times = st.one_of(st.integers(0, 60), st.integers(0, 24 * 90)).map(lambda hours: at("2026-03-28T20:00") + hours / 24)
stories = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(times.map(lambda day: ("visit", day)), min_size=1, max_size=6), min_size=1
)


@settings(max_examples=150)
@given(stories, st.sampled_from(["day", "week", "month", "quarter", "year"]), st.sampled_from(ZONES))
def test_equals_sets_of_customers(made, unit, zone):
    index = journeys_of(made)
    answer = ask(index, Lifecycle(unit, zone))
    there = {}
    for who, events in made.items():
        for _, day in events:
            there.setdefault(period_of(round(day * DAY), unit, zone), set()).add(who)
    first, last = min(there), max(there)
    expected = []
    for number in range(first, last + 1):
        now, before = there.get(number, set()), there.get(number - 1, set())
        earlier = set().union(*(there.get(each, set()) for each in range(first, number)))
        expected.append((now, now - earlier, now & before, (now & earlier) - before, before - now))
    found = [[getattr(period, name) for name in NUMBERS] for period in answer.periods]
    known = [[*map(len, sets)] for sets in expected]
    assert [row[:4] for row in found] == [row[:4] for row in known]
    assert [row[4] for row in found][:-1] == [row[4] for row in known][:-1]
    small = Journeys(index.parts, index.names, chunk_events=3)
    assert ask(small, Lifecycle(unit, zone)).to_dict() == answer.to_dict()
    for at_, sets in list(enumerate(expected))[-3:]:
        for name, customers in zip(NUMBERS, sets, strict=True):
            if found[at_][NUMBERS.index(name)] is not None:
                part = f"/periods/{at_}/{name}"
                assert set(customers_behind(small, Lifecycle(unit, zone), part)) == customers


@settings(max_examples=50)
@given(stories, st.sampled_from(["day", "week", "month"]))
def test_new_active_returned_and_dormant_add_up(made, unit):
    index = journeys_of(made)
    periods = ask(index, Lifecycle(unit)).periods
    for before, now in pairwise(periods):
        assert now.dormant is None or now.dormant == before.customers - now.active
    assert sum(period.new for period in periods) == len(made)
    retention = ask(index, Retention("visit", period=unit, cohort="recurring"))
    active = {period.name: period.customers for period in periods}
    assert {cohort.name: cohort.size for cohort in retention.cohorts if cohort.size} == {
        name: customers for name, customers in active.items() if customers
    }
    kept = {before.name: now.active for before, now in pairwise(periods) if now.is_over}
    assert all(
        cohort.back[1] == kept[cohort.name]
        for cohort in retention.cohorts
        if len(cohort.back) > 1 and cohort.back[1] is not None
    )


def test_a_group_of_which_nobody_counts_has_no_name_however_customers_are_cut():
    made = {"ana": [("visit", 0, {"plan": "pro"})], "bo": [("visit", 9, {"plan": "free"})]}
    whole = journeys_of(made, start=instant(datetime(2026, 3, 1, tzinfo=UTC)))
    for journeys in (whole, Journeys(whole.parts, whole.names, chunk_events=1)):
        shop = Workspace(partial(Loaded, journeys, None))
        assert list(shop.ask(Lifecycle("day", by="plan"), during="2026-03-01..2026-03-05").groups) == ["pro"]
