"""What is done most is done with keys alone, with and without script."""

import pytest


def tab_to(page, wanted, most=60):
    """Press Tab until something is focused whose name begins so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => (document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()"
        )
        if name.startswith(wanted):
            return
    raise AssertionError(f"Tab never reached {wanted!r}.")


def test_the_first_key_offers_to_skip_to_the_content(open_page):
    page = open_page("/funnels", locale="en")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("script", [True, False])
def test_a_funnel_is_built_with_keys_alone(open_page, script):
    page = open_page("/", locale="en", java_script_enabled=script)
    if not script:
        page.goto(page.url + "funnels?steps=visit&steps=order")
        assert page.locator("tbody tr").count() == 2
        return
    tab_to(page, "Funnels")
    page.keyboard.press("Enter")
    page.wait_for_url("**/funnels")
    while page.locator("select[name=steps]").count() > 2:
        tab_to(page, "Take step 2 out")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    tab_to(page, "Add a step")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    tab_to(page, "Step 3")
    page.keyboard.type("cart")
    tab_to(page, "Step 3 earlier")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    tab_to(page, "Answer")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.locator("tbody tr th").all_inner_texts() == ["visit", "cart", "order"]


def test_escape_closes_the_menu_and_gives_the_focus_back(open_page):
    page = open_page("/", locale="en", width=400)
    tab_to(page, "Farled")
    page.keyboard.press("Enter")
    tab_to(page, "Maps")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.localName") == "summary"
    assert page.locator(".top details[open]").count() == 0


def test_enter_in_a_field_asks_the_question(open_page):
    page = open_page("/funnels?steps=visit&steps=order", locale="en")
    page.fill("#field-within", "7d")
    page.keyboard.press("Enter")
    page.wait_for_url("**within=7d**")
    assert "do=" not in page.url
