"""Metrics of times between events: conversion, repetition, answers to questions."""

from collections.abc import Callable

from farled.journeys.answers import distinct
from farled.maps.measuring.facts import Facts
from farled.maps.measuring.numbers import Number, number, seconds, within_number
from farled.maps.measuring.phases import horizon
from farled.maps.measuring.view import View
from farled.maps.measuring.waits import Waits, waits
from farled.maps.metric import Conversion, EventRule, MedianTime, PercentileTime, Repeat, Response, WithinTime
from farled.maps.touchpoint import FeedbackKind, FeedbackRule
from farled.spans import microseconds
from farled.stats.horizon import share_within
from farled.stats.survival import kaplan_meier

Measured = Callable[[View], Number]
ANY_FEEDBACK: tuple[FeedbackKind, ...] = ("csat", "ces", "nps", "stars", "text")


def conversion(facts: Facts, metric: Conversion) -> Measured:
    """Return F(within) from a unit's first ``from`` in the period to the first later ``to``."""
    found = waits(facts, metric.from_, metric.to)
    return lambda view: _first_within(view, found, metric.within)


def repeat(facts: Facts, metric: Repeat) -> Measured:
    """Return F(within) from a unit's first such event in the period to its next."""
    rule = EventRule(event=metric.event, where=metric.where)
    found = waits(facts, rule, rule)
    return lambda view: _first_within(view, found, metric.within)


def response(facts: Facts, metric: Response) -> Measured:
    """Return F(within) from a unit's first ask in the period to its next answer."""
    kinds: tuple[FeedbackKind, ...] = ANY_FEEDBACK if metric.feedback is None else (metric.feedback,)
    found = waits(facts, metric.ask, tuple(FeedbackRule(feedback=kind) for kind in kinds))
    return lambda view: _first_within(view, found, metric.within)


def median_time(facts: Facts, metric: MedianTime | PercentileTime) -> Measured:
    """Return a quantile of the time from each ``from`` event to the first later ``to``."""
    found = waits(facts, metric.from_, metric.to, metric.match)
    q = metric.q if isinstance(metric, PercentileTime) else 0.5
    smallest = facts.map.map.privacy.min_customers

    def measured(view: View) -> Number:
        rows = found.chosen(view)
        waited, watched = found.waited[rows], found.watched[rows]
        curve = kaplan_meier(waited[waited >= 0], watched[waited < 0])
        return number(seconds(curve.quantile(q)), smallest, distinct(found.customer[rows]), open=curve.open or None)

    return measured


def within_time(facts: Facts, metric: WithinTime) -> Measured:
    """Return F(limit) of the time from each ``from`` event to the first later ``to``."""
    found = waits(facts, metric.from_, metric.to, metric.match)
    limit = microseconds(metric.limit)
    smallest = facts.map.map.privacy.min_customers

    def measured(view: View) -> Number:
        rows = found.chosen(view)
        share = share_within(found.waited[rows], found.watched[rows], limit)
        return within_number(share, smallest, distinct(found.customer[rows]))

    return measured


def _first_within(view: View, found: Waits, within: str | None) -> Number:
    rows = found.first(view)
    limit = horizon(view.facts, None if within is None else microseconds(within))
    share = share_within(found.waited[rows], found.watched[rows], limit)
    return within_number(share, view.facts.map.map.privacy.min_customers)
