"""Run a question on this machine, over threads."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce

from farled.engine.base import A_co, P, Question
from farled.errors import InputError, NotFoundError
from farled.journeys.index import Chunk, Column, Journeys

OWN = frozenset({"channel", "source", "value", "currency", "score", "scale", "text", "account", "phase"})


@dataclass(frozen=True, slots=True)
class View:
    """What is done to each chunk before a question counts it: a period, a segment, the touchpoints of a map.

    Attributes:
        prepare: Takes the chunk's number and the chunk; gives the chunk to count.
        columns: What ``prepare`` needs besides what the question needs.
        names: The event names after ``prepare``; ``None``: those of the index.
    """

    prepare: Callable[[int, Chunk], Chunk]
    columns: tuple[str, ...] = ()
    names: frozenset[str] | None = field(default=None)


def ask(journeys: Journeys, question: Question[P, A_co], view: View | None = None) -> A_co:
    """Return the answer to a question.

    Args:
        journeys: Of whom.
        question: What.
        view: What part of the journeys, seen how; default: all as they are.

    Raises:
        NotFoundError: The question names an event that does not occur; the nearest names are in the hint.
        InputError: There are no events to ask.
    """
    _require(journeys, question.mentions(), view)
    chunks = journeys.chunks(_columns(question.columns(), view))
    _require_properties(question.columns(), chunks[0])

    def count(numbered: tuple[int, Chunk]) -> P:
        number, chunk = numbered
        return question.partial(chunk if view is None else view.prepare(number, chunk))

    with ThreadPoolExecutor(threads()) as pool:
        return question.answer(reduce(lambda total, more: total + more, pool.map(count, enumerate(chunks))))


def customers_behind(journeys: Journeys, question: Question[P, A_co], part: str, view: View | None = None) -> list[str]:
    """Return the ids of the customers behind a number of the answer.

    Args:
        journeys: As for ``ask``.
        question: As for ``ask``.
        part: A JSON pointer into the answer's ``to_dict()``, lists from 0: ``/steps/2/dropped``.
        view: As for ``ask``.

    Raises:
        NotFoundError: There is no such number, or no customers stand behind it.
    """
    answer = ask(journeys, question, view).to_dict()
    found: list[str] = []
    for number, chunk in enumerate(journeys.chunks(_columns(question.columns(), view))):
        seen = chunk if view is None else view.prepare(number, chunk)
        found += journeys.customer_ids(number, seen.origin(question.behind(seen, part, answer)))
    return found


def threads() -> int:
    """Return how many threads count: one per processor that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _columns(wanted: Iterable[str], view: View | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*wanted, *(view.columns if view else ())]))


def _require_properties(names: Iterable[str], chunk: Chunk) -> None:
    """Refuse a property that no event has: it is misspelt, or one of the customers and not of the events."""
    for name in names:
        column = chunk.columns.get(name)
        if isinstance(column, Column) and not column.values and name not in OWN:
            hint = "Look at the spelling; an attribute of customers is used in a segment: where={attr: …, is: …}."
            raise NotFoundError(f"No event has a property named {name!r}.", hint)


def _require(journeys: Journeys, names: Iterable[str], view: View | None) -> None:
    if not journeys.events:
        raise InputError("There are no events to ask about.", "Load some: farled ingest FILES…")
    journeys.require_events([name for name in names if view is None or view.names is None or name not in view.names])
