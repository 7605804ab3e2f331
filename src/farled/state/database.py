"""The SQL database of a workspace: opened late, brought up to date by itself, closed after every transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError
from sqlalchemy.pool import NullPool, StaticPool

from farled.errors import ConflictError, DamagedError, InputError, MissingExtraError
from farled.state.tables import METADATA
from farled.state.versions import HEAD, require_known, version_of

FILE = "state.db"
WAIT = 30.0
"""Seconds to wait for another process that writes."""
_ONE_STATE: dict[str, Any] = {"isolation_level": "REPEATABLE READ"}


class Database:
    """The SQL database of a workspace.

    It is made by the first `write`; before that `read` finds all tables empty. A database that an older Farled made is
    brought up to date by the first use, a SQLite file after a copy of it was laid beside it. No connection stays open
    between transactions.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://…``.

    Raises:
        InputError: The address is of no database that Farled can use.
        MissingExtraError: It is of PostgreSQL, and the extra ``postgres`` is not installed.

    Example:
        >>> from sqlalchemy import insert, select
        >>> from farled.state.watching import CHECKPOINTS
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     database = Database.of(Path(folder))
        ...     with database.write() as connection:
        ...         made = connection.execute(insert(CHECKPOINTS).values(consumer="monitor", position={}, at=0))
        ...     with database.read() as connection:
        ...         connection.execute(select(CHECKPOINTS.c.consumer)).scalars().all()
        ['monitor']
    """

    def __init__(self, url: str) -> None:
        self.url = _url(url)
        self.file = Path(self.url.database or "") if self.is_sqlite else None
        self._engine = _engine(self.url)
        self._writing = self._engine.execution_options(farled_writes=True)
        self._reading = self._engine if self.is_sqlite else self._engine.execution_options(**_ONE_STATE)
        self._is_current = False

    @classmethod
    def of(cls, folder: Path, url: str | None = None) -> "Database":
        """Return the database of a workspace folder.

        Args:
            folder: Of the workspace.
            url: Of another database than ``state.db`` in the folder.
        """
        return cls(url or URL.create("sqlite", database=str((folder / FILE).absolute())).render_as_string())

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.get_backend_name() == "sqlite"

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string()!r})"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Begin a transaction that writes; it is kept when the block ends, and undone when the block raises.

        One process writes to SQLite at a time: others wait for up to 30 seconds.

        Raises:
            ConflictError: Another process writes for longer than that.
            DamagedError: The file is no database any more.
            InputError: The database does not answer, or a newer Farled made it.
        """
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._told():
            self._bring_up_to_date()
            with self._writing.begin() as connection:
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Begin a transaction that only reads: one state of all tables, whatever others write meanwhile.

        Raises:
            DamagedError: The file is no database any more.
            InputError: The database does not answer, or a newer Farled made it.
        """
        if self.file is not None and not self.file.is_file():
            with _nothing() as connection:
                yield connection
            return
        with self._told():
            self._bring_up_to_date()
            with self._reading.begin() as connection:
                yield connection

    def _bring_up_to_date(self) -> None:
        if self._is_current:
            return
        with self._engine.begin() as connection:
            found = version_of(connection)
        require_known(found)
        if found != HEAD:
            from farled.state.migrating import migrate  # noqa: PLC0415  Alembic is needed only here

            with self._writing.begin() as connection:
                migrate(connection, self.file)
        self._is_current = True

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Translate what the database complains of."""
        try:
            yield
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise self._error(error) from error

    def _error(self, error: DatabaseError) -> Exception:
        cause = str(error.orig).strip().splitlines()[0] if error.orig is not None else str(error)
        if "locked" in cause:
            return ConflictError(f"{self._name} is being written by another process: {cause}.", "Try again.")
        if "not a database" in cause or "malformed" in cause:
            return DamagedError(f"{self._name} cannot be read: {cause}.", "Put back a backup of it.")
        if isinstance(error, OperationalError):
            return InputError(f"{self._name} cannot be used: {cause}.", "Check that it can be reached and written to.")
        return error

    @property
    def _name(self) -> str:
        return str(self.file) if self.file is not None else f"The database {self.url.render_as_string()}"


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise InputError("state is not the address of a database.", "Write postgresql://USER@HOST/NAME.") from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    raise InputError(
        f"state names a database of the kind {url.drivername!r}, but Farled keeps its state in SQLite or PostgreSQL.",
        "Write sqlite:////FOLDER/FILE or postgresql://USER@HOST/NAME.",
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": WAIT})
        _set_up_sqlite(engine)
        return engine
    try:
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": int(WAIT)})
    except ImportError as error:
        raise MissingExtraError.named("postgres", "keep the state in PostgreSQL") from error


def _set_up_sqlite(engine: Engine) -> None:
    """Let every connection begin as we say: one that writes takes the lock at once, so that it cannot fail later."""

    def connected(raw: Any, _record: Any) -> None:
        connection: sqlite3.Connection = raw
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("farled_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


@contextmanager
def _nothing() -> Iterator[Connection]:
    """Begin a transaction on a database in memory whose tables are empty."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            METADATA.create_all(connection)
            yield connection
    finally:
        engine.dispose()
