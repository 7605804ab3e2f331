"""Sessions: how often customers come, how much they do and how long they stay."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.figures.figure import Figure
from farled.figures.histogram import Histogram
from farled.figures.quantity import Word
from farled.figures.table import Table, duration
from farled.journeys.index import Chunk
from farled.journeys.select import cut
from farled.locale import N_
from farled.questions.groups import GroupedPartial, first_values, grouped
from farled.questions.members import members, number_in
from farled.questions.time_bins import counted, edges
from farled.spans import SECOND, microseconds
from farled.stats.clustered import Bounds, Sums, mean_of, share_of
from farled.stats.intervals import Estimate, Rate
from farled.stats.tally import Tally

Counts = npt.NDArray[np.int64]
VISITS = (1, 2, 3, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Ask how many sessions customers have, how many events are in each, and how long each takes.

    A silence longer than ``gap`` begins a new session; one just as long does not. The length of a session is the time
    from its first event to its last; a session of one event has the length 0.

    Args:
        gap: The silence.
        by: A property; groups sessions by its value at their first event. Or a list of segments.

    Raises:
        InputError: ``gap`` is not a span.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> answer = ask(journeys_of({"ana": [("visit", 0), ("order", 0.01), ("visit", 3)]}), Sessions())
        >>> answer.sessions, answer.per_session.mean.value, answer.length.p90, answer.single.value
        (2, 1.5, 777.6, 0.5)

    Source:
        Own definition: decision 0013.
    """

    gap: str = field(default="30min", metadata={"help": "A longer silence begins a new session."})
    by: str | Sequence[str] | None = field(
        default=None, metadata={"help": "Group sessions by this property of their first event, or by segments."}
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        microseconds(self.gap)

    def mentions(self) -> Iterable[str]:
        """Return nothing: sessions name no events."""
        return ()

    def columns(self) -> Iterable[str]:
        """Return the property of ``by``."""
        return (self.by,) if isinstance(self.by, str) else ()

    def partial(self, chunk: Chunk) -> "GroupedPartial[SessionCounts]":
        """Count the sessions of a chunk."""
        if not isinstance(self.by, str):
            return GroupedPartial(self._count(chunk), {})
        journeys = cut(chunk, microseconds(self.gap))
        return GroupedPartial(self._count(chunk), dict(grouped(journeys, self.by, self._count)))

    def answer(self, total: "GroupedPartial[SessionCounts]") -> "SessionsAnswer":
        """Turn the counts into means, quantiles and bins."""
        groups = {value: self._answer(counts, {}) for value, counts in total.groups.items()}
        order = sorted(groups.items(), key=lambda item: (-item[1].sessions, str(item[0])))
        return self._answer(total.whole, dict(order))

    def regrouped(self, answer: "SessionsAnswer", groups: Mapping[str, "SessionsAnswer"]) -> "SessionsAnswer":
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups=groups)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/customers`` or ``/visits/i/customers``.

        The same inside of a group: ``/groups/i/customers``, when ``by`` is a property.
        """
        journeys = cut(chunk, microseconds(self.gap))
        owner = np.arange(journeys.n) if journeys.owner is None else journeys.owner
        keys = part.strip("/").split("/")
        if keys[0] == "groups" and isinstance(self.by, str) and len(keys) > 2 and keys[1].isdecimal():
            place, _ = number_in("/".join([*keys[:2], "customers"]), "groups", len(answer["groups"]), ("customers",))
            answer, part = answer["groups"][place], "/".join(keys[2:])
            values, code = first_values(journeys, self.by)
            owner = owner[np.array([value == answer["value"] for value in values], dtype=np.bool_)[code]]
        place, _ = number_in(part, "visits", len(answer["visits"]), ("customers",), ("customers",))
        sessions = np.bincount(owner, minlength=chunk.customers)
        if place < 0:
            return members(chunk, np.flatnonzero(sessions))
        each = answer["visits"][place]
        high = each["to"] if each["to"] is not None else len(chunk.time)
        return members(chunk, np.flatnonzero((sessions >= each["from"]) & (sessions <= high)))

    def _count(self, chunk: Chunk) -> "SessionCounts":
        from farled.journeys.session_kernels import LL, SL, session_counts, total

        owner = np.empty(0, dtype=np.int64) if chunk.owner is None else chunk.owner
        owner.flags.writeable = False
        sums, tables, others = session_counts(chunk.offsets, owner, chunk.time, microseconds(self.gap))
        per_session = Tally.of(others[0], tables[0])
        per_customer = Tally.of(others[1], tables[1])
        length = Tally.of(others[2], tables[2], SECOND)
        customers, sessions, events, singles, *products = sums[:9].tolist()
        moments = (customers, sessions, events, singles, *products, total(sums, SL), total(sums, LL))
        return SessionCounts(moments, per_customer, per_session, length)

    def _answer(self, counts: "SessionCounts", groups: Mapping[Any, "SessionsAnswer"]) -> "SessionsAnswer":
        n, s, e, z, ss, se, ee, sz, zz, sl, ll = counts.moments
        length = counts.length.total
        at_least_one = Bounds(1.0)
        return SessionsAnswer(
            self,
            s,
            n,
            e,
            Spread.of(mean_of(Sums(n, n, s, n, s, ss), 1.0, at_least_one), counts.per_customer),
            Spread.of(mean_of(Sums(n, s, e, ss, se, ee), 1.0, at_least_one), counts.per_session),
            Spread.of(mean_of(Sums(n, s, length, ss, sl, ll), SECOND, Bounds(0.0)), counts.length, SECOND),
            share_of(Sums(n, s, z, ss, sz, zz)),
            _visits(counts.per_customer),
            _lengths(counts.length),
            groups,
        )


@dataclass(frozen=True, slots=True, eq=False)
class SessionCounts:
    """Counts of one group of sessions that add up.

    Attributes:
        moments: Sums over customers: customers, sessions s, events e, sessions of one event z, ss, se, ee, sz, zz, sl,
            ll, where l is the length of a customer's sessions, microseconds.
        per_customer: Sessions of each customer.
        per_session: Events of each session.
        length: Of each session, microseconds.
    """

    moments: tuple[int, ...]
    per_customer: Tally
    per_session: Tally
    length: Tally

    def __add__(self, other: "SessionCounts") -> "SessionCounts":
        return SessionCounts(
            tuple(one + more for one, more in zip(self.moments, other.moments, strict=True)),
            self.per_customer + other.per_customer,
            self.per_session + other.per_session,
            self.length + other.length,
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number is spread.

    Attributes:
        mean: With an interval that lets sessions of one customer be alike.
        median: Half have at most so much.
        p90: Nine of ten have at most so much.
    """

    mean: Estimate
    median: float | None
    p90: float | None

    @classmethod
    def of(cls, mean: Estimate, tally: Tally, unit: int = 1) -> "Spread":
        """Return the spread of counted values, in a unit."""
        median, late = tally.quantile(0.5), tally.quantile(0.9)
        return cls(mean, None if median is None else median / unit, None if late is None else late / unit)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"mean": self.mean.to_dict(), "median": self.median, "p90": self.p90}


@dataclass(frozen=True, slots=True)
class SessionVisits:
    """Customers with so many sessions.

    Attributes:
        low: At least so many sessions.
        high: At most so many; None: no limit.
        customers: How many customers.
        share: Of all customers.
    """

    low: int
    high: int | None
    customers: int
    share: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"from": self.low, "to": self.high, "customers": self.customers, "share": self.share.to_dict()}


@dataclass(frozen=True, slots=True)
class SessionLengths:
    """Sessions of such a length.

    Attributes:
        low: Longer than this, seconds; the first also holds its lower edge.
        high: At most this, seconds.
        sessions: How many.
        share: Of all sessions of two or more events.
    """

    low: float
    high: float
    sessions: int
    share: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"from": self.low, "to": self.high, "sessions": self.sessions, "share": self.share.to_dict()}


@dataclass(frozen=True, slots=True)
class SessionsAnswer(TableAnswer):
    """How often customers come, how much they do and how long they stay.

    Attributes:
        question: What was asked.
        sessions: How many there are.
        customers: Who has them.
        events: In all of them.
        per_customer: Sessions of a customer.
        per_session: Events of a session.
        length: Of a session, seconds.
        single: Share of the sessions that have one event only.
        visits: Customers by how many sessions they have.
        lengths: Sessions of more than one time by their length, in bins that read well.
        groups: The same per value of ``by``; None is no value.
    """

    question: Sessions
    sessions: int
    customers: int
    events: int
    per_customer: Spread
    per_session: Spread
    length: Spread
    single: Estimate
    visits: tuple[SessionVisits, ...]
    lengths: tuple[SessionLengths, ...]
    groups: Mapping[Any, "SessionsAnswer"]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; lengths in seconds."""
        return {
            "sessions": self.sessions,
            "customers": self.customers,
            "events": self.events,
            **{name: getattr(self, name).to_dict() for name in ("per_customer", "per_session", "length", "single")},
            "visits": [each.to_dict() for each in self.visits],
            "lengths": [each.to_dict() for each in self.lengths],
            "groups": [{"value": value, **answer.to_dict()} for value, answer in self.groups.items()],
        }

    def figure(self) -> Figure:
        """Return how long sessions of more than one event last."""
        edges = tuple(each.low for each in self.lengths[:1]) + tuple(each.high for each in self.lengths)
        counts = tuple(each.sessions for each in self.lengths)
        axis = Word(N_("sessions of two or more events"))
        return Histogram(
            Word(N_("How long sessions last")),
            edges or (0.0, 1.0),
            counts or (0,),
            "seconds",
            (),
            axis,
            (),
            Word("sessions"),
        )

    def table(self) -> Table:
        """Return one row per number; groups one after the other."""
        by = self.question.by
        grouped = () if by is None else (by,) if isinstance(by, str) else ("segment",)
        rows = [(*(("all",) if grouped else ()), *row) for row in self._rows()]
        for value, answer in self.groups.items():
            rows += [("–" if value is None else str(value), *row) for row in answer._rows()]
        headings = (*grouped, "number", "count", "share", "time")
        return Table("Sessions", headings, tuple(rows), {"time": "seconds", "share": "share"}, self._note())

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        yield "sessions", self.sessions, None, None
        yield "customers", self.customers, None, None
        yield "one event only", None, self.single, None
        for name, of in (("sessions of a customer", self.per_customer), ("events of a session", self.per_session)):
            yield f"{name}, mean", of.mean, None, None
            yield f"{name}, median", of.median, None, None
            yield f"{name}, nine of ten", of.p90, None, None
        yield "length, mean", None, None, self.length.mean
        yield "length, median", None, None, self.length.median
        yield "length, nine of ten", None, None, self.length.p90

    def _note(self) -> str:
        gap = duration(microseconds(self.question.gap) / SECOND)
        return f"{self.events} events; a silence longer than {gap} begins a new session."


def _visits(per_customer: Tally) -> tuple[SessionVisits, ...]:
    if not per_customer.n:
        return ()
    most, n = int(per_customer.value[-1]), per_customer.n
    lows = [low for low in VISITS if low <= most]
    place = np.searchsorted(per_customer.value, [*lows, most + 1])
    counts = np.diff(np.concatenate(([0], np.cumsum(per_customer.count)))[place]).tolist()
    highs = [*(low - 1 for low in lows[1:]), None if lows[-1] == VISITS[-1] else VISITS[len(lows)] - 1]
    return tuple(
        SessionVisits(low, high, count, Rate(count, n)) for low, high, count in zip(lows, highs, counts, strict=True)
    )


def _lengths(length: Tally) -> tuple[SessionLengths, ...]:
    some = int(np.searchsorted(length.value, 1))
    value, count = length.value[some:], length.count[some:]
    if not len(value):
        return ()
    at = edges(int(value[0]), int(value[-1]))
    bounds, n = (at / SECOND).tolist(), int(count.sum())
    counts = counted(value, at, count).tolist()
    return tuple(
        SessionLengths(low, high, sessions, Rate(sessions, n))
        for low, high, sessions in zip(bounds[:-1], bounds[1:], counts, strict=True)
    )
