"""What every question of the registry promises; a new one adds an example here, no test."""

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.engine.local import ask
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.questions import (
    QUESTIONS,
    Attribution,
    Ces,
    Compare,
    Csat,
    Drivers,
    Flow,
    Funnel,
    Lifecycle,
    Nps,
    Paths,
    Retention,
    Robust,
    Sentiment,
    Sessions,
    Timing,
    Topics,
    Trend,
    Variants,
)
from farled.questions.forms import from_pairs, from_plain, to_plain
from farled.workspace.asking import Loaded, Workspace

EXAMPLES = [
    Funnel(["visit", "cart", "order"], within="30d"),
    Funnel(["visit", ["cart", "call"], {"name": "order", "where": {"attr": "size", "min": 2}}], by="channel"),
    Funnel(["visit", "cart", "order"], optional=[2], ties="strict", within="12h"),
    Funnel(["visit", "order"], exclude=[{"name": "cart", "after": 1, "before": 2}], max_gap="5d", min_gap=["1h"]),
    Funnel(["visit", "order"], order="strict", scope=["cart"]),
    Funnel(["visit", "order"], order="any", within="2d"),
    Funnel(["visit", "order"], count="entries", within="2d"),
    Funnel(["visit", "order"], count="sessions", hold=["channel"]),
    Funnel(["visit", "cart", "order"], open=True, by="channel", by_at="last"),
    Flow(cut="30min", loops=False),
    Flow(by="channel", times=False),
    Paths(between=["visit", "order"], top=3),
    Paths(start="visit", length=None, group={"buy": ["cart", "order"]}, loops=False),
    Variants(cut="12h", group={"buy": ["cart", "order"]}, top=4),
    Timing("visit", ["order", "call"], within="3d", by="channel"),
    Timing({"name": "visit", "where": {"attr": "size", "min": 2}}, "visit", count="entries", ties="strict"),
    Retention("visit", period="day"),
    Retention("visit", "order", mode="rolling", cohort="recurring", period="day", by="channel", time_zone="Asia/Tokyo"),
    Retention(["cart", "call"], {"name": "order", "where": {"attr": "size", "min": 2}}, "day", "unbounded"),
    Retention("visit", mode="brackets", brackets=["0s", "1d", "3d"]),
    Lifecycle(period="day", by="channel"),
    Lifecycle(time_zone="Europe/Oslo"),
    Sessions(),
    Sessions(gap="1d", by="channel"),
    Attribution("order", value="size", resamples=50),
    Attribution(["order", "call"], model="all", touchpoints="name", touches=["visit", "cart"], lookback="3d"),
    Attribution(
        {"name": "order", "where": {"attr": "size", "min": 2}}, model="shapley", touchpoints="size", lookback=None
    ),
    Attribution("order", order=2, model="markov", touchpoints="name"),
    Nps(by="channel", ask={"name": "visit", "where": {"attr": "size", "min": 2}}, within="2d"),
    Csat(at=["order", "cart"], by="week", time_zone="Europe/Oslo"),
    Ces(at="call", by="name"),
    Sentiment(by="channel", texts_in="sv"),
    Sentiment(at=["order", "cart"], by="week", time_zone="Europe/Oslo"),
    Topics(topics=2, by="channel", texts_in="sv"),
    Topics(at="call", by="name"),
    Compare(Funnel(["visit", "order"], by="channel"), "1970-01-01..1970-01-04", {"during": "1970-01-03..1970-01-07"}),
    Compare(Flow(), {"event": "cart"}, {"where": {"not": {"event": "cart"}}, "during": "5d"}, counts="total"),
    Compare(Paths(top=2), "1970-01-01", "1970-01-02..1970-01-07"),
    Drivers("order", Funnel(["visit", "order"])),
    Drivers(3, Funnel(["visit", "cart", "order"], within="3d"), properties=["channel", "size"]),
    Trend(Funnel(["visit", "order"]), period="day", time_zone="Europe/Oslo", numbers=["conversion"]),
    Trend(Retention("visit", period="day"), period="week"),
    Robust(Funnel(["visit", "order"], within="2d")),
    Robust(Flow()),
]
NAMES = ["visit", "cart", "order", "call"]
PROPERTIES = [
    {},
    {"channel": "web", "size": 3, "score": 9.0, "scale": "nps", "text": "Paketet kom snabbt, bra leverans"},
    {"channel": "app", "size": 1, "score": 4.0, "scale": "csat", "text": "Returen strulade, dålig service"},
]


def asked(index, question):
    """The answer, also of a question over questions, which asks a workspace."""
    if hasattr(question, "asked"):
        return Workspace(lambda: Loaded(index, None)).ask(question)
    return ask(index, question)


def an_index(seed, customers=40):
    rng = np.random.default_rng(seed)
    made = {name: [(name, 0)] for name in NAMES}
    for customer in range(customers):
        size = int(rng.integers(1, 9))
        times = np.sort(rng.integers(0, 12, size)) / 2
        made[f"c{customer}"] = [
            (NAMES[int(rng.integers(4))], float(time), PROPERTIES[int(rng.integers(3))]) for time in times
        ]
    return made


every = pytest.mark.parametrize("question", EXAMPLES, ids=lambda question: str(to_plain(question)))


def test_every_question_has_an_example():
    assert {type(question) for question in EXAMPLES} == set(QUESTIONS.values())


@every
def test_can_be_read_back_from_json(question):
    assert from_plain(json.loads(json.dumps(to_plain(question)))) == question


@every
def test_can_be_read_back_from_texts(question):
    plain = to_plain(question)
    name = plain.pop("question")
    pairs = [(key, value if isinstance(value, str) else json.dumps(value)) for key, value in plain.items()]
    assert from_pairs(name, pairs) == question


@every
def test_cannot_be_changed(question):
    with pytest.raises(FrozenInstanceError):
        setattr(question, fields(question)[0].name, "other")


@every
def test_partials_add_up_in_any_order_and_grouping_to_the_answer_of_the_whole(question):
    made = an_index(3)
    whole = journeys_of(made)
    small = Journeys(whole.parts, whole.names, chunk_events=20)
    if hasattr(question, "asked"):
        assert asked(small, question).to_dict() == asked(whole, question).to_dict()
        return
    parts = [question.partial(chunk) for chunk in small.chunks(question.columns())]
    assert len(parts) > 3
    expected = ask(whole, question).to_dict()
    for order in (parts, parts[::-1], parts[2:] + parts[:2]):
        assert question.answer(reduce(lambda total, more: total + more, order)).to_dict() == expected
    halves = [reduce(lambda total, more: total + more, half) for half in (parts[:2], parts[2:])]
    assert question.answer(halves[0] + halves[1]).to_dict() == expected


@every
def test_answers_as_json_table_arrow_and_notebook(question):
    answer = asked(journeys_of(an_index(5)), question)
    assert json.loads(json.dumps(answer.to_dict())) == json.loads(json.dumps(answer.to_dict()))
    assert answer.to_arrow().num_rows == len(answer.table().rows)
    assert "<table>" in answer._repr_html_()
    assert str(answer).casefold().startswith(type(question).__name__.casefold())
    assert answer.table().csv().count("\n") >= len(answer.table().rows)


@every
@settings(max_examples=8)
@given(st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter_where_times_differ(question, seed):
    rng = np.random.default_rng(seed)
    made = {
        customer: [(*event[:1], event[1] + at / 1e4, *event[2:]) for at, event in enumerate(events)]
        for customer, events in an_index(seed, 8).items()
    }
    shuffled = {customer: [events[int(at)] for at in rng.permutation(len(events))] for customer, events in made.items()}
    assert asked(journeys_of(made), question).to_dict() == asked(journeys_of(shuffled), question).to_dict()


@every
def test_every_field_explains_itself(question):
    assert is_dataclass(question)
    for field in fields(question):
        assert field.metadata["help"].endswith((".", "sum."))


def test_funnel_paths_and_flow_agree_where_they_speak_of_the_same_thing():
    for seed in range(20):
        index = journeys_of(an_index(seed))
        strict = ask(index, Funnel(["visit", "cart"], order="strict", ties="input"))
        assert strict.steps[1].customers == ask(index, Flow()).edges["visit", "cart"].customers
        assert strict.steps[0].customers == ask(index, Flow()).nodes["visit"].customers
        first = ask(index, Paths(between=["visit", "order"], length=None))
        funnel = ask(index, Funnel(["visit", "order"], ties="input"))
        assert first.total == funnel.steps[1].customers
