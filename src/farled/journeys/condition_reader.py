"""Reads a condition from plain values and says everything that is wrong with it."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import isnan
from typing import NoReturn

from farled.errors import InputError
from farled.journeys.grammar import (
    All,
    Behind,
    Between,
    Condition,
    Did,
    Either,
    InOrder,
    Is,
    Known,
    Not,
    Over,
    Scalar,
    Then,
    comparisons,
)
from farled.journeys.truth import instant_of
from farled.spans import microseconds

Keys = tuple[str | int, ...]
Fields = Mapping[str, object]

MAX_NESTING = 8
MAX_COMPARISONS = 64
MAX_STEPS = 40

_KEYS: Mapping[str, frozenset[str]] = {
    "all": frozenset({"all"}),
    "any": frozenset({"any"}),
    "not": frozenset({"not"}),
    "attr": frozenset({"attr", "is", "in", "min", "max", "known"}),
    "event": frozenset({"event", "where", "within", "min", "max"}),
    "sequence": frozenset({"sequence", "within"}),
    "behind": frozenset({"behind", "part"}),
    "then": frozenset({"then", "where", "within"}),
}
_ALWAYS = ("all", "any", "not", "attr")
_HEADS: Mapping[Over, tuple[str, ...]] = {
    "event": (*_ALWAYS, "then"),
    "customer": (*_ALWAYS, "event", "sequence", "behind"),
}
_OBJECTS = {"event": "an event (in 'where')", "customer": "a customer (in a segment)"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a condition.

    Attributes:
        keys: Where, from the condition's top.
        value: What stands there.
        message: What is wrong, a sentence.
        hint: What to do.
    """

    keys: tuple[str | int, ...]
    value: object
    message: str
    hint: str


def examine(value: object, over: Over = "event") -> tuple[Condition | None, tuple[Fault, ...]]:
    """Read a condition and return it, or all that is wrong with it."""
    try:
        condition = _condition(value, _Place((), over, 1))
        count = comparisons(condition)
        if count > MAX_COMPARISONS:
            message = f"A condition may make {MAX_COMPARISONS} comparisons, this one makes {count}."
            _refuse((), value, message, "Use 'in' with a list instead of many comparisons.")
    except _RefusedError as refused:
        return None, refused.faults
    return condition, ()


def dotted(path: str, keys: Iterable[str | int]) -> str:
    """Return a place in words.

    >>> dotted("where", ("all", 0, "attr"))
    'where.all[0].attr'
    """
    text = path
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text or "condition"


def nearest(word: object, known: Iterable[str], otherwise: str = "Use one of") -> str:
    """Return a hint that names the valid words nearest to a word.

    >>> nearest("atr", ["attr", "any"])
    "Did you mean 'attr'?"
    """
    words = list(known)
    near = get_close_matches(str(word), words, n=2)
    if near:
        return f"Did you mean {' or '.join(repr(found) for found in near)}?"
    return f"{otherwise}: {', '.join(words[:12])}." if words else ""


class _RefusedError(Exception):
    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


def _refuse(keys: Keys, value: object, message: str, hint: str) -> NoReturn:
    raise _RefusedError(Fault(keys, value, message, hint))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reading stands: the keys from the top, what is judged, and how deep it is nested."""

    keys: Keys
    over: Over
    depth: int

    def inner(self, *keys: str | int) -> "_Place":
        return _Place((*self.keys, *keys), self.over, self.depth + 1)


def _condition(value: object, place: _Place) -> Condition:
    if not isinstance(value, Mapping) or not value:
        hint = "Write it as {attr: NAME, is: VALUE}; join several with {all: [...]}."
        _refuse(place.keys, value, f"{_short(value)} is not a condition.", hint)
    if place.depth > MAX_NESTING:
        hint = "Flatten it: 'all' in 'all' and 'any' in 'any' need no nesting."
        _refuse(place.keys, value, f"A condition may be nested {MAX_NESTING} deep, this one is deeper.", hint)
    head = next((key for key in _KEYS if key in value), None)
    if head is None:
        _no_head(value, place)
    if head not in _HEADS[place.over]:
        message = f"{head!r} is not a condition over {_OBJECTS[place.over]}."
        _refuse((*place.keys, head), value[head], message, nearest(head, _HEADS[place.over]))
    known = sorted(_KEYS[head])
    strange = [key for key in value if key not in known]
    if strange:
        message = "{!r} is not a key beside {!r}."
        raise _RefusedError(
            *(Fault((*place.keys, str(k)), k, message.format(k, head), nearest(k, known)) for k in strange)
        )
    return _READERS[head](value, place)


def _no_head(value: Mapping[object, object], place: _Place) -> NoReturn:
    known = sorted(set().union(*(_KEYS[head] for head in _HEADS[place.over])))
    strange = next((key for key in value if key not in known), None)
    if strange is not None:
        message = f"{strange!r} is not a key of a condition."
        _refuse((*place.keys, str(strange)), strange, message, nearest(strange, known))
    message = f"{_short(value)} says neither {' nor '.join(_HEADS[place.over])}."
    _refuse(place.keys, value, message, "Begin with 'attr: NAME' to compare, or 'event: NAME' over customers.")


def _every(value: Fields, place: _Place) -> Condition:
    head = "all" if "all" in value else "any"
    parts = value[head]
    if not isinstance(parts, list | tuple) or not parts:
        _refuse((*place.keys, head), parts, f"{head!r} needs a list of conditions.", f"Write {head}: [{{...}}].")
    read: list[Condition] = []
    faults: list[Fault] = []
    for at, part in enumerate(parts):
        try:
            read.append(_condition(part, place.inner(head, at)))
        except _RefusedError as refused:
            faults.extend(refused.faults)
    if faults:
        raise _RefusedError(*faults)
    return All(tuple(read)) if head == "all" else Either(tuple(read))


def _negation(value: Fields, place: _Place) -> Condition:
    return Not(_condition(value["not"], place.inner("not")))


def _compare(value: Fields, place: _Place) -> Condition:
    attr = _text(value, place, "attr")
    kinds = [key for key in ("is", "in", "known") if key in value] + ["min"] * ("min" in value or "max" in value)
    if len(kinds) != 1:
        message = f"A comparison of {attr!r} needs exactly one of is, in, known, or min and max."
        _refuse(place.keys, value, message, "Write {attr: NAME, is: VALUE} or {attr: NAME, min: 1, max: 3}.")
    if kinds == ["min"]:
        return _range(attr, value, place)
    if kinds == ["known"]:
        known = value["known"]
        if not isinstance(known, bool):
            _refuse((*place.keys, "known"), known, f"'known' is {known!r}.", "Write true or false.")
        return Known(attr, known)
    if kinds == ["is"]:
        return Is(attr, (_scalar(value["is"], (*place.keys, "is")),))
    listed = value["in"]
    if not isinstance(listed, list | tuple) or not listed:
        _refuse((*place.keys, "in"), listed, "'in' needs a list of values.", "Write in: [a, b].")
    return Is(attr, tuple(_scalar(item, (*place.keys, "in", at)) for at, item in enumerate(listed)))


def _range(attr: str, value: Fields, place: _Place) -> Condition:
    low, high = (_bound(value, place, key) for key in ("min", "max"))
    if low and high and low[1] != high[1]:
        message = "One bound is a number, the other a date."
        _refuse(place.keys, value, message, "Use two numbers or two dates.")
    if low and high and low[0] > high[0]:
        _refuse(place.keys, value, f"min {value['min']} is above max {value['max']}.", "Turn them round.")
    dates = any(bound[1] for bound in (low, high) if bound)
    text = (str(value["min"]) if low and dates else None, str(value["max"]) if high and dates else None)
    return Between(attr, low[0] if low else None, high[0] if high else None, dates, text)


def _bound(fields: Fields, place: _Place, key: str) -> tuple[float, bool] | None:
    value = fields.get(key)
    if value is None and key not in fields:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and not isnan(value):
        return float(value), False
    time = instant_of(value, key == "max")
    if time is None:
        message = f"{value!r} is neither a number nor a date."
        _refuse((*place.keys, key), value, message, "Write 3, 2.5 or 2026-10-01.")
    return float(time), True


def _did(value: Fields, place: _Place) -> Condition:
    low, high = _times(value, place, "min"), _times(value, place, "max")
    least = 1 if low is None else low
    if high is not None and least > high:
        message = f"min {least} (1 unless given) is above max {high}."
        _refuse(place.keys, value, message, "For never write min: 0, max: 0.")
    return Did(_text(value, place, "event"), _where(value, place), _within(value, place), least, high)


def _sequence(value: Fields, place: _Place) -> Condition:
    steps = value["sequence"]
    names = [step for step in steps if isinstance(step, str) and step] if isinstance(steps, list | tuple) else []
    if not isinstance(steps, list | tuple) or len(names) < len(steps) or not 2 <= len(names) <= MAX_STEPS:
        message = f"A sequence needs 2 to {MAX_STEPS} event names, but got {_short(steps)}."
        _refuse((*place.keys, "sequence"), steps, message, "Write sequence: [visit, order].")
    return InOrder(tuple(unicodedata.normalize("NFC", name) for name in names), _within(value, place))


def _behind(value: Fields, place: _Place) -> Condition:
    question = value["behind"]
    if not isinstance(question, Mapping) or not isinstance(question.get("question"), str):
        hint = "Write behind: {question: funnel, steps: [...]}, part: /steps/1/dropped."
        _refuse((*place.keys, "behind"), question, f"{_short(question)} is not a question.", hint)
    return Behind(json.dumps(question, sort_keys=True, default=str), _text(value, place, "part"))


def _then(value: Fields, place: _Place) -> Condition:
    within = _within(value, place)
    if within is None:
        _refuse(place.keys, value, "'then' needs 'within', or it would never be decided.", "Add within: 30d.")
    return Then(_text(value, place, "then"), within, _where(value, place))


def _text(value: Fields, place: _Place, key: str) -> str:
    found = value.get(key)
    if not isinstance(found, str) or not found:
        _refuse((*place.keys, key), found, f"{key!r} is {found!r}, but must be a name.", "Write a text.")
    return unicodedata.normalize("NFC", found)


def _within(value: Fields, place: _Place) -> int | None:
    span = value.get("within")
    if span is None and "within" not in value:
        return None
    try:
        return microseconds(span if isinstance(span, str) else str(span))
    except InputError as error:
        _refuse((*place.keys, "within"), span, error.message, error.hint)


def _scalar(value: object, keys: Keys) -> Scalar:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, date):
        return value.isoformat()
    hint = "Write a text, a number, true or false; for absence write known: false."
    _refuse(keys, value, f"{_short(value)} cannot be compared with.", hint)


def _times(value: Fields, place: _Place, key: str) -> int | None:
    times = value.get(key)
    if times is None and key not in value:
        return None
    if not isinstance(times, int) or isinstance(times, bool) or times < 0:
        _refuse((*place.keys, key), times, f"{key!r} is {times!r}, but counts events.", "Write 0, 1, 2 ….")
    return times


def _where(value: Fields, place: _Place) -> Condition | None:
    if "where" not in value:
        return None
    return _condition(value["where"], _Place((*place.keys, "where"), "event", place.depth + 1))


_READERS: Mapping[str, Callable[[Fields, _Place], Condition]] = {
    "all": _every,
    "any": _every,
    "not": _negation,
    "attr": _compare,
    "event": _did,
    "sequence": _sequence,
    "behind": _behind,
    "then": _then,
}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
