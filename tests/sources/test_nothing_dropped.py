"""Nothing is dropped silently: what a file holds becomes an event, a column, a rejected row or a sentence."""

import json
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources.mapped import events
from sources.written import rejected, report

from farled.errors import InputError
from farled.sources.files import Columns, read
from farled.sources.mapping import apply
from farled.sources.rejects import examples

FAR = 6_000
"""Rows: beyond everything that is looked at to guess."""


def line(place, **more):
    return {"customer": f"c{place % 50}", "time": "2026-05-01", "event": "visit", **more}


def lines(*objects):
    return "".join(json.dumps(one) + "\n" for one in objects)


def test_a_key_of_json_lines_is_a_column_wherever_it_first_stands(desk):
    reading = desk.read(lines(*map(line, range(FAR)), line(0, zip="0150", late="x"), line(1, age=7)), "e.jsonl")
    assert reading.columns == ("age", "late", "zip")
    assert reading.column("late").to_pylist()[-3:] == [None, "x", None]
    assert reading.column("age").to_pylist()[-1] == 7


def test_a_key_of_a_json_list_is_a_column_wherever_it_first_stands(desk):
    reading = desk.read(json.dumps([*map(line, range(FAR)), line(0, late="x")]), "e.json")
    assert reading.column("late").to_pylist()[-1] == "x"


def test_an_import_stores_keys_that_come_late(desk):
    imported = apply(None, desk.write(lines(*map(line, range(FAR)), line(0, value=3, late="x")), "e.jsonl"))
    stored = events(imported)[-1]
    assert (stored["value"], json.loads(stored["properties"])) == (3, {"late": "x"})


def test_a_key_whose_type_changes_keeps_all_values(desk):
    reading = desk.read(lines(line(0, size=1), line(1, size="large"), line(2, size={"cm": 5})), "e.jsonl")
    assert reading.column("size").to_pylist() == ["1", "large", '{"cm":5}']


def test_keys_that_differ_in_case_are_one_column_and_it_is_reported(desk):
    objects = [line(0, Value=1), line(1, value=2), line(2, VALUE=3, value=4), line(3, **{"a/b~c": 5, "A/b~c": 6})]
    reading = desk.read(lines(*objects), "e.jsonl")
    assert reading.value[:3].tolist() == [1, 2, 4]
    assert reading.column("a/b~c").to_pylist() == [None, None, None, 5]
    assert "keys of one column: 'Value' and 'value' and 'VALUE'" in report(reading)


def test_keys_that_can_name_no_column_are_reported(desk):
    reading = desk.read(lines(line(0, **{"": 1, "shop": "Oslo"})), "e.jsonl")
    assert reading.columns == ("shop",)
    assert "key left out: ''" in report(reading)


def test_ids_as_keys_are_an_error_that_shows_one(desk):
    text = lines(line(0), *({f"id{place}": 1} for place in range(5_001)))
    with pytest.raises(InputError, match="more than 5000 different keys, such as 'id"):
        desk.read(text, "e.jsonl")


PLAIN = "customer,time,event,shop\nana,2026-05-01,visit,Oslo\n"
VALUED = "customer,time,event,value,Extra\nbo,2026-05-02,order,7,x\n"


def several(desk):
    """Write files of four kinds that have different columns."""
    made = pa.table({"customer": ["cy"], "time": ["2026-05-03"], "event": ["order"], "value": [2.5], "n": [4]})
    pq.write_table(made, desk.folder / "p.parquet")
    cart = lines({"customer": "di", "time": "2026-05-04", "event": "cart", "value": 3, "cart": {"items": 2}})
    named = ((PLAIN, "a.csv"), (VALUED.replace(",", "\t"), "b.tsv"), (cart, "d.jsonl"))
    return [*(desk.write(text, name) for text, name in named), desk.folder / "p.parquet"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_the_columns_of_several_files_are_those_of_all_in_whatever_order(desk, order):
    paths = several(desk)
    reading = read([paths[place] for place in order])
    by_customer = {name: place for place, name in enumerate(reading.customer.to_pylist())}
    at = [by_customer[name] for name in ("ana", "bo", "cy", "di")]
    assert sorted(reading.columns, key=str.lower) == ["cart", "Extra", "n", "shop"]
    assert np.array_equal(reading.value[at], [np.nan, 7, 2.5, 3], equal_nan=True)
    held = {
        name: [reading.column(name).to_pylist()[place] for place in at] for name in (*reading.columns, "cart.items")
    }
    assert held["shop"] == ["Oslo", None, None, None]
    assert held["Extra"] == [None, "x", None, None]
    assert [None if value is None else str(value) for value in held["n"]] == [None, None, "4", None]
    assert held["cart"] == [None, None, None, '{"items":2}']
    assert "not every file has them" in report(reading)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)])
def test_an_import_stores_the_columns_of_all_files(desk, order):
    paths = several(desk)
    stored = {one["identifiers"][0][1]: one for one in events(apply(None, [paths[place] for place in order]))}
    assert {who: one["value"] for who, one in stored.items()} == {"ana": None, "bo": 7, "cy": 2.5, "di": 3}
    assert {who: json.loads(one["properties"]) for who, one in stored.items()} == {
        "ana": {"shop": "Oslo"},
        "bo": {"Extra": "x"},
        "cy": {"n": 4},
        "di": {"cart": '{"items":2}'},
    }


def test_columns_whose_names_differ_in_case_are_one_column_of_several_files(desk):
    reading = read([desk.write(PLAIN, "a.csv"), desk.write(PLAIN.replace("shop", "SHOP"), "b.csv")])
    assert reading.column("shop").to_pylist() == ["Oslo", "Oslo"]


@pytest.mark.parametrize("lacking", ["customer", "time", "event"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_file_without_customer_time_or_name_is_an_error_that_names_it(desk, lacking, is_first):
    whole, part = desk.write(PLAIN, "a.csv"), desk.write(PLAIN.replace(lacking, "other"), "b.csv")
    with pytest.raises(InputError, match=rf"b\.csv.* has no column '{lacking}'"):
        read([part, whole] if is_first else [whole, part])


def test_equal_rows_of_a_file_without_ids_stay_apart_beside_a_file_with_ids(desk):
    sent = "event_id,customer,time,event\nx1,ana,2026-05-01,visit\n"
    twice = "customer,time,event\nbo,2026-05-01,visit\nbo,2026-05-01,visit\n"
    imported = apply(None, [desk.write(sent, "a.csv"), desk.write(twice, "b.csv")])
    ids = [one["event_id"] for one in events(imported)]
    assert ids[0] == "x1"
    assert len(set(ids)) == 3


def test_what_a_value_is_is_told_from_values_however_far_down_they_stand(desk):
    empty = "".join(f"c{place % 50};2026-05-01;visit;\n" for place in range(FAR))
    text = f"customer;time;event;value\n{empty}a;2026-05-02;order;1,5\n"
    reading = desk.read(text)
    assert reading.value[-1] == 1.5
    assert events(apply(None, desk.folder / "events.csv"))[-1]["value"] == 1.5


def test_how_times_are_written_is_told_from_times_however_far_down_they_stand(desk):
    empty = "".join(f"c{place % 50},,visit\n" for place in range(FAR))
    reading = desk.read(f"customer,time,event\n{empty}a,31.05.2026,order\n")
    assert (reading.events, reading.rejected.num_rows) == (1, FAR)


def test_a_value_deeper_in_json_is_read_where_another_file_has_it_as_a_column(desk):
    flat = desk.write("user.id,time,event\nana,2026-05-01,visit\n", "a.csv")
    deep = desk.write(lines({"user": {"id": "bo"}, "time": "2026-05-01", "event": "visit"}), "b.jsonl")
    for paths in ([flat, deep], [deep, flat]):
        reading = read(paths, Columns(customer="user.id"))
        assert sorted(reading.customer.to_pylist()) == ["ana", "bo"]


@pytest.mark.parametrize("column", ["customer", "event"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_zero_byte_in_a_customer_or_a_name_is_rejected(desk, column, kind):
    damaged = {"customer": "bo", "time": "2026-05-01", "event": "visit"} | {column: "B\0"}
    text = lines(line(0), damaged, line(1)) if kind == "jsonl" else PLAIN + ",".join(damaged.values()) + ",Oslo\n"
    reading = desk.read(text, f"events.{kind}")
    at = 2 if kind == "jsonl" else 3
    assert rejected(reading) == [(at, column, "B\0", "unreadable")]
    imported = apply(None, desk.folder / f"events.{kind}")
    assert {one["name"] for one in events(imported)} == {"visit"}
    assert rejected(imported) == rejected(reading)


def test_a_zero_byte_in_a_customer_of_a_table_is_rejected():
    made = {"customer": ["a", "b\0", "c"], "time": ["2026-05-01"] * 3, "event": ["visit"] * 3}
    for table in (pa.table(made), pa.table(made | {"customer": pa.array(made["customer"]).dictionary_encode()})):
        reading = read(table.slice(1))
        assert reading.customer.to_pylist() == ["c"]
        assert rejected(reading) == [(1, "customer", "b\0", "unreadable")]


def test_customers_that_are_objects_are_an_error_that_names_the_value_inside(desk):
    deep = lines(line(0) | {"customer": {"name": "A", "id": "a"}})
    with pytest.raises(InputError, match="holds objects such as") as caught:
        desk.read(deep, "e.jsonl")
    assert "customer='customer.id'" in caught.value.hint
    assert desk.read(deep, "e.jsonl", columns=Columns(customer="customer.id")).customer.to_pylist() == ["a"]


def test_a_customer_that_is_an_object_among_ids_is_rejected(desk):
    path = desk.write(lines(line(0), line(1) | {"customer": {"id": "a"}}, line(2) | {"customer": "{3F25}"}), "e.jsonl")
    reading = read(path)
    assert reading.customer.to_pylist() == ["c0", "{3F25}"]
    assert rejected(reading) == [(2, "customer", '{"id":"a"}', "missing_identifier")]
    imported = apply(None, path)
    assert len(events(imported)) == 2
    assert rejected(imported) == rejected(reading)


def test_the_example_of_a_row_that_is_none_says_so(desk):
    reading = desk.read(PLAIN + "bo,2026-05-01\n")
    assert examples(reading.rejected)["unreadable"]["column"] == "the row"


def test_a_pipe_is_an_error_that_says_what_to_do(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe or a device, which cannot be read twice") as caught:
        read(tmp_path / "pipe")
    assert "Write it into a file first" in caught.value.hint


def test_a_line_that_is_no_object_is_rejected_for_the_same_reason_by_a_reading_and_an_import(desk):
    text = lines(*map(line, range(4))) + '{"customer":"b",\n[1,2]\n'
    path = desk.write(text, "e.jsonl")
    reasons = [reason for *_, reason in rejected(read(str(path)))]
    imported = apply(None, path)
    list(imported.events)
    assert reasons == ["unreadable", "not_an_object"]
    assert imported.rejected["reason"].to_pylist() == reasons
