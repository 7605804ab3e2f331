"""Delimiter, header and the first row of a text table."""

import pytest

from farled.errors import InputError
from farled.sources.shape import shape_of


def shape(desk, text, **given):
    return shape_of(desk.write(text), "events.csv", **given)


def test_the_delimiter_that_cuts_all_rows_alike_wins(desk):
    assert shape(desk, "a;b;c\n1,5;2,5;x\n2,5;1,5;y\n").delimiter == ";"


def test_delimiters_inside_quotes_do_not_count(desk):
    assert shape(desk, 'a,b\n"x;y;z",1\n"x;y;z",2\n').delimiter == ","


def test_a_line_that_names_the_delimiter_is_obeyed_and_left_out(desk):
    found = shape(desk, "sep=;\na;b\n1;2\n")
    assert (found.delimiter, found.columns, found.line) == (";", ("a", "b"), 3)


def test_lines_above_the_header_are_skipped_when_told(desk):
    found = shape(desk, "Report of May\n\na,b\n1,2\n", skip_top=1)
    assert (found.columns, found.line) == (("a", "b"), 4)


def test_a_header_may_go_over_several_lines(desk):
    found = shape(desk, '"a\nb",c\n1,2\n')
    assert (found.columns, found.skip, found.line) == (("a\nb", "c"), 1, 3)


def test_columns_of_the_same_or_no_name_get_their_own(desk):
    found = shape(desk, "a,A,,a\n1,2,3,4\n")
    assert found.columns == ("a", "A_2", "column_3", "a_3")
    assert found.again == {"A_2": "A", "a_3": "a"}


def test_a_header_of_values_is_an_error(desk):
    with pytest.raises(InputError, match="values, not column names"):
        shape(desk, "17,2026-05-01\n18,2026-05-02\n")
