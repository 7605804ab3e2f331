"""The journey index: the events of each customer side by side in order, as plain arrays.

``Chunk`` is what kernels and questions see, ``Part`` what one build or one bucket holds, ``Journeys`` the whole.
Journeys carry no analysis: a question counts chunks.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from farled.errors import NotFoundError
from farled.journeys.cores import cores

Offsets = npt.NDArray[np.int64]
Times = npt.NDArray[np.int64]
Codes = npt.NDArray[np.unsignedinteger[Any]]
Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
Scalar = str | bool | int | float

CHUNK_EVENTS = 1_000_000
CACHED_BYTES = 1 << 29
IDENTIFY = "identify"
EVENTS_OF_IDENTITY = frozenset({IDENTIFY, "group", "alias"})


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A property of the events, dictionary-coded.

    Attributes:
        code: Shape (n_events,). Position in ``values``; -1 where the event has no such property.
        values: The values that occur: text, bool or number.
    """

    code: npt.NDArray[np.int32]
    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        self.code.flags.writeable = False


AnyColumn = Column | Floats


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Some of the customers, each whole: the events of journey ``i`` are ``offsets[i]`` to ``offsets[i + 1]``.

    The arrays are read-only, as memory-mapped ones are, so kernels compile once for both.

    Attributes:
        offsets: Shape (n + 1,). Starts at 0, never falls.
        time: Shape (n_events,). Microseconds since 1970 UTC, never falling within a journey.
        name: Shape (n_events,). Position in ``names`` of what happened.
        names: The event names of the whole index; the same in every chunk.
        end: When the data ends, in microseconds: later than this nothing is known.
        owner: Shape (n,). Position in the chunk of the customer that each journey belongs to, never falling and
            without gaps; ``None`` means one journey per customer.
        columns: Further columns, each of shape (n_events,): a ``Column``, or floats with NaN for missing.
        customer: Shape (customers,). Position of each customer in the chunk that this one was selected from, rising;
            ``None`` means the same positions. Leads back to the ids.
    """

    offsets: Offsets
    time: Times
    name: Codes
    names: tuple[str, ...]
    end: int
    owner: Positions | None = None
    columns: Mapping[str, AnyColumn] = field(default_factory=dict)
    customer: Positions | None = None

    def __post_init__(self) -> None:
        plain = [column for column in self.columns.values() if isinstance(column, np.ndarray)]
        for array in (self.offsets, self.time, self.name, self.owner, self.customer, *plain):
            if array is not None:
                array.flags.writeable = False

    @property
    def n(self) -> int:
        """Number of journeys."""
        return len(self.offsets) - 1

    @property
    def customers(self) -> int:
        """Number of customers; each has at least one journey."""
        if self.owner is None:
            return self.n
        return int(self.owner[-1]) + 1 if len(self.owner) else 0

    def codes(self, names: Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the codes of event names, -1 for a name that is not in the index."""
        wanted = list(names)
        found = {name: self.names.index(name) for name in set(wanted) if name in self.names}
        return np.array([found.get(name, -1) for name in wanted], dtype=np.int64)

    def origin(self, positions: npt.ArrayLike) -> Positions:
        """Return where customers of this chunk stand in the chunk it was selected from.

        Args:
            positions: Of customers in this chunk, or a mask of shape (customers,).
        """
        chosen = np.asarray(positions)
        chosen = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen.astype(np.int64)
        return chosen if self.customer is None else self.customer[chosen]


class Identified(NamedTuple):
    """What ``identify`` events said of customers, in order of customer, time and sequence.

    Attributes:
        customer: Position of the customer. Shape (n,).
        time: Microseconds. Shape (n,).
        properties: A JSON object as text, or None. Shape (n,).
    """

    customer: Positions
    time: Times
    properties: list[str | None]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The index of one bucket, or of everything read into memory.

    Attributes:
        offsets: Shape (customers + 1,).
        time: Shape (n_events,). Microseconds.
        name: Shape (n_events,). Codes.
        load: Gives a column by name, in the order of the index.
        ids: Gives the ids of customers by position.
        event_ids: Gives the ids of events by position; ``None`` where events have none.
        identified: Gives what is said of its customers; ``None`` where nothing is.
        span: First and last time, if known without looking at all of them.
    """

    offsets: Offsets
    time: Times
    name: Codes
    load: Callable[[str], AnyColumn]
    ids: Callable[[Positions], list[str]]
    event_ids: Callable[[Positions], list[str]] | None = None
    identified: Callable[[], Identified] | None = None
    span: tuple[int, int] | None = None


class Journeys:
    """All journeys of a workspace, or of what was read into memory.

    Args:
        parts: The buckets, in order.
        names: The event names, by code.
        end: When the data ends, in microseconds; default: the time of the last event.
        chunk_events: About how many events a chunk holds.
        cached_bytes: How much of the columns that questions named is kept for the next question.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        names: Sequence[str],
        end: int | None = None,
        chunk_events: int = CHUNK_EVENTS,
        cached_bytes: int = CACHED_BYTES,
    ) -> None:
        self.parts = tuple(parts)
        self.names = tuple(names)
        self._cuts = [cut for part in range(len(self.parts)) for cut in _cuts(part, self.parts[part], chunk_events)]
        spans = [part.span or (int(part.time.min()), int(part.time.max())) for part in self.parts if len(part.time)]
        self.start: int | None = min((start for start, _ in spans), default=None)
        self.end: int | None = end if end is not None else max((last for _, last in spans), default=None)
        self._cache = _ColumnCache(cached_bytes)

    @property
    def customers(self) -> int:
        """Number of customers."""
        return sum(len(part.offsets) - 1 for part in self.parts)

    @property
    def events(self) -> int:
        """Number of events."""
        return sum(len(part.time) for part in self.parts)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.names)

    def require_events(self, names: Iterable[str]) -> None:
        """Check that event names occur.

        Raises:
            NotFoundError: One does not; the nearest known names are in the hint.
        """
        for name in names:
            if name not in self._known:
                raise NotFoundError.named("event", name, self.names)

    def chunks(self, columns: Iterable[str] = ()) -> list[Chunk]:
        """Return all journeys in chunks of about a million events, cut at customers; at least one chunk.

        Args:
            columns: Further columns to load: ``channel``, ``value``, ``score``, ``scale`` or any property.
                The values of a ``Column`` are the same in every chunk returned.
        """
        loaded = {name: self._columns(name) for name in dict.fromkeys(columns)}
        if not self._cuts:
            return [self._empty(loaded)]
        return [self._chunk(cut, {name: parts[cut.part] for name, parts in loaded.items()}) for cut in self._cuts]

    def customer_ids(self, number: int, positions: npt.ArrayLike) -> list[str]:
        """Return the ids of customers.

        Args:
            number: Of the chunk in ``chunks()``, from 0.
            positions: Of customers in that chunk; from a selected chunk take ``selected.origin(positions)``.
        """
        wanted = np.asarray(positions, dtype=np.int64)
        if not self._cuts:
            return []
        cut = self._cuts[number]
        return self.parts[cut.part].ids(wanted + cut.first)

    def event_ids(self, number: int, positions: npt.ArrayLike) -> list[str] | None:
        """Return the ids of events by their position in chunk ``number``, for evidence; ``None`` if they have none."""
        if not self._cuts:
            return []
        cut = self._cuts[number]
        part = self.parts[cut.part]
        if part.event_ids is None:
            return None
        return part.event_ids(np.asarray(positions, dtype=np.int64) + part.offsets[cut.first])

    def identified(self, number: int) -> Identified:
        """Return what ``identify`` events said of the customers of chunk ``number``, by their position in it."""
        cut = self._cuts[number] if self._cuts else None
        said = self.parts[cut.part].identified if cut else None
        if cut is None or said is None:
            return Identified(np.empty(0, np.int64), np.empty(0, np.int64), [])
        customer, time, properties = said()
        first, last = np.searchsorted(customer, [cut.first, cut.last])
        return Identified(customer[first:last] - cut.first, time[first:last], properties[first:last])

    def _chunk(self, cut: "_Cut", columns: Mapping[str, AnyColumn]) -> Chunk:
        part = self.parts[cut.part]
        first, last = int(part.offsets[cut.first]), int(part.offsets[cut.last])
        offsets = part.offsets[cut.first : cut.last + 1] - first
        sliced = {name: _slice(column, first, last) for name, column in columns.items()}
        name: Codes = part.name[first:last].astype(name_type(len(self.names)), copy=False)
        return Chunk(offsets, part.time[first:last], name, self.names, self.end or 0, columns=sliced)

    def _empty(self, loaded: Mapping[str, Sequence[AnyColumn]]) -> Chunk:
        missing = {name: parts[0] if parts else Column(np.empty(0, np.int32), ()) for name, parts in loaded.items()}
        time, name = np.empty(0, np.int64), np.empty(0, name_type(len(self.names)))
        return Chunk(np.zeros(1, np.int64), time, name, self.names, self.end or 0, columns=missing)

    def _columns(self, name: str) -> tuple[AnyColumn, ...]:
        return self._cache.get(name, lambda: alike(self._loaded(name)))

    def _loaded(self, name: str) -> list[AnyColumn]:
        with ThreadPoolExecutor(max(1, min(len(self.parts), cores()))) as pool:
            return list(pool.map(lambda part: part.load(name), self.parts))


def name_type(names: int) -> type[np.uint16] | type[np.uint32]:
    """Return the width of name codes for a number of names."""
    return np.uint16 if names <= 1 << 16 else np.uint32


@dataclass(frozen=True, slots=True)
class _Cut:
    part: int
    first: int
    last: int


def _cuts(number: int, part: Part, events: int) -> list[_Cut]:
    """Cut a part at customers into even chunks of at most about ``events`` events, or one customer."""
    n = len(part.offsets) - 1
    total = len(part.time)
    pieces = max(1, -(-total // events))
    edges = np.searchsorted(part.offsets, np.linspace(0, total, pieces + 1)[1:-1], side="left")
    edges = np.unique(np.concatenate(([0], edges, [n])))
    return [_Cut(number, int(first), int(last)) for first, last in pairwise(edges)]


def _slice(column: AnyColumn, first: int, last: int) -> AnyColumn:
    if isinstance(column, Column):
        return Column(column.code[first:last], column.values)
    return column[first:last]


def alike(columns: Sequence[AnyColumn]) -> tuple[AnyColumn, ...]:
    """Recode columns of several parts so that all have the same values; floats stay floats if all are."""
    coded = [column for column in columns if isinstance(column, Column)]
    if len(coded) < len(columns) or len({column.values for column in coded}) <= 1:
        return tuple(columns)
    values, to = recoded([value for column in coded for value in column.values])
    made, first = [], 0
    for column in coded:
        own = np.append(to[first : first + len(column.values)], np.int32(-1))
        made.append(Column(own[column.code], values))
        first += len(column.values)
    return tuple(made)


def recoded(values: Sequence[Scalar | None]) -> tuple[tuple[Scalar, ...], npt.NDArray[np.int32]]:
    """Return the distinct values, and for each value given its position among them; -1 for None and at the end.

    >>> recoded(["a", True, 1, None, 1.0, "a"])
    (('a', True, 1), array([ 0,  1,  2, -1,  2,  0, -1], dtype=int32))
    """
    codes: dict[tuple[bool, Scalar], int] = {}  # for Python, True equals 1
    to = [-1 if value is None else codes.setdefault((isinstance(value, bool), value), len(codes)) for value in values]
    return tuple(value for _, value in codes), np.array([*to, -1], dtype=np.int32)


class _ColumnCache:
    """The columns used last, up to a size; safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, tuple[AnyColumn, ...]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str, make: Callable[[], tuple[AnyColumn, ...]]) -> tuple[AnyColumn, ...]:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        made = make()
        with self._lock:
            self._kept[name] = made
            while len(self._kept) > 1 and sum(map(_bytes, self._kept.values())) > self._limit:
                self._kept.popitem(last=False)
        return made


def _bytes(columns: tuple[AnyColumn, ...]) -> int:
    return sum((column.code if isinstance(column, Column) else column).nbytes for column in columns)
