"""Events of one customer before and after each other: as a slow look at every pair says."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_example import map_of

from farled.journeys.build import journeys_of
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.ground import Ground, Happenings
from farled.maps.measure import Measuring
from farled.maps.metric import EventRule
from farled.spans import DAY, Period, moment

MAP = map_of([("see", "{event: see}")], [("cart", "{event: cart}"), ("pay", "{event: pay}")])
events = st.lists(st.tuples(st.sampled_from(["see", "cart", "pay", "scroll"]), st.integers(0, 90)), max_size=9)
customers = st.lists(events, min_size=1, max_size=4).filter(any)


def happenings(rows):
    """Of customer and position; a position is a time."""
    customer, position = (
        np.array(column, dtype=np.int64) for column in (zip(*rows, strict=True) if rows else ((), ()))
    )
    return Happenings(position, customer, customer, position)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), max_size=14))
def test_the_next_and_the_last_event_are_the_nearest_of_the_same_customer(drawn):
    drawn = sorted(drawn, key=lambda row: row[0])
    some = [(who, at) for at, (who, chosen, _) in enumerate(drawn) if chosen]
    others = [(who, at) for at, (who, _, chosen) in enumerate(drawn) if chosen]
    these, those = happenings(some), happenings(others)
    for number, (who, at) in enumerate(some):
        later = [place for place, (other, when) in enumerate(others) if other == who and when > at]
        earlier = [place for place, (other, when) in enumerate(others) if other == who and when < at]
        assert these.following(those)[number] == (later[0] if later else -1)
        assert these.preceding(those)[number] == (earlier[-1] if earlier else -1)
        assert these.wait(those)[number] == (others[later[0]][1] - at if later else -1)


@settings(max_examples=30)
@given(customers)
def test_who_was_active_and_what_came_last_is_what_a_look_at_every_customer_says(made):
    written = {f"c{at}": sorted(each, key=lambda row: row[1]) for at, each in enumerate(made) if each}
    period = Period(0, 100 * DAY, moment(0).date(), moment(100 * DAY).date())
    measuring = Measuring(MAP, journeys_of(written))
    ground = Ground.of(Evidence(MAP, moment(0).date(), period, {"period": ["1970-01-01", "1970-04-11"]}, measuring))
    active = [any(20 < day <= 50 for _, day in each) for each in written.values()]
    assert ground.is_active(20 * DAY, 50 * DAY).tolist() == active
    scrolls = ground.all(EventRule(event="scroll"))
    assert len(scrolls) == sum(name == "scroll" for each in written.values() for name, _ in each)
    last, position = [], 0
    for each in written.values():
        places = [position + at for at, (name, _) in enumerate(each) if name != "scroll"]
        last.append(places[-1] if places else -1)
        position += len(each)
    assert ground.last_but(scrolls).tolist() == last
    assert ground.first_event.tolist() == [each[0][1] * DAY for each in written.values()]
