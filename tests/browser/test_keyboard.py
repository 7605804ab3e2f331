"""What is done most is done with keys alone, with and without script."""


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


def press(page, name):
    """Go to a link or button with Tab and press it."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_funnel_is_built_with_keys_alone(open_page):
    page = open_page("/", locale="en")
    press(page, "Funnels")
    while page.locator("select[name=steps]").count() > 2:
        press(page, "Take step 2 out")
    first, last = page.locator("tbody tr th").all_inner_texts()
    press(page, "Add a step")
    tab_to(page, "Step 3")
    page.keyboard.type("add_to")
    press(page, "Step 3 earlier")
    press(page, "Answer")
    assert page.locator("tbody tr th").all_inner_texts() == [first, "add_to_cart", last]


def test_without_script_everything_is_there(open_page):
    page = open_page("/funnels", locale="en", java_script_enabled=False)
    assert page.locator("tbody tr").count() == page.locator("select[name=steps]").count()
    page.locator("button[value=drop-2]").click()
    page.wait_for_load_state()
    assert page.locator("tbody tr").count() == page.locator("select[name=steps]").count()
    assert page.locator("pre#copy-cli").is_visible()
    assert not page.locator("button[data-copies]").first.is_visible()


def test_escape_closes_the_menu_and_gives_the_focus_back(open_page):
    page = open_page("/", locale="en", width=400)
    tab_to(page, "Farled")
    page.keyboard.press("Enter")
    tab_to(page, "Maps")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.localName") == "summary"
    assert page.locator(".top details[open]").count() == 0


def test_enter_in_a_field_asks_the_question(open_page):
    page = open_page("/funnels?steps=page_view&steps=order", locale="en")
    page.fill("#field-within", "7d")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "within=7d" in page.url
    assert "do=" not in page.url
