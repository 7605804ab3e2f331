"""What cannot be known is said: nobody in a segment, a goal that never happens, everybody censored, one channel."""

import re

import pytest
from questions.comparable import shop_of

from farled.questions import (
    QUESTIONS,
    Attribution,
    Ces,
    Compare,
    Csat,
    Drivers,
    Flow,
    Funnel,
    Lifecycle,
    Nps,
    Paths,
    Retention,
    Robust,
    Sentiment,
    Sessions,
    Timing,
    Topics,
    Trend,
    Variants,
)

NOBODY = {"event": "order", "min": 99}
FUNNEL = Funnel(["visit", "order"], within="30d")
EXAMPLES = [
    FUNNEL,
    Flow(),
    Paths(),
    Variants(),
    Timing("visit", "order"),
    Sessions(),
    Retention("visit"),
    Lifecycle(),
    Attribution("order"),
    Nps(ask="visit"),
    Csat(),
    Ces(),
    Sentiment(),
    Topics(),
    Compare(FUNNEL, "2026-01-01..2026-01-10", "2026-01-10..2026-01-20"),
    Drivers(2, FUNNEL),
    Trend(FUNNEL, "day"),
    Robust(FUNNEL),
]
"""Each question once."""

SAYS = re.compile(r"[Nn]obody|\b0 (journeys|events|customers)\b|nothing to credit|none can move")


@pytest.fixture(scope="module")
def shop():
    """Everybody visits through one channel; three order in the first days; scores lie off their scale."""
    made = {}
    for at in range(40):
        day = float(at % 20)
        scored = {"channel": "web", "score": 11.0 + at % 5, "scale": "nps"}
        made[f"c{at}"] = [("visit", day, {"channel": "web"}), ("survey", day + 2, scored)]
        made[f"c{at}"] += [("order", day + 1, {"channel": "web"})] * (at < 3)
    return shop_of(made)


def test_every_question_is_tried():
    assert {type(question) for question in EXAMPLES} == set(QUESTIONS.values())


@pytest.mark.parametrize("question", EXAMPLES, ids=lambda question: type(question).__name__)
def test_a_segment_without_customers_is_said_to_be_empty(question, shop):
    assert SAYS.search(str(shop.ask(question, where=NOBODY)))


def test_a_goal_that_never_happens_leaves_nothing_to_credit(shop):
    answer = shop.ask(Attribution("order"), during="2026-01-10..2026-01-20")
    assert answer.conversions == 0
    assert {credit.conversions.reason for credit in answer.credits.values()} == {"no_conversions"}
    assert "nothing to credit" in str(answer)


def test_one_channel_only_is_said_to_get_all(shop):
    assert "one touchpoint only" in str(shop.ask(Attribution("order", model="all", resamples=20)))


def test_where_all_are_censored_no_time_is_known(shop):
    answer = shop.ask(Timing("survey", "order"))
    assert (answer.median.value, answer.half.value, answer.half.reason) == (None, None, "open")
    assert "all are still waiting" in str(answer)


def test_scores_off_their_scale_are_counted_and_not_used(shop):
    answer = shop.ask(Nps())
    assert (answer.n, answer.score.value, answer.off_scale) == (0, None, 40)
    assert "40 answers are off the scale" in str(answer)
