"""A difference between two versions of a map."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

Kind = Literal[
    "added", "removed", "renamed", "moved", "order", "field", "target", "claim", "rule", "status", "catalogue", "text"
]  # fmt: skip
Weight = Literal["measure", "meaning", "wording"]
KINDS: Final[tuple[Kind, ...]] = Kind.__args__  # type: ignore[attr-defined]
WEIGHTS: Final[tuple[Weight, ...]] = Weight.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became another.

    Attributes:
        kind: What sort of change; decides the sentence.
        object: What changed: ``map``, ``phase``, ``touchpoint``, ``persona``, ``pain_point``, ``opportunity``,
            ``moment_of_truth``, ``department``, ``channel``, ``source`` or ``metric``.
        id: Of the object; empty for the map itself.
        field: Dotted name within the object, such as ``feels`` or ``kpis.nps.target``; empty where the whole object
            came, went or moved.
        before: Plain value; None: there was none. Of a place ``{at}`` or ``{phase, at}``, places counted from 0; what
            came or went has its whole ``record`` beside its place.
        after: As ``before``.
        weight: ``measure``: it changes what is measured; ``meaning``: owners, targets, claims, shape; ``wording``.
    """

    kind: Kind
    object: str
    id: str
    field: str
    before: Any
    after: Any
    weight: Weight

    @property
    def is_folded(self) -> bool:
        """Whether it is wording alone, which lists show folded."""
        return self.weight == "wording" and self.kind in ("catalogue", "text")

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "kind": self.kind,
            "object": self.object,
            "id": self.id,
            "field": self.field,
            "before": json_ready(self.before),
            "after": json_ready(self.after),
            "weight": self.weight,
        }


@dataclass(frozen=True, slots=True)
class Rename:
    """Two objects that may be the same one under another id: offered, never joined.

    Attributes:
        object: What they are.
        before: Id of the one removed.
        after: Id of the one added.
        similarity: Of their names, 0 to 1.
    """

    object: str
    before: str
    after: str
    similarity: float

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"object": self.object, "before": self.before, "after": self.after, "similarity": self.similarity}


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs, in the order of the map: phase, touchpoint, weight.

    Attributes:
        changes: What `apply` needs to make the second version of the first.
        renames: Pairs of removed and added objects that may be the same.
    """

    changes: tuple[Change, ...] = ()
    renames: tuple[Rename, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of(self, object_: str, id_: str) -> tuple[Change, ...]:
        """Return the changes of one object."""
        return tuple(change for change in self.changes if (change.object, change.id) == (object_, id_))


def json_ready(value: Any) -> Any:
    """Return a plain value with dates as text."""
    if isinstance(value, Mapping):
        return {str(key): json_ready(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
