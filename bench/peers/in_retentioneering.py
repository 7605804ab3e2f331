"""retentioneering, with its own functions, in an environment of its own: it brings ninety packages along.

It holds an ``Eventstream``, which it asks through DuckDB. It splits sessions and measures each; how many a customer has
is the last number it gave to one of them, and quantiles are taken of its tables.

Its funnel has no time within which the steps must come, and takes events of one time in the order of the log only. Its
times of an edge have a median and a 95th percentile, but no 90th. Its step matrix counts names at a place, not paths.
Its time between two events begins and ends with the first of each, whichever comes first, and has no curve of waiting.
Its daily states know no months. It has no whole journeys and no cohorts.
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cases
import pandas as pd

os.environ["RETENTIONEERING_NO_TRACK"] = "1"  # before it is imported: it reports what is called unless told not to

from retentioneering import Eventstream  # type: ignore[import-not-found]

VERSION = ", ".join(f"{each} {version(each)}" for each in ("retentioneering", "duckdb", "pandas"))


def opened(path: Path) -> Any:
    """Read the sorted events."""
    events = pd.read_parquet(path)
    events["time"] = pd.to_datetime(events["time"], unit="us")
    events["name"] = events["name"].astype(str)
    return Eventstream(events, {"path_cols": ["customer"], "event_col": "name", "timestamp_col": "time"})


def ask(stream: Any, question: str) -> Any:
    """Ask."""
    return _ASKED[question](stream)


def compared(question: str, answer: Any) -> cases.Answer:
    """Return the answer in the form in which contenders are compared."""
    if question == "sessions":
        return cases.sessions(answer)
    codes = [str(code) for code in range(len(cases.names()))]
    counts, *more = (table.reindex(index=["path_start", *codes], columns=[*codes, "path_end"]) for table in answer)
    edges = [
        [int(before), int(after), int(count), *(int(table.at[before, after]) for table in more)]
        for before, row in counts.loc[codes, codes].iterrows()
        for after, count in row.items()
        if count > 0
    ]
    starts, ends = counts.loc["path_start", codes].fillna(0), counts.loc[codes, "path_end"].fillna(0)
    return {"edges": sorted(edges), "starts": starts.astype(int).tolist(), "ends": ends.astype(int).tolist()}


def _transitions(stream: Any) -> Any:
    return [stream.transition_graph_data(edge_weight="count")]


def _flow(stream: Any) -> Any:
    return [stream.transition_graph_data(edge_weight=weight) for weight in ("count", "unique_paths")]


def _sessions(stream: Any) -> Any:
    parted = stream.split_sessions(timeout=f"{cases.GAP // 1_000_000}s")
    each = parted.get_metrics([{"metric": "length"}, {"metric": "duration"}], path_col="session_id")
    size, took = each["length"], each["duration"] * 1e6
    of = parted.df.groupby("customer")["session_index"].max()
    spread = [column.quantile(share) for column in (of, size, took) for share in (0.5, 0.9)]
    return [len(each), len(of), size.sum(), (size == 1).sum(), *spread, took.mean()]


_ASKED = {"transitions": _transitions, "flow": _flow, "sessions": _sessions}
