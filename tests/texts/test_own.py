"""Learning from a workspace's own scores and comments."""

import numpy as np
import pytest

from farled.errors import InputError
from farled.texts.cleaning import cleaned
from farled.texts.own import OwnModel, learned
from farled.texts.reading import read

PLACES = ["i Umeå", "i Malmö", "i Borås", "i Lund", "hos er", "i går", "i morse", "på nätet", "i mars", "i fjol"]
THINGS = ["jackan", "mössan", "väskan", "skorna", "cykeln", "lampan", "mattan", "soffan", "boken", "telefonen"]


def pairs(good, bad, times=2):
    """Comments in a firm's own words, which the shipped models do not know."""
    made = [
        (f"{word} {thing} {place}", label)
        for word, label in ((good, 2), (bad, 0))
        for thing in THINGS
        for place in PLACES
    ]
    made = made[:: 3 - times]
    said = read([text for text, _ in made], "sv")
    texts = [cleaned(text) for text, _ in made]
    return texts, ["sv"] * len(texts), said.chance, np.array([label for _, label in made])


def test_words_of_the_firm_are_learned_and_stated_with_held_out_accuracy():
    model = learned(*pairs("guldgrävd", "blåmärkt"))
    assert model.accuracy > 0.9 > model.shipped_accuracy
    assert model.pairs == 200
    glad, sad = read(["guldgrävd pryl", "blåmärkt pryl"], "sv", model).feeling
    assert glad > 0 > sad


def test_nothing_is_learned_from_few_pairs():
    texts, languages, chance, label = pairs("guldgrävd", "blåmärkt")
    assert learned(texts[:100], languages[:100], chance[:100], label[:100]) is None


def test_noise_never_replaces_the_shipped_models():
    texts, languages, chance, label = pairs("bra", "dålig")
    model = learned(texts, languages, chance, label)
    assert model is None or model.accuracy > model.shipped_accuracy
    noise = np.random.default_rng(1).integers(0, 3, len(label))
    model = learned(texts, languages, chance, noise)
    assert model is None or model.accuracy > model.shipped_accuracy


def test_the_order_of_the_pairs_changes_nothing():
    texts, languages, chance, label = pairs("guldgrävd", "blåmärkt")
    order = np.random.default_rng(2).permutation(len(texts))
    assert learned(texts, languages, chance, label) == learned(
        [texts[at] for at in order], languages, chance[order], label[order]
    )


def test_rare_words_have_no_weight_so_that_no_text_can_be_read_back():
    texts, languages, chance, label = pairs("guldgrävd", "blåmärkt")
    texts[0] += " hemligtnamn"
    assert not any("hemligtnamn" in word for word in learned(texts, languages, chance, label).words)


def test_a_model_is_plain_values_and_comes_back_the_same():
    model = learned(*pairs("guldgrävd", "blåmärkt"))
    assert OwnModel.of(model.to_plain()) == model
    with pytest.raises(InputError, match="none that a workspace has learned"):
        OwnModel.of({"words": {}})
