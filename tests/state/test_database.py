import multiprocessing
import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from farled.errors import DamagedError, InputError
from farled.state import migrating, versions
from farled.state.database import Database
from farled.state.tables import CHECKPOINTS, FINDING_EVENTS, METADATA

FORKS = multiprocessing.get_context("fork")


def remember(database, consumer="monitor", position=0):
    with database.write() as connection:
        connection.execute(insert(CHECKPOINTS).values(consumer=consumer, position={"version": position}, at=0))


def remember_and_fail(database):
    with database.write() as connection:
        connection.execute(insert(CHECKPOINTS).values(consumer="second", position={}, at=0))
        connection.execute(insert(CHECKPOINTS).values(consumer="monitor", position={}, at=0))


def consumers(database):
    with database.read() as connection:
        return sorted(connection.execute(select(CHECKPOINTS.c.consumer)).scalars())


def test_what_was_written_is_read(empty_database):
    remember(empty_database)
    assert consumers(empty_database) == ["monitor"]


def test_a_block_that_raises_leaves_nothing(empty_database):
    remember(empty_database)
    with pytest.raises(IntegrityError):
        remember_and_fail(empty_database)
    assert consumers(empty_database) == ["monitor"]


def test_before_the_first_row_there_is_no_file_and_every_table_is_empty(tmp_path):
    database = Database.of(tmp_path)
    assert consumers(database) == []
    assert list(tmp_path.iterdir()) == []
    remember(database)
    assert (tmp_path / "state.db").is_file()


def test_migrations_make_the_tables_that_the_program_describes(empty_database):
    remember(empty_database)
    with empty_database.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
    assert found == []


def test_the_newest_migration_is_the_version_of_the_program():
    scripts = ScriptDirectory(migrating.Path(migrating.__file__).parent / "migrations")
    assert scripts.get_current_head() == f"{versions.HEAD:04}"


def test_a_reader_sees_one_state_of_all_tables(empty_database):
    remember(empty_database)
    with empty_database.read() as reading:
        first = reading.execute(select(CHECKPOINTS.c.position)).scalar_one()
        with empty_database.write() as connection:
            connection.execute(update(CHECKPOINTS).values(position={"version": 2}))
        assert reading.execute(select(CHECKPOINTS.c.position)).scalar_one() == first


def test_a_row_that_refers_to_nothing_is_refused(empty_database):
    with pytest.raises(IntegrityError), empty_database.write() as connection:
        connection.execute(insert(FINDING_EVENTS).values(fingerprint="0" * 12, at=0, to="open"))


def test_tables_of_a_newer_program_are_refused_in_one_line(empty_database):
    remember(empty_database)
    with empty_database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    again = Database(empty_database.url.render_as_string(hide_password=False))
    with pytest.raises(InputError, match="has version 9999"):
        consumers(again)


def test_an_older_file_is_copied_before_its_tables_change(tmp_path, monkeypatch):
    database = Database.of(tmp_path)
    remember(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    monkeypatch.setattr(migrating, "HEAD", versions.HEAD)
    monkeypatch.setattr(migrating, "version_of", lambda _connection: 7)
    monkeypatch.setattr(migrating, "require_known", lambda _version: None)
    monkeypatch.setattr(migrating.command, "upgrade", lambda *_: None)
    with database.write() as connection:
        copy = migrating.migrate(connection, database.file)
    assert copy == tmp_path / "state.db.version-7"
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT consumer FROM checkpoints").fetchall() == [("monitor",)]


def increase(url, times):
    database = Database(url)
    for _ in range(times):
        with database.write() as connection:
            query = select(CHECKPOINTS.c.position).where(CHECKPOINTS.c.consumer == "shared").with_for_update()
            position = connection.execute(query).scalar_one()
            connection.execute(update(CHECKPOINTS).values(position={"version": position["version"] + 1}))


def begin_at_once(url, number, barrier):
    barrier.wait()
    remember(Database(url), f"process {number}")


def run(target, arguments):
    processes = [FORKS.Process(target=target, args=given) for given in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * len(processes)


def test_several_processes_write_one_after_the_other(empty_database):
    remember(empty_database, "shared")
    url = empty_database.url.render_as_string(hide_password=False)
    run(increase, [(url, 10)] * 3)
    with empty_database.read() as connection:
        assert connection.execute(select(CHECKPOINTS.c.position)).scalar_one() == {"version": 30}


def test_several_processes_may_make_the_tables_at_once(empty_database):
    barrier = FORKS.Barrier(3)
    url = empty_database.url.render_as_string(hide_password=False)
    run(begin_at_once, [(url, number, barrier) for number in range(3)])
    assert consumers(empty_database) == ["process 0", "process 1", "process 2"]


def test_sqlite_syncs_and_writes_ahead(tmp_path):
    database = Database.of(tmp_path)
    remember(database)
    with database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "state.db").write_text("not a database, but long enough to be taken for one" * 100)
    with pytest.raises(DamagedError, match=r"state\.db cannot be read"):
        consumers(Database.of(tmp_path))


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    database = Database(f"postgresql://ana:secret@/shop?host={tmp_path}")
    with pytest.raises(InputError, match="cannot be used") as caught:
        consumers(database)
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(database)


@pytest.mark.parametrize("url", ["mysql://ana@host/shop", "sqlite://", "shop.db"])
def test_other_databases_are_refused(url):
    with pytest.raises(InputError):
        Database(url)


def test_another_file_may_be_named(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/elsewhere/shop.db")
    remember(database)
    engine = create_engine(f"sqlite:///{tmp_path}/elsewhere/shop.db")
    with engine.connect() as connection:
        assert connection.execute(select(CHECKPOINTS.c.consumer)).scalars().all() == ["monitor"]
    engine.dispose()
