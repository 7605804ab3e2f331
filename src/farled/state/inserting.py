"""Rows that may be there already, and work that only one process may do at a time."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one with a unique value of it is there.

    Args:
        connection: In a transaction that writes.
        table: Into which.
        row: Values by column.

    Returns:
        Whether it was new.
    """
    insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    made = insert(table).values(dict(row)).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(made).first() is not None


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], keys: Sequence[str] = ()) -> None:
    """Insert a row, or replace the values of the one that is the same by its keys.

    Args:
        connection: In a transaction that writes.
        table: Into which.
        row: Values by column.
        keys: Columns that are unique together; default: the primary key.
    """
    insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    unique = list(keys) or [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in unique}
    connection.execute(insert(table).values(dict(row)).on_conflict_do_update(index_elements=unique, set_=rest))


def hold(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds a name, and hold it until this one ends.

    SQLite has one transaction that writes at a time, so there is nothing to wait for.
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
