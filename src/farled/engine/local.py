"""Run a question on this machine, over threads."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

from farled.engine.base import A_co, P, Question, View
from farled.engine.checks import columns_of, require_events, require_properties
from farled.engine.compiled import prepare
from farled.engine.merging import merged
from farled.journeys.index import Journeys
from farled.journeys.source import Source

SMALL_CHUNK = 200_000
"""Events, on average."""
WORTH_A_THREAD = 0.001
"""Seconds."""


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

    def count(number: int) -> P:
        chunk = chunks[number]
        return question.partial(chunk if view is None else view.prepare(journeys, number, chunk))

    return question.answer(merged(_counted(count, len(chunks), journeys.events)))


def _counted(count: Callable[[int], P], chunks: int, events: int) -> Iterator[P]:
    """Yield the counts of all chunks: over threads, unless the chunks are small and the first took next to no time.

    Threads take turns at each kernel; that costs more than a chunk of some ten thousand events does.
    """
    first = 0
    if events < SMALL_CHUNK * chunks:
        begun = perf_counter()
        counted, first = count(0), 1
        is_cheap = perf_counter() - begun < WORTH_A_THREAD
        yield counted
        if is_cheap:
            yield from map(count, range(1, chunks))
            return
    with ThreadPoolExecutor(threads()) as pool:
        yield from pool.map(count, range(first, chunks))


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


def threads() -> int:
    """Return how many threads count: one per processor that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
