"""Braces: JSON and YAML on one line are the same to whoever types them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import InputError
from farled.journeys.braces import braced

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text("abc ", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", min_size=1, max_size=3), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text("xyz", min_size=1), plain, max_size=4))
def test_json_is_read_as_json(value):
    assert braced(json.dumps(value), "a") == value


def test_yaml_in_braces_is_read_as_the_same_in_json():
    for text, value in (
        ("{event: store_visit}", {"event": "store_visit"}),
        ("{all: [{attr: plan, is: pro}, {event: order, min: 3}]}", None),
        ("{during: 2026-Q3, where: loyal}", {"during": "2026-Q3", "where": "loyal"}),
        ("{attr: since, min: 2026-01-05}", {"attr": "since", "min": "2026-01-05"}),
        ("[visit, [chat, call], order]", ["visit", ["chat", "call"], "order"]),
    ):
        wanted = {"all": [{"attr": "plan", "is": "pro"}, {"event": "order", "min": 3}]} if value is None else value
        assert braced(text, "a") == wanted


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read"),
        ("{event: visit, event: order}", "duplicate key"),
        ("{event: &a visit, where: *a}", "anchor"),
        ("{event: !!python/name:os.system x}", "tag"),
        ("[" * 5000, "cannot be read"),
    ],
)
def test_what_is_neither_is_refused_with_the_place_and_the_value(text, says):
    with pytest.raises(InputError, match=says) as error:
        braced(text, "a")
    assert error.value.message.startswith("a: ")
    assert error.value.hint
