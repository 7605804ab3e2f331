"""Beginning a map on the command line."""

import json
import sys

import pytest

from farled.cli.main import run


@pytest.fixture
def farled(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FARLED_WORKSPACE", raising=False)

    def typed(*words):
        monkeypatch.setattr(sys, "argv", ["farled", *map(str, words)])
        code = 0
        try:
            run()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


def test_the_templates_are_listed_in_two_ways(farled):
    _, listed, _ = farled("map", "templates", "--json")
    assert [row["template"] for row in json.loads(listed)][:2] == ["loyalty5", "research5"]
    _, one, _ = farled("map", "templates")
    code, other, _ = farled("map", "new", "--list")
    assert (code, other) == (0, one)


def test_a_map_begins_without_a_workspace_and_is_in_order(farled, tmp_path):
    code, out, _ = farled("map", "new", "bord", "--template", "restaurant5", "--language", "nb", "--title", "Bord")
    assert code == 0
    assert "bord.yaml" in out
    assert "Bestille bord" in (tmp_path / "bord.yaml").read_text(encoding="utf-8")
    assert farled("map", "check", "bord.yaml") == (0, "bord.yaml: in order\n", "")


def test_a_file_that_is_there_is_never_overwritten(farled, tmp_path):
    (tmp_path / "mine.yaml").write_text("mine", encoding="utf-8")
    code, _, err = farled("map", "new", "mine")
    assert code == 2
    assert "exists already" in err
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "mine"


def test_what_does_not_fit_is_said_with_what_to_do(farled):
    code, _, err = farled("map", "new", "x", "--template", "loyality5")
    assert (code, "loyalty5" in err) == (3, True)
    code, _, err = farled("map", "new", "x", "--to-be", "y", "--template", "loyalty5")
    assert (code, "--to-be and --template do not go together" in err) == (2, True)
    code, _, err = farled("map", "crosswalk", "one")
    assert (code, "Name two" in err) == (2, True)


def test_the_crosswalk_of_the_templates_needs_no_workspace(farled):
    code, out, _ = farled("map", "crosswalk", "--language", "sv", "--json")
    rows = {row["template"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["b2b6"]["weigh"] == "Utvärdering"
    assert rows["research5"]["return"] == "Efterköp"


def test_a_workspace_with_events_names_those_of_the_map_that_do_not_occur(farled, tmp_path):
    (tmp_path / "events.csv").write_text("customer,time,event\nana,2026-05-01 10:00,order\n", encoding="utf-8")
    farled("init", "shop")
    farled("ingest", "events.csv", "--workspace", "shop")
    code, out, _ = farled("map", "new", "first", "--template", "coarse3", "--workspace", "shop")
    assert code == 0
    assert "do not occur: ad_click" in out
    assert "order," not in out
    code, out, _ = farled("map", "new", "next", "--to-be", "first", "--workspace", "shop")
    assert (code, "The plan is in" in out) == (0, True)
    code, out, _ = farled("map", "measure", "first", "--view", "kjøpsreise", "--workspace", "shop", "--json")
    assert (code, json.loads(out)["view"]) == (0, "buying_journey")
