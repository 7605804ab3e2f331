from hypothesis import example, given
from hypothesis import strategies as st

from farled.figures.text import balance, width, wrap

words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)
sentences = st.lists(words, min_size=1, max_size=12).map(" ".join)


def test_a_line_is_as_wide_as_its_letters():
    assert width("ab", 12) == width("a", 12) + width("b", 12) == 2 * width("ab", 6)


def test_a_bolder_line_is_wider():
    assert width("Varukorg", 12, 400) < width("Varukorg", 12, 500) < width("Varukorg", 12, 600)


def test_a_letter_that_the_font_lacks_gets_room():
    assert width("→", 10) > width("a", 10)
    assert width("道", 10) == 10


def test_an_accent_of_its_own_takes_no_room():
    assert width("e\u0301", 10) == width("e", 10)


@given(sentences, st.floats(20, 400))
@example("00000000000@ ·", 20.0)
def test_no_line_is_wider_than_the_room(text, room):
    assert all(width(line, 12) <= room for line in wrap(text, room, 12))


@given(sentences, st.floats(20, 400))
def test_no_letter_is_lost(text, room):
    assert "".join(wrap(text, room, 12)).replace(" ", "") == text.replace(" ", "")


@given(sentences, st.floats(20, 400))
def test_balanced_lines_hold_the_whole_text_and_are_as_many_as_allowed(text, room):
    lines = balance(text, 2, 12)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) <= 2


def test_no_line_begins_with_the_dot_between_facts():
    room = width("Twelve interviews", 12) + 1
    assert wrap("Twelve interviews · conversations", room, 12) == ("Twelve", "interviews ·", "conversations")


def test_line_breaks_of_the_author_stay():
    assert wrap("one\ntwo", 500, 12) == ("one", "two")


def test_empty_text_is_one_empty_line():
    assert wrap("", 100, 12) == ("",)
