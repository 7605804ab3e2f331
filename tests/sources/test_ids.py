"""Ids of events: the same file twice changes nothing."""

import re
from hashlib import blake2b

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.mapped import events, mapped, table

from farled.sources.ids import json_rows, occurrences
from farled.sources.mapping import Setting, apply

ROWS = "who,day,n\nana,2026-05-01,1\nbo,2026-05-01,2\nana,2026-05-01,1\n"


def ids(desk, text: str, name: str = "a.csv", mapping: str = table()) -> list[str]:
    return [row["event_id"] for row in events(mapped(desk, mapping, {name: text}))]


def test_an_id_is_the_blake2b_of_row_and_event_in_hexadecimal(desk):
    content = '{"day":"2026-05-01","n":"1","who":"ana"}\nvisit'
    assert ids(desk, ROWS)[0] == blake2b(content.encode(), digest_size=16).hexdigest()


def test_the_same_rows_have_the_same_ids_whatever_the_file_is_called(desk):
    assert ids(desk, ROWS) == ids(desk, ROWS, "b.csv")


def test_the_order_of_columns_empty_columns_and_the_delimiter_do_not_matter(desk):
    assert ids(desk, "n;day;who;more\n1;2026-05-01;ana;\n") == ids(desk, ROWS)[:1]


def test_equal_rows_are_told_apart_by_their_number(desk):
    found = ids(desk, ROWS)
    assert len(set(found)) == 3


def test_files_that_overlap_share_the_ids_of_the_rows_they_share(desk):
    longer = ids(desk, ROWS + "cy,2026-05-02,3\n")
    assert longer[:3] == ids(desk, ROWS)


def test_two_events_of_one_row_have_two_ids(desk):
    assert len(set(ids(desk, ROWS, mapping=table().replace("- name: visit", "- name: visit\n  - name: order")))) == 6


def test_a_natural_id_survives_changes_of_the_rest_of_the_row(desk):
    mapping = table().replace("- name: visit", "- {name: order, id: [n]}")
    changed = ROWS.replace("2026-05-01", "2026-06-01")
    assert ids(desk, ROWS, mapping=mapping) == ids(desk, changed, mapping=mapping)
    assert ids(desk, ROWS, mapping=mapping)[0] == ids(desk, ROWS, mapping=mapping)[2]


def test_a_natural_id_belongs_to_its_preset_and_its_event(desk):
    order = table().replace("- name: visit", "- {name: order, id: [n]}")
    paid = order.replace("name: order", "name: paid")
    other = order.replace("id: shop", "id: store")
    found = {ids(desk, ROWS, mapping=mapping)[0] for mapping in (order, paid, other)}
    assert len(found) == 3


def test_a_row_without_its_natural_id_gets_one_of_its_content(desk):
    mapping = table().replace("- name: visit", "- {name: order, id: [n]}")
    found = ids(desk, "who,day,n\nana,2026-05-01,\nbo,2026-05-01,\n", mapping=mapping)
    assert len(set(found)) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in found)


def test_a_table_in_memory_has_ids_too():
    made = pa.table({"user": ["a", "a"], "time": ["2026-05-01"] * 2, "event": ["visit"] * 2})
    assert len(set(apply(None, made, setting=Setting()).table()["event_id"].to_pylist())) == 2


words = st.text(alphabet='ab\x1f",\\\n å', max_size=3)


@settings(max_examples=40)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=12))
def test_different_rows_are_different_and_equal_ones_are_counted(rows):
    made = pa.table({"a": [a for a, _ in rows], "b": [b for _, b in rows]})
    written = json_rows(made).to_pylist()
    assert [[one == other for other in written] for one in written] == [
        [one == other for other in rows] for one in rows
    ]
    assert occurrences(made).tolist() == [rows[:place].count(row) for place, row in enumerate(rows)]


@pytest.mark.parametrize("n", [3, 600_000])
def test_ids_do_not_depend_on_how_an_import_is_cut_into_parts(n):
    made = pa.table({"user": ["a"] * n, "time": [1777631400] * n, "event": ["visit"] * n})
    found = apply(None, made).table()["event_id"]
    assert found.slice(0, 3).to_pylist() == apply(None, made.slice(0, 3)).table()["event_id"].to_pylist()
    assert len(set(found.to_pylist())) == n
