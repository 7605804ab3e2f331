"""Maps of every kind fit, with all that a picture can show, in every language."""

from itertools import cycle

import pytest
from maps.draw.made_up import MAPS, findings, measured, walk
from maps.draw.measured_svg import Drawn

from farled.locale import LANGUAGES
from farled.maps.draw import ROWS, Showing, draw
from farled.maps.draw.columns import columns
from farled.maps.draw.reading import view
from farled.maps.draw.showing import USUAL, WALKED


def faults(map_, snapshot, language, showing):
    """All that lies where it must not."""
    drawn = Drawn(draw(map_, snapshot, language, fonts=False, showing=showing))
    cols = columns(view(map_, snapshot, language, showing))
    found = {
        "outside": drawn.outside(),
        "texts": drawn.overlapping_texts(),
        "pills": drawn.overlapping_pills(apart=11.8),
        "cut": drawn.cut_names(),
        "behind": drawn.hidden_ways(),
        "strayed": drawn.strayed_ways(cols.left, cols.right),
    }
    return {kind: places[:3] for kind, places in found.items() if places}


def everything_fits(name, language):
    map_ = MAPS[name]()
    then = measured(map_, 0.08, ("2026-04-01", "2026-07-01"))
    showing = Showing(frozenset(ROWS), findings(map_), against=then, felt="difference" if language == "da" else "both")
    assert faults(map_, measured(map_), language, showing) == {}


@pytest.mark.parametrize(("name", "language"), list(zip(MAPS, cycle(LANGUAGES), strict=False)))
def test_everything_that_can_be_shown_fits(name, language):
    everything_fits(name, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MAPS)
def test_everything_that_can_be_shown_fits_in_every_language(name, language):
    everything_fits(name, language)


@pytest.mark.parametrize("name", MAPS)
def test_one_journey_fits(name):
    map_ = MAPS[name]()
    assert faults(map_, measured(map_), "nb", Showing(WALKED, walk=walk(map_))) == {}


@pytest.mark.parametrize("name", MAPS)
def test_a_map_without_numbers_fits(name):
    assert faults(MAPS[name](), None, "en", Showing(USUAL)) == {}
