"""The picture in pixels: always the same, in three sizes, and clear without colour."""

import io
import re
from itertools import combinations

import pytest
from maps.draw.example import snapshot
from maps_taken import SMALL as SMALL_MAP
from maps_taken import taken
from PIL import Image, ImageChops

from farled.errors import InputError, NotFoundError
from farled.figures.static import png
from farled.maps.draw import draw
from farled.maps.export.pictures import map_png, map_svg

WHOLE = taken(snapshot=snapshot())
SMALL = taken(SMALL_MAP)


def image(content):
    return Image.open(io.BytesIO(content))


def test_a_png_is_the_same_bytes_each_time_and_as_large_as_asked():
    once = map_png(SMALL, 1)
    assert map_png(SMALL, 1) == once
    wide, high = image(once).size
    assert wide == 1680
    for scale in (2, 3):
        assert image(map_png(SMALL, scale)).size == (scale * wide, scale * high)


def test_a_png_is_set_in_the_fonts_of_farled_alone():
    """Letters drawn without any font would leave their places empty; a system font would change the picture."""
    bare = draw(SMALL.map, None, "sv", fonts=False)
    other = re.sub(r"font-family:[^;}]*Newsreader[^;}]*", "font-family:serif", bare)
    assert png(other, 1) == png(bare, 1)
    assert png(re.sub(r"<text.*?</text>", "", bare), 1) != png(bare, 1)


def test_dark_is_another_picture_and_scales_and_themes_are_checked():
    assert map_png(SMALL, 1, "dark") != map_png(SMALL, 1)
    assert "#0f1715" in map_svg(SMALL, "dark") or map_svg(SMALL, "dark") != map_svg(SMALL)
    with pytest.raises(InputError, match="4 times"):
        map_png(SMALL, 4)
    with pytest.raises(NotFoundError, match="blue"):
        map_svg(SMALL, "blue")


def test_every_mark_of_the_legend_differs_from_every_other_in_grey():
    svg = draw(WHOLE.map, WHOLE.snapshot, "sv", fonts=False)
    style, defs = re.search(r"<style>.*?</style>", svg, re.DOTALL)[0], re.search(r"<defs>.*?</defs>", svg, re.DOTALL)[0]
    legend = svg[svg.index('<g class="legend">') :]
    marks = re.findall(
        r'<g transform="translate\([^)]*\)">(.*?)</g>\n<text class="small[^>]*>([^<]*)', legend, re.DOTALL
    )
    assert len(marks) > 12
    grey = {}
    for mark, told in marks:
        whole = (
            '<svg xmlns="http://www.w3.org/2000/svg" class="farled-map farled-map-light" viewBox="-6 -14 56 28" '
            f'width="56" height="28">{style}{defs}<rect x="-6" y="-14" width="56" height="28" fill="#fff"/>{mark}</svg>'
        )
        grey[told] = image(png(whole, 2)).convert("L")
    for (one, mark), (two, other) in combinations(grey.items(), 2):
        differs = ImageChops.difference(mark, other).point(lambda value: 255 if value > 48 else 0)
        assert sum(differs.histogram()[255:]) > 30, f"{one} looks like {two} in grey"
