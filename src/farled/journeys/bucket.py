"""One bucket of the stored index, as its files have it."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.errors import DamagedError
from farled.journeys.coding import Rows, plain
from farled.journeys.files import HINT, Mapped
from farled.journeys.index import AnyColumn, Codes, Column, Offsets, Times
from farled.journeys.manifest import Bucket

CODED = ("channel", "scale")
NUMBERS = ("value", "score")


class StoredBucket:
    """The files of one bucket, mapped; those of a deleted generation stay readable.

    Args:
        folder: Of the index.
        entry: Of the manifest.

    Raises:
        FileNotFoundError: A file is not there.
        DamagedError: A file is not as it was when written.
    """

    def __init__(self, folder: Path, entry: Bucket) -> None:
        self.entry = entry
        self._files = {kind: Mapped(folder, file) for kind, file in entry.files.items()}
        self._cold = [Mapped(folder, file) for file in entry.cold]
        customers = self._files["customers"].batch
        self.customer: pa.Array = customers.column("customer").slice(0, customers.num_rows - 1)
        self.offsets: Offsets = plain(customers.column("offsets"), np.int64)
        self.time: Times = plain(self._events.column("time"), np.int64)
        codes = self._files["name"].batch.column("name")
        self.name: Codes = plain(codes, np.uint16 if codes.type == pa.uint16() else np.uint32)
        if not len(self.time) == len(self.name) == self.offsets[-1] == entry.events:
            raise DamagedError(f"Files of generation {entry.generation} do not fit together in {folder}.", HINT)

    @property
    def _events(self) -> pa.RecordBatch:
        return self._files["events"].batch

    @property
    def row(self) -> Rows:
        """The position of each event in ``event_id``."""
        return plain(self._events.column("row"), np.int32)

    @property
    def sequence(self) -> Rows:
        """The sender's order."""
        return plain(self._events.column("sequence"), np.int32)

    @cached_property
    def event_id(self) -> pa.ChunkedArray:
        """The ids in the order in which events came; among them those of ``identify`` and its like."""
        return pa.chunked_array([file.batch.column("event_id") for file in self._cold], pa.string())

    def event_ids(self, positions: npt.NDArray[Any]) -> pa.Array:
        """Return the ids of events by position."""
        return self.event_id.take(pa.array(self.row[positions])).combine_chunks()

    def column(self, name: str) -> AnyColumn:
        """Return ``channel``, ``scale``, ``value`` or ``score``; all missing where no event has it."""
        return stored_column(self._events, name, self.entry.events)

    def identify(self) -> pa.RecordBatch:
        """Return the ``identify`` events, in the order in which they came."""
        return self._files["identified"].batch


def stored_column(batch: pa.RecordBatch, name: str, events: int) -> AnyColumn:
    """Return a column of a file of the index; all missing if the file has none of that name."""
    at = batch.schema.get_field_index(name)
    if at < 0:
        return np.full(events, np.nan) if name in NUMBERS else Column(np.full(events, -1, np.int32), ())
    values, metadata = batch.column(at), batch.schema.field(at).metadata
    if metadata is None:
        return plain(values, np.float64)
    code = plain(values, np.dtype(f"int{values.type.bit_width}"))
    return Column(code, tuple(json.loads(metadata[b"values"])))


def column_field(name: str, column: AnyColumn) -> tuple[pa.Field, pa.Array]:
    """Return a column as it stands in a file: floats, or codes as narrow as they can be with the values beside."""
    if not isinstance(column, Column):
        return pa.field(name, pa.float64()), pa.array(column)
    width = next(width for width in (np.int8, np.int16, np.int32) if len(column.values) <= np.iinfo(width).max)
    metadata = {"values": json.dumps(column.values)}
    codes = pa.array(column.code.astype(width))
    return pa.field(name, codes.type, metadata=metadata), codes
