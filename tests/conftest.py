import pytest
from databases import fresh, postgres, prepare
from hypothesis import settings

from farled.state.database import Database

settings.register_profile("farled", deadline=None)  # the first call of a kernel compiles it
settings.load_profile("farled")


@pytest.fixture(scope="session")
def postgres_server():
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request, tmp_path):
    """A database of each kind without tables: the first use migrates it."""
    if request.param == "sqlite":
        return Database.of(tmp_path)
    return Database(fresh(request.getfixturevalue("postgres_server")))


@pytest.fixture
def database(empty_database):
    """A database of each kind whose tables are there."""
    prepare(empty_database.url)
    return empty_database
