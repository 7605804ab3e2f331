"""The phase models that maps begin as, read from one file each, in four languages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from farled.errors import NotFoundError
from farled.maps.touchpoint import AXIS, AxisPart
from farled.maps.yaml import plain_values, read_yaml

LANGUAGES = ("sv", "nb", "da", "en")
DEFAULT = "loyalty5"
NAMES = (
    DEFAULT, "research5", "inbound5", "coarse3", "cycle4", "ecommerce5", "restaurant5", "saas5", "b2b6",
)  # fmt: skip
TEXTS = ("question", "customer_goal", "does", "thinks", "supports", "b2c", "b2b")
LISTS = ("challenges", "solutions")

Words = tuple[str, ...]
"""A text in the four languages of ``LANGUAGES``."""


def said(words: Words, language: str) -> str:
    """Return a text in a language, in English where the language is not shipped.

    >>> said(("Köp", "Kjøp", "Køb", "Purchase"), "da")
    'Køb'
    """
    return words[LANGUAGES.index(language) if language in LANGUAGES else -1]


@dataclass(frozen=True, slots=True)
class TemplateTouchpoint:
    """A touchpoint of a template.

    Attributes:
        id: Of the touchpoint.
        names: In four languages.
        channel: A built-in one.
        mark: What it is for journey types: ``visit``, ``lead``, ``goal``, ``used``, ``help`` or ``again``; empty: none.
        event: The event that it observes; empty where it observes feedback.
        fields: Further fields as they stand in a map file.
    """

    id: str
    names: Words
    channel: str
    mark: str = ""
    event: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TemplatePhase:
    """A phase of a template.

    Attributes:
        id: Stays when the phase is renamed.
        covers: Parts of the common axis.
        names: In four languages.
        icon: Of a shipped drawing.
        owner: ``marketing``, ``sales`` or ``service``.
        texts: By field of ``TEXTS``, what each part says.
        lists: By field of ``LISTS``.
        touchpoints: In the intended order.
    """

    id: str
    covers: tuple[AxisPart, ...]
    names: Words
    icon: str
    owner: str
    texts: Mapping[str, tuple[Words, ...]]
    lists: Mapping[str, tuple[Words, ...]]
    touchpoints: tuple[TemplateTouchpoint, ...]

    def text(self, name: str, language: str) -> str:
        """Return a field of ``TEXTS``: questions and thoughts follow each other, the rest as sentences."""
        parts = [said(words, language) for words in self.texts[name]]
        return (" " if name in ("question", "thinks") else ". ").join(parts)


@dataclass(frozen=True, slots=True)
class Template:
    """A phase model with its texts and touchpoints.

    Attributes:
        name: Such as ``loyalty5``.
        titles: In four languages.
        market: Whom it is for.
        phases: In order.
        journey: Fields of ``map.journey``.
        again_within: How long it may take to come back.
    """

    name: str
    titles: Words
    market: Literal["b2c", "b2b"]
    phases: tuple[TemplatePhase, ...]
    journey: Mapping[str, str]
    again_within: str

    def phase_of(self, part: AxisPart) -> TemplatePhase:
        """Return the phase that covers a part of the axis."""
        return next(phase for phase in self.phases if part in phase.covers)

    def marked(self, mark: str) -> TemplateTouchpoint | None:
        """Return the touchpoint with a mark; None if there is none."""
        return next((t for phase in self.phases for t in phase.touchpoints if t.mark == mark), None)


def names() -> tuple[str, ...]:
    """Return the names of the templates, the default first."""
    return NAMES


@cache
def template(name: str) -> Template:
    """Return a template by name.

    Raises:
        NotFoundError: There is none of that name.

    Example:
        >>> [phase.id for phase in template("coarse3").phases]
        ['first_contact', 'purchase', 'retention']
    """
    if name not in NAMES:
        raise NotFoundError.named("template", name, NAMES)
    given = data(name)
    like = template(given["like"]) if "like" in given else None
    return Template(
        name,
        tuple(given["title"]),
        given.get("market", "b2c"),
        tuple(_phases(given["phases"], like)),
        {key: given[key] for key in ("ends_after", "within") if key in given},
        given.get("again_within", "90d"),
    )


@cache
def data(name: str) -> Any:
    """Return a data file of this room as plain values; do not change them."""
    text = files("farled.maps.templates").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return plain_values(read_yaml(text, f"{name}.yaml"))


def _phases(given: Sequence[Mapping[str, Any]], like: Template | None) -> Iterator[TemplatePhase]:
    before = {phase.id: phase for phase in like.phases} if like else {}
    for each in given:
        own = before.get(each["id"])
        covers = tuple(each.get("covers") or (own.covers if own else ()))
        axis = [data("axis")[part] for part in sorted(covers, key=AXIS.index)]
        touchpoints = each.get("touchpoints") or [touchpoint for part in axis for touchpoint in part["touchpoints"]]
        yield TemplatePhase(
            each["id"],
            covers,
            tuple(each["name"]) if "name" in each else own.names if own else (),
            each.get("icon") or (own.icon if own else axis[0]["icon"]),
            axis[0]["owner"],
            {name: _texts(each, own, axis, name) for name in TEXTS},
            {name: _lists(each, own, axis, name) for name in LISTS},
            tuple(map(_touchpoint, touchpoints)),
        )


def _texts(
    each: Mapping[str, Any], own: TemplatePhase | None, axis: Sequence[Mapping[str, Any]], name: str
) -> tuple[Words, ...]:
    """Return what a phase says: its own words, or those of the model that it is like, or those of its parts."""
    if name in each:
        return (tuple(each[name]),)
    return own.texts[name] if own else tuple(tuple(part[name]) for part in axis)


def _lists(
    each: Mapping[str, Any], own: TemplatePhase | None, axis: Sequence[Mapping[str, Any]], name: str
) -> tuple[Words, ...]:
    if name in each:
        return tuple(map(tuple, each[name]))
    return own.lists[name] if own else tuple(tuple(words) for part in axis for words in part[name])


def _touchpoint(given: Mapping[str, Any]) -> TemplateTouchpoint:
    known = {"id", "name", "channel", "mark", "event", "feedback", "where"}
    observe = {key: given[key] for key in ("event", "feedback", "where") if key in given}
    return TemplateTouchpoint(
        given["id"],
        tuple(given["name"]),
        given["channel"],
        given.get("mark", ""),
        given.get("event", ""),
        {"observe": observe, **{key: value for key, value in given.items() if key not in known}},
    )
