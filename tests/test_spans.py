"""Spans and periods."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled import InputError
from farled.spans import CALENDAR, DAY, HOUR, Calendar, instant, microseconds, moment, period, span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30min", 1800), ("12h", 43_200), ("30d", 2_592_000), ("2w", 1_209_600), ("0s", 0)],
)
def test_a_span_is_a_whole_number_and_a_unit(text, seconds):
    assert microseconds(text) == seconds * 1_000_000


@pytest.mark.parametrize("text", ["P30D", "-3d", "3", "d", "1.5h", "3 months", "", "1000000w"])
def test_other_texts_are_no_spans(text):
    with pytest.raises(InputError):
        microseconds(text)


@given(st.integers(0, 10**6))
def test_a_span_written_and_read_is_the_same(seconds):
    assert microseconds(span(seconds * 1_000_000)) == seconds * 1_000_000


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-02-28", "2026-02-28", "2026-03-01"),
        ("2026-07-01..2026-07-03", "2026-07-01", "2026-07-03"),
    ],
)
def test_a_period_is_half_open(text, first, last):
    found = period(text, "Europe/Stockholm")
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_days_begin_at_midnight_of_the_zone_also_when_clocks_change():
    day = period("2026-03-29", "Europe/Oslo")
    assert day.end - day.start == 23 * DAY // 24
    assert moment(day.start) == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_a_span_is_the_end_of_the_data():
    end = instant(datetime(2026, 7, 1, tzinfo=UTC))
    assert period("90d", end=end).start == end - 90 * DAY
    with pytest.raises(InputError, match="no data"):
        period("90d")


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-Q5", "2026-W60", "2026-02-30", "today", "2026-07-03..2026-07-01", "a..b"]
)
def test_other_texts_are_no_periods(text):
    with pytest.raises(InputError):
        period(text)


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Oslo", "America/St_Johns", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut"]
)
@pytest.mark.parametrize("unit", CALENDAR)
@given(time=st.integers(0, instant(datetime(2037, 1, 1, tzinfo=UTC))))
@settings(max_examples=20)
def test_every_time_lies_in_one_calendar_period(unit, zone, time):
    calendar = Calendar(unit, zone)
    number = calendar.number(time)
    assert calendar.start(number) <= time < calendar.start(number + 1)
    assert calendar.holding(calendar.first_day(number)) == number
    read = period(calendar.name(number), zone)
    assert (read.start, read.end) == (calendar.start(number), calendar.start(number + 1))
    assert calendar.edges(number, number + 1) == tuple(calendar.start(number + later) for later in range(3))


def test_a_day_that_clocks_leave_begins_once():
    days = Calendar("day", "America/St_Johns")  # on 2006-10-29 at 00:01 clocks went back to 23:01 of the day before
    midnight = instant(datetime(2006, 10, 29, 2, 30, tzinfo=UTC))
    assert days.start(days.number(midnight)) == midnight
    assert [days.name(days.number(midnight + later)) for later in (-1, 0, HOUR // 2)] == [
        "2006-10-28",
        *["2006-10-29"] * 2,
    ]
    skipped = Calendar("day", "Pacific/Apia")  # there was no 2011-12-30
    number = skipped.holding(date(2011, 12, 30))
    assert skipped.start(number) == skipped.start(number + 1)


def test_a_calendar_has_known_units_and_zones():
    for unit, zone in (("fortnight", "UTC"), ("day", "Europe/Malmo")):
        with pytest.raises(InputError):
            Calendar(unit, zone)
