"""One journey on a map: that of a single customer, or the typical one, as stops at touchpoints in their order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from farled.errors import InputError, NotFoundError
from farled.journeys.index import AnyColumn, Column, Journeys, Part
from farled.journeys.measure_kernels import NEVER
from farled.maps.measuring.facts import Facts, Ints, Places, columns_needed, gather, with_columns
from farled.maps.measuring.feeling import Answers, answers_of
from farled.maps.measuring.texts import texts_of
from farled.maps.measuring.view import View
from farled.maps.model import MapFile
from farled.spans import Period

MOST_STOPS = 200
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Stop:
    """A part of a journey in which one thing happens, once or several times on end.

    Attributes:
        number: In the order of time, from 1.
        touchpoint: Id; None: the event is not on the map.
        event: Name of the event; of the typical journey empty.
        channel: Of the event, where it has one.
        first: When it begins, microseconds; None in the typical journey.
        last: When it happens last before something else does.
        times: How often on end.
        feeling: What the customer said here, -2 to +2; None: nothing.
    """

    number: int
    touchpoint: str | None
    event: str = ""
    channel: str | None = None
    first: int | None = None
    last: int | None = None
    times: int = 1
    feeling: float | None = None


@dataclass(frozen=True, slots=True)
class Felt:
    """What one customer said of a phase: the mean from -2 to +2, and of how many answers."""

    value: float
    answers: int


@dataclass(frozen=True, slots=True)
class Walk:
    """A journey as stops.

    Attributes:
        kind: Whose it is.
        stops: In the order of time; at most 200.
        name: What the customer is called in the picture: a pseudonym, or the id where that was asked for.
        phase: Id of the phase in which the journey stands now; None: it is over, or not on the map.
        is_open: Whether the journey may still go on.
        feelings: By phase, of answers that speak of one of its touchpoints.
        number: Which journey of the customer it is, from 1.
        journeys: How many journeys on the map the customer has.
        left_out: Stops beyond the first 200.
        phases: Of the typical journey, ids of its phases in order.
        describes: Of the typical journey, the share of journeys that go through exactly these phases.
        n: Of the typical journey, all journeys on the map.
        exactly: Of the typical journey, how many journeys make exactly these stops.
        zone: Time zone in which its times are told.
    """

    kind: Literal["customer", "typical"]
    stops: tuple[Stop, ...]
    name: str = ""
    phase: str | None = None
    is_open: bool = False
    feelings: Mapping[str, Felt] = field(default_factory=dict)
    number: int = 1
    journeys: int = 1
    left_out: int = 0
    phases: tuple[str, ...] = ()
    describes: float | None = None
    n: int = 0
    exactly: int = 0
    zone: str = "UTC"


def customer_walk(map_: MapFile, journeys: Journeys, customer: str, period: Period | None = None) -> Walk:
    """Return the journey of one customer on a map: the last one, or the last that began in a period.

    Args:
        map_: The map; conditions of its touchpoints resolved.
        journeys: Of customers, or of accounts where the map's unit is that.
        customer: Id.
        period: In which the journey met the map for the first time; default: any time.

    Raises:
        NotFoundError: There is no such customer.
        InputError: The customer has no journey on the map, or none that began in the period.
    """
    alone = journey_of_one(map_, journeys, customer)
    facts = gather(map_.model_copy(update={"map": map_.map.model_copy(update={"scope": None})}), alone, {})
    on_map = np.flatnonzero(facts.entry != NEVER)
    within = on_map
    if period is not None:
        within = on_map[(facts.entry[on_map] >= period.start) & (facts.entry[on_map] < period.end)]
    if not len(within):
        when = "" if period is None else f" that began from {period.first} to {period.last}"
        raise InputError(f"This customer has no journey on the map{when}.", "Choose another customer or period.")
    journey = int(within[-1])
    answers = answers_of(facts, texts_of(facts))
    stops = _stops(facts, journey, answers.only(answers.journey == journey))
    phase = int(facts.last_phase[journey])
    is_open = bool(facts.is_open[journey])
    return Walk(
        kind="customer",
        stops=tuple(stops[:MOST_STOPS]),
        name=customer,
        phase=map_.phases[phase].id if is_open and phase >= 0 else None,
        is_open=is_open,
        feelings=_felt(map_, answers.only(answers.journey == journey)),
        number=int(np.searchsorted(on_map, journey)) + 1,
        journeys=len(on_map),
        left_out=max(0, len(stops) - MOST_STOPS),
    )


def journey_of_one(map_: MapFile, journeys: Journeys, customer: str) -> Journeys:
    """Return journeys that hold one customer only, with the columns that the map needs.

    Raises:
        NotFoundError: There is no such customer.
    """
    needed = columns_needed(map_)
    for number, chunk in enumerate(with_columns(journeys, needed)):
        ids = journeys.customer_ids(number, np.arange(chunk.customers))
        if customer not in ids:
            continue
        at = ids.index(customer)
        first, last = int(chunk.offsets[at]), int(chunk.offsets[at + 1])
        columns = {name: _cut(column, first, last) for name, column in chunk.columns.items()}
        part = Part(
            offsets=np.array([0, last - first]),
            time=chunk.time[first:last].copy(),
            name=chunk.name[first:last].copy(),
            load=_loader(columns),
            ids=lambda _: [customer],
        )
        return Journeys([part], chunk.names, chunk.end)
    raise NotFoundError(f"There is no customer {customer!r}.", "Use the id by which the events name the customer.")


def customers_at(view: View, journeys: Journeys, touchpoint: str, most: int = 5) -> list[str]:
    """Return the ids of the customers whose journeys on the map met a touchpoint last, the latest first.

    Args:
        view: A period of a map.
        journeys: Those that were counted.
        touchpoint: Id.
        most: How many at most.
    """
    facts = view.facts
    ids = [other.id for _, other in facts.map.touchpoints()]
    if touchpoint not in ids:
        return []
    rows = np.flatnonzero(view.rows & (facts.meetings.touchpoint == ids.index(touchpoint)))
    latest = rows[np.argsort(facts.meetings.time[rows], kind="stable")[::-1]]
    customers = dict.fromkeys(facts.customer[facts.meetings.journey[latest]].tolist())
    found = []
    for customer in list(customers)[:most]:
        number = int(np.searchsorted(facts.first_customer, customer, side="right")) - 1
        found += journeys.customer_ids(number, [customer - int(facts.first_customer[number])])
    return found


def typical_walk(view: View) -> Walk | None:
    """Return the typical journey: the most frequent sequence of phases, and the stops that most of its journeys make.

    Args:
        view: A period of a map.

    Returns:
        None where fewer journeys than the map shows are alike. Without stops where no sequence of touchpoints is
        shared by as many.
    """
    facts = view.facts
    smallest = facts.map.map.privacy.min_customers
    chosen = _most_frequent(facts.sequence[view.places], smallest)
    if chosen is None:
        return None
    alike = view.places[chosen]
    phases = _phases_of(facts, int(alike[0]))
    same = _most_frequent(_paths(facts)[alike], smallest)
    stops = [] if same is None else _touchpoints_of(facts, int(alike[same[0]]))
    ids = [touchpoint.id for _, touchpoint in facts.map.touchpoints()]
    return Walk(
        kind="typical",
        stops=tuple(Stop(number, ids[at]) for number, at in enumerate(stops[:MOST_STOPS], 1)),
        left_out=max(0, len(stops) - MOST_STOPS),
        phases=tuple(facts.map.phases[at].id for at in phases),
        describes=len(alike) / view.n,
        n=view.n,
        exactly=0 if same is None else len(same),
    )


def _most_frequent(codes: Ints, smallest: int) -> Ints | None:
    """Return the positions of the most frequent code, of equals the one seen first; None if it is too rare to show."""
    if not len(codes):
        return None
    kinds, first, times = np.unique(codes, return_index=True, return_counts=True)
    if times.max() < smallest:
        return None
    best = min(np.flatnonzero(times == times.max()), key=lambda kind: int(first[kind]))
    return np.flatnonzero(codes == kinds[best])


def _paths(facts: Facts) -> Ints:
    """Return of each journey a code of the touchpoints that it meets in order, repeats on end taken as one."""
    return np.concatenate(facts.each(lambda number, _: _paths_of_part(facts, number)))


def _paths_of_part(facts: Facts, number: int) -> Ints:
    part = facts.parts[number]
    journeys = part.chunk.n
    on_map = np.flatnonzero(part.touchpoint >= 0)
    journey = np.repeat(np.arange(journeys), np.diff(part.chunk.offsets))[on_map]
    place = part.touchpoint[on_map]
    keep = np.ones(len(place), dtype=np.bool_)
    keep[1:] = (place[1:] != place[:-1]) | (journey[1:] != journey[:-1])
    journey, place = journey[keep], place[keep].astype(np.uint64)
    first = np.searchsorted(journey, np.arange(journeys))
    order = (np.arange(len(journey)) - first[journey]).astype(np.uint64)
    with np.errstate(over="ignore"):
        mixed = (place + np.uint64(1)) * _MIX ^ (order + np.uint64(1)) * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        total = np.zeros(journeys, dtype=np.uint64)
        np.add.at(total, journey, mixed)
    return total.view(np.int64)


def _of_journey(facts: Facts, journey: int, values: Sequence[Places]) -> Places:
    number = int(np.searchsorted(facts.first_journey, journey, side="right")) - 1
    at = journey - int(facts.first_journey[number])
    offsets = facts.parts[number].chunk.offsets
    found: Places = values[number][offsets[at] : offsets[at + 1]]
    return found


def _collapsed(values: Places) -> list[int]:
    on_map = values[values >= 0]
    keep = np.append(True, on_map[1:] != on_map[:-1]) if len(on_map) else np.zeros(0, dtype=np.bool_)
    return [int(value) for value in on_map[keep]]


def _phases_of(facts: Facts, journey: int) -> list[int]:
    return _collapsed(_of_journey(facts, journey, [part.phase for part in facts.parts]))


def _touchpoints_of(facts: Facts, journey: int) -> list[int]:
    return _collapsed(_of_journey(facts, journey, [part.touchpoint for part in facts.parts]))


def _stops(facts: Facts, journey: int, answers: Answers) -> list[Stop]:
    """Return the events of a journey, those alike on end taken as one stop."""
    part = facts.parts[0]
    chunk, offsets = part.chunk, part.chunk.offsets
    first, last = int(offsets[journey]), int(offsets[journey + 1])
    ids = [touchpoint.id for _, touchpoint in facts.map.touchpoints()]
    channel = chunk.columns.get("channel")
    said = {int(at): float(value) for at, value in zip(answers.position, answers.feeling, strict=True)}
    found: list[Stop] = []
    before: tuple[object, ...] = ()
    for at in range(first, last):
        place, event = int(part.touchpoint[at]), chunk.names[int(chunk.name[at])]
        where = _value(channel, at)
        key = (ids[place],) if place >= 0 else (None, event, where)
        when, feeling = int(chunk.time[at]), said.get(at)
        if key == before and feeling is None and found[-1].feeling is None:
            run = found.pop()
            found.append(Stop(run.number, run.touchpoint, run.event, where, run.first, when, run.times + 1))
        else:
            touchpoint = ids[place] if place >= 0 else None
            found.append(Stop(len(found) + 1, touchpoint, event, where, when, when, 1, feeling))
        before = key
    return found


def _felt(map_: MapFile, answers: Answers) -> dict[str, Felt]:
    phases = [phase.id for phase, _ in map_.touchpoints()]
    told: dict[str, list[float]] = {}
    for place, feeling in zip(answers.touchpoint.tolist(), answers.feeling.tolist(), strict=True):
        if place >= 0:
            told.setdefault(phases[place], []).append(feeling)
    return {phase: Felt(sum(values) / len(values), len(values)) for phase, values in told.items()}


def _value(column: AnyColumn | None, at: int) -> str | None:
    if not isinstance(column, Column) or column.code[at] < 0:
        return None
    return str(column.values[int(column.code[at])])


def _cut(column: AnyColumn, first: int, last: int) -> AnyColumn:
    if isinstance(column, Column):
        return Column(column.code[first:last].copy(), column.values)
    return column[first:last].copy()


def _loader(columns: Mapping[str, AnyColumn]) -> Callable[[str], AnyColumn]:
    def load(name: str) -> AnyColumn:
        if name not in columns:
            raise NotFoundError.named("property", name, columns)
        return columns[name]

    return load
