"""The guide and the overviews of a workspace: gathers what they look at."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from farled.errors import FarledError
from farled.locale import LANGUAGES
from farled.maps.audit.findings import UNDECIDED
from farled.maps.guide.case import Found, Ruled, WorkspaceFacts
from farled.maps.guide.guide import Guide, guide
from farled.maps.load import read_document
from farled.maps.model import MapFile
from farled.maps.overview.atlas import SEVERITIES, MapEntry
from farled.maps.translate import Sidecar, load_sidecar, translated
from farled.maps.yaml import Document, line_of
from farled.workspace.asking import Workspace

State = tuple[int, int]
"""Of a file: changes when the file does."""


def guide_of(
    workspace: Workspace,
    map_id: str,
    *,
    period: str | None = None,
    language: str | None = None,
    today: dt.date | None = None,
) -> Guide:
    """Return how far a map of a workspace has come, what is missing and what to do next.

    Args:
        workspace: Whose map.
        map_id: Of a map of the workspace.
        period: As for `Workspace.measure`.
        language: Of the map's texts; default: the map's own.
        today: The day of the look; default: today.

    Raises:
        NotFoundError: There is no such map.
    """
    map_ = workspace.map(map_id, language)
    day = today or dt.datetime.now(dt.UTC).date()
    rules = ruled(workspace, map_, period, language, day)
    return guide(map_, measured(workspace, map_id, period), facts_of(workspace, map_id, day), rules)


def ruled(
    workspace: Workspace,
    map_: MapFile,
    period: str | None = None,
    language: str | None = None,
    today: dt.date | None = None,
) -> dict[str, Ruled] | None:
    """Return what each rule of the audit says of a map, in a language; None where the map cannot be looked over."""
    try:
        audited = workspace.audit(map_.map.id, period, today=today)
    except FarledError:
        return None
    told = audited.findings(language or "en", map_)
    return {
        outcome.rule.id: Ruled(
            outcome.outcome,
            tuple(
                Found(tuple(found["objects"]), found["text"], found["cure"], found["severity"], found["state"])
                for found in told
                if found["rule"] == outcome.rule.id
            ),
        )
        for outcome in audited.audit.outcomes
    }


def open_findings(
    workspace: Workspace, map_id: str, snapshot: Mapping[str, Any] | None = None
) -> dict[str, int] | None:
    """Return how many findings of a map nobody has decided on, by severity, as the last audit left them.

    None where nobody has looked the map over: no audit is made here.
    """
    try:
        lives = workspace.findings.of_map(map_id)
    except FarledError:
        return None
    if not lives and not (snapshot or {}).get("audit"):
        return None
    undecided = [life.severity for life in lives if life.state in UNDECIDED and not life.whom]
    return {severity: undecided.count(severity) for severity in SEVERITIES}


def measured(workspace: Workspace, map_id: str, period: str | None = None) -> Mapping[str, Any] | None:
    """Return the snapshot of a map; None where nothing can be measured."""
    if not workspace.events:
        return None
    try:
        return workspace.measure(map_id, period)
    except FarledError:
        if period is not None:
            raise
        return None


def facts_of(workspace: Workspace, map_id: str, today: dt.date) -> WorkspaceFacts:
    """Return what the workspace knows beside a map."""
    path = workspace.map_path(map_id)
    return WorkspaceFacts(
        today, workspace.events, frozenset(workspace.names), _untranslated(workspace.map(map_id), path), _called(path)
    )


def lines_of(path: Path) -> Callable[[tuple[str | int, ...]], int]:
    """Return what finds the line of a map file on which something stands, or the nearest thing around it."""
    document = _document(path, _state(path))
    return lambda keys: line_of(document, keys)


@lru_cache(maxsize=32)
def _document(path: Path, state: State) -> Document:
    return read_document(path)


@lru_cache(maxsize=64)
def _sidecar(path: Path, state: State) -> Sidecar:
    return load_sidecar(path)


def _state(path: Path) -> State:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _called(path: Path) -> str:
    return f"{path.parent.name}/{path.name}" if path.parent.name == "maps" else str(path)


def _untranslated(map_: MapFile, path: Path) -> dict[str, int]:
    """Return how many texts lack a translation, for each language to which somebody has begun to translate the map."""
    found = {}
    for language in LANGUAGES:
        sidecar = path.parent / "i18n" / f"{path.stem}.{language}.yaml"
        if language != map_.map.language and sidecar.is_file():
            told = translated(map_, _sidecar(sidecar, _state(sidecar)))
            found[language] = len(told.missing) + len(told.stale)
    if not found:
        told = translated(map_, Sidecar(map_.map.language, {}))
        found = {language: len(told.missing) for language in LANGUAGES if language != map_.map.language}
    return found


def entries_of(workspace: Workspace, language: str | None = None) -> list[MapEntry]:
    """Return the maps of a workspace as they come into the atlas; one that cannot be read comes with its fault."""
    found = []
    for id_ in workspace.maps():
        try:
            map_ = workspace.map(id_, language)
        except FarledError as error:
            found.append(MapEntry(id_, fault=error.message))
            continue
        snapshot = measured(workspace, id_)
        found.append(MapEntry(id_, map_, snapshot, open_findings(workspace, id_, snapshot)))
    return found
