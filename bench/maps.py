"""A map measured and drawn: Farled from its warm index, pandas from a table in memory beside it.

    python bench/maps.py --events 1e6 1e7 --rounds 5
    python bench/maps.py --events 1e5 --rounds 1           a smoke run

The map has five phases of five touchpoints, made of the 25 most frequent event names of `bench/data.py`. What is timed:
counting everything that no period changes, the snapshot of a quarter with its history of thirteen quarters, and the
picture as SVG; nothing is kept from one round to the next but the open index. pandas is given the sorted table and
counts less: journeys, who reaches each phase in the quarter, transitions, starts and ends, without intervals, open
journeys, history and hidden cells. Each runs in a process of its own; all cells that both have are compared, and the
run fails when two differ. Without pandas the table says so. The promise: 0.3 s at 1 million events and 1.5 s at 10
million on two idle cores, and time that grows no faster than the events.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from data import Files, files, name_of

PHASES, EACH = 5, 5
QUARTER = "2026-Q2"
SILENCE_DAYS = 60
PROMISED = {1_000_000: 0.3, 10_000_000: 1.5}
HEADINGS = ("events", "measured", "drawn", "both", "promised", "pandas, fewer counts", "pandas ÷ farled")

Cells = dict[str, int | None]  # None where Farled hides a number that speaks of too few


def main() -> None:
    """Run every size and contender in a process of its own, or one in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, nargs="+", default=[1e6, 1e7])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=CONTENDERS, help="Measure this one, in this process, and print JSON.")
    options = parser.parse_args()
    sizes = [files(int(events)) for events in options.events]
    if options.only:
        print(json.dumps(CONTENDERS[options.only](sizes[0], options.rounds)))
        return
    load, wrong = os.getloadavg()[0], []
    rows = []
    for made in sizes:
        said = {name: apart(name, made, options.rounds) for name in CONTENDERS}
        rows.append(row(made.events, said))
        if said["pandas"]:
            wrong += [
                f"{made.events:,} events: {cell}" for cell in differences(*(each["cells"] for each in said.values()))
            ]
    print("\n".join(report(rows, options.rounds, load)))
    if wrong:
        sys.exit("\n".join(wrong))


def apart(name: str, made: Files, rounds: int) -> dict[str, Any]:
    """Return what a contender says in a process of its own; nothing where it is not installed."""
    if find_spec(name) is None:
        return {}
    command = [sys.executable, __file__, "--only", name, "--events", str(made.events), "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}, {made.events:,} events:\n{done.stderr}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def report(rows: list[str], rounds: int, load: float) -> Iterator[str]:
    """Yield the lines of the result, as Markdown."""
    yield "## A map measured and drawn\n"
    packages = ("farled", "numba", "numpy", *(("pandas",) if find_spec("pandas") else ()))
    yield (
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}; load {load:.1f} before"
        f" the run and {os.getloadavg()[0]:.1f} after it; median of {rounds}, after one round that does not count. "
        + ", ".join(f"{package} {version(package)}" for package in packages)
        + ".\n"
    )
    yield f"| {' | '.join(HEADINGS)} |"
    yield "| --- " * len(HEADINGS) + "|"
    yield from rows


def row(events: int, said: dict[str, dict[str, Any]]) -> str:
    """Return the line of one size: seconds, (CPU seconds), peak memory."""
    ours, peer = said["farled"], said["pandas"]
    both = [sum(times) for times in zip(ours["measured"], ours["drawn"], strict=True)]
    cells = [f"{events:,}", _cell(ours["measured"]), _cell(ours["drawn"]), f"{_cell(both)}, {ours['mb']:,.0f} MB"]
    cells.append(f"{PROMISED[events]} s" if events in PROMISED else "–")
    if peer:
        wall, cpu = (theirs / mine for theirs, mine in zip(peer["counted"], both, strict=True))
        cells += [f"{_cell(peer['counted'])}, {peer['mb']:,.0f} MB", f"{wall:.1f} (CPU {cpu:.1f})"]
    return f"| {' | '.join(cells if peer else [*cells, 'not installed', '–'])} |"


def differences(ours: Cells, theirs: Cells) -> Iterator[str]:
    """Yield the cells that both have and that differ; a hidden one is not compared."""
    for name in sorted({*ours, *theirs}):
        one, other = ours.get(name, 0), theirs.get(name, 0)
        if one is not None and one != other:
            yield f"{name} is {one} in Farled and {other} in pandas."


def in_farled(made: Files, rounds: int) -> dict[str, Any]:
    """Return how long Farled takes, and its counts."""
    import in_farled as contender  # noqa: PLC0415  so that pandas need not carry it

    from farled.maps.draw import draw  # noqa: PLC0415
    from farled.maps.load import loads  # noqa: PLC0415
    from farled.maps.measure import measure  # noqa: PLC0415
    from farled.spans import period  # noqa: PLC0415

    store = made.folder / "store-farled"
    if not store.exists():
        contender.load(made, store)
    map_ = loads(map_text([name_of(code) for code in range(PHASES * EACH)]))
    journeys, when = contender.opened(store).journeys, period(QUARTER, "UTC")
    measured, snapshot = timed(lambda: measure(map_, journeys, when), rounds)
    drawn, _ = timed(lambda: draw(map_, snapshot, "en", fonts=False), rounds)
    return {"measured": measured, "drawn": drawn, "mb": _peak(), "cells": cells_of(snapshot)}


def cells_of(snapshot: dict[str, Any]) -> Cells:
    """Return the numbers of a snapshot that pandas counts too."""
    found = {"journeys": snapshot["journeys"]["n"]}
    found |= {f"reached {name}": phase["reached"] for name, phase in snapshot["phases"].items()}
    for way in snapshot["transitions"]:
        pair = f"{way['from']} to {way['to']}"
        found |= {f"journeys {pair}": way["journeys"], f"occurrences {pair}": way["occurrences"]}
    for kind in ("starts", "ends"):
        found |= {f"{kind} {name}": n for name, n in snapshot[kind].items()}
    return {name: n if isinstance(n, int) else None for name, n in found.items()}


def in_pandas(made: Files, rounds: int) -> dict[str, Any]:
    """Return how long pandas takes for the plain counts, and the counts."""
    import pandas as pd  # noqa: PLC0415  a peer, and no part of Farled

    first, last = (pd.Timestamp(day, tz="UTC").value // 1000 for day in ("2026-04-01", "2026-07-01"))
    frame = pd.read_parquet(made.parquet)
    frame = frame.sort_values(["customer", "time"], kind="stable").reset_index(drop=True)
    frame["customer"] = frame["customer"].astype("category").cat.codes
    frame["time"] = frame["time"].astype("datetime64[us, UTC]").astype("int64")
    frame["name"] = frame["name"].astype("category")
    places = {name_of(code): (code % PHASES, f"t{code % PHASES}-{code // PHASES}") for code in range(PHASES * EACH)}

    def count() -> tuple[Any, ...]:
        new = (frame["customer"] != frame["customer"].shift()) | (frame["time"].diff() > SILENCE_DAYS * 86_400_000_000)
        on = frame.assign(
            journey=new.cumsum(),
            phase=frame["name"].map({name: at for name, (at, _) in places.items()}).astype("float64"),
            point=frame["name"].map({name: id_ for name, (_, id_) in places.items()}),
        ).dropna(subset=["point"])
        entry = on.groupby("journey")["time"].first()
        inside = entry[(entry >= first) & (entry < last)].index
        on = on[on["journey"].isin(inside)]
        furthest = on.groupby("journey")["phase"].max()
        reached = [int((furthest >= at).sum()) for at in range(PHASES)]
        onto = on["point"].shift(-1).where(on["journey"] == on["journey"].shift(-1))
        steps = pd.DataFrame({"journey": on["journey"], "a": on["point"], "b": onto}).dropna()
        steps = steps[steps["a"] != steps["b"]]
        times = steps.groupby(["a", "b"], observed=True).size()
        ways = steps.drop_duplicates().groupby(["a", "b"], observed=True).size()
        by_journey = on.groupby("journey")["point"]
        return len(inside), reached, ways, times, by_journey.first().value_counts(), by_journey.last().value_counts()

    counted, (n, reached, ways, times, starts, ends) = timed(count, rounds)
    cells = {"journeys": n} | {f"reached p{at}": found for at, found in enumerate(reached)}
    for kind, found in (("journeys", ways), ("occurrences", times)):
        cells |= {f"{kind} {a} to {b}": int(n) for (a, b), n in found.items()}
    for kind, found in (("starts", starts), ("ends", ends)):
        cells |= {f"{kind} {name}": int(n) for name, n in found.items() if n}
    return {"counted": counted, "mb": _peak(), "cells": cells}


CONTENDERS: dict[str, Callable[[Files, int], dict[str, Any]]] = {"farled": in_farled, "pandas": in_pandas}


def timed(work: Callable[[], Any], rounds: int) -> tuple[tuple[float, float], Any]:
    """Return the medians of seconds and CPU seconds, and the last result; the first round compiles and is left out."""
    result, walls, cpus = work(), [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return (statistics.median(walls), statistics.median(cpus)), result


def map_text(names: list[str]) -> str:
    """Return a map whose phases take the names in turn."""
    lines = ["farled: 1", "map:", "  id: bench", "  title: Bench", "  language: en", "  journey_type: purchase"]
    lines += [f"  journey: {{ends_after: {SILENCE_DAYS}d}}"]
    lines += ["  goal: {text: More, metric: goes_on, target: 0.5, by: 2027-01-01}", "metrics:"]
    lines += ["  goes_on: {kind: step_completion, at: p0}", "phases:"]
    for at in range(PHASES):
        lines += [
            f"  - id: p{at}",
            f"    name: Phase {at}",
            "    kpis: [{metric: goes_on, target: 0.5}]",
            "    touchpoints:",
        ]
        for place, name in enumerate(names[at::PHASES]):
            lines += [f"      - {{id: t{at}-{place}, name: {name!r}, channel: web, observe: {{event: {name!r}}}}}"]
    return "\n".join(lines) + "\n"


def _cell(seconds: list[float]) -> str:
    wall, cpu = seconds
    return f"{wall:.3f} s (CPU {cpu:.3f})"


def _peak() -> float:
    """Return the most memory this process held, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
