"""Reading a mapping file, and the errors that say where it is wrong."""

import pytest
from sources.mapped import table

from farled.errors import FarledError, InputError, NotFoundError
from farled.sources.mapping_file import load


def wrong(desk, text: str) -> FarledError:
    with pytest.raises(FarledError) as caught:
        load(desk.write(text, "mapping.yaml"))
    return caught.value


def test_one_table_may_stand_at_the_top(desk):
    mapping = load(desk.write(table(), "mapping.yaml"))
    assert (mapping.id, len(mapping.tables), mapping.tables[0].events[0].name.fixed) == ("shop", 1, "visit")


def test_an_unknown_key_is_an_error_with_its_place_and_the_nearest_known_one(desk):
    error = wrong(desk, table().replace("- name: visit", "- {name: visit, chanel: web}"))
    assert "mapping.yaml: events[0].chanel: there is no key 'chanel' here." in error.message
    assert error.hint == "Did you mean 'channel'?"


def test_an_unknown_key_at_the_top_is_an_error_too(desk):
    assert wrong(desk, table(filez="a*")).hint == "Did you mean 'files'?"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id: shop\n", ""), "id is missing"),
        (("preset: 1", "preset: 2"), "preset"),
        (("time: day\n", ""), "event 'visit' has no time"),
        (("identifiers: [{type: user_id, column: who}]", "identifiers: []"), "event 'visit' has no identifiers"),
        (("- name: visit", "- {name: visit, score: {column: n, scale: nsp}}"), "'nsp' is not a scale"),
        (("- name: visit", "- {name: visit, when: {column: n}}"), "exactly one of is, is_not, filled, matches"),
        (("- name: visit", "- {name: visit, when: {column: n, matches: '['}}"), "not a regular expression"),
        (("- name: visit", "- {name: visit, currency: {}}"), "exactly one of column, fixed, from_header"),
        (("- name: visit", "- {name: visit, value: {column: n, decimal: ';'}}"), "decimal"),
        (("- name: visit", "- {id: [n]}"), "name is missing"),
    ],
)
def test_what_breaks_the_form_is_an_error_that_names_file_and_place(desk, change, said):
    error = wrong(desk, table().replace(*change))
    assert "mapping.yaml" in error.message
    assert said in error.message


@pytest.mark.parametrize(
    "text", ["", "[]", "5", "a: [", "a: 1\na: 2", "\ta", "%YAML", "!!python/object:os.system x", "&a [*a]"]
)
def test_what_is_no_mapping_is_one_clear_error(desk, text):
    assert "mapping.yaml" in wrong(desk, text).message


def test_bytes_that_are_no_utf8_are_one_clear_error(desk):
    with pytest.raises(InputError, match="not YAML in UTF-8"):
        load(desk.write(b"\xff\xfe\x00", "mapping.yaml"))


def test_a_missing_mapping_is_not_found(desk):
    with pytest.raises(NotFoundError, match=r"no file named .*mapping\.yaml"):
        load(desk.folder / "mapping.yaml")


@pytest.mark.parametrize(
    ("key", "content", "instead"),
    [
        ("consents", "[{purpose: marketing, column: ok}]", "attributes of an event"),
        ("suppressions", "{column: unsubscribed}", "'unsubscribed'"),
        ("accounts", "[{id: company}]", "account: COLUMN"),
        ("cost", "{column: spent}", "{COLUMN: cost}"),
        ("webhook", "{secret: word}", "JSON lines"),
    ],
)
def test_a_key_that_nothing_reads_yet_is_an_error_that_says_so_and_what_to_do_instead(desk, key, content, instead):
    error = wrong(desk, table(**{key: content}))
    assert error.message.endswith(f"mapping.yaml: {key}: Farled does not read {key!r} of a mapping yet.")
    assert error.hint.startswith("Take it out; ")
    assert instead in error.hint
    inside = table().replace("preset: 1\nid: shop\n", "").strip().replace("\n", "\n    ")
    several = wrong(desk, f"preset: 1\nid: shop\ntables:\n  - {key}: {content}\n    {inside}\n")
    assert f"tables[0].{key}: Farled does not read {key!r}" in several.message


@pytest.mark.parametrize("empty", ["[]", "{}", ""])
def test_such_a_key_may_stand_there_empty_because_it_says_nothing(desk, empty):
    assert load(desk.write(table(consents=empty, cost=empty), "mapping.yaml")).tables[0].events


def test_a_lookup_may_not_take_the_name_that_a_group_gives_its_items(desk):
    both = table(lookup="{file: b*, key: who, take: [items]}", group_by="{key: who, items: [n]}")
    assert "lookup and group_by both make a column 'items'" in wrong(desk, both).message


def test_the_examples_that_are_shipped_are_right():
    from pathlib import Path  # noqa: PLC0415

    for path in sorted(Path(__file__).parents[2].glob("examples/*/mapping*.yaml")):
        assert load(path).tables
