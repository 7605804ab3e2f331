"""Every page, in both themes and all languages, without a violation that axe can see, and what axe cannot see."""

from pathlib import Path

import pytest

from farled.locale import LANGUAGES

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/",
    "/maps/nordbod-purchase",
    "/maps/nordbod-purchase/history",
    "/funnels",
    "/funnels?steps=visit&steps=ordr",
    "/paths",
    "/flow",
    "/guide?map=nordbod-purchase",
    "/guide/types?change=more_sales",
    "/personas?map=nordbod-purchase",
    "/opportunities?map=nordbod-purchase",
    "/nothing-here",
]
SMALL = """
() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
  .filter(each => each.checkVisibility() && each.tabIndex >= 0)
  .map(each => [each.outerHTML.slice(0, 80), (each.closest('label, .link') || each).getBoundingClientRect()])
  .filter(([_, box]) => box.width > 0 && (box.height < 24 && box.height > 0) && box.top >= 0)
  .map(([text, _]) => text)
"""
HIDDEN = """
() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  if (one === document.body || box.width === 0 || one.closest('svg')) return '';  // a curve has no middle
  const [first, last] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  const top = document.elementFromPoint(Math.max(0, box.left) + Math.min(box.width / 2, 40), (first + last) / 2);
  return top && (one.contains(top) || top.contains(one)) ? '' : one.outerHTML.slice(0, 120);
}
"""


def violations(page):
    page.evaluate(AXE)
    found = page.evaluate(f"async () => (await axe.run({{runOnly: {RULES}}})).violations")
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation(open_page, path, language, theme):
    page = open_page(path, locale=language, color_scheme=theme)
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_the_menu_of_a_narrow_page_has_no_violation(open_page, path):
    page = open_page(path, width=400)
    page.click(".top summary")
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 640, 1440])
def test_a_page_never_scrolls_sideways(open_page, path, width):
    page = open_page(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [400, 1440])
def test_what_can_be_pressed_is_high_enough(open_page, path, width):
    assert open_page(path, width=width).evaluate(SMALL) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [400, 1440])
def test_what_has_the_focus_is_seen(open_page, path, width):
    page = open_page(path, width=width)
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(HIDDEN) == ""


def test_text_of_twice_the_size_still_fits(open_page):
    page = open_page("/funnels", width=1280)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
