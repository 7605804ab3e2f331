"""How a bucket of the stored index is made: from events alone, or from what is stored already and what came since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.journeys.bucket import CODED, NUMBERS, StoredBucket, column_field
from farled.journeys.coding import coded, floats, microseconds_of, plain
from farled.journeys.files import IndexFile, write
from farled.journeys.index import AnyColumn, Codes, Column, name_type, recoded
from farled.journeys.manifest import Bucket
from farled.journeys.ordering import Ordered, ordered
from farled.journeys.source import Source

MOST_COLD_FILES = 8
PLAIN_EVENTS = pa.schema(
    [
        ("customer", pa.string()),
        ("event_id", pa.string()),
        ("time", pa.int64()),
        ("sequence", pa.int32()),
        ("name", pa.string()),
    ]
)
IDENTIFIED = pa.schema(
    [
        ("customer", pa.string()),
        ("time", pa.int64()),
        ("sequence", pa.int32()),
        ("event_id", pa.string()),
        ("properties", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Task:
    """A bucket to be made.

    Attributes:
        number: Of the bucket.
        sources: The files it is made from, old and new.
        new: Those of them that are read now.
        version: As ``Source.version`` gave it.
        generation: Of this run.
    """

    number: int
    sources: tuple[str, ...]
    new: tuple[str, ...]
    version: str
    generation: int

    def file(self, kind: str) -> str:
        """Return the name of a file of the bucket."""
        return f"{self.number:03}.{self.generation}.{kind}.arrow"


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A bucket whose names still await their final codes.

    Attributes:
        task: What was done.
        entry: Of the manifest, all but the file ``name``.
        name: Codes in ``names``. Shape (n_events,).
        names: The names that occur, sorted.
    """

    task: Task
    entry: Bucket
    name: Codes
    names: tuple[str, ...]

    def finish(self, folder: Path, codes: Mapping[str, int]) -> Bucket:
        """Write the names with their codes in the whole index, and return the entry."""
        to = np.array([codes[name] for name in self.names], dtype=name_type(len(codes)))
        file = write(folder, self.task.file("name"), pa.record_batch({"name": pa.array(to[self.name])}))
        return replace(self.entry, files={**self.entry.files, "name": file})


def renamed(folder: Path, file: str, bucket: StoredBucket, names: Sequence[str], codes: Mapping[str, int]) -> Bucket:
    """Write the names of a bucket with other codes, and return the entry.

    Args:
        folder: Of the index.
        file: To write.
        bucket: As it is stored.
        names: By its codes.
        codes: Of the names that it has, and of others.
    """
    to = np.array([codes.get(name, 0) for name in names], dtype=name_type(len(codes)))
    written = write(folder, file, pa.record_batch({"name": pa.array(to[bucket.name])}))
    return replace(bucket.entry, files={**bucket.entry.files, "name": written})


@dataclass(frozen=True, slots=True)
class Job:
    """The making of a bucket, as it may be sent to another machine.

    Attributes:
        folder: Of the index.
        task: What to make.
        source: Of the events.
        stored: What is stored of the other files of the task; ``None`` if all are new.
        names: Those of the index, by which ``stored`` is coded.
    """

    folder: Path
    task: Task
    source: Source
    stored: Bucket | None
    names: tuple[str, ...]


def make(job: Job) -> Made:
    """Make a bucket and write its files, except for the names."""
    folder, task, source = job.folder, job.task, job.source
    old = None if job.stored is None else StoredBucket(folder, job.stored)
    rows = _Rows(_table(source.batches(task.number, task.new)), old, job.names)
    made = rows.ordered()
    files = {
        "events": write(folder, task.file("events"), rows.events(made)),
        "customers": write(folder, task.file("customers"), _customers(made)),
        "identified": write(folder, task.file("identified"), _identified(source, task, old)),
    }
    span = (int(made.time.min()), int(made.time.max())) if len(made.time) else None
    cold = _cold(folder, task, rows, old)
    entry = Bucket(task.sources, task.version, task.generation, len(made.time), span, files, cold)
    return Made(task, entry, made.name, made.names)


class _Rows:
    """The events to be ordered: first those stored already, as they stand there, then the new ones."""

    def __init__(self, new: pa.Table, old: StoredBucket | None, names: Sequence[str]) -> None:
        self.new = new
        self.old = old
        self.names = names
        self.new_ids = new.column("event_id").cast(pa.string())
        self.ids = pa.chunked_array([*(old.event_id.chunks if old else ()), *self.new_ids.chunks], pa.string())
        self.cold_row = np.arange(len(self.ids) - new.num_rows, len(self.ids), dtype=np.int32)
        if old:
            self.cold_row = np.concatenate((old.row, self.cold_row))

    def ordered(self) -> Ordered:
        customer, name = _dictionary(self.new.column("customer")), _dictionary(self.new.column("name"))
        time = microseconds_of(self.new.column("time"))
        if self.old:
            owner = np.repeat(np.arange(len(self.old.customer), dtype=np.int32), np.diff(self.old.offsets))
            customer = pa.chunked_array([pa.DictionaryArray.from_arrays(owner, self.old.customer), customer])
            old_name = pa.array(self.old.name.astype(np.int32))
            name = pa.chunked_array([pa.DictionaryArray.from_arrays(old_name, pa.array(self.names, pa.string())), name])
            time = np.concatenate((self.old.time, time))
        return ordered(customer, time, name, self._sequence(), self._event_ids, threads=1)

    def events(self, made: Ordered) -> pa.RecordBatch:
        """Return the file ``events``: what all have, then of the further columns those that any has."""
        fields = [
            (pa.field("time", pa.int64()), pa.array(made.time)),
            (pa.field("row", pa.int32()), pa.array(self.cold_row[made.row])),
            (pa.field("sequence", pa.int32()), pa.array(self._sequence()[made.row])),
        ]
        for name in (*CODED, *NUMBERS):
            column = self._column(name, made.row)
            if column is not None:
                fields.append(column_field(name, column))
        return pa.record_batch([values for _, values in fields], schema=pa.schema([field for field, _ in fields]))

    def _sequence(self) -> npt.NDArray[np.int32]:
        new = plain(pc.fill_null(self.new.column("sequence").cast(pa.int32()), 0), np.int32)
        return np.concatenate((self.old.sequence, new)) if self.old else new

    def _event_ids(self, rows: npt.NDArray[Any]) -> pa.Array:
        return self.ids.take(pa.array(self.cold_row[rows])).combine_chunks()

    def _column(self, name: str, row: npt.NDArray[np.int32]) -> AnyColumn | None:
        given = self.new.column(name) if name in self.new.column_names else pa.nulls(self.new.num_rows)
        before = self.old.column(name) if self.old else None
        if name in NUMBERS:
            read = floats(given, name)
            both = read if before is None or isinstance(before, Column) else np.append(before, read)
            return None if np.isnan(both).all() else both[row]
        code, distinct = coded(given.cast(pa.string()))
        values = distinct.to_pylist()
        if isinstance(before, Column):
            values, to = recoded([*before.values, *values])
            code = np.append(before.code, to[len(before.values) :][code])
        return Column(code[row], tuple(values)) if values else None


def _table(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    read = list(batches)
    return pa.Table.from_batches(read) if read else PLAIN_EVENTS.empty_table()


def _dictionary(values: pa.ChunkedArray) -> pa.Array:
    code, distinct = coded(values)
    return pa.DictionaryArray.from_arrays(pa.array(code), distinct)


def _customers(made: Ordered) -> pa.RecordBatch:
    """Return the file ``customers``: the ids, and one offset more, beside null."""
    ids = pa.concat_arrays([made.customer.cast(pa.string()), pa.nulls(1, pa.string())])
    return pa.record_batch({"customer": ids, "offsets": pa.array(made.offsets)})


def _identified(source: Source, task: Task, old: StoredBucket | None) -> pa.RecordBatch:
    new = [batch.select(IDENTIFIED.names).cast(IDENTIFIED) for batch in source.identified(task.number, task.new)]
    batches = [*([old.identify()] if old else ()), *new, pa.RecordBatch.from_pylist([], IDENTIFIED)]
    return pa.record_batch([pa.concat_arrays(columns) for columns in zip(*batches, strict=True)], IDENTIFIED)


def _cold(folder: Path, task: Task, rows: _Rows, old: StoredBucket | None) -> tuple[IndexFile, ...]:
    """Write the ids of the new events; join all files of ids into one when they have become many."""
    before = old.entry.cold if old else ()
    joins = len(before) >= MOST_COLD_FILES
    ids = rows.ids if joins or not before else rows.new_ids
    written = write(folder, task.file("cold"), pa.record_batch({"event_id": _whole(ids)}))
    return (written,) if joins or not before else (*before, written)


def _whole(values: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays([*values.chunks, pa.array([], pa.string())])
