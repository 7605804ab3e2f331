"""All maps on one axis."""

from datetime import date
from itertools import permutations

import pytest

from farled.maps.draw.words import Words
from farled.maps.model import MapFile
from farled.maps.overview.atlas import MapEntry, atlas, division
from farled.maps.overview.atlas_picture import atlas_picture
from farled.maps.overview.telling import remarks
from farled.maps.phase_models import MODELS
from farled.maps.touchpoint import AXIS

TODAY = date(2026, 11, 22)


def made(id_="a", model="loyalty5", phases=None, **head):
    chosen = phases or [{"id": each.id, "name": each.name("en"), "covers": list(each.covers)} for each in MODELS[model]]
    return MapFile.model_validate(
        {
            "farled": 1,
            "map": {
                "id": id_, "title": id_.title(), "language": "en", "journey_type": "purchase",
                "goal": {"text": "Sell", "metric": "nps", "target": 40, "by": date(2099, 1, 1)}, **head,
            },
            "metrics": {"nps": {"kind": "nps"}},
            "phases": chosen,
        }
    )  # fmt: skip


def drawn(*maps, **more):
    return atlas([MapEntry(map_.map.id, map_, **more) for map_ in maps], TODAY)


def phase(id_, covers, **touchpoint):
    points = [{"id": f"{id_}-t", "name": "T", "channel": "web", **touchpoint}] if touchpoint else []
    return {"id": id_, "name": id_.title(), "covers": covers, "touchpoints": points}


def test_two_models_are_compared_over_the_borders_that_both_have():
    found = division([made(model="research5"), made("b", "loyalty5")])
    assert found == (("notice",), ("explore", "weigh"), ("buy",), ("use", "return"))


@pytest.mark.parametrize("model", MODELS)
def test_a_model_beside_itself_keeps_its_own_division(model):
    assert division([made(model=model)] * 2) == tuple(each.covers for each in MODELS[model])


def test_every_division_is_the_whole_axis_in_order():
    for one, other in permutations(MODELS, 2):
        parts = [part for parts in division([made(model=one), made("b", other)]) for part in parts]
        assert tuple(parts) == AXIS


def test_a_gap_is_what_no_present_map_covers():
    short = made(phases=[phase("look", ["explore", "weigh"]), phase("buy", ["buy"])])
    planned = made("b", state="to_be", base="a")
    assert drawn(short, planned).gaps == ("notice", "use", "return")
    assert drawn(short, made("c", "coarse3")).gaps == ()


def test_maps_that_say_nothing_of_the_axis_have_no_gaps():
    assert drawn(made(phases=[{"id": "p", "name": "P"}])).gaps == ()


def test_children_and_plans_follow_their_parent():
    child = made("b", parent={"map": "z", "phase": "purchase"})
    found = drawn(child, made("c", state="to_be", base="z"), made("z"), made("y"))
    assert [row.entry.id for row in found.rows] == ["z", "b", "c", "y"]
    assert found.rows[0].children == (("purchase", "b"),)
    assert found.rows[0].planned == ("c",)
    assert found.rows[1].parent == ("z", "purchase")


def test_a_map_whose_parent_is_not_there_still_stands_in_the_atlas():
    found = drawn(made("b", parent={"map": "gone", "phase": "purchase"}))
    assert [row.entry.id for row in found.rows] == ["b"]


@pytest.mark.parametrize(
    ("last", "freshness"), [(None, "never"), (date(2026, 8, 23), "due"), (date(2026, 8, 24), "fresh")]
)
def test_a_map_is_fresh_until_the_day_its_review_is_due(last, freshness):
    row = drawn(made(review={"every": "90d", **({"last": last} if last else {})})).rows[0]
    assert row.freshness == freshness


def test_the_weakest_phase_is_the_one_that_fewest_go_on_from():
    map_ = made()
    values = (0.9, 0.4, 0.6, 0.7, 0.1)  # the last phase has none to go on to
    measured = {
        "phases": {each.id: {"completion": {"value": value}} for each, value in zip(map_.phases, values, strict=True)}
    }
    assert drawn(map_, snapshot=measured).rows[0].weakest.id == "consideration"
    assert drawn(map_).rows[0].weakest is None


def test_the_same_rule_on_two_maps_is_an_overlap_and_its_owners_are_named():
    one = made(phases=[phase("buy", ["buy"], observe={"event": "order"}, owner="shop")])
    other = made("b", phases=[phase("buy", ["buy"], observe={"event": "order"}, owner="store")])
    found = drawn(one, other).overlaps
    assert [(each.event, each.first, each.second, each.owners) for each in found] == [
        ("order", ("a", "buy-t"), ("b", "buy-t"), ("shop", "store"))
    ]


def test_a_map_and_the_one_that_details_it_may_share_events():
    one = made(phases=[phase("buy", ["buy"], observe={"event": "order"})])
    parent = {"map": "a", "phase": "buy"}
    other = made("b", phases=[phase("buy", ["buy"], observe={"event": "order"})], parent=parent)
    assert drawn(one, other).overlaps == ()


def test_another_condition_is_another_rule():
    where = {"attr": "channel", "is": "store"}
    one = made(phases=[phase("buy", ["buy"], observe={"event": "order"})])
    other = made("b", phases=[phase("buy", ["buy"], observe={"event": "order", "where": where})])
    assert drawn(one, other).overlaps == ()


@pytest.mark.parametrize("name", ["Undersøgelse", "Utvärdering", "Købsbeslutning", "Etter kjøpet"])
def test_a_phase_name_is_not_broken_inside_a_word(name):
    phases = [{**phase(f"p{at}", [part]), "name": name} for at, part in enumerate(AXIS)]
    told = atlas_picture(drawn(made(phases=phases)), "da").body
    assert [word for word in name.split() if f"{word}<" not in told and f">{word}" not in told] == []


def test_what_several_touchpoints_of_an_event_share_is_said_once():
    one = phase("see", ["notice"], observe={"event": "visit"})
    two = {**phase("read", ["explore"], observe={"event": "visit", "where": {"attr": "x", "is": 1}})}
    found = drawn(made("a", phases=[one, two]), made("b", phases=[one, two]))
    told = list(remarks(found, Words("en")))
    assert len(told) == len(set(told))
    assert len(found.overlaps) > 1


def test_a_map_that_cannot_be_read_stands_there_with_its_fault():
    found = atlas([MapEntry("broken", fault="Line 3 is wrong.")], TODAY)
    assert found.to_dict()["maps"] == [{"id": "broken", "fault": "Line 3 is wrong."}]
