"""A map as files to take along, measured and shown as the page was."""

from importlib.util import find_spec
from threading import Lock
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from farled.errors import InputError
from farled.locale import N_
from farled.maps.export.formats import export
from farled.maps.export.taken import Taken, findings_in, findings_of
from farled.maps.load import text_of
from farled.web.asked_maps import asked
from farled.web.reader import reader_of, workspace_of
from farled.workspace.files import drawn
from farled.workspace.looks import Look

_TYPES: Final = {
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".yaml": "application/yaml",
    ".grid.csv": "text/csv; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".md": "text/markdown; charset=utf-8",
    ".mmd": "text/plain; charset=utf-8",
    ".cjml": "application/xml",
    ".jsonld": "application/ld+json",
}
_OFFERED: Final = (
    ("svg", "", "", N_("Picture (SVG)")),
    ("png", "scale=2", "resvg_py", N_("Picture (PNG)")),
    ("pdf", "", "weasyprint", N_("On paper: the map and every number (PDF)")),
    ("pdf", "paper=a4", "weasyprint", N_("On paper: one phase per A4 (PDF)")),
    ("html", "", "", N_("Page that stands alone (HTML)")),
    ("xlsx", "", "openpyxl", N_("Lanes and phases (Excel)")),
    ("grid.csv", "", "", N_("Lanes and phases (CSV)")),
    ("csv", "", "", N_("Everything as path and value (CSV)")),
    ("md", "", "", N_("Text with tables (Markdown)")),
    ("yaml", "", "", N_("Map file (YAML)")),
    ("json", "", "", N_("Numbers (JSON)")),
)
_paper = Lock()  # setting type for paper shares tables that threads must not write at once


def offered(address: str, query: str) -> list[tuple[str, str]]:
    """Return addresses and names of the files of a map that can be made here.

    Args:
        address: Of the map's page.
        query: What it asks for.
    """
    return [
        (f"{address}.{ending}?{'&'.join(part for part in (query, look) if part)}", name)
        for ending, look, library, name in _OFFERED
        if not library or find_spec(library) is not None
    ]


def get_file(request: Request) -> Response:
    """Return a map as a file of the format that the address ends in."""
    wanted, language = asked(request), reader_of(request).language
    ending = next(ending for ending in _TYPES if request.url.path.endswith(ending))
    text = text_of(workspace_of(request).map_path(wanted.map.map.id))
    findings = findings_in(wanted.showing.findings) or findings_of(wanted.snapshot)
    taken = Taken(wanted.map, text, wanted.snapshot, language, findings, wanted.showing)
    if ending in (".png", ".pdf"):
        with _paper:
            content = drawn(taken, ending, _look(request))
    else:
        content = export(taken, f"map{ending}")
    name = f'attachment; filename="{wanted.map.map.id}{ending}"'
    return Response(content, media_type=_TYPES[ending], headers={"Content-Disposition": name})


def _look(request: Request) -> Look:
    given = request.query_params
    scale = given.get("scale", "1")
    if not scale.isdecimal():
        raise InputError(f"A picture cannot be written at {scale} times.", "Use 1, 2 or 3.")
    return {"scale": int(scale), "paper": given.get("paper", "auto"), "theme": given.get("theme", "light")}


routes: list[Route] = [Route(f"/maps/{{id}}{ending}", get_file) for ending in _TYPES]
