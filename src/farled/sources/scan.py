"""One input at a time, as columns: a text table, JSON lines, Parquet, or Arrow in memory.

Rows keep their numbers: whatever columns are asked for, and however often, row 7 is row 7.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.errors import InputError, NotFoundError
from farled.sources.connection import literal, quoted, selection

if TYPE_CHECKING:  # Parquet is read without DuckDB
    import duckdb

BATCH = 1 << 20
SAMPLE = 5000
BYTES_OF_A_ROW = 64
_NOTHING = "CAST(NULL AS VARCHAR)"
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
        absent: Those of them that only other inputs of the same reading have: here they are empty.
        is_text: Whether every value is text, as in CSV and JSON.
        delimiter: Of a text table; a comma where there is none.
    """

    shown: str
    columns: tuple[str, ...]
    absent: frozenset[str]
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

    def filled(self, column: str) -> pa.ChunkedArray:
        """Return the first values of a column that are there, however far down they stand."""
        ...

    def lack(self, columns: Sequence[str]) -> None:
        """Take on columns that other inputs have."""
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


class RelationScan:
    """Rows that DuckDB reads from a file, every value as text; CSV and JSON build on it."""

    delimiter = ","

    def __init__(
        self, shown: str, columns: Sequence[str], relation: str, connection: "duckdb.DuckDBPyConnection"
    ) -> None:
        self.shown = shown
        self.columns = tuple(columns)
        self.absent: frozenset[str] = frozenset()
        self.is_text = True
        self._relation = relation
        self._connection = connection
        self._first: tuple[str, pa.Table] | None = None

    def sql(self, column: str) -> str:
        """Return SQL for a column."""
        return _NOTHING if is_absent(self, column) else self._held(column)

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

    def filled(self, column: str) -> pa.ChunkedArray:
        """Return the first values of a column that are there, however far down they stand."""
        value = self.sql(column)
        query = f"SELECT {value} AS value FROM {self._relation} WHERE trim({value}) <> '' LIMIT {SAMPLE}"
        with translated(self.shown):
            return self._query(query).to_arrow_table()["value"]

    def lack(self, columns: Sequence[str]) -> None:
        """Take on columns that other inputs have."""
        self.columns += tuple(columns)
        self.absent |= set(columns)
        self._first = None

    def rows_about(self) -> int:
        """Return how many rows there may be, by the size of the file."""
        return Path(self.shown).stat().st_size // BYTES_OF_A_ROW

    def noted(self, name: str) -> pa.ChunkedArray | None:
        """Return nothing; a text table may have some."""
        return None

    def _held(self, column: str) -> str:
        return quoted(column)

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


def is_absent(scan: "Scan | RelationScan", column: str) -> bool:
    """Tell whether only other inputs have a column, or the one inside which it lies."""
    if column in scan.columns:
        return column in scan.absent
    return column.partition(".")[0] in scan.absent


def unite(scans: Sequence[Scan]) -> tuple[str, ...]:
    """Give every input the columns of all; case and blanks around names do not matter.

    Returns:
        The columns that some input lacks.
    """
    known: dict[str, str] = {}
    for scan in scans:
        known |= {_folded(name): name for name in scan.columns if _folded(name) not in known}
    lacking = []
    for scan in scans:
        own = set(map(_folded, scan.columns))
        missing = [name for folded, name in known.items() if folded not in own]
        if missing:
            scan.lack(missing)
            lacking += missing
    return tuple(dict.fromkeys(lacking))


def _folded(name: str) -> str:
    return name.strip().casefold()


def require_column(column: str, known: Sequence[str]) -> str:
    """Return a column's name as the file writes it; case and blanks around it do not matter.

    Raises:
        NotFoundError: There is no such column.
    """
    if column in known:
        return column
    wanted = _folded(column)
    for name in known:
        if _folded(name) == wanted:
            return name
    raise NotFoundError.named("column", column, known)


def text_list(names: Sequence[str]) -> str:
    """Write a DuckDB struct that makes each column text."""
    return "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names) + "}"
