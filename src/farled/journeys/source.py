"""What the index is built from: buckets of events, each in files that never change."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import pyarrow as pa

EVENT_COLUMNS = ("event_id", "time", "sequence", "name", "channel", "value", "score", "scale")


class Source(Protocol):
    """One version of the events, with the customer of each.

    All events of a customer lie in one bucket. A file never changes: another content has another name.
    """

    def state(self) -> str:
        """Return a text that is cheap to know and changes whenever anything here may have; empty: not known."""
        ...

    def buckets(self) -> Sequence[int]:
        """Return the numbers of the buckets."""
        ...

    def files(self, bucket: int) -> Sequence[str]:
        """Return the names of the files of a bucket, in the order of reading."""
        ...

    def version(self, bucket: int) -> str:
        """Return a text that changes when the customer of an event in the bucket may have changed."""
        ...

    def batches(self, bucket: int, files: Sequence[str]) -> Iterable[pa.RecordBatch]:
        """Read some files of a bucket.

        Returns:
            Events with the columns of ``EVENT_COLUMNS`` and ``customer`` (text); the last five may lack.
        """
        ...

    def identified(self, bucket: int, files: Sequence[str]) -> Iterable[pa.RecordBatch]:
        """Read what ``identify`` events in some files of a bucket say.

        Returns:
            Their ``customer``, ``time``, ``sequence``, ``event_id`` and ``properties`` (a JSON object as text).
        """
        ...

    def properties(self, bucket: int, name: str) -> Iterable[pa.RecordBatch]:
        """Read one property of the events of a bucket, at best of all of them and in the order of reading.

        Returns:
            ``event_id``, and ``value`` as JSON text, null for none; dictionary-coded or not.
                Nothing if no event has it.
        """
        ...
