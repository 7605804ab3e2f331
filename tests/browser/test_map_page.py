"""The page of a map in a real browser: silent, alone, reachable by key, without a violation of axe."""

import re
from pathlib import Path

import pytest
from maps.draw.example import nordbod, snapshot

from farled.figures.text import width
from farled.locale import LANGUAGES
from farled.maps.draw import page
from farled.maps.draw.pen import FACES

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    for language in LANGUAGES:
        (folder / f"{language}.html").write_text(page(nordbod(), snapshot(), language), encoding="utf-8")
    return folder


class Opened:
    """A page with all that it said and asked for."""

    def __init__(self, chromium, file, **options):
        self.context = chromium.new_context(**{"viewport": {"width": 1680, "height": 1000}, **options})
        self.page = self.context.new_page()
        self.messages, self.requests = [], []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_no_violation(chromium, files, language, scheme):
    with Opened(chromium, files / f"{language}.html", color_scheme=scheme, bypass_csp=True) as opened:
        opened.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = opened.page.evaluate("tags => axe.run({runOnly: tags})", TAGS)["violations"]
        assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]][:3]) for rule in found] == []


def test_axe_finds_no_violation_on_a_narrow_screen(chromium, files):
    with Opened(chromium, files / "nb.html", viewport={"width": 360, "height": 800}, bypass_csp=True) as opened:
        opened.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = opened.page.evaluate("tags => axe.run({runOnly: tags})", TAGS)["violations"]
        assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]][:3]) for rule in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_silent_and_asks_for_nothing(chromium, files, language):
    with Opened(chromium, files / f"{language}.html") as opened:
        opened.page.evaluate("document.fonts.ready.then(() => true)")
        assert opened.messages == []
        assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []


def test_its_fonts_are_used(chromium, files):
    with Opened(chromium, files / "sv.html") as opened:
        used = "[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)"
        assert set(opened.page.evaluate(f"document.fonts.ready.then(() => {used})")) == {
            "Schibsted Grotesk", "Newsreader",
        }  # fmt: skip


def test_no_line_is_wider_than_was_reckoned(chromium, files):
    faces = {face.name: face for face in FACES}
    with Opened(chromium, files / "sv.html") as opened:
        opened.page.evaluate("document.fonts.ready.then(() => true)")
        real = opened.page.evaluate(
            "[...document.querySelectorAll('.farled-map text')]"
            ".map(node => [node.textContent, node.classList[0], node.getComputedTextLength()])"
        )
        wide = [
            (text, length, width(text, face.size, face.weight, face.font))
            for text, name, length in real
            if length > width(text, (face := faces[name]).size, face.weight, face.font) * 1.01 + 0.6
        ]
        assert len(real) > 200
        assert wide == []


def test_one_tab_stop_leads_to_the_map_and_arrows_walk_on_it(chromium, files):
    with Opened(chromium, files / "en.html") as opened:
        assert opened.page.locator(".farled-map a.mark[tabindex='0']").count() == 1
        opened.page.locator(".farled-map a.mark[tabindex='0']").focus()
        seen = set()
        for key in ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "End", "Home"]:
            opened.page.keyboard.press(key)
            seen.add(opened.page.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert len(seen) >= 5
        assert opened.page.locator(".tip").is_visible()
        opened.page.keyboard.press("Escape")
        opened.page.locator(".tip").wait_for(state="hidden")


def test_hover_tells_value_interval_and_n(chromium, files):
    with Opened(chromium, files / "en.html") as opened:
        opened.page.locator("a[href='#kpi-purchase-cart_completion'] rect").first.hover()
        told = opened.page.locator(".tip").inner_text().replace("\u00a0", " ")
        assert "19.5%" in told
        assert "95 % interval 17.9–21.3%" in told
        assert "n = 2,140" in told


def test_without_script_every_mark_can_be_focused_and_has_a_title(chromium, files):
    with Opened(chromium, files / "en.html", java_script_enabled=False) as opened:
        html = opened.page.content()
        marks = re.findall(r'<a class="mark" href="#([^"]+)" aria-label="[^"]+"><title>', html)
        assert len(marks) > 50
        assert set(marks) <= set(re.findall(r'id="([^"]+)"', html))


def test_theme_and_rare_transitions_need_no_script(chromium, files):
    with Opened(chromium, files / "en.html", java_script_enabled=False, color_scheme="light") as opened:
        opened.page.locator("label[for='theme-dark']").click()
        opened.page.locator("#rare").check()
        shot = opened.page.locator(".scroll").screenshot()
        opened.page.locator("#rare").uncheck()
        assert shot != opened.page.locator(".scroll").screenshot()


def test_narrow_screens_get_phases_as_cards_and_no_sideways_scrolling(chromium, files):
    with Opened(chromium, files / "da.html", viewport={"width": 320, "height": 800}) as opened:
        assert opened.page.locator(".card-phase").first.is_visible()
        assert not opened.page.locator(".scroll").is_visible()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_label_column_stays_when_a_wide_map_scrolls(chromium, files):
    with Opened(chromium, files / "sv.html", viewport={"width": 900, "height": 900}) as opened:
        place = "document.querySelector('.pinned').getBoundingClientRect().left"
        before = opened.page.evaluate(place)
        opened.page.evaluate("document.querySelector('.scroll').scrollLeft = 300")
        assert opened.page.evaluate(place) == before


@pytest.mark.parametrize("width", [900, 1680])
def test_the_phases_stay_in_sight_when_the_map_scrolls_down(chromium, files, width):
    with Opened(chromium, files / "sv.html", viewport={"width": width, "height": 700}) as opened:
        opened.page.evaluate("document.querySelector('.scroll').scrollTop = 500")
        opened.page.evaluate("if (!document.querySelector('.scroll').scrollTop) scrollTo(0, 900)")
        top = opened.page.evaluate("document.querySelector('.heads .head').getBoundingClientRect().top")
        assert 0 <= top < 200
        opened.page.locator(".heads a[href='#phase-purchase']").hover()
        assert opened.page.locator(".tip").is_visible()


def test_labels_stay_in_line_with_their_rows(chromium, files):
    with Opened(chromium, files / "sv.html", viewport={"width": 1680, "height": 1000}) as opened:
        heights = "[...document.querySelectorAll('.board > svg')].map(each => each.getBoundingClientRect().height)"
        picture, labels = opened.page.evaluate(heights)
        assert labels == pytest.approx(picture, abs=0.3)


def test_a_map_of_a3_fits_a_laptop(chromium, files):
    with Opened(chromium, files / "sv.html", viewport={"width": 1366, "height": 768}) as opened:
        wide = "document.querySelector('.board').offsetWidth > document.querySelector('.scroll').clientWidth"
        assert not opened.page.evaluate(wide)


def test_what_has_the_focus_is_not_under_the_phases(chromium, files):
    with Opened(chromium, files / "en.html", viewport={"width": 1680, "height": 700}) as opened:
        opened.page.locator(".farled-map a.mark[tabindex='0']").focus()
        for key in ["End", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"]:
            opened.page.keyboard.press(key)
            focused, head = opened.page.evaluate(
                "[document.activeElement, document.querySelector('.heads .head')].map(each => each.checkVisibility("
                "{visibilityProperty: true}) ? [each.getBoundingClientRect().top, each.getBoundingClientRect().bottom]"
                " : [-1, -1])"
            )
            assert focused[0] >= head[1] or focused[1] <= head[0]


def test_paper_is_a3_across_and_light(chromium, files, tmp_path):
    with Opened(chromium, files / "sv.html", color_scheme="dark") as opened:
        opened.page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True)
        raw = (tmp_path / "map.pdf").read_bytes()
        assert {
            tuple(round(float(n)) for n in box.split()[2:]) for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", raw)
        } == {(1191, 842)}
