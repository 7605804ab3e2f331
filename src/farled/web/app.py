"""The web app: routes, headers, and errors on their way out."""

from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from farled.errors import FarledError
from farled.web.drawings import Drawings
from farled.web.problems import farled_error, fault, http_error
from farled.web.routes import api, files, map_files, maps, overviews, questions, start, versions, watching
from farled.web.security import SecurityHeaders
from farled.workspace import Workspace

HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")


def create_app(workspace: Workspace) -> Starlette:
    """Return the web app of a workspace.

    Args:
        workspace: What it shows. It is only read.

    Returns:
        An ASGI app. It answers requests for this computer only, by name, so that no foreign page can reach it
        through a name of its own.
    """
    app = Starlette(
        routes=[
            *start.routes,
            *map_files.routes,
            *versions.routes,
            *maps.routes,
            *overviews.routes,
            *questions.routes,
            *watching.routes,
            *api.routes,
            *files.routes,
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        ],
        exception_handlers={FarledError: farled_error, HTTPException: http_error, Exception: fault},
    )
    app.state.workspace = workspace
    workspace.keeps_last_good = True
    app.state.drawings = Drawings()
    return app
