"""Which times the zone of a column holds for: all that name none themselves."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.written import moments

from farled.sources.extract import times_of
from farled.sources.times import detect
from farled.sources.times import given as said
from farled.spans import instant

OSLO = "Europe/Oslo"  # two hours ahead of UTC in May
LOCAL = {
    "2026-05-01": "2026-04-30T22:00",
    "2026-5-1": "2026-04-30T22:00",
    "2026-05-01 01:00": "2026-04-30T23:00",
    "2026-05-01T01:00:30.25": "2026-04-30T23:00:30.250000",
    "20260501": "2026-04-30T22:00",
    "20260501T0100": "2026-04-30T23:00",
    "2026-W18-5": "2026-04-30T22:00",
    "2026W185": "2026-04-30T22:00",
    "2026-W18-5T01:00": "2026-04-30T23:00",
    "01.05.2026": "2026-04-30T22:00",
    "21-05-2026": "2026-05-20T22:00",
    "2026/05/01 01:00": "2026-04-30T23:00",
}
NAMED = {
    "2026-05-01T01:00Z": "2026-05-01T01:00",
    "2026-05-01 01:00:00Z": "2026-05-01T01:00",
    "2026-05-01 01:00z": "2026-05-01T01:00",
    "2026-05-01 01:00:00 UTC": "2026-05-01T01:00",
    "2026-05-01 01:00+01": "2026-05-01T00:00",
    "2026-05-01 01:00:00-01": "2026-05-01T02:00",
    "2026-05-01 01:00:00.5 +0100": "2026-05-01T00:00:00.500000",
    "2026-05-01T01:00:00-03:30": "2026-05-01T04:30",
    "20260501T0100Z": "2026-05-01T01:00",
    "20260501T010000+0100": "2026-05-01T00:00",
    "2026-W18-5T01:00+01": "2026-05-01T00:00",
}


def clock(texts, form):
    """Return the times of a column in UTC, to the minute."""
    times = times_of(pa.chunked_array([texts], pa.string()), form).time
    return [str(time) for time in times.astype("datetime64[us]").astype("datetime64[m]")]


@pytest.mark.parametrize(("written", "time"), [*LOCAL.items(), *NAMED.items()])
def test_the_zone_holds_for_times_that_name_none_and_for_no_others(desk, written, time):
    texts = "".join(f"ana;{written};visit\n" for _ in range(2))
    assert moments(desk.read(f"customer;time;event\n{texts}", time_zone=OSLO)) == [time, time]


def test_a_day_and_its_hours_stand_in_order_whatever_form_the_day_has(desk):
    for day in ("2026-05-01", "20260501", "2026-W18-5"):
        written = f"customer;time;event\nana;{day};visit\nana;2026-05-01 01:00;order\n"
        assert moments(desk.read(written, time_zone=OSLO)) == ["2026-04-30T22:00", "2026-04-30T23:00"]


ISO = {text: time for text, time in (LOCAL | NAMED).items() if text[4] in "-W0" and "/" not in text}


@settings(max_examples=25)
@given(st.lists(st.sampled_from(sorted(ISO)), min_size=1, max_size=8))
def test_forms_of_iso_mix_with_and_without_offsets(texts):
    expected = [instant(datetime.fromisoformat(ISO[text]).replace(tzinfo=UTC)) for text in texts]
    for form in (said("iso", OSLO), said(["%d.%m.%Y", "iso"], OSLO)):
        assert times_of(pa.chunked_array([texts], pa.string()), form).time.tolist() == expected


@settings(max_examples=25)
@given(st.lists(st.dates(datetime(2000, 1, 1).date(), datetime(2035, 12, 31).date()), min_size=1, max_size=20))
def test_a_day_begins_at_midnight_of_the_zone_in_every_form(days):
    forms = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%G-W%V-%u")
    expected = [instant(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Kathmandu"))) for day in days]
    for text in forms:
        column = [day.strftime(text) for day in days]
        form = detect(column, "Asia/Kathmandu")
        assert times_of(pa.chunked_array([column], pa.string()), form).time.tolist() == expected


def test_a_format_that_names_its_zone_does_not_move_beside_formats_that_name_none():
    formats = ["%d.%m.%Y %H:%M %z", "%d.%m.%Y %H:%M", "%d-%m-%Y", "%Y/%m/%dT%H:%M:%SZ", "iso"]
    texts = ["01.05.2026 10:00 +0100", "01.05.2026 10:00", "05-01-2026", "2026/05/01T10:00:00Z", "2026-05-01"]
    assert clock(texts, said(formats, OSLO)) == [
        "2026-05-01T09:00",
        "2026-05-01T08:00",
        "2026-01-04T23:00",
        "2026-05-01T10:00",
        "2026-04-30T22:00",
    ]


def test_the_hours_that_daylight_saving_skips_and_repeats_concern_times_without_an_offset_only():
    texts = ["2026-03-29 02:30", "2026-03-29 02:30+01", "2026-10-25 02:30", "2026-10-25 02:30+01:00", "2026-10-25"]
    assert times_of(pa.chunked_array([texts], pa.string()), said("iso", OSLO)).unsure == 2
    assert clock(texts, said("iso", OSLO)) == [
        "2026-03-29T01:30",
        "2026-03-29T01:30",
        "2026-10-25T00:30",
        "2026-10-25T01:30",
        "2026-10-24T22:00",
    ]
