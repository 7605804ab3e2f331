"""Rules that need events beside the map: C01, D05, X03, X06, Y01, Y02, each on journeys written by hand."""

from datetime import date, timedelta

from audit_maps import RULE

from farled.journeys.build import journeys_of
from farled.maps.audit.evidence import Evidence, Forecast
from farled.maps.audit.run import audit
from farled.maps.load import loads
from farled.maps.measure import Measuring
from farled.spans import DAY, Period, moment

MAP = """\
farled: 1
map:
  id: m
  title: M
  language: en
  journey_type: purchase
  goal: {text: More, metric: bought, target: 0.1, by: 2027-01-01}
  guards: [bought]
  journey: {ends_after: 400d, within: 20d}
metrics:
  bought: {kind: conversion, from: see, to: order}
personas:
  - {id: vip, name: Vip, segment: {event: join}}
  - {id: rest, name: Rest, segment: {not: {event: join}}}
phases:
  - {id: a, name: A, touchpoints: [{id: see, name: See, channel: web, observe: {event: see}}]}
  - id: b
    name: B
    touchpoints:
      - {id: order, name: Order, channel: web, observe: {event: order}}
      - {id: one, name: One, channel: email, customer_action: false, observe: {event: one}, personalised_by: [plan]}
      - {id: two, name: Two, channel: email, customer_action: false, observe: {event: two}}
"""
DONE = """\
opportunities:
  - {id: op, text: Do it, at: a, status: done, measured_by: {before_after: {change: 1970-04-11, span: 60d}}}
"""
CHANGE = 100
END = 250


def judged(rule, made, text=MAP, days=(0, END), **known):
    map_ = loads(text)
    when = Period(days[0] * DAY, days[1] * DAY, moment(days[0] * DAY).date(), moment(days[1] * DAY).date())
    measuring = Measuring(map_, journeys_of(made, end=END))
    today = known.pop("today", moment(END * DAY).date())
    snapshot = measuring.snapshot(when)
    return audit(Evidence(measuring.map, today, when, snapshot, measuring, **known), [RULE[rule]]).outcomes[0]


def shoppers(before, after, n=100):
    """Customers who see on a day before or after the change; so many of a hundred order two days later."""
    made = {}
    for group, buying in (("before", before), ("after", after)):
        first = CHANGE - 50 if group == "before" else CHANGE + 2
        for at in range(n):
            day = first + at % 30
            made[f"{group}{at}"] = [("see", day), *([("order", day + 2)] if at * 100 < buying * n else [])]
    return {"first": [("start", 0)], **made}


def test_x03_a_guard_that_fell_after_a_change_is_hurt():
    found = judged("X03", shoppers(60, 30), MAP + DONE).findings[0].failed
    assert found.objects == ("op", "bought")
    assert (round(found.values["before"], 2), round(found.values["after"], 2)) == (0.6, 0.3)
    assert found.units == {"before": "share", "after": "share"}


def test_x03_a_guard_that_rose_or_stayed_is_not_hurt():
    assert judged("X03", shoppers(30, 60), MAP + DONE).outcome == "pass"
    assert judged("X03", shoppers(60, 55), MAP + DONE).outcome == "pass"


def test_x03_a_guard_that_should_fall_is_hurt_when_it_rises():
    text = MAP.replace("to: order}", "to: order, better: down}") + DONE
    assert judged("X03", shoppers(30, 60), text).outcome == "fail"
    assert judged("X03", shoppers(60, 30), text).outcome == "pass"


def test_x03_cannot_tell_before_the_time_is_over_of_too_few_or_without_guards():
    late = DONE.replace("1970-04-11", "1970-08-01")
    assert judged("X03", shoppers(60, 30), MAP + late).unknown[0].reason == "the time to wait is not over"
    early = DONE.replace("1970-04-11", "1970-01-20")
    assert judged("X03", shoppers(60, 30), MAP + early).unknown[0].reason == "the data does not reach far enough back"
    assert judged("X03", shoppers(60, 30, n=20), MAP + DONE).unknown[0].reason == "too few customers"
    assert judged("X03", shoppers(60, 30), MAP.replace("  guards: [bought]\n", "") + DONE).outcome == "cannot_tell"


def test_x06_the_effect_before_and_after_is_compared_with_the_what_if():
    def said(low, high):
        forecasts = [Forecast("op", "bought", low, high, date(1970, 3, 1))]
        return judged("X06", shoppers(30, 60), MAP + DONE, forecasts=forecasts)

    assert said(0.2, 0.4).outcome == "pass"
    missed = said(0.0, 0.05).findings[0].failed
    assert round(missed.values["effect"], 2) == 0.3
    assert missed.units["effect"] == "difference"


def members(share_one, share_two, n=800):
    """Customers of two personas who get two messages in given shares: one of members, one of the rest."""
    made = {}
    for group, share in (("vip", share_one), ("rest", share_two)):
        for at in range(n):
            joined = [("join", 0)] if group == "vip" else []
            message = "one" if at * 100 < share * n else "two"
            made[f"{group}{at}"] = [*joined, ("see", 1), (message, 2)]
    return made


def test_c01_personas_that_get_different_messages_are_not_treated_alike():
    assert judged("C01", members(80, 40)).outcome == "pass"
    found = judged("C01", members(50, 50)).findings
    assert [each.failed.objects for each in found] == [("vip", "rest")]


def test_c01_with_few_customers_it_cannot_be_told_whether_they_are_treated_alike():
    assert judged("C01", members(50, 50, n=100)).outcome == "cannot_tell"


def test_c01_too_few_messages_are_varied():
    found = judged("C01", members(15, 10)).findings[0].failed
    assert round(found.values["share"], 3) == 0.125
    assert round(found.distance, 3) == 0.075


def test_d05_metrics_need_their_events_and_properties():
    made = shoppers(60, 30)
    assert judged("D05", made).outcome == "pass"
    kpi = "  - {id: a, name: A, kpis: [{metric: other, target: 0.5}], touchpoints"
    for metric, missing in (
        ("{kind: repeat, event: nowhere, within: 9d}", ("nowhere",)),
        ("{kind: share, of: {event: order}, where: {attr: colour, is: red}}", ("colour",)),
        ("{kind: nps}", ("nps",)),
        ("{kind: repeat, event: order, within: 9d}", None),
    ):
        text = MAP.replace("metrics:\n", f"metrics:\n  other: {metric}\n")
        kpis = kpi.replace("0.5", "40") if "nps" in metric else kpi
        found = judged("D05", made, text.replace("  - {id: a, name: A, touchpoints", kpis)).findings
        assert [each.failed.values["missing"] for each in found] == ([missing] if missing else [])


def test_y01_the_program_hides_what_rests_on_too_few():
    assert judged("Y01", shoppers(60, 5)).outcome == "pass"


def test_y02_events_are_not_kept_for_longer_than_the_map_says():
    text = MAP.replace("  journey:", "  privacy: {keep: 100d}\n  journey:")
    last = moment(END * DAY).date()
    assert judged("Y02", {"ana": [("see", 150), ("order", 160)]}, text).outcome == "pass"
    found = judged("Y02", {"ana": [("see", 149), ("order", 160)]}, text).findings[0].failed
    assert (found.values["events"], found.values["oldest"]) == (1, last - timedelta(days=101))
