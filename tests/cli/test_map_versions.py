"""Commands over versions and languages of maps."""

import json

import pytest
from click.testing import CliRunner
from maps_example import MAP

from farled.cli.main import main
from farled.maps.load import loads
from farled.maps.translate import texts
from farled.workspace.storing import create


@pytest.fixture
def files(tmp_path):
    """Two versions of a map as files."""
    made = []
    for name, text in (
        ("a.yaml", MAP),
        ("b.yaml", MAP.replace("name: Kassa", "name: Betala").replace("Vår sajt", "Webben")),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        made.append(str(tmp_path / name))
    return made


def run(*command):
    found = CliRunner().invoke(main, ["map", *command], catch_exceptions=False)
    assert found.exit_code == 0
    return found.output


def test_diff_prints_sentences_and_folds_wording(files):
    told = run("diff", *files, "--language", "en")
    assert "wording Touchpoint *Kassa* is now called *Betala*" in told
    assert "1 change of wording alone" in told
    assert "Webben" not in told
    assert "Channel *Vår sajt* is now called *Webben*" in run("diff", *files, "--language", "en", "--all")


def test_diff_as_json_has_every_change_with_its_sentence(files):
    found = json.loads(run("diff", *files, "--json", "--language", "sv"))
    assert [change["kind"] for change in found["changes"]] == ["catalogue", "renamed"]
    assert found["changes"][1]["sentence"] == "Kontaktpunkten *Kassa* heter nu *Betala*"
    assert set(found["changes"][0]) == {"kind", "object", "id", "field", "before", "after", "weight", "sentence"}


@pytest.mark.parametrize("ending", ["html", "svg", "json"])
def test_diff_writes_a_picture_or_its_data(files, tmp_path, ending):
    run("diff", *files, "--out", str(tmp_path / f"d.{ending}"))
    assert "Betala" in (tmp_path / f"d.{ending}").read_text(encoding="utf-8")


def test_translate_and_history_of_a_workspace(tmp_path):
    create(tmp_path / "ws")
    (tmp_path / "ws" / "maps").mkdir()
    (tmp_path / "ws" / "maps" / "shop.yaml").write_text(MAP, encoding="utf-8")
    told = run("translate", "--language", "da", "--workspace", str(tmp_path / "ws"))
    assert "missing   touchpoints.order.name: Kassa" in told
    assert f"0 of {len(texts(loads(MAP)))} texts are translated in " in told
    assert "as it stands" in run("history", "--workspace", str(tmp_path / "ws"))
