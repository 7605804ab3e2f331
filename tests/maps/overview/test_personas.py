"""Personas side by side: every number is the snapshot's, and a difference counts only when it holds."""

import pytest
from maps.draw.example import nordbod, number, snapshot

from farled.maps.overview.personas import personas_overview


def overview(**personas):
    """The overview of the worked example with some personas measured otherwise."""
    measured = snapshot()
    for name, changes in personas.items():
        for phase, completion in changes.items():
            measured["personas"][name]["phases"][phase]["completion"] = completion
    return personas_overview(nordbod(), measured)


def row(found, id_):
    return next(each for each in found.rows if each.id == id_)


def test_every_persona_has_a_row_in_the_order_of_the_map_and_the_rest_comes_last():
    assert [each.id for each in overview().rows] == ["maja", "arne", "rest"]


def test_the_worst_drop_off_is_the_phase_that_fewest_complete():
    assert row(overview(), "maja").worst == "purchase"
    changed = overview(maja={"awareness": number(0.05, 0.04, 0.06, 7238)})
    assert row(changed, "maja").worst == "awareness"


def test_a_persona_that_rests_on_nothing_is_assumed():
    map_ = nordbod()
    bare = map_.model_copy(
        update={"personas": (map_.personas[0].model_copy(update={"based_on": ()}), map_.personas[1])}
    )
    found = personas_overview(bare, snapshot())
    assert [each.assumed for each in found.rows] == [True, False, False]
    assert row(found, "arne").sources == ("Tolv intervjuer",)


def test_without_a_snapshot_the_personas_stand_as_they_are_described():
    found = personas_overview(nordbod(), None)
    assert [(each.id, each.is_measured) for each in found.rows] == [("maja", False), ("arne", False)]
    assert found.differences == ()
    assert found.period is None


def test_a_difference_names_the_higher_one_first_with_its_interval():
    found = next(each for each in overview().certain if (each.measure, each.phase) == ("completion", "awareness"))
    assert (found.higher, found.lower) == ("maja", "arne")
    assert found.difference.value == pytest.approx(0.05)
    assert found.difference.low < found.difference.value < found.difference.high


def test_a_difference_too_small_to_matter_is_not_certain_however_many_customers():
    same = {"awareness": number(0.600, 0.599, 0.601, 900_000)}
    near = {"awareness": number(0.610, 0.609, 0.611, 900_000)}
    found = [each for each in overview(maja=same, arne=near).differences if each.phase == "awareness"]
    assert [each.is_certain for each in found if each.measure == "completion"] == [False]


def test_a_difference_of_few_customers_is_not_certain():
    low, high = {"awareness": number(0.2, 0.1, 0.3, 29)}, {"awareness": number(0.9, 0.8, 1.0, 29)}
    found = [each for each in overview(maja=low, arne=high).differences if each.phase == "awareness"]
    assert [each.is_certain for each in found if each.measure == "completion"] == [False]


def test_hidden_numbers_are_compared_with_nothing():
    found = overview()
    assert not any(each.measure == "feeling" and each.phase == "loyalty" for each in found.differences)


def test_the_rest_is_no_persona_to_be_compared():
    assert not any("rest" in (each.higher, each.lower) for each in overview().differences)


def test_certain_ones_come_first():
    certain = [each.is_certain for each in overview().differences]
    assert certain == sorted(certain, reverse=True)
