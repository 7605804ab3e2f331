import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from journeys.telling import told

from farled.journeys import joined as module
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.journeys.joined import joined

NAMES = ("cart", "order", "visit")
CUSTOMERS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from((*NAMES, "identify")),
            st.integers(0, 9),
            st.fixed_dictionaries(
                {}, optional={"channel": st.sampled_from("ab"), "value": st.floats(0, 9), "plan": st.sampled_from("xy")}
            ),
        ),
        max_size=4,
    ),
    max_size=6,
)


def parts_of(customers, edges):
    """Each slice of the customers as a part, coded by the same names."""
    found = []
    for first, last in zip([0, *edges], [*edges, len(customers)], strict=True):
        made = {f"c{at:02}": customers[at] for at in range(first, last)}
        found.append(journeys_of(made | {f"z{last:02}": [(name, 0) for name in NAMES]}).parts[0])
    return found


def split(customers, cuts):
    return parts_of(customers, sorted(min(cut, len(customers)) for cut in cuts))


def said(journeys):
    found = []
    for number in range(len(journeys.chunks())):
        people, time, properties = journeys.identified(number)
        found += zip(journeys.customer_ids(number, people), time.tolist(), properties, strict=True)
    return found


@given(CUSTOMERS, st.lists(st.integers(0, 6), max_size=4), st.integers(1, 20), st.integers(1, 4))
def test_tells_the_same_as_its_parts(customers, cuts, most, cores):
    parts = split(customers, cuts)
    apart = Journeys(parts, NAMES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK_EVENTS", (1, most))
        patch.setattr(module, "cores", lambda: cores)
        whole = Journeys(joined(parts), NAMES)
    known = [name for name in ("channel", "value", "plan") if all(_has(part, name) for part in parts)]
    assert told(whole, known) == told(apart, known)
    assert said(whole) == said(apart)
    assert (whole.start, whole.end, whole.customers) == (apart.start, apart.end, apart.customers)


def _has(part, name):
    column = part.load(name)
    return not isinstance(column, np.ndarray) or name == "value"


def test_ids_come_in_the_order_of_their_positions():
    whole = joined(split([[("visit", 0)]] * 4, [1, 3]))
    assert len(whole) == 1
    everyone = whole[0].ids(np.arange(len(whole[0].offsets) - 1))
    backwards = np.array([5, 0, 3, 3])
    assert whole[0].ids(backwards) == [everyone[at] for at in backwards]


def test_parts_that_are_large_enough_stay_as_they_are(monkeypatch):
    parts = split([[("visit", 0)]] * 4, [2])
    monkeypatch.setattr(module, "SMALL_PART", 5)
    assert all(one is other for one, other in zip(joined(parts), parts, strict=True))


def test_there_are_as_many_as_processors_of_even_size(monkeypatch):
    parts = split([[("visit", day) for day in range(10)]] * 12, list(range(1, 12)))
    monkeypatch.setattr(module, "CHUNK_EVENTS", (20, 1000))
    monkeypatch.setattr(module, "cores", lambda: 3)
    assert [len(part.time) for part in joined(parts)] == [52, 52, 52]


def test_nothing_joins_to_nothing():
    assert joined([]) == []
