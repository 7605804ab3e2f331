"""A part of a chunk as a chunk: a period, some customers, shorter journeys. What stays keeps its order."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk, Column, Positions

Mask = npt.NDArray[np.bool_]


def during(chunk: Chunk, start: int, end: int) -> Chunk:
    """Return the events of a period; customers without events in it are left out.

    Args:
        chunk: Of any journeys.
        start: Microseconds, inclusive.
        end: Microseconds, exclusive. The data of the new chunk ends here, if not before.
    """
    kept = (chunk.time >= start) & (chunk.time < end)
    return _chosen(chunk, kept, end=min(end, chunk.end))


def only(chunk: Chunk, mask: Mask) -> Chunk:
    """Return some of the customers, whole.

    Args:
        chunk: Of any journeys.
        mask: True for customers to keep. Shape (customers,).
    """
    journeys = mask if chunk.owner is None else mask[chunk.owner]
    return _chosen(chunk, np.repeat(journeys, np.diff(chunk.offsets)), end=chunk.end)


def journeys_with(chunk: Chunk, mask: Mask) -> Chunk:
    """Return some of the journeys, whole.

    Args:
        chunk: Of any journeys.
        mask: True for journeys to keep. Shape (n,).
    """
    return _chosen(chunk, np.repeat(mask, np.diff(chunk.offsets)), end=chunk.end)


def cut(chunk: Chunk, gap: int) -> Chunk:
    """Return shorter journeys: a silence longer than a gap ends one, and the next event begins another.

    Args:
        chunk: Of any journeys.
        gap: Microseconds; a silence just as long does not cut.
    """
    first = np.zeros(len(chunk.time) + 1, dtype=np.bool_)
    unsigned = chunk.time.view(np.uint64)  # a difference of times that never fall cannot wrap round so
    first[1:-1] = unsigned[1:] - unsigned[:-1] > np.uint64(gap)
    first[chunk.offsets] = True
    offsets = np.flatnonzero(first)
    journey = np.searchsorted(chunk.offsets, offsets[:-1], side="right") - 1
    owner = journey if chunk.owner is None else chunk.owner[journey]
    return _with_journeys(chunk, offsets, owner)


def split(chunk: Chunk, code: npt.ArrayLike) -> Chunk:
    """Return each journey divided by a code of its events, such as the touchpoint's map or an order's number.

    The parts of a journey follow each other by code; within a part the order stays.

    Args:
        chunk: Of any journeys.
        code: Of each event, from 0; events with -1 are left out. Shape (n_events,).
    """
    codes = np.asarray(code, dtype=np.int64)
    journey = np.repeat(np.arange(chunk.n), np.diff(chunk.offsets))
    taken = np.lexsort((codes, journey))
    taken = taken[codes[taken] >= 0]
    journey, codes = journey[taken], codes[taken]
    first = np.ones(len(taken) + 1, dtype=np.bool_)
    first[1:-1] = (journey[1:] != journey[:-1]) | (codes[1:] != codes[:-1])
    offsets = np.flatnonzero(first)
    owner = journey[offsets[:-1]]
    return _with_journeys(_taken(chunk, taken), offsets, owner if chunk.owner is None else chunk.owner[owner])


def taken(chunk: Chunk, events: Positions, offsets: Positions) -> Chunk:
    """Return a chunk of some events, which may repeat, as other journeys, each of a customer of its own."""
    return replace(_taken(chunk, events), offsets=offsets, owner=None, customer=None)


def _chosen(chunk: Chunk, kept: Mask, end: int) -> Chunk:
    """Return some of the events; journeys and customers without any are left out."""
    if kept.all() and np.all(np.diff(chunk.offsets) > 0):
        return replace(chunk, end=end)
    before = np.concatenate(([0], np.cumsum(kept)))[chunk.offsets]
    count = np.diff(before)
    journeys = np.flatnonzero(count)
    offsets = np.concatenate(([0], np.cumsum(count[journeys])))
    owner = journeys if chunk.owner is None else chunk.owner[journeys]
    picked = replace(_taken(chunk, np.flatnonzero(kept)), end=end)
    if chunk.owner is not None:
        return _with_journeys(picked, offsets, owner)
    return replace(picked, offsets=offsets, customer=chunk.origin(journeys))


def _with_journeys(chunk: Chunk, offsets: Positions, owner: Positions) -> Chunk:
    """Return a chunk with other journeys, given the old position of each one's customer; never falling."""
    there, owner = np.unique(owner, return_inverse=True)
    customer = chunk.customer if len(there) == chunk.customers else chunk.origin(there)
    return replace(chunk, offsets=offsets, owner=owner.astype(np.int64), customer=customer, shelf=None)


def _taken(chunk: Chunk, events: Positions) -> Chunk:
    """Return a chunk with only these events; its journeys are still the old ones."""
    columns = {
        name: Column(column.code[events], column.values) if isinstance(column, Column) else column[events]
        for name, column in chunk.columns.items()
    }
    return replace(chunk, time=chunk.time[events], name=chunk.name[events], columns=columns, shelf=None)
