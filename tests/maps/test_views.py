import pytest
from maps_example import MAP

from farled.errors import InputError, NotFoundError
from farled.maps.load import loads
from farled.maps.views import VIEWS, name_of_view, shown, shown_numbers, view_named

COVERED = (
    MAP.replace(
        "    name: Se\n", "    name: Se\n    covers: [notice]\n    customer_goal: Se något\n    supports: Syns\n"
    )
    .replace("    name: Köp\n", "    name: Köp\n    covers: [explore, weigh, buy]\n")
    .replace("    name: Använd\n", "    name: Använd\n    covers: [use, return]\n")
)
NUMBER = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 100}
SNAPSHOT = {
    "journeys": {"n": 100, "typical": {"phases": ["see", "buy"], "share": 0.5}},
    "phases": {name: {"reached": 50} for name in ("see", "buy", "use")},
    "touchpoints": {name: {"customers": 50} for name in ("ad", "organic", "page", "order", "survey-mail")},
    "transitions": [{"from": "ad", "to": "page"}, {"from": "page", "to": "order"}],
    "starts": {"ad": 60, "page": 40},
    "ends": {"order": 50, "ad": 50},
    "metrics": {"rate": NUMBER, "csat": NUMBER, "reply": NUMBER},
    "personas": {"maja": {"n": 30, "phases": {"see": {}, "buy": {}}, "metrics": {"rate": NUMBER, "reply": NUMBER}}},
    "unmapped": [{"event": "wave"}],
}


@pytest.fixture(scope="module")
def shop():
    return loads(COVERED)


def part(map_, view):
    cut = shown(map_, view)
    return cut, shown_numbers(SNAPSHOT, cut, view)


def test_the_buying_journey_has_the_phases_of_explore_weigh_and_buy(shop):
    cut, numbers = part(shop, "buying_journey")
    assert [phase.id for phase in cut.phases] == ["buy"]
    assert list(numbers["phases"]) == ["buy"]
    assert set(numbers["touchpoints"]) == {"page", "order"}
    assert numbers["transitions"] == [{"from": "page", "to": "order"}]
    assert (numbers["starts"], numbers["ends"]) == ({"page": 40}, {"order": 50})
    assert numbers["journeys"]["typical"]["phases"] == ["buy"]
    assert set(numbers["personas"]["maja"]["phases"]) == {"buy"}


def test_numbers_of_a_view_are_those_of_the_whole_map(shop):
    _, numbers = part(shop, "buying_journey")
    assert numbers["touchpoints"]["page"] is SNAPSHOT["touchpoints"]["page"]
    assert numbers["journeys"]["n"] == 100
    assert set(numbers["metrics"]) == {"rate", "csat"}
    assert numbers["view"] == "buying_journey"


def test_the_sales_process_is_what_the_firm_does_where_somebody_answers_for_it(shop):
    owned = loads(COVERED.replace("    owner: shop\n    kpis", "    kpis"))
    cut, numbers = part(owned, "sales_process")
    assert [phase.id for phase in cut.phases] == ["see", "buy"]
    see = cut.phases[0]
    assert (see.supports, see.customer_goal, see.feels) == ("Syns", None, None)
    assert (cut.personas, cut.pain_points) == ((), ())
    assert (numbers["personas"], numbers["unmapped"]) == ({}, [])
    assert cut.opportunities[0].solves is None
    assert cut.opportunities[0].at == "page"


def test_each_view_is_labelled_in_the_language_of_the_map(shop):
    titles = {view: shown(shop, view).map.title for view in VIEWS}
    assert titles == {
        "customer_journey": "Köp i butiken · Kundresa",
        "buying_journey": "Köp i butiken · Köpresa",
        "sales_process": "Köp i butiken · Säljprocess",
    }
    assert name_of_view("sales_process", "fi") == "Sales process"


def test_a_view_is_a_part_of_the_same_map(shop):
    assert shown(shop, "buying_journey").hash == shop.hash
    assert shown(shop, "customer_journey").phases == shop.phases


def test_what_points_out_of_a_view_is_left_out(shop):
    text = COVERED.replace("if_fails: page, milestone", "if_fails: [page, survey-mail], milestone")
    cut = shown(loads(text), "buying_journey")
    assert cut.phases[0].touchpoints[1].if_fails == ("page",)
    only = COVERED.replace("if_fails: page, milestone", "if_fails: survey-mail, milestone")
    assert shown(loads(only), "buying_journey").phases[0].touchpoints[1].if_fails is None


def test_names_in_four_languages_lead_to_a_view():
    for view, found in VIEWS.items():
        assert {view_named(name) for name in found.names} == {view}
    assert view_named("kjopsreise") == "buying_journey"
    with pytest.raises(NotFoundError, match="view named 'buy'"):
        view_named("buy")


def test_without_such_phases_there_is_no_view():
    with pytest.raises(InputError, match="no phase of the buying journey"):
        shown(loads(MAP), "buying_journey")
