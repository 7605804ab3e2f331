"""Text tables: CSV and its kin, read by DuckDB with nothing left to its guesses."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from farled.errors import InputError
from farled.sources.connection import connect, literal, quoted
from farled.sources.encoding import Prepared
from farled.sources.guard import unguarded
from farled.sources.scan import Fault, RelationScan, Rows, text_list
from farled.sources.shape import Shape

if TYPE_CHECKING:  # Parquet is read without DuckDB
    import duckdb

_ROUNDS = 12
_SHOWN = 200


class DelimitedScan(RelationScan):
    """A text table. Lines that are no rows are left out and listed as faults."""

    def __init__(self, shown: str, prepared: Prepared, shape: Shape, folder: Path) -> None:
        self.shape = shape
        self.prepared = prepared
        self.delimiter = shape.delimiter
        self._path = prepared.path
        self._copy = folder / f"{prepared.path.name}.repaired"
        self._taken_out: list[Fault] = []
        self._found: list[Fault] | None = None
        columns = [name for name in shape.columns if name not in shape.added.values()]
        super().__init__(shown, columns, self._reader(), connect([self._path, self._copy]))

    def _held(self, column: str) -> str:
        """Return SQL for a column; rejected rows come back without what guarded them in a spreadsheet."""
        return unguarded(column) if self.shape.added else quoted(column)

    def noted(self, name: str) -> pa.ChunkedArray | None:
        """Return a column that was added to rejected rows."""
        return self.load([self.shape.added[name]]).column(0) if name in self.shape.added else None

    def faults(self) -> list[Fault]:
        """Return the lines that were left out, by line."""
        return sorted([*self._taken_out, *self._rejected()], key=lambda fault: fault.line)

    def repair(self) -> bool:
        """Blank the lines where a quote opens and never closes, since the reader loses all rows behind them.

        Raises:
            InputError: There are too many of them to be slips.
        """
        open_lines = [fault for fault in self._rejected() if "\n" in fault.value or "\r" in fault.value]
        if not open_lines:
            return False
        if len(self._taken_out) + len(open_lines) > _ROUNDS:
            raise InputError(
                f"{self.shown!r} has quotes that do not match, first in line {open_lines[0].line}.",
                "Export the file again with quotes inside values doubled.",
            )
        self._blank({fault.line for fault in open_lines})
        self._taken_out += [_first_line(fault) for fault in open_lines]
        self._relation, self._found = self._reader(), None
        return True

    def lines(self, rows: Rows) -> Rows:
        """Return the line at which each row begins."""
        left_out = np.array([fault.line for fault in self.faults()], dtype=np.int64)
        if self._is_one_line_per_row(len(left_out)):
            line = rows + self.shape.line
            for gap in left_out:
                line = line + (line >= gap)
            return line
        starts = self._starts(set(left_out.tolist()), int(rows.max(initial=-1)) + 1)
        return starts[np.minimum(rows, len(starts) - 1)] if len(starts) else rows

    def _reader(self) -> str:
        shape = self.shape
        return (
            f"read_csv([{literal(str(self._path))}], delim = {literal(shape.delimiter)}, quote = '\"', escape = '\"', "
            f"auto_detect = false, header = false, skip = {shape.skip}, nullstr = '', store_rejects = true, "
            f"columns = {text_list(shape.columns)})"
        )

    def _query(self, text: str) -> "duckdb.DuckDBPyRelation":
        for table in ("reject_errors", "reject_scans"):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        self._found = None
        return super()._query(text)

    def _rejected(self) -> list[Fault]:
        if self._found is None:
            known = self._connection.sql("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchall()
            found = (
                self._connection.sql(
                    "SELECT greatest(coalesce(line_byte_position, 1), 1) - 1, any_value(csv_line) "
                    "FROM reject_errors GROUP BY 1 ORDER BY 1"
                ).fetchall()
                if known
                else []
            )
            places = self._lines_at([place for place, _ in found])
            texts = [(text or "").lstrip("\r\n") for _, text in found]
            self._found = [Fault(line, text[:_SHOWN], text) for line, text in zip(places, texts, strict=True)]
        return self._found

    def _lines_at(self, places: Sequence[int]) -> list[int]:
        """Return the lines that hold bytes, given in rising order from 0; line ends there are passed over."""
        lines, line, at = [], 1, 0
        with self._path.open("rb") as file:
            for place in places:
                file.seek(place)
                start = file.read(_SHOWN)
                place_of_text = place + len(start) - len(start.lstrip(b"\r\n"))
                file.seek(at)
                while at < place_of_text and (block := file.read(min(1 << 22, place_of_text - at))):
                    line += _line_ends(block)
                    at += len(block)
                lines.append(line)
        return lines

    def _blank(self, lines: set[int]) -> None:
        target = self._copy if self._path != self._copy else self._copy.with_suffix(".next")
        with self._path.open("rb") as file, target.open("wb") as out:
            for number, line in enumerate(file, 1):
                out.write(b"\n" if number in lines else line)
        if target != self._copy:
            target.replace(self._copy)
        self._path = self._copy

    def _is_one_line_per_row(self, left_out: int) -> bool:
        rows = self._connection.sql(f"SELECT count(*) FROM {self._relation}").fetchall()[0][0]
        return bool(rows + left_out == _count_lines(self._path) - (self.shape.line - 1))

    def _starts(self, left_out: set[int], needed: int) -> Rows:
        """Walk over the rows as the csv module sees them: only where rows of several lines or blank lines stand."""
        starts: list[int] = []
        with self._path.open(encoding="utf-8", newline="") as file:
            for _ in range(self.shape.line - 1):
                file.readline()
            reader = csv.reader(file, delimiter=self.shape.delimiter)
            line = self.shape.line
            for row in reader:
                if row and line not in left_out:
                    starts.append(line)
                line = self.shape.line + reader.line_num
                if len(starts) >= needed:
                    break
        return np.array(starts, dtype=np.int64)


def _first_line(fault: Fault) -> Fault:
    """Return the fault of a quote that never closes: only its first line is at fault."""
    return Fault(fault.line, fault.value.splitlines()[0], fault.text.splitlines()[0])


def _count_lines(path: Path) -> int:
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            lines += _line_ends(block)
            last = block[-1:]
    return lines + (last not in {b"\n", b"\r"})


def _line_ends(block: bytes) -> int:
    return block.count(b"\n") or block.count(b"\r")
