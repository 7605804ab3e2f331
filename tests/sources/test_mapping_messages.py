"""What is said of a mapping that does not fit, and that rows with several rules lose nothing."""

import re

import pytest
from ruamel.yaml import YAML
from sources.mapped import PLAIN, mapped, table, told

from farled.errors import InputError, NotFoundError
from farled.sources.mapping import Options, apply, load
from farled.sources.rejects import examples
from farled.sources.time_forms import given

FILE = {"a.csv": "who,day,city\nana,2026-07-01,Oslo\n"}


def loaded(desk, text, files, **options):
    return apply(load(desk.write(text, "shop.yaml")), [desk.write(*pair[::-1]) for pair in files.items()], **options)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (PLAIN.replace("time: day", "time: dag"), "time.column"),
        (PLAIN.replace("column: who", "column: dag"), r"identifiers\[0\].column"),
        (PLAIN + "    properties: [city, dag]\n", r"events\[0\].properties"),
        (PLAIN + "    when: {column: dag, filled: true}\n", r"events\[0\].when\[0\].column"),
        (table(split="{column: dag, by: ','}"), r"split\[0\].column"),
        (table(carry_down="{key: dag, columns: [who]}"), "carry_down.key"),
    ],
)
def test_a_column_that_is_not_there_is_told_with_mapping_file_key_and_file(desk, text, key):
    with pytest.raises(NotFoundError, match=rf"shop\.yaml: {key}: '.*a\.csv' has no column named 'dag'"):
        loaded(desk, text, FILE)


def test_the_table_is_told_where_there_are_several(desk):
    made = YAML(typ="safe").load(PLAIN)
    head = {key: made.pop(key) for key in ("preset", "id")}
    text = f"preset: 1\nid: {head['id']}\ntables:\n  - {made}\n  - {dict(made, time='dag', files='b.csv')}\n"
    files = {"b.csv": FILE["a.csv"]}
    with pytest.raises(NotFoundError, match=r"tables\[1\]\.time\.column: .*'dag'"):
        loaded(desk, text, files)


def test_columns_that_verbs_add_are_there(desk):
    text = table(split="{column: city, by: '-', into: [town, part]}") + "\n"
    text = text.replace("  - name: visit\n", "  - name: visit\n    properties: [town, part]\n")
    assert len(told(loaded(desk, text, FILE))) == 1


def test_a_zone_that_does_not_exist_is_told_with_file_and_key(desk):
    text = PLAIN.replace("time: day", "time: {column: day, zone: Europe/Stokholm}")
    with pytest.raises(InputError, match=r"shop\.yaml: time\.zone: 'Europe/Stokholm' is not a time zone"):
        loaded(desk, text, FILE)


def test_a_zone_that_is_given_must_exist_even_where_the_mapping_has_its_own(desk):
    text = PLAIN.replace("time: day", "time: {column: day, zone: Europe/Oslo}")
    with pytest.raises(InputError, match="'Mars/Base' is not a time zone"):
        loaded(desk, text, FILE, options=Options(time_zone="Mars/Base"))


def test_where_no_file_fits_the_files_are_named(desk):
    text = table(files="orders*.csv")
    with pytest.raises(InputError, match=r"No file fits the mapping 'shop': given are a\.csv, b\.csv"):
        loaded(desk, text, FILE | {"b.csv": "x\n1\n"})


def test_a_rejected_time_keeps_its_value_and_is_an_example_of_its_reason(desk):
    day = "2026-07-01\n"
    imported = mapped(desk, PLAIN, {"a.csv": f"who,day\nana,{day}bo,\ncy,yesterday\ndi,31.31.2026\n,{day}"})
    imported.table()
    rejected = imported.rejected
    assert rejected["value"].to_pylist()[1:3] == ["yesterday", "31.31.2026"]
    assert {reason: (one["line"], one["value"]) for reason, one in examples(rejected).items()} == {
        "bad_time": (4, "yesterday"),
        "missing_identifier": (6, None),
    }


BOTH = """
preset: 1
id: shop
time: day
identifiers: [{type: user_id, column: who}]
events:
  - {name: visit, attributes: [city]}
  - {name: order, attributes: [tier]}
"""


def test_attributes_of_two_rules_on_one_row_are_two_events_that_both_stay(desk):
    row = {"a.csv": "who,day,city,tier\nana,2026-07-01,Oslo,gold\n"}
    made = mapped(desk, BOTH, row).table()
    known = [one for one in made.to_pylist() if one["name"] == "identify"]
    assert [one["properties"] for one in known] == ['{"city":"Oslo"}', '{"tier":"gold"}']
    assert len(set(made["event_id"].to_pylist())) == 4
    assert made["event_id"].to_pylist() == mapped(desk, BOTH, row).table()["event_id"].to_pylist()


def test_the_first_identify_event_of_a_row_keeps_the_id_it_has_alone(desk):
    row = {"a.csv": "who,day,city,tier\nana,2026-07-01,Oslo,gold\n"}
    alone = mapped(desk, BOTH.replace(", attributes: [tier]", ""), row).table()
    both = mapped(desk, BOTH, row).table()
    ids = [[one["event_id"] for one in made.to_pylist() if one["name"] == "identify"] for made in (alone, both)]
    assert ids[0] == ids[1][:1]


def test_the_same_attributes_by_two_rules_are_one_event(desk):
    made = mapped(desk, BOTH.replace("tier", "city"), {"a.csv": "who,day,city\nana,2026-07-01,Oslo\n"})
    assert [name for _, _, name in told(made)] == ["visit", "order", "identify"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "shop.yaml: the whole must be a table of keys and values, but is empty"),
        (PLAIN.replace("preset: 1", "preset: 2"), "preset must be 1, but is 2"),
        (PLAIN.replace("id: shop", "id: My shop"), "id must be lower-case letters, digits and _, a letter first"),
        (PLAIN.replace("- name: visit", "- name:"), r"events[0].name must be a table of keys and values, but is empty"),
        (PLAIN.replace("- name: visit", "- name: ''"), r"events[0].name: the word is empty"),
        (PLAIN.replace("[{type", "{type").replace("who}]", "who}"), "identifiers must be a list"),
        (PLAIN.replace("who}", "who, optional: perhaps}"), r"identifiers[0].optional must be true or false"),
        (PLAIN + "    when: {column: who, matches: '^(?=a)'}\n", "'^(?=a)' is not a regular expression of RE2"),
        (PLAIN + "    value: day\n    currency: {from_header: '('}\n", "'(' is not a regular expression"),
        (PLAIN.replace("time: day", "time: {column: day, formats: ['%Q']}"), "'%Q' is not a time format"),
        (table(rows="{skip_top: -1}"), "rows.skip_top must be at least 0, but is -1"),
    ],
)
def test_a_value_that_cannot_be_is_told_in_plain_words_with_its_place(desk, text, said):
    with pytest.raises(InputError, match=re.escape(said)):
        loaded(desk, text, FILE)


@pytest.mark.parametrize("form", ["%Q", "%d.%m.%", "%5"])
def test_a_time_format_with_a_part_that_there_is_not_is_an_error_that_names_it(form):
    with pytest.raises(InputError, match="has no part"):
        given(form, "UTC")
