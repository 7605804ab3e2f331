"""Variants: the different whole journeys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.questions.path_counts import PathsPartial
from farled.questions.paths import Path, Paths, PathsAnswer
from farled.stats.intervals import Rate


@dataclass(frozen=True, slots=True)
class Variants:
    """Ask which whole journeys are most frequent, with the rest counted too.

    Two journeys are of one variant when they have the same touchpoints in the same order. Of events of one time the
    order is that of the sender.

    Args:
        top: How many variants are named; the others are the rest.
        cut: A longer silence than this ends a journey first.
        loops: False joins adjacent events of one name into one.
        group: New name of a group of touchpoints and the names in it.

    Raises:
        InputError: ``cut`` is not a span, ``top`` is below 1, or a name stands in two groups.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> trips = {"ana": [("visit", 0), ("cart", 1)], "bo": [("visit", 5), ("cart", 9)], "cai": [("visit", 0)]}
        >>> answer = ask(journeys_of(trips), Variants())
        >>> [(variant.names, variant.count) for variant in answer.paths], answer.different
        ([(('visit', 'cart'), 2), (('visit',), 1)], 2)

    Source:
        Own definition: decision 0004. Variants of a process: van der Aalst (2016), Process Mining, 2nd edition.
    """

    top: int = field(default=20, metadata={"help": "How many variants are named; the others are the rest."})
    cut: str | None = field(default=None, metadata={"help": "A longer silence ends a journey first, such as 30min."})
    loops: bool = field(default=True, metadata={"help": "Keep adjacent repeats of one name."})
    group: Mapping[str, Sequence[str]] | None = field(
        default=None, metadata={"help": "JSON: new name of a group and the names in it."}
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "group", self._paths.group)

    @property
    def _paths(self) -> Paths:
        """The same as paths: whole ones."""
        return Paths(length=None, top=self.top, cut=self.cut, loops=self.loops, group=self.group)

    def mentions(self) -> Iterable[str]:
        """Return the names in groups."""
        return self._paths.mentions()

    def columns(self) -> Iterable[str]:
        """Return nothing: variants need names only."""
        return ()

    def partial(self, chunk: Chunk) -> PathsPartial:
        """Count the journeys of a chunk by their variant."""
        return self._paths.partial(chunk)

    def answer(self, total: PathsPartial) -> "VariantsAnswer":
        """Name the most frequent variants; equal counts in the order of their names."""
        found = self._paths.answer(total)
        return VariantsAnswer(self, found.paths, found.rest, found.total, found.different)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/paths/i/customers``."""
        return self._paths.behind(chunk, part, answer)


@dataclass(frozen=True, slots=True)
class VariantsAnswer(PathsAnswer):
    """The most frequent variants and the rest: together all journeys.

    Attributes:
        question: What was asked.
        paths: The variants, most frequent first.
        rest: Journeys of all other variants.
        total: Journeys.
        different: How many variants there are.
    """

    question: Variants  # type: ignore[assignment]  # told as paths are, but asked otherwise
    paths: tuple[Path, ...]
    rest: int
    total: int
    different: int

    @property
    def coverage(self) -> Rate:
        """Share of the journeys that the named variants cover."""
        return Rate(self.total - self.rest, self.total)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "paths": [path.to_dict() for path in self.paths],
            "rest": self.rest,
            "total": self.total,
            "different": self.different,
            "coverage": self.coverage.to_dict(),
            "reason": self.reason,
        }

    def table(self) -> Table:
        """Return one row per variant and one for the rest."""
        rows: list[tuple[Any, ...]] = [
            (" > ".join(path.names), path.count, path.customers, path.share) for path in self.paths
        ]
        if self.rest:
            others = f"({self.different - len(self.paths)} other variants)"
            rows.append((others, self.rest, None, Rate(self.rest, self.total)))
        note = self._nobody if self.reason else f"{self.total} journeys of {self.different} variants."
        return Table("Variants", ("variant", "journeys", "customers", "share"), tuple(rows), None, note)
