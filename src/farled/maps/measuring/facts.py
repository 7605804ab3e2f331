"""What is counted once per map, whatever the period: the journeys on it, their phases and their meetings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from farled.errors import NotFoundError
from farled.journeys.accounts import ACTOR, ROLE
from farled.journeys.attributes import Attributes, known_attributes
from farled.journeys.conditions import Condition, Moments, attributes, columns, select
from farled.journeys.index import Chunk, Journeys
from farled.journeys.measure_kernels import NEVER, meetings, phase_times
from farled.journeys.segments import needs_ids
from farled.journeys.threads import over_threads
from farled.maps.metric import AnyMetric, EventRule
from farled.maps.model import MapFile
from farled.maps.recode import Mapped, Mask, mapped, needed_columns
from farled.spans import microseconds

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int16]
SCOPE = "scope"
ANSWER_COLUMNS = frozenset({"channel", "score", "scale", "text", "touchpoint"})

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """One row per journey and touchpoint that it meets.

    Attributes:
        journey: Position among all journeys, rising.
        touchpoint: Position on the map.
        time: Of the first meeting.
        onward: Microseconds from the first meeting to the first later one of another touchpoint of the same or a later
            phase, -1 if there is none.
        before: Touchpoint met just before, -1 if none.
        events: How often it is met.
        position: Of the first such event among all events.
    """

    journey: Ints
    touchpoint: Places
    time: Ints
    onward: Ints
    before: Places
    events: Ints
    position: Ints


@dataclass(frozen=True, eq=False)
class Facts:
    """The journeys of a map over all data; journeys, customers and events are numbered through all chunks.

    Attributes:
        map: Whose.
        parts: The chunks as the map sees them.
        first_journey: Number of the first journey of each part, and the number of all.
        first_customer: As ``first_journey``, of customers.
        first_event: As ``first_journey``, of events.
        start: When the data begins, microseconds.
        end: When the data ends.
        customer: Of each journey. Shape (n,).
        entry: Time of the first mapped event of each journey, ``NEVER`` if it has none. Shape (n,).
        is_open: Whether each journey may go on: no silence has ended it yet. Shape (n,).
        last_phase: Of each journey, -1 if it has no mapped event.
        is_rising: Whether the phases of each journey come in map order.
        sequence: A code of the sequence of phases of each journey.
        enter: Time of first entering each phase, ``NEVER`` if not. Shape (phases, n).
        reach: Of first entering it or a later one.
        leave: Of first entering a later one after it.
        meetings: Of touchpoints.
        groups: For each group (``scope``, personas, segments) which journeys belong to it at their entry.
    """

    map: MapFile
    parts: tuple[Mapped, ...]
    first_journey: Ints
    first_customer: Ints
    first_event: Ints
    start: int
    end: int
    customer: Ints
    entry: Ints
    is_open: Mask
    last_phase: Places
    is_rising: Mask
    sequence: Ints
    enter: Ints
    reach: Ints
    leave: Ints
    meetings: Meetings
    groups: Mapping[str, Mask]

    @cached_property
    def journey_of(self) -> tuple[Ints, ...]:
        """The journey of each event, for each part."""
        counted = zip(self.parts, self.first_journey[:-1], strict=True)
        return tuple(
            np.repeat(np.arange(first, first + part.chunk.n), np.diff(part.chunk.offsets)) for part, first in counted
        )

    def journeys_at(self, number: int, places: Ints) -> Ints:
        """Return the journeys of events, by their positions in a part."""
        if len(places) < self.parts[number].chunk.n:  # few: looking up is quicker than spreading out
            first: Ints = self.first_journey[number] - 1
            return first + np.searchsorted(self.parts[number].chunk.offsets, places, side="right")
        return self.journey_of[number][places]

    def each(self, count: Callable[[int, Mapped], T]) -> list[T]:
        """Return what a function gives for each part, in threads."""
        return list(over_threads(lambda number: count(number, self.parts[number]), range(len(self.parts))))

    def of_part(self, values: npt.NDArray[np.bool_], number: int) -> Mask:
        """Return those of the journeys of a part."""
        return values[self.first_journey[number] : self.first_journey[number + 1]]


def gather(map_: MapFile, journeys: Journeys, groups: Mapping[str, Condition]) -> Facts:
    """Count what holds for every period.

    Args:
        map_: Whose rules.
        journeys: Of the customers, or of accounts where the map's unit is that.
        groups: Conditions over customers, by the name of the group; the map's scope is added.
    """
    wanted = dict(groups)
    if map_.map.scope is not None:
        wanted[SCOPE] = map_.map.scope
    chunks = list(with_columns(journeys, columns_needed(map_, wanted.values())))
    people = [_people(journeys, number, chunk, wanted.values()) for number, chunk in enumerate(chunks)]

    def count(number: int) -> _Counted:
        return _count(map_, chunks[number], wanted, people[number])

    return _joined(map_, list(over_threads(count, range(len(chunks)))))


def with_columns(journeys: Journeys, wanted: Iterable[str]) -> Sequence[Chunk]:
    """Return the chunks with those of some columns that there are; a column that no event has is missing everywhere."""
    columns_ = sorted(wanted)
    try:
        return journeys.chunks(columns_)
    except NotFoundError:
        return journeys.chunks([name for name in columns_ if _has_column(journeys, name)])


def _has_column(journeys: Journeys, name: str) -> bool:
    try:
        journeys.chunks([name])
    except NotFoundError:
        return False
    return True


def columns_needed(map_: MapFile, groups: Iterable[Condition] = ()) -> frozenset[str]:
    """Return which columns of the events a map, its metrics and some groups need."""
    found = needed_columns(map_) | ANSWER_COLUMNS
    found |= {ACTOR, ROLE} if map_.map.unit == "account" else frozenset()
    for condition in groups:
        found |= columns(condition, "customer")
    for metric in map_.metrics.values():
        found |= _of_metric(metric)
    return found


def _of_metric(metric: AnyMetric) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    rules = [rule for _, rule in metric.selectors() if isinstance(rule, EventRule)]
    for where in (getattr(metric, "where", None), *(rule.where for rule in rules)):
        found |= columns(where) if where is not None else frozenset()
    match = getattr(metric, "match", None)
    found |= frozenset({match}) if match else frozenset()
    return found | (frozenset({"value", "currency"}) if metric.kind == "value" else frozenset())


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    attributes: Attributes
    ids: list[str] | None


def _people(journeys: Journeys, number: int, chunk: Chunk, groups: Iterable[Condition]) -> _People:
    conditions = list(groups)
    if not conditions:
        return _People(Attributes.none(), None)
    ids = journeys.customer_ids(number, np.arange(chunk.customers)) if any(map(needs_ids, conditions)) else None
    wanted = frozenset().union(*map(attributes, conditions))
    return _People(known_attributes(journeys, number, wanted), ids)


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    part: Mapped
    through: tuple[npt.NDArray[np.generic], ...]
    met: tuple[npt.NDArray[np.generic], ...]
    groups: Mapping[str, Mask]


def _count(map_: MapFile, chunk: Chunk, groups: Mapping[str, Condition], people: _People) -> _Counted:
    part = mapped(map_, chunk)
    cut = part.chunk
    through = phase_times(cut.offsets, cut.time, part.touchpoint, part.phase_of, len(map_.phases))
    met = meetings(cut.offsets, cut.time, part.touchpoint, part.phase_of)
    belongs = {}
    if groups and cut.owner is not None:
        entry, first = through[1][0], cut.time[cut.offsets[:-1]]
        moments = Moments(cut.owner, np.where(entry == NEVER, first, entry))
        belongs = {
            name: select(condition, cut, moments, people.attributes, people.ids) for name, condition in groups.items()
        }
    return _Counted(part, through, met, belongs)


def _joined(map_: MapFile, counted: Sequence[_Counted]) -> Facts:
    chunks = [found.part.chunk for found in counted]
    first_journey = _running([chunk.n for chunk in chunks])
    first_customer = _running([chunk.customers for chunk in chunks])
    first_event = _running([len(chunk.time) for chunk in chunks])
    end = max((chunk.end for chunk in chunks), default=0)
    silence = microseconds(map_.map.journey.ends_after)
    owners = [chunk.owner for chunk in chunks if chunk.owner is not None]
    lasts = [chunk.time[chunk.offsets[1:] - 1] for chunk in chunks]
    enter, reach, leave, last_phase, is_rising, sequence = _columns([found.through for found in counted])
    return Facts(
        map=map_,
        parts=tuple(found.part for found in counted),
        first_journey=first_journey,
        first_customer=first_customer,
        first_event=first_event,
        start=min((int(chunk.time.min(initial=end)) for chunk in chunks), default=end),
        end=end,
        customer=np.concatenate([owner + first for owner, first in zip(owners, first_customer[:-1], strict=True)]),
        entry=reach[0],
        is_open=np.concatenate(lasts) >= end - silence,
        last_phase=last_phase,
        is_rising=is_rising,
        sequence=sequence,
        enter=enter,
        reach=reach,
        leave=leave,
        meetings=_meetings(counted, first_journey, first_event),
        groups={name: np.concatenate([found.groups[name] for found in counted]) for name in counted[0].groups},
    )


def _meetings(counted: Sequence[_Counted], first_journey: Ints, first_event: Ints) -> Meetings:
    found = Meetings(*_columns([each.met for each in counted]))
    edges = _running([len(each.met[0]) for each in counted])
    for number in range(len(counted)):
        rows = slice(edges[number], edges[number + 1])
        found.journey[rows] += first_journey[number]
        found.position[rows] += first_event[number]
    return found


def _columns(parts: Sequence[tuple[npt.NDArray[np.generic], ...]]) -> list[npt.NDArray[Any]]:
    """Return the columns of all parts joined, each along its last axis."""
    return list(over_threads(lambda column: np.concatenate(column, axis=-1), list(zip(*parts, strict=True))))


def _running(lengths: Sequence[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
