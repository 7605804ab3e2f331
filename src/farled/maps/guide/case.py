"""What the guide looks at: a map, what was measured onto it, what the workspace knows, and perhaps the audit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from farled.maps.model import MapFile

Key = str | int
Outcome = Literal["pass", "fail", "cannot_tell", "off"]
State = Literal["done", "partly", "missing"]
Number = Mapping[str, Any]


class Word(str):
    """A word of Farled's own in a sentence, to be translated; other texts are the map's."""


@dataclass(frozen=True, slots=True)
class WorkspaceFacts:
    """What the workspace knows beside the map.

    Attributes:
        today: The day of the look.
        events: How many there are.
        names: Of the events.
        untranslated: By language: how many texts of the map lack a translation or have a stale one.
        file: Of the map, as a person calls it.
    """

    today: date
    events: int = 0
    names: frozenset[str] = frozenset()
    untranslated: Mapping[str, int] = field(default_factory=dict)
    file: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of the audit that nobody has decided on.

    Attributes:
        objects: Ids of what fails.
        says: The sentence, in the reader's language.
        cure: What to do, in the reader's language.
        severity: ``E``, ``W`` or ``I``.
        state: ``open``, ``accepted``, ``dismissed``, ``solved`` or ``reopened``.
    """

    objects: tuple[str, ...]
    says: str
    cure: str
    severity: str = "W"
    state: str = "open"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it."""
        return self.state in ("open", "reopened")


@dataclass(frozen=True, slots=True)
class Ruled:
    """What one rule of the audit said."""

    outcome: Outcome
    findings: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing, by its place, with what to do.

    Attributes:
        says: What is missing, in English, to be translated; ``{name}`` stands for a field.
        keys: Where in the map file; empty where the gap is not in the file.
        rule: Of the audit that asks for it; empty: none.
        command: What to type; empty where the file is to be edited.
        fields: For the sentence. A number is written as a count, a ``float`` as a share.
        told: The sentence where it came finished, from the audit.
        do: What to do where the command or the place does not say it; in English, to be translated.
    """

    says: str = ""
    keys: tuple[Key, ...] = ()
    rule: str = ""
    command: str = ""
    fields: Mapping[str, str | int | float] = field(default_factory=dict)
    told: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a step asks for.

    Attributes:
        says: What there must be, in English, to be translated.
        gaps: What is missing; none: it is there.
        rules: Of the audit that decide it, where there is an audit.
        unknown: Why it cannot be told, in English, to be translated; empty: it can.
    """

    says: str
    gaps: tuple[Gap, ...] = ()
    rules: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def is_met(self) -> bool:
        """Whether it is there."""
        return not self.gaps and not self.unknown


@dataclass(frozen=True, slots=True)
class Case:
    """All that the guide may look at.

    Attributes:
        map: What people say.
        snapshot: What was measured; None: nothing.
        facts: What the workspace knows.
        audit: What the rules said, by rule; None: nobody has looked the map over.
    """

    map: MapFile
    snapshot: Mapping[str, Any] | None
    facts: WorkspaceFacts
    audit: Mapping[str, Ruled] | None = None

    def threshold(self, rule: str, name: str, default: float) -> float:
        """Return a threshold of a rule as the map wants it."""
        changed = self.map.map.audit.get(rule, {}).get(name, default)
        return float(changed) if isinstance(changed, int | float) else default

    def phase_number(self, phase: str, name: str) -> Number | None:
        """Return a number of a phase that has a value."""
        found = ((self.snapshot or {}).get("phases", {}).get(phase) or {}).get(name)
        return found if isinstance(found, Mapping) and found.get("value") is not None else None

    def metric(self, name: str) -> Number | None:
        """Return a metric that has a value."""
        found = (self.snapshot or {}).get("metrics", {}).get(name)
        return found if found is not None and found.get("value") is not None else None


def path_of(map_: MapFile, keys: Iterable[Key]) -> str:
    """Return a place of a map file by ids, as a person reads it: ``phases.purchase.customer_goal``."""
    node: Any = map_
    said: list[str] = []
    for key in keys:
        if isinstance(key, int):
            node = node[key] if node is not None and key < len(node) else None
            said.append(str(getattr(node, "id", key)))
        else:
            node = node.get(key) if isinstance(node, Mapping) else getattr(node, key, getattr(node, f"{key}_", None))
            said.append(key)
    return ".".join(said)


def place_of(map_: MapFile, id_: str) -> tuple[Key, ...]:
    """Return where something on the map stands, by its id; empty where it is nothing of the map."""
    for at, phase in enumerate(map_.phases):
        if phase.id == id_:
            return ("phases", at)
        for number, touchpoint in enumerate(phase.touchpoints):
            if touchpoint.id == id_:
                return ("phases", at, "touchpoints", number)
    for name in ("personas", "moments_of_truth", "pain_points", "opportunities"):
        for at, record in enumerate(getattr(map_, name)):
            if record.id == id_:
                return (name, at)
    return ("metrics", id_) if id_ in map_.metrics else ()
