"""Funnel: how many customers do the steps in order, and where they fall away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.errors import InputError
from farled.journeys.index import Chunk
from farled.questions.attempts import (
    FOREVER,
    Attempts,
    Plan,
    attempts,
    converted_later,
    gap_spans,
    reached_counts,
    step_counts,
)
from farled.questions.funnel_answer import FunnelAnswer, FunnelPartial, group_order, steps_of
from farled.questions.groups import values_at
from farled.questions.members import members, number_in
from farled.questions.steps import MOST_STEPS, Exclusion, Step, mentioned, needed, number_of
from farled.spans import microseconds
from farled.stats.intervals import Estimate, Rate
from farled.stats.survival import kaplan_meier

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Ask how many customers do the steps in order.

    A customer may start over: of all attempts the one that gets furthest counts, so an abandoned first visit does not
    hide a later purchase. One event fills at most one step of an attempt.

    Args:
        steps: Two or more, first step first. Each is an event name, a list of names (any of them), or
            ``{name, where}`` with a condition on the event.
        within: Longest time from the first step of an attempt to its last, inclusive; None: no limit.
        order: ``any_between``: in order, other events may come in between; ``strict``: none of ``scope`` may;
            ``any``: in any order, k steps inside one window are k steps done.
        ties: Events of one time: ``any``: may follow each other in either order; ``input``: as read; ``strict``: a
            later step needs a later time.
        exclude: ``{name, after, before}``: an event that ends an attempt when it comes strictly between two steps; with
            ``effect: drop_customer`` it takes out the customer whose furthest attempt is tainted.
        optional: Steps that never block; counted beside the others, as how many get to them after the steps before.
        max_gap: Longest time from the step before; one span, or one for each step from the second on.
        min_gap: Shortest time from the step before, likewise.
        hold: Properties that all events of an attempt share; events without them are left out.
        count: ``customers``; ``entries``: each attempt, begun again after a conversion, a time-out or an exclusion;
            ``sessions``: each session of 30 minutes' silence for itself.
        open: Customers may join at a later step: the longest way to the furthest step counts.
        by: A property; groups by its value at a step. Or a list of segments, each asked for itself.
        by_at: That step: ``first``, ``last`` reached, or its number.
        scope: With ``strict``: the names that may not come in between; None: all.

    Raises:
        InputError: Fewer than two steps, an unreadable span, or fields that contradict each other.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> shop = journeys_of({"ana": [("visit", 0), ("cart", 1), ("order", 2)], "bo": [("visit", 0), ("cart", 40)]})
        >>> [(step.name, step.customers) for step in ask(shop, Funnel(["visit", "cart", "order"], within="30d")).steps]
        [('visit', 2), ('cart', 1), ('order', 1)]

    Source:
        Own definition: decision 0002.
    """

    steps: Sequence[Any] = field(metadata={"help": "Event names, first step first; a|b is any of them."})
    within: str | None = field(default=None, metadata={"help": "Longest time from first step to last, such as 30d."})
    order: str = field(
        default="any_between",
        metadata={"help": "What may come in between.", "choices": ("any_between", "strict", "any")},
    )
    ties: str = field(
        default="any", metadata={"help": "How events of one time follow.", "choices": ("any", "input", "strict")}
    )
    exclude: Sequence[Any] = field(default=(), metadata={"help": "JSON: {name, after, before}; ends an attempt."})
    optional: Sequence[Any] = field(default=(), metadata={"help": "Steps, by number or name, that never block."})
    max_gap: Any = field(default=None, metadata={"help": "Longest time from the step before."})
    min_gap: Any = field(default=None, metadata={"help": "Shortest time from the step before."})
    hold: Sequence[str] = field(default=(), metadata={"help": "Properties that all events of an attempt share."})
    count: str = field(
        default="customers", metadata={"help": "What is counted.", "choices": ("customers", "entries", "sessions")}
    )
    open: bool = field(default=False, metadata={"help": "Customers may join at a later step."})
    by: str | Sequence[str] | None = field(default=None, metadata={"help": "Group by this property, or by segments."})
    by_at: Any = field(default="first", metadata={"help": "At which step: first, last, or its number."})
    scope: Sequence[str] | None = field(
        default=None, metadata={"help": "With strict: names that may not come between."}
    )

    def __post_init__(self) -> None:
        steps = _listed(self.steps)
        if len(steps) < 2:
            raise InputError(f"A funnel needs two or more steps, but got {self.steps!r}.", "Name two steps: a,b.")
        if len(steps) > MOST_STEPS:
            raise InputError(f"A funnel has at most {MOST_STEPS} steps, but got {len(steps)}.", "Split the funnel.")
        read = tuple(Step.of(step, f"steps.{number}") for number, step in enumerate(steps, 1))
        object.__setattr__(self, "steps", read)
        object.__setattr__(self, "exclude", tuple(Exclusion.of(each, read) for each in _listed(self.exclude)))
        optional = sorted({number_of(each, read, "optional") for each in _listed(self.optional)})
        object.__setattr__(self, "optional", tuple(optional))
        object.__setattr__(self, "hold", tuple(_listed(self.hold)))
        object.__setattr__(self, "scope", None if self.scope is None else tuple(_listed(self.scope)))
        object.__setattr__(self, "by_at", self._read_by_at())
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        for name in ("max_gap", "min_gap"):
            value = getattr(self, name)
            object.__setattr__(self, name, tuple(value) if isinstance(value, list) else value)
        for name, each in self.__dataclass_fields__.items():
            choices = each.metadata.get("choices")
            if choices and getattr(self, name) not in choices:
                raise InputError(f"{name} is {getattr(self, name)!r}.", f"Use one of: {', '.join(choices)}.")
        self._check()
        self.plan()

    def _read_by_at(self) -> int | str:
        if self.by_at in ("first", "last"):
            return str(self.by_at)
        number = number_of(self.by_at, self.steps, "by_at")
        if number in self.optional:
            raise InputError(f"by_at names step {number}, which is optional.", "Name a step that all must do.")
        return number

    def _check(self) -> None:
        """Refuse fields that contradict each other."""
        required = [number for number in range(1, len(self.steps) + 1) if number not in self.optional]
        if len(required) < 2:
            raise InputError("Fewer than two steps of the funnel are not optional.", "Leave two steps required.")
        for each in self.exclude:
            if each.after not in required or each.before not in required:
                raise InputError("exclude names an optional step.", "Name the required steps around it.")
        bound = self.max_gap is not None or self.min_gap is not None
        if self.order == "any" and (bound or self.exclude or self.open or self.optional or self.by_at != "first"):
            hint = "Leave out gaps, exclude, open, optional and by_at."
            raise InputError("order='any' has no steps before and after.", hint)
        if self.order == "strict" and self.exclude:
            raise InputError("With order='strict' nothing may come in between anyway.", "Leave out exclude.")
        if self.count == "entries" and self.order != "any_between":
            raise InputError("Entries are counted in order 'any_between' only.", "Leave out order.")
        if self.open and (
            self.order != "any_between" or bound or self.exclude or self.optional or self.count == "entries"
        ):
            raise InputError("An open funnel takes only steps, within, ties, hold, by and sessions.", "Leave the rest.")
        if self.order != "strict" and self.scope is not None:
            raise InputError("scope speaks of what may not come in between.", "Add order='strict' or leave it out.")
        if any(each.effect == "drop_customer" for each in self.exclude) and self.count == "entries":
            raise InputError("drop_customer takes out customers, not entries.", "Use effect end_attempt.")

    @property
    def required(self) -> tuple[int, ...]:
        """Numbers of the steps that are not optional."""
        return tuple(number for number in range(1, len(self.steps) + 1) if number not in self.optional)

    @property
    def counts_customers(self) -> bool:
        """Whether each share is one of customers, so that none counts twice."""
        return self.count == "customers"

    def plan(self, steps: Sequence[int] | None = None) -> Plan:
        """Return what the kernels look for.

        Args:
            steps: Numbers of the steps to do, in order; default: the required ones.
        """
        chosen = self.required if steps is None else tuple(steps)
        place = {number: at for at, number in enumerate(chosen, 1)}
        kept = [each for each in self.exclude if each.after in place and each.before in place]
        rules = tuple(Exclusion(each.step, place[each.after], place[each.before], each.effect) for each in kept)
        shortest, longest = (
            gap_spans(self.min_gap, len(self.steps), 0),
            gap_spans(self.max_gap, len(self.steps), FOREVER),
        )
        return Plan(
            tuple(self.steps[number - 1] for number in chosen),
            FOREVER if self.within is None else microseconds(self.within),
            self.order,
            self.ties,
            rules,
            (tuple(shortest[number - 1] for number in chosen), tuple(longest[number - 1] for number in chosen)),
            tuple(self.hold),
            self.count,
            None if self.scope is None else tuple(self.scope),
            tuple(self.steps[number - 1] for number in self.optional if number not in chosen),
        )

    def mentions(self) -> Iterable[str]:
        """Return the names of steps, exclusions and scope."""
        excluded = [each.step for each in self.exclude]
        return dict.fromkeys([*mentioned([*self.steps, *excluded]), *(self.scope or ())])

    def columns(self) -> Iterable[str]:
        """Return the columns of conditions, of ``hold`` and of ``by``."""
        excluded = [each.step for each in self.exclude]
        by = [self.by] if isinstance(self.by, str) else []
        return dict.fromkeys([*needed([*self.steps, *excluded]), *self.hold, *by])

    def partial(self, chunk: Chunk) -> FunnelPartial:
        """Count the units of a chunk by how far they get."""
        made, joined = self._attempts(chunk)
        n = len(self.required)
        return FunnelPartial(
            made.units if self.count == "sessions" else chunk.customers,
            step_counts(made.depth, joined, n) if self.open else reached_counts(made.by_depth),
            self._gaps_between(made, joined),
            self._taken(made),
            made.chunk.end - made.last_start,
            0 if self.ties != "any" or self.open or self.order == "any" else self._on_ties(made, chunk),
            np.array([int(self._doing(chunk, number).by_depth[-1]) for number in self.optional], dtype=np.int64),
            self._groups(made, joined) if isinstance(self.by, str) else {},
        )

    def answer(self, total: FunnelPartial) -> FunnelAnswer:
        """Turn the counts into steps with rates, times and what is still open."""
        reached, last = total.rows[0], total.rows[2, -1]
        started = int(reached[0]) if not self.open else int(total.rows[2, 0])
        conversion = Rate(int(last), started)
        groups = {value: steps_of(self, rows, None) for value, rows in sorted(total.groups.items(), key=group_order)}
        return FunnelAnswer(
            self,
            total.n,
            steps_of(self, total.rows, total),
            conversion,
            len(total.waiting),
            self._eventual(total, conversion),
            total.on_ties,
            groups,
        )

    def regrouped(self, answer: FunnelAnswer, groups: Mapping[str, FunnelAnswer]) -> FunnelAnswer:
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups={name: group.steps for name, group in groups.items()})

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/steps/i/customers``, ``/steps/i/dropped`` or ``/open_windows``."""
        place, what = number_in(part, "steps", len(self.steps), ("customers", "dropped"), ("open_windows",))
        number = place + 1
        if number in self.optional:
            done = self._doing(chunk, number)
            there = _done(done)
            if self.count == "entries":  # those of fewer steps are others
                left = done.unit[done.depth == len(done.by_depth) - 2]
            else:
                left = np.setdiff1d(self._before(chunk, number, done.units), there, assume_unique=True)
            return members(chunk, done.customers(there if what == "customers" else left))
        made, joined = self._attempts(chunk, 1)
        if what == "open_windows":
            return members(chunk, made.customers(made.waiting))
        at = self.required.index(number)
        here = (made.depth > at) & (joined <= at)
        if what == "dropped":
            here = (made.depth == at) & (joined < at)
        return members(chunk, made.customers(made.unit[here]))

    def _attempts(self, chunk: Chunk, least: int | None = None) -> tuple[Attempts, Counts]:
        """Return the attempts, and at which required step, from 0, each chain joined."""
        drops = any(each.effect == "drop_customer" for each in self.exclude)
        chained = self.by is not None or drops or self.open
        made = attempts(self.plan(), chunk, least or (1 if chained else len(self.required) + 1))
        joined = np.zeros(len(made.unit), dtype=np.int64)
        if not self.open:
            return made, joined
        n, units = len(self.required), made.units
        best, since = np.zeros(units, dtype=np.int64), np.zeros(units, dtype=np.int64)
        chains = np.full((units, n), -1, dtype=np.int64)
        for at in range(n):
            later = made if at == 0 else attempts(self.plan(self.required[at:]), chunk, 1)
            further = later.depth + at > best[later.unit]
            unit = later.unit[further]
            chains[unit, :at] = -1
            chains[unit, at:] = later.chain[further]
            best[unit], since[unit] = later.depth[further] + at, at
        unit = np.flatnonzero(best)
        by_depth = np.bincount(best, minlength=n + 1)
        waits = best[made.waiting] < n
        waiting, last_start = made.waiting[waits], made.last_start[waits]
        chain = chains[unit]
        return (
            Attempts(made.chunk, units, by_depth, unit, best[unit], chain, waiting, last_start, made.customer),
            since[unit],
        )

    def _doing(self, chunk: Chunk, number: int) -> Attempts:
        """Return the attempts at the required steps before an optional one, and at that one."""
        return attempts(self.plan([*(each for each in self.required if each < number), number]), chunk, 1)

    def _before(self, chunk: Chunk, number: int, units: int) -> Counts:
        """Return the units that do the required steps before an optional one; all if there are none."""
        steps = [each for each in self.required if each < number]
        return _done(attempts(self.plan(steps), chunk, 1)) if steps else np.arange(units)

    def _gaps_between(self, made: Attempts, joined: Counts) -> tuple[Counts, ...]:
        """Return the times from each step to the next, of all units that did both."""
        if self.order == "any":
            return tuple(np.empty(0, dtype=np.int64) for _ in self.required[1:])
        if made.took is not None and not self.open:
            return made.took[1:]
        times, depth, gaps = made.times, made.depth, []
        for at in range(1, len(self.required)):
            further = depth > at  # each row that is left out here is left out later too
            if not further.all():
                times, depth, joined = times[further], depth[further], joined[further]
            gap = times[:, at] - times[:, at - 1]
            gaps.append(gap[joined < at] if self.open else gap)
        return tuple(gaps)

    def _taken(self, made: Attempts) -> Counts:
        """Return the time from the first step to the last of each conversion; 0 in any order."""
        if made.took is not None and not self.open:
            return made.took[0]
        times = made.times[made.depth == len(self.required)]
        return np.zeros(len(times), dtype=np.int64) if self.order == "any" else times[:, -1] - times[:, 0]

    def _on_ties(self, made: Attempts, chunk: Chunk) -> int:
        converted = int(made.by_depth[-1])
        if not converted or made.later is not None:
            return converted - (made.later or 0)
        return converted - converted_later(self.plan(), chunk)

    def _groups(self, made: Attempts, joined: Counts) -> dict[Any, Counts]:
        """Return the counts per value of the property at the step asked for."""
        depth = made.depth
        at = joined if self.by_at == "first" else depth - 1
        if isinstance(self.by_at, int):
            at = np.full(len(depth), self.required.index(self.by_at) if self.by_at in self.required else 0)
        event = made.chain[np.arange(len(depth)), np.maximum(at, 0)] if len(depth) else np.empty(0, dtype=np.int64)
        values, code = values_at(made.chunk, str(self.by), event)
        return {
            values[group]: step_counts(depth[code == group], joined[code == group], len(self.required))
            for group in np.unique(code).tolist()
        }

    def _eventual(self, total: FunnelPartial, conversion: Rate) -> Estimate:
        if self.within is None:
            return Estimate.unknown("no_window", conversion.n)
        if self.order == "any" or self.open:
            return Estimate.unknown("not_computable", conversion.n)
        if not len(total.waiting):
            return Estimate(
                conversion.value, conversion.low, conversion.high, conversion.n, conversion.reason, "Wilson"
            )
        window = microseconds(self.within)
        closed = np.full(conversion.n - conversion.part - len(total.waiting), window, dtype=np.int64)
        return kaplan_meier(total.converted, np.concatenate((total.waiting, closed))).share_by(window)


def _done(made: Attempts) -> Counts:
    """Return the units that do all steps."""
    done: Counts = made.unit[made.depth == len(made.by_depth) - 1]
    return done


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | Mapping) else list(value)
