"""Metrics of answers: satisfaction, effort, stars, promoters, feeling."""

from collections.abc import Callable

import numpy as np

from farled.journeys.answers import is_last, means
from farled.maps.measuring.facts import Facts
from farled.maps.measuring.feeling import KINDS, Answers, feeling_metric
from farled.maps.measuring.numbers import Number, number, short
from farled.maps.measuring.texts import Texts
from farled.maps.measuring.view import View
from farled.maps.measuring.waits import selected, touchpoint_position
from farled.maps.metric import Ces, Csat, EventRule, Feeling, Nps, Stars
from farled.maps.recode import NOWHERE, Mask
from farled.stats import scores as kinds

Measured = Callable[[View], Number]


def csat(facts: Facts, metric: Csat, answers: Answers) -> Measured:
    """Return the share of 4 and 5 among the units' last answers, with their mean."""
    at = place_of(facts, answers, metric.at)

    def measured(view: View) -> Number:
        scores = _last_scores(view, answers, at, "csat")
        mean = short(float(scores.mean())) if len(scores) else None
        return number(kinds.satisfied(scores), facts.map.map.privacy.min_customers, mean=mean)

    return measured


def mean_score(facts: Facts, metric: Ces | Stars, answers: Answers) -> Measured:
    """Return the mean over units, each with the mean of its answers."""
    at = place_of(facts, answers, metric.at)

    def measured(view: View) -> Number:
        found = _chosen(view, answers, at, metric.kind)
        each = means(found.customer, found.score)
        return number(kinds.mean_score(each, metric.kind), facts.map.map.privacy.min_customers)

    return measured


def nps(facts: Facts, metric: Nps, answers: Answers) -> Measured:
    """Return the net promoter score of the units' last answers."""
    at = place_of(facts, answers, metric.at)

    def measured(view: View) -> Number:
        found = kinds.net_promoter(_last_scores(view, answers, at, "nps"))
        return number(found, facts.map.map.privacy.min_customers)

    return measured


def feeling(facts: Facts, metric: Feeling, answers: Answers) -> Measured:
    """Return the feeling at a place, or of the whole."""
    at = place_of(facts, answers, metric.at)
    return lambda view: feeling_metric(view, answers, at, metric.at is None)


def place_of(facts: Facts, answers: Answers | Texts, selector: str | EventRule | None) -> Mask:
    """Return which answers speak of a place or are such events."""
    if selector is None:
        return np.ones(len(answers.time), dtype=np.bool_)
    if isinstance(selector, EventRule):
        match = np.concatenate(facts.each(lambda _, part: selected(facts, part, selector)))
        chosen: Mask = match[answers.position]
        return chosen
    phases = [phase.id for phase in facts.map.phases]
    if selector not in phases:
        at_touchpoint: Mask = np.equal(answers.touchpoint, touchpoint_position(facts, selector))
        return at_touchpoint
    phase_of = np.array([at for at, phase in enumerate(facts.map.phases) for _ in phase.touchpoints] + [NOWHERE])
    in_phase: Mask = phase_of[answers.touchpoint] == phases.index(selector)
    return in_phase


def _chosen(view: View, answers: Answers, at: Mask, kind: str) -> Answers:
    rows = at & (answers.kind == KINDS.index(kind)) & view.holds(answers.time, answers.journey)
    return answers.only(rows)


def _last_scores(view: View, answers: Answers, at: Mask, kind: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = _chosen(view, answers, at, kind)
    scores: np.ndarray[tuple[int], np.dtype[np.float64]] = found.score[is_last(found.customer)]
    return scores
