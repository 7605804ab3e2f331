"""The phase models that maps may begin as: ids, names in four languages, and the parts of the common axis."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from farled.maps.templates.data import LANGUAGES, NAMES, Words, said, template
from farled.maps.touchpoint import AxisPart

__all__ = ["LANGUAGES", "MODELS", "ModelPhase"]


class ModelPhase(NamedTuple):
    """A phase of a model.

    Attributes:
        id: Stays when the phase is renamed.
        covers: Parts of the common axis.
        names: Swedish, Norwegian, Danish, English.
    """

    id: str
    covers: tuple[AxisPart, ...]
    names: Words

    def name(self, language: str) -> str:
        """Return the name in a language, English where the language is not shipped."""
        return said(self.names, language)


class _Models(Mapping[str, tuple[ModelPhase, ...]]):
    """Each model is read when somebody looks at it."""

    def __getitem__(self, name: str) -> tuple[ModelPhase, ...]:
        if name not in NAMES:
            raise KeyError(name)
        return tuple(ModelPhase(phase.id, phase.covers, phase.names) for phase in template(name).phases)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


MODELS: Mapping[str, tuple[ModelPhase, ...]] = _Models()
