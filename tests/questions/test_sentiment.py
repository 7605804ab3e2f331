"""Sentiment: which texts count, what is shown of them, and who stands behind a number."""

import json
import pickle

import pytest

import farled
from farled.engine.local import ask, customers_behind
from farled.errors import InputError, NotFoundError
from farled.journeys.build import journeys_of
from farled.questions import Sentiment

GLAD, SAD = "Mycket nöjd, snabb och vänlig hjälp!", "Mycket besviken, den gick sönder direkt."


def written(*texts, name="review", **more):
    return [(name, day, {"text": text, **more}) for day, text in enumerate(texts)]


def customers(**made):
    return journeys_of({f"{name}{at}": events for name, events in made.items() for at in range(5)})


def test_counts_each_customers_last_text():
    answer = ask(customers(ana=written(SAD, GLAD), bo=written(SAD)), Sentiment(texts_in="sv"))
    assert (answer.n, answer.shares["positive"].part, answer.shares["negative"].part) == (10, 5, 5)
    assert answer.mean.low < 0 < answer.mean.high or abs(answer.mean.value) < 0.5


def test_the_last_text_of_each_group_counts_there():
    made = customers(ana=[*written(SAD, channel="web"), ("review", 9, {"text": GLAD, "channel": "app"})])
    answer = ask(made, Sentiment(by="channel", texts_in="sv"))
    assert {value: felt.mean.value > 0 for value, felt in answer.groups.items()} == {"web": False, "app": True}
    assert answer.n == 5


def test_a_place_is_a_name_of_the_event_or_the_touchpoint_it_names():
    made = customers(ana=written(SAD, name="chat"), bo=written(GLAD, touchpoint="delivery"))
    assert ask(made, Sentiment(at="chat", texts_in="sv")).mean.value < 0
    assert ask(made, Sentiment(at="delivery", texts_in="sv")).mean.value > 0
    assert set(ask(made, Sentiment(by="name", texts_in="sv")).groups) == {"chat", "delivery"}
    with pytest.raises(NotFoundError, match="chatt"):
        ask(made, Sentiment(at="chatt", texts_in="sv"))


def test_months_begin_where_the_workspace_is():
    late = [("review", 30 + 23.5 / 24, {"text": GLAD})]  # 1970-01-31, 23:30 UTC
    made = journeys_of({str(at): late for at in range(5)})
    assert list(ask(made, Sentiment(by="month", texts_in="sv", time_zone="Europe/Oslo")).groups) == ["1970-02"]
    assert list(ask(made, Sentiment(by="month", texts_in="sv")).groups) == ["1970-01"]


def test_fewer_than_five_texts_give_no_number_and_no_quote():
    answer = ask(journeys_of({str(at): written(GLAD) for at in range(4)}), Sentiment(texts_in="sv"))
    assert (answer.mean.value, answer.mean.reason, answer.quotes) == (None, "too_few", ())
    assert answer.shares["positive"].value is None
    assert answer.whole.languages == {}


def test_nobody_and_empty_texts_are_no_texts():
    made = journeys_of({"ana": written("", "   "), "bo": [("visit", 0)]})
    answer = ask(made, Sentiment())
    assert (answer.n, answer.mean.reason) == (0, "nobody")


def test_other_languages_are_counted_apart_and_never_judged():
    made = customers(ana=written("Das ist leider gar nicht gut gewesen"), bo=written(SAD))
    answer = ask(made, Sentiment())
    assert (answer.n, answer.whole.other, answer.whole.languages) == (5, 5, {"other": 5, "sv": 5})


def test_four_languages_are_read_each_by_its_model():
    made = customers(
        sv=written("Tack, jag är mycket nöjd med hjälpen"),
        nb=written("Takk, jeg er veldig fornøyd med hjelpen"),
        da=written("Tak, jeg er meget tilfreds med hjælpen, den var god"),
        en=written("Thanks, I am very happy with the help"),
    )
    answer = ask(made, Sentiment())
    assert answer.whole.languages == dict.fromkeys(["da", "en", "nb", "sv"], 5)
    assert answer.shares["positive"].value == 1
    assert set(answer.accuracy) == {"sv", "nb", "da", "en"}


def test_texts_read_in_another_language_than_they_seem_to_be_in_are_counted_and_said():
    made = customers(sv=written(GLAD), en=written("Thanks, I am very happy with the help"))
    told, found = ask(made, Sentiment(texts_in="sv")), ask(made, Sentiment())
    assert (told.whole.languages, told.whole.seem) == ({"sv": 10}, {"en": 5})
    assert told.to_dict()["seem"] == {"en": 5}
    assert "5 texts seem to be in another language (5 en) and are read as sv." in told.table().note
    assert found.whole.seem == {}
    assert "seem to be" not in found.table().note


def test_quotes_show_the_words_that_led_to_the_label_and_hide_addresses():
    made = customers(ana=written("Jag är inte nöjd, ring 070-123 45 67 eller skriv till ana@b.se"))
    quote = ask(made, Sentiment(texts_in="sv")).quotes[0]
    shown = quote.to_dict()
    assert "070" not in shown["text"]
    assert "@" not in shown["text"]
    assert shown["because"][0] == "inte nöjd"


def test_the_customers_behind_a_number_can_be_listed():
    made = customers(ana=written(SAD, channel="web"), bo=written(GLAD, channel="app"))
    question = Sentiment(by="channel", texts_in="sv")
    assert customers_behind(made, question, "/negative") == [f"ana{at}" for at in range(5)]
    assert len(customers_behind(made, question, "/n")) == 10
    assert customers_behind(made, question, "/groups/0/positive") == [f"bo{at}" for at in range(5)]
    with pytest.raises(NotFoundError):
        customers_behind(made, question, "/mean")


def test_what_is_asked_wrongly_is_refused():
    for wrong in ({"texts_in": "fi"}, {"model": "best"}, {"at": [""]}, {"time_zone": "Mars"}):
        with pytest.raises(InputError):
            Sentiment(**wrong)
    with pytest.raises(InputError, match=r"Workspace\.ask"):
        ask(customers(ana=written(SAD)), Sentiment(model="own"))


def test_partials_can_be_sent():
    made = customers(ana=written(SAD), bo=written(GLAD))
    question = Sentiment(texts_in="sv")
    partial = question.partial(made.chunks(question.columns())[0])
    sent = pickle.loads(pickle.dumps(partial))
    assert question.answer(sent).to_dict() == question.answer(partial).to_dict()


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """A firm whose customers say glad things in words of their own."""
    file = tmp_path_factory.mktemp("firm") / "events.csv"
    rows = ["customer,time,name,score,scale,text"]
    for at in range(240):
        word, score = ("guldgrävd", 5) if at % 2 else ("blåmärkt", 1)
        rows.append(
            f"c{at},2026-05-{at % 28 + 1:02}T10:00:00Z,review,{score},stars,"
            f"{word} vara nummer {'abcdefgh'[at % 8]} ort {'ijklmnopq'[at % 9]} rad {'rstuvwx'[at % 7]}"
        )
    file.write_text("\n".join(rows), encoding="utf-8")
    return farled.read(str(file))


def test_a_workspace_learns_from_its_own_scores_and_says_so(firm):
    shipped, own = firm.ask(Sentiment(texts_in="sv")), firm.ask(Sentiment(texts_in="sv", model="own"))
    assert shipped.to_dict()["model"]["kind"] == "shipped"
    told = own.to_dict()["model"]
    assert told["kind"] == "own"
    assert told["accuracy"] > told["shipped_accuracy"]
    assert "Learned from" in str(own)
    again = json.loads(json.dumps(firm.ask({"question": "sentiment", "texts_in": "sv", "model": "own"}).to_dict()))
    assert again == json.loads(json.dumps(own.to_dict()))


def test_segments_are_groups_too(firm):
    answer = firm.ask(
        {"question": "sentiment", "texts_in": "sv", "where": {"event": "review", "where": {"attr": "score", "min": 4}}}
    )
    assert answer.n == 120
