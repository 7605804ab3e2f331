"""One journey on a map: the stops of a customer, and the typical journey, against a slow count by hand."""

from collections import Counter
from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from maps_example import map_of

from farled.errors import InputError, NotFoundError
from farled.journeys.build import journeys_of
from farled.maps.measure import Measuring
from farled.maps.walk import customer_walk, customers_at, typical_walk
from farled.spans import DAY, Period, moment

ENDS_AFTER = 60
THREE = map_of(
    [("see", "{event: see}")], [("cart", "{event: cart}"), ("pay", "{event: pay}")], [("use", "{event: use}")]
)
PHASE = {"see": "p0", "cart": "p1", "pay": "p1", "use": "p2"}


def days(first, last):
    return Period(first * DAY, last * DAY, moment(first * DAY).date(), moment(last * DAY).date())


def walked(events, period=None, end=None, **others):
    return customer_walk(THREE, journeys_of({"ana": events, **others}, end=end), "ana", period)


def told(walk):
    return [(stop.touchpoint or stop.event, stop.times) for stop in walk.stops]


def test_stops_come_in_the_order_of_time_and_repeats_on_end_are_one():
    walk = walked([("see", 0), ("see", 1), ("cart", 2), ("see", 3), ("look", 4), ("look", 5), ("pay", 6)])
    assert told(walk) == [("see", 2), ("cart", 1), ("see", 1), ("look", 2), ("pay", 1)]
    assert [stop.number for stop in walk.stops] == [1, 2, 3, 4, 5]
    assert [(stop.first // DAY, stop.last // DAY) for stop in walk.stops] == [(0, 1), (2, 2), (3, 3), (4, 5), (6, 6)]
    assert [stop.touchpoint for stop in walk.stops][3] is None


def test_others_do_not_walk_along():
    assert told(walked([("see", 0)], bo=[("cart", 0), ("pay", 1)])) == [("see", 1)]


def test_the_last_journey_is_drawn_or_the_last_that_began_in_the_period():
    events = [("see", 0), ("cart", 1), ("see", 100), ("pay", 300)]
    last = walked(events)
    assert (told(last), last.number, last.journeys) == ([("pay", 1)], 3, 3)
    earlier = walked(events, days(0, 50))
    assert (told(earlier), earlier.number) == ([("see", 1), ("cart", 1)], 1)
    with pytest.raises(InputError, match="no journey on the map that began"):
        walked(events, days(10, 20))


def test_the_phase_now_is_that_of_the_last_mapped_event_while_the_journey_is_open():
    assert walked([("see", 0), ("cart", 5), ("look", 6)], end=20).phase == THREE.phases[1].id
    over = walked([("see", 0), ("cart", 5)], end=200)
    assert (over.phase, over.is_open) == (None, False)


def test_a_customer_who_never_came_to_the_map_has_no_walk():
    with pytest.raises(InputError, match="no journey on the map"):
        walked([("look", 0)], bo=[("see", 0)])
    with pytest.raises(NotFoundError, match="'eve'"):
        customer_walk(THREE, journeys_of({"ana": [("see", 0)]}), "eve")


def test_what_the_customer_said_stands_at_the_stop_and_in_its_phase():
    answer = {"score": 5.0, "scale": "csat"}
    walk = walked([("see", 0), ("cart", 1), ("answer", 2, answer), ("answer", 3, {**answer, "score": 2.0})])
    assert [stop.feeling for stop in walk.stops] == [None, None, 2.0, -1.0]
    felt = walk.feelings[THREE.phases[1].id]
    assert (felt.value, felt.answers) == (0.5, 2)


def typical(made, period=None):
    return typical_walk(Measuring(THREE, journeys_of(made)).view(period or days(0, 1000)))


def test_the_typical_journey_says_whom_it_describes():
    made = {f"a{at}": [("see", 0), ("cart", 1), ("use", 2)] for at in range(14)}
    made |= {f"b{at}": [("see", 0), ("pay", 1), ("use", 2)] for at in range(6)}
    made |= {f"c{at}": [("see", 0)] for at in range(20 - 1)}
    walk = typical(made)
    assert walk.phases == tuple(phase.id for phase in THREE.phases)
    assert (walk.describes, walk.n) == (20 / 39, 39)
    assert [stop.touchpoint for stop in walk.stops] == ["see", "cart", "use"]
    assert walk.exactly == 14


def test_too_few_alike_are_not_shown():
    assert typical({f"a{at}": [("see", 0)] for at in range(9)}) is None
    mixed = {f"a{at}": [("see", 0), ("cart" if at % 2 else "pay", 1)] for at in range(12)}
    walk = typical(mixed)
    assert (walk.describes, walk.stops, walk.exactly) == (1.0, (), 0)


journeys = st.lists(
    st.lists(st.sampled_from(["see", "cart", "pay", "use", "look"]), max_size=6), min_size=1, max_size=40
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journeys)
def test_the_typical_journey_is_the_most_frequent_by_hand(made):
    made = {f"c{at:02}": [(name, day) for day, name in enumerate(events)] for at, events in enumerate(made)}
    mapped = [[name for name, _ in events if name in PHASE] for events in made.values()]
    mapped = [events for events in mapped if events]
    phases = Counter(tuple(name for name, _ in groupby(PHASE[event] for event in events)) for events in mapped)
    if not any(made.values()):
        return
    walk = typical({name: events for name, events in made.items() if events})
    most = max(phases.values(), default=0)
    if most < 10:
        assert walk is None
        return
    assert round(walk.describes * walk.n) == most
    same = Counter(
        tuple(name for name, _ in groupby(events))
        for events in mapped
        if tuple(name for name, _ in groupby(PHASE[event] for event in events))
        in {sequence for sequence, times in phases.items() if times == most}
    )
    if walk.stops:
        assert same[tuple(stop.touchpoint for stop in walk.stops)] == walk.exactly >= 10


def test_those_who_were_at_a_touchpoint_last_come_first():
    made = {f"a{at}": [("see", 0), ("cart", at)] for at in range(1, 9)} | {"b": [("see", 0)]}
    found = journeys_of(made)
    view = Measuring(THREE, found).view(days(0, 1000))
    assert customers_at(view, found, "cart") == ["a8", "a7", "a6", "a5", "a4"]
    assert customers_at(view, found, "use") == []
    assert customers_at(view, found, "nowhere") == []
