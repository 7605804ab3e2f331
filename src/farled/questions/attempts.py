"""Attempts at a funnel in one chunk: how far each counted unit gets, and by which events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from farled.errors import InputError
from farled.journeys import chain_vectors
from farled.journeys.chain_vectors import Chains
from farled.journeys.index import Chunk, Codes, Column
from farled.journeys.select import cut, split
from farled.questions.steps import Coded, Exclusion, Step, coded
from farled.spans import MINUTE, microseconds

if TYPE_CHECKING:
    from farled.journeys.moment_kernels import Moments

Ints = npt.NDArray[np.int64]
FOREVER = int(np.iinfo(np.int64).max)
TIES = {"any": 0, "input": 1, "strict": 2}
SESSION = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Plan:
    """A funnel made ready for the kernels; its steps are the required ones.

    Attributes:
        steps: First step first.
        window: Microseconds.
        order: ``any_between``, ``strict`` or ``any``.
        ties: ``any``, ``input`` or ``strict``.
        exclude: By numbers of the required steps.
        gaps: Shortest and longest time from the step before, per step; the first is not used.
        hold: Properties that an attempt shares.
        of: ``customers``, ``entries`` or ``sessions``.
        scope: Names that may not come in between with ``strict``; None: all.
        aside: Steps whose events may always come in between.
    """

    steps: tuple[Step, ...]
    window: int
    order: str
    ties: str
    exclude: tuple[Exclusion, ...]
    gaps: tuple[tuple[int, ...], tuple[int, ...]]
    hold: tuple[str, ...]
    of: str
    scope: tuple[str, ...] | None
    aside: tuple[Step, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the fast kernel serves."""
        free = not any(self.gaps[0]) and all(longest == FOREVER for longest in self.gaps[1])
        ends = any(each.effect == "end_attempt" for each in self.exclude)
        return self.order == "any_between" and free and not ends and self.of != "entries"

    def limits(self) -> Ints:
        """Return steps, window, ties and whether attempts are counted one after the other.

        Where the order is ``any``, each event stands for itself.
        """
        ties = "input" if self.order == "any" else self.ties
        return _frozen([len(self.steps), self.window, TIES[ties], self.of == "entries"])


@dataclass(frozen=True, slots=True, eq=False)
class Attempts:
    """The best attempt of each unit, or with ``entries`` every attempt.

    Attributes:
        chunk: As it was counted: cut into sessions, divided by what attempts hold.
        units: How many there are.
        by_depth: Units that get to each depth and no further. Shape (steps + 1,).
        unit: Of each chain, each unit once. Shape (n_chains,).
        depth: Steps of each chain. Shape (n_chains,).
        chain: Events of each chain, -1 beyond its depth. Shape (n_chains, steps).
        waiting: Units that have begun, are not done, and whose window is open. Shape (n_waiting,).
        last_start: Time of the last start of each of them. Shape (n_waiting,).
        customer: Position of each unit's customer in the chunk asked about; None: the unit itself. Shape (units,).
        took: What the attempts took, if known already: from the first step to the last of all that do all, then from
            step 1 to 2 of all that get to 2, and so on. As many as there are steps.
        later: Units that do all steps also when each must come at a later time, if known already.
    """

    chunk: Chunk
    units: int
    by_depth: Ints
    unit: Ints
    depth: Ints
    chain: Ints
    waiting: Ints
    last_start: Ints
    customer: Ints | None = None
    took: tuple[Ints, ...] | None = None
    later: int | None = None

    @property
    def times(self) -> Ints:
        """The time of each step of each chain; meaningless where the chain has no such step."""
        return self.chunk.time[self.chain] if len(self.chunk.time) else np.empty_like(self.chain)

    def customers(self, units: Ints) -> Ints:
        """Return the positions of the units' customers in the chunk asked about."""
        return units if self.customer is None else self.customer[units]


def attempts(plan: Plan, chunk: Chunk, least: int) -> Attempts:
    """Find the attempts of a chunk.

    Args:
        plan: What to look for.
        chunk: With the columns of the conditions and of ``hold``.
        least: Chains are found for units that reach at least so many steps, or for more; beyond the steps, for none if
            they need not be.
    """
    counted, customer = _units(plan, chunk)
    excluded = [each.step for each in plan.exclude]
    between = (plan.scope, plan.aside) if plan.order == "strict" else ((), ())
    events = coded(counted, plan.steps, excluded, *between)
    if plan.is_plain and events.step_of is not None:
        made = _fast(plan, counted, events.code, events.step_of, least)
    else:
        made = _general(plan, counted, events)
    if plan.exclude:
        made = _without_tainted(plan, events, made)
    return made if customer is None else replace(made, customer=customer[made.customers(np.arange(made.units))])


def converted_later(plan: Plan, chunk: Chunk) -> int:
    """Return how many units do all steps at times that rise."""
    n = len(plan.steps)
    return int(attempts(replace(plan, ties="strict"), chunk, n).by_depth[n])


def _units(plan: Plan, chunk: Chunk) -> tuple[Chunk, Ints | None]:
    """Return the chunk whose customers are the units counted, and the customer of each unit; None: itself."""
    if plan.of != "sessions" and not plan.hold:
        return chunk, None
    customer = np.arange(chunk.customers)
    if plan.of == "sessions":
        chunk = cut(chunk, SESSION)
        customer = chunk.owner if chunk.owner is not None else customer
        chunk = replace(chunk, owner=None, customer=None)
    units = chunk.customers
    if plan.hold:
        chunk = split(replace(chunk, customer=None), _shared(chunk, plan.hold))
        customer = customer if chunk.customer is None else customer[chunk.customer]
        units = chunk.customers
    return chunk, customer[:units]


def _shared(chunk: Chunk, properties: Sequence[str]) -> Ints:
    """Return for each event the first of its journey with the same values of all properties; -1 where one is missing.

    So what is held together is in the order of the events, whatever the codes of the values are.
    """
    code = np.zeros(len(chunk.time), dtype=np.int64)
    missing = np.zeros(len(chunk.time), dtype=np.bool_)
    for name in properties:
        column = chunk.columns[name]
        if isinstance(column, Column):
            part, many = column.code.astype(np.int64), len(column.values)
            missing |= part < 0
        else:
            values, part = np.unique(column, return_inverse=True)
            many = len(values)
            missing |= np.isnan(column)
        _, code = np.unique(code * max(many, 1) + part, return_inverse=True)
    journey = np.repeat(np.arange(chunk.n), np.diff(chunk.offsets))
    _, first, place = np.unique(journey * (len(code) + 1) + code, return_index=True, return_inverse=True)
    return np.where(missing, -1, first[place])


def _fast(plan: Plan, chunk: Chunk, code: Codes, step_of: npt.NDArray[np.uint8], least: int) -> Attempts:
    """Follow a plain funnel where each event fills one step at most: nearly always."""
    limits = _frozen([*plan.limits()[:3], 1 if chunk.owner is not None else least, _since(plan, chunk)])
    found = _chains(chunk, code, step_of, limits)
    by_depth, spans, sizes, journey, depth, chain, waiting, last_start, also_later = found
    if chunk.owner is not None:
        latest = np.full(chunk.n, -FOREVER - 1, dtype=np.int64)
        latest[waiting] = last_start
        return _best(plan, chunk, (journey, depth, chain), latest)
    took = later = None
    if not plan.exclude:
        ends = sizes.cumsum().tolist()
        took = tuple(spans[end - size : end] for end, size in zip(ends, sizes.tolist(), strict=True))
        later = also_later if plan.ties == "any" else None
    return Attempts(chunk, chunk.n, by_depth, journey, depth, chain, waiting, last_start, None, took, later)


def _chains(chunk: Chunk, code: Codes, step_of: npt.NDArray[np.uint8], limits: Ints) -> Chains:
    from farled.engine.compiled import is_started

    if not is_started():
        return chain_vectors.funnel_chains(chunk.offsets, chunk.time, code, step_of, limits)
    from farled.journeys.posted_chains import funnel_chains

    shelf = chunk.shelf if code is chunk.name else None
    return funnel_chains(chunk.offsets, chunk.time, code, step_of, limits, shelf)


def _since(plan: Plan, chunk: Chunk) -> int:
    """Return the time after which a window is still open when the data ends."""
    return -FOREVER if plan.window > chunk.end else chunk.end - plan.window


def _general(plan: Plan, chunk: Chunk, events: Coded) -> Attempts:
    """Follow a funnel of any kind, moment by moment."""
    from farled.journeys.funnel_kernels import last_start, longest_chains, rising
    from farled.journeys.moment_kernels import moments, name_events

    found = moments(chunk.offsets, chunk.time, events.code, events.classes, events.masks, plan.limits())
    journey, depth, chain = _followed(plan, events, found)
    if plan.order != "any":
        name_events(chain, events.code, events.classes, events.masks)
    if plan.of == "entries":
        return _entries(plan, chunk, (journey, depth, chain))
    made = _best(plan, chunk, (journey, depth, chain), last_start(found, _since(plan, chunk)))
    if not plan.is_plain or plan.exclude or plan.ties != "any" or chunk.owner is not None:
        return made
    n = len(plan.steps)
    later, _ = longest_chains(rising(found), made.unit[made.depth == n], plan.limits())
    return replace(made, later=int(np.count_nonzero(later == n)))


def _followed(plan: Plan, events: Coded, found: "Moments") -> tuple[Ints, Ints, Ints]:
    """Return journey, depth (1 or more) and moments of each attempt."""
    if plan.order == "any_between" and not plan.is_plain:
        from farled.journeys.funnel_attempt_kernels import funnel_attempts

        ends = [each if each.effect == "end_attempt" else None for each in plan.exclude]
        rules = [[each.after if each else 0 for each in ends], [each.before if each else 0 for each in ends]]
        return funnel_attempts(found, (_frozen(plan.gaps), _frozen(rules)), plan.limits())
    if plan.order == "any":
        from farled.journeys.moment_kernels import any_order

        depth, chain = any_order(found, events.masks, plan.limits())
    elif plan.order == "strict":
        from farled.journeys.strict_order_kernels import strict_chains

        depth, chain = strict_chains(found, _frozen(plan.gaps), plan.limits())
    else:
        from farled.journeys.funnel_kernels import longest_chains

        depth, chain = longest_chains(found, np.arange(len(found.begins) - 1), plan.limits())
    reached = np.flatnonzero(depth)
    return reached, depth[reached], chain[reached]


def _entries(plan: Plan, chunk: Chunk, found: tuple[Ints, Ints, Ints]) -> Attempts:
    journey, depth, chain = found
    n = len(plan.steps)
    begun = chunk.time[chain[:, 0]] if len(chain) else np.empty(0, dtype=np.int64)
    waiting = np.flatnonzero((begun > chunk.end - min(plan.window, FOREVER // 2)) & (depth < n))
    return Attempts(
        chunk,
        len(depth),
        np.bincount(depth, minlength=n + 1),
        np.arange(len(depth)),
        depth,
        chain,
        waiting,
        begun[waiting],
        journey if chunk.owner is None else chunk.owner[journey],
    )


def _best(plan: Plan, chunk: Chunk, found: tuple[Ints, Ints, Ints], latest: Ints) -> Attempts:
    """Keep the best attempt of each customer: the deepest, then the soonest there, then the one that starts last.

    Args:
        plan: What was looked for.
        chunk: In which.
        found: Journey, depth (1 or more) and chain of each attempt.
        latest: Time of the last start of each journey whose window is open, ``-FOREVER - 1`` of the others.
    """
    journey, depth, chain = found
    n, units = len(plan.steps), chunk.customers
    unit = journey if chunk.owner is None else chunk.owner[journey]
    if chunk.owner is not None:
        finish = chain[np.arange(len(chain)), np.maximum(depth, 1) - 1]
        finish = np.where(finish < 0, chain[:, 0], finish)
        when = (chunk.time[finish], chunk.time[chain[:, 0]]) if len(chain) else (finish, finish)
        order = np.lexsort((-when[1], when[0], -depth, unit))
        first = order[np.flatnonzero(np.r_[True, np.diff(unit[order]) != 0][: len(order)])]
        unit, depth, chain = unit[first], depth[first], chain[first]
        of_unit = np.full(units, -FOREVER - 1, dtype=np.int64)
        np.maximum.at(of_unit, chunk.owner, latest)
        latest = of_unit
    by_depth = np.bincount(depth, minlength=n + 1)
    by_depth[0] = units - len(unit)
    begun = unit[depth < n]
    waiting = begun[latest[begun] >= -FOREVER]
    return Attempts(chunk, units, by_depth, unit, depth, chain, waiting, latest[waiting])


def _without_tainted(plan: Plan, events: Coded, made: Attempts) -> Attempts:
    """Take out the units whose furthest attempt an event stands in that drops the customer."""
    from farled.journeys.funnel_kernels import is_tainted

    kept = np.ones(len(made.unit), dtype=np.bool_)
    for number, rule in enumerate(plan.exclude):
        if rule.effect != "drop_customer" or not len(made.chain):
            continue
        rows = np.flatnonzero(made.depth >= rule.after)
        times = made.times[rows]
        window = min(plan.window, FOREVER // 2)
        latest = np.minimum(times[:, 0], FOREVER // 2 - 1) + window + 1
        high = np.where(made.depth[rows] >= rule.before, times[:, rule.before - 1], latest)
        journey = np.searchsorted(made.chunk.offsets, made.chain[rows, 0], side="right") - 1
        first, end = made.chunk.offsets[journey], made.chunk.offsets[journey + 1]
        spans = _frozen(np.column_stack((first, end, times[:, rule.after - 1], high)))
        tainted = is_tainted(made.chunk.time, events.code, events.classes, events.masks, spans, number)
        kept[rows[tainted]] = False
    return _kept(made, kept) if not kept.all() else made


def _kept(made: Attempts, kept: npt.NDArray[np.bool_]) -> Attempts:
    """Return the attempts with some of the chains; the units of the others get nowhere."""
    unit, depth = made.unit[kept], made.depth[kept]
    by_depth = made.by_depth - np.bincount(made.depth[~kept], minlength=len(made.by_depth))
    by_depth[0] = made.units - by_depth[1:].sum()
    waits = ~np.isin(made.waiting, made.unit[~kept])
    waiting, last_start = made.waiting[waits], made.last_start[waits]
    return replace(
        made,
        by_depth=by_depth,
        unit=unit,
        depth=depth,
        chain=made.chain[kept],
        waiting=waiting,
        last_start=last_start,
        took=None,
        later=None,
    )


def _frozen(values: npt.ArrayLike) -> Ints:
    array = np.array(values, dtype=np.int64)
    array.flags.writeable = False
    return array


def gap_spans(value: Any, steps: int, default: int) -> list[int]:
    """Read a gap: one span for all steps, or one for each from the second on; microseconds per step."""
    if value is None:
        return [default] * steps
    if isinstance(value, str):
        return [default, *[microseconds(value)] * (steps - 1)]
    if len(value) != steps - 1:
        raise InputError(f"{len(value)} gaps do not fit {steps} steps.", f"Give one span, or {steps - 1}.")
    return [default, *(default if each is None else microseconds(each) for each in value)]


def step_counts(depth: Ints, joined: Ints, steps: int) -> Ints:
    """Return units at each step, those that came from the step before, and those that began at step 1.

    Args:
        depth: Steps of each chain.
        joined: At which step, from 0, each began.
        steps: How many there are.
    """
    if not joined.any():
        return reached_counts(np.bincount(depth, minlength=steps + 1))
    at = np.arange(steps)[:, None]
    here = depth > at
    rows = (here & (joined <= at), here & (joined < at), here & (joined == 0))
    return np.stack([each.sum(axis=1) for each in rows]).astype(np.int64)


def reached_counts(by_depth: Ints) -> Ints:
    """Return what ``step_counts`` does, from how many units get to each depth and no further."""
    reached = by_depth[::-1].cumsum()[::-1][1:]
    return np.stack((reached, reached, reached)).astype(np.int64)
