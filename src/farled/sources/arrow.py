"""Inputs that are Arrow: a table in memory, and Parquet."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from farled.errors import InputError
from farled.sources.connection import evaluate, quoted
from farled.sources.kinds import plain_types
from farled.sources.scan import BATCH, SAMPLE, Fault, Rows, is_absent, translated

_THREADS = os.cpu_count() or 1


class ArrowScan:
    """A table in memory, or anything that hands one over through the Arrow C stream."""

    delimiter = ","

    def __init__(self, table: pa.Table, shown: str = "table") -> None:
        self.shown = shown
        self.columns = tuple(table.column_names)
        self.absent: frozenset[str] = frozenset()
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
        """Return columns as they are; texts that are ``coded`` may come as dictionaries."""
        held = [name for name in columns if not is_absent(self, name)]
        table = self._loaded(held, coded)
        if len(held) == len(columns):
            return table
        nothing = pa.nulls(self.rows_about())
        return pa.table([nothing if is_absent(self, name) else table[name] for name in columns], list(columns))

    def sample(self, rows: int = 1000) -> pa.Table:
        """Return the first rows."""
        table = self._first_rows(rows)
        for name in self.columns:
            if name in self.absent:
                table = table.append_column(name, pa.nulls(table.num_rows))
        return table

    def filled(self, column: str) -> pa.ChunkedArray:
        """Return the first values of a column that are there."""
        values = self.load([column]).column(0).drop_null()
        if pa.types.is_string(values.type):
            values = values.filter(pc.cast(pc.binary_length(pc.utf8_trim_whitespace(values)), pa.bool_()))
        return values.slice(0, SAMPLE)

    def lack(self, columns: Sequence[str]) -> None:
        """Take on columns that other inputs have."""
        self.columns += tuple(columns)
        self.absent |= set(columns)

    def _loaded(self, columns: Sequence[str], coded: Sequence[str]) -> pa.Table:
        return self._table.select(list(columns))

    def _first_rows(self, rows: int) -> pa.Table:
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

    def _loaded(self, columns: Sequence[str], coded: Sequence[str]) -> pa.Table:
        kinds = self._file.schema_arrow
        texts = [name for name in coded if name in columns and pa.types.is_string(kinds.field(name).type)]
        about, wanted = self._file.metadata, list(columns)

        def group(number: int) -> pa.Table:
            file = pq.ParquetFile(self._path, metadata=about, read_dictionary=texts)
            return file.read_row_group(number, wanted, use_threads=about.num_row_groups < _THREADS)

        with translated(self.shown), ThreadPoolExecutor(_THREADS) as pool:
            table = pa.concat_tables(pool.map(group, range(about.num_row_groups))).select(wanted)
        return plain_types(table, repr(self.shown))

    def _first_rows(self, rows: int) -> pa.Table:
        if self._first is None or rows > SAMPLE:
            with translated(self.shown):
                batch = next(self._file.iter_batches(max(rows, SAMPLE)), None)
            table = pa.Table.from_batches([] if batch is None else [batch], self._file.schema_arrow)
            self._first = plain_types(table, repr(self.shown))
        return self._first.slice(0, rows)

    def rows_about(self) -> int:
        """Return how many rows there are."""
        return int(self._file.metadata.num_rows)
