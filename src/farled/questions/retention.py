"""Retention: who comes back, period after period."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.figure import Figure
from farled.figures.heatmap import HeatMap
from farled.figures.lines import Line, Lines
from farled.figures.quantity import Word
from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.locale import N_
from farled.questions.cohorts import CohortPlan, Cohorts, Counted, together
from farled.questions.members import members
from farled.questions.steps import Step, mentioned, needed
from farled.questions.stretch import Stretch, edges_of
from farled.spans import CALENDAR, DAY, Calendar, microseconds, time_zone
from farled.stats.clustered import share_of
from farled.stats.intervals import Estimate, Rate

Counts = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MODES = ("calendar", "rolling", "unbounded", "brackets")
MOST_PERIODS = 1200
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_POINTER = re.compile(r"/(?:groups/(\d+)/)?cohorts/(\d+)/(size|back/(\d+))")


@dataclass(frozen=True, slots=True)
class Retention:
    """Ask how many of the customers who start in a period come back in the periods after it.

    Customers who start in one calendar period are its cohort. Who starts for the first time is judged over all data,
    also where a period is asked about. A return is an event at or after the start, and another event than the start
    itself. A cell whose time is not over when the data ends is None.

    Args:
        start: What makes a customer enter: an event name, a list of names (any of them), or ``{name, where}`` with a
            condition on the event.
        back: What is a return, likewise; None: any event.
        period: Of the cohorts, and with ``calendar``, ``rolling`` and ``unbounded`` of the returns.
        mode: When a customer is back in cell ``k``: ``calendar``: in the ``k``-th calendar period after that of the
            start; ``rolling``: from ``k`` to ``k + 1`` times a period of 24-hour days (a month has 30, a quarter 91, a
            year 365) after the start; ``unbounded``: in the ``k``-th calendar period or later; ``brackets``: from one
            of ``brackets`` to the next after the start.
        cohort: ``first``: a customer enters once, with the first start ever; ``recurring``: in every period with a
            start, with the first of it.
        brackets: Rising spans, such as ``["1d", "8d", "31d"]``: back on day 1 to 7, or 8 to 30. The end of each is out.
        time_zone: Where days begin and end; None: that of the workspace.
        by: A property; groups customers by its value at the start. Or a list of segments, each asked for itself.

    Raises:
        InputError: ``start`` or ``back`` is no event, a choice is none of those, or there is no such time zone.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> story = {"ana": [("visit", 0), ("visit", 8)], "bo": [("visit", 1)], "cai": [("visit", 7), ("visit", 25)]}
        >>> answer = ask(journeys_of(story, start=4 * 86_400_000_000), Retention("visit"))  # day 0 is a Monday
        >>> [(cohort.name, cohort.size, cohort.back) for cohort in answer.cohorts]
        [('1970-W02', 2, (2, 1, 0)), ('1970-W03', 1, (1, 0, None))]
        >>> print(answer.pooled[1])
        33.3 % [6.1, 79.2] of 3

    Source:
        Own definition: decision 0014.
    """

    judges_by_all: ClassVar[bool] = True

    start: Any = field(metadata={"help": "Customers enter with this event; a|b is any of them.", "step": True})
    back: Any = field(
        default=None, metadata={"help": "They are back with this event; empty is any event.", "step": True}
    )
    period: str = field(default="week", metadata={"help": "Length of the periods.", "choices": CALENDAR})
    mode: str = field(default="calendar", metadata={"help": "When a customer counts as back.", "choices": MODES})
    cohort: str = field(
        default="first",
        metadata={"help": "Customers enter once, or in every period with a start.", "choices": ("first", "recurring")},
    )
    brackets: Sequence[str] | None = field(
        default=None, metadata={"help": "Rising spans after the start, such as 1d,8d,31d, for the mode of that name."}
    )
    time_zone: str | None = field(
        default=None, metadata={"help": "Where days begin and end, such as Europe/Oslo; empty is the workspace's zone."}
    )
    by: str | Sequence[str] | None = field(
        default=None, metadata={"help": "Group customers by this property at the start, or by segments."}
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", Step.of(self.start, "start"))
        object.__setattr__(self, "back", None if self.back is None else Step.of(self.back, "back"))
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        for name, each in self.__dataclass_fields__.items():
            choices = each.metadata.get("choices")
            if choices and getattr(self, name) not in choices:
                raise InputError(f"{name} is {getattr(self, name)!r}.", f"Use one of: {', '.join(choices)}.")
        if self.time_zone is not None:
            time_zone(self.time_zone)
        if (self.mode == "brackets") != (self.brackets is not None):
            raise InputError(
                "mode 'brackets' and the field brackets belong together.", "Write brackets=1d,8d,31d or so."
            )
        if self.brackets is not None:
            given = (self.brackets,) if isinstance(self.brackets, str) else tuple(self.brackets)
            spans = [microseconds(each) for each in given]
            if len(spans) < 2 or any(late <= early for early, late in pairwise(spans)):
                raise InputError(f"brackets are {list(given)}, but must rise.", "Write two spans or more: 1d,8d,31d.")
            object.__setattr__(self, "brackets", given)

    def mentions(self) -> Iterable[str]:
        """Return the names of the start and of the return."""
        return mentioned(self._steps)

    def columns(self) -> Iterable[str]:
        """Return the columns of conditions and of ``by``."""
        return dict.fromkeys([*needed(self._steps), *([self.by] if isinstance(self.by, str) else [])])

    def partial(self, chunk: Chunk) -> "RetentionPartial":
        """Count the cohorts of a chunk and their returns."""
        plan = self._plan
        stretch = Stretch.of(chunk, plan.calendar)
        if stretch is None:
            return RetentionPartial()
        if stretch.periods > MOST_PERIODS:
            return RetentionPartial(stretch)
        cohorts = Cohorts.of(plan, chunk, stretch)
        groups = {}
        if isinstance(self.by, str):
            entries = cohorts.entries()
            values, code = cohorts.groups(entries, self.by)
            groups = {values[at]: cohorts.counted(entries[code == at]) for at in np.unique(code).tolist()}
        return RetentionPartial(stretch, cohorts.all_counted(), groups)

    def answer(self, total: "RetentionPartial") -> "RetentionAnswer":
        """Turn the counts into cohorts with rates.

        Raises:
            InputError: There are too many periods.
        """
        stretch, whole, plan = total.stretch, total.whole, self._plan
        if stretch is not None and stretch.periods > MOST_PERIODS:
            raise stretch.too_many(plan.calendar, MOST_PERIODS)
        rows = np.empty(0, dtype=np.int64) if whole is None else np.flatnonzero(whole.cells[:, 0])
        if stretch is None or whole is None or not len(rows):
            return RetentionAnswer(self, (), (), ("0",), {})
        edges = edges_of(plan.calendar, stretch.first, stretch.last)
        over = plan.over(edges, stretch.until)
        shown = range(int(rows[0]), int(rows[-1]) + 1)
        width = len(self.brackets) if self.brackets is not None else int(over[shown].max())
        groups = sorted(total.groups.items(), key=lambda item: (-int(item[1].cells[:, 0].sum()), str(item[0])))
        frame = _Frame(shown, over, stretch.first, width)
        alone = replace(self, by=None)
        return self._answer(whole, frame, {value: alone._answer(each, frame, {}) for value, each in groups})

    def regrouped(self, answer: "RetentionAnswer", groups: Mapping[str, "RetentionAnswer"]) -> "RetentionAnswer":
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups=groups)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> Mask:
        """Return the customers behind ``/cohorts/i/size`` or ``/cohorts/i/back/k``, also after ``/groups/g``."""
        found = _POINTER.fullmatch(part)
        group, row, what, column = found.groups() if found else (None, None, None, None)
        where = _at(answer.get("groups", []), group) if group is not None else answer
        cohort = None if where is None else _at(where["cohorts"], row)
        count = None if cohort is None else cohort["size"] if what == "size" else _at(cohort["back"], column)
        if where is None or cohort is None or count is None:
            raise NotFoundError.named("number with customers behind it", part, _parts(answer))
        stretch = Stretch.of(chunk, self._plan.calendar)
        if stretch is None:
            return members(chunk, np.empty(0, dtype=np.int64))
        cohorts = Cohorts.of(self._plan, chunk, stretch)
        entries = cohorts.entries()
        if group is not None:
            values, code = cohorts.groups(entries, str(self.by))
            entries = entries[np.array([values[at] == where["value"] for at in code.tolist()], dtype=np.bool_)]
        period = self._plan.calendar.holding(date.fromisoformat(cohort["start"]))
        return members(chunk, cohorts.in_cell(entries, period, int(column or 0)))

    @property
    def _plan(self) -> CohortPlan:
        calendar = Calendar(self.period, self.time_zone or "UTC")
        spans = tuple(map(microseconds, self.brackets or ())) or (_DAYS[self.period] * DAY,)
        return CohortPlan(self.start, self.back, calendar, self.mode, spans, self.cohort == "recurring")

    def _answer(self, counted: Counted, frame: "_Frame", groups: Mapping[Any, "RetentionAnswer"]) -> "RetentionAnswer":
        cells, calendar = counted.cells, self._plan.calendar
        wide = np.zeros((len(cells), max(frame.width, cells.shape[1])), dtype=np.int64)
        wide[:, : cells.shape[1]] = cells
        cohorts = []
        for row in frame.shown:
            number, known = frame.first + row, min(int(frame.over[row]), frame.width)
            back = (*wide[row, :known].tolist(), *(None,) * (frame.width - known))
            cohorts.append(Cohort(calendar.name(number), calendar.first_day(number), int(wide[row, 0]), back))
        pooled = tuple(_pooled(cohorts, counted, at) for at in range(frame.width))
        spans = self.brackets or ()
        brackets = [f"{low}..{high}" for low, high in pairwise(spans)]
        return RetentionAnswer(
            self, tuple(cohorts), pooled, ("0", *(brackets or map(str, range(1, frame.width)))), groups
        )

    @property
    def _steps(self) -> tuple[Step, ...]:
        return (self.start,) if self.back is None else (self.start, self.back)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Which rows and columns an answer has."""

    shown: range
    over: Ints
    first: int
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class RetentionPartial:
    """Counts that add up.

    Attributes:
        stretch: The time that was looked at; None: no event counts.
        whole: The cohort of each period of the stretch, and its returns; None where there are too many periods.
        groups: The same per value of ``by``.
    """

    stretch: Stretch | None = None
    whole: Counted | None = None
    groups: Mapping[Any, Counted] = field(default_factory=dict)

    def __add__(self, other: "RetentionPartial") -> "RetentionPartial":
        if self.stretch is None or other.stretch is None:
            return self if other.stretch is None else other
        stretch = self.stretch + other.stretch
        if self.whole is None or other.whole is None or stretch.periods > MOST_PERIODS:
            return RetentionPartial(stretch)
        both = (self.stretch, self.groups), (other.stretch, other.groups)
        groups = {
            value: together(stretch, [(each, counts[value]) for each, counts in both if value in counts])
            for value in dict.fromkeys([*self.groups, *other.groups])
        }
        whole = together(stretch, [(self.stretch, self.whole), (other.stretch, other.whole)])
        return RetentionPartial(stretch, whole, groups)


AXES = {
    "day": N_("days later"),
    "week": N_("weeks later"),
    "month": N_("months later"),
    "quarter": N_("quarters later"),
    "year": N_("years later"),
}
_ONE = {
    "day": N_("day later"),
    "week": N_("week later"),
    "month": N_("month later"),
    "quarter": N_("quarter later"),
    "year": N_("year later"),
}


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers who start in one period.

    Attributes:
        name: Of the period, as ``during`` reads it, such as ``2026-W14``.
        start: First day of the period.
        size: How many they are; the last cohort may still grow.
        back: How many are back in each column of the answer, the size first; None where its time is not over.
    """

    name: str
    start: date
    size: int
    back: tuple[int | None, ...]

    @property
    def rate(self) -> tuple[Rate | None, ...]:
        """The share that is back in each column; None where its time is not over."""
        return tuple(None if count is None else Rate(count, self.size) for count in self.back)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "name": self.name,
            "start": self.start.isoformat(),
            "size": self.size,
            "back": list(self.back),
            "rate": [each.to_dict() if each else None for each in self.rate],
        }


@dataclass(frozen=True, slots=True)
class RetentionAnswer(TableAnswer):
    """A cohort per period, from the first with a customer to the last, and all of them together.

    Attributes:
        question: What was asked.
        cohorts: Earliest first.
        pooled: Per column the share that is back of all cohorts for which its time is over; None where there is none.
            Where a customer may be in several cohorts it is an `Estimate` whose interval counts customers.
        columns: What each place in ``back``, ``rate`` and ``pooled`` stands for: ``0`` for the cohort itself, then how
            many periods later, or the bracket.
        groups: The same per value of ``by``, with the same cohorts; None is no value.
    """

    question: Retention
    cohorts: tuple[Cohort, ...]
    pooled: tuple[Rate | Estimate | None, ...]
    columns: tuple[str, ...]
    groups: Mapping[Any, "RetentionAnswer"]

    @property
    def customers(self) -> int:
        """How many customers are in the cohorts, each counted once per cohort."""
        return sum(cohort.size for cohort in self.cohorts)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "period": self.question.period,
            "time_zone": self.question.time_zone or "UTC",
            "columns": list(self.columns),
            "cohorts": [cohort.to_dict() for cohort in self.cohorts],
            "pooled": [each.to_dict() if each else None for each in self.pooled],
            "groups": [{"value": value, **answer.to_dict()} for value, answer in self.groups.items()],
        }

    def figure(self) -> Figure:
        """Return the cohorts as a heat map, all of them together first."""
        width = len(self.columns)
        cells = tuple((*cohort.rate, *(None,) * width)[1:width] for cohort in self.cohorts)
        pooled = (*self.pooled, *(None,) * width)[1:width]
        axis = "" if self.question.brackets else Word(AXES[self.question.period])
        one = "" if self.question.brackets else Word(_ONE[self.question.period])
        rows = tuple(cohort.name for cohort in self.cohorts)
        title = Word(N_("Share that is back"))
        return HeatMap(title, rows, self.columns[1:], cells, axis, "share", pooled if self.cohorts else (), one)

    def figures(self) -> tuple[Figure, ...]:
        """Return the heat map, and the curve of all together, of each group where asked."""
        known = [at for at, rate in enumerate(self.pooled) if at and rate is not None]
        if len(known) < 2:
            return (self.figure(),)
        groups = {"–" if value is None else str(value): answer.pooled for value, answer in self.groups.items()}
        pooled = {Word(N_("all")): self.pooled, **groups}
        lines = tuple(
            Line(name if groups else "", tuple(rates[at] if at < len(rates) else None for at in known))
            for name, rates in pooled.items()
        )
        axis = "" if self.question.brackets else Word(AXES[self.question.period])
        places = tuple(self.columns[at] for at in known)
        return self.figure(), Lines(Word(N_("Share that is back, all cohorts together")), places, lines[:7], axis=axis)

    def table(self) -> Table:
        """Return one row per cohort, one for all together, and one per group."""
        columns = self.columns[1:]
        rows: list[tuple[Any, ...]] = [(cohort.name, cohort.size, *cohort.rate[1:]) for cohort in self.cohorts]
        if rows:
            rows.append(("all", self.customers, *self.pooled[1:]))
        for value, answer in self.groups.items():
            pooled = answer.pooled[1:] or (None,) * len(columns)
            shown = (*pooled, *(None,) * len(columns))[: len(columns)]
            rows.append((f"all: {'–' if value is None else value}", answer.customers, *shown))
        unit = self.question.period
        later = "in each span of time" if self.question.brackets else f"so many {unit}s later"
        title = f"Retention: share of customers back {later}"
        return Table(
            title, ("cohort", "customers", *columns), tuple(rows), dict.fromkeys(columns, "brief"), self._note()
        )

    def _note(self) -> str:
        if not self.cohorts:
            return f"Nobody starts with {self.question.start.label}."
        rate = self.pooled[1] if len(self.pooled) > 1 else None
        when = self.columns[1] if self.question.brackets else f"{self.question.period} 1"
        said = [] if rate is None or rate.value is None else [f"Of all together {_said(rate)} are back in {when}."]
        return " ".join([*said, "–: not over yet."])


def _pooled(cohorts: Sequence[Cohort], counted: Counted, column: int) -> Rate | Estimate | None:
    over = [(count, cohort.size) for cohort in cohorts if (count := cohort.back[column]) is not None]
    if not over:
        return None
    back, known = sum(count for count, _ in over), sum(size for _, size in over)
    sums = counted.clustered(column, known, back) if column else None
    return Rate(back, known) if sums is None else share_of(sums)


def _said(rate: Rate | Estimate) -> str:
    low, high = 100 * (rate.low or 0.0), 100 * (rate.high or 0.0)
    return f"{100 * (rate.value or 0.0):.1f} % [{low:.1f}, {high:.1f}] of {rate.n}"


def _at(items: Sequence[Any], place: str | None) -> Any:
    """Return an item by its place as text, None where there is none."""
    return items[int(place)] if place is not None and int(place) < len(items) else None


def _parts(answer: Mapping[str, Any]) -> list[str]:
    """Return pointers to some numbers that customers stand behind."""
    found = []
    for at, cohort in enumerate(answer["cohorts"][:3]):
        known = [k for k, count in enumerate(cohort["back"]) if count is not None]
        found += [f"/cohorts/{at}/size", *(f"/cohorts/{at}/back/{k}" for k in known[1:3])]
    return found
