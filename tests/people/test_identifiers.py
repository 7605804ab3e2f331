"""Identifiers are written in one way, and some identify nobody."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.people.identifiers import BLOCKED, is_blocked, normalise, normalised, ranked


def test_emails_are_trimmed_folded_and_composed_and_nothing_else():
    assert normalise("email", " A+B.C@Firma.NO ") == "a+b.c@firma.no"
    assert normalise("email", "\uff41@b.no") == "a@b.no"


def test_all_other_types_are_only_trimmed():
    assert normalise("user_id", " Ana ") == "Ana"


@pytest.mark.parametrize(
    "value", [*sorted(BLOCKED), "NULL", " None ", "0", "000", "0-0", "--", "example@shop.se", "[object Object]"]
)
def test_values_that_identify_nobody_are_blocked(value):
    assert is_blocked(value)


@pytest.mark.parametrize("value", ["ana", "10", "guest1", "an example@shop.se", "-2"])
def test_others_are_not(value):
    assert not is_blocked(value)


def test_a_workspace_may_block_more():
    assert is_blocked("Kiosk", ["kiosk"])


def test_the_strongest_type_comes_first():
    assert ranked([("anonymous_id", "a"), ("shoe_size", "42"), ("user_id", "u")])[0] == ("user_id", "u")


@given(st.sampled_from(["email", "user_id"]), st.lists(st.text() | st.sampled_from(sorted(BLOCKED)), max_size=8))
def test_a_column_is_normalised_as_each_value_is(kind, values):
    column = normalised(kind, pa.chunked_array([values], pa.string()), ["kiosk"])
    one_by_one = [normalise(kind, value) for value in values]
    assert column.to_pylist() == [None if is_blocked(value, ["kiosk"]) else value for value in one_by_one]


@given(st.text())
def test_normalising_twice_changes_nothing(value):
    assert normalise("email", normalise("email", value)) == normalise("email", value)
