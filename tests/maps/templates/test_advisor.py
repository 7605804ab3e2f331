import pytest

from farled.errors import NotFoundError
from farled.maps.templates.advisor import advice_questions, advise
from farled.maps.templates.journey_types import TYPES

SHOP = ["page_view", "order", "ticket_opened", "ticket_answered"]


def test_four_questions_lead_to_every_type():
    questions = advice_questions()
    assert [question.id for question in questions] == ["change", "revenue", "closes", "data"]
    for question in questions:
        assert {kind for option in question.options for kind in option.types} == set(TYPES) or question.id == "closes"
        assert all(len(option.texts) == 4 for option in question.options)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"change": "more_sales", "revenue": "first_purchases", "closes": "customer", "data": "shop"}, "purchase"),
        ({"change": "more_return", "revenue": "repurchases", "closes": "customer", "data": "orders"}, "retention"),
        ({"change": "better_help", "data": "tickets"}, "service"),
    ],
)
def test_the_type_that_most_answers_speak_for_is_recommended(answers, kind):
    advice = advise(answers, SHOP)
    assert advice.recommended == kind
    assert advice.ranked[0].type.id == kind
    assert advice.ranked[0].answers == tuple(answers)


def test_a_type_whose_start_or_goal_never_occurs_is_not_recommended():
    leads = {"change": "more_leads", "revenue": "contracts", "closes": "salesperson", "data": "crm"}
    advice = advise(leads, SHOP)
    assert advice.ranked[0].type.id == "lead_generation"
    assert not advice.ranked[0].can_be_measured
    assert advice.recommended is None
    assert advise(leads, [*SHOP, "newsletter_signup"]).recommended == "lead_generation"


def test_the_next_best_that_can_be_measured_is_recommended_instead():
    advice = advise({"change": "more_use", "revenue": "repurchases", "closes": "already"}, SHOP)
    assert advice.recommended == "retention"


def test_names_that_contain_a_usual_name_count():
    (service,) = [
        each for each in advise({}, ["shop.ticket-opened", "Ticket Closed"]).ranked if each.type.id == "service"
    ]
    assert (service.starts, service.goals) == (("shop.ticket-opened",), ("Ticket Closed",))


def test_without_answers_nothing_is_recommended():
    assert advise({}, SHOP).recommended is None


def test_an_answer_that_is_none_is_named():
    with pytest.raises(NotFoundError, match="more_sale"):
        advise({"change": "more_sale"}, SHOP)
    with pytest.raises(NotFoundError, match="question of the advisor named 'why'"):
        advise({"why": "x"}, SHOP)
