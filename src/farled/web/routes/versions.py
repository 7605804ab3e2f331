"""Earlier versions of a map: the change log as a page and as JSON, and what differs between two versions."""

from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from farled.errors import InputError
from farled.maps.diff.history import Entry
from farled.maps.diff.overlay import as_html, overlay_page
from farled.maps.diff.sentences import Versions, marked_sentences, sentences
from farled.web.pages import page
from farled.web.reader import map_of, reader_of, workspace_of


def get_history(request: Request) -> Response:
    """Show what each saved version of a map changed, the newest first."""
    map_ = map_of(request, request.path_params["id"])
    language = reader_of(request).language
    entries = [
        {"version": entry.version, "is_broken": entry.map is None, "changes": _told(entry, language)}
        for entry in reversed(workspace_of(request).history(map_.map.id))
    ]
    return page(request, "history.html", map=map_, entries=entries)


def get_changes(request: Request) -> Response:
    """Give the change log as JSON, oldest first, each change with its sentence."""
    map_, language = map_of(request, request.path_params["id"]), reader_of(request).language
    found = [_with_sentences(entry, language) for entry in workspace_of(request).history(map_.map.id)]
    return JSONResponse({"map": map_.map.id, "versions": found})


def get_diff(request: Request) -> Response:
    """Give what differs: ``?before=REVISION``, and ``after`` where that is not the file as it is."""
    compared = _compared(request)
    return JSONResponse(compared.to_dict(reader_of(request).language))


def get_overlay(request: Request) -> Response:
    """Show both versions over each other, as a page that stands alone."""
    compared = _compared(request)
    text = overlay_page(compared.diff, compared.versions, reader_of(request).language, compared.names)
    return Response(text, media_type="text/html; charset=utf-8")


def _compared(request: Request) -> Any:
    """Return the diff of two versions of one map of the workspace; a version is a revision, never a file."""
    id_ = map_of(request, request.path_params["id"]).map.id
    before, after = (request.query_params.get(name, "").strip() for name in ("before", "after"))
    if not before:
        raise InputError("No version is named.", "Add ?before= with a revision or a kept version of the map.")
    return workspace_of(request).diff(f"{id_}@{before}", f"{id_}@{after}" if after else id_)


def _told(entry: Entry, language: str) -> list[tuple[str, Markup]]:
    if entry.map is None or entry.before is None:
        return []
    told = marked_sentences(entry.diff, Versions(entry.before, entry.map), language)
    return [(change.weight, Markup(as_html(text))) for change, text in zip(entry.diff.changes, told, strict=True)]


def _with_sentences(entry: Entry, language: str) -> dict[str, Any]:
    found = entry.to_dict()
    if entry.map is not None and entry.before is not None:
        told = sentences(entry.diff, Versions(entry.before, entry.map), language)
        found["changes"] = [{**change, "sentence": text} for change, text in zip(found["changes"], told, strict=True)]
    return found


routes: list[Route] = [
    Route("/maps/{id}/history", get_history),
    Route("/maps/{id}/diff.html", get_overlay),
    Route("/api/v1/maps/{id}/history", get_changes),
    Route("/api/v1/maps/{id}/diff", get_diff),
]
