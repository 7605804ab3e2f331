"""The journey index: the events of each customer side by side in order, as plain arrays.

``Chunk`` is what kernels and questions see, ``Part`` what one build or one bucket holds, ``Journeys`` the whole.
Journeys carry no analysis: a question counts chunks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from farled.errors import NotFoundError
from farled.journeys.columns import Alike, AnyColumn, Column, Floats, Kept, Scalar, Values, recoded
from farled.journeys.customer_marks import CUSTOMER, marks_of
from farled.journeys.postings import Shelf
from farled.journeys.threads import cores, over_threads

__all__ = [
    "EVENTS_OF_IDENTITY",
    "IDENTIFY",
    "AnyColumn",
    "Chunk",
    "Chunks",
    "Codes",
    "Column",
    "Floats",
    "Identified",
    "Journeys",
    "Offsets",
    "Part",
    "Positions",
    "Scalar",
    "Times",
    "name_type",
    "recoded",
]

Offsets = npt.NDArray[np.int64]
Times = npt.NDArray[np.int64]
Codes = npt.NDArray[np.unsignedinteger[Any]]
Positions = npt.NDArray[np.int64]

CHUNK_EVENTS = 100_000, 1_000_000
CACHED_BYTES = 1 << 29
SHELF_BYTES = 1 << 29
ATTRIBUTE_BYTES = 1 << 27
IDENTIFY = "identify"
EVENTS_OF_IDENTITY = frozenset({IDENTIFY, "group", "alias"})


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
        during: Start and end (out) of the time whose events count, for a question that judges customers by all their
            events; ``None``: all count.
        shelf: Keeps what is found out about these very events for the next question; ``None``: nobody asks of them
            again.
    """

    offsets: Offsets
    time: Times
    name: Codes
    names: tuple[str, ...]
    end: int
    owner: Positions | None = None
    columns: Mapping[str, AnyColumn] = field(default_factory=dict)
    customer: Positions | None = None
    during: tuple[int, int] | None = None
    shelf: Shelf | None = None

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
        chunk_events: About how many events a chunk holds; default: so many that every processor has one, in the range
            of ``CHUNK_EVENTS``.
        cached_bytes: How much of the columns that questions named is kept for the next question.
        values: What the codes of columns stand for by name, where other parts of the same whole lie elsewhere.

    Attributes:
        attributes: ``Attributes`` of customers that were asked for last, by chunk and names; for ``known_attributes``.
        spent: For each kind of question, how many seconds of a processor it took to count when it was last asked; for
            the engine to know whether threads are worth their while.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        names: Sequence[str],
        end: int | None = None,
        chunk_events: int | None = None,
        cached_bytes: int = CACHED_BYTES,
        values: Values | None = None,
    ) -> None:
        self.parts = tuple(parts)
        self.names = tuple(names)
        events = sum(len(part.time) for part in self.parts)
        about = chunk_events or min(max(events // cores(), CHUNK_EVENTS[0]), CHUNK_EVENTS[1])
        self._cuts = [cut for number, part in enumerate(self.parts) for cut in _cuts(number, part, about)]
        spans = [part.span or (int(part.time.min()), int(part.time.max())) for part in self.parts if len(part.time)]
        self.start: int | None = min((start for start, _ in spans), default=None)
        self.end: int | None = end if end is not None else max((last for _, last in spans), default=None)
        self.spent: dict[type, float] = {}
        self._values = values or {}
        self._columns: Kept[str, Alike] = Kept(cached_bytes)
        self.attributes: Kept[tuple[int, frozenset[str] | None], Any] = Kept(ATTRIBUTE_BYTES)
        self._shelves = [Shelf(SHELF_BYTES // len(self._cuts)) for _ in self._cuts]

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

    def chunks(self, columns: Iterable[str] = ()) -> "Chunks":
        """Return all journeys in chunks of about a million events, cut at customers; at least one chunk.

        A chunk is made when it is taken, and takes memory for as long as somebody holds it.

        Args:
            columns: Further columns to load: ``channel``, ``value``, ``score``, ``scale`` or any property.
                The values of a ``Column`` are the same in every chunk returned.
        """
        wanted = dict.fromkeys(columns)
        loaded = {name: self._column(name) for name in wanted if name != CUSTOMER}
        marked = CUSTOMER in wanted
        if not self._cuts:
            return Chunks(1, lambda _: self._empty(loaded, marked))
        return Chunks(len(self._cuts), lambda number: self._chunk(number, loaded, marked))

    def values(self, column: str) -> tuple[Scalar, ...] | None:
        """Return what the codes of a column stand for; None where it is of floats."""
        if column == CUSTOMER:
            return None
        found = self._column(column)
        if found.values is not None:
            return found.values
        return next((one.values for one in found.columns if isinstance(one, Column)), None)

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

    def _chunk(self, number: int, columns: Mapping[str, Alike], marked: bool) -> Chunk:
        cut = self._cuts[number]
        part = self.parts[cut.part]
        first, last = int(part.offsets[cut.first]), int(part.offsets[cut.last])
        offsets = part.offsets[cut.first : cut.last + 1]
        offsets = offsets - first if first else offsets  # a copy for each question costs as much as some questions
        pieces = {name: column.piece(cut.part, first, last) for name, column in columns.items()}
        if marked:
            pieces[CUSTOMER] = np.repeat(self._marks[cut.part][cut.first : cut.last], np.diff(offsets))
        name: Codes = part.name[first:last].astype(name_type(len(self.names)), copy=False)
        shelf = self._shelves[number]
        return Chunk(offsets, part.time[first:last], name, self.names, self.end or 0, columns=pieces, shelf=shelf)

    def _empty(self, columns: Mapping[str, Alike], marked: bool) -> Chunk:
        nothing = Column(np.empty(0, np.int32), ())
        pieces = {name: column.piece(0, 0, 0) if column.columns else nothing for name, column in columns.items()}
        if marked:
            pieces[CUSTOMER] = np.empty(0, np.float64)
        time, name = np.empty(0, np.int64), np.empty(0, name_type(len(self.names)))
        return Chunk(np.zeros(1, np.int64), time, name, self.names, self.end or 0, columns=pieces)

    @cached_property
    def _marks(self) -> list[Floats]:
        """The marks of the customers of each part: far fewer than there are events."""
        return list(over_threads(lambda part: marks_of(part.ids(np.arange(len(part.offsets) - 1))), self.parts))

    def _column(self, name: str) -> Alike:
        return self._columns.get(name, lambda: Alike.of(self._loaded(name), self._values.get(name)))

    def _loaded(self, name: str) -> list[AnyColumn]:
        return list(over_threads(lambda part: part.load(name), self.parts))


class Chunks(Sequence[Chunk]):
    """The chunks of journeys, each made when it is taken.

    Args:
        n: How many.
        make: Gives a chunk by number.
    """

    def __init__(self, n: int, make: Callable[[int], Chunk]) -> None:
        self._n = n
        self._make = make

    def __len__(self) -> int:
        return self._n

    @overload
    def __getitem__(self, number: int) -> Chunk: ...

    @overload
    def __getitem__(self, number: slice) -> list[Chunk]: ...

    def __getitem__(self, number: int | slice) -> Chunk | list[Chunk]:
        if isinstance(number, slice):
            return [self._make(each) for each in range(self._n)[number]]
        return self._make(range(self._n)[number])


def name_type(names: int) -> type[np.uint16] | type[np.uint32]:
    """Return the width of name codes for a number of names."""
    return np.uint16 if names <= 1 << 16 else np.uint32


@dataclass(frozen=True, slots=True)
class _Cut:
    part: int
    first: int
    last: int


def _cuts(number: int, part: Part, events: int) -> list[_Cut]:
    """Cut a part at customers into even chunks of about ``events`` events, or one customer."""
    n = len(part.offsets) - 1
    total = len(part.time)
    pieces = max(1, round(total / events))
    edges = np.searchsorted(part.offsets, np.linspace(0, total, pieces + 1)[1:-1], side="left")
    return [_Cut(number, first, last) for first, last in pairwise(sorted({0, *edges.tolist(), n}))]
