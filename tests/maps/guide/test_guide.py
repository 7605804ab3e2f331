"""The guide: each step is done when nothing is missing, and every gap has a place that exists."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from maps.draw.example import nordbod, snapshot
from maps.draw.random_maps import maps

from farled.locale import LANGUAGES
from farled.maps.guide.case import Found, Ruled, WorkspaceFacts, path_of, place_of
from farled.maps.guide.guide import gap_text, guide
from farled.maps.guide.procedures import PROCEDURES
from farled.maps.guide.steps import CHECKLIST, STEPS
from farled.maps.head import RULES
from farled.maps.model import MapFile

TODAY = date(2026, 11, 22)
EVENTS = frozenset({"ad_click", "page_view", "view_item", "store_visit", "add_to_cart", "email_click", "order"})
FACTS = WorkspaceFacts(TODAY, 1000, EVENTS, {}, "maps/nordbod-purchase.yaml")


def changed(map_, **head):
    """The map with another head, or other records."""
    records = {name: head.pop(name) for name in list(head) if name in MapFile.model_fields}
    return map_.model_copy(update={"map": map_.map.model_copy(update=head), **records})


def step(found, id_):
    return next(each for each in found.steps if each.step.id == id_)


def gaps(found, id_):
    return [gap_text(gap, "en") for gap in step(found, id_).gaps]


def places(found, id_):
    return [path_of(found.map, gap.keys) for gap in step(found, id_).gaps]


def test_the_steps_unite_every_step_of_every_published_procedure():  # R123 to R130
    united = {(id_, at) for each in STEPS for id_, numbers in each.unites.items() for at in numbers}
    assert united == {(each.id, at) for each in PROCEDURES.values() for at in range(1, len(each.steps) + 1)}
    assert sorted(each.row for each in PROCEDURES.values()) == [f"R{row}" for row in range(123, 131)]


def test_the_checklist_has_seven_items_over_rules_that_exist():  # R146 to R152
    assert [item.row for item in CHECKLIST] == [f"R{row}" for row in range(146, 153)]
    named = {rule for each in (*CHECKLIST, *STEPS) for rule in each.rules}
    assert named <= set(RULES)
    unnamed = {"O02", "O03", "O04", "Y01", "Y02", "Y03", "Y04"}
    assert set(RULES) - {rule for item in CHECKLIST for rule in item.rules} == unnamed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guide_is_told_in_every_language(language):
    told = guide(nordbod(), snapshot(), FACTS).to_dict(language)
    assert [each["number"] for each in told["steps"]] == list(range(1, 12))
    said = [gap["says"] for each in told["steps"] for need in each["needs"] for gap in need["gaps"]]
    assert said
    assert all("{" not in text for text in said)


def test_a_map_without_personas_has_nothing_of_that_step_but_says_where():
    found = guide(changed(nordbod(), personas=()), None, FACTS)
    assert step(found, "personas").state == "missing"
    assert set(places(found, "personas")) == {"personas"}


def test_a_gap_names_the_place_by_ids():
    map_ = nordbod()
    phases = (map_.phases[0].model_copy(update={"customer_goal": None, "owner": None}), *map_.phases[1:])
    found = guide(changed(map_, phases=phases), snapshot(), FACTS)
    assert "phases.awareness.customer_goal" in places(found, "phases")
    assert "phases.awareness.owner" in places(found, "phases")
    assert step(found, "phases").state == "partly"


def test_an_event_that_never_comes_is_named_with_its_touchpoint():
    found = guide(nordbod(), snapshot(), FACTS)
    assert "Nyhetsbrev: the event email_open never comes" in gaps(found, "data")
    assert not any("ad_click" in text for text in gaps(found, "data"))


def test_without_events_the_first_thing_to_do_is_to_load_some():
    found = guide(nordbod(), None, WorkspaceFacts(TODAY))
    assert [gap.command for gap in step(found, "data").gaps] == ["farled ingest FILES…"]


def test_a_goal_whose_day_has_passed_is_no_goal():
    map_ = nordbod()
    late = WorkspaceFacts(date(2027, 4, 1), 1000, EVENTS)
    assert "The day of the goal, 2027-03-31, has passed" in gaps(guide(map_, snapshot(), late), "goal")
    assert step(guide(map_, snapshot(), FACTS), "goal").state == "done"


def test_a_review_is_due_when_its_span_is_over():
    on_time, late = date(2026, 12, 30), date(2026, 12, 31)
    told = [gaps(guide(nordbod(), None, WorkspaceFacts(day)), "change") for day in (on_time, late)]
    assert [any("review" in text for text in each) for each in told] == [False, True]


def test_a_threshold_of_the_map_counts():
    map_ = nordbod()
    assert map_.map.audit["S03"] == {"min_share": 0.08}
    said = gaps(guide(map_, snapshot(), FACTS), "touchpoints")
    assert [text.split()[0] for text in said if "not on the map" in text] == ["wishlist_add"]
    strict = gaps(guide(changed(map_, audit={}), snapshot(), FACTS), "touchpoints")
    assert [text.split()[0] for text in strict if "not on the map" in text] == ["wishlist_add", "size_guide"]


def test_a_rule_that_is_off_asks_for_nothing():
    map_ = changed(nordbod(), audit={"S03": {"off": "noise"}})
    assert not any("not on the map" in text for text in gaps(guide(map_, snapshot(), FACTS), "touchpoints"))


def test_the_audit_counts_where_it_judged():
    found = Found(("checkout",), "Told by the audit.", "Do this.", "W")
    judged = {"S07": Ruled("fail", (found,)), "S03": Ruled("pass")}
    guided = guide(nordbod(), snapshot(), FACTS, judged)
    assert "Told by the audit." in gaps(guided, "milestones")
    assert "phases.purchase.touchpoints.checkout" in places(guided, "milestones")
    assert not any("not on the map" in text for text in gaps(guided, "touchpoints"))


def test_a_finding_that_somebody_decided_on_is_no_gap():
    for state, is_gap in (("open", True), ("reopened", True), ("accepted", False), ("dismissed", False)):
        judged = {"G01": Ruled("fail", (Found((), "No goal.", "", "E", state),))}
        guided = guide(nordbod(), snapshot(), FACTS, judged)
        assert ("No goal." in gaps(guided, "goal")) is is_gap
        assert ("No goal." in gaps(guided, "priorities")) is is_gap


def test_an_item_is_open_when_a_rule_fails_and_unknown_when_one_cannot_tell():
    everything = {rule: Ruled("pass") for rule in RULES}
    done = guide(nordbod(), snapshot(), FACTS, everything)
    assert {each.state for each in done.checklist} == {"done"}
    open_ = guide(nordbod(), snapshot(), FACTS, {**everything, "P01": Ruled("fail", (Found((), "One only.", ""),))})
    assert [(each.item.number, each.failing) for each in open_.checklist if each.state == "open"] == [(2, ("P01",))]
    unknown = guide(nordbod(), snapshot(), FACTS, {**everything, "P03": Ruled("cannot_tell")})
    assert [each.item.number for each in unknown.checklist if each.state == "unknown"] == [2]


def test_the_proposals_are_where_most_fall_away_and_where_it_feels_worst():
    found = guide(nordbod(), snapshot(), FACTS).proposals
    assert [(each.reason, each.phase.id) for each in found] == [("drop_off", "purchase"), ("feeling", "post_purchase")]
    assert all(each.worst for each in found)
    assert all(set(lever.parts) & set(each.phase.covers) for each in found for lever in each.levers)
    assert [each.id for each in found[1].taken] == ["op-weekend"]


def test_numbers_of_few_customers_propose_nothing():
    measured = snapshot()
    for phase in measured["phases"].values():
        if phase["completion"]:
            phase["completion"]["n"] = 29
        phase["feeling"]["n"] = 29
    assert guide(nordbod(), measured, FACTS).proposals == ()


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(maps())
def test_every_map_has_a_guide_whose_parts_agree(made):
    content, measured = made
    found = guide(content, measured, WorkspaceFacts(TODAY, 10, frozenset({"t1"}), {"da": 3}))
    assert found.next is next((each for each in found.steps if each.state != "done"), None)
    for each in found.steps:
        assert (each.state == "done") == all(need.is_met for need in each.needs)
        assert (each.state == "missing") == (not any(need.is_met for need in each.needs))
        for gap in each.gaps:
            assert gap.keys or gap.command
            assert "None" not in path_of(content, gap.keys)
            assert gap_text(gap, "sv")
    for phase in content.phases:
        assert path_of(content, place_of(content, phase.id)) == f"phases.{phase.id}"
