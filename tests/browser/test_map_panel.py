"""The panel beside the map in a real browser: opened and closed with keys, without a violation of axe."""

import pytest
from browser.test_accessible import violations

from farled.locale import LANGUAGES
from farled.workspace import Workspace

MAP = "/maps/nordbod-purchase"
OPEN = f"{MAP}?open=touchpoint-product-page"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_panel_has_no_violation(open_page, language, theme):
    assert violations(open_page(OPEN, locale=language, color_scheme=theme)) == []


@pytest.mark.parametrize("width", [320, 1440])
def test_the_page_does_not_scroll_sideways_with_the_panel_open(open_page, width):
    page = open_page(OPEN, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_enter_opens_the_panel_and_escape_gives_the_focus_back(open_page):
    page = open_page(MAP, locale="en")
    page.locator("a.mark[href*='touchpoint-checkout']").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel")
    assert page.evaluate("document.activeElement.id") == "panel-title"
    assert "open=touchpoint-checkout" in page.url
    page.keyboard.press("Escape")
    assert page.locator("#panel").count() == 0
    assert "open=" not in page.url
    assert "touchpoint-checkout" in page.evaluate("document.activeElement.getAttribute('href')")


def test_without_script_the_panel_opens_as_a_page(open_page):
    page = open_page(MAP, locale="en", java_script_enabled=False)
    page.goto(f"{page.url}?open=phase-purchase#panel")
    assert page.locator("#panel").is_visible()
    page.locator(".panel-close").click()
    assert page.locator("#panel").count() == 0


def test_the_whole_map_fits_the_width_where_the_reader_says_so(open_page):
    page = open_page(MAP, locale="en", width=1024)
    wide = "document.querySelector('.scroll').scrollWidth > document.querySelector('.scroll').clientWidth"
    assert page.evaluate(wide)
    page.locator("#fit").check()
    assert not page.evaluate(wide)
    hatch = "getComputedStyle(document.querySelector('.hatch, .bars, .hatch-light')).fill"
    assert "url" in page.evaluate(hatch)


def test_findings_come_by_themselves_once_the_map_is_audited(open_page, monkeypatch):
    monkeypatch.setattr(Workspace, "is_audited", lambda *_, **__: False)
    page = open_page(MAP, locale="en")
    page.wait_for_url("**findings=now*")
    assert "Open findings" in page.content()
    assert page.locator(".awaited").count() == 0


def test_without_script_the_findings_are_a_link_away(open_page, monkeypatch):
    monkeypatch.setattr(Workspace, "is_audited", lambda *_, **__: False)
    page = open_page(MAP, locale="en", java_script_enabled=False)
    page.locator(".awaited a").click()
    page.wait_for_url("**findings=now*")
    assert "Open findings" in page.content()
