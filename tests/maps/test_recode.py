import numpy as np
from chunks_of import chunk_of
from hypothesis import given
from hypothesis import strategies as st
from maps_example import map_of

from farled.maps.recode import mapped, needed_columns, recoded


def touchpoints(map_, *events, **more):
    """The touchpoint of each of one customer's events, None where it is unmapped."""
    places = mapped(map_, chunk_of({"ana": list(events)}, **more)).touchpoint
    ids = [touchpoint.id for _, touchpoint in map_.touchpoints()]
    return [None if place < 0 else ids[place] for place in places]


def journeys(map_, made):
    """The customer and the number of events of each journey."""
    chunk = mapped(map_, chunk_of(made)).chunk
    return list(zip(chunk.owner.tolist(), np.diff(chunk.offsets).tolist(), strict=True))


PLAIN = map_of([("see", "{event: view}")], [("buy", "{event: order}")])


def test_an_event_that_matches_no_rule_is_unmapped():
    assert touchpoints(PLAIN, ("view", 0), ("scroll", 1), ("order", 2)) == ["see", None, "buy"]


def test_of_several_touchpoints_the_one_with_more_comparisons_wins():
    map_ = map_of(
        [("see", "{event: view}")],
        [
            ("web", "{event: view, where: {attr: channel, is: web}}"),
            ("search", "{event: view, where: {all: [{attr: channel, is: web}, {attr: medium, is: organic}]}}"),
        ],
    )
    events = [("view", 0), ("view", 1, {"channel": "web"}), ("view", 2, {"channel": "web", "medium": "organic"})]
    assert touchpoints(map_, *events) == ["see", "web", "search"]


def test_of_equally_narrow_touchpoints_the_earlier_in_the_file_wins():
    map_ = map_of(
        [("first", "{event: view, where: {attr: channel, is: web}}"), ("answer", "{feedback: csat}")],
        [("second", "{event: view, where: {attr: medium, is: organic}}"), ("rated", "{event: rated}")],
    )
    assert touchpoints(map_, ("view", 0, {"channel": "web", "medium": "organic"})) == ["first"]
    assert touchpoints(map_, ("rated", 0, {"score": 4.0, "scale": "csat"})) == ["answer"]
    turned = map_of([("rated", "{event: rated}")], [("answer", "{feedback: csat}")])
    assert touchpoints(turned, ("rated", 0, {"score": 4.0, "scale": "csat"})) == ["rated"]


def test_a_feedback_rule_observes_scores_on_that_scale_or_texts():
    map_ = map_of([("happy", "{feedback: csat}"), ("words", "{feedback: text}")], [("buy", "{event: order}")])
    answers = [
        ("a", 0, {"score": 4.0, "scale": "csat"}),
        ("a", 1, {"score": 9.0, "scale": "nps"}),
        ("a", 2, {"text": "ok"}),
    ]
    assert touchpoints(map_, *answers, ("a", 3)) == ["happy", None, "words", None]
    assert needed_columns(map_) == {"score", "scale", "text"}


def test_a_silence_longer_than_ends_after_ends_the_journey_and_one_as_long_does_not():
    made = {"ana": [("view", 0), ("order", 30), ("view", 61)], "bo": [("order", 0)]}
    assert journeys(PLAIN, made) == [(0, 2), (0, 1), (1, 1)]


def test_unmapped_events_break_the_silence():
    assert journeys(PLAIN, {"ana": [("view", 0), ("scroll", 20), ("order", 50)]}) == [(0, 3)]


def test_a_recoded_chunk_speaks_of_touchpoints_and_unmapped_events_keep_their_name():
    chunk = recoded(PLAIN, chunk_of({"ana": [("view", 0), ("scroll", 1), ("order", 2)]}))
    assert [chunk.names[code] for code in chunk.name] == ["see", "scroll", "buy"]
    phase = chunk.columns["phase"]
    assert [phase.values[code] if code >= 0 else None for code in phase.code] == ["a", None, "b"]


@given(days=st.lists(st.lists(st.integers(0, 200), max_size=6), max_size=4))
def test_journeys_hold_each_event_once_and_no_longer_silence(days):
    made = {str(at): [("view", day) for day in sorted(found)] for at, found in enumerate(days)}
    expected = []
    for at, found in enumerate(days):
        for place, day in enumerate(sorted(found)):
            if place and day - sorted(found)[place - 1] <= 30:
                expected[-1] = (at, expected[-1][1] + 1)
            else:
                expected.append((at, 1))
    assert journeys(PLAIN, made) == expected
