"""Farled: from its index, and from files."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cases
from data import Files, name_of

import farled

STEPS = [name_of(code) for code in cases.STEPS]
CODE = {name: code for code, name in enumerate(cases.names())}


def __getattr__(name: str) -> str:
    """Return ``VERSION``; finding it out is no part of what is timed."""
    if name != "VERSION":
        raise AttributeError(name)
    from importlib.metadata import version  # noqa: PLC0415

    return ", ".join(f"{each} {version(each)}" for each in ("farled", "numba", "pyarrow"))


def load(files: Files, store: Path) -> None:
    """Make a workspace folder of the log, with its index."""
    from farled.workspace.storing import add, create  # noqa: PLC0415  not part of what is timed as a start

    create(store)
    add(farled.open(store).folder, [str(files.parquet)])
    _ = farled.open(store).events


def opened(store: Path) -> Any:
    """Open the workspace."""
    return farled.open(store)


def read(path: Path) -> Any:
    """Read a file."""
    return farled.read(path)


def ask(workspace: Any, question: str) -> Any:
    """Ask; what comes back is Farled's own answer."""
    asked = {
        "funnel": lambda: farled.Funnel(STEPS, within=f"{cases.WITHIN_DAYS}d"),
        "transitions": lambda: farled.Flow(times=False),
        "flow": lambda: farled.Flow(times=False),
        "times": lambda: farled.Flow(),  # noqa: PLW0108  to name it imports it
        "paths": lambda: farled.Paths(length=cases.LENGTH, top=cases.TOP),
        "timing": lambda: farled.Timing(name_of(cases.FROM), name_of(cases.TO)),
        "sessions": lambda: farled.Sessions(),  # noqa: PLW0108  the same
        "variants": lambda: farled.Variants(top=cases.TOP),
        "lifecycle": lambda: farled.Lifecycle(time_zone="UTC"),
        "retention": lambda: farled.Retention(STEPS[0], time_zone="UTC"),
    }
    return workspace.ask(asked[question]())


def compared(question: str, answer: Any) -> cases.Answer:
    """Return the answer in the form in which contenders are compared."""
    return _FORMS[question](answer)


def _timing(answer: Any) -> cases.Answer:
    times = (answer.p10, answer.median, answer.p90, answer.mean, answer.half)
    month = next(each.share.value for each in answer.shares if each.within == "30d")
    return cases.timing([answer.started, answer.n, *(1e6 * time.value for time in times), month])


def _sessions(answer: Any) -> cases.Answer:
    of, events, length = answer.per_customer, answer.per_session, answer.length
    single = round(answer.single.value * answer.sessions)
    spread = (of.median, of.p90, events.median, events.p90)
    lengths = (1e6 * length.median, 1e6 * length.p90, 1e6 * length.mean.value)
    return cases.sessions([answer.sessions, answer.customers, answer.events, single, *spread, *lengths])


def _lifecycle(answer: Any) -> cases.Answer:
    over = [each for each in answer.periods if each.is_over]
    return {"months": [[each.new, each.active, each.returned, each.dormant] for each in over]}


def _paths(answer: Any) -> cases.Answer:
    named = [[*(CODE[name] for name in path.names), path.count] for path in answer.paths]
    return {"paths": named, "rest": answer.rest, "different": answer.different, "total": answer.total}


def _flow(answer: Any, more: int) -> cases.Answer:
    edges = [
        [CODE[before], CODE[after], *(edge.count, edge.customers, edge.median_time, edge.p90_time)[:more]]
        for (before, after), edge in answer.edges.items()
    ]
    starts = [answer.starts.get(name, 0) for name in CODE]
    return {"edges": sorted(edges), "starts": starts, "ends": [answer.ends.get(name, 0) for name in CODE]}


def _cells(answer: Any) -> Iterator[list[int]]:
    """Yield the cells that are known and not empty: week, weeks later, customers."""
    for week, cohort in enumerate(answer.cohorts):
        yield from ([week, later, customers] for later, customers in enumerate(cohort.back) if customers)


_FORMS: dict[str, Callable[[Any], cases.Answer]] = {
    "funnel": lambda answer: cases.funnel(step.customers for step in answer.steps),
    "transitions": partial(_flow, more=1),
    "flow": partial(_flow, more=2),
    "times": partial(_flow, more=4),
    "paths": _paths,
    "variants": _paths,
    "timing": _timing,
    "sessions": _sessions,
    "lifecycle": _lifecycle,
    "retention": lambda answer: {"cells": list(_cells(answer))},
}
