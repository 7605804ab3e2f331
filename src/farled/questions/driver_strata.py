"""What drivers count: customers waiting for a step, matched by when they came, how long they wait and what they did."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk
from farled.journeys.truth import customer_offsets
from farled.spans import DAY, SECOND

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OFTEN = 3
BLOCK = 28 * DAY
STRETCHES = np.concatenate(([0], np.unique((SECOND * 1.6 ** np.arange(42)).astype(np.int64) // SECOND * SECOND)))
"""Edges of the time since the step before, microseconds: each stretch is about 1.6 times as long as the one before."""
CLASSES = np.searchsorted([1, 2, 3, 5, 8, 13, 21], np.arange(22), side="right")
"""Class of each number of events so far."""
KINDS = int(CLASSES[-1]) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Customers of a chunk from the step before on.

    Attributes:
        customer: Position of each. Shape (n,).
        took: How many took the step, also such as were not seen waiting.
        stayed: How many did not.
        last: Last stretch in which each was seen before the step. Shape (n,).
        takes: 1 for those that took the step in it. Shape (n,).
        block: Four weeks in which each came to the step before. Shape (n,).
        offsets: Where the events of each begin. Shape (n + 1,).
        event: Events before the end of waiting, by position in the chunk.
        since: First stretch at whose beginning each event has happened.
        names: Of all events.
    """

    customer: Ints
    took: int
    stayed: int
    last: Ints
    takes: Ints
    block: Ints
    offsets: Ints
    event: Ints
    since: Ints
    names: tuple[str, ...]

    @classmethod
    def of(cls, chunk: Chunk, customer: Ints, start: Ints, until: Ints) -> "Waiting":
        """Lay the events of customers along their waiting.

        Args:
            chunk: Of any journeys.
            customer: Positions.
            start: When each came to the step before.
            until: When each took the step; -1: it did not.
        """
        did, most = until >= 0, len(STRETCHES) - 2
        last = np.searchsorted(STRETCHES, chunk.end - start, side="right") - 2
        last = np.where(did, np.maximum(np.searchsorted(STRETCHES, until - start, side="left") - 1, 0), last)
        takes = (did & (last <= most)).astype(np.int64)
        kept = np.flatnonzero(last >= 0)
        last, takes = np.minimum(last, most)[kept], takes[kept]
        first, end = (customer_offsets(chunk)[customer[kept] + more] for more in (0, 1))
        who = np.repeat(np.arange(len(kept)), end - first)
        event = np.arange(len(who)) + np.repeat(first - np.concatenate(([0], np.cumsum(end - first)[:-1])), end - first)
        waited = chunk.time[event] - start[kept][who]
        since = np.where(waited < 0, 0, np.maximum(np.searchsorted(STRETCHES, waited, side="left"), 1))
        there = since <= last[who]
        who, event, since = who[there], event[there], since[there]
        if chunk.owner is not None:  # journeys of one customer may overlap
            order = np.lexsort((since, who))
            who, event, since = who[order], event[order], since[order]
        offsets = np.concatenate(([0], np.cumsum(np.bincount(who, minlength=len(kept))))).astype(np.int64)
        counts = int(did.sum()), int((~did).sum())
        return cls(customer[kept], *counts, last, takes, start[kept] // BLOCK, offsets, event, since, chunk.names)

    def counted(self, block: int, codes: Ints, candidates: int) -> "Strata":
        """Count those of four weeks, given the candidates that each event of the chunk is."""
        from farled.journeys.driver_kernels import at_risk

        chosen = self.block == block
        events = np.repeat(chosen, np.diff(self.offsets))
        offsets = np.concatenate(([0], np.cumsum(np.diff(self.offsets)[chosen]))).astype(np.int64)
        names = len(self.names)
        limits = np.array([len(STRETCHES) - 1, KINDS, candidates, OFTEN, names], dtype=np.int64)
        customers = np.stack((self.last[chosen], self.takes[chosen]))
        return Strata(*at_risk(offsets, self.since[events], codes[self.event[events]], customers, CLASSES, limits))

    def having(self, codes: Ints, candidate: int, least: int) -> npt.NDArray[np.bool_]:
        """Return which had a candidate so many times before they were last seen waiting. Shape (n,)."""
        is_it = (codes[self.event] == candidate).any(axis=1)
        who = np.repeat(np.arange(len(self.customer)), np.diff(self.offsets))
        had: npt.NDArray[np.bool_] = np.bincount(who[is_it], minlength=len(self.customer)) >= least
        return had


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Counts of those that came in the same four weeks, per stretch of waiting and number of events so far.

    Attributes:
        n: Customers before the step. Shape (stretches, classes).
        cases: Those who take it. As ``n``.
        n_with: Customers with each candidate, once or more and often: by the class of all their events, then by that of
            their other events. Shape (stretches, classes, 4 candidates).
        cases_with: Those of them who take it. As ``n_with``.
        having: Customers with each candidate when last seen: those who took the step, the others. Shape (2,
            2 candidates).
    """

    n: npt.NDArray[np.int32]
    cases: npt.NDArray[np.int32]
    n_with: npt.NDArray[np.int32]
    cases_with: npt.NDArray[np.int32]
    having: npt.NDArray[np.int32]

    def __add__(self, other: "Strata") -> "Strata":
        return Strata(
            self.n + other.n,
            self.cases + other.cases,
            self.n_with + other.n_with,
            self.cases_with + other.cases_with,
            self.having + other.having,
        )


class Tables(NamedTuple):
    """One two-by-two table per stratum: customers with and without a candidate, and those of them who take the step."""

    n: Floats
    cases: Floats
    other_n: Floats
    other_cases: Floats
    stretch: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Strata in a row, as in `Strata`, with the stretch of each."""

    n: Floats
    cases: Floats
    n_with: Floats
    cases_with: Floats
    stretch: Ints

    def tables(self, at: int) -> tuple[Tables, Tables]:
        """Return the tables of a candidate: matched by the number of all events, and by that of the others."""
        half = self.n_with.shape[1] // 2
        size = half // 2
        made = []
        for all_, some in ((self.n, self.n_with), (self.cases, self.cases_with)):
            moved = all_ - some[:, at % size] + some[:, half + at % size]  # those with it, by their other events
            made.append((some[:, at], all_ - some[:, at], some[:, half + at], moved - some[:, half + at]))
        (n, n_rest, own, own_rest), (cases, cases_rest, own_cases, own_cases_rest) = made
        return (
            Tables(n, cases, n_rest, cases_rest, self.stretch),
            Tables(own, own_cases, own_rest, own_cases_rest, self.stretch),
        )
