import json
import pickle
from types import SimpleNamespace

import pyarrow as pa
import pytest
from events.imports_by_hand import File, Shop, visits

from farled.events.source import EventSource
from farled.journeys.stored import IndexStore


def source_of(shop):
    return EventSource(shop.store.snapshot(), shop.store.customer_of)


def rows(source, read):
    return [row for bucket in source.buckets() for batch in read(bucket) for row in batch.to_pylist()]


def values(shop, name):
    source = source_of(shop)
    return {row["event_id"]: row["value"] for row in rows(source, lambda bucket: source.properties(bucket, name))}


def test_the_index_is_built_from_it(tmp_path):
    shop = Shop(tmp_path)
    shop.take("a", File(visits("1", "2", name="visit", who="ana")))
    shop.take("b", File(visits("3", name="order", who="bo")))
    journeys = IndexStore(tmp_path / "index").refresh(source_of(shop))
    assert (journeys.customers, journeys.events, set(journeys.names)) == (2, 3, {"visit", "order"})


def test_events_come_with_their_customer(tmp_path):
    shop = Shop(tmp_path)
    shop.load("a", "1", "2")
    source = source_of(shop)
    found = rows(source, lambda bucket: source.batches(bucket, source.files(bucket)))
    assert {row["event_id"]: row["customer"] for row in found} == {
        "1": "user_id:customer of 1", "2": "user_id:customer of 2"
    }  # fmt: skip


def test_some_files_can_be_read_alone(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.load("a", "1")
    shop.load("b", "2")
    source = source_of(shop)
    found = [row for batch in source.batches(0, source.files(0)[1:]) for row in batch.to_pylist()]
    assert [row["event_id"] for row in found] == ["2"]


def test_what_identify_events_say_is_read(tmp_path):
    shop = Shop(tmp_path)
    events = pa.concat_tables([visits("1", name="identify", who="ana"), visits("2", who="ana")])
    shop.take("a", File(events.append_column("properties", [['{"plan":"pro"}', "{}"]])))
    source = source_of(shop)
    [row] = rows(source, lambda bucket: source.identified(bucket, source.files(bucket)))
    assert (row["event_id"], row["customer"], row["properties"]) == ("1", "user_id:ana", '{"plan":"pro"}')


@pytest.mark.parametrize("value", ["L", 'a "b" å', 3, 2.5, True, False, ["x"], {"deep": 1}])
@pytest.mark.parametrize("name", ["size", "a.b", "a/b", "~", 'quo"te', "'", "", "$x", "0"])
def test_a_property_comes_back_as_json(tmp_path, name, value):
    shop = Shop(tmp_path)
    shop.take("a", File(visits("1", "2").append_column("properties", [[json.dumps({name: value}), "{}"]])))
    found = values(shop, name)
    assert json.loads(found["1"]) == value
    assert found["2"] is None


def test_null_is_none_and_a_dot_leads_inside(tmp_path):
    shop = Shop(tmp_path)
    shop.take("a", File(visits("1", "2").append_column("properties", [['{"a":{"b":7},"n":null}', '{"a.b":8}']])))
    assert values(shop, "a.b") == {"1": "7", "2": "8"}
    assert values(shop, "n") == {"1": None, "2": None}


def test_columns_that_the_index_does_not_hold_are_read_like_properties(tmp_path):
    shop = Shop(tmp_path)
    shop.load("a", "1")
    assert values(shop, "source") == {"1": '"import/a"'}
    assert values(shop, "text") == {}


def test_properties_come_in_the_order_of_reading(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.take("a", File(visits(*"cab").append_column("properties", [['{"x":1}', "{}", '{"y":2}']])))
    source = source_of(shop)
    read = [row["event_id"] for batch in source.batches(0, source.files(0)) for row in batch.to_pylist()]
    assert [row["event_id"] for batch in source.properties(0, "x") for row in batch.to_pylist()] == read == list("cab")


def test_where_no_event_of_a_bucket_has_a_property_nothing_is_read_and_its_column_is_empty(tmp_path):
    shop = Shop(tmp_path, buckets=2)
    told = ['{"x":1}', *["{}"] * 7]
    some = pa.concat_tables([visits(str(at), name="visit", who=f"customer {at}") for at in range(8)])
    shop.take("a", File(some.append_column("properties", [told])))
    source = source_of(shop)
    read = {
        bucket: [row["value"] for b in source.properties(bucket, "x") for row in b.to_pylist()] for bucket in (0, 1)
    }
    assert sorted(len(values) for values in read.values())[0] == 0
    assert [value for values in read.values() for value in values if value is not None] == ["1"]
    journeys = IndexStore(tmp_path / "index").refresh(source)
    columns = [chunk.columns["x"] for chunk in journeys.chunks(["x"])]
    assert sorted(column.values[code] for column in columns for code in column.code if code >= 0) == [1]
    assert sum(len(column.code) for column in columns) == 8
    assert values(shop, "currency") == {}


def test_in_another_process_it_is_the_same_version(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.load("a", "1")
    folder = SimpleNamespace(events=shop.store.folder, settings=SimpleNamespace(buckets=1))
    sent = pickle.dumps(EventSource.of(folder))
    shop.load("b", "2")
    there = pickle.loads(sent)
    assert [row["event_id"] for row in rows(there, lambda bucket: there.batches(bucket, there.files(bucket)))] == ["1"]
