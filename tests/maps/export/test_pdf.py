"""The PDF: sheets of the right size, tagged, with its language, title and fonts."""

import io
import re
from functools import cache
from itertools import pairwise

import pytest
from maps.draw.example import snapshot
from maps_taken import taken

from farled.errors import InputError
from farled.maps.export.paper import ACROSS, LEAST_SCALE, SHEETS, Paper, room, smallest
from farled.maps.export.pdf import map_pdf
from farled.maps.export.taken import FindingText

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("weasyprint")
MILLIMETRE = 72 / 25.4
WHOLE = taken(snapshot=snapshot(), findings=(FindingText("F01", "E", "Åtta av tio faller bort.", "Titta på kassan."),))
PLANNED = (
    "farled: 1\nmap: {id: m, title: Köp & sälj, language: sv, journey_type: purchase, "
    "goal: {text: Mer, metric: g, target: 0.5, by: 2027-01-01}}\n"
    "metrics: {g: {kind: repeat, event: order, within: 30d}}\n"
    "phases:\n" + "".join(f"  - {{id: p{at}, name: Fas {at}}}\n" for at in range(4))
)


@cache
def whole():
    return map_pdf(WHOLE)


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def size(page):
    """Width and height of a page in millimetres."""
    return tuple(round(float(side) / MILLIMETRE, 1) for side in (page.mediabox.width, page.mediabox.height))


def tags(node, found=None):
    """The structure elements of a document in order, each with its text for those who do not see it."""
    found = [] if found is None else found
    node = node.get_object()
    for one in (each.get_object() for each in (node if isinstance(node, list) else [node])):
        if isinstance(one, dict):
            if "/S" in one:
                found.append((one["/S"], one.get("/Alt")))
            if "/K" in one and not isinstance(one["/K"], int):
                tags(one["/K"], found)
    return found


def test_the_first_sheet_is_exactly_of_its_size():
    first, *rest = read(whole()).pages
    assert size(first) in [(float(paper.width), float(paper.height)) for paper in SHEETS]
    assert rest
    assert {size(page) for page in rest} == {(420.0, 297.0)}


def test_no_text_of_the_picture_is_under_seven_points():
    sizes = []
    page = read(whole()).pages[0]
    page.extract_text(
        visitor_text=lambda text, cm, tm, _font, points: (
            sizes.append(abs(points * tm[3] * cm[3])) if text.strip() else None
        )
    )
    assert min(sizes) >= 6.99


def test_it_is_tagged_and_says_language_title_and_standard():
    document = read(whole())
    root = document.trailer["/Root"]
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata.title == "Köpresan hos Nordbod"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    found = tags(root["/StructTreeRoot"]["/K"])
    kinds = [kind for kind, _ in found]
    figure = next(alt for kind, alt in found if kind == "/Figure")
    assert figure.startswith("Köpresan hos Nordbod. 5 faser")
    assert kinds.count("/H1") == 1
    assert {"/Table", "/TH", "/TD", "/H2", "/Caption"} <= set(kinds)


def test_all_fonts_are_inside_and_those_of_farled():
    fonts = [
        font.get_object()
        for page in read(whole()).pages
        for font in page["/Resources"].get_object().get("/Font", {}).values()
    ]
    assert fonts
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = below["/FontDescriptor"].get_object()
        assert any(f"/FontFile{kind}" in descriptor for kind in ("", 2, 3))
        assert re.search("Schibsted|Newsreader", str(font["/BaseFont"]))


def test_it_holds_the_table_findings_sources_and_what_identifies_it():
    text = [page.extract_text() for page in read(whole()).pages]
    together = " ".join(" ".join(text).split())
    for told in (
        "Kartan som tabell",
        "Åtta av tio faller bort.",
        "Titta på kassan.",
        "Kundenkät Q3 2026",
        "Kaplan–Meier",
    ):
        assert told in together
    for number, page in enumerate(text, 1):
        assert f"nordbod-purchase @ {WHOLE.snapshot['map_hash']}" in page
        assert re.search(rf"Sida {number} / {len(text)}", page)


def test_the_same_map_is_the_same_bytes():
    assert map_pdf(taken(PLANNED)) == map_pdf(taken(PLANNED))


def test_on_a4_each_phase_has_a_sheet_of_its_own():
    document = read(map_pdf(taken(PLANNED), "a4"))
    sheets = [page.extract_text() for page in document.pages[:4]]
    assert {tuple(sorted(size(page))) for page in document.pages} == {(210.0, 297.0)}
    for at, text in enumerate(sheets):
        assert f"Fas {at}" in text
    with pytest.raises(InputError, match="a5"):
        map_pdf(WHOLE, "a5")


def test_a_map_too_large_for_the_largest_sheet_goes_on_over_several(monkeypatch):
    for sheets in ("ACROSS", "SHEETS"):
        monkeypatch.setattr(f"farled.maps.export.paper.{sheets}", (Paper("small", 420, 60),))
    told = PLANNED.replace("name: Fas 3", "name: Fas 3, does: Läser, thinks: Är det här något?, expects: Snabbt svar")
    pages = read(map_pdf(taken(told))).pages
    sheets = [page for page in pages if size(page) == (420.0, 60.0)]
    assert len(sheets) > 1
    assert len({page.get_contents().get_data() for page in sheets}) == len(sheets)


@pytest.mark.parametrize(
    ("width", "height", "paper"),
    [
        (1600, 1100, "A3"),
        (1600, 1500, "A2"),
        (1600, 2400, "A2"),
        (3000, 1500, "A1"),
        (3000, 3400, "A0"),
        (9000, 9000, "A0"),
    ],
)
def test_the_smallest_sheet_is_chosen_on_which_the_picture_can_be_read(width, height, paper):
    fit = smallest(lambda asked: (max(width, asked), height))
    assert fit.paper.name == paper
    wide, high = room(fit.paper)
    if width < 9000:
        assert fit.scale >= LEAST_SCALE
        assert fit.scale * max(width, fit.asked) <= wide + 1e-6
        assert fit.scale * height <= high + 1e-6


def test_a_picture_as_wide_as_its_sheet_fits_it_whatever_rounding_does():
    for paper, (wide, high) in zip(ACROSS, map(room, ACROSS), strict=True):
        least = 0.999 * wide / LEAST_SCALE
        fit = smallest(lambda asked, least=least, high=high: (max(asked, least) + 1e-9, 0.99 * high / LEAST_SCALE))
        assert fit.paper == paper
    assert pytest.approx(7 * 25.4 / 72 / 10.5) == LEAST_SCALE


def test_paper_is_as_the_standard_says():
    assert ACROSS[0] == Paper("A3", 420, 297)
    for smaller, larger in pairwise(ACROSS):
        assert abs(larger.height - smaller.width) <= 1
