"""The same for programs: questions and maps as JSON."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from farled.errors import NotFoundError
from farled.questions import QUESTIONS
from farled.questions.forms import beside_of, from_pairs
from farled.web.reader import map_of, workspace_of
from farled.workspace.grouping import names_of


def get_workspace(request: Request) -> Response:
    """Say what the workspace holds."""
    workspace = workspace_of(request)
    content = {
        "customers": workspace.customers,
        "events": workspace.events,
        "names": list(workspace.names),
        "start": workspace.start,
        "end": workspace.end,
        "maps": list(workspace.maps()),
        "questions": list(QUESTIONS),
    }
    return JSONResponse(content)


def get_answer(request: Request) -> Response:
    """Answer a question, such as ``/api/v1/questions/funnel?steps=visit&steps=order&within=7d``."""
    name = request.path_params["name"]
    if name not in QUESTIONS:
        raise NotFoundError.named("question", name, QUESTIONS)
    pairs, known = request.query_params.multi_items(), beside_of(QUESTIONS[name])
    question = from_pairs(name, [pair for pair in pairs if pair[0] not in known])
    beside: dict[str, Any] = {field: value for field, value in pairs if field in known and value}
    if "map" in beside:
        beside["map"] = map_of(request, beside["map"])
    return JSONResponse(workspace_of(request).ask(question, **beside).to_dict())


def get_segments(request: Request) -> Response:
    """Say how many customers each segment has, with its rule."""
    return JSONResponse(workspace_of(request).segment_sizes().to_dict())


def get_overlap(request: Request) -> Response:
    """Say how segments overlap: all, or ``/api/v1/segments/overlap?ids=loyal,new``."""
    ids = request.query_params.get("ids")
    return JSONResponse(workspace_of(request).overlap(names_of(ids) if ids else None).to_dict())


def get_unknown(request: Request) -> Response:
    """Say that there is nothing at an address of the API."""
    raise NotFoundError.named("resource", request.url.path, ["/api/v1/workspace", "/api/v1/questions/funnel"])


routes = [
    Route("/api/v1/workspace", get_workspace),
    Route("/api/v1/questions/{name}", get_answer),
    Route("/api/v1/segments", get_segments),
    Route("/api/v1/segments/overlap", get_overlap),
    Route("/api/{rest:path}", get_unknown),
]
