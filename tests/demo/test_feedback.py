import pyarrow as pa
import pyarrow.compute as pc

from farled.demo.customers import LANGUAGES
from farled.demo.feedback import MOODS, TOPIC_NAMES, phrases, sentences
from farled.demo.shop import events


def test_every_language_has_sentences_of_every_mood():
    least = {"positive": 12, "negative": 12, "neutral": 6}
    for language in LANGUAGES:
        for mood in MOODS:
            written = [sentence for topic in TOPIC_NAMES for sentence in phrases()[language][topic][mood]]
            assert len(written) == len(set(written)) >= least[mood]


def test_slots_are_filled_and_sentences_begin_with_a_capital():
    for language in LANGUAGES:
        for topic in TOPIC_NAMES:
            for mood in MOODS:
                for sentence in sentences(language, topic, mood):
                    assert "{" not in sentence
                    assert sentence[0].isupper()
                    assert sentence[-1] in ".!?"


def test_who_gives_a_low_score_complains_and_who_gives_a_high_one_praises():
    table = events(customers=6000, seed=4)
    stars = table.filter(pc.equal(table["name"].cast(pa.string()), "review_posted"))
    known = {
        mood: {s for language in LANGUAGES for topic in TOPIC_NAMES for s in sentences(language, topic, mood)}
        for mood in MOODS
    }
    seen = 0
    for score, text in zip(stars["score"].to_pylist(), stars["text"].to_pylist(), strict=True):
        if text is not None:
            mood = "negative" if score <= 2 else "neutral" if score == 3 else "positive"
            assert any(text.startswith(sentence) for sentence in known[mood])
            seen += 1
    assert seen > 20
