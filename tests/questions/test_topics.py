"""Topics: which texts count, how many are read, and who stands behind a topic."""

import pickle
from functools import reduce

import pytest

from farled.engine.local import ask, customers_behind
from farled.errors import InputError, NotFoundError
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys
from farled.questions import Topics
from farled.questions import topics as module

LATE = ["Paketet kom sent, dålig leverans", "Leveransen av paketet dröjde"]
BACK = ["Returen tog tid och pengarna dröjde", "Pengarna för returen saknas"]


def shop(n=80, **more):
    """Every other customer writes of late parcels, in the app; the others of returns, on the web."""
    return journeys_of(
        {
            f"c{at:03}": [
                ("review", at, {"text": (LATE, BACK)[at % 2][at // 2 % 2], "channel": ("app", "web")[at % 2]})
            ]
            for at in range(n)
        }
    )


@pytest.fixture(scope="module")
def answer():
    return ask(shop(), Topics(topics=2, texts_in="sv", by="channel"))


def test_each_topic_has_words_a_share_and_quotes(answer):
    assert [round(topic.share.value, 2) for topic in answer.topics] == [0.5, 0.5]
    words = [set(topic.words) for topic in answer.topics]
    assert any("paketet" in each for each in words)
    assert any("returen" in each for each in words)
    for topic in answer.topics:
        assert 1 <= len(topic.quotes) <= 3
        assert set(topic.quotes) <= {*LATE, *BACK}


def test_groups_have_shares_of_the_same_topics(answer):
    shares = {value: [share.value for share in shares] for value, shares in answer.groups.items()}
    assert sorted(shares["app"]) == sorted(shares["web"]) == [0, 1]
    assert shares["app"] != shares["web"]


def test_the_customers_behind_a_topic_are_those_whose_text_speaks_of_it(answer):
    question = Topics(topics=2, texts_in="sv", by="channel")
    late = next(at for at, topic in enumerate(answer.topics) if "paketet" in topic.words)
    assert customers_behind(shop(), question, f"/topics/{late}/share") == [f"c{at:03}" for at in range(0, 80, 2)]
    with pytest.raises(NotFoundError):
        customers_behind(shop(), question, "/topics/7/share")


def test_too_few_texts_give_no_topics_but_the_reason():
    answer = ask(shop(40), Topics(texts_in="sv"))
    assert answer.topics == ()
    assert [spoken.reason for spoken in answer.languages] == ["too_few"]
    assert "Too few texts" in str(answer)


def test_of_very_many_texts_a_sample_is_read_that_no_order_changes(monkeypatch):
    monkeypatch.setattr(module, "MOST_TEXTS", 60)
    question = Topics(topics=2, texts_in="sv")
    answer = ask(shop(), question)
    assert (answer.n, answer.read) == (80, 60)
    assert "sample of 60" in str(answer)
    whole = shop()
    small = Journeys(whole.parts, whole.names, chunk_events=9)
    parts = [question.partial(chunk) for chunk in small.chunks(question.columns())]
    assert len(parts) > 5
    for order in (parts, parts[::-1]):
        total = reduce(lambda total, more: total + more, order)
        assert len(total.kept) == 60
        assert question.answer(total).to_dict() == answer.to_dict()


def test_segments_get_the_shares_of_the_same_topics():
    whole, part = ask(shop(), Topics(topics=2, texts_in="sv")), ask(shop(60), Topics(topics=2, texts_in="sv"))
    grouped = Topics(topics=2, texts_in="sv", by=["some"]).regrouped(whole, {"some": part})
    assert [share.n for share in grouped.groups["some"]] == [60, 60]
    assert len(grouped.table().headings) == 5


def test_languages_have_topics_of_their_own():
    made = {
        f"n{at}": [
            ("review", at, {"text": ("Pakken kom for sent, dårlig levering", "Returen og pengene tok uker")[at % 2]})
        ]
        for at in range(60)
    }
    swedish = {f"s{at}": [("review", at, {"text": (LATE, BACK)[at % 2][0]})] for at in range(60)}
    answer = ask(journeys_of({**made, **swedish}), Topics(topics=2))
    assert {(spoken.language, spoken.n) for spoken in answer.languages} == {("sv", 60), ("nb", 60)}
    assert {topic.language for topic in answer.topics} == {"sv", "nb"}


def test_texts_read_in_another_language_than_they_seem_to_be_in_are_counted_and_said():
    answer = ask(shop(60), Topics(topics=2, texts_in="da"))
    assert {spoken.language for spoken in answer.languages} == {"da"}
    assert 0 < answer.seem["sv"] <= 60
    assert f"{answer.seem['sv']} sv" in answer.table().note
    assert "are read as da." in answer.table().note
    assert answer.to_dict()["seem"] == dict(answer.seem)


def test_what_is_asked_wrongly_is_refused():
    for wrong in ({"topics": 1}, {"topics": 99}, {"texts_in": "fi"}):
        with pytest.raises(InputError):
            Topics(**wrong)


def test_partials_can_be_sent():
    question = Topics(topics=2, texts_in="sv", by="channel")
    partial = question.partial(shop().chunks(question.columns())[0])
    sent = pickle.loads(pickle.dumps(partial))
    assert question.answer(sent).to_dict() == question.answer(partial).to_dict()
