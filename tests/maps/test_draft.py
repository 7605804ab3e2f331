import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.errors import InputError
from farled.journeys.build import journeys_of
from farled.maps.draft import draft
from farled.maps.load import loads
from farled.maps.yaml import read_yaml, yaml_text

SHOP = {
    "ana": [
        ("ad_click", 0, {"channel": "social"}),
        ("view_item", 1, {"channel": "webshop"}),
        ("add_to_cart", 2, {"channel": "webshop"}),
        ("order", 3, {"channel": "webshop", "value": 100.0}),
        ("delivered", 6, {"channel": "delivery"}),
        ("survey", 7, {"channel": "email", "score": 5.0, "scale": "csat"}),
        ("newsletter", 40, {"channel": "email"}),
    ],
    "bo": [("ad_click", 0, {"channel": "social"}), ("view_item", 1, {"channel": "webshop"})],
    "cy": [("view_item", 0, {"channel": "webshop"}), ("add_to_cart", 1, {"channel": "webshop"})],
}


def phases(text):
    """The event names by phase."""
    return {phase.id: [touchpoint.observe.event for touchpoint in phase.touchpoints] for phase in loads(text).phases}


def test_touchpoints_are_the_events_in_phases_by_the_order_of_journeys_around_the_goal():
    assert phases(draft(journeys_of(SHOP))) == {
        "awareness": ["ad_click"],
        "consideration": ["view_item"],
        "purchase": ["add_to_cart", "order"],
        "post_purchase": ["delivered", "survey"],
        "loyalty": ["newsletter"],
    }


def test_the_goal_is_the_event_that_names_a_purchase_or_carries_money():
    paid = {"ana": [("look", 0), ("zz_paid", 1, {"value": 3.0}), ("zzz_left", 2)]}
    assert loads(draft(journeys_of(SHOP))).metrics["goal_rate"].to.event == "order"
    assert loads(draft(journeys_of(paid))).metrics["goal_rate"].to.event == "zz_paid"


def test_names_of_other_people_than_those_who_reach_the_goal_are_left_out_and_named():
    sellers = {"dag": [("contact", 0), ("contract", 5)]}
    text = draft(journeys_of({**SHOP, **sellers}))
    assert not {"contact", "contract"} & {name for found in phases(text).values() for name in found}
    assert "# Left out, since none of these customers also has Order (a map of its own?): contact, contract" in text


def test_what_happens_within_minutes_after_the_goal_stands_beside_it():
    paid = {"ana": [("look", 0), ("order", 1), ("paid", 1 + 5 / 1440), ("delivered", 4)]}
    assert phases(draft(journeys_of(paid)))["purchase"] == ["order", "paid"]


def test_where_nothing_comes_before_the_goal_the_map_asks_for_what_comes_last_after_it():
    served = {"ana": [("order", 0), ("packed", 1), ("delivered", 4)], "bo": [("order", 0)]}
    made = loads(draft(journeys_of(served)))
    rate = made.metrics["goal_rate"]
    assert (rate.from_.event, rate.to.event) == ("order", "delivered")
    assert made.map.goal.text == "More customers get from Order to Delivered"
    assert made.map.goal.target == 0.55


@pytest.mark.parametrize(
    ("reached", "of", "target", "why"),
    [
        (1, 2, 0.55, "today's share plus a tenth"),
        (19, 20, 0.975, "halfway from today's share to everybody"),
        (3, 3, 1.0, "today all of them do, so the share is to be held"),
    ],
)
def test_the_target_is_never_below_todays_share_nor_above_all_and_says_how_it_was_made(reached, of, target, why):
    text = draft(journeys_of({f"c{at}": [("look", 0), ("order", 1)][: 1 + (at < reached)] for at in range(of)}))
    assert loads(text).map.goal.target == target
    assert f"# a proposal: {why}; decide yourselves" in text


def test_a_channel_is_told_only_where_most_events_have_it():
    spread = {f"c{at}": [("look", 0, {"channel": channel}), ("order", 1)] for at, channel in enumerate("abc")}
    assert [t.channel for _, t in loads(draft(journeys_of(spread))).touchpoints()] == ["unknown", "unknown"]


@pytest.mark.parametrize(("language", "name"), [("sv", "Köp"), ("nb", "Kjøp"), ("da", "Køb"), ("en", "Purchase")])
def test_a_draft_speaks_the_language_asked_for(language, name):
    made = loads(draft(journeys_of(SHOP), language, title="Vår: resa"))
    assert (made.map.language, made.map.title, made.phases[2].name) == (language, "Vår: resa", name)
    assert made.phases[2].touchpoints[0].name == "Add to cart"


def test_a_draft_is_yaml_as_farled_writes_it():
    text = draft(journeys_of(SHOP), "sv")
    assert yaml_text(read_yaml(text, "draft")) == text


def test_what_is_left_out_is_named_in_a_comment():
    many = {"ana": [(f"event {at}", at) for at in range(30)]}
    assert "# Left out, too rare or too many: event" in draft(journeys_of(many))


def test_without_events_or_texts_there_is_no_draft():
    with pytest.raises(InputError, match="no events"):
        draft(journeys_of({}))
    with pytest.raises(InputError, match="no texts in 'fi'"):
        draft(journeys_of(SHOP), "fi")


@settings(max_examples=50)
@given(
    names=st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8),
        min_size=1,
        max_size=5,
    )
)
def test_any_event_names_make_a_map_that_reads(names):
    events = [(name, at, {"channel": name}) for at, name in enumerate(names)]
    made = loads(draft(journeys_of({"ana": events})))
    assert {touchpoint.observe.event for _, touchpoint in made.touchpoints()}
