"""A map: the living picture with its filters and side panel, its tables, and files to take along."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from farled.errors import NotFoundError
from farled.figures.tokens import THEMES, Theme
from farled.locale import N_
from farled.maps.draw import Live, draw
from farled.maps.draw import page as alone
from farled.maps.draw.findings import still_open
from farled.maps.views import MAP_VIEWS, name_of_view
from farled.maps.walk import customers_at
from farled.web.asked_maps import WHOM, Asked, asked
from farled.web.assets import map_style
from farled.web.drawings import Drawings
from farled.web.pages import page
from farled.web.reader import reader_of, workspace_of
from farled.web.routes.map_files import offered

_MARK: Final = re.compile(r'class="mark" href="#([^"]*)"')
FEELINGS: Final = {
    "": N_("claimed and measured"),
    "claimed": N_("claimed"),
    "measured": N_("measured"),
    "difference": N_("difference"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """What is told of one mark beside the map.

    Attributes:
        id: Of the mark; its numbers stand under the same id in the tables.
        name: Heading.
        lines: What is told of it.
        findings: Open findings here, each as lines.
        people: Pseudonyms of customers who were here last, with the addresses of their journeys.
        close: Address without the panel.
    """

    id: str
    name: str
    lines: tuple[str, ...]
    findings: tuple[tuple[str, ...], ...]
    people: tuple[tuple[str, str], ...]
    close: str


def get_map(request: Request) -> Response:
    """Show the living map: at once, with findings where the audit of today is ready."""
    wanted = asked(request, waits=False)
    parts = _parts(request, wanted)
    width = round(parts.size[0])
    query = urlencode({**wanted.filters, "language": reader_of(request).language})
    measured = (wanted.snapshot or {}).get("personas", {})
    personas = [(persona.id, persona.name) for persona in wanted.map.personas if persona.id in measured]
    opened = wanted.open if wanted.open in parts.told else ""
    return page(
        request,
        "map.html",
        map=wanted.map,
        fault=workspace_of(request).map_fault(wanted.map.map.id),
        parts=parts,
        picture=_MARK.sub(rf'class="mark" href="{_opening(wanted)}\1#panel"', parts.picture),
        asked=wanted,
        panel=_panel(request, wanted, parts, opened) if opened else None,
        feelings=FEELINGS,
        views=[(view, name_of_view(view, reader_of(request).language)) for view in MAP_VIEWS],
        whom=WHOM,
        has_rare='id="rare"' in parts.controls,
        style=map_style(len(wanted.map.phases), width).address,
        filters=wanted.filters,
        personas=personas,
        segments=sorted(set(workspace_of(request).segments()) - {id_ for id_, _ in personas}),
        files=offered(wanted.address, query),
    )


def get_panel(request: Request) -> Response:
    """Return the panel of one mark alone, to be put beside the map that is there.

    Raises:
        NotFoundError: The map has no such mark.
    """
    wanted = asked(request, waits=False)
    parts = _parts(request, wanted)
    if wanted.open not in parts.told:
        raise NotFoundError.named("mark", wanted.open, parts.told)
    return page(request, "map_panel.html", map=wanted.map, panel=_panel(request, wanted, parts, wanted.open))


def get_picture(request: Request) -> Response:
    """Return the picture as SVG that stands alone."""
    wanted = asked(request)
    theme: Theme = "dark" if request.query_params.get("theme") == THEMES[1] else "light"
    text = draw(wanted.map, wanted.snapshot, reader_of(request).language, theme, showing=wanted.showing)
    return Response(text, media_type="image/svg+xml", headers=_as_file(wanted, "svg", "inline"))


def get_page(request: Request) -> Response:
    """Return the map as one HTML file that needs nothing else."""
    wanted = asked(request)
    text = alone(wanted.map, wanted.snapshot, reader_of(request).language, wanted.showing)
    return Response(text, media_type="text/html; charset=utf-8", headers=_as_file(wanted, "html"))


def get_numbers(request: Request) -> Response:
    """Return what was measured as JSON."""
    wanted = asked(request)
    return JSONResponse(wanted.snapshot, headers=_as_file(wanted, "json", "inline"))


def get_findings(request: Request) -> Response:
    """Return the findings that are open as JSON, once the map is audited."""
    return JSONResponse(list(still_open(asked(request).showing.findings)))


def _parts(request: Request, wanted: Asked) -> Live:
    drawings: Drawings = request.app.state.drawings
    return drawings.live(wanted.map, wanted.snapshot, reader_of(request).language, wanted.showing)


def _opening(wanted: Asked) -> str:
    """Return the beginning of the address that opens the panel of a mark."""
    return f"?{wanted.query()}&open=".replace("?&", "?").replace("&", "&amp;")


def _panel(request: Request, wanted: Asked, parts: Live, id_: str) -> Panel:
    name, *lines = parts.told[id_]
    kind, _, object_ = id_.partition("-")
    found = tuple(card for objects, card in parts.findings if object_ in objects)
    lines = [line for line in lines if not any(line.endswith(card[0]) for card in found)]
    people = _people(request, wanted, object_) if kind == "touchpoint" else ()
    close = f"{wanted.address}?{wanted.query()}".rstrip("?")
    return Panel(id_, name, tuple(lines), found, people, close)


def _people(request: Request, wanted: Asked, touchpoint: str) -> tuple[tuple[str, str], ...]:
    """Return who was at a touchpoint last: pseudonyms, and where their journeys are drawn."""
    workspace = workspace_of(request)
    if wanted.snapshot is None:
        return ()
    whom = wanted.measured
    counted = workspace.counted(wanted.map.map.id, whom.get("segment"), whom.get("persona"))
    view = counted.view(workspace.map_period(whom.get("period")))
    if view.n < wanted.map.map.privacy.min_customers:
        return ()
    found = customers_at(view, workspace.journeys_of(wanted.map.map.unit), touchpoint)
    names = [workspace.pseudonyms.name(id_) for id_ in found]
    return tuple((name, f"{wanted.address}?{urlencode({'customer': name})}") for name in names)


def _as_file(wanted: Asked, ending: str, disposition: str = "attachment") -> dict[str, str]:
    return {"Content-Disposition": f'{disposition}; filename="{wanted.map.map.id}.{ending}"'}


routes: list[Route] = [
    Route("/maps/{id}.svg", get_picture),
    Route("/maps/{id}.html", get_page),
    Route("/maps/{id}.json", get_numbers),
    Route("/api/v1/maps/{id}", get_numbers),
    Route("/maps/{id}/panel", get_panel),
    Route("/maps/{id}/findings", get_findings),
    Route("/maps/{id}", get_map),
]
