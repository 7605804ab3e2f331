from importlib.resources import files

import pytest
from maps_example import MAP

from farled.errors import InputError, NotFoundError
from farled.maps.load import load, loads, read_document, save
from farled.maps.model import Catalog, schema
from farled.maps.yaml import read_yaml, yaml_text


def errors(old, new, **more):
    """The lines of the error that a change of the example gives."""
    assert old in MAP
    with pytest.raises(InputError) as raised:
        loads(MAP.replace(old, new), "shop.yaml", **more)
    return raised.value.message.splitlines()


def test_a_map_reads_with_defaults_for_what_it_leaves_out():
    shop = loads(MAP)
    assert [touchpoint.id for _, touchpoint in shop.touchpoints()] == ["ad", "organic", "page", "order", "survey-mail"]
    assert (shop.map.unit, shop.map.privacy.min_customers, shop.map.review.every) == ("customer", 10, "90d")
    assert shop.phases[0].based_on == ()
    assert shop.owner_of("page") == "shop"


def test_built_in_channels_need_not_be_repeated_and_the_maps_own_entry_wins():
    shop = loads(MAP)
    assert (shop.channel("ads").name, shop.channel("web").name) == ("Annonser", "Vår sajt")


def test_the_unit_of_a_b2b_map_is_the_account():
    assert loads(MAP.replace("journey_type: purchase", "journey_type: purchase\n  market: b2b")).map.unit == "account"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("title: Köp", "titel: Köp", "shop.yaml:4: map.titel: 'titel' is not a key here. Did you mean 'title'"),
        (
            "kind: csat",
            "kind: cast",
            "shop.yaml:21: metrics.csat: 'cast' is not one of the words here. Did you mean 'csat'",
        ),
        ("claim: 0.5", "claim: 3", "shop.yaml:27: phases[0].feels.claim: 3 is above 2."),
        ("{event: click}", "{evnt: click}", "observe.evnt: 'evnt' is not a key here. Did you mean 'event'?"),
        (
            "{attr: medium, is",
            "{atr: medium, is",
            "observe.where.atr: 'atr' is not a key of a condition. Did you mean 'attr'?",
        ),
        ("lever: L09", "lever: L99", "opportunities[0].lever: 'L99' is not a lever. Use L01 to L24."),
        (
            "ends_after: 30d",
            "ends_after: P30D",
            "map.journey.ends_after: 'P30D' is not a span. Write a whole number and a unit",
        ),
        ("date: 2026-09-15", "date: soon", "sources.survey.date: 'soon' must be a date. Write it as 2026-10-01"),
        (
            "kpis: [{metric: rate, target: 0.05}]",
            "kpis: [{metric: rate, target: .nan}]",
            "A target of conversion cannot be nan.",
        ),
        ("name: Maja", "name: 7", "personas[0].name: 7 must be text. Put it in quotes."),
        ("wants: [Snabbt, Enkelt]", "wants: []", "personas[0].wants: The list is empty."),
        ("milestone: true", "milestone: yes", "milestone: 'yes' must be true or false."),
        ("id: order,", "id: Order,", "phases[1].touchpoints[1].id: 'Order' is not an id."),
        ("    O04:", "    O05:", "map.audit.O05: 'O05' is not a rule of the audit."),
        (
            "journey_type: purchase",
            "journey_type: purchase\n  state: to_be",
            "A planned map needs the map that it changes.",
        ),
        ("status: proposed", "status: dropped", "opportunities[0]: A dropped opportunity needs its reason."),
        ("    name: Köp\n", "", "phases[1].name: 'name' is missing."),
    ],
)
def test_an_error_in_a_field_names_file_line_place_value_and_the_nearest_word(old, new, line):
    (found,) = errors(old, new)
    assert line in found
    assert found.startswith("shop.yaml:")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "metric: rate, target: 0.05, by",
            "metric: rat, target: 0.05, by",
            "map.goal.metric: There is no metric 'rat'. Did you mean 'rate'?",
        ),
        ("guards: [csat]", "guards: [cats]", "map.guards[0]: There is no metric 'cats'."),
        ("owner: mkt\n", "owner: mk\n", "phases[0].owner: There is no department 'mk'. Did you mean 'mkt'?"),
        ("channel: ads", "channel: adds", "channel: There is no channel 'adds'. Did you mean 'ads'"),
        ("if_fails: page", "if_fails: pag", "if_fails[0]: There is no touchpoint 'pag'. Did you mean 'page'?"),
        ("at: page", "at: pages", "pain_points[0].at: There is no phase or touchpoint 'pages'."),
        ("solves: [slow]", "solves: [slo]", "opportunities[0].solves[0]: There is no pain point 'slo'."),
        ("moves: {rate: up}", "moves: {rates: up}", "opportunities[0].moves.rates: There is no metric 'rates'."),
        ("based_on: [survey]", "based_on: [surveys]", "personas[0].based_on[0]: There is no source 'surveys'."),
        ("to: order,", "to: orders,", "metrics.rate.to: There is no phase or touchpoint 'orders'."),
        ("target: 4h", "target: 4", "A target of median_time is a span such as 4h, not 4."),
        ("rate, target: 0.05}", "rate, target: 5}", "A target of conversion cannot be 5. Write 0.05 for 5 %."),
        ("id: page,", "id: see,", "The id 'see' stands twice among the phases and touchpoints."),
        ("observe: {event: order}", "observe: {event: view}", "'order' observes the same events as 'page'."),
        (
            "personas: [maja]",
            "personas: [maya]",
            "pain_points[0].personas[0]: There is no persona 'maya'. Did you mean 'maja'?",
        ),
    ],
)
def test_a_reference_must_hold(old, new, line):
    assert any(line in found for found in errors(old, new))


def test_all_errors_of_a_stage_are_shown_together_and_references_come_after_fields():
    changes = {"title: Köp": "titel: Köp", "claim: 0.5": "claim: 3", "channel: ads": "channel: adds"}
    text = MAP
    for old, new in changes.items():
        text = text.replace(old, new)
    with pytest.raises(InputError) as raised:
        loads(text, "shop.yaml")
    assert [line.split(" ")[0] for line in raised.value.message.splitlines()] == ["shop.yaml:4:", "shop.yaml:27:"]


def test_base_and_parent_must_be_maps_of_the_workspace_when_these_are_known():
    planned = ("journey_type: purchase", "journey_type: purchase\n  state: to_be\n  base: shopp")
    assert loads(MAP.replace(*planned)).map.base == "shopp"
    assert "There is no map 'shopp'. Did you mean 'shop2'?" in errors(*planned, maps=["shop", "shop2"])[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (MAP + "farled: 1\n", "found duplicate key"),
        (MAP.replace("title: ", "title: &a "), "shop.yaml:4: 'a' is an anchor or alias."),
        (MAP + "---\nfarled: 1\n", "several documents"),
        (MAP.replace("title: ", "title: !secret "), "shop.yaml:4: !secret is a tag."),
        (MAP.replace("  title", "     title"), "shop.yaml:4: "),
        ("[1, 2]", "the file holds no mapping."),
        ("farled: 2\nnew: true", "shop.yaml:1: farled: 2 is newer than this Farled reads"),
        ("a: " + "[" * 5000, "nested"),
        (MAP + "attests: [{what: tone, date: 2027-13-31}]\n", "'2027-13-31' is no day: month must be in 1..12"),
    ],
)
def test_what_farleds_yaml_may_not_hold_is_refused_with_its_line(text, line):
    with pytest.raises(InputError) as raised:
        loads(text, "shop.yaml")
    assert line in raised.value.message


def test_no_yes_and_on_are_text():
    assert loads(MAP.replace("name: Maja", "name: no")).personas[0].name == "no"


def test_keys_that_begin_with_x_are_kept_and_ignored():
    text = MAP.replace("  id: shop\n", "  id: shop\n  x-board: 12\n")
    assert loads(text).hash == loads(MAP).hash
    assert "x-board: 12" in yaml_text(read_yaml(text, "shop.yaml"))


def test_the_hash_changes_with_what_is_said_and_not_with_comments():
    assert loads(MAP.replace("# the title", "# a title")).hash == loads(MAP).hash
    assert loads(MAP.replace("Fler köp", "Flera köp")).hash != loads(MAP).hash


def test_the_catalogue_adds_what_the_map_lacks_and_the_maps_own_entry_wins():
    catalog = Catalog.model_validate(
        {
            "farled": 1,
            "departments": {"cx": "CX", "mkt": "Other"},
            "metrics": {"nps": {"kind": "nps"}},
            "personas": [{"id": "arne", "name": "Arne"}],
        }
    )
    shop = loads(
        MAP.replace("guards: [csat]", "guards: [nps]").replace("personas: [maja]", "personas: [arne]"), catalog=catalog
    )
    assert (shop.departments["mkt"], shop.departments["cx"]) == ("Marknad", "CX")
    assert [persona.id for persona in shop.personas] == ["maja", "arne"]


def test_a_saved_document_comes_back_byte_for_byte_and_a_change_is_one_line(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(MAP, encoding="utf-8")
    document = read_document(path)
    save(document, path)
    assert path.read_bytes() == MAP.encode()
    document["phases"][1]["owner"] = "mkt"
    save(document, path)
    changed = [
        new
        for old, new in zip(MAP.splitlines(), path.read_text(encoding="utf-8").splitlines(), strict=True)
        if old != new
    ]
    assert changed == ["    owner: mkt"]
    assert [found.name for found in tmp_path.iterdir()] == ["shop.yaml"]
    assert load(path).phases[1].owner == "mkt"


@pytest.mark.parametrize(
    "path", sorted(files("farled.demo").joinpath("maps").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_maps_of_the_demo_come_back_byte_for_byte(path):
    text = path.read_text(encoding="utf-8")
    assert yaml_text(read_yaml(text, path.name)) == text


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    (tmp_path / "shop.yaml").write_bytes(b"farled: \xff")
    with pytest.raises(NotFoundError, match=r"shp\.yaml"):
        load(tmp_path / "shp.yaml")
    with pytest.raises(InputError, match="not UTF-8"):
        load(tmp_path / "shop.yaml")


def test_the_schema_knows_every_kind_of_metric_and_refuses_unknown_keys():
    made = schema()
    assert len(made["$defs"]["MapFile"]["properties"] if "MapFile" in made["$defs"] else made["properties"]) == 12
    assert made["$defs"]["Phase"]["additionalProperties"] is False
    assert "from" in made["$defs"]["Conversion"]["properties"]
