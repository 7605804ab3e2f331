"""Hints name options as they are typed, and arguments as Python has them."""

import pytest

import farled
from farled.cli.options import as_typed
from farled.errors import InputError

TWO_WAYS = "customer,time,event\na,03/04/2026,visit\nb,03/05/2026,order\n"


def test_the_command_line_names_its_options_and_python_its_arguments(typed, tmp_path):
    (tmp_path / "days.csv").write_text(TWO_WAYS)
    code, _, said = typed("funnel", "days.csv", "--steps", "visit,order")
    assert code == 2
    assert "--time-format '%d/%m/%Y' or --time-format '%m/%d/%Y'" in said
    with pytest.raises(InputError, match="time_format='%d/%m/%Y' or time_format="):
        farled.read(tmp_path / "days.csv")


def test_what_the_hint_says_works(typed, tmp_path):
    (tmp_path / "days.csv").write_text(TWO_WAYS)
    code, _, said = typed("funnel", "days.csv", "--steps", "visit,order", "--time-format", "%d/%m/%Y")
    assert code == 0
    assert "--time-zone …" in said  # what was guessed is told in the same words


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("Say which it is with decimal=',' or decimal='.'.", "Say which it is with --decimal ',' or --decimal '.'."),
        ("Say which column it is with event_id=….", "Say which column it is with --event-id …."),
        ("Say how with time_format, such as '%d'.", "Say how with --time-format, such as '%d'."),
        ("Allow more: max_rejected=1.", "Allow more: --max-rejected 1."),
        ("Write it as 'time=x' or overtime=3; the time is.", "Write it as 'time=x' or overtime=3; the time is."),
        ("Write --time-format %d.", "Write --time-format %d."),
    ],
)
def test_only_options_of_reading_are_put_in_words_of_the_command_line(hint, shown):
    assert as_typed(hint) == shown
