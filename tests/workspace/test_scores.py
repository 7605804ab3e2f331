"""The questions Nps, Csat and Ces give what the metrics of those names on a map give."""

import pytest

from farled import Ces, Csat, Nps
from farled.maps.measure import measure as measure_map
from farled.maps.metric import Ces as CesMetric
from farled.maps.metric import Csat as CsatMetric
from farled.maps.metric import EventRule, Response
from farled.maps.metric import Nps as NpsMetric
from farled.workspace.demo import MAP, demo

PERIOD = "2026-01-01..2026-10-01"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return demo(tmp_path_factory.mktemp("scores") / "shop", customers=3_000)


@pytest.fixture(scope="module")
def measured(shop):
    """Gives a metric of the map of the shop."""
    drawn = shop.map(MAP)

    def measure(metric):
        changed = drawn.model_copy(update={"metrics": {**drawn.metrics, "asked": metric}})
        return measure_map(changed, shop.journeys, shop.period(PERIOD))["metrics"]["asked"]

    return measure


def number(score):
    return [None if each is None else round(each, 6) for each in (score.value, score.low, score.high)] + [score.n]


@pytest.mark.parametrize(
    ("question", "metric", "at"),
    [
        (Nps, NpsMetric, None),
        (Nps, NpsMetric, "nps-survey"),
        (Csat, CsatMetric, None),
        (Csat, CsatMetric, "product-page"),
        (Csat, CsatMetric, "csat-survey"),
        (Csat, CsatMetric, "post_purchase"),
        (Ces, CesMetric, "checkout"),
    ],
    ids=str,
)
def test_a_score_is_that_of_the_map(shop, measured, question, metric, at):
    kind = question.__name__.lower()
    on_map = measured(metric(kind=kind, at=at))
    asked = shop.ask(question(at=at), map=MAP, during=PERIOD)
    assert asked.n >= 10
    assert number(asked.score) == [on_map["value"], on_map["low"], on_map["high"], on_map["n"]]
    if kind == "csat":
        assert round(asked.whole.mean.value, 6) == on_map["mean"]


def test_groups_by_touchpoint_and_phase_are_what_the_map_has_there(shop, measured):
    for by in ("name", "phase"):
        groups = shop.ask(Csat(by=by), map=MAP, during=PERIOD).groups
        for place, score in groups.items():
            if place is not None and score.n >= 10:
                assert score.score.value == pytest.approx(
                    measured(CsatMetric(kind="csat", at=place))["value"], abs=1e-6
                )


def test_the_response_rate_is_that_of_the_map(shop, measured):
    where = {"attr": "survey", "is": "nps"}
    ask = {"name": "survey_sent", "where": where}
    rule = EventRule(event="survey_sent", where=where)
    on_map = measured(Response(kind="response", ask=rule, feedback="nps", within="30d"))
    rate = shop.ask(Nps(ask=ask, within="30d"), during=PERIOD).response.rate
    assert rate.value == pytest.approx(on_map["value"], abs=0.02)  # a period cuts off answers that the map follows
    whole = shop.ask(Nps(ask=ask, within="30d")).response
    assert whole.asked == whole.answered + whole.silent + whole.open


def test_a_score_by_segments_and_personas(shop):
    shop.save_segment("swedish", {"attr": "country", "is": "SE"})
    answer = shop.ask(Csat(by=["swedish"]))
    alone = shop.ask(Csat(), where="swedish")
    assert answer.groups["swedish"].to_dict() == alone.whole.to_dict()
    assert answer.n == shop.ask(Csat()).n
    behind = shop.customers_behind(Csat(by=["swedish"]), "/groups/0/satisfied")
    assert len(behind) == alone.score.part
    assert set(shop.ask(Csat(by="persona"), map=MAP).groups) <= {persona.id for persona in shop.map(MAP).personas}
