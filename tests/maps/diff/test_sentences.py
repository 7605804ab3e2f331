"""The sentences of a diff, and its picture."""

import re
from xml.etree import ElementTree as ET

import pytest
from maps_example import MAP

from farled.locale import LANGUAGES
from farled.maps.diff import diff
from farled.maps.diff.change import KINDS
from farled.maps.diff.overlay import overlay_page, overlay_svg
from farled.maps.diff.sentences import Versions, offers, sentences
from farled.maps.load import loads

ORDER = "      - {id: order, name: Kassa, channel: web, observe: {event: order}, if_fails: page, milestone: true}\n"
NEW = "      - {id: feed, name: Annonsen, channel: ads, observe: {event: feed}}\n"
MOVED = MAP.replace(ORDER, "").replace("      - {id: survey-mail", ORDER + "      - {id: survey-mail")


def told(*pairs, language="en", measured=(None, None), base=MAP):
    """The sentences about what replacing texts in the example changes."""
    text = base
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    before, after = loads(base), loads(text)
    return sentences(diff(before, after), Versions(before, after, *measured), language)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "pain_points:\n",
            "pain_points:\n  - {id: late, at: order, text: Sent besked}\n",
            "New pain point at *Kassa*: “Sent besked”",
        ),
        ("    name: Köp\n", "    name: Betalning\n", "Phase *Köp* is now called *Betalning*"),
        ("    owner: mkt", "    owner: shop", "Phase *Se*: owner Marknad → Butik"),
        ("rate, target: 0.05}", "rate, target: 0.06}", "Target for *Rate* 5% → 6%"),
        ("metric: reply, target: 4h", "metric: reply, target: 1d", "Target for *Reply* 4 h → 24 h"),
        (
            "claim: 0.5, words: [nyfiken], based_on: assumed",
            "claim: 0.2, words: [nyfiken], based_on: [survey]",
            "Claimed feeling in *Se* +0.5 → +0.2, now based on *Enkät* (was assumed)",
        ),
        ("observe: {event: order}", "observe: {event: buy}", "*Kassa* now counts `buy` (before: `order`)"),
        ("{attr: medium, is: organic}", "{attr: medium, in: [organic, ai]}", "*Sökträff* now also counts `ai`"),
        ("status: proposed", "status: testing", "Opportunity “Snabbare sida”: proposed → being tested"),
        ("name: Vår sajt", "name: Webben", "Channel *Vår sajt* is now called *Webben*"),
        ("wants: [Snabbt, Enkelt]", "wants: [Enkelt, Billigt]", "Persona *Maja*: wants + Billigt, − Snabbt"),
        ("milestone: true", "milestone: false", "Touchpoint *Kassa*: milestone yes → no"),
        ("by: 2027-01-01", "by: 2027-06-30", "The map: date of the goal 1 Jan 2027 → 30 Jun 2027"),
        ("within: 10d", "within: 20d", "The map: horizon of completion 10 d → 20 d"),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence(old, new, sentence):
    (found,) = told((old, new))
    assert found.replace("\u00a0", " ") == sentence


def test_a_moved_touchpoint_names_both_phases():
    before, after = loads(MAP), loads(MOVED)
    found = sentences(diff(before, after), Versions(before, after), "en")
    assert found == ["Touchpoint *Kassa* moved from *Köp* to *Använd*"]


def test_another_order_names_what_comes_next():
    page = "      - {id: page, name: Sida, channel: web, observe: {event: view}}\n"
    assert told((page + ORDER, ORDER + page)) in (["*Kassa* now comes before *Sida*"], ["*Sida* now comes last"])


def test_a_rule_says_its_measured_effect_where_both_versions_were_measured():
    snapshots = ({"touchpoints": {"order": {"customers": 6900}}}, {"touchpoints": {"order": {"customers": 7140}}})
    (found,) = told(("{event: order}", "{event: buy}"), language="sv", measured=snapshots)
    assert (
        found == "*Kassa* räknar nu `buy` (tidigare: `order`): 6\u00a0900 → 7\u00a0140 kunder i den senaste mätningen"
    )


def test_a_hidden_count_is_not_told():
    hidden = {"touchpoints": {"order": {"customers": {"value": None, "reason": "hidden"}}}}
    (found,) = told(("{event: order}", "{event: buy}"), measured=(hidden, hidden))
    assert found.endswith("(before: `order`)")


def test_numbers_and_dates_are_written_as_each_language_does():
    pairs = (("rate, target: 0.05}", "rate, target: 0.065}"), ("by: 2027-01-01", "by: 2027-05-30"))
    dates = {"sv": "30 maj 2027", "nb": "30. mai 2027", "da": "30. maj 2027", "en": "30 May 2027"}
    for language in LANGUAGES:
        date, target = told(*pairs, language=language)
        assert date.endswith(dates[language])
        assert target.endswith("6.5%" if language == "en" else "6,5\u00a0%")


def everything():
    """Two maps between which every kind of change happens."""
    after = MOVED
    for old, new in (
        ("    name: Köp\n", "    name: Betalning\n"),
        ("target: 4h", "target: 5h"),
        ("claim: 0.5", "claim: 0.2"),
        ("{event: view}}", "{event: seen}}"),
        ("status: proposed", "status: testing"),
        ("mkt: Marknad", "mkt: Reklam"),
        ("text: Sidan är långsam", "text: Sidan är seg"),
        ("milestone: true", "milestone: false"),
        ("opportunities:\n", "  - {id: late, at: order, text: Sent besked}\nopportunities:\n"),
        ("      - {id: organic", f"{NEW}      - {{id: organic"),
        ("      - {id: ad, name: Annons, channel: ads, observe: {event: click}}\n", ""),
    ):  # fmt: skip
        assert old in after
        after = after.replace(old, new)
    return loads(MAP), loads(after)


@pytest.mark.parametrize("language", ["sv", "nb", "da"])
def test_no_english_is_left_in_another_language(language):
    before, after = everything()
    found, versions = diff(before, after), Versions(before, after)
    there, english = sentences(found, versions, language), sentences(found, versions, "en")
    assert {change.kind for change in found.changes} >= set(KINDS) - {"order"}
    assert not [one for one, other in zip(there, english, strict=True) if one == other]
    assert offers(found, versions, language) != offers(found, versions, "en")


def test_the_picture_marks_what_came_went_moved_and_changed():
    before, after = everything()
    drawn = overlay_svg(diff(before, after), Versions(before, after), "sv", fonts=False)
    art = ET.fromstring(drawn)
    classes = " ".join(element.get("class", "") for element in art.iter()).split()
    assert classes.count("diff-added") == 3  # a touchpoint, a pain point, the legend
    assert classes.count("diff-removed") == 2
    assert classes.count("diff-ghost") == 2
    assert classes.count("diff-arrow") == 2
    assert classes.count("diff-dot") >= 6
    assert not list(art.iter("{http://www.w3.org/2000/svg}a"))
    assert "Betalning" in drawn
    assert ">Annons<" in drawn
    assert ">flyttat<" in drawn


def test_pictures_of_the_same_are_the_same_bytes_and_have_no_marks_where_nothing_differs():
    before, after = everything()
    found, versions = diff(before, after), Versions(before, after)
    assert overlay_svg(found, versions, "sv", "dark") == overlay_svg(found, versions, "sv", "dark")
    same = overlay_svg(diff(after, after), Versions(after, after), "sv", fonts=False)
    assert 'class="diff-dot"' not in same


def test_the_page_needs_nothing_else_and_holds_the_list_of_the_picture():
    before, after = everything()
    page = overlay_page(diff(before, after), Versions(before, after), "nb", ("shop@HEAD", "shop"))
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    for change, sentence in zip(
        diff(before, after).changes, sentences(diff(before, after), Versions(before, after), "nb"), strict=True
    ):
        words = sentence.replace("*", "").split("`")[0].split("»")[0].split()
        assert words[-1] in page, change
    assert "<details>" in page


def test_a_name_cannot_bring_markup_into_the_page():
    after = loads(MAP.replace("name: Kassa", "name: '<b>x</b>'"))
    page = overlay_page(diff(loads(MAP), after), Versions(loads(MAP), after), "en")
    assert "<b>x" not in page
