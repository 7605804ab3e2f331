"""Reading events: what is taken, what is rejected, what is said about it."""

import gzip
from datetime import UTC, date, datetime

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources.written import moments, rejected, report, rows

from farled.errors import InputError, NotFoundError
from farled.sources.files import Columns, Options, read

HEAD = "customer,time,event\n"
TWO = HEAD + "ana,2026-05-01,visit\nbo,2026-05-02T10:30:00Z,order\n"
READ = [("ana", "2026-05-01T00:00", "visit"), ("bo", "2026-05-02T10:30", "order")]


def test_each_row_is_an_event_in_the_order_of_the_file(desk):
    assert rows(desk.read(TWO)) == READ


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_the_delimiter_is_told_from_the_rows(desk, mark):
    reading = desk.read(TWO.replace(",", mark))
    assert rows(reading) == READ
    assert "delimiter" in report(reading)


def test_values_may_hold_delimiters_quotes_and_line_ends(desk):
    reading = desk.read(HEAD + 'ana,2026-05-01,"a, ""b""\nc"\n')
    assert reading.name.to_pylist() == ['a, "b"\nc']


def test_blanks_around_values_do_not_count(desk):
    assert rows(desk.read(HEAD + " ana ,2026-05-01, visit\u00a0\n")) == READ[:1]


def test_rows_without_customer_time_or_name_are_rejected_with_line_column_value_and_reason(desk):
    reading = desk.read(HEAD + "ana,2026-05-01,visit\n,2026-05-01,visit\nbo,soon,visit\nbo,,visit\nbo,2026-05-01, \n")
    assert rows(reading) == READ[:1]
    assert rejected(reading) == [
        (3, "customer", None, "missing_identifier"),
        (4, "time", "soon", "bad_time"),
        (5, "time", None, "bad_time"),
        (6, "event", None, "missing_name"),
    ]


def test_a_name_with_a_zero_byte_is_rejected(desk):
    reading = desk.read("customer,time,event\na,2026-05-01,vi\0sit\nb,2026-05-02,order\n")
    assert reading.name.to_pylist() == ["order"]
    assert [reason for *_, reason in rejected(reading)] == ["unreadable"]


def test_lines_that_are_no_rows_are_rejected(desk):
    reading = desk.read(HEAD + "ana,2026-05-01,visit\nbo,2026-05-01\ncy,2026-05-01,visit,more\n")
    assert rows(reading) == READ[:1]
    assert rejected(reading) == [
        (3, "", "bo,2026-05-01", "unreadable"),
        (4, "", "cy,2026-05-01,visit,more", "unreadable"),
    ]


def test_a_quote_that_never_closes_costs_its_own_line_only(desk):
    many = "".join(f"c{place},2026-05-01,visit\n" for place in range(40))
    reading = desk.read(HEAD + many + 'ana,2026-05-01,"visit\n' + many)
    assert reading.events == 80
    assert rejected(reading) == [(42, "", 'ana,2026-05-01,"visit', "unreadable")]


def test_too_many_open_quotes_are_an_error(desk):
    broken = "".join(f'c{place},"x,2026-05-01\nd,e,f\ng,h,"i\n' for place in range(40))
    with pytest.raises(InputError, match="quotes that do not match"):
        desk.read(HEAD + "ana,2026-05-01,visit\n" + broken)


def test_lines_are_counted_right_behind_blank_lines_and_values_of_several_lines(desk):
    reading = desk.read(HEAD + 'ana,2026-05-01,"a\nb"\n\nbo,soon,visit\nx\ncy,later,visit\n')
    assert [line for line, *_ in rejected(reading)] == [5, 6, 7]


def test_lines_are_counted_right_behind_lines_that_are_no_rows(desk):
    reading = desk.read(HEAD + "ana,2026-05-01,visit\nx\nbo,soon,visit\ny\ncy,later,visit\n")
    assert [(line, reason) for line, *_, reason in rejected(reading)] == [
        (3, "unreadable"),
        (4, "bad_time"),
        (5, "unreadable"),
        (6, "bad_time"),
    ]


def test_zero_bytes_after_the_last_row_are_rejected(desk):
    reading = desk.read(TWO.encode() + b"\0\0\0\0\n")
    assert rows(reading) == READ
    assert [reason for *_, reason in rejected(reading)] == ["unreadable"]


def test_columns_are_guessed_by_name_and_the_guess_is_reported(desk):
    reading = desk.read("Kund-ID;Tidpunkt;Händelse\n7;2026-05-01;köp\n")
    assert reading.roles == {"customer": "Kund-ID", "time": "Tidpunkt", "name": "Händelse"}
    assert "customer: column 'Kund-ID' (its name says so)." in report(reading)


@pytest.mark.parametrize(
    "header",
    [
        "user_id,timestamp,event_name",
        "brukerID,tidspunkt,hendelse",
        "Bruger,Dato,Aktivitet",
        "case:concept:name,time:timestamp,concept:name",
    ],
)
def test_columns_are_known_in_english_norwegian_danish_and_event_logs(desk, header):
    assert rows(desk.read(header + "\nana,2026-05-01,visit\n")) == READ[:1]


def test_columns_with_other_names_are_guessed_by_what_they_hold(desk):
    lines = "".join(f"{place % 5 + 100},2026-05-{place + 1:02},{'ab'[place % 2]},{place / 7}\n" for place in range(20))
    reading = desk.read("p,q,r,s\n" + lines)
    assert reading.roles == {"customer": "p", "time": "q", "name": "r"}


def test_a_named_column_may_differ_in_case(desk):
    assert desk.read(TWO, columns=Columns(customer="CUSTOMER ")).roles["customer"] == "customer"


def test_an_unknown_column_is_not_found_and_the_nearest_is_named(desk):
    with pytest.raises(NotFoundError, match="no column named 'custmer'") as caught:
        desk.read(TWO, columns=Columns(customer="custmer"))
    assert "'customer'" in caught.value.hint


def test_a_file_that_tells_nothing_is_an_error_that_asks(desk):
    with pytest.raises(InputError, match="No column tells who the customer is") as caught:
        desk.read("a,b\nx,y\n")
    assert "customer=" in caught.value.hint


def test_values_and_scores_are_numbers_and_empty_is_none(desk):
    reading = desk.read("user,time,event,amount,score\na,2026-05-01,order,12.50,9\na,2026-05-02,order,,n/a\n")
    assert np.array_equal(reading.value, [12.5, np.nan], equal_nan=True)
    assert np.array_equal(reading.score, [9, np.nan], equal_nan=True)


def test_an_unreadable_value_is_rejected(desk):
    reading = desk.read(
        "user,time,event,sum\na,2026-05-01,order,1.5\nb,2026-05-01,order,lots\n", columns=Columns(value="sum")
    )
    assert rejected(reading) == [(3, "sum", "lots", "bad_value")]


def test_a_score_outside_its_scale_is_rejected(desk):
    text = "user,time,event,betyg\na,2026-05-01,svar,5\nb,2026-05-01,svar,6\n"
    reading = desk.read(text, columns=Columns(score="betyg", scale="stars"))
    assert reading.scale.to_pylist() == ["stars"]
    assert rejected(reading) == [(3, "betyg", "6", "bad_value")]


def test_scale_and_currency_may_be_said_once_for_all_rows(desk):
    text = "user,time,event,x,y\na,2026-05-01,svar,50,12\n"
    reading = desk.read(text, columns=Columns(score="x", scale="0..100", value="y", currency="SEK"))
    assert (reading.scale.to_pylist(), reading.currency.to_pylist()) == (["0..100"], ["SEK"])


def test_further_columns_are_read_when_asked_for_the_rows_that_were_kept(desk):
    reading = desk.read(
        "user,time,event,shop,size\na,2026-05-01,visit,Oslo,1\n,2026-05-01,visit,Bergen,2\nb,2026-05-01,visit,Moss,\n"
    )
    assert reading.columns == ("shop", "size")
    assert reading.column("shop").to_pylist() == ["Oslo", "Moss"]
    assert reading.column("size").to_pylist() == [1, None]


def test_codes_with_leading_zeros_stay_text(desk):
    reading = desk.read("user,time,event,zip\na,2026-05-01,visit,0150\nb,2026-05-01,visit,1337\n")
    assert reading.column("zip").to_pylist() == ["0150", "1337"]


def test_a_column_that_is_not_there_is_not_found(desk):
    with pytest.raises(NotFoundError, match="no column named 'shp'"):
        desk.read(TWO).column("shp")


def test_several_files_are_read_in_order_and_may_have_their_columns_in_another_order(desk):
    desk.write(TWO, "a.csv")
    desk.write("event;customer;time\nvisit;cy;2026-05-03\n", "b.csv")
    reading = read(desk.folder / "*.csv")
    assert rows(reading) == [*READ, ("cy", "2026-05-03T00:00", "visit")]
    assert rows(read([desk.folder / "b.csv", desk.folder / "a.csv"]))[0][0] == "cy"


def test_a_further_file_without_a_needed_column_is_an_error_that_names_it(desk):
    desk.write(TWO, "a.csv")
    desk.write("event,customer\nvisit,cy\n", "b.csv")
    with pytest.raises(InputError, match=r"b\.csv.*no column 'time', which tells when"):
        read(desk.folder / "*.csv")


def test_compressed_text_is_read(desk):
    assert rows(desk.read(gzip.compress(TWO.encode()), "events.csv.gz")) == READ
    assert rows(desk.read(pa.compress(TWO.encode(), "zstd", asbytes=True), "events.csv.zst")) == READ


def test_json_lines_are_read_with_deeper_values_by_their_path(desk):
    text = '{"user": {"id": "ana"}, "time": "2026-05-01", "event": "visit"}\n'
    assert rows(desk.read(text, "events.jsonl", columns=Columns(customer="user.id"))) == READ[:1]


def test_lines_that_are_no_json_object_are_rejected_with_the_reason(desk):
    text = (
        '{"user": "ana", "time": "2026-05-01", "event": "visit"}\n{"user": \n\n[1]\n{"user": "bo", "event": "visit"}\n'
    )
    reading = desk.read(text, "events.jsonl")
    assert rows(reading) == READ[:1]
    assert rejected(reading) == [
        (2, "", '{"user":', "unreadable"),
        (4, "", "[1]", "not_an_object"),
        (5, "time", None, "bad_time"),
    ]


def test_a_file_with_one_json_list_is_read(desk):
    text = '[\n {"user": "ana", "time": "2026-05-01", "event": "visit"}\n]'
    assert rows(desk.read(text, "events.json")) == READ[:1]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_keeps_its_types(desk, unit):
    time = pa.array([datetime(2026, 5, 1), datetime(2026, 5, 2, 10, 30)], pa.timestamp(unit, tz="UTC"))
    pq.write_table(
        pa.table({"customer": ["ana", "bo"], "time": time, "event": ["visit", "order"]}), desk.folder / "e.parquet"
    )
    assert rows(read(desk.folder / "e.parquet")) == READ


def test_customers_that_are_numbers_become_text(desk):
    table = pa.table({"customer": [7, 8], "time": [date(2026, 5, 1)] * 2, "event": ["visit", "visit"]})
    pq.write_table(table, desk.folder / "e.parquet")
    assert rows(read(desk.folder / "e.parquet"))[0] == ("7", "2026-05-01T00:00", "visit")


def test_whole_numbers_that_pandas_made_floats_are_whole_again():
    frame = pd.DataFrame({"customer": [7, None], "time": [datetime(2026, 5, 1)] * 2, "event": ["visit", "visit"]})
    reading = read(frame)
    assert reading.customer.to_pylist() == ["7"]
    assert rejected(reading) == [(2, "customer", None, "missing_identifier")]


MADE = {"customer": ["ana", "bo"], "time": ["2026-05-01", "2026-05-02T10:30Z"], "event": ["visit", "order"]}


@pytest.mark.parametrize("made", [pa.table(MADE), pd.DataFrame(MADE)], ids=["arrow", "pandas"])
def test_tables_in_memory_are_read_like_files(made):
    assert rows(read(made)) == READ


def test_a_table_of_polars_is_read_like_a_file():
    polars = pytest.importorskip("polars", reason="polars is in the extra 'dev'")
    assert rows(read(polars.DataFrame(MADE))) == READ


def test_a_duckdb_relation_is_read_like_a_file():
    with duckdb.connect() as connection:
        assert (
            rows(read(connection.sql("SELECT 'ana' AS customer, DATE '2026-05-01' AS time, 'visit' AS event")))
            == READ[:1]
        )


def test_columns_of_categories_are_told_by_what_is_in_them():
    made = {"who": ["a", "a", "b"], "when": ["2026-01-01", "2026-01-02", "2026-01-03"], "what": ["v", "o", "v"]}
    coded = pa.table({name: pa.array(values).dictionary_encode() for name, values in made.items()})
    plain, found = read(pa.table(made)), read(coded)
    assert found.roles == plain.roles
    assert found.name.to_pylist() == plain.name.to_pylist()


def test_categories_are_read_like_texts():
    frame = pd.DataFrame(MADE).astype({"event": "category", "customer": "category"})
    assert rows(read(frame)) == READ


def test_blank_and_missing_texts_of_a_table_are_rejected():
    table = pa.table(
        {
            "customer": ["ana", "", None, "bo"],
            "time": [datetime(2026, 5, 1, tzinfo=UTC)] * 4,
            "event": ["visit", "x", "y", " "],
        }
    )
    reading = read(table)
    assert rows(reading) == READ[:1]
    assert [reason for *_, reason in rejected(reading)] == ["missing_identifier", "missing_identifier", "missing_name"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (HEAD, "no rows"),
        (HEAD.strip(), "no rows"),
        ("\n\n", "nothing but blanks"),
        (b"\0\0\0\0", "nothing but blanks"),
        (bytes(range(256)) * 40, "not a text file"),
        (b"PK\x03\x04more", "workbook or an archive"),
        ("ana,2026-05-01,1\nbo,2026-05-02,2\n", "values, not column names"),
    ],
)
def test_a_file_that_is_no_table_is_one_clear_error(desk, text, said):
    with pytest.raises(InputError, match=said):
        desk.read(text)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("e.csv.gz", b"\x1f\x8b\x08junk", "cannot be unpacked"),
        ("e.csv.gz", gzip.compress(TWO.encode() * 100, mtime=0)[:-30], "cannot be unpacked"),
        ("e.parquet", b"", "is empty"),
        ("e.parquet", b"PAR1junkPAR1", "cannot be read"),
        ("e.json", b"nothing", "no JSON objects"),
        ("e.json", b'[{"user": 1}, ', "is not JSON"),
    ],
)
def test_a_damaged_file_is_one_clear_error(desk, name, content, said):
    with pytest.raises(InputError, match=said):
        desk.read(content, name)


def test_a_missing_file_a_folder_and_a_pattern_without_files_are_clear_errors(desk):
    with pytest.raises(NotFoundError, match=r"no file named .*events\.csv"):
        read(desk.folder / "events.csv")
    with pytest.raises(InputError, match="is a folder"):
        read(desk.folder)
    with pytest.raises(NotFoundError, match="No file matches"):
        read(desk.folder / "*.csv")
    with pytest.raises(InputError, match="list of files is empty"):
        read([])
    with pytest.raises(InputError, match="neither a path nor a table"):
        read(5)


def test_temporary_copies_are_removed(desk):
    reading = read(desk.write(gzip.compress(TWO.encode()), "events.csv.gz"))
    folder = reading.folder.path
    assert folder.exists()
    reading.close()
    assert not folder.exists()


def test_a_file_of_many_rows_keeps_its_order_and_its_codes(desk):
    lines = "".join(f"c{place % 977},{place},e{place % 7}\n" for place in range(300_000))
    reading = desk.read(HEAD + lines, time_format="epoch_s")
    assert reading.time[:3].tolist() == [0, 1_000_000, 2_000_000]
    assert (np.diff(reading.time) == 1_000_000).all()
    assert reading.name.to_pylist()[299_999] == f"e{299_999 % 7}"
    assert len(reading.name.dictionary) == 7


def test_times_without_a_zone_are_utc_unless_said_and_it_is_reported(desk):
    assert "time zone: UTC" in report(desk.read(TWO))
    local = HEAD + "ana,2026-07-01 12:00,visit\nbo,2026-07-01T12:00Z,visit\n"
    reading = desk.read(local, time_zone="Europe/Stockholm")
    assert moments(reading) == ["2026-07-01T10:00", "2026-07-01T12:00"]
    assert "time zone" not in report(reading)


def test_options_name_an_unknown_zone_as_an_error(desk):
    with pytest.raises(InputError, match="not a time zone"):
        read(desk.write(TWO), None, Options(time_zone="Europe/Osslo"))


def test_a_file_that_changed_since_it_was_read_is_an_error(desk):
    reading = desk.read("user,time,event,shop\na,2026-05-01,visit,Oslo\n")
    desk.write("user,time,event,shop\na,2026-05-01,visit,Oslo\nb,2026-05-01,visit,Moss\n")
    with pytest.raises(InputError, match="has changed since it was read"):
        reading.column("shop")


@pytest.mark.parametrize("text", ["", "\n\n", "customer,time,event\n"])
def test_a_file_that_holds_nothing_comes_with_what_to_do(desk, text):
    with pytest.raises(InputError) as caught:
        desk.read(text)
    assert caught.value.hint == "Export it again, or name another file."


def test_a_quote_that_opens_in_the_first_row_and_never_closes_costs_that_row_alone(desk):
    reading = desk.read('customer,time,event\na,2026-01-01,"visit\nb,2026-01-02,order\nc,2026-01-03,visit\n')
    assert reading.name.to_pylist() == ["order", "visit"]
    assert reading.rejected["line"].to_pylist() == [2]


def test_a_column_called_event_with_a_value_of_its_own_in_every_row_says_why_it_is_not_taken(desk):
    text = "customer,time,event\n" + "".join(f"c{row % 50},2026-01-01,name {row}\n" for row in range(400))
    with pytest.raises(InputError, match="Nearly every row of 'event' has a value of its own") as caught:
        desk.read(text)
    assert "name=event" in caught.value.hint
    assert read(str(desk.write(text)), Columns(name="event")).events == 400


def test_files_that_nobody_sees_are_not_proposed(desk):
    desk.write("", ".events.csv.lock")
    desk.write("", "event.csv")
    with pytest.raises(NotFoundError) as caught:
        read(str(desk.write("", "gone.csv").with_name("events.csv")))
    assert "event.csv" in caught.value.hint
    assert ".lock" not in caught.value.hint
