"""The closed grammar of conditions, as frozen values.

``condition_reader.py`` reads them, ``truth.py`` and ``segments.py`` evaluate them; ``conditions.py`` is the door.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from farled.spans import span

Over = Literal["event", "customer"]
Scalar = bool | int | float | str

OWN_COLUMNS = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class All:
    """Every one holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Saved(All):
    """The rule of a saved segment, the one part; never written in a file.

    Attributes:
        segment: Its id, to name it when the rule cannot be judged.
    """

    segment: str


@dataclass(frozen=True, slots=True)
class Either:
    """At least one holds (``any``)."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition is false; unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Is:
    """An attribute has one of some values (``is``, ``in``)."""

    attr: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """An attribute lies in a range, both ends included.

    Attributes:
        attr: Of a number, or of a time when ``dates``.
        low: Number, or microseconds since 1970 UTC; ``None`` is open.
        high: As ``low``; the end of a whole day when the file names a day.
        dates: Whether the bounds are times.
    """

    attr: str
    low: float | None
    high: float | None
    dates: bool = False
    text: tuple[str | None, str | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Known:
    """An attribute has a value, or has none."""

    attr: str
    known: bool


@dataclass(frozen=True, slots=True)
class Did:
    """A customer has between ``low`` and ``high`` such events, in the last ``within`` before the moment.

    Attributes:
        event: Name.
        where: Which of them count.
        within: Microseconds; ``None``: ever before.
        low: At least.
        high: At most; ``None``: no limit.
    """

    event: str
    where: "Condition | None" = None
    within: int | None = None
    low: int = 1
    high: int | None = None


@dataclass(frozen=True, slots=True)
class InOrder:
    """A customer did the steps in order before the moment, as the question ``Funnel`` counts (``sequence``)."""

    steps: tuple[str, ...]
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A customer stands behind a number of an answer; the workspace replaces it by ``Members``.

    Attributes:
        question: The question as JSON text with sorted keys.
        part: JSON pointer into the answer.
    """

    question: str
    part: str


@dataclass(frozen=True, slots=True)
class Members:
    """A customer is one of these; never written in a file."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Then:
    """The same customer has event ``event`` after this event and not later than ``within`` after it."""

    event: str
    within: int
    where: "Condition | None" = None


Condition = All | Either | Not | Is | Between | Known | Did | InOrder | Behind | Members | Then


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all within it."""
    yield condition
    match condition:
        case All(parts) | Either(parts):
            for part in parts:
                yield from walk(part)
        case Not(part):
            yield from walk(part)
        case Did(where=where) | Then(where=where) if where is not None:
            yield from walk(where)


def comparisons(condition: Condition | None) -> int:
    """Return how many comparisons a condition makes: its leaves."""
    if condition is None:
        return 0
    return sum(not isinstance(part, All | Either | Not) for part in walk(condition))


def event_columns(condition: Condition) -> frozenset[str]:
    """Return which columns of the events an evaluation over events needs: ``channel``, ``value`` or properties."""
    return frozenset(part.attr for part in walk(condition) if isinstance(part, Is | Between | Known)) - OWN_COLUMNS


def columns(condition: Condition, over: Over = "event") -> frozenset[str]:
    """Return which columns of the events a condition needs, beside the name.

    >>> sorted(columns(Did("order", Between("size", 2, None)), "customer"))
    ['size']
    """
    if over == "event":
        return event_columns(condition)
    wheres = [part.where for part in walk(condition) if isinstance(part, Did) and part.where is not None]
    return frozenset().union(*(event_columns(where) for where in wheres))


def attributes(condition: Condition) -> frozenset[str]:
    """Return which attributes of customers a segment needs."""
    match condition:
        case All(parts) | Either(parts):
            return frozenset().union(*(attributes(part) for part in parts))
        case Not(part):
            return attributes(part)
        case Is(attr=attr) | Between(attr=attr) | Known(attr=attr):
            return frozenset({attr})
    return frozenset()


def names(condition: Condition) -> frozenset[str]:
    """Return the event names in a condition.

    >>> sorted(names(Not(Then("returned", 1_000_000))))
    ['returned']
    """
    found: set[str] = set()
    for part in walk(condition):
        match part:
            case Did(event=event) | Then(event=event):
                found.add(event)
            case InOrder(steps):
                found.update(steps)
    return frozenset(found)


def plain(condition: Condition) -> dict[str, object]:
    """Return a condition as it would stand in a file; the other way round of ``parse``.

    >>> plain(Did("order", within=60_000_000, low=2))
    {'event': 'order', 'within': '1min', 'min': 2}
    """
    match condition:
        case Saved((part,)):
            return plain(part)
        case All(parts):
            return {"all": [plain(part) for part in parts]}
        case Either(parts):
            return {"any": [plain(part) for part in parts]}
        case Not(part):
            return {"not": plain(part)}
        case Is() | Known() | Between():
            return _plain_compare(condition)
    return _plain_leaf(condition)


def _plain_compare(condition: Is | Known | Between) -> dict[str, object]:
    found: dict[str, object] = {"attr": condition.attr}
    match condition:
        case Is(values=(value,)):
            found |= {"is": value}
        case Is(values=values):
            found |= {"in": list(values)}
        case Known(known=known):
            found |= {"known": known}
        case Between():
            bounds = condition.text if condition.dates else (condition.low, condition.high)
            found |= {"min": bounds[0], "max": bounds[1]}
    return {key: value for key, value in found.items() if value is not None}


def _plain_leaf(condition: Condition) -> dict[str, object]:
    found: dict[str, object] = {}
    match condition:
        case Did(event, where, within, low, high):
            found = {"event": event, "where": where and plain(where), "within": _span(within)}
            found |= {"min": low if low != 1 else None, "max": high}
        case InOrder(steps, within):
            found = {"sequence": list(steps), "within": _span(within)}
        case Behind(question, part):
            found = {"behind": json.loads(question), "part": part}
        case Members(ids):
            found = {"members": sorted(ids)}
        case Then(event, within, where):
            found = {"then": event, "where": where and plain(where), "within": span(within)}
    return {key: value for key, value in found.items() if value is not None}


def _span(value: int | None) -> str | None:
    return None if value is None else span(value)
