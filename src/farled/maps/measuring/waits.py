"""Times from one event to a later one of the same customer."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk, Column
from farled.journeys.measure_kernels import next_ends
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
    if match is None:
        places, after = next_ends(customer_offsets(part.chunk), starts, ends)
    else:
        places, after = _next_alike(part.chunk, starts, ends, match)
    time = part.chunk.time
    waited = np.where(after >= 0, time[after] - time[places], -1) if len(places) else after
    return facts.journeys_at(number, places), time[places], waited


def _next_alike(chunk: Chunk, starts: Mask, ends: Mask, match: str) -> tuple[Ints, Ints]:
    """Do as ``next_ends`` among the events of a customer that agree in a property."""
    code = _code(chunk, match)
    places = np.flatnonzero((starts | ends) & (code >= 0))
    customer = np.searchsorted(customer_offsets(chunk), places, side="right") - 1
    order = np.lexsort((places, code[places], customer))
    places, customer, code = places[order], customer[order], code[places[order]]
    begins = np.flatnonzero(np.concatenate(([True], (customer[1:] != customer[:-1]) | (code[1:] != code[:-1]))))
    offsets = np.append(begins, len(places)) if len(places) else np.zeros(1, dtype=np.int64)
    offsets.flags.writeable = False
    at, after = next_ends(offsets, starts[places], ends[places])
    following = np.where(after >= 0, places[after], -1) if len(at) else after
    back = np.argsort(places[at])
    return places[at][back], following[back]


def _code(chunk: Chunk, name: str) -> npt.NDArray[np.int64]:
    column = chunk.columns.get(name)
    if column is None:
        return np.full(len(chunk.time), -1, dtype=np.int64)
    if isinstance(column, Column):
        return column.code.astype(np.int64)
    _, code = np.unique(column, return_inverse=True)
    return np.where(np.isnan(column), -1, code.reshape(-1)).astype(np.int64)
