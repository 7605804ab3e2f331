"""Which levers to look at first: where most customers fall away, and where it feels worst."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from farled.maps.guide.levers import Lever, levers_for
from farled.maps.model import MapFile, Opportunity
from farled.maps.touchpoint import Phase

MIN_N = 30
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place where something should be done, and what could be.

    Attributes:
        reason: ``drop_off`` or ``feeling``.
        phase: Where.
        number: The measured share that goes on, or the measured feeling.
        worst: Whether it is certain that no other phase is worse: its interval lies apart from all others.
        levers: That could help there, the most fitting first.
        taken: Opportunities of the map that are meant for the place and still to be done.
    """

    reason: Literal["drop_off", "feeling"]
    phase: Phase
    number: Mapping[str, Any]
    worst: bool
    levers: tuple[Lever, ...]
    taken: tuple[Opportunity, ...]


def proposals(map_: MapFile, snapshot: Mapping[str, Any] | None) -> tuple[Proposal, ...]:
    """Return where to begin: the phase with the largest drop-off, and the one with the lowest feeling.

    Args:
        map_: The map.
        snapshot: What was measured; None: nothing can be proposed.

    Returns:
        At most two. Numbers of fewer than 30 customers do not count; a feeling counts only below zero, or when its
        interval lies below another phase's.
    """
    if snapshot is None:
        return ()
    return tuple(_found(map_, snapshot))


def _found(map_: MapFile, snapshot: Mapping[str, Any]) -> Iterator[Proposal]:
    completion = _numbers(map_.phases[:-1], snapshot, "completion")
    feeling = _numbers(map_.phases, snapshot, "feeling")
    if completion:
        phase, number = min(completion, key=lambda each: float(each[1]["value"]))
        yield _proposal(map_, "drop_off", phase, number, _is_apart(number, completion))
    if feeling:
        phase, number = min(feeling, key=lambda each: float(each[1]["value"]))
        if number["value"] < 0 or _is_apart(number, feeling):
            yield _proposal(map_, "feeling", phase, number, _is_apart(number, feeling))


def _proposal(
    map_: MapFile, reason: Literal["drop_off", "feeling"], phase: Phase, number: Mapping[str, Any], worst: bool
) -> Proposal:
    rules = ("F01", "F03", "F04", "S06") if reason == "drop_off" else ("E02", "V01", "A05", "A06", "E05")
    found = levers_for(rules, phase.covers or (), map_.map.market)
    return Proposal(reason, phase, number, worst, found[:SHOWN], opportunities_at(map_, phase))


def opportunities_at(map_: MapFile, phase: Phase) -> tuple[Opportunity, ...]:
    """Return the opportunities that are meant for a phase or one of its touchpoints and are still to be done."""
    places = {phase.id, *(touchpoint.id for touchpoint in phase.touchpoints)}
    return tuple(
        each
        for each in map_.opportunities
        if each.status not in ("done", "dropped") and place_of_opportunity(map_, each) in places
    )


def place_of_opportunity(map_: MapFile, opportunity: Opportunity) -> str | None:
    """Return where an opportunity is meant: its own place, else that of the first pain point it solves."""
    if opportunity.at is not None or not opportunity.solves:
        return opportunity.at
    places = {pain.id: pain.at for pain in map_.pain_points}
    return places.get(opportunity.solves[0])


def _numbers(
    phases: tuple[Phase, ...], snapshot: Mapping[str, Any], name: str
) -> list[tuple[Phase, Mapping[str, Any]]]:
    found = [(phase, (snapshot["phases"].get(phase.id) or {}).get(name) or {}) for phase in phases]
    return [
        (phase, number)
        for phase, number in found
        if number.get("value") is not None and isinstance(number.get("n"), int) and number["n"] >= MIN_N
    ]


def _is_apart(number: Mapping[str, Any], among: list[tuple[Phase, Mapping[str, Any]]]) -> bool:
    """Say whether the interval lies wholly below those of all others."""
    others = [other for _, other in among if other is not number]
    high = number.get("high")
    return (
        bool(others)
        and high is not None
        and all(other.get("low") is not None and high < other["low"] for other in others)
    )
