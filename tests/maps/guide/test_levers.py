"""The levers: all twenty-four, each answering to rules and metrics that exist, in four languages."""

import pytest

from farled.errors import NotFoundError
from farled.locale import LANGUAGES
from farled.maps.audit.catalog import RULES as AUDIT
from farled.maps.guide.levers import LEVERS, lever, levers_for
from farled.maps.head import RULES
from farled.maps.metric import KINDS
from farled.maps.touchpoint import AXIS


def test_there_are_twenty_four():
    assert list(LEVERS) == [f"L{number:02}" for number in range(1, 25)]


@pytest.mark.parametrize("id_", LEVERS)
def test_a_lever_answers_to_what_exists(id_):
    found = lever(id_)
    assert set(found.rules) <= set(RULES)
    assert set(found.kinds) <= set(KINDS)
    assert set(found.parts) <= set(AXIS)
    assert all([found.rules, found.kinds, found.parts, found.rows])


def test_the_levers_of_a_rule_are_levers():
    named = {name for rule in AUDIT for name in rule.levers}
    assert named <= set(LEVERS)


@pytest.mark.parametrize("id_", LEVERS)
def test_a_lever_is_told_in_four_languages(id_):
    told = [lever(id_).to_dict(language) for language in LANGUAGES]
    assert len({each["name"] for each in told}) == len(LANGUAGES)
    assert len({each["how"] for each in told}) == len(LANGUAGES)


def test_those_that_answer_to_more_rules_come_first():
    assert [each.id for each in levers_for(["F01", "F03", "F04"], ["buy"])][:2] == ["L07", "L13"]


def test_levers_for_organisations_are_for_organisations():
    assert not levers_for(["P08"])
    assert [each.id for each in levers_for(["P08"], market="b2b")] == ["L24"]


def test_an_unknown_lever_is_answered_with_the_nearest():
    with pytest.raises(NotFoundError, match="L99"):
        lever("L99")
