"""Personas side by side: who they are, how the journey goes for each, and where they really differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from farled.maps.audit.compare import Comparison, Kind, of_numbers, verdicts
from farled.maps.model import MapFile
from farled.maps.overview.numbers import Number, estimate_of, numbers_of
from farled.maps.persona import Persona
from farled.stats.differences import difference
from farled.stats.intervals import Estimate

REST = "rest"
Measure = Literal["goal", "completion", "feeling"]


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """A persona with what was measured of its journeys.

    Attributes:
        id: Of the persona; ``rest``: customers who are none of them.
        persona: As the map describes it; None for the rest.
        assumed: Whether it rests on nothing.
        sources: Titles of what it rests on.
        share: Of all journeys; None: not measured.
        customers: How many; None: hidden or not measured.
        goal: The goal's metric.
        completions: By phase, the last phase without one.
        feelings: By phase.
        worst: Id of the phase after which most fall away; None: not known.
    """

    id: str
    persona: Persona | None
    assumed: bool
    sources: tuple[str, ...]
    share: Number | None
    customers: int | None
    goal: Number | None
    completions: Mapping[str, Number]
    feelings: Mapping[str, Number]
    worst: str | None

    @property
    def is_measured(self) -> bool:
        """Whether anything was measured of it."""
        return self.share is not None


@dataclass(frozen=True, slots=True)
class PersonaDifference:
    """One measure of two personas beside each other.

    Attributes:
        measure: The goal's metric, how many complete a phase, or the feeling there.
        phase: Which; None of the goal.
        higher: Id of the persona with the higher value.
        lower: Id of the other one.
        difference: Higher minus lower, with its interval.
        kind: ``share``, ``feeling`` …
        is_certain: Whether it holds against chance, all comparisons of the overview taken together, and is large enough
            to matter.
    """

    measure: Measure
    phase: str | None
    higher: str
    lower: str
    difference: Estimate
    kind: Kind
    is_certain: bool


@dataclass(frozen=True, slots=True)
class PersonasOverview:
    """The personas of a map side by side.

    Attributes:
        map: The map.
        rows: In the order of the map, last the rest where there is any.
        differences: Certain ones first, the largest in its unit first; of customers, not of the rest.
        period: First day and the day after the last; None: nothing was measured.
        journeys: How many are on the map; None: not measured.
    """

    map: MapFile
    rows: tuple[PersonaRow, ...]
    differences: tuple[PersonaDifference, ...]
    period: tuple[str, str] | None
    journeys: int | None

    @property
    def certain(self) -> tuple[PersonaDifference, ...]:
        """The differences that hold."""
        return tuple(each for each in self.differences if each.is_certain)

    def name(self, id_: str) -> str:
        """Return what a persona is called."""
        return next((row.persona.name for row in self.rows if row.id == id_ and row.persona is not None), id_)

    def to_dict(self) -> dict[str, Any]:
        """Return the overview as plain values."""
        return {
            "map": self.map.map.id,
            "period": list(self.period) if self.period else None,
            "journeys": self.journeys,
            "personas": [_row_dict(row) for row in self.rows],
            "differences": [
                {
                    "measure": each.measure,
                    "phase": each.phase,
                    "higher": each.higher,
                    "lower": each.lower,
                    "difference": each.difference.to_dict(),
                    "unit": each.kind,
                    "is_certain": each.is_certain,
                }
                for each in self.differences
            ],
        }


def personas_overview(map_: MapFile, snapshot: Mapping[str, Any] | None) -> PersonasOverview:
    """Return the personas of a map side by side.

    Args:
        map_: The map.
        snapshot: What was measured of all customers; None: nothing, the personas stand as they are described.

    Returns:
        The overview. Customers who match several personas count in each of them, so that two personas may share some.
    """
    measured: Mapping[str, Any] = (snapshot or {}).get("personas") or {}
    rows = [_row(map_, persona.id, persona, measured.get(persona.id)) for persona in map_.personas]
    rest = measured.get(REST)
    if rest and (rest.get("share") or {}).get("value") != 0:
        rows.append(_row(map_, REST, None, rest))
    n = ((snapshot or {}).get("journeys") or {}).get("n")
    period = (snapshot["period"][0][:10], snapshot["period"][1][:10]) if snapshot else None
    found = tuple(_differences(map_, [row for row in rows if row.persona is not None]))
    ordered = sorted(
        found, key=lambda each: (not each.is_certain, each.kind != "share", -(each.difference.value or 0.0))
    )
    return PersonasOverview(map_, tuple(rows), tuple(ordered), period, n if isinstance(n, int) else None)


def _row(map_: MapFile, id_: str, persona: Persona | None, found: Mapping[str, Any] | None) -> PersonaRow:
    phases = (found or {}).get("phases") or {}
    completions = numbers_of(phases, "completion")
    n = (found or {}).get("n")
    known = [(float(number["value"]), at, phase.id) for at, phase in enumerate(map_.phases[:-1])
             if (number := completions.get(phase.id)) is not None and number.get("value") is not None]  # fmt: skip
    return PersonaRow(
        id_,
        persona,
        persona is not None and not persona.based_on,
        tuple(map_.sources[name].title for name in persona.based_on if name in map_.sources) if persona else (),
        (found or {}).get("share"),
        n if isinstance(n, int) else None,
        ((found or {}).get("metrics") or {}).get(map_.map.goal.metric),
        completions,
        numbers_of(phases, "feeling"),
        min(known)[2] if known else None,
    )


def _differences(map_: MapFile, rows: list[PersonaRow]) -> Iterator[PersonaDifference]:
    """Compare every pair in every measure; what counts as certain is decided over all of them together."""
    pairs = list(_pairs(map_, rows))
    compared: list[Comparison] = [of_numbers(first, second, kind) for _, _, _, first, _, second, kind in pairs]
    for (measure, phase, one, first, other, second, kind), verdict in zip(pairs, verdicts(compared), strict=True):
        found = difference(estimate_of(first), estimate_of(second))
        if found.value is None:
            continue
        ids = (one, other)
        if found.value < 0:
            ids, found = (other, one), difference(estimate_of(second), estimate_of(first))
        yield PersonaDifference(measure, phase, *ids, found, kind, verdict in ("higher", "lower"))


_Pair = tuple[Measure, str | None, str, Number | None, str, Number | None, Kind]


def _pairs(map_: MapFile, rows: list[PersonaRow]) -> Iterator[_Pair]:
    metric = map_.metrics.get(map_.map.goal.metric)
    unit: Kind = metric.unit if metric is not None else "share"
    for first, second in combinations(rows, 2):
        yield "goal", None, first.id, first.goal, second.id, second.goal, unit
        for phase in map_.phases[:-1]:
            numbers = first.completions.get(phase.id), second.completions.get(phase.id)
            yield "completion", phase.id, first.id, numbers[0], second.id, numbers[1], "share"
        for phase in map_.phases:
            numbers = first.feelings.get(phase.id), second.feelings.get(phase.id)
            yield "feeling", phase.id, first.id, numbers[0], second.id, numbers[1], "feeling"


def _row_dict(row: PersonaRow) -> dict[str, Any]:
    described = {} if row.persona is None else row.persona.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        "id": row.id,
        **{key: value for key, value in described.items() if key not in ("id", "segment", "based_on", "icon")},
        "assumed": row.assumed,
        "based_on": list(row.sources),
        "share": row.share,
        "customers": row.customers,
        "goal": row.goal,
        "completions": dict(row.completions),
        "feelings": dict(row.feelings),
        "worst": row.worst,
    }
