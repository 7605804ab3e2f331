"""A map: the living picture with its filters, its tables, and files to take along."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from farled.figures.tokens import THEMES
from farled.locale import N_
from farled.maps.draw import draw
from farled.maps.draw import page as alone
from farled.maps.model import MapFile
from farled.web.assets import map_style
from farled.web.drawings import Drawings
from farled.web.pages import page
from farled.web.reader import map_of, reader_of, workspace_of

_FILTERS: Final = ("period", "persona", "segment")
_FILES: Final = (
    ("svg", N_("Picture (SVG)")),
    ("html", N_("Page that stands alone (HTML)")),
    ("json", N_("Numbers (JSON)")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A map as it was asked for.

    Attributes:
        map: What people say.
        snapshot: What was measured; None in a workspace without events.
        filters: Period, persona and segment, where given.
    """

    map: MapFile
    snapshot: dict[str, Any] | None
    filters: dict[str, str]


def get_map(request: Request) -> Response:
    """Show the living map."""
    asked = _asked(request)
    language = reader_of(request).language
    drawings: Drawings = request.app.state.drawings
    parts = drawings.live(asked.map, asked.snapshot, language)
    width = re.search(r'viewBox="0 0 ([\d.]+)', parts.picture)
    style = map_style(len(asked.map.phases), round(float(width[1])) if width else 1680)
    query = urlencode({**asked.filters, "language": language})
    address = f"/maps/{asked.map.map.id}"
    personas = [(persona.id, persona.name) for persona in asked.map.personas if persona.segment is not None]
    return page(
        request,
        "map.html",
        map=asked.map,
        parts=parts,
        has_rare='id="rare"' in parts.controls,
        style=style.address,
        filters=asked.filters,
        personas=personas,
        segments=sorted(set(workspace_of(request).segments()) - {id_ for id_, _ in personas}),
        files=[(f"{address}.{ending}?{query}", name) for ending, name in _FILES],
    )


def get_picture(request: Request) -> Response:
    """Return the picture as SVG that stands alone."""
    asked = _asked(request)
    theme = request.query_params.get("theme")
    text = draw(asked.map, asked.snapshot, reader_of(request).language, "dark" if theme == THEMES[1] else "light")
    return Response(text, media_type="image/svg+xml", headers=_as_file(asked, "svg", "inline"))


def get_page(request: Request) -> Response:
    """Return the map as one HTML file that needs nothing else."""
    asked = _asked(request)
    text = alone(asked.map, asked.snapshot, reader_of(request).language)
    return Response(text, media_type="text/html; charset=utf-8", headers=_as_file(asked, "html"))


def get_numbers(request: Request) -> Response:
    """Return what was measured as JSON."""
    asked = _asked(request)
    return JSONResponse(asked.snapshot, headers=_as_file(asked, "json", "inline"))


def _asked(request: Request) -> Asked:
    workspace = workspace_of(request)
    map_ = map_of(request, request.path_params["id"])
    given = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
    filters = {name: value for name, value in given.items() if value}
    snapshot = workspace.measure(map_.map.id, **filters) if workspace.events else None
    return Asked(map_, snapshot, filters)


def _as_file(asked: Asked, ending: str, disposition: str = "attachment") -> dict[str, str]:
    return {"Content-Disposition": f'{disposition}; filename="{asked.map.map.id}.{ending}"'}


routes: list[Route] = [
    Route("/maps/{id}.svg", get_picture),
    Route("/maps/{id}.html", get_page),
    Route("/maps/{id}.json", get_numbers),
    Route("/api/v1/maps/{id}", get_numbers),
    Route("/maps/{id}", get_map),
]
