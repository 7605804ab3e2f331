"""What goes out comes in again, as far as each format promises."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from maps_taken import NORDBOD, taken, texts_of_maps, through

from farled.maps.load import loads

few = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])


def again(text, ending):
    """A map file, and what comes back of it, as a map file too."""
    what = taken(text)
    with TemporaryDirectory() as folder:
        back = through(what, ending, Path(folder))
    assert loads(back.text) == back.map
    return what.map, back


def names_of(map_):
    return [(phase.name, [point.name for point in phase.touchpoints]) for phase in map_.phases]


@pytest.mark.parametrize("ending", [".yaml", ".csv"])
def test_nothing_of_the_example_is_lost(ending, tmp_path):
    back = through(taken(), ending, tmp_path)
    assert back.map == loads(NORDBOD)
    assert not back.unplaced


def test_a_map_file_comes_back_byte_for_byte(tmp_path):
    assert through(taken(), ".yaml", tmp_path).text == NORDBOD


@few
@given(texts_of_maps())
def test_long_csv_loses_nothing(text):
    before, back = again(text, ".csv")
    assert back.map == before


@few
@given(texts_of_maps())
def test_the_grid_keeps_its_lanes(text):
    before, back = again(text, ".grid.csv")
    after = back.map
    assert names_of(after) == names_of(before)
    for old, new in zip(before.phases, after.phases, strict=True):
        assert new.does == old.does
        assert (new.feels and new.feels.claim) == (old.feels and old.feels.claim)
        for one, two in zip(old.touchpoints, new.touchpoints, strict=True):
            same = before.channel(one.channel).name
            assert after.channel(two.channel).name in (same, one.channel)
            owners = (before.departments.get(one.owner), one.owner)
            assert after.departments.get(two.owner) in owners
    assert [pain.text for pain in after.pain_points] == [pain.text for pain in before.pain_points]
    said = [(chance.text, chance.status) for chance in before.opportunities]
    assert [(chance.text, chance.status) for chance in after.opportunities] == said


@few
@given(texts_of_maps())
def test_a_mermaid_journey_keeps_sections_names_and_scores(text):
    before, back = again(text, ".mmd")
    assert names_of(back.map) == names_of(before)
    assert back.map.map.title == before.map.title
    for old, new in zip(before.phases, back.map.phases, strict=True):
        for point in new.touchpoints:
            claim = point.feels.claim if point.feels else None
            wanted = old.feels.claim if old.feels else None
            assert claim == (None if wanted is None else int(wanted + 3.5) - 3)
            assert point.channel == "unknown"


@few
@given(texts_of_maps())
def test_cjml_keeps_phases_touchpoints_and_who_acts(text):
    before, back = again(text, ".cjml")
    assert names_of(back.map) == names_of(before)
    for (_, old), (_, new) in zip(before.touchpoints(), back.map.touchpoints(), strict=True):
        assert (new.id, new.customer_action) == (old.id, old.customer_action)


@pytest.mark.parametrize("ending", [".grid.csv", ".xlsx", ".mmd", ".cjml"])
def test_every_claim_from_another_notation_is_assumed(ending, tmp_path):
    if ending == ".xlsx":
        pytest.importorskip("openpyxl")
    map_ = through(taken(), ending, tmp_path).map
    claims = [phase.feels for phase in map_.phases] + [point.feels for _, point in map_.touchpoints()]
    assert all(claim is None or claim.based_on == () for claim in claims)
    assert all(one.based_on == () for one in (*map_.personas, *map_.pain_points))


@pytest.mark.parametrize("language", ["sv", "nb", "da", "en"])
def test_lanes_are_recognised_in_four_languages(language, tmp_path):
    out = through(taken(language=language), ".grid.csv", tmp_path)
    assert [phase.does for phase in out.map.phases] == [phase.does for phase in loads(NORDBOD).phases]
    assert all("metrics" in left.why for left in out.unplaced)  # key figures need a rule, everything else is placed


def test_what_has_no_place_is_listed_and_kept(tmp_path):
    out = through(taken(), ".grid.csv", tmp_path)
    assert len(out.unplaced) == sum(len(phase.kpis or ()) for phase in loads(NORDBOD).phases)
    for left in out.unplaced:
        assert left.text in re.sub(r"''", "'", out.text)
