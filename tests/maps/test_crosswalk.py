from datetime import date
from itertools import product
from pathlib import Path

import pytest

from farled.errors import InputError
from farled.maps.crosswalk import crossed, shared_stretches
from farled.maps.load import loads
from farled.maps.templates.data import NAMES, template
from farled.maps.templates.listing import crosswalk_table
from farled.maps.templates.writing import new_map
from farled.maps.touchpoint import AXIS


@pytest.fixture(scope="module")
def maps():
    return {name: loads(new_map("m", name, today=date(2026, 1, 1))) for name in ("research5", "loyalty5", "coarse3")}


def borders(name):
    """After which parts of the axis a template has a border."""
    return {phase.covers[-1] for phase in template(name).phases}


def test_a_border_counts_only_if_both_maps_have_it(maps):
    found = shared_stretches(maps["research5"], maps["loyalty5"])
    assert [stretch.parts for stretch in found] == [("notice",), ("explore", "weigh"), ("buy",), ("use", "return")]
    assert found[1].first == ("research", "consideration")
    assert found[1].second == ("consideration",)


def test_the_division_is_the_same_both_ways_and_whole_against_itself(maps):
    one, other = maps["research5"], maps["coarse3"]
    there, back = shared_stretches(one, other), shared_stretches(other, one)
    assert [(each.parts, each.first, each.second) for each in there] == [
        (each.parts, each.second, each.first) for each in back
    ]
    assert [stretch.first for stretch in shared_stretches(one, one)] == [(phase.id,) for phase in one.phases]


def test_any_two_templates_share_the_borders_that_both_have():
    """The oracle: sets of borders."""
    text = new_map("m", today=date(2026, 1, 1))
    bare = loads(text)
    phase = bare.phases[0].model_copy(update={"touchpoints": ()})

    def of(name):
        phases = [phase.model_copy(update={"id": each.id, "covers": each.covers}) for each in template(name).phases]
        return bare.model_copy(update={"phases": tuple(phases)})

    for one, other in product(NAMES, NAMES):
        found = {stretch.parts[-1] for stretch in shared_stretches(of(one), of(other))}
        assert found == borders(one) & borders(other), (one, other)


def snapshot(map_, *reached):
    return {"phases": {phase.id: {"reached": n} for phase, n in zip(map_.phases, reached, strict=True)}}


def test_a_stretch_is_reached_when_its_first_phase_is(maps):
    one, other = maps["research5"], maps["loyalty5"]
    found = crossed(one, snapshot(one, 100, 80, 60, 40, 20), other, snapshot(other, 200, 100, 50, 25, {"value": None}))
    assert [each.reached for each in found.first] == [100, 80, 40, 20]
    assert [(each.went_on.part, each.went_on.n) for each in found.first[:-1]] == [(80, 100), (40, 80), (20, 40)]
    assert found.first[-1].went_on.value is None
    assert [each.reached for each in found.second] == [200, 100, 50, 25]


def test_hidden_counts_stay_hidden(maps):
    one = maps["coarse3"]
    hidden = {"value": None, "reason": "hidden", "n": "1-9"}
    found = crossed(one, snapshot(one, 100, 20, hidden), one, snapshot(one, 100, 20, 10))
    assert (found.first[2].reached, found.first[1].went_on.value) == (None, None)
    assert found.to_dict()["stretches"][2]["first"]["reached"] is None


def test_maps_must_say_what_their_phases_cover_along_the_axis(maps):
    one = maps["coarse3"]
    bare = one.model_copy(update={"phases": tuple(each.model_copy(update={"covers": None}) for each in one.phases)})
    with pytest.raises(InputError, match="covers nothing"):
        shared_stretches(one, bare)
    turned = one.model_copy(update={"phases": one.phases[::-1]})
    with pytest.raises(InputError, match="covers buy after return"):
        shared_stretches(one, turned)
    first, last = one.phases[:1], one.phases[1:]
    with pytest.raises(InputError, match="no part of the axis in common"):
        shared_stretches(one.model_copy(update={"phases": first}), one.model_copy(update={"phases": last}))
    assert AXIS[0] == "notice"


def test_the_crosswalk_of_the_documentation_is_that_of_the_templates():
    page = Path(__file__).parents[2].joinpath("docs/explanation/phase-models.md").read_text(encoding="utf-8")
    lines = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert {name.strip("`"): tuple(cells) for name, *cells in lines} == {
        str(name): tuple(cells) for name, *cells in crosswalk_table().rows
    }
