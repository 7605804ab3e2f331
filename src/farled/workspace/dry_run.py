"""Trying an import out: what it would bring, by the code that brings it, and nothing is written."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from farled.events.folder import Folder
from farled.events.hashes import NO_KEYS, Keys, hashes, joined
from farled.events.ingest import MAX_REJECTED, ingest
from farled.events.prepare import parts_of
from farled.events.report import Report
from farled.events.snapshot import Snapshot
from farled.events.store import EventStore
from farled.sources.returned import RejectedRows
from farled.workspace.storing import arriving

if TYPE_CHECKING:  # reading a workspace does not load what reads files
    from farled.sources.mapping import Imported
    from farled.sources.mapping_sample import FileColumns, Sample

LINES = 1000


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rows of a file that are rejected for one reason.

    Attributes:
        file: Its name.
        reason: Of the closed list.
        column: At fault; empty where the row is none.
        rows: How many.
        lines: Of the file, at most the first ``LINES``.
        value: The first that is filled; None where all are empty.
    """

    file: str
    reason: str
    column: str
    rows: int
    lines: tuple[int, ...]
    value: str | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would do.

    Attributes:
        report: Its numbers, the same that the import would have.
        new_customers: How many of its customers have no event in the workspace yet. A customer is the first
            identifier of an event.
        known_customers: How many have.
        max_rejected: The share of rejected rows beyond which an import stops.
        rejects: Most rows first.
        columns: Of each file.
        samples: The first rows of each file, before and after.
    """

    report: Report
    new_customers: int
    known_customers: int
    max_rejected: float
    rejects: tuple[Rejects, ...]
    columns: "tuple[FileColumns, ...]"
    samples: "tuple[Sample, ...]"

    @property
    def stops(self) -> bool:
        """Whether the import would stop because too many rows are rejected."""
        return self.report.rejected_share > self.max_rejected

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values: those of the report, and what only a dry run tells."""
        return {
            **self.report.to_dict(),
            "stops": self.stops,
            "customers": {"new": self.new_customers, "known": self.known_customers},
            "rejects": [asdict(one) for one in self.rejects],
            "columns": [asdict(one) for one in self.columns],
            "samples": [asdict(one) for one in self.samples],
        }


def try_out(folder: Folder, imported: "Imported", max_rejected: float = MAX_REJECTED) -> DryRun:
    """Tell what bringing files into a workspace would do.

    Args:
        folder: Of the workspace.
        imported: What `farled.workspace.storing.reading` made of the files.
        max_rejected: As for `farled.workspace.storing.add`; too many rejected rows are no error here, but told.
    """
    with TemporaryDirectory() as away:
        is_there = EventStore.is_in(folder.events)
        store = EventStore(folder.events if is_there else Path(away) / "events", folder.settings.buckets)
        watched = _Watched(imported, store)
        report = ingest(store, folder.imports, watched, arriving(()), dry_run=True, max_rejected=max_rejected)
        known = store.read(lambda snapshot: _known(store, snapshot, watched.customers))
    report = replace(report, notes=tuple(map(str, imported.report)))  # some are noticed only while rows are read
    new = watched.customers.size - known
    return DryRun(report, new, known, max_rejected, _rejects(imported.rejected), imported.columns, imported.samples)


class _Watched:
    """An import whose customers are noted on the way."""

    def __init__(self, imported: "Imported", store: EventStore) -> None:
        self._imported = imported
        self._store = store
        self.customers = NO_KEYS

    @property
    def events(self) -> Iterator[pa.Table]:
        self.customers = NO_KEYS
        for part in parts_of(self._imported.events):
            met = _customers(self._store, part).without(self.customers)
            self.customers = joined([self.customers, met]).sorted() if met.size else self.customers
            yield part

    @property
    def rejected(self) -> pa.Table:
        return self._imported.rejected

    @property
    def rejected_rows(self) -> Iterable[RejectedRows]:
        return self._imported.rejected_rows

    @property
    def replaces(self) -> str:
        return self._imported.replaces

    @property
    def rows(self) -> int:
        return self._imported.rows


def _customers(store: EventStore, events: pa.Table) -> Keys:
    """Return the customers of some events, sorted, each once."""
    return hashes(pc.unique(store.customer_of(events)).drop_null()).sorted()


def _known(store: EventStore, snapshot: Snapshot, customers: Keys) -> int:
    """Count the customers that have events in the table."""
    known = 0
    for bucket in np.unique(customers.high % np.uint64(snapshot.buckets)).tolist():  # as `buckets_of` places them
        found = NO_KEYS
        for batch in snapshot.batches(bucket, ["identifiers", "account"]):
            keys = _customers(store, pa.Table.from_batches([batch]))
            found = joined([found, keys.take(keys.within(customers)).without(found)]).sorted()
        known += found.size
    return known


def _rejects(rejected: pa.Table) -> tuple[Rejects, ...]:
    """Group rejected rows by file, reason and column."""
    keys = ["file", "reason", "column"]
    grouped = rejected.group_by(keys, use_threads=False).aggregate([("line", "list"), ("value", "list")])
    found = []
    for row in grouped.to_pylist():
        lines = sorted(row["line_list"])
        value = next((text for text in row["value_list"] if text), None)
        found.append(Rejects(row["file"], row["reason"], row["column"], len(lines), tuple(lines[:LINES]), value))
    return tuple(sorted(found, key=lambda one: (-one.rows, one.file, one.reason, one.column)))
