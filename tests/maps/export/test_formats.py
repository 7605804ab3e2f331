"""Single formats: what stands in them, and what a program that opens them must not run."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from maps.draw.example import snapshot as measured
from maps_taken import NORDBOD, SMALL, taken

from farled.errors import InputError
from farled.maps.draw.showing import Showing
from farled.maps.export.formats import FORMATS, export
from farled.maps.export.taken import FindingText, findings_of
from farled.maps.load import loads, merged
from farled.maps.model import Catalog
from farled.maps.walk import Stop, Walk

SNAPSHOT = measured()
WHOLE = taken(snapshot=SNAPSHOT)
FINDING = FindingText("S03", "E", "The event `x` | is not on the map", "Add it.")


@pytest.mark.parametrize("ending", [ending for ending in FORMATS if ending not in (".xlsx", ".yml")])
def test_a_map_is_the_same_bytes_each_time_measured_or_not(ending):
    small = SMALL.replace("phases:", "phases:  # comment")
    assert export(taken(small), f"map{ending}") == export(taken(small), f"map{ending}") != b""
    assert export(WHOLE, f"map{ending}") != b""


def test_an_unknown_ending_is_refused_with_those_that_are_known():
    with pytest.raises(InputError, match=r"map\.docx"):
        export(taken(), "map.docx")


def test_the_grid_holds_value_and_target_of_key_figures():
    rows = list(csv.reader(io.StringIO(export(taken(snapshot=SNAPSHOT), "a.grid.csv").decode("utf-8-sig"))))
    assert rows[0] == ["Fas", "Medvetenhet", "Övervägande", "Köp", "Efterköp", "Lojalitet"]
    lanes = {row[0]: row[1:] for row in rows}
    assert re.search(r": [^;]+; 55\s%$", lanes["Nyckeltal"][2])
    assert "Varukorg [Webbshop]" in lanes["Kontaktpunkter"][2]
    assert lanes["Känner"][0] == "0.4"


LOUD = ["=1+1", "+1", "-1", "@x"]


def test_a_text_that_a_spreadsheet_would_run_leaves_as_text():
    phases = "".join(f"  - {{id: p{at}, name: '{loud}'}}\n" for at, loud in enumerate(LOUD))
    what = taken(SMALL[: SMALL.index("phases:")] + "phases:\n" + phases)
    rows = list(csv.reader(io.StringIO(export(what, "a.grid.csv").decode("utf-8-sig"))))
    assert rows[0][1:] == [f"'{loud}" for loud in LOUD]
    cells = dict(csv.reader(io.StringIO(export(what, "a.csv").decode())))
    assert [cells[f"phases.p{at}.name"] for at in range(4)] == [f'"{loud}"' for loud in LOUD]
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(io.BytesIO(export(what, "a.xlsx"))).active
    assert [(cell.data_type, cell.value) for cell in sheet[1][1:]] == [("s", loud) for loud in LOUD]


def test_a_workbook_is_the_same_bytes_each_time():
    pytest.importorskip("openpyxl")
    assert export(taken(SMALL), "a.xlsx") == export(taken(SMALL), "a.xlsx")


def test_markdown_has_the_twin_the_findings_and_the_sources_and_no_markup_of_theirs():
    text = export(taken(snapshot=SNAPSHOT, findings=(FINDING,)), "a.md").decode()
    assert "| Produktsida |" in text
    assert "The event \\`x\\` \\| is not on the map Add it." in text
    assert "Kundenkät Q3 2026" in text
    for row in (line for line in text.splitlines() if line.startswith("|")):
        assert row.endswith("|")


def test_a_planned_journey_names_its_actors_and_channels():
    root = ET.fromstring(export(taken(), "a.cjml"))
    journey = root.find("plannedJourney")
    actors = {actor.get("actorID") for actor in journey.find("actors")}
    points = list(journey.find("touchpoints"))
    assert {end.get("actorIDref") for end in journey.iter("refersTo")} <= actors
    ids = [point.id for _, point in loads(NORDBOD).touchpoints()]
    assert [point.findtext("touchpointID") for point in points] == ids
    assert not list(journey.iter("touchpointExperience"))
    text = NORDBOD.replace("observe: {event: status_sent}", "observe: {event: status_sent}, customer_action: false")
    tags = [point.tag for point in ET.fromstring(export(taken(text), "a.cjml")).find("plannedJourney/touchpoints")]
    assert tags.count("plannedAction") == 1


def test_every_reference_of_the_graph_is_to_an_item():
    document = json.loads(export(taken(snapshot=SNAPSHOT), "a.jsonld"))
    items = document["items"]
    known = {item["id"] for item in items}
    assert len(known) == len(items)
    for item in items:
        for key in ("stateRefs", "transitionRefs", "touchpointRefs", "graphRefs"):
            assert set(item.get(key, ())) <= known
        assert {item[key] for key in ("from", "to", "phaseRef", "startState") if key in item} <= known
    ways = [item for item in items if item["type"] == "Transition"]
    by_hand = {(way["from"], way["to"]): way["journeys"] for way in SNAPSHOT["transitions"]}
    assert {way["extensions"]["eu.farled"]["journeys"] for way in ways} == set(by_hand.values())


def test_json_holds_map_snapshot_and_findings():
    whole = json.loads(export(taken(snapshot=SNAPSHOT, findings=(FINDING,)), "a.json"))
    assert whole["map"]["map"]["id"] == "nordbod-purchase"
    assert whole["snapshot"] == json.loads(json.dumps(SNAPSHOT))
    assert whole["findings"][0]["rule"] == "S03"


def test_a_file_stands_alone_without_the_catalogue():
    text = NORDBOD.replace("departments: {mkt: Marknad, ", "departments: {")
    catalog = Catalog.model_validate({"departments": {"mkt": "Marknad"}})
    what = taken()
    alone = type(what)(loads(text, catalog=catalog), text)
    assert loads(alone.yaml).departments["mkt"] == "Marknad"
    assert merged(loads(alone.yaml), None).hash == loads(NORDBOD).hash


@pytest.mark.parametrize(
    "audit",
    [None, [], [{"rule": "F01", "outcome": "fail", "findings": ["b1d0"]}], [{"rule": "E04", "outcome": "cannot_tell"}]],
)
def test_an_audit_that_names_findings_only_gives_no_texts(audit):
    assert findings_of({"audit": audit}) == ()


def test_findings_in_words_come_worst_first():
    told = [{"text": "small", "severity": "I"}, {"text": "grave", "severity": "E", "cure": "do"}]
    found = findings_of({"audit": [{"rule": "F01", "outcome": "fail", "findings": told}]})
    assert [(one.rule, one.text, one.cure) for one in found] == [("F01", "grave", "do"), ("F01", "small", "")]


def test_the_journey_of_one_customer_stands_beside_the_plan_under_its_pseudonym():
    stops = (Stop(1, "cart", "add_to_cart", "web", 1_782_864_000_000_000, feeling=-1.0), Stop(2, None, "wishlist_add"))
    what = taken(showing=Showing(walk=Walk("customer", stops, name="Lind", zone="Europe/Stockholm")))
    journey = ET.fromstring(export(what, "a.cjml")).find("actualJourney")
    met, off = journey.find("touchpoints")
    assert (journey.findtext("plannedReference"), met.tag, off.tag) == (
        "nordbod-purchase",
        "actualCommunicationPoint",
        "actualAction",
    )
    assert met.find("belongsTo").get("phaseIDref") == "purchase"
    assert met.findtext("timestamps/timeStarted") == "2026-07-01T02:00:00+02:00"
    assert met.findtext("touchpointExperience/experienceRating") == "2"
    assert (off.findtext("touchpointID"), off.find("belongsTo")) == ("D2", None)
    actors = {actor.get("actorID") for actor in journey.find("actors")}
    assert {end.get("actorIDref") for end in journey.iter("refersTo")} <= actors
    assert "Lind" in actors
