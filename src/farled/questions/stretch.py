"""Which time of a chunk counts for a question per calendar period, and how the periods are numbered."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from farled.errors import InputError
from farled.journeys.index import Chunk
from farled.spans import Calendar

Ints = npt.NDArray[np.int64]
N = TypeVar("N", bound=np.signedinteger[Any])
NEVER = -(1 << 62)
FOREVER = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """The time of a chunk that counts, and the calendar periods that it touches.

    Attributes:
        low: The least time that counts, microseconds.
        until: The first time after it that does not: just after the end of the data, or of the period asked about.
        first: Number of the first period.
        last: Number of the last period.
    """

    low: int
    until: int
    first: int
    last: int

    @classmethod
    def of(cls, chunk: Chunk, calendar: Calendar, *, before: bool = False) -> Self | None:
        """Return the stretch of a chunk, None if no event of it can count.

        Args:
            chunk: Of any journeys.
            calendar: Of the question.
            before: Whether to number also the periods before those that count, from the first event on.
        """
        if not len(chunk.time):
            return None
        from farled.journeys.presence_kernels import first_time

        low, end = chunk.during or (NEVER, FOREVER)
        until = min(end, chunk.end + 1)
        find = partial(first_time, chunk.offsets, chunk.time)
        least = find() if chunk.shelf is None else chunk.shelf.first_time(find)
        if max(least, low) >= until:
            return None
        return cls(low, until, calendar.number(least if before else max(least, low)), calendar.number(until - 1))

    def __add__(self, other: "Stretch") -> "Stretch":
        """Return the stretch of both chunks."""
        return Stretch(
            min(self.low, other.low),
            max(self.until, other.until),
            min(self.first, other.first),
            max(self.last, other.last),
        )

    def too_many(self, calendar: Calendar, most: int) -> InputError:
        """Return the error for a period that is too short for the data."""
        first, last = calendar.first_day(self.first), calendar.first_day(self.last)
        return InputError(
            f"From {first} to {last} there are {self.periods} {calendar.unit}s, more than {most}.",
            "Take a longer period such as month, or ask of a part of the data with during.",
        )

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return self.last - self.first + 1


def joined(whole: Stretch, tables: Sequence[tuple[Stretch, npt.NDArray[N]]]) -> npt.NDArray[N]:
    """Return the sum of tables whose rows are the periods of a stretch each.

    Args:
        whole: The stretch of the sum.
        tables: At least one; they may differ in columns.
    """
    columns = max(counts.shape[1] for _, counts in tables)
    made = np.zeros((whole.periods, columns), dtype=tables[0][1].dtype)
    for stretch, counts in tables:
        first = stretch.first - whole.first
        made[first : first + len(counts), : counts.shape[1]] += counts
    return made


@lru_cache(maxsize=64)
def edges_of(calendar: Calendar, first: int, last: int) -> Ints:
    """Return when the periods from one to another begin, and when the last is over. Shape (periods + 1,)."""
    edges = np.array(calendar.edges(first, last), dtype=np.int64)
    edges.flags.writeable = False
    return edges
