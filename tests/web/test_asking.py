"""A question in an address: short, one way to write each, and safe for any event name."""

import shlex

import pytest

from farled.questions import Flow, Funnel, Retention, Timing
from farled.questions.forms import from_pairs
from farled.web.asking import as_address, as_command, as_json, canonical, exact

NAMES = ("visit", "order", "a,b", "x|y", "[z", "{w")


def test_what_is_empty_or_at_its_default_is_left_out():
    pairs = [("within", ""), ("steps", "visit"), ("steps", "order"), ("order", "any_between"), ("open", "false")]
    assert canonical(Funnel, pairs, NAMES) == [("steps", "visit"), ("steps", "order")]


def test_a_step_that_waits_for_its_event_stays():
    assert canonical(Funnel, [("steps", "visit"), ("steps", "")], NAMES) == [("steps", "visit"), ("steps", "")]


def test_a_tick_box_says_false_first_and_true_when_it_is_ticked():
    assert canonical(Flow, [("loops", "false")], NAMES) == [("loops", "false")]
    assert canonical(Flow, [("loops", "false"), ("loops", "true")], NAMES) == []
    assert canonical(Funnel, [("open", "false"), ("open", "true")], NAMES) == [("open", "true")]


def test_steps_written_as_on_the_command_line_are_parted():
    assert canonical(Funnel, [("steps", "visit, order")], NAMES) == [("steps", "visit"), ("steps", "order")]
    assert canonical(Funnel, [("steps", "a,b")], NAMES) == [("steps", "a,b")]


@pytest.mark.parametrize("name", NAMES)
def test_any_event_name_stays_one_name(name):
    question = from_pairs("funnel", exact(Funnel, [("steps", name), ("steps", "visit")], NAMES))
    assert [step.names for step in question.steps] == [(name,), ("visit",)]


@pytest.mark.parametrize("name", ["a|b", "[x", "a,b", "{y}"])
def test_a_touchpoint_of_a_field_of_its_own_stays_one_name_too(name):
    pairs = exact(Timing, [("start", name), ("end", "visit|order")], [name, "visit", "order"])
    question = from_pairs("timing", pairs)
    assert (question.start.names, question.end.names) == ((name,), ("visit", "order"))


def test_a_choice_beside_such_a_name_stays_a_choice():
    question = from_pairs("funnel", exact(Funnel, [("steps", "a,b"), ("steps", "visit|order")], NAMES))
    assert [step.names for step in question.steps] == [("a,b",), ("visit", "order")]


def test_what_is_short_stays_as_it_is():
    pairs = [("steps", "visit"), ("steps", "a,b"), ("within", "7d"), ("during", "2026-Q3")]
    short = canonical(Funnel, pairs, NAMES)
    assert short == pairs
    assert canonical(Funnel, short, NAMES) == short


def test_the_same_question_as_command_json_and_address():
    funnel = Funnel(["visit", "order"], within="7d", open=True)
    assert as_command(funnel, {"during": "2026-Q3"}) == (
        "farled funnel --steps visit,order --within 7d --open --during 2026-Q3"
    )
    assert as_command(Flow(loops=False), {}) == "farled flow --no-loops"
    assert as_json(funnel, {}) == '{"question": "funnel", "steps": ["visit", "order"], "within": "7d", "open": true}'
    pairs = [("steps", "visit"), ("steps", "order")]
    assert as_address("funnel", pairs, {}) == "/api/v1/questions/funnel?steps=visit&steps=order"


def test_what_a_shell_would_take_apart_is_quoted():
    assert as_command(Funnel(["a b", "order"]), {}) == "farled funnel --steps 'a b,order'"
    assert as_command(Funnel(["a,b", "order"]), {}) == """farled funnel --steps '["a,b", "order"]'"""


def test_the_command_joins_the_names_of_one_step_by_bars():
    asked = Retention(["visit", "call"], "a|b", cohort="recurring")
    command = as_command(asked, {})
    assert command == """farled retention --start 'visit|call' --back '["a|b"]' --cohort recurring"""
    words = shlex.split(command)[2:]
    pairs = [(flag.removeprefix("--"), value) for flag, value in zip(words[::2], words[1::2], strict=True)]
    assert from_pairs("retention", pairs) == asked
