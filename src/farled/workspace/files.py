"""Writes maps of a workspace into files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from farled.errors import InputError
from farled.figures.whole import write
from farled.maps.diff import Diff, diff
from farled.maps.export.formats import export, writer_of
from farled.maps.export.taken import Taken, findings_in, findings_of
from farled.maps.ids import slug
from farled.maps.importing.imported import Imported
from farled.maps.importing.opening import Around, imported
from farled.maps.load import RelatedMaps, load, text_of, write_text
from farled.maps.model import MapFile
from farled.workspace.looks import Shows
from farled.workspace.showing import Measured, kept_snapshot, showing_of

if TYPE_CHECKING:
    from farled.workspace.asking import Workspace
    from farled.workspace.looks import Look

PICTURES: Final = (".html", ".svg", ".png", ".pdf", ".json")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which map, measured how and told in which language.

    Attributes:
        map_id: Of a map of the workspace, or the path of a map file.
        language: Of the words around the map's own; None: the workspace's, in memory the map's.
        view: Part of a map.
        measured: Period, segment and persona.
        shows: What a picture shows beside map and numbers.
    """

    map_id: str
    language: str | None = None
    view: str | None = None
    measured: Mapping[str, Any] | None = None
    shows: Shows = field(default_factory=Shows)


def taken(workspace: "Workspace", wanted: Wanted) -> Taken:
    """Return a map with all that goes into files.

    Raises:
        NotFoundError: As `Workspace.measure`, or Farled does not speak the language.
    """
    spoken = wanted.language or (workspace.language if workspace.folder else workspace.map(wanted.map_id).map.language)
    snapshot = _snapshot(workspace, wanted)
    map_ = workspace.map(wanted.map_id, spoken, wanted.view)
    text = text_of(workspace.map_path(wanted.map_id))
    showing = showing_of(workspace, Measured(wanted.map_id, wanted.measured or {}, spoken, wanted.view), wanted.shows)
    return Taken(map_, text, snapshot, spoken, findings_in(showing.findings) or findings_of(snapshot), showing)


def _snapshot(workspace: "Workspace", wanted: Wanted) -> dict[str, Any] | None:
    earlier = wanted.shows.get("snapshot")
    if earlier:
        return kept_snapshot(workspace, wanted.map_id, earlier)
    if not workspace.events:
        return None
    return workspace.measure(wanted.map_id, view=wanted.view, **(wanted.measured or {}))


def draw_into(workspace: "Workspace", wanted: Wanted, out: Path, look: "Look") -> Path:
    """Draw a map into a file.

    Raises:
        InputError: The ending of the file is none of those of pictures, or the look cannot be had.
    """
    ending = out.suffix.lower()
    if ending not in PICTURES:
        raise InputError(f"A map cannot be drawn into {out.name!r}.", f"Let the file end in {', '.join(PICTURES)}.")
    write(drawn(taken(workspace, wanted), ending, look), out)
    return out


def drawn(what: Taken, ending: str, look: "Look") -> bytes:
    """Return a map as the content of a picture file: html, svg, png, pdf or json (the numbers).

    Raises:
        InputError: The look cannot be had.
        MissingExtraError: The extra ``charts`` (PNG) or ``pdf`` is not installed.
    """
    if ending == ".json":
        return (json.dumps(what.snapshot, indent=2, ensure_ascii=False) + "\n").encode()
    if ending == ".pdf":
        from farled.maps.export.pdf import map_pdf

        return map_pdf(what, look.get("paper", "auto"))
    if ending == ".html":
        from farled.maps.draw.page import page

        return page(what.map, what.snapshot, what.language, what.showing).encode()
    from farled.maps.export.pictures import map_png, map_svg

    if ending == ".svg":
        return map_svg(what, look.get("theme", "light")).encode()
    return map_png(what, look.get("scale", 1), look.get("theme", "light"))


def export_into(workspace: "Workspace", wanted: Wanted, out: Path) -> Path:
    """Export a map into a file of another format.

    Raises:
        InputError: The ending of the file is none of them.
    """
    writer_of(out)
    if wanted.shows.get("customer") and out.suffix.lower() != ".cjml":
        raise InputError(f"{out.name!r} cannot hold a customer's journey.", "Let the file end in .cjml.")
    write(export(taken(workspace, wanted), out), out)
    return out


@dataclass(frozen=True, slots=True)
class Arrived:
    """A map that was read from another file.

    Attributes:
        read: The map, and what could not be placed.
        path: The new map file, or the one that is there already.
        changes: None where the file is new; else what would differ, and nothing was written.
        there: The map that is there already.
    """

    read: Imported
    path: Path
    changes: Diff | None = None
    there: MapFile | None = None

    def sentences(self, language: str) -> list[str]:
        """Return what would differ, one sentence each, in a language."""
        from farled.maps.diff.sentences import Versions, sentences

        if self.changes is None or self.there is None:
            return []
        return sentences(self.changes, Versions(self.there, self.read.map), language)


def import_into(workspace: "Workspace | None", file: Path, out: Path | None, language: str | None) -> Arrived:
    """Read a map from a file and write it as a new map file, or say what differs where there is one.

    Args:
        workspace: Whose maps; None: of none.
        file: What is read.
        out: The map file; None: among the maps of the workspace, else here, by its id.
        language: Of the map where the file does not say; None: the workspace's, else English.

    Raises:
        NotFoundError: There is no such file.
        InputError: The file cannot be read, or is no map.
    """
    if out is not None and out.suffix not in (".yaml", ".yml"):
        raise InputError(f"A map cannot be kept as {out.name!r}.", "Let the file end in .yaml.")
    if out is not None and out.stem != slug(out.stem):
        hint = f"Call it {slug(out.stem) or 'map'}.yaml."
        raise InputError(f"{out.name!r} is not named by an id: small letters a-z, digits, _ and -.", hint)
    folder = workspace.folder if workspace else None
    around = Around(
        language or (workspace.language if workspace else "en"),
        datetime.now(UTC).date(),
        workspace.catalog if workspace else None,
        RelatedMaps(folder.maps) if folder else None,
        out.stem if out is not None else "",
    )
    read = imported(file, around)
    path = out or (folder.maps if folder else Path()) / f"{read.map.map.id}.yaml"
    if path.exists():
        there = load(path, workspace.catalog if workspace else None)
        return Arrived(read, path, diff(there, read.map), there)
    write_text(read.text, path)
    return Arrived(read, path)
