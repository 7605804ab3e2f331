"""What texts feel like, by the models that are shipped."""

import numpy as np
import pytest

from farled.demo.feedback import MOODS, TOPIC_NAMES, sentences
from farled.texts.lexicon import LANGUAGES
from farled.texts.reading import LABELS_AND_UNSURE, accuracies, because, read
from farled.texts.sentiment import shipped


def labels(texts, language=None):
    return [LABELS_AND_UNSURE[at] if at >= 0 else None for at in read(texts, language).label]


@pytest.mark.parametrize(
    ("language", "negative", "positive"),
    [
        ("sv", "Jag är mycket besviken, {x} gick sönder direkt.", "Mycket nöjd, snabb och vänlig hjälp!"),
        ("nb", "Veldig skuffet, den gikk i stykker med en gang.", "Kjempefornøyd, rask og hyggelig hjelp!"),
        ("da", "Meget skuffet, den gik i stykker med det samme.", "Meget tilfreds, hurtig og venlig hjælp!"),
        ("en", "Very disappointed, it broke at once.", "Very happy, quick and friendly help!"),
    ],
)
def test_clear_texts_are_told_apart_in_every_language(language, negative, positive):
    assert labels([negative, positive]) == labels([negative, positive], language) == ["negative", "positive"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_negation_moves_the_feeling_down(language):
    plain, turned = {
        "sv": ("Jag är nöjd.", "Jag är inte nöjd."),
        "nb": ("Jeg er fornøyd.", "Jeg er ikke fornøyd."),
        "da": ("Jeg er tilfreds.", "Jeg er ikke tilfreds."),
        "en": ("I am happy.", "I am not happy."),
    }[language]
    glad, sad = read([plain, turned], language).feeling
    assert glad > 0 > sad


def test_probabilities_add_up_and_do_not_depend_on_the_other_texts():
    texts = ["Bra!", "Dåligt", "Paketet kom på tisdagen", "", "🎉🎉", "x" * 20_000, "Bra men dyrt"]
    together = read(texts, "sv").chance
    assert np.allclose(together.sum(axis=1), 1)
    assert np.allclose(together, [read([text], "sv").chance[0] for text in texts])


def test_other_languages_are_not_judged():
    found = read(["Das ist leider gar nicht gut gewesen", "Bra service, tack för hjälpen"])
    assert found.language == ("other", "sv")
    assert np.isnan(found.feeling[0])
    assert found.label[0] == -1


def test_what_has_no_probability_of_a_half_is_unsure():
    found = read([text for topic in TOPIC_NAMES for text in sentences("en", topic, "neutral")[:2]], "en")
    sure = found.chance.max(axis=1) >= 0.5
    assert [label == 3 for label in found.label] == [not each for each in sure]


def test_mixed_languages_are_read_in_the_one_that_has_more_of_the_words():
    assert read(["Jag är inte nöjd med leveransen, very slow"]).language == ("sv",)


def test_the_words_that_led_to_a_label_are_shown():
    assert because("Jag är inte nöjd med soffan", "sv")[0] == "inte nöjd"
    assert "perfect" in because("The fit is perfect", "en")
    assert because("Das ist gut", "other") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_the_sentences_of_the_demo_shop_the_models_are_much_better_than_guessing(language):
    """No model was trained on these; the moods are those with which they were written."""
    pairs = [
        (text, mood)
        for topic in TOPIC_NAMES
        for mood, name in enumerate(MOODS)
        for text in sentences(language, topic, name)[:3]
    ]
    found = read([text for text, _ in pairs], language)
    mood = np.array([mood for _, mood in pairs])
    assert (found.chance.argmax(axis=1) == mood).mean() > 0.6
    felt = mood != 1
    assert ((found.feeling[felt] > 0) == (mood[felt] == 2)).mean() > 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_states_the_accuracy_and_the_weights_are_small(language):
    assert 0.5 < accuracies()[language]["accuracy"] < 1
    model = shipped(language)
    assert model.gram.nbytes + model.rarity.nbytes < 700_000
    assert (model.rarity >= 0).all()


def test_a_text_says_the_same_whatever_texts_are_read_with_it():
    texts = ["mycket bra service och snabb leverans", "dåligt", "helt okej men dyrt", "fungerar inte", "tack"]
    for language in ("sv", "en"):
        model = shipped(language)
        alone = np.concatenate([model.sums([text]) for text in texts])
        assert np.array_equal(model.sums(texts * 9)[: len(texts)], alone)
