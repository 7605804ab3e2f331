"""The event table as the journey index is built from it: one version, bucket by bucket, with whose each event is."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from farled.events.log import newest, version_of

if TYPE_CHECKING:  # an index that holds all of the events is opened without them
    from farled.events.customers import CustomerOf
    from farled.events.folder import Folder
    from farled.events.snapshot import Snapshot, StoredFile

INDEXED = ("event_id", "time", "sequence", "name", "channel", "value", "score", "scale")
WHOSE = ("identifiers", "account")
AS_COLUMN = ("source", "account", "currency", "text")
SAYS_WHO = "identify"
_FIND = "select nullif(coalesce(json_extract(given, $1), json_extract(given, $2))::varchar, 'null') as value from texts"


class EventSource:
    """One version of the event table.

    Args:
        snapshot: The version, or what gives it. When a file is swept away meanwhile, reading raises
            ``FileNotFoundError``.
        customer_of: Says whose each event is.
        people: Changes when ``customer_of`` may answer otherwise than before.
        state: Changes when the newest version does; empty: not known.
    """

    def __init__(
        self,
        snapshot: "Snapshot | Callable[[], Snapshot]",
        customer_of: "CustomerOf",
        people: str = "",
        state: str = "",
    ) -> None:
        self._given = snapshot
        self.customer_of = customer_of
        self.people = people
        self._state = state

    @classmethod
    def of(cls, folder: "Folder") -> "EventSource":
        """Return the newest version of a workspace's events: a customer is one identifier."""
        commit = newest(folder.events)
        state = f"{commit} of {folder.settings.buckets} buckets" if commit else ""
        return cls(lambda: _stored(folder), _first_identifier, state=state)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be one version in another process too, whatever is newest when it looks."""
        return EventSource, (self.snapshot, self.customer_of, self.people, self._state)

    @property
    def table_version(self) -> int:
        """The version of the table that was read, or that would be."""
        is_read = "snapshot" in self.__dict__ or not self._state
        return self.snapshot.version if is_read else version_of(self._state)

    @cached_property
    def snapshot(self) -> "Snapshot":
        """The version."""
        return self._given() if callable(self._given) else self._given

    def state(self) -> str:
        """Return a text that changes when the newest version of the table or the way to customers does."""
        return f"{self._state} by {self.people}" if self._state else ""

    def buckets(self) -> Sequence[int]:
        """Return the numbers of the buckets."""
        return range(self.snapshot.buckets)

    def files(self, bucket: int) -> Sequence[str]:
        """Return the names of the files of a bucket, in the order of reading; new ones come last."""
        return [file.path.name for file in self.snapshot.files(bucket)]

    def version(self, bucket: int) -> str:
        """Return a text that changes when the customer of an event in the bucket may have changed."""
        return self.people

    def batches(self, bucket: int, files: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read some files of a bucket: the columns of ``INDEXED`` and ``customer``."""
        from farled.events.snapshot import read_files

        for batch in read_files(self._chosen(bucket, files), [*INDEXED, *WHOSE]):
            yield batch.select(INDEXED).append_column("customer", self._customers(batch))

    def identified(self, bucket: int, files: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read what ``identify`` events in some files of a bucket say: customer, place in time and properties."""
        import pyarrow.compute as pc

        from farled.events.snapshot import read_files

        columns = ["event_id", "time", "sequence", "name", "properties", *WHOSE]
        for batch in read_files(self._chosen(bucket, files), columns):
            some = batch.filter(pc.equal(batch.column("name").cast(pa.string()), SAYS_WHO))
            if some.num_rows:
                chosen = some.select(["event_id", "time", "sequence", "properties"])
                yield chosen.append_column("customer", self._customers(some))

    def properties(self, bucket: int, name: str) -> Iterator[pa.RecordBatch]:
        """Read one property of the events of a bucket, in the order of reading.

        Args:
            bucket: Which.
            name: Of a property, ``a.b`` for ``b`` within ``a``; or of a column that the index does not hold.

        Returns:
            ``event_id``, and ``value`` as JSON text, null for none; nothing where no event of the bucket has it.
        """
        import duckdb

        column = name if name in AS_COLUMN else "properties"
        if self.snapshot.is_blank(bucket, column):
            return
        with duckdb.connect() as connection:
            for batch in self.snapshot.batches(bucket, ["event_id", column]):
                connection.register("texts", pa.table({"given": batch.column(column).cast(pa.string())}))
                if column == "properties":
                    found = connection.sql(_FIND, params=[_pointer(name), _pointer(*name.split("."))])
                else:
                    found = connection.sql("select to_json(given)::varchar as value from texts")
                value = found.to_arrow_table().column("value").combine_chunks()
                yield pa.record_batch([batch.column("event_id"), value], ["event_id", "value"])

    def _chosen(self, bucket: int, files: Sequence[str]) -> "list[StoredFile]":
        wanted = set(files)
        return [file for file in self.snapshot.files(bucket) if file.path.name in wanted]

    def _customers(self, batch: pa.RecordBatch) -> pa.Array:
        return self.customer_of(pa.table(batch.select(WHOSE)))


def _stored(folder: "Folder") -> "Snapshot":
    from farled.events.store import EventStore

    return EventStore(folder.events, folder.settings.buckets).snapshot()


def _first_identifier(events: pa.Table) -> pa.Array:
    from farled.events.customers import first_identifier

    return first_identifier(events)


def _pointer(*keys: str) -> str:
    """Return the JSON pointer (RFC 6901) of a key within an object."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
