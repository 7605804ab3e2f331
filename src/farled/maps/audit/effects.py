"""What became of the changes that a map names: metrics before and after each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from farled.locale import N_
from farled.maps.audit.compare import MIN_N, Kind, Number, difference
from farled.maps.audit.evidence import Evidence, Experiment
from farled.maps.audit.reasons import STILL_OPEN, TOO_FEW
from farled.maps.audit.rule import Unit
from farled.maps.metric import AnyMetric
from farled.maps.model import MapFile, Opportunity
from farled.spans import DAY, microseconds, period

UP = frozenset(
    {"conversion", "step_completion", "onward", "within_time", "repeat", "retention", "response", "csat", "ces",
     "stars", "nps", "sentiment", "feeling", "coverage", "value", "volume", "handoff", "channel_effect"}
)  # fmt: skip
DOWN = frozenset({"drop_off", "median_time", "percentile_time", "dwell", "loops", "silent", "topic"})
NO_DATA_BEFORE = N_("the data does not reach far enough back")
_KINDS: Mapping[str, Kind] = {"share": "share", "seconds": "seconds", "points": "points", "count": "count"}
_FEELINGS = frozenset({"feeling", "sentiment"})


@dataclass(frozen=True, slots=True)
class Made:
    """A change that was carried out.

    Attributes:
        opportunity: That it came from.
        on: The day.
        span: How long before and after it is compared.
    """

    opportunity: Opportunity
    on: date
    span: str


def made(map_: MapFile) -> Iterator[Made]:
    """Yield the dated changes of a map: opportunities that are done or being tested."""
    for opportunity in map_.opportunities:
        if opportunity.status not in ("testing", "done"):
            continue
        before_after = opportunity.measured_by.before_after if opportunity.measured_by else None
        if before_after is not None:
            yield Made(opportunity, before_after.change, before_after.span)
        elif opportunity.done is not None:
            yield Made(opportunity, opportunity.done, map_.map.journey.within)


def better_of(metric: AnyMetric) -> str | None:
    """Return which way a metric becomes better: as the map says, else as its kind tells; None: nobody says."""
    if metric.better is not None:
        return metric.better
    return "up" if metric.kind in UP else "down" if metric.kind in DOWN else None


def kind_of(metric: AnyMetric) -> Kind:
    """Return what a metric is, for the smallest difference that matters."""
    return "feeling" if metric.kind in _FEELINGS else _KINDS.get(metric.unit, "score")


def unit_of(metric: AnyMetric, *, of_difference: bool = False) -> Unit | None:
    """Return how a value of a metric is written, or a difference of two."""
    if metric.unit == "share":
        return "difference" if of_difference else "share"
    if metric.unit == "seconds":
        return "seconds"
    return "score" if of_difference or kind_of(metric) == "feeling" else None


def before_after(evidence: Evidence, change: Made, metric: str) -> tuple[Number, Number] | str:
    """Return a metric after a change and before it, for as long.

    Returns:
        Both numbers, or why there are none: a text to be translated.
    """
    measuring = evidence.measuring
    assert measuring is not None  # the caller has looked
    long = timedelta(days=microseconds(change.span) / DAY)
    zone = measuring.stamp.zone
    after, before = (
        period(f"{start.isoformat()}..{(start + long).isoformat()}", zone) for start in (change.on, change.on - long)
    )
    if after.end > measuring.facts.end + DAY:
        return STILL_OPEN
    if before.start < measuring.facts.start - DAY:
        return NO_DATA_BEFORE
    found = measuring.number(metric, measuring.view(after)), measuring.number(metric, measuring.view(before))
    is_known = all(each["value"] is not None and isinstance(each["n"], int) and each["n"] >= MIN_N for each in found)
    return found if is_known else TOO_FEW


def effect_of(evidence: Evidence, opportunity: Opportunity, metric: str) -> Mapping[str, Any] | None:
    """Return the measured effect of an opportunity on a metric, with its interval; None: there is none yet."""
    measured_by = opportunity.measured_by
    if measured_by is None:
        return None
    experiment = by_id(evidence).get(measured_by.experiment or "")
    if experiment is not None and experiment.metric == metric:
        return experiment.found
    changes = [each for each in made(evidence.map) if each.opportunity is opportunity]
    if measured_by.before_after is None or evidence.measuring is None or not changes:
        return None
    found = before_after(evidence, changes[0], metric)
    return None if isinstance(found, str) else difference(*found)


def by_id(evidence: Evidence) -> dict[str, Experiment]:
    """Return the experiments that are known."""
    return {experiment.id: experiment for experiment in evidence.experiments or ()}
