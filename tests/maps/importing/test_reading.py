"""What is read from grids, journeys and CJML that others wrote."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from maps_taken import TODAY

from farled.errors import InputError
from farled.maps.importing.opening import Around, imported
from farled.maps.load import loads

AROUND = Around("en", TODAY)


def read(tmp_path, name, text):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return imported(file, AROUND)


def test_a_grid_that_people_drew(tmp_path):
    """Lanes in any language and order, semicolons, a feeling with a comma, and lanes that a map does not have."""
    out = read(
        tmp_path,
        "our-map.csv",
        "Etapp;Upptäcka;Köpa;;\nTanke;Vad är det?;;;lost\nFølelse;−0,5;7;;\nVäder;sol;;;\n"
        'Berøringspunkter;"Annonse [Sosiale medier]\nVenn";Kasse [nettbutikk] (Salg);;\n'
        "Idéer;Visa pris (planerad);Helt nytt;;\nSmärtpunkter;;Dyrt;;\n",
    )
    first, second = out.map.phases
    assert (out.map.map.id, first.name, first.thinks) == ("our-map", "Upptäcka", "Vad är det?")
    assert (first.feels.claim, second.feels) == (-0.5, None)
    met = [(point.name, point.channel, point.owner) for _, point in out.map.touchpoints()]
    assert met == [("Annonse", "social", None), ("Venn", "unknown", None), ("Kasse", "webshop", "salg")]
    assert out.map.departments == {"salg": "Salg"}
    assert [(one.text, one.status) for one in out.map.opportunities] == [
        ("Visa pris", "planned"),
        ("Helt nytt", "proposed"),
    ]
    assert [(one.text, one.at) for one in out.map.pain_points] == [("Dyrt", second.id)]
    left = [(one.line, one.text) for one in out.unplaced]
    assert left == [(2, "lost"), (3, "7"), (4, "sol")]
    assert "x-imported: {Väder: [sol]}" in out.text


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["a;;b", "a,,b", "a\t\tb"])
def test_a_sign_in_a_name_does_not_cut_the_grid(tmp_path, sign, name):
    text = io.StringIO()
    csv.writer(text, delimiter=sign).writerows([["Phase", name], ["Thinks", "well; yes, no"]])
    (phase,) = read(tmp_path, "a.csv", text.getvalue()).map.phases
    assert (phase.name, phase.thinks) == (" ".join(name.split()), "well; yes, no")


def test_a_journey_that_people_drew(tmp_path):
    out = read(
        tmp_path,
        "day.mmd",
        "---\ntitle: x\n---\n%%{init: {}}%%\njourney\n    title My day\n    accDescr {\n long\n text }\n"
        "    section Go to work\n      Make tea: 5: Me\n      Go upstairs: 3: Me, Cat\n      Sit: 9: Cat\n"
        "    section Home\n      Rest#58; now: 4.5\n what is this\n",
    )
    assert out.map.map.title == "My day"
    told = [(point.name, point.feels and point.feels.claim, point.personas) for _, point in out.map.touchpoints()]
    assert told == [
        ("Make tea", 2, ("me",)),
        ("Go upstairs", 0, None),
        ("Sit", None, ("cat",)),
        ("Rest: now", 1.5, None),
    ]
    assert [(one.line, one.text) for one in out.unplaced] == [(13, "Sit: 9: Cat"), (16, "what is this")]


def test_a_journey_in_cjml_that_others_wrote(tmp_path):
    out = read(
        tmp_path,
        "a.xml",
        '<CJML version="2.0">\n<actualJourney>\n<journeyID>AJ1</journeyID>\n<journeyStatus>done</journeyStatus>\n'
        '<actors><endUser actorID="Carl"><actorName>Carl</actorName></endUser>\n'
        '<serviceProvider actorID="B"><companyName>Books</companyName></serviceProvider></actors>\n<touchpoints>\n'
        "<actualCommunicationPoint><touchpointID>TP1</touchpointID>\n"
        '<initiator><refersTo actorIDref="Carl"/><initiatorLabel>Makes account</initiatorLabel></initiator>\n'
        '<receiver><refersTo actorIDref="B"/><receiverLabel>Account made</receiverLabel></receiver>\n'
        "<channel><channelName>E-mail</channelName></channel>\n"
        "<touchpointExperience><experienceRating>4</experienceRating></touchpointExperience>\n"
        '</actualCommunicationPoint>\n<actualAction><touchpointID>2</touchpointID><initiator><refersTo actorIDref="B"/>'
        "<initiatorLabel>Packs</initiatorLabel></initiator></actualAction>\n</touchpoints></actualJourney></CJML>",
    )
    made, packs = (point for _, point in out.map.touchpoints())
    assert (made.id, made.name, made.channel, made.owner) == ("tp1", "Makes account", "email", "books")
    assert (packs.name, packs.customer_action, packs.feels) == ("Packs", False, None)
    assert [one.line for one in out.unplaced] == [4, 8, 12]


lanes = st.sampled_from(["Owner", "Feels", "Does", "Touchpoints", "Pain points", "Opportunities", "KPIs", "Phase"])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
small = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@small
@given(st.lists(st.tuples(lanes | texts, texts, texts, texts), min_size=1, max_size=8))
def test_any_table_is_a_map_or_an_error_that_says_why(tmp_path, rows):
    out = io.StringIO()
    csv.writer(out).writerows([["Phase", "A", "B"], *rows])
    (tmp_path / "a.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    with suppress(InputError):
        made = imported(tmp_path / "a.csv", AROUND)
        assert [phase.name for phase in made.map.phases] == ["A", "B"]
        assert loads(made.text) == made.map


@small
@given(st.lists(st.builds(str.__add__, st.sampled_from(["", "section ", "t: 3: ", "accDescr {"]), texts), max_size=6))
def test_any_journey_is_a_map_or_an_error_that_says_why(tmp_path, lines):
    (tmp_path / "a.mmd").write_text("\n".join(["journey", "section A", "b: 3", *lines]), encoding="utf-8", newline="")
    with suppress(InputError):
        made = imported(tmp_path / "a.mmd", AROUND)
        assert made.map.phases[0].name == "A"
        assert loads(made.text) == made.map


@pytest.mark.parametrize("name", ["a.csv", "a.mmd"])
def test_what_the_file_does_not_say_is_proposed_and_said(name, tmp_path):
    text = "Phase,A,B\nDoes,x,y\n" if name == "a.csv" else "journey\nsection A\nb: 3\n"
    made = read(tmp_path, name, text)
    assert made.map.map.goal.by.isoformat() == "2027-10-01"
    assert any("goal" in sentence for sentence in made.proposed)
