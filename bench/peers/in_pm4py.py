"""pm4py, with its own functions, in an environment of its own: it is AGPL and no part of Farled.

It holds the log as its ``format_dataframe`` makes it: a lazy Polars frame, the faster of its two kinds, with names as
an ``Enum``; and a pandas frame for prefixes, which it cuts only from one. Customers of an edge are its graph counted
once per case; median and percentile are taken of the raw times that its performance graph gives.

It has no funnel of several steps within a time, no sessions, no curve of waiting, no lifecycle and no retention.
"""

from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cases
import numpy as np
import pm4py  # type: ignore[import-not-found]
import polars as pl
from pm4py.algo.discovery.dfg.adapters.polars.df_statistics import get_dfg_graph  # type: ignore[import-not-found]

VERSION = ", ".join(f"{each} {version(each)}" for each in ("pm4py", "polars", "pandas"))
CASE, TIME, NAME = "case:concept:name", "time:timestamp", "concept:name"


class Log:
    """The events in both of pm4py's kinds, each made when it is first asked."""

    def __init__(self, path: Path) -> None:
        columns = (pl.col("customer").alias(CASE), pl.from_epoch("time", "us").alias(TIME), pl.col("name").alias(NAME))
        events = pl.read_parquet(path).select(columns)
        self._events = events.with_columns(pl.col(CASE).cast(pl.String).str.zfill(9), pl.col(NAME).cast(pl.String))

    @cached_property
    def lazy(self) -> pl.LazyFrame:
        """For graphs and variants."""
        names = pl.Enum([str(code) for code in range(len(cases.names()))])
        made = pm4py.format_dataframe(self._events.lazy())
        return made.with_columns(pl.col(NAME).cast(names)).collect().lazy()

    @cached_property
    def frame(self) -> Any:
        """For prefixes."""
        return pm4py.format_dataframe(self._events.to_pandas())


def opened(path: Path) -> Log:
    """Read the sorted events."""
    return Log(path)


def ask(log: Log, question: str) -> Any:
    """Ask."""
    return _ASKED[question](log)


def compared(question: str, answer: Any) -> cases.Answer:
    """Return the answer in the form in which contenders are compared."""
    if question in ("paths", "variants"):
        counted = (([int(name) for name in names], count) for names, count in answer.items())
        top = sorted(counted, key=lambda each: (-each[1], each[0]))[: cases.TOP]
        return cases.variants(top, len(answer), sum(answer.values()))
    graph, starts, ends, *more = answer
    edges = [[int(a), int(b), count, *(each[a, b] for each in more)] for (a, b), count in graph.items()]
    codes = [str(code) for code in range(len(cases.names()))]
    return {
        "edges": sorted(edges),
        "starts": [starts.get(code, 0) for code in codes],
        "ends": [ends.get(code, 0) for code in codes],
    }


def _flow(log: Log) -> Any:
    return *pm4py.discover_dfg(log.lazy), get_dfg_graph(log.lazy, keep_once_per_case=True)


def _times(log: Log) -> Any:
    graph, starts, ends = pm4py.discover_performance_dfg(log.lazy, perf_aggregation_key="raw_values")
    customers = get_dfg_graph(log.lazy, keep_once_per_case=True)
    counts = {edge: len(took) for edge, took in graph.items()}
    shares = {edge: np.quantile(took, (0.5, 0.9)) for edge, took in graph.items()}
    median, most = ({edge: float(share[at]) for edge, share in shares.items()} for at in (0, 1))
    return counts, starts, ends, customers, median, most


_ASKED = {
    "transitions": lambda log: pm4py.discover_dfg(log.lazy),
    "flow": _flow,
    "times": _times,
    "paths": lambda log: pm4py.get_variants(pm4py.get_prefixes_from_log(log.frame, cases.LENGTH)),
    "variants": lambda log: pm4py.get_variants(log.lazy),
}
