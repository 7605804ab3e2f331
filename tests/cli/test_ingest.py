"""The command that brings files in, tried out first."""

import json

import pytest

EVENTS = """customer,time,event,size
ana,2026-05-01 10:00,visit,3
ana,2026-05-01 10:05,cart,4
bo,2026-05-01 11:00,visit,5
bo,2026-05-01 11:00,visit,6
bo,nobody knows,visit,5
"""


@pytest.fixture
def farled(typed, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "events.csv").write_text(EVENTS)
    typed("init", "shop")
    return typed


def test_a_dry_run_tells_names_customers_lines_columns_and_rows_within_eighty_columns(farled):
    code, out, _ = farled("ingest", "events.csv", "--workspace", "shop", "--dry-run")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    said = " ".join(out.split())
    assert "4 new events of 4" in said
    assert "2 new customers, 0 known" in said
    assert "3 visit 1 cart" in said
    assert "bad_time in time, 1 row, such as nobody knows: line 6" in said
    assert "become properties: size not used: none" in said
    assert "line 2 customer: ana; time: 2026-05-01 10:00; event: visit; size: 3 -> visit 2026-05-01T08:00:00Z" in said
    assert said.endswith("Nothing was written (dry run).")


def test_a_dry_run_as_json_has_the_same(farled):
    code, out, _ = farled("ingest", "events.csv", "--workspace", "shop", "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["state"], told["new"], told["names"]) == (0, "dry run", 4, {"visit": 3, "cart": 1})
    assert told["customers"] == {"new": 2, "known": 0}
    assert told["rejects"][0]["lines"] == [6]
    assert [row["line"] for row in told["samples"][0]["rows"]] == [2, 3, 4, 5, 6]


def test_what_a_file_holds_is_shown_as_it_is_written(farled, tmp_path):
    (tmp_path / "odd.csv").write_text("customer,time,event,size\nana,2026-05-01,:cat: [red],[b]x[/b]\n")
    _, out, _ = farled("ingest", "odd.csv", "--workspace", "shop", "--dry-run")
    assert "event: :cat: [red]; size: [b]x[/b]" in " ".join(out.split())


def test_a_dry_run_leaves_the_workspace_as_init_made_it(farled, tmp_path):
    farled("ingest", "events.csv", "--workspace", "shop", "--dry-run")
    assert [path.name for path in (tmp_path / "shop").rglob("*")] == ["farled.yaml"]


def test_a_key_that_is_not_read_yet_ends_with_its_name_and_what_to_do(farled, tmp_path):
    (tmp_path / "m.yaml").write_text(
        "preset: 1\nid: a\ntime: time\nidentifiers: [{type: user_id, column: customer}]\nevents: [{name: visit}]\n"
        "consents: [{purpose: marketing, column: size}]\n"
    )
    code, _, err = farled("ingest", "events.csv", "--mapping", "m.yaml", "--workspace", "shop")
    said = " ".join(err.split())
    assert code == 2
    assert "Farled does not read 'consents' of a mapping yet." in said
    assert "Hint: Take it out; list columns of consent under attributes" in said


def test_an_undo_is_not_done_under_the_name_of_a_dry_run(farled):
    farled("ingest", "events.csv", "--workspace", "shop")
    held = json.loads(farled("status", "--workspace", "shop", "--json")[1])
    (import_id,) = [report["import_id"] for report in held["imports"]]
    code, _, err = farled("ingest", "--undo", import_id, "--dry-run", "--workspace", "shop")
    assert (code, "cannot be tried" in err) == (2, True)
    assert json.loads(farled("status", "--workspace", "shop", "--json")[1])["events"] == held["events"]


def test_an_import_that_was_stopped_is_told_as_one_that_brought_nothing(farled, tmp_path):
    (tmp_path / "bad.csv").write_text("customer,time,event\nana,2026-05-01,visit\n,2026-05-01,visit\n")
    code, _, said = farled("ingest", "bad.csv", "--workspace", "shop")
    assert code == 2
    assert "most as 'missing_identifier' (line 3: customer is empty); nothing was imported." in " ".join(said.split())
    _, out, _ = farled("status", "--workspace", "shop")
    said = " ".join(out.split())
    assert "nothing imported, 1 of 2 rows rejected (stopped)" in said
    assert "new events" not in said
