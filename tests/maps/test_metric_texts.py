"""What customers write, measured onto a map: sentiment, topics, and feeling where no score was given."""

import pytest
from maps_example import map_of

from farled.demo.shop import events
from farled.journeys.build import journeys_of
from farled.maps.measure import measure
from farled.spans import DAY, Period, moment

GLAD, SAD = "Mycket nöjd, snabb och vänlig hjälp!", "Mycket besviken, leveransen av paketet blev försenad."
PERIOD = Period(0, 1000 * DAY, moment(0).date(), moment(1000 * DAY).date())


def snapshot(made, *rules, head="", times=10):
    phases = [[("see", "{event: see}")], [("cart", "{event: cart}"), ("asked", "{feedback: text}")]]
    map_ = map_of(*phases, metrics=[f"{{{rule}}}" for rule in rules], head=head)
    customers = {f"{name}{at}": done for name, done in made.items() for at in range(times)}
    return measure(map_, journeys_of(customers, end=400), PERIOD)


def metric(made, rule, **more):
    return snapshot(made, rule, **more)["metrics"]["m0"]


def wrote(text, day=1, **more):
    return ("said", day, {"text": text, **more})


def test_sentiment_is_the_mean_over_units_with_the_accuracy_of_the_model_beside_it():
    glad = metric({"ana": [("see", 0), wrote(GLAD)]}, "kind: sentiment")
    sad = metric({"ana": [("see", 0), wrote(SAD)]}, "kind: sentiment")
    assert 1 >= glad["value"] > 0.3
    assert -1 <= sad["value"] < -0.3
    assert set(glad["accuracy"]) == {"sv"}


def test_a_units_last_text_counts():
    made = {"ana": [("see", 0), wrote(SAD, 1), wrote(GLAD, 2)]}
    found = metric(made, "kind: sentiment")
    assert (found["n"], found["value"] > 0) == (10, True)


def test_sentiment_of_a_place_is_that_of_the_texts_that_speak_of_it():
    made = {
        "ana": [("see", 0), ("cart", 1), wrote(SAD, 2, touchpoint="cart")],
        "bo": [("see", 0), wrote(GLAD, 1, touchpoint="see")],
    }
    assert metric(made, "kind: sentiment, at: cart")["value"] < 0 < metric(made, "kind: sentiment, at: a")["value"]


def test_few_are_hidden_and_none_is_too_few():
    assert metric({"ana": [("see", 0), wrote(SAD)]}, "kind: sentiment", times=9)["reason"] == "hidden"
    assert metric({"ana": [("see", 0)]}, "kind: sentiment")["reason"] == "too_few"
    german = {"ana": [("see", 0), wrote("Das ist leider gar nicht gut gewesen")]}
    assert metric(german, "kind: sentiment")["reason"] == "too_few"


def test_topic_is_the_share_of_the_unhappy_texts_that_name_it():
    made = {
        "late": [("see", 0), wrote(SAD)],
        "cost": [("see", 0), wrote("Mycket dyr frakt, väldigt besviken")],
        "glad": [("see", 0), wrote("Leverans i tid, mycket nöjd, tack!")],
    }
    found = metric(made, "kind: topic, topic: leverans")
    assert (found["value"], found["n"]) == (0.5, 20)


def test_the_score_given_with_a_text_decides_whether_it_is_unhappy():
    made = {"ana": [("see", 0), wrote("Leveransen kom på tisdagen", score=1.0, scale="csat")]}
    assert metric(made, "kind: topic, topic: leverans")["value"] == 1.0
    assert metric({"ana": [("see", 0), wrote(SAD, score=5.0, scale="csat")]}, "kind: topic, topic: leverans")["n"] == 0


def test_a_text_without_score_makes_feeling_and_weighs_half():
    made = {"ana": [("see", 0), ("cart", 1), wrote(SAD, 2, touchpoint="cart")]}
    alone = snapshot(made)["phases"]["b"]["feeling"]
    assert -2 <= alone["value"] < -0.6
    assert alone["from"] == {"text": 10}
    both = {"ana": [*made["ana"], wrote("", 3, touchpoint="cart", score=1.0, scale="csat")]}
    found = snapshot(both)["phases"]["b"]["feeling"]
    assert found["value"] == pytest.approx((-2 + 0.5 * alone["value"]) / 1.5, abs=1e-4)
    assert found["from"] == {"csat": 10, "text": 10}


def test_a_text_beside_a_score_is_told_by_the_score_alone():
    made = {"ana": [("see", 0), ("cart", 1), wrote(SAD, 2, touchpoint="cart", score=5.0, scale="csat")]}
    feeling = snapshot(made)["phases"]["b"]["feeling"]
    assert (feeling["value"], feeling["from"]) == (2.0, {"csat": 10})


def test_a_map_may_leave_texts_out_of_the_feeling():
    made = {"ana": [("see", 0), ("cart", 1), wrote(SAD, 2, touchpoint="cart")]}
    assert snapshot(made, head="  feeling: {from: [csat]}\n")["phases"]["b"]["feeling"]["n"] == 0


def test_texts_of_the_demo_shop_feel_as_their_scores_say():
    """The mood of a sentence is known, since the score drew it: 1 and 2 sad, 4 and 5 glad."""
    table = events(4_000).select(["text", "score", "scale"]).to_pydict()
    rows = [
        (text, score)
        for text, score, scale in zip(*table.values(), strict=True)
        if text and scale in ("csat", "stars") and score is not None
    ]
    mean = {}
    for score in (1, 2, 4, 5):
        made = {
            str(at): [("see", 0), ("cart", 1), wrote(text, 2, touchpoint="cart")]
            for at, text in enumerate([text for text, given in rows if given == score][:200])
        }
        assert len(made) >= 15
        mean[score] = snapshot(made, times=1)["phases"]["b"]["feeling"]["value"]
    assert max(mean[1], mean[2]) < -0.3
    assert min(mean[4], mean[5]) > 0.3
