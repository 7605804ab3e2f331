"""Ask the same questions of Farled and of its peers, and check that all give the same answers.

    python bench/run.py --events 1e7 --rounds 5 --out docs/benchmarks.md
    python bench/run.py --events 100000 --rounds 1          a smoke run

Contenders take turns, each in a process of its own; what is shown is the median. Answers are compared in all cells, and
the run fails when two differ.

Peers that must stay apart, for their licence or what they install, each have an environment of their own, named by the
path of its Python. They are asked warm what they can answer, of what they hold in memory, and have a dash elsewhere:

    python -m venv A && A/bin/pip install pm4py==2.7.23.11 polars==2.1.0 pandas==3.1.1 pyarrow==26.0.1
    python -m venv B && B/bin/pip install retentioneering==5.2.4 duckdb==2.0.0 pandas==3.1.1 pyarrow==26.0.1
    python bench/run.py --events 1e6 --modes warm --also pm4py=A/bin/python retentioneering=B/bin/python

Python 3.11 was used for both. pm4py is AGPL: it runs as a program of its own, and no part of Farled imports it.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases import QUESTIONS, difference
from data import Files, files

CONTENDERS = ("farled", "duckdb", "polars", "chdb")
APART = {
    "pm4py": ("transitions", "flow", "times", "paths", "variants"),
    "retentioneering": ("transitions", "flow", "sessions"),
}
"""Peers in environments of their own, and what their own functions answer; the heads of their files say why no more."""

MODES = {
    "load": "Sort and store: the log becomes Farled's workspace with its index; peers store a table that is sorted and"
    " coded already",
    "warm": "Warm: the store is open, the question was asked before",
    "start": "A new process opens the store and asks",
    "parquet": "A new process reads the log, a Parquet file it never saw, and asks",
    "csv": "The same from a CSV file",
}
COLD = ("funnel", "transitions")
FROM_START = ("funnel", "flow")


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the result."""

    mode: str
    question: str


@dataclass(slots=True)
class Measured:
    """What one contender needed for one case, per round."""

    wall: list[float]
    cpu: list[float]
    mb: list[float]


Results = dict[tuple[Case, str], Measured]


def main() -> None:
    """Run."""
    options = _options()
    made = files(int(options.events))
    load_before = os.getloadavg()[0]
    pythons = dict.fromkeys(options.only, sys.executable) | dict(options.also)
    results, versions, wrong = measure(made, pythons, options.modes, (options.rounds, options.again))
    text = report(made, results, versions, (options.rounds, load_before))
    print(text)
    if options.out:
        Path(options.out).write_text(text)
    if wrong:
        sys.exit("\n".join(wrong))


def measure(
    made: Files, pythons: dict[str, str], modes: list[str], repeats: tuple[int, int]
) -> tuple[Results, dict[str, str], list[str]]:
    """Return what was measured, the versions, and where answers differ.

    Args:
        made: The events.
        pythons: The contenders, and what runs each.
        modes: Of `MODES`.
        repeats: How often each contender is tried, and how often it is asked again then.
    """
    rounds, again = repeats
    results: Results = {}
    versions: dict[str, str] = {}
    answers: dict[str, tuple[str, Any]] = {}
    wrong: list[str] = []
    for number in range(rounds):
        for case in cases(modes):
            for name, python in pythons.items():
                if (case.mode == "load" and number) or not can_answer(name, case):
                    continue
                said = trial(name, python, case, made.events, again)
                versions[name] = said["version"]
                kept = results.setdefault((case, name), Measured([], [], []))
                for key in ("wall", "cpu", "mb"):
                    getattr(kept, key).append(said[key])
                if "answer" not in said:
                    continue
                first, answer = answers.setdefault(case.question, (name, said["answer"]))
                found = difference(answer, said["answer"])
                if found:
                    wrong.append(f"{case.question}: {first} and {name} ({case.mode}) differ at {found}.")
    return results, versions, wrong


def cases(modes: list[str]) -> Iterator[Case]:
    """Yield the cases; stores are loaded first."""
    asked = {"load": ("",), "warm": tuple(QUESTIONS), "start": FROM_START, "parquet": COLD, "csv": COLD}
    for mode in modes:
        yield from (Case(mode, question) for question in asked[mode])


def can_answer(name: str, case: Case) -> bool:
    """Return whether this is asked of a contender."""
    return name not in APART or (case.mode == "warm" and case.question in APART[name])


def trial(name: str, python: str, case: Case, events: int, again: int) -> dict[str, Any]:
    """Run one contender in a process of its own and return what it says."""
    command = [python, Path(__file__).parent / "trial.py", name, case.mode, case.question or "-", str(events)]
    cached = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = [*command, repr(time.time()), str(again)]
    done = subprocess.run(started, capture_output=True, text=True, check=False, env=cached)
    if done.returncode:
        sys.exit(f"{name}, {case.mode} {case.question}:\n{done.stderr}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{case.mode:8} {case.question:12} {name:15} {said['wall']:8.3f} s, CPU {said['cpu']:.3f} s", file=sys.stderr)
    return said


def report(made: Files, results: Results, versions: dict[str, str], run: tuple[int, float]) -> str:
    """Return the results as Markdown."""
    rounds, load = run
    lines = [
        f"## {made.events:,} events",
        "",
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}; load {load:.1f} before"
        f" the run and {os.getloadavg()[0]:.1f} after it; median of {rounds}, a process each. "
        + "; ".join(versions.values())
        + ".",
    ]
    for mode in dict.fromkeys(case.mode for case, _ in results):
        lines += [
            "",
            f"**{MODES[mode]}**",
            "",
            *_table({each: results[each] for each in results if each[0].mode == mode}),
        ]
    return "\n".join(lines) + "\n"


def _table(results: Results) -> Iterator[str]:
    """Yield the rows of one mode: seconds, (CPU seconds), peak memory; then the ratio to the fastest peer."""
    contenders = list(dict.fromkeys(name for _, name in results))
    yield "| question | " + " | ".join(contenders) + " | fastest peer ÷ farled |"
    yield "| --- " * (len(contenders) + 2) + "|"
    for case in dict.fromkeys(case for case, _ in results):
        of = {name: results[case, name] for name in contenders if (case, name) in results}
        cells = [_cell(of[name]) if name in of else "–" for name in contenders]
        yield f"| {case.question or 'all'} | " + " | ".join(cells) + f" | {_ratio(of)} |"


def _cell(measured: Measured) -> str:
    wall, cpu = statistics.median(measured.wall), statistics.median(measured.cpu)
    return f"{wall:.3f} s (CPU {cpu:.3f}), {max(measured.mb):,.0f} MB"


def _ratio(of: dict[str, Measured]) -> str:
    peers = [measured for name, measured in of.items() if name != "farled"]
    if not peers or "farled" not in of:
        return ""
    ratios = []
    for key in ("wall", "cpu"):
        fastest = min(statistics.median(getattr(peer, key)) for peer in peers)
        ratios.append(fastest / statistics.median(getattr(of["farled"], key)))
    return f"{ratios[0]:.1f} (CPU {ratios[1]:.1f})"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, default=1e6, help="how many: 1e6, 1e7; 1e8 takes an hour and 20 GB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--again", type=int, default=5, help="how often a warm question is asked again; the median counts"
    )
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--also", nargs="+", type=_apart, default=[], help="peer=path of its Python; see above")
    parser.add_argument("--modes", nargs="+", choices=list(MODES), default=list(MODES))
    parser.add_argument("--out", help="also write the table here")
    return parser.parse_args()


def _apart(text: str) -> tuple[str, str]:
    """Return a peer in an environment of its own, and the Python there."""
    name, _, python = text.partition("=")
    if name not in APART or not Path(python).is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not one of {', '.join(APART)} with the path of a Python")
    return name, python


if __name__ == "__main__":
    main()
