"""Topics: groups of words, how many, and which one a text speaks of."""

import sys

import numpy as np
import pytest

from farled.errors import MissingExtraError
from farled.texts.lexicon import LANGUAGES
from farled.texts.naming import names
from farled.texts.topics import found_topics, stop_words, topic_of

ABOUT = {
    "frakt": ["frakten kostar mycket", "dyr frakt", "fraktkostnaden syns sent", "fri frakt över femhundra kronor"],
    "retur": ["returen dröjde", "pengarna för returen", "retur till butiken", "returkoden saknades, pengarna dröjde"],
    "storlek": [
        "storleken stämde dåligt",
        "fel storlek på tröjan",
        "tröjan liten i storleken",
        "stor storlek på tröjan",
    ],
}
ENDS = ["", " i går", " igen", " i Lund", " förra veckan", " tyvärr", " som vanligt", " enligt mig"]


def texts(seed=0, n=240):
    rng = np.random.default_rng(seed)
    kinds = list(ABOUT)
    return [
        f"{rng.choice(ABOUT[kinds[at % 3]])} {rng.choice(ABOUT[kinds[at % 3]])}{rng.choice(ENDS)}" for at in range(n)
    ]


def test_what_belongs_together_is_found():
    found = found_topics(texts(), "sv", 3)
    assert found.reason is None
    words = [" ".join(topic.words) for topic in found.topics]
    assert all(any(word in each for each in words) for word in ("frakt", "retur", "storlek"))
    weights = [topic.weights for topic in found.topics]
    assert topic_of(["frakt"], weights) != topic_of(["storlek"], weights)
    assert topic_of(["nothing"], weights) == -1
    assert all(sum(each.values()) == pytest.approx(1, abs=0.01) for each in weights)


def test_the_order_of_the_texts_changes_nothing():
    assert found_topics(texts(), "sv") == found_topics(texts()[::-1], "sv")


def test_the_number_is_one_at_which_two_halves_agree():
    found = found_topics(texts(), "sv")
    assert 2 <= len(found.topics) <= 12
    assert found.stability >= 0.3


def test_few_texts_and_noise_give_no_topics_but_a_reason():
    assert found_topics(texts(n=49), "sv").reason == "too_few"
    rng = np.random.default_rng(3)
    letters = "bdfgklmnprst"
    noise = [" ".join("".join(rng.choice(list(letters), 5)) for _ in range(5)) for _ in range(80)]
    assert found_topics(noise, "sv").reason == "no_clear_topics"


def test_words_without_a_topic_are_left_out():
    for language in LANGUAGES:
        assert len(stop_words(language)) > 150
    assert not {word for topic in found_topics(texts(), "sv", 3).topics for word in topic.words} & stop_words("sv")


def test_without_the_extra_the_command_to_install_it_is_shown(monkeypatch):
    monkeypatch.setitem(sys.modules, "snowballstemmer", None)
    with pytest.raises(MissingExtraError, match=r"farled\[text\]"):
        found_topics(texts(), "sv")


@pytest.mark.parametrize(
    ("text", "thing", "is_named"),
    [
        ("Leveransdagen ändrades två gånger", "leverans", True),
        ("Svarstiden är hopplös", "svarstid", True),
        ("Ingen svarade på hela tiden", "svarstid", False),
        ("Betalningen i mobilen fastnade", "mobil betalning", True),
        ("Betalningen fastnade", "mobil betalning", False),
        ("", "leverans", False),
        ("Allt", "!", False),
    ],
)
def test_a_thing_is_named_by_words_that_begin_like_it(text, thing, is_named):
    assert names(text, thing) is is_named
