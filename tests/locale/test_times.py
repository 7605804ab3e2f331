"""Days, periods and lengths of time in four languages."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import InputError
from farled.locale import LANGUAGES, clock, date, duration, period

DAY = dt.date(2026, 11, 21)
EVENING = dt.datetime(2026, 11, 21, 20, 5, tzinfo=dt.UTC)


def in_all(write):
    return [write(language) for language in LANGUAGES]


def plain(text):
    return text.replace("\u00a0", " ")


def test_days_are_written_in_the_order_and_with_the_dots_of_the_language():
    assert in_all(lambda language: date(DAY, language)) == [
        "21 nov. 2026",
        "21. nov. 2026",
        "21. nov. 2026",
        "21 Nov 2026",
    ]


def test_the_clock_has_24_hours_and_in_danish_a_dot():
    assert in_all(lambda language: clock(EVENING, language)[-5:]) == ["20:05", "20:05", "20.05", "20:05"]


def test_a_moment_falls_on_the_day_of_its_zone():
    late = int(dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC).timestamp()) * 1_000_000
    assert [date(late, "sv"), date(late, "sv", "Europe/Stockholm")] == ["21 nov. 2026", "22 nov. 2026"]


def test_a_period_names_its_last_day_and_not_the_day_after():
    assert in_all(lambda language: period(dt.date(2026, 7, 1), dt.date(2026, 10, 1), language)) == [
        "1 juli – 30 sep. 2026",
        "1. juli – 30. sep. 2026",
        "1. jul. – 30. sep. 2026",
        "1 Jul – 30 Sept 2026",
    ]


def test_a_period_says_month_and_year_once_where_they_are_the_same():
    assert period(dt.date(2026, 7, 1), dt.date(2026, 8, 1), "sv") == "1–31 juli 2026"
    assert period(dt.date(2025, 7, 1), dt.date(2026, 8, 1), "da") == "1. jul. 2025 – 31. jul. 2026"
    assert period(DAY, dt.date(2026, 11, 22), "sv") == "21 nov. 2026"


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(InputError):
        period(DAY, dt.date(2026, 11, 20), "sv")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.4, "0,4 s"),
        (59.6, "60 s"),
        (95, "95 s"),
        (210, "3 min 30 s"),
        (599.7, "10 min"),
        (5400, "90 min"),
        (7199, "2 h"),
        (4 * 3600 + 1200, "4 h 20 min"),
        (111_600, "31 h"),
        (172_800, "2 d"),
        (187_200, "2 d 4 h"),
        (863_999, "10 d"),
        (86_400 * 1234, "1 234 d"),
        (-68_400, "−19 h"),
    ],
)
def test_a_length_of_time_has_its_two_largest_units(seconds, text):
    assert plain(duration(seconds, "sv")) == text


def test_hours_have_the_sign_of_the_language():
    assert in_all(lambda language: plain(duration(187_200, language))) == ["2 d 4 h", "2 d 4 t", "2 d 4 t", "2 d 4 h"]


@given(st.floats(0, 1e10))
def test_a_length_of_time_is_never_off_by_more_than_a_twentieth_or_half_the_smallest_unit(seconds):
    sizes = {"s": 1, "min": 60, "h": 3600, "d": 86400}
    parts = duration(seconds, "en").split(" ")
    read = sum(float(part.split("\u00a0")[0].replace(",", "")) * sizes[part.split("\u00a0")[1]] for part in parts)
    assert abs(read - seconds) <= max(0.5, seconds / 20)
