"""What the picture says and how it is written."""

import ast
import re
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path

import pytest
from maps.draw.example import N, nordbod, number, snapshot
from maps.draw.made_up import walk

import farled.maps.draw as draw_room
from farled.errors import NotFoundError
from farled.locale import LANGUAGES
from farled.locale.catalogs import read_entries
from farled.maps.draw import Showing, draw, live, page
from farled.maps.draw.reading import view
from farled.maps.draw.showing import WALKED

AXIS = {"0", "1", "2", "30", "50", "95"}  # of the scale and the legend


def texts(svg):
    root = ET.fromstring(svg)
    return [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]


def without(*path):
    made = snapshot()
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = {"value": None, "reason": "hidden", "n": "1-9"}
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_same_input_gives_the_same_bytes(language, theme):
    assert draw(nordbod(), snapshot(), language, theme) == draw(nordbod(), snapshot(), language, theme)
    assert page(nordbod(), snapshot(), language) == page(nordbod(), snapshot(), language)


def test_a_picture_is_an_image_with_its_facts_in_words():
    root = ET.fromstring(draw(nordbod(), snapshot(), "en"))
    assert root.get("role") == "img"
    told = root.find("{http://www.w3.org/2000/svg}desc").text
    assert "5 phases" in told
    assert "Largest drop-off between Köp and Efterköp, 80%" in told
    assert "Lowest feeling in Efterköp, −0.8 (n\u00a0=\u00a077)" in told


def test_nothing_comes_from_elsewhere():
    for text in (draw(nordbod(), snapshot()), page(nordbod(), snapshot())):
        assert not re.search(r'(?:src|href)="?(?:https?:)?//|url\(["\']?(?:https?:)?//|@import', text)


def several():
    """The same numbers, where some customers have several journeys."""
    made = snapshot()
    made["journeys"]["customers"] = 9100
    return made


def test_where_customers_have_several_journeys_the_picture_counts_journeys():
    drawn = draw(nordbod(), several(), "en", fonts=False)
    said = texts(drawn)
    assert any("12,480 journeys of 9,100 customers" in text for text in said)
    assert {"thick edge = many journeys", "fewer than 50 journeys"} <= set(said)
    rest = [text for text in said if "customers" in text and "9,100 customers" not in text]
    assert rest == ["Who: customers who match no persona"]
    tables = live(nordbod(), several(), "en").tables
    assert "before 2,140 journeys, after 418" in tables
    assert "Journeys: 7,400" in tables
    assert "Customers:" not in tables


@pytest.mark.parametrize("customers", [N, None, {"value": None, "reason": "hidden", "n": "1-9"}])
def test_where_each_has_one_journey_or_nobody_knows_the_picture_counts_customers(customers):
    made = snapshot()
    made["journeys"]["customers"] = customers
    assert draw(nordbod(), made, "en") == draw(nordbod(), snapshot(), "en")
    assert any("12,480 customers" in text for text in texts(draw(nordbod(), made, "en", fonts=False)))


def test_a_drop_off_shows_share_counts_interval_and_change():
    said = texts(draw(nordbod(), snapshot(), "en", fonts=False))
    assert {"−80%", "−1.7\u00a0pp", "2,140", "418"} <= set(said)
    assert any("78.7–82.1%" in text for text in said)


@pytest.mark.parametrize(("within", "said"), [("90d", "90 days"), ("1d", "1 day"), ("2h", "2 h")])
def test_a_drop_off_says_within_what_time(within, said):
    content = nordbod().model_dump(by_alias=True)
    content["map"]["journey"] = {**content["map"]["journey"], "within": within}
    made = type(nordbod()).model_validate(content)
    assert f"Drop-off within {said}: 80.5%" in live(made, snapshot(), "en").tables.replace("\u00a0", " ")
    labels = " ".join(texts(draw(made, snapshot(), "en", fonts=False))).replace("\u00a0", " ")
    assert f"within {said}; before and after, change" in labels


def evidence(at, measured):
    """What is said to be measured at a pain point of this place."""
    content = nordbod().model_dump(by_alias=True)
    content["pain_points"] = [{"id": "pain", "at": at, "text": "so", "based_on": "assumed"}]
    made = type(nordbod()).model_validate(content | {"opportunities": []})
    return list(view(made, measured, "en").pains[0].detail[1:])


def test_a_pain_point_shows_who_went_on_only_where_these_are_few():
    assert evidence("cart-mail", snapshot())[0].startswith("measured: went on 31% (")
    assert evidence("seo", snapshot()) == []
    assert evidence("purchase", snapshot())[0].startswith("measured: feeling −0.3 (")
    assert evidence("awareness", without("phases", "awareness", "feeling")) == []
    assert evidence("purchase", without("phases", "purchase", "feeling"))[0].startswith("measured: went on 19.5% (")


def test_a_pain_point_rests_first_on_a_key_figure_of_its_place():
    measured = snapshot()
    measured["touchpoints"]["checkout"]["feeling"] = number(-0.5, -0.7, -0.3, 60)
    assert evidence("checkout", measured)[0].startswith("measured: Completion: Kassa 19.5% (")
    assert evidence("order-status", measured)[0].startswith("measured: feeling −0.7 (")
    assert evidence("product-page", measured)[0].startswith("measured: Seen eta 28.1% (")


def test_only_a_drop_off_that_is_surely_the_largest_is_marked():
    said = view(nordbod(), snapshot(), "en")
    assert [phase.drop.is_worst for phase in said.phases[:-1]] == [False, False, True, False]
    close = snapshot()
    close["phases"]["post_purchase"]["completion"] = number(0.2, 0.17, 0.23, 418)
    assert not any(phase.drop.is_worst for phase in view(nordbod(), close, "en").phases[:-1])


def test_a_hidden_value_is_said_to_be_hidden_and_breaks_the_line():
    said = view(nordbod(), without("phases", "purchase", "feeling"), "en")
    assert said.phases[2].feeling.value is None
    assert "hidden" in said.phases[2].feeling.note
    assert draw(nordbod(), without("phases", "purchase", "feeling"), "en").count('class="felt"') == 3  # and the legend


def test_a_phase_without_coverage_is_hatched_and_called_unmeasured():
    bare = snapshot()
    bare["phases"]["loyalty"]["coverage"] = {"value": 0, "observed": 0, "linked": None, "seen": None}
    drawn = draw(nordbod(), bare, "en", fonts=False)
    assert "unmeasured" in texts(drawn)
    assert 'class="hatch-light"' in drawn
    assert "unmeasured" not in texts(draw(nordbod(), snapshot(), "en", fonts=False))


def test_a_map_without_snapshot_shows_claims_and_no_number():
    drawn = draw(nordbod(), None, "en", fonts=False)
    assert "not measured yet" in texts(drawn)
    assert 'class="felt"' not in drawn
    assert 'class="claim-line"' in drawn


def test_few_answers_make_a_hollow_point():
    assert draw(nordbod(), snapshot(), "en").count('class="dot hollow"') == 2  # loyalty, and the legend


def test_rare_transitions_are_counted_but_not_drawn():
    drawn = draw(nordbod(), snapshot(), "en", fonts=False)
    assert "3 further transitions, not drawn" in texts(drawn)
    assert "Nyhetsbrev to Rekommendation" not in drawn
    assert "Nyhetsbrev to Rekommendation" in live(nordbod(), snapshot(), "en").picture


def test_the_rest_is_left_out_where_everybody_matches_a_persona():
    assert [persona.id for persona in view(nordbod(), snapshot(), "en").personas] == ["maja", "arne", "rest"]
    nobody = snapshot()
    nobody["personas"]["rest"] = {"n": 0, "share": number(0, 0, 0.0003, N), "phases": {}, "metrics": {}}
    assert [persona.id for persona in view(nordbod(), nobody, "en").personas] == ["maja", "arne"]
    few = without("personas", "rest", "share")
    assert view(nordbod(), few, "en").personas[-1].id == "rest"


def test_a_target_is_met_or_missed_only_beyond_chance():
    said = {tile.id: (tile.state, tile.is_good) for tile in view(nordbod(), snapshot(), "en").tiles}
    assert said["awareness-purchase_rate"] == ("unclear", None)
    assert said["loyalty-repurchase_90d"] == ("over", True)
    assert said["post_purchase-first_reply"] == ("over", False)  # less time would be better
    assert said["consideration-seen_eta"] == ("no_target", None)


def test_the_legend_explains_only_what_is_there():
    assert "never seen" not in texts(draw(nordbod(), snapshot(), "en", fonts=False))
    unseen = snapshot()
    del unseen["touchpoints"]["referral"]
    assert "never seen" in texts(draw(nordbod(), unseen, "en", fonts=False))


def test_the_legend_of_one_journey_leaves_out_what_only_the_map_of_all_shows():
    drawn = draw(nordbod(), snapshot(), "sv", fonts=False, showing=Showing(WALKED, walk=walk(nordbod())))
    legend = re.findall("<text[^>]*>([^<]*)<", drawn.split('<g class="legend">')[1])
    assert "stoppets nummer" in legend
    assert {"Kundupplevelse", "inte på kartan", *(persona.name for persona in nordbod().personas)} & set(
        legend
    ) == set()


def test_departments_have_initials_that_differ():
    assert dict(view(nordbod(), None, "sv").departments) == {"KT": "Kundtjänst", "CRM": "CRM", "KU": "Kundupplevelse"}


def test_what_is_not_on_the_map_is_shown_up_to_five_and_counted():
    many = snapshot()
    many["unmapped"] = [{"event": f"e{at}", "channel": "web", "journeys": 900 - at, "share": 0.1} for at in range(12)]
    said = texts(draw(nordbod(), many, "en", fonts=False))
    assert "and 7 more" in said
    assert sum(text.startswith("e") and "10" in text for text in said) == 5


def test_names_are_text_and_never_markup():
    content = nordbod().model_dump(by_alias=True, mode="python")
    content["phases"][0]["name"] = '<script>alert("x")</script> & co'
    made = type(nordbod()).model_validate(content)
    assert "<script>alert" not in draw(made, snapshot())
    assert "<script>alert" not in page(made, snapshot())


def test_an_unknown_language_or_theme_is_refused():
    with pytest.raises(NotFoundError, match="'fi'"):
        draw(nordbod(), None, "fi")
    with pytest.raises(NotFoundError, match="'blue'"):
        draw(nordbod(), None, "sv", "blue")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_picture_stands_in_the_tables(language):
    parts = live(nordbod(), snapshot(), language)
    tables = re.sub(r"<[^>]+>", " ", parts.tables + parts.cards).replace("\u00a0", " ")
    drawn = draw(nordbod(), snapshot(), language, fonts=False)
    numbers = {found for text in texts(drawn) for found in re.findall(r"\d[\d\u00a0.,]*\d|\d", text)}
    missing = {found for found in numbers - AXIS if found.replace("\u00a0", " ") not in tables}
    assert missing == set()


def test_the_parts_of_a_live_map_obey_a_strict_policy():
    parts = live(nordbod(), snapshot())
    assert " style=" not in parts.picture + parts.cards + parts.tables + parts.controls
    assert not re.search("<(style|script)", parts.picture)
    assert f"{N:,}".replace(",", "\u00a0") in parts.picture


def messages():
    """Every text that the room marks for translation, also within f-strings, where extraction does not look."""
    for path in Path(draw_room.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if name in ("_", "N_") and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


@pytest.mark.parametrize("language", ["sv", "nb", "da"])
def test_every_text_of_the_room_is_translated(language):
    text = files("farled.locale").joinpath("catalogs", f"{language}.po").read_text(encoding="utf-8")
    known = {entry["msgid"] for entry in read_entries(text.splitlines())}
    assert len(set(messages())) > 90
    assert set(messages()) - known == set()
