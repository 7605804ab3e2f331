"""Put rows in the order of the index: whole customers, each by ``(time, sequence, event_id)``."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError
from farled.journeys.coding import Rows, Values, chunked, coded, microseconds_of, plain
from farled.journeys.index import EVENTS_OF_IDENTITY, Codes, Offsets, Positions, Times, name_type
from farled.journeys.numbering import Numbered, numbered
from farled.journeys.text_coding import Rowwise, is_worth_threads, parted_texts, text_order
from farled.journeys.threads import cores

MOST_ROWS = (1 << 31) - 1
ROWS_WORTH_A_THREAD = 200_000
PIECES_PER_THREAD = 4
ROWS_WORTH_KERNELS = 500_000
BLOCK = 1 << 16

Coded = tuple[Rows, pa.Array]


@dataclass(frozen=True, eq=False)
class Ordered:
    """Events in the order of the index.

    Attributes:
        ids: Gives the ids of the customers.
        offsets: Shape (customers + 1,).
        time: Shape (n_events,). Microseconds.
        name: Shape (n_events,). Codes.
        row: Shape (n_events,). The row of the source that each event was.
        names: The event names by code, sorted.
    """

    ids: Callable[[], pa.Array]
    offsets: Offsets
    time: Times
    name: Codes
    row: Rows
    names: tuple[str, ...]

    @cached_property
    def customer(self) -> pa.Array:
        """The ids of the customers, sorted; made when somebody asks. Shape (customers,)."""
        return self.ids()


def ordered(
    customer: Values,
    time: Values,
    name: Values,
    sequence: Values | None = None,
    event_ids: Callable[[Rows], pa.Array] | None = None,
    threads: int | None = None,
) -> Ordered:
    """Put rows in the order of the index; events of identity are left out.

    Args:
        customer: Who, by row: text (best dictionary-coded) or whole numbers.
        time: When, by row: timestamps or whole microseconds.
        name: What happened, by row: text, best dictionary-coded.
        sequence: Order among events of one customer and time; default: the order of the rows.
        event_ids: Gives the ids of some rows, to break ties of ``sequence``.
        threads: How many to use; default: as many as there are cores.

    Raises:
        InputError: Columns differ in length, or a customer, time or name is missing.
    """
    given = {"customer": customer, "time": time, "name": name, "sequence": sequence}
    values = {key: chunked(value) for key, value in given.items() if value is not None}
    _require_whole(values)
    when = microseconds_of(values["time"])
    order = _frozen(np.empty(0, np.int64))
    if sequence is not None:
        order = plain(values["sequence"].cast(pa.int64()), np.int64)
    with _pool(threads, len(when)) as pool:
        what = coded(values["name"])
        made = _made(pool, values["customer"], when, what)
        _sort(pool, made, order)
    if sequence is not None and event_ids is not None:
        _break_ties(made, order, event_ids)
    for array in (made.offsets, made.time, made.name, made.row):
        _frozen(array)
    return made


def _made(pool: "_Pool", who: pa.ChunkedArray, when: Times, what: Coded) -> Ordered:
    """Bring together the events of each customer, in the order of the rows."""
    found = numbered(pool, who, 64 - _bits(len(when)))
    if found is None:
        parted = _parted(pool, who, when, what)
        if parted is not None:
            return parted
        found = _ranked(*coded(who))
    return _packed(pool, found, when, what)


def _require_whole(values: Mapping[str, pa.ChunkedArray]) -> None:
    rows = len(values["customer"])
    for key, value in values.items():
        if len(value) != rows:
            raise InputError(f"There are {len(value)} values of {key}, but {rows} of customer.", "Give one per row.")
        if value.null_count:
            raise InputError(f"{value.null_count} rows have no {key}.", "Leave such rows out, and count them.")
    if rows > MOST_ROWS:
        raise InputError(f"{rows} rows are too many for one index.", "Load them into a workspace folder.")


class _Pool(ThreadPoolExecutor):
    """Threads that know how many they are."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.threads = threads


def _pool(threads: int | None, rows: int) -> _Pool:
    wanted = threads or cores()
    return _Pool(max(1, min(wanted, rows // ROWS_WORTH_A_THREAD)))


def _parted(pool: _Pool, who: pa.ChunkedArray, when: Times, what: Coded) -> Ordered | None:
    """Do as ``_placed`` with many texts; None if they are not so, or two different ones have the same hash."""
    if not is_worth_threads(who):
        return None
    all_names = what[1].to_pylist()
    is_event = np.array([text not in EVENTS_OF_IDENTITY for text in all_names], dtype=np.bool_)
    found = parted_texts(pool, who, Rowwise(when, what[0], is_event))
    if found is None:
        return None
    parts, ids = found
    customer, offsets, cursor = _customers(ids, parts.count.astype(np.int64))
    kept, names = _names(all_names, parts.seen & is_event)
    events = int(offsets[-1])
    out = np.empty(events, np.int64), np.empty(events, name_type(len(names))), np.empty(events, np.int32)
    parts.place(pool, kept, cursor, out)
    return Ordered(lambda: customer, offsets, *out, names)


def _bits(values: int) -> int:
    """Return how many bits tell so many values apart."""
    return max(0, values - 1).bit_length()


def _ranked(code: Rows, ids: pa.Array) -> Numbered:
    """Number customers by the order of their ids."""
    order = _order(ids)
    rank = np.empty(len(ids), np.uint64)
    rank[order] = np.arange(len(ids), dtype=np.uint64)
    ranked = ids.take(pa.array(order))
    return Numbered(rank[code], _bits(len(ids)), lambda numbers: ranked.take(pa.array(numbers)))


def _packed(pool: _Pool, who: Numbered, when: Times, what: Coded) -> Ordered:
    """Sort numbers that are made of a customer, a row and, if there is room, the name of the event."""
    code, all_names = what[0], what[1].to_pylist()
    rows, names = _bits(len(when)), _bits(len(all_names))
    names = names if who.bits + rows + names <= 64 else 0
    keys, seen = _keys(pool, who.number, code, (rows, names), len(all_names))
    is_event = np.array([text not in EVENTS_OF_IDENTITY for text in all_names], dtype=np.bool_)
    if not is_event.all():
        keys = keys[is_event[code]]
    cuts = np.linspace(0, len(keys), pool.threads + 1).astype(np.int64)
    if pool.threads > 1:
        keys.partition(cuts[1:-1])
    list(pool.map(lambda edges: keys[edges[0] : edges[1]].sort(), pairwise(cuts.tolist())))

    kept, found = _names(all_names, seen & is_event)
    to = kept.astype(name_type(len(found)))
    time, name, row = np.empty(len(keys), np.int64), np.empty(len(keys), to.dtype), np.empty(len(keys), np.int32)

    def unpack(span: slice) -> Positions:
        """Write the events of some keys, and return where another customer begins."""
        key = keys[span]
        own = ((key >> np.uint64(names)) & np.uint64((1 << rows) - 1)).view(np.int64)
        row[span] = own
        np.take(when, own, out=time[span], mode="clip")
        own_name = key & np.uint64((1 << names) - 1) if names else code[own]
        np.take(to, own_name.view(f"i{own_name.itemsize}"), out=name[span], mode="clip")
        first = max(1, span.start)
        differ = keys[first : span.stop] ^ keys[first - 1 : span.stop - 1]
        begins: Positions = np.flatnonzero(differ >> np.uint64(rows + names)) + first
        return begins

    edges = np.arange(0, len(keys) + 1, max(1, len(keys)))
    offsets = np.concatenate((edges[:1], *pool.map(unpack, _blocks(0, len(keys))), edges[1:]))
    number, ids = keys[offsets[:-1]] >> np.uint64(rows + names), who.ids
    return Ordered(lambda: ids(number), offsets, time, name, row, found)


def _keys(
    pool: _Pool, number: npt.NDArray[np.uint64], code: Rows, bits: tuple[int, int], names: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
    """Make numbers of customers keys of their rows, in place; return them, and which of the names occur."""
    rows, room = bits
    seen = np.zeros((pool.threads, names), np.bool_)

    def write(thread: int, first: int, last: int) -> None:
        for span in _blocks(first, last):
            key, own = number[span], code[span]
            seen[thread, own] = True
            key <<= np.uint64(rows)
            key |= np.arange(span.start, span.stop, dtype=np.uint64)
            if room:
                key <<= np.uint64(room)
                key |= own.view(np.uint32)

    edges = np.linspace(0, len(number), pool.threads + 1).astype(np.int64).tolist()
    list(pool.map(write, range(pool.threads), edges[:-1], edges[1:]))
    return number, np.logical_or.reduce(seen)


def _blocks(first: int, last: int) -> list[slice]:
    """Return the blocks of some rows, small enough for what is made of them to stay near the processor."""
    return [slice(at, min(at + BLOCK, last)) for at in range(first, last, BLOCK)]


def _customers(ids: pa.Array, count: npt.NDArray[np.int64]) -> tuple[pa.Array, Offsets, Positions]:
    """Return the sorted ids of those who have events, their offsets, and where the events of each code begin."""
    used = np.flatnonzero(count)
    present = ids if len(used) == len(ids) else ids.take(pa.array(used))
    ranked = _order(present)
    code = used[ranked]
    offsets = np.concatenate(([0], np.cumsum(count[code])))
    start = np.zeros(len(count), np.int64)
    start[code] = offsets[:-1]
    return present.take(pa.array(ranked)), offsets, start


def _order(ids: pa.Array) -> npt.NDArray[Any]:
    """Return the order that sorts ids."""
    return text_order(ids) if pa.types.is_string(ids.type) else plain(pc.sort_indices(ids), np.uint64)


def _names(names: Sequence[str], seen: npt.NDArray[np.bool_]) -> tuple[Rows, tuple[str, ...]]:
    """Return the new code of each name, -1 for those that do not occur, and the sorted names that do."""
    used = sorted(np.flatnonzero(seen).tolist(), key=names.__getitem__)
    kept = np.full(len(names), -1, np.int32)
    kept[used] = np.arange(len(used))
    return _frozen(kept), tuple(names[code] for code in used)


def _sort(pool: _Pool, made: Ordered, order: npt.NDArray[np.int64]) -> None:
    """Sort the customers whose events do not stand in order yet, in place."""
    begins = np.zeros(len(made.time) + 1, np.bool_)
    begins[made.offsets] = True

    def late(span: slice) -> Positions:
        """Return the events that stand behind later ones of the same customer."""
        these, before = slice(max(1, span.start), span.stop), slice(max(0, span.start - 1), span.stop - 1)
        is_late = made.time[these] < made.time[before]
        if len(order):
            is_later = order[made.row[these]] < order[made.row[before]]
            is_late |= (made.time[these] == made.time[before]) & is_later
        is_late &= ~begins[these]
        found: Positions = np.flatnonzero(is_late) + these.start
        return found

    found = np.concatenate([np.empty(0, np.int64), *pool.map(late, _blocks(0, len(made.time)))])
    customers = np.searchsorted(made.offsets, found, side="right") - 1
    customers = customers[np.diff(customers, prepend=-1) > 0]
    size = made.offsets[customers + 1] - made.offsets[customers]
    if size.sum() <= ROWS_WORTH_KERNELS:
        _sort_some(made, order, customers, size)
        return
    from farled.journeys.build_kernels import sort_customers  # noqa: PLC0415  Numba is started only for many

    cuts = np.linspace(0, len(made.time), pool.threads * PIECES_PER_THREAD + 1)[1:-1]
    edges = [0, *np.searchsorted(made.offsets, cuts).tolist(), len(made.offsets) - 1]
    out = made.time, made.name, made.row
    list(pool.map(lambda piece: sort_customers(made.offsets, piece[0], piece[1], order, out), pairwise(edges)))


def _sort_some(made: Ordered, order: npt.NDArray[np.int64], customers: Positions, size: Positions) -> None:
    """Sort a few customers without a kernel, in place."""
    whose = np.repeat(np.arange(len(customers)), size)
    place = np.arange(len(whose)) + (made.offsets[customers] - np.cumsum(size) + size)[whose]
    row = made.row[place]
    keys = (made.time[place], whose) if not len(order) else (order[row], made.time[place], whose)
    taken = place[np.lexsort(keys)]
    for array in (made.time, made.name, made.row):
        array[place] = array[taken]


def _break_ties(made: Ordered, order: npt.NDArray[np.int64], event_ids: Callable[[Rows], pa.Array]) -> None:
    """Sort events of one customer, time and sequence by ``event_id``, in place."""
    pair = np.flatnonzero(made.time[1:] == made.time[:-1])
    pair = pair[order[made.row[pair]] == order[made.row[pair + 1]]]
    pair = pair[made.offsets[np.searchsorted(made.offsets, pair, side="right")] != pair + 1]
    if not len(pair):
        return
    place = np.union1d(pair, pair + 1)
    run = np.cumsum(~np.isin(place - 1, pair))
    rank = plain(pc.rank(event_ids(made.row[place]), tiebreaker="dense"), np.uint64)
    taken = place[np.lexsort((made.row[place], rank, run))]
    made.name[place], made.row[place] = made.name[taken], made.row[taken]


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array
