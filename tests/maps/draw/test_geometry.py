"""Nothing overlaps, nothing leaves the canvas, nothing is cut."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from maps.draw.example import nordbod, snapshot, way
from maps.draw.measured_svg import Drawn
from maps.draw.random_maps import maps

from farled.locale import LANGUAGES
from farled.maps.draw import draw
from farled.maps.draw.columns import INSET, columns
from farled.maps.draw.reading import view

slow = settings(max_examples=25, suppress_health_check=list(HealthCheck))


@pytest.fixture(
    scope="module", params=[(language, found) for language in LANGUAGES for found in (True, False)], ids=str
)
def drawn(request):
    language, is_measured = request.param
    return Drawn(draw(nordbod(), snapshot() if is_measured else None, language, fonts=False))


def test_nothing_leaves_the_canvas(drawn):
    assert drawn.outside() == []


def test_no_text_lies_on_another(drawn):
    assert drawn.overlapping_texts() == []


def test_pills_keep_twelve_units_apart(drawn):
    assert drawn.overlapping_pills(apart=12) == []


def test_no_name_runs_out_of_its_pill(drawn):
    assert drawn.cut_names() == []


def test_every_touchpoint_is_named_in_full(drawn):
    names = [touchpoint.name for _, touchpoint in nordbod().touchpoints()]
    assert sorted(" ".join(lines) for lines, _ in drawn.pills) == sorted(names)


def test_no_transition_runs_behind_another_pill(drawn):
    assert drawn.hidden_ways() == []


def test_no_transition_leaves_the_columns(drawn):
    cols = columns(view(nordbod(), snapshot(), "sv"))
    assert drawn.strayed_ways(cols.left, cols.right) == []


@pytest.mark.parametrize("phases", [1, 5])
def test_a_way_around_a_pill_as_wide_as_its_column_stays_in_the_columns(phases):
    content = nordbod().model_dump(by_alias=True, exclude_none=True)
    content |= {"moments_of_truth": [], "pain_points": [], "opportunities": [], "phases": content["phases"][:phases]}
    lanes = list(content["channels"])
    content["phases"][0]["touchpoints"] = [
        {"id": f"p{at}", "name": "Ett långt namn " * 8 if at == 1 else "Kort", "channel": lanes[min(at, 3)]}
        for at in range(12)
    ]
    made = type(nordbod()).model_validate(content)
    measured = {**snapshot(), "transitions": [way("p0", "p2", 4000)], "ends": {}}
    cols = columns(view(made, measured, "sv"))
    drawn = Drawn(draw(made, measured, "sv", fonts=False))
    assert len(drawn.ways) == 1
    assert drawn.strayed_ways(cols.left, cols.right) == []
    assert drawn.hidden_ways() == []


def test_the_worked_example_is_as_wide_as_a_sheet_of_a3(drawn):
    assert drawn.width == 1680


@slow
@given(maps(), st.sampled_from(LANGUAGES))
def test_any_map_fits(made, language):
    content, measured = made
    drawn = Drawn(draw(content, measured, language, fonts=False))
    assert drawn.outside() == []
    assert drawn.overlapping_texts() == []
    assert drawn.overlapping_pills(apart=11.8) == []  # twelve, each edge rounded to a tenth
    assert drawn.hidden_ways() == []
    assert drawn.cut_names() == []
    said = view(content, measured, language)
    cols = columns(said)
    by_name = sorted((touchpoint.name, touchpoint.phase) for touchpoint in said.touchpoints)
    assert sorted("".join(lines).replace(" ", "") for lines, _ in drawn.pills) == sorted(
        name.replace(" ", "") for name, _ in by_name
    )
    assert drawn.strayed_ways(cols.left, cols.right) == []
    edges = [(x + INSET, x + w - INSET) for x, w in zip(cols.x, cols.w, strict=True)]
    for _, box in drawn.pills:
        assert any(left - 0.1 <= box.x and box.right <= right + 0.1 for left, right in edges)
