"""The durable event table: a Delta table that many processes read and write at once.

Writers never lock. Each takes the newest version as a ``Head``, prepares its files, and commits through that head with
the next number of one application transaction that all writers share: of two at once one gets a conflict, looks again
and repeats. A commit through any other handle would not notice, and double rows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, RemoveAction

from farled.errors import ConflictError, DamagedError, InputError
from farled.events.customers import CustomerOf, buckets_of, first_identifier
from farled.events.hashes import Keys, hashes, joined
from farled.events.log import change, log_file
from farled.events.schema import EVENT_SCHEMA
from farled.events.seen import Run, Seen, complete, stored_runs, tidy, write_keys
from farled.events.snapshot import WORDS, Snapshot, StoredFile
from farled.events.writing import sync

T = TypeVar("T")

BUCKETS = 16
TURNS = "farled/events"
FILES_TO_COMPACT = 50
SECONDS_TO_KEEP = 86_400
CONFIGURATION = {"delta.checkpointInterval": "20"}
READ_ATTEMPTS = 5

STORED_SCHEMA = pa.schema(
    [pa.field(field.name, pa.string() if field.name in WORDS else field.type, field.nullable) for field in EVENT_SCHEMA]
)
TABLE_SCHEMA = STORED_SCHEMA.append(pa.field("bucket", pa.int16(), nullable=False))


@dataclass(frozen=True, slots=True)
class Head:
    """The newest version of the table, as one writer read it.

    Attributes:
        table: The handle to commit through.
        version: Of the table.
        turn: How many commits with new or removed events there were.
    """

    table: DeltaTable
    version: int
    turn: int

    def turn_of(self, name: str) -> int:
        """Return the number that a name was last committed with, 0 if never."""
        return self.table.transaction_version(name) or 0


class EventStore:
    """The event table of one workspace.

    Args:
        folder: ``events/`` of the workspace. The table is made there when there is none.
        buckets: How many, when the table is made; later it has to be the same.
        customer_of: Says whose each event is; what one customer did lies in one bucket.

    Raises:
        InputError: The table has another number of buckets.
        DamagedError: There is something else than an event table.
    """

    def __init__(self, folder: Path, buckets: int = BUCKETS, customer_of: CustomerOf = first_identifier) -> None:
        self.folder = folder
        self.buckets = buckets
        self.customer_of = customer_of
        self._open_or_create()

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Return whether a folder holds an event table."""
        return DeltaTable.is_deltatable(str(folder))

    def _open_or_create(self) -> None:
        note = f"buckets={self.buckets}"
        if not self.is_in(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                DeltaTable.create(str(self.folder), TABLE_SCHEMA, "ignore", ["bucket"], "events", note, CONFIGURATION)
            except DeltaError:  # another process was faster
                if not self.is_in(self.folder):
                    raise
        found = self._table().metadata().description
        if found != note:
            raise InputError(
                f"The event table has {found or 'no buckets'}, but the settings say {note}.",
                "Set buckets in farled.yaml back: it is fixed when the workspace is made.",
            )

    def _table(self) -> DeltaTable:
        try:
            return DeltaTable(str(self.folder))
        except DeltaError as error:
            raise DamagedError(
                f"The event table in {self.folder} cannot be read: {error}.", "Run: farled doctor."
            ) from error

    # Reading

    @property
    def version(self) -> int:
        """The newest version of the table."""
        return self._table().version()

    def snapshot(self) -> Snapshot:
        """Return the table as it is now."""
        return self._snapshot(self._table())

    def snapshot_of(self, head: Head) -> Snapshot:
        """Return the table as a writer's head has it."""
        return self._snapshot(head.table)

    def _snapshot(self, table: DeltaTable) -> Snapshot:
        files = pa.table(table.get_add_actions(flatten=True)).to_pylist()
        files.sort(key=lambda file: (file["modification_time"], file["path"]))
        stored = (
            StoredFile(self.folder / file["path"], file["partition.bucket"], file["num_records"], file["size_bytes"])
            for file in files
        )
        return Snapshot(table.version(), self.buckets, tuple(stored))

    def read(self, reader: Callable[[Snapshot], T]) -> T:
        """Return what a reader makes of the newest version; start again if a vacuum took a file away meanwhile."""
        for _ in range(READ_ATTEMPTS - 1):
            try:
                return reader(self.snapshot())
            except FileNotFoundError:
                continue
        try:
            return reader(self.snapshot())
        except FileNotFoundError as error:
            raise DamagedError(f"The event table misses the file {error.filename}.", "Run: farled doctor.") from error

    def events(
        self,
        *,
        customers: Sequence[str] | None = None,
        event_ids: Sequence[str] | None = None,
        buckets: Sequence[int] | None = None,
    ) -> pa.Table:
        """Return events as evidence, by customer, by id, or all, in order of time.

        Args:
            customers: As ``customer_of`` names them, such as ``email:a@b.no``.
            event_ids: Only these.
            buckets: Look only there, when that is known.
        """
        if customers is not None and buckets is None:
            buckets = sorted({int(bucket) for bucket in buckets_of(pa.array(customers, pa.string()), self.buckets)})
        wanted = range(self.buckets) if buckets is None else buckets
        ids = None if event_ids is None else pa.array(event_ids, pa.string())

        def reader(snapshot: Snapshot) -> list[pa.Table]:
            return [self._chosen(file, customers, ids) for file in snapshot.stored if file.bucket in wanted]

        found = pa.concat_tables([EVENT_SCHEMA.empty_table(), *self.read(reader)]).unify_dictionaries()
        return found.sort_by([("time", "ascending"), ("sequence", "ascending"), ("event_id", "ascending")])

    def _chosen(self, file: StoredFile, customers: Sequence[str] | None, ids: pa.Array | None) -> pa.Table:
        chosen = None if ids is None else pc.field("event_id").isin(ids)
        table = (
            pq.ParquetFile(file.path, read_dictionary=WORDS).read()
            if chosen is None
            else pq.read_table(file.path, filters=chosen, read_dictionary=WORDS, partitioning=None)
        )
        table = table.select(EVENT_SCHEMA.names).cast(EVENT_SCHEMA)
        if customers is None:
            return table
        return table.filter(pc.is_in(self.customer_of(table), pa.array(customers, pa.string())))

    # Writing

    def head(self) -> Head:
        """Return the newest version as one writer may commit to it."""
        table = self._table()
        return Head(table, table.version(), table.transaction_version(TURNS) or 0)

    def newest(self) -> tuple[Head, Seen]:
        """Return the newest version and every event id in it; what the memory of ids lacks is read from the table."""
        runs = stored_runs(self.seen_folder)  # first: none of them may then lie beyond the head
        head = self.head()
        seen = complete(
            self.seen_folder,
            runs,
            head.version,
            self._added_ids,
            lambda: self._ids([file.path for file in self.snapshot_of(head).stored]),
        )
        return head, seen

    @property
    def seen_folder(self) -> Path:
        """Where the memory of event ids lies; Delta leaves folders with an underscore alone."""
        return self.folder / "_seen"

    def _added_ids(self, first: int, last: int) -> Keys | None:
        changes = [change(self.folder, version) for version in range(first, last + 1)]
        if any(one is None or one.has_removed for one in changes):
            return None
        try:
            return self._ids([self.folder / path for one in changes if one for path in one.added])
        except FileNotFoundError:  # compacted and vacuumed since
            return None

    def _ids(self, paths: Sequence[Path]) -> Keys:
        return joined(hashes(pq.ParquetFile(path).read(["event_id"]).column(0)) for path in paths)

    def commit(
        self, head: Head, add: Sequence[StoredFile], remove: Sequence[StoredFile], turns: Mapping[str, int], now: int
    ) -> int:
        """Make files part of the table and take others away, all at once, and return the new version.

        Args:
            head: What the files were made from. Nothing may have been committed by another writer since.
            add: Written and synced.
            remove: Of the head's version.
            turns: Names and numbers to remember with the commit, such as that of an import.
            now: Microseconds UTC.

        Raises:
            ConflictError: Another writer was faster. Take the newest head, check again, and repeat.
        """
        made = max(now // 1000, _latest(head.table) + 1)  # later than all others, so that new files are read last
        actions: list[AddAction | RemoveAction] = [
            AddAction(
                path=self._relative(file),
                size=file.size,
                partition_values={"bucket": str(file.bucket)},
                modification_time=made,
                data_change=True,
                stats=json.dumps({"numRecords": file.rows}),
            )
            for file in add
        ]
        actions += [self._removal(file, now) for file in remove]
        numbers = [Transaction(TURNS, head.turn + 1), *(Transaction(name, turn) for name, turn in turns.items())]
        try:
            head.table.create_write_transaction(
                actions,
                "append",
                Schema.from_arrow(TABLE_SCHEMA),
                ["bucket"],
                commit_properties=CommitProperties(app_transactions=numbers),
            )
        except CommitFailedError as error:
            raise ConflictError("Another process changed the event table at the same time.", "Try again.") from error
        except DeltaError as error:
            raise DamagedError(f"The event table could not be changed: {error}.", "Run: farled doctor.") from error
        return self._version_of(head, head.turn + 1)

    def _relative(self, file: StoredFile) -> str:
        return file.path.relative_to(self.folder).as_posix()

    def _removal(self, file: StoredFile, now: int) -> RemoveAction:
        return RemoveAction(self._relative(file), True, now // 1000, file.size, {"bucket": str(file.bucket)})

    def _version_of(self, head: Head, turn: int) -> int:
        """Find our commit after the head, and sync it: compactions may stand between."""
        newest = self.version
        for version in range(head.version + 1, newest + 1):
            found = change(self.folder, version)
            if found is not None and found.turns.get(TURNS) == turn:
                sync(log_file(self.folder, version))
                sync(self.folder / "_delta_log")
                return version
        raise DamagedError(f"The commit after version {head.version} is not in the log.", "Run: farled doctor.")

    def remember(self, version: int, keys: Keys, seen: Seen) -> None:
        """Note the ids of a commit as seen: only a saving, for what is not noted is read from the table."""
        run = Run(version, version, keys)
        write_keys(self.seen_folder / run.file_name, keys)
        if seen.runs and seen.runs[-1].last == version - 1:
            tidy(self.seen_folder, Seen((*seen.runs, run)))

    def compact(self, at: int = FILES_TO_COMPACT) -> int:
        """Join the files of each bucket that has many, and delete what belongs to no version since a day.

        Rows do not change.

        Args:
            at: How many files are many.

        Returns:
            How many files fewer there are.

        Raises:
            ConflictError: Another writer took some of the files away at the same time.
        """
        table = self._table()
        snapshot = self._snapshot(table)
        crowded = [str(bucket) for bucket in range(self.buckets) if len(snapshot.files(bucket)) >= at]
        if not crowded:
            return 0
        try:
            done = table.optimize.compact(partition_filters=[("bucket", "in", crowded)])
        except CommitFailedError as error:
            raise ConflictError("Another process changed the files at the same time.", "Try again.") from error
        self.sweep()
        return int(done["numFilesRemoved"]) - int(done["numFilesAdded"])

    def sweep(self, seconds: int = SECONDS_TO_KEEP, *, dry_run: bool = False) -> list[str]:
        """Delete files that are not part of the table any more, or never became so, and return their paths.

        Args:
            seconds: Leave younger files alone: a reader may still read them, a writer be about to commit them.
            dry_run: Only look.
        """
        return self._table().vacuum(
            retention_hours=-(-seconds // 3600), dry_run=dry_run, enforce_retention_duration=False, full=True
        )


def _latest(table: DeltaTable) -> int:
    """Return when the youngest file was made, milliseconds."""
    made = pa.table(table.get_add_actions(flatten=True)).column("modification_time")
    return int(pc.max(made.cast(pa.int64())).as_py() or 0)
