"""Maps of different phase models side by side: over the common axis, at the borders that both have."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from farled.engine.base import TableAnswer
from farled.errors import InputError
from farled.figures.table import Table
from farled.maps.model import MapFile
from farled.maps.touchpoint import AXIS, AxisPart
from farled.stats.intervals import Rate


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the axis that two maps have between the same borders.

    Attributes:
        parts: Of the axis, in its order.
        first: Ids of the phases of the one map that cover them.
        second: Of the other.
    """

    parts: tuple[AxisPart, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]


def shared_stretches(first: MapFile, second: MapFile) -> tuple[Stretch, ...]:
    """Return the coarsest division of the axis that two maps share: a border counts only if both have it.

    Args:
        first: A map whose phases say what they cover.
        second: Another.

    Raises:
        InputError: A phase covers nothing, phases cover the axis out of its order, or the maps have no part in common.
    """
    ones, others = _covering(first), _covering(second)
    parts = [part for part in AXIS if part in ones and part in others]
    if not parts:
        hint = "Say what phases cover: covers: [explore, weigh]."
        raise InputError(f"{first.map.id!r} and {second.map.id!r} have no part of the axis in common.", hint)
    groups: list[list[AxisPart]] = [[parts[0]]]
    for before, after in pairwise(parts):
        joined = bool(set(ones[before]) & set(ones[after]) or set(others[before]) & set(others[after]))
        groups[-1].append(after) if joined else groups.append([after])
    return tuple(Stretch(tuple(group), _phases(ones, group), _phases(others, group)) for group in groups)


@dataclass(frozen=True, slots=True)
class StretchNumbers:
    """How a map does in a stretch.

    Attributes:
        reached: Journeys that reach it; None where too few to be shown.
        went_on: Share of them that reach the next stretch, whenever; without value at the last, and where hidden.
    """

    reached: int | None
    went_on: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"reached": self.reached, "went_on": self.went_on.to_dict()}


@dataclass(frozen=True, slots=True)
class Crossed(TableAnswer):
    """Two maps side by side.

    Attributes:
        titles: Of the two maps.
        stretches: Of the axis.
        first: Numbers of the one map, for each stretch.
        second: Of the other.
    """

    titles: tuple[str, str]
    stretches: tuple[Stretch, ...]
    first: tuple[StretchNumbers, ...]
    second: tuple[StretchNumbers, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        rows = [
            {
                "parts": list(stretch.parts),
                "first": {"phases": list(stretch.first), **one.to_dict()},
                "second": {"phases": list(stretch.second), **other.to_dict()},
            }
            for stretch, one, other in zip(self.stretches, self.first, self.second, strict=True)
        ]
        return {"titles": list(self.titles), "stretches": rows}

    def table(self) -> Table:
        """Return one row per stretch."""
        headings = ("part", "reached 1", "went on 1", "reached 2", "went on 2", "phases 1", "phases 2")
        rows = tuple(
            (
                " + ".join(stretch.parts),
                one.reached,
                one.went_on,
                other.reached,
                other.went_on,
                ", ".join(stretch.first),
                ", ".join(stretch.second),
            )
            for stretch, one, other in zip(self.stretches, self.first, self.second, strict=True)
        )
        return Table(f"1 {self.titles[0]} · 2 {self.titles[1]}", headings, rows)


def crossed(first: MapFile, snapshot: Mapping[str, Any], second: MapFile, other: Mapping[str, Any]) -> Crossed:
    """Return two measured maps side by side.

    A stretch is reached when its first phase, or a later one, is.

    Args:
        first: A map.
        snapshot: What was measured onto it.
        second: Another map, which may have other phases.
        other: What was measured onto that.

    Raises:
        InputError: As `shared_stretches`.
    """
    stretches = shared_stretches(first, second)
    ones = _numbers(first, snapshot, [stretch.first for stretch in stretches])
    others = _numbers(second, other, [stretch.second for stretch in stretches])
    return Crossed((first.map.title, second.map.title), stretches, ones, others)


def _covering(map_: MapFile) -> dict[AxisPart, tuple[str, ...]]:
    """Return the phases that cover each part, checked to go along the axis."""
    last = -1
    found: dict[AxisPart, list[str]] = {}
    for phase in map_.phases:
        places = sorted(AXIS.index(part) for part in phase.covers or ())
        if not places:
            raise InputError(f"The phase {phase.id!r} of {map_.map.id!r} covers nothing.", "Add covers: [explore].")
        if places[0] < last:
            message = f"The phase {phase.id!r} of {map_.map.id!r} covers {AXIS[places[0]]} after {AXIS[last]}."
            raise InputError(message, f"Order the phases along the axis: {', '.join(AXIS)}.")
        last = places[-1]
        for place in places:
            found.setdefault(AXIS[place], []).append(phase.id)
    return {part: tuple(phases) for part, phases in found.items()}


def _phases(covering: Mapping[AxisPart, tuple[str, ...]], parts: list[AxisPart]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phase for part in parts for phase in covering[part]))


def _numbers(map_: MapFile, snapshot: Mapping[str, Any], groups: list[tuple[str, ...]]) -> tuple[StretchNumbers, ...]:
    order = [phase.id for phase in map_.phases]
    firsts = [min(phases, key=order.index) for phases in groups]
    reached = [snapshot["phases"][phase]["reached"] for phase in firsts]
    known = [each if isinstance(each, int) else None for each in reached]
    found = []
    for now, then in zip(known, [*known[1:], None], strict=True):
        rate = Rate(then, now) if now is not None and then is not None else Rate(0, 0)
        found.append(StretchNumbers(now, rate))
    return tuple(found)
