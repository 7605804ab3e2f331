"""Which language a text is in."""

import pytest

from farled.texts.cleaning import cleaned
from farled.texts.language import language_of, languages_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Jag fick vänta länge på paketet", "sv"),
        ("Tack så mycket!", "sv"),
        ("Jeg måtte vente lenge på pakken, og ingen svarte", "nb"),
        ("Eg er ikkje nøgd med tenesta", "nb"),
        ("Jeg måtte vente længe på pakken, og den blev væk", "da"),
        ("Leveringen tog for lang tid, men kvaliteten er god nok", "da"),
        ("I had to wait for ages", "en"),
        ("Toimitus kesti aivan liian kauan", "other"),
        ("Das ist leider gar nicht gut gewesen", "other"),
        ("", "other"),
        ("👍", "other"),
        ("123 456", "other"),
    ],
)
def test_a_text_is_of_the_language_that_its_words_and_letters_tell(text, language):
    assert language_of(cleaned(text)) == language


def test_a_word_of_the_lists_is_enough_for_a_short_text():
    assert language_of("topp!") != "other"
    assert language_of("xyzzy") == "other"


def test_a_workspace_may_fix_the_language():
    assert languages_of(["bra", "👍", "Das ist gut"], "sv") == ["sv"] * 3
