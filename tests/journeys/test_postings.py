"""Postings: where the events of lists stand, kept for the next question about the same events."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import farled
from farled.engine.local import ask
from farled.journeys.build import journeys_of
from farled.journeys.index import Chunk
from farled.journeys.posting_kernels import EVENTS
from farled.journeys.postings import Shelf, postings
from farled.journeys.select import cut, split, taken

CODES = 5


def frozen(values, dtype=np.int64):
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def arrays(made):
    """Offsets, times and codes of journeys of (time, code)."""
    events = [event for journey in made for event in sorted(journey, key=lambda event: event[0])]
    offsets = frozen(np.cumsum([0, *map(len, made)]))
    return offsets, frozen([time for time, _ in events]), frozen([code for _, code in events], np.uint16)


def entries_of(found, listed):
    """Place, journey and time of the entries of a list."""
    of = found.lists[listed]
    first, end = found.begins[of : of + 2]
    arrays = (each[first + 1 : end].tolist() for each in (found.place, found.journey, found.time))
    return list(zip(*arrays, strict=True))


def expected(offsets, time, code, listed):
    """The same, looked for event by event."""
    codes, of_moments = listed
    entries = []
    for journey in range(len(offsets) - 1):
        for event in range(offsets[journey], offsets[journey + 1]):
            if code[event] not in codes:
                continue
            place = event
            while of_moments and place > offsets[journey] and time[place - 1] == time[event]:
                place -= 1
            entries.append((place, journey, int(time[event])))
    return list(dict.fromkeys(entries))


journeys = st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, CODES - 1)), max_size=9), max_size=5)
lists = st.sampled_from([((0,),), ((1,), (0,)), ((0, 3), (2,), (4,)), ((), (1, 2)), ((), (3,), ())])


@given(journeys, lists, st.booleans())
def test_entries_are_the_events_of_a_list_or_their_moments(made, codes, of_moments):
    wanted = [(each, of_moments) for each in codes]
    found = postings(*arrays(made), CODES, wanted)
    for listed in wanted:
        assert entries_of(found, listed) == expected(*arrays(made), listed)


@given(journeys, lists, st.booleans())
def test_bits_tell_how_many_entries_stand_before_a_place(made, codes, of_moments):
    wanted = [(each, of_moments) for each in codes]
    found = postings(*arrays(made), CODES, wanted)
    for listed in wanted:
        number = found.lists[listed]
        places = [place for place, _, _ in entries_of(found, listed)]
        for place in range(int(arrays(made)[0][-1])):
            word = int(found.bits[number, place >> 6]) & ((1 << (place & 63)) - 1)
            assert int(found.before[number, place >> 6]) + word.bit_count() == sum(each < place for each in places)


def test_places_are_right_beyond_a_block_of_events():
    made = [[(at, at % CODES) for at in range(EVENTS - 1)], [], [(0, 1), (1, 0)], [(at, 1) for at in range(EVENTS + 2)]]
    wanted = [((0,), True), ((1,), True)]
    found = postings(*arrays(made), CODES, wanted)
    for listed in wanted:
        assert entries_of(found, listed) == expected(*arrays(made), listed)


@given(journeys, st.lists(st.tuples(lists, st.booleans()), min_size=1, max_size=6), st.sampled_from([0, 400, 1 << 20]))
def test_a_shelf_gives_what_was_asked_for_whatever_it_keeps(made, asked, limit):
    shelf = Shelf(limit)
    for codes, of_moments in asked:
        wanted = [(each, of_moments) for each in codes]
        found = shelf.take(*arrays(made), CODES, wanted)
        for listed in wanted:
            assert entries_of(found, listed) == expected(*arrays(made), listed)


def test_a_shelf_makes_a_list_once_while_there_is_room():
    made = arrays([[(0, 0), (1, 1), (2, 2)]])
    shelf, first = Shelf(1 << 20), [((0,), True)]
    kept = shelf.take(*made, CODES, first)
    assert shelf.take(*made, CODES, first) is kept
    more = shelf.take(*made, CODES, [((0,), True), ((1,), True)])
    assert set(more.lists) == {((0,), True), ((1,), True)}
    assert shelf.take(*made, CODES, first) is more
    assert Shelf(0).take(*made, CODES, first) is not Shelf(0).take(*made, CODES, first)


@pytest.mark.parametrize(
    "change",
    [
        lambda chunk: cut(chunk, 1),
        lambda chunk: split(chunk, chunk.name),
        lambda chunk: taken(chunk, np.array([0, 1]), np.array([0, 2])),
    ],
)
def test_what_is_selected_has_no_shelf_of_the_events_it_was_selected_from(change):
    chunk = journeys_of({"ana": [("visit", 0), ("order", 5)], "bo": [("visit", 1)]}).chunks()[0]
    assert isinstance(chunk, Chunk)
    assert chunk.shelf is not None
    assert change(chunk).shelf is None


def test_questions_asked_again_and_after_each_other_have_the_answers_of_new_ones():
    people = {f"c{at}": [("visit", at % 3), ("cart", at % 5), ("order", at % 7)] for at in range(50)}
    asked = [
        farled.Funnel(["visit", "cart", "order"], within="3d"),
        farled.Funnel(["visit", "cart", "order"], within="3d", ties="input"),
        farled.Funnel(["cart", ["visit", "order"]], within="1d", ties="strict"),
        farled.Timing("visit", "order"),
        farled.Timing("order", "cart", ties="input"),
        farled.Retention("cart", time_zone="UTC"),
    ]
    alone = [ask(journeys_of(people), each).to_dict() for each in asked]
    shop = journeys_of(people)
    for _ in range(2):
        assert [ask(shop, each).to_dict() for each in asked] == alone
