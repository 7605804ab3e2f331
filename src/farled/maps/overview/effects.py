"""What a change could bring: how many more, if a number rose to its target or to the best persona's.

It is reckoning, not foretelling: it says what the rise would be worth, not that a change brings it about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, Literal

from farled.journeys.conditions import Then
from farled.locale import N_
from farled.maps.audit.compare import of_numbers, verdicts
from farled.maps.metric import AnyMetric
from farled.maps.model import MapFile, Opportunity
from farled.maps.overview.numbers import MIN_N, Number, estimate_of, has_enough
from farled.spans import SECOND, microseconds
from farled.stats.differences import difference, scaled, total
from farled.stats.intervals import Z95, Estimate

Raise = Literal["target", "persona"]

NOT_MEASURED = N_("it is not measured in this period")
AT_TARGET = N_("it has reached its target")
NO_MARK = N_("there is no target, and no persona is certainly better")
NOT_A_SHARE = N_("it is no share, so it does not say how many")
MANY_WAYS = N_("not everybody goes this way, so it does not say how many would reach the goal")
AFTER_GOAL = N_("it lies after the goal")
NO_LINK = N_("nothing measured leads from it to the goal")
FEW_OF_THEM = N_("it is not measured for the personas it is meant for")

_OF_EVENTS = frozenset({"share", "within_time"})
_OF_ANSWERS = frozenset({"csat", "topic"})
_ON_THE_WAY = frozenset({"step_completion", "drop_off"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What moving one metric could bring in the period.

    Attributes:
        metric: Its id.
        now: As measured.
        to: ``target`` or ``persona``; None: there is nothing to rise to.
        persona: Whose level, of ``persona``.
        mark: The value to rise to.
        change: How far that is, in the unit of the metric; positive is better.
        more: How many more of what the metric counts, with interval.
        counts: What that is: ``customers``, ``events`` or ``answers``.
        goal: How many more reach the goal, with interval.
        why: Why ``more`` is not known, in English, to be translated; empty: it is.
        why_goal: The same of ``goal``.
    """

    metric: str
    now: Number | None
    to: Raise | None
    persona: str | None
    mark: float | None
    change: Estimate
    more: Estimate
    goal: Estimate
    why: str = ""
    why_goal: str = ""
    counts: str = "customers"


@dataclass(frozen=True, slots=True)
class _Group:
    """Of whom a rise is reckoned: the metric and the goal among them."""

    metric: Number
    goal: Number | None


def effects_of(map_: MapFile, snapshot: Mapping[str, Any] | None, opportunity: Opportunity) -> tuple[Effect, ...]:
    """Return what each metric that an opportunity is to move could bring.

    Args:
        map_: The map.
        snapshot: What was measured of all customers; None: nothing is known.
        opportunity: Of the map. Where it is meant for some personas, only their customers count.

    Returns:
        One effect per metric, in the order of the file. How far a metric would rise is read from its target; without
        one, from the persona that is certainly better than the whole (Benjamini-Hochberg over the personas). How many
        more that is, is the change times the customers it is a share of. A step that everybody passes on the way to
        the goal lifts the goal in proportion, given that those who are won go on as the others do: an upper end.
    """
    found = (_effect(map_, snapshot or {}, opportunity, name) for name in opportunity.moves or ())
    return tuple(replace(each, counts=_counted(map_, each.metric)) for each in found)


def _counted(map_: MapFile, name: str) -> str:
    kind = map_.metrics[name].kind if name in map_.metrics else ""
    return "events" if kind in _OF_EVENTS else "answers" if kind in _OF_ANSWERS else "customers"


def _effect(map_: MapFile, snapshot: Mapping[str, Any], opportunity: Opportunity, name: str) -> Effect:
    now = (snapshot.get("metrics") or {}).get(name)
    metric = map_.metrics.get(name)
    if metric is None or now is None or now.get("value") is None:
        return _unknown(name, now, NOT_MEASURED)
    rising = (metric.better or (opportunity.moves or {})[name]) == "up"
    to, persona, mark = _mark(snapshot, name, now, rising=rising)
    if mark is None:
        return _unknown(name, now, AT_TARGET if now.get("target") is not None else NO_MARK)
    aim = (
        Estimate(mark, mark, mark, MIN_N)
        if to == "target"
        else estimate_of(snapshot["personas"][persona]["metrics"][name])
    )
    change = scaled(difference(aim, estimate_of(now)), 1.0 if rising else -1.0)
    if metric.unit != "share":
        return Effect(name, now, to, persona, mark, change, _none(now), _none(now), NOT_A_SHARE, NOT_A_SHARE)
    groups = _groups(map_, snapshot, opportunity, name, now)
    if not groups:
        return Effect(name, now, to, persona, mark, change, _none(now), _none(now), FEW_OF_THEM, FEW_OF_THEM)
    sign = 1.0 if rising else -1.0
    more = total([_more(group.metric, aim, sign) for group in groups])
    way = _way_to_goal(map_, metric, name)
    if way == "all":
        return Effect(
            name, now, to, persona, mark, change, more, total([_lifted(group, aim, sign) for group in groups])
        )
    goal = more if way == "itself" else _none(now)
    return Effect(name, now, to, persona, mark, change, more, goal, "", "" if way == "itself" else way)


def _unknown(name: str, now: Number | None, why: str) -> Effect:
    none = _none(now)
    return Effect(name, now, None, None, None, none, none, none, why, why)


def _none(now: Number | None) -> Estimate:
    return Estimate.unknown("not_computable", estimate_of(now).n)


def _mark(
    snapshot: Mapping[str, Any], name: str, now: Number, *, rising: bool
) -> tuple[Raise | None, str | None, float | None]:
    """Return what to rise to: the target, or without one the best persona that is certainly better."""
    target = now.get("target")
    target = microseconds(target) / SECOND if isinstance(target, str) else target
    if target is not None:
        is_short = now["value"] < target if rising else now["value"] > target
        return ("target", None, float(target)) if is_short else (None, None, None)
    known = {
        id_: found["metrics"][name]
        for id_, found in (snapshot.get("personas") or {}).items()
        if id_ != "rest" and has_enough((found.get("metrics") or {}).get(name))
    }
    kind = "share" if now.get("unit") == "share" else "feeling"
    found = verdicts([of_numbers(number, now, kind) for number in known.values()])  # type: ignore[arg-type]  # of literals
    wanted = "higher" if rising else "lower"
    better = [id_ for id_, verdict in zip(known, found, strict=True) if verdict == wanted]
    if not better:
        return None, None, None
    best = (max if rising else min)(better, key=lambda id_: known[id_]["value"])
    return "persona", best, float(known[best]["value"])


def _groups(
    map_: MapFile, snapshot: Mapping[str, Any], opportunity: Opportunity, name: str, now: Number
) -> list[_Group]:
    """Return of whom the rise is reckoned: everybody, or each persona it is meant for; none where one is unmeasured."""
    goal = map_.map.goal.metric
    if not opportunity.personas:
        return [_Group(now, (snapshot.get("metrics") or {}).get(goal))]
    groups = []
    for persona in opportunity.personas:
        metrics = ((snapshot.get("personas") or {}).get(persona) or {}).get("metrics") or {}
        if (metrics.get(name) or {}).get("value") is None:
            return []
        groups.append(_Group(metrics[name], metrics.get(goal)))
    return groups


def _more(now: Number, aim: Estimate, sign: float) -> Estimate:
    """Return how many more: the change times those it is a share of. It never falls below none."""
    found = scaled(difference(aim, estimate_of(now)), sign * estimate_of(now).n)
    return _floored(found)


def _lifted(group: _Group, aim: Estimate, sign: float) -> Estimate:
    """Return how many more reach the goal when a step that all pass rises from c to t: goals x (t / c - 1).

    The goal's share is c times what follows; c and what follows vary apart from each other (delta method).
    """
    now, goal = estimate_of(group.metric), estimate_of(group.goal)
    if now.value is None or goal.value is None or aim.value is None or now.value <= 0 or goal.value <= 0:
        return Estimate.unknown("not_computable", goal.n)
    if sign < 0:  # a drop-off: what goes on is the rest
        now, aim = _rest(now), _rest(aim)
    if not now.value:
        return Estimate.unknown("not_computable", goal.n)
    gap = difference(aim, now)
    following = goal.value / now.value
    spread, step, whole = _deviation(gap), _deviation(now), _deviation(goal)
    value = goal.n * following * (gap.value or 0.0)
    if spread is None or step is None or whole is None:
        return Estimate(value, None, None, goal.n)
    apart = max((whole / goal.value) ** 2 - (step / now.value) ** 2, 0.0)
    half = Z95 * goal.n * following * sqrt(spread**2 + (gap.value or 0.0) ** 2 * apart)
    return _floored(Estimate(value, value - half, value + half, goal.n, method="delta"))


def _rest(share: Estimate) -> Estimate:
    value = 1 - (share.value or 0.0)
    bounds = [None if bound is None else 1 - bound for bound in (share.high, share.low)]
    return Estimate(value, bounds[0], bounds[1], share.n)


def _deviation(estimate: Estimate) -> float | None:
    return None if estimate.low is None or estimate.high is None else (estimate.high - estimate.low) / (2 * Z95)


def _floored(found: Estimate) -> Estimate:
    if found.value is None:
        return found
    low = None if found.low is None else max(found.low, 0.0)
    return Estimate(
        max(found.value, 0.0), low, None if found.high is None else max(found.high, 0.0), found.n, method=found.method
    )


def _way_to_goal(map_: MapFile, metric: AnyMetric, name: str) -> str:
    """Return ``itself`` where the metric counts goals, ``all`` where everybody passes it, else why it is not known."""
    goal = map_.metrics.get(map_.map.goal.metric)
    wanted = getattr(goal, "to", None) or getattr(goal, "at", None)
    if name == map_.map.goal.metric or (wanted is not None and _counts_goals(map_, metric, wanted)):
        return "itself"
    ends = [] if wanted is None else _phases_of(map_, wanted)
    if not ends or metric.kind not in _ON_THE_WAY:
        return NO_LINK
    place, phases = getattr(metric, "at", ""), [phase.id for phase in map_.phases]
    if place not in phases:
        return MANY_WAYS
    return "all" if phases.index(place) < min(ends) else AFTER_GOAL


def _counts_goals(map_: MapFile, metric: AnyMetric, wanted: Any) -> bool:
    """Say whether each one more of the metric is one more at the goal."""
    if metric.kind == "conversion" and metric.to == wanted:
        return True
    events = _events_of(map_, wanted)
    if metric.kind == "step_completion":
        return bool(events) and _events_of(map_, metric.at) <= events and _events_of(map_, metric.at) != set()
    return metric.kind == "share" and isinstance(metric.where, Then) and metric.where.event in events


def _events_of(map_: MapFile, wanted: Any) -> set[str]:
    """Return the events of a selector; of a phase none, since it has many."""
    if not isinstance(wanted, str):
        return {wanted.event}
    found = [touchpoint for _, touchpoint in map_.touchpoints() if touchpoint.id == wanted]
    return {touchpoint.observe.event for touchpoint in found if hasattr(touchpoint.observe, "event")}  # type: ignore[union-attr]  # asked


def _phases_of(map_: MapFile, wanted: Any) -> list[int]:
    """Return the positions of the phases in which the goal is reached."""
    events = _events_of(map_, wanted)
    return [
        at
        for at, phase in enumerate(map_.phases)
        if phase.id == wanted
        or any(
            touchpoint.id == wanted or getattr(touchpoint.observe, "event", None) in events
            for touchpoint in phase.touchpoints
        )
    ]
