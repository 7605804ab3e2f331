"""What stands beside a question: segments, periods, maps."""

import pytest

import farled
from farled import Flow, Funnel, InputError, NotFoundError
from farled.journeys.build import journeys_of
from farled.spans import DAY, period
from farled.workspace.asking import Loaded, Workspace
from farled.workspace.measuring import last_quarter

MAP = """
farled: 1
map:
  id: small
  title: A small journey
  language: en
  journey_type: purchase
  goal: {text: More orders, metric: orders, target: 0.5, by: 2027-01-01}
  owner: {department: shop}
  journey: {ends_after: 10d, within: 5d}
departments: {shop: Shop}
personas:
  - id: keen
    name: Keen
    segment: {event: chat, within: 365d}
metrics:
  orders: {kind: conversion, from: look, to: buy, better: up}
phases:
  - id: look
    name: Look
    touchpoints:
      - {id: page, name: Page, channel: web, observe: {event: visit}}
      - {id: talk, name: Talk, channel: chat, observe: {event: chat}}
  - id: buy
    name: Buy
    touchpoints:
      - {id: till, name: Till, channel: web, observe: {event: order}}
"""
TRIPS = {
    "ana": [("identify", 0, {"plan": "pro"}), ("visit", 0), ("chat", 1), ("order", 2)],
    "bo": [("visit", 0), ("order", 20)],
    "cy": [("visit", 3), ("wave", 4)],
}


@pytest.fixture
def shop():
    return Workspace(lambda: Loaded(journeys_of(TRIPS), None))


@pytest.fixture
def drawn(tmp_path):
    (tmp_path / "small.yaml").write_text(MAP)
    return str(tmp_path / "small.yaml")


def steps(answer):
    return [step.customers for step in answer.steps]


def test_a_segment_chooses_customers(shop):
    assert steps(shop.ask(Funnel(["visit", "order"]), where={"event": "chat"})) == [1, 1]
    assert steps(shop.ask(Funnel(["visit", "order"]), where={"attr": "plan", "is": "pro"})) == [1, 1]
    assert steps(shop.ask(Funnel(["visit", "order"]), where='{"not": {"event": "chat"}}')) == [2, 1]


def test_a_segment_may_be_those_behind_a_number(shop):
    question = {"question": "funnel", "steps": ["visit", "chat"]}
    behind = {"behind": question, "part": "/steps/1/dropped"}
    assert steps(shop.ask(Funnel(["visit", "order"]), where=behind)) == [2, 1]


def test_a_period_chooses_events(shop):
    assert steps(shop.ask(Funnel(["visit", "order"]), during="1970-01-01..1970-01-05")) == [3, 1]


def test_on_a_map_events_are_touchpoints_and_silence_ends_a_journey(shop, drawn):
    assert steps(shop.ask(Funnel(["page", "till"]), map=drawn)) == [3, 1]  # bo's order is another journey
    assert shop.ask(Flow(), map=drawn).edges["page", "talk"].count == 1
    assert shop.ask(Flow(), map=drawn).nodes["wave"].events == 1  # unmapped events keep their name


def test_groups_may_be_phases_personas_or_segments(shop, drawn):
    by_phase = shop.ask(Funnel(["page", "till"], by="phase", by_at="last"), map=drawn).groups
    assert {value: made[0].customers for value, made in by_phase.items()} == {"look": 2, "buy": 1}
    personas = shop.ask(Funnel(["page", "till"], by="persona"), map=drawn)
    assert personas.question.by == "persona"
    assert set(personas.groups) == {"keen"}


def test_the_plain_form_holds_what_stands_beside(shop):
    plain = {"question": "funnel", "steps": ["visit", "order"], "where": {"event": "chat"}, "during": "1970"}
    assert steps(shop.ask(plain)) == [1, 1]


def test_mistakes_are_named(shop, drawn):
    with pytest.raises(NotFoundError, match="segment"):
        shop.ask(Flow(), where="nobody")
    with pytest.raises(InputError, match="unit is 'firm'"):
        shop.ask(Flow(), unit="firm")
    with pytest.raises(InputError, match="No event says which account"):
        shop.ask(Flow(), unit="account")
    with pytest.raises(InputError, match="Personas belong to a map"):
        shop.ask(Flow(by="persona"))
    with pytest.raises(NotFoundError, match="named 'til'"):
        shop.ask(Funnel(["page", "til"]), map=drawn)


def test_a_map_in_memory_is_measured_and_drawn(shop, drawn, tmp_path):
    snapshot = shop.measure(drawn, "1970-01-01..1970-03-01")
    assert snapshot["map"] == "small"
    assert shop.draw(drawn, tmp_path / "m.html", period="1970-01-01..1970-03-01").read_text().startswith("<!doctype")
    with pytest.raises(InputError, match=r"m\.docx"):
        shop.draw(drawn, tmp_path / "m.docx")


@pytest.mark.parametrize(
    ("start", "end", "first"),
    [
        ("2025-10-01", "2026-09-30T23:00", "2026-07-01"),
        ("2025-10-01", "2026-08-15", "2026-04-01"),
        ("2026-07-02", "2026-08-15", "2026-07-02"),
    ],
)
def test_without_a_period_a_map_shows_the_last_quarter_that_is_over(start, end, first):
    whole = period(f"{start}..{end}")
    assert last_quarter(whole.start, whole.end, "UTC").first.isoformat() == first


def test_a_frame_of_pandas_can_be_read():
    pandas = pytest.importorskip("pandas", reason="pandas is in the extra 'test'")
    frame = pandas.DataFrame(
        {"user_id": ["a", "a", "b"], "ts": pandas.to_datetime([0, 1, 2], unit="D"), "event": list("xyx")}
    )
    shop = farled.read(frame)
    assert (shop.customers, shop.events, shop.end - shop.start) == (2, 3, 2 * DAY)
