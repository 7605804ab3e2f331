"""A map as path and value: everything comes back."""

import csv
import io
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farled.errors import InputError
from farled.maps.paths import Row, document_of, read, rows_of, written
from farled.maps.yaml import plain_values, read_yaml, yaml_text

few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        [
            "",
            "0.034",
            "-1",
            "true",
            "null",
            "[]",
            "{}",
            "2026-10-01",
            "=1+1",
            "@x",
            "'=x",
            '"',
            '""',
            " a",
            "a\nb",
            "4h",
        ]
    ),
)
scalars = st.one_of(
    texts,
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
keys = st.one_of(
    st.sampled_from(["where", "is", "x-a.b", "x-\\", "x-1"]), st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True)
)
ids = st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
)


@st.composite
def documents(draw):
    """Documents of the shape of a map: phases with touchpoints, lists by id, and anything below."""
    fields = st.dictionaries(keys.filter(lambda key: key not in ("id", "touchpoints", "phase")), values, max_size=3)
    phases = [{"id": id_, **draw(fields)} for id_ in draw(st.lists(ids, min_size=1, max_size=4, unique=True))]
    for id_ in draw(st.lists(ids, max_size=6, unique=True)):
        draw(st.sampled_from(phases)).setdefault("touchpoints", []).append({"id": id_, **draw(fields)})
    people = [{"id": id_, **draw(fields)} for id_ in draw(st.lists(ids, max_size=3, unique=True))]
    return {"farled": 1, **({"personas": people} if people else {}), "map": draw(fields), "phases": phases}


def through_csv(document):
    """A document written as CSV and read from it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows((row.path, written(row.value)) for row in rows_of(document))
    rows = csv.reader(io.StringIO(out.getvalue(), newline=""))
    return document_of([Row(line, path, read(cell)) for line, (path, cell) in enumerate(rows, 1)], "map.csv")


@few
@given(scalars)
def test_a_cell_is_read_as_it_was_written(value):
    cell = written(value)
    back = read(cell)
    assert (type(back), back) == (type(value), value)
    assert not (isinstance(value, str) and cell.startswith(("=", "+", "-", "@")))


@few
@given(documents())
def test_a_document_comes_back_from_its_rows(document):
    assert plain_values(through_csv(document)) == document


def test_a_document_from_rows_is_yaml_without_anchors(nordbod_text):
    document = plain_values(read_yaml(nordbod_text, "nordbod"))
    again = yaml_text(through_csv(document))
    assert plain_values(read_yaml(again, "again")) == document


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        ([("map.title", "A"), ("map.title", "B")], 2, "stands already on line 1"),
        ([("map", "A"), ("map.title", "B")], 2, "stands below a value"),
        ([("phases.a.name", "A"), ("touchpoints.t.name", "T")], 2, "stands in no phase"),
        ([("phases.a.name", "A"), ("touchpoints.t.phase", "b")], 2, "stands in no phase"),
        ([("", "A")], 1, "path is empty"),
    ],
)
def test_rows_that_contradict_each_other_name_their_line(rows, line, says):
    with pytest.raises(InputError, match=says) as found:
        document_of([Row(at, path, value) for at, (path, value) in enumerate(rows, 1)], "map.csv")
    assert found.value.message.startswith(f"map.csv:{line}:")
