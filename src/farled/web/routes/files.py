"""The files that pages load; each address names its content, so it may be kept for ever."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from farled.web.assets import Asset, asset, by_address, map_style


def get_file(request: Request) -> Response:
    """Return a file by the address of its content."""
    found = by_address().get(request.url.path) or _map_style(request.path_params["name"])
    if found is None or found.address != request.url.path:
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(found.content, media_type=found.media_type, headers=headers)


def _map_style(name: str) -> Asset | None:
    match = re.fullmatch(r"map-(\d{1,2})-(\d{1,5})\.[a-z0-9]+\.css", name)
    return map_style(int(match[1]), int(match[2])) if match and int(match[1]) else None


def get_mark(request: Request) -> Response:
    """Return the sign of Farled to browsers that look for it at the usual place."""
    return Response(asset("mark.svg").content, media_type="image/svg+xml")


def get_robots(request: Request) -> Response:
    """Tell search engines to stay away."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


routes = [
    Route("/static/{name}", get_file),
    Route("/favicon.ico", get_mark),
    Route("/robots.txt", get_robots),
]
