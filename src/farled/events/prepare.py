"""Going through the events of an import once: check, drop what is known, write the rest to files, and count."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.events.customers import buckets_of
from farled.events.hashes import NO_KEYS, Keys, hashes, joined
from farled.events.report import Report
from farled.events.schema import conform
from farled.events.seen import Seen
from farled.events.store import EventStore
from farled.events.writing import BucketFiles
from farled.sources.returned import RejectedRows

PART_ROWS = 1 << 19
DATED = ("day", "replaces")


class Imported(Protocol):
    """What a reader of files hands over."""

    @property
    def events(self) -> pa.Table | Iterable[pa.Table]:
        """Events as ``conform`` takes them; parts of a large file may come one by one, each time anew."""
        ...

    @property
    def rejected(self) -> pa.Table:
        """Rows that did not become events, and ``reason``; complete once the events are read.

        With ``file`` and ``line``, a row may stand there once for each thing that is wrong with it.
        """
        ...

    @property
    def rejected_rows(self) -> Iterable[RejectedRows]:
        """The same rows as they stand in their files."""
        ...

    @property
    def replaces(self) -> str:
        """Id of the mapping whose days this import puts in place of those that are there; empty: it only adds.

        The events then have the columns ``day`` (text, null: of none) and ``replaces`` (false: the event adds to it).
        """
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


@dataclass(frozen=True, slots=True)
class Standing:
    """The ids that are in the table when an import comes.

    Attributes:
        seen: All.
        gone: Those whose events it takes away, sorted.
    """

    seen: Seen
    gone: Keys = NO_KEYS

    def has(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Return which ids stay. Shape (n,)."""
        known = self.seen.has(keys)
        return known & ~keys.within(self.gone) if self.gone.size else known


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

    def discard(self) -> None:
        """Delete the files, unless they are to be kept."""
        if self.files is not None:
            self.files.discard()


def prepare(store: EventStore, standing: Standing, imported: Imported, arrival: Arrival, *, write: bool) -> Prepared:
    """Go through the events once: check, drop what is known, and write the rest to files of their buckets.

    Args:
        store: Where the files go.
        standing: The ids that the store has.
        imported: The events and the rejected rows.
        arrival: Id and time of the import.
        write: Whether to write files.
    """
    tally = _Tally()
    with ExitStack() as cleanup:
        files = cleanup.enter_context(BucketFiles(store.folder, arrival.now)) if write else None
        for part in parts_of(imported.events):
            events = conform(undated(part), received=arrival.now, source=arrival.source, first=tally.events)
            fresh = tally.add(events, standing)
            if files is not None and len(fresh):
                chosen = events.take(pa.array(fresh)) if len(fresh) < events.num_rows else events
                files.write(chosen, buckets_of(store.customer_of(chosen), store.buckets))
        if files is not None:
            files.finish()
        cleanup.pop_all()  # the caller decides what becomes of the files
    replaced = int(standing.seen.has(standing.gone).sum())
    return Prepared(replace(tally.report(imported, arrival), replaced=replaced), files, *tally.ids())


def parts_of(events: pa.Table | Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Return the events of an import part by part."""
    tables = [events] if isinstance(events, pa.Table) else events
    for table in tables:
        for start in range(0, table.num_rows, PART_ROWS):
            yield table.slice(start, PART_ROWS)


def undated(part: pa.Table) -> pa.Table:
    """Return events without the columns that say of which day they are."""
    return part.drop_columns([name for name in DATED if name in part.column_names])


class _Tally:
    """Counts on the way through an import, and the ids met so far."""

    def __init__(self) -> None:
        self.events = 0
        self.repeated = 0
        self.known: list[Keys] = []
        self.met: list[Keys] = []
        self.names: Counter[str] = Counter()
        self.first: int | None = None
        self.last: int | None = None

    def add(self, events: pa.Table, standing: Standing) -> npt.NDArray[np.int64]:
        """Count a part and return the positions of its new events: of equal ids the first one wins."""
        keys = hashes(events.column("event_id"))
        order = keys.order()
        ordered = keys.take(order)
        repeats = ordered.repeats()
        for earlier in self.met:
            repeats |= ordered.within(earlier)
        known = standing.has(ordered) & ~repeats
        self._meet(ordered.take(~repeats))
        self.known.append(ordered.take(known))
        self.events += keys.size
        self.repeated += int(repeats.sum())
        self._describe(events)
        return np.sort(order[~(repeats | known)])

    def _meet(self, keys: Keys) -> None:
        while self.met and self.met[-1].size < 2 * keys.size:
            keys = joined([self.met.pop(), keys]).sorted()
        self.met.append(keys)

    def ids(self) -> tuple[Keys, Keys]:
        """Return the new and the known ids, each sorted."""
        known = joined(self.known).sorted()
        return joined(self.met).sorted().without(known), known

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
        known = sum(keys.size for keys in self.known)
        reasons = Counter(rejected.column("reason").to_pylist() if rejected.num_rows else [])
        return Report(
            import_id=arrival.import_id,
            state="loading",
            rows=imported.rows,
            events=self.events,
            new=self.events - self.repeated - known,
            known=known,
            repeated=self.repeated,
            rejected=_rows_of(rejected),
            names=dict(self.names.most_common()),
            reasons=dict(reasons.most_common()),
            first=self.first,
            last=self.last,
            notes=arrival.notes,
        )


def _rows_of(rejected: pa.Table) -> int:
    """Count rejected rows: one may stand there once for each thing that is wrong with it."""
    if not {"file", "line"} <= set(rejected.column_names):
        return int(rejected.num_rows)
    placed = rejected.filter(pc.is_valid(rejected.column("line")))
    places = placed.group_by(["file", "line"]).aggregate([]).num_rows
    return int(places + rejected.num_rows - placed.num_rows)
