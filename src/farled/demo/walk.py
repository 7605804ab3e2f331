"""Walk the customers through the chain, all of them one step at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from farled.demo.calendar import HOURS, OUTAGE, clock, day_of, is_weekend, midnights
from farled.demo.chain import CODE, LEAVES, chain
from farled.demo.customers import Customers
from farled.demo.states import PHASE, STATES
from farled.spans import SECOND

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BEFORE_ORDER, BEFORE_LOYALTY, IN_ALL = 55, 45, 225
"""Days in which the part before the first order, the part from there to loyalty, and the journey must fit."""

FIRST_ORDER = (CODE["order"], CODE["store_order"])


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Everything that happened, sorted by customer, then time.

    Attributes:
        customer: Position of the customer.
        state: Code of the state.
        time: Microseconds since 1970 UTC, rising within a customer.
        orders: Orders of the customer before this event.
    """

    customer: Ints
    state: Ints
    time: Ints
    orders: Ints

    def of(self, rows: npt.NDArray[np.bool_]) -> "Visits":
        """Return some of them."""
        return Visits(self.customer[rows], self.state[rows], self.time[rows], self.orders[rows])


@dataclass(slots=True, eq=False)
class _Crowd:
    """The customers still on their way, each in a state."""

    customer: Ints
    state: Ints
    time: Ints
    orders: Ints
    is_loyal: Ints
    limit: Ints

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        for name in ("customer", "state", "time", "orders", "is_loyal", "limit"):
            setattr(self, name, getattr(self, name)[rows])


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """The chain and its times as arrays to draw from; rows are kind, returning, state."""

    reached: Floats
    target: Ints
    first: Floats
    same: Floats
    seconds: Floats
    spread: Floats
    days: Floats
    hours: Ints
    slow: Ints
    loyalty: npt.NDArray[np.bool_]


@cache
def _steps() -> _Steps:
    shop = chain()
    rows = shop.step.reshape(-1, LEAVES + 1)
    wide = int((rows > 0).sum(axis=1).max())
    order = np.argsort(rows == 0, axis=1, kind="stable")[:, :wide]
    reached = np.take_along_axis(rows, order, axis=1).cumsum(axis=1)
    reached[reached > 1 - 1e-12] = 2.0
    states = list(STATES.values())
    names = list(HOURS)
    slow = np.arange(LEAVES)
    for fast, late in (("told", "told_slow"), ("solved", "solved_slow"), ("csat_fast", "csat_slow")):
        slow[CODE[fast]] = CODE[late]
    return _Steps(
        reached=reached,
        target=order,
        first=shop.start.cumsum(axis=1),
        same=np.array([state.same for state in states]),
        seconds=np.log([state.seconds for state in states]),
        spread=np.array([state.spread for state in states]),
        days=np.array([state.days for state in states]),
        hours=np.array([-1 if state.hours == "own" else names.index(state.hours) for state in states]),
        slow=slow,
        loyalty=np.array([PHASE.get(state.touchpoint) == "loyalty" for state in states]),
    )


def walk(customers: Customers, rng: np.random.Generator, end: int) -> Visits:
    """Walk every customer from entry to the end of the journey, or to the end of the data.

    Args:
        customers: Who walks.
        rng: Where chance comes from.
        end: Nothing happens at this moment or later, microseconds since 1970 UTC.
    """
    rounds = [(crowd.customer, crowd.state, crowd.time, crowd.orders) for crowd in _rounds(customers, rng, end)]
    columns = [np.concatenate(column) for column in zip(*rounds, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Visits(*(column[order] for column in columns))


def _rounds(customers: Customers, rng: np.random.Generator, end: int) -> Iterator[_Crowd]:
    steps = _steps()
    n = len(customers.persona)
    first = (rng.random(n)[:, None] >= steps.first[customers.kind]).sum(axis=1)
    zero = np.zeros(n, dtype=np.int64)
    limit = day_of(customers.entry) + BEFORE_ORDER
    crowd = _Crowd(np.arange(n), first, customers.entry.copy(), zero, zero.copy(), limit)
    while len(crowd.customer):
        yield crowd
        crowd = _next(crowd, customers, rng)
        crowd.keep(crowd.time < end)


def _next(crowd: _Crowd, customers: Customers, rng: np.random.Generator) -> _Crowd:
    """Return who goes on, in the next state."""
    steps = _steps()
    is_order = np.isin(crowd.state, FIRST_ORDER)
    orders = crowd.orders + is_order
    row = (customers.kind[crowd.customer] * 2 + (orders > 0)) * LEAVES + crowd.state
    branch = (rng.random(len(row))[:, None] >= steps.reached[row]).sum(axis=1)
    target = steps.target[row, branch]
    limit = _limits(crowd, customers, is_order)
    crowd = _Crowd(crowd.customer, crowd.state, crowd.time, orders, crowd.is_loyal, limit)
    crowd.keep(target != LEAVES)
    target = target[target != LEAVES]
    target = np.where(_was_slow(crowd.state), steps.slow[target], target)
    time = _times(crowd, target, customers, rng)
    state = _as_the_calendar_has_it(target, time, customers.mobile[crowd.customer])
    is_loyal = crowd.is_loyal | steps.loyalty[state] | ((crowd.orders > 0) & np.isin(state, FIRST_ORDER))
    return _Crowd(crowd.customer, state, time, crowd.orders, is_loyal, crowd.limit)


def _limits(crowd: _Crowd, customers: Customers, is_order: npt.NDArray[np.bool_]) -> Ints:
    """Return the day before which the present part of each journey must be over."""
    is_first = is_order & (crowd.orders == 0)
    limit = np.where(is_first, day_of(crowd.time) + BEFORE_LOYALTY, crowd.limit)
    return np.where(crowd.is_loyal > 0, day_of(customers.entry[crowd.customer]) + IN_ALL, limit)


def _was_slow(state: Ints) -> npt.NDArray[np.bool_]:
    return np.isin(state, [CODE[name] for name in ("where_weekend", "issue_weekend", "solved_slow")])


def _times(crowd: _Crowd, target: Ints, customers: Customers, rng: np.random.Generator) -> Ints:
    """Return when each customer comes to the next state: within the visit, or on a later day before the limit."""
    steps = _steps()
    n = len(target)
    drawn = np.exp(steps.seconds[target] + steps.spread[target] * rng.standard_normal(n))
    soon = crowd.time + np.maximum(drawn, 1).astype(np.int64) * SECOND
    day = day_of(crowd.time)
    left = crowd.limit - day
    wanted = 1 + rng.exponential(steps.days[target])
    room = np.maximum(left, 2)
    ahead = np.maximum(1, (room * -np.expm1(-wanted / room)).astype(np.int64))
    table = clock()
    profile = np.where(steps.hours[target] < 0, customers.hours[crowd.customer], steps.hours[target])
    moment = table[profile, rng.integers(0, table.shape[1], n)] + rng.integers(1, 60, n) * SECOND
    later = midnights()[np.minimum(day + ahead, len(midnights()) - 1)] + moment
    return np.where((rng.random(n) < steps.same[target]) | (left < 2), soon, later)


def _as_the_calendar_has_it(state: Ints, time: Ints, is_mobile: npt.NDArray[np.bool_]) -> Ints:
    """Put the broken payment and the tickets of a weekend in the place of the ordinary ones."""
    is_broken = is_mobile & (time >= OUTAGE.start) & (time < OUTAGE.end) & (state == CODE["payment"])
    state = np.where(is_broken, CODE["payment_broken"], state)
    weekend = is_weekend(time)
    state = np.where(weekend & (state == CODE["where"]), CODE["where_weekend"], state)
    return np.where(weekend & (state == CODE["issue"]), CODE["issue_weekend"], state)
