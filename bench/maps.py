"""A map measured and drawn: Farled from its warm index, pandas from a table in memory beside it.

    python bench/maps.py --events 1e6 1e7 --rounds 5
    python bench/maps.py --events 1e5 --rounds 1           a smoke run

The map has five phases of five touchpoints, made of the 25 most frequent event names of `bench/data.py`. What is timed:
counting everything that no period changes, the snapshot of a quarter with its thirteen periods of history, and the
picture as SVG; nothing is kept from one round to the next but the index. pandas is given the sorted table and counts
less: journeys, who reaches each phase in the quarter, transitions and ends, without intervals, open journeys, history
and hidden cells. Without pandas the table says so. The promise: 0.3 s at 1 million events and 1.5 s at 10 million on
two idle cores, and time that grows no faster than the events.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from data import files, name_of

import farled
from farled.maps.draw import draw
from farled.maps.load import loads
from farled.maps.measure import measure
from farled.spans import DAY, period

PHASES, EACH = 5, 5
QUARTER = "2026-Q2"
SILENCE = 60 * DAY
PROMISED = {1_000_000: 0.3, 10_000_000: 1.5}


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, nargs="+", default=[1e6, 1e7])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print("| events | measured | drawn | both | promised | per million | pandas | pandas ÷ Farled |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for events in map(int, options.events):
        print(row(events, options.rounds), flush=True)


def row(events: int, rounds: int) -> str:
    """Return the line of one size: medians over the rounds, seconds."""
    table = pq.read_table(files(events).parquet)
    map_ = loads(map_text([name_of(code) for code in range(PHASES * EACH)]))
    workspace = farled.read(table)
    journeys, when = workspace.journeys, period(QUARTER, "UTC")
    measured, snapshot = timed(lambda: measure(map_, journeys, when), rounds)
    drawn, _ = timed(lambda: draw(map_, snapshot, "en", fonts=False), rounds)
    beside = in_pandas(table, map_, when.start, when.end, rounds)
    both = measured + drawn
    promised = f"{PROMISED[events]} s" if events in PROMISED else "–"
    ratio = ("no pandas", "–") if beside is None else (f"{beside:.2f} s", f"{beside / both:.1f}")
    cells = [f"{events:,}", f"{measured:.3f} s", f"{drawn:.3f} s", f"{both:.3f} s", promised]
    return f"| {' | '.join([*cells, f'{both / events * 1e6:.3f} s', *ratio])} |"


def timed(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the median time and the last result; a first round that compiles does not count."""
    result, times = work(), []
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def map_text(names: list[str]) -> str:
    """Return a map whose phases take the names in turn."""
    lines = ["farled: 1", "map:", "  id: bench", "  title: Bench", "  language: en", "  journey_type: purchase"]
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


def in_pandas(table: pa.Table, map_: Any, start: int, end: int, rounds: int) -> float | None:
    """Return how long pandas takes for the plain counts; None without pandas."""
    try:
        import pandas as pd  # noqa: PLC0415  a peer, and no part of Farled
    except ModuleNotFoundError:
        return None
    touchpoints = {
        point.observe.event: (at, point.id) for at, phase in enumerate(map_.phases) for point in phase.touchpoints
    }
    frame = table.select(["customer", "time", "name"]).to_pandas()
    frame = frame.sort_values(["customer", "time"], kind="stable").reset_index(drop=True)
    frame["customer"] = frame["customer"].astype("category").cat.codes
    frame["time"] = frame["time"].astype("datetime64[us, UTC]").astype("int64")
    frame["name"] = frame["name"].astype("category")

    def count() -> tuple[Any, ...]:
        new = (frame["customer"] != frame["customer"].shift()) | (frame["time"].diff() > SILENCE)
        on = frame.assign(
            journey=new.cumsum(),
            phase=frame["name"].map({name: at for name, (at, _) in touchpoints.items()}).astype("float64"),
            point=frame["name"].map({name: id_ for name, (_, id_) in touchpoints.items()}),
        ).dropna(subset=["point"])
        entry = on.groupby("journey")["time"].first()
        inside = entry[(entry >= start) & (entry < end)].index
        on = on[on["journey"].isin(inside)]
        furthest = on.groupby("journey")["phase"].max()
        reached = [int((furthest >= at).sum()) for at in range(PHASES)]
        onto = on["point"].shift(-1).where(on["journey"] == on["journey"].shift(-1))
        steps = pd.DataFrame({"journey": on["journey"], "a": on["point"], "b": onto}).dropna()
        steps = steps[steps["a"] != steps["b"]]
        ways = steps.drop_duplicates().groupby(["a", "b"], observed=True).size()
        ends = on.groupby("journey")["point"].last().value_counts()
        return reached, ways, ends

    return timed(count, rounds)[0]


if __name__ == "__main__":
    main()
