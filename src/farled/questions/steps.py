"""Steps and exclusions: which events a question speaks of, and their coding for the kernels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.errors import InputError, NotFoundError
from farled.journeys.conditions import Condition, columns, names, parse, plain, where
from farled.journeys.index import Chunk, Codes

MOST_STEPS = 40
RULES = 40
_STEPS = (1 << RULES) - 1


@dataclass(frozen=True, slots=True)
class Step:
    """One step: any of some events, with a condition on them where wanted.

    Attributes:
        names: Event names or touchpoint ids; any of them fills the step.
        where: Condition on the event, or None.

    Example:
        >>> Step.of(["chat", "call"]).label
        'chat or call'
        >>> Step.of({"name": "view", "where": {"attr": "size", "is": "xl"}}).to_plain()
        {'name': 'view', 'where': {'attr': 'size', 'is': 'xl'}}
    """

    names: tuple[str, ...]
    where: Condition | None = None

    @classmethod
    def of(cls, value: object, path: str = "step") -> "Step":
        """Read a step: a name, a list of names, or a mapping with ``name`` and ``where``.

        Raises:
            InputError: It is none of these.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, Mapping):
            if set(value) - {"name", "where"} or "name" not in value:
                raise InputError(f"{path}: {dict(value)!r} is not a step.", "Write {name: …, where: {…}}.")
            condition = parse(value["where"], "event", f"{path}.where") if value.get("where") is not None else None
            return cls(_names(value["name"], path), condition)
        return cls(_names(value, path))

    @property
    def label(self) -> str:
        """How people call the step."""
        return " or ".join(self.names)

    def to_plain(self) -> str | list[str] | dict[str, Any]:
        """Return the value that `of` reads."""
        name = self.names[0] if len(self.names) == 1 else list(self.names)
        return name if self.where is None else {"name": name, "where": plain(self.where)}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Events that must not come between two steps.

    Attributes:
        step: What must not come.
        after: Number of the step after which it counts, from 1.
        before: Number of the step before which it counts.
        effect: ``end_attempt`` keeps the steps reached; ``drop_customer`` takes out the customer whose furthest
            attempt is tainted.
    """

    step: Step
    after: int
    before: int
    effect: str = "end_attempt"

    @classmethod
    def of(cls, value: Any, steps: Sequence[Step]) -> "Exclusion":
        """Read an exclusion: ``{name, where, after, before, effect}``.

        Raises:
            InputError: It is none, or its steps are in the wrong order.
            NotFoundError: It names a step that is not there.
        """
        if isinstance(value, cls):
            return value
        keys = {"name", "where", "after", "before", "effect"}
        if not isinstance(value, Mapping) or set(value) - keys or not {"name", "after", "before"} <= set(value):
            raise InputError(f"exclude: {value!r} is no exclusion.", "Write {name: …, after: 1, before: 2}.")
        after, before = (number_of(value[key], steps, f"exclude.{key}") for key in ("after", "before"))
        if after >= before:
            raise InputError(f"exclude: step {after} is not before step {before}.", "Name an earlier step in after.")
        effect = value.get("effect", "end_attempt")
        if effect not in ("end_attempt", "drop_customer"):
            raise InputError(f"exclude.effect is {effect!r}.", "Use end_attempt or drop_customer.")
        step = Step.of({"name": value["name"], "where": value.get("where")}, "exclude")
        return cls(step, after, before, effect)

    def to_plain(self) -> dict[str, Any]:
        """Return the value that a funnel's ``exclude`` reads."""
        name = self.step.to_plain()
        made = dict(name) if isinstance(name, dict) else {"name": name}
        made |= {"after": self.after, "before": self.before}
        return made if self.effect == "end_attempt" else {**made, "effect": self.effect}


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Events coded for the funnel kernels.

    Attributes:
        code: Of each event.
        classes: Class of each code.
        masks: Of each class: bit ``k`` for step ``k + 1``, bit ``RULES + r`` for exclusion ``r``.
        step_of: Step that each code fills, from 1; 0: none. None where an event can fill two.
    """

    code: Codes
    classes: npt.NDArray[np.int64]
    masks: npt.NDArray[np.int64]
    step_of: npt.NDArray[np.uint8] | None


def coded(
    chunk: Chunk,
    steps: Sequence[Step],
    excluded: Sequence[Step] = (),
    scope: Iterable[str] | None = (),
    aside: Sequence[Step] = (),
) -> Coded:
    """Code the events of a chunk by the steps they fill.

    Args:
        chunk: With the columns that the conditions name.
        steps: In order.
        excluded: What exclusions speak of.
        scope: Further names that count as events in between; None: all; events out of scope have class 0.
        aside: Steps whose events are out of scope, unless they fill one of ``steps`` or ``excluded``.
    """
    conditions, classes, masks, step_of = _classes(
        chunk.names, tuple(steps), tuple(excluded), None if scope is None else tuple(scope), tuple(aside)
    )
    return Coded(_event_codes(chunk, conditions), classes, masks, step_of)


@lru_cache(maxsize=64)
def _classes(
    known: tuple[str, ...],
    steps: tuple[Step, ...],
    excluded: tuple[Step, ...],
    scope: tuple[str, ...] | None,
    aside: tuple[Step, ...],
) -> tuple[tuple[Condition, ...], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8] | None]:
    """Return the conditions, and of each code (name, then what is true of it) what `Coded` holds."""
    bits = [(step, 1 << k) for k, step in enumerate(steps)]
    bits += [(step, 1 << (RULES + r)) for r, step in enumerate(excluded)]
    bits += [(step, 0) for step in aside]
    conditions = tuple(dict.fromkeys(step.where for step, _ in bits if step.where is not None))
    wanted = {name for step, _ in bits for name in step.names}.union(scope or ())
    place = {name: code for code, name in enumerate(known) if name in wanted}
    by_name = np.zeros((len(known), 1 << len(conditions)), dtype=np.int64)
    in_scope = np.full(by_name.shape, scope is None)
    in_scope[[place[name] for name in scope or () if name in place]] = True
    truth = np.arange(1 << len(conditions))
    for step, bit in bits:
        codes = np.array([place[name] for name in step.names if name in place], dtype=np.int64)
        fits = truth >= 0 if step.where is None else (truth >> conditions.index(step.where)) & 1 == 1
        by_name[np.ix_(codes, fits)] |= bit
        if not bit:
            in_scope[np.ix_(codes, fits)] = False
    flat = (by_name | (in_scope.astype(np.int64) << 62)).ravel()
    found, classes = np.unique(np.concatenate(([0], flat)), return_inverse=True)
    masks = found & ~(1 << 62)
    return conditions, _frozen(classes[1:]), _frozen(masks), _step_of(classes[1:], masks & _STEPS)


def _step_of(classes: npt.NDArray[np.int64], steps: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8] | None:
    """Return the step of each code; None where an event can fill two."""
    if (steps & (steps - 1)).any():
        return None
    numbers = np.array([int(mask).bit_length() for mask in steps.tolist()], dtype=np.uint8)[classes]
    numbers.flags.writeable = False
    return numbers


def _event_codes(chunk: Chunk, conditions: Sequence[Condition]) -> Codes:
    """Return the name of each event joined with which of the conditions are true of it."""
    if not conditions:
        return chunk.name
    code = chunk.name.astype(np.uint32) << np.uint32(len(conditions))
    for at, condition in enumerate(conditions):
        code |= where(condition, chunk).astype(np.uint32) << np.uint32(at)
    narrow: Codes = code.astype(np.uint16) if len(chunk.names) << len(conditions) <= 1 << 16 else code
    narrow.flags.writeable = False
    return narrow


def _frozen(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    array = values.astype(np.int64)
    array.flags.writeable = False
    return array


def mentioned(steps: Iterable[Step]) -> list[str]:
    """Return the event names in steps and their conditions."""
    found = [name for step in steps for name in step.names]
    return found + [name for step in steps if step.where is not None for name in names(step.where)]


def needed(steps: Iterable[Step]) -> list[str]:
    """Return the columns that the conditions of steps need."""
    found = [name for step in steps if step.where is not None for name in columns(step.where)]
    return [name for name in found if name != "name"]


def number_of(step: int | str, steps: Sequence[Step], what: str) -> int:
    """Return the number of a step, from 1, given its number or its name.

    Raises:
        InputError: There is no such number.
        NotFoundError: There is no step of that name.
    """
    if isinstance(step, int) and not isinstance(step, bool):
        if 1 <= step <= len(steps):
            return step
        raise InputError(f"{what}: there is no step {step}.", f"Use 1 to {len(steps)}.")
    if isinstance(step, str) and step.isdecimal():
        return number_of(int(step), steps, what)
    for number, each in enumerate(steps, 1):
        if step in (each.label, *each.names):
            return number
    raise NotFoundError.named("step", str(step), [each.label for each in steps])


def _names(value: object, path: str) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
    if not names or not all(isinstance(name, str) and name for name in names):
        raise InputError(f"{path}: {value!r} is not a step.", "Write an event name, a list of them, or {name: …}.")
    return names
