"""Bytes in any of the usual encodings become the same text."""

import pytest
from sources.written import report, rows

from farled.errors import InputError
from farled.sources.encoding import prepare

TEXT = "Kund;Tid;Händelse\nÅsa;2026-05-01;köp på nät\nSøren;2026-05-02;æøå\n"
READ = [("Åsa", "2026-05-01T00:00", "köp på nät"), ("Søren", "2026-05-02T00:00", "æøå")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "mac-roman"]
)
def test_every_usual_encoding_gives_the_same_text(desk, encoding):
    assert rows(desk.read(TEXT, encoding=encoding)) == READ


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16-le", "UTF-16"), ("windows-1252", "Windows-1252"), ("mac-roman", "MacRoman")]
)
def test_an_encoding_other_than_utf8_is_reported(desk, encoding, name):
    assert f"encoding: {name}" in report(desk.read(TEXT, encoding=encoding))
    assert "encoding" not in report(desk.read(TEXT))


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else(desk):
    reading = desk.read(TEXT.encode() * 1 + ("Åsa;2026-05-03;köp\n" * 50).encode() + b"Bo;2026-05-03;\xff\n")
    assert reading.customer.to_pylist()[0] == "Åsa"
    assert "damaged characters: 1" in report(reading)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(desk, ends):
    assert rows(desk.read(TEXT.replace("\n", ends))) == READ


def test_line_ends_may_mix(desk):
    first, second, third = TEXT.splitlines()
    assert rows(desk.read(f"{first}\r\n{second}\n{third}\r")) == READ


def test_utf8_is_read_where_it_lies_and_other_encodings_from_a_copy(desk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    plain = desk.write(TEXT, "plain.csv")
    assert prepare(plain, folder).path == plain
    assert prepare(desk.write(TEXT, "old.csv", "windows-1252"), folder).path.parent == folder


def test_a_character_cut_by_a_block_is_whole(desk, tmp_path_factory):
    path = desk.write("a" * ((1 << 22) - 1) + "å" * 10, "long.csv")
    assert prepare(path, tmp_path_factory.mktemp("copies")).path == path


def test_a_workbook_is_named_as_such(desk, tmp_path):
    with pytest.raises(InputError, match="workbook"):
        prepare(desk.write(b"PK\x03\x04...", "book.xlsx"), tmp_path)
