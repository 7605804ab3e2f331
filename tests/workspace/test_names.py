"""Names that do not occur are errors, wherever they stand; what is no question is too; nobody and nothing are said."""

import json
import sys

import pytest
from starlette.testclient import TestClient
from workspace.test_asking import MAP, TRIPS

import farled
from farled import (
    Ces,
    Compare,
    Csat,
    Flow,
    Funnel,
    InputError,
    Lifecycle,
    NotFoundError,
    Nps,
    Paths,
    Retention,
    Sentiment,
    Topics,
    Trend,
    Variants,
)
from farled.cli.main import run
from farled.engine.checks import KnownAttributes, NewNames
from farled.journeys.build import journeys_of
from farled.maps.asking import view_of
from farled.spans import DAY
from farled.web.app import create_app
from farled.workspace.asking import Loaded, Workspace

FUNNEL = Funnel(["visit", "order"])
UNKNOWN = {
    "an event": ({"event": "ordr"}, "event named 'ordr'", "order"),
    "an event that must not be": ({"not": {"event": "ordr"}}, "event named 'ordr'", "order"),
    "deep down": ({"any": [{"event": "visit"}, {"all": [{"event": "ordr"}]}]}, "event named 'ordr'", "order"),
    "in a sequence": ({"sequence": ["visit", "ordr"]}, "event named 'ordr'", "order"),
    "that follows": ({"event": "visit", "where": {"then": "ordr", "within": "9d"}}, "event named 'ordr'", "order"),
    "an attribute": ({"attr": "plann", "is": "pro"}, "attribute named 'plann'", "plan"),
    "no attribute": ({"attr": "plann", "known": False}, "attribute named 'plann'", "plan"),
    "a property of customers": ({"attr": "size", "is": 1}, "attribute named 'size'", "event: NAME"),
    "a property of events": (
        {"event": "visit", "where": {"attr": "sise", "is": 1}},
        "property named 'sise'",
        "customer",
    ),
}
SCALES = "A,2026-01-01,visit,hello"


@pytest.fixture
def shop():
    trips = TRIPS | {"di": [("visit", 1, {"size": 3})]}
    return Workspace(lambda: Loaded(journeys_of(trips), None))


@pytest.fixture
def drawn(tmp_path):
    partly = MAP.replace("{event: chat}}", "{event: chat, where: {attr: size, min: 1}}}")
    (tmp_path / "small.yaml").write_text(
        partly.replace("{event: order}}", "{event: order, where: {attr: size, min: 1}}}")
    )
    return str(tmp_path / "small.yaml")


@pytest.mark.parametrize(("rule", "says", "hint"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_name_in_a_segment_is_an_error_in_every_place(shop, tmp_path, rule, says, hint):
    shop.save_segment("saved", rule)
    asked = [
        lambda: shop.ask(FUNNEL, where=rule),
        lambda: shop.ask(FUNNEL, where=json.dumps(rule)),
        lambda: shop.ask(FUNNEL, where="saved"),
        lambda: shop.ask(Paths(), by=["saved"]),
        lambda: shop.ask(Compare(FUNNEL, {"where": rule}, {"where": {"event": "visit"}})),
        lambda: shop.ask(Compare(FUNNEL, "1970", "saved")),
        lambda: shop.ask(Trend(FUNNEL, "week"), where=rule),
        lambda: shop.customers_behind(FUNNEL, "/steps/0/customers", where=rule),
    ]
    for ask in asked:
        with pytest.raises(NotFoundError, match=says) as raised:
            ask()
        assert hint in raised.value.hint


def test_an_unknown_name_in_a_step_is_an_error_too(shop):
    for step in ("ordr", {"name": "visit", "where": {"then": "ordr", "within": "9d"}}):
        with pytest.raises(NotFoundError, match="event named 'ordr'"):
            shop.ask(Funnel(["visit", step]))


def test_an_unknown_name_is_not_measured_or_exported(shop, drawn, tmp_path):
    for rule in ({"event": "ordr"}, {"attr": "plann", "is": "pro"}):
        with pytest.raises(NotFoundError, match=r"named '(ordr|plann)'"):
            shop.export_segment(rule, tmp_path / "out.csv")
        with pytest.raises(NotFoundError, match=r"named '(ordr|plann)'"):
            shop.measure(drawn, "1970", segment=rule)
    assert not (tmp_path / "out.csv").exists()


def test_a_name_that_only_other_customers_have_is_known():
    """Chunks hold few customers here: most of them have neither the event nor the attribute."""
    trips = {f"c{at}": [("visit", 0)] for at in range(9)}
    trips["last"] = [("identify", 0, {"plan": "pro", "home": {"town": "Ås"}}), ("order", 1)]
    journeys = journeys_of(trips)
    split = type(journeys)(journeys.parts, journeys.names, journeys.end, chunk_events=2)
    shop = Workspace(lambda: Loaded(split, None))
    for rule in ({"event": "order"}, {"attr": "plan", "is": "pro"}, {"attr": "home.town", "is": "Ås"}):
        assert shop.ask(Paths(), where=rule).total == 1
    assert shop.ask(Paths(), where={"not": {"event": "order"}}).total == 9


def test_the_command_line_and_the_web_say_the_same(tmp_path, monkeypatch, capsys):
    file = tmp_path / "events.csv"
    file.write_text("customer,time,name\nana,2026-01-01,visit\nana,2026-01-02,order\n")
    monkeypatch.setattr(
        sys, "argv", ["farled", "funnel", str(file), "--steps", "visit,order", "--where", "{event: ordr}"]
    )
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == NotFoundError.exit_code
    assert "Did you mean 'order'?" in capsys.readouterr().err
    web = TestClient(create_app(farled.read(file)), base_url="http://127.0.0.1")
    found = web.get("/api/v1/questions/funnel", params={"steps": "visit,order", "where": '{"event": "ordr"}'})
    assert (found.status_code, "'ordr'" in found.text) == (404, True)


def test_on_a_map_an_event_that_is_always_a_touchpoint_is_no_name(shop, drawn):
    with pytest.raises(NotFoundError, match="event named 'visit' on the map") as raised:
        shop.ask(Funnel(["visit", "till"]), map=drawn)
    assert raised.value.hint == "Use the touchpoint 'page'."
    with pytest.raises(NotFoundError, match="event named 'pag'") as raised:
        shop.ask(Funnel(["pag", "till"]), map=drawn)
    assert "'page'" in raised.value.hint


def test_on_a_map_events_that_no_rule_takes_keep_their_name(shop, drawn):
    """The rules of chat and order take none of theirs here."""
    steps = shop.ask(Funnel(["page", "chat", "order"]), map=drawn).steps
    assert [step.customers for step in steps] == [4, 1, 1]
    assert shop.ask(Funnel(["page", "wave"]), map=drawn).steps[1].customers == 1
    assert shop.ask(Funnel(["page", "talk"]), map=drawn).steps[1].customers == 0


def test_a_rule_that_takes_all_events_by_a_condition_leaves_no_name(drawn):
    sized = {"ana": [("visit", 0), ("chat", 1, {"size": 1}), ("order", 2, {"size": 2})], "bo": [("order", 0)]}
    shop = Workspace(lambda: Loaded(journeys_of(sized), None))
    with pytest.raises(NotFoundError, match="event named 'chat' on the map") as raised:
        shop.ask(Funnel(["page", "chat"]), map=drawn)
    assert raised.value.hint == "Use the touchpoint 'talk'."
    assert shop.ask(Funnel(["page", "talk"]), map=drawn).steps[1].customers == 1
    assert shop.ask(Funnel(["page", "order"]), map=drawn).steps[0].customers == 1


@pytest.mark.parametrize("question", [Nps, Csat, Ces, Topics, Sentiment])
def test_on_a_map_answers_are_at_touchpoints_and_phases_and_at_events_only_that_keep_their_name(tmp_path, question):
    text = MAP.replace("{event: order}}", "{feedback: nps}}").replace(
        "{event: chat}}", "{event: chat, where: {attr: size, min: 1}}}"
    )
    (tmp_path / "asked.yaml").write_text(text)
    drawn = str(tmp_path / "asked.yaml")
    said = {"score": 9, "scale": "nps", "text": "fine"}
    trips = {"ana": [("visit", 0), ("chat", 1, said), ("rated", 2, said)], "bo": [("order", 0)]}
    shop = Workspace(lambda: Loaded(journeys_of(trips), None))
    for place, touchpoint in (("visit", "page"), ("rated", "till"), ("chat", "till")):
        shop.ask(question(at=place))
        with pytest.raises(NotFoundError, match=f"event named '{place}' on the map") as raised:
            shop.ask(question(at=place), map=drawn)
        assert raised.value.hint == f"Use the touchpoint '{touchpoint}'."
    for place in ("page", "till", "look", "order"):
        shop.ask(question(at=place), map=drawn)


def test_what_is_looked_for_elsewhere_is_what_is_found_here(shop, drawn):
    renaming = view_of(map_=shop.map(drawn)).renaming
    assert KnownAttributes()(shop.journeys) == {"plan"}
    assert KnownAttributes(frozenset({"plan", "age"}))(shop.journeys) == {"plan"}
    assert [NewNames(name, renaming)(shop.journeys) for name in ("visit", "order")] == [{"page"}, {"order"}]


def test_phases_are_those_of_a_map_or_a_property(shop):
    for question in (Nps(by="phase"), Funnel(["visit", "order"], by="phase")):
        with pytest.raises(InputError, match="Phases belong to a map"):
            shop.ask(question)
    own = Workspace(lambda: Loaded(journeys_of({"ana": [("visit", 0, {"phase": "new"}), ("order", 1)]}), None))
    assert set(own.ask(Funnel(["visit", "order"], by="phase")).groups) == {"new"}


@pytest.mark.parametrize("wrong", ["funnel", Funnel, None, 3, ["funnel"], DAY])
def test_what_is_no_question_is_refused(shop, wrong):
    for ask in (shop.ask, lambda asked: shop.ask(asked, by="x"), lambda asked: shop.customers_behind(asked, "/n")):
        with pytest.raises(InputError, match="is no question") as raised:
            ask(wrong)
        assert "Funnel([" in raised.value.hint


@pytest.mark.parametrize("during", ["2031", "1931-Q2", "1970-02-01..1970-03-01"])
@pytest.mark.parametrize("question", [FUNNEL, Flow(), Lifecycle(), Retention("visit")])
def test_a_period_outside_the_data_says_when_they_begin_and_end(shop, question, during):
    with pytest.raises(InputError, match="no events in the period") as raised:
        shop.ask(question, during=during)
    assert raised.value.hint == "Choose one within the data: 1970-01-01 to 1970-01-21."
    with pytest.raises(InputError, match="no events in the period"):
        shop.ask(Compare(FUNNEL, "1970", during))


def test_a_period_that_touches_the_data_is_asked(shop):
    assert shop.ask(Paths(), during="1960-01-01..1970-01-02").total == 2
    assert shop.ask(Paths(), during="1970-01-21..1980-01-01").total == 1


@pytest.mark.parametrize("question", [Flow(), Paths(), Variants()])
def test_an_answer_of_nobody_says_so(shop, question):
    nobody = shop.ask(question, where={"event": "wave", "min": 9})
    assert nobody.to_dict()["reason"] == "nobody"
    assert "unknown: nobody" in str(nobody)
    assert shop.ask(question).to_dict()["reason"] is None
    shop.save_segment("few", {"event": "wave", "min": 9})
    grouped = shop.ask(question, by=["few"])
    assert grouped.to_dict()["groups"][0]["reason"] == "nobody"


def test_a_score_that_is_no_number_is_one_error(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text(f"customer,time,name,score\n{SCALES}\n")
    known = {"event": "visit", "where": {"attr": "score", "known": True}}
    for ask in (lambda shop: shop.ask(Nps()), lambda shop: shop.ask(Paths(), where=known)):
        with pytest.raises(InputError, match="column 'score' holds 'hello'"):
            ask(farled.read(file))
