"""Brings the tables of a database up to date, in one transaction."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from farled.state.inserting import hold
from farled.state.versions import HEAD, require_known, version_of


def migrate(connection: Connection, file: Path | None = None) -> Path | None:
    """Bring the tables up to date.

    Args:
        connection: In a transaction that writes.
        file: Of the SQLite database; it is copied first.

    Returns:
        The copy: ``state.db.version-1``, made where there were tables to lose.

    Raises:
        InputError: A newer Farled made the tables.
    """
    hold(connection, "migrations")
    found = version_of(connection)  # again: another process may have been faster
    require_known(found)
    if found == HEAD:
        return None
    copy = _copied(file, found) if file is not None and found else None
    config = Config()
    config.set_main_option("script_location", "farled.state:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, f"{HEAD:04}")
    return copy


def _copied(file: Path, version: int) -> Path:
    """Copy a SQLite database as it was before the transaction that is open."""
    target = file.with_name(f"{file.name}.version-{version}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target
