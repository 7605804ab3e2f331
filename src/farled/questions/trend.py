"""Trend: a question for every day, week or month, and where its numbers change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.figure import Figure
from farled.figures.lines import Line, Lines
from farled.figures.quantity import Label, Unit, Word, joined
from farled.figures.table import Table
from farled.journeys.customer_marks import CUSTOMER
from farled.journeys.distinct import distinct_pairs
from farled.journeys.index import Chunk
from farled.journeys.pieces import marks, pieces
from farled.locale import N_
from farled.questions.asker import Asker, Side
from farled.questions.compare import require_counting
from farled.questions.numbers import Name, Number, labels
from farled.questions.spreads import SpreadsAnswer, added, named_by_all, varied
from farled.questions.trend_numbers import estimate, variance, without_weekdays
from farled.spans import Calendar, moment
from farled.spans import time_zone as zone_named
from farled.stats.change import change_points, clearest_change
from farled.stats.intervals import Estimate
from farled.stats.multiple import benjamini_hochberg

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Sizes = Mapping[tuple[int, int], int]

LEVEL = 0.05
GROUPS = {"day": 8}  # there are many of them
MOST_GROUPS = 16
MOST_PERIODS = 2_000
COLUMNS = 6
NAMED = 5
BEGUN = 10  # the first period is whole when something happens in its first tenth


@dataclass(frozen=True, slots=True)
class Trend:
    """Ask a question of the events of every day, week or month, and where its numbers come to another level.

    Each period is asked for itself, as with ``during``. A change is marked where a number moves more than it varies
    between periods and customers: a series that never changes is marked in fewer than one of twenty cases, however
    many numbers there are (Benjamini-Hochberg). Periods that are not over when the data end, or had begun before
    they start, are shown and said to be unfinished; they mark no change.

    Args:
        question: Any question that counts.
        period: ``day``, ``week`` (begins on Monday), ``month``, ``quarter`` or ``year``.
        time_zone: Where days begin; None: that of the workspace.
        numbers: Which numbers the table shows, by their labels; none: those with intervals, else the first.

    Raises:
        InputError: There is no such period or zone, or the question is one over questions itself.

    Example:
        >>> import farled, pyarrow as pa
        >>> rows = [(f"{week}-{at}", f"2026-01-{5 + 7 * week:02}", name)
        ...     for week in range(3) for at in range(20) for name in ("visit", "order") if name == "visit" or at < 10]
        >>> shop = farled.read(pa.table(dict(zip(("customer", "time", "name"), zip(*rows, strict=True), strict=True))))
        >>> trend = shop.ask(farled.Trend(farled.Funnel(["visit", "order"])))
        >>> [period.name for period in trend.periods], [each.value for each in trend.numbers["conversion"].values]
        (['2026-W02', '2026-W03', '2026-W04'], [0.5, 0.5, 0.5])

    Source:
        Binary segmentation: Scott and Knott (1974), Biometrics 30, 507-512, each division tested against simulated
        series: see decision 0015.
    """

    question: Any = field(metadata={"help": "The question that is asked of each period.", "over": "of"})
    period: str = field(
        default="week",
        metadata={"help": "How long a period is.", "choices": ("day", "week", "month", "quarter", "year")},
    )
    time_zone: str | None = field(default=None, metadata={"help": "Where days begin; default: the workspace's."})
    numbers: Sequence[str] = field(default=(), metadata={"help": "Which numbers the table shows, by their labels."})

    def __post_init__(self) -> None:
        require_counting(self.question, "trend")
        Calendar(self.period)
        if self.time_zone is not None:
            zone_named(self.time_zone)
        given = (self.numbers,) if isinstance(self.numbers, str) else tuple(self.numbers)
        object.__setattr__(self, "numbers", given)

    @property
    def judges_by_all(self) -> bool:
        """Whether the question looks at all events of a customer, not only those of the period."""
        return bool(getattr(self.question, "judges_by_all", False))

    @property
    def calendar(self) -> Calendar:
        """The periods."""
        return Calendar(self.period, self.time_zone or "UTC")

    def asked(self, asker: Asker) -> "TrendAnswer":
        """Ask the question of every period; groups that are segments are asked for themselves."""
        segments = asker.segments(self.question)
        if not segments:
            return self._shown(asker.ask(Series(self)))
        alone = replace(self, question=replace(self.question, by=None))
        series: SeriesAnswer = asker.ask(Series(alone))
        for segment in segments:
            part: SeriesAnswer = asker.ask(Series(alone), Side(also=segment))
            series = series.beside(part, ("groups", str(segment)))
        return self._shown(series)

    def behind_asked(self, asker: Asker, part: str) -> list[str]:
        """Return the customers behind ``/numbers/i/values/k``, where the question has customers there."""
        answer = self.asked(asker)
        keys, rows = part.strip("/").split("/"), list(answer.numbers.values())
        known = [f"/numbers/{at}/values/0" for at in range(min(3, len(rows)))]
        shape = [key if not key.isdecimal() else "" for key in keys]
        if shape != ["numbers", "", "values", ""] or int(keys[1]) >= len(rows) or int(keys[3]) >= len(answer.periods):
            raise NotFoundError.named("number with customers behind it", part, known)
        pointer, period = rows[int(keys[1])].pointers[int(keys[3])], answer.periods[int(keys[3])]
        if not pointer:
            raise NotFoundError.named("number with customers behind it", part, known)
        first, last = (moment(time, self.calendar.zone).isoformat() for time in (period.start, period.end))
        return asker.customers_behind(self.question, pointer, Side(during=f"{first}..{last}"))

    def _shown(self, series: "SeriesAnswer") -> "TrendAnswer":
        """Return the answer with changes marked."""
        whole = np.array([period.is_whole for period in series.periods], dtype=np.bool_)
        found = [_Line(self, name, series, whole) for name in series.names()]
        q = benjamini_hochberg([line.p for line in found])
        told = zip(found, labels(line.name for line in found), q.tolist(), strict=True)
        numbers = {label: line.told(label, value, series.periods) for line, label, value in told}
        return TrendAnswer(self, series.periods, numbers)


@dataclass(frozen=True, slots=True)
class Series:
    """Ask a question of every period, with how far its numbers vary between customers.

    Attributes:
        trend: What is asked.
    """

    trend: Trend

    @property
    def judges_by_all(self) -> bool:
        """As of the question."""
        return self.trend.judges_by_all

    @property
    def groups(self) -> int:
        """Into how many groups customers are put."""
        return GROUPS.get(self.trend.period, MOST_GROUPS)

    def mentions(self) -> Iterable[str]:
        """Return what the question names."""
        names: Iterable[str] = self.trend.question.mentions()
        return names

    def columns(self) -> Iterable[str]:
        """Return the columns of the question, and the customers' marks."""
        return (*self.trend.question.columns(), CUSTOMER)

    def partial(self, chunk: Chunk) -> "SeriesPartial":
        """Count each period and group of customers for itself."""
        question, calendar = self.trend.question, self.trend.calendar
        if not len(chunk.time):
            return SeriesPartial({}, {}, {}, None, chunk.end)
        shown = (int(chunk.time.min()), chunk.end if self.judges_by_all else int(chunk.time.max()))
        if chunk.during is not None:
            shown = max(shown[0], chunk.during[0]), min(shown[1], chunk.during[1] - 1)
        first, last = (calendar.number(time) for time in shown)
        edges = np.array(calendar.edges(first, last), dtype=np.int64)
        group = _of_events(chunk, marks(chunk) % self.groups)
        at = np.searchsorted(edges, chunk.time, side="right") - 1
        if self.judges_by_all:
            found = list(_judged(chunk, group, edges))
        else:
            ends = edges[1:]
            code = at * self.groups + group
            found = [
                (divmod(each, self.groups), piece)
                for each, piece in pieces(chunk, code, lambda each: int(ends[each // self.groups]))
            ]
        counts = {(first + at, group): question.partial(piece) for (at, group), piece in found}
        return SeriesPartial(counts, *self._sizes(chunk, at, first), int(chunk.time.min()), chunk.end)

    def answer(self, total: "SeriesPartial") -> "SeriesAnswer":
        """Answer the question for every period, and without each group of customers."""
        if total.start is None:
            return SeriesAnswer((), ())
        calendar = self.trend.calendar
        numbers = sorted({number for number, _ in total.parts})
        first, last = numbers[0], numbers[-1]
        if last - first >= MOST_PERIODS:
            unit = self.trend.period
            raise InputError(f"The data span {last - first + 1} periods of a {unit}.", "Take a longer period.")
        edges = calendar.edges(first, last)
        periods, found, come = [], [], np.zeros(self.groups, dtype=np.int64)
        for number, (start, end) in zip(range(first, last + 1), pairwise(edges), strict=True):
            size = np.array([total.sizes.get((number, group), 0) for group in range(self.groups)], dtype=np.int64)
            come = come + np.array(
                [total.first.get((number, group), 0) for group in range(self.groups)], dtype=np.int64
            )
            is_whole = end <= total.end + 1 and total.start < start + max(1, (end - start) // BEGUN)
            periods.append(TrendPeriod(calendar.name(number), start, end, int(size.sum()), is_whole))
            parts = {
                group: total.parts[number, group] for group in range(self.groups) if (number, group) in total.parts
            }
            asked = come if self.judges_by_all else size
            found.append(varied(self.trend.question, parts, asked, np.empty(0, dtype=np.int64)) if parts else None)
        return SeriesAnswer(tuple(periods), tuple(found))

    def _sizes(self, chunk: Chunk, at: Ints, first: int) -> tuple[Sizes, Sizes]:
        """Return how many customers each period and group has, and how many of them no period before.

        Args:
            chunk: With at least one event.
            at: Of each event, its period from ``first``; -1: before it.
            first: Number of the first period.
        """
        values, mark = np.unique(marks(chunk), return_inverse=True)
        customer, later = distinct_pairs(_of_events(chunk, mark), at + 1)
        group, period = values[customer] % self.groups, first + later - 1
        is_first = np.diff(customer, prepend=-1) > 0
        begun = np.maximum(period, first)[is_first]
        return self._counted(period, group), self._counted(begun, group[is_first])

    def _counted(self, period: Ints, group: Ints) -> Sizes:
        codes, counts = np.unique(period * self.groups + group, return_counts=True)
        return {divmod(code, self.groups): count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class SeriesPartial:
    """Counts that add up.

    Attributes:
        parts: The question's own counts per period and group.
        sizes: Customers per period and group.
        first: Those of them who were not there in an earlier one.
        start: Time of the first event; None without any.
        end: When the data end.
    """

    parts: Mapping[tuple[int, int], Any]
    sizes: Sizes
    first: Sizes
    start: int | None
    end: int

    def __add__(self, other: "SeriesPartial") -> "SeriesPartial":
        starts = [start for start in (self.start, other.start) if start is not None]
        sizes, first = added(self.sizes, other.sizes), added(self.first, other.first)
        parts = added(self.parts, other.parts)
        return SeriesPartial(parts, sizes, first, min(starts, default=None), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class TrendPeriod:
    """A period of a trend.

    Attributes:
        name: As ``during`` reads it.
        start: Microseconds since 1970 UTC.
        end: When the next one begins.
        customers: Customers with events in it.
        is_whole: Whether the data cover all of it.
    """

    name: str
    start: int
    end: int
    customers: int
    is_whole: bool

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"name": self.name, "customers": self.customers, "is_whole": self.is_whole}


@dataclass(frozen=True, slots=True, eq=False)
class SeriesAnswer:
    """The answer of every period.

    Attributes:
        periods: In order, without gaps.
        found: What was found in each; None where nobody was.
        groups: Answers of segments, likewise.
    """

    periods: tuple[TrendPeriod, ...]
    found: tuple[SpreadsAnswer | None, ...]
    groups: tuple[tuple[Name, "SeriesAnswer"], ...] = ()

    def beside(self, part: "SeriesAnswer", group: Name) -> "SeriesAnswer":
        """Return the answer with that of a group."""
        return replace(self, groups=(*self.groups, (group, part)))

    def names(self) -> list[tuple[Name, Name]]:
        """Return the numbers that any period names: the group's and their own."""
        own: list[tuple[Name, Name]] = [((), name) for name in named_by_all([each for each in self.found if each])]
        return own + [(group, name) for group, part in self.groups for _, name in part.names()]

    def of(self, group: Name) -> list[SpreadsAnswer | None]:
        """Return what was found of a group in each period."""
        series = next((part for name, part in self.groups if name == group), self)
        found = {period.name: each for period, each in zip(series.periods, series.found, strict=True)}
        return [found.get(period.name) for period in self.periods]


class _Line:
    """A number over the periods, and how clearly it changes."""

    def __init__(
        self, trend: Trend, name: tuple[Name, Name], series: SeriesAnswer, whole: npt.NDArray[np.bool_]
    ) -> None:
        self.name = (*name[0], *name[1])
        found = series.of(name[0])
        grows = any(each.does_grow(name[1]) for each in found if each)
        self.numbers = [
            each.number(name[1], grows=grows) if each else Number(name[1], "", 0 if grows else None) for each in found
        ]
        shown = next((number for number in self.numbers if number.value is not None), self.numbers[0])
        self.unit = "count" if grows else shown.unit
        self._at = next((f"/groups/{at}" for at, (group, _) in enumerate(series.groups) if group == name[0]), "")
        self._is_part = shown.part is not None and not grows
        self.values = [estimate(each, number, grows=grows) for each, number in zip(found, self.numbers, strict=True)]
        self._steady(trend, found, whole, grows=grows)
        self.p = nan if len(self._x) < 1 else self._p()

    def _steady(
        self, trend: Trend, found: list[SpreadsAnswer | None], whole: npt.NDArray[np.bool_], *, grows: bool
    ) -> None:
        """Prepare the search for changes: what is known, in whole periods, and how far it varies."""
        shares = self._is_part
        weight = [
            1.0 if grows else float((number.n or 0) if shares else (each.customers if each else 0))
            for each, number in zip(found, self.numbers, strict=True)
        ]
        values = np.array([nan if each.value is None else each.value for each in self.values])
        weights = np.array(weight)
        self._kept = np.flatnonzero(whole & ~np.isnan(values) & (weights > 0))
        self._x, self._w = values[self._kept], weights[self._kept]
        if trend.period == "day":
            self._x = without_weekdays(self._x, self._kept)
        noises = [variance(found[at], self.numbers[at].name, grows=grows) for at in self._kept.tolist()]
        spreads = np.array([nan if each is None else each for each in noises]) * self._w
        known = float(np.nanmean(spreads)) if len(spreads) and not np.isnan(spreads).all() else 0.0
        if shares and len(self._x):
            level = float((self._w * self._x).sum() / self._w.sum())
            plain = min(max(level, 0.0), 1.0) * (1 - min(max(level, 0.0), 1.0))
            known = plain if getattr(trend.question, "counts_customers", False) else max(known, plain)
        self._noise = known if known > 0 else None

    def _p(self) -> float:
        change = clearest_change(self._x, self._w, self._noise)
        return nan if change is None else change.p

    def told(self, label: str, q: float, periods: tuple[TrendPeriod, ...]) -> "TrendNumber":
        """Return the number with its changes, if it is one of the findings."""
        at = change_points(self._x, self._w, self._noise, LEVEL) if q <= LEVEL else []
        changes = tuple(periods[int(self._kept[each])].name for each in at)
        pointers = tuple(self._at + number.pointer if number.pointer else "" for number in self.numbers)
        q_or_none = None if np.isnan(q) else q
        return TrendNumber(self.name, label, tuple(self.values), self.unit, changes, q_or_none, pointers)


@dataclass(frozen=True, slots=True)
class TrendNumber:
    """A number over the periods.

    Attributes:
        name: Where it stands in the answer of the question, with names in place of positions.
        label: How people call it.
        values: One per period, with its interval.
        unit: ``share``, ``seconds``, ``count`` or ``number``.
        changes: The periods with which another level begins.
        q: How often a series that never changes looks as changed, adjusted for all numbers; None where it is too
            short to say.
        pointers: Where it stands in the answer of each period.
    """

    name: Name
    label: str
    values: tuple[Estimate, ...]
    unit: str
    changes: tuple[str, ...]
    q: float | None
    pointers: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "name": list(self.name),
            "label": self.label,
            "unit": self.unit,
            "values": [value.to_dict() for value in self.values],
            "changes": list(self.changes),
            "q": self.q,
        }


@dataclass(frozen=True, slots=True)
class TrendAnswer(TableAnswer):
    """The numbers of every period.

    Attributes:
        question: What was asked.
        periods: In order, without gaps.
        numbers: By label.
    """

    question: Trend
    periods: tuple[TrendPeriod, ...]
    numbers: Mapping[str, TrendNumber]

    @property
    def changed(self) -> tuple[TrendNumber, ...]:
        """The numbers that change."""
        return tuple(number for number in self.numbers.values() if number.changes)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "period": self.question.period,
            "time_zone": self.question.calendar.zone,
            "periods": [period.to_dict() for period in self.periods],
            "numbers": [number.to_dict() for number in self.numbers.values()],
        }

    def figure(self) -> Figure:
        """Return the numbers shown that are of the unit of the first, with the changes of the first."""
        shown = self._columns()
        alike = {number.values: number for number in reversed(shown) if number.unit == shown[0].unit}  # one of the same
        kept = [number for number in shown if alike.get(number.values) is number][:4]
        units: dict[str, Unit] = {"share": "share", "seconds": "seconds"}
        names = [period.name for period in self.periods]
        lines = tuple(Line(number.label, number.values) for number in kept)
        changes = tuple(names.index(name) for name in kept[0].changes) if kept else ()
        unit = units.get(kept[0].unit, "number") if kept else "number"
        open_ = tuple(at for at, period in enumerate(self.periods) if not period.is_whole)
        return Lines(Word(N_("How it goes over time")), tuple(names), lines, unit, changes=changes, open=open_)

    def table(self) -> Table:
        """Return one row per period: how many numbers change there, the numbers chosen, and which ones change."""
        shown = self._columns()
        headings = ("period", "changed", "customers", *(number.label for number in shown), "changes")
        rows = []
        for at, period in enumerate(self.periods):
            changes = [number.label for number in self.numbers.values() if period.name in number.changes]
            name = period.name if period.is_whole else Label(period.name, " (", Word(N_("unfinished")), ")")
            values = (number.values[at] for number in shown)
            rows.append((name, len(changes) or None, period.customers, *values, joined(changes) or None))
        kinds = {number.label: number.unit for number in shown if number.unit in ("share", "seconds")}
        return Table("Trend", headings, tuple(rows), kinds, self._note())

    def _columns(self) -> list[TrendNumber]:
        for label in self.question.numbers:
            if label not in self.numbers:
                raise NotFoundError.named("number", label, self.numbers)
        if self.question.numbers:
            return [self.numbers[label] for label in self.question.numbers]
        every = list(self.numbers.values())
        known = [number for number in every if any(value.value is not None for value in number.values)]
        known.sort(key=lambda number: (number.unit != "share", not number.changes, len(number.name)))
        return known[:COLUMNS]

    def _note(self) -> str:
        if not self.periods:
            return "Nobody has an event in the time asked about."
        first = "; ".join(f"{each.label}, {', '.join(each.changes)}" for each in self.changed[:NAMED])
        more = "; …" if len(self.changed) > NAMED else ""
        which = f": {first}{more}" if first else ""
        said = [f"{len(self.changed)} of {len(self.numbers)} numbers change{which}."]
        unfinished = [period.name for period in self.periods if not period.is_whole]
        if unfinished:
            said.append(f"Unfinished: {', '.join(unfinished)}.")
        return " ".join(said)


def _of_events(chunk: Chunk, of_customer: Ints) -> Ints:
    journeys = of_customer if chunk.owner is None else of_customer[chunk.owner]
    return np.repeat(journeys, np.diff(chunk.offsets))


def _judged(chunk: Chunk, group: Ints, edges: Ints) -> Iterable[tuple[tuple[int, int], Chunk]]:
    """Return each group of customers whole, once per period that counts."""
    within = chunk.during or (int(edges[0]), int(edges[-1]))
    for code, piece in pieces(chunk, group):
        for at, (start, end) in enumerate(pairwise(edges.tolist())):
            counted = max(start, within[0]), min(end, within[1])
            if (piece.time < counted[1]).any():  # who is not there in the period may have fallen silent in it
                yield (at, code), replace(piece, during=counted, end=min(end, piece.end))
