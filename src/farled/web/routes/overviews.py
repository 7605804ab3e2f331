"""The guide, and the overviews: personas, opportunities, all maps on one axis; as pages, pictures and numbers."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from farled.errors import NotFoundError
from farled.figures.tokens import THEMES
from farled.locale import N_, translator
from farled.maps.overview.atlas import Atlas, atlas
from farled.maps.overview.atlas_picture import atlas_picture
from farled.maps.overview.drawing import Drawn
from farled.maps.overview.matrix_picture import matrix_picture
from farled.maps.overview.personas import PersonasOverview, personas_overview
from farled.maps.overview.personas_picture import personas_picture
from farled.maps.overview.priorities import Priorities, priorities
from farled.web.advised import types_context
from farled.web.assets import style_alone
from farled.web.overviews import (
    Context,
    atlas_context,
    guide_context,
    opportunities_context,
    personas_context,
    titles_of,
)
from farled.web.pages import alone, page
from farled.web.reader import map_of, reader_of, workspace_of
from farled.workspace.guiding import entries_of, guide_of, measured

_FILES: Final = (
    ("svg", N_("Picture (SVG)")),
    ("html", N_("Page that stands alone (HTML)")),
    ("json", N_("Numbers (JSON)")),
)


def get_guide(request: Request) -> Response:
    """Show how far a map has come, and what to do next."""
    id_, empty = _chosen(request), _nothing(request)
    if id_ is None:
        return empty
    workspace, language = workspace_of(request), reader_of(request).language
    guide = guide_of(workspace, id_, language=language)
    return page(request, "guide.html", maps=titles_of(workspace, language), **guide_context(guide, workspace, language))


def get_guide_numbers(request: Request) -> Response:
    """Return the guide of a map as JSON."""
    language = reader_of(request).language
    map_ = map_of(request, request.path_params["id"])
    return JSONResponse(guide_of(workspace_of(request), map_.map.id, language=language).to_dict(language))


def get_types(request: Request) -> Response:
    """Ask four questions, and say which type of journey fits."""
    workspace, language = workspace_of(request), reader_of(request).language
    names = workspace.names if workspace.events else ()
    return page(request, "types.html", **types_context(dict(request.query_params), names, language))


def get_personas(request: Request) -> Response:
    """Show the personas of a map side by side."""
    return _shown(request, "personas", "personas.html", _personas, personas_context)


def get_opportunities(request: Request) -> Response:
    """Show the opportunities of a map by effect and effort."""
    return _shown(request, "opportunities", "opportunities.html", _priorities, opportunities_context)


def get_atlas(request: Request) -> Response:
    """Return the atlas of all maps: picture, page or numbers by the ending of the address."""
    language, found = reader_of(request).language, _atlas(request)
    return _file(request, "atlas", found, atlas_picture(found, language), "atlas.html", atlas_context)


def get_personas_file(request: Request) -> Response:
    """Return the personas of a map as picture, page or numbers."""
    found = _personas(request, _named(request))
    drawn = personas_picture(found, reader_of(request).language)
    return _file(request, "personas", found, drawn, "personas.html", personas_context)


def get_opportunities_file(request: Request) -> Response:
    """Return the opportunities of a map as picture, page or numbers."""
    found = _priorities(request, _named(request))
    drawn = matrix_picture(found, reader_of(request).language)
    return _file(request, "opportunities", found, drawn, "opportunities.html", opportunities_context)


def atlas_page(request: Request) -> Response:
    """Show all maps on one axis."""
    language = reader_of(request).language
    links = _links("atlas", {"language": language}, request)
    return page(request, "atlas.html", links=links, **atlas_context(_atlas(request), language))


def _shown(
    request: Request,
    name: str,
    template: str,
    found_of: Callable[[Request, str], Any],
    context_of: Callable[[Any, str], Context],
) -> Response:
    id_ = _chosen(request)
    if id_ is None:
        return _nothing(request)
    language = reader_of(request).language
    context = context_of(found_of(request, id_), language)
    links = _links(name, {"map": id_, "language": language}, request)
    return page(request, template, maps=titles_of(workspace_of(request), language), links=links, **context)


def _links(name: str, query: dict[str, str], request: Request) -> list[tuple[str, str]]:
    period = request.query_params.get("period", "").strip()
    asked = urlencode({**query, **({"period": period} if period else {})})
    return [(f"/{name}.{ending}?{asked}", said) for ending, said in _translated(request)]


def _translated(request: Request) -> list[tuple[str, str]]:
    told = translator(reader_of(request).language)
    return [(ending, told(said)) for ending, said in _FILES]


def _file(
    request: Request,
    name: str,
    found: Any,
    drawn: Drawn,
    template: str,
    context_of: Callable[[Any, str], Context],
) -> Response:
    ending = request.path_params["ending"]
    if ending not in dict(_FILES):
        raise NotFoundError.named("file", f"{name}.{ending}", [f"{name}.{known}" for known in dict(_FILES)])
    language = reader_of(request).language
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    if ending == "json":
        return JSONResponse(found.to_dict(), headers={"Content-Disposition": f'inline; filename="{name}.json"'})
    if ending == "svg":
        theme = THEMES[1] if request.query_params.get("theme") == THEMES[1] else THEMES[0]
        return Response(drawn.svg(theme), media_type="image/svg+xml", headers=headers)
    text = alone(template, language, style_alone(), maps=[], links=[], **context_of(found, language))
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


def _personas(request: Request, id_: str) -> PersonasOverview:
    return personas_overview(map_of(request, id_), _snapshot(request, id_))


def _priorities(request: Request, id_: str) -> Priorities:
    return priorities(map_of(request, id_), _snapshot(request, id_))


def _atlas(request: Request) -> Atlas:
    return atlas(entries_of(workspace_of(request), reader_of(request).language), dt.datetime.now(dt.UTC).date())


def _snapshot(request: Request, id_: str) -> Any:
    return measured(workspace_of(request), id_, request.query_params.get("period", "").strip() or None)


def _named(request: Request) -> str:
    """Return the map that a file is of: the one in the address, else the only one.

    Raises:
        NotFoundError: There is none of that name.
    """
    return map_of(request, _chosen(request) or "").map.id


def _chosen(request: Request) -> str | None:
    """Return the map that the page is of: the one in the address, else the first; None where there is none."""
    known = workspace_of(request).maps()
    asked = request.query_params.get("map", "").strip()
    return map_of(request, asked).map.id if asked else next(iter(known), None)


def _nothing(request: Request) -> Response:
    return page(request, "maps.html", cards=[])


routes: list[Route] = [
    Route("/guide", get_guide),
    Route("/guide/types", get_types),
    Route("/api/v1/maps/{id}/guide", get_guide_numbers),
    Route("/personas", get_personas),
    Route("/personas.{ending}", get_personas_file),
    Route("/opportunities", get_opportunities),
    Route("/opportunities.{ending}", get_opportunities_file),
    Route("/atlas.{ending}", get_atlas),
]
