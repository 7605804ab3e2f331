"""A chunk divided into many small ones in one go: by period, by group of customers, or both."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from farled.journeys.customer_marks import CUSTOMER
from farled.journeys.index import Chunk, Column, Positions


def marks(chunk: Chunk) -> npt.NDArray[np.int64]:
    """Return the mark of each customer of a chunk that has the column `CUSTOMER`. Shape (customers,)."""
    column = chunk.columns[CUSTOMER]
    if isinstance(column, Column):  # nobody at all
        return np.empty(0, dtype=np.int64)
    first = np.arange(chunk.n) if chunk.owner is None else np.unique(chunk.owner, return_index=True)[1]
    return column[chunk.offsets[first]].astype(np.int64)


def pieces(
    chunk: Chunk, code: npt.NDArray[np.int64], end: Callable[[int], int] | None = None
) -> Iterator[tuple[int, Chunk]]:
    """Divide the events of a chunk by a code; what stays together keeps its order.

    Args:
        chunk: Of any journeys.
        code: Of each event, from 0; events with -1 are left out. Shape (n_events,).
        end: When the data of a code end, if before those of the chunk.

    Yields:
        Each code that occurs, rising, and its events as a chunk; customers without any are left out.
    """
    narrow = code if len(code) and int(code.max()) > np.iinfo(np.int16).max else code.astype(np.int16)
    order = np.argsort(narrow, kind="stable")  # of 16 bits in one pass
    order = order[np.searchsorted(narrow[order], 0) :]
    if not len(order):
        return
    journey = np.repeat(np.arange(chunk.n), np.diff(chunk.offsets))[order]
    sorted_ = replace(
        chunk,
        time=chunk.time[order],
        name=chunk.name[order],
        columns={
            name: Column(column.code[order], column.values) if isinstance(column, Column) else column[order]
            for name, column in chunk.columns.items()
        },
    )
    codes = code[order]
    edges = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1], True])
    for first, last in pairwise(edges.tolist()):
        key = int(codes[first])
        until = chunk.end if end is None else min(end(key), chunk.end)
        yield key, _piece(sorted_, journey[first:last], slice(first, last), until)


def _piece(chunk: Chunk, journey: Positions, events: slice, end: int) -> Chunk:
    """Return some events as a chunk; ``journey`` is the old position of each one's journey, never falling."""
    first = np.flatnonzero(np.r_[True, journey[1:] != journey[:-1]])
    offsets = np.append(first, len(journey))
    journeys = journey[first]
    columns = {
        name: Column(column.code[events], column.values) if isinstance(column, Column) else column[events]
        for name, column in chunk.columns.items()
    }
    picked = replace(
        chunk,
        time=chunk.time[events],
        name=chunk.name[events],
        columns=columns,
        end=end,
        offsets=offsets,
        owner=None,
        shelf=None,
    )
    if chunk.owner is None:
        return replace(picked, customer=chunk.origin(journeys))
    there, owner = np.unique(chunk.owner[journeys], return_inverse=True)
    return replace(picked, owner=owner.astype(np.int64), customer=chunk.origin(there))
