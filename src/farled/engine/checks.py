"""What every engine checks before it counts, so that all say the same of a wrong question."""

from collections.abc import Callable, Iterable
from typing import Any

from farled.engine.base import Question, View
from farled.errors import InputError, NotFoundError
from farled.journeys.index import Journeys, Scalar

OWN = frozenset({"channel", "source", "value", "currency", "score", "scale", "text", "account", "phase", "touchpoint"})


def columns_of(question: Question[Any, Any], view: View | None) -> tuple[str, ...]:
    """Return the columns that a question and its view need."""
    return tuple(dict.fromkeys([*question.columns(), *(view.columns if view else ())]))


def require_events(journeys: Journeys, names: Iterable[str], view: View | None) -> None:
    """Check that there are events, and the event names asked for among them.

    Raises:
        NotFoundError: The question names an event that does not occur; the nearest names are in the hint.
        InputError: There are no events to ask.
    """
    if not journeys.events:
        raise InputError("There are no events to ask about.", "Load some: farled ingest FILES…")
    journeys.require_events([name for name in names if view is None or view.names is None or name not in view.names])


def require_properties(names: Iterable[str], values: Callable[[str], tuple[Scalar, ...] | None]) -> None:
    """Refuse a property that no event has: it is misspelt, or one of the customers and not of the events.

    Args:
        names: Of properties.
        values: Gives the values of a property; None for numbers.

    Raises:
        NotFoundError: No event has it.
    """
    for name in names:
        if name not in OWN and values(name) == ():
            hint = "Look at the spelling; an attribute of customers is used in a segment: where={attr: …, is: …}."
            raise NotFoundError(f"No event has a property named {name!r}.", hint)
