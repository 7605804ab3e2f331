"""Which numbers of a map are looked at, within which band they should be, and over how long a window."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from farled.errors import InputError, NotFoundError
from farled.maps.metric import Metric
from farled.maps.model import MapFile
from farled.spans import DAY, SECOND, microseconds

FOLLOWED = frozenset(
    {"conversion", "step_completion", "drop_off", "onward", "handoff", "repeat", "response", "within_time"}
)
"""Kinds whose value needs customers that were followed for a span: their windows are longer by it."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where a KPI should be.

    Attributes:
        low: From which on; None: any.
        high: Up to which; None: any.
    """

    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise InputError("A band has no ends.", "Give min, max, or both.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InputError(f"A band goes from {self.low:g} to {self.high:g}.", "Let min be at most max.")

    def holds(self, value: float) -> bool:
        """Return whether a value is in the band."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Kpi:
    """A number that is looked at.

    Attributes:
        id: Of the metric.
        name: For people.
        unit: Of the metric.
        band: Where it should be; None: it is only written down.
        days: Length of the window in which it is measured.
    """

    id: str
    name: str
    unit: str
    band: Band | None
    days: int


def kpis_of(
    map_: MapFile, days: int, bands: Mapping[str, Band] | None = None, only: Sequence[str] | None = None
) -> list[Kpi]:
    """Return the KPIs of a map: those of its phases, its goal and its guards.

    Args:
        map_: The map.
        days: Of the window.
        bands: Other bands than the targets of the map, by metric.
        only: Metrics to look at; default: all.

    Raises:
        NotFoundError: A band or a KPI names no metric of the map.
    """
    bands = bands or {}
    for name in (*bands, *(only or ())):
        if name not in map_.metrics:
            raise NotFoundError.named("metric", name, map_.metrics)
    targets = dict(_targets(map_))
    names = dict.fromkeys([*targets, *(map_.map.guards or ()), *bands])
    return [
        _kpi(map_, name, bands.get(name) or _band(map_.metrics[name], targets.get(name)), days)
        for name in names
        if name in map_.metrics and (only is None or name in only)
    ]


def _kpi(map_: MapFile, name: str, band: Band | None, days: int) -> Kpi:
    metric = map_.metrics[name]
    return Kpi(name, metric.name or name, metric.unit, band, days + followed_days(metric, map_.map.journey.within))


def followed_days(metric: Metric, within: str) -> int:
    """Return for how many days customers must be followed before the metric of the last of them is known."""
    if metric.kind not in FOLLOWED:
        return 0
    span = getattr(metric, "limit", None) or getattr(metric, "within", None) or within
    return -(-microseconds(span) // DAY)


def _targets(map_: MapFile) -> Iterator[tuple[str, float | None]]:
    """Yield what is wanted of each metric: what the first phase says that says anything, else the goal."""
    found: dict[str, float | None] = {}
    for phase in map_.phases:
        for kpi in phase.kpis or ():
            if found.get(kpi.metric) is None:
                found[kpi.metric] = None if kpi.target is None else _number(kpi.target)
    goal = map_.map.goal
    if found.get(goal.metric) is None:
        found[goal.metric] = _number(goal.target)
    yield from found.items()


def _number(target: float | str) -> float:
    return microseconds(target) / SECOND if isinstance(target, str) else float(target)


def _band(metric: Metric, target: float | None) -> Band | None:
    if target is None or metric.better is None:
        return None
    return Band(low=target) if metric.better == "up" else Band(high=target)
