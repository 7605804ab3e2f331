"""Lifecycle: which customers are new, stay, come back and fall silent, period after period."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.figure import Figure
from farled.figures.lines import Line, Lines
from farled.figures.quantity import Word
from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.journeys.select import only
from farled.journeys.truth import customer_offsets
from farled.locale import N_
from farled.questions.groups import values_at
from farled.questions.stretch import Stretch, edges_of, joined
from farled.spans import CALENDAR, Calendar, time_zone
from farled.stats.intervals import Rate

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_PERIODS = 5000
NUMBERS = ("customers", "new", "active", "returned", "dormant")
_POINTER = re.compile(rf"/(?:groups/(\d+)/)?periods/(\d+)/({'|'.join(NUMBERS)})")
_EARLIER, _BEFORE, _NOW = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Ask per calendar period which customers are new, stay active, have returned, or have gone dormant.

    A customer with an event in the period is *new* if it is the first event ever, *active* if there is one in the
    period before too, else *returned*. Who was there in the period before and is not now is *dormant*. All this is
    judged over all data; ``during`` only chooses the periods: those that begin in it. The last period is counted so
    far, and who is dormant in it is not known before it is over.

    Args:
        period: Length of the periods.
        time_zone: Where days begin and end; None: that of the workspace.
        by: A property; groups customers by its value at their first event. Or a list of segments, each asked for
            itself.

    Raises:
        InputError: ``period`` is none of the calendar, or there is no such time zone.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> story = {"ana": [("visit", 0), ("visit", 40)], "bo": [("visit", 5)], "cai": [("visit", 35), ("visit", 70)]}
        >>> for month in ask(journeys_of(story), Lifecycle()).periods:  # day 0 is 1 January 1970
        ...     print(month.name, month.new, month.active, month.returned, month.dormant)
        1970-01 2 0 0 0
        1970-02 1 1 0 1
        1970-03 0 1 0 None

    Source:
        Own definition: decision 0014.
    """

    judges_by_all: ClassVar[bool] = True

    period: str = field(default="month", metadata={"help": "Length of the periods.", "choices": CALENDAR})
    time_zone: str | None = field(
        default=None, metadata={"help": "Where days begin and end, such as Europe/Oslo; empty is the workspace's zone."}
    )
    by: str | Sequence[str] | None = field(
        default=None, metadata={"help": "Group customers by this property of their first event, or by segments."}
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        if self.period not in CALENDAR:
            raise InputError(f"period is {self.period!r}.", f"Use one of: {', '.join(CALENDAR)}.")
        if self.time_zone is not None:
            time_zone(self.time_zone)

    def mentions(self) -> Iterable[str]:
        """Return nothing: a lifecycle names no events."""
        return ()

    def columns(self) -> Iterable[str]:
        """Return the property of ``by``."""
        return (self.by,) if isinstance(self.by, str) else ()

    def partial(self, chunk: Chunk) -> "LifecyclePartial":
        """Count the customers of a chunk per period."""
        stretch = Stretch.of(chunk, self._calendar, before=True)
        if stretch is None or stretch.periods > MOST_PERIODS:
            return LifecyclePartial(stretch)
        groups = {}
        if isinstance(self.by, str):
            values, code = values_at(chunk, self.by, customer_offsets(chunk)[:-1])
            groups = {values[at]: self._count(only(chunk, code == at), stretch) for at in np.unique(code).tolist()}
        return LifecyclePartial(stretch, self._count(chunk, stretch), groups)

    def answer(self, total: "LifecyclePartial") -> "LifecycleAnswer":
        """Turn the counts into periods.

        Raises:
            InputError: There are too many periods.
        """
        stretch = total.stretch
        if stretch is None:
            return LifecycleAnswer(self, (), {})
        if total.counts is None:
            raise stretch.too_many(self._calendar, MOST_PERIODS)
        there = ((value, counts) for value, counts in total.groups.items() if counts.any())
        groups = sorted(there, key=lambda item: (-int(item[1][:, 0].sum()), str(item[0])))
        alone = replace(self, by=None)
        made = {value: LifecycleAnswer(alone, self._periods(stretch, counts), {}) for value, counts in groups}
        return LifecycleAnswer(self, self._periods(stretch, total.counts), made)

    def regrouped(self, answer: "LifecycleAnswer", groups: Mapping[str, "LifecycleAnswer"]) -> "LifecycleAnswer":
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups=groups)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> Mask:
        """Return the customers behind ``/periods/i/new`` and its like, also after ``/groups/g``."""
        group, row, what = found.groups() if (found := _POINTER.fullmatch(part)) else (None, "", "")
        where = answer if group is None else _at(answer["groups"], group)
        period = None if where is None else _at(where["periods"], row)
        if where is None or period is None or period[what] is None:
            known = [f"/periods/{at}/{name}" for at in range(min(3, len(answer["periods"]))) for name in NUMBERS[:4]]
            raise NotFoundError.named("number with customers behind it", part, known)
        here = self._standing(chunk, date.fromisoformat(period["start"]), what)
        if group is not None:
            values, code = values_at(chunk, str(self.by), customer_offsets(chunk)[:-1])
            here &= np.array([values[at] == where["value"] for at in code.tolist()], dtype=np.bool_)
        return here

    @property
    def _calendar(self) -> Calendar:
        return Calendar(self.period, self.time_zone or "UTC")

    def _count(self, chunk: Chunk, stretch: Stretch) -> Counts:
        from farled.journeys.presence_kernels import lifecycle_counts

        edges = edges_of(self._calendar, stretch.first, stretch.last)
        return lifecycle_counts(customer_offsets(chunk), chunk.time, edges, stretch.until)

    def _standing(self, chunk: Chunk, start: date, what: str) -> Mask:
        """Return which customers of a chunk are counted in a period."""
        from farled.journeys.retention_kernels import lifecycle_states

        stretch, number = Stretch.of(chunk, self._calendar, before=True), self._calendar.holding(start)
        if stretch is None or not stretch.first <= number <= stretch.last:
            return np.zeros(chunk.customers, dtype=np.bool_)
        edges = edges_of(self._calendar, stretch.first, stretch.last)
        offsets = customer_offsets(chunk)
        state = lifecycle_states(offsets, chunk.time, edges, stretch.until, number - stretch.first)
        wanted: dict[str, Mask] = {
            "customers": state & _NOW == _NOW,
            "new": state == _NOW,
            "active": state & (_NOW | _BEFORE) == _NOW | _BEFORE,
            "returned": state == _NOW | _EARLIER,
            "dormant": state & (_NOW | _BEFORE) == _BEFORE,
        }
        return wanted[what]

    def _periods(self, stretch: Stretch, counts: Counts) -> tuple["LifecyclePeriod", ...]:
        """Return the periods that begin in the time asked about."""
        calendar, made, before = self._calendar, [], 0
        for at, (new, active, returned, dormant) in enumerate(counts.tolist()):
            number = stretch.first + at
            is_over = calendar.start(number + 1) <= stretch.until
            numbers = new, active, returned, dormant if is_over else None
            kept = Rate(active, before) if is_over else None
            if calendar.start(number) >= stretch.low:
                made.append(LifecyclePeriod(calendar.name(number), calendar.first_day(number), *numbers, kept))
            before = new + active + returned
        return tuple(made)


@dataclass(frozen=True, slots=True, eq=False)
class LifecyclePartial:
    """Counts that add up.

    Attributes:
        stretch: The time that was looked at; None: no event counts.
        counts: New, active, returned and dormant customers of each period of the stretch, shape (periods, 4); None
            where there are too many periods.
        groups: The same per value of ``by``.
    """

    stretch: Stretch | None = None
    counts: Counts | None = None
    groups: Mapping[Any, Counts] = field(default_factory=dict)

    def __add__(self, other: "LifecyclePartial") -> "LifecyclePartial":
        if self.stretch is None or other.stretch is None:
            return self if other.stretch is None else other
        stretch = self.stretch + other.stretch
        if self.counts is None or other.counts is None or stretch.periods > MOST_PERIODS:
            return LifecyclePartial(stretch)
        both = (self.stretch, self.groups), (other.stretch, other.groups)
        groups = {
            value: joined(stretch, [(each, counts[value]) for each, counts in both if value in counts])
            for value in dict.fromkeys([*self.groups, *other.groups])
        }
        whole = joined(stretch, [(self.stretch, self.counts), (other.stretch, other.counts)])
        return LifecyclePartial(stretch, whole, groups)


@dataclass(frozen=True, slots=True)
class LifecyclePeriod:
    """One period.

    Attributes:
        name: As ``during`` reads it, such as ``2026-07``.
        start: Its first day.
        new: Customers whose first event ever lies in it.
        active: Customers of the period before who are here too.
        returned: Customers seen earlier, but not in the period before.
        dormant: Customers of the period before who are not here; None while the period is not over.
        kept: Share of the customers of the period before who are here too; None while the period is not over.
    """

    name: str
    start: date
    new: int
    active: int
    returned: int
    dormant: int | None
    kept: Rate | None

    @property
    def customers(self) -> int:
        """All customers with an event in the period."""
        return self.new + self.active + self.returned

    @property
    def is_over(self) -> bool:
        """Whether the period was over when the data ended; if not, its numbers are those so far."""
        return self.dormant is not None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        numbers = {name: getattr(self, name) for name in NUMBERS}
        kept = self.kept.to_dict() if self.kept else None
        return {"name": self.name, "start": self.start.isoformat(), **numbers, "kept": kept, "is_over": self.is_over}


@dataclass(frozen=True, slots=True)
class LifecycleAnswer(TableAnswer):
    """One period after the other.

    Attributes:
        question: What was asked.
        periods: Earliest first.
        groups: The same per value of ``by``; None is no value.
    """

    question: Lifecycle
    periods: tuple[LifecyclePeriod, ...]
    groups: Mapping[Any, "LifecycleAnswer"]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "period": self.question.period,
            "time_zone": self.question.time_zone or "UTC",
            "periods": [period.to_dict() for period in self.periods],
            "groups": [{"value": value, **answer.to_dict()} for value, answer in self.groups.items()],
        }

    def figure(self) -> Figure:
        """Return the customers of each period by what they are."""
        names = {"new": N_("new"), "active": N_("active"), "returned": N_("returned"), "dormant": N_("dormant")}
        lines = tuple(
            Line(Word(text), tuple(getattr(period, name) for period in self.periods)) for name, text in names.items()
        )
        places = tuple(period.name for period in self.periods)
        return Lines(Word(N_("Customers of each period")), places, lines, "number", what=Word("customers"))

    def table(self) -> Table:
        """Return one row per period, and per group where asked."""
        by = self.question.by
        grouped = () if by is None else (by,) if isinstance(by, str) else ("segment",)
        parts = [("all", self), *(("–" if value is None else str(value), each) for value, each in self.groups.items())]
        rows = tuple(
            (*((name,) if grouped else ()), period.name, *(getattr(period, each) for each in NUMBERS), period.kept)
            for name, answer in parts
            for period in answer.periods
        )
        last = self.periods[-1] if self.periods else None
        note = (
            f"Nobody has an event in a {self.question.period} that begins in the time asked about." if not last else ""
        )
        note = f"{last.name} is not over: counted so far." if last and not last.is_over else note
        headings = (*grouped, self.question.period, *NUMBERS, "kept")
        return Table(f"Lifecycle by {self.question.period}", headings, rows, None, note)


def _at(items: Sequence[Any], place: str) -> Any:
    """Return an item by its place as text, None where there is none."""
    return items[int(place)] if place and int(place) < len(items) else None
