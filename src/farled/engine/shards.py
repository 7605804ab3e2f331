"""Journeys whose buckets are counted by other processes: each opens a shard for itself."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.errors import InputError
from farled.journeys.columns import Scalar, Values
from farled.journeys.index import Chunks, Codes, Identified, Journeys, name_type
from farled.journeys.manifest import Bucket
from farled.journeys.source import Source
from farled.journeys.stored import IndexStore


@dataclass(frozen=True, slots=True)
class OneBucket:
    """A bucket of the events as if it were all.

    Attributes:
        source: Of all.
        number: Of the bucket.
    """

    source: Source
    number: int

    def state(self) -> str:
        """Return nothing: what is made of one bucket says little of it."""
        return ""

    def buckets(self) -> Sequence[int]:
        """Return the number of the bucket."""
        return (self.number,)

    def files(self, bucket: int) -> Sequence[str]:
        """Return the names of its files."""
        return self.source.files(bucket)

    def version(self, bucket: int) -> str:
        """Return what changes when its customers may have changed."""
        return self.source.version(bucket)

    def batches(self, bucket: int, files: Sequence[str]) -> Iterable[pa.RecordBatch]:
        """Read some of its files."""
        return self.source.batches(bucket, files)

    def identified(self, bucket: int, files: Sequence[str]) -> Iterable[pa.RecordBatch]:
        """Read what was said of its customers."""
        return self.source.identified(bucket, files)

    def properties(self, bucket: int, name: str) -> Iterable[pa.RecordBatch]:
        """Read one property of its events."""
        return self.source.properties(bucket, name)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of journeys without looking at them.

    Attributes:
        names: Of events, by code.
        start: First time in microseconds; None without events.
        end: Last time.
        customers: How many.
        events: How many.
    """

    names: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    customers: int = 0
    events: int = 0

    @classmethod
    def of(cls, journeys: Journeys) -> "Facts":
        """Return what is known of journeys."""
        return cls(journeys.names, journeys.start, journeys.end, journeys.customers, journeys.events)

    @classmethod
    def together(cls, facts: Sequence["Facts"]) -> "Facts":
        """Return what is known of several parts as one."""
        names = sorted({name for one in facts for name in one.names})
        start = min((one.start for one in facts if one.start is not None), default=None)
        end = max((one.end for one in facts if one.end is not None), default=None)
        return cls(tuple(names), start, end, sum(one.customers for one in facts), sum(one.events for one in facts))


@dataclass(frozen=True, slots=True)
class Shard:
    """One bucket, as another process can open it.

    Attributes:
        index: Folder of the index; also the name under which a process keeps an index of its own.
        number: Of the bucket.
        source: Of the events, for further properties, and where the index does not lie here.
        entry: What the index holds of it; None: it is made from the events.
        events: How many, as far as known.
    """

    index: Path
    number: int
    source: Source
    entry: Bucket | None = None
    events: int = 0

    def open(self, names: Sequence[str] = (), end: int | None = None, values: Values | None = None) -> Journeys:
        """Return the journeys of the bucket.

        Args:
            names: By which events are coded; none: its own.
            end: When the data of all buckets ends.
            values: By which columns are coded.

        Raises:
            InputError: Neither index nor events lie where they should.
        """
        if self.entry is not None:
            try:
                part = IndexStore(self.index).part(self.number, self.entry, self.source)
                return Journeys([part], names, end, values=values)
            except FileNotFoundError:  # not seen from here, or replaced since: the events tell the same
                pass
        try:
            made = IndexStore(self._own).refresh(OneBucket(self.source, self.number))
        except FileNotFoundError as error:
            found = re.search(r"'(/.*?)'", str(error))
            missing = error.filename or (found[1] if found else self.index)
            raise InputError(
                f"A worker does not find {missing}.",
                "Put the workspace where every machine finds it under the same path, such as a shared disk.",
            ) from error
        return renamed(made, names, end, values) if names else made

    @property
    def _own(self) -> Path:
        """Where this process keeps an index of the bucket; Spark deletes the folder with the application."""
        scratch = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or gettempdir()
        key = blake2b(str(self.index).encode(), digest_size=12).hexdigest()
        return Path(scratch) / "farled" / key / f"{self.number:03}"


def renamed(journeys: Journeys, names: Sequence[str], end: int | None, values: Values | None) -> Journeys:
    """Return journeys with events coded by other names, which hold their own."""
    place = {name: code for code, name in enumerate(names)}
    to: Codes = np.array([place[name] for name in journeys.names], dtype=name_type(len(names)))
    parts = [replace(part, name=to[part.name]) for part in journeys.parts]
    return Journeys(parts, names, end, values=values)


class Spread(Journeys):
    """Journeys that other processes count, shard by shard; what is asked of them here is answered from an index here.

    Args:
        shards: In the order of the parts.
        facts: What is known of them all.
        here: Gives the same journeys in this process; called only if somebody looks at them.
    """

    def __init__(self, shards: Sequence[Shard], facts: Facts, here: Callable[[], Journeys]) -> None:
        super().__init__((), facts.names, facts.end)
        self.start = facts.start
        self.shards = tuple(shards)
        self.known: dict[str, tuple[Scalar, ...] | None] = {}
        self._facts = facts
        self._make_here = here

    @cached_property
    def here(self) -> Journeys:
        """The same journeys in this process."""
        return self._make_here()

    @property
    def customers(self) -> int:
        """Number of customers."""
        return self._facts.customers

    @property
    def events(self) -> int:
        """Number of events."""
        return self._facts.events

    def chunks(self, columns: Iterable[str] = ()) -> Chunks:
        """Return all journeys in chunks."""
        return self.here.chunks(columns)

    def values(self, column: str) -> tuple[Scalar, ...] | None:
        """Return what the codes of a column stand for; None where it is of floats."""
        return self.known[column] if column in self.known else self.here.values(column)

    def customer_ids(self, number: int, positions: npt.ArrayLike) -> list[str]:
        """Return the ids of customers of a chunk."""
        return self.here.customer_ids(number, positions)

    def event_ids(self, number: int, positions: npt.ArrayLike) -> list[str] | None:
        """Return the ids of events of a chunk."""
        return self.here.event_ids(number, positions)

    def identified(self, number: int) -> Identified:
        """Return what was said of the customers of a chunk."""
        return self.here.identified(number)
