"""Taking an import out of the event table again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from farled.errors import ConflictError, DamagedError, InputError
from farled.events.hashes import Keys, hashes
from farled.events.ingest import ATTEMPTS, pause
from farled.events.prepare import source_of
from farled.events.report import REPEATED, Report, import_ids, read_report, write_report
from farled.events.schema import EVENT_SCHEMA
from farled.events.seen import read_keys
from farled.events.snapshot import WORDS, StoredFile
from farled.events.standing import STANDING, checked, is_loaded
from farled.events.store import EventStore, Head
from farled.events.writing import BucketFiles


@dataclass(frozen=True, slots=True)
class Claim:
    """The ids that another import brought too, though the store had them already.

    Attributes:
        source: Of that import.
        keys: Sorted.
    """

    source: str
    keys: Keys


def report_of(store: EventStore, imports: Path, import_id: str) -> Report:
    """Return the report of an import with its state as the event table has it, whatever a killed process left.

    Raises:
        NotFoundError: There is no such import.
    """
    return checked(store.head(), read_report(imports, import_id))


def reports(store: EventStore, imports: Path) -> list[Report]:
    """Return the reports of all imports that can be read, sorted by id."""
    head = store.head()
    found = []
    for import_id in import_ids(imports):
        try:
            found.append(checked(head, read_report(imports, import_id)))
        except DamagedError:
            continue
    return found


def undo(store: EventStore, imports: Path, import_id: str, now: int, *, wait: Callable[[int], None] = pause) -> Report:
    """Delete the events of an import in one commit; one that another import brought too stays, under that one.

    Args:
        store: Where the events are.
        imports: Folder of the reports.
        import_id: Of the import.
        now: Microseconds UTC.
        wait: Called with the number of the attempt when another writer was faster.

    Returns:
        The report, now ``undone``. Importing the same file again brings the events back.

    Raises:
        NotFoundError: There is no such import.
        InputError: It is not loaded.
        ConflictError: Other writers were faster each time.
    """
    for attempt in range(ATTEMPTS):
        head = store.head()
        report = checked(head, read_report(imports, import_id))
        if report.state not in STANDING:
            raise InputError(f"The import {import_id!r} is {report.state}, so there is nothing to undo.")
        try:
            version = _remove(store, imports, head, import_id, now)
        except ConflictError:
            wait(attempt)
            continue
        except FileNotFoundError:  # compacted and swept since the head was read
            continue
        report = replace(report, state="undone", version=report.version if version is None else version)
        write_report(imports, report)
        return report
    raise ConflictError(f"Other writers were faster {ATTEMPTS} times.", "Try again when they are done.")


def _remove(store: EventStore, imports: Path, head: Head, import_id: str, now: int) -> int | None:
    """Commit the table without the events, and return the new version; ``None`` when no event has to go."""
    source = source_of(import_id)
    claims = _claims(head, imports, import_id)
    touched: list[StoredFile] = []
    with BucketFiles(store.folder, now) as files:
        for file in store.snapshot_of(head).stored:
            if not _brings(file, source):
                continue
            touched.append(file)
            left = _without(_events(file), source, claims)
            if left.num_rows:
                files.write(left, np.full(left.num_rows, file.bucket, dtype=np.int16))
        added = files.finish()
        turn = head.turn_of(source)
        if not touched and not is_loaded(turn):
            return None
        files.keep()
        try:
            return store.commit(head, added, touched, {source: turn + 1} if is_loaded(turn) else {}, now)
        except ConflictError:
            files.release()
            raise


def _claims(head: Head, imports: Path, import_id: str) -> list[Claim]:
    claims = []
    for other in import_ids(imports):
        path = imports / other / REPEATED
        if other == import_id or not path.exists():
            continue
        if checked(head, read_report(imports, other)).state in STANDING:
            claims.append(Claim(source_of(other), read_keys(path)))
    return claims


def _brings(file: StoredFile, source: str) -> bool:
    sources = pq.ParquetFile(file.path, read_dictionary=["source"]).read(["source"]).column(0)
    return bool(pc.any(pc.equal(sources.cast(pa.string()), source)).as_py())


def _events(file: StoredFile) -> pa.Table:
    return pq.ParquetFile(file.path, read_dictionary=WORDS).read(EVENT_SCHEMA.names).cast(EVENT_SCHEMA)


def _without(events: pa.Table, source: str, claims: list[Claim]) -> pa.Table:
    """Drop the events of a source, except those that a claim takes over."""
    sources = events.column("source").cast(pa.string()).combine_chunks()
    keys = hashes(events.column("event_id"))
    stays = np.asarray(pc.not_equal(sources, source))
    for claim in claims:
        taken = ~stays & keys.within(claim.keys)
        sources = pc.if_else(pa.array(taken), claim.source, sources)
        stays |= taken
    at = EVENT_SCHEMA.get_field_index("source")
    return events.set_column(at, EVENT_SCHEMA.field("source"), sources.dictionary_encode()).filter(pa.array(stays))
