"""Robust: how far numbers hang on choices."""

import pytest
from questions.comparable import shop_of

from farled.errors import InputError
from farled.questions import Attribution, Flow, Funnel, Lifecycle, Robust

SHOP = shop_of({f"c{at}": [("visit", 0), ("order", at)] for at in range(1, 21)}, end=60)


def test_one_thing_is_changed_at_a_time_and_the_number_that_moves_is_said():
    answer = SHOP.robust(Funnel(["visit", "order"], within="10d"))
    assert [variant.label for variant in answer.variants] == ["within=5d", "within=20d", "ties=input", "ties=strict"]
    number = answer.numbers["conversion"]
    assert [number.asked.value, *(value.value for value in number.values)] == [0.5, 0.25, 1.0, 0.5, 0.5]
    assert (number.lowest, number.highest, number.moves) == ((0.25, "within=5d"), (1.0, "within=20d"), 0.5)


def test_every_variant_is_the_question_asked_so():
    question = Funnel(["visit", "order"], within="10d")
    for variant, at in zip(SHOP.robust(question).variants, range(9), strict=False):
        asked = SHOP.robust(question).numbers["order: customers"].values[at].value
        assert asked == SHOP.ask(variant.question).steps[1].customers


def test_where_there_is_no_window_usual_ones_are_tried():
    labels = [variant.label for variant in SHOP.robust(Flow()).variants]
    assert labels == ["cut=30min", "cut=12h"]
    labels = [variant.label for variant in SHOP.robust(Attribution("order", touchpoints="name", resamples=20)).variants]
    assert {"model=first", "model=shapley", "lookback=45d"} <= set(labels)


def test_the_plain_form_takes_what_stands_beside_the_question():
    plain = {"question": "funnel", "steps": ["visit", "order"], "within": "10d", "during": "2026-01-01..2026-01-05"}
    number = SHOP.robust(plain).numbers["order: customers"]
    assert number.asked.value == 3


def test_customers_stand_behind_a_number_as_asked_and_with_a_change():
    question = Robust(Funnel(["visit", "order"], within="10d"))
    place = list(SHOP.ask(question).numbers).index("order: customers")
    assert len(SHOP.customers_behind(question, f"/numbers/{place}/asked")) == 10
    assert len(SHOP.customers_behind(question, f"/numbers/{place}/values/0")) == 5


def test_a_question_without_choices_is_refused():
    with pytest.raises(InputError, match="lifecycle"):
        Robust(Lifecycle())
