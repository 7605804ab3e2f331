"""Opportunities by what they could bring and what they cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from farled.maps.guide.guide import proposal_dict
from farled.maps.guide.propose import Proposal, place_of_opportunity, proposals
from farled.maps.model import MapFile, Opportunity
from farled.maps.overview.effects import Effect, effects_of
from farled.stats.intervals import Estimate

Verdict = Literal["first", "worth", "unclear", "unknown", "effort_missing", "done", "dropped"]
EFFORTS = 5
_ORDER: tuple[Verdict, ...] = ("first", "worth", "effort_missing", "unclear", "unknown", "done", "dropped")


@dataclass(frozen=True, slots=True)
class Priority:
    """An opportunity with what it could bring.

    Attributes:
        opportunity: Of the map.
        number: By which picture and list name it, from 1 in the order of the list.
        place: Id of the phase or touchpoint it is meant for; None: nobody has said.
        effects: One per metric that it is to move.
        goal: How many more would reach the goal in the period; without value where that cannot be known.
        best: The effect that says so, or else says most; None: it moves nothing.
        verdict: ``first``: no other brings as much for as little; ``worth``: it brings something, another brings more
            for no more effort; ``unclear``: the interval holds none at all; ``unknown``: what it brings to the goal
            cannot be known; ``effort_missing``: it brings something, but nobody has said what it costs.
    """

    opportunity: Opportunity
    number: int
    place: str | None
    effects: tuple[Effect, ...]
    goal: Estimate
    best: Effect | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Priorities:
    """All opportunities of a map, the most promising first.

    Attributes:
        map: The map.
        rows: Done and dropped ones last.
        proposals: Levers where most fall away and where it feels worst.
        period: First day and the day after the last; None: nothing was measured.
    """

    map: MapFile
    rows: tuple[Priority, ...]
    proposals: tuple[Proposal, ...]
    period: tuple[str, str] | None

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the opportunities as plain values, texts of Farled in a language."""
        return {
            "map": self.map.map.id,
            "period": list(self.period) if self.period else None,
            "goal": self.map.map.goal.metric,
            "opportunities": [_row_dict(row) for row in self.rows],
            "proposals": [proposal_dict(each, language) for each in self.proposals],
        }


def priorities(map_: MapFile, snapshot: Mapping[str, Any] | None) -> Priorities:
    """Return the opportunities of a map by what they could bring and what they cost.

    Args:
        map_: The map.
        snapshot: What was measured of all customers; None: no effect can be reckoned.

    Returns:
        First those that no other outdoes in both effect and effort, then the other useful ones, each group by effect;
        those whose effect cannot be known by the values people gave them. Effort is an order, not an amount, so it is
        never divided by.
    """
    found = [_row(map_, snapshot, each) for each in map_.opportunities]
    judged = [replace(row, verdict=_verdict(row, found)) for row in found]
    ordered = sorted(judged, key=_place)
    period = (snapshot["period"][0][:10], snapshot["period"][1][:10]) if snapshot else None
    rows = tuple(replace(row, number=at) for at, row in enumerate(ordered, 1))
    return Priorities(map_, rows, proposals(map_, snapshot), period)


def _row(map_: MapFile, snapshot: Mapping[str, Any] | None, opportunity: Opportunity) -> Priority:
    effects = effects_of(map_, snapshot, opportunity)
    to_goal = [each for each in effects if each.goal.value is not None]
    counted = [each for each in effects if each.more.value is not None]
    best = max(to_goal, key=lambda each: each.goal.value or 0.0, default=None)
    best = best or next(iter(counted), None) or next(iter(effects), None)
    goal = best.goal if best is not None and to_goal else Estimate.unknown("not_computable")
    return Priority(opportunity, 0, place_of_opportunity(map_, opportunity), effects, goal, best, "unknown")


def _verdict(row: Priority, among: Iterable[Priority]) -> Verdict:
    status = row.opportunity.status
    if status in ("done", "dropped"):
        return "done" if status == "done" else "dropped"
    if row.goal.value is None:
        return "unknown"
    if not row.goal.low:
        return "unclear"
    if row.opportunity.effort is None:
        return "effort_missing"
    return "worth" if any(_outdoes(other, row) for other in among if other is not row) else "first"


def _outdoes(other: Priority, row: Priority) -> bool:
    """Say whether another brings at least as much for no more effort, and more or for less of the two."""
    if other.opportunity.status in ("done", "dropped") or other.opportunity.effort is None or not other.goal.low:
        return False
    brings, costs = (
        (other.goal.value or 0.0, row.goal.value or 0.0),
        (other.opportunity.effort, row.opportunity.effort or 0),
    )
    return brings[0] >= brings[1] and costs[0] <= costs[1] and (brings[0] > brings[1] or costs[0] < costs[1])


def _place(row: Priority) -> tuple[int, float, int, int]:
    claimed = (row.opportunity.customer_value or 0) + (row.opportunity.business_value or 0)
    return _ORDER.index(row.verdict), -(row.goal.value or 0.0), -claimed, row.opportunity.effort or EFFORTS + 1


def _row_dict(row: Priority) -> dict[str, Any]:
    each = row.opportunity
    return {
        "number": row.number,
        "id": each.id,
        "text": each.text,
        "status": each.status,
        "lever": each.lever,
        "owner": each.owner,
        "at": row.place,
        "effort": each.effort,
        "customer_value": each.customer_value,
        "business_value": each.business_value,
        "verdict": row.verdict,
        "goal_gain": row.goal.to_dict(),
        "effects": [_effect_dict(effect) for effect in row.effects],
    }


def _effect_dict(effect: Effect) -> dict[str, Any]:
    return {
        "metric": effect.metric,
        "now": effect.now,
        "to": effect.to,
        "persona": effect.persona,
        "mark": effect.mark,
        "change": effect.change.to_dict(),
        "more": effect.more.to_dict(),
        "goal": effect.goal.to_dict(),
        "why": effect.why or None,
        "why_goal": effect.why_goal or None,
    }
