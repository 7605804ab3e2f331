"""Put rows in the order of the index: whole customers, each by ``(time, sequence, event_id)``."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError
from farled.journeys.build_kernels import count_rows, scatter, sort_customers
from farled.journeys.coding import Rows, Values, chunked, coded, microseconds_of, plain
from farled.journeys.cores import cores
from farled.journeys.index import EVENTS_OF_IDENTITY, Codes, Offsets, Positions, Times, name_type
from farled.journeys.text_coding import Rowwise, is_worth_threads, parted_texts, text_order

MOST_ROWS = (1 << 31) - 1
ROWS_WORTH_A_THREAD = 200_000
PIECES_PER_THREAD = 4

Coded = tuple[Rows, pa.Array]


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Events in the order of the index.

    Attributes:
        customer: The ids, sorted. Shape (customers,).
        offsets: Shape (customers + 1,).
        time: Shape (n_events,). Microseconds.
        name: Shape (n_events,). Codes.
        row: Shape (n_events,). The row of the source that each event was.
        names: The event names by code, sorted.
    """

    customer: pa.Array
    offsets: Offsets
    time: Times
    name: Codes
    row: Rows
    names: tuple[str, ...]


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
        made = _parted(pool, values["customer"], when, what) or _placed(pool, coded(values["customer"]), when, what)
        _sort(pool, made, order)
    if sequence is not None and event_ids is not None:
        _break_ties(made, order, event_ids)
    for array in (made.offsets, made.time, made.name, made.row):
        _frozen(array)
    return made


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
    return Ordered(customer, offsets, *out, names)


def _placed(pool: _Pool, who: Coded, when: Times, what: Coded) -> Ordered:
    """Bring together the events of each customer, in the order of the rows."""
    code, ids = who
    name, all_names = what[0], what[1].to_pylist()
    kept = _frozen(np.array([-1 if text in EVENTS_OF_IDENTITY else 0 for text in all_names], dtype=np.int32))
    edges = np.linspace(0, len(when), pool.threads + 1).astype(np.int64)
    pieces = [(int(first), int(last)) for first, last in pairwise(edges)]
    found = [(np.zeros(len(ids), np.int64), np.zeros(len(kept), np.bool_)) for _ in pieces]
    list(pool.map(lambda piece, into: count_rows(code, name, kept, piece, into), pieces, found))

    count = np.sum([counted for counted, _ in found], axis=0)
    customer, offsets, start = _customers(ids, count)
    cursors = list(start + np.cumsum([np.zeros_like(count), *(counted for counted, _ in found[:-1])], axis=0))
    kept, names = _names(all_names, np.any([seen for _, seen in found], axis=0))
    events = int(offsets[-1])
    out = np.empty(events, np.int64), np.empty(events, name_type(len(names))), np.empty(events, np.int32)
    list(pool.map(lambda piece, cursor: scatter(code, when, name, kept, cursor, piece, out), pieces, cursors))
    return Ordered(customer, offsets, *out, names)


def _customers(ids: pa.Array, count: npt.NDArray[np.int64]) -> tuple[pa.Array, Offsets, Positions]:
    """Return the sorted ids of those who have events, their offsets, and where the events of each code begin."""
    used = np.flatnonzero(count)
    present = ids if len(used) == len(ids) else ids.take(pa.array(used))
    ranked = text_order(present) if pa.types.is_string(present.type) else plain(pc.sort_indices(present), np.uint64)
    code = used[ranked]
    offsets = np.concatenate(([0], np.cumsum(count[code])))
    start = np.zeros(len(count), np.int64)
    start[code] = offsets[:-1]
    return present.take(pa.array(ranked)), offsets, start


def _names(names: Sequence[str], seen: npt.NDArray[np.bool_]) -> tuple[Rows, tuple[str, ...]]:
    """Return the new code of each name, -1 for those that do not occur, and the sorted names that do."""
    used = sorted(np.flatnonzero(seen).tolist(), key=names.__getitem__)
    kept = np.full(len(names), -1, np.int32)
    kept[used] = np.arange(len(used))
    return _frozen(kept), tuple(names[code] for code in used)


def _sort(pool: _Pool, made: Ordered, order: npt.NDArray[np.int64]) -> None:
    """Sort each customer in place, several at a time."""
    cuts = np.linspace(0, len(made.time), pool.threads * PIECES_PER_THREAD + 1)[1:-1]
    edges = [0, *np.searchsorted(made.offsets, cuts).tolist(), len(made.customer)]
    out = made.time, made.name, made.row
    list(pool.map(lambda piece: sort_customers(made.offsets, piece[0], piece[1], order, out), pairwise(edges)))


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
