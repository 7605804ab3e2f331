"""The answer to a question asked of all customers and of each of some segments."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from farled.engine.base import TableAnswer
from farled.figures.bars import of_table
from farled.figures.figure import Figure
from farled.figures.table import Table

AnyAnswer = Any


@dataclass(frozen=True, slots=True)
class GroupedAnswer(TableAnswer):
    """The same question asked of everybody, and of each segment for itself; a customer may be in several.

    Attributes:
        question: What was asked.
        whole: The answer of everybody.
        groups: The answer of each segment, by its id.
    """

    question: Any
    whole: AnyAnswer
    groups: Mapping[str, AnyAnswer]

    def to_dict(self) -> dict[str, Any]:
        """Return the answer of everybody, with ``groups``: the answers of the segments."""
        groups = [{"value": name, **answer.to_dict()} for name, answer in self.groups.items()]
        return {**self.whole.to_dict(), "groups": groups}

    def figure(self) -> Figure:
        """Return the picture of everybody."""
        return self.figures()[0]

    def figures(self) -> tuple[Figure, ...]:
        """Return the pictures of everybody."""
        whole = self.whole
        return whole.figures() if isinstance(whole, TableAnswer) else (of_table(whole.table()),)

    def table(self) -> Table:
        """Return the rows of everybody and of each segment, with the segment in the first column."""
        tables = {"all": self.whole.table(), **{name: answer.table() for name, answer in self.groups.items()}}
        whole = tables["all"]
        headings = list(dict.fromkeys(heading for table in tables.values() for heading in table.headings))
        kinds = {heading: kind for table in tables.values() for heading, kind in (table.kinds or {}).items()}
        rows: list[tuple[Any, ...]] = []
        for name, table in tables.items():
            place = {heading: at for at, heading in enumerate(table.headings)}
            rows += [
                (name, *(row[place[heading]] if heading in place else None for heading in headings))
                for row in table.rows
            ]
        return Table(whole.title, ("segment", *headings), tuple(rows), kinds, whole.note)
