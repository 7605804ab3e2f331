"""Run a question on this machine, over threads."""

from collections.abc import Callable
from pathlib import Path
from time import thread_time

from farled.engine.base import A_co, P, Question, View
from farled.engine.checks import columns_of, require_events, require_properties
from farled.engine.compiled import prepare
from farled.engine.merging import merged
from farled.journeys.index import Journeys
from farled.journeys.source import Source
from farled.journeys.threads import over_threads

WORTH_THREADS = 0.004
"""Seconds of counting; less is sooner done by one thread."""


def journeys(index: Path, source: Source, progress: Callable[[int, int], None] | None = None) -> Journeys:
    """Bring the index in a folder up to date with its events and return the journeys.

    Args:
        index: The folder.
        source: The events.
        progress: Called with buckets done and to do.
    """
    from farled.journeys.stored import IndexStore

    return IndexStore(index).refresh(source, progress)


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
    require_events(journeys, question.mentions(), view)
    require_properties(question, journeys.values, view)
    chunks = journeys.chunks(columns_of(question, view))
    prepare(journeys.events)

    spent = []

    def count(number: int) -> P:
        begun, chunk = thread_time(), chunks[number]
        counted = question.partial(chunk if view is None else view.prepare(journeys, number, chunk))
        spent.append(thread_time() - begun)
        return counted

    kind, each = type(question), range(len(chunks))
    is_quick = journeys.spent.get(kind, WORTH_THREADS) < WORTH_THREADS
    total = merged(map(count, each) if is_quick else over_threads(count, each))
    journeys.spent[kind] = sum(spent)
    return question.answer(total)


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
    for number, chunk in enumerate(journeys.chunks(columns_of(question, view))):
        seen = chunk if view is None else view.prepare(journeys, number, chunk)
        found += journeys.customer_ids(number, seen.origin(question.behind(seen, part, answer)))
    return found
