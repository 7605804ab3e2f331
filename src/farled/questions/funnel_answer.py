"""The answer to a funnel: steps with rates and times, and what is still open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.funnel import Funnel as FunnelFigure
from farled.figures.funnel import Stage
from farled.figures.quantity import Word
from farled.figures.table import Table
from farled.locale import N_
from farled.spans import SECOND
from farled.stats.intervals import Estimate, Rate
from farled.stats.quantiles import quantiles

if TYPE_CHECKING:  # a funnel makes its answer, which knows what was asked
    from farled.questions.funnel import Funnel

Counts = npt.NDArray[np.int64]

COUNTED = {"customers": N_("customers"), "entries": N_("entries"), "sessions": N_("sessions")}


@dataclass(frozen=True, slots=True, eq=False)
class FunnelPartial:
    """Counts that add up.

    Attributes:
        n: Units looked at.
        rows: Per required step: units at it; those of them that came from the step before; those that began at step
            1. Shape (3, steps).
        between: Times from each step to the next, microseconds.
        converted: Time from the first step to the last of each conversion, microseconds.
        waiting: How long each open window has been watched, microseconds.
        on_ties: Conversions that need events of one time to follow each other.
        optional: Units that get to each optional step.
        groups: ``rows`` per value of the property.
    """

    n: int
    rows: Counts
    between: tuple[Counts, ...]
    converted: Counts
    waiting: Counts
    on_ties: int
    optional: Counts
    groups: Mapping[Any, Counts]

    def __add__(self, other: "FunnelPartial") -> "FunnelPartial":
        values = [*self.groups, *(value for value in other.groups if value not in self.groups)]
        none = np.zeros_like(self.rows)
        return FunnelPartial(
            self.n + other.n,
            self.rows + other.rows,
            tuple(np.concatenate(pair) for pair in zip(self.between, other.between, strict=True)),
            np.concatenate((self.converted, other.converted)),
            np.concatenate((self.waiting, other.waiting)),
            self.on_ties + other.on_ties,
            self.optional + other.optional,
            {value: self.groups.get(value, none) + other.groups.get(value, none) for value in values},
        )


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of the answer.

    Attributes:
        name: What fills it.
        customers: Units that reach it.
        from_start: Share of those that began at the first step; None for the first.
        from_previous: Share of those at the step before; for the first step, of all looked at.
        dropped: Units at the step before that did not come here.
        median_time: From the step before, seconds.
        p90_time: Nine of ten came faster, seconds.
        optional: Whether the step never blocks.
    """

    name: str
    customers: int
    from_start: Rate | None
    from_previous: Rate | None
    dropped: int
    median_time: float | None
    p90_time: float | None
    optional: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "name": self.name,
            "customers": self.customers,
            "from_start": self.from_start.to_dict() if self.from_start else None,
            "from_previous": self.from_previous.to_dict() if self.from_previous else None,
            "dropped": self.dropped,
            "median_time": self.median_time,
            "p90_time": self.p90_time,
            "optional": self.optional,
        }


@dataclass(frozen=True, slots=True)
class FunnelAnswer(TableAnswer):
    """The steps in the order asked.

    Attributes:
        question: What was asked.
        n: Units looked at, whether they began or not.
        steps: One per step asked.
        conversion: Share of those that began which did all required steps.
        open_windows: Units that have begun, are not done, and whose window is not over when the data ends.
        eventual: The conversion by the end of the window when open windows count as not yet known (Kaplan-Meier).
        on_ties: Conversions that need events of one time to follow each other.
        groups: The steps per value of ``by``; None is no value there.
    """

    question: "Funnel"
    n: int
    steps: tuple[FunnelStep, ...]
    conversion: Rate
    open_windows: int
    eventual: Estimate
    on_ties: int
    groups: Mapping[Any, tuple[FunnelStep, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; each rate as value, low, high and n."""
        return {
            "n": self.n,
            "count": self.question.count,
            "steps": [step.to_dict() for step in self.steps],
            "conversion": self.conversion.to_dict(),
            "open_windows": self.open_windows,
            "eventual": self.eventual.to_dict(),
            "on_ties": self.on_ties,
            "groups": [
                {"value": value, "steps": [step.to_dict() for step in steps]} for value, steps in self.groups.items()
            ],
        }

    def figure(self) -> Figure:
        """Return what is left after each step."""
        stages = tuple(
            Stage(
                each.name,
                each.customers,
                each.from_start if at else None,
                each.from_previous,
                each.dropped,
                each.optional,
            )
            for at, each in enumerate(self.steps)
        )
        return FunnelFigure(Word(N_("How far customers get")), stages, Word(COUNTED[self.question.count]))

    def figures(self) -> tuple[Figure, ...]:
        """Return the funnel, and how many of each group get to its end."""
        if not self.groups:
            return (self.figure(),)
        shares = {"–" if value is None else str(value): steps[-1].from_start for value, steps in self.groups.items()}
        ends = Series("", tuple(shares.values()))
        return self.figure(), Bars(Word(N_("How many get to the end, by group")), tuple(shares), (ends,))

    def table(self) -> Table:
        """Return one row per step, and per group where asked."""
        by = self.question.by
        grouped = () if by is None else (by,) if isinstance(by, str) else ("segment",)
        headings = (*grouped, "step", self.question.count, "from start", "from previous", "dropped", "median", "p90")
        rows = [_row(("all",) if grouped else (), step) for step in self.steps]
        for value, steps in self.groups.items():
            rows += [_row(("–" if value is None else str(value),), step) for step in steps]
        kinds = {"median": "seconds", "p90": "seconds"}
        return Table("Funnel", headings, tuple(rows), kinds, self._note())

    def _note(self) -> str:
        said = [f"Conversion {self.conversion}."]
        if self.open_windows:
            windows = "window is" if self.open_windows == 1 else "windows are"
            said.append(f"{self.open_windows} {windows} still open when the data ends.")
        if self.open_windows and self.eventual.value is not None and self.eventual.low is not None:
            low, high = 100 * self.eventual.low, 100 * (self.eventual.high or 0)
            said.append(f"Eventually {100 * self.eventual.value:.1f} % [{low:.1f}, {high:.1f}].")
        if self.on_ties:
            said.append(f"{self.on_ties} conversions hang on events of one time.")
        return " ".join(said)


def _row(group: tuple[str, ...], step: FunnelStep) -> tuple[Any, ...]:
    name = f"{step.name} (optional)" if step.optional else step.name
    return (
        *group,
        name,
        step.customers,
        step.from_start,
        step.from_previous,
        step.dropped,
        step.median_time,
        step.p90_time,
    )


def steps_of(funnel: "Funnel", rows: Counts, total: FunnelPartial | None) -> tuple[FunnelStep, ...]:
    """Return the steps of the whole, or of a group (``total`` None: without times and optional steps)."""
    made = []
    for at, number in enumerate(funnel.required):
        here, came, through = (int(count) for count in rows[:, at])
        before = int(rows[0, at - 1]) if at else (total.n if total and funnel.count != "entries" else None)
        came = came if at else int(rows[2, 0])
        times = total.between[at - 1] if total and at else np.empty(0, dtype=np.int64)
        median, late = (each / SECOND for each in quantiles(times, (0.5, 0.9))) if len(times) else (None, None)
        made.append(
            FunnelStep(
                funnel.steps[number - 1].label,
                here,
                Rate(through, int(rows[2, 0])) if at else None,
                None if before is None else Rate(came, before),
                before - came if at and before is not None else 0,
                median,
                late,
            )
        )
    if total is None:
        return tuple(made)
    return _with_optional(funnel, made, total)


def _with_optional(funnel: "Funnel", made: list[FunnelStep], total: FunnelPartial) -> tuple[FunnelStep, ...]:
    begun = made[0].customers
    for number, count in zip(funnel.optional, total.optional.tolist(), strict=True):
        before = [step for step, of in zip(made, funnel.required, strict=False) if of < number]
        whole = before[-1].customers if before else total.n
        name = funnel.steps[number - 1].label
        from_start = Rate(count, begun) if before else None
        made.insert(
            number - 1, FunnelStep(name, count, from_start, Rate(count, whole), whole - count, None, None, True)
        )
    return tuple(made)


def group_order(item: tuple[Any, Counts]) -> tuple[int, str]:
    return -int(item[1][0, 0]), "" if item[0] is None else str(item[0])
