"""A map page that does not wait for the audit."""

import datetime as dt

import pytest

import farled
from farled.web.server import warm
from farled.workspace import Workspace

MAP = "/maps/nordbod-purchase"


@pytest.fixture
def unaudited(nordbod, monkeypatch):
    """The demo shop on a day on which nobody audited its maps yet."""
    nordbod.audit("nordbod-purchase")
    monkeypatch.setattr(Workspace, "is_audited", lambda *_, **__: False)
    return nordbod


def test_a_map_is_shown_before_it_is_audited_and_says_so(unaudited, map_client, monkeypatch):
    monkeypatch.setattr(Workspace, "audit", lambda *_, **__: pytest.fail("the page waits"))
    text = map_client.get(MAP).text
    assert 'class="farled-map' in text
    assert 'id="finding-' not in text
    assert "The map is being audited." in text
    assert f'data-awaits="{MAP}/findings?' in text
    assert 'href="?findings=now"' in text


def test_a_panel_does_not_wait_either(unaudited, map_client, monkeypatch):
    monkeypatch.setattr(Workspace, "audit", lambda *_, **__: pytest.fail("the panel waits"))
    assert map_client.get(f"{MAP}/panel?open=phase-purchase").status_code == 200


def test_who_asks_for_the_findings_waits_for_them(unaudited, map_client):
    text = map_client.get(f"{MAP}?findings=now").text
    assert 'id="finding-' in text
    assert "The map is being audited." not in text


def test_files_to_take_along_wait_for_the_findings(unaudited, map_client):
    assert 'id="finding-' in map_client.get(f"{MAP}.html").text


def test_what_the_page_waits_for_are_the_open_findings(unaudited, map_client):
    answer = map_client.get(f"{MAP}/findings").json()
    audited = unaudited.audit("nordbod-purchase").findings("en")
    still_open = {each["fingerprint"] for each in audited if each["state"] == "open"}
    assert still_open
    assert {each["fingerprint"] for each in answer} == still_open


def test_once_audited_the_page_has_its_findings_at_once(nordbod, map_client):
    farled.open(nordbod.folder.path).audit("nordbod-purchase")  # which has seen no earlier state of the folder
    assert nordbod.is_audited("nordbod-purchase")
    assert farled.open(nordbod.folder.path).is_audited("nordbod-purchase")
    assert nordbod.is_audited("nordbod-purchase", period="2026-Q3")  # the same period by its name
    assert "data-awaits" not in map_client.get(MAP).text
    assert not nordbod.is_audited("nordbod-purchase", period="2026-05")


def test_an_audit_of_another_day_is_not_of_today(nordbod):
    workspace = farled.open(nordbod.folder.path)
    workspace.audit("nordbod-business", today=dt.date(2026, 10, 5))
    fresh = farled.open(nordbod.folder.path)
    assert not fresh.is_audited("nordbod-business")


def test_a_server_audits_its_maps_before_somebody_waits(nordbod, monkeypatch):
    monkeypatch.setattr("farled.web.server.first_questions", lambda _: ())
    workspace = farled.open(nordbod.folder.path)
    warm(workspace)
    assert all(workspace.is_audited(id_) for id_ in workspace.maps())
