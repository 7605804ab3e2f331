"""The event table as one version has it: what every reader reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from farled.events.schema import EVENT_SCHEMA, WORD

BATCH_ROWS = 1 << 17
NO_PROPERTIES = "{}"
WORDS = [field.name for field in EVENT_SCHEMA if field.type == WORD]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Parquet file of the table; it never changes.

    Attributes:
        path: Where it lies.
        bucket: Which customers it holds.
        rows: How many events.
        size: Bytes.
    """

    path: Path
    bucket: int
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of the table.

    Attributes:
        version: Of the table.
        buckets: How many buckets the table has.
        stored: All files, those of a bucket in a fixed order.
    """

    version: int
    buckets: int
    stored: tuple[StoredFile, ...]

    @property
    def rows(self) -> int:
        """How many events the table holds."""
        return sum(file.rows for file in self.stored)

    def files(self, bucket: int) -> tuple[StoredFile, ...]:
        """Return the files of a bucket, in the order in which they are read."""
        return tuple(file for file in self.stored if file.bucket == bucket)

    def fingerprint(self, bucket: int) -> str:
        """Return a text that changes whenever the rows of a bucket, or their order, do."""
        names = "\n".join(file.path.name for file in self.files(bucket))
        return blake2b(names.encode(), digest_size=16).hexdigest()

    def fingerprints(self) -> Mapping[int, str]:
        """Return the fingerprint of every bucket."""
        return {bucket: self.fingerprint(bucket) for bucket in range(self.buckets)}

    def is_blank(self, bucket: int, column: str) -> bool:
        """Return whether the files of a bucket tell, without being read, that a column of text says nothing anywhere.

        Args:
            bucket: Which.
            column: Of text. Nothing is null, or an object without properties.

        Raises:
            FileNotFoundError: As `batches`.
        """
        return all(_is_blank(pq.read_metadata(file.path), column) for file in self.files(bucket))

    def batches(self, bucket: int, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Read the events of a bucket in the order of its files: always the same.

        Args:
            bucket: Which.
            columns: Of the event schema; all when left out.

        Raises:
            FileNotFoundError: A vacuum took a file of this version away: take a new snapshot.
        """
        return read_files(self.files(bucket), EVENT_SCHEMA.names if columns is None else columns)


def read_files(files: Iterable[StoredFile], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read columns of some files, one after the other. All are opened at once: what is open can be read to its end.

    Raises:
        FileNotFoundError: A file was swept away.
    """
    with ExitStack() as opened:
        readers = [opened.enter_context(pq.ParquetFile(file.path, read_dictionary=WORDS)) for file in files]
        return _batches(readers, list(columns), opened.pop_all())


def _batches(readers: list[pq.ParquetFile], columns: list[str], opened: ExitStack) -> Iterator[pa.RecordBatch]:
    schema = pa.schema([EVENT_SCHEMA.field(name) for name in columns])
    with opened:
        for reader in readers:
            for batch in reader.iter_batches(BATCH_ROWS, columns=columns):
                yield batch.select(columns).cast(schema)


def _is_blank(file: pq.FileMetaData, column: str) -> bool:
    at = next(at for at in range(file.num_columns) if file.schema.column(at).path == column)
    told = [file.row_group(group).column(at).statistics for group in range(file.num_row_groups)]
    return all(each is not None and (each.num_values == 0 or each.min == each.max == NO_PROPERTIES) for each in told)
