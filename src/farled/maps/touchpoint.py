"""Phases and their touchpoints."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from farled.maps.fields import (
    Based,
    EventCondition,
    Icon,
    Id,
    Ids,
    Listed,
    OneOrMoreIds,
    Plain,
    Record,
    Span,
    Text,
    Texts,
    YesNo,
)
from farled.maps.metric import EventRule

AxisPart = Literal["notice", "explore", "weigh", "buy", "use", "return"]
AXIS: tuple[AxisPart, ...] = ("notice", "explore", "weigh", "buy", "use", "return")
Role = Literal["decides", "influences", "champion", "uses", "pays"]
FeedbackKind = Literal["csat", "ces", "nps", "stars", "text"]
Roles = Annotated[tuple[Role, ...], Listed]


class FeedbackRule(Record):
    """Answers: events with a score on that scale, or with a text."""

    feedback: FeedbackKind
    where: EventCondition | None = None


def _is_feedback(value: object) -> str:
    has = "feedback" in value if isinstance(value, dict) else isinstance(value, FeedbackRule)
    return "<feedback>" if has else "<event>"


Rule = EventRule | FeedbackRule
Observe = Annotated[
    Annotated[EventRule, Tag("<event>")] | Annotated[FeedbackRule, Tag("<feedback>")],
    Discriminator(_is_feedback),
]


class Claim(Record):
    """What the team believes customers feel."""

    claim: Annotated[float, Field(strict=True, ge=-2, le=2)]
    words: Texts | None = None
    based_on: Based = ()


class Layer(Record):
    """One thing done in a line of the service blueprint."""

    text: Text
    owner: Id | None = None
    systems: Annotated[tuple[Plain, ...], Listed] | None = None


class Blueprint(Record):
    """What stands behind a touchpoint."""

    evidence: Text | None = None
    frontstage: Annotated[tuple[Layer, ...], Listed] | None = None
    backstage: Annotated[tuple[Layer, ...], Listed] | None = None
    support: Annotated[tuple[Layer, ...], Listed] | None = None


class Touchpoint(Record):
    """What a customer meets: a rule over events, with its owner and its claims."""

    id: Id
    name: Text
    channel: Id
    owner: Id | None = None
    observe: Observe | None = None
    customer_action: YesNo = True
    personas: Ids | None = None
    roles: Roles | None = None
    milestone: YesNo = False
    personalised_by: Annotated[tuple[Plain, ...], Listed] | None = None
    tells_next_step: YesNo = False
    respond_within: Span | None = None
    if_fails: OneOrMoreIds | None = None
    feels: Claim | None = None
    blueprint: Blueprint | None = None
    icon: Icon | None = None
    based_on: Based = ()
    note: Text | None = None


class Examples(Record):
    """What the phase looks like for others."""

    b2b: Text | None = None
    b2c: Text | None = None


class Kpi(Record):
    """A metric of a phase with what is wanted of it: a number, or a span for times."""

    metric: Id
    target: float | Plain | None = None


class Phase(Record):
    """A part of the journey, with its touchpoints in the intended order."""

    id: Id
    name: Text
    covers: Annotated[tuple[AxisPart, ...], Listed] | None = None
    owner: Id | None = None
    customer_goal: Text | None = None
    does: Text | None = None
    thinks: Text | None = None
    feels: Claim | None = None
    expects: Text | None = None
    challenges: Texts | None = None
    supports: Text | None = None
    solutions: Texts | None = None
    examples: Examples | None = None
    question: Text | None = None
    kpis: Annotated[tuple[Kpi, ...], Listed] | None = None
    touchpoints: tuple[Touchpoint, ...] = ()
    icon: Icon | None = None
    based_on: Based = ()
    note: Text | None = None
