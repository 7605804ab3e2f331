"""Metrics of phases and touchpoints: how many go on, how long they stay, how often they come round again."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from farled.journeys.measure_kernels import NEVER, blocks
from farled.maps.measuring.facts import Facts, Ints
from farled.maps.measuring.numbers import Number, number, rest, unknown, within_number
from farled.maps.measuring.phases import completion, coverage, dwell_number, horizon, is_observed, seen
from farled.maps.measuring.touchpoints import onward
from farled.maps.measuring.view import View
from farled.maps.measuring.waits import selected, touchpoint_position
from farled.maps.metric import Coverage, DropOff, Dwell, Handoff, Loops, Onward, StepCompletion, TouchpointCount
from farled.maps.recode import Mapped, Mask
from farled.spans import microseconds
from farled.stats.horizon import Within, share_within
from farled.stats.intervals import Estimate, Rate, quantile_interval

Measured = Callable[[View], Number]


def step_completion(facts: Facts, metric: StepCompletion | DropOff) -> Measured:
    """Return the completion of a phase, or of meeting a touchpoint after entering its phase."""
    smallest = facts.map.map.privacy.min_customers
    within = None if metric.within is None else microseconds(metric.within)
    phases = [phase.id for phase in facts.map.phases]
    if metric.at not in phases:
        met = _met_after_entering(facts, touchpoint_position(facts, metric.at), within)
        return lambda view: within_number(met(view), smallest)
    place = phases.index(metric.at)
    if place + 1 == len(phases) or not is_observed(facts, place):
        return lambda _: unknown("unobserved" if place + 1 < len(phases) else "not_computable")
    return lambda view: within_number(completion(view, place, within), smallest)


def drop_off(facts: Facts, metric: DropOff) -> Measured:
    """Return 1 − step completion."""
    completes = step_completion(facts, metric)
    return lambda view: rest(completes(view))


def onward_share(facts: Facts, metric: Onward) -> Measured:
    """Return onward of a touchpoint."""
    at = touchpoint_position(facts, metric.at)
    within = None if metric.within is None else microseconds(metric.within)
    return lambda view: within_number(onward(view, at, within), facts.map.map.privacy.min_customers)


def handoff(facts: Facts, metric: Handoff) -> Measured:
    """Return onward after a change of owner minus onward without one: a meeting counts by the touchpoint before it."""
    at = -1 if metric.at is None else touchpoint_position(facts, metric.at)
    owners = [touchpoint.owner or phase.owner for phase, touchpoint in facts.map.touchpoints()]
    code = np.array([sorted({str(owner) for owner in owners}).index(str(owner)) for owner in owners], dtype=np.int64)
    rows = facts.meetings
    comes = rows.before >= 0
    changes = comes & (code[rows.before] != code[rows.touchpoint])
    return lambda view: _difference(view, onward(view, at, only=changes), onward(view, at, only=comes & ~changes))


def dwell(facts: Facts, metric: Dwell) -> Measured:
    """Return the median time in a phase."""
    at = [phase.id for phase in facts.map.phases].index(metric.at)
    return lambda view: dwell_number(view, at) or unknown("not_computable")


def coverage_share(facts: Facts, metric: Coverage) -> Measured:
    """Return the coverage of a phase, or the smallest of all."""
    phases = [phase.id for phase in facts.map.phases]
    chosen = range(len(phases)) if metric.at is None else [phases.index(metric.at)]

    def measured(view: View) -> Number:
        shown = seen(view)
        least = min((coverage(view, shown, at) for at in chosen), key=lambda found: found["value"] or 0.0)
        return {"low": None, "high": None, "n": view.n, **least}

    return measured


def touchpoint_count(facts: Facts, metric: TouchpointCount) -> Measured:
    """Return the median number of distinct touchpoints before the first ``before`` event of a journey."""
    before = np.concatenate(facts.each(partial(_first_event, facts, metric)))
    rows = facts.meetings
    earlier = (before[rows.journey] >= 0) & (rows.position < before[rows.journey])
    met = np.bincount(rows.journey[earlier], minlength=len(before))

    def measured(view: View) -> Number:
        values = met[view.places[before[view.places] >= 0]].astype(np.float64)
        mean = round(float(values.mean()), 2) if len(values) else None
        return number(quantile_interval(values), facts.map.map.privacy.min_customers, mean=mean)

    return measured


def loops(facts: Facts, metric: Loops) -> Measured:
    """Return the share of journeys that meet it in several separate blocks, of those that meet it."""
    found = np.concatenate(facts.each(partial(_blocks, facts, metric)))

    def measured(view: View) -> Number:
        times = found[view.places]
        rate = Rate(int((times >= metric.times).sum()), int((times > 0).sum()))
        return number(rate, facts.map.map.privacy.min_customers)

    return measured


def _met_after_entering(facts: Facts, at: int, within: int | None) -> Callable[[View], Within]:
    phase = _phase_of(facts, list(facts.map.touchpoints())[at][1].id) or 0
    met = np.full(len(facts.entry), NEVER, dtype=np.int64)
    rows = facts.meetings.touchpoint == at
    met[facts.meetings.journey[rows]] = facts.meetings.time[rows]
    entered = np.flatnonzero(facts.enter[phase] != NEVER)
    enter, met = facts.enter[phase, entered], met[entered]
    waited = np.where(met != NEVER, met - enter, -1)

    def measured(view: View) -> Within:
        chosen = np.flatnonzero(view.journeys[entered])
        return share_within(waited[chosen], facts.end - enter[chosen], horizon(facts, within))

    return measured


def _difference(view: View, changes: Within, stays: Within) -> Number:
    """Newcombe's way with the intervals of both shares, whatever made them."""
    a, b = changes.share, stays.share
    smallest = view.facts.map.map.privacy.min_customers
    units = min(a.n, b.n)
    if a.value is None or b.value is None or units < smallest:
        return number(Estimate.unknown("too_few", units), smallest, units)
    low, high = (_bounds(found) for found in (a, b))
    difference = a.value - b.value
    down = np.hypot(a.value - low[0], high[1] - b.value)
    up = np.hypot(low[1] - a.value, b.value - high[0])
    found = Estimate(difference, difference - float(down), difference + float(up), a.n + b.n, method="Newcombe")
    return number(found, smallest, units, open=changes.open + stays.open or None)


def _bounds(found: Estimate) -> tuple[float, float]:
    return (found.low if found.low is not None else 0.0, found.high if found.high is not None else 1.0)


def _first_event(facts: Facts, metric: TouchpointCount, number_: int, part: Mapped) -> Ints:
    """Return the position of the first such event of each journey, -1 if none."""
    match = np.flatnonzero(selected(facts, part, metric.before))
    journey = facts.journeys_at(number_, match) - facts.first_journey[number_]
    found = np.full(part.chunk.n, -1, dtype=np.int64)
    is_first = np.ones(len(match), dtype=np.bool_)
    is_first[1:] = journey[1:] != journey[:-1]
    found[journey[is_first]] = match[is_first] + facts.first_event[number_]
    return found


def _blocks(facts: Facts, metric: Loops, number_: int, part: Mapped) -> Ints:
    match = selected(facts, part, metric.at)
    last = _phase_of(facts, metric.at)
    stop: Mask = part.phase > last if last is not None else np.zeros(len(match), dtype=np.bool_)
    found: npt.NDArray[np.int64] = blocks(part.chunk.offsets, match, stop)
    return found


def _phase_of(facts: Facts, selector: object) -> int | None:
    for at, phase in enumerate(facts.map.phases):
        if selector == phase.id or any(selector == touchpoint.id for touchpoint in phase.touchpoints):
            return at
    return None
