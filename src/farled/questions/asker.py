"""What a question over questions may ask: other questions, of a part of the journeys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from farled.errors import InputError

AnyQuestion = Any
AnyAnswer = Any


@dataclass(frozen=True, slots=True)
class Side:
    """A part of the journeys: customers of a segment, events of a period, or both.

    Attributes:
        where: A segment: id or rule; None: everybody.
        during: A period; None: all of it.
        also: Another segment, within the first.
    """

    where: Any = None
    during: str | None = None
    also: Any = None


class Asker(Protocol):
    """Answers questions of the journeys that a question over questions was asked of."""

    @property
    def zone(self) -> str:
        """Where days begin and end."""
        ...

    def side(self, text: Any) -> Side:
        """Read a segment or a period."""
        ...

    def segments(self, question: AnyQuestion) -> Sequence[Any]:
        """Return the segments by which a question is grouped; none where it is not, or by a property."""
        ...

    def ask(self, question: AnyQuestion, side: Side = ...) -> AnyAnswer:
        """Return the answer to a question, of one side."""
        ...

    def customers_behind(self, question: AnyQuestion, part: str, side: Side = ...) -> list[str]:
        """Return the ids of the customers behind a number of an answer, of one side."""
        ...


def readable(value: Any, what: str) -> Any:
    """Return a side as a question keeps it: the text, or a mapping.

    Args:
        value: The id of a segment, its rule, a period, or ``{where, during}``.
        what: Name of the field.

    Raises:
        InputError: It is none of these.
    """
    if isinstance(value, Mapping) and value:
        return dict(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    hint = "Write a segment (its id or its rule) or a period, such as 2026-Q3."
    raise InputError(f"{what} is {value!r}, which is no part of the journeys.", hint)


def shown(value: Any) -> str:
    """Return how people call a side.

    >>> shown("2026-Q3"), shown({"where": "loyal", "during": "2026-Q3"}), shown({"attr": "plan", "is": "pro"})
    ('2026-Q3', 'loyal, 2026-Q3', 'attr: plan, is: pro')
    """
    if isinstance(value, str):
        return value
    if set(value) <= {"where", "during"}:
        return ", ".join(shown(each) for each in value.values() if each)
    return ", ".join(f"{key}: {each}" for key, each in value.items())
