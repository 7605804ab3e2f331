"""The side panel of the map, and what the address says of the picture."""

import re

import pytest

from farled.locale import LANGUAGES

MAP = "/maps/nordbod-purchase"


def test_every_mark_opens_its_panel_and_keeps_the_filters(map_client):
    text = map_client.get(f"{MAP}?felt=measured").text
    marks = re.findall(r'class="mark" href="([^"]+)"', text)
    assert len(marks) > 30
    assert all(mark.startswith("?felt=measured&amp;open=") and mark.endswith("#panel") for mark in marks)


def test_the_panel_is_there_without_script(map_client):
    text = map_client.get(f"{MAP}?open=touchpoint-checkout").text
    panel = text.split('id="panel"')[1].split("</section>")[0]
    assert 'data-mark="touchpoint-checkout"' in panel
    assert f'href="{MAP}"' in panel
    assert 'href="#touchpoint-checkout"' in panel
    assert 'id="touchpoint-checkout"' in text
    assert 'id="panel"' not in map_client.get(f"{MAP}?open=nothing").text


def test_the_panel_comes_alone_too(map_client):
    answer = map_client.get(f"{MAP}/panel?open=touchpoint-checkout")
    assert answer.text.strip().startswith('<section class="panel"')
    assert "<html" not in answer.text
    assert map_client.get(f"{MAP}/panel?open=nothing").status_code == 404


def test_the_journeys_in_the_panel_are_named_by_pseudonym_and_open(map_client, nordbod):
    panel = map_client.get(f"{MAP}/panel?open=touchpoint-product-page").text
    names = re.findall(r"customer=([A-Z2-7]{4}-[A-Z2-7]{4})", panel)
    assert len(names) == 5
    assert "customer_id" not in panel
    page = map_client.get(f"{MAP}?customer={names[0]}&language=en").text
    assert f"One customer&#x27;s own journey: {names[0]}" in page
    assert "for members of the workspace only" in page
    assert "customer_id" not in page
    assert map_client.get(f"{MAP}?customer=AAAA-AAAA").status_code == 404


def test_findings_of_the_audit_stand_on_the_map_and_in_its_tables(map_client, nordbod):
    told = nordbod.audit("nordbod-purchase").findings("en")
    text = map_client.get(f"{MAP}?language=en").text
    assert told
    assert 'id="finding-' in text
    assert "Open findings" in text


def test_rows_are_chosen_in_the_address(map_client):
    text = map_client.get(f"{MAP}?rows=lanes&rows=feeling&language=en").text
    twin = text.split("The map as a table")[1].split("</table>")[0]
    assert "Customer goal" not in twin
    assert re.search(r'name="rows" value="lanes" checked', text)
    assert not re.search(r'name="rows" value="goal" checked', text)
    assert map_client.get(f"{MAP}?rows=nothing").status_code == 404


def test_a_comparison_is_drawn(map_client):
    text = map_client.get(f"{MAP}?against=2026-Q1&language=en").text
    assert "against 1 Jan – 31 Mar 2026" in text.replace("\u00a0", " ")
    assert map_client.get(f"{MAP}?against=yesteryear").status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_speaks_the_language_of_its_reader(map_client, language):
    words = {"sv": "Stäng", "nb": "Lukk", "da": "Luk", "en": "Close"}
    assert f">{words[language]}</a>" in map_client.get(f"{MAP}/panel?open=phase-purchase&language={language}").text
