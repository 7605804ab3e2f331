"""Attribution at many journeys: Farled from its index and from strings, against the ChannelAttribution package.

    python bench/attribution.py --journeys 1e6 --rounds 3
    python bench/attribution.py --journeys 1e4 --rounds 1          a smoke run

ChannelAttribution is GPL and no part of Farled: it runs as a program of its own, in the environment named by ``--peer``
or by ``FARLED_BENCH_ATTRIBUTION`` (the path of its Python; it needs ``ChannelAttribution pandas matplotlib``). Without
it the table says so and has no ratio. The peer is given paths as strings, as it takes them, and is timed without
reading them; it gives neither intervals nor Shapley values, and its removal effects are simulated.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import farled

Seconds = tuple[float, float]  # of the clock, of the processors
CHANNELS, MEAN_TOUCHES, CONVERSION = 20, 3.5, 0.05
PEER = Path(__file__).parent / "peers" / "in_channelattribution.py"


def main() -> None:
    """Run."""
    options = _options()
    lengths, channel, won = journeys(int(options.journeys))
    table = events(lengths, channel, won)
    ours = {name: run(table, options.rounds) for name, run in OURS.items()}
    peer = peers(options.peer, lengths, channel, won, options.rounds)
    print(report(int(options.journeys), ours, peer))


def journeys(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return touches per journey, the channel of each touch, and which journeys convert."""
    rng = np.random.default_rng(7)
    lengths = np.minimum(rng.geometric(1 / MEAN_TOUCHES, n), 40)
    popular = rng.dirichlet(np.full(CHANNELS, 2.0))
    channel = rng.choice(CHANNELS, int(lengths.sum()), p=popular)
    return lengths, channel, rng.random(n) < CONVERSION


def events(lengths: np.ndarray, channel: np.ndarray, won: np.ndarray) -> pa.Table:
    """Return the journeys as events, a goal after those that convert."""
    n = len(lengths)
    place = np.arange(len(channel)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    who = np.concatenate((np.repeat(np.arange(n), lengths), np.flatnonzero(won)))
    hours = np.concatenate((place, lengths[won]))
    names = pa.array([f"channel {code:02}" for code in range(CHANNELS)])
    code = pa.array(np.concatenate((channel, np.zeros(int(won.sum()), dtype=np.int64))).astype(np.int32))
    is_goal = np.concatenate((np.zeros(len(channel), dtype=np.int32), np.ones(int(won.sum()), dtype=np.int32)))
    return pa.table(
        {
            "customer": pa.array(who).cast(pa.string()),
            "time": pa.array(hours * 3_600_000_000 + 1_700_000_000_000_000).cast(pa.timestamp("us", "UTC")),
            "name": pa.array(["visit", "order"]).take(pa.array(is_goal)),
            "channel": names.take(code),
        }
    )


def from_index(**fields: Any) -> Callable[[pa.Table, int], list[Seconds]]:
    """Return what asks a workspace that is open, and was asked before."""

    def run(table: pa.Table, rounds: int) -> list[Seconds]:
        shop = farled.read(table)
        shop.ask(farled.Attribution("order", **fields))
        return [_seconds(lambda: shop.ask(farled.Attribution("order", **fields))) for _ in range(rounds)]

    return run


def from_strings(table: pa.Table, rounds: int) -> list[Seconds]:
    """Read the events as strings in memory and ask, anew each time."""
    question = farled.Attribution("order", order=1, resamples=0)
    return [_seconds(lambda: farled.read(table).ask(question)) for _ in range(rounds)]


OURS = {
    "farled: Markov, order 1": from_index(order=1, resamples=0),
    "farled: Markov, order 1, with intervals": from_index(order=1),
    "farled: Markov, order chosen of 1 to 3, with intervals": from_index(),
    "farled: Shapley of the rate": from_index(model="shapley", resamples=0),
    "farled: Shapley of the rate, with intervals": from_index(model="shapley"),
    "farled: last touch": from_index(model="last", resamples=0),
    "farled: Markov, order 1, from events in memory": from_strings,
}
COMPUTES = {
    "farled: Markov": "exact removal effects of the chain by linear algebra, credits, and last touch beside them",
    "farled: Shapley": "exact Shapley values over all coalitions of channels, credits, and last touch beside them",
    "farled: last touch": "credits of the last touch, and linear ones beside them",
    "ChannelAttribution": "removal effects by simulated paths of the chain, and credits; no intervals",
}
"""What each contender works out, by how its row begins. Farled begins with events in its index and finds the touches of
each customer; ChannelAttribution with finished paths as strings in memory."""


def peers(
    python: str | None, lengths: np.ndarray, channel: np.ndarray, won: np.ndarray, rounds: int
) -> dict[str, list[Seconds]] | None:
    """Return the times of ChannelAttribution; None where it is not installed."""
    if python is None or not Path(python).is_file():
        return None
    names = np.array([f"channel {code:02}" for code in range(CHANNELS)])[channel]
    paths = [" > ".join(each) for each in np.split(names, np.cumsum(lengths)[:-1])]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paths.csv"
        rows = (f"{path},{int(goal)},{1 - int(goal)}" for path, goal in zip(paths, won, strict=True))
        _ = file.write_text("\n".join(["path,won,lost", *rows]))
        done = subprocess.run([python, PEER, file, str(rounds)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"The peer fails:\n{done.stderr[-2000:]}", file=sys.stderr)
        return None
    said: dict[str, list[Seconds]] = json.loads(done.stdout.splitlines()[-1])
    return said


def report(n: int, ours: dict[str, list[Seconds]], peer: dict[str, list[Seconds]] | None) -> str:
    """Return the results as Markdown."""
    best = [min(map(_median, peer.values()), key=lambda each: each[at])[at] for at in (0, 1)] if peer else None
    lines = [f"## Attribution, {n:,} journeys, {CHANNELS} channels", ""]
    if best is None:
        lines += ["ChannelAttribution is not installed: no ratios. See the head of bench/attribution.py.", ""]
    lines += ["| what | works out | seconds | CPU seconds | fastest peer ÷ farled | by CPU |", "| --- " * 6 + "|"]
    for name, rounds in [*ours.items(), *(peer or {}).items()]:
        wall, cpu = _median(rounds)
        ratios = f"{best[0] / wall:.1f} | {best[1] / cpu:.1f}" if best and name in ours else " | "
        made = next(text for begin, text in COMPUTES.items() if name.startswith(begin))
        lines.append(f"| {name} | {made} | {wall:.3f} | {cpu:.3f} | {ratios} |")
    return "\n".join([*lines, "", f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; medians."])


def _seconds(run: Callable[[], Any]) -> Seconds:
    begin, used = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - begin, time.process_time() - used


def _median(rounds: list[Seconds]) -> Seconds:
    wall, cpu = (statistics.median(each) for each in zip(*rounds, strict=True))
    return wall, cpu


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--journeys", type=float, default=1e6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", default=os.environ.get("FARLED_BENCH_ATTRIBUTION"), help="Python with the peer")
    return parser.parse_args()


if __name__ == "__main__":
    main()
