"""Drivers: what happened before a step among those who took it and those who did not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.quantity import Label, Word
from farled.figures.table import Table
from farled.journeys.index import Chunk, Column
from farled.locale import N_
from farled.questions.attempts import attempts
from farled.questions.driver_strata import KINDS, OFTEN, Joined, Strata, Tables, Waiting
from farled.questions.funnel import Funnel
from farled.questions.members import members, number_in
from farled.questions.steps import number_of
from farled.stats.intervals import Estimate, Rate
from farled.stats.multiple import benjamini_hochberg
from farled.stats.proportions import mantel_haenszel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEWEST = 5
LEVEL = 0.05
MOST_VALUES = 200
LEAST_VARIANCE = 1.0
TOLD_APART = 0.1


@dataclass(frozen=True, slots=True)
class Drivers:
    """Ask what happened before a step of a funnel among those who took it and those who did not.

    Customers are followed from the first time they are one step before. At every moment those who take the step then
    are compared with those who have not taken it yet, after the same time of waiting, with as many events so far, and
    who came in the same four weeks. Events so far are counted with and without the one in question, and what finds
    less is taken: neither a long journey nor the lack of another event is a driver. What counts is what had happened
    before that moment: never the step itself and nothing after it. Looked at are the events (once or more, three times
    or more) and the values of properties.
    Of the drivers found (``q`` below 0.05) at most one in twenty is false on average (Benjamini-Hochberg).

    A driver goes together with the step; whether it causes it only an experiment tells.

    Args:
        step: Of the funnel: number from 2, or name.
        of: The funnel, with customers in order.
        properties: Whose values are looked at too, of the events before; those with more than 200 values are not.

    Raises:
        InputError: The step is the first one, or the funnel counts something else than customers in order.
        NotFoundError: The funnel has no such step.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> helped = {f"h{at}": [("cart", 0), ("help", 0.1), ("order", 1 + at / 50)] for at in range(40)}
        >>> alone = {f"a{at}": [("cart", 0), *[("order", 1 + at / 50)] * (at < 8)] for at in range(40)}
        >>> shop = journeys_of(helped | alone, end=30)
        >>> answer = ask(shop, Drivers("order", Funnel(["cart", "order"])))
        >>> [(driver.label, driver.odds.value > 1) for driver in answer.found]
        [('help', True)]

    Source:
        Test and odds ratio in strata: Mantel and Haenszel (1959), J. National Cancer Institute 22, 719-748; for those
        at risk at each time: Mantel (1966), Cancer Chemotherapy Reports 50, 163-170. Own definition: decision 0016.
    """

    step: Any = field(metadata={"help": "The step, by number from 2 or by name."})
    of: Any = field(metadata={"help": "The funnel.", "over": "of"})
    properties: Sequence[str] = field(
        default=("channel",), metadata={"help": "Properties whose values are looked at too."}
    )

    def __post_init__(self) -> None:
        if not isinstance(self.of, Funnel):
            raise InputError(f"Drivers take a funnel, but got {type(self.of).__name__.lower()}.", "Give of=funnel.")
        number = number_of(self.step, self.of.steps, "step")
        object.__setattr__(self, "step", number)
        given = (self.properties,) if isinstance(self.properties, str) else tuple(self.properties)
        object.__setattr__(self, "properties", given)
        if number not in self.of.required[1:]:
            hint = "Name a later step that is not optional."
            raise InputError(f"Nobody stands before step {number}, {self.of.steps[number - 1].label!r}.", hint)
        drops = any(each.effect == "drop_customer" for each in self.of.exclude)
        if self.of.count != "customers" or self.of.order == "any" or self.of.open or self.of.hold or drops:
            hint = "Leave out count, order='any', open, hold and drop_customer."
            raise InputError("Drivers follow customers from step to step in order.", hint)

    def mentions(self) -> Iterable[str]:
        """Return the names of the funnel."""
        return self.of.mentions()  # type: ignore[no-any-return]  # a funnel, see above

    def columns(self) -> Iterable[str]:
        """Return the columns of the funnel, and the properties looked at."""
        return dict.fromkeys([*self.of.columns(), *self.properties])

    def partial(self, chunk: Chunk) -> "DriversPartial":
        """Count who was before the step with what, and who took it."""
        candidates, left_out = self._candidates(chunk)
        waits, codes = self._waits(chunk), self._codes(chunk)
        blocks = {int(block): waits.counted(block, codes, len(candidates)) for block in np.unique(waits.block)}
        return DriversPartial(candidates, left_out, blocks, np.array([waits.took, waits.stayed], dtype=np.int64))

    def answer(self, total: "DriversPartial") -> "DriversAnswer":
        """Test each candidate and say how strong it is."""
        strata = total.joined()
        rows = []
        for at, (what, value) in enumerate((*total.candidates, *total.candidates)):
            driver = (what, value, OFTEN if at >= len(total.candidates) else 1)
            rows.append(_tested(driver, total.having(at), total.whole, strata.tables(at)))
        varying = [row for row in rows if row is not None]
        q = benjamini_hochberg([nan if row.p is None else row.p for row in varying])
        found = [row if row.p is None else replace(row, q=float(value)) for row, value in zip(varying, q, strict=True)]
        found.sort(key=lambda row: (1.0 if row.p is None else row.p, row.label))
        went, stayed = (int(count) for count in total.whole)
        return DriversAnswer(self, went, stayed, tuple(found), total.left_out)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/drivers/i/took`` or ``/drivers/i/not_taken``: those who had it before."""
        place, which = number_in(part, "drivers", len(answer["drivers"]), ("took", "not_taken"))
        driver = answer["drivers"][place]
        candidates, _ = self._candidates(chunk)
        at = candidates.index((driver["what"], driver["value"]))
        waits = self._waits(chunk)
        had = waits.having(self._codes(chunk), at, int(driver["at_least"]))
        return members(chunk, waits.customer[had & (waits.takes == (which == "took"))])

    def _waits(self, chunk: Chunk) -> "Waiting":
        """Return the customers that come to the step before, since when, and how they went on."""
        at = self.of.required.index(self.step)
        before = attempts(self.of.plan(self.of.required[:at]), chunk, at)
        after = attempts(self.of.plan(self.of.required[: at + 1]), chunk, at + 1)
        there, done = before.depth >= at, after.depth >= at + 1
        customer = before.customers(before.unit[there])
        since = before.times[there, at - 1]
        until = np.full(chunk.customers, -1, dtype=np.int64)
        until[after.customers(after.unit[done])] = after.times[done, at]
        return Waiting.of(chunk, customer, since, until[customer])

    def _candidates(self, chunk: Chunk) -> tuple[tuple[tuple[str, Any], ...], tuple[str, ...]]:
        """Return what may drive, and the properties that have too many values."""
        found: list[tuple[str, Any]] = [("event", name) for name in chunk.names]
        left_out = []
        for name in self.properties:
            column = chunk.columns.get(name)
            if isinstance(column, Column) and len(column.values) <= MOST_VALUES:
                found += [(name, value) for value in column.values]
            elif column is not None:
                left_out.append(name)
        return tuple(found), tuple(left_out)

    def _codes(self, chunk: Chunk) -> Ints:
        """Return the candidates that each event is. Shape (n_events, 1 + properties)."""
        codes, first = [chunk.name.astype(np.int64)], len(chunk.names)
        for name in self.properties:
            column = chunk.columns.get(name)
            if isinstance(column, Column) and len(column.values) <= MOST_VALUES:
                codes.append(np.where(column.code < 0, -1, column.code + first))
                first += len(column.values)
        return np.stack(codes, axis=1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class DriversPartial:
    """Counts that add up.

    Attributes:
        candidates: What may drive: ``event`` and its name, or a property and its value.
        left_out: Properties with too many values.
        blocks: Counts per four weeks.
        whole: Customers that took the step, and that did not. Shape (2,).
    """

    candidates: tuple[tuple[str, Any], ...]
    left_out: tuple[str, ...]
    blocks: Mapping[int, Strata]
    whole: Ints

    def __add__(self, other: "DriversPartial") -> "DriversPartial":
        blocks = dict(self.blocks)
        for block, counts in other.blocks.items():
            blocks[block] = blocks[block] + counts if block in blocks else counts
        return DriversPartial(self.candidates, self.left_out, blocks, self.whole + other.whole)

    def having(self, at: int) -> Ints:
        """Return how many had a candidate when last seen: of those who took the step, of the others. Shape (2,)."""
        found = sum((counts.having[:, at] for counts in self.blocks.values()), np.zeros(2, dtype=np.int32))
        return found.astype(np.int64)

    def joined(self) -> "Joined":
        """Return the counts of all strata that hold anybody."""
        size = 4 * len(self.candidates)
        blocks = [counts for _, counts in sorted(self.blocks.items())]
        kept = [np.flatnonzero(counts.n.ravel() + counts.n_with.any(axis=2).ravel()) for counts in blocks]

        def flat(name: str, *shape: int) -> Floats:
            every = [getattr(counts, name).reshape(-1, *shape)[at] for counts, at in zip(blocks, kept, strict=True)]
            joined: Floats = np.concatenate([np.zeros((0, *shape)), *every])
            return joined

        stretch = np.concatenate([np.zeros(0, dtype=np.int64), *kept]) // KINDS
        return Joined(flat("n"), flat("cases"), flat("n_with", size), flat("cases_with", size), stretch)


@dataclass(frozen=True, slots=True)
class Driver:
    """Something that had happened before.

    Attributes:
        what: ``event``, or the name of a property.
        value: Name of the event, or value of the property.
        at_least: How many times.
        took: Of those who took the step, the share that had it before.
        not_taken: Of those who did not take it, the share that had it while they could.
        odds: The odds of taking the step at a moment with it, over those without it, matched; 1 is no difference.
        difference: Share that would take the step if all had it from the first moment, less the share if nobody had it.
        expected: How many of those with it would have taken the step if it made no difference.
        p: How often as much comes by chance; None where too few had it or were without it.
        q: The same adjusted for all that was looked at.
    """

    what: str
    value: Any
    at_least: int
    took: Rate
    not_taken: Rate
    odds: Estimate
    difference: Estimate
    expected: float
    p: float | None
    q: float | None = None

    @property
    def label(self) -> str:
        """How people call it: ``help``, ``channel: app``, ``help (3 times or more)``."""
        name = str(self.value) if self.what == "event" else f"{self.what}: {self.value}"
        if self.at_least == 1:
            return name
        return Label(name, f" ({self.at_least} ", Word(N_("times or more")), ")")

    @property
    def is_found(self) -> bool:
        """Whether it is one of the findings."""
        return self.q is not None and self.q <= LEVEL

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "what": self.what,
            "value": self.value,
            "at_least": self.at_least,
            "label": self.label,
            "took": self.took.to_dict(),
            "not_taken": self.not_taken.to_dict(),
            "odds": self.odds.to_dict(),
            "difference": self.difference.to_dict(),
            "expected": self.expected,
            "p": self.p,
            "q": self.q,
            "is_found": self.is_found,
        }


@dataclass(frozen=True, slots=True)
class DriversAnswer(TableAnswer):
    """What goes together with the step, clearest first.

    Attributes:
        question: What was asked.
        took: Customers one step before who took the step.
        not_taken: Those who did not, as far as the data go.
        drivers: All that was looked at and happened to some and not to others, clearest first.
        left_out: Properties that have too many values.
    """

    question: Drivers
    took: int
    not_taken: int
    drivers: tuple[Driver, ...]
    left_out: tuple[str, ...]

    @property
    def found(self) -> tuple[Driver, ...]:
        """The findings."""
        return tuple(driver for driver in self.drivers if driver.is_found)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "step": self.question.of.steps[self.question.step - 1].label,
            "took": self.took,
            "not_taken": self.not_taken,
            "drivers": [driver.to_dict() for driver in self.drivers],
            "left_out": list(self.left_out),
        }

    def figure(self) -> Figure:
        """Return by how much more often those with each of the clearest drivers take the step."""
        shown = self.drivers[:20]
        series = Series("", tuple(driver.difference for driver in shown))
        remark = Word(N_("What goes together is no proof of cause: only an experiment is."))
        title = Word(N_("How much more often the step is taken"))
        return Bars(title, tuple(driver.label for driver in shown), (series,), "points", None, remark)

    def table(self) -> Table:
        """Return one row per driver."""
        headings = ("before", "found", "had it and went on", "had it and did not", "difference", "q", "p", "odds")
        rows = tuple(
            (
                driver.label,
                Word("yes" if driver.is_found else "no"),
                driver.took,
                driver.not_taken,
                driver.difference,
                driver.q,
                driver.p,
                driver.odds,
            )
            for driver in self.drivers
        )
        return Table(
            "Drivers",
            headings,
            rows,
            {"difference": "points", "q": "p", "p": "p"},
            self._note(),
            {"p": "q", "odds": "difference"},
        )

    def _note(self) -> str:
        name = self.question.of.steps[self.question.step - 1].label
        said = [f"{self.took} customers went on to {name}, {self.not_taken} did not."]
        said.append(f"{len(self.found)} of {len(self.drivers)} go together with it (q at most {LEVEL}).")
        if self.left_out:
            said.append(f"Too many values: {', '.join(self.left_out)}.")
        return " ".join([*said, "Not a proof of cause: only an experiment is."])


def _tested(driver: tuple[str, Any, int], having: Ints, whole: Ints, matched: tuple[Tables, Tables]) -> Driver | None:
    """Test a candidate; None where all had it, or nobody.

    Of the two ways to match the one that finds less counts; where those with it and without it hardly meet in one of
    them, because the number of events says who had it, only the other one can tell.

    Args:
        driver: What, its value, and how many times.
        having: Customers that had it: those who took the step, the others.
        whole: Customers that took the step, and that did not.
        matched: By the number of all events, and by that of the others.
    """
    found = [mantel_haenszel(each.cases, each.n, each.other_cases, each.other_n) for each in matched]
    most = max(each.variance for each in found)
    if most <= 0:
        return None
    telling = [at for at in (0, 1) if found[at].variance >= TOLD_APART * most]
    at = max(telling, key=lambda at: found[at].p or 0.0)
    best, tables = found[at], matched[at]
    shares = [Rate(int(part), int(of)) for part, of in zip(having, whole, strict=True)]
    had, missed = int(having.sum()), int((whole - having).sum())
    few = had < FEWEST or missed < FEWEST or best.variance < LEAST_VARIANCE
    odds = difference = Estimate.unknown("too_few" if few else "one_sided", had)
    if not few and best.odds is not None and best.interval is not None:
        odds = Estimate(best.odds, *best.interval, had, method="Mantel-Haenszel")
        n_left, cases_left = (
            np.bincount(tables.stretch, weights=each).astype(np.float64)
            for each in (tables.other_n, tables.other_cases)
        )
        difference = _difference(odds, n_left, cases_left)
    n = tables.n + tables.other_n
    at_work = np.divide(tables.n * (tables.cases + tables.other_cases), n, out=np.zeros_like(n), where=n > 0)
    p = None if few else best.p
    return Driver(*driver, shares[0], shares[1], odds, difference, float(at_work.sum()), p)


def _difference(odds: Estimate, n: Floats, cases: Floats) -> Estimate:
    """Return the share that would take the step if all had it from the first moment, less the share if nobody had.

    Args:
        odds: Ratio with its interval.
        n: Customers without it, per stretch.
        cases: Those of them who take the step.
    """
    chance = np.divide(cases, n, out=np.zeros_like(cases), where=n > 0)

    def share(ratio: float | None) -> float:
        with_it = ratio * chance / (1 - chance + ratio * chance) if ratio is not None else chance
        return float(1 - np.prod(1 - with_it))

    without = share(1.0)
    value, low, high = (share(each) - without for each in (odds.value, odds.low, odds.high))
    return Estimate(value, low, high, odds.n, method="Mantel-Haenszel")
