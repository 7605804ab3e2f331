"""Polars, with the fastest plan found for each question."""

from pathlib import Path
from typing import Any

import cases
import polars as pl
from data import Files, name_of

VERSION = f"polars {pl.__version__}"
NOBODY = 127 * 128
who, when, what = pl.col("customer"), pl.col("time"), pl.col("name")


def load(files: Files, store: Path) -> None:
    """Store the events as they come, uncompressed: sorted, customers and names as numbers."""
    store.mkdir()
    pl.read_parquet(files.ready).rechunk().write_ipc(store / "events.arrow", compression="uncompressed")


def opened(store: Path) -> Any:
    """Load the events into memory."""
    return pl.read_ipc(store / "events.arrow").rechunk()


def read(path: Path) -> Any:
    """Name the file; only a question reads it."""
    if path.suffix == ".parquet":
        return pl.scan_parquet(path)
    return pl.scan_csv(path, try_parse_dates=True)


def ask(events: Any, question: str) -> Any:
    """Ask."""
    return (_STORED if isinstance(events, pl.DataFrame) else _FILE)[question](events)


def compared(question: str, answer: Any) -> cases.Answer:
    """Return the answer in the form in which contenders are compared."""
    if question == "funnel":
        return cases.funnel(answer)
    if question == "paths":
        counted = answer["count"]
        top = answer.top_k(cases.TOP * 20, by="count").sort(["count", "key"], descending=[True, False]).head(cases.TOP)
        return cases.paths(top.select("key", "count").rows(), len(answer), counted.sum())
    if question in ("timing", "sessions"):
        return {"timing": cases.timing, "sessions": cases.sessions}[question](answer)
    if question == "variants":
        top = answer.top_k(cases.TOP * 20, by="count").sort(["count", "key"], descending=[True, False]).head(cases.TOP)
        return cases.variants(top.select("key", "count").rows(), len(answer), answer["count"].sum())
    if question in ("retention", "lifecycle"):
        return {"retention": cases.retention, "lifecycle": cases.lifecycle}[question](answer.rows())
    return cases.flow(
        (cases.START if edge >= NOBODY else edge // 128, edge % 128, *row) for edge, *row in answer.rows()
    )


def _chain(events: pl.DataFrame, steps: tuple[Any, ...], window: Any) -> list[int]:
    """Join each step's events with the latest chain that has come so far (its start is the latest too)."""
    chain = events.filter(what == steps[0]).select(who, when, start=when)
    reached = [chain["customer"].n_unique()]
    for step in steps[1:]:
        wanted = events.filter(what == step).select(who, when)
        joined = wanted.join_asof(chain, on="time", by="customer", strategy="backward", check_sortedness=False)
        chain = joined.filter(when - pl.col("start") <= window)
        reached.append(chain["customer"].n_unique())
    return reached


def _stored_funnel(events: pl.DataFrame) -> Any:
    return _chain(events.filter(what.is_in(cases.STEPS)), cases.STEPS, cases.WITHIN)


def _edge() -> pl.Expr:
    """Return both names in one number; before the first name of a journey comes nobody."""
    same = who == who.shift(1)
    return pl.when(same).then(what.shift(1).cast(pl.UInt16) * 128).otherwise(NOBODY) + what


def _stored_transitions(events: pl.DataFrame) -> Any:
    return events.lazy().select(edge=_edge()).group_by("edge").len().collect()


def _stored_flow(events: pl.DataFrame) -> Any:
    each = events.lazy().select(who, edge=_edge()).group_by("edge", "customer").len()
    return each.group_by("edge").agg(pl.col("len").sum(), customers=pl.len()).collect()


def _stored_times(events: pl.DataFrame) -> Any:
    """Events of an edge keep their order, so its customers change whenever the number before is another."""
    since = when - when.shift(1)
    grouped = events.lazy().select(who, edge=_edge(), since=since).group_by("edge")
    shares = (pl.col("since").quantile(share, "linear").alias(str(share)) / 1e6 for share in (0.5, 0.9))
    return grouped.agg(pl.len(), who.ne(who.shift(1)).fill_null(True).sum(), *shares).collect()


def _stored_paths(events: pl.DataFrame) -> Any:
    customer, name = events["customer"], events["name"]
    first = (customer != customer.shift(1)).fill_null(True).arg_true()
    owner = customer.gather(first)
    key = (name.gather(first).cast(pl.Int64) + 1) * cases.digit(0)
    for place in range(1, cases.LENGTH):
        at = (first + place).clip(upper_bound=len(events) - 1)
        there = ((customer.gather(at) == owner) & (first + place < len(events))).cast(pl.Int64)
        key = key + (name.gather(at).cast(pl.Int64) + 1) * cases.digit(place) * there
    return key.rename("key").value_counts()


def _stored_timing(events: pl.DataFrame) -> Any:
    """Events are sorted, so the first of a customer is the one where the customer changes."""
    begun = events.filter(what == cases.FROM).select(who, when).filter((who != who.shift(1)).fill_null(True))
    ends = events.filter(what == cases.TO).select(who, when, end=when)
    waits = begun.join_asof(ends, on="time", by="customer", strategy="forward", check_sortedness=False)
    took = (waits["end"] - waits["time"]).drop_nulls()
    watched = events["time"].max() - when
    alike = waits.lazy().select(passed=pl.coalesce(pl.col("end") - when, watched), n=pl.col("end").is_not_null())
    counts = alike.group_by("passed").agg(pl.col("n").sum(), gone=pl.len()).sort("passed")
    there = pl.col("gone").reverse().cum_sum().reverse()
    curve = (
        counts.select("passed", waiting=(1 - pl.col("n") / there).cum_prod(), n="n").filter(pl.col("n") > 0).collect()
    )
    half = curve.filter(pl.col("waiting") <= 0.5)["passed"].min()
    month = 1 - curve.filter(pl.col("passed") <= cases.MONTH)["waiting"].min()
    return [len(begun), len(took), *(took.quantile(q, "linear") for q in (0.1, 0.5, 0.9)), took.mean(), half, month]


def _stored_sessions(events: pl.DataFrame) -> Any:
    customer, time = events["customer"], events["time"]
    new = (customer != customer.shift(1)) | (time - time.shift(1) > cases.GAP)
    first = new.fill_null(True).arg_true().cast(pl.Int64)
    after = first.shift(-1, fill_value=len(events))
    size, took, owner = after - first, time.gather(after - 1) - time.gather(first), customer.gather(first)
    each = pl.select(owner.rle().struct.field("len")).to_series()
    spread = [series.quantile(q, "linear") for series in (each, size, took) for q in (0.5, 0.9)]
    return [len(first), len(each), size.sum(), (size == 1).sum(), *spread, took.mean()]


def _stored_retention(events: pl.DataFrame) -> Any:
    """The weeks of a customer are bits of one number, as in DuckDB."""
    week = (when + cases.MONDAY) // cases.WEEK
    starts = pl.col("week").filter(what == cases.STEPS[0]).min().alias("cohort")
    bits = pl.lit(2, pl.Int64).pow(pl.col("week")).bitwise_or().alias("weeks")
    weeks = events.lazy().select(who, what, week=week - week.min())
    each = weeks.group_by("customer").agg(starts, bits).drop_nulls("cohort")
    alike = each.group_by("cohort", "weeks").len().collect()
    later = pl.DataFrame({"later": range(63)}, schema={"later": pl.Int64})
    cells = alike.join(later, how="cross").filter(pl.col("cohort") + pl.col("later") < 63)
    bits = pl.col("weeks") // pl.lit(2, pl.Int64).pow(pl.col("cohort") + pl.col("later")) % 2
    return cells.filter(bits == 1).group_by("cohort", "later").agg(pl.col("len").sum())


def _stored_variants(events: pl.DataFrame) -> Any:
    """A group keeps the order of its events, and lists of names are grouped as they are."""
    each = events.lazy().group_by("customer").agg(key=what)
    return each.group_by("key").agg(count=pl.len()).collect()


def _stored_lifecycle(events: pl.DataFrame) -> Any:
    """The months of a customer are bits of one number, as in DuckDB."""
    day = pl.from_epoch(when, "us")
    month = (day.dt.year().cast(pl.Int64) - int(cases.MONTHS[:4])) * 12 + day.dt.month() - int(cases.MONTHS[5:7])
    bits = pl.lit(2, pl.Int64).pow(month).bitwise_or().alias("months")
    return events.lazy().group_by("customer").agg(bits).group_by("months").len().collect()


def _file_funnel(log: pl.LazyFrame) -> Any:
    steps = tuple(name_of(code) for code in cases.STEPS)
    events = log.select("customer", "time", "name").filter(what.is_in(steps)).collect()
    return _chain(events, steps, pl.duration(days=cases.WITHIN_DAYS))


def _file_transitions(log: pl.LazyFrame) -> Any:
    code = what.str.slice(6).cast(pl.UInt8) - 1
    events = log.select(who, when, code).with_columns(who.rank("dense")).collect()
    return _stored_transitions(events.sort("customer", "time", maintain_order=True))


_STORED = {
    "funnel": _stored_funnel,
    "transitions": _stored_transitions,
    "flow": _stored_flow,
    "times": _stored_times,
    "paths": _stored_paths,
    "timing": _stored_timing,
    "sessions": _stored_sessions,
    "variants": _stored_variants,
    "lifecycle": _stored_lifecycle,
    "retention": _stored_retention,
}
_FILE = {"funnel": _file_funnel, "transitions": _file_transitions}
