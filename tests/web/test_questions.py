"""A page for every question: form, answer, and the same for programs."""

import json
import re
from dataclasses import fields

import pytest

from farled.locale import LANGUAGES, translator
from farled.questions import QUESTIONS
from farled.web.forms import rearranged

FUNNEL = "steps=visit&steps=cart&steps=order&within=7d"


def test_the_page_asks_what_the_event_names_suggest(client):
    text = client.get("/funnels").text
    chosen = re.findall(r'<option value="([^"]+)" selected>', text)
    assert chosen[:3] == ["visit", "cart", "order"]


def test_page_file_and_programs_get_the_same_numbers(client):
    page = client.get(f"/funnels?{FUNNEL}").text
    api = client.get(f"/api/v1/questions/funnel?{FUNNEL}").json()
    csv = client.get(f"/funnels.csv?{FUNNEL}")
    assert [step["customers"] for step in api["steps"]] == [4, 2, 1]
    assert [row.split(",")[1] for row in csv.text.splitlines()[1:]] == ["4", "2", "1"]
    assert csv.headers["content-disposition"] == 'attachment; filename="funnel.csv"'
    assert "50.0%" in page


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_page_that_answers_at_once(client, name):
    addresses = {"funnel": "/funnels", "paths": "/paths", "flow": "/flow"}
    answer = client.get(addresses.get(name, f"/questions/{name}"))
    assert answer.status_code == 200
    assert "<table>" in answer.text


def test_names_from_outside_are_text_and_nothing_else(client):
    text = client.get("/flow").text
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_what_cannot_be_asked_is_said_above_the_form_which_keeps_everything(client):
    answer = client.get("/funnels?steps=visit&steps=ordr&within=7d")
    assert answer.status_code == 404
    assert "&#39;ordr&#39;" in answer.text
    assert "Did you mean" in answer.text
    assert 'value="7d"' in answer.text
    assert '<option value="ordr" selected>' in answer.text


def test_a_button_moves_a_step_and_the_address_says_so(client):
    answer = client.get(f"/funnels?{FUNNEL}&do=up-3", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/funnels?steps=visit&steps=order&steps=cart&within=7d"


@pytest.mark.parametrize(
    ("do", "steps"),
    [
        ("add", ["a", "b", "c", ""]),
        ("drop-2", ["a", "c"]),
        ("up-2", ["b", "a", "c"]),
        ("down-2", ["a", "c", "b"]),
        ("up-1", ["a", "b", "c"]),
        ("down-3", ["a", "b", "c"]),
        ("drop-9", ["a", "b", "c"]),
        ("nonsense", ["a", "b", "c"]),
    ],
)
def test_steps_are_added_taken_out_and_moved(do, steps):
    pairs = [("steps", "a"), ("steps", "b"), ("steps", "c"), ("within", "7d"), ("do", do)]
    assert rearranged(pairs) == [*(("steps", step) for step in steps), ("within", "7d")]


def test_an_empty_step_waits_for_its_event(client):
    answer = client.get("/funnels?steps=visit&steps=cart&steps=")
    assert answer.status_code == 200
    assert answer.text.count('name="steps"') == 3


def test_an_unticked_box_means_no(client):
    text = client.get("/flow?loops=false").text
    assert re.search(r'type="checkbox"[^>]*name="loops"[^>]*>', text)
    assert not re.search(r'type="checkbox"[^>]*name="loops"[^>]*checked', text)
    assert re.search(r'type="checkbox"[^>]*name="loops"[^>]*checked', client.get("/flow?loops=false&loops=true").text)


def test_the_question_can_be_asked_elsewhere(client):
    text = client.get(f"/funnels?{FUNNEL}").text
    assert "farled funnel --steps visit,cart,order --within 7d" in text
    content = re.search(r'id="copy-json"[^>]*>([^<]+)<', text)[1].replace("&#34;", '"')
    assert json.loads(content) == {"question": "funnel", "steps": ["visit", "cart", "order"], "within": "7d"}


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/api/v1/questions/funnel?steps=visit", 422, "InputError"),
        ("/api/v1/questions/funnel?steps=visit&steps=ordr", 404, "NotFoundError"),
        ("/api/v1/questions/funel", 404, "NotFoundError"),
        ("/api/v1/nothing", 404, "NotFoundError"),
    ],
)
def test_a_program_gets_a_problem_document(client, path, status, kind):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["error"] == kind
    assert answer.json()["detail"]
    assert answer.json()["hint"]


def test_only_looking_is_allowed(client):
    assert client.post("/").status_code == 405
    assert client.post("/api/v1/questions/funnel").json()["status"] == 405


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_what_a_question_says_of_its_fields_is_translated(language):
    told = {field.metadata.get("help", "") for kind in QUESTIONS.values() for field in fields(kind)} - {""}
    assert sorted(text for text in told if translator(language)(text) == text) == []


@pytest.mark.parametrize("name", ["funnel", "paths", "flow"])
def test_every_question_is_found_by_its_name(client, name):
    query = f"?{FUNNEL}" if name == "funnel" else "?"
    page, csv = client.get(f"/questions/{name}{query}"), client.get(f"/questions/{name}.csv{query}")
    assert (page.status_code, csv.status_code) == (200, 200)
    assert "<table>" in page.text
    assert csv.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    if name == "funnel":
        assert csv.text == client.get(f"/funnels.csv?{FUNNEL}").text


@pytest.mark.parametrize("name", ["compare", "trend", "robust", "drivers"])
def test_questions_over_questions_are_told_in_the_language_of_the_reader(client, name):
    text = client.get(f"/questions/{name}?language=sv").text
    shown = re.sub(r'<(script|pre|option|input)[^>]*>|"href":"[^"]*"|<pre.*?</pre>', "", text, flags=re.S)
    english = r"from (start|previous)|median time|as asked|times or more|unfinished|<td>(yes|no|share|seconds)<"
    assert re.findall(english, shown) == []


def test_compare_begins_with_two_halves_of_whole_days_and_says_how_many_are_on_each_side(client):
    text = client.get("/questions/compare").text
    sides = [re.search(rf'id="field-{side}" name="{side}" value="([^"]*)"', text)[1] for side in "ab"]
    assert [re.fullmatch(r"\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d", side) is not None for side in sides] == [True, True]
    assert sides[0].partition("..")[0] == sides[1].partition("..")[2]
    assert re.search(r"a: [^,]*, \d+ customers\. b: [^,]*, \d+ customers\.", text)


def test_a_choice_that_may_be_left_open_is_open_until_chosen(client):
    text = client.get("/questions/topics").text
    assert re.search(r'name="texts_in"[^>]*>\s*<option value="" selected>automatic</option>', text)
    assert '<option value="sv">Svenska</option>' in text


@pytest.mark.parametrize("name", ["nps", "csat", "ces", "sentiment"])
def test_the_row_of_all_is_named_in_the_language_of_the_reader(map_client, name):
    text = map_client.get(f"/questions/{name}?by=name&language=sv").text
    rows = re.findall(r'<th scope="row">([^<]*)</th>', text)
    assert (rows[0], "all" in rows) == ("alla", False)


def test_counts_are_drawn_on_an_axis_that_says_of_what(client):
    pages = {"/questions/sessions": "sessioner", "/questions/lifecycle": "kunder", "/questions/timing": "kunder"}
    names = {
        address: f'"name":"{word}"' in client.get(f"{address}?language=sv").text for address, word in pages.items()
    }
    assert names == dict.fromkeys(pages, True)
