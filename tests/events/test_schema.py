import json

import pyarrow as pa
import pytest
from events.imports_by_hand import NOW, visits
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.errors import InputError
from farled.events.schema import EVENT_SCHEMA, conform


def conformed(table, **options):
    return conform(table, **{"received": NOW, "source": "import/a", **options})


def test_what_the_sender_left_out_is_filled_in():
    event = conformed(visits("1", "2"), first=5).to_pylist()[1]
    filled = {name: event[name] for name in ("channel", "source", "sequence", "properties", "value", "account")}
    assert filled == {
        "channel": "unknown", "source": "import/a", "sequence": 6, "properties": "{}", "value": None, "account": None
    }  # fmt: skip
    assert conformed(visits("1")).column("received").cast(pa.int64()).to_pylist() == [NOW]


def test_what_the_sender_gave_stays():
    given_ = visits("1").append_column("sequence", [[9]]).append_column("channel", [["store"]])
    event = conformed(given_.append_column("received", pa.array([7]).cast(pa.timestamp("us")))).to_pylist()[0]
    assert (event["sequence"], event["channel"], event["received"].microsecond) == (9, "store", 7)


def test_every_table_comes_out_in_the_one_schema():
    assert conformed(visits("1")).schema == EVENT_SCHEMA
    assert conformed(visits()).schema == EVENT_SCHEMA
    assert conformed(conformed(visits("1"))).equals(conformed(visits("1")))


def test_a_time_without_a_zone_is_utc_and_seconds_become_microseconds():
    table = visits("1").set_column(1, "time", pa.array([2]).cast(pa.timestamp("s")))
    assert conformed(table).column("time").cast(pa.int64()).to_pylist() == [2_000_000]


@settings(max_examples=30)
@given(st.lists(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=4), max_size=4))
def test_keys_of_properties_are_sorted_and_values_stay(found):
    texts = pa.array([json.dumps(one) for one in found], pa.string())
    ids = [str(number) for number in range(len(found))]
    table = conformed(visits(*ids).append_column("properties", texts))
    read = [json.loads(text) for text in table.column("properties").to_pylist()]
    assert read == found
    assert [list(one) for one in read] == [sorted(one) for one in found]


@pytest.mark.parametrize("text", ["[1]", "{", "3", "", '"a"', "null", '{"a":1}x'])
def test_properties_are_a_json_object(text):
    with pytest.raises(InputError, match="no JSON object"):
        conformed(visits("1").append_column("properties", [[text]]))


@pytest.mark.parametrize("column", ["event_id", "name"])
@pytest.mark.parametrize("value", [None, ""])
def test_id_and_name_are_needed(column, value):
    table = visits("1")
    at = table.column_names.index(column)
    with pytest.raises(InputError, match=column):
        conformed(table.set_column(at, column, pa.array([value], pa.string())))
    with pytest.raises(InputError, match=column):
        conformed(table.remove_column(at))


def test_an_event_belongs_to_somebody():
    nobody = visits("1").set_column(3, "identifiers", pa.array([[]], EVENT_SCHEMA.field("identifiers").type))
    with pytest.raises(InputError, match="neither identifier nor account"):
        conformed(nobody)
    assert conformed(nobody.append_column("account", [["acme"]])).num_rows == 1


def test_an_unknown_column_and_a_wrong_type_are_named():
    with pytest.raises(InputError, match="'colour'"):
        conformed(visits("1").append_column("colour", [["red"]]))
    with pytest.raises(InputError, match="'value'"):
        conformed(visits("1").append_column("value", [["much"]]))
