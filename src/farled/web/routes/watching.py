"""What the monitor wrote down, as JSON: KPIs over time, and alerts."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from farled.automation.history import MOST, alerts, kpi_history
from farled.errors import InputError, NotFoundError
from farled.web.reader import map_of, workspace_of

STATES = ("open", "recovered", "ended")


def get_kpis(request: Request) -> Response:
    """Give the KPIs of a map over time: all, or ``?kpi=csat_all``; ``most`` limits the rows of each."""
    map_ = map_of(request, request.path_params["id"])
    kpi = request.query_params.get("kpi") or None
    found = kpi_history(workspace_of(request).state, map_.map.id, kpi, _most(request))
    if kpi is not None and kpi not in map_.metrics and kpi not in found:
        raise NotFoundError.named("metric", kpi, map_.metrics)
    return JSONResponse({"map": map_.map.id, "kpis": found})


def get_alerts(request: Request) -> Response:
    """Give the alerts, the newest first: all, or those of ``?map=ID`` or ``?state=open``."""
    asked_for = request.query_params.get("map") or None
    state = request.query_params.get("state") or None
    map_id = None if asked_for is None else map_of(request, asked_for).map.id
    if state is not None and state not in STATES:
        raise NotFoundError.named("state of an alert", state, STATES)
    return JSONResponse({"alerts": alerts(workspace_of(request).state, map_id, state, _most(request))})


def _most(request: Request) -> int:
    given = request.query_params.get("most", str(MOST))
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST:
        raise InputError(f"most is {given!r}.", f"Use a whole number from 1 to {MOST}.")
    return int(given)


routes = [
    Route("/api/v1/maps/{id}/kpis", get_kpis),
    Route("/api/v1/alerts", get_alerts),
]
