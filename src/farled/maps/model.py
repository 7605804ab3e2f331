"""A journey map as it stands in its file: people's intent and claims, and the rules by which it is measured."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from farled.maps.channels import built_in
from farled.maps.fields import (
    Based,
    Icon,
    Id,
    Ids,
    Lever,
    Listed,
    OneOrMoreIds,
    Record,
    Segment,
    Span,
    Text,
    Texts,
    Whole,
    fault,
)
from farled.maps.head import Day, MapHead
from farled.maps.metric import Metric
from farled.maps.persona import Persona, Source
from farled.maps.touchpoint import Phase, Touchpoint

VERSION = 1


class Channel(Record):
    """Where customers meet the firm."""

    name: Text
    icon: Icon | None = None
    owner: Id | None = None


class MomentOfTruth(Record):
    """A meeting that decides how the whole is judged."""

    id: Id
    at: Id
    why: Text
    based_on: Based = ()


class PainPoint(Record):
    """What hurts customers at a place of the map."""

    id: Id
    at: Id
    text: Text
    personas: Ids | None = None
    owner: Id | None = None
    topics: Texts | None = None
    strength: Literal[1, 2, 3] | None = None
    based_on: Based = ()


class BeforeAfter(Record):
    """A change whose effect is measured by comparing before and after."""

    change: Day
    span: Span


class MeasuredBy(Record):
    """How the effect of an opportunity is measured: one of the two."""

    experiment: Id | None = None
    before_after: BeforeAfter | None = None

    @model_validator(mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        ways = ("experiment", "before_after")
        if isinstance(value, Mapping) and sum(value.get(way) is not None for way in ways) != 1:
            raise fault("An effect is measured in one way.", "Write {experiment: ID} or {before_after: …}.")
        return value


class Opportunity(Record):
    """What could be done."""

    id: Id
    text: Text
    status: Literal["proposed", "planned", "testing", "done", "dropped"]
    solves: OneOrMoreIds | None = None
    at: Id | None = None
    lever: Lever | None = None
    owner: Id | None = None
    personas: Ids | None = None
    customer_value: Annotated[Whole, Field(ge=1, le=5)] | None = None
    business_value: Annotated[Whole, Field(ge=1, le=5)] | None = None
    effort: Annotated[Whole, Field(ge=1, le=5)] | None = None
    moves: Mapping[Id, Literal["up", "down"]] | None = None
    measured_by: MeasuredBy | None = None
    done: Day | None = None
    dropped_because: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _says_why(cls, value: object) -> object:
        if isinstance(value, Mapping) and value.get("status") == "dropped" and not value.get("dropped_because"):
            raise fault("A dropped opportunity needs its reason.", "Add dropped_because: with the reason.")
        return value


class Attest(Record):
    """What only people can attest."""

    what: Literal["tone"]
    at: Annotated[tuple[Id, ...], Listed]
    by: Id
    date: Day


class NamedSegment(Record):
    """A saved rule that selects customers."""

    name: Text
    rule: Segment


class Catalog(Record):
    """What the maps of a workspace share (``catalog.yaml``)."""

    farled: Literal[1] = 1
    departments: Mapping[Id, Text] = Field(default_factory=dict)
    channels: Mapping[Id, Channel] = Field(default_factory=dict)
    personas: tuple[Persona, ...] = ()
    segments: Mapping[Id, NamedSegment] = Field(default_factory=dict)
    sources: Mapping[Id, Source] = Field(default_factory=dict)
    metrics: Mapping[Id, Metric] = Field(default_factory=dict)


class MapFile(Record):
    """A journey map."""

    farled: Literal[1]
    map: MapHead
    departments: Mapping[Id, Text] = Field(default_factory=dict)
    channels: Mapping[Id, Channel] = Field(default_factory=dict)
    personas: tuple[Persona, ...] = ()
    sources: Mapping[Id, Source] = Field(default_factory=dict)
    metrics: Mapping[Id, Metric] = Field(default_factory=dict)
    phases: Annotated[tuple[Phase, ...], Listed]
    moments_of_truth: tuple[MomentOfTruth, ...] = ()
    pain_points: tuple[PainPoint, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    attests: tuple[Attest, ...] = ()

    @cached_property
    def hash(self) -> str:
        """Eight hex digits of what the map says; comments and order of keys do not count."""
        said = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]

    def touchpoints(self) -> Iterator[tuple[Phase, Touchpoint]]:
        """Yield each touchpoint with its phase, in the order of the map."""
        for phase in self.phases:
            for touchpoint in phase.touchpoints:
                yield phase, touchpoint

    def channel(self, channel: str) -> Channel:
        """Return a channel of the map, of the catalogue, or a built-in one in the map's language.

        An id that none of them knows names itself.
        """
        if channel in self.channels:
            return self.channels[channel]
        known = built_in(channel, self.map.language)
        return Channel(name=known.name, icon=known.icon) if known else Channel(name=channel)

    def metrics_named(self) -> frozenset[str]:
        """Return the ids of the metrics that goal, guards, KPIs and opportunities name."""
        kpis = {kpi.metric for phase in self.phases for kpi in phase.kpis or ()}
        moved = {metric for opportunity in self.opportunities for metric in opportunity.moves or {}}
        return frozenset({self.map.goal.metric, *(self.map.guards or ()), *kpis, *moved})

    def owner_of(self, place: str) -> str | None:
        """Return the department that answers for a phase or touchpoint; a touchpoint's own owner wins."""
        for phase in self.phases:
            if phase.id == place:
                return phase.owner
            for touchpoint in phase.touchpoints:
                if touchpoint.id == place:
                    return touchpoint.owner or phase.owner
        return None


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a map file, for editors."""
    made = MapFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Farled journey map", **made}
