"""One map that holds what either of two versions holds, for a picture of both."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from farled.maps.diff.change import Change, Diff
from farled.maps.diff.sentences import Versions
from farled.maps.model import MapFile
from farled.maps.touchpoint import Phase, Touchpoint

GHOST: Final = "ghost--"


def both(versions: Versions, diff: Diff) -> MapFile:
    """Return the second version with what went from the first at its old place, and ghosts of what moved.

    A ghost is a touchpoint with ``GHOST`` before its id, which no file can hold beside the other.
    """
    before, after = versions.before, versions.after
    gone = {kind: _gone(diff, kind) for kind in ("phase", "touchpoint", "persona", "pain_point", "opportunity")}
    phases = _put_back(after.phases, before.phases, gone["phase"])
    shown = {phase.id for phase in phases}
    left = [change for change in diff.changes if change.object == "touchpoint" and change.kind in ("removed", "moved")]
    old = {touchpoint.id: touchpoint for _, touchpoint in before.touchpoints()}
    filled = [_filled(phase, after, [c for c in left if c.before["phase"] == phase.id], old) for phase in phases]
    places = shown | {touchpoint.id for phase in filled for touchpoint in phase.touchpoints}
    pains = [pain for pain in before.pain_points if pain.id in gone["pain_point"] and pain.at in places]
    chances = [chance for chance in before.opportunities if chance.id in gone["opportunity"]]
    return after.model_copy(
        update={
            "phases": tuple(filled),
            "personas": _put_back(after.personas, before.personas, gone["persona"]),
            "pain_points": (*after.pain_points, *pains),
            "opportunities": (*after.opportunities, *chances),
            "channels": {**before.channels, **after.channels},
            "departments": {**before.departments, **after.departments},
            "sources": {**before.sources, **after.sources},
            "metrics": {**before.metrics, **after.metrics},
        }
    )


def _gone(diff: Diff, object_: str) -> frozenset[str]:
    return frozenset(c.id for c in diff.changes if c.object == object_ and c.kind == "removed")


def _put_back(now: Sequence[Any], then: Sequence[Any], gone: frozenset[str]) -> tuple[Any, ...]:
    """Return a list with what went from it, each after the one that it came after."""
    found = list(now)
    for at, record in enumerate(then):
        if record.id in gone:
            ids = [each.id for each in found]
            earlier = [ids.index(each.id) for each in then[:at] if each.id in ids]
            found.insert(max(earlier) + 1 if earlier else 0, record)
    return tuple(found)


def _filled(phase: Phase, after: MapFile, left: Sequence[Change], old: Mapping[str, Touchpoint]) -> Phase:
    """Return a phase with its removed touchpoints, and ghosts of those that moved away."""
    is_there = any(each.id == phase.id for each in after.phases)
    held = list(phase.touchpoints) if is_there else []
    for change in sorted(left, key=lambda change: int(change.before["at"])):
        touchpoint = old[change.id]
        if change.kind == "moved":
            plain = {"id": f"{GHOST}{touchpoint.id}", "observe": None, "if_fails": None, "milestone": False}
            touchpoint = touchpoint.model_copy(update=plain)
        held.insert(min(int(change.before["at"]), len(held)), touchpoint)
    return phase.model_copy(update={"touchpoints": tuple(held)})
