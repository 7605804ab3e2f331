"""Timing: how long it takes from one touchpoint to another, those still waiting counted too."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.figure import Figure
from farled.figures.histogram import Histogram
from farled.figures.lines import Line, Lines
from farled.figures.quantity import Word
from farled.figures.table import Table, duration
from farled.journeys.index import Chunk
from farled.locale import N_
from farled.questions.groups import values_at
from farled.questions.members import members
from farled.questions.steps import Step, coded, mentioned, needed
from farled.questions.time_bins import HORIZONS, counted, edges
from farled.spans import SECOND, microseconds
from farled.stats.intervals import Estimate, Rate, mean_interval, quantile_interval
from farled.stats.survival import Survival, kaplan_meier

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
FOREVER = int(np.iinfo(np.int64).max)
TIES = {"any": 0, "input": 1, "strict": 2}
NUMBERS = ("started", "n", "waiting", "missed")
MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class Timing:
    """Ask how long it takes from a touchpoint to the first later other one.

    A customer's first start counts, and the first end after it that is another event. Who has started and not ended
    when the data ends is waiting: the curve counts them for as long as they were watched.

    Args:
        start: An event name, a list of names (any of them), or ``{name, where}`` with a condition on the event.
        end: Likewise. It may be the same as ``start``: then the time is to the next such event.
        within: A longer wait is missed: over without an end; None: waits have no limit.
        count: ``customers``: the first wait of each; ``entries``: every wait, begun again after an end or a miss. An
            event that is both ends one and starts the next.
        ties: Events of one time: ``any``: an end may come before or after its start and takes no time; ``input``: as
            read; ``strict``: an end needs a later time.
        by: A property; groups by its value at the start. Or a list of segments, each asked for itself.

    Raises:
        InputError: ``start`` or ``end`` is no touchpoint, or ``within`` is not a span.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> shop = journeys_of({"ana": [("visit", 0), ("order", 2)], "bo": [("visit", 0), ("visit", 4)]})
        >>> answer = ask(shop, Timing("visit", "order"))
        >>> answer.started, answer.n, answer.waiting, answer.median.value / 86_400
        (2, 1, 1, 2.0)

    Source:
        Own definition: decision 0012. The curve: Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481.
    """

    start: Any = field(metadata={"help": "From this event; a|b is any of them.", "step": True})
    end: Any = field(metadata={"help": "To the first such event after it.", "step": True})
    within: str | None = field(default=None, metadata={"help": "A longer wait is over without an end, such as 30d."})
    count: str = field(
        default="customers",
        metadata={"help": "First waits of customers, or every wait.", "choices": ("customers", "entries")},
    )
    ties: str = field(
        default="any", metadata={"help": "How events of one time follow.", "choices": ("any", "input", "strict")}
    )
    by: str | Sequence[str] | None = field(default=None, metadata={"help": "Group by this property, or by segments."})

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            object.__setattr__(self, name, Step.of(getattr(self, name), name))
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        for name, each in self.__dataclass_fields__.items():
            choices = each.metadata.get("choices")
            if choices and getattr(self, name) not in choices:
                raise InputError(f"{name} is {getattr(self, name)!r}.", f"Use one of: {', '.join(choices)}.")
        if self.within is not None:
            microseconds(self.within)

    def mentions(self) -> Iterable[str]:
        """Return the names of start and end."""
        return dict.fromkeys(mentioned([self.start, self.end]))

    def columns(self) -> Iterable[str]:
        """Return the columns of conditions and of ``by``."""
        return dict.fromkeys([*needed([self.start, self.end]), *([self.by] if isinstance(self.by, str) else [])])

    def partial(self, chunk: Chunk) -> "TimingPartial":
        """Find the waits of a chunk."""
        found = self._waits(chunk)
        whole = found.seen()
        if not isinstance(self.by, str):
            return TimingPartial(chunk.customers, (whole,), {})
        values, code = values_at(chunk, self.by, found.start)
        groups = {values[group]: (found.only(code == group).seen(),) for group in np.unique(code).tolist()}
        return TimingPartial(chunk.customers, (whole,), groups)

    def answer(self, total: "TimingPartial") -> "TimingAnswer":
        """Turn the waits into times, with their spread and their curve."""
        groups = {value: self._answer(runs, {}) for value, runs in total.groups.items()}
        order = sorted(groups.items(), key=lambda item: (-item[1].started, str(item[0])))
        return self._answer(total.whole, dict(order))

    def regrouped(self, answer: "TimingAnswer", groups: Mapping[str, "TimingAnswer"]) -> "TimingAnswer":
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups=groups)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> Mask:
        """Return the customers behind ``/started``, ``/n``, ``/waiting``, ``/missed`` or ``/histogram/i/count``.

        The same inside of a group: ``/groups/i/n``, when ``by`` is a property.
        """
        keys = part.strip("/").split("/")
        found = self._waits(chunk)
        here, kept = answer, np.ones(len(found.took), dtype=np.bool_)
        if keys[0] == "groups" and isinstance(self.by, str) and _is_place(keys[1:], answer["groups"]):
            here, keys = answer["groups"][int(keys[1])], keys[2:]
            values, code = values_at(chunk, self.by, found.start)
            kept = np.array([value == here["value"] for value in values], dtype=np.bool_)[code]
        if len(keys) == 1 and keys[0] in NUMBERS:
            return members(chunk, found.customer(chunk)[kept & found.are(keys[0])])
        if len(keys) == 3 and keys[0] == "histogram" and keys[2] == "count" and _is_place(keys[1:], here["histogram"]):
            each = here["histogram"][int(keys[1])]
            low, high = round(each["from"] * SECOND), round(each["to"] * SECOND)
            inside = (found.took > (low if int(keys[1]) else -1)) & (found.took <= high)
            return members(chunk, found.customer(chunk)[kept & inside])
        known = [*(f"/{name}" for name in NUMBERS), "/histogram/0/count"]
        raise NotFoundError.named("number with customers behind it", part, known)

    def _waits(self, chunk: Chunk) -> "_Found":
        from farled.journeys.posted_waits import first_waits, starts_at
        from farled.journeys.wait_kernels import all_waits

        events = coded(chunk, [self.start, self.end])
        role_of = (events.masks[events.classes] & 3).astype(np.uint8)
        limits = np.array([self._within, TIES[self.ties]], dtype=np.int64)
        for array in (role_of, limits):
            array.flags.writeable = False
        arrays = chunk.offsets, chunk.time, events.code, role_of, limits
        shelf = chunk.shelf if events.code is chunk.name else None
        start, since, took = all_waits(*arrays) if self.count == "entries" else first_waits(*arrays, shelf)
        if isinstance(self.by, str) or chunk.owner is not None:
            start = starts_at(start, events.code, role_of)
        found = _Found(start, took, chunk.end - since, self._within)
        if chunk.owner is None or self.count == "entries":
            return found
        customer = found.customer(chunk)
        order = np.lexsort((start, since, customer))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = customer[order][1:] != customer[order][:-1]
        return found.only(order[first])

    @property
    def _within(self) -> int:
        return FOREVER if self.within is None else microseconds(self.within)

    def _answer(self, runs: Sequence["Waits"], groups: Mapping[Any, "TimingAnswer"]) -> "TimingAnswer":
        took = np.sort(np.concatenate([run.took for run in runs]))
        watched = np.concatenate([run.watched for run in runs])
        missed = int(np.count_nonzero(watched >= self._within))
        curve = kaplan_meier(took, np.minimum(watched, self._within))
        independent = self.count == "customers"
        seconds = took / SECOND
        spread = (*(quantile_interval(seconds, share) for share in (0.5, 0.1, 0.9)), mean_interval(seconds))
        median, early, late, mean = (_bound(each, independent) for each in spread)
        mean = mean if mean.low is None else replace(mean, low=max(mean.low, 0.0))  # no wait is shorter
        half, shares = _in_seconds(curve.quantile(0.5), independent), self._shares(curve)
        counts = len(took) + len(watched), len(took), len(watched) - missed, missed
        return TimingAnswer(self, *counts, median, early, late, mean, half, shares, _bins(took), curve, groups)

    def _shares(self, curve: Survival) -> tuple["TimingShare", ...]:
        """Return the share that has ended by some spans, as far as anybody was watched."""
        asked = {} if self.within is None else {self.within: self._within}
        spans = {**{text: span for text, span in HORIZONS.items() if span not in asked.values()}, **asked}
        longest = min(curve.longest or 0, self._within)
        return tuple(
            TimingShare(text, span / SECOND, _bound(curve.share_by(span), self.count == "customers"))
            for text, span in sorted(spans.items(), key=lambda item: item[1])
            if span <= longest
        )


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """The waits of some customers.

    Attributes:
        took: How long each took that ended, microseconds.
        watched: How long each of the others has been watched, to the end of the data, microseconds.
    """

    took: Counts
    watched: Counts


@dataclass(frozen=True, slots=True, eq=False)
class TimingPartial:
    """Waits of the whole, and of each group.

    Attributes:
        n: Customers looked at.
        whole: As each chunk gave them.
        groups: Per value of the property; None is no value.
    """

    n: int
    whole: tuple[Waits, ...]
    groups: Mapping[Any, tuple[Waits, ...]]

    def __add__(self, other: "TimingPartial") -> "TimingPartial":
        groups = dict(self.groups)
        for value, runs in other.groups.items():
            groups[value] = (*groups.get(value, ()), *runs)
        return TimingPartial(self.n + other.n, self.whole + other.whole, groups)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The waits of a chunk.

    Attributes:
        start: Event that starts it; where nobody asks of what else it says, any of its time. Shape (n,).
        took: Microseconds; negative where it did not end. Shape (n,).
        watched: From the start to the end of the data, microseconds. Shape (n,).
        within: Longest wait, microseconds.
    """

    start: Counts
    took: Counts
    watched: Counts
    within: int

    def customer(self, chunk: Chunk) -> Counts:
        """Return the position in the chunk of the customer of each wait. Shape (n,)."""
        journey = np.searchsorted(chunk.offsets, self.start, side="right") - 1
        return journey if chunk.owner is None else chunk.owner[journey]

    def only(self, chosen: npt.NDArray[Any]) -> "_Found":
        """Return some of the waits."""
        return _Found(self.start[chosen], self.took[chosen], self.watched[chosen], self.within)

    def seen(self) -> Waits:
        """Return what is counted."""
        ended = self.took >= 0
        return Waits(self.took[np.flatnonzero(ended)], self.watched[np.flatnonzero(~ended)])

    def are(self, number: str) -> Mask:
        """Return which waits stand behind a number."""
        ended = self.took >= 0
        missed = ~ended & (self.watched >= self.within)
        chosen: Mask = {"started": ended | True, "n": ended, "waiting": ~ended & ~missed, "missed": missed}[number]
        return chosen


@dataclass(frozen=True, slots=True)
class TimingBin:
    """A bar of the histogram.

    Attributes:
        low: Longer than this, seconds; the first bin also holds its lower edge.
        high: At most this, seconds.
        count: Waits that took so long.
        share: Of all that ended.
    """

    low: float
    high: float
    count: int
    share: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"from": self.low, "to": self.high, "count": self.count, "share": self.share.to_dict()}


@dataclass(frozen=True, slots=True)
class TimingShare:
    """How many have come by a time.

    Attributes:
        within: The time as a span.
        seconds: The same in seconds.
        share: Of all who started, with those still waiting counted for as long as they were watched (Kaplan-Meier).
    """

    within: str
    seconds: float
    share: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"within": self.within, "seconds": self.seconds, "share": self.share.to_dict()}


@dataclass(frozen=True, slots=True)
class TimingAnswer(TableAnswer):
    """How long it took, and how many have not come yet.

    Attributes:
        question: What was asked.
        started: Waits that began: one for each customer who has the start, or all with ``count="entries"``.
        n: Those of them that ended.
        waiting: Those that may still end after the data does.
        missed: Those whose ``within`` was over without an end.
        median: Of the times of those that ended, seconds.
        p10: One of ten came faster, seconds.
        p90: Nine of ten came faster, seconds.
        mean: Of the same times, seconds.
        half: When half of all that started had ended, seconds, with those still waiting counted as long as they were
            watched (Kaplan-Meier); None, reason ``open``, when the curve does not come so far.
        shares: Share of all that started which had ended by a time, likewise.
        histogram: Times of those that ended, in bins that read well.
        survival: The curve itself, in microseconds.
        groups: The same per value of ``by``; None is no value.
    """

    question: Timing
    started: int
    n: int
    waiting: int
    missed: int
    median: Estimate
    p10: Estimate
    p90: Estimate
    mean: Estimate
    half: Estimate
    shares: tuple[TimingShare, ...]
    histogram: tuple[TimingBin, ...]
    survival: Survival
    groups: Mapping[Any, "TimingAnswer"]

    @property
    def curve(self) -> tuple[tuple[float, Estimate], ...]:
        """Time in seconds and share that had ended by then, at most 100 points, from 0 to the longest time watched."""
        time = self.survival.time
        if self.survival.longest is None:
            return ()
        chosen = np.unique(np.linspace(0, len(time) - 1, min(len(time), MOST_POINTS - 2)).astype(np.int64))
        at = dict.fromkeys([0, *time[chosen].tolist(), self.survival.longest])
        independent = self.question.count == "customers"
        return tuple((span / SECOND, _bound(self.survival.share_by(span), independent)) for span in at)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; times in seconds."""
        return {
            "count": self.question.count,
            "started": self.started,
            "n": self.n,
            "waiting": self.waiting,
            "missed": self.missed,
            **{name: getattr(self, name).to_dict() for name in ("median", "p10", "p90", "mean", "half")},
            "shares": [each.to_dict() for each in self.shares],
            "histogram": [each.to_dict() for each in self.histogram],
            "curve": [{"seconds": seconds, "share": share.to_dict()} for seconds, share in self.curve],
            "groups": [{"value": value, **answer.to_dict()} for value, answer in self.groups.items()],
        }

    def figure(self) -> Figure:
        """Return how long it took those that ended."""
        edges = tuple(each.low for each in self.histogram[:1]) + tuple(each.high for each in self.histogram)
        marks = ((Word(N_("Median time")), self.median.value), (Word(N_("Nine of ten within")), self.p90.value))
        known = tuple((name, value) for name, value in marks if value is not None)
        counts = tuple(each.count for each in self.histogram)
        axis = Word(N_("time of those that came"))
        shares = tuple(each.share for each in self.histogram) if self.question.count == "customers" else ()
        title = Word(N_("How long it takes"))
        return Histogram(
            title, edges or (0.0, 1.0), counts or (0,), "seconds", known, axis, shares, Word(self.question.count)
        )

    def figures(self) -> tuple[Figure, ...]:
        """Return the histogram, and how many have come by when with those still waiting counted."""
        curve = self.curve
        if not curve:
            return (self.figure(),)
        line = Line("", tuple(share for _, share in curve))
        title, axis = Word(N_("How many have come by then")), Word(N_("time since the start"))
        places = tuple(seconds for seconds, _ in curve)
        return self.figure(), Lines(title, places, (line,), along="seconds", step=True, axis=axis)

    def table(self) -> Table:
        """Return one row per number; groups one after the other."""
        by = self.question.by
        grouped = () if by is None else (by,) if isinstance(by, str) else ("segment",)
        rows = [(*(("all",) if grouped else ()), *row) for row in self._rows()]
        for value, answer in self.groups.items():
            rows += [("–" if value is None else str(value), *row) for row in answer._rows()]
        headings = (*grouped, "number", self.question.count, "share", "time")
        return Table("Timing", headings, tuple(rows), {"time": "seconds", "share": "share"}, self._note())

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        yield "started", self.started, None, None
        yield "came", self.n, Rate(self.n, self.started), None
        yield "still waiting", self.waiting, None, None
        if self.question.within is not None:
            yield "too late", self.missed, None, None
        times = (("median", self.median), ("one of ten within", self.p10), ("nine of ten within", self.p90))
        for name, time in (*times, ("mean", self.mean), ("half of all within", self.half)):
            yield name, None, None, time
        for each in self.shares:
            yield f"of all by {each.within}", None, each.share, each.seconds

    def _note(self) -> str:
        start, end = self.question.start.label, self.question.end.label
        if not self.started:
            return f"Nobody has {start}: there is no time to tell."
        if not self.n:
            why = "all are still waiting" if not self.missed else f"{self.waiting} are still waiting"
            return f"None of {self.started} came to {end}: {why}, and no time can be known."
        said = [f"Of {self.started} that have {start} {self.n} came to {end}, {self.waiting} are still waiting."]
        if self.shares:
            last = self.shares[-1]
            said.append(f"By {duration(last.seconds)} {100 * (last.share.value or 0):.1f} % have come.")
        return " ".join(said)


def _bins(took: Counts) -> tuple[TimingBin, ...]:
    if not len(took):
        return ()
    at = edges(int(took[0]), int(took[-1]))
    bounds = (at / SECOND).tolist()
    counts = counted(took, at).tolist()
    return tuple(
        TimingBin(low, high, count, Rate(count, len(took)))
        for low, high, count in zip(bounds[:-1], bounds[1:], counts, strict=True)
    )


def _in_seconds(time: Estimate, independent: bool) -> Estimate:
    value, low, high = (None if each is None else each / SECOND for each in (time.value, time.low, time.high))
    return _bound(replace(time, value=value, low=low, high=high), independent)


def _bound(estimate: Estimate, independent: bool) -> Estimate:
    """Leave the interval out where waits of one customer are counted as if they were of several."""
    return estimate if independent else replace(estimate, low=None, high=None)


def _is_place(keys: Sequence[str], items: Sequence[Any]) -> bool:
    return bool(keys) and keys[0].isdecimal() and int(keys[0]) < len(items)
