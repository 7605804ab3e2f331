"""What the known words of a text say, with negations, turns and signs."""

import pytest

from farled.texts.cleaning import LONGEST, cleaned
from farled.texts.lexicon import LANGUAGES, said, words_of


def balance(text, language):
    return said(cleaned(text), language).balance


@pytest.mark.parametrize(
    ("language", "glad", "sad"),
    [
        ("sv", "Jättebra service!", "Inte bra."),
        ("sv", "Inget krångel alls", "Det fungerar inte"),
        ("nb", "Kjempefornøyd", "Ikke fornøyd i det hele tatt"),
        ("nb", "Ingen problemer", "Vipps virker ikke"),
        ("da", "Meget tilfreds", "Jeg er slet ikke tilfreds"),
        ("da", "Det var ikke dårligt", "MobilePay virkede ikke"),
        ("en", "Very happy", "I'm not happy"),
        ("en", "It isn't bad", "It didn\N{RIGHT SINGLE QUOTATION MARK}t work"),
    ],
)
def test_a_negation_turns_the_words_beside_it(language, glad, sad):
    assert balance(glad, language) > 0 > balance(sad, language)


def test_a_negation_ends_at_a_pause_and_at_a_turn():
    assert [word for word, _ in said("inte i dag, bra ändå", "sv").words] == ["bra"]
    assert [word for word, _ in said("not today but good", "en").words] == ["good"]


def test_two_negations_turn_nothing():
    assert balance("aldrig inte bra", "sv") == balance("bra", "sv")


def test_signs_speak_in_every_language_and_without_one():
    assert balance("👍 ❤", "sv") == balance("😍", "") == 1
    assert balance("😡", "da") == balance("usch :(", "sv") == -1


def test_strong_words_weigh_more_than_mild_ones_and_less_than_stressed_ones():
    weights = [said(text, "sv").glad for text in ("billig", "bra", "perfekt")]
    assert weights == sorted(weights)
    assert said("mycket bra", "sv").glad > said("bra", "sv").glad


def test_every_language_has_a_few_hundred_words_on_both_sides():
    for language in LANGUAGES:
        words = words_of(language)
        weights = [*words.whole.values(), *words.stems.values()]
        assert sum(weight > 0 for weight in weights) > 150
        assert sum(weight < 0 for weight in weights) > 150
        assert len(words.negations) >= 8


def test_a_text_without_known_words_says_nothing():
    assert said("paketet kom i tisdags", "sv").words == ()
    assert said("", "sv").balance == 0


def test_cleaning_keeps_words_and_hides_who_and_where():
    assert cleaned("Skriv till ana@b.se eller https://x.se/y") == "skriv till eller"
    assert cleaned("@ana 😍  Såååå BRA!!!") == "😍 såå bra!!"
    assert len(cleaned("a b " * LONGEST)) <= LONGEST
