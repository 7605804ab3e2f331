"""Charts in a real browser: they draw, in both themes, and keep to the policy of the page."""

import pytest

from farled.figures.tokens import color

PAGES = ["/funnels", "/paths", "/flow", "/questions/retention"]


def wait_for_chart(page):
    figure = page.locator("figure.chart").first
    figure.scroll_into_view_if_needed()
    page.wait_for_selector("figure.chart[data-drawn] svg text")
    return figure


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_chart_draws_without_a_violation(open_page, path, theme):
    page = open_page(f"{path}?theme={theme}", color_scheme=theme)
    figure = wait_for_chart(page)
    assert figure.locator(".canvas").get_attribute("aria-hidden") == "true"
    assert figure.locator(".canvas svg path").count() > 3


def test_a_tip_is_drawn_inside_the_picture(open_page):
    page = open_page("/funnels")
    figure = wait_for_chart(page)
    before = figure.locator(".canvas svg text").count()
    box = figure.locator(".canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    figure.locator(".canvas svg text").nth(before).wait_for(state="attached")


def test_a_chart_keeps_its_room_and_fits_a_phone(open_page):
    page = open_page("/funnels", width=380)
    height = page.evaluate("document.querySelector('figure.chart').offsetHeight")
    wait_for_chart(page)
    assert page.evaluate("document.querySelector('figure.chart').offsetHeight") == height
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_colours_follow_the_theme(open_page):
    page = open_page("/funnels", color_scheme="light")
    wait_for_chart(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_selector(f"figure.chart .canvas path[fill='{color('transition', theme)}']")


def test_without_script_there_is_the_table_alone(open_page):
    page = open_page("/funnels", java_script_enabled=False)
    assert not page.locator("figure.chart").first.is_visible()
    assert page.locator("table").first.is_visible()


def test_the_library_is_loaded_only_where_there_is_a_chart(open_page):
    page = open_page("/")
    assert "echarts" not in page.evaluate("performance.getEntriesByType('resource').map(e => e.name).join()")
