"""DuckDB as a reader: no extensions from outside, no file but those named, all times UTC."""

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:  # Parquet is read without DuckDB
    import duckdb

_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def connect(paths: Iterable[Path] = ()) -> "duckdb.DuckDBPyConnection":
    """Open a connection in memory that may read the files named and nothing else.

    Args:
        paths: The files that it may open.
    """
    import duckdb  # noqa: PLC0415  as above

    connection = duckdb.connect(":memory:", config=_CLOSED)
    allowed = ", ".join(literal(str(path)) for path in paths)
    for setting in (
        "TimeZone = 'UTC'",
        f"allowed_paths = [{allowed}]",
        "python_enable_replacements = false",
        "preserve_insertion_order = true",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def evaluate(table: pa.Table, wanted: Mapping[str, str]) -> pa.Table:
    """Compute SQL expressions over the columns of a table, row by row.

    Args:
        table: Its columns are the names that the expressions may use.
        wanted: Expression by the name of the new column.

    Returns:
        The new columns, rows in the order of ``table``.
    """
    if not wanted:
        return pa.table({})
    return ask(table, f"SELECT {selection(wanted)} FROM given")


def ask(table: pa.Table, query: str) -> pa.Table:
    """Run a query over a table, there named ``given``."""
    with _calculator(os.getpid()).cursor() as connection:
        connection.register("given", table)
        return connection.sql(query).to_arrow_table()


@lru_cache(maxsize=1)
def _calculator(process: int) -> "duckdb.DuckDBPyConnection":
    """Open the one database that only calculates: it takes 30 ms, too much for each small table.

    Args:
        process: Whose it is; it must not be used across a fork.
    """
    return connect()


def selection(wanted: Mapping[str, str]) -> str:
    """Write the list of a SELECT."""
    return ", ".join(f"{expression} AS {quoted(name)}" for name, expression in wanted.items())


def quoted(name: str) -> str:
    """Quote a column name for SQL.

    >>> print(quoted('the "real" name'))
    "the ""real"" name"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL.

    >>> print(literal("it's"))
    'it''s'
    """
    return "'" + text.replace("'", "''") + "'"
