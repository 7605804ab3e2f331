"""The numbers of an answer by name, so that two answers can be laid beside each other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from farled.figures.quantity import Count, Label
from farled.figures.table import Cell
from farled.stats.intervals import Estimate, Rate, wilson

Name = tuple[str, ...]

_INTERVAL = frozenset({"value", "low", "high", "n"})
_NAMES = ("name", "names", "from", "to", "value", "start", "end", "period", "label", "label_of")
_TIMES = ("time", "seconds")
_LENGTHS = frozenset({"length"})
_SHARES = frozenset({"share", "eventual", "single", "kept", "rate", "from_start", "from_previous", "conversion"})
_WAITS = frozenset({"median", "half", "mean", "p10", "p90"})  # of a time, where an answer has them beside each other
_PICTURES = frozenset({"histogram", "curve", "lengths", "quotes", "weights"})  # what stands in them hangs on the data
_KEPT_TEXT = frozenset({"quotes", "because", "reason"})  # texts of an entry that are not its name
_ROWS = frozenset({"back", "rate", "pooled"})  # lists whose places mean something: so many periods later
_SILENT = frozenset(
    {
        *("steps", "edges", "nodes", "paths", "groups", "credits", "compared", "cohorts", "periods", "shares"),
        *("topics", "differences", "languages", "starts", "ends", "other_scales", "seem"),
    }
)
_HOLDERS = _SILENT | _ROWS | {"visits", "accuracy"}
_DEEP = frozenset({"compared"})  # holds entries of entries
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
        reason: Why there is no value, where the answer says so.
    """

    name: Name
    pointer: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    part: int | None = None
    is_wait: bool = False
    reason: str | None = None

    @property
    def label(self) -> str:
        """How people call it: ``cart: from start``."""
        return label(self.name)

    @property
    def unit(self) -> str:
        """``share``, ``seconds`` or ``number``."""
        if self.part is not None or (self.name[-1] in _SHARES and 0 <= (self.value or 0) <= 1):
            return "share"
        told = [key for key, holder in _parts(self.name) if not holder]
        is_time = self.is_wait or not _LENGTHS.isdisjoint(told) or any(word in key for key in told for word in _TIMES)
        return "seconds" if is_time else "number"

    def cell(self) -> Cell:
        """Return the number as a cell of a table."""
        if self.part is not None and self.n is not None:
            return Rate(self.part, self.n)
        if self.value is None and self.reason is not None:
            return Estimate.unknown(self.reason, self.n or 0)
        if self.n is None or self.value is None:
            return self.value
        return Estimate(self.value, self.low, self.high, self.n)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        plain: dict[str, Any] = {"value": self.value, "low": self.low, "high": self.high}
        plain |= {} if self.n is None else {"n": self.n}
        return plain if self.value is not None else {**plain, "reason": self.reason or "nobody"}


def label(name: Name) -> Label:
    """Return how people call a number.

    >>> label(("steps", "cart", "from_start")), label(("conversion",)), label(("edges", "a > b", "share"))
    ('cart: from start', 'conversion', 'a > b: share')
    >>> label(("length", "mean")), label(("compared", "last", "mail", "share")), label(("ends", "page_view"))
    ('length: mean', 'last, mail: share', 'page_view: ends')
    """
    *before, (last, holder) = _parts(name)
    said = [_shown(key, of) for key, of in before]
    if holder in _ROWS or not holder:
        told = _shown(last, holder)
    else:
        said, told = [*said, (last,)], _shown(holder, "")
    joined = [part for each in said for part in (", ", *each)][1:]
    return Label(*joined, ": ", *told) if said else Label(*told)


def _shown(key: str, holder: str) -> tuple[str, ...]:
    """Return the parts of a key: a name of the data as it is, Farled's own as a word."""
    if holder in _SILENT:
        return (key,)
    if holder:
        return Count(holder.replace("_", " ")), " ", key
    return (Count(key.replace("_", " ")),)


def labels(names: Iterable[Name]) -> list[str]:
    """Return how people call numbers, each as no other is called.

    >>> labels([("nodes", "a > b", "customers"), ("edges", "a > b", "customers")])
    ['a > b: customers', 'a > b: customers (2)']
    """
    seen: dict[str, int] = {}
    found: list[str] = []
    for each in map(label, names):
        seen[each] = seen.get(each, 0) + 1
        found.append(each if seen[each] == 1 else Label(*each.parts, f" ({seen[each]})"))
    return found


def _parts(name: Name) -> list[tuple[str, str]]:
    """Return each key of a name with what holds it: the list of an entry, or nothing of a key that Farled gives."""
    found, holder, left = [], "", 0
    for at, key in enumerate(name):
        if left:
            found.append((key, holder))
            left -= 1
        elif key in _HOLDERS and at < len(name) - 1:
            holder, left = key, 2 if key in _DEEP else 1
        else:
            found.append((key, ""))
    return found


def _is_entry(name: Name) -> bool:
    """Return whether the key after a name is called by the data, not by Farled."""
    return (bool(name) and name[-1] in _HOLDERS) or (len(name) > 1 and name[-2] in _DEEP)


def is_quantile(name: Name) -> bool:
    """Return whether a number is a median or another quantile, which does not vary smoothly with the customers.

    >>> is_quantile(("steps", "order", "p90_time")), is_quantile(("median",)), is_quantile(("steps", "p1", "customers"))
    (True, True, False)
    """
    return _QUANTILE.match(name[-1]) is not None


def numbers(answer: Mapping[str, Any]) -> dict[Name, Number]:
    """Return the numbers of an answer by name.

    Entries of a list are told apart by their names (step, touchpoint, from and to, group, cohort), never by their
    position; a second entry of the same names is called ``NAME (2)``. Rows of a table of retention go by their places:
    so many periods later. Histograms, curves and quotes are left out: what stands there hangs on the data.

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
            if key not in _PICTURES or _is_entry(name):
                called = str(key)
                _gather(each, (*name, called), f"{pointer}/{called.replace('~', '~0').replace('/', '~1')}", found)
    elif isinstance(value, list | tuple):
        for at, called in enumerate(_called(value, by_place=bool(name) and name[-1] in _ROWS)):
            if called:
                _gather(value[at], (*name, called), f"{pointer}/{at}", found)
    elif _is_number(value) and name and (name[-1] not in _NAMES or _is_entry(name[:-1])):
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
    return Number(name, pointer, share, low, high, n, part, reason=value.get("reason"))


def _called(items: list[Any] | tuple[Any, ...], *, by_place: bool) -> Iterator[str]:
    """Return a name for each entry of a list, none twice; empty for one that has none."""
    yield from map(str, range(len(items))) if by_place else _distinct(map(_name, items))


def _distinct(names: Iterable[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 or not name else f"{name} ({seen[name]})"


def _name(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    if not isinstance(item.get("value", {}), dict | list | tuple):  # a group: what else it says is no name
        return _text(item["value"])
    if isinstance(item.get("from"), int):
        return _range(item["from"], item.get("to"))
    parts = [
        _text(value)
        for key, value in item.items()
        if (_is_text(value) and key not in _KEPT_TEXT) or (key in _NAMES and _is_plain(value))
        if key != "start" or "name" not in item
    ]
    return " > ".join(part for part in parts if part)


def _range(low: int, high: int | None) -> str:
    """Return what an entry that counts from so many to so many is called.

    >>> _range(1, 1), _range(3, 4), _range(50, None)
    ('1', '3–4', '50 or more')
    """
    return f"{low} or more" if high is None else str(low) if low == high else f"{low}–{high}"


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
