"""The catalogue of metrics, measured: which kind is counted where."""

from collections.abc import Callable, Mapping
from typing import Any

from farled.maps.measuring import (
    metric_answers,
    metric_channels,
    metric_counts,
    metric_steps,
    metric_texts,
    metric_times,
)
from farled.maps.measuring.facts import Facts
from farled.maps.measuring.feeling import Answers
from farled.maps.measuring.numbers import Number
from farled.maps.measuring.texts import Texts
from farled.maps.measuring.view import View
from farled.maps.metric import AnyMetric, ChannelEffect, Retention

Measured = Callable[[View], Number]

_OF_EVENTS: Mapping[str, Callable[..., Measured]] = {
    "volume": metric_counts.volume,
    "conversion": metric_times.conversion,
    "step_completion": metric_steps.step_completion,
    "drop_off": metric_steps.drop_off,
    "onward": metric_steps.onward_share,
    "handoff": metric_steps.handoff,
    "share": metric_counts.share,
    "median_time": metric_times.median_time,
    "percentile_time": metric_times.median_time,
    "within_time": metric_times.within_time,
    "dwell": metric_steps.dwell,
    "touchpoint_count": metric_steps.touchpoint_count,
    "loops": metric_steps.loops,
    "repeat": metric_times.repeat,
    "silent": metric_counts.silent,
    "response": metric_times.response,
    "value": metric_counts.value,
    "coverage": metric_steps.coverage_share,
}
_OF_ANSWERS: Mapping[str, Callable[..., Measured]] = {
    "csat": metric_answers.csat,
    "ces": metric_answers.mean_score,
    "stars": metric_answers.mean_score,
    "nps": metric_answers.nps,
    "feeling": metric_answers.feeling,
}
_OF_TEXTS: Mapping[str, Callable[..., Measured]] = {"sentiment": metric_texts.sentiment, "topic": metric_texts.topic}


def prepared(facts: Facts, answers: Answers, texts: Texts, metric: AnyMetric, zone: str) -> Measured:
    """Return a function that measures a metric in a view; what no period changes is counted now."""
    if metric.kind in _OF_EVENTS:
        return _OF_EVENTS[metric.kind](facts, metric)
    if metric.kind in _OF_ANSWERS:
        return _OF_ANSWERS[metric.kind](facts, metric, answers)
    if metric.kind in _OF_TEXTS:
        return _OF_TEXTS[metric.kind](facts, metric, texts)
    if isinstance(metric, Retention):
        return metric_counts.retention(facts, metric, zone)
    if isinstance(metric, ChannelEffect):
        return metric_channels.channel_effect(facts, metric, zone)
    raise AssertionError(f"nothing measures {metric.kind}")


def all_prepared(facts: Facts, answers: Answers, texts: Texts, zone: str) -> dict[str, Any]:
    """Return the functions of all metrics of a map, by id."""
    return {key: prepared(facts, answers, texts, metric, zone) for key, metric in facts.map.metrics.items()}
