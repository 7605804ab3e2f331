import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from journeys.telling import told

from farled.errors import InputError, NotFoundError
from farled.journeys.build import build, journeys_of
from farled.journeys.index import Journeys
from farled.spans import DAY


def test_events_stand_by_customer_then_time():
    journeys = build(["bo", "ana", "bo"], [9, 5, 2], ["x", "y", "z"])
    assert told(journeys) == [("ana", 5, "y"), ("bo", 2, "z"), ("bo", 9, "x")]


def test_ties_stand_as_the_sender_gave_them():
    assert [row[2] for row in told(build(["ana"] * 3, [1, 1, 1], ["z", "a", "m"]))] == ["z", "a", "m"]


def test_sequence_breaks_ties_of_time_and_event_id_those_of_sequence():
    made = build(["ana"] * 4, [1, 1, 1, 0], list("abcd"), sequence=[1, 1, 0, 9], event_id=["f", "e", "g", "h"])
    assert [row[2] for row in told(made)] == ["d", "c", "b", "a"]
    assert made.event_ids(0, [0, 1, 2, 3]) == ["h", "g", "e", "f"]


def test_events_of_identity_stay_out_and_so_do_customers_with_no_others():
    made = build(["ana", "ana", "bo"], [1, 2, 3], ["identify", "visit", "alias"])
    assert (told(made), made.names, made.customers) == ([("ana", 2, "visit")], ("visit",), 1)


def test_no_events_are_one_empty_chunk():
    made = build(
        pa.array([], pa.string()), pa.array([], pa.int64()), pa.array([], pa.string()), load=lambda _: pa.array([])
    )
    assert (len(made.chunks(["channel", "value"])), made.start, made.end, made.events) == (1, None, None, 0)
    assert made.chunks()[0].n == 0


def test_timestamps_of_any_unit_become_microseconds():
    time = pa.array([1_500], pa.timestamp("ms", "Europe/Oslo"))
    assert told(build(["ana"], time, ["x"])) == [("ana", 1_500_000, "x")]


def test_customers_may_be_numbers_and_are_ordered_as_numbers():
    assert [row[0] for row in told(build(np.array([10, 9, 10]), [1, 2, 3], ["x", "x", "x"]))] == ["9", "10", "10"]


def test_a_dictionary_may_differ_between_chunks_and_hold_equal_and_unused_values():
    customer = pa.chunked_array(
        [
            pa.DictionaryArray.from_arrays(pa.array([0, 1, 2], pa.int8()), pa.array(["ana", "ana", "bo"])),
            pa.DictionaryArray.from_arrays(pa.array([1], pa.int8()), pa.array(["nobody", "ana"])),
        ]
    )
    made = build(customer, [1, 2, 3, 4], ["x", "x", "x", "x"])
    assert [row[:2] for row in told(made)] == [("ana", 1), ("ana", 2), ("ana", 4), ("bo", 3)]


@pytest.mark.parametrize("missing", ["customer", "time", "name"])
def test_a_row_must_have_a_customer_a_time_and_a_name(missing):
    rows = {"customer": ["ana", "bo"], "time": [1, 2], "name": ["x", "y"]}
    rows[missing] = pa.array([rows[missing][0], None])
    with pytest.raises(InputError, match=f"1 rows have no {missing}"):
        build(**rows)


def test_columns_must_be_as_long_as_each_other():
    with pytest.raises(InputError, match="1 values of time, but 2 of customer"):
        build(["ana", "bo"], [1], ["x", "y"])


def test_a_million_names_fit():
    names = [f"event {i:07}" for i in range(1_000_000)]
    chunk = build(np.zeros(1_000_000, np.int64), np.arange(1_000_000), names).chunks()[0]
    assert (chunk.name.dtype, chunk.codes(["event 0999999", "event x"]).tolist()) == (np.uint32, [999_999, -1])
    assert chunk.name[70_000] == 70_000


def test_up_to_65536_names_take_two_bytes():
    assert build(["a"] * 65_536, range(65_536), list(map(str, range(65_536)))).chunks()[0].name.dtype == np.uint16


def test_columns_are_loaded_when_asked_for_and_once():
    asked = []

    def load(name):
        asked.append(name)
        return pa.array([1.5, None, 2.5]) if name == "value" else pa.array(["web", None, "store"])

    made = build(["bo", "ana", "ana"], [1, 2, 0], ["x", "y", "z"], load=load)
    assert asked == []
    rows = [("ana", 0, "z", 2.5, "store"), ("ana", 2, "y", None, None), ("bo", 1, "x", 1.5, "web")]
    assert told(made, ["value", "channel"]) == rows
    assert told(made, ["value", "channel"]) == rows
    assert asked == ["value", "channel"]


def test_an_unknown_event_name_is_an_error_with_the_nearest():
    with pytest.raises(NotFoundError, match="order"):
        journeys_of({"ana": [("order", 0)]}).require_events(["ordr"])


def test_journeys_of_counts_in_days_and_knows_properties():
    made = journeys_of({"ana": [("visit", 0.5), ("order", 2, {"value": 9.0, "size": "L"})]}, start=DAY, end=7)
    assert (made.start, made.end) == (DAY + DAY // 2, 8 * DAY)
    assert told(made, ["value", "size"])[1] == ("ana", 3 * DAY, "order", 9.0, "L")


def test_identify_says_what_is_known_of_customers_who_have_other_events():
    made = journeys_of(
        {
            "nobody": [("identify", 0, {"plan": "free"})],
            "bo": [("identify", 3, {"plan": "pro"}), ("visit", 1), ("identify", 2, {"plan": "free"})],
            "ana": [("visit", 9)],
        }
    )
    customer, time, properties = made.identified(0)
    assert (customer.tolist(), time.tolist()) == ([1, 1], [2 * DAY, 3 * DAY])
    assert [json.loads(text) for text in properties] == [{"plan": "free"}, {"plan": "pro"}]


def test_without_identify_nothing_is_known():
    assert journeys_of({"ana": [("visit", 0)]}).identified(0).properties == []


def test_what_the_data_ends_with_is_known_in_every_chunk():
    assert journeys_of({"ana": [("x", 3)], "bo": [("x", 5)]}).chunks()[0].end == 5 * DAY


def test_a_shuffled_import_of_one_long_journey_is_sorted():
    time = np.random.default_rng(1).permutation(200_000)
    chunk = build(["ana"] * len(time), time, ["x"] * len(time)).chunks()[0]
    assert chunk.time.tolist() == list(range(200_000))


@pytest.mark.parametrize("with_sequence", [True, False])
def test_a_shuffled_import_with_many_ties_keeps_the_order_of_the_sender(with_sequence):
    random = np.random.default_rng(2)
    time, sequence = random.integers(0, 30, 3_000), random.integers(0, 5, 3_000)
    names = [str(row) for row in range(3_000)]
    made = build(["ana"] * 3_000, time, names, sequence=sequence if with_sequence else None)
    order = sorted(range(3_000), key=lambda row: (time[row], sequence[row] if with_sequence else 0, row))
    assert [row[2] for row in told(made)] == [str(row) for row in order]


rows = st.lists(
    st.tuples(
        st.sampled_from(["ana", "bo", "cai", "Åse"]), st.integers(0, 3), st.integers(0, 2), st.sampled_from("abcd")
    )
)


@given(rows, st.randoms(use_true_random=False), st.booleans())
def test_the_order_is_that_of_a_plain_sort_whatever_came_first(made, random, with_ids):
    made = [(*row, f"id{at:03}") for at, row in enumerate(made)]
    random.shuffle(made)
    columns = [pa.array(values) for values in zip(*made, strict=True)] if made else [pa.array([], pa.string())] * 5
    who, time, sequence, name, event_id = columns
    if not made:
        time = sequence = pa.array([], pa.int64())
    if with_ids:
        index = build(who, time, name, sequence=sequence, event_id=event_id)
        expected = sorted(made, key=lambda row: (row[0].encode(), row[1], row[2], row[4]))
    else:
        index = build(who, time, name, event_id=event_id)
        expected = sorted(made, key=lambda row: (row[0].encode(), row[1]))
    assert told(index) == [(row[0], row[1], row[3]) for row in expected]
    if made:
        assert index.event_ids(0, np.arange(len(made))) == [row[4] for row in expected]


@given(st.integers(1, 7), st.lists(st.sampled_from(["ana", "bo", "cai", "dag"]), min_size=1, max_size=12))
def test_chunks_hold_whole_customers_and_together_everything(chunk_events, who):
    whole = build(who, range(len(who)), ["x"] * len(who), load=lambda _: pa.array(who))
    parts = Journeys(whole.parts, whole.names, chunk_events=chunk_events)
    assert told(parts, ["customer"]) == told(whole, ["customer"])
    assert all(chunk.customers > 0 and chunk.offsets[0] == 0 for chunk in parts.chunks())


@pytest.mark.parametrize("name", ["value", "score"])
@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        (["5", "hello", "7"], "'hello'"),
        ([None, "", "7"], "''"),
        (pa.array(["5", "x", "x"]).dictionary_encode(), "'x'"),
        (pa.array([1, 2, 3], pa.timestamp("s")), "datetime"),
    ],
)
def test_what_is_no_number_is_named_with_its_column(name, values, wrong):
    journeys = build(["ana"] * 3, [1, 2, 3], ["visit"] * 3, load=lambda _: values)
    with pytest.raises(InputError, match=f"column '{name}' holds .*{wrong}") as raised:
        journeys.chunks([name])
    assert f"{name}=COLUMN" in raised.value.hint


def test_texts_that_are_numbers_are_numbers():
    journeys = build(["ana"] * 3, [1, 2, 3], ["visit"] * 3, load=lambda _: ["5", None, "7.5"])
    assert np.array_equal(journeys.chunks(["score"])[0].columns["score"], [5, np.nan, 7.5], equal_nan=True)
