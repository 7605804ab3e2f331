import datetime as dt
import shutil

import pytest
from web.conftest import browser

import farled
from farled.automation.alerts import Audience, Look, Measurement, record
from farled.automation.kpis import Band, Kpi
from farled.automation.wording import Said


class Silent:
    def __init__(self, language):
        self.language = language

    def off_target(self, *_):
        return Said("off", "")


@pytest.fixture
def watched(nordbod, tmp_path):
    """The demo shop on which an eye was kept for two days."""
    shutil.copytree(nordbod.folder.path, tmp_path / "shop")
    workspace = farled.open(tmp_path / "shop")
    kpi = Kpi("csat_all", "CSAT", "share", Band(low=0.9), 28)
    for day in (1, 2):
        end = dt.date(2026, 9, day)
        number = {"value": 0.5, "low": 0.45, "high": 0.55, "n": 400, "unit": "share", "state": "under"}
        measured = [Measurement(kpi, number, end - dt.timedelta(days=28), end)]
        record(
            workspace.state, Look("nordbod-purchase", "hash", day, end, day, measured), Audience({"ops": "en"}, Silent)
        )
    return browser(workspace)


def test_the_api_gives_the_kpis_of_a_map_over_time(watched):
    found = watched.get("/api/v1/maps/nordbod-purchase/kpis").json()
    assert found["map"] == "nordbod-purchase"
    assert [row["period"][1] for row in found["kpis"]["csat_all"]] == ["2026-09-01", "2026-09-02"]
    one = watched.get("/api/v1/maps/nordbod-purchase/kpis?kpi=csat_all&most=1").json()
    assert [row["value"] for row in one["kpis"]["csat_all"]] == [0.5]


def test_the_api_gives_alerts(watched):
    (found,) = watched.get("/api/v1/alerts?map=nordbod-purchase&state=open").json()["alerts"]
    assert (found["object"], found["direction"], found["evidence"]["n"]) == ("csat_all", "under", 400)
    assert watched.get("/api/v1/alerts?state=recovered").json() == {"alerts": []}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/maps/nowhere/kpis", 404),
        ("/api/v1/maps/nordbod-purchase/kpis?kpi=csat_al", 404),
        ("/api/v1/alerts?map=nowhere", 404),
        ("/api/v1/alerts?state=closed", 404),
        ("/api/v1/alerts?most=0", 422),
        ("/api/v1/alerts?most=many", 422),
    ],
)
def test_what_is_not_there_is_named(watched, address, status):
    assert watched.get(address).status_code == status


def test_a_workspace_on_which_no_eye_was_kept_has_none(map_client, nordbod):
    assert map_client.get("/api/v1/maps/nordbod-purchase/kpis").json()["kpis"] == {}
    assert map_client.get("/api/v1/alerts").json() == {"alerts": []}


def test_a_workspace_in_memory_keeps_none(client):
    assert client.get("/api/v1/alerts").status_code == 422
