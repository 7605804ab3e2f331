"""Attributes of customers as identify events tell them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from farled.journeys.attributes import Attributes, known_attributes
from farled.journeys.build import journeys_of

KEYS = st.sampled_from(["plan", "a", "b", "a.b", "år", 'q"', "x y", ""])
SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["plan", "a", "ö"])
SAID = st.recursive(
    SCALARS | st.lists(st.just(1)), lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)


def test_reading_only_some_is_reading_all_and_looking_at_some():
    said = ['{"plan": "pro", "a": {"b": 1, "c": null}, "a.b": 2, "x": [1]}', None, '{"a": {"b": true}}']
    whole = Attributes.from_identify([0, 0, 1], [1, 2, 3], said)
    some = Attributes.from_identify([0, 0, 1], [1, 2, 3], said, {"a.b"})
    assert some.keys == ("a.b",)
    for known in (whole, some):
        found = known.at("a.b", [0, 1], [5, 5])
        assert [known.values[code] for code in found.code] == [2, True]
    assert Attributes.from_identify([0], [1], ['{"a": 1}'], ()).keys == ()


@given(st.lists(st.none() | st.dictionaries(KEYS, SAID, max_size=4), max_size=5), st.sets(KEYS), st.booleans())
def test_reading_any_names_is_reading_all_and_looking_at_these(said, wanted, ascii_only):
    texts = [None if each is None else json.dumps(each, ensure_ascii=ascii_only) for each in said]
    rows = list(range(len(texts)))
    whole, some = (Attributes.from_identify([0] * len(rows), rows, texts, names) for names in (None, wanted))
    assert set(some.keys) == set(whole.keys) & wanted
    for name in wanted:
        one, other = (
            [None if code < 0 else (type(known.values[code]), known.values[code]) for code in column.code]
            for known in (some, whole)
            for column in (known.at(name, [0] * len(rows), rows),)
        )
        assert one == other


def test_needless_escapes_are_understood():
    assert Attributes.from_identify([0], [1], [r'{"\u0070lan": "pro"}'], {"plan"}).values == ("pro",)


def test_what_is_known_of_a_chunk_is_read_once(monkeypatch):
    shop = journeys_of({"ana": [("identify", 0, {"plan": "pro", "age": 40}), ("visit", 1)]})
    first = known_attributes(shop, 0, ["plan"])
    monkeypatch.setattr(type(shop), "identified", None)
    assert known_attributes(shop, 0, {"plan"}) is first
