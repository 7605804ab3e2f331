"""Which version of the tables a database has, and which this program knows."""

from sqlalchemy import Connection, column, inspect, select, table

from farled.errors import InputError

HEAD = 1
"""The newest version of the tables; migrations are numbered."""
VERSIONS = table("alembic_version", column("version_num"))


def version_of(connection: Connection) -> int:
    """Return the version of the tables in a database; 0 where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return 0
    found = connection.execute(select(VERSIONS.c.version_num)).scalar()
    return int(found) if found is not None else 0


def require_known(version: int) -> None:
    """Raise where a newer Farled made the tables.

    Raises:
        InputError: It did.
    """
    if version > HEAD:
        raise InputError(
            f"The state of the workspace has version {version}, but this Farled knows versions up to {HEAD}.",
            "Install a newer Farled.",
        )
