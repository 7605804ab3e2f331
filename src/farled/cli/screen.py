"""What the terminal shows: tables, progress, a word when something takes its time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable
from rich.text import Text

from farled.cli.fitting import Fitted, folded
from farled.figures.table import Table


def out() -> Console:
    """Return the console of answers."""
    return Console(highlight=False, soft_wrap=False)


def err() -> Console:
    """Return the console of progress and remarks."""
    return Console(stderr=True, highlight=False)


def show(table: Table) -> None:
    """Print a table as it fits into the terminal, folded where that is enough; columns that do not fit are named."""
    console = out()
    parts = folded(table, console.width)
    for part in parts:
        console.print(_drawn(part, table.title if part is parts[0] else None))
    if table.note:
        console.print(Text(table.note, style="table.caption"))
    left = parts[-1].left_out
    if left:
        columns = f"column {left[0]} is" if len(left) == 1 else f"columns {left[0]} to {left[-1]} are"
        err().print(f"The {columns} left out here: widen the terminal, or ask for --csv or --json.")


def _drawn(found: Fitted, title: str | None) -> RichTable:
    drawn = RichTable(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading, is_number, width in zip(found.headings, found.is_number, found.widths, strict=True):
        drawn.add_column(heading, justify="right" if is_number else "left", overflow="fold", width=width)
    for row in found.rows:
        drawn.add_row(*map(escape, row))
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
