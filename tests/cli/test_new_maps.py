"""Beginning a map on the command line."""

import json


def test_the_templates_are_listed_in_two_ways(typed):
    _, listed, _ = typed("map", "templates", "--json")
    assert [row["template"] for row in json.loads(listed)][:2] == ["loyalty5", "research5"]
    _, one, _ = typed("map", "templates")
    code, other, _ = typed("map", "new", "--list")
    assert (code, other) == (0, one)


def test_a_map_begins_without_a_workspace_and_is_in_order(typed, tmp_path):
    code, out, _ = typed("map", "new", "bord", "--template", "restaurant5", "--language", "nb", "--title", "Bord")
    assert code == 0
    assert "bord.yaml" in out
    assert "Bestille bord" in (tmp_path / "bord.yaml").read_text(encoding="utf-8")
    assert typed("map", "check", "bord.yaml") == (0, "bord.yaml: in order\n", "")


def test_a_file_that_is_there_is_never_overwritten(typed, tmp_path):
    (tmp_path / "mine.yaml").write_text("mine", encoding="utf-8")
    code, _, err = typed("map", "new", "mine")
    assert code == 2
    assert "exists already" in err
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "mine"


def test_what_does_not_fit_is_said_with_what_to_do(typed):
    code, _, err = typed("map", "new", "x", "--template", "loyality5")
    assert (code, "loyalty5" in err) == (3, True)
    code, _, err = typed("map", "new", "x", "--to-be", "y", "--template", "loyalty5")
    assert (code, "--to-be and --template do not go together" in err) == (2, True)
    code, _, err = typed("map", "crosswalk", "one")
    assert (code, "Name two" in err) == (2, True)


def test_the_crosswalk_of_the_templates_needs_no_workspace(typed):
    code, out, _ = typed("map", "crosswalk", "--language", "sv", "--json")
    rows = {row["template"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["b2b6"]["weigh"] == "Utvärdering"
    assert rows["research5"]["return"] == "Efterköp"


def test_a_workspace_with_events_names_those_of_the_map_that_do_not_occur(typed, tmp_path):
    (tmp_path / "events.csv").write_text("customer,time,event\nana,2026-05-01 10:00,order\n", encoding="utf-8")
    typed("init", "shop")
    typed("ingest", "events.csv", "--workspace", "shop")
    code, out, _ = typed("map", "new", "first", "--template", "coarse3", "--workspace", "shop")
    assert code == 0
    assert "do not occur: ad_click" in out
    assert "order," not in out
    code, out, _ = typed("map", "new", "next", "--to-be", "first", "--workspace", "shop")
    assert (code, "The plan is in" in out) == (0, True)
    code, out, _ = typed("map", "measure", "first", "--view", "kjøpsreise", "--workspace", "shop", "--json")
    assert (code, json.loads(out)["view"]) == (0, "buying_journey")
