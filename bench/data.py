"""Made-up events for benchmarks: the same numbers always give the same files.

    python bench/data.py --events 1e6

A log of one shop over half a year, in the order of its time: customers with 7 events in the middle and thousands in
the tail, 100 event names by Zipf's law, visits with minutes between events and days between visits, and some events
of one time. Customers are texts, as exports have them.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

FOLDER = Path(__file__).parent / "data"
SEED = 20260701
NAMES = 100
MIDDLE, SPREAD, MEAN = 7, 1.03, 12.0
START = 1_767_225_600  # 2026-01-01 in UTC, seconds
DAY = 86_400
DAYS = 180


@dataclass(frozen=True, slots=True)
class Files:
    """The same events in each kind of file.

    Attributes:
        events: How many.
        folder: Where everything of this size lies.
    """

    events: int
    folder: Path

    @property
    def parquet(self) -> Path:
        """Columns ``customer``, ``time`` (microseconds, UTC) and ``name``."""
        return self.folder / "events.parquet"

    @property
    def csv(self) -> Path:
        """The same columns as text."""
        return self.folder / "events.csv"

    @property
    def ready(self) -> Path:
        """What peers get: sorted by customer, time and place in the log, customers and names as numbers."""
        return self.folder / "sorted.parquet"


def files(events: int) -> Files:
    """Return the files of that many events; they are made when they are not there."""
    made = Files(events, FOLDER / f"{events:_}")
    if not made.ready.exists():
        made.folder.mkdir(parents=True, exist_ok=True)
        _write(made)
    return made


def name_of(code: int) -> str:
    """Return the name of an event by its rank, from 0."""
    return f"event-{code + 1:03}"


def _write(made: Files) -> None:
    random = np.random.default_rng(SEED)
    customer, time, name = _events(random, made.events)
    customers = pa.array([f"customer-{number:08}" for number in random.permutation(int(customer.max()) + 1)])
    table = pa.table(
        {
            "customer": customers.take(pa.array(customer)),
            "time": pa.array(time * 1_000_000, pa.timestamp("us", "UTC")),
            "name": pa.array([name_of(code) for code in range(NAMES)]).take(pa.array(name)),
        }
    )
    pyarrow.parquet.write_table(table, made.parquet, row_group_size=1 << 20)
    pyarrow.csv.write_csv(table.set_column(1, "time", _as_text(time)), made.csv)
    order = np.lexsort((np.arange(len(time)), time, customer))
    ready = {"customer": customer.astype(np.int32), "time": time * 1_000_000, "name": name.astype(np.uint8)}
    pyarrow.parquet.write_table(pa.table({key: column[order] for key, column in ready.items()}), made.ready)


def _as_text(time: npt.NDArray[np.int64]) -> Any:
    return pa.array(time, pa.timestamp("s")).cast(pa.string())


def _events(random: np.random.Generator, events: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Return customer, time in seconds and name of each event, in the order of time."""
    length = np.ceil(random.lognormal(np.log(MIDDLE - 0.5), SPREAD, int(events / MEAN * 1.3))).astype(np.int64)
    tail = random.random(len(length)) < 0.0004
    length[tail] = (length[tail] * (1 + random.pareto(1.1, int(tail.sum())) * 8)).astype(np.int64).clip(max=6_000)
    length = length[: int(np.searchsorted(np.cumsum(length), events)) + 1]
    customer = np.repeat(np.arange(len(length)), length)[:events]
    first = np.flatnonzero(np.r_[True, np.diff(customer) != 0])
    rest = 4 * DAY * np.repeat((50 / length).clip(max=1), length)[:events]
    gap = np.where(random.random(events) < 0.65, random.exponential(90, events), random.exponential(rest))
    gap[random.random(events) < 0.02] = 0
    gap[first] = random.random(len(first)) * DAYS * DAY
    passed = np.cumsum(gap)
    time = (START + (passed - np.repeat(passed[first] - gap[first], np.diff(np.r_[first, events])))).astype(np.int64)
    share = 1 / np.arange(1, NAMES + 1)
    name = np.searchsorted(np.cumsum(share / share.sum()), random.random(events)).clip(max=NAMES - 1)
    order = np.argsort(time, kind="stable")
    return customer[order], time[order], name[order]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=float, default=1e6, help="how many, such as 1e7")
    print(files(int(parser.parse_args().events)).folder)
