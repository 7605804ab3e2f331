"""Change: X01 to X06."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import NormalDist
from typing import Any

from farled.locale import N_
from farled.maps.audit.compare import Comparison, of_numbers, verdicts
from farled.maps.audit.effects import Made, before_after, better_of, by_id, effect_of, kind_of, made, unit_of
from farled.maps.audit.evidence import Evidence, Experiment
from farled.maps.audit.reasons import NOT_MEASURED
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unit, Unknown, cannot_tell, fails
from farled.maps.audit.rules_organisation import place_of
from farled.maps.model import MapFile, Opportunity
from farled.spans import DAY, microseconds

_NO_VERSIONS = N_("no earlier versions of the map are known")
_SHORT_HISTORY = N_("the history of the map is too short")
_NO_EXPERIMENTS = N_("nothing is known of the experiment")
_NO_SIZE = N_("nobody has said which effect the experiment is to find, or when it ends")
_NO_DIRECTION = N_("nobody has said which way the metric becomes better")
_NO_GUARDS = N_("the map has no guards")
_NO_FORECASTS = N_("no what-if was kept")
_MANY = N_(
    "{objects} was changed on {changes} days within {span}; more than {max_changes} changes cannot be told apart."
)
_TRIED = N_("The experiment of {objects} has left {guard} worse: by {difference}.")
_BEGUN = ("testing", "done")
_LIVE = ("proposed", "planned", "testing")


def _change_unmeasured(evidence: Evidence, _: Thresholds) -> Judged:
    known = by_id(evidence)
    found = []
    for opportunity in evidence.map.opportunities:
        measured_by = opportunity.measured_by
        lost = measured_by is not None and measured_by.experiment is not None and measured_by.experiment not in known
        if opportunity.status == "done" and (measured_by is None or (lost and evidence.experiments is not None)):
            found.append(Failed((opportunity.id,), {"done": opportunity.done}))
    return fails(*found)


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of the journey: where, when, and what it is to move."""

    object: str
    on: date
    phase: str
    metrics: frozenset[str]


def _too_many_changes(evidence: Evidence, thresholds: Thresholds) -> Judged:
    """What is changed in a phase on one day is one change."""
    steps = sorted(_steps(evidence), key=lambda step: (step.on, step.object))
    within = timedelta(days=microseconds(evidence.map.map.journey.within) / DAY)
    span = timedelta(days=thresholds.span("span") / DAY)
    recent = evidence.today - max(within, span)
    found = [
        Failed(
            (first.phase, *sorted({first.object, second.object})),
            {"phase": first.phase, "metrics": tuple(sorted(first.metrics & second.metrics)), "first": first.on,
             "second": second.on},
        )
        for at, first in enumerate(steps)
        for second in steps[at + 1 :]
        if _overlap(first, second, within) and second.on >= recent
    ]  # fmt: skip
    most = thresholds.number("max_changes")
    for phase in evidence.map.phases:
        days = sorted({step.on for step in steps if step.phase == phase.id and step.on >= recent})
        number = max((sum(day <= each <= day + span for each in days) for day in days), default=0)
        if number > most:
            found.append(Failed((phase.id,), {"changes": number}, distance=number - most, says=_MANY))
    if found or evidence.versions is not None:
        return fails(*found)
    return cannot_tell(_NO_VERSIONS)


def _overlap(first: _Step, second: _Step, within: timedelta) -> bool:
    same = first.phase == second.phase and bool(first.metrics & second.metrics)
    return same and first.object != second.object and second.on - first.on < within


def _steps(evidence: Evidence) -> Iterator[_Step]:
    """Yield the changes carried out: dated opportunities, and what saved versions changed in a phase.

    An opportunity that nobody has begun is no change yet; of one without a date its last saved change counts.
    """
    map_ = evidence.map
    dated = {change.opportunity.id: change for change in made(map_)}
    for change in dated.values():
        place = _phase_of(map_, place_of(map_, change.opportunity))
        if place is not None:
            yield _Step(change.opportunity.id, change.on, place, frozenset(change.opportunity.moves or ()))
    status = {opportunity.id: opportunity.status for opportunity in map_.opportunities}
    last: dict[tuple[str, date | None], _Step] = {}
    for saved in evidence.versions.changes if evidence.versions is not None else ():
        if saved.phase is None or saved.object in dated or status.get(saved.object, "done") not in _BEGUN:
            continue
        day = None if saved.object in status else saved.on
        last[saved.object, day] = _Step(saved.object, saved.on, saved.phase, frozenset(saved.metrics))
    yield from last.values()


def _phase_of(map_: MapFile, place: str | None) -> str | None:
    for phase in map_.phases:
        if place == phase.id or any(place == touchpoint.id for touchpoint in phase.touchpoints):
            return phase.id
    return None


def _guard_hurt(evidence: Evidence, _: Thresholds) -> Judged:
    changes = list(made(evidence.map))
    tried = [each for each in (evidence.experiments or ()) if each.guards]
    if not changes and not tried:
        return fails()
    guards = [guard for guard in evidence.map.map.guards or () if guard in evidence.map.metrics]
    if not guards:
        return cannot_tell(_NO_GUARDS, "guards")
    return _after_changes(evidence, changes, guards) + _in_experiments(evidence, tried, guards)


def _after_changes(evidence: Evidence, changes: list[Made], guards: list[str]) -> Judged:
    found: list[tuple[Made, str, Comparison]] = []
    unknown: list[Unknown] = []
    for change in changes:
        for guard in guards:
            objects = (change.opportunity.id, guard)
            reason = _why_not(evidence, guard)
            numbers = before_after(evidence, change, guard) if reason is None else reason
            if isinstance(numbers, str):
                unknown.append(Unknown(objects, numbers))
                continue
            found.append((change, guard, of_numbers(*numbers, kind_of(evidence.map.metrics[guard]))))
    says = verdicts([comparison for _, _, comparison in found])
    failed = []
    for (change, guard, comparison), verdict in zip(found, says, strict=True):
        worse = "lower" if better_of(evidence.map.metrics[guard]) == "up" else "higher"
        if verdict == worse:
            values = {"guard": guard, "before": comparison.other, "after": comparison.value, "on": change.on}
            away = abs(comparison.difference or 0.0)
            unit = unit_of(evidence.map.metrics[guard])
            units: dict[str, Unit] = {} if unit is None else {"before": unit, "after": unit}
            failed.append(Failed((change.opportunity.id, guard), values, distance=away, units=units))
    return Judged(tuple(failed), tuple(unknown))


def _why_not(evidence: Evidence, guard: str) -> str | None:
    if evidence.measuring is None:
        return NOT_MEASURED
    return _NO_DIRECTION if better_of(evidence.map.metrics[guard]) is None else None


def _in_experiments(evidence: Evidence, tried: list[Experiment], guards: list[str]) -> Judged:
    """Judge what experiments found out about guards: a difference whose whole interval lies on the wrong side."""
    failed = []
    for experiment in tried:
        for guard in guards:
            number = (experiment.guards or {}).get(guard)
            better = better_of(evidence.map.metrics[guard])
            if number is None or number.get("value") is None or better is None:
                continue
            is_worse = number["high"] < 0 if better == "up" else number["low"] > 0
            if is_worse:
                values = {"guard": guard, "difference": number["value"]}
                objects = (_of_experiment(evidence.map, experiment.id), guard)
                units = _units(evidence.map, guard, "difference")
                failed.append(Failed(objects, values, distance=abs(number["value"]), says=_TRIED, units=units))
    return Judged(tuple(failed))


def _units(map_: MapFile, metric: str, *names: str) -> dict[str, Unit]:
    """Return how differences of a metric are written."""
    unit = unit_of(map_.metrics[metric], of_difference=True)
    return {} if unit is None else dict.fromkeys(names, unit)


def _of_experiment(map_: MapFile, experiment: str) -> str:
    named = (each.id for each in map_.opportunities if each.measured_by and each.measured_by.experiment == experiment)
    return next(named, experiment)


def _test_too_small(evidence: Evidence, thresholds: Thresholds) -> Judged:
    """Judge running experiments by the customers that a test of their size needs (normal approximation)."""
    known = by_id(evidence)
    testing = [each for each in evidence.map.opportunities if each.status == "testing" and _experiment(each)]
    nameless = [each.id for each in testing if _experiment(each) not in known]
    judged = cannot_tell(_NO_EXPERIMENTS, objects=nameless) if nameless else fails()
    for experiment in known.values():
        if experiment.state != "running":
            continue
        place = _of_experiment(evidence.map, experiment.id)
        needed = customers_needed(experiment, thresholds.number("power"))
        if needed is None or experiment.expected is None:
            judged += cannot_tell(_NO_SIZE, objects=[place])
        elif experiment.expected < needed:
            values = {"needed": needed, "expected": experiment.expected, "effect": experiment.effect}
            judged += fails(Failed((place,), values, distance=float(needed - experiment.expected)))
    return judged


def customers_needed(experiment: Experiment, power: float) -> int | None:
    """Return how many customers an experiment needs in all groups to see its stated effect with that chance.

    Returns:
        None where effect, or baseline and deviation, are not known.

    Example:
        >>> customers_needed(Experiment("e", "m", effect=0.02, baseline=0.10), 0.8)
        7678

    Source:
        Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 4, unpooled variance.
    """
    if not experiment.effect:
        return None
    if experiment.baseline is not None:
        reached = experiment.baseline + experiment.effect
        if not (0 <= experiment.baseline <= 1 and 0 <= reached <= 1):
            return None
        variance = experiment.baseline * (1 - experiment.baseline) + reached * (1 - reached)
    elif experiment.deviation is not None:
        variance = 2 * experiment.deviation**2
    else:
        return None
    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(power)
    return experiment.groups * ceil(z**2 * variance / experiment.effect**2)


def _experiment(opportunity: Opportunity) -> str | None:
    return opportunity.measured_by.experiment if opportunity.measured_by else None


def _opportunity_rots(evidence: Evidence, thresholds: Thresholds) -> Judged:
    """An opportunity rots while its pain point stands on the map and no other opportunity has done away with it."""
    done = {pain for each in evidence.map.opportunities if each.status == "done" for pain in each.solves or ()}
    live = [each for each in evidence.map.opportunities if each.status in _LIVE and set(each.solves or ()) - done]
    if not live:
        return fails()
    if evidence.versions is None:
        return cannot_tell(_NO_VERSIONS, objects=[each.id for each in live])
    span = timedelta(days=thresholds.span("span") / DAY)
    judged = fails()
    for opportunity in live:
        changed = [change.on for change in evidence.versions.changes if change.object == opportunity.id]
        last = max(changed, default=evidence.versions.since)
        if evidence.today - last > span:
            values = {"last": last, "status": (_STATUS[opportunity.status],), "pains": opportunity.solves}
            judged += fails(Failed((opportunity.id,), values, distance=float((evidence.today - last - span).days)))
        elif not changed:
            judged += cannot_tell(_SHORT_HISTORY, objects=[opportunity.id])
    return judged


_STATUS = {"proposed": N_("proposed"), "planned": N_("planned"), "testing": N_("being tested")}


def _forecast_missed(evidence: Evidence, _: Thresholds) -> Judged:
    """A what-if has missed where its interval and that of the measured effect have nothing in common."""
    named = {each.id: each for each in evidence.map.opportunities}
    if evidence.forecasts is None:
        done = [each.id for each in named.values() if each.status == "done"]
        return cannot_tell(_NO_FORECASTS, objects=done) if done else fails()
    judged = fails()
    for forecast in evidence.forecasts:
        opportunity = named.get(forecast.opportunity)
        if opportunity is None or opportunity.status != "done":
            continue
        effect = effect_of(evidence, opportunity, forecast.metric)
        if effect is None or effect.get("value") is None:
            judged += cannot_tell(NOT_MEASURED, objects=[opportunity.id, forecast.metric])
            continue
        beyond = max(effect["low"] - forecast.high, forecast.low - effect["high"])
        if beyond > 0:
            values: dict[str, Any] = {"effect": effect["value"], "low": forecast.low, "high": forecast.high}
            units = _units(evidence.map, forecast.metric, "effect", "low", "high")
            judged += fails(Failed((opportunity.id, forecast.metric), values, distance=beyond, units=units))
    return judged


RULES: tuple[Rule, ...] = (
    Rule(
        "X01",
        "change-unmeasured",
        "MX",
        "E",
        N_("{objects} is done, but nothing measures its effect."),
        N_("Measure whether the change had effect."),
        _change_unmeasured,
        sources=("R112", "R152"),
    ),
    Rule(
        "X02",
        "too-many-changes",
        "MS",
        "W",
        N_("Two changes in {phase} were to move the same metric ({metrics}) at one time: on {first} and on {second}."),
        N_("Change one thing at a time, for a stated reason."),
        _too_many_changes,
        {"max_changes": 5.0, "span": "30d"},
        {"phase": "object", "metrics": "metric"},
        sources=("R159",),
    ),
    Rule(
        "X03",
        "guard-hurt",
        "SX",
        "E",
        N_("{guard} has become worse after the change of {on}: {before} before, {after} after."),
        N_("Stop or correct the change: it hurts the whole."),
        _guard_hurt,
        units={"guard": "metric"},
        sources=("R032",),
    ),
    Rule(
        "X04",
        "test-too-small",
        "X",
        "W",
        N_("The experiment of {objects} needs {needed} customers to see its effect, but will have {expected}."),
        N_("Run longer, test a bigger change, or drop it."),
        _test_too_small,
        {"power": 0.8},
        {"power": "share"},
        sources=("R099",),
    ),
    Rule(
        "X05",
        "opportunity-rots",
        "MS",
        "I",
        N_("{objects} has been {status} since {last}, and its pain point is still there."),
        N_("Decide: plan it, or drop it with a reason."),
        _opportunity_rots,
        {"span": "90d"},
        {"status": "word", "pains": "object"},
        sources=("R152",),
    ),
    Rule(
        "X06",
        "forecast-missed",
        "SX",
        "I",
        N_("The measured effect of {objects} is {effect}; the what-if had said {low} to {high}."),
        N_("Learn: correct the assumption of the what-if."),
        _forecast_missed,
        sources=("R112",),
    ),
)
