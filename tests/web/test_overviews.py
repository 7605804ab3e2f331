"""The guide, the type advisor, and the pages of personas, opportunities and all maps."""

import json
import re

import pytest

from farled.locale import LANGUAGES
from farled.maps.load import write_text
from farled.maps.overview.personas import personas_overview
from farled.maps.overview.priorities import priorities

WHICH = "?map=nordbod-purchase"
PAGES = ["/guide", "/personas", "/opportunities", "/guide/types"]
SECOND = """farled: 1
map:
  id: store
  title: In the store
  language: en
  journey_type: purchase
  parent: {map: nordbod-purchase, phase: purchase}
  goal: {text: More buy, metric: sold, target: 0.4, by: 2027-03-31}
metrics:
  sold: {kind: conversion, from: {event: store_visit}, to: {event: order}, better: up}
phases:
  - id: visit
    name: Visits
    covers: [weigh, buy]
    touchpoints:
      - {id: come, name: Comes in, channel: store, observe: {event: store_visit}}
"""


@pytest.fixture
def two_maps(nordbod):
    """The demo shop with a second map."""
    file = nordbod.folder.maps / "store.yaml"
    write_text(SECOND, file)
    yield
    file.unlink()


@pytest.mark.parametrize(("path", "language"), list(zip(PAGES, LANGUAGES, strict=True)))
def test_a_page_is_in_the_language_of_its_reader_and_has_nothing_inline(map_client, path, language):
    answer = map_client.get(path, params={"language": language, "map": "nordbod-purchase"})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert re.findall(r"<style|style=\"|<script(?![^>]*src)|\son[a-z]+=", answer.text) == []
    ids = re.findall(r'\sid="([^"]+)"', answer.text)
    assert sorted(ids) == sorted(set(ids))


def test_the_guide_shows_eleven_steps_the_checklist_and_what_comes_next(map_client):
    text = map_client.get(f"/guide{WHICH}").text
    assert re.findall(r'id="step-(\d+)"', text) == [str(number) for number in range(1, 12)]
    assert text.count("<details") >= 11
    assert "Next: " in text
    assert re.search(r"maps/nordbod-purchase\.yaml:\d+", text)


def test_the_guide_as_numbers_says_the_same(map_client):
    told = map_client.get("/api/v1/maps/nordbod-purchase/guide").json()
    text = map_client.get(f"/guide{WHICH}").text
    assert told["of"] == 11
    assert all(each["name"] in text for each in told["steps"])


def test_personas_stand_beside_each_other_with_all_their_numbers(map_client, nordbod):
    text = map_client.get(f"/personas{WHICH}").text
    map_ = nordbod.map("nordbod-purchase", "en")
    found = personas_overview(map_, nordbod.measure("nordbod-purchase"))
    assert all(persona.name in text for persona in map_.personas)
    assert text.count('<article class="card person') == len(found.rows)
    assert 'role="img"' in text


def test_opportunities_are_listed_in_their_order(map_client, nordbod):
    found = priorities(nordbod.map("nordbod-purchase", "en"), nordbod.measure("nordbod-purchase"))
    text = map_client.get(f"/opportunities{WHICH}").text
    assert re.findall(r'<article class="card rank \w+" id="([^"]+)"', text) == [
        row.opportunity.id for row in found.rows
    ]


@pytest.mark.usefixtures("two_maps")
def test_several_maps_stand_on_one_axis_and_lead_to_each(map_client):
    text = map_client.get("/maps").text
    assert 'href="/maps/store"' in text
    assert 'href="/maps/nordbod-purchase"' in text
    assert "details Purchase of" in text
    assert '<option value="store" selected>' in map_client.get("/guide?map=store").text


@pytest.mark.parametrize("name", ["personas", "opportunities", "atlas"])
def test_each_can_be_taken_along(map_client, name):
    picture = map_client.get(f"/{name}.svg{WHICH}&theme=dark")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg ")
    alone = map_client.get(f"/{name}.html{WHICH}").text
    assert alone.startswith("<!doctype html>")
    assert re.findall(r'(?:href|src)="(?!#|data:)', alone) == []
    assert "@font-face" in alone
    assert json.loads(map_client.get(f"/{name}.json{WHICH}").text)


@pytest.mark.parametrize(
    "path", ["/guide?map=none", "/personas?map=..%2fx", "/opportunities?map=none", "/personas.pdf"]
)
def test_what_is_not_there_is_said_in_words(map_client, path):
    answer = map_client.get(path)
    assert answer.status_code == 404
    assert "What to do:" in answer.text or "There is nothing here" in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_workspace_has_pages_too(empty_client, path):
    answer = empty_client.get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text


def test_the_advisor_recommends_what_the_answers_and_the_events_speak_for(map_client):
    text = map_client.get("/guide/types?change=more_return&revenue=repurchases").text
    assert "This fits best: Retention." in text
    assert 'value="more_return" checked' in text
    assert "This fits best" not in map_client.get("/guide/types").text


def test_the_advisor_passes_over_answers_that_it_does_not_know(map_client):
    assert map_client.get("/guide/types?change=nonsense&page=2").status_code == 200
