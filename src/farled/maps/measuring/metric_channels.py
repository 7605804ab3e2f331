"""What a channel does for reaching a place: credited to it, or with it against without it."""

from collections.abc import Callable
from functools import partial, reduce
from operator import add
from typing import Any

import numpy as np

from farled.journeys.index import Chunk, Column
from farled.journeys.measure_kernels import NEVER
from farled.maps.measuring.facts import Facts, Ints
from farled.maps.measuring.metric_counts import calendar_edges
from farled.maps.measuring.numbers import Number, number, unknown
from farled.maps.measuring.phases import horizon
from farled.maps.measuring.view import View
from farled.maps.measuring.waits import Selector, selected
from farled.maps.metric import ChannelEffect
from farled.maps.recode import Mapped, Mask
from farled.stats.differences import difference, scaled, total
from farled.stats.horizon import share_within
from farled.stats.intervals import Estimate

Measured = Callable[[View], Number]
MODEL = "markov"
RESAMPLES = 200
GOAL, TOUCH = "goal", "touch"
LATER = np.iinfo(np.int64).max


def channel_effect(facts: Facts, metric: ChannelEffect, zone: str) -> Measured:
    """Return what a channel does for reaching ``to`` in the journeys of a view, as the metric's ``view`` has it.

    ``attribution``: the share of goals that Markov removal effects credit to the channel; touches are the touchpoints
    of the map. ``with_without``: reached within the map's horizon from the entry by journeys that had met the channel
    before, minus the same of those that had not, among journeys entered in the same month; not causal. ``lift``: from
    an experiment; without one not computable.
    """
    if metric.view == "lift":
        return lambda _: unknown("not_computable")
    if metric.view == "attribution":
        return lambda view: _credited(view, metric)
    found = _first_times(facts, metric.to)
    edges = calendar_edges(int(facts.entry[facts.entry != NEVER].min(initial=facts.end)), facts.end, "month", zone)
    return lambda view: _with_without(view, metric.channel, found, edges)


def _credited(view: View, metric: ChannelEffect) -> Number:
    from farled.questions.attribution import Attribution  # noqa: PLC0415  loaded only by maps that ask for it

    facts = view.facts
    names = [touchpoint.channel for _, touchpoint in facts.map.touchpoints()]
    question = Attribution(GOAL, MODEL, "channel", (TOUCH,), None, resamples=RESAMPLES)
    counted = facts.each(lambda at, part: question.partial(_touches(view, metric.to, tuple(names), at, part)))
    total: Any = reduce(add, counted)
    answer = question.answer(total)
    smallest = facts.map.map.privacy.min_customers
    if metric.channel not in answer.credits:
        return number(Estimate(None, None, None, answer.conversions, "unobserved"), smallest)
    share = answer.credits[metric.channel].share
    found = Estimate(share.value, share.low, share.high, answer.conversions, share.reason)
    return number(found, smallest, answer.conversions, method=MODEL)


def _touches(view: View, to: Selector, channels: tuple[str, ...], at: int, part: Mapped) -> Chunk:
    """Return the journeys of a view as their goals and the channels they touch."""
    facts, chunk = view.facts, part.chunk
    goal = selected(facts, part, to)
    used = np.repeat(facts.of_part(view.journeys, at), np.diff(chunk.offsets)) & (goal | (part.touchpoint >= 0))
    place = np.flatnonzero(used)
    journey, counts = np.unique(facts.journey_of[at][place], return_counts=True)
    known = tuple(dict.fromkeys(channels))
    code = np.array([known.index(name) for name in channels] + [-1], dtype=np.int32)[part.touchpoint[place]]
    return Chunk(
        offsets=np.append(0, np.cumsum(counts)),
        time=chunk.time[place],
        name=np.where(goal[place], 0, 1).astype(np.uint16),
        names=(GOAL, TOUCH),
        end=chunk.end,
        owner=np.unique(facts.customer[journey], return_inverse=True)[1].reshape(-1),
        columns={"channel": Column(code, known)},
    )


def _first_times(facts: Facts, to: Selector) -> Ints:
    """Return when each journey first meets a selector, ``LATER`` if it does not. Shape (n,)."""
    found = np.full(len(facts.entry), LATER, dtype=np.int64)
    for journey, time in facts.each(partial(_met, facts, to)):
        found[journey] = time
    return found


def _met(facts: Facts, to: Selector, at: int, part: Mapped) -> tuple[Ints, Ints]:
    place = np.flatnonzero(selected(facts, part, to))
    journey, first = np.unique(facts.journey_of[at][place], return_index=True)
    return journey, part.chunk.time[place[first]]


def _with_without(view: View, channel: str, reached: Ints, edges: Ints) -> Number:
    facts = view.facts
    places = view.places
    entry, goal = facts.entry[places], reached[places]
    at_risk = goal > entry
    has_met = _met_before(facts, channel, reached)[places]
    month = np.searchsorted(edges, entry, side="right")
    waited = np.where(goal == LATER, -1, goal - entry)
    watched = facts.end - entry
    smallest = facts.map.map.privacy.min_customers
    limit = horizon(facts, None)

    def share(rows: Mask) -> Estimate:
        return share_within(waited[rows], watched[rows], limit).share

    strata = []
    for value in np.unique(month[at_risk]):
        rows = at_risk & (month == value)
        pair = share(rows & has_met), share(rows & ~has_met)
        if all(found.value is not None for found in pair):
            strata.append(pair)
    met = sum(one.n for one, _ in strata)
    units = min(met, sum(other.n for _, other in strata))
    found = total([scaled(difference(one, other), one.n / met) for one, other in strata])
    told = Estimate(found.value, found.low, found.high, met, found.reason and "too_few")
    return number(told, smallest, units, method="with against without, by month of entry: not causal")


def _met_before(facts: Facts, channel: str, reached: Ints) -> Mask:
    """Return which journeys meet a channel before they first meet what is to be reached, or without meeting it."""
    inside = np.array([touchpoint.channel == channel for _, touchpoint in facts.map.touchpoints()], dtype=np.bool_)
    rows = facts.meetings
    met = inside[rows.touchpoint] & (rows.time < reached[rows.journey])
    found = np.zeros(len(facts.entry), dtype=np.bool_)
    found[rows.journey[met]] = True
    return found
