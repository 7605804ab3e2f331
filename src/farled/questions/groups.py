"""Journeys by a property of their first event."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from farled.engine.base import P
from farled.journeys.index import Chunk, Column
from farled.journeys.select import journeys_with

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class GroupedPartial(Generic[P]):
    """Counts of the whole, and of each group.

    Attributes:
        whole: Of all journeys.
        groups: Per value of the property; None is no value.
    """

    whole: P
    groups: Mapping[Any, P]

    def __add__(self, other: "GroupedPartial[P]") -> "GroupedPartial[P]":
        return GroupedPartial(self.whole + other.whole, added(self.groups, other.groups))


def added(one: Mapping[Any, P], other: Mapping[Any, P]) -> dict[Any, P]:
    """Return the counts of each group, of which some are only on one side."""
    both = dict(one)
    for value, counts in other.items():
        both[value] = both[value] + counts if value in both else counts
    return both


def grouped(chunk: Chunk, name: str, count: Callable[[Chunk], T]) -> Iterator[tuple[Any, T]]:
    """Count the journeys of each value of a property at their first event.

    Args:
        chunk: With the property as a column.
        name: Of the property.
        count: What to count of each group.

    Yields:
        The value, None for no value, and the count of its journeys.
    """
    values, code = first_values(chunk, name)
    for group in np.unique(code).tolist():
        yield values[group], count(journeys_with(chunk, code == group))


def first_values(chunk: Chunk, name: str) -> tuple[list[Any], npt.NDArray[np.int64]]:
    """Return the values of a property and the code of each journey's first event; the last value, -1, is None."""
    column = chunk.columns[name]
    first = chunk.offsets[:-1]
    if isinstance(column, Column):
        return [*column.values, None], column.code[first].astype(np.int64)
    found, code = np.unique(column[first], return_inverse=True)
    return [*(None if np.isnan(value) else float(value) for value in found), None], code


def values_at(chunk: Chunk, name: str, event: npt.NDArray[np.int64]) -> tuple[list[Any], npt.NDArray[np.int64]]:
    """Return the values of a property, and the code of each event's value; -1 (the last, None) where it has none."""
    column = chunk.columns[name]
    safe = np.maximum(event, 0)
    if isinstance(column, Column):
        values: list[Any] = [*column.values, None]
        return values, np.where(event < 0, -1, column.code[safe] if len(column.code) else -1).astype(np.int64)
    found, code = np.unique(column[safe], return_inverse=True)
    values = [None if np.isnan(value) else float(value) for value in found]
    return [*values, None], np.where(event < 0, -1, code)
