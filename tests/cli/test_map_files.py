"""Maps into files and from files, as somebody types it."""

from functools import partial

import pytest
from maps_taken import NORDBOD

from farled.workspace.storing import create

GRID = "Phase,See,Buy\nDoes,looks,pays\nWeather,sun,\n"


@pytest.fixture
def farled(typed, tmp_path):
    """A workspace with one map and without events."""
    create(tmp_path / "shop")
    (tmp_path / "shop" / "maps").mkdir(exist_ok=True)
    (tmp_path / "shop" / "maps" / "nordbod-purchase.yaml").write_text(NORDBOD, encoding="utf-8")
    return partial(typed, "map")


def test_a_map_is_exported_and_comes_in_again_as_the_same(farled, tmp_path):
    assert farled("export", "--workspace", "shop", "--out", "out.csv")[0] == 0
    code, out, _ = farled("import", "out.csv", "--workspace", "shop")
    assert (code, "says the same already" in out) == (0, True)
    assert (tmp_path / "shop" / "maps" / "nordbod-purchase.yaml").read_text(encoding="utf-8") == NORDBOD


def test_a_map_that_says_something_else_is_not_overwritten_but_compared(farled, tmp_path):
    changed = NORDBOD.replace("name: Varukorg,", "name: Kundvagn,")
    (tmp_path / "new.yaml").write_text(changed, encoding="utf-8")
    code, out, err = farled("import", "new.yaml", "--workspace", "shop", "--language", "en")
    assert code == 4
    assert "Varukorg" in out
    assert "Kundvagn" in out
    assert "nothing was written" in err
    assert (tmp_path / "shop" / "maps" / "nordbod-purchase.yaml").read_text(encoding="utf-8") == NORDBOD


def test_a_grid_becomes_a_new_map_and_what_has_no_place_is_listed(farled, tmp_path):
    (tmp_path / "ours.csv").write_text(GRID)
    code, out, _ = farled("import", "ours.csv", "--workspace", "shop")
    assert code == 0
    assert "ours.csv:3: not placed: sun ('Weather' is no lane of a map.)" in out
    assert "proposal" in out
    assert farled("check", "ours", "--workspace", "shop")[0] == 0
    assert "name: See" in (tmp_path / "shop" / "maps" / "ours.yaml").read_text()


def test_a_file_is_read_without_a_workspace_too(farled, tmp_path):
    (tmp_path / "ours.csv").write_text(GRID)
    assert farled("import", "ours.csv", "--out", "mine.yaml", "--language", "da")[0] == 0
    text = (tmp_path / "mine.yaml").read_text()
    assert "id: mine" in text
    assert "language: da" in text
    code, _, err = farled("import", "ours.csv", "--out", "Min karta.yaml")
    assert (code, "min-karta.yaml" in err) == (2, True)


def test_nothing_is_written_where_the_ending_or_the_file_is_wrong(farled, tmp_path):
    assert farled("export", "--workspace", "shop", "--out", "map.docx")[0] == 2
    (tmp_path / "bad.csv").write_bytes(b"\xffFas,K\n")
    code, _, err = farled("import", "bad.csv", "--workspace", "shop")
    assert (code, "bad.csv:1: this is not UTF-8" in err) == (2, True)
    assert sorted(path.name for path in (tmp_path / "shop" / "maps").glob("*.yaml")) == ["nordbod-purchase.yaml"]


def test_a_picture_is_drawn_in_pixels(farled, tmp_path):
    assert farled("draw", "--workspace", "shop", "--out", "map.png", "--theme", "dark")[0] == 0
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
