"""One input at a time, as columns: a text table, JSON lines, Parquet, or Arrow in memory.

Rows keep their numbers: whatever columns are asked for, and however often, row 7 is row 7.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from farled.errors import InputError, NotFoundError
from farled.sources.connection import evaluate, literal, quoted, selection

if TYPE_CHECKING:  # Parquet is read without DuckDB
    import duckdb

BATCH = 1 << 20
SAMPLE = 5000
THREADS = os.cpu_count() or 1
BYTES_OF_A_ROW = 64
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece of a file that is no row.

    Attributes:
        line: Where it begins; the first line of the file is 1.
        value: Its beginning.
        text: All of it.
    """

    line: int
    value: str
    text: str


class Scan(Protocol):
    """An input whose columns can be read one by one, as often as wanted.

    Attributes:
        shown: Name for messages and the list of rejected rows.
        columns: Names of its columns.
        is_text: Whether every value is text, as in CSV and JSON.
        delimiter: Of a text table; a comma where there is none.
    """

    shown: str
    columns: tuple[str, ...]
    is_text: bool
    delimiter: str

    def sql(self, column: str) -> str:
        """Return SQL for a column."""
        ...

    def batches(self, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Compute SQL expressions over the rows, in order."""
        ...

    def load(self, columns: Sequence[str], coded: Sequence[str] = ()) -> pa.Table:
        """Return columns as they are; those ``coded`` as dictionaries where that is cheaper."""
        ...

    def sample(self, rows: int = 1000) -> pa.Table:
        """Return the first rows."""
        ...

    def rows_about(self) -> int:
        """Return how many rows there may be, without counting them."""
        ...

    def faults(self) -> list[Fault]:
        """Return what the last complete reading had to leave out."""
        ...

    def noted(self, name: str) -> pa.ChunkedArray | None:
        """Return a column that an earlier import added to rejected rows; None where there is none."""
        ...

    def repair(self) -> bool:
        """Take out what made the reader lose good rows; tell whether to read again."""
        ...

    def lines(self, rows: Rows) -> Rows:
        """Return the line in the file at which each row begins, or the row's number where there are no lines."""
        ...


class ArrowScan:
    """A table in memory, or anything that hands one over through the Arrow C stream."""

    delimiter = ","

    def __init__(self, table: pa.Table, shown: str = "table") -> None:
        self.shown = shown
        self.columns = tuple(table.column_names)
        self.is_text = False
        self._table = table

    def sql(self, column: str) -> str:
        """Return SQL for a column."""
        return quoted(column)

    def batches(self, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Compute SQL expressions over the rows, in order."""
        named = [column for column in self.columns if any(quoted(column) in text for text in wanted.values())]
        table = self.load(named)
        if not named:
            return
        with translated(self.shown):
            yield from evaluate(table, wanted).to_batches(BATCH)

    def load(self, columns: Sequence[str], coded: Sequence[str] = ()) -> pa.Table:
        """Return columns as they are."""
        return self._table.select(list(columns))

    def sample(self, rows: int = 1000) -> pa.Table:
        """Return the first rows."""
        return self._table.slice(0, rows)

    def rows_about(self) -> int:
        """Return how many rows there are."""
        return int(self._table.num_rows)

    def faults(self) -> list[Fault]:
        """Return nothing: a table has no bad lines."""
        return []

    def noted(self, name: str) -> pa.ChunkedArray | None:
        """Return nothing: rejected rows come back as text."""
        return None

    def repair(self) -> bool:
        """Return that there is nothing to repair."""
        return False

    def lines(self, rows: Rows) -> Rows:
        """Return the rows' numbers, the first is 1."""
        return rows + 1


class ParquetScan(ArrowScan):
    """A Parquet file; only the columns asked for are read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with translated(str(path)):
            self._file = pq.ParquetFile(path)
            names = self._file.schema_arrow.names
            super().__init__(pa.table({}), str(path))
        self.columns = tuple(names)
        self._first: pa.Table | None = None
        if not self._file.metadata.num_rows:
            raise InputError(f"{str(path)!r} has columns but no rows.")

    def load(self, columns: Sequence[str], coded: Sequence[str] = ()) -> pa.Table:
        """Return columns as they are; texts that are ``coded`` come as dictionaries."""
        kinds = self._file.schema_arrow
        texts = [name for name in coded if pa.types.is_string(kinds.field(name).type)]
        about, wanted = self._file.metadata, list(columns)

        def group(number: int) -> pa.Table:
            file = pq.ParquetFile(self._path, metadata=about, read_dictionary=texts)
            return file.read_row_group(number, wanted, use_threads=about.num_row_groups < THREADS)

        with translated(self.shown), ThreadPoolExecutor(THREADS) as pool:
            return pa.concat_tables(pool.map(group, range(about.num_row_groups))).select(wanted)

    def sample(self, rows: int = 1000) -> pa.Table:
        """Return the first rows."""
        if self._first is None or rows > SAMPLE:
            with translated(self.shown):
                batch = next(self._file.iter_batches(max(rows, SAMPLE)), None)
            self._first = pa.Table.from_batches([] if batch is None else [batch], self._file.schema_arrow)
        return self._first.slice(0, rows)

    def rows_about(self) -> int:
        """Return how many rows there are."""
        return int(self._file.metadata.num_rows)


class RelationScan:
    """Rows that DuckDB reads from a file, every value as text; CSV and JSON build on it."""

    delimiter = ","

    def __init__(
        self, shown: str, columns: Sequence[str], relation: str, connection: "duckdb.DuckDBPyConnection"
    ) -> None:
        self.shown = shown
        self.columns = tuple(columns)
        self.is_text = True
        self._relation = relation
        self._connection = connection
        self._first: tuple[str, pa.Table] | None = None

    def sql(self, column: str) -> str:
        """Return SQL for a column."""
        return quoted(column)

    def batches(self, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Compute SQL expressions over the rows, in order."""
        with translated(self.shown):
            yield from self._query(f"SELECT {selection(wanted)} FROM {self._relation}").to_arrow_reader(BATCH)

    def load(self, columns: Sequence[str], coded: Sequence[str] = ()) -> pa.Table:
        """Return columns as text."""
        wanted = {column: self.sql(column) for column in columns}
        schema = pa.schema([(column, pa.string()) for column in columns])
        return pa.Table.from_batches(list(self.batches(wanted)), schema) if wanted else pa.table({})

    def sample(self, rows: int = 1000) -> pa.Table:
        """Return the first rows."""
        if self._first is None or self._first[0] != self._relation or rows > SAMPLE:
            wanted = selection({column: self.sql(column) for column in self.columns})
            query = f"SELECT {wanted} FROM {self._relation} LIMIT {max(rows, SAMPLE)}"
            with translated(self.shown):
                self._first = self._relation, self._query(query).to_arrow_table()
        return self._first[1].slice(0, rows)

    def rows_about(self) -> int:
        """Return how many rows there may be, by the size of the file."""
        return Path(self.shown).stat().st_size // BYTES_OF_A_ROW

    def noted(self, name: str) -> pa.ChunkedArray | None:
        """Return nothing; a text table may have some."""
        return None

    def _query(self, text: str) -> "duckdb.DuckDBPyRelation":
        return self._connection.sql(text)


@contextmanager
def translated(shown: str) -> Iterator[None]:
    """Turn what the readers raise into an error of ours."""
    try:
        yield
    except (*_duckdb_errors(), pa.ArrowException, OSError, UnicodeError) as problem:
        first = next((line for line in str(problem).splitlines() if line.strip()), type(problem).__name__)
        raise InputError(
            f"{shown!r} cannot be read: {first.strip().rstrip('.')}.", "Export or save the file again."
        ) from problem


def _duckdb_errors() -> tuple[type[Exception], ...]:
    """Return what DuckDB raises, if it was loaded."""
    loaded = sys.modules.get("duckdb")
    return (loaded.Error,) if loaded else ()


def require_column(column: str, known: Sequence[str]) -> str:
    """Return a column's name as the file writes it; case and blanks around it do not matter.

    Raises:
        NotFoundError: There is no such column.
    """
    if column in known:
        return column
    wanted = column.strip().casefold()
    for name in known:
        if name.strip().casefold() == wanted:
            return name
    raise NotFoundError.named("column", column, known)


def text_list(names: Sequence[str]) -> str:
    """Write a DuckDB struct that makes each column text."""
    return "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names) + "}"
