"""The types of journey: each with its own start, goal and KPIs, what speaks for and against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from farled.errors import NotFoundError
from farled.maps.head import JourneyType
from farled.maps.templates.data import Template, TemplatePhase, Words, data
from farled.maps.touchpoint import AXIS

TYPES: tuple[JourneyType, ...] = get_args(JourneyType)


@dataclass(frozen=True, slots=True)
class TypeOfJourney:
    """A type of journey. Texts are in four languages.

    Attributes:
        id: Such as ``purchase``.
        names: What it is called.
        starts: What it begins with.
        ends: What it leads to.
        goals: A goal to begin with.
        pros: What speaks for it.
        cons: What speaks against it.
        choose: When it is the one to choose.
        metric: The metric of the goal.
        target: A first proposal for it: a share, or a span for times.
        metrics: By id, with ``phase`` (where it is a KPI), ``name`` and the fields of the metric; words with ``$``
            stand for what a template has.
        guards: Metrics that must not get worse.
        start_events: Usual names of events that begin such a journey.
        goal_events: Usual names of events that it leads to.
    """

    id: JourneyType
    names: Words
    starts: Words
    ends: Words
    goals: Words
    pros: tuple[Words, ...]
    cons: tuple[Words, ...]
    choose: Words
    metric: str
    target: float | str
    metrics: Mapping[str, Mapping[str, Any]]
    guards: tuple[str, ...]
    start_events: tuple[str, ...]
    goal_events: tuple[str, ...]


@cache
def journey_type(name: str) -> TypeOfJourney:
    """Return a type of journey.

    Raises:
        NotFoundError: There is none of that name.

    Example:
        >>> journey_type("retention").names[0], list(journey_type("service").metrics)
        ('Retention', ['first_reply', 'time_to_solved', 'ces', 'csat_all'])
    """
    known = data("journey_types")
    if name not in known:
        raise NotFoundError.named("journey type", name, known)
    given = known[name]
    return TypeOfJourney(
        name,  # type: ignore[arg-type]  # the keys are the types
        **{key: tuple(given[word]) for key, word in _WORDS.items()},
        pros=tuple(map(tuple, given["pros"])),
        cons=tuple(map(tuple, given["cons"])),
        metric=given["metric"],
        target=given["target"],
        metrics=given["metrics"],
        guards=tuple(given["guards"]),
        start_events=tuple(given["start_events"]),
        goal_events=tuple(given["goal_events"]),
    )


def journey_types() -> tuple[TypeOfJourney, ...]:
    """Return all types of journey, the most common first."""
    return tuple(journey_type(name) for name in TYPES)


@dataclass(frozen=True, slots=True)
class TypedMetric:
    """A metric of a type of journey as a template has it.

    Attributes:
        id: Of the metric.
        names: In four languages.
        phase: Whose KPI it is.
        fields: Of the metric, as they stand in a map file.
    """

    id: str
    names: Words
    phase: str
    fields: Mapping[str, Any]


def metrics_for(kind: TypeOfJourney, template: Template) -> tuple[TypedMetric, ...]:
    """Return the metrics of a type of journey with the phases, touchpoints and events of a template."""
    phases = {f"${part}": template.phase_of(part) for part in AXIS}
    found = []
    for name, given in kind.metrics.items():
        fields = {key: value for key, value in given.items() if key not in ("phase", "name")}
        at = phases[given["phase"]].id
        found.append(TypedMetric(name, tuple(given["name"]), at, _filled(fields, template, phases)))
    return tuple(found)


_WORDS = {"names": "name", "starts": "starts", "ends": "ends", "goals": "goal", "choose": "choose"}


def _filled(fields: Mapping[str, Any], template: Template, phases: Mapping[str, TemplatePhase]) -> Mapping[str, Any]:
    """Return the fields of a metric without words that stand for others."""
    if fields["kind"] == "again":
        return {**_coming_again(template), **{key: value for key, value in fields.items() if key != "kind"}}
    return {key: _word(value, template, phases) for key, value in fields.items()}


def _coming_again(template: Template) -> Mapping[str, Any]:
    """Return the metric of coming back: the same event once more, or the one that the template has for it."""
    goal, again = template.marked("goal"), template.marked("again")
    if goal is None or again is None:
        raise NotFoundError.named("mark", "again", ())
    if goal.event == again.event:
        return {"kind": "repeat", "event": goal.event, "within": template.again_within}
    return {"kind": "conversion", "from": goal.id, "to": again.id, "within": template.again_within}


def _word(value: Any, template: Template, phases: Mapping[str, TemplatePhase]) -> Any:
    if isinstance(value, Mapping):
        return {key: _word(inner, template, phases) for key, inner in value.items()}
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    if value in phases:
        return phases[value].id
    mark, _, wants_event = value[1:].partition(".")
    touchpoint = template.marked(mark)
    if touchpoint is None:
        raise NotFoundError.named("mark", mark, ())
    return touchpoint.event if wants_event else touchpoint.id
