import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from farled.errors import NotFoundError
from farled.figures.fonts import FACES, content, embedded
from farled.figures.icons import icon, icons, licence

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "src/farled/figures/vendored.json").read_text(encoding="utf-8"))
CHANNELS = re.findall(
    r"\S+",
    """globe shopping-cart smartphone store mail headset phone message-circle bot handshake calendar clipboard-list
    book-open newspaper download share-2 video megaphone search badge-dollar-sign star users truck""",
)


@pytest.mark.parametrize("path", MANIFEST)
def test_a_vendored_file_is_the_one_that_was_fetched(path):
    digest = hashlib.sha384((ROOT / path).read_bytes()).digest()
    assert MANIFEST[path]["sha384"] == "sha384-" + base64.b64encode(digest).decode()
    assert MANIFEST[path]["licence"] in ("OFL-1.1", "ISC", "MPL-2.0", "Apache-2.0")


def test_fonts_are_web_fonts_and_carry_their_licence():
    for family in FACES:
        assert content(family)[:4] == b"wOF2"
        text = (ROOT / f"src/farled/figures/fonts/{family.lower().replace(' ', '-')}.OFL-1.1.txt").read_text()
        assert "SIL OPEN FONT LICENSE" in text
    assert "http" not in embedded()


@pytest.mark.parametrize("name", CHANNELS)
def test_every_built_in_channel_has_its_icon(name):
    assert icon(name)


def test_icons_are_plain_shapes():
    shapes = {"path", "circle", "rect", "line", "polyline", "polygon", "ellipse"}
    for drawing in icons().values():
        assert {element.tag for element in ET.fromstring(f"<g>{drawing}</g>")} <= shapes
    assert "ISC License" in licence()


def test_an_unknown_icon_names_the_nearest():
    with pytest.raises(NotFoundError, match="shoping-cart"):
        icon("shoping-cart")
