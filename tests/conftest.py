import pytest
from databases import fresh, postgres
from hypothesis import settings

from farled.state.database import Database

settings.register_profile("farled", deadline=None)  # the first call of a kernel compiles it
settings.load_profile("farled")


@pytest.fixture(scope="session")
def postgres_server():
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return Database.of(tmp_path)
    return Database(fresh(request.getfixturevalue("postgres_server")))
