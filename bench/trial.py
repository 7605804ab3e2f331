"""One contender, one question, one process: `run.py` starts it and reads one line of JSON.

    python bench/trial.py CONTENDER MODE QUESTION EVENTS STARTED ROUNDS

Modes: ``load`` makes the contender's store; ``warm`` asks once and then measures ROUNDS more, or as many as begin
within `PATIENCE`; ``start`` opens the store and asks; ``parquet`` and ``csv`` read the file and ask. Cold modes count
from STARTED, when the process was called. A contender without a ``load`` has no store, and opens the sorted events.
"""

import json
import os
import resource
import shutil
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent / "peers"))


PATIENCE = 60.0
"""Seconds."""


class NotInstalled:
    """Hides what PyArrow and Numba import where they find it, and a plain install of no contender brings."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Refuse these, and leave everything else to others."""
        if name in {"pandas", "coverage", "cffi", "yaml"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


if not {"chdb", "pm4py", "retentioneering"} & set(sys.argv):  # which need pandas
    sys.meta_path.insert(0, NotInstalled())  # type: ignore[arg-type]


def main() -> None:
    """Do what the command line says."""
    from data import files  # noqa: PLC0415  it brings PyArrow, which must not find pandas

    name, mode, question, events, started, rounds = sys.argv[1:]
    made = files(int(events))
    store = made.folder / f"store-{name}"
    contender = import_module(f"in_{name}")
    measured: dict[str, Any]
    if mode == "load":
        shutil.rmtree(store, ignore_errors=True)
        contender.load(made, store)
        answer, measured = None, _since(float(started))
    elif mode == "warm":
        held = contender.opened(store if hasattr(contender, "load") else made.ready)
        answer, measured = _warm(lambda: contender.ask(held, question), int(rounds))
    else:
        path = {"parquet": made.parquet, "csv": made.csv}.get(mode)
        answer = contender.ask(contender.opened(store) if path is None else contender.read(path), question)
        measured = _since(float(started))
    said = {"version": contender.VERSION, "mb": _peak(), **measured}
    if answer is not None:
        said["answer"] = contender.compared(question, answer)
    print(json.dumps(said), flush=True)
    os._exit(0)


def _peak() -> float:
    """Return the most memory this process held, in MB; what ``getrusage`` says begins with that of the caller."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def _since(started: float) -> dict[str, float]:
    return {"wall": time.time() - started, "cpu": time.process_time()}


def _warm(ask: Any, rounds: int) -> tuple[Any, dict[str, float]]:
    answer = ask()
    walls: list[float] = []
    cpus: list[float] = []
    while len(walls) < rounds and (not walls or sum(walls) < PATIENCE):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = ask()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return answer, {"wall": statistics.median(walls), "cpu": statistics.median(cpus)}


if __name__ == "__main__":
    main()
