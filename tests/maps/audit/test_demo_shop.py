"""What is wrong in the demo shop as it is made is found there."""

from audit_demo import QUARTER, RULE, YEAR, evidence

from farled.maps.audit.run import audit


def found_in(rule, when=YEAR):
    return [finding.failed for finding in audit(evidence(when=when), [RULE[rule]]).findings]


def test_the_payment_that_broke_on_mobile_leaves_carts_there():
    cuts = [found.cut for found in found_in("F04", QUARTER)]
    assert {"device": "mobile"} in cuts
    assert {"device": "desktop"} not in cuts


def test_tickets_are_answered_later_than_promised_at_weekends():
    found = {tuple(each.cut.values()): each.values for each in found_in("V01")}
    assert found[("weekend",)]["median"] > 30 * 3600
    assert ("weekday",) not in found


def test_a_late_delivery_in_five_breaks_the_promise():
    (found,) = found_in("A06")
    assert 0.1 < found.values["share"] < 0.3


def test_every_third_question_is_about_the_order():
    assert [found.objects for found in found_in("V03")][-1] == ("order_questions",)
