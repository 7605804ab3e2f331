"""How numbers may be written."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import InputError
from farled.sources.numbers import decide, number, read_numbers, signs


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1234.5", ".", 1234.5),
        ("1,234.50", ".", 1234.5),
        ("1.234,50", ",", 1234.5),
        ("1 234,50", ",", 1234.5),
        ("1\u00a0234,50", ",", 1234.5),
        ("1\u202f234,50", ",", 1234.5),
        ("\u2212 5", ".", -5),
        ("(12,5)", ",", -12.5),
        ("99 kr", ",", 99),
        ("NOK 1 234,50", ",", 1234.5),
        ("12,5 %", ",", 12.5),
        ("1.5e3", ".", 1500),
        ("1,23", ".", None),
        ("12,34,56", ".", None),
        ("1.2.3", ",", None),
        ("twelve", ".", None),
        ("inf", ".", None),
        ("1_000", ".", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, decimal, value):
    assert number(text, decimal) == value


def of(*values: str):
    return {"amount": signs(pa.array(values, pa.string()))}


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (["1,5", "1,234"], ","),
        (["1.5", "1.234"], "."),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["1.234.567"], ","),
        (["0,125"], ","),
        (["1234,125"], ","),
        (["1", "20"], "."),
        ([], "."),
    ],
)
def test_the_sign_is_the_one_that_all_values_agree_with(values, decimal):
    assert decide(of(*values), None) == {"amount": decimal}


def test_a_column_that_fits_both_takes_the_choice_of_the_others():
    found = of("1,234") | {"tax": signs(pa.array(["0,25"]))}
    assert decide(found, None) == {"amount": ",", "tax": ","}


def test_where_nothing_decides_an_error_asks():
    with pytest.raises(InputError, match="'1,234' in column 'amount' can be read in two ways") as caught:
        decide(of("1,234"), None)
    assert "decimal=" in caught.value.hint


def test_a_column_that_disagrees_with_itself_is_an_error_unless_somebody_says():
    with pytest.raises(InputError, match="disagree"):
        decide(of("1,5", "1.5"), None)
    assert decide(of("1,5", "1.5"), ",") == {"amount": ","}


def test_a_sign_that_is_none_is_an_error():
    with pytest.raises(InputError, match="not a decimal sign"):
        decide({}, ";")


def test_signs_for_none_are_no_number_and_no_fault():
    values, wrong = read_numbers(pa.array(["", "--", "N/A", None, "x"]), ".")
    assert wrong.tolist() == [False, False, False, False, True]
    assert str(values.tolist()) == "[nan, nan, nan, nan, nan]"


@given(
    st.integers(-(10**12), 10**12),
    st.integers(0, 99),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (",", "\u00a0")]),
)
def test_any_amount_with_groups_is_read_back(whole, cents, marks):
    decimal, group = marks
    text = f"{whole:,}".replace(",", group) + f"{decimal}{cents:02}"
    expected = float(f"{whole}.{cents:02}")
    assert number(text, decimal) == expected
