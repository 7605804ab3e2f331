"""The numbers of an answer by name, so that two answers can be laid beside each other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from farled.figures.table import Cell
from farled.stats.intervals import Estimate, Rate, wilson

Name = tuple[str, ...]

_INTERVAL = frozenset({"value", "low", "high", "n"})
_NAMES = ("name", "names", "from", "to", "value", "start", "end", "period", "label", "label_of")
_TIMES = ("time", "seconds")
_LENGTHS = frozenset({"length"})
_SHARES = frozenset({"share", "eventual", "single", "kept", "rate", "from_start", "from_previous", "conversion"})
_WAITS = frozenset({"median", "half", "mean", "p10", "p90"})  # of a time, where an answer has them beside each other
_PICTURES = ("histogram", "curve")  # where their points lie hangs on the data
_QUANTILE = re.compile(r"(median|half|p\d\d)(_|$)")
_ALMOST = 1e-9


@dataclass(frozen=True, slots=True)
class Number:
    """A number of an answer.

    Attributes:
        name: Where it stands, with names in place of positions: ``("steps", "cart", "from_start")``.
        pointer: Where it stands in ``to_dict()``, as a JSON pointer.
        value: The number; None where it cannot be known.
        low: Lower bound, where the answer gives one.
        high: Upper bound likewise.
        n: What a share is of, or an estimate rests on; None of plain numbers.
        part: How many of ``n``, where the number is a share of a count.
        is_wait: Whether the number is a time as such, without a word for it in its name.
    """

    name: Name
    pointer: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    part: int | None = None
    is_wait: bool = False

    @property
    def label(self) -> str:
        """How people call it: ``cart: from start``."""
        return label(self.name)

    @property
    def unit(self) -> str:
        """``share``, ``seconds`` or ``number``."""
        if self.part is not None or (self.name[-1] in _SHARES and 0 <= (self.value or 0) <= 1):
            return "share"
        told = self.name[::2]
        is_time = self.is_wait or not _LENGTHS.isdisjoint(told) or any(word in key for key in told for word in _TIMES)
        return "seconds" if is_time else "number"

    def cell(self) -> Cell:
        """Return the number as a cell of a table."""
        if self.part is not None and self.n is not None:
            return Rate(self.part, self.n)
        if self.n is None or self.value is None:
            return self.value
        return Estimate(self.value, self.low, self.high, self.n)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        plain: dict[str, Any] = {"value": self.value, "low": self.low, "high": self.high}
        return plain if self.n is None else {**plain, "n": self.n}


def label(name: Name) -> str:
    """Return how people call a number.

    >>> label(("steps", "cart", "from_start")), label(("conversion",)), label(("edges", "a > b", "share"))
    ('cart: from start', 'conversion', 'a > b: share')
    """
    *whose, what = name
    told = what.replace("_", " ")
    items = whose[1::2]
    return f"{', '.join(items)}: {told}" if items else told


def is_quantile(name: Name) -> bool:
    """Return whether a number is a median or another quantile, which does not vary smoothly with the customers.

    >>> is_quantile(("steps", "order", "p90_time")), is_quantile(("median",)), is_quantile(("steps", "p1", "customers"))
    (True, True, False)
    """
    return _QUANTILE.match(name[-1]) is not None


def numbers(answer: Mapping[str, Any]) -> dict[Name, Number]:
    """Return the numbers of an answer by name.

    Entries of a list are told apart by their names (step, touchpoint, from and to, group, cohort), never by their
    position; a second entry of the same names is called ``NAME (2)``. A list of plain numbers goes by its positions.
    Histograms and curves are left out: their points lie where the data have them.

    Args:
        answer: As ``to_dict()`` gives it.

    Example:
        >>> answer = {"n": 9, "steps": [{"name": "cart", "customers": 4}, {"name": "order", "customers": 1}]}
        >>> {number.label: number.value for number in numbers(answer).values()}
        {'n': 9, 'cart: customers': 4, 'order: customers': 1}
    """
    waits = _WAITS if answer.keys() >= _WAITS else frozenset()
    return {name: _number(name, pointer, leaf, is_wait=name[-1] in waits) for name, pointer, leaf in _leaves(answer)}


def values(answer: Mapping[str, Any]) -> dict[Name, float | None]:
    """Return the values of `numbers` alone, which takes a third of the time.

    >>> values({"n": 9, "steps": [{"name": "cart", "rate": {"value": 0.5, "low": 0.2, "high": 0.8, "n": 8}}]})
    {('n',): 9, ('steps', 'cart', 'rate'): 0.5}
    """
    return {name: leaf["value"] if isinstance(leaf, dict) else leaf for name, _, leaf in _leaves(answer)}


def _leaves(answer: Mapping[str, Any]) -> list[tuple[Name, str, Any]]:
    """Return name, JSON pointer and what stands there of each number: itself, or with its interval."""
    found: list[tuple[Name, str, Any]] = []
    _gather(answer, (), "", found)
    return found


def _gather(value: Any, name: Name, pointer: str, found: list[tuple[Name, str, Any]]) -> None:
    if isinstance(value, dict):
        if value.keys() >= _INTERVAL:
            found.append((name, pointer, value))
            return
        for key, each in value.items():
            if key not in _PICTURES:
                called = str(key)
                _gather(each, (*name, called), f"{pointer}/{called.replace('~', '~0').replace('/', '~1')}", found)
    elif isinstance(value, list | tuple):
        for at, called in enumerate(_called(value)):
            _gather(value[at], (*name, called), f"{pointer}/{at}", found)
    elif _is_number(value) and name and name[-1] not in _NAMES:
        found.append((name, pointer, value))


def _number(name: Name, pointer: str, leaf: Any, *, is_wait: bool) -> Number:
    if isinstance(leaf, dict):
        return replace(_with_interval(leaf, name, pointer), is_wait=is_wait)
    return Number(name, pointer, leaf, is_wait=is_wait)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _with_interval(value: Mapping[str, Any], name: Name, pointer: str) -> Number:
    share, low, high, n = (value[key] for key in ("value", "low", "high", "n"))
    part = None
    if share is not None and low is not None and high is not None and n and 0 <= share <= 1:
        count = round(share * n)
        bounds = wilson(count, n)
        same = abs(count / n - share) + abs(bounds.low - low) + abs(bounds.high - high)
        part = count if same < _ALMOST else None
    return Number(name, pointer, share, low, high, n, part)


def _called(items: list[Any] | tuple[Any, ...]) -> Iterator[str]:
    """Return a name for each entry of a list, none twice."""
    seen: dict[str, int] = {}
    for at, item in enumerate(items):
        called = _name(item) or str(at)
        seen[called] = seen.get(called, 0) + 1
        yield called if seen[called] == 1 else f"{called} ({seen[called]})"


def _name(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    parts = [_text(value) for key, value in item.items() if _is_text(value) or (key in _NAMES and _is_plain(value))]
    return " > ".join(part for part in parts if part)


def _is_text(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)


def _is_plain(value: Any) -> bool:
    return not isinstance(value, float | dict | list | tuple)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " > ".join(map(str, value))
    return "–" if value is None else str(value)
