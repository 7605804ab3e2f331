"""A rule of the audit: what it says, when it fails, what to do, and where it comes from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from farled.errors import InputError, NotFoundError
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.reasons import NOT_MEASURED
from farled.spans import SECOND, microseconds

Threshold = float | str
Outcome = Literal["pass", "fail", "cannot_tell", "off"]
Severity = Literal["E", "W", "I"]
Unit = Literal["share", "difference", "seconds", "score", "object", "department", "metric", "channel", "word"]


@dataclass(frozen=True, slots=True)
class Failed:
    """One finding of a rule.

    Attributes:
        objects: Ids of what fails: phases, touchpoints, personas, metrics …; empty: the map as a whole.
        values: Numbers and texts for the sentence, as measured.
        cut: Of whom it is true, such as ``{"device": "mobile"}``; empty: of all.
        distance: How far beyond the threshold, in the unit of the value, at least 0; None where there is no such
            number.
        says: A sentence that fits better than the rule's, to be translated; empty: the rule's.
        units: Of values where they are others than the rule's.
    """

    objects: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    cut: Mapping[str, str] = field(default_factory=dict)
    distance: float | None = None
    says: str = ""
    units: Mapping[str, Unit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a rule cannot tell of some objects.

    Attributes:
        objects: Ids; empty: of the map as a whole.
        reason: Why, a text to be translated.
        missing: What would have to be there: event names, sources, fields of the map.
    """

    objects: tuple[str, ...]
    reason: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says; nothing at all: it could be decided and nothing is wrong."""

    failed: tuple[Failed, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """``fail`` if one object fails, else ``cannot_tell`` if one cannot be judged, else ``pass``."""
        return "fail" if self.failed else "cannot_tell" if self.unknown else "pass"

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(self.failed + other.failed, self.unknown + other.unknown)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of one rule on one map.

    Attributes:
        values: As they hold: the rule's own, or the map's.
    """

    values: Mapping[str, Threshold]

    def number(self, name: str) -> float:
        """Return one that is a number."""
        return float(self.values[name])

    def span(self, name: str) -> int:
        """Return one that is a span, in microseconds."""
        return microseconds(str(self.values[name]))

    def names(self, name: str) -> tuple[str, ...]:
        """Return one that names things, as they stand between its spaces."""
        return tuple(str(self.values[name]).split())

    def seconds(self, name: str) -> float:
        """Return one that is a span, in seconds."""
        return self.span(name) / SECOND


Judge = Callable[[Evidence, Thresholds], Judged]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        id: ``S03``.
        name: ``touchpoint-unmapped``.
        needs: Letters of what it looks at: M map text, E events, F feedback, S snapshots over time, X experiments.
        severity: E error, W warning, I information.
        says: One sentence in English, to be translated; ``{name}`` stands for a value of the finding, for a threshold
            by its name, and ``{objects}`` for the names of what fails.
        cure: What to do, to be translated.
        judge: Judges evidence. Pure.
        thresholds: By name: a number, a span such as ``"7d"``, or names of things, such as properties of events.
        units: Of values and thresholds where the number alone does not tell: ``share`` is written in percent,
            ``difference`` in percentage points, ``seconds`` as a length of time, ``score`` with one decimal and sign,
            ``object`` is the id of something on the map, or several, written with its name (``department``,
            ``metric``, ``channel``: of that sort); ``word`` is a text, or several, to be translated.
        levers: That could help.
        sources: Rows of the requirements that it comes from.
    """

    id: str
    name: str
    needs: str
    severity: Severity
    says: str
    cure: str
    judge: Judge
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    levers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def thresholds_of(self, changes: Mapping[str, Threshold]) -> Thresholds:
        """Return the thresholds with a map's changes.

        Raises:
            NotFoundError: The rule has no such threshold.
            InputError: A number stands for a span, or the other way round.
        """
        for name, value in changes.items():
            if name not in self.thresholds:
                raise NotFoundError.named(f"threshold of {self.id}", name, self.thresholds)
            self._require_kind(name, value)
        return Thresholds({**self.thresholds, **changes})

    def _require_kind(self, name: str, value: Threshold) -> None:
        default = self.thresholds[name]
        if isinstance(default, str) != isinstance(value, str):
            message = f"audit: {self.id}: {name} is {value!r}, but its default is {default!r}."
            raise InputError(message, "Write a span such as 7d." if isinstance(default, str) else "Write a number.")
        if isinstance(value, str) and is_span(str(default)):
            microseconds(value)


def is_span(default: str) -> bool:
    """Return whether the default of a threshold is a span; another text names things, such as properties of events."""
    return default[:1].isdigit() and default[-1:].isalpha()


def unmeasured(evidence: Evidence) -> Judged | None:
    """Return what to answer where nothing was measured; None: something was."""
    if evidence.snapshot is not None and evidence.measuring is not None:
        return None
    return cannot_tell(NOT_MEASURED)


def cannot_tell(reason: str, *missing: str, objects: Iterable[str] = ()) -> Judged:
    """Return that nothing can be told of some objects, or of the map."""
    return Judged(unknown=(Unknown(tuple(objects), reason, missing),))


def fails(*failed: Failed) -> Judged:
    """Return findings; without any: pass."""
    return Judged(failed)
