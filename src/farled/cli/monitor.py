"""The command that keeps an eye on the maps."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import click

from farled.cli.options import workspace_option
from farled.cli.screen import err, out

SHORTEST = 5.0
"""Seconds between two turns, at least."""


@click.command()
@click.option("--once", is_flag=True, help="Look once and end; exit code 2 when a map or the settings cannot be used.")
@click.option("--every", default="5min", help="Time between two looks, such as 30s or 1h. Default: 5min.")
@click.option("--map", "maps", multiple=True, help="Only this map; may be repeated. Default: all.")
@click.option("--test", is_flag=True, help="Send a message to every channel and end.")
@workspace_option
def monitor(once: bool, every: str, maps: tuple[str, ...], test: bool, workspace: str | None) -> None:
    """Look at the maps again and again: write down their KPIs, and tell when one leaves its target."""
    from farled.events.folder import find
    from farled.spans import SECOND, microseconds
    from farled.workspace.monitoring import Monitor

    pause = max(microseconds(every) / SECOND, SHORTEST)
    watching = Monitor(Path(workspace) if workspace else find(), maps, _say)
    if test:
        _end_with(_told_test(watching.test()))
    with stopping() as stop:
        while True:
            turn = watching.turn(stop)
            _tell(turn)
            if once:
                _end_with(2 if turn.problems else 0)
            _wait(stop, pause, turn.next_due)
            if stop.is_set():
                err().print("Stopped.")
                return


@contextmanager
def stopping() -> Iterator[Event]:
    """Give an event that is set when the program is asked to end; asked a second time, it ends at once."""
    stop = Event()
    before: dict[int, Any] = {}

    def asked(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[number] or signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, asked)
    try:
        yield stop
    finally:
        for was, handler in before.items():
            signal.signal(was, handler or signal.SIG_DFL)


def _wait(stop: Event, pause: float, due: int | None) -> None:
    """Wait for the next turn, or for the next message that is due, whichever comes first."""
    from farled.automation.clock import SECOND, now

    seconds = pause if due is None else min(pause, max((due - now()) / SECOND, 1.0))
    stop.wait(seconds)


def _tell(turn: Any) -> None:
    for found in turn.maps:
        opened = [each.object for each in found.happened if each.event == "opened"]
        over = [each.object for each in found.happened if each.event == "recovered"]
        parts = [f"{found.known} of {found.kpis} KPIs known, whole days up to {found.end}"]
        parts += [f"new alert: {', '.join(opened)}"] if opened else []
        parts += [f"recovered: {', '.join(over)}"] if over else []
        _say(f"{_clock()} {found.map}: {'; '.join(parts)}")
    delivered = turn.delivered
    if delivered.sent or delivered.retry or delivered.failed:
        counts = f"sent {delivered.sent}, to be tried again {delivered.retry}, failed {delivered.failed}"
        _say(f"{_clock()} messages: {counts}")
    for channel, reason in delivered.reasons.items():
        _remark(f"{channel}: {reason}")
    for name, problem in turn.problems.items():
        _remark(f"{name}: {problem}")


def _told_test(delivered: Any) -> int:
    for channel, reason in delivered.reasons.items():
        _remark(f"{channel}: {reason}")
    _say(f"{delivered.sent} of {delivered.sent + delivered.retry + delivered.failed} channels took the message.")
    return 0 if not delivered.retry and not delivered.failed else 1


def _end_with(code: int) -> None:
    if code:
        sys.exit(code)
    raise click.exceptions.Exit(0)


def _clock() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")


def _say(text: str) -> None:
    out().print(text, soft_wrap=True, markup=False)


def _remark(text: str) -> None:
    err().print(text, soft_wrap=True, markup=False)


def watched(draw: Callable[[], object], workspace: str | None, map_id: str) -> None:
    """Draw a map, and draw it again when events came or its file changed, until asked to stop."""
    from farled.events.folder import find, load
    from farled.workspace.watching import events_state, files_state, follow

    folder = load(Path(workspace) if workspace else find())
    with stopping() as stop:
        follow(
            lambda: (events_state(folder), files_state(folder, map_id)),
            draw,
            lambda error: _remark(str(error)),
            stop,
        )
    _remark("Stopped.")


COMMANDS = {"monitor": monitor}
