"""The closed catalogue of metrics: each kind with its parameters, and the unit of its value."""

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from farled.maps.fields import EventCondition, Id, Plain, Record, Span, Text, Whole, check_span
from farled.maps.fields import fault as _fault

Unit = Literal["share", "seconds", "points", "score", "count", "money"]


class EventRule(Record):
    """Events by name, and of these the ones for which a condition is true."""

    event: Plain
    where: EventCondition | None = None


def _is_rule(value: object) -> str:
    return "<id>" if isinstance(value, str) else "<event>"


Selector = Annotated[
    Annotated[Id, Tag("<id>")] | Annotated[EventRule, Tag("<event>")],
    Discriminator(_is_rule),
]


class _Metric(Record):
    """What all metrics share."""

    name: Text | None = None
    better: Literal["up", "down"] | None = None

    unit: ClassVar[Unit] = "share"
    ends: ClassVar[tuple[float | None, float | None]] = (0.0, 1.0)

    def selectors(self) -> Iterator[tuple[str, "str | EventRule"]]:
        """Yield the selectors with their keys."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name in _SELECTORS and value is not None:
                yield field.alias or name, value


_SELECTORS = frozenset({"at", "from_", "to", "before", "ask", "of"})


class Volume(_Metric):
    """Number of units with at least one such event in the period."""

    kind: Literal["volume"]
    at: Selector | None = None
    unit: ClassVar[Unit] = "count"
    ends: ClassVar[tuple[float | None, float | None]] = (0.0, None)


class Conversion(_Metric):
    """F(within) from the first ``from`` in the period to the first later ``to``."""

    kind: Literal["conversion"]
    from_: Selector = Field(alias="from")
    to: Selector
    within: Span | None = None


class StepCompletion(_Metric):
    """The completion of a phase, or F(within) from entering the phase to meeting the touchpoint."""

    kind: Literal["step_completion"]
    at: Id
    within: Span | None = None


class DropOff(_Metric):
    """1 − step completion."""

    kind: Literal["drop_off"]
    at: Id
    within: Span | None = None


class Onward(_Metric):
    """F(within) from first meeting a touchpoint to first meeting another of the same or a later phase."""

    kind: Literal["onward"]
    at: Id
    within: Span | None = None


class Handoff(_Metric):
    """Onward over transitions whose owner changes, minus onward over those whose owner stays."""

    kind: Literal["handoff"]
    at: Id | None = None
    ends: ClassVar[tuple[float | None, float | None]] = (-1.0, 1.0)


class Share(_Metric):
    """Events of ``of`` for which ``where`` is true, of those for which it is known."""

    kind: Literal["share"]
    of: EventRule
    where: EventCondition


class _TimeBetween(_Metric):
    from_: Selector = Field(alias="from")
    to: Selector
    match: Plain | None = None


class MedianTime(_TimeBetween):
    """Median time from each ``from`` event to the first later ``to``; unanswered ones are open."""

    kind: Literal["median_time"]
    unit: ClassVar[Unit] = "seconds"
    ends: ClassVar[tuple[float | None, float | None]] = (0.0, None)


class PercentileTime(_TimeBetween):
    """q-quantile of that time."""

    kind: Literal["percentile_time"]
    q: Annotated[float, Field(strict=True, gt=0, lt=1)]
    unit: ClassVar[Unit] = "seconds"
    ends: ClassVar[tuple[float | None, float | None]] = (0.0, None)


class WithinTime(_TimeBetween):
    """Share that have it within the limit."""

    kind: Literal["within_time"]
    limit: Span


class Dwell(_Metric):
    """Median time from first entering a phase to first entering a later one."""

    kind: Literal["dwell"]
    at: Id
    unit: ClassVar[Unit] = "seconds"
    ends: ClassVar[tuple[float | None, float | None]] = (0.0, None)


class TouchpointCount(_Metric):
    """Median number of distinct touchpoints strictly before the first ``before`` event."""

    kind: Literal["touchpoint_count"]
    before: Selector
    unit: ClassVar[Unit] = "count"
    ends: ClassVar[tuple[float | None, float | None]] = (0.0, None)


class Loops(_Metric):
    """Share of units that meet it in at least ``times`` separate blocks before a later phase."""

    kind: Literal["loops"]
    at: Selector
    times: Annotated[Whole, Field(ge=2)] = 3


class Repeat(_Metric):
    """F(within) from a unit's first such event in the period to its next."""

    kind: Literal["repeat"]
    event: Plain
    where: EventCondition | None = None
    within: Span


class Retention(_Metric):
    """Share of units with entry in the period that are active in the k-th calendar period after it."""

    kind: Literal["retention"]
    event: Plain | None = None
    period: Literal["day", "week", "month"]
    k: Annotated[Whole, Field(ge=1)]


class Silent(_Metric):
    """Share of units that have had the event and nothing at all in the last ``for`` before the period's end."""

    kind: Literal["silent"]
    event: Plain | None = None
    for_: Span = Field(alias="for")


class Response(_Metric):
    """Share of asked units that answer in time."""

    kind: Literal["response"]
    ask: Selector
    feedback: Literal["csat", "ces", "nps", "stars", "text"] | None = None
    within: Span | None = None


class Csat(_Metric):
    """Share of answers 4 or 5 on the 1-5 scale, a unit's last answer."""

    kind: Literal["csat"]
    at: Selector | None = None


class Ces(_Metric):
    """Mean on 1-7, 7 = easy."""

    kind: Literal["ces"]
    at: Selector | None = None
    unit: ClassVar[Unit] = "score"
    ends: ClassVar[tuple[float | None, float | None]] = (1.0, 7.0)


class Stars(_Metric):
    """Mean on 1-5."""

    kind: Literal["stars"]
    at: Selector | None = None
    unit: ClassVar[Unit] = "score"
    ends: ClassVar[tuple[float | None, float | None]] = (1.0, 5.0)


class Nps(_Metric):
    """100 x (share 9-10 − share 0-6), a unit's last answer."""

    kind: Literal["nps"]
    at: Selector | None = None
    unit: ClassVar[Unit] = "points"
    ends: ClassVar[tuple[float | None, float | None]] = (-100.0, 100.0)


class Sentiment(_Metric):
    """Mean sentiment of texts, −1 to +1, a unit's last text."""

    kind: Literal["sentiment"]
    at: Selector | None = None
    unit: ClassVar[Unit] = "score"
    ends: ClassVar[tuple[float | None, float | None]] = (-1.0, 1.0)


class Feeling(_Metric):
    """Mean feeling, −2 to +2."""

    kind: Literal["feeling"]
    at: Selector | None = None
    unit: ClassVar[Unit] = "score"
    ends: ClassVar[tuple[float | None, float | None]] = (-2.0, 2.0)


class Topic(_Metric):
    """Share of texts of the unhappy (feeling below 0) that name the topic: a word begins like each of its words."""

    kind: Literal["topic"]
    topic: Plain
    at: Selector | None = None


class Value(_Metric):
    """Sum of ``value`` per unit, per event, or in all."""

    kind: Literal["value"]
    event: Plain
    where: EventCondition | None = None
    per: Literal["unit", "event", "all"] = "unit"
    unit: ClassVar[Unit] = "money"
    ends: ClassVar[tuple[float | None, float | None]] = (None, None)


class ChannelEffect(_Metric):
    """What a channel does for reaching ``to``."""

    kind: Literal["channel_effect"]
    channel: Id
    to: Selector
    view: Literal["attribution", "with_without", "lift"]
    ends: ClassVar[tuple[float | None, float | None]] = (-1.0, 1.0)


class Coverage(_Metric):
    """The smallest of the three coverage shares of a phase."""

    kind: Literal["coverage"]
    at: Id | None = None


_KINDS = (
    Volume | Conversion | StepCompletion | DropOff | Onward | Handoff | Share | MedianTime | PercentileTime | WithinTime
    | Dwell | TouchpointCount | Loops | Repeat | Retention | Silent | Response | Csat | Ces | Stars | Nps | Sentiment
    | Feeling | Topic | Value | ChannelEffect | Coverage
)  # fmt: skip
Metric = Annotated[_KINDS, Field(discriminator="kind")]
AnyMetric = _KINDS
KINDS: tuple[str, ...] = tuple(kind.model_fields["kind"].annotation.__args__[0] for kind in _KINDS.__args__)


def check_target(metric: "AnyMetric", target: float | str) -> None:
    """Check that a target has the unit and range of its metric.

    Raises:
        PydanticCustomError: It has another one.
    """
    if isinstance(target, str) != (metric.unit == "seconds"):
        wanted = "a span such as 4h" if metric.unit == "seconds" else "a number"
        raise _fault(
            f"A target of {metric.kind} is {wanted}, not {target if isinstance(target, str) else format(target, 'g')}.",
            f"Write {wanted}.",
        )
    if isinstance(target, str):
        check_span(target)
        return
    low, high = metric.ends
    if not isfinite(target):
        raise _fault(f"A target of {metric.kind} cannot be {target:g}.", "Write a number.")
    if (low is not None and target < low) or (high is not None and target > high):
        hint = f"Write {target / 100:g} for {target:g} %." if metric.unit == "share" else f"Use {low:g} to {high:g}."
        raise _fault(f"A target of {metric.kind} cannot be {target:g}.", hint)
