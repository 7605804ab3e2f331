"""The commands of the guide and the overviews."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from farled.cli.main import main
from farled.errors import InputError, NotFoundError
from farled.workspace.storing import create

MAP = Path(__file__).parents[1] / "maps" / "draw" / "nordbod.yaml"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A workspace with a map and no events: what is measured is tested on the pages."""
    folder = create(tmp_path_factory.mktemp("guide") / "shop")
    folder.maps.mkdir(exist_ok=True)
    shutil.copy(MAP, folder.maps / "nordbod-purchase.yaml")
    return str(folder.path)


def run(*words):
    result = CliRunner(env={"COLUMNS": "80"}).invoke(main, [*words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_guide_fits_eighty_columns_and_ends_with_what_to_do(shop):
    text = run("guide", "nordbod-purchase", "--workspace", shop, "--language", "en")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[1] for line in lines if line[1:2] in "✓◐○" and line[3:5].strip().isdigit()][:11] == [
        str(number) for number in range(1, 12)
    ]
    assert any(line.startswith("Next: ") for line in lines)


def test_the_guide_of_the_only_map_needs_no_name_and_is_json_where_asked(shop):
    told = json.loads(run("guide", "--json", "--workspace", shop, "--language", "da"))
    assert told["map"] == "nordbod-purchase"
    assert told["steps"][0]["name"] == "Mål og type"


def test_levers_are_listed_and_told_one_by_one():
    assert run("guide", "levers").count("\nL") == 23
    assert "Answers to: F01, F03, F04" in run("guide", "levers", "l07")
    assert [each["id"] for each in json.loads(run("guide", "levers", "--rule", "F04", "--part", "buy", "--json"))] == [
        "L07", "L11", "L13",
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        run("guide", "levers", "L99")


def test_the_advisor_asks_then_advises(shop):
    assert "--revenue" in run("guide", "types", "--workspace", shop)
    text = run("guide", "types", "--change", "more_return", "--workspace", shop)
    assert text.startswith("The answers speak for Retention, but the events hold no start or no goal of it")
    with pytest.raises(NotFoundError, match="more_retur"):
        run("guide", "types", "--change", "more_retur", "--workspace", shop)


@pytest.mark.parametrize("name", ["personas", "priorities", "atlas"])
def test_an_overview_is_a_table_json_and_a_file(shop, name, tmp_path):
    assert run("map", name, "--workspace", shop)
    assert json.loads(run("map", name, "--json", "--workspace", shop))
    ending, begins = {"personas": ("html", "<!doctype html>"), "priorities": ("svg", "<svg "), "atlas": ("json", "{")}[
        name
    ]
    file = tmp_path / f"it.{ending}"
    run("map", name, "--workspace", shop, "--out", str(file), "--language", "nb")
    assert file.read_text(encoding="utf-8").startswith(begins)


def test_an_overview_is_written_only_as_what_it_can_be(shop, tmp_path):
    with pytest.raises(InputError, match=r"it\.docx"):
        run("map", "atlas", "--workspace", shop, "--out", str(tmp_path / "it.docx"))
