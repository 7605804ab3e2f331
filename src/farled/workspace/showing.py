"""What a picture shows beside map and numbers, as it is asked of a workspace: findings, one journey, a comparison."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from farled.errors import InputError, NotFoundError
from farled.maps.draw.showing import USUAL, WALKED, Felt, Showing, rows_of
from farled.maps.model import MapFile
from farled.maps.views import rows_left
from farled.workspace.looks import Shows
from farled.workspace.rules import resolved_map

if TYPE_CHECKING:
    from farled.journeys.index import Journeys
    from farled.maps.walk import Walk
    from farled.workspace.asking import Workspace
    from farled.workspace.pseudonyms import Pseudonyms

Snapshot = dict[str, Any]
_WHOSE: Final = ("persona", "segment")


@dataclass(frozen=True, slots=True)
class Measured:
    """Which numbers of which map are drawn.

    Attributes:
        map_id: Of a map of the workspace, or the path of a map file.
        whom: Period, segment and persona.
        language: Of sentences.
        view: Part of a map.
    """

    map_id: str
    whom: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    view: str | None = None


def showing_of(workspace: "Workspace", measured: Measured, shows: Shows) -> Showing:
    """Return what a picture shows.

    Raises:
        NotFoundError: There is no such row, customer or snapshot.
        InputError: Two journeys are asked for at once, the customer has none on the map, or the period cannot be read.
    """
    walk = walk_of(workspace, measured, shows)
    felt = cast("Felt", shows.get("felt") or "both")
    rows = rows_of(shows.get("rows"), rows_left(WALKED if walk else USUAL, measured.view))
    against = shows.get("against")
    then = other_snapshot(workspace, measured, against) if against else None
    found = _findings(workspace, measured) if shows.get("findings", workspace.folder is not None) else ()
    return Showing(rows, found, walk, then, felt)


def walk_of(workspace: "Workspace", measured: Measured, shows: Shows) -> "Walk | None":
    """Return the journey that is drawn, if one is asked for."""
    customer, is_typical = shows.get("customer"), shows.get("typical", False)
    if customer and is_typical:
        raise InputError("Two journeys are asked for.", "Choose the customer's own or the typical one.")
    if is_typical:
        from farled.maps.walk import typical_walk

        counted = workspace.counted(measured.map_id, measured.whom.get("segment"), measured.whom.get("persona"))
        walk = typical_walk(counted.view(workspace.map_period(measured.whom.get("period"))))
        if walk is None:
            raise InputError("No sequence of phases is shared by enough journeys to be shown.", "Take a longer period.")
        return replace(walk, zone=workspace.zone)
    if not customer:
        return None
    from farled.maps.walk import customer_walk

    map_ = workspace.map(measured.map_id)
    journeys = workspace.journeys_of(map_.map.unit)
    id_ = customer_named(journeys, customer, workspace.pseudonyms)
    when = measured.whom.get("period")
    walk = customer_walk(judged(workspace, map_), journeys, id_, workspace.period(when) if when else None)
    name = id_ if shows.get("reveal") else workspace.pseudonyms.name(id_)
    return replace(walk, name=name, zone=workspace.zone)


def judged(workspace: "Workspace", map_: MapFile) -> MapFile:
    """Return a map whose conditions can be judged."""
    return resolved_map(map_, lambda rule: workspace.condition(rule, map_))


def customer_named(journeys: "Journeys", name: str, pseudonyms: "Pseudonyms") -> str:
    """Return the id of a customer.

    Args:
        journeys: In which the customer is.
        name: The id, the id without its type (``c-17`` of ``customer_id:c-17``), or the pseudonym.
        pseudonyms: Of the workspace.

    Raises:
        NotFoundError: There is no such customer. Known ids are not told.
    """
    looks_like_pseudonym = len(name) == 9 and name[4] == "-"
    for number, chunk in enumerate(journeys.chunks()):
        for id_ in journeys.customer_ids(number, np.arange(chunk.customers)):
            if id_ == name or id_.partition(":")[2] == name:
                return id_
            if looks_like_pseudonym and pseudonyms.name(id_) == name.upper():
                return id_
    raise NotFoundError(f"There is no customer {name!r}.", "Use an id as the events name it, or a pseudonym of here.")


def other_snapshot(workspace: "Workspace", measured: Measured, text: str) -> Snapshot:
    """Return the snapshot with which a map is compared.

    Args:
        workspace: Whose.
        measured: What is drawn; the period, persona and segment that ``text`` does not change are the same.
        text: A period, ``persona=ID``, ``segment=ID``, or the file of a snapshot.
    """
    if text.endswith(".json"):
        return snapshot_in(Path(text), measured.map_id)
    kind, is_whose, name = text.partition("=")
    if is_whose and kind not in _WHOSE:
        raise InputError(f"{text!r} is nothing to compare with.", "Name a period, persona=ID, segment=ID or a file.")
    changed = {"persona": None, "segment": None, kind: name} if is_whose else {"period": text}
    found: Snapshot = workspace.measure(measured.map_id, view=measured.view, **{**measured.whom, **changed})
    return found


def kept_snapshot(workspace: "Workspace", map_id: str, text: str) -> Snapshot:
    """Return an earlier snapshot as it was kept; nothing is measured again.

    Args:
        workspace: Whose.
        map_id: Of which map.
        text: The file, or a period for which one is kept.

    Raises:
        NotFoundError: None is kept of that period; the periods that are kept are in the hint.
        InputError: The file holds no snapshot of this map.
    """
    if text.endswith(".json"):
        return snapshot_in(Path(text), map_id)
    if workspace.folder is None:
        raise InputError("A workspace in memory keeps no snapshots.", "Name the file of one.")
    folder, when = workspace.folder.measured / workspace.map(map_id).map.id, workspace.period(text)
    stem = f"{when.first}_{when.last}"
    found = [path for path in folder.glob(f"{stem}*.json") if path.name.removeprefix(stem).split(".")[1].isdigit()]
    plain = folder / f"{stem}.json"
    if not plain.exists() and not found:
        known = sorted({path.name.split(".")[0].replace("_", "..") for path in folder.glob("*.json")})
        raise NotFoundError.named("snapshot", f"{when.first}..{when.last}", known)
    newest = max(found, key=lambda path: int(path.name.removeprefix(stem).split(".")[1]), default=plain)
    return snapshot_in(newest, map_id)


def snapshot_in(path: Path, map_id: str) -> Snapshot:
    """Return the snapshot of a file.

    Raises:
        NotFoundError: There is no such file.
        InputError: It holds no snapshot, or one of another map.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {str(path)!r}.", "Snapshots lie in measured/ of the workspace.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path.name} is no snapshot: {error}.", "Take a file out of measured/.") from error
    if not isinstance(found, dict) or not {"map", "period", "phases", "touchpoints"} <= found.keys():
        raise InputError(f"{path.name} is no snapshot of a map.", "Take a file out of measured/.")
    if found["map"] != Path(map_id).stem:
        raise InputError(f"{path.name} is of the map {found['map']!r}.", f"Take one of {Path(map_id).stem!r}.")
    return found


def _findings(workspace: "Workspace", measured: Measured) -> tuple[Mapping[str, Any], ...]:
    """Return the findings of the audit in the language of the picture."""
    whom = {key: measured.whom.get(key) for key in ("period", "segment", "persona")}
    told = workspace.audit(measured.map_id, **whom)
    return tuple(told.findings(measured.language, workspace.map(measured.map_id, measured.language)))
