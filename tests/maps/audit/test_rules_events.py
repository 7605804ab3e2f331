"""Rules over events and feedback: the forms of their mistakes, and when they cannot tell."""

from dataclasses import replace
from functools import cache

import pytest
from audit_shop import MAP, evidence, half, shop, unmeasured

from farled.maps.audit.catalog import RULES
from farled.maps.audit.run import audit

BY_ID = {rule.id: rule for rule in RULES}


def judged(rule, found):
    """What one rule says."""
    return audit(found, [BY_ID[rule]]).outcomes[0]


@cache
def sound():
    return evidence()


@cache
def tiny():
    return evidence(shop(30))


def text_of(*changes):
    text = MAP
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def with_map(*changes, journeys=None):
    return evidence(journeys or sound().measuring.journeys, text_of(*changes))


def objects(outcome):
    return {each for finding in outcome.findings for each in finding.failed.objects}


def cuts(outcome):
    return [dict(finding.failed.cut) for finding in outcome.findings]


TOO_FEW = (
    "S02 S03 S04 S05 D02 F01 F02 F03 F04 F05 O02 O03 A01 A02 A03 A04 A05 A06 V01 V02 V03 E01 E02 E04 E05 C02 C03 P02"
    " P03 P04"
)


@pytest.mark.parametrize("rule", [*TOO_FEW.split(), "D03"])
def test_where_nothing_is_measured_a_rule_cannot_tell(rule):
    outcome = judged(rule, unmeasured())
    assert outcome.outcome == "cannot_tell"
    assert outcome.unknown[0].reason == "nothing was measured"


@pytest.mark.parametrize("rule", [*TOO_FEW.split(), "S01"])
def test_of_too_few_customers_a_rule_cannot_tell(rule):
    assert judged(rule, tiny()).outcome == "cannot_tell"


def test_a_map_of_few_steps_leaves_steps_out():
    outcome = judged("S01", unmeasured(text_of(("{id: ad,", "{id: ad-a,")).split("  - id: use")[0]))
    assert outcome.findings[0].failed.values["phases"] == 3


def test_a_phase_without_touchpoints_leaves_steps_out():
    empty = MAP[: MAP.index("      - {id: news")] + MAP[MAP.index("pain_points") :]
    assert objects(judged("S01", unmeasured(empty.replace("    touchpoints:\npain", "pain")))) == {"return"}


def test_customers_who_meet_more_before_the_goal_than_is_mapped_leave_steps_out():
    dropped = [
        line
        for line in MAP.splitlines(keepends=True)
        if not any(f"{{id: {name}," in line for name in ("tip", "search", "reminder"))
    ]
    found = evidence(shop(unmapped=1.0), "".join(dropped).replace(", if_fails: reminder", ""))
    values = judged("S01", found).findings[0].failed.values
    assert values["mapped"] == 3
    assert values["met"] >= 4


def test_a_step_that_few_meet_and_that_leads_nowhere_is_irrelevant():
    found = with_map(("  audit:\n", "  audit:\n    S02: {min_share: 0.08}\n"), journeys=shop(tip=0.06))
    assert objects(judged("S02", found)) == {"tip"}
    assert judged("S02", sound()).outcome == "pass"


def test_a_touchpoint_whose_rule_no_event_fits_is_never_seen():
    found = with_map(("{event: tip}", "{event: word_of_mouth}"))
    assert objects(judged("S04", found)) == {"tip"}


def test_a_step_where_customers_stop_needs_a_way_back():
    found = with_map((", if_fails: reminder", ""), journeys=shop(remind=0.0))
    assert "cart" in objects(judged("S06", found))
    assert judged("S06", sound()).outcome == "pass"


def test_a_phase_without_rules_or_without_events_is_unmeasured():
    unruled = MAP.replace(", observe: {event: ad_click}", "").replace(", observe: {event: tip}", "")
    assert objects(judged("D01", unmeasured(unruled))) == {"notice"}
    unseen = with_map(("{event: ad_click}", "{event: ad_a}"), ("{event: tip}", "{event: ad_b}"))
    assert objects(judged("D01", unseen)) == {"notice"}
    assert judged("D01", unmeasured()).outcome == "cannot_tell"


def test_orders_of_whom_nothing_earlier_is_known_mean_low_coverage():
    found = judged("D03", evidence(shop(blind=1.0, again=0.0, order=0.3, order_late=0.3)))
    assert "order" in objects(found)


def test_blind_orders_are_not_tied_to_campaigns():
    assert cuts(judged("O03", evidence(shop(blind=1.0, again=0.0, order=0.3, order_late=0.3)))) == [{"part": "orders"}]


def test_behaviour_that_differs_from_the_last_review_has_drifted():
    journeys = shop(order_late=0.4)
    reviewed = MAP.replace("last: 2025-12-20", "last: 2025-07-05")
    found = evidence(journeys, reviewed)
    history = [found.measuring.snapshot(half(0))]
    outcome = judged("D09", replace(found, history=history))
    assert ("buy",) in [finding.failed.objects for finding in outcome.findings]
    assert ("cart", "order") in [finding.failed.objects for finding in outcome.findings]
    changed = replace(found, history=[{**history[0], "map_hash": "another"}])
    assert judged("D09", changed).outcome == "cannot_tell"
    calm = evidence(sound().measuring.journeys, reviewed)
    assert judged("D09", replace(calm, history=[calm.measuring.snapshot(half(0))])).outcome == "pass"


def test_events_of_one_department_alone_are_one_sided():
    one = [(f"owner: {name}}}\n", "owner: shop}\n") for name in ("mkt", "log", "cs", "crm")]
    assert cuts(judged("D10", with_map(*one))) == [{"department": "shop"}]
    assert judged("D10", tiny()).outcome == "pass"


def test_a_bottleneck_is_found_by_its_target_too():
    found = with_map(("metric: to_cart, target: 0.4", "metric: to_cart, target: 0.8"))
    assert objects(judged("F01", found)) == {"explore"}


def test_carts_that_miss_their_target_are_found():
    found = with_map(("metric: checkout, target: 0.5", "metric: checkout, target: 0.95"))
    assert objects(judged("F04", found)) == {"cart"}


def test_carts_left_by_one_device_alone_are_cut_by_it():
    outcome = judged("F04", evidence(shop(mobile_order_late=0.4)))
    assert {"device": "mobile"} in cuts(outcome)
    assert {"device": "desktop"} not in cuts(outcome)


def test_a_dwell_off_its_target_is_slow():
    slow = ("  csat_all:", "  wait: {kind: dwell, at: notice, better: down}\n  csat_all:")
    kpi = ("kpis: [{metric: to_cart", "kpis: [{metric: wait, target: 4h}, {metric: to_cart")
    assert objects(judged("F02", with_map(slow, kpi))) == {"notice"}


def test_searches_that_lead_nowhere_are_found_where_the_map_names_them():
    searches = ("  audit:\n", "  audit:\n    F05: {searches: search}\n")
    outcome = judged("F05", with_map(searches, journeys=shop(lost_search=0.6)))
    assert objects(outcome) == {"search"}
    assert set(outcome.findings[0].failed.values["searches"]) == {"jacket", "boots", "hat"}
    assert judged("F05", with_map(searches)).outcome == "pass"


def test_a_phase_of_which_nobody_says_anything_is_found():
    assert objects(judged("A03", evidence(shop(poll=0.0)))) == {"notice", "explore", "buy", "return"}


def test_loyalty_is_mapped_and_measured_or_found_missing():
    dropped = [line for line in MAP.splitlines(keepends=True) if "again_90d" not in line]
    assert judged("A07", unmeasured("".join(dropped))).outcome == "fail"
    assert judged("A07", unmeasured(MAP.replace("covers: [return]", "covers: [use]"))).outcome == "fail"
    assert judged("A07", unmeasured()).outcome == "pass"
    without = [line for line in MAP.splitlines(keepends=True) if "covers:" not in line]
    assert judged("A07", unmeasured("".join(without))).outcome == "cannot_tell"


def test_answers_that_are_slow_at_weekends_alone_are_cut_by_them():
    outcome = judged("V01", evidence(shop(4000, weekend_hours=70.0)))
    assert {"day": "weekend"} in cuts(outcome)
    assert {"day": "weekday"} not in cuts(outcome)


def test_questions_whose_answer_no_metric_names_cannot_be_judged():
    found = with_map(("  first_reply:", "  other_reply:"), ("metric: first_reply", "metric: other_reply"))
    assert judged("V01", found).outcome == "pass"
    lost = [line for line in MAP.splitlines(keepends=True) if "first_reply: {" not in line]
    text = "".join(lost).replace(", {metric: first_reply, target: 6h}", "")
    for rule in ("V01", "V02"):
        assert judged(rule, evidence(sound().measuring.journeys, text)).unknown[0].objects == ("ticket",)


def test_a_milestone_that_does_not_say_what_comes_next_is_found_without_events():
    found = unmeasured(MAP.replace(", milestone: true, tells_next_step: true", ", milestone: true"))
    assert objects(judged("V03", found)) == {"order", "parcel"}


def test_a_claim_that_customers_contradict_is_found():
    found = with_map(("    name: Explore\n", "    name: Explore\n"), ("claim: 0.4", "claim: -1.2"))
    assert objects(judged("E01", found)) == {"notice", "explore"}


def test_a_claim_near_what_customers_say_is_left_alone():
    assert judged("E01", with_map(("claim: 0.4", "claim: 1.0"))).outcome == "pass"


def test_a_phase_with_a_kpi_of_satisfaction_needs_answers():
    changes = (
        ("  csat_all:", "  liked: {kind: stars, at: ad}\n  csat_all:"),
        ("    customer_goal: G\n    feels", "    customer_goal: G\n    kpis: [{metric: liked, target: 4}]\n    feels"),
    )
    text = MAP.replace(*changes[0]).replace(*changes[1], 1)
    assert objects(judged("E03", evidence(shop(poll=0.01), text))) == {"notice"}
    assert judged("E03", evidence(sound().measuring.journeys, text)).outcome == "pass"


def test_those_who_leave_and_answer_less_bias_the_feedback():
    outcome = judged("E04", evidence(shop(4000, leave=0.5, left_answer=0.1)))
    assert cuts(outcome) == [{"asked": "left"}]


def test_without_a_metric_that_says_who_is_asked_bias_is_told_of_personas_alone():
    lost = "".join(line for line in MAP.splitlines(keepends=True) if "kind: response" not in line)
    outcome = judged("E04", evidence(sound().measuring.journeys, lost))
    assert (outcome.outcome, outcome.unknown[0].missing) == ("cannot_tell", ("kind: response",))


def test_prices_that_differ_between_channels_on_one_day_are_found():
    assert {"measure": "price"} in cuts(judged("C02", evidence(shop(price_apart=1.0))))


def test_reminders_after_the_purchase_come_at_the_wrong_moment():
    outcome = judged("C03", evidence(shop(remind_after=0.9)))
    assert outcome.findings[0].failed.values["after"] > 0.5


def test_personas_that_overlap_leave_customers_in_both():
    assert cuts(judged("P02", evidence(shop(both_personas=0.5)))) == [{"match": "several"}]


def test_personas_that_act_alike_are_found_where_enough_would_show_a_difference():
    alike = shop(4800, cart_a=0.6, cart_b=0.6)
    assert objects(judged("P03", evidence(alike))) == {"ana", "bo"}
    assert judged("P03", sound()).outcome == "pass"
    assert judged("P03", evidence(shop(600, cart_a=0.6, cart_b=0.6))).outcome == "cannot_tell"


def test_a_map_between_firms_follows_accounts_with_roles():
    between = MAP.replace("journey_type: purchase", "journey_type: purchase\n  market: b2b")
    single = between.replace("journey: {ends_after", "journey: {unit: customer, ends_after")
    assert judged("P08", unmeasured(single)).outcome == "fail"
    assert judged("P08", unmeasured(between)).outcome == "cannot_tell"
    assert judged("P08", unmeasured(between.replace("{id: ad,", "{id: ad, roles: [decides],"))).outcome == "pass"
    assert judged("P08", unmeasured()).outcome == "pass"


def test_a_journey_type_whose_start_or_goal_never_occurs_is_wrong():
    unseen = with_map(("{event: ad_click}", "{event: ad_a}"), ("{event: tip}", "{event: ad_b}"))
    assert objects(judged("G02", unseen)) == {"notice"}
    assert objects(judged("G02", with_map(("to: {event: order}", "to: {event: subscription}")))) == {"purchase_rate"}
    assert judged("G02", sound()).outcome == "pass"
    assert judged("G02", unmeasured()).outcome == "cannot_tell"


def test_retention_where_hardly_anybody_buys_again_is_the_wrong_type():
    kept = ("journey_type: purchase", "journey_type: retention")
    assert judged("G02", with_map(kept, journeys=shop(again=0.005))).outcome == "fail"
    assert judged("G02", with_map(kept)).outcome == "pass"


def test_a_rule_says_nothing_where_the_map_does_not_say_what_events_are():
    text = MAP.replace("milestone: true, ", "").replace("to: {event: order}", "to: explore")
    found = evidence(sound().measuring.journeys, text)
    for rule in ("A01", "A02", "A04", "F04"):
        outcome = judged(rule, found)
        assert (rule, outcome.outcome, outcome.unknown[0].missing[:1]) == (rule, "cannot_tell", ("order",))
