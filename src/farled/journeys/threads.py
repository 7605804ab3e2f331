"""Work shared among the processors."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def over_threads(job: Callable[[Given], Made], given: Sequence[Given]) -> Iterator[Made]:
    """Yield what a job makes of each thing given, in their order.

    The thread that asks works too, so that one thing, or one processor, needs no other. It goes on with what is next
    while the first result that it has not yielded yet is being made.

    >>> list(over_threads(str, [1, 2, 3]))
    ['1', '2', '3']
    """
    helpers = min(cores(), len(given)) - 1
    if helpers < 1:
        yield from map(job, given)
        return
    with ThreadPoolExecutor(helpers) as pool:
        begun = [pool.submit(job, each) for each in given]
        try:
            yield from _shared(job, given, begun)
        finally:
            for future in begun:
                future.cancel()


def _shared(job: Callable[[Given], Made], given: Sequence[Given], begun: Sequence[Future[Made]]) -> Iterator[Made]:
    """Yield results in order; do what nobody has begun while the next one is not ready."""
    own: dict[int, Made] = {}
    rest = iter(range(len(given)))
    for number, future in enumerate(begun):
        while not future.done() and (mine := next(rest, None)) is not None:
            if begun[mine].cancel():
                own[mine] = job(given[mine])
        yield own.pop(number) if number in own else future.result()
