"""What the terminal shows: tables, progress, a word when something takes its time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate
from threading import Timer
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable

from farled.figures.table import Table
from farled.stats.intervals import Estimate, Rate

NUMBERS = (int, float, Rate, Estimate)


def out() -> Console:
    """Return the console of answers."""
    return Console(highlight=False, soft_wrap=False)


def err() -> Console:
    """Return the console of progress and remarks."""
    return Console(stderr=True, highlight=False)


def show(table: Table) -> None:
    """Print a table; where the terminal is too narrow, intervals stand below their number, and brief columns go."""
    console = out()
    fitting = _fitting(table, console.width)
    drawn = _drawn(fitting, fitting.texts())
    if Measurement.get(console, console.options.update(max_width=1000), drawn).maximum > console.width:
        drawn = _drawn(fitting, [[cell.replace(" [", "\n[") for cell in row] for row in fitting.texts()])
    console.print(drawn)
    left = table.headings[len(fitting.headings) :]
    if left:
        columns = f"column {left[0]} is" if len(left) == 1 else f"columns {left[0]} to {left[-1]} are"
        err().print(f"The {columns} left out here; --csv and --json have all.")


def _fitting(table: Table, width: int) -> Table:
    """Return a table without the last of its brief columns, where they do not fit; one of them always stays."""
    kinds = [(table.kinds or {}).get(heading, "") for heading in table.headings]
    if "brief" not in kinds:
        return table
    lines = [list(table.headings), *table.texts()]
    ends = list(accumulate((max(len(line[at]) for line in lines) + 2 for at in range(len(kinds))), initial=1))
    kept = len(kinds)
    while kept > 1 and ends[kept] > width and kinds[kept - 2 : kept] == ["brief", "brief"]:
        kept -= 1
    return replace(table, headings=table.headings[:kept], rows=tuple(row[:kept] for row in table.rows))


def _drawn(table: Table, rows: list[list[str]]) -> RichTable:
    note = table.note or None
    drawn = RichTable(
        title=table.title,
        title_justify="left",
        caption=note,
        caption_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for at, heading in enumerate(table.headings):
        is_number = any(isinstance(row[at], NUMBERS) for row in table.rows)
        widest = max((len(line) for row in rows for line in row[at].split("\n")), default=0)
        least = widest if is_number else None
        drawn.add_column(heading, justify="right" if is_number else "left", overflow="fold", min_width=least)
    for row in rows:
        drawn.add_row(*row)
    return drawn


@contextmanager
def patience(doing: str) -> Iterator[None]:
    """Show what is being done when it takes more than a second."""
    console = err()
    status = console.status(doing)
    timer = Timer(1.0, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        status.stop()


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; the function given tells it what is done and what is to do."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True) as bar:
        task = bar.add_task(doing, total=None, visible=False)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        yield advance


def preparing(what: str) -> str:
    """Return what to show while something runs; the first run compiles, and says so."""
    from farled.engine.compiled import is_compiled

    return what if is_compiled() else f"{what} (preparing, only this once)"


def plain(values: Any) -> str:
    """Return values as JSON text for people and programs."""
    import json

    return json.dumps(values, indent=2, ensure_ascii=False)
