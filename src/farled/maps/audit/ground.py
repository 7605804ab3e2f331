"""What the rules over events stand on: the events of a map, counted customer by customer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from itertools import pairwise
from typing import Any

import numpy as np

from farled.journeys.index import Column
from farled.journeys.measure_kernels import NEVER
from farled.journeys.truth import TRUE, UNKNOWN, customer_offsets, truth
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.reasons import NOT_MEASURED
from farled.maps.audit.rule import Judged, Thresholds, cannot_tell
from farled.maps.measure import Measuring, Snapshot
from farled.maps.measuring.facts import Facts, Ints, with_columns
from farled.maps.measuring.metric_counts import clustered_share
from farled.maps.measuring.phases import completion
from farled.maps.measuring.view import View
from farled.maps.measuring.waits import Selector, selected
from farled.maps.metric import Share
from farled.maps.model import MapFile
from farled.maps.recode import Mask
from farled.spans import Period, moment
from farled.stats.horizon import Within, share_within
from farled.stats.intervals import Estimate, Rate

Number = Mapping[str, Any]
NOBODY: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Happenings:
    """Some events, in the order of customers and time.

    Attributes:
        position: Among all events, rising. Shape (n,).
        customer: Whose. Shape (n,).
        journey: In which. Shape (n,).
        time: When, microseconds. Shape (n,).
    """

    position: Ints
    customer: Ints
    journey: Ints
    time: Ints

    def __len__(self) -> int:
        return len(self.position)

    def only(self, rows: Mask | Ints) -> "Happenings":
        """Return some of them."""
        return Happenings(self.position[rows], self.customer[rows], self.journey[rows], self.time[rows])

    def firsts(self) -> "Happenings":
        """Return the first of each customer."""
        is_first = np.ones(len(self), dtype=np.bool_)
        is_first[1:] = self.customer[1:] != self.customer[:-1]
        return self.only(is_first)

    @property
    def customers(self) -> int:
        """How many customers they are of."""
        return int(len(self) > 0) + int(np.count_nonzero(self.customer[1:] != self.customer[:-1]))

    def following(self, others: "Happenings") -> Ints:
        """Return of each the place among others of the customer's next later one, -1 where there is none."""
        place = np.searchsorted(others.position, self.position, side="right")
        return self._of_same(others, place)

    def preceding(self, others: "Happenings") -> Ints:
        """Return of each the place among others of the customer's last earlier one, -1 where there is none."""
        return self._of_same(others, np.searchsorted(others.position, self.position, side="left") - 1)

    def wait(self, others: "Happenings") -> Ints:
        """Return of each the microseconds to the customer's next later one among others, -1 where there is none."""
        place = self.following(others)
        if not len(others):
            return place
        return np.where(place >= 0, others.time[place] - self.time, -1)

    def _of_same(self, others: "Happenings", place: Ints) -> Ints:
        if not len(others):
            return np.full(len(self), -1, dtype=np.int64)
        inside = (place >= 0) & (place < len(others))
        same = inside & (others.customer[np.clip(place, 0, len(others) - 1)] == self.customer)
        return np.where(same, place, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A property of some events.

    Attributes:
        code: Position in ``values``, -1 where an event does not have it. Shape (n,).
        values: What occurs anywhere.
    """

    code: Ints
    values: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Ground:
    """Evidence of which events are known.

    Attributes:
        evidence: All of it.
        measuring: What was counted.
        period: That was measured.
    """

    evidence: Evidence
    measuring: Measuring
    period: Period

    @classmethod
    def of(cls, evidence: Evidence) -> "Ground | None":
        """Return the ground of evidence; None where nothing was measured."""
        if evidence.snapshot is None or evidence.measuring is None or evidence.period is None:
            return None
        return cls(evidence, evidence.measuring, evidence.period)

    @property
    def map(self) -> MapFile:
        """The map."""
        return self.evidence.map

    @property
    def facts(self) -> Facts:
        """What holds for every period."""
        return self.measuring.facts

    @property
    def snapshot(self) -> Snapshot:
        """The numbers of the period."""
        return dict(self.evidence.snapshot or {})

    @cached_property
    def view(self) -> View:
        """The period, and those asked for."""
        return self.measuring.view(self.period)

    @cached_property
    def before(self) -> View | None:
        """The same period a year ago where it was measured then, else the one directly before; None: no data."""
        ago = [f"{int(day[:4]) - 1}{day[4:]}" for day in self.snapshot["period"]]
        is_known = any(list(earlier["period"]) == ago for earlier in self.evidence.history)
        year = 365 * 86_400_000_000
        found = replace(self.view, start=self.view.start - year, end=self.view.end - year)
        if not is_known or found.start < self.facts.start:
            found = self.view.previous()
        return found if found.end > self.facts.start and found.n else None

    @cached_property
    def touchpoints(self) -> tuple[str, ...]:
        """Ids of the touchpoints, by position."""
        return tuple(touchpoint.id for _, touchpoint in self.map.touchpoints())

    @cached_property
    def phase_of(self) -> Ints:
        """Position of the phase of each touchpoint; of no touchpoint (-1): -1."""
        phases = [at for at, phase in enumerate(self.map.phases) for _ in phase.touchpoints]
        return np.array([*phases, -1], dtype=np.int64)

    @cached_property
    def first_event(self) -> Ints:
        """When each customer was first seen. Shape (customers,)."""
        chunks = [part.chunk for part in self.facts.parts]
        return np.concatenate([chunk.time[customer_offsets(chunk)[:-1]] for chunk in chunks])

    @cached_property
    def last_event(self) -> Ints:
        """Position of each customer's last event. Shape (customers,)."""
        pairs = zip(self.facts.parts, self.facts.first_event[:-1], strict=True)
        return np.concatenate([customer_offsets(part.chunk)[1:] - 1 + first for part, first in pairs])

    def all(self, *selectors: Selector) -> Happenings:
        """Return all events that one of some selectors means."""
        return self._where(lambda _, part: np.logical_or.reduce([selected(self.facts, part, s) for s in selectors]))

    def now(self, *selectors: Selector) -> Happenings:
        """Return those of them that lie in the period and belong to those asked for."""
        return self.within(self.view, self.all(*selectors))

    def mapped(self) -> Happenings:
        """Return all events at touchpoints."""
        return self._where(lambda _, part: part.touchpoint >= 0)

    def is_active(self, start: int, end: int) -> Mask:
        """Return which customers have an event after a time and not later than another. Shape (customers,)."""
        chunks = [part.chunk for part in self.facts.parts if len(part.chunk.time)]
        active = [
            np.logical_or.reduceat((chunk.time > start) & (chunk.time <= end), customer_offsets(chunk)[:-1])
            for chunk in chunks
        ]
        return np.concatenate(active) if active else np.empty(0, dtype=np.bool_)

    def last_but(self, found: Happenings) -> Ints:
        """Return the position of each customer's last event that is none of some, -1 if there is none."""
        last = []
        for part, places, first in zip(self.facts.parts, self._places(found), self.facts.first_event, strict=False):
            position = np.arange(len(part.chunk.time)) + first
            position[places] = -1
            if len(position):
                last.append(np.maximum.reduceat(position, customer_offsets(part.chunk)[:-1]))
        return np.concatenate(last) if last else NOBODY

    def at(self, position: Ints) -> Happenings:
        """Return the events at some positions, rising."""
        first = self.facts.first_event
        borders = np.searchsorted(position, first)
        places = [position[a:b] - first[number] for number, (a, b) in enumerate(pairwise(borders))]
        return self._found(places)

    def holds(self, time: Ints, journey: Ints) -> Mask:
        """Return which events lie in the period and in journeys that meet the map at all, of those asked for."""
        on_map: Mask = self.facts.entry[journey] != NEVER
        return self.view.holds(time, journey) & on_map

    @staticmethod
    def within(view: View, found: Happenings) -> Happenings:
        """Return the events that lie in a period and belong to those asked for."""
        return found.only(view.holds(found.time, found.journey))

    def touchpoint_of(self, found: Happenings) -> Ints:
        """Return the position of the touchpoint of each event, -1 where it is unmapped."""
        pieces = [part.touchpoint[places] for part, places in zip(self.facts.parts, self._places(found), strict=True)]
        return np.concatenate(pieces).astype(np.int64)

    def property(self, name: str, found: Happenings) -> Coded | None:
        """Return a property of some events; None where no event has it."""
        chunks = with_columns(self.measuring.journeys, [name])
        columns = [chunk.columns.get(name) for chunk in chunks]
        pairs = list(zip(columns, self._places(found), strict=True))
        if any(column is None for column in columns):
            return None
        if all(isinstance(column, Column) for column in columns):
            codes = [column.code[places] for column, places in pairs if isinstance(column, Column)]
            return Coded(np.concatenate(codes).astype(np.int64), next(c.values for c, _ in pairs if c is not None))  # type: ignore[union-attr]  # all are columns
        numbers = np.concatenate([np.asarray(column)[places] for column, places in pairs]).astype(np.float64)
        values, code = np.unique(numbers[~np.isnan(numbers)], return_inverse=True)
        found_codes = np.full(len(numbers), -1, dtype=np.int64)
        found_codes[~np.isnan(numbers)] = code
        return Coded(found_codes, tuple(values.tolist()))

    def channel(self, found: Happenings) -> Coded:
        """Return the channel of each event."""
        return self.property("channel", found) or Coded(np.full(len(found), -1, dtype=np.int64), ())

    def share_events(self, metric: Share) -> tuple[Happenings, Mask]:
        """Return the events of a share of which its condition can be told, and for which it is true."""
        found = self.all(metric.of)
        chunks = [part.chunk for part in self.facts.parts]
        says = [truth(metric.where, chunk)[at] for chunk, at in zip(chunks, self._places(found), strict=True)]
        told = np.concatenate(says)
        known = told != UNKNOWN
        return found.only(known), told[known] == TRUE

    def followed(self, begin: Happenings, end: Happenings, span: int) -> Within:
        """Return the share of some events that others of the same customer follow within a span."""
        return share_within(begin.wait(end), self.facts.end - begin.time, span)

    def first_journeys(self, view: View) -> View:
        """Return a view that holds one journey of each customer, the first."""
        customer = self.facts.customer[view.places]
        is_first = np.ones(len(customer), dtype=np.bool_)
        is_first[1:] = customer[1:] != customer[:-1]
        return self.narrowed(view, view.places[is_first])

    def narrowed(self, view: View, places: Ints) -> View:
        """Return a view of some journeys alone."""
        allowed = np.zeros(len(self.facts.entry), dtype=np.bool_)
        allowed[places] = True
        return View(self.facts, view.start, view.end, allowed)

    def completion(self, view: View, phase: int) -> Number:
        """Return the completion of a phase, whatever it rests on."""
        return as_number(completion(view, phase).share)

    def is_weekend(self, time: Ints) -> Mask:
        """Return which times lie on a Saturday or Sunday where the firm is."""
        hour = 3_600_000_000
        hours, back = np.unique(time // hour, return_inverse=True)
        days = [moment(int(each) * hour, self.measuring.stamp.zone).weekday() >= 5 for each in hours]
        return np.array(days, dtype=np.bool_)[back.reshape(-1)] if len(hours) else np.empty(0, dtype=np.bool_)

    def _where(self, chosen: Callable[[int, Any], Mask]) -> Happenings:
        return self._found(self.facts.each(lambda number, part: np.flatnonzero(chosen(number, part))))

    def _found(self, places: Sequence[Ints]) -> Happenings:
        facts = self.facts
        parts = list(zip(facts.parts, places, facts.first_event[:-1], strict=True))
        journey = np.concatenate([facts.journeys_at(number, at) for number, at in enumerate(places)])
        return Happenings(
            np.concatenate([at + first for _, at, first in parts]),
            facts.customer[journey],
            journey,
            np.concatenate([part.chunk.time[at] for part, at, _ in parts]),
        )

    def _places(self, found: Happenings) -> list[Ints]:
        """Return the positions in each part."""
        borders = np.searchsorted(found.position, self.facts.first_event)
        first = self.facts.first_event
        return [found.position[a:b] - first[at] for at, (a, b) in enumerate(pairwise(borders))]


GroundJudge = Callable[[Ground, Thresholds], Judged]


def measured(judge: GroundJudge) -> Callable[[Evidence, Thresholds], Judged]:
    """Return a judge of evidence that cannot tell where nothing was measured."""

    @wraps(judge)
    def judged(evidence: Evidence, thresholds: Thresholds) -> Judged:
        ground = Ground.of(evidence)
        return cannot_tell(NOT_MEASURED) if ground is None else judge(ground, thresholds)

    return judged


def as_number(found: Estimate | Rate) -> Number:
    """Return an estimate as comparisons take it."""
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}


def of_events(true: Mask, customer: Ints) -> Number:
    """Return a share of events, several of which may be of one customer."""
    return as_number(clustered_share(true, customer))


def rest_of(number: Number) -> Number:
    """Return 1 minus a share."""
    if number["value"] is None:
        return number
    return {**number, "value": 1 - number["value"], "low": 1 - number["high"], "high": 1 - number["low"]}


def is_over(number: Number, limit: float) -> bool:
    """Return whether the whole interval lies above a limit."""
    return number.get("low") is not None and number["low"] > limit


def is_under(number: Number, limit: float) -> bool:
    """Return whether the whole interval lies below a limit."""
    return number.get("high") is not None and number["high"] < limit


def joined(found: Iterable[Judged]) -> Judged:
    """Return several judgements as one."""
    return sum(found, Judged())
