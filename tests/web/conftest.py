"""A small shop in memory and a browser without pictures."""

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

import farled
from farled.web import create_app
from farled.workspace.demo import demo
from farled.workspace.storing import create

DAY = 86_400


def events(journeys):
    """A table of events: customer to pairs of name and day."""
    rows = [(who, 1_782_864_000 + day * DAY, name) for who, journey in journeys.items() for name, day in journey]
    customer, time, name = zip(*rows, strict=True) if rows else ([], [], [])
    times = pa.array([moment * 1_000_000 for moment in time], pa.timestamp("us", "UTC"))
    return pa.table({"customer": pa.array(customer, pa.string()), "time": times, "name": pa.array(name, pa.string())})


JOURNEYS = {
    "ana": [("visit", 0), ("cart", 1), ("order", 2)],
    "bo": [("visit", 0), ("cart", 3)],
    "cid": [("visit", 5)],
    "<b>dan</b>": [("visit", 6), ("<script>alert(1)</script>", 7)],
}


@pytest.fixture(scope="session")
def shop():
    return farled.read(events(JOURNEYS))


@pytest.fixture
def client(shop):
    return browser(shop)


@pytest.fixture(scope="session")
def nordbod(tmp_path_factory):
    """The demo shop with its map, small."""
    return demo(tmp_path_factory.mktemp("web") / "shop", customers=300)


@pytest.fixture
def map_client(nordbod):
    return browser(nordbod)


@pytest.fixture
def empty_client(tmp_path):
    return browser(farled.open(create(tmp_path / "empty").path))


def browser(workspace):
    """Return a client of the app of a workspace."""
    return TestClient(create_app(workspace), base_url="http://localhost", headers={"accept-language": "en"})
