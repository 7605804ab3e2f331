"""Looking a workspace over: what is wrong, and what to do about it in one line."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from farled.errors import FarledError
from farled.events.folder import SETTINGS, Folder, load
from farled.events.report import import_ids
from farled.events.seen import covering, stored_runs
from farled.events.snapshot import Snapshot
from farled.events.store import EventStore
from farled.events.undo import report_of

BYTES_TO_KEEP = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: Of the thing.
        ok: Whether all is well.
        message: What was found, one line.
        hint: What to do; empty when all is well.
    """

    name: str
    ok: bool
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'BAD '} {self.name}: {self.message}" + (f" {self.hint}" if self.hint else "")


def doctor(path: Path, index: Callable[[Folder, Snapshot], Check] | None = None) -> list[Check]:
    """Look a workspace over without changing anything.

    Args:
        path: Of the workspace.
        index: Compares the journey index with the newest version of the event table; given by whoever knows the index.

    Returns:
        What was found, in the order looked at. What hangs on something broken is not looked at.
    """
    try:
        folder = load(path)
    except FarledError as error:
        return [Check("settings", False, error.message, error.hint)]
    checks = [
        Check("settings", True, f"{SETTINGS}: workspace {folder.settings.name!r}, format {folder.settings.format}"),
        _permissions(folder),
        _space(folder),
    ]
    if not folder.events.exists():
        return [*checks, Check("events", True, "no event table yet")]
    if not EventStore.is_in(folder.events):
        return [*checks, Check("events", False, f"{folder.events} holds no event table.", "Restore a backup.")]
    try:
        store = EventStore(folder.events, folder.settings.buckets)
        snapshot = store.snapshot()
    except FarledError as error:
        return [*checks, Check("events", False, error.message, error.hint)]
    checks += [
        _events(snapshot),
        _leftovers(store),
        _seen(store, snapshot),
        _imports(store, folder),
    ]
    return checks if index is None else [*checks, index(folder, snapshot)]


def _permissions(folder: Folder) -> Check:
    places = [place for place in (folder.path, folder.events, folder.imports, folder.index) if place.exists()]
    closed = [place.name for place in places if not os.access(place, os.R_OK | os.W_OK | os.X_OK)]
    if closed:
        return Check("permissions", False, f"{closed[0]} may not be read and written.", "Give yourself the right to.")
    return Check("permissions", True, "all folders may be read and written")


def _space(folder: Folder) -> Check:
    free = shutil.disk_usage(folder.path).free
    if free >= BYTES_TO_KEEP:
        return Check("space", True, f"{free / 1e9:,.1f} GB free")
    return Check("space", False, f"only {free / 1e9:,.1f} GB are free.", "Free at least 1 GB.")


def _events(snapshot: Snapshot) -> Check:
    missing = [file for file in snapshot.stored if not file.path.exists()]
    if missing:
        return Check(
            "events", False, f"{len(missing)} files are missing, first {missing[0].path.name}.", "Restore a backup."
        )
    cut = [file for file in snapshot.stored if file.path.stat().st_size != file.size]
    if cut:
        return Check("events", False, f"{len(cut)} files are damaged, first {cut[0].path.name}.", "Restore a backup.")
    return Check(
        "events", True, f"{snapshot.rows:,} events in version {snapshot.version}, {len(snapshot.stored):,} files"
    )


def _leftovers(store: EventStore) -> Check:
    left = store.sweep(dry_run=True)
    if left:
        hint = "Nothing is lost, and nothing to do: the next compaction takes them away."
        return Check("leftovers", True, f"{len(left):,} files belong to no version any more.", hint)
    return Check("leftovers", True, "no file of a killed writer is left")


def _seen(store: EventStore, snapshot: Snapshot) -> Check:
    runs = stored_runs(store.seen_folder)
    damaged = sorted({path.name for path in store.seen_folder.glob("*.run")} - {run.file_name for run in runs})
    if damaged:
        hint = "Nothing to do: the next import reads it from the event table again."
        return Check("seen", False, f"{len(damaged)} files of known event ids are damaged, first {damaged[0]}.", hint)
    chosen, gaps = covering(runs, snapshot.version)
    known = sum(run.keys.size for run in chosen)
    if gaps:
        hint = "Nothing to do: the next import reads the rest from the event table."
        return Check("seen", True, f"{known:,} event ids known, {len(gaps)} gaps.", hint)
    if known != snapshot.rows:
        hint = f"Delete {store.seen_folder}: it is made again."
        return Check("seen", False, f"{known:,} event ids are known, but there are {snapshot.rows:,} events.", hint)
    return Check("seen", True, f"{known:,} event ids known")


def _imports(store: EventStore, folder: Folder) -> Check:
    every = import_ids(folder.imports)
    for import_id in every:
        try:
            report = report_of(store, folder.imports, import_id)
        except FarledError as error:
            return Check("imports", False, error.message, error.hint)
        if report.state == "interrupted":
            return Check(
                "imports", False, f"The import {import_id!r} was interrupted.", "Run it again: it starts afresh."
            )
    return Check("imports", True, f"{len(every):,} imports")
