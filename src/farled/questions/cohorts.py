"""Cohorts in a chunk: who enters when, and who is back how much later."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk, Codes
from farled.journeys.truth import customer_offsets
from farled.questions.groups import values_at
from farled.questions.steps import Step, coded
from farled.questions.stretch import Stretch, edges_of, joined
from farled.spans import Calendar
from farled.stats.clustered import Sums

Counts = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

BLOCK = 4096
EVENT, PERIOD, CUSTOMER = 0, 2, 3


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """How cohorts and returns are told apart.

    Attributes:
        start: What makes a customer enter.
        back: What is a return; None: any event.
        calendar: The periods of the cohorts.
        mode: As of ``Retention``.
        spans: With ``brackets`` their edges, with ``rolling`` the length of one step alone; microseconds.
        is_recurring: Whether customers enter in every period with a start.
    """

    start: Step
    back: Step | None
    calendar: Calendar
    mode: str
    spans: tuple[int, ...]
    is_recurring: bool

    def over(self, edges: Ints, until: int) -> Ints:
        """Return how many columns of each cohort are over, the size too. Shape (periods,), at least 1.

        Args:
            edges: When the periods of the cohorts begin, and when the last is over.
            until: The first time of which nothing is known.
        """
        if self.mode in ("calendar", "unbounded"):
            whole = int(np.count_nonzero(edges[1:] <= until))
            known: Ints = np.maximum(1, whole - np.arange(len(edges) - 1, dtype=np.int64))
            return known
        left = until - np.minimum(edges[1:], until) + 1  # after the last moment at which a customer may have entered
        if self.mode == "rolling":
            periods: Ints = np.maximum(1, left // self.spans[0])
            return periods
        over: Ints = 1 + np.searchsorted(np.array(self.spans[1:]), left, side="right")
        return over


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Counts of some entries that add up.

    Attributes:
        cells: Size and returns of the cohort of each period, shape (periods, columns).
        sums: Per column sums over customers, shape (columns, 4); None where each has one entry.
    """

    cells: Counts
    sums: Ints | None

    def clustered(self, column: int, known: int, back: int) -> Sums | None:
        """Return what the interval of a pooled share needs where customers have several entries, else None."""
        if self.sums is None:
            return None
        customers, square, product, other = self.sums[column].tolist() if column < len(self.sums) else (0, 0, 0, 0)
        return Sums(customers, known, back, square, product, other)


def together(whole: Stretch, parts: Sequence[tuple[Stretch, Counted]]) -> Counted:
    """Return the sum of counts; at least one."""
    sums = [counted.sums for _, counted in parts if counted.sums is not None]
    total = np.zeros((max(map(len, sums)), 4), dtype=np.int64) if sums else None
    for each in sums:
        total[: len(each)] += each  # type: ignore[index]  # there are sums
    return Counted(joined(whole, [(stretch, counted.cells) for stretch, counted in parts]), total)


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """The cohorts of a chunk.

    Attributes:
        plan: How.
        chunk: Whose events.
        stretch: Which time counts.
        edges: When the periods begin, and when the last is over.
        code: What happened, per event.
        flags: Per code whether it is a start, a return or both.
    """

    plan: CohortPlan
    chunk: Chunk
    stretch: Stretch
    edges: Ints
    code: Codes
    flags: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, plan: CohortPlan, chunk: Chunk, stretch: Stretch) -> "Cohorts":
        """Prepare a chunk."""
        steps = [plan.start] if plan.back is None else [plan.start, plan.back]
        events = coded(chunk, steps)
        flags = events.masks[events.classes].astype(np.uint8)
        flags |= np.uint8(0 if plan.back else 2)
        flags.flags.writeable = False
        return cls(plan, chunk, stretch, edges_of(plan.calendar, stretch.first, stretch.last), events.code, flags)

    def entries(self) -> Rows:
        """Return who enters when: event, end of the customer's events, period, customer, first of the time. (n, 5)."""
        from farled.journeys import retention_kernels as kernels

        find = kernels.all_entries if self.plan.is_recurring else kernels.first_entries
        offsets = customer_offsets(self.chunk)
        return find(offsets, self.chunk.time, self.code, self.flags, self.edges, self._low, self.stretch.until)

    def all_counted(self) -> "Counted":
        """Return what of all entries can be added up."""
        from farled.journeys.presence_kernels import first_in_calendar

        if self.plan.mode != "calendar" or self.plan.is_recurring:
            return self.counted(self.entries())
        events = customer_offsets(self.chunk), self.chunk.time, self.code, self.flags
        return Counted(first_in_calendar(*events, self.edges, self._low, self.stretch.until), None)

    def counted(self, entries: Rows) -> "Counted":
        """Return what of some entries can be added up."""
        return Counted(self._counts(entries), self._sums(entries) if self.plan.is_recurring else None)

    def _counts(self, entries: Rows) -> Counts:
        cells = np.zeros((self.stretch.periods, self._columns), dtype=np.int32)
        self._count(entries, cells)
        cells[:, 0] = np.bincount(entries[:, PERIOD], minlength=len(cells))
        if self.plan.mode == "unbounded":
            cells[:, 1:] = cells[:, :0:-1].cumsum(axis=1)[:, ::-1]
        return cells

    def _sums(self, entries: Rows) -> Ints:
        """Return sums over customers, who have several entries each: see `add_customer_sums`."""
        from farled.journeys.retention_kernels import add_customer_sums

        over = self.plan.over(self.edges, self.stretch.until)
        sums = np.zeros((self._columns, 4), dtype=np.int64)
        first = 0
        while first < len(entries):
            last = min(first + BLOCK, len(entries))
            while last < len(entries) and entries[last, CUSTOMER] == entries[last - 1, CUSTOMER]:
                last -= 1  # a customer has fewer entries than a block has room for
            block = entries[first:last]
            customer, known = block[:, CUSTOMER].copy(), over[block[:, PERIOD]]
            add_customer_sums(customer, known, self._each(block), sums)
            first = last
        return sums

    def _each(self, entries: Rows) -> Counts:
        """Return the cells of each entry alone. Shape (n, columns)."""
        alone = entries.copy()
        alone[:, PERIOD] = np.arange(len(alone))
        cells = np.zeros((len(alone), self._columns), dtype=np.int32)
        self._count(alone, cells)
        if self.plan.mode == "unbounded":
            cells[:, 1:] = cells[:, :0:-1].cumsum(axis=1)[:, ::-1]
        return cells

    def in_cell(self, entries: Rows, period: int, column: int) -> Ints:
        """Return the customers who enter in a period and are back in a column; column 0: all who enter."""
        entries = entries[entries[:, PERIOD] == period - self.stretch.first]
        if column == 0:
            return entries[:, CUSTOMER].astype(np.int64)
        found = [entries[:0, CUSTOMER]]
        for first in range(0, len(entries), BLOCK):
            block = entries[first : first + BLOCK]
            found.append(block[self._each(block)[:, column] > 0, CUSTOMER])
        return np.concatenate(found).astype(np.int64)

    def groups(self, entries: Rows, by: str) -> tuple[list[Any], Ints]:
        """Return the values of a property, and which of them each entry has at the first entry of its customer."""
        customer, first, place = np.unique(entries[:, CUSTOMER], return_index=True, return_inverse=True)
        values, code = values_at(self.chunk, by, entries[first, EVENT])
        return values, code[place] if len(customer) else code

    @property
    def _low(self) -> int:
        return max(self.stretch.low, int(self.edges[0]))

    @property
    def _columns(self) -> int:
        if self.plan.mode == "rolling":
            return int(self.stretch.until - self.edges[0]) // self.plan.spans[0] + 1
        return len(self.plan.spans) if self.plan.mode == "brackets" else self.stretch.periods

    def _count(self, entries: Rows, cells: Counts) -> None:
        """Raise the cells in which entries are back; the row is the period of the entry."""
        from farled.journeys import retention_kernels as kernels

        events = self.chunk.time, self.code, self.flags
        until = self.stretch.until
        match self.plan.mode:
            case "calendar":
                kernels.in_calendar(entries, *events, self.edges, until, cells)
            case "unbounded":
                kernels.at_last(entries, *events, self.edges, until, cells)
            case "rolling":
                kernels.in_multiples(entries, *events, self.plan.spans[0], until, cells)
            case _:
                kernels.in_brackets(entries, *events, _frozen(self.plan.spans), until, cells)


def _frozen(spans: tuple[int, ...]) -> Ints:
    made = np.array(spans, dtype=np.int64)
    made.flags.writeable = False
    return made
