"""What the engine asks of a question, and what every question promises of its answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from farled.figures.bars import of_table
from farled.figures.figure import Figure
from farled.figures.static import is_installed
from farled.figures.table import Table
from farled.journeys.conditions import Condition
from farled.journeys.index import Chunk, Journeys
from farled.journeys.source import Source


class Partial(Protocol):
    """Counts that add up: associative and commutative, so that chunks may come in any order and grouping."""

    def __add__(self, other: Self) -> Self:
        """Merge the counts of other customers."""
        ...


class Answer(Protocol):
    """The immutable result of a question."""

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; each rate as value, low, high and n."""
        ...

    def table(self) -> Table:
        """Return the answer as a table, the twin of its picture."""
        ...


P = TypeVar("P", bound=Partial)
A_co = TypeVar("A_co", bound=Answer, covariant=True)


class Question(Protocol[P, A_co]):
    """A frozen dataclass that can count and answer; it never knows where it runs."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def mentions(self) -> Iterable[str]:
        """Return the event names in the question, for the engine to check before it counts."""
        ...

    def columns(self) -> Iterable[str]:
        """Return the further columns and properties that it needs, such as ``channel``."""
        ...

    def partial(self, chunk: Chunk) -> P:
        """Count whole customers. Pure: no I/O, and no errors on data."""
        ...

    def answer(self, total: P) -> A_co:
        """Turn the merged counts into the answer. Pure, and run once."""
        ...

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return which customers of a chunk stand behind a number. Shape (customers,).

        Args:
            chunk: As for ``partial``.
            part: A JSON pointer into the answer, such as ``/steps/2/dropped``.
            answer: The answer's ``to_dict()``.

        Raises:
            NotFoundError: There is no such number, or no customers stand behind it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Renaming:
    """Other names for some of the events; it must pickle, as `View` does.

    Attributes:
        names: The new names.
        places: Position among the new names of each event of a chunk, -1: it keeps its name. Shape (n_events,).
        taken: Old names of events of which some, or all, may take a new one.
        others: Whether events of any other name may, too.
        columns: What ``places`` needs.
    """

    names: tuple[str, ...]
    places: Callable[[Chunk], npt.NDArray[np.int16]]
    taken: frozenset[str]
    others: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """What is done to each chunk before a question counts it: a period, a segment, the touchpoints of a map.

    Attributes:
        prepare: Takes the journeys, the chunk's number among theirs and the chunk; gives the chunk to count. It may be
            sent to another process, which holds a part of the journeys: it must pickle, and know no journeys itself.
        columns: What ``prepare`` needs besides what the question needs.
        renaming: How ``prepare`` names events; ``None``: as in the index.
        where: Which customers ``prepare`` leaves; judged by the events of the index, under their names there.
        at: Names in the question that may be those of events, and are not among those that it mentions.
    """

    prepare: Callable[[Journeys, int, Chunk], Chunk]
    columns: tuple[str, ...] = ()
    renaming: Renaming | None = None
    where: Condition | None = None
    at: tuple[str, ...] = ()


class Engine(Protocol):
    """Where questions are counted; the module ``farled.engine.local`` is one as it stands."""

    def journeys(self, index: Path, source: Source, progress: Callable[[int, int], None] | None = None) -> Journeys:
        """Bring the index in a folder up to date with its events and return the journeys."""
        ...

    def ask(self, journeys: Journeys, question: Question[P, A_co], view: View | None = None) -> A_co:
        """Return the answer to a question."""
        ...

    def customers_behind(
        self, journeys: Journeys, question: Question[P, A_co], part: str, view: View | None = None
    ) -> list[str]:
        """Return the ids of the customers behind a number of the answer."""
        ...


class TableAnswer:
    """What every answer can do once it has a table: notebook, terminal, Arrow."""

    __slots__ = ()

    def table(self) -> Table:
        """Return the answer as a table."""
        raise NotImplementedError

    def to_arrow(self) -> Any:
        """Return the table as an Arrow table; a rate takes four columns: value, low, high and n."""
        import pyarrow as pa

        headings, rows = self.table().flat()
        columns = [[row[at] for row in rows] for at in range(len(headings))]
        return pa.table([pa.array(column) for column in columns], names=headings)

    def figure(self) -> Figure:
        """Return the answer as a picture that is data: ``.svg()``, ``.png()``, ``.option()``, ``.table()``."""
        return of_table(self.table())

    def figures(self) -> tuple[Figure, ...]:
        """Return all pictures of the answer, the main one first."""
        return (self.figure(),)

    def _repr_html_(self) -> str:
        """Return the picture above the table; without the extra that draws, the table and the extra's name."""
        table = self.table().html()
        if not is_installed():
            return f'{table}<p>Pictures: pip install "farled[charts]"</p>'
        return f"{self.figure().svg()}{table}"

    def __str__(self) -> str:
        return str(self.table())
