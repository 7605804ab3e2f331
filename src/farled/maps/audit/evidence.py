"""What the rules of the audit judge: a map, what was measured onto it, and what happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from farled.maps.model import MapFile
from farled.spans import Period

if TYPE_CHECKING:  # rules over the map alone must not pay for measuring
    from farled.maps.measure import Measuring

Snapshot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing changed on a saved map.

    Attributes:
        on: The day on which it was saved.
        object: Id of what was changed: a phase, touchpoint, pain point, opportunity, metric …; ``map`` of the head.
        phase: In which it lies; None: in none.
        metrics: That the change is to move, or whose target or rule it changes.
    """

    on: date
    object: str
    phase: str | None = None
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What is known of earlier versions of a map.

    Attributes:
        since: The first day from which every change is known.
        changes: Since then, oldest first.
    """

    since: date
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Experiment:
    """A comparison by chance of how it is with how it could be.

    Attributes:
        id: As an opportunity's ``measured_by`` names it.
        metric: That it is to move.
        state: Whether it runs.
        ends: Its last day; None: nobody has said.
        effect: The smallest difference that it is to find, in the unit of the metric; None: nobody has said.
        baseline: The present value of the metric, a share; None where it is none.
        deviation: Standard deviation of the metric per customer, where it is no share.
        customers: How many are in it so far, in all groups.
        expected: How many will be in it by its end; None: it cannot be foreseen.
        groups: How many, the one without the change included.
        found: The measured effect, a number with ``value``, ``low``, ``high`` and ``n``; None: not yet.
        guards: What it did to other metrics, as ``found``, by metric.
    """

    id: str
    metric: str
    state: Literal["running", "done"] = "running"
    ends: date | None = None
    effect: float | None = None
    baseline: float | None = None
    deviation: float | None = None
    customers: int = 0
    expected: int | None = None
    groups: int = 2
    found: Mapping[str, Any] | None = None
    guards: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a what-if foretold of an opportunity.

    Attributes:
        opportunity: Its id.
        metric: Whose change was foretold.
        low: Lower bound of the change, in the unit of the metric.
        high: Upper bound.
        made: When.
    """

    opportunity: str
    metric: str
    low: float
    high: float
    made: date


@dataclass(frozen=True, slots=True)
class SourceConsent:
    """How a source whose events need consent has it.

    Attributes:
        source: Its name.
        purpose: For which consent is needed.
        events: How many of its events there are.
        without: Of these, how many came without a consent that held at their time.
    """

    source: str
    purpose: str
    events: int
    without: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside map and events; None: nothing is known of it.

    Attributes:
        versions: Earlier versions of the map.
        experiments: All that name the map.
        forecasts: All of the map's opportunities.
        consents: Of the sources that need consent.
    """

    versions: History | None = None
    experiments: Sequence[Experiment] | None = None
    forecasts: Sequence[Forecast] | None = None
    consents: Sequence[SourceConsent] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that a rule may look at; what is None is not known, and a rule that needs it cannot tell.

    Attributes:
        map: With what the catalogue adds, and conditions that can be judged.
        today: The day of the audit.
        period: That was measured.
        snapshot: What was measured in it (as `farled.maps.measure.measure` gives it).
        measuring: The same as counted, to be looked at in other ways: ``.facts``, ``.view(period)``, ``.answers``,
            ``.metrics``.
        history: Earlier snapshots of the same map and people, oldest first; without that of the period.
        versions: Earlier versions of the map.
        experiments: All that name the map.
        forecasts: All of the map's opportunities.
        consents: Of the sources that need consent; None: nobody has said which do.
    """

    map: MapFile
    today: date
    period: Period | None = None
    snapshot: Snapshot | None = None
    measuring: "Measuring | None" = None
    history: Sequence[Snapshot] = ()
    versions: History | None = None
    experiments: Sequence[Experiment] | None = None
    forecasts: Sequence[Forecast] | None = None
    consents: Sequence[SourceConsent] | None = None
