"""How times may be written."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.written import moments, rejected, report

from farled.errors import InputError
from farled.sources.extract import times_of
from farled.sources.files import Options, read
from farled.sources.times import Doubt, detect
from farled.sources.times import given as said
from farled.spans import instant

HEAD = "customer;time;event\n"


def file(*times: str) -> str:
    return HEAD + "".join(f"ana;{time};visit\n" for time in times)


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2026-05-01", "2026-05-01T00:00"),
        ("2026-05-01 10:30", "2026-05-01T10:30"),
        ("2026-05-01T10:30:15", "2026-05-01T10:30:15"),
        ("2026-05-01T10:30:15.25", "2026-05-01T10:30:15.250000"),
        ("2026-05-01T10:30:15.123456789", "2026-05-01T10:30:15.123456"),
        ("2026-05-01T10:30:00Z", "2026-05-01T10:30"),
        ("2026-05-01T10:30:00+02:00", "2026-05-01T08:30"),
        ("2026-05-01 10:30:00 +0200", "2026-05-01T08:30"),
        ("2026-05-01 10:30:00 UTC", "2026-05-01T10:30"),
        ("20260501T103000Z", "2026-05-01T10:30"),
        ("2026-W18-5", "2026-05-01T00:00"),
        ("20260501", "2026-05-01T00:00"),
        ("01.05.2026", "2026-05-01T00:00"),
        ("1.5.2026 10:30", "2026-05-01T10:30"),
        ("01.05.2026 10.30", "2026-05-01T10:30"),
        ("01.05.2026, 10:30:00", "2026-05-01T10:30"),
        ("01.05.2026 kl. 10:30", "2026-05-01T10:30"),
        ("2026/05/01 10:30", "2026-05-01T10:30"),
        ("21/05/2026", "2026-05-21T00:00"),
        ("05/21/2026 1:30 PM", "2026-05-21T13:30"),
        ("1777631400", "2026-05-01T10:30"),
        ("1777631400.5", "2026-05-01T10:30:00.500000"),
        ("1777631400000", "2026-05-01T10:30"),
        ("1777631400000000", "2026-05-01T10:30"),
        ("1777631400000000000", "2026-05-01T10:30"),
        ("60", "1970-01-01T00:01"),
        ("2026-05-01 23.59", "2026-05-01T23:59"),
        ("2026-05-01 9.05.30", "2026-05-01T09:05:30"),
        ("2026-05-01 kl. 23.59", "2026-05-01T23:59"),
        ("2026-05-01 08:05:00,123", "2026-05-01T08:05:00.123000"),
        ("2026-05-01T08:05:00,123456789Z", "2026-05-01T08:05:00.123456"),
        ("2026-05-01T08:05:00,5+02:00", "2026-05-01T06:05:00.500000"),
        ("2026-05-01T10", "2026-05-01T10:00"),
        ("2026-05-01 10+02", "2026-05-01T08:00"),
        ("2026-05-01t10:30z", "2026-05-01T10:30"),
        ("2026-05-01T24:00", "2026-05-02T00:00"),
        ("2026-5-1T10Z", "2026-05-01T10:00"),
        ("2026-05-01+02:00", "2026-04-30T22:00"),
        ("20260501T103000", "2026-05-01T10:30"),
        ("20260501T10", "2026-05-01T10:00"),
        ("2026-121T10:30", "2026-05-01T10:30"),
        ("2026-W18", "2026-04-27T00:00"),
        ("20260501103000", "2026-05-01T10:30"),
        ("31.12.25", "2025-12-31T00:00"),
        ("31.12.25 23.59", "2025-12-31T23:59"),
        ("1.5.26 kl. 9:05", "2026-05-01T09:05"),
        ("31.12.98", "1998-12-31T00:00"),
        ("31/12/25 23:59", "2025-12-31T23:59"),
        ("12/31/25", "2025-12-31T00:00"),
        ("98-12-31", "1998-12-31T00:00"),
        ("31/12-2025", "2025-12-31T00:00"),
        ("3/4-2026 kl 10.30", "2026-04-03T10:30"),
        ("31/12-25 23.59", "2025-12-31T23:59"),
        ("31/12 2025", "2025-12-31T00:00"),
        ("46143", "2026-05-01T00:00"),
        ("46143.5", "2026-05-01T12:00"),
        ("46143,5", "2026-05-01T12:00"),
        ("46143.4409722222", "2026-05-01T10:35"),
    ],
)
def test_times_are_read_in_many_forms(desk, written, time):
    assert moments(desk.read(file(written, written))) == [time, time]


def test_forms_of_iso_may_mix_in_one_column(desk):
    reading = desk.read(file("2026-05-01 10:00:00", "2026-05-01T10:00Z", "2026-05-01", "20260501T1000"))
    assert moments(reading) == ["2026-05-01T10:00", "2026-05-01T10:00", "2026-05-01T00:00", "2026-05-01T10:00"]


def test_a_value_above_12_tells_the_day_from_the_month_for_the_whole_column(desk):
    assert moments(desk.read(file("03/04/2026", "13/04/2026"))) == ["2026-04-03T00:00", "2026-04-13T00:00"]
    assert moments(desk.read(file("03/04/2026", "04/13/2026"))) == ["2026-03-04T00:00", "2026-04-13T00:00"]


def test_the_value_that_tells_may_stand_far_down(desk):
    assert moments(desk.read(file(*["03/04/2026"] * 6000, "13/04/2026")))[0] == "2026-04-03T00:00"


def test_days_that_can_be_read_in_two_ways_are_asked(desk):
    with pytest.raises(InputError, match="can be read in two ways") as caught:
        desk.read(file("03/04/2026", "04/03/2026"))
    assert "time_format=" in caught.value.hint
    assert moments(desk.read(file("03/04/2026"), time_format="%m/%d/%Y")) == ["2026-03-04T00:00"]


def test_a_column_that_disagrees_with_itself_is_asked(desk):
    with pytest.raises(InputError, match="can be read in two ways"):
        desk.read(file("13/04/2026", "04/13/2026"))


@pytest.mark.parametrize(
    "wrong", ["2026-02-30", "2026-13-01", "26-05-01", "0026-05-01", "infinity", "epoch", "2026-05-01 (BC)"]
)
def test_what_is_no_time_is_rejected(desk, wrong):
    reading = desk.read(file("2026-05-01", "2026-05-02", wrong))
    assert [reason for *_, reason in rejected(reading)] == ["bad_time"]


def test_forms_of_iso_that_no_fast_way_knows_mix_with_those_it_knows(desk):
    written = ("2026-05-01 10:00:00", "2026-05-01 11.00", "2026-05-01T12", "2026-121", "2026-05-01 10:00:00,5")
    assert moments(desk.read(file(*written))) == [
        "2026-05-01T10:00",
        "2026-05-01T11:00",
        "2026-05-01T12:00",
        "2026-05-01T00:00",
        "2026-05-01T10:00:00.500000",
    ]
    assert moments(desk.read(file(*written[1:2] * 3, *written))) == ["2026-05-01T11:00"] * 3 + moments(
        desk.read(file(*written))
    )


def test_a_year_of_two_digits_among_years_of_four_is_not_guessed(desk):
    reading = desk.read(file("01.05.2026", "02.05.2026", "03.05.26"))
    assert len(moments(reading)) == 2
    assert rejected(reading)[0][3] == "bad_time"


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        (("03/04/26", "04/03/26"), ("%d/%m/%y", "%m/%d/%y")),
        (("31-12-25", "30-11-25"), ("%d-%m-%y", "%y-%m-%d")),
        (("03-04-05", "06-07-08"), ("%d-%m-%y", "%m-%d-%y", "%y-%m-%d")),
        (("25.12.31", "25.11.30"), ("%d.%m.%y", "%y.%m.%d")),
    ],
)
def test_years_of_two_digits_that_fit_several_readings_are_asked(desk, written, readings):
    with pytest.raises(InputError, match=r"can be read in (two|three) ways") as caught:
        desk.read(file(*written))
    assert " or ".join(f"time_format='{each}'" for each in readings) in caught.value.hint
    for each in readings:
        assert moments(desk.read(file(written[0]), time_format=each)) == [
            datetime.strptime(written[0], each).isoformat(timespec="minutes")
        ]


def test_the_value_that_tells_the_order_of_short_days_may_stand_far_down(desk):
    assert moments(desk.read(file(*["03/04/26"] * 6000, "13/04/26")))[0] == "2026-04-03T00:00"


@pytest.mark.parametrize(
    "wrong", ["12.31.25", "12.31.2025", "12/31-2025", "31.12-2025", "45.12.25", "98/12/31", "31/02/25"]
)
def test_days_that_fit_no_reading_are_asked_and_not_all_rejected(desk, wrong):
    with pytest.raises(InputError) as caught:
        desk.read(file(wrong, wrong))
    assert "time_format" in caught.value.hint


@pytest.mark.parametrize("mark", ["..", "//", "--", "/-"])
def test_a_slip_among_short_days_does_not_turn_the_others_around(desk, mark):
    written = [text.replace("-", mark[0], 1).replace("-", mark[1]) for text in ("13-06-25", "31-06-25", "01-07-25")]
    with pytest.raises(InputError):
        desk.read(file(*written))


def test_plain_numbers_of_five_digits_are_days_of_a_spreadsheet_on_the_clock_of_the_zone(desk):
    reading = desk.read(file("46143.5", "45658", "46143.4409722222"), time_zone="Europe/Oslo")
    assert moments(reading) == ["2026-05-01T10:00", "2024-12-31T23:00", "2026-05-01T08:35"]
    assert "time format: excel_days (column 'time' holds '46143.5')" in report(reading)
    assert moments(desk.read(file("46143.5"), time_format="epoch_s")) == ["1970-01-01T12:49:03.500000"]
    assert moments(desk.read(file("29000.5"), time_format="excel_days")) == ["1979-05-25T12:00"]


def test_days_of_a_spreadsheet_are_read_from_numbers_of_a_table_where_that_is_said():
    table = pa.table({"customer": ["a"], "time": [29000.5], "event": ["visit"]})
    assert moments(read(table, None, Options(time_format="excel_days"))) == ["1979-05-25T12:00"]


def test_seconds_that_pass_through_that_range_stay_seconds(desk):
    assert moments(desk.read(file(*map(str, range(200, 90_000, 1_000)))))[-1] == "1970-01-02T00:46:40"


def test_numbers_of_a_table_are_days_of_a_spreadsheet_as_those_of_a_file():
    for numbers in ([46143.5, None, 45658.0], [46143, None, 45658]):
        table = pa.table({"customer": ["a"] * 3, "time": numbers, "event": ["visit"] * 3})
        reading = read(table, None, Options(time_zone="Europe/Oslo"))
        assert moments(reading)[-1] == "2024-12-31T23:00"
        assert moments(reading)[0] in {"2026-05-01T10:00", "2026-04-30T22:00"}
        assert len(rejected(reading)) == 1


@pytest.mark.parametrize("content", [("46143", "45658"), ("1.2.10", "2.10.4"), ("2026-121", "2026-122")])
def test_what_other_columns_hold_too_is_a_time_only_under_a_name_of_times(desk, content):
    written = "customer;postal;said;event\n" + "".join(f"ana;{each};2026-05-01;visit\n" for each in content)
    assert moments(desk.read(written)) == ["2026-05-01T00:00"] * 2


short = st.dates(datetime(1970, 1, 1).date(), datetime(2068, 12, 31).date())


@settings(max_examples=25)
@given(st.lists(short, min_size=1, max_size=30), st.sampled_from(["%d.%m.%y", "%d/%m/%y", "%d-%m-%y", "%d/%m-%y"]))
def test_short_days_are_read_as_written_or_asked_but_never_otherwise(days, text):
    written = [day.strftime(text) for day in days]
    form = detect(written, "UTC")
    if isinstance(form, Doubt):
        assert {letter for order in form.orders for letter in order} == {"d", "m", "y"}
        return
    assert form is not None
    expected = [instant(datetime(day.year, day.month, day.day, tzinfo=UTC)) for day in days]
    found = times_of(pa.chunked_array([written], pa.string()), form)
    assert found.time.tolist() == expected


def test_a_format_that_is_none_is_an_error(desk):
    with pytest.raises(InputError, match="not a time format"):
        desk.read(file("2026-05-01"), time_format="dd.mm.yyyy")


def test_a_column_of_other_words_is_an_error_that_asks_for_the_format(desk):
    with pytest.raises(InputError, match="not a time that Farled knows") as caught:
        desk.read(file("1 May 2026", "2 May 2026"))
    assert "time_format" in caught.value.hint
    assert moments(desk.read(file("1 May 2026"), time_format="%d %b %Y")) == ["2026-05-01T00:00"]


def test_a_local_time_in_a_spring_gap_moves_forward_and_in_a_fold_is_the_first(desk):
    written = file("2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25 03:30")
    reading = desk.read(written, time_zone="Europe/Oslo")
    assert moments(reading) == ["2026-03-29T01:30", "2026-10-25T00:30", "2026-10-25T02:30"]
    assert "times in a change of the clock: 2" in report(reading)


def test_times_that_name_their_zone_do_not_move_with_the_zone_said(desk):
    assert moments(desk.read(file("2026-07-01T12:00Z"), time_zone="Europe/Oslo")) == ["2026-07-01T12:00"]
    assert moments(desk.read(file("1777631400"), time_zone="Europe/Oslo")) == ["2026-05-01T10:30"]


def test_typed_times_without_a_zone_take_the_one_said():
    table = pa.table({"customer": ["a"], "time": [datetime(2026, 7, 1, 12)], "event": ["visit"]})
    assert moments(read(table, None, Options(time_zone="Europe/Oslo"))) == ["2026-07-01T10:00"]


def test_numbers_of_a_table_are_epochs_told_by_size():
    for number in (1777631400, 1777631400.0, 1777631400000, 1777631400000000):
        table = pa.table({"customer": ["a"], "time": [number], "event": ["visit"]})
        assert moments(read(table)) == ["2026-05-01T10:30"]


def test_a_sample_without_a_clear_majority_is_no_column_of_times():
    assert detect(["2026-05-01", "yes", "no", "so", "on", "off"], "UTC") is None
    assert detect(["03/04/2026"], "UTC") == Doubt("/")


moment = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
offset = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(max_examples=25)
@given(st.lists(st.tuples(moment, offset), min_size=1, max_size=20), st.sampled_from(["T", " "]))
def test_any_iso_time_with_an_offset_is_read_exactly(times, mark):
    written = [time.astimezone(zone).isoformat(mark) for time, zone in times]
    column = pa.chunked_array([written], pa.string())
    found = times_of(column, said("iso", "Europe/Oslo"))
    assert found.good.all()
    assert found.time.tolist() == [instant(time) for time, _ in times]


@settings(max_examples=25)
@given(
    st.lists(moment, min_size=1, max_size=20), st.sampled_from(["Europe/Oslo", "America/Sao_Paulo", "Asia/Kathmandu"])
)
def test_local_times_are_read_as_python_reads_them(times, zone):
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    local = [time.replace(tzinfo=None) for time in times]
    column = pa.chunked_array([[time.isoformat(" ") for time in local]], pa.string())
    expected = [instant(time.replace(tzinfo=ZoneInfo(zone))) for time in local if 1901 < time.year < 2099]
    found = times_of(column, said("iso", zone)).time
    kept = np.array([1901 < time.year < 2099 for time in local])
    assert found[kept].tolist() == expected
