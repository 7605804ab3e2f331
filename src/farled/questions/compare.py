"""Compare: one question for two segments or two periods, and what is different."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any

import numpy as np

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.quantity import Unit, Word
from farled.figures.table import Table
from farled.locale import N_
from farled.questions.asker import Asker, Side, readable, shown
from farled.questions.numbers import Name, Number, is_quantile, labels
from farled.questions.spreads import SpreadsAnswer, named_by_all, spreads_of, widened
from farled.stats.intervals import Estimate, newcombe_of
from farled.stats.jackknife import Spread, spread, spread_of_halves, together
from farled.stats.multiple import benjamini_hochberg
from farled.stats.proportions import score_test

FEWEST = 5
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Compare:
    """Ask a question of two segments or two periods, and which of its numbers differ.

    Numbers are matched by name (step, touchpoint, transition, path, cohort), never by position. Counts are compared
    per customer, so that a larger segment is no difference; with ``counts="total"`` as they are. Every number gets
    its difference with interval and, from a test over customers, a p-value; of all findings (``q`` below 0.05) at most
    one in twenty is false on average, however many numbers are compared (Benjamini-Hochberg). The two sides may share
    customers.

    Args:
        question: Any question that counts.
        a: A segment (its id or its rule), a period, or ``{where, during}``.
        b: What it is compared with, likewise. Differences are a minus b.
        counts: ``per_customer`` or ``total``: how counts and sums are compared.

    Raises:
        InputError: ``a`` or ``b`` is no part of the journeys, or the question is one over questions itself.

    Example:
        >>> import farled, pyarrow as pa
        >>> days = ["2026-01-05", "2026-02-05"]
        >>> rows = [(f"{day}{at}", day, name) for day in days for at in range(40) for name in ("visit", "order")]
        >>> kept = [row for row in rows if row[2] == "visit" or int(row[0][10:]) < (30 if row[1] == days[0] else 10)]
        >>> events = dict(zip(("customer", "time", "name"), zip(*kept, strict=True), strict=True))
        >>> shop = farled.read(pa.table(events))
        >>> answer = shop.ask(farled.Compare(farled.Funnel(["visit", "order"]), "2026-01", "2026-02"))
        >>> conversion = answer.numbers["conversion"]
        >>> conversion.a.value, conversion.b.value, conversion.difference.value, conversion.is_different
        (0.75, 0.25, 0.5, True)

    Source:
        Own definition: decision 0015. Jackknife over groups of customers: Kott (2001), J. Official Statistics 17(4),
        521-526; shares of separate customers: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10; false
        findings: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.
    """

    question: Any = field(metadata={"help": "The question that is asked of both.", "over": "of"})
    a: Any = field(metadata={"help": "A segment or a period."})
    b: Any = field(metadata={"help": "The segment or period that it is compared with."})
    counts: str = field(
        default="per_customer",
        metadata={"help": "How counts and sums are compared.", "choices": ("per_customer", "total")},
    )

    def __post_init__(self) -> None:
        require_counting(self.question, "compare")
        object.__setattr__(self, "a", readable(self.a, "a"))
        object.__setattr__(self, "b", readable(self.b, "b"))
        if self.counts not in ("per_customer", "total"):
            raise InputError(f"counts is {self.counts!r}.", "Use one of: per_customer, total.")

    def asked(self, asker: Asker) -> "CompareAnswer":
        """Ask the question of both sides and compare."""
        a, b = (spreads_of(asker, self.question, asker.side(side)) for side in (self.a, self.b))
        shared = len(np.intersect1d(a.marks, b.marks, assume_unique=True))
        sides = _Sides(a, b, shared, self.counts == "total", getattr(self.question, "counts_customers", False))
        rows = [row for row in map(sides.compared, sides.names()) if row.a.value is not None or row.b.value is not None]
        q = benjamini_hochberg([nan if row.p is None else row.p for row in rows])
        numbers = {
            label: Compared(row.name, label, row.a, row.b, row.difference, row.p, _or_none(value), row.unit)
            for row, label, value in zip(rows, labels(row.name for row in rows), q.tolist(), strict=True)
        }
        return CompareAnswer(self, numbers, (a.customers, b.customers), shared)

    def behind_asked(self, asker: Asker, part: str) -> list[str]:
        """Return the customers behind ``/numbers/i/a`` or ``/numbers/i/b``, where the question has customers there."""
        answer = self.asked(asker)
        keys = part.strip("/").split("/")
        rows = list(answer.numbers.values())
        known = [f"/numbers/{at}/{side}" for at in range(min(3, len(rows))) for side in "ab"]
        if len(keys) != 3 or keys[0] != "numbers" or keys[2] not in ("a", "b") or not keys[1].isdecimal():
            raise NotFoundError.named("number with customers behind it", part, known)
        if int(keys[1]) >= len(rows):
            raise NotFoundError.named("number with customers behind it", part, known)
        row = rows[int(keys[1])]
        number = row.a if keys[2] == "a" else row.b
        if not number.pointer:
            raise NotFoundError.named("number with customers behind it", part, known)
        side: Side = asker.side(self.a if keys[2] == "a" else self.b)
        return asker.customers_behind(widened(self.question), number.pointer, side)


def require_counting(question: Any, what: str) -> None:
    """Refuse what is no question, or one that is asked over questions itself.

    Raises:
        InputError: It is such a one.
    """
    if not hasattr(question, "partial"):
        name = type(question).__name__.lower()
        raise InputError(f"{what} takes a question that counts, but got {name}.", "Give it a funnel, a flow or paths.")


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of both sides.

    Attributes:
        name: Where it stands in the answer of the question, with names in place of positions.
        label: How people call it.
        a: Of the first side.
        b: Of the second.
        difference: a minus b with its interval, in ``unit``; None with the reason where it cannot be known.
        p: How often a difference as large comes by chance; None where nothing could be tested.
        q: The same adjusted for all numbers compared.
        unit: ``share``, ``seconds``, ``per customer`` (counts and sums), ``count`` (with totals) or ``number``.
    """

    name: Name
    label: str
    a: Number
    b: Number
    difference: Estimate
    p: float | None
    q: float | None
    unit: str

    @property
    def is_different(self) -> bool:
        """Whether it is one of the findings."""
        return self.q is not None and self.q <= LEVEL

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "name": list(self.name),
            "label": self.label,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "difference": self.difference.to_dict(),
            "unit": self.unit,
            "p": self.p,
            "q": self.q,
            "is_different": self.is_different,
        }


@dataclass(frozen=True, slots=True)
class CompareAnswer(TableAnswer):
    """Every number of both answers side by side.

    Attributes:
        question: What was asked.
        numbers: By label, in the order of the answer.
        customers: Of the first side and of the second.
        shared: Customers on both sides.
    """

    question: Compare
    numbers: Mapping[str, Compared]
    customers: tuple[int, int]
    shared: int

    @property
    def found(self) -> tuple[Compared, ...]:
        """The numbers that differ, clearest first."""
        rows = [row for row in self.numbers.values() if row.is_different]
        return tuple(sorted(rows, key=lambda row: (row.q or 0.0, row.p or 0.0)))

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "a": {"side": shown(self.question.a), "customers": self.customers[0]},
            "b": {"side": shown(self.question.b), "customers": self.customers[1]},
            "shared": self.shared,
            "numbers": [row.to_dict() for row in self.numbers.values()],
        }

    def figure(self) -> Figure:
        """Return the differences of the shares; without one, those of the unit that most numbers have."""
        rows = [row for row in self.numbers.values() if row.difference.value is not None]
        units = [row.unit for row in rows]
        most = "share" if "share" in units else max(dict.fromkeys(units), key=units.count, default="number")
        kept = [row for row in rows if row.unit == most]
        unit: Unit = "points" if most == "share" else "seconds" if most == "seconds" else "change"
        series = Series("", tuple(row.difference for row in kept))
        remark = Word(N_("The first side less the second."))
        return Bars(Word(N_("Differences")), tuple(row.label for row in kept), (series,), unit, None, remark)

    def table(self) -> Table:
        """Return one row per number."""
        headings = ("number", "different", "a", "b", "difference", "q", "p", "per")
        rows = tuple(
            (
                row.label,
                Word("yes" if row.is_different else "no"),
                row.a.cell(),
                row.b.cell(),
                row.difference,
                row.q,
                row.p,
                Word(row.unit),
            )
            for row in self.numbers.values()
        )
        kinds = {"a": "@per", "b": "@per", "difference": "change@per", "p": "p", "q": "p"}
        return Table("Compare", headings, rows, kinds, self._note(), {"p": "q"})

    def _note(self) -> str:
        a, b = shown(self.question.a), shown(self.question.b)
        said = [f"a is {a} ({self.customers[0]} customers), b is {b} ({self.customers[1]} customers)."]
        if self.shared:
            said.append(f"{self.shared} customers are on both sides.")
        said.append(f"{len(self.found)} of {len(self.numbers)} numbers differ (q at most {LEVEL}).")
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class _Row:
    """A number before the p-values of all are adjusted."""

    name: Name
    a: Number
    b: Number
    difference: Estimate
    p: float | None
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Both answers with what each group of customers adds to their numbers."""

    a: SpreadsAnswer
    b: SpreadsAnswer
    shared: int
    is_total: bool
    is_of_customers: bool

    def names(self) -> Iterator[Name]:
        """Return the numbers that one of the answers names, in the order of the first and then of the second."""
        sides = (self.a, self.b)
        for name in named_by_all(sides):
            if not all(side.is_fixed(name) for side in sides):
                yield name

    def compared(self, name: Name) -> _Row:
        """Return a number of both sides with its difference."""
        grows = self.a.does_grow(name) or self.b.does_grow(name)
        one, other = (side.number(name, grows=grows) for side in (self.a, self.b))
        number = one if one.value is not None else other
        unit = ("count" if self.is_total else "per customer") if grows else number.unit
        difference, p = self._difference(name, one, other, grows=grows)
        return _Row(name, one, other, difference, p, unit)

    def _difference(self, name: Name, one: Number, other: Number, *, grows: bool) -> tuple[Estimate, float | None]:
        sides = ((self.a, one), (self.b, other))
        n = min(side.customers for side, _ in sides)
        for side, number in sides:
            if side.customers < FEWEST or (number.n is not None and number.n < FEWEST):
                return Estimate.unknown("too_few", n), None
            if number.value is None:
                return Estimate.unknown("nobody", n), None
        if grows and sum(side.behind(name) for side, _ in sides) < FEWEST and one.value != other.value:
            return Estimate.unknown("too_few", n), None
        if not self.shared and one.part is not None and other.part is not None:
            return self._shares(name, one, other)
        return self._jackknifed(name, one, other, grows=grows)

    def _shares(self, name: Name, one: Number, other: Number) -> tuple[Estimate, float | None]:
        """Compare shares of separate customers."""
        k, n = self._effective(self.a, name, one)
        other_k, other_n = self._effective(self.b, name, other)
        low, high = newcombe_of((k, n), (other_k, other_n))
        value = (one.value or 0.0) - (other.value or 0.0)
        rests_on = min(one.n or 0, other.n or 0)
        return Estimate(value, low, high, rests_on, method="Newcombe"), score_test(k, n, other_k, other_n)

    def _effective(self, side: SpreadsAnswer, name: Name, number: Number) -> tuple[float, float]:
        """Return part and whole of a share as if each of the whole were another customer."""
        part, n = float(number.part or 0), float(number.n or 1)
        if self.is_of_customers:
            return part, n
        plain = part / n * (1 - part / n) / n
        varies = side.spread_of(name)
        many = max(1.0, varies.variance / plain) if plain > 0 and varies is not None else max(1.0, n / side.customers)
        return part / many, n / many

    def _jackknifed(self, name: Name, one: Number, other: Number, *, grows: bool) -> tuple[Estimate, float | None]:
        n = min(self.a.customers, self.b.customers)
        is_share = one.part is not None and other.part is not None
        if not grows and not is_share and min(self.a.behind(name), self.b.behind(name)) < FEWEST:
            return Estimate.unknown("too_few", n), None
        scale = [side.customers if grows and not self.is_total else 1 for side in (self.a, self.b)]
        value = (one.value or 0.0) / scale[0] - (other.value or 0.0) / scale[1]
        varies = self._spread(name, total=grows and self.is_total)
        if is_share and varies is not None and varies.variance <= 0:
            return self._shares(name, one, other)  # the same for everybody: as careful as for separate customers
        if varies is None or varies.variance <= 0:
            return Estimate(value, None, None, n, "no_variation" if varies else "too_few"), None
        low, high = value - varies.half, value + varies.half
        if one.unit == "share" == other.unit and not grows and abs(value) <= 1:
            low, high = max(-1.0, low), min(1.0, high)
        return Estimate(value, low, high, n, method="jackknife"), varies.p(value)

    def _spread(self, name: Name, *, total: bool) -> Spread | None:
        if not self.shared:
            one, other = (side.spread_of(name, total=total) for side in (self.a, self.b))
            return None if one is None or other is None else together(one, other)
        if is_quantile(name):
            return spread_of_halves(self.a.halves_of(name) - self.b.halves_of(name))
        added = [side.influence_of(name, total=total) for side in (self.a, self.b)]
        sizes = np.ones_like(self.a.size) if total else self.a.size + self.b.size
        return spread(added[0] - added[1], sizes)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
