"""The event table as the journey index is built from it: one version, bucket by bucket, with whose each event is."""

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from farled.events.customers import CustomerOf
from farled.events.snapshot import Snapshot, StoredFile, read_files

INDEXED = ("event_id", "time", "sequence", "name", "channel", "value", "score", "scale")
WHOSE = ("identifiers", "account")
AS_COLUMN = ("source", "account", "currency", "text")
SAYS_WHO = "identify"
_FIND = "select nullif(coalesce(json_extract(given, $1), json_extract(given, $2))::varchar, 'null') as value from texts"


class EventSource:
    """One version of the event table.

    Args:
        snapshot: The version. When a file is swept away meanwhile, reading raises ``FileNotFoundError``.
        customer_of: Says whose each event is.
        people: Changes when ``customer_of`` may answer otherwise than before.
    """

    def __init__(self, snapshot: Snapshot, customer_of: CustomerOf, people: str = "") -> None:
        self.snapshot = snapshot
        self.customer_of = customer_of
        self.people = people

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
        for batch in read_files(self._chosen(bucket, files), [*INDEXED, *WHOSE]):
            yield batch.select(INDEXED).append_column("customer", self._customers(batch))

    def identified(self, bucket: int, files: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read what ``identify`` events in some files of a bucket say: customer, place in time and properties."""
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
            ``event_id``, and ``value`` as JSON text, null for none.
        """
        column = name if name in AS_COLUMN else "properties"
        with duckdb.connect() as connection:
            for batch in self.snapshot.batches(bucket, ["event_id", column]):
                connection.register("texts", pa.table({"given": batch.column(column).cast(pa.string())}))
                if column == "properties":
                    found = connection.sql(_FIND, params=[_pointer(name), _pointer(*name.split("."))])
                else:
                    found = connection.sql("select to_json(given)::varchar as value from texts")
                value = found.to_arrow_table().column("value").combine_chunks()
                yield pa.record_batch([batch.column("event_id"), value], ["event_id", "value"])

    def _chosen(self, bucket: int, files: Sequence[str]) -> list[StoredFile]:
        wanted = set(files)
        return [file for file in self.snapshot.files(bucket) if file.path.name in wanted]

    def _customers(self, batch: pa.RecordBatch) -> pa.Array:
        return self.customer_of(pa.table(batch.select(WHOSE)))


def _pointer(*keys: str) -> str:
    """Return the JSON pointer (RFC 6901) of a key within an object."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
