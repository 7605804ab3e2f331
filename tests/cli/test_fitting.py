"""Tables fit the terminal: no number is cut, no name is broken inside a word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions.comparable import shop_of

from farled.cli.fitting import broken, fitted, folded
from farled.cli.screen import show
from farled.figures.table import Table, meant
from farled.questions import Compare, Drivers, Funnel, Robust, Timing, Trend
from farled.stats.intervals import Estimate, Rate

TABLE = Table(
    "Flow",
    ("from", "to", "share", "mean", "p90"),
    (("product-page", "add_to_cart", Rate(1, 3), Estimate(2217.4, 2130, 2313, 12), 7),),
)


def test_a_table_that_fits_is_left_as_it_is():
    found = fitted(TABLE, 200)
    assert found.rows == (
        ("product-page", "add_to_cart", "33.3 % [6.1–79.2]", "2\u00a0217 [2\u00a0130–2\u00a0313]", "7"),
    )
    assert found.left_out == ()


def test_intervals_go_below_then_names_break_then_columns_go():
    below = fitted(TABLE, 60)
    assert below.rows[0][:3] == ("product-page", "add_to_cart", "33.3 %\n[6.1–79.2]")
    assert below.left_out == ()
    tight = fitted(TABLE, 34)
    assert tight.rows[0][:2] == ("product-\npage", "add_to_\ncart")
    assert tight.left_out == ("mean", "p90")


def test_the_first_two_columns_always_stay():
    assert fitted(TABLE, 5).headings == ("from", "to")


@given(st.text(alphabet="ab_- /", max_size=40), st.integers(1, 20))
def test_breaking_loses_nothing_but_spaces_at_the_ends_of_lines(text, width):
    lines = broken(text, width).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width or not re.search("[_/ -][ab]", line) for line in lines)


@given(st.integers(10, 120), st.integers(1, 5))
def test_no_line_is_wider_than_the_terminal_while_more_than_two_columns_stand(width, columns):
    table = Table("x", TABLE.headings[:columns], tuple(row[:columns] for row in TABLE.rows))
    found = fitted(table, width)
    widths = [
        max(len(word) for text in (row[at] for row in found.rows) for word in text.split("\n"))
        for at in range(len(found.headings))
    ]
    assert len(widths) <= 2 or sum(widths) + 2 * len(widths) < width
    assert all(at <= found for at, found in zip(widths, found.widths, strict=True))
    words = [max(map(len, heading.split())) for heading in found.headings]
    assert all(at <= found for at, found in zip(words, found.widths, strict=True))


@pytest.mark.parametrize("width", range(30, 100, 7))
def test_what_is_printed_is_printed_whole(width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(width))
    show(TABLE)
    lines = capsys.readouterr().out.split("\n")
    found = fitted(TABLE, width)
    assert max(map(len, lines)) <= width
    assert all(part in "\n".join(lines) for cell in found.rows[0] for part in cell.split("\n"))


def test_a_column_that_only_says_the_unit_of_others_is_not_named_among_those_left_out():
    kinds = {"a": "@per", "b": "@per"}
    table = Table("x", ("name", "a", "b", "c", "per"), (("x" * 20, 0.5, 0.25, 12345678, "share"),), kinds)
    assert fitted(table, 30).left_out == ("b", "c")
    assert fitted(table, 42).left_out == ("c",)
    assert fitted(table, 55).left_out == ()


def test_numbers_are_written_in_full_and_differences_in_their_unit():
    assert Table("x", ("a",), ((2217.4,), (123456,), (0.01234,), (-3.5,))).texts() == [
        ["2\u00a0217"],
        ["123\u00a0456"],
        ["0.0123"],
        ["−3.5"],
    ]
    kinds = {"a": "@per", "b": "change@per", "p": "p"}
    rows = ((0.25, Estimate(-0.01, -0.02, 0.01, 9), "share", 0.00001), (90, 30.0, "seconds", 0.25))
    assert Table("x", ("a", "b", "per", "p"), rows, kinds).texts() == [
        ["25.0 %", "−1.0 pp [−2.0 to 1.0]", "share", "<0.001"],
        ["1 min 30 s", "30 s", "seconds", "0.250"],
    ]
    counts = (9, Estimate(-0.25, -0.5, 0.125, 9), "per customer", 0.05)
    assert Table("x", ("a", "b", "per", "p"), (counts,), kinds).texts() == [
        ["9", "−0.25 each [−0.5 to 0.125]", "per customer", "0.050"]
    ]
    assert meant(kinds, ("a", "b", "per", "p"), rows[0]) == ["share", "points", "", "p"]


@pytest.mark.parametrize(
    ("value", "low", "high", "read"),
    [
        (1528, 1200, 1872, "25 min 28 s [20–31.2 min]"),
        (-63, -56_820, 56_700, "−1 min 3 s [−15.8 to 15.8 h]"),
        (415_000, 86_400, 1_641_600, "4 d 19 h [1–19 d]"),
        (3, 2.5, 3.5, "3 s [2.5–3.5 s]"),
    ],
)
def test_the_bounds_of_a_time_have_one_unit(value, low, high, read):
    assert Table("x", ("a",), ((Estimate(value, low, high, 9),),), {"a": "seconds"}).texts() == [[read]]


def test_a_share_below_nothing_has_a_minus_and_bounds_that_can_be_told_apart():
    rows = ((Estimate(-0.033, -0.05, -0.01, 9),), (Estimate(0.1, -0.05, 0.2, 9),), (-0.5,))
    assert Table("x", ("a",), rows, {"a": "share"}).texts() == [
        ["−3.3 % [−5.0 to −1.0]"],
        ["10.0 % [−5.0 to 20.0]"],
        ["−50.0 %"],
    ]


def test_a_difference_that_rounds_to_nothing_has_no_sign():
    assert Table("x", ("a",), ((0.00001,), (-0.0001,), (0.01,)), {"a": "points"}).texts() == [
        ["0.0 pp"],
        ["0.0 pp"],
        ["+1.0 pp"],
    ]


SHOP = shop_of(
    {
        f"c{at}": [("checkout_started", 0), *[("help", 0.1)] * (at % 2), *[("order", 1 + at % 5)] * (at % 2 or at < 8)]
        for at in range(80)
    }
    | {f"d{at}": [("checkout_started", 40), *[("order", 41)] * (at < 9)] for at in range(80)},
    end=90,
)
FUNNEL = Funnel(["checkout_started", "order"], within="30d")


@pytest.mark.parametrize(
    ("question", "deciding"),
    [
        (Compare(FUNNEL, "2026-01", "2026-02"), {"different", "difference", "q"}),
        (Drivers("order", FUNNEL), {"found", "difference", "q", "p"}),
        (Trend(FUNNEL, period="month"), {"changed"}),
        (Robust(FUNNEL), {"as asked", "moves", "lowest", "with", "highest"}),
    ],
    ids=["compare", "drivers", "trend", "robust"],
)
def test_whether_numbers_differ_is_seen_in_a_terminal_of_80_columns(question, deciding):
    found = fitted(SHOP.ask(question).table(), 80)
    assert deciding <= {line for heading in found.headings for line in heading.split("\n")}
    assert not [cell for row in found.rows for cell in row if re.search(r"e[-−]\d", cell)]


@pytest.mark.parametrize(
    "question",
    [Compare(FUNNEL, "2026-01", "2026-02"), Robust(FUNNEL), Drivers("order", FUNNEL)],
    ids=["compare", "robust", "drivers"],
)
def test_what_stands_beside_a_number_stands_below_it_where_there_is_no_room(question):
    """In 80 columns nothing of a comparison is lost but the unit, which stands in each number."""
    table = SHOP.ask(question).table()
    found = fitted(table, 80)
    assert found.left_out == ()
    shown = ["".join("".join(row).split()) for row in found.rows]
    for row, line in zip(table.texts(), shown, strict=True):
        assert all(
            "".join(cell.split()) in line for cell, name in zip(row, table.headings, strict=True) if name != "per"
        )


WEEKS = Table("Weeks", ("week", "n", *"abcdefgh"), (("2026-W01", 5, *range(1_000_000, 1_000_008)),) * 2, None, "note")


def test_a_table_that_is_too_wide_is_folded_and_each_part_names_its_rows():
    parts = folded(WEEKS, 48)
    assert [" ".join(part.headings) for part in parts] == ["week n a b c", "week d e f", "week g h"]
    assert [part.rows[1][0] for part in parts] == ["2026-W01"] * 3
    assert folded(WEEKS, 200) == (fitted(WEEKS, 200),)


def test_a_table_that_would_be_folded_too_often_is_not_folded_and_names_what_is_left_out(monkeypatch, capsys):
    assert folded(WEEKS, 25) == (fitted(WEEKS, 25),)
    assert fitted(WEEKS, 25).left_out == tuple("bcdefgh")
    monkeypatch.setenv("COLUMNS", "25")
    show(WEEKS)
    said = capsys.readouterr()
    assert "columns b to h are left out" in " ".join(said.err.split())


@given(st.integers(12, 120))
def test_folding_loses_no_column_or_says_which(width):
    parts = folded(WEEKS, width)
    shown = [heading for part in parts for heading in part.headings]
    assert list(dict.fromkeys(shown)) + list(parts[-1].left_out) == list(WEEKS.headings)


def test_a_part_is_printed_below_the_other_with_one_title_and_one_note(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "50")
    show(WEEKS)
    said = capsys.readouterr()
    assert [said.out.count(word) for word in ("Weeks", "note", "2026-W01", "007")] == [1, 1, 6, 2]
    assert said.err == ""


def test_an_empty_column_takes_no_place_where_there_is_no_room():
    table = Table("x", ("name", "n", "few", "m"), (("a" * 20, 1, "", 2), ("b", 3, "", 4)))
    assert fitted(table, 40).headings == ("name", "n", "few", "m")
    assert (fitted(table, 30).headings, fitted(table, 30).left_out) == (("name", "n", "m"), ())


def test_columns_that_stand_below_those_left_out_are_left_out_by_name():
    assert fitted(NARROW, 5).left_out == ("high",)
    wide = Table("x", ("name", "n", "low", "with"), (("a", 1, 123_456_789, "within=15d"),), None, "", {"with": "low"})
    assert fitted(wide, 12).left_out == ("low", "with")


NARROW = Table(
    "x",
    ("name", "low", "with", "high"),
    (("a", 1, "within=15d", 2), ("b", Rate(1, 2), "–", 3), ("c", None, "–", None)),
    None,
    "",
    {"with": "low"},
)


def test_a_column_moves_below_another_only_where_there_is_no_room():
    assert fitted(NARROW, 60).headings == ("name", "low", "with", "high")
    assert fitted(NARROW, 34).headings == ("name", "low", "with", "high")
    below = fitted(NARROW, 26)
    assert (below.headings, below.left_out) == (("name", "low\nwith", "high"), ())
    assert [row[1] for row in below.rows] == ["1\nwithin=15d", "50.0 %\n[9.5–90.5]", "–"]
    assert fitted(NARROW, 17).left_out == ("high",)


def test_numbers_of_an_answer_are_written_in_their_unit():
    rows = {row[0]: row[1:] for row in SHOP.ask(Robust(Funnel(FUNNEL.steps, within="4d"))).table().texts()}
    assert all(" %" in rows["conversion"][at] for at in (0, 2, 4))
    assert rows["conversion"][1].endswith(" pp")
    assert all(re.search(r"\d (d|h|min|s)$", rows["order: median time"][at]) for at in (0, 1, 2, 4))
    waits = {row[0]: row[1] for row in SHOP.ask(Robust(Timing("checkout_started", "order"))).table().texts()}
    assert all(re.search(r"\d (d|h|min|s)\b", waits[name]) for name in ("median", "p90", "mean"))


@pytest.mark.parametrize("whole", ["81.0 % [79.5–82.4]", "2025-10", "10:30", "–0.45 to 0.3"])
def test_no_number_day_or_time_is_taken_apart_in_a_text(whole):
    assert broken(whole, 3).split() == whole.split()
    assert broken("step_2 a.b-c", 3) == "step_\n2\na.\nb-c"
