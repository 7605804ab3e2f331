"""Trend: a question per period."""

import numpy as np
import pytest
from questions.comparable import START, drawn, shop_of

from farled.errors import InputError, NotFoundError
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.questions import Compare, Flow, Funnel, Lifecycle, Paths, Robust, Trend
from farled.workspace.asking import Loaded, Workspace

FUNNEL = Funnel(["visit", "order"])


@pytest.fixture(scope="module")
def changed():
    rng = np.random.default_rng(1)
    return shop_of(drawn(rng, 1500, 0.3, 56, 4, "a") | drawn(rng, 1500, 0.5, 56, 60, "b"))


def test_each_period_is_asked_for_itself(changed):
    for question in (FUNNEL, Flow(times=False)):
        trend = changed.ask(Trend(question, period="month"))
        for at, period in enumerate(trend.periods):
            alone = changed.ask(question, during=period.name).to_dict()
            whole = alone["steps"][0]["customers"] if question is FUNNEL else alone["nodes"]["visit"]["customers"]
            assert trend.numbers["visit: customers"].values[at].value == whole


def test_a_change_is_marked_where_it_begins(changed):
    number = changed.ask(Trend(FUNNEL)).numbers["conversion"]
    assert number.changes in (("2026-W09",), ("2026-W10",))  # the new level begins on a Monday, 2 March
    assert number.q < 0.05


def test_periods_that_the_data_do_not_cover_are_said_to_be_unfinished(changed):
    trend = changed.ask(Trend(FUNNEL, period="month"))
    assert [period.is_whole for period in trend.periods] == [False, True, True, False]
    assert "Unfinished: 2026-01, 2026-04." in str(trend)


def test_days_begin_where_the_time_zone_says():
    shop = shop_of({f"c{at}": [("visit", 1.98)] for at in range(9)} | {"z": [("visit", 3)]})
    names = [shop.ask(Trend(Flow(), "day", zone)).periods[0].name for zone in ("UTC", "Asia/Tokyo")]
    assert names == ["2026-01-02", "2026-01-03"]


def test_a_series_that_never_changes_is_marked_seldom():
    """Of 20 shops 4 are marked in one of 60 runs at the 5 % that is promised, and in all but one of 60 at 40 %."""
    rng = np.random.default_rng(3)
    marked = [
        bool(shop_of(drawn(rng, 500, 0.4, 63)).ask(Trend(FUNNEL)).numbers["conversion"].changes) for _ in range(20)
    ]
    assert sum(marked) <= 3


def test_few_customers_give_no_number_and_a_period_without_any_none():
    made = {f"c{at}": [("visit", 0.5)] for at in range(9)} | {"z": [("visit", 3)]}
    values = shop_of(made).ask(Trend(Flow(), "day")).numbers["visit: customers"].values
    assert [value.value for value in values] == [9, 0, 0, None]
    assert values[3].reason == "too_few"


def test_customers_stand_behind_a_period(changed):
    question = Trend(FUNNEL, period="month")
    place = list(changed.ask(question).numbers).index("order: customers")
    behind = changed.customers_behind(question, f"/numbers/{place}/values/1")
    assert behind == changed.customers_behind(FUNNEL, "/steps/1/customers", during="2026-02")
    with pytest.raises(NotFoundError):
        changed.customers_behind(question, "/numbers/0/values/99")


def test_first_time_is_judged_over_all_data():
    journeys = journeys_of({f"c{at}": [("visit", 0), ("visit", 40)] for at in range(9)}, start=START)
    shop = Workspace(lambda: Loaded(journeys, None))
    question = Lifecycle(period="month")
    trend = shop.ask(Trend(question, period="month"))
    alone = shop.ask(question, during="2026-02").to_dict()
    assert alone["periods"][-1]["new"] == 0
    new = {label: number for label, number in trend.numbers.items() if label.endswith("new")}
    assert [value.value for number in new.values() for value in number.values if value.value is not None][-1] == 0


def test_what_cannot_be_shown_is_refused(changed):
    with pytest.raises(InputError, match="decade"):
        Trend(FUNNEL, period="decade")
    with pytest.raises(InputError, match="counts"):
        Trend(Robust(FUNNEL))
    with pytest.raises(NotFoundError, match="conversin"):
        changed.ask(Trend(FUNNEL, numbers=["conversin"])).table()


def test_no_bound_lies_where_no_number_can():
    waits = [0.01] * 5 + [20.0] * 4
    made = {f"c{at}": [("visit", 0), ("order", wait)] for at, wait in enumerate(waits)}
    for number in shop_of(made).ask(Trend(FUNNEL, "month")).numbers.values():
        for each in number.values:
            if each.low is not None and number.unit in ("seconds", "share", "count"):
                assert 0 <= each.low <= each.value <= each.high <= (1 if number.unit == "share" else each.high)


def test_numbers_that_go_alike_are_one_line_of_the_picture(changed):
    figure = changed.ask(Trend(FUNNEL)).figure()
    assert [line.name for line in figure.lines] == ["conversion", "visit: from previous"]


def test_who_falls_silent_in_a_period_counts_there_though_nobody_like_them_is_there():
    shop = shop_of({f"c{at}": [("visit", at % 7 + 0.5)] for at in range(12)} | {"late": [("visit", 21)]})
    trend = shop.ask(Trend(Lifecycle("day"), "week"))
    for at, period in enumerate(trend.periods[:3]):
        asked = shop.ask(Lifecycle("day"), during=period.name)
        for day in asked.periods:
            told = trend.numbers[f"{day.name}: dormant"].values[at]
            assert told.value == day.dormant


def test_what_is_left_beside_the_paths_named_is_not_told_where_more_paths_are_looked_at():
    walks = {f"j{at}": [("visit", at), *[("order", at + 1)] * (at % 3)] for at in range(12)}
    shop = shop_of(walks | {f"f{at}": [("visit", 40 + at)] for at in range(9)})
    assert shop.ask(Paths(top=1), during="2026-01").rest > 0
    assert "rest" not in shop.ask(Trend(Paths(top=1), "month")).numbers
    assert "rest" not in shop.ask(Compare(Paths(top=1), "2026-01", "2026-02")).numbers


def test_a_trend_of_who_falls_silent_hangs_on_no_chunk():
    weekly = {f"w{at}": [("visit", day) for day in (1, 8, 15, 22)] for at in range(9)}
    whole = journeys_of({f"a{at}": [("visit", at % 3)] for at in range(9)} | weekly, start=START)
    question = Trend(Lifecycle("week"), "week")
    found = [
        Workspace(lambda each=each: Loaded(each, None)).ask(question).to_dict()
        for each in (whole, Journeys(whole.parts, whole.names, chunk_events=5))
    ]
    assert found[0] == found[1]
    dormant = next(row for row in found[0]["numbers"] if row["label"] == "2026-W02: dormant")
    assert dormant["values"][1]["value"] == 9


def test_numbers_of_who_is_judged_by_all_that_happened_rest_on_everybody_who_came_until_then():
    shop = shop_of({f"c{at}": [("visit", at % 4 + 0.5)] for at in range(9)} | {"late": [("visit", 70)]})
    trend = shop.ask(Trend(Lifecycle("month"), "month"))
    assert [period.customers for period in trend.periods] == [9, 0, 1]
    told = {label: number.values for label, number in trend.numbers.items()}
    assert [told["2026-02: dormant"][1].value, told["2026-02: customers"][1].value] == [9, 0]
    assert [told["2026-02: dormant"][1].n, told["2026-03: new"][2].n] == [9, 10]
    assert told["2026-03: new"][2].value == 1
    narrow = shop.ask(Trend(Lifecycle("month"), "month"), during="2026-02-01..2026-04-01")
    assert narrow.numbers["2026-03: new"].values[1].to_dict() == told["2026-03: new"][2].to_dict()
    few = shop_of({"ana": [("visit", 0)], "bo": [("visit", 40)]}).ask(Trend(Lifecycle("month"), "month"))
    assert few.numbers["2026-02: new"].values[1].reason == "too_few"
