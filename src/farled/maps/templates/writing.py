"""Writes a new map as YAML, complete and with comments, after a template or as the plan of another map."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from farled.errors import InputError
from farled.maps.load import loads
from farled.maps.templates.data import (
    DEFAULT,
    LANGUAGES,
    LISTS,
    Template,
    TemplatePhase,
    TemplateTouchpoint,
    data,
    said,
)
from farled.maps.templates.data import template as template_named
from farled.maps.templates.journey_types import TypedMetric, TypeOfJourney, journey_type, metrics_for
from farled.maps.yaml import scalar

OWNERS = ("marketing", "sales", "service")


class _Plan(NamedTuple):
    template: Template
    kind: TypeOfJourney
    metrics: tuple[TypedMetric, ...]
    language: str
    map_id: str
    title: str
    today: date

    def say(self, key: str, **values: str) -> str:
        return said(tuple(data("words")[key]), self.language).format(**values)


def new_map(
    map_id: str,
    template: str = DEFAULT,
    *,
    language: str = "en",
    journey_type_id: str = "purchase",
    title: str | None = None,
    today: date,
) -> str:
    r"""Return a new map after a template.

    Args:
        map_id: Its id.
        template: Name of the template.
        language: Of texts and comments: sv, nb, da or en.
        journey_type_id: Fills goal, guards, metrics and the KPIs of the phases.
        title: Of the map; default: what its type of journey is called.
        today: From which the date of the goal is a year away.

    Returns:
        YAML that reads without errors.

    Raises:
        NotFoundError: There is no such template or type.
        InputError: The language is not shipped, or the id is none.

    Example:
        >>> from datetime import date
        >>> print(*new_map("shop", "coarse3", today=date(2026, 1, 1)).splitlines()[:3], sep="\n")
        # A new map after the template coarse3. All of it is a proposal to rewrite or delete.
        farled: 1
        map:
    """
    if language not in LANGUAGES:
        raise InputError(f"There are no texts in {language!r}.", f"Use one of: {', '.join(LANGUAGES)}.")
    chosen, kind = template_named(template), journey_type(journey_type_id)
    metrics = metrics_for(kind, chosen)
    plan = _Plan(chosen, kind, metrics, language, map_id, title or said(kind.names, language), today)
    lines = [*_head(plan), *_personas(plan), *_metrics(plan), *_phases(plan), f"# {plan.say('rest')}", ""]
    text = "\n".join(lines)
    loads(text, map_id)
    return text


def _head(plan: _Plan) -> Iterable[str]:
    kind, template, language = plan.kind, plan.template, plan.language
    yield f"# {plan.say('head', template=template.name)}"
    yield "farled: 1"
    yield "map:"
    yield f"  id: {plan.map_id}"
    yield f"  title: {scalar(plan.title)}"
    yield f"  language: {language}"
    words = {key: _small(said(words, language)) for key, words in (("starts", kind.starts), ("ends", kind.ends))}
    yield f"  # {plan.say('type', name=said(kind.names, language), **words)}"
    yield from (f"  # {plan.say('pro')}: {_small(said(words, language))}" for words in kind.pros)
    yield from (f"  # {plan.say('con')}: {_small(said(words, language))}" for words in kind.cons)
    yield f"  journey_type: {kind.id}"
    if template.market == "b2b":
        yield f"  market: b2b   # {plan.say('account')}"
    yield f"  phase_model: {template.name}"
    goal = {
        "text": said(kind.goals, language),
        "metric": kind.metric,
        "target": kind.target,
        "by": plan.today + timedelta(days=365),
    }
    yield f"  goal: {_flow(goal)}   # {plan.say('target')}"
    yield f"  guards: {_flow(list(kind.guards))}   # {plan.say('guards')}"
    if template.journey:
        yield f"  journey: {_flow(template.journey)}"
    names = {owner: plan.say(owner) for owner in OWNERS}
    yield f"departments: {_flow(names)}   # {plan.say('departments')}"


def _personas(plan: _Plan) -> Iterable[str]:
    """Write how a persona looks, as a comment: who the customers are nobody can know but the team."""
    yield f"# {plan.say('personas')}"
    yield "# personas:"
    yield f"#   - id: anna\n#     name: {scalar(plan.say('persona_name'))}"
    for field in ("wants", "struggles"):
        yield f"#     {field}: [{scalar(plan.say(f'persona_{field}'))}]"
    yield f"#     decides: {scalar(plan.say('persona_decides'))}"
    roles = "#     roles: [decides, influences]\n" if plan.template.market == "b2b" else ""
    yield f"{roles}#     based_on: assumed"


def _metrics(plan: _Plan) -> Iterable[str]:
    yield "metrics:"
    for metric in plan.metrics:
        fields = {"kind": metric.fields["kind"], "name": said(metric.names, plan.language)}
        yield f"  {metric.id}: {_flow({**fields, **metric.fields})}"


def _phases(plan: _Plan) -> Iterable[str]:
    yield f"phases:   # {plan.say('observe')}"
    for phase in plan.template.phases:
        yield from _phase(plan, phase)


def _phase(plan: _Plan, phase: TemplatePhase) -> Iterable[str]:
    language = plan.language
    yield f"  - id: {phase.id}"
    yield f"    name: {scalar(said(phase.names, language))}"
    yield f"    covers: {_flow(list(phase.covers))}"
    yield f"    owner: {phase.owner}"
    for field in ("question", "customer_goal", "does", "thinks"):
        yield f"    {field}: {scalar(phase.text(field, language))}"
    yield f"    # feels: {{claim: 0, based_on: assumed}}   # {plan.say('feels')}"
    yield f"    # expects:   # {plan.say('expects')}"
    yield from _list(phase, LISTS[0], language)
    yield f"    supports: {scalar(phase.text('supports', language))}"
    yield from _list(phase, LISTS[1], language)
    yield "    examples:"
    yield from (f"      {field}: {scalar(phase.text(field, language))}" for field in ("b2c", "b2b"))
    kpis = [metric.id for metric in plan.metrics if metric.phase == phase.id]
    if kpis:
        yield "    kpis:"
        yield from (f"      - metric: {kpi}   # target: {plan.say('kpi_target')}" for kpi in kpis)
    yield f"    icon: {phase.icon}"
    yield "    touchpoints:"
    yield from (f"      - {_flow(_touchpoint(each, language))}" for each in phase.touchpoints)


def _list(phase: TemplatePhase, field: str, language: str) -> Iterable[str]:
    yield f"    {field}:"
    yield from (f"      - {scalar(said(words, language))}" for words in phase.lists[field])


def _touchpoint(touchpoint: TemplateTouchpoint, language: str) -> Mapping[str, Any]:
    head = {"id": touchpoint.id, "name": said(touchpoint.names, language), "channel": touchpoint.channel}
    return {**head, **touchpoint.fields}


def _small(text: str) -> str:
    """Return a text that goes on within a sentence; what is in capitals stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _flow(value: Any) -> str:
    """Return a value as it stands within a line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return scalar(value) if isinstance(value, str) and not _is_span(value) else str(value)


def _is_span(value: str) -> bool:
    return value[:1].isdigit() and value.isalnum()
