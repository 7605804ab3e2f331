from datetime import date
from itertools import cycle

import pytest

from farled.errors import InputError, NotFoundError
from farled.maps.channels import built_in
from farled.maps.draw import draw
from farled.maps.load import loads
from farled.maps.phase_models import MODELS
from farled.maps.templates.data import LANGUAGES, LISTS, NAMES, TEXTS, data, said, template
from farled.maps.templates.journey_types import TYPES, journey_type, journey_types
from farled.maps.templates.writing import new_map
from farled.maps.touchpoint import AXIS

TODAY = date(2026, 10, 1)


def made(name, **more):
    return loads(new_map("m", name, today=TODAY, **more))


def words_of(node):
    """Every list of four texts in a data file."""
    if isinstance(node, list) and node and all(isinstance(each, str) for each in node):
        yield node
    elif isinstance(node, list | dict):
        for each in node.values() if isinstance(node, dict) else node:
            yield from words_of(each)


@pytest.mark.parametrize("file", ["axis", "words", *NAMES])
def test_every_text_stands_in_four_languages_that_differ_from_english(file):
    lists = [
        words
        for words in words_of(data(file))
        if not set(words) <= {*AXIS, "decides", "influences", "uses", "pays", "champion"}
    ]
    assert lists
    for words in lists:
        assert len(words) == len(LANGUAGES), words
        assert all(text == text.strip() != "" for text in words)


def test_few_texts_are_the_same_in_swedish_and_english():
    """What is alike by nature is short: NPS, Blog, Partnership's cousins; a forgotten translation is not."""
    pairs = [words for file in ("axis", "words", *NAMES) for words in words_of(data(file)) if len(words) == 4]
    alike = {words[0] for words in pairs if words[0] == words[3] and words[0] not in AXIS}
    assert all(len(text.split()) == 1 for text in alike), alike


@pytest.mark.parametrize("name", NAMES)
def test_the_phases_of_a_template_cover_the_whole_axis_in_its_order(name):
    covers = [part for phase in template(name).phases for part in phase.covers]
    assert covers == list(AXIS)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_fills_every_field_of_every_phase(name):
    for phase in made(name, language="nb").phases:
        assert phase.customer_goal
        assert phase.does
        assert phase.thinks
        assert phase.question
        assert phase.supports
        assert phase.challenges
        assert phase.solutions
        assert phase.examples.b2b
        assert phase.examples.b2c
        assert phase.owner
        assert phase.touchpoints
        assert all(touchpoint.observe for touchpoint in phase.touchpoints)


@pytest.mark.parametrize(
    ("name", "kind", "language"), list(zip(cycle(NAMES), cycle(TYPES), list(LANGUAGES) * 5, strict=False))
)
def test_every_type_of_journey_gives_a_valid_map_with_its_own_goal_and_kpis(name, kind, language):
    map_ = made(name, journey_type_id=kind, language=language)
    asked = journey_type(kind)
    assert map_.map.journey_type == kind
    assert map_.map.goal.metric == asked.metric
    assert map_.map.goal.text == said(asked.goals, language)
    assert set(map_.metrics) == set(asked.metrics)
    assert {kpi.metric for phase in map_.phases for kpi in phase.kpis or ()} == set(asked.metrics)
    assert map_.map.goal.by == date(2027, 10, 1)


def test_a_new_map_claims_nothing_of_its_customers():
    map_ = made("loyalty5")
    assert map_.personas == ()
    assert all(phase.feels is None and phase.expects is None for phase in map_.phases)
    assert all(kpi.target is None for phase in map_.phases for kpi in phase.kpis or ())


def test_the_names_are_those_of_the_articles():
    assert [phase.names[0] for phase in template("research5").phases] == [
        "Medvetenhet", "Forskning", "Övervägande", "Beslut", "Efterköp",
    ]  # fmt: skip
    assert [phase.names[1] for phase in template("loyalty5").phases] == [
        "Bevissthet", "Vurdering", "Kjøp", "Etterkjøp", "Lojalitet",
    ]  # fmt: skip
    assert [phase.names[2] for phase in template("inbound5").phases] == [
        "Attract", "Interest", "Convert", "Close", "Delight",
    ]  # fmt: skip
    assert [phase.names[2] for phase in template("coarse3").phases] == ["Første kontakt", "Køb", "Fastholdelse"]


def test_a_phase_that_covers_several_parts_says_what_all_of_them_say():
    phase = template("research5").phases[-1]
    assert phase.text("question", "en").count("?") == 2
    assert len(phase.lists["challenges"]) == 2
    assert set(phase.texts) == set(TEXTS)
    assert set(phase.lists) == set(LISTS)


def test_business_to_business_is_measured_by_account():
    assert made("b2b6").map.unit == "account"
    assert made("saas5").map.unit == "customer"


def test_channels_and_icons_of_templates_are_shipped():
    for name in NAMES:
        for phase in template(name).phases:
            assert all(built_in(touchpoint.channel) for touchpoint in phase.touchpoints)


def test_a_new_map_can_be_drawn_before_anything_is_measured():
    assert "Bestille bord" in draw(made("restaurant5", language="nb"), None, "nb")


def test_what_is_not_there_is_named_with_the_nearest():
    with pytest.raises(NotFoundError, match="template named 'loyalty'") as raised:
        new_map("m", "loyalty", today=TODAY)
    assert "loyalty5" in raised.value.hint
    with pytest.raises(NotFoundError, match="journey type"):
        new_map("m", journey_type_id="buying", today=TODAY)
    with pytest.raises(InputError, match="no texts in 'de'"):
        new_map("m", language="de", today=TODAY)
    with pytest.raises(InputError, match="is not an id"):
        new_map("My map", today=TODAY)


def test_a_title_with_signs_of_yaml_stays_a_title():
    assert made("coarse3", title="Köp: {snabbt}, #1").map.title == "Köp: {snabbt}, #1"


def test_models_and_templates_are_the_same_phases():
    assert set(MODELS) == set(NAMES)
    assert MODELS["b2b6"][0].name("da") == "Behov"


def test_types_tell_their_start_goal_and_what_speaks_for_and_against_them():
    for kind in journey_types():
        assert len(kind.starts) == len(kind.ends) == len(kind.choose) == 4
        assert kind.pros
        assert kind.cons
        assert kind.metric in kind.metrics
        assert set(kind.guards) <= set(kind.metrics)
