"""Times from one event to a later one of the same customer."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk, Column
from farled.journeys.truth import customer_offsets
from farled.maps.measuring.facts import Facts, Ints
from farled.maps.measuring.view import View
from farled.maps.metric import EventRule
from farled.maps.recode import Mapped, Mask, observed
from farled.maps.touchpoint import FeedbackRule

Selector = str | EventRule | tuple[FeedbackRule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """One row per event from which a wait begins, in the order of customers and time.

    Attributes:
        journey: Of the event.
        customer: Of the event.
        time: Of the event, microseconds.
        waited: Microseconds until what is waited for, -1 where it has not come.
        watched: Microseconds until the data ends.
    """

    journey: Ints
    customer: Ints
    time: Ints
    waited: Ints
    watched: Ints

    def chosen(self, view: View) -> Mask:
        """Return which waits begin in a view."""
        return view.holds(self.time, self.journey)

    def first(self, view: View) -> Mask:
        """Return which waits are their customer's first in a view."""
        chosen = np.flatnonzero(self.chosen(view))
        customer = self.customer[chosen]
        is_first = np.ones(len(chosen), dtype=np.bool_)
        is_first[1:] = customer[1:] != customer[:-1]
        found = np.zeros(len(self.time), dtype=np.bool_)
        found[chosen[is_first]] = True
        return found


def waits(facts: Facts, begin: Selector, end: Selector, match: str | None = None) -> Waits:
    """Return the waits from each event of one selector to the first later one of another.

    Args:
        facts: Of the map.
        begin: Where waits begin.
        end: What is waited for.
        match: A property in which both events must agree; events without it begin no wait.
    """
    rows = facts.each(partial(_waits_of_part, facts, begin, end, match))
    journey, time, waited = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return Waits(journey, facts.customer[journey], time, waited, facts.end - time)


def selected(facts: Facts, part: Mapped, selector: Selector | None) -> Mask:
    """Return which events of a part a selector means: a phase, a touchpoint, or events by name; ``None``: all."""
    if selector is None:
        return np.ones(len(part.touchpoint), dtype=np.bool_)
    if isinstance(selector, EventRule):
        return observed(selector, part.chunk)
    if isinstance(selector, tuple):
        any_of: Mask = np.logical_or.reduce([observed(rule, part.chunk) for rule in selector])
        return any_of
    phases = [phase.id for phase in facts.map.phases]
    if selector in phases:
        in_phase: Mask = part.phase == phases.index(selector)
        return in_phase
    at_touchpoint: Mask = part.touchpoint == touchpoint_position(facts, selector)
    return at_touchpoint


def touchpoint_position(facts: Facts, touchpoint: str) -> int:
    """Return the position of a touchpoint on the map."""
    return [found.id for _, found in facts.map.touchpoints()].index(touchpoint)


def _waits_of_part(
    facts: Facts, begin: Selector, end: Selector, match: str | None, number: int, part: Mapped
) -> tuple[Ints, Ints, Ints]:
    starts, ends = selected(facts, part, begin), selected(facts, part, end)
    following = _next(part.chunk, starts, ends) if match is None else _next_alike(part.chunk, starts, ends, match)
    places = np.flatnonzero(following != _NO_START)
    after = following[places]
    time = part.chunk.time
    waited = np.where(after >= 0, time[after] - time[places], -1)
    return facts.journey_of[number][places], time[places], waited


_NO_START = -2


def _next(chunk: Chunk, starts: Mask, ends: Mask) -> Ints:
    """Return for each start the position of the next end of its customer, -1 if none; ``_NO_START`` elsewhere."""
    offsets = customer_offsets(chunk)
    found = np.full(len(starts), _NO_START, dtype=np.int64)
    places = np.flatnonzero(starts)
    last = offsets[np.searchsorted(offsets, places, side="right")] if len(places) else places
    ends_at = np.flatnonzero(ends)
    after = np.append(ends_at, len(ends))[np.searchsorted(ends_at, places, side="right")]
    found[places] = np.where(after < last, after, -1)
    return found


def _next_alike(chunk: Chunk, starts: Mask, ends: Mask, match: str) -> Ints:
    """Do as ``_next`` among the events of a customer that agree in a property."""
    code = _code(chunk, match)
    offsets = customer_offsets(chunk)
    places = np.flatnonzero((starts | ends) & (code >= 0))
    customer = np.searchsorted(offsets, places, side="right") - 1
    order = np.lexsort((places, code[places], customer))
    places, customer = places[order], customer[order]
    alike = np.append((customer[1:] == customer[:-1]) & (code[places][1:] == code[places][:-1]), False)
    group = np.cumsum(np.concatenate(([0], ~alike[:-1])))[: len(places)]
    is_end = ends[places]
    ends_at = np.flatnonzero(is_end)
    after = np.append(ends_at, len(places))[np.searchsorted(ends_at, np.arange(len(places)), side="right")]
    same = after < len(places)
    same[same] = group[after[same]] == group[same]
    found = np.full(len(starts), _NO_START, dtype=np.int64)
    begins = starts[places]
    following = np.where(same, places[np.minimum(after, max(len(places) - 1, 0))], -1) if len(places) else places
    found[places[begins]] = following[begins]
    return found


def _code(chunk: Chunk, name: str) -> npt.NDArray[np.int64]:
    column = chunk.columns.get(name)
    if column is None:
        return np.full(len(chunk.time), -1, dtype=np.int64)
    if isinstance(column, Column):
        return column.code.astype(np.int64)
    _, code = np.unique(column, return_inverse=True)
    return np.where(np.isnan(column), -1, code.reshape(-1)).astype(np.int64)
