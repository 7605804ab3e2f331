"""How a table is shown: every cell a finished text in the reader's language."""

import pytest

from farled.figures.quantity import Label, Word
from farled.figures.table import Table
from farled.questions.numbers import label
from farled.stats.intervals import Estimate, Rate
from farled.web.cells import ROWS, sheet, shown

NBSP = "\u00a0"


def test_a_rate_has_a_bar_as_long_as_its_share_and_a_span_as_long_as_its_interval():
    cell = shown(Rate(81, 263), "", "sv")
    assert (cell.kind, cell.text, cell.bounds) == ("rate", f"30,8{NBSP}%", f"25,5–36,6{NBSP}%")
    assert cell.share == pytest.approx(30.8, abs=0.01)
    assert cell.first == pytest.approx(25.53, abs=0.01)
    assert cell.first + cell.width == pytest.approx(36.62, abs=0.01)


def test_what_cannot_be_known_is_a_dash_with_the_reason():
    assert (shown(Rate(0, 0), "", "en").text, shown(Rate(0, 0), "", "en").bounds) == ("–", "nobody")
    assert shown(Estimate.unknown("too few"), "seconds", "sv").bounds == "för få"
    assert shown(None, "", "sv").kind == "none"


def test_numbers_are_written_by_their_kind():
    assert shown(12480, "", "da").text == "12.480"
    assert shown(111_600.0, "seconds", "nb").text == f"31{NBSP}t"
    assert [shown(value, "", "en").text for value in (0.123, 12.34, 123.4)] == ["0.12", "12.3", "123"]


def test_an_estimate_of_zero_keeps_its_bounds():
    assert shown(Estimate(0.5, 0.0, 1.0, 9), "", "en").bounds == "0.00–1.00"


def test_an_estimate_of_a_share_has_a_bar_too():
    assert shown(Estimate(0.5, 0.4, 0.6, 9), "share", "en").share == 50


def test_headings_are_translated_and_names_are_not():
    made = sheet(Table("Customers", ("Customers", "Phase"), ((3, "Phase"),)), "sv")
    assert (made.title, made.headings[0].text, made.rows[0][1].text) == ("Kunder", "Kunder", "Phase")


def test_columns_of_numbers_stand_to_the_right():
    made = sheet(Table("t", ("name", "n", "share"), (("a", 1, Rate(1, 2)), ("b", None, None))), "en")
    assert [heading.kind for heading in made.headings] == ["", "number", "wide"]


def test_what_does_not_fit_is_counted():
    made = sheet(Table("t", ("n",), tuple((n,) for n in range(ROWS + 3))), "en")
    assert len(made.rows) == ROWS
    assert made.note == "3 rows more are in the CSV file."


@pytest.mark.parametrize(
    ("language", "told"),
    [("sv", ["cart: från starten", "ja", "inom=15d"]), ("da", ["cart: fra starten", "ja", "inden for=15d"])],
)
def test_of_a_text_of_words_and_names_the_words_are_translated_and_the_names_stay(language, told):
    table = Table("Compare", ("number", "different", "with"), ((label(("steps", "cart", "from_start")), "", ""),))
    texts = [table.rows[0][0], Word("yes"), Label(Word("within"), "=15d")]
    assert [shown(text, "", language).text for text in texts] == told
    assert sheet(table, "en").rows[0][0].text == "cart: from start"


def test_a_word_for_a_number_may_mean_another_thing_than_elsewhere():
    assert shown(label(("steps", "yes", "dropped")), "", "sv").text == "yes: hoppade av"
    assert shown(label(("groups", "b", "open")), "", "nb").text == "b: pågår ennå"
