"""What each question costs per event as the data grow, on Farled alone.

    python bench/growth.py --events 1e6 1e7
    python bench/growth.py --events 1e4 1e5 --only funnel          a smoke run

The log is that of ``data.py``, with channels and feedback; every question has a process of its own, which asks once to
warm up and then measures. The table says CPU seconds, which other work on the machine disturbs little, and how the cost
per event stands to that at the smallest size: 1.00 is linear growth, and more than 1.20 is marked.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from data import Files, files, name_of

ALLOWED = 1.2
MILLION = 1e6
PORTION = 1 << 20
CHANNELS = pa.array(["web", "app", "mail", "store", "phone", "search"])
SURVEYS = {name_of(20): ("nps", 0, 11), name_of(21): ("csat", 1, 5), name_of(22): ("ces", 1, 7)}
"""The events that are answers, with scale, lowest score and number of scores."""

Said = dict[str, Any]


def main() -> None:
    """Run."""
    options = _options()
    sizes = sorted(int(events) for events in options.events)
    said = {size: dict(measured(store(size), options.only, options.rounds)) for size in sizes}
    text = report(said)
    print(text)
    if options.out:
        Path(options.out).write_text(text)


def store(events: int) -> Path:
    """Return the workspace of that many events with channels and feedback; it is made when it is not there."""
    import farled  # noqa: PLC0415  only where it is needed
    from farled.workspace.storing import add, create  # noqa: PLC0415

    made = files(events)
    folder = made.folder / "store-growth"
    if not folder.exists():
        told, draft = made.folder / "told.parquet", made.folder / "store-growth-draft"
        _write(made, told)
        create(draft)
        add(farled.open(draft).folder, [str(told)])
        _ = farled.open(draft).events
        told.unlink()
        draft.rename(folder)
    return folder


def measured(folder: Path, only: list[str], rounds: int) -> Iterator[tuple[str, Said]]:
    """Yield each question with its CPU seconds and memory in MB."""
    from memory import questions  # noqa: PLC0415  it stands beside this file

    for name in only or [name for name, question in questions(folder).items() if question]:
        command = [sys.executable, Path(__file__).parent / "memory.py", folder, "--only", name, "--again", str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name}:\n{done.stderr}")
        said: Said = json.loads(done.stdout.splitlines()[-1])
        if "unknown" in said:
            sys.exit(f"{name}: {said['unknown']}")
        print(f"{folder.parent.name:>12} {name:28} CPU {said['cpu']:8.3f} s, {said['own']:6.0f} MB", file=sys.stderr)
        yield name, said


def report(said: dict[int, dict[str, Said]]) -> str:
    """Return the results as Markdown."""
    smallest = min(said)
    heads = [f"{size:,} events: CPU s | per million | own MB | all MB" for size in said]
    growth = [f"growth to {size:,}" for size in said if size != smallest]
    lines = ["| question | " + " | ".join([*heads, *growth]) + " |"]
    lines.append("| --- " * (1 + 4 * len(heads) + len(growth)) + "|")
    for name in said[smallest]:
        cells = [
            f"{of[name]['cpu']:.3f} | {of[name]['cpu'] / size * MILLION:.4f} | {of[name]['own']:,.0f}"
            f" | {of[name]['all']:,.0f}"
            for size, of in said.items()
        ]
        least = said[smallest][name]["cpu"] / smallest
        ratios = [of[name]["cpu"] / size / least for size, of in said.items() if size != smallest]
        cells += [f"**{ratio:.2f}**" if ratio > ALLOWED else f"{ratio:.2f}" for ratio in ratios]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _write(made: Files, file: Path) -> None:
    """Write the log with a channel at each event and a score at the answers, both made from the time alone."""
    with pyarrow.parquet.ParquetFile(made.parquet) as log:
        writer = None
        for batch in log.iter_batches(PORTION):
            table = _told(pa.Table.from_batches([batch]))
            writer = writer or pyarrow.parquet.ParquetWriter(file, table.schema)
            writer.write_table(table)
        if writer:
            writer.close()


def _told(log: pa.Table) -> pa.Table:
    seconds = log["time"].cast(pa.int64()).to_numpy() // 1_000_000
    score = np.full(len(seconds), np.nan)
    scale = np.full(len(seconds), None, dtype=object)
    for name, (kind, lowest, many) in SURVEYS.items():
        rows = pc.equal(log["name"], name).to_numpy(zero_copy_only=False)
        score[rows] = lowest + seconds[rows] % many
        scale[rows] = kind
    channel = CHANNELS.take(pa.array(seconds // 600 % len(CHANNELS)))
    columns = {"channel": channel, "score": pa.array(score, from_pandas=True), "scale": pa.array(scale, pa.string())}
    for name, column in columns.items():
        log = log.append_column(name, column)
    return log


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=float, nargs="+", default=[1e6, 1e7], help="sizes; 5e7 needs 10 GB of disk")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[], help="names of questions, as in memory.py")
    parser.add_argument("--out", help="also write the table here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
