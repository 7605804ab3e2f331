"""Errors on their way out: a problem document for programs, a page for people."""

from http import HTTPStatus
from typing import Final
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from farled.errors import FarledError
from farled.locale import N_
from farled.web.pages import page

API: Final = "/api/"

# What a person is told where no error of Farled says it better: title, sentence.
_WORDS: Final = {
    404: (N_("There is nothing here"), N_("The address leads to no page. It may have been moved or mistyped.")),
    405: (N_("That cannot be done here"), N_("This address is only for looking.")),
    500: (N_("Something went wrong in Farled"), N_("The page could not be made. The fault is ours, not yours.")),
}
_TITLES: Final = {
    404: N_("That is not in this workspace"),
    409: N_("Somebody else is changing this"),
    422: N_("That cannot be asked"),
    500: N_("Something stored is damaged"),
    501: N_("A part is not installed"),
}


def wants_program(request: Request) -> bool:
    """Say whether a program asked, which gets a problem document."""
    return request.url.path.startswith(API) or request.url.path.endswith(".json")


def farled_error(request: Request, error: Exception) -> Response:
    """Answer an error that Farled raised on purpose."""
    known = error if isinstance(error, FarledError) else FarledError(str(error))
    if wants_program(request):
        return problem(known.http_status, known.message, known.hint, type(known).__name__)
    title = _TITLES.get(known.http_status, _WORDS[500][0])
    return page(request, "error.html", known.http_status, title=title, detail=known.message, hint=known.hint, id="")


def http_error(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: an unknown address, a method that does not fit."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, detail = _WORDS.get(status, _WORDS[404])
    if wants_program(request):
        return problem(status, detail, "", "")
    return page(request, "error.html", status, title=title, detail=detail, hint="", id="")


def fault(request: Request, error: Exception) -> Response:
    """Answer an error that nobody foresaw, with an id that stands in the log too."""
    name = uuid4().hex[:12]
    error.add_note(f"Shown to the reader as {name}.")
    title, detail = _WORDS[500]
    if wants_program(request):
        return problem(500, detail, "", "", id=name)
    return page(request, "error.html", 500, title=title, detail=detail, hint="", id=name)


def problem(status: int, detail: str, hint: str, kind: str, **more: object) -> Response:
    """Return a problem document.

    Args:
        status: HTTP status.
        detail: What is wrong, with the value at fault.
        hint: What to do; may be empty.
        kind: Class of the error; may be empty.
        more: Further members.

    Source:
        RFC 9457.
    """
    content: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    content |= {name: value for name, value in {"hint": hint, "error": kind, **more}.items() if value}
    return JSONResponse(content, status, media_type="application/problem+json")
