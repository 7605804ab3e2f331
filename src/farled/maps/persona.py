"""Personas, and the evidence that claims rest on."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from farled.maps.fields import Based, Icon, Id, Plain, Record, Segment, Text, Texts, Whole
from farled.maps.touchpoint import Roles

SourceKind = Literal[
    "survey", "interview", "observation", "workshop", "organisation", "crm", "web_analytics", "ads", "sales", "support",
    "reviews", "social", "other",
]  # fmt: skip
QUALITATIVE = frozenset({"interview", "observation", "workshop", "organisation", "social"})
BOTH = frozenset({"survey", "reviews"})


class Persona(Record):
    """A described segment."""

    id: Id
    name: Text
    age: Text | None = None
    occupation: Text | None = None
    segment: Segment | None = None
    looks_for: Text | None = None
    wants: Texts | None = None
    struggles: Texts | None = None
    matters: Texts | None = None
    prefers: Text | None = None
    decides: Text | None = None
    why: Text | None = None
    we_need_to_know: Texts | None = None
    quote: Text | None = None
    roles: Roles | None = None
    icon: Icon | None = None
    based_on: Based = ()
    note: Text | None = None


class Source(Record):
    """Evidence."""

    kind: SourceKind
    title: Text
    date: Annotated[date, Field(strict=True)]
    n: Annotated[Whole, Field(ge=1)] | None = None
    link: Plain | None = None

    @property
    def is_qualitative(self) -> bool:
        """Whether it tells what and why."""
        return self.kind in QUALITATIVE | BOTH

    @property
    def is_quantitative(self) -> bool:
        """Whether it tells how many."""
        return self.kind not in QUALITATIVE
