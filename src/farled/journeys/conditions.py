"""Conditions: the closed grammar by which events and customers are chosen.

A condition is read from plain values (YAML, JSON, a form) with ``parse``. It has three outcomes: true, false and
unknown; only true selects. ``where`` evaluates it over events, ``select`` over customers at a moment.
"""

from farled.errors import InputError
from farled.journeys.condition_reader import Fault, dotted, examine, nearest
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
    Members,
    Not,
    Over,
    Saved,
    Scalar,
    Then,
    attributes,
    columns,
    comparisons,
    names,
    plain,
    walk,
)
from farled.journeys.segments import Moments, select
from farled.journeys.truth import where

__all__ = [
    "All",
    "Behind",
    "Between",
    "Condition",
    "Did",
    "Either",
    "Fault",
    "InOrder",
    "Is",
    "Known",
    "Members",
    "Moments",
    "Not",
    "Over",
    "Saved",
    "Scalar",
    "Then",
    "attributes",
    "columns",
    "comparisons",
    "dotted",
    "examine",
    "names",
    "nearest",
    "parse",
    "plain",
    "select",
    "walk",
    "where",
]


def parse(value: object, over: Over = "event", path: str = "") -> Condition:
    """Read a condition.

    Args:
        value: As it stands in a file: mappings, lists and scalars.
        over: Whether it chooses events or customers; each has leaves of its own.
        path: Where the condition stands, for the message.

    Raises:
        InputError: It is no condition; every fault is named with its place, its value and the nearest valid word.

    Example:
        >>> parse({"attr": "channel", "is": "web"})
        Is(attr='channel', values=('web',))
        >>> parse({"atr": "size", "is": 3}, path="where")
        Traceback (most recent call last):
        ...
        farled.errors.InputError: where.atr: 'atr' is not a key of a condition.
        Hint: Did you mean 'attr'?
    """
    condition, faults = examine(value, over)
    if condition is not None and not faults:
        return condition
    lines = [f"{dotted(path, fault.keys)}: {fault.message}" for fault in faults]
    raise InputError("\n".join(lines), faults[0].hint)
