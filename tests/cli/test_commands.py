"""The command line, as somebody types it."""

import json
from dataclasses import fields

import pytest

from farled.questions import QUESTIONS

EVENTS = """customer,time,event,channel
ana,2026-05-01 10:00,visit,web
ana,2026-05-01 10:05,cart,web
ana,2026-05-02 09:00,order,app
bo,2026-05-01 11:00,visit,web
bo,2026-05-03 12:00,cart,web
cy,2026-05-04 08:00,visit,app
"""


@pytest.fixture
def farled(typed, tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS)
    return typed


def test_a_file_works_wherever_a_workspace_does(farled):
    code, out, err = farled("funnel", "events.csv", "--steps", "visit,cart,order", "--within", "30d", "--json")
    assert code == 0
    assert [step["customers"] for step in json.loads(out)["steps"]] == [3, 2, 1]
    assert "customer" in err  # the guesses are told


def test_a_table_names_steps_and_intervals(farled):
    _, out, _ = farled("funnel", "events.csv", "--steps", "visit,cart")
    assert "visit" in out
    assert "66.7 %" in out


def test_csv_has_full_precision(farled):
    _, out, _ = farled("flow", "events.csv", "--csv")
    assert out.startswith("from,to,count")
    _, out, _ = farled("paths", "events.csv", "--csv", "--length", "2")
    assert "visit > cart" in out


def test_the_customers_behind_a_number_are_listed(farled):
    _, out, _ = farled("funnel", "events.csv", "--steps", "visit,cart", "--behind", "/steps/1/dropped")
    assert out.split() == ["cy"]


def test_segments_and_periods_narrow_a_question(farled):
    rule = json.dumps({"event": "cart"})
    _, out, _ = farled("funnel", "events.csv", "--steps", "visit,cart", "--where", rule, "--json")
    assert json.loads(out)["n"] == 2
    _, out, _ = farled("funnel", "events.csv", "--steps", "visit,cart", "--during", "2026-05-01..2026-05-02", "--json")
    assert json.loads(out)["n"] == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["funel"], 2, "Did you mean 'funnel'"),
        (["funnel", "nothing.csv", "--steps", "a,b"], 3, "nothing.csv"),
        (["funnel", "events.csv", "--steps", "visit,crt"], 3, "Did you mean 'cart'"),
        (["funnel", "events.csv", "--steps", "visit"], 2, "two or more steps"),
        (["funnel", "events.csv", "--steps", "visit,cart", "--within", "P1D"], 2, "'P1D' is not a span"),
        (["funnel", "--steps", "visit,cart"], 3, "no workspace"),
        (["funnel", "events.csv", "--steps", "visit,cart", "--where", "{"], 2, "cannot be read"),
        (["funnel", "events.csv", "--steps", "visit,cart", "--by", "colour"], 3, "colour"),
        (["map", "draw"], 3, "no workspace"),
        (["map", "check", "missing.yaml"], 3, "missing.yaml"),
        (["status"], 3, "no workspace"),
    ],
)
def test_a_mistake_ends_with_its_exit_code_and_what_to_do(farled, words, code, says):
    got, out, err = farled(*words)
    assert got == code
    assert says in err
    assert "Traceback" not in out + err


def test_a_workspace_is_made_filled_and_asked(farled, tmp_path):
    assert farled("init", "shop", "--time-zone", "Europe/Oslo")[0] == 0
    shop = str(tmp_path / "shop")
    code, out, _ = farled("ingest", "events.csv", "--workspace", shop, "--dry-run")
    assert (code, "6 new events of 6" in out, "Nothing was written" in out) == (0, True, True)
    assert "6 new events of 6" in farled("ingest", "events.csv", "--workspace", shop)[1]
    code, out, _ = farled("funnel", shop, "--steps", "visit,cart,order", "--json")
    assert [step["customers"] for step in json.loads(out)["steps"]] == [3, 2, 1]
    code, out, _ = farled("status", "--workspace", shop, "--json")
    status = json.loads(out)
    assert (status["customers"], status["events"]) == (3, 6)
    assert farled("doctor", "--workspace", shop)[0] == 0
    loaded = [report["import_id"] for report in status["imports"] if report["state"] == "loaded"]
    assert farled("ingest", "--undo", loaded[0], "--workspace", shop)[0] == 0
    assert json.loads(farled("status", "--workspace", shop, "--json")[1])["events"] == 0


def test_the_same_file_twice_changes_nothing(farled, tmp_path):
    farled("init", "shop")
    shop = str(tmp_path / "shop")
    farled("ingest", "events.csv", "--workspace", shop)
    assert "0 new events of 6" in farled("ingest", "events.csv", "--workspace", shop)[1]
    assert json.loads(farled("status", "--workspace", shop, "--json")[1])["events"] == 6


def test_init_leaves_a_foreign_folder_alone(farled, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    code, _, err = farled("init", "mine")
    assert (code, "mine" in err) == (2, True)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_draft_is_a_map_that_can_be_checked_and_drawn(farled, tmp_path):
    farled("init", "shop")
    shop = str(tmp_path / "shop")
    farled("ingest", "events.csv", "--workspace", shop)
    assert farled("map", "draft", "--workspace", shop, "--language", "en")[0] == 0
    assert farled("map", "check", "--workspace", shop)[0] == 0
    assert farled("map", "draw", "--workspace", shop, "--period", "2026-05", "--out", "m.svg")[0] == 0
    assert (tmp_path / "m.svg").read_text().startswith("<svg")
    _, out, _ = farled("map", "measure", "--workspace", shop, "--period", "2026-05", "--json")
    assert json.loads(out)["journeys"]["n"]["reason"] == "hidden"  # three customers are too few to be shown
    assert farled("map", "draw", "--workspace", shop, "--out", "m.docx")[0] == 2


def test_a_draft_does_not_overwrite(farled, tmp_path):
    (tmp_path / "draft.yaml").write_text("mine")
    code, _, err = farled("map", "draft", "events.csv")
    assert (code, "exists already" in err) == (2, True)
    assert (tmp_path / "draft.yaml").read_text() == "mine"


def test_help_names_every_command(farled):
    _, out, _ = farled("--help")
    for name in ("demo", "init", "ingest", "status", "doctor", "open", "map", "funnel", "flow", "paths"):
        assert f"\n  {name} " in out


def test_an_answer_is_written_into_a_file_whose_ending_says_what(farled, tmp_path):
    words = ("funnel", "events.csv", "--steps", "visit,cart,order", "--within", "30d")
    for name in ("a.csv", "a.json"):
        code, out, err = farled(*words, "--out", name)
        assert (code, out) == (0, "")
        assert name in err
    assert (tmp_path / "a.csv").read_text().startswith("step,customers")
    assert json.loads((tmp_path / "a.json").read_text())["steps"][2]["customers"] == 1
    code, _, err = farled(*words, "--out", "a.docx")
    assert code == 2
    assert ".svg, .png, .csv or .json" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json", "events.csv"]


def test_a_picture_is_written_in_theme_and_language(farled, tmp_path):
    pytest.importorskip("py_mini_racer")
    words = ("funnel", "events.csv", "--steps", "visit,cart,order")
    assert farled(*words, "--out", "a.svg", "--theme", "dark", "--language", "sv")[0] == 0
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "Hur långt kunderna kommer" in text
    assert "#16211e" in text
    assert farled(*words, "--out", "a.png")[0] == 0
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_every_picture_of_an_answer_is_written_the_second_beside_the_first(farled, tmp_path):
    pytest.importorskip("py_mini_racer")
    code, _, err = farled("timing", "events.csv", "--start", "visit", "--end", "cart", "--out", "t.svg")
    assert (code, "t.svg and t-2.svg" in err) == (0, True)
    first, second = ((tmp_path / name).read_text(encoding="utf-8") for name in ("t.svg", "t-2.svg"))
    assert ("How long it takes" in first, "How many have come by then" in second) == (True, True)


def test_the_language_is_always_that_of_what_is_shown(farled, tmp_path):
    pytest.importorskip("py_mini_racer")
    texts = [f"c{at},2026-05-01 10:00,review,Mycket nöjd med hjälpen" for at in range(6)]
    (tmp_path / "texts.csv").write_text("\n".join(["customer,time,event,text", *texts]), encoding="utf-8")
    assert farled("sentiment", "texts.csv", "--language", "da", "--out", "a.svg")[0] == 0
    assert "Hvad teksterne siger" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    _, out, _ = farled("sentiment", "texts.csv", "--language", "da", "--json")
    assert json.loads(out)["languages"] == {"sv": 6}
    _, out, _ = farled("sentiment", "texts.csv", "--language", "sv", "--texts-in", "da", "--json")
    assert (json.loads(out)["languages"], json.loads(out)["seem"]) == ({"da": 6}, {"sv": 6})


def test_no_field_of_a_question_hides_an_option_that_all_have():
    shared = {"language", "theme", "out", "json", "csv", "behind", "workspace", "help"}
    assert not [
        (name, field.name) for name, kind in QUESTIONS.items() for field in fields(kind) if field.name in shared
    ]


def test_a_rule_in_braces_is_read_wherever_one_is_taken(farled):
    funnel = ("funnel", "events.csv", "--steps", "visit,cart")
    _, where, _ = farled(*funnel, "--where", "{event: cart}", "--json")
    assert json.loads(where)["n"] == 2
    code, out, _ = farled("compare", *funnel, "--a", "{event: cart}", "--b", '{"event": "visit"}', "--json")
    assert (code, json.loads(out)["a"]["customers"], json.loads(out)["b"]["customers"]) == (0, 2, 3)
    code, out, _ = farled("funnel", "events.csv", "--steps", "[visit, [cart, order]]", "--json")
    assert (code, [step["customers"] for step in json.loads(out)["steps"]]) == (0, [3, 2])


def test_a_misspelt_question_over_another_is_named_with_the_nearest(farled):
    words = ("events.csv", "--steps", "visit,cart", "--a", "2026-05", "--b", "2026-05")
    code, _, err = farled("compare", "funel", *words)
    assert (code, "'funel'" in err, "Did you mean 'funnel'" in err) == (3, True, True)
    assert farled("compare", "funnel", *words)[0] == 0
    code, _, err = farled("robust", "events.csv")
    assert (code, "needs of" in err) == (2, True)


@pytest.mark.parametrize("name", ["compare", "trend", "robust", "drivers"])
def test_the_question_of_a_question_is_not_asked_for_where_the_example_has_none(farled, name):
    _, out, _ = farled(name, "--help")
    said = " ".join(out.split())
    assert "Or name it first, as in the example." in said
    assert "example. [required]" not in said


def test_an_answer_is_printed_in_one_form(farled):
    code, out, err = farled("funnel", "events.csv", "--steps", "visit,cart", "--json", "--csv")
    assert (code, out) == (2, "")
    assert "--json and --csv" in err


def test_a_draft_of_a_file_is_in_the_language_of_the_workspace_that_is_near(farled, tmp_path, monkeypatch):
    farled("init", "shop", "--language", "nb")
    monkeypatch.setenv("FARLED_WORKSPACE", str(tmp_path / "shop"))
    assert farled("map", "draft", "events.csv", "--out", "near.yaml")[0] == 0
    assert "language: nb" in (tmp_path / "near.yaml").read_text(encoding="utf-8")
    monkeypatch.delenv("FARLED_WORKSPACE")
    assert farled("map", "draft", "events.csv", "--out", "alone.yaml")[0] == 0
    assert "language: en" in (tmp_path / "alone.yaml").read_text(encoding="utf-8")
