"""All maps of a workspace on one axis: where each begins and ends, how it stands, what lies between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from farled.maps.model import MapFile
from farled.maps.overview.numbers import Number
from farled.maps.touchpoint import AXIS, AxisPart, FeedbackRule
from farled.spans import microseconds

Freshness = Literal["fresh", "due", "never"]
SEVERITIES = ("E", "W", "I")


@dataclass(frozen=True, slots=True)
class MapEntry:
    """A map as it comes into the atlas.

    Attributes:
        id: Of the map.
        map: None where its file cannot be read.
        snapshot: What was measured; None: nothing.
        findings: Open ones by severity; None: nobody has looked the map over.
        fault: Why it could not be read or measured.
    """

    id: str
    map: MapFile | None = None
    snapshot: Mapping[str, Any] | None = None
    findings: Mapping[str, int] | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A phase on the common axis.

    Attributes:
        id: Of the phase.
        name: Of the phase.
        parts: Of the axis that it covers, in their order; empty: it has no place there.
        completion: How many go on; None: not measured, or the last phase.
        is_weakest: Whether fewest go on from it.
    """

    id: str
    name: str
    parts: tuple[AxisPart, ...]
    completion: Number | None
    is_weakest: bool


@dataclass(frozen=True, slots=True)
class AtlasRow:
    """A map in the atlas.

    Attributes:
        entry: As it came in.
        phases: In the order of the map.
        goal: The goal's metric with target and state; None: not measured.
        weakest: The phase from which fewest go on; None: not known.
        freshness: ``due``: its review is overdue; ``never``: it was never reviewed.
        due: The day of the next review; None: never reviewed.
        parent: Map and phase that it details.
        children: Maps that detail a phase of it: phase to ids.
        base: The map that it would change, of a planned one.
        planned: Ids of maps that would change it.
    """

    entry: MapEntry
    phases: tuple[PhaseSpan, ...] = ()
    goal: Number | None = None
    weakest: PhaseSpan | None = None
    freshness: Freshness = "never"
    due: date | None = None
    parent: tuple[str, str] | None = None
    children: tuple[tuple[str, str], ...] = ()
    base: str | None = None
    planned: tuple[str, ...] = ()

    @property
    def parts(self) -> frozenset[AxisPart]:
        """All parts that the map covers."""
        return frozenset(part for phase in self.phases for part in phase.parts)


@dataclass(frozen=True, slots=True)
class Overlap:
    """The same on two maps.

    Attributes:
        event: That touchpoints of both maps observe by the same rule.
        first: Map and touchpoint.
        second: Map and touchpoint.
        owners: Departments that answer for it, where they differ; else empty.
    """

    event: str
    first: tuple[str, str]
    second: tuple[str, str]
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Atlas:
    """All maps on one axis.

    Attributes:
        rows: Parents before their children, planned maps after their base.
        gaps: Parts of the axis that no map of the present covers.
        overlaps: Same events on two maps that do not belong together.
        division: The parts between borders that all maps share: on these they can be compared.
    """

    rows: tuple[AtlasRow, ...]
    gaps: tuple[AxisPart, ...]
    overlaps: tuple[Overlap, ...]
    division: tuple[tuple[AxisPart, ...], ...]

    def title(self, map_id: str) -> str:
        """Return what a map is called; its id where it is not in the atlas."""
        found = next((row.entry.map for row in self.rows if row.entry.id == map_id), None)
        return found.map.title if found is not None else map_id

    def phase_name(self, map_id: str, phase: str) -> str:
        """Return what a phase of a map is called; its id where it is not in the atlas."""
        row = next((row for row in self.rows if row.entry.id == map_id), None)
        return next((each.name for each in (row.phases if row is not None else ()) if each.id == phase), phase)

    def to_dict(self) -> dict[str, Any]:
        """Return the atlas as plain values."""
        return {
            "maps": [_row_dict(row) for row in self.rows],
            "gaps": list(self.gaps),
            "overlaps": [
                {
                    "event": each.event,
                    "first": list(each.first),
                    "second": list(each.second),
                    "owners": list(each.owners),
                }
                for each in self.overlaps
            ],
            "division": [list(parts) for parts in self.division],
        }


def atlas(entries: Sequence[MapEntry], today: date) -> Atlas:
    """Return all maps on one axis.

    Args:
        entries: The maps.
        today: The day by which reviews are due.
    """
    known = {entry.id: entry.map for entry in entries if entry.map is not None}
    rows = tuple(_row(entry, known, today) for entry in _ordered(entries))
    present = [row for row in rows if row.entry.map is not None and row.entry.map.map.state == "as_is"]
    covered = {part for row in present for part in row.parts}
    gaps = tuple(part for part in AXIS if part not in covered) if covered else ()
    return Atlas(rows, gaps, tuple(_overlaps(present)), division(list(known.values())))


def division(maps: Sequence[MapFile]) -> tuple[tuple[AxisPart, ...], ...]:
    """Return the common axis as finely divided as all maps share it: a border counts only if every map has it.

    Example:
        >>> division([])
        (('notice',), ('explore',), ('weigh',), ('buy',), ('use',), ('return',))
    """
    borders = set(range(1, len(AXIS)))
    for map_ in maps:
        ends = {AXIS.index(phase.covers[-1]) + 1 for phase in map_.phases if phase.covers}
        starts = {AXIS.index(phase.covers[0]) for phase in map_.phases if phase.covers}
        borders &= (ends | starts) if ends else borders
    cuts = [0, *sorted(borders), len(AXIS)]
    return tuple(AXIS[first:last] for first, last in pairwise(cuts))


def _ordered(entries: Sequence[MapEntry]) -> list[MapEntry]:
    """Return parents before children, each followed by what hangs on it; else as they came."""
    above = {entry.id: _above(entry) for entry in entries}
    ids = set(above)
    below: dict[str | None, list[MapEntry]] = {}
    for entry in entries:
        over = above[entry.id]
        below.setdefault(over if over in ids else None, []).append(entry)
    found: list[MapEntry] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        entry = waiting.pop()
        found.append(entry)
        waiting += reversed(below.get(entry.id, []))
    return found + [entry for entry in entries if entry not in found]


def _above(entry: MapEntry) -> str | None:
    if entry.map is None:
        return None
    head = entry.map.map
    return head.base or (head.parent.map if head.parent else None)


def _row(entry: MapEntry, known: Mapping[str, MapFile], today: date) -> AtlasRow:
    if entry.map is None:
        return AtlasRow(entry)
    head = entry.map.map
    phases = _phases(entry.map, entry.snapshot or {})
    due = (
        None if head.review.last is None else head.review.last + timedelta(microseconds=microseconds(head.review.every))
    )
    links = [
        (other.map.parent.phase, id_)
        for id_, other in known.items()
        if other.map.parent and other.map.parent.map == entry.id
    ]
    return AtlasRow(
        entry,
        phases,
        (entry.snapshot or {}).get("goal"),
        next((phase for phase in phases if phase.is_weakest), None),
        "never" if due is None else "due" if due < today else "fresh",
        due,
        (head.parent.map, head.parent.phase) if head.parent else None,
        tuple(sorted(links)),
        head.base,
        tuple(id_ for id_, other in known.items() if other.map.base == entry.id),
    )


def _phases(map_: MapFile, snapshot: Mapping[str, Any]) -> tuple[PhaseSpan, ...]:
    measured = snapshot.get("phases") or {}
    completions = [(measured.get(phase.id) or {}).get("completion") for phase in map_.phases]
    values = [found["value"] for found in completions[:-1] if found and found.get("value") is not None]
    least = min(values, default=None)
    found: list[PhaseSpan] = []
    for at, (phase, completion) in enumerate(zip(map_.phases, completions, strict=True)):
        is_last = at == len(completions) - 1
        is_weakest = least is not None and not is_last and (completion or {}).get("value") == least
        parts = tuple(part for part in AXIS if part in (phase.covers or ()))
        found.append(PhaseSpan(phase.id, phase.name, parts, None if is_last else completion, is_weakest))
        least = None if is_weakest else least
    return tuple(found)


def _overlaps(rows: Sequence[AtlasRow]) -> list[Overlap]:
    found = []
    for at, row in enumerate(rows):
        for other in rows[at + 1 :]:
            parents = {each.parent[0] for each in (row, other) if each.parent is not None}
            if not parents & {row.entry.id, other.entry.id}:
                found += _shared(row, other)
    return found


def _shared(row: AtlasRow, other: AtlasRow) -> list[Overlap]:
    first, second = _observed(row), _observed(other)
    found = []
    for rule in first:
        if rule in second:
            one, two = first[rule], second[rule]
            owners = tuple(sorted({owner for owner in (one[1], two[1]) if owner}))
            differ = owners if one[1] != two[1] else ()
            found.append(Overlap(rule[0], (row.entry.id, one[0]), (other.entry.id, two[0]), differ))
    return found


def _observed(row: AtlasRow) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return touchpoint and owner of each rule over events: event and condition."""
    map_ = row.entry.map
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    for _, touchpoint in map_.touchpoints() if map_ is not None else ():
        rule = touchpoint.observe
        if rule is None or isinstance(rule, FeedbackRule):
            continue
        owner = map_.owner_of(touchpoint.id) if map_ is not None else None
        name = map_.departments.get(owner, owner) if map_ is not None and owner else owner
        found[rule.event, repr(rule.where)] = touchpoint.id, name
    return found


def _row_dict(row: AtlasRow) -> dict[str, Any]:
    entry, map_ = row.entry, row.entry.map
    if map_ is None:
        return {"id": entry.id, "fault": entry.fault}
    return {
        "id": entry.id,
        "title": map_.map.title,
        "state": map_.map.state,
        "journey_type": map_.map.journey_type,
        "market": map_.map.market,
        "phases": [
            {"id": each.id, "name": each.name, "covers": list(each.parts), "completion": each.completion}
            for each in row.phases
        ],
        "goal": row.goal,
        "weakest": row.weakest.id if row.weakest else None,
        "findings": dict(entry.findings) if entry.findings is not None else None,
        "freshness": row.freshness,
        "due": row.due.isoformat() if row.due else None,
        "parent": list(row.parent) if row.parent else None,
        "children": [{"phase": phase, "map": id_} for phase, id_ in row.children],
        "base": row.base,
        "planned": list(row.planned),
        "fault": entry.fault or None,
    }
