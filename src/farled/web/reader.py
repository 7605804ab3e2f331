"""Who reads a page: in which language and theme."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from farled.errors import NotFoundError
from farled.locale import LANGUAGES, accepted, negotiate
from farled.maps.model import MapFile
from farled.workspace import Workspace

THEMES: Final = ("light", "dark", "system")

_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reader:
    """How a page is shown to somebody.

    Attributes:
        language: One of ``LANGUAGES``.
        theme: ``"light"``, ``"dark"`` or ``"system"``: as the reader's device says.
    """

    language: str
    theme: str


def reader_of(request: Request) -> Reader:
    """Return the reader of a request: the address, else an earlier choice, the browser, the workspace."""
    chosen = request.query_params.get("language", ""), request.cookies.get("language", "")
    asked_for = accepted(request.headers.get("accept-language", ""))
    language = negotiate([*chosen, *asked_for], workspace_of(request).language)
    themes = request.query_params.get("theme", ""), request.cookies.get("theme", "")
    return Reader(language, next((theme for theme in themes if theme in THEMES), "system"))


def workspace_of(request: Request) -> Workspace:
    """Return the workspace that the app shows."""
    workspace: Workspace = request.app.state.workspace
    return workspace


def map_of(request: Request, id_: str) -> MapFile:
    """Return a map of the workspace in the reader's language, as far as it is translated.

    Raises:
        NotFoundError: The workspace has no such map; a path of a file is none.
    """
    workspace = workspace_of(request)
    if id_ not in workspace.maps():
        raise NotFoundError.named("map", id_, workspace.maps())
    return workspace.map(id_, reader_of(request).language)


def remember(request: Request, response: Response) -> None:
    """Keep a choice that the address made, so that the next page has it too."""
    for name, values in (("language", LANGUAGES), ("theme", THEMES)):
        value = request.query_params.get(name)
        if value in values:
            response.set_cookie(name, str(value), max_age=_YEAR, httponly=True, samesite="lax")
