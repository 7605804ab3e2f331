"""Tables fit the terminal: no number is cut, no name is broken inside a word."""

import re

from hypothesis import given
from hypothesis import strategies as st

from farled.cli.fitting import broken, fitted
from farled.figures.table import Table, meant
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
    assert len(widths) <= 2 or sum(widths) + 2 * len(widths) <= width


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
        ["25.0 %", "−1.0 pp [−2.0 pp to +1.0 pp]", "share", "<0.001"],
        ["1 min 30 s", "30 s", "seconds", "0.250"],
    ]
    assert meant(kinds, ("a", "b", "per", "p"), rows[0]) == ["share", "points", "", "p"]
