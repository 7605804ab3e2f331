"""How much memory each question takes on a workspace folder; every question in a process of its own.

    python bench/memory.py FOLDER [--limit MB] [--only NAME]

What counts is the memory that the system cannot take back (``RssAnon``, at its highest, looked at every few
milliseconds): the index is mapped from its files, and those pages are given up whenever somebody else needs them.
With ``--limit`` a question that needs more fails the run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

EVERY = 0.005


def main() -> None:
    """Measure every question, or one in this process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=float, help="MB that no question may exceed.")
    parser.add_argument("--only", help="Measure this one, in this process, and print JSON.")
    parser.add_argument("--again", type=int, default=0, help="With --only: ask so many times more, for CPU seconds.")
    given = parser.parse_args()
    if given.only:
        print(json.dumps(measured(given.folder, given.only, given.again)))
        return
    print(f"{'question':<24}{'own MB':>10}{'all MB':>10}{'seconds':>10}")
    over = []
    for name in questions(given.folder):
        said = _apart(given.folder, name)
        if "unknown" in said:
            print(f"{name:<24}{said['unknown']:>30}")
            continue
        print(f"{name:<24}{said['own']:>10.0f}{said['all']:>10.0f}{said['seconds']:>10.1f}", flush=True)
        if given.limit and said["own"] > given.limit:
            over.append(name)
    if over:
        sys.exit(f"More than {given.limit:.0f} MB: {', '.join(over)}")


def questions(folder: Path) -> dict[str, Any]:
    """Return the questions to measure, about the event names that the workspace has."""
    import farled  # noqa: PLC0415  the first thing that is measured

    names = farled.open(folder).names
    first, second, third = names[:3]
    goal = names[-1]
    return {
        "nothing": None,
        "funnel": {"question": "funnel", "steps": [first, second, third], "within": "30d"},
        "funnel by channel": {"question": "funnel", "steps": [first, second, third], "by": "channel"},
        "funnel of a segment": {"question": "funnel", "steps": [first, second], "where": {"event": third}},
        "flow": {"question": "flow", "times": False},
        "flow with times": {"question": "flow"},
        "paths": {"question": "paths"},
        "variants": {"question": "variants"},
        "timing": {"question": "timing", "start": first, "end": second},
        "sessions": {"question": "sessions"},
        "retention": {"question": "retention", "start": first},
        "lifecycle": {"question": "lifecycle"},
        "attribution linear": {"question": "attribution", "goal": goal, "model": "linear"},
        "attribution markov": {"question": "attribution", "goal": goal, "model": "markov"},
        "attribution markov of order 1": {"question": "attribution", "goal": goal, "model": "markov", "order": "1"},
        "attribution shapley": {"question": "attribution", "goal": goal, "model": "shapley"},
        "nps": {"question": "nps"},
        "nps by month with responses": {"question": "nps", "by": "month", "ask": third},
        "csat": {"question": "csat", "by": "name"},
        "ces": {"question": "ces"},
        "compare": {"question": "compare", "of": {"question": "funnel", "steps": [first, second]}, **_halves(folder)},
        "drivers": {"question": "drivers", "step": 2, "of": {"question": "funnel", "steps": [first, second]}},
        "robust": {"question": "robust", "of": {"question": "funnel", "steps": [first, second], "within": "30d"}},
        "trend": {"question": "trend", "of": {"question": "funnel", "steps": [first, second]}, "period": "month"},
        "trend by day": {"question": "trend", "of": {"question": "funnel", "steps": [first, second]}, "period": "day"},
    }


def measured(folder: Path, name: str, again: int = 0) -> dict[str, Any]:
    """Ask a question and return what it took, in MB and seconds; asked again, also the median of the CPU seconds.

    Compiled code may only be loaded when the second question comes, so that one is not measured.
    """
    import farled  # noqa: PLC0415  the first thing that is measured
    from farled.errors import FarledError  # noqa: PLC0415

    question = questions(folder)[name]
    watcher = Watcher()
    began = time.perf_counter()
    try:
        workspace = farled.open(folder)
        _ = workspace.events if question is None else workspace.ask(question).to_dict()
        seconds = time.perf_counter() - began
        cpu = [_cpu(lambda: workspace.ask(question).to_dict()) for _ in range(again and again + 1)][1:]
    except FarledError as error:
        return {"unknown": error.message[:60]}
    said = {"own": watcher.highest(), "all": _status("VmHWM"), "seconds": seconds}
    return {**said, "cpu": statistics.median(cpu)} if cpu else said


def _cpu(ask: Callable[[], Any]) -> float:
    began = time.process_time()
    ask()
    return time.process_time() - began


class Watcher(threading.Thread):
    """Looks at this process every few milliseconds."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._most = 0.0
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(EVERY):
            self._most = max(self._most, _status("RssAnon"))

    def highest(self) -> float:
        """Stop, and return the most memory of its own that the process held, in MB."""
        self._over.set()
        self.join()
        return max(self._most, _status("RssAnon"))


def _status(key: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(key))


def _apart(folder: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, __file__, str(folder), "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"unknown": done.stderr.strip().splitlines()[-1][:60]}
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _halves(folder: Path) -> dict[str, str]:
    """Return the two halves of the data as periods."""
    import farled  # noqa: PLC0415  as above
    from farled.spans import moment  # noqa: PLC0415

    workspace = farled.open(folder)
    start, end = workspace.start or 0, workspace.end or 0
    days = [moment(time, "UTC").date().isoformat() for time in (start, (start + end) // 2, end)]
    return {"a": f"{days[0]}..{days[1]}", "b": f"{days[1]}..{days[2]}"}


if __name__ == "__main__":
    main()
