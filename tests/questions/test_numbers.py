"""The numbers of answers by name: none is lost, none is taken for another."""

import pytest
from questions.comparable import shop_of

from farled.questions import (
    Attribution,
    Compare,
    Flow,
    Funnel,
    Lifecycle,
    Nps,
    Retention,
    Robust,
    Sessions,
    Timing,
    Trend,
)
from farled.questions.forms import from_plain
from farled.questions.numbers import label, numbers

STEPS = ("visit", "order")


def many(start: int, sizes: dict[str, int], who: str) -> dict:
    """Return customers with a visit each at a level, an order of every second, and an answer."""
    return {
        f"{who}{level}{at}": [
            ("visit", start, {"level": float(level), "channel": "web" if at % 3 else "mail"}),
            ("visit", start + 2, {"level": float(level), "channel": "mail"}),
            *[("order", start + 3, {"level": float(level), "channel": "web"})] * (at % 2),
            ("survey", start + 4, {"score": float(at % 11), "scale": "nps"}),
        ]
        for level, size in sizes.items()
        for at in range(size)
    }


@pytest.fixture(scope="module")
def shop():
    return shop_of(many(0, {"1": 30, "2": 10}, "a") | many(31, {"1": 10, "2": 30}, "b"))


@pytest.mark.parametrize(
    "question",
    [
        Attribution("order", model="all", resamples=0),
        Flow(by="channel"),
        Funnel(STEPS, by="channel"),
        Lifecycle(),
        Nps(ask="visit"),
        Retention("visit", period="week"),
        Sessions(by="channel"),
        Timing("visit", "order", by="channel"),
    ],
    ids=lambda question: type(question).__name__,
)
def test_no_two_numbers_of_an_answer_are_called_alike(shop, question):
    names = numbers(shop.ask(question).to_dict())
    assert len({label(name) for name in names}) == len(names)


def test_means_of_sessions_stay_apart_when_compared_followed_and_asked_again(shop):
    wanted = {"per customer: mean", "per session: mean", "length: mean"}
    assert wanted <= set(shop.ask(Compare(Sessions(), "2026-01", "2026-02")).numbers)
    assert wanted <= set(shop.ask(Trend(Sessions(), "month")).numbers)
    assert wanted <= set(shop.ask(Robust(Sessions())).numbers)


@pytest.mark.parametrize("question", [Timing("visit", "order", by="channel"), Lifecycle(by="channel")])
def test_a_group_is_called_by_its_value_alone(shop, question):
    found = {name[1] for name in numbers(shop.ask(question).to_dict()) if name[0] == "groups"}
    assert found == {"mail", "web"}


def test_customers_by_how_often_they_come_are_called_so(shop):
    found = shop.ask(Compare(Sessions(), "2026-01", "2026-02")).numbers
    assert {"visits 2: customers", "visits 3–4: share"} <= set(found)


def test_every_model_of_an_attribution_is_compared_for_every_touchpoint(shop):
    question = Attribution("order", model="all", touchpoints="channel", resamples=0)
    found = shop.ask(Compare(question, "2026-01", "2026-02")).numbers
    both = [shop.ask(question, during=month).compared for month in ("2026-01", "2026-02")]
    for model in ("first", "linear", "shapley"):
        for name in ("web", "mail"):
            row = found[f"{model}, {name}: conversions"]
            assert (row.a.value, row.b.value) == tuple(each[model][name].conversions.value for each in both)


def test_groups_by_a_number_are_compared_by_their_value_not_by_their_place(shop):
    row = shop.ask(Compare(Funnel(STEPS, by="level"), "2026-01", "2026-02")).numbers["1.0, visit: customers"]
    assert (row.a.value, row.b.value) == (30, 10)


def test_an_event_may_be_called_as_a_field_of_an_answer():
    names = ("start", "value", "lengths", "compared", "back")
    shop = shop_of({f"{name}{at}": [(name, at), ("end", at + 1)] for name in names for at in range(3)})
    found = numbers(shop.ask(Flow()).to_dict())
    assert [found["starts", name].value for name in names] == [3] * 5
    assert [label(("starts", name)) for name in names] == [f"{name}: starts" for name in names]


def test_bins_that_hang_on_the_data_are_not_compared(shop):
    found = shop.ask(Compare(Sessions(gap="3d"), "2026-01", "2026-02")).numbers
    assert not [name for row in found.values() for name in row.name if name == "lengths"]


def test_customers_behind_a_number_of_a_segment_followed_over_time_are_of_the_segment():
    sizes = {"free": 6, "pro": 9}
    shop = shop_of({f"{plan}{at}": [("visit", at, {"plan": plan})] for plan in sizes for at in range(sizes[plan])})
    for plan in sizes:
        shop.save_segment(plan, {"event": "visit", "where": {"attr": "plan", "is": plan}})
    question = Trend(Funnel(["visit", "visit"], by=("free", "pro")), "month")
    rows = list(shop.ask(question).numbers.values())
    found = {}
    for at, row in enumerate(rows):
        if row.name[0] == "groups" and row.name[-2:] == ("visit", "customers"):
            found[row.values[0].value] = shop.customers_behind(question, f"/numbers/{at}/values/0")
    assert {number: len(ids) for number, ids in found.items()} == {6: 6, 9: 9}
    assert all(each.startswith("pro") for each in found[9])


def test_a_number_that_is_not_known_says_why():
    shop = shop_of({f"a{at}": [("visit", 0), ("order", 1)] for at in range(3)})
    plain = shop.ask(Robust(from_plain({"question": "funnel", "steps": STEPS}))).to_dict()
    eventual = next(row for row in plain["numbers"] if row["label"] == "eventual")
    assert eventual["asked"] == {"value": None, "low": None, "high": None, "n": 3, "reason": "no_window"}
    compared = shop.ask(Compare(Funnel(STEPS), "2026-01", {"where": {"event": "visit", "min": 9}})).to_dict()
    unknown = [row["b"] for row in compared["numbers"] if row["b"]["value"] is None]
    assert unknown
    assert all(each["reason"] == "nobody" for each in unknown)
