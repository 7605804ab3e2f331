"""The traps of four languages, as a table."""

from decimal import Decimal
from math import inf, nan

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import InputError, NotFoundError
from farled.locale import (
    LANGUAGES,
    compact,
    interval,
    money,
    number,
    parse_number,
    percent,
    points,
    signed,
    signed_percent,
)
from farled.locale.languages import babel_locale

NBSP, MINUS = "\u00a0", "\u2212"


def in_all(write):
    return [write(language) for language in LANGUAGES]


def test_groups_are_parted_by_a_space_that_does_not_break_or_by_the_sign_of_the_language():
    expected = [f"1{NBSP}234{NBSP}567,5", f"1{NBSP}234{NBSP}567,5", "1.234.567,5", "1,234,567.5"]
    assert in_all(lambda language: number(1234567.5, language, 1)) == expected


def test_a_negative_number_has_the_minus_sign_and_no_hyphen():
    assert number(-2, "sv") == f"{MINUS}2"
    assert in_all(lambda language: "-" in money(-2.5, "SEK", language)) == [False] * 4


def test_what_rounds_to_zero_has_no_sign():
    assert [number(-0.04, "sv", 1), signed(-0.04, "sv", 1), signed(0.04, "en", 1)] == ["0,0", "0,0", "0.0"]
    assert percent(-0.0001, "en") == "0.0%"


def test_a_half_is_rounded_away_from_zero():
    assert [number(0.5, "en"), number(2.5, "en"), number(-2.5, "en")] == ["1", "3", f"{MINUS}3"]
    assert percent(0.125, "en", 0) == "13%"


def test_percent_has_a_space_in_the_north_and_none_in_english():
    assert in_all(lambda language: percent(0.04, language, 0)) == [f"4{NBSP}%"] * 3 + ["4%"]


def test_changes_carry_their_sign():
    assert [signed(2, "sv"), signed_percent(0.06, "sv"), signed_percent(-0.06, "en")] == [
        "+2",
        f"+6{NBSP}%",
        f"{MINUS}6%",
    ]


def test_percentage_points_have_words_of_their_own():
    assert in_all(lambda language: points(-0.003, language)) == [
        f"{MINUS}0,3{NBSP}pe",
        f"{MINUS}0,3{NBSP}pp",
        f"{MINUS}0,3{NBSP}pp",
        f"{MINUS}0.3{NBSP}pp",
    ]


def test_money_keeps_the_currency_it_came_with():
    assert money(1234.5, "SEK", "sv") == f"1{NBSP}234,50{NBSP}kr"
    assert money(1234.5, "NOK", "nb") == f"1{NBSP}234,50{NBSP}kr"
    assert money(1234.5, "DKK", "da") == f"1.234,50{NBSP}kr."
    assert money(1234.5, "SEK", "en") == f"SEK{NBSP}1,234.50"
    assert money(12480300, "SEK", "sv", 0) == f"12{NBSP}480{NBSP}300{NBSP}kr"
    assert money(1234.5, "JPY", "sv") == f"1{NBSP}235{NBSP}JPY"


def test_large_numbers_are_short():
    assert in_all(lambda language: compact(1_300_000, language)) == [
        f"1,3{NBSP}mn",
        f"1,3{NBSP}mill.",
        f"1,3{NBSP}mio.",
        "1.3M",
    ]


def test_an_interval_has_a_dash_and_below_zero_a_word():
    assert in_all(lambda language: interval(0.255, 0.366, language)) == [f"25,5–36,6{NBSP}%"] * 3 + ["25.5–36.6%"]
    assert interval(-0.41, 0.09, "da", percent=False, digits=2) == f"{MINUS}0,41 til 0,09"
    assert interval(4, 3000, "en", percent=False, digits=0) == "4–3,000"


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError):
        number(value, "sv")
    with pytest.raises(InputError):
        compact(value, "sv")


def test_an_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(NotFoundError, match="'fi'"):
        number(1, "fi")


@pytest.mark.parametrize("text", ["1 234,5", f"1{NBSP}234,5", "1\u202f234,5", "1234,5"])
def test_any_space_parts_groups_when_reading(text):
    assert [parse_number(text, "sv"), parse_number(text, "nb")] == [1234.5, 1234.5]


@pytest.mark.parametrize("text", ["", "abc", "1.5.2", "12.34", "1,2,3", ",", "nan"])
def test_a_text_that_is_no_number_in_the_language_is_refused(text):
    with pytest.raises(InputError):
        parse_number(text, "da")


@given(st.integers(-(10**12), 10**12), st.sampled_from(LANGUAGES), st.integers(0, 3))
def test_what_is_written_is_read_back(thousandths, language, digits):
    value = round(thousandths / 10**digits, digits)
    assert parse_number(number(value, language, digits), language) == pytest.approx(value, abs=10**-digits / 2)


@given(st.integers(-(10**15), 10**15), st.sampled_from(LANGUAGES), st.integers(0, 3))
def test_numbers_are_grouped_and_signed_as_babel_does(whole, language, digits):
    value = Decimal(whole).scaleb(-digits)
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    expected = format_decimal(value, pattern, babel_locale(language)).replace("-", MINUS).replace("\u202f", NBSP)
    assert number(whole / 10**digits, language, digits) == expected
