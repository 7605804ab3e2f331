import difflib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import InputError, NotFoundError
from farled.maps.load import load_catalog
from farled.maps.saved_segments import delete_segment, flow_text, save_segment
from farled.maps.yaml import plain_values, read_yaml

RULE = {"event": "order", "min": 2}
WRITTEN = """\
farled: 1   # the format

# who owns what
departments: {mkt: "Marknad",   shop: Butik}
segments:   # all of them
  loyal: {name: Loyal, rule: {event: order, min: 3}}   # agreed in May

  # about the new
  new:
    name: 'New ones'
    rule:
      event: order   # any
      max: 1
  # the end of the segments

personas:
    - {id: maja, name: Maja}
"""


@pytest.fixture
def catalog(tmp_path):
    return tmp_path / "catalog.yaml"


def changes(before, after):
    """The lines taken out and put in."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def saved(catalog, text, id_="big", name="Big", rule=None):
    catalog.write_text(text, encoding="utf-8", newline="")
    save_segment(catalog, id_, name, rule or RULE)
    return catalog.read_bytes().decode()


def test_a_new_segment_is_one_line_more_at_the_end_of_the_segments(catalog):
    after = saved(catalog, WRITTEN)
    assert changes(WRITTEN, after) == ["+   big: {name: Big, rule: {event: order, min: 2}}"]
    assert after.index("big:") < after.index("# the end of the segments")
    assert list(load_catalog(catalog).segments) == ["loyal", "new", "big"]


def test_a_change_touches_only_what_differs_and_keeps_the_comment(catalog):
    after = saved(catalog, WRITTEN, "loyal", "Loyal", {"event": "order", "min": 4})
    assert "  loyal: {name: Loyal, rule: {event: order, min: 4}}   # agreed in May\n" in after
    assert len(changes(WRITTEN, after)) == 2
    named = saved(catalog, WRITTEN, "new", "Newcomers", {"event": "order", "max": 1})
    assert changes(WRITTEN, named) == ["-     name: 'New ones'", "+     name: Newcomers"]


def test_a_rule_over_several_lines_is_replaced_whole(catalog):
    after = saved(catalog, WRITTEN, "new", "New ones", {"event": "visit"})
    assert "    name: 'New ones'\n    rule:\n      {event: visit}\n  # the end" in after
    assert load_catalog(catalog).segments["new"].rule.event == "visit"


def test_saving_the_same_again_changes_no_byte(catalog):
    assert saved(catalog, WRITTEN, "new", "New ones", {"event": "order", "max": 1}) == WRITTEN
    assert saved(catalog, WRITTEN, "loyal", "Loyal", {"min": 3, "event": "order"}) == WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        "farled: 1\n",
        "farled: 1",
        "farled: 1\nsegments: {}\n",
        "segments: {a: {name: A, rule: {event: x}}}  # one\nfarled: 1\n",
        "farled: 1\r\nsegments:\r\n    a: {name: A, rule: {event: x}}\r\n",
        "\ufefffarled: 1\nsegments:\n  a:\n    name: A\n    rule: {event: x}",
    ],
)
def test_a_catalogue_written_in_any_way_can_be_added_to_and_taken_from(catalog, text):
    after = saved(catalog, text)
    assert load_catalog(catalog).segments["big"].name == "Big"
    assert ("\r\n" in after) == ("\r\n" in text)
    delete_segment(catalog, "big")
    assert "big" not in load_catalog(catalog).segments
    for id_ in load_catalog(catalog).segments:
        delete_segment(catalog, id_)
    assert load_catalog(catalog).segments == {}


def test_deleting_takes_out_the_lines_of_the_segment_alone(catalog):
    catalog.write_text(WRITTEN)
    delete_segment(catalog, "loyal")
    assert changes(WRITTEN, catalog.read_text()) == [
        "-   loyal: {name: Loyal, rule: {event: order, min: 3}}   # agreed in May"
    ]
    delete_segment(catalog, "new")
    after = catalog.read_text()
    assert "# about the new" in after
    assert "# the end of the segments" in after
    assert load_catalog(catalog).personas[0].id == "maja"
    with pytest.raises(NotFoundError, match="segment named 'new'"):
        delete_segment(catalog, "new")


def test_a_catalogue_is_made_where_there_is_none(catalog):
    save_segment(catalog, "big", "Big", RULE)
    assert catalog.read_text() == "farled: 1\nsegments:\n  big: {name: Big, rule: {event: order, min: 2}}\n"


@pytest.mark.parametrize(
    ("id_", "name", "says"),
    [
        ("Big", "Big", "'Big' is not an id"),
        ("a" * 65, "Big", "is not an id"),
        ("all", "All", "has a meaning of its own"),
        ("maja", "Maja", "A persona is called 'maja'"),
        ("big", " ", "is not one line of text"),
        ("big", "a\nb", "is not one line of text"),
    ],
)
def test_ids_and_names_that_cannot_be_used_are_refused(catalog, id_, name, says):
    catalog.write_text(WRITTEN)
    with pytest.raises(InputError, match=says):
        save_segment(catalog, id_, name, RULE)
    assert catalog.read_text() == WRITTEN


def test_a_catalogue_that_cannot_be_read_is_left_alone_and_its_line_named(catalog):
    broken = "farled: 1\nsegments:\n  a: {name: A, rule: {evnt: x}}\n"
    catalog.write_text(broken)
    with pytest.raises(InputError, match=r"catalog.yaml:3: segments.a.rule.evnt: 'evnt' is not a key"):
        save_segment(catalog, "big", "Big", RULE)
    assert catalog.read_text() == broken


def test_many_writers_at_once_lose_nothing(catalog):
    catalog.write_text(WRITTEN)
    ready = threading.Barrier(8)

    def save(number):
        ready.wait()
        save_segment(catalog, f"s{number}", f"S {number}", {"event": f"e{number}"})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(8)))
    assert set(load_catalog(catalog).segments) == {"loyal", "new", *(f"s{number}" for number in range(8))}


scalars = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner, max_size=3)), max_leaves=8
)


@given(values)
def test_a_value_written_in_one_line_reads_back_the_same(value):
    text = flow_text(value)
    assert "\n" not in text
    assert plain_values(read_yaml(f"a: {text}", "x"))["a"] == value
