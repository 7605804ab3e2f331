"""References that must hold inside a map, and between a map and what it names."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from farled.journeys.conditions import dotted, nearest
from farled.maps.channels import BUILT_IN
from farled.maps.metric import AnyMetric, ChannelEffect, Coverage, Dwell, Handoff, Onward, check_target
from farled.maps.model import Catalog, MapFile, Opportunity
from farled.maps.touchpoint import Claim, Phase, Touchpoint
from farled.maps.yaml import Document, Keys, line_of


@dataclass(frozen=True, slots=True)
class Broken:
    """A reference that does not hold.

    Attributes:
        keys: Where it stands.
        message: What is wrong.
        hint: What to do; may be empty.
    """

    keys: Keys
    message: str
    hint: str

    @property
    def path(self) -> str:
        """Where it stands, in words."""
        return dotted("", self.keys)

    def told(self, document: Document, name: str) -> str:
        """Return it in one line, with the file of that name and the line in it."""
        return f"{name}:{line_of(document, self.keys)}: {self.path}: {self.message} {self.hint}".rstrip()


@dataclass(frozen=True, slots=True)
class Related:
    """What another map of the workspace tells about itself.

    Attributes:
        rests_on: Ids of its ``base`` and ``parent``.
        phases: Ids of its phases; None where it cannot be read.
    """

    rests_on: tuple[str, ...] = ()
    phases: frozenset[str] | None = None


Maps = Collection[str] | Mapping[str, Related]
"""Ids of all maps of a workspace, or what they tell about themselves by id."""


def broken_references(own: MapFile, whole: MapFile, maps: Maps | None = None) -> list[Broken]:
    """Return every reference of a map that does not hold, in the order of the file.

    Args:
        own: The map as its file has it.
        whole: The same with what the catalogue adds.
        maps: All maps, to check ``base`` and ``parent``; that they form no ring, and that the phase is there, can only
            be seen from what the maps tell. ``None``: they are not checked.
    """
    check = _Check(own, whole)
    return [
        *check.head(own, maps),
        *check.catalogues(own),
        *check.personas(own),
        *check.metrics(own),
        *check.phases(own),
        *check.lists(own),
        *_twice(own),
    ]


class _Check:
    """Looks up what a map names."""

    def __init__(self, own: MapFile, whole: MapFile) -> None:
        self.own_metrics = frozenset(own.metrics)
        self.departments = frozenset(whole.departments)
        self.sources = frozenset(whole.sources)
        self.metrics_by_id: dict[str, AnyMetric] = dict(whole.metrics)
        self.personas_known = frozenset(persona.id for persona in whole.personas)
        self.channels = frozenset(whole.channels) | frozenset(BUILT_IN)
        self.phases_known = frozenset(phase.id for phase in whole.phases)
        self.touchpoints = frozenset(touchpoint.id for _, touchpoint in whole.touchpoints())
        self.places = self.phases_known | self.touchpoints
        self.pain_points = frozenset(pain.id for pain in whole.pain_points)

    def head(self, own: MapFile, maps: Maps | None) -> Iterator[Broken]:
        head = own.map
        yield from self._metric(head.goal.metric, ("map", "goal", "metric"))
        yield from self._target(head.goal.metric, head.goal.target, ("map", "goal", "target"))
        for at, guard in enumerate(head.guards or ()):
            yield from self._metric(guard, ("map", "guards", at))
        if head.owner is not None:
            yield from _known("department", head.owner.department, self.departments, ("map", "owner", "department"))
        if maps is not None and head.base is not None:
            yield from _rests(head.id, head.base, maps, ("map", "base"))
        if maps is not None and head.parent is not None:
            keys: Keys = ("map", "parent")
            yield from _rests(head.id, head.parent.map, maps, (*keys, "map"))
            phases = maps[head.parent.map].phases if isinstance(maps, Mapping) and head.parent.map in maps else None
            if phases is not None:
                yield from _known("phase", head.parent.phase, phases, (*keys, "phase"))

    def catalogues(self, own: MapFile) -> Iterator[Broken]:
        for channel, record in own.channels.items():
            yield from self._owner(record.owner, ("channels", channel, "owner"))

    def personas(self, own: MapFile) -> Iterator[Broken]:
        for at, persona in enumerate(own.personas):
            yield from self._based(persona.based_on, ("personas", at, "based_on"))

    def metrics(self, own: MapFile) -> Iterator[Broken]:
        for key, metric in own.metrics.items():
            if isinstance(metric, ChannelEffect):
                yield from _known("channel", metric.channel, self.channels, ("metrics", key, "channel"))
            for field, selector in metric.selectors():
                if isinstance(selector, str):
                    known = self._places_of(metric)
                    yield from _known(known[0], selector, known[1], ("metrics", key, field))

    def _places_of(self, metric: AnyMetric) -> tuple[str, frozenset[str]]:
        if isinstance(metric, Dwell | Coverage):
            return "phase", self.phases_known
        if isinstance(metric, Onward | Handoff):
            return "touchpoint", self.touchpoints
        return "phase or touchpoint", self.places

    def phases(self, own: MapFile) -> Iterator[Broken]:
        for at, phase in enumerate(own.phases):
            keys: Keys = ("phases", at)
            yield from self._owner(phase.owner, (*keys, "owner"))
            yield from self._claims(phase, keys)
            for number, kpi in enumerate(phase.kpis or ()):
                place: Keys = (*keys, "kpis", number)
                yield from self._metric(kpi.metric, (*place, "metric"))
                yield from self._target(kpi.metric, kpi.target, (*place, "target"))
            for number, touchpoint in enumerate(phase.touchpoints):
                yield from self._touchpoint(touchpoint, (*keys, "touchpoints", number))

    def _touchpoint(self, touchpoint: Touchpoint, keys: Keys) -> Iterator[Broken]:
        yield from _known("channel", touchpoint.channel, self.channels, (*keys, "channel"))
        yield from self._owner(touchpoint.owner, (*keys, "owner"))
        yield from _each("persona", touchpoint.personas, self.personas_known, (*keys, "personas"))
        yield from _each("touchpoint", touchpoint.if_fails, self.touchpoints, (*keys, "if_fails"))
        yield from self._claims(touchpoint, keys)
        blueprint = touchpoint.blueprint
        for line in ("frontstage", "backstage", "support"):
            for at, layer in enumerate(getattr(blueprint, line, None) or ()):
                yield from self._owner(layer.owner, (*keys, "blueprint", line, at, "owner"))

    def _claims(self, place: Phase | Touchpoint, keys: Keys) -> Iterator[Broken]:
        yield from self._based(place.based_on, (*keys, "based_on"))
        claim: Claim | None = place.feels
        yield from self._based(claim.based_on if claim else (), (*keys, "feels", "based_on"))

    def lists(self, own: MapFile) -> Iterator[Broken]:
        for at, moment in enumerate(own.moments_of_truth):
            yield from _known("phase or touchpoint", moment.at, self.places, ("moments_of_truth", at, "at"))
            yield from self._based(moment.based_on, ("moments_of_truth", at, "based_on"))
        for at, pain in enumerate(own.pain_points):
            keys: Keys = ("pain_points", at)
            yield from _known("phase or touchpoint", pain.at, self.places, (*keys, "at"))
            yield from _each("persona", pain.personas, self.personas_known, (*keys, "personas"))
            yield from self._owner(pain.owner, (*keys, "owner"))
            yield from self._based(pain.based_on, (*keys, "based_on"))
        for at, opportunity in enumerate(own.opportunities):
            yield from self._opportunity(opportunity, ("opportunities", at))
        for at, attest in enumerate(own.attests):
            yield from _each("phase or touchpoint", attest.at, self.places, ("attests", at, "at"))
            yield from self._owner(attest.by, ("attests", at, "by"))

    def _opportunity(self, opportunity: Opportunity, keys: Keys) -> Iterator[Broken]:
        yield from _each("pain point", opportunity.solves, self.pain_points, (*keys, "solves"))
        if opportunity.at is not None:
            yield from _known("phase or touchpoint", opportunity.at, self.places, (*keys, "at"))
        yield from self._owner(opportunity.owner, (*keys, "owner"))
        yield from _each("persona", opportunity.personas, self.personas_known, (*keys, "personas"))
        for metric in opportunity.moves or {}:
            yield from self._metric(metric, (*keys, "moves", metric))

    def _metric(self, metric: str, keys: Keys) -> Iterator[Broken]:
        yield from _known("metric", metric, self.metrics_by_id, keys)
        if metric in self.own_metrics or metric not in self.metrics_by_id:
            return
        for _, selector in self.metrics_by_id[metric].selectors():
            kind, known = self._places_of(self.metrics_by_id[metric])
            if isinstance(selector, str) and selector not in known:
                message = f"The metric {metric!r} of the catalogue is of the {kind} {selector!r}, which is not here."
                yield Broken(keys, message, "Write a metric of that name into the map, or name another.")

    def _target(self, metric: str, target: float | str | None, keys: Keys) -> Iterator[Broken]:
        if target is None or metric not in self.metrics_by_id:
            return
        try:
            check_target(self.metrics_by_id[metric], target)
        except PydanticCustomError as error:
            context = error.context or {}
            yield Broken(keys, str(context["message"]), str(context["hint"]))

    def _owner(self, owner: str | None, keys: Keys) -> Iterator[Broken]:
        if owner is not None:
            yield from _known("department", owner, self.departments, keys)

    def _based(self, sources: Iterable[str], keys: Keys) -> Iterator[Broken]:
        yield from _each("source", sources, self.sources, keys)


def broken_in_catalog(catalog: Catalog) -> list[Broken]:
    """Return every reference of a catalogue that does not hold within it."""
    found = [
        broken
        for channel, record in catalog.channels.items()
        if record.owner is not None
        for broken in _known("department", record.owner, catalog.departments, ("channels", channel, "owner"))
    ]
    for at, persona in enumerate(catalog.personas):
        found += _each("source", persona.based_on, catalog.sources, ("personas", at, "based_on"))
    ids: list[tuple[Keys, str]] = [(("personas", at, "id"), persona.id) for at, persona in enumerate(catalog.personas)]
    return [*found, *_repeated(ids, "personas")]


def _rests(own: str, other: str, maps: Maps, keys: Keys) -> Iterator[Broken]:
    """Yield a map that is not there, or that rests on this one."""
    if other != own and other not in maps:
        yield from _known("map", other, frozenset(maps) - {own}, keys)
        return
    way = _way_back(own, other, maps)
    if way:
        told = " → ".join((own, *way))
        yield Broken(keys, f"The map {own!r} rests on itself: {told}.", "Name another map, or leave it out.")


def _way_back(own: str, other: str, maps: Maps) -> tuple[str, ...]:
    """Return the maps from ``other`` to ``own`` over ``base`` and ``parent``; nothing if none leads there."""
    waiting: list[tuple[str, ...]] = [(other,)]
    seen = {other}
    while waiting:
        way = waiting.pop()
        if way[-1] == own:
            return way
        related = maps[way[-1]] if isinstance(maps, Mapping) and way[-1] in maps else Related()
        waiting += [(*way, each) for each in related.rests_on if each not in seen]
        seen |= set(related.rests_on)
    return ()


def _known(kind: str, name: str, known: Collection[str], keys: Keys) -> Iterator[Broken]:
    if name not in known:
        yield Broken(keys, f"There is no {kind} {name!r}.", nearest(name, sorted(known)))


def _each(kind: str, listed: Iterable[str] | None, known: Collection[str], keys: Keys) -> Iterator[Broken]:
    for at, name in enumerate(listed or ()):
        yield from _known(kind, name, known, (*keys, at))


def _twice(own: MapFile) -> Iterator[Broken]:
    """Yield ids that stand twice, and touchpoints with the same rule."""
    places: list[tuple[Keys, str]] = []
    rules: dict[str, str] = {}
    for at, phase in enumerate(own.phases):
        places.append((("phases", at, "id"), phase.id))
        for number, touchpoint in enumerate(phase.touchpoints):
            keys: Keys = ("phases", at, "touchpoints", number)
            places.append(((*keys, "id"), touchpoint.id))
            rule = touchpoint.observe.model_dump_json() if touchpoint.observe else None
            if rule is not None and rule in rules:
                message = f"{touchpoint.id!r} observes the same events as {rules[rule]!r}."
                yield Broken((*keys, "observe"), message, "Tell them apart with 'where', or join them.")
            elif rule is not None:
                rules[rule] = touchpoint.id
    for group in ("personas", "moments_of_truth", "pain_points", "opportunities"):
        listed = [((group, at, "id"), record.id) for at, record in enumerate(getattr(own, group))]
        yield from _repeated(listed, group)
    yield from _repeated(places, "phases and touchpoints")


def _repeated(places: Iterable[tuple[Keys, str]], group: str) -> Iterator[Broken]:
    seen: set[str] = set()
    for keys, name in places:
        if name in seen:
            yield Broken(keys, f"The id {name!r} stands twice among the {group.replace('_', ' ')}.", "Rename one.")
        seen.add(name)
