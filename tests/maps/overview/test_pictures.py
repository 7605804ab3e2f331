"""The pictures of the overviews: whole in every language, within their edges, the same bytes for the same input."""

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from maps.draw.example import nordbod, snapshot
from maps.draw.random_maps import maps

from farled.locale import LANGUAGES
from farled.maps.overview.atlas import MapEntry, atlas
from farled.maps.overview.atlas_picture import atlas_picture
from farled.maps.overview.matrix_picture import matrix_picture
from farled.maps.overview.personas import personas_overview
from farled.maps.overview.personas_picture import personas_picture
from farled.maps.overview.priorities import priorities
from farled.maps.overview.tables import atlas_tables, personas_tables, priorities_tables

TODAY = date(2026, 11, 22)


def pictures(map_, measured, language="en"):
    entry = MapEntry(map_.map.id, map_, measured, {"E": 1, "W": 2, "I": 0})
    return (
        personas_picture(personas_overview(map_, measured), language),
        matrix_picture(priorities(map_, measured), language),
        atlas_picture(atlas([entry], TODAY), language),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_told_in_every_language_and_stay_within_their_edges(language):
    for drawn in pictures(nordbod(), snapshot(), language):
        places = [float(x) for x in re.findall(r' x="(-?[\d.]+)"', drawn.body)]
        assert 0 <= min(places) <= max(places) <= drawn.width
        heights = [float(y) for y in re.findall(r' y="(-?[\d.]+)"', drawn.body)]
        assert 0 <= min(heights) <= max(heights) <= drawn.height
        assert "{" not in drawn.body


def test_the_same_input_gives_the_same_bytes_and_nothing_asks_for_more():
    first, again = (
        [drawn.svg(theme) for drawn in pictures(nordbod(), snapshot()) for theme in ("light", "dark")] for _ in range(2)
    )
    assert first == again
    assert not any(re.search(r"(?:href|src)=|url\((?!data:)", text) for text in first)


def test_every_class_of_a_picture_has_its_rule():
    for drawn in pictures(nordbod(), snapshot()):
        text = drawn.svg()
        used = {name for names in re.findall(r'class="([^"]+)"', drawn.body) for name in names.split()}
        assert {name for name in used if f".{name}" not in text.split("</style>")[0]} == set()


def test_tables_hold_what_the_pictures_show():
    map_, measured = nordbod(), snapshot()
    text = "\n".join(map(str, personas_tables(personas_overview(map_, measured), "en")))
    assert "Maja, 34, tidspressad förälder" in text
    assert "The rest" in text
    text = "\n".join(map(str, priorities_tables(priorities(map_, measured), "en")))
    assert "Visa leveransdag på produktsidan" in text
    text = "\n".join(map(str, atlas_tables(atlas([MapEntry("x", map_, measured)], TODAY), "en")))
    assert "Köpresan hos Nordbod" in text


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(maps())
def test_every_map_can_be_drawn(made):
    for drawn in pictures(*made):
        assert drawn.inline().startswith("<svg ")
