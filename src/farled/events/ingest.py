"""Bringing an import into the event table: each event once, all of the import or nothing."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import ConflictError, InputError
from farled.events.customers import buckets_of
from farled.events.hashes import Keys, hashes, joined
from farled.events.report import REPEATED, Report, read_report, require_import_id, write_rejects, write_report
from farled.events.schema import conform
from farled.events.seen import Seen, write_keys
from farled.events.store import EventStore, Head
from farled.events.writing import BucketFiles

MAX_REJECTED = 0.2
PART_ROWS = 1 << 19
ATTEMPTS = 30


class Imported(Protocol):
    """What a reader of files hands over."""

    @property
    def events(self) -> pa.Table | Iterable[pa.Table]:
        """Events as ``conform`` takes them; parts of a large file may come one by one, each time anew."""
        ...

    @property
    def rejected(self) -> pa.Table:
        """Rows that did not become events: the original columns and ``reason``. Complete once the events are read."""
        ...

    @property
    def rows(self) -> int:
        """How many rows the file has, rejected ones included. Known once the events are read."""
        ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is told of an import besides its rows.

    Attributes:
        import_id: Its name, and that of its folder in ``imports/``.
        now: When it arrived, microseconds UTC.
        notes: What the reader of the file wants to be known; kept in the report.
    """

    import_id: str
    now: int
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The ``source`` of its events."""
        return source_of(self.import_id)


def source_of(import_id: str) -> str:
    """Return the ``source`` of the events of an import."""
    return f"import/{import_id}"


def pause(attempt: int) -> None:
    """Wait before another attempt: random, so that two writers part, and longer each time."""
    time.sleep(random.uniform(0, min(2.0, 0.01 * 2**attempt)))  # noqa: S311, not for secrets


@dataclass(slots=True)
class Prepared:
    """An import checked against one version of the table; nothing is committed yet.

    Attributes:
        report: Its numbers.
        files: Written but not committed; ``None`` in a dry run.
        new: Ids of the new events, sorted.
        known: Ids that the store had, sorted.
    """

    report: Report
    files: BucketFiles | None
    new: Keys
    known: Keys


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
        InputError: Too many rows were rejected, the events do not fit the schema, or the id was used for another import.
        ConflictError: Other writers were faster each time.
    """
    require_import_id(arrival.import_id)
    with ExitStack() as cleanup:
        prepared: Prepared | None = None
        for attempt in range(ATTEMPTS):
            head, seen = store.newest()
            if prepared is None or seen.has(prepared.new).any():
                cleanup.close()
                prepared = prepare(store, seen, imported, arrival, write=not dry_run)
                if prepared.files is not None:
                    cleanup.enter_context(prepared.files)
            if dry_run:
                return replace(prepared.report, state="dry run")
            try:
                return _settle(store, imports, imported, prepared, _Place(head, seen, arrival), max_rejected)
            except ConflictError:
                wait(attempt)
    raise ConflictError(f"Other writers were faster {ATTEMPTS} times.", "Try again when they are done.")


@dataclass(frozen=True, slots=True)
class _Place:
    head: Head
    seen: Seen
    arrival: Arrival


def _settle(
    store: EventStore, imports: Path, imported: Imported, prepared: Prepared, place: _Place, max_rejected: float
) -> Report:
    """Commit what was prepared, with the report before and after."""
    import_id, report = place.arrival.import_id, prepared.report
    turn = place.head.turn_of(source_of(import_id))
    if is_loaded(turn):
        return _again(imports, report)
    write_rejects(imports, import_id, imported.rejected)
    if report.rejected_share > max_rejected:
        write_report(imports, replace(report, state="stopped"))
        raise _too_many(report, max_rejected)
    write_keys(imports / import_id / REPEATED, prepared.known)
    if not report.new or prepared.files is None:
        report = replace(report, state="nothing new")
        write_report(imports, report)
        return report
    write_report(imports, replace(report, state="loading"))
    prepared.files.keep()  # from here on the files may be part of the table, whatever happens to this process
    try:
        turns = {source_of(import_id): turn + 1}
        version = store.commit(place.head, prepared.files.stored, (), turns, place.arrival.now)
    except ConflictError:
        prepared.files.release()
        raise
    store.remember(version, prepared.new, place.seen)
    report = replace(report, state="loaded", version=version)
    write_report(imports, report)
    with suppress(ConflictError):  # another writer compacts, or the next import does
        store.compact()
    return report


def is_loaded(turn: int) -> bool:
    """Return whether an import is in the table: loading it and undoing it each count one on."""
    return turn % 2 == 1


def _again(imports: Path, report: Report) -> Report:
    """Answer for an import that is in the table already; complete its report if the process died before."""
    if report.new:
        raise InputError(
            f"The import {report.import_id!r} is loaded already, and had other events.", "Give this one another id."
        )
    stored = read_report(imports, report.import_id)
    if stored.state == "loading":
        write_report(imports, replace(stored, state="loaded"))
    return replace(report, state="nothing new")


def _too_many(report: Report, max_rejected: float) -> InputError:
    worst = next(iter(report.reasons), "unknown")
    return InputError(
        f"{report.rejected:,} of {report.rows:,} rows were rejected, most as {worst!r}; nothing was imported.",
        f"Look at imports/{report.import_id}/rejects.csv, or allow more than {max_rejected:.0%} with max_rejected.",
    )


def prepare(store: EventStore, seen: Seen, imported: Imported, arrival: Arrival, *, write: bool) -> Prepared:
    """Go through the events once: check, drop what is known, and write the rest to files of their buckets.

    Args:
        store: Where the files go.
        seen: The ids that the store has.
        imported: The events and the rejected rows.
        arrival: Id and time of the import.
        write: Whether to write files.
    """
    tally = _Tally()
    with ExitStack() as cleanup:
        files = cleanup.enter_context(BucketFiles(store.folder, arrival.now)) if write else None
        for part in _parts(imported.events):
            events = conform(part, received=arrival.now, source=arrival.source, first=tally.events)
            fresh = tally.add(events, seen)
            if files is not None and len(fresh):
                chosen = events.take(pa.array(fresh)) if len(fresh) < events.num_rows else events
                files.write(chosen, buckets_of(store.customer_of(chosen), store.buckets))
        if files is not None:
            files.finish()
        cleanup.pop_all()  # the caller decides what becomes of the files
    return Prepared(tally.report(imported, arrival), files, joined(tally.new).sorted(), joined(tally.known).sorted())


def _parts(events: pa.Table | Iterable[pa.Table]) -> Iterator[pa.Table]:
    tables = [events] if isinstance(events, pa.Table) else events
    for table in tables:
        for start in range(0, table.num_rows, PART_ROWS):
            yield table.slice(start, PART_ROWS)


class _Tally:
    """Counts on the way through an import, and the ids met so far."""

    def __init__(self) -> None:
        self.events = 0
        self.repeated = 0
        self.new: list[Keys] = []
        self.known: list[Keys] = []
        self.met: list[Keys] = []
        self.names: Counter[str] = Counter()
        self.first: int | None = None
        self.last: int | None = None

    def add(self, events: pa.Table, seen: Seen) -> npt.NDArray[np.int64]:
        """Count a part and return the positions of its new events: of equal ids the first one wins."""
        keys = hashes(events.column("event_id"))
        repeats = keys.repeats()
        for earlier in self.met:
            repeats |= keys.within(earlier)
        known = seen.has(keys) & ~repeats
        new = ~(repeats | known)
        self._meet(keys.take(~repeats).sorted())
        self.new.append(keys.take(new))
        self.known.append(keys.take(known))
        self.events += keys.count
        self.repeated += int(repeats.sum())
        self._describe(events)
        return np.flatnonzero(new)

    def _meet(self, keys: Keys) -> None:
        while self.met and self.met[-1].count < 2 * keys.count:
            keys = joined([self.met.pop(), keys]).sorted()
        self.met.append(keys)

    def _describe(self, events: pa.Table) -> None:
        counts = events.column("name").combine_chunks().value_counts()
        self.names.update(dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True)))
        bounds = pc.min_max(events.column("time").cast(pa.int64())).as_py()
        if bounds["min"] is not None:
            self.first = bounds["min"] if self.first is None else min(self.first, bounds["min"])
            self.last = bounds["max"] if self.last is None else max(self.last, bounds["max"])

    def report(self, imported: Imported, arrival: Arrival) -> Report:
        """Return the numbers."""
        rejected = imported.rejected
        reasons = Counter(rejected.column("reason").to_pylist() if rejected.num_rows else [])
        return Report(
            import_id=arrival.import_id,
            state="loading",
            rows=imported.rows,
            events=self.events,
            new=sum(keys.count for keys in self.new),
            known=sum(keys.count for keys in self.known),
            repeated=self.repeated,
            rejected=rejected.num_rows,
            names=dict(self.names.most_common()),
            reasons=dict(reasons.most_common()),
            first=self.first,
            last=self.last,
            notes=arrival.notes,
        )
