"""The same for programs: questions and maps as JSON."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from farled.errors import NotFoundError
from farled.questions import QUESTIONS
from farled.questions.forms import from_pairs
from farled.web.reader import map_of, workspace_of

_BESIDE = ("where", "during", "map", "unit")


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
    pairs = request.query_params.multi_items()
    question = from_pairs(name, [pair for pair in pairs if pair[0] not in _BESIDE])
    beside: dict[str, Any] = {field: value for field, value in pairs if field in _BESIDE and value}
    if "map" in beside:
        beside["map"] = map_of(request, beside["map"])
    return JSONResponse(workspace_of(request).ask(question, **beside).to_dict())


def get_unknown(request: Request) -> Response:
    """Say that there is nothing at an address of the API."""
    raise NotFoundError.named("resource", request.url.path, ["/api/v1/workspace", "/api/v1/questions/funnel"])


routes = [
    Route("/api/v1/workspace", get_workspace),
    Route("/api/v1/questions/{name}", get_answer),
    Route("/api/{rest:path}", get_unknown),
]
