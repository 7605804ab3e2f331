"""The guide: for each step what is done, what is missing and where, and what to do next."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from farled.locale import N_, percent, translator
from farled.maps.guide.case import (
    Case,
    Found,
    Gap,
    Need,
    Outcome,
    Ruled,
    State,
    Word,
    WorkspaceFacts,
    path_of,
    place_of,
)
from farled.maps.guide.needs_after import change_needs, picture_needs, priority_needs
from farled.maps.guide.needs_intent import goal_needs, persona_needs, phase_needs
from farled.maps.guide.needs_ways import data_needs, feedback_needs, journey_needs, milestone_needs, touchpoint_needs
from farled.maps.guide.propose import Proposal, proposals
from farled.maps.guide.steps import CHECKLIST, STEPS, Item, Step
from farled.maps.model import MapFile

_NEEDS: Mapping[str, Callable[[Case], tuple[Need, ...]]] = {
    "goal": goal_needs,
    "data": data_needs,
    "personas": persona_needs,
    "phases": phase_needs,
    "touchpoints": touchpoint_needs,
    "milestones": milestone_needs,
    "journey": journey_needs,
    "feedback": feedback_needs,
    "picture": picture_needs,
    "priorities": priority_needs,
    "change": change_needs,
}
STATES: Mapping[State, str] = {"done": N_("complete"), "partly": N_("partly"), "missing": N_("missing")}


@dataclass(frozen=True, slots=True)
class StepFound:
    """How far one step has come.

    Attributes:
        step: Which.
        state: ``done``: all that it asks for is there; ``missing``: nothing of it; else ``partly``.
        needs: What it asks for, each with what is missing.
    """

    step: Step
    state: State
    needs: tuple[Need, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All that is missing."""
        return tuple(gap for need in self.needs for gap in need.gaps)

    @property
    def met(self) -> int:
        """How many of the needs are met."""
        return sum(need.is_met for need in self.needs)


@dataclass(frozen=True, slots=True)
class ItemFound:
    """How an item of the checklist stands.

    Attributes:
        item: Which.
        state: ``done``, ``open``, or ``unknown``: nothing fails, but something cannot be told.
        failing: Rules that fail.
    """

    item: Item
    state: str
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """How far a map has come, and what to do next.

    Attributes:
        map: The map.
        steps: All eleven, in order.
        checklist: All seven items.
        next: The step to go on with; None: all is done.
        proposals: Levers to look at first.
        file: Of the map.
    """

    map: MapFile
    steps: tuple[StepFound, ...]
    checklist: tuple[ItemFound, ...]
    next: StepFound | None
    proposals: tuple[Proposal, ...]
    file: str = ""

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(found.state == "done" for found in self.steps)

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the guide as plain values, its texts in a language."""
        told = translator(language)
        return {
            "map": self.map.map.id,
            "title": self.map.map.title,
            "done": self.done,
            "of": len(self.steps),
            "next": None if self.next is None else self.next.step.id,
            "steps": [self._step(found, language) for found in self.steps],
            "checklist": [
                {
                    "number": each.item.number,
                    "name": told(each.item.name),
                    "state": each.state,
                    "failing": list(each.failing),
                }
                for each in self.checklist
            ],
            "proposals": [proposal_dict(each, language) for each in self.proposals],
        }

    def _step(self, found: StepFound, language: str) -> dict[str, Any]:
        told = translator(language)
        needs = [
            {
                "says": told(need.says),
                "met": need.is_met,
                "unknown": told(need.unknown) if need.unknown else None,
                "gaps": [self.gap_dict(gap, language) for gap in need.gaps],
            }
            for need in found.needs
        ]
        return {**found.step.to_dict(language), "state": found.state, "needs": needs}

    def gap_dict(self, gap: Gap, language: str) -> dict[str, Any]:
        """Return something missing as plain values."""
        return {
            "says": gap_text(gap, language),
            "place": path_of(self.map, gap.keys) or None,
            "command": gap.command or None,
            "rule": gap.rule or None,
        }


def guide(
    map_: MapFile,
    snapshot: Mapping[str, Any] | None,
    facts: WorkspaceFacts,
    audit: Mapping[str, Ruled] | None = None,
) -> Guide:
    """Return how far a map has come in each step, what is missing by its place, and what to do next.

    Args:
        map_: The map.
        snapshot: What was measured onto it; None: nothing.
        facts: What the workspace knows.
        audit: What the rules of the audit said, by rule; None: nobody has looked the map over, and the guide judges
            by map and snapshot alone. Where a rule was judged its outcome counts, not the guide's own look.

    Returns:
        The guide. The next step is the first that is not done.

    Example:
        >>> from farled.maps.guide.steps import STEPS
        >>> [step.id for step in STEPS][:3]
        ['goal', 'data', 'personas']
    """
    case = Case(map_, snapshot, facts, audit)
    steps = tuple(_step(case, step) for step in STEPS)
    following = next((found for found in steps if found.state != "done"), None)
    outcomes = _outcomes(steps, audit)
    checklist = tuple(_item(item, outcomes) for item in CHECKLIST)
    return Guide(map_, steps, checklist, following, proposals(map_, snapshot), facts.file)


def gap_text(gap: Gap, language: str) -> str:
    """Return what is missing as a sentence in a language."""
    if gap.told:
        return gap.told
    told = translator(language)
    return told(gap.says).format(**{name: _written(value, language) for name, value in gap.fields.items()})


def proposal_dict(proposal: Proposal, language: str = "en") -> dict[str, Any]:
    """Return a proposal as plain values."""
    return {
        "reason": proposal.reason,
        "phase": proposal.phase.id,
        "name": proposal.phase.name,
        "number": dict(proposal.number),
        "is_certain": proposal.worst,
        "levers": [each.to_dict(language) for each in proposal.levers],
        "opportunities": [each.id for each in proposal.taken],
    }


def ruled_of(outcome: Outcome, findings: Iterable[Found] = ()) -> Ruled:
    """Return what a rule said, for ``guide``."""
    return Ruled(outcome, tuple(findings))


def _written(value: str | float, language: str) -> str:
    if isinstance(value, float):
        return percent(value, language, 0)
    return translator(language)(value) if isinstance(value, Word) else str(value)


def _step(case: Case, step: Step) -> StepFound:
    needs = tuple(_judged(case, need) for need in _NEEDS[step.id](case))
    met = sum(need.is_met for need in needs)
    state: State = "done" if met == len(needs) else "partly" if met else "missing"
    return StepFound(step, state, needs)


def _judged(case: Case, need: Need) -> Need:
    """Return a need as the audit sees it, where the audit judged one of its rules."""
    off = {rule for rule, change in case.map.map.audit.items() if "off" in change}
    need = replace(need, gaps=tuple(gap for gap in need.gaps if gap.rule not in off))
    judged = {rule: case.audit[rule] for rule in need.rules if case.audit is not None and rule in case.audit}
    if not judged:
        return need
    kept = tuple(gap for gap in need.gaps if gap.rule not in judged or judged[gap.rule].outcome == "cannot_tell")
    added = tuple(
        Gap(told=found.says, keys=_place(case, found), rule=rule)
        for rule, ruled in judged.items()
        for found in ruled.findings
        if found.is_open
    )
    is_decided = any(ruled.outcome in ("pass", "fail") for ruled in judged.values())
    return replace(need, gaps=(*kept, *added), unknown="" if is_decided else need.unknown)


def _place(case: Case, found: Found) -> tuple[str | int, ...]:
    return next((place for id_ in found.objects if (place := place_of(case.map, id_))), ())


def _outcomes(steps: tuple[StepFound, ...], audit: Mapping[str, Ruled] | None) -> Mapping[str, Outcome]:
    """Return the outcome of each rule; without an audit what the guide itself could see."""
    if audit is not None:
        return {rule: _undecided(ruled) for rule, ruled in audit.items()}
    seen: dict[str, Outcome] = {}
    for need in (need for found in steps for need in found.needs):
        failing = {gap.rule for gap in need.gaps if gap.rule}
        for rule in {*need.rules, *failing}:
            if rule in failing:
                seen[rule] = "fail"
            elif need.unknown or need.gaps:
                seen.setdefault(rule, "cannot_tell")
            else:
                seen.setdefault(rule, "pass")
    return seen


def _undecided(ruled: Ruled) -> Outcome:
    """Return an outcome in which findings that somebody decided on no longer fail."""
    if ruled.outcome == "fail" and not any(found.is_open for found in ruled.findings):
        return "pass"
    return ruled.outcome


def _item(item: Item, outcomes: Mapping[str, Outcome]) -> ItemFound:
    found = [outcomes.get(rule, "cannot_tell") for rule in item.rules]
    failing = tuple(rule for rule, outcome in zip(item.rules, found, strict=True) if outcome == "fail")
    if failing:
        return ItemFound(item, "open", failing)
    return ItemFound(item, "unknown" if "cannot_tell" in found else "done")
