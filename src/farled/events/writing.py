"""Writing events to new files of the table, which nobody sees before the commit."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from farled.events.schema import EVENT_SCHEMA
from farled.events.snapshot import StoredFile

THREADS = min(4, os.cpu_count() or 1)
CODED = [name for name in EVENT_SCHEMA.names if name not in ("event_id", "text", "identifiers")]
CODED += ["identifiers.list.element.type", "identifiers.list.element.value"]


def sync(path: Path) -> None:
    """Make the operating system write a file or a folder to the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class BucketFiles:
    """One new file for each bucket that gets events.

    As a context manager it deletes the files again unless ``keep`` was called: a writer that fails leaves nothing.

    Args:
        folder: Of the table.
        now: Microseconds UTC; the names of the files begin with it.
    """

    def __init__(self, folder: Path, now: int) -> None:
        self.folder = folder
        self.now = now
        self.stored: tuple[StoredFile, ...] = ()
        self._rows: dict[int, int] = {}
        self._writers: dict[int, tuple[Path, pq.ParquetWriter]] = {}
        self._kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def keep(self) -> None:
        """Leave the files where they are: they have been committed, or may have been."""
        self._kept = True

    def release(self) -> None:
        """Take ``keep`` back: the commit was refused."""
        self._kept = False

    def discard(self) -> None:
        """Delete the files, unless they are to be kept."""
        if self._kept:
            return
        for path, writer in self._writers.values():
            with suppress(OSError):
                writer.close()
            path.unlink(missing_ok=True)
        self._writers.clear()

    def write(self, events: pa.Table, bucket: npt.NDArray[np.int16]) -> None:
        """Add events to the files of their buckets, in the order given.

        Args:
            events: Of the event schema. Shape (n,).
            bucket: Of each event. Shape (n,).
        """
        order = np.argsort(bucket, kind="stable")
        ordered = events.take(pa.array(order))
        numbers, starts = np.unique(bucket[order], return_index=True)
        ends = [*starts[1:], len(order)]
        parts = [
            (int(number), ordered.slice(start, end - start))
            for number, start, end in zip(numbers, starts, ends, strict=True)
        ]
        for number, part in parts:
            self._rows[number] = self._rows.get(number, 0) + part.num_rows
            if number not in self._writers:
                self._writers[number] = self._open(number)
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(lambda part: self._writers[part[0]][1].write_table(part[1]), parts):
                pass

    def _open(self, bucket: int) -> tuple[Path, pq.ParquetWriter]:
        path = self.folder / f"bucket={bucket}" / f"{self.now // 1000:014}-{uuid4().hex}.parquet"
        path.parent.mkdir(exist_ok=True)
        return path, pq.ParquetWriter(
            path, EVENT_SCHEMA, compression="zstd", compression_level=1, use_dictionary=CODED, store_schema=False
        )

    def finish(self) -> tuple[StoredFile, ...]:
        """Complete the files, bring them to the disk, and return them."""
        for path, writer in self._writers.values():
            writer.close()
            sync(path)
            sync(path.parent)
        if self._writers:
            sync(self.folder)
        self.stored = tuple(
            StoredFile(path, bucket, self._rows[bucket], path.stat().st_size)
            for bucket, (path, _) in sorted(self._writers.items())
        )
        return self.stored
