"""The head of a map: what it is for, whose journeys are on it, and how they are measured."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from farled.maps.fields import Id, Language, Listed, Plain, Record, Segment, Span, Text, Whole, fault

JourneyType = Literal["purchase", "lead_generation", "engagement", "retention", "service"]
AnswerKind = Literal["csat", "ces", "stars", "nps", "text"]
Day = Annotated[date, Field(strict=True)]
Weight = Annotated[float, Field(strict=True, gt=0)]

_RULES = {"G": 5, "P": 8, "S": 7, "D": 10, "F": 5, "O": 4, "A": 7, "V": 3, "E": 5, "C": 4, "X": 6, "Y": 4}
RULES: tuple[str, ...] = tuple(f"{group}{number:02}" for group, n in _RULES.items() for number in range(1, n + 1))


def _rule(value: object) -> object:
    if value not in RULES:
        raise fault(f"{value!r} is not a rule of the audit.", f"Use one of G01 to Y04; there are {len(RULES)}.")
    return value


def _change(value: object) -> object:
    if isinstance(value, Mapping) and "off" in value and (len(value) > 1 or not isinstance(value["off"], str)):
        raise fault("A rule that is off needs its reason and nothing else.", "Write {off: why}.")
    return value


RuleId = Annotated[str, BeforeValidator(_rule)]
Threshold = Annotated[float | Plain, Field(union_mode="left_to_right")]
Change = Annotated[dict[str, Threshold], BeforeValidator(_change), Field(min_length=1)]


class Goal(Record):
    """What is to become better, by how much and by when."""

    text: Text
    metric: Id
    target: float | Plain
    by: Day


class Owner(Record):
    """Who answers for the map."""

    department: Id
    role: Text | None = None


class Review(Record):
    """How often the map is looked through, and when it last was."""

    every: Span = "90d"
    last: Day | None = None


class JourneyRule(Record):
    """Whose journeys are on the map, and when one ends."""

    unit: Literal["customer", "account"] | None = None
    ends_after: Span = "60d"
    within: Span = "90d"


class FeelingRule(Record):
    """Which answers make the feeling curve, and how much each weighs."""

    from_: Annotated[tuple[AnswerKind, ...], Listed] = Field(default=("csat", "ces", "stars", "text"), alias="from")
    weights: Mapping[AnswerKind, Weight] = Field(default_factory=dict)

    def weight(self, kind: str) -> float:
        """Return the weight of a kind of answer: 1 for scores and 0.5 for texts unless changed."""
        return dict(self.weights).get(kind, 0.5 if kind == "text" else 1.0)  # type: ignore[call-overload,no-any-return]


class Privacy(Record):
    """The smallest group that is shown, and how long events are kept."""

    min_customers: Annotated[Whole, Field(ge=5)] = 10
    keep: Span = "1095d"


class Parent(Record):
    """The phase of another map that this map details."""

    map: Id
    phase: Id


class MapHead(Record):
    """The head of the map."""

    id: Id
    title: Text
    language: Language
    journey_type: JourneyType
    market: Literal["b2c", "b2b"] = "b2c"
    state: Literal["as_is", "to_be"] = "as_is"
    base: Id | None = None
    parent: Parent | None = None
    phase_model: Id | None = None
    scope: Segment | None = None
    goal: Goal
    guards: Annotated[tuple[Id, ...], Listed] | None = None
    owner: Owner | None = None
    review: Review = Review()
    journey: JourneyRule = JourneyRule()
    feeling: FeelingRule = FeelingRule()
    privacy: Privacy = Privacy()
    audit: Mapping[RuleId, Change] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _needs_base(cls, value: object) -> object:
        if isinstance(value, Mapping) and value.get("state") == "to_be" and value.get("base") is None:
            raise fault("A planned map needs the map that it changes.", "Add base: with the id of that map.")
        return value

    @property
    def unit(self) -> Literal["customer", "account"]:
        """Whose journeys are on the map."""
        return self.journey.unit or ("account" if self.market == "b2b" else "customer")
