"""Metrics that count events and customers: volume, shares of events, money, silence, return by calendar."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from farled.journeys.answers import distinct, numbered
from farled.journeys.index import Chunk, Column, Floats
from farled.journeys.measure_kernels import NEVER
from farled.journeys.truth import TRUE, UNKNOWN, customer_offsets, truth
from farled.maps.measuring.facts import Facts, Ints
from farled.maps.measuring.numbers import Number, count, number, unknown
from farled.maps.measuring.view import View
from farled.maps.measuring.waits import Selector, selected
from farled.maps.metric import EventRule, Retention, Share, Silent, Value, Volume
from farled.maps.recode import Mapped
from farled.spans import instant, microseconds, moment, time_zone
from farled.stats.intervals import Estimate, Rate, mean_interval, wilson

Measured = Callable[[View], Number]
DRAWS = 2_000
MANY = 10_000


class _Events:
    """The events of a selector: journey, time, customer, position in the part; in the order of customers."""

    def __init__(self, facts: Facts, selector: Selector | None) -> None:
        self.facts = facts
        self.masks = facts.each(lambda _, part: selected(facts, part, selector))
        self.places = [np.flatnonzero(mask) for mask in self.masks]
        parts = list(zip(facts.parts, self.places, strict=True))
        self.time = np.concatenate([part.chunk.time[places] for part, places in parts])
        self.journey = np.concatenate([facts.journeys_at(number, places) for number, places in enumerate(self.places)])
        self.customer = facts.customer[self.journey]

    def column(self, read: Callable[[Chunk], npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        parts = zip(self.facts.parts, self.places, strict=True)
        return np.concatenate([read(part.chunk)[places] for part, places in parts])


def volume(facts: Facts, metric: Volume) -> Measured:
    """Return the number of units with at least one such event in the period."""
    events = _Events(facts, metric.at)
    smallest = facts.map.map.privacy.min_customers

    def measured(view: View) -> Number:
        chosen = events.customer[view.holds(events.time, events.journey)]
        units = count(distinct(chosen), smallest)
        return {"value": units, "low": None, "high": None, "n": units} if isinstance(units, int) else units

    return measured


def share(facts: Facts, metric: Share) -> Measured:
    """Return the events for which ``where`` is true, of those for which it is known, with the design effect."""
    events = _Events(facts, metric.of)
    says = events.column(lambda chunk: truth(metric.where, chunk))
    smallest = facts.map.map.privacy.min_customers

    def measured(view: View) -> Number:
        rows = view.holds(events.time, events.journey) & (says != UNKNOWN)
        true = says[rows] == TRUE
        return number(clustered_share(true, events.customer[rows]), smallest, distinct(events.customer[rows]))

    return measured


def clustered_share(true: npt.NDArray[np.bool_], customer: Ints) -> Estimate:
    """Return a share of events with Wilson's interval at n ÷ design effect (variance over units ÷ binomial)."""
    n = len(true)
    if not n:
        return Estimate.unknown("nobody")
    part = int(true.sum())
    unit = numbered(customer)
    per_unit, positive = np.bincount(unit), np.bincount(unit, true)
    rate, units = part / n, len(per_unit)
    binomial = rate * (1 - rate) / n
    effect = 1.0
    if units > 1 and binomial > 0:
        spread = float(((positive - rate * per_unit) ** 2).sum()) * units / (units - 1) / n**2
        effect = max(1.0, spread / binomial)
    low, high = wilson(part / effect, n / effect)
    return Estimate(rate, low, high, n, method="Wilson, design effect")


def value(facts: Facts, metric: Value) -> Measured:
    """Return the sum of ``value`` per unit that has such an event, per event, or in all."""
    events = _Events(facts, EventRule(event=metric.event, where=metric.where))
    amounts: Floats = events.column(_amounts).astype(np.float64)
    currencies = events.column(_currency_codes)
    smallest = facts.map.map.privacy.min_customers

    def measured(view: View) -> Number:
        rows = view.holds(events.time, events.journey) & ~np.isnan(amounts)
        if len(np.unique(currencies[rows])) > 1:
            return {**unknown("not_computable", int(rows.sum())), "because": "several currencies"}
        customer, money = events.customer[rows], amounts[rows]
        units = distinct(customer)
        code = currencies[rows][0] if rows.any() else -1
        currency = _currency(facts, int(code))
        return number(_money(metric.per, customer, money), smallest, units, currency=currency)

    return measured


def silent(facts: Facts, metric: Silent) -> Measured:
    """Return the share of units that had the event and then nothing in the last span before the period's end."""
    events = _Events(facts, None if metric.event is None else EventRule(event=metric.event))
    longest = microseconds(metric.for_)
    smallest = facts.map.map.privacy.min_customers

    def measured(view: View) -> Number:
        end = min(view.end, facts.end + 1)
        rows = (events.time < end) & view.mask[events.journey]
        had = np.unique(events.customer[rows])
        active = np.concatenate(facts.each(partial(_active, end - longest, end)))
        return number(Rate(int((~active[had]).sum()), len(had)), smallest)

    return measured


def retention(facts: Facts, metric: Retention, zone: str) -> Measured:
    """Return the share of units with entry in the period that are active in the k-th calendar period after it."""
    events = _Events(facts, None if metric.event is None else EventRule(event=metric.event))
    low = int(facts.entry[facts.entry != NEVER].min(initial=facts.end))
    edges = calendar_edges(low, facts.end, metric.period, zone)
    active = np.searchsorted(edges, events.time, side="right")
    smallest = facts.map.map.privacy.min_customers

    def measured(view: View) -> Number:
        entered = view.places
        customers, first = np.unique(facts.customer[entered], return_index=True)
        wanted = np.searchsorted(edges, facts.entry[entered[first]], side="right") + metric.k
        over = np.append(edges, np.iinfo(np.int64).max)[np.minimum(wanted, len(edges))] <= facts.end + 1
        if len(customers) and not over.all():
            return unknown("open", len(customers))
        at = np.full(int(facts.first_customer[-1]), -1, dtype=np.int64)
        at[customers] = wanted
        back = np.unique(events.customer[at[events.customer] == active])
        return number(Rate(len(back), len(customers)), smallest)

    return measured


def calendar_edges(start: int, end: int, unit: str, zone: str) -> Ints:
    """Return when the days, weeks or months from ``start`` to just after ``end`` begin, in a time zone."""
    place = time_zone(zone)
    day = _floor(moment(start, zone), unit, place)
    edges: list[int] = []
    while not edges or edges[-1] <= end:
        edges.append(instant(day))
        day = _floor(day.replace(hour=12) + _STEPS[unit], unit, place)
    return np.array(edges, dtype=np.int64)


_STEPS = {"day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=31)}


def _floor(day: datetime, unit: str, place: ZoneInfo) -> datetime:
    day = datetime(day.year, day.month, day.day, tzinfo=place)
    if unit == "week":
        return datetime.combine(day.date() - timedelta(days=day.weekday()), datetime.min.time(), place)
    return day.replace(day=1) if unit == "month" else day


def _active(start: int, end: int, _: int, part: Mapped) -> npt.NDArray[np.bool_]:
    """Return which customers of a part have an event from ``start`` to ``end`` (out)."""
    chunk = part.chunk
    total = np.concatenate(([0], np.cumsum((chunk.time >= start) & (chunk.time < end))))
    offsets = customer_offsets(chunk)
    active: npt.NDArray[np.bool_] = total[offsets[1:]] > total[offsets[:-1]]
    return active


def _amounts(chunk: Chunk) -> Floats:
    column = chunk.columns.get("value")
    return column if isinstance(column, np.ndarray) else np.full(len(chunk.time), np.nan)


def _currency_codes(chunk: Chunk) -> npt.NDArray[np.int32]:
    column = chunk.columns.get("currency")
    return column.code if isinstance(column, Column) else np.full(len(chunk.time), -1, dtype=np.int32)


def _currency(facts: Facts, code: int) -> str | None:
    column = facts.parts[0].chunk.columns.get("currency")
    return str(column.values[code]) if isinstance(column, Column) and code >= 0 else None


def _money(per: str, customer: Ints, amounts: Floats) -> Estimate:
    if not len(amounts):
        return Estimate.unknown("nobody")
    unit = numbered(customer)
    sums: Floats = np.bincount(unit, amounts).astype(np.float64)
    events: Floats = np.bincount(unit).astype(np.float64)
    if per == "all":
        return Estimate(float(amounts.sum()), None, None, len(amounts))
    weights: Floats = np.ones(len(sums)) if per == "unit" else events
    return ratio(sums, weights, len(sums) if per == "unit" else len(amounts))


def ratio(sums: Floats, weights: Floats, n: int) -> Estimate:
    """Return sum ÷ weights over units: bootstrap by unit, from 10,000 units on the t interval of the ratio."""
    estimate = float(sums.sum() / weights.sum())
    if len(sums) < 2:
        return Estimate(estimate, None, None, n)
    if len(sums) >= MANY:
        errors = (sums - estimate * weights) / weights.mean()
        spread = mean_interval(errors)
        low, high = spread.low or 0.0, spread.high or 0.0
        return Estimate(estimate, estimate + low, estimate + high, n, method="t")
    seed = int(abs(float(sums.sum())) * 100) + len(sums)
    chosen = np.random.default_rng(seed)
    draws = np.empty(DRAWS)
    for draw in range(DRAWS):
        units = chosen.integers(0, len(sums), len(sums))
        draws[draw] = sums[units].sum() / weights[units].sum()
    low, high = np.quantile(draws, [0.025, 0.975])
    return Estimate(estimate, float(low), float(high), n, method="bootstrap")
