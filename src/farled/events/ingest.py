"""Bringing an import into the event table: each event once, all of the import or nothing."""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from farled.errors import ConflictError, InputError, NotFoundError
from farled.events.days import Days, days_of, gone_days, without, write_days
from farled.events.hashes import NO_KEYS, Keys
from farled.events.prepare import Arrival, Imported, Prepared, Standing, prepare, source_of
from farled.events.report import REPEATED, Report, read_report, require_import_id, write_rejects, write_report
from farled.events.seen import Seen, write_keys
from farled.events.standing import is_loaded
from farled.events.store import EventStore, Head
from farled.events.writing import BucketFiles
from farled.sources.rejects import examples

MAX_REJECTED = 0.2
ATTEMPTS = 30


def pause(attempt: int) -> None:
    """Wait before another attempt: random, so that two writers part, and longer each time."""
    time.sleep(random.uniform(0, min(2.0, 0.01 * 2**attempt)))


def ingest(
    store: EventStore,
    imports: Path,
    imported: Imported,
    arrival: Arrival,
    *,
    dry_run: bool = False,
    max_rejected: float = MAX_REJECTED,
    wait: Callable[[int], None] = pause,
) -> Report:
    """Add the events of an import that the store does not have yet, in one commit.

    The same events a second time change nothing, in this import or in any other. A process that dies on the way
    leaves the store as it was or with the whole import; running it again completes it.

    Args:
        store: Where to.
        imports: Folder for the report and the rejected rows of each import.
        imported: The events and the rejected rows.
        arrival: Its id and time.
        dry_run: Only tell what would happen; nothing is written. The numbers come from the same code.
        max_rejected: Stop before the commit when more than this share of the rows was rejected, 0 to 1.
        wait: Called with the number of the attempt when another writer was faster.

    Returns:
        What happened.

    Raises:
        InputError: Too many rows were rejected, the events do not fit the schema, or the id was used before.
        ConflictError: Other writers were faster each time.
    """
    require_import_id(arrival.import_id)
    days = days_of(imported, arrival) if imported.replaces else {}
    with ExitStack() as cleanup:
        prepared: Prepared | None = None
        for attempt in range(ATTEMPTS):
            head, seen = store.newest()
            gone = gone_days(head, imports, imported.replaces, days) if days else NO_KEYS
            if prepared is None or days or seen.has(prepared.new).any():
                cleanup.close()
                prepared = prepare(store, Standing(seen, gone), imported, arrival, write=not dry_run)
                cleanup.callback(prepared.discard)
            if dry_run:
                return replace(prepared.report, state="dry run")
            try:
                place = _Place(head, seen, arrival, days, gone)
                return _settle(store, imports, imported, prepared, place, max_rejected)
            except ConflictError:
                wait(attempt)
    raise ConflictError(f"Other writers were faster {ATTEMPTS} times.", "Try again when they are done.")


@dataclass(frozen=True, slots=True)
class _Place:
    head: Head
    seen: Seen
    arrival: Arrival
    days: Days
    gone: Keys


def _settle(
    store: EventStore, imports: Path, imported: Imported, prepared: Prepared, place: _Place, max_rejected: float
) -> Report:
    """Commit what was prepared, with the report before and after."""
    import_id, report = place.arrival.import_id, prepared.report
    turn = place.head.turn_of(source_of(import_id))
    if is_loaded(turn):
        return _again(imports, report)
    write_rejects(imports, import_id, imported.rejected_rows)
    if report.rejected_share > max_rejected:
        write_report(imports, replace(report, state="stopped"))
        raise _too_many(report, imported, max_rejected)
    write_keys(imports / import_id / REPEATED, prepared.known)
    if place.days:
        write_days(imports / import_id, imported.replaces, place.head.turn + bool(report.new), place.days)
    if not report.new or prepared.files is None:
        report = replace(report, state="nothing new")
        write_report(imports, report)
        return report
    write_report(imports, replace(report, state="loading"))
    version, took_away = _commit(store, prepared.files, place, turn)
    if not took_away:
        store.remember(version, prepared.new, place.seen)
    report = replace(report, state="loaded", version=version)
    write_report(imports, report)
    with suppress(ConflictError):  # another writer compacts, or the next import does
        store.compact()
    return report


def _commit(store: EventStore, files: BucketFiles, place: _Place, turn: int) -> tuple[int, bool]:
    """Make the new files part of the table, and take away what they replace; tell the version and whether any was."""
    with BucketFiles(store.folder, place.arrival.now) as left:
        touched = without(store, place.head, place.gone, left)
        stored = (*left.finish(), *files.stored)
        for written in (files, left):
            written.keep()  # from here on the files may be part of the table, whatever happens to this process
        try:
            turns = {place.arrival.source: turn + 1}
            return store.commit(place.head, stored, touched, turns, place.arrival.now), bool(touched)
        except ConflictError:
            for written in (files, left):
                written.release()
            raise


def _again(imports: Path, report: Report) -> Report:
    """Answer for an import that is in the table already; complete its report if the process died before."""
    if report.new:
        raise InputError(
            f"The import {report.import_id!r} is loaded already, and had other events.", "Give this one another id."
        )
    with suppress(NotFoundError):  # somebody deleted the report
        stored = read_report(imports, report.import_id)
        if stored.state == "loading":
            write_report(imports, replace(stored, state="loaded"))
    return replace(report, state="nothing new")


def _shown(value: str | None) -> str:
    return "empty" if value is None or not value.strip() else repr(value)


def _too_many(report: Report, imported: Imported, max_rejected: float) -> InputError:
    worst = next(iter(report.reasons), "unknown")
    found = examples(imported.rejected).get(worst) if "value" in imported.rejected.column_names else None
    example = f" (line {found['line']}: {found['column']} is {_shown(found['value'])})" if found else ""
    were = "was" if report.rejected == 1 else "were"
    return InputError(
        f"{report.rejected:,} of {report.rows:,} rows {were} rejected, most as {worst!r}{example}; "
        "nothing was imported.",
        f"Look at imports/{report.import_id}/rejects.csv in the workspace, or allow more than {max_rejected:.0%}: "
        "max_rejected=1.",
    )
