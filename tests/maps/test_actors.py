from datetime import date

import pytest
from maps_example import map_of

from farled.errors import InputError
from farled.journeys.accounts import by_account
from farled.journeys.build import journeys_of
from farled.maps.measure import Filter, measure
from farled.spans import DAY, Period

PERIOD = Period(0, 400 * DAY, date(1970, 1, 1), date(1971, 2, 5))


def b2b(*phases, personas="", **more):
    head = "  market: b2b\n"
    return map_of(*phases, head=head, top=personas, **more)


LOOK = [("look", "{event: look}")]
BUY = [("quote", "{event: quote}"), ("sign", "{event: sign}")]


def at(firm, role=None):
    return {"account": firm, **({"role": role} if role else {})}


def firms(n, made):
    """The same customers in each of several firms; none of the numbers is too small to be shown."""
    return {
        f"{customer}{number}": [(name, day, at(f"firm{number}", *role)) for name, day, *role in events]
        for number in range(n)
        for customer, events in made.items()
    }


THREE = {
    "ida": [("look", 0, "uses, influences"), ("quote", 5, "influences")],
    "marit": [("quote", 6, "decides"), ("sign", 9, "decides")],
    "per": [("look", 2)],
}


def snapshot(map_, made, whom=None):
    return measure(map_, by_account(journeys_of(made, end=300)), PERIOD, whom)


def test_a_journey_of_an_account_has_all_who_act_in_it():
    found = snapshot(b2b(LOOK, BUY), firms(12, THREE))["journeys"]
    assert (found["n"], found["customers"]) == (12, 12)
    assert (found["actors"]["value"], found["actors"]["mean"]) == (3, 3)


def test_phases_are_reached_by_the_account_whoever_goes():
    found = snapshot(b2b(LOOK, BUY), firms(12, THREE))
    assert [found["phases"][phase]["reached"] for phase in "ab"] == [12, 12]
    assert found["touchpoints"]["sign"]["customers"] == 12


def test_roles_are_shares_of_the_journeys_in_which_they_act():
    made = {**firms(10, THREE), **{f"x{n}": [("look", 0, at(f"other{n}", "pays"))] for n in range(10)}}
    found = snapshot(b2b(LOOK, BUY), made)
    roles = {role: each["value"] for role, each in found["journeys"]["roles"].items()}
    assert roles == {"decides": 0.5, "influences": 0.5, "uses": 0.5, "pays": 0.5}
    assert {role: each["value"] for role, each in found["touchpoints"]["quote"]["roles"].items()} == {
        "decides": 1,
        "influences": 1,
    }
    assert found["journeys"]["actors"]["mean"] == 2


def test_a_role_that_few_have_is_hidden():
    made = {**firms(12, THREE), "x": [("look", 0, at("firm0", "champion"))]}
    roles = snapshot(b2b(LOOK, BUY), made)["journeys"]["roles"]
    assert roles["champion"] == {"value": None, "reason": "hidden", "n": "1-9"}


PERSONAS = "personas: [{id: boss, name: Boss, roles: [decides, pays]}, {id: user, name: User, roles: [uses]}]\n"


def test_a_persona_of_roles_is_the_journeys_in_which_they_act():
    made = {**firms(12, THREE), **{f"x{n}": [("look", 0, at(f"other{n}", "pays"))] for n in range(12)}}
    map_ = b2b(LOOK, BUY, personas=PERSONAS)
    found = snapshot(map_, made)["personas"]
    assert {name: each["n"] for name, each in found.items()} == {"boss": 24, "user": 12, "rest": 0}
    assert snapshot(map_, made, Filter(persona="user"))["journeys"]["n"] == 12


def test_on_a_map_of_customers_roles_select_nobody():
    map_ = map_of(LOOK, BUY, top=PERSONAS)
    with pytest.raises(InputError, match="The persona 'user' has no rule"):
        snapshot(map_, firms(12, THREE), Filter(persona="user"))


def test_journeys_of_customers_on_a_map_of_accounts_tell_no_actors():
    found = measure(b2b(LOOK, BUY), journeys_of(firms(12, THREE), end=300), PERIOD)
    assert "actors" not in found["journeys"]


def test_a_planned_map_has_numbers_but_no_measured_feelings():
    said = {f"c{n}": [("look", 0, {}), ("rated", 1, {"score": 5, "scale": "csat"})] for n in range(12)}
    answered = [("look", "{event: look}"), ("asked", "{feedback: csat}")]
    today = map_of(answered, BUY)
    plan = map_of(answered, BUY, head="  state: to_be\n  base: m0\n")
    felt, hoped = (measure(map_, journeys_of(said, end=300), PERIOD) for map_ in (today, plan))
    assert felt["phases"]["a"]["feeling"]["value"] == 2
    assert hoped["phases"]["a"]["feeling"] == {"value": None, "reason": "unobserved", "n": 0}
    assert hoped["touchpoints"]["asked"]["feeling"]["value"] is None
    assert hoped["phases"]["a"]["reached"] == felt["phases"]["a"]["reached"] == 12
