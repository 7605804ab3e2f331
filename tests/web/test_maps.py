"""The start page and the living map."""

import json
import re

import pytest

from farled.locale import LANGUAGES
from farled.workspace import Workspace

MAP = "/maps/nordbod-purchase"


def test_an_empty_workspace_says_how_to_begin(empty_client):
    text = empty_client.get("/").text
    assert "This workspace holds no events yet." in text
    assert "farled demo" in text


@pytest.mark.parametrize("path", ["/maps", "/paths", "/flow", "/funnels"])
def test_an_empty_workspace_has_pages_too(empty_client, path):
    answer = empty_client.get(path)
    assert answer.status_code in (200, 422)
    assert "<h1>" in answer.text


def test_the_start_shows_what_the_workspace_holds(client):
    text = client.get("/").text
    assert re.findall(r"<dd>([^<]+)</dd>", text)[:3] == ["4", "8", "4"]
    assert "1–8 Jul 2026" in text


def test_the_start_shows_each_map_with_customers_period_and_goal(map_client, nordbod):
    text = map_client.get("/").text
    snapshot = nordbod.measure("nordbod-purchase")
    assert f'href="{MAP}"' in text
    assert f"<dd>{snapshot['journeys']['n']:,}</dd>" in text
    assert '<h3 lang="en">' in text


@pytest.mark.parametrize(("customers", "shown"), [(20, ["Journeys", "Customers"]), (30, ["Customers"])])
def test_the_start_tells_journeys_and_customers_apart_where_they_differ(
    map_client, nordbod, monkeypatch, customers, shown
):
    measured = nordbod.measure("nordbod-purchase")
    changed = {**measured, "journeys": {**measured["journeys"], "n": 30, "customers": customers}}
    monkeypatch.setattr(Workspace, "measure", lambda *_, **__: changed)
    card = map_client.get("/").text.split(f'href="{MAP}"')[1].split("</article>")[0]
    assert re.findall("<dt>([^<]+)</dt>", card)[: len(shown)] == shown
    assert f"<dt>Customers</dt><dd>{customers}</dd>" in card


def test_a_map_of_accounts_counts_accounts_and_hides_few(map_client, nordbod):
    few = nordbod.measure("nordbod-business")["journeys"]["n"]
    card = map_client.get("/").text.split('href="/maps/nordbod-business"')[1].split("</article>")[0]
    shown = few if isinstance(few, int) else few["n"].replace("-", "–")
    assert f"<dt>Accounts</dt><dd>{shown}</dd>" in card


def test_a_single_map_opens_at_once(map_client, monkeypatch):
    monkeypatch.setattr(Workspace, "maps", lambda _: ("nordbod-purchase",))
    assert map_client.get("/maps", follow_redirects=False).headers["location"] == MAP


def test_a_map_that_cannot_be_read_does_not_take_the_start_with_it(nordbod, map_client):
    broken = nordbod.folder.maps / "broken.yaml"
    broken.write_text("farled: 1\nmap: {id: broken}\n")
    try:
        answer = map_client.get("/")
    finally:
        broken.unlink()
    assert answer.status_code == 200
    assert MAP in answer.text
    assert "broken" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_is_in_the_language_of_the_reader_as_far_as_it_is_translated(map_client, language):
    text = map_client.get(MAP, params={"language": language}).text
    assert f'<html lang="{language}"' in text
    assert f'<h1 class="unseen" lang="{language}">' in text
    assert 'class="farled-map' in text


def test_the_map_has_no_style_and_no_script_inside(map_client):
    text = map_client.get(MAP).text
    assert re.findall(r"<style|style=\"|<script(?![^>]*src)|\son[a-z]+=", text) == []


def test_every_mark_of_the_picture_leads_to_its_numbers(map_client):
    text = map_client.get(MAP).text
    marks = set(re.findall(r'class="mark[^"]*" href="[^"#]*open=([^"#]+)#panel"', text))
    assert len(marks) > 20
    assert marks <= set(re.findall(r'id="([^"]+)"', text))


def test_the_style_of_the_map_is_served_and_kept(map_client):
    text = map_client.get(MAP).text
    style = re.search(r'href="(/static/map-[^"]+)"', text)[1]
    answer = map_client.get(style)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "--depth" in answer.text
    assert map_client.get(style.replace("-5-", "-6-")).status_code == 404


def test_filters_reach_picture_and_files(map_client):
    page = map_client.get(MAP, params={"period": "2026-Q3", "persona": "maja"})
    assert f'href="{MAP}.svg?period=2026-Q3&amp;persona=maja&amp;language=en"' in page.text
    assert '<option value="maja" lang="en" selected>' in page.text
    numbers = map_client.get(f"{MAP}.json", params={"period": "2026-Q3", "persona": "maja"}).json()
    assert (numbers["period"], numbers["persona"]) == (["2026-07-01", "2026-10-01"], "maja")


def test_picture_page_and_numbers_can_be_taken_along(map_client):
    picture = map_client.get(f"{MAP}.svg?theme=dark")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg ")
    page = map_client.get(f"{MAP}.html")
    assert page.headers["content-disposition"] == 'attachment; filename="nordbod-purchase.html"'
    assert page.text.startswith("<!doctype html>")
    numbers = map_client.get(f"{MAP}.json")
    assert json.loads(numbers.text)["map"] == "nordbod-purchase"
    assert map_client.get("/api/v1/maps/nordbod-purchase").json() == numbers.json()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/maps/nothing", 404), (f"{MAP}?period=never", 422), (f"{MAP}?persona=nobody", 404), ("/maps/..%2fx", 404)],
)
def test_what_is_not_there_is_said_in_words(map_client, path, status):
    answer = map_client.get(path)
    assert answer.status_code == status
    assert "What to do:" in answer.text or "There is nothing here" in answer.text


def test_a_problem_with_numbers_is_a_document(map_client):
    answer = map_client.get(f"{MAP}.json?period=never")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("view", "shown", "hidden"),
    [("buying_journey", "Buying journey", "Loyalty"), ("salgsprosess", "Sales process", "Customer goal")],
)
def test_a_view_shows_its_part_of_the_map_and_says_so(map_client, view, shown, hidden):
    picture = map_client.get(f"{MAP}.svg", params={"view": view, "language": "en"}).text
    assert f" · {shown}" in picture
    assert f">{hidden}<" not in picture
    assert f">{hidden}<" in map_client.get(f"{MAP}.svg", params={"language": "en"}).text
    assert map_client.get(MAP, params={"view": view}).status_code == 200


@pytest.mark.parametrize("asked", ["sales_process", "salgsprosess"])
def test_the_view_that_is_shown_is_the_one_chosen_in_the_form(map_client, asked):
    text = map_client.get(MAP, params={"view": asked, "language": "nb"}).text
    assert '<option value="sales_process" selected>' in text
