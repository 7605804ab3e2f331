"""Earlier versions of a map in the web app."""

from datetime import UTC, datetime

import pytest
from maps_example import MAP
from web.conftest import browser

import farled
from farled.maps.diff.versions import keep_version
from farled.workspace.storing import create

FIRST, SECOND = "20260301-100000-000", "20260302-100000-000"


@pytest.fixture
def folder(tmp_path):
    """A workspace without events whose map was saved twice."""
    create(tmp_path / "ws")
    path = tmp_path / "ws" / "maps" / "shop.yaml"
    path.parent.mkdir()
    texts = (MAP, MAP.replace("name: Kassa", "name: Betala"))
    for day, text in enumerate(texts, start=1):
        path.write_text(text, encoding="utf-8")
        keep_version(path, text, "Ida", datetime(2026, 3, day, 10, tzinfo=UTC))
    return tmp_path / "ws"


@pytest.fixture
def client(folder):
    return browser(farled.open(folder))


def test_the_history_page_says_what_each_version_changed_and_who_saved_it(client):
    page = client.get("/maps/shop/history?language=sv")
    assert page.status_code == 200
    assert "Kontaktpunkten <em>Kassa</em> heter nu <em>Betala</em>" in page.text
    assert "· Ida" in page.text
    assert f"/maps/shop/diff.html?before={FIRST}" in page.text


def test_page_and_api_give_the_same_list(client):
    found = client.get("/api/v1/maps/shop/history?language=en").json()["versions"]
    assert [len(version["changes"]) for version in found] == [0, 1]
    compared = client.get(f"/api/v1/maps/shop/diff?before={FIRST}&language=en").json()
    assert compared["changes"] == found[1]["changes"]
    assert compared["changes"][0]["sentence"] == "Touchpoint *Kassa* is now called *Betala*"


def test_the_overlay_stands_alone(client):
    page = client.get(f"/maps/shop/diff.html?before={FIRST}&after={SECOND}&language=nb")
    assert page.status_code == 200
    assert "heter nå" in page.text


@pytest.mark.parametrize("query", ["", "?before=", "?before=../../etc/passwd", "?before=--output=x"])
def test_a_version_must_be_one(client, query):
    assert client.get(f"/api/v1/maps/shop/diff{query}").status_code in (404, 422)


def test_a_broken_file_leaves_the_last_good_map_on_the_page_and_says_what_is_wrong(client, folder):
    assert "Betala" in client.get("/maps/shop").text
    (folder / "maps" / "shop.yaml").write_text(MAP.replace("claim: 0.5", "claim: 3"), encoding="utf-8")
    page = client.get("/maps/shop?language=sv")
    assert page.status_code == 200
    assert "Betala" in page.text
    assert "Kartfilen är trasig" in page.text
    assert "feels.claim: 3 is above 2" in page.text
