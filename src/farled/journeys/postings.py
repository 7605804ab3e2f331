"""Postings: where the events of a step stand in a chunk, as an inverted index has it.

A funnel needs the events of its steps only. They are found when a question first asks for them, and kept for the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]
Ranks = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.unsignedinteger[Any]]
Listed = tuple[tuple[int, ...], bool]
"""What a list is of: the codes of its events, and whether its entries are moments."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Lists of events of a chunk, one after the other, each in the order of the chunk.

    The entries of a list are events, or moments: then all its events of one journey and one time are one entry, which
    stands where the first event of that time does, whatever that is. So moments of two lists are of one time when they
    stand at one place.

    Attributes:
        lists: Where each list stands among them.
        begins: Where each list begins, and where the last ends. Shape (n_lists + 1,). The first entry of each list is
            none: its place and journey are -1. So the ``k``-th entry of a list stands ``k`` after its beginning.
        place: Of each entry in the chunk. Shape (n_entries,).
        journey: Of each entry, from 0. Shape (n_entries,).
        time: Of each entry, microseconds. Shape (n_entries,).
        bits: Of each list, bit ``place % 64`` of word ``place // 64`` is set for its entries. Shape (n_lists, n_words).
        before: How many entries stand in earlier words. Shape (n_lists, n_words).
    """

    lists: dict[Listed, int]
    begins: Ints
    place: Places
    journey: Places
    time: Ints
    bits: Words
    before: Ranks

    @property
    def _arrays(self) -> tuple[npt.NDArray[Any], ...]:
        return self.begins, self.place, self.journey, self.time, self.bits, self.before

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(array.nbytes for array in self._arrays)

    def entries(self, number: int) -> tuple[Places, Places, Ints]:
        """Return place, journey and time of the entries of a list, the first of which is none."""
        of = slice(self.begins[number], self.begins[number + 1])
        return self.place[of], self.journey[of], self.time[of]

    def with_more(self, other: "Postings") -> "Postings":
        """Return these lists and others of the same chunk."""
        many = len(self.lists)
        mine, theirs = self._arrays[1:], other._arrays[1:]
        return Postings(
            {**self.lists, **{listed: many + at for listed, at in other.lists.items()}},
            np.concatenate((self.begins[:-1], self.begins[-1] + other.begins)),
            *(np.concatenate(both) for both in zip(mine, theirs, strict=True)),
        )


class Shelf:
    """What questions found out about the very events of one chunk, for the next one: lists, and the first time.

    Two threads that ask at once may both make a list; each gets what it asked for, and one of them is kept.

    Args:
        limit: Bytes kept at most. When more is asked for, only what was asked for last is kept, if it is not more.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: Postings | None = None
        self._first_time: int | None = None

    def first_time(self, find: Callable[[], int]) -> int:
        """Return the least time of the events, which ``find`` gives."""
        if self._first_time is None:
            self._first_time = find()
        return self._first_time

    def take(self, offsets: Ints, time: Ints, code: Codes, codes: int, wanted: Sequence[Listed]) -> Postings:
        """Return lists of the chunk, among others; arguments as of ``postings``."""
        kept = self._kept
        missing = [each for each in wanted if kept is None or each not in kept.lists]
        if kept is not None and not missing:
            return kept
        made = postings(offsets, time, code, codes, missing)
        if kept is not None and kept.nbytes + made.nbytes <= self._limit:
            made = kept.with_more(made)
        elif len(missing) < len(wanted):
            made = postings(offsets, time, code, codes, wanted)
        if made.nbytes <= self._limit:
            self._kept = made
        return made


def postings(offsets: Ints, time: Ints, code: Codes, codes: int, wanted: Sequence[Listed]) -> Postings:
    """Find the events of lists.

    Args:
        offsets: Of the journeys, shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: What happened, shape (n_events,).
        codes: How many codes there are.
        wanted: The lists, at most 255, all of events or all of moments; no two have an event in common. A list that is
            named twice, as steps without events are, is one.
    """
    from farled.journeys.posting_kernels import entries, mark  # noqa: PLC0415  an index is opened without Numba

    lists = {listed: number for number, listed in enumerate(dict.fromkeys(wanted))}
    list_of = np.zeros(codes, dtype=np.uint8)
    for (of, _), number in lists.items():
        list_of[list(of)] = number + 1
    list_of.flags.writeable = False
    begins, place, journey, when = entries(offsets, time, code, list_of, len(lists), wanted[0][1])
    words = (len(code) >> 6) + 1
    bits, before = np.zeros((len(lists), words), np.uint64), np.empty((len(lists), words), np.uint32)
    for number in lists.values():
        mark(place[begins[number] + 1 : begins[number + 1]], bits[number], before[number])
    return Postings(lists, begins, place, journey, when, bits, before)
