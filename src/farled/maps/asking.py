"""What part of the journeys a question sees, and how: a segment, a period, the touchpoints of a map."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from farled.engine.base import Renaming, View
from farled.journeys.answers import scored
from farled.journeys.attributes import known_attributes
from farled.journeys.conditions import Condition, Moments, attributes, columns, select
from farled.journeys.index import Chunk, Column, Journeys, Positions
from farled.journeys.segments import needs_ids
from farled.journeys.select import during as in_period
from farled.journeys.select import only
from farled.maps.belonging import with_belonging
from farled.maps.metric import EventRule
from farled.maps.model import MapFile
from farled.maps.recode import mapped, needed_columns, recoded, touchpoint_places
from farled.maps.touchpoint import FeedbackRule
from farled.spans import Period


def view_of(
    where: Condition | None = None,
    during: Period | None = None,
    map_: MapFile | None = None,
    *,
    judges_by_all: bool = False,
    at: Sequence[str] = (),
) -> View | None:
    """Return how a question sees the journeys; None: all of them as they are.

    Customers are judged over all data, not only the period: on a map at their first event on it, else at the end of
    the data.

    Args:
        where: Which customers.
        during: Which events.
        map_: Whose touchpoints the events are, and when a journey ends.
        judges_by_all: Whether the question sees all events and is told the period, as one about first times must be.
        at: Places that the question names: touchpoints, phases or events.
    """
    if where is None and during is None and map_ is None:
        return None

    needed = frozenset() if where is None else columns(where, "customer")
    needed = needed if map_ is None else needed | needed_columns(map_)
    sight, read = _Sight(where, during, map_, judges_by_all), tuple(sorted(needed - {"name"}))
    if map_ is None:
        return View(sight, read, None, where)
    phases = {phase.id for phase in map_.phases}
    return View(sight, read, _renaming(map_), where, tuple(name for name in at if name not in phases))


@dataclass(frozen=True, slots=True)
class _Sight:
    """How a chunk is seen; it is sent to other machines, so it holds no journeys."""

    where: Condition | None
    during: Period | None
    map: MapFile | None
    judges_by_all: bool

    def __call__(self, journeys: Journeys, number: int, chunk: Chunk) -> Chunk:
        seen = chunk if self.map is None else _on_map(self.map, chunk)
        if self.where is not None:
            moments = Moments.at_end(chunk) if self.map is None else _entries(seen, self.map)
            seen = only(seen, _chosen(journeys, number, chunk, self.where, moments))
        if self.during is None:
            return seen
        if self.judges_by_all:
            return replace(seen, during=(self.during.start, self.during.end))
        return in_period(seen, self.during.start, self.during.end)


def _renaming(map_: MapFile) -> Renaming:
    touchpoints = [touchpoint for _, touchpoint in map_.touchpoints()]
    rules = [touchpoint.observe for touchpoint in touchpoints if touchpoint.observe is not None]
    taken = frozenset(rule.event for rule in rules if isinstance(rule, EventRule))
    answers = any(isinstance(rule, FeedbackRule) for rule in rules)
    ids, read = tuple(touchpoint.id for touchpoint in touchpoints), tuple(sorted(needed_columns(map_) - {"name"}))
    return Renaming(ids, partial(touchpoint_places, map_), taken, answers, read)


def _on_map(map_: MapFile, chunk: Chunk) -> Chunk:
    """Return the chunk recoded, with the touchpoint of each answer where scores or texts are asked for."""
    answers = np.union1d(scored(chunk).place, _texts(chunk))
    part = mapped(map_, chunk)
    seen = recoded(map_, chunk, part)
    asked = "touchpoint" in chunk.columns and not {"score", "text"}.isdisjoint(chunk.columns)
    return with_belonging(map_, part, seen, answers) if asked else seen


def _texts(chunk: Chunk) -> Positions:
    column = chunk.columns.get("text")
    return np.flatnonzero(column.code >= 0) if isinstance(column, Column) else np.empty(0, dtype=np.int64)


def _entries(seen: Chunk, map_: MapFile) -> Moments:
    """Return each customer at its first event on the map; at the end of the data if it has none."""
    on_map = seen.name < sum(1 for _ in map_.touchpoints())
    journey = np.searchsorted(seen.offsets, np.flatnonzero(on_map), side="right") - 1
    owner = journey if seen.owner is None else seen.owner[journey]
    customer, first = np.unique(owner, return_index=True)
    moments = Moments.at_end(seen)
    moments.time[customer] = seen.time[on_map][first]
    return moments


def _chosen(
    journeys: Journeys, number: int, chunk: Chunk, where: Condition, moments: Moments
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    known = known_attributes(journeys, number, attributes(where))
    ids = journeys.customer_ids(number, np.arange(chunk.customers)) if needs_ids(where) else None
    return select(where, chunk, moments, known, ids)
