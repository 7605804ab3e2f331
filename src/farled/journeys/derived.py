"""Columns of the stored index, made when a question first names a property and kept while their bucket stays."""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import NotFoundError
from farled.journeys.bucket import StoredBucket, column_field, stored_column
from farled.journeys.coding import coded, plain
from farled.journeys.files import write
from farled.journeys.index import AnyColumn, Column, Scalar, recoded
from farled.journeys.source import Source


class Derived:
    """The folder ``columns`` of the index.

    Args:
        folder: Of the index.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "columns"

    def column(self, number: int, bucket: StoredBucket, name: str, source: Source | None) -> AnyColumn:
        """Return a property of the events of a bucket.

        Args:
            number: Of the bucket.
            bucket: As it is stored.
            name: Of the property.
            source: Asked when the column is not there yet.

        Raises:
            NotFoundError: It is not there, and there is no source.
        """
        of = json.dumps([name, bucket.entry.files["events"].checksum, *(file.checksum for file in bucket.entry.cold)])
        file = f"{number:03}.{bucket.entry.generation}.{blake2b(of.encode(), digest_size=12).hexdigest()}.arrow"
        kept = self._kept(file, bucket, name)
        if kept is not None:
            return kept
        if source is None:
            raise NotFoundError(f"The index has no column {name!r} yet.", "Open it together with its events.")
        made = _made(bucket, source, number, name)
        field, values = column_field(name, made)
        with suppress(OSError):  # it may only be read, is full, or was swept meanwhile: the answer does not hang on it
            self.folder.mkdir(parents=True, exist_ok=True)
            write(self.folder, file, pa.record_batch([values], schema=pa.schema([field])))
        return self._kept(file, bucket, name) or made

    def _kept(self, file: str, bucket: StoredBucket, name: str) -> Column | None:
        """Return a column as it lies in the folder, mapped; None if it does not."""
        with suppress(OSError, pa.ArrowInvalid):
            batch = pa.ipc.open_file(pa.memory_map(str(self.folder / file))).get_batch(0)
            if batch.num_rows == bucket.entry.events and batch.schema.names == [name]:
                found = stored_column(batch, name, bucket.entry.events)
                return found if isinstance(found, Column) else None
        return None

    def sweep(self, generations: Mapping[int, int]) -> None:
        """Delete the columns of other generations than these, by number of the bucket."""
        current = {f"{number:03}.{generation}" for number, generation in generations.items()}
        with suppress(FileNotFoundError):
            for path in self.folder.iterdir():
                if ".".join(path.name.split(".")[:2]) not in current:
                    path.unlink(missing_ok=True)


def _made(bucket: StoredBucket, source: Source, number: int, name: str) -> Column:
    batches = list(source.properties(number, name))
    if not batches:
        return Column(np.full(bucket.entry.events, -1, dtype=np.int32), ())
    ids = pa.chunked_array([batch.column("event_id") for batch in batches], pa.string())
    read = pa.chunked_array([batch.column("value") for batch in batches])
    code, texts = coded(read)
    values, to = recoded([_scalar(text) for text in texts.to_pylist()])
    by_arrival = _aligned(bucket.event_id, ids, to[code])
    return Column(by_arrival[bucket.row], values)


def _scalar(text: str) -> Scalar | None:
    value = json.loads(text)
    return value if isinstance(value, str | bool | int | float) else None


def _aligned(event_id: pa.ChunkedArray, ids: pa.ChunkedArray, code: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return the codes in the order of ``event_id``; both orders are nearly always the same."""
    if event_id.equals(ids):
        return code
    position = pc.index_in(ids, value_set=event_id)
    there = plain(pc.fill_null(position, -1), np.int32)
    aligned = np.full(len(event_id) + 1, -1, dtype=np.int32)
    aligned[there] = code  # what the index does not know goes to the end, and away
    return aligned[:-1]
