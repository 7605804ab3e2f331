"""Use of data: D04 to D08."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import numpy as np

from farled.journeys.columns import AnyColumn, Column
from farled.journeys.conditions import columns
from farled.locale import N_
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.reasons import NOT_MEASURED
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.measuring.facts import with_columns
from farled.maps.metric import AnyMetric, EventRule
from farled.maps.model import MapFile
from farled.maps.touchpoint import Phase, Touchpoint
from farled.spans import DAY, microseconds

_ANSWERS = frozenset({"csat", "ces", "stars", "nps", "sentiment", "feeling"})

_NO_KPI = N_("{objects} has no KPI.")
_NO_SOURCE = N_("The moment of truth at {places} rests on no source.")
_NEVER = N_("The map has never been reviewed.")


def _phase_without_kpi(evidence: Evidence, _: Thresholds) -> Judged:
    found = []
    for phase in evidence.map.phases:
        without = tuple(kpi.metric for kpi in phase.kpis or () if kpi.target is None)
        if without or not phase.kpis:
            found.append(Failed((phase.id,), {"without": without}, says="" if without else _NO_KPI))
    return fails(*found)


def _kpi_not_computable(evidence: Evidence, _: Thresholds) -> Judged:
    """Places without rule can be told from the map alone; events, properties and answers need data."""
    map_ = evidence.map
    wanted = _wanted(map_)
    missing = {name: [] if metric is None else list(_blind(map_, metric)) for name, metric in wanted.items()}
    missing |= {name: [name] for name, metric in wanted.items() if metric is None}
    if evidence.measuring is not None:
        known = _Known(evidence)
        for name, metric in wanted.items():
            missing[name] += [] if metric is None else known.missing(name, metric)
    failed = tuple(
        Failed((name,), {"missing": tuple(dict.fromkeys(lacks))}) for name, lacks in missing.items() if lacks
    )
    if evidence.measuring is not None:
        return Judged(failed)
    return Judged(failed, (Unknown(tuple(n for n, lacks in missing.items() if not lacks), NOT_MEASURED),))


def _wanted(map_: MapFile) -> dict[str, AnyMetric | None]:
    """Return the metrics by which the map is steered: of the goal, of phases, and guards."""
    kpis = [kpi.metric for phase in map_.phases for kpi in phase.kpis or ()]
    names = dict.fromkeys([map_.map.goal.metric, *kpis, *(map_.map.guards or ())])
    return {name: map_.metrics.get(name) for name in names}


def _blind(map_: MapFile, metric: AnyMetric) -> Iterator[str]:
    """Yield the places that a metric looks at although no rule says which events they are."""
    touchpoints = {touchpoint.id: touchpoint.observe is not None for _, touchpoint in map_.touchpoints()}
    phases = {phase.id: any(t.observe is not None for t in phase.touchpoints) for phase in map_.phases}
    seen = {**phases, **touchpoints}
    for _, selector in metric.selectors():
        if isinstance(selector, str) and not seen.get(selector, False):
            yield selector


class _Known:
    """What the events hold."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        assert evidence.measuring is not None  # the caller has looked
        self._measuring = evidence.measuring
        self._names = frozenset(name for part in evidence.measuring.facts.parts for name in part.chunk.names)
        self._numbers: Mapping[str, Mapping[str, object]] = (evidence.snapshot or {}).get("metrics", {})

    def missing(self, name: str, metric: AnyMetric) -> list[str]:
        """Return the events and properties that a metric needs and no event has."""
        rules = [rule for _, rule in metric.selectors() if isinstance(rule, EventRule)]
        events = [rule.event for rule in rules]
        events += [event] if isinstance(event := getattr(metric, "event", None), str) else []
        lacks = [event for event in events if event not in self._names]
        conditions = [getattr(metric, "where", None), *(rule.where for rule in rules)]
        needed = {column for where in conditions if where is not None for column in columns(where)}
        needed |= {match} if (match := getattr(metric, "match", None)) else set()
        lacks += [column for column in sorted(needed - {"name"}) if not self._has(column)]
        number = self._numbers.get(name, {})
        is_empty = metric.kind in _ANSWERS and number.get("n") == 0
        lacks += [metric.kind] if not lacks and (number.get("reason") == "not_computable" or is_empty) else []
        return lacks

    def _has(self, column: str) -> bool:
        chunks = with_columns(self._measuring.journeys, [column])
        return any(column in chunk.columns and _has_value(chunk.columns[column]) for chunk in chunks)


def _has_value(column: AnyColumn) -> bool:
    """Return whether an event has a value there."""
    return bool((column.code >= 0).any() if isinstance(column, Column) else (~np.isnan(column)).any())


def _one_sided_data(evidence: Evidence, _: Thresholds) -> Judged:
    sources = evidence.map.sources.values()
    if not sources:
        return cannot_tell(N_("the map names no sources"), "sources")
    kinds = tuple(dict.fromkeys(source.kind for source in sources))
    if not any(source.is_quantitative for source in sources):
        return fails(Failed(values={"kinds": kinds, "lacking": (N_("data that counts"),)}))
    if not any(source.is_qualitative for source in sources):
        return fails(Failed(values={"kinds": kinds, "lacking": (N_("what customers and organisation tell"),)}))
    return fails()


def _assumption_heavy(evidence: Evidence, thresholds: Thresholds) -> Judged:
    claims = list(_claims(evidence.map))
    assumed = tuple(id_ for id_, based_on in claims if not based_on)
    found = [
        Failed((moment.id,), {"places": (moment.at,)}, says=_NO_SOURCE)
        for moment in evidence.map.moments_of_truth
        if not moment.based_on
    ]
    share = len(assumed) / len(claims) if claims else 0.0
    most = thresholds.number("max_assumed")
    if share > most:
        places = tuple(dict.fromkeys(assumed))
        values = {"share": share, "assumed": len(assumed), "claims": len(claims), "places": places}
        found.insert(0, Failed(values=values, distance=share - most))
    return fails(*found)


def _claims(map_: MapFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what the map claims of customers, with the sources of each.

    A claim is a persona; what is done, thought or expected in a phase; a feeling; a moment of truth; a pain point; and
    a touchpoint that no rule observes.
    """
    yield from ((persona.id, persona.based_on) for persona in map_.personas)
    for phase in map_.phases:
        if phase.does or phase.thinks or phase.expects:
            yield phase.id, phase.based_on
        felt: list[Phase | Touchpoint] = [phase, *phase.touchpoints]
        yield from ((place.id, place.feels.based_on) for place in felt if place.feels is not None)
        yield from ((each.id, each.based_on) for each in phase.touchpoints if each.observe is None)
    yield from ((moment.id, moment.based_on) for moment in map_.moments_of_truth)
    yield from ((pain.id, pain.based_on) for pain in map_.pain_points)


def _map_stale(evidence: Evidence, _: Thresholds) -> Judged:
    review = evidence.map.map.review
    if review.last is None:
        return fails(Failed(says=_NEVER))
    due = review.last + timedelta(days=microseconds(review.every) / DAY)
    if due >= evidence.today:
        return fails()
    return fails(Failed(values={"last": review.last, "due": due}, distance=float((evidence.today - due).days)))


RULES: tuple[Rule, ...] = (
    Rule(
        "D04",
        "phase-without-kpi",
        "M",
        "W",
        N_("{objects} has KPIs without target: {without}."),
        N_("Set KPIs and targets per phase; then evaluate, optimise, repeat."),
        _phase_without_kpi,
        units={"without": "metric"},
        sources=("R110",),
    ),
    Rule(
        "D05",
        "kpi-not-computable",
        "ME",
        "E",
        N_("The metric {objects} cannot be computed; missing: {missing}."),
        N_("Correct the metric, or bring the data in."),
        _kpi_not_computable,
        units={"missing": "object", "objects": "metric"},
        sources=("R110",),
    ),
    Rule(
        "D06",
        "one-sided-data",
        "M",
        "W",
        N_("The sources of the map are of one sort only; lacking: {lacking}."),
        N_("Use both: talk to customers and organisation, and count."),
        _one_sided_data,
        units={"lacking": "word"},
        sources=("R090",),
    ),
    Rule(
        "D07",
        "assumption-heavy",
        "M",
        "W",
        N_("{assumed} of {claims} claims ({share}) are assumed: {places}."),
        N_("Turn the riskiest assumptions into questions to data or customers."),
        _assumption_heavy,
        {"max_assumed": 0.5},
        {"share": "share", "max_assumed": "share", "places": "object"},
        sources=("R155",),
    ),
    Rule(
        "D08",
        "map-stale",
        "M",
        "W",
        N_("The map is due for review: last reviewed {last}, due {due}."),
        N_("Review the map: it needs continuous monitoring and updating."),
        _map_stale,
        sources=("R165", "R039"),
    ),
)
