"""Ask the same questions of Farled and of its peers, and check that all give the same answers.

    python bench/run.py --events 1e7 --rounds 5 --out docs/benchmarks.md
    python bench/run.py --events 100000 --rounds 1          a smoke run

Contenders take turns, each in a process of its own; what is shown is the median. Answers are compared in all cells, and
the run fails when two differ.
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
ASKED_AGAIN = 5
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
    results, versions, wrong = measure(made, options.only, options.modes, options.rounds)
    text = report(made, results, versions, (options.rounds, load_before))
    print(text)
    if options.out:
        Path(options.out).write_text(text)
    if wrong:
        sys.exit("\n".join(wrong))


def measure(
    made: Files, contenders: list[str], modes: list[str], rounds: int
) -> tuple[Results, dict[str, str], list[str]]:
    """Return what was measured, the versions, and where answers differ."""
    results: Results = {}
    versions: dict[str, str] = {}
    answers: dict[str, tuple[str, Any]] = {}
    wrong: list[str] = []
    for number in range(rounds):
        for case in cases(modes):
            for name in contenders:
                if case.mode == "load" and number:
                    continue
                said = trial(name, case, made.events)
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


def trial(name: str, case: Case, events: int) -> dict[str, Any]:
    """Run one contender in a process of its own and return what it says."""
    command = [sys.executable, Path(__file__).parent / "trial.py", name, case.mode, case.question or "-", str(events)]
    cached = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = [*command, repr(time.time()), str(ASKED_AGAIN)]
    done = subprocess.run(started, capture_output=True, text=True, check=False, env=cached)
    if done.returncode:
        sys.exit(f"{name}, {case.mode} {case.question}:\n{done.stderr}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{case.mode:8} {case.question:12} {name:7} {said['wall']:8.3f} s, CPU {said['cpu']:.3f} s", file=sys.stderr)
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
    contenders = list(versions)
    for mode in dict.fromkeys(case.mode for case, _ in results):
        lines += [
            "",
            f"**{MODES[mode]}**",
            "",
            *_table([c for c, n in results if c.mode == mode and n == contenders[0]], results, contenders),
        ]
    return "\n".join(lines) + "\n"


def _table(found: list[Case], results: Results, contenders: list[str]) -> Iterator[str]:
    """Yield the rows of one mode: seconds, (CPU seconds), peak memory; then the ratio to the fastest peer."""
    yield "| question | " + " | ".join(contenders) + " | fastest peer ÷ farled |"
    yield "| --- " * (len(contenders) + 2) + "|"
    for case in found:
        of = {name: results[case, name] for name in contenders}
        cells = [_cell(measured) for measured in of.values()]
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
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--modes", nargs="+", choices=list(MODES), default=list(MODES))
    parser.add_argument("--out", help="also write the table here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
