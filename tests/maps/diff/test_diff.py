import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_edits import two_versions
from maps_example import MAP

from farled.errors import InputError
from farled.maps.diff import Change, Rename, apply, diff
from farled.maps.load import loads

few = settings(max_examples=20)
versions = st.integers(0, 10**9).map(two_versions)


def changed(*pairs):
    """The changes that replacing texts in the example makes."""
    text = MAP
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return diff(loads(MAP), loads(text)).changes


@few
@given(versions)
def test_what_differs_applied_to_the_first_gives_the_second_and_backwards(pair):
    before, after = pair
    assert apply(before, diff(before, after).changes) == after
    assert apply(after, diff(after, before).changes) == before


@few
@given(versions)
def test_a_map_does_not_differ_from_itself_and_equal_maps_have_no_changes(pair):
    before, after = pair
    assert not diff(after, after)
    assert bool(diff(before, after)) == (before != after)


def test_comments_order_of_keys_and_quotes_are_no_changes():
    assert not changed(("# the title", "# something else"))
    assert not changed(("{event: click}", "{\"event\": 'click'}"))
    assert not changed(("id: maja, name: Maja", "name: Maja, id: maja"))


@pytest.mark.parametrize(
    ("old", "new", "kind", "object_", "field", "weight"),
    [
        ("name: Kassa", "name: Betala", "renamed", "touchpoint", "name", "wording"),
        ("target: 4h", "target: 5h", "target", "phase", "kpis.reply.target", "meaning"),
        ("target: 0.05, by", "target: 0.06, by", "target", "map", "goal.target", "meaning"),
        ("claim: 0.5", "claim: 0.2", "claim", "phase", "feels", "meaning"),
        ("words: [nyfiken]", "words: [glad]", "text", "phase", "feels.words", "wording"),
        ("based_on: [survey]", "based_on: assumed", "claim", "persona", "based_on", "meaning"),
        ("{event: order}", "{event: buy}", "rule", "touchpoint", "observe", "measure"),
        ("is: pro", "is: free", "rule", "persona", "segment", "measure"),
        ("status: proposed", "status: testing", "status", "opportunity", "status", "meaning"),
        ("name: Vår sajt", "name: Webben", "catalogue", "channel", "name", "wording"),
        ("mkt: Marknad", "mkt: Reklam", "catalogue", "department", "", "wording"),
        ("text: Sidan är långsam", "text: Sidan är seg", "text", "pain_point", "text", "wording"),
        ("{event: ask}", "{event: asked}", "rule", "metric", "from", "measure"),
        ("better: up", "better: down", "field", "metric", "better", "meaning"),
        ("ends_after: 30d", "ends_after: 40d", "field", "map", "journey.ends_after", "measure"),
        ("    owner: mkt", "    owner: shop", "field", "phase", "owner", "meaning"),
    ],
)
def test_each_change_has_its_kind_and_weight(old, new, kind, object_, field, weight):
    (found,) = changed((old, new))
    assert (found.kind, found.object, found.field, found.weight) == (kind, object_, field, weight)


def test_a_touchpoint_in_another_phase_has_moved_and_keeps_what_it_says():
    order = "      - {id: order, name: Kassa, channel: web, observe: {event: order}, if_fails: page, milestone: true}\n"
    (found,) = changed((order, ""), ("      - {id: survey-mail", order + "      - {id: survey-mail"))
    places = ({"phase": "buy", "at": 1}, {"phase": "use", "at": 0})
    assert found == Change("moved", "touchpoint", "order", "", *places, "measure")


def test_the_fewest_objects_change_their_order():
    plain = loads(MAP)
    phase = plain.phases[1].touchpoints
    turned = plain.phases[1].model_copy(update={"touchpoints": (phase[1], phase[0])})
    after = plain.model_copy(update={"phases": (plain.phases[0], turned, plain.phases[2])})
    assert len(diff(plain, after).changes) == 1


def test_changes_stand_in_the_order_of_the_map_and_weightier_ones_first():
    found = changed(
        ("mkt: Marknad", "mkt: Reklam"),
        ("name: Kassa", "name: Betala"),
        ("{event: order}", "{event: buy}"),
        ("text: Sidan är långsam", "text: Sidan är seg"),
        ("claim: 0.5", "claim: 0.2"),
    )
    told = [(change.object, change.field) for change in found]
    assert told == [
        ("department", ""),
        ("phase", "feels"),
        ("pain_point", "text"),
        ("touchpoint", "observe"),
        ("touchpoint", "name"),
    ]


def test_wording_is_folded_but_new_names_of_places_are_not():
    found = changed(("mkt: Marknad", "mkt: Reklam"), ("name: Kassa", "name: Betala"))
    assert [change.is_folded for change in found] == [True, False]


def test_removed_and_added_with_the_same_channel_and_a_similar_name_are_offered_and_never_joined():
    found = diff(loads(MAP), loads(MAP.replace("id: survey-mail, name: Enkät", "id: survey-sms, name: Enkäten")))
    assert found.renames == (Rename("touchpoint", "survey-mail", "survey-sms", 0.83),)
    assert sorted(change.kind for change in found.changes) == ["added", "removed"]
    elsewhere = MAP.replace("id: survey-mail, name: Enkät, channel: email", "id: s, name: Enkäten, channel: web")
    assert not diff(loads(MAP), loads(elsewhere)).renames


def test_some_of_the_changes_can_be_taken():
    found = changed(("name: Kassa", "name: Betala"), ("claim: 0.5", "claim: 0.2"))
    renamed = next(change for change in found if change.kind == "renamed")
    assert apply(loads(MAP), [renamed]) == loads(MAP.replace("name: Kassa", "name: Betala"))


def test_a_change_of_what_is_not_there_is_refused():
    found = Change("renamed", "touchpoint", "nothing", "name", "A", "B", "wording")
    with pytest.raises(InputError, match="no touchpoint 'nothing'"):
        apply(loads(MAP), [found])


def test_a_phase_cannot_go_without_its_touchpoints():
    found = diff(loads(MAP), loads(MAP))
    gone = Change("removed", "phase", "use", "", {"at": 2, "record": {}}, None, "measure")
    with pytest.raises(InputError, match="The phase 'use' is gone"):
        apply(loads(MAP), [*found.changes, gone])


def test_an_id_that_stands_twice_is_refused():
    plain = loads(MAP)
    twice = plain.model_copy(update={"phases": (*plain.phases, plain.phases[0])})
    with pytest.raises(InputError, match="The phase 'see' stands twice"):
        diff(plain, twice)


def test_true_is_not_one():
    assert changed(("is: pro", "is: true"))
    one, true = (loads(MAP.replace("is: pro", f"is: {value}")) for value in ("1", "true"))
    assert len(diff(one, true).changes) == 1
