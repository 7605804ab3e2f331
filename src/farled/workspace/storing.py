"""What is done to a workspace folder: made, filled, undone, looked over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farled.errors import InputError, NotFoundError
from farled.events.doctor import Check, doctor
from farled.events.folder import Folder, Settings, init
from farled.events.ingest import MAX_REJECTED, ingest
from farled.events.prepare import Arrival, Imported
from farled.events.report import Report, write_report
from farled.events.snapshot import Snapshot
from farled.events.store import EventStore
from farled.events.undo import reports, undo
from farled.figures.table import Cell, Table
from farled.journeys.stored import IndexStore
from farled.sources.files import Columns, Options
from farled.sources.sheet import Setting
from farled.spans import instant, moment
from farled.workspace.asking import Workspace
from farled.workspace.opening import source_of

if TYPE_CHECKING:  # reading a workspace does not load what reads files
    from farled.sources.mapping import Imported as Read


@dataclass(frozen=True, slots=True)
class Status:
    """What a workspace holds.

    Attributes:
        path: Of the folder.
        name: Of the workspace.
        zone: Where days begin and end.
        customers, events: Counts, as questions see them.
        stored: Events in the table, those that say who somebody is included.
        start, end: Of the data, microseconds UTC; None without events.
        names: Event names.
        maps: Ids.
        imports: Reports, oldest first.
    """

    path: Path
    name: str
    zone: str
    customers: int
    events: int
    stored: int
    start: int | None
    end: int | None
    names: int
    maps: tuple[str, ...]
    imports: tuple[Report, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "path": str(self.path),
            "name": self.name,
            "customers": self.customers,
            "events": self.events,
            "stored": self.stored,
            "start": self._day(self.start),
            "end": self._day(self.end),
            "names": self.names,
            "maps": list(self.maps),
            "imports": [report.to_dict() for report in self.imports],
        }

    def table(self) -> Table:
        """Return one row per thing held."""
        rows: list[tuple[str, Cell]] = [
            ("folder", str(self.path)),
            ("customers", self.customers),
            ("events", self.events),
            ("and events that say who somebody is", self.stored - self.events),
            ("event names", self.names),
            ("from", self._day(self.start)),
            ("to", self._day(self.end)),
            ("maps", ", ".join(self.maps) or "none yet: farled map draft"),
        ]
        rows += [(f"import {report.import_id}", f"{report.came} ({report.state})") for report in self.imports]
        return Table(self.name, ("what", "is"), tuple(rows))

    def _day(self, time: int | None) -> str | None:
        return None if time is None else moment(time, self.zone).isoformat(timespec="seconds")


def create(path: str | PathLike[str], settings: Settings | None = None) -> Folder:
    """Make a workspace folder.

    Raises:
        InputError: The folder holds something else.
    """
    path = Path(path)
    return init(path, settings or Settings(name=path.absolute().name))


def add(
    folder: Folder,
    files: Sequence[str],
    mapping: str | None = None,
    *,
    max_rejected: float = MAX_REJECTED,
    options: Options | None = None,
    columns: Columns | None = None,
) -> Report:
    """Bring files into a workspace: all of them as one import, or nothing.

    Args:
        folder: Of the workspace.
        files: Paths and globs.
        mapping: A mapping file; default: columns are guessed.
        max_rejected: Stop when more than this share of the rows is rejected.
        options: How values are written, where a file does not tell.
        columns: Which column is what, without a mapping.

    Raises:
        InputError: A file or the mapping cannot be used, or too many rows are rejected.
        NotFoundError: A file or a column does not exist.
    """
    imported = reading(folder, files, mapping, options, columns)
    report = bring(folder, imported, notes=tuple(map(str, imported.report)), max_rejected=max_rejected)
    told = tuple(map(str, imported.report))
    if told != report.notes:  # some is noticed only while the rows are read
        report = replace(report, notes=told)
        write_report(folder.imports, report)
    return report


def reading(
    folder: Folder,
    files: Sequence[str],
    mapping: str | None = None,
    options: Options | None = None,
    columns: Columns | None = None,
) -> "Read":
    """Return what files hold for a workspace; arguments and errors as of `add`."""
    from farled.sources.mapping import apply
    from farled.sources.mapping_file import load as load_mapping

    setting = Setting(folder.settings.time_zone, folder.settings.currency)
    return apply(load_mapping(mapping) if mapping else None, list(files), columns, options, setting)


def bring(
    folder: Folder, imported: Imported, *, notes: Sequence[str] = (), max_rejected: float = MAX_REJECTED
) -> Report:
    """Bring what a reader made of files into a workspace; see `add`."""
    store = EventStore(folder.events, folder.settings.buckets)
    return ingest(store, folder.imports, imported, arriving(notes), max_rejected=max_rejected)


def arriving(notes: Sequence[str]) -> Arrival:
    """Return the arrival of an import now, with what its reader wants to be known."""
    now = datetime.now(UTC)
    return Arrival(now.strftime("%Y%m%d-%H%M%S-%f"), instant(now), tuple(notes))


def take_back(folder: Folder, import_id: str) -> Report:
    """Undo an import."""
    store = EventStore(folder.events, folder.settings.buckets)
    return undo(store, folder.imports, import_id, instant(datetime.now(UTC)))


def status(workspace: Workspace) -> Status:
    """Return what a workspace folder holds."""
    folder = workspace.folder
    if folder is None:
        raise InputError("A workspace in memory has no status.", "Open a folder.")
    store = EventStore(folder.events, folder.settings.buckets)
    return Status(
        folder.path,
        folder.settings.name,
        folder.settings.time_zone,
        workspace.customers,
        workspace.events,
        store.snapshot().rows,
        workspace.start,
        workspace.end,
        len(workspace.names),
        workspace.maps(),
        tuple(reports(store, folder.imports)),
    )


def examine(path: Path) -> list[Check]:
    """Look a workspace over, its index too."""
    return doctor(path, _index_check)


def _index_check(folder: Folder, snapshot: Snapshot) -> Check:
    index = IndexStore(folder.index)
    try:
        damaged = index.damaged()
    except NotFoundError:
        return Check("index", True, "not built yet; the next question builds it")
    if damaged:
        return Check("index", False, f"buckets {damaged} are damaged.", f"Delete {folder.index}: it is rebuilt.")
    fresh = index.is_fresh(source_of(snapshot))
    return Check("index", True, "up to date" if fresh else "behind the events; the next question brings it up to date")
