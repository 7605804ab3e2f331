"""The models of attribution: from attempts to what each touchpoint is credited with, and how that would move."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from farled.errors import InputError
from farled.questions.touches import Attempts, frozen
from farled.stats.markov import Chain, chosen_order, removal_effects, removals
from farled.stats.resampling import GROUPS, poisson_weights
from farled.stats.shapley import MOST_EXACT, rate_influence, rate_shapley, sampled_shapley

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST_TOUCHPOINTS = 200
MOST_CONTEXTS = 1 << 21
MOST_STATES = 50_000_000
RESAMPLED_POINTS = 60
RESAMPLED_CHANNELS = 12
MOVED_PAIRS = 20
SHARED = {"linear": 0, "position": 1, "time_decay": 2}
RULES = ("first", "last", *SHARED)


class Drawn(NamedTuple):
    """Numbers, and the same in each resample.

    Attributes:
        value: Shape (n,).
        resampled: Shape (resamples, n), or None.
    """

    value: Floats
    resampled: Floats | None

    def over(self, whole: "Drawn") -> "Drawn":
        """Return the ratio to another; NaN where that is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = None
            if self.resampled is not None and whole.resampled is not None:
                drawn = self.resampled / whole.resampled
            return Drawn(self.value / whole.value, drawn)

    def times(self, other: "Drawn") -> "Drawn":
        """Return the product with another."""
        both = self.resampled is not None and other.resampled is not None
        drawn = self.resampled * other.resampled if both else None  # type: ignore[operator]  # both are there
        return Drawn(self.value * other.value, drawn)

    def summed(self) -> "Drawn":
        """Return the sum over the numbers. Shape (1,)."""
        drawn = None if self.resampled is None else self.resampled.sum(axis=1, keepdims=True)
        return Drawn(self.value.sum(keepdims=True), drawn)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What a model says.

    Attributes:
        conversions: Credited to each touchpoint.
        value: Credited to each; None where no value is asked for.
        share: Of all conversions after touches.
        effect: Not scaled; None for rules.
        reason: Why nothing is known, or None.
        baseline: Conversions without any touch, of the incremental model. Shape (1,).
        order: Of the Markov chain.
        error: Largest standard error of an effect by sampling, where it was sampled.
        unknown: Reason for single touchpoints, by position.
    """

    conversions: Drawn | None = None
    value: Drawn | None = None
    share: Drawn | None = None
    effect: Drawn | None = None
    reason: str | None = None
    baseline: Drawn | None = None
    order: int | None = None
    error: float | None = None
    unknown: tuple[int, ...] = ()


class Tally:
    """Adds up what attempts hold, once as they are and once per resample of customers.

    Args:
        attempts: Of all customers.
        resamples: How many; 0 for none.
    """

    def __init__(self, attempts: Attempts, resamples: int) -> None:
        self.attempts = attempts
        self.resamples = resamples
        self.groups = GROUPS if resamples else 1

    @cached_property
    def _factor(self) -> Floats:
        """What brings each resample to as many customers as there are. Shape (resamples, 1)."""
        histories = len(self.attempts.copies)
        entries = np.arange(histories + 1)
        sizes = self._per_group(entries, np.zeros(histories, dtype=np.int32), 1, None, self.groups)
        drawn = poisson_weights(self.resamples) @ sizes
        factor: Floats = np.divide(sizes.sum(), drawn, out=np.full_like(drawn, np.nan), where=drawn > 0)
        return factor

    def counts(self, entries: Ints, index: Small, width: int, amount: Floats | None = None) -> Drawn:
        """Add up entries of histories by column.

        Args:
            entries: Of each history, as offsets.
            index: Column of each entry.
            width: How many columns.
            amount: Of each entry; default: 1.
        """
        groups = self.groups if amount is None else GROUPS  # fractions add up alike with resamples and without
        sums = self._per_group(entries, index, width, amount, groups)
        return Drawn(sums.sum(axis=0), self._drawn(sums))

    def totals(self, entries: Ints, index: Small, width: int) -> Floats:
        """Add up entries by column, without resamples. Shape (width,)."""
        totals: Floats = self._per_group(entries, index, width, None, 1)[0]
        return totals

    def halves(self, entries: Ints, index: Small, width: int) -> Floats:
        """Add up entries by column for two halves of the customers. Shape (2, width)."""
        return self._per_group(entries, index, width, None, 2)

    def moved(self, entries: Ints, index: Small, table: Floats) -> Floats | None:
        """Return by how much resamples move numbers, given what each entry adds to them. Shape (resamples, columns)."""
        if not self.resamples:
            return None
        from farled.journeys.credit_kernels import group_rows

        arrays = frozen(entries, np.int64), frozen(index, np.int32), frozen(table, np.float64)
        sums = group_rows((*self._who, self._order), *arrays, GROUPS)
        drawn = self._drawn(sums)
        return None if drawn is None else drawn - sums.sum(axis=0)

    @cached_property
    def _who(self) -> tuple[npt.NDArray[np.uint64], Ints]:
        """Key and customers of each history."""
        return frozen(self.attempts.keys, np.uint64), frozen(self.attempts.copies, np.int64)

    @cached_property
    def _order(self) -> Ints:
        """Histories in the order of their keys, so that sums of fractions are the same however histories came."""
        return frozen(np.argsort(self.attempts.keys), np.int64)

    def _per_group(self, entries: Ints, index: Small, width: int, amount: Floats | None, groups: int) -> Floats:
        from farled.journeys.credit_kernels import group_counts, total_counts

        arrays = frozen(entries, np.int64), frozen(index, np.int32)
        if amount is None and groups == 1:
            return total_counts(self._who[1], *arrays, width)
        order = frozen([], np.int64) if amount is None else self._order
        given = frozen([] if amount is None else amount, np.float64)
        return group_counts((*self._who, order), *arrays, given, groups, width)

    def _drawn(self, sums: Floats) -> Floats | None:
        return self._factor * (poisson_weights(self.resamples) @ sums) if self.resamples else None

    def of_attempts(
        self, chosen: Mask, index: Ints | Small | None = None, width: int = 1, amount: Floats | None = None
    ) -> Drawn:
        """Add up some attempts by column.

        Args:
            chosen: Which. Shape (attempts,).
            index: Column of each attempt; default: one for all.
            width: How many columns.
            amount: Of each attempt; default: 1.
        """
        column = np.zeros(np.count_nonzero(chosen)) if index is None else index[chosen]
        entries = before(chosen)[self.attempts.of_history]
        return self.counts(entries, column.astype(np.int32), width, None if amount is None else amount[chosen])

    def of_touches(self, touches: tuple[Ints, Small], amount: Floats | None = None) -> Drawn:
        """Add up touches by touchpoint.

        Args:
            touches: Of each attempt, as offsets; touchpoints.
            amount: Of each touch; default: 1.
        """
        a = self.attempts
        return self.counts(touches[0][a.of_history], touches[1], len(a.names), amount)

    @cached_property
    def conversions(self) -> Drawn:
        """Conversions after touches. Shape (1,)."""
        return self.of_attempts(self.attempts.won)

    @cached_property
    def value(self) -> Drawn | None:
        """What they are worth; None where nothing is. Shape (1,)."""
        a = self.attempts
        return self.of_attempts(a.won, amount=a.value) if a.value.any() else None

    def scaled(self, effect: Drawn, order: int | None = None, error: float | None = None) -> Scored:
        """Return credits in proportion to effects, that sum to the conversions and to their value."""
        share = effect.over(effect.summed())
        worth = None if self.value is None else share.times(self.value)
        return Scored(share.times(self.conversions), worth, share, effect, order=order, error=error)


def rule(tally: Tally, model: str, half_life: int) -> Scored:
    """Credit the touches of each conversion by a rule.

    Args:
        tally: Of the attempts.
        model: One of ``RULES``.
        half_life: In which a touch loses half of its weight, microseconds.
    """
    from farled.journeys.attempt_kernels import touch_parts

    a = tally.attempts
    value = None
    if model in ("first", "last"):
        there = a.offsets[:-1] if model == "first" else a.offsets[1:] - 1
        point = a.touch[np.clip(there, 0, len(a.touch) - 1)]
        conversions = tally.of_attempts(a.won, point, len(a.names))
        if tally.value is not None:
            value = tally.of_attempts(a.won, point, len(a.names), a.value)
        return Scored(conversions, value, conversions.over(tally.conversions))
    touches = a.touches_of(a.won)
    part = touch_parts(frozen(touches[0], np.int64), frozen(a.age, np.int64), SHARED[model], float(half_life))
    conversions = tally.of_touches(touches, part)
    if tally.value is not None:
        value = tally.of_touches(touches, part * np.repeat(a.value, np.diff(touches[0])))
    return Scored(conversions, value, conversions.over(tally.conversions))


def markov(tally: Tally, order: int | str) -> Scored:
    """Credit by removal effects of a chain of order 1, 2 or 3, or ``auto``."""
    points = len(tally.attempts.names)
    _require_few(points, "A Markov chain")
    chosen = _order(tally) if order == "auto" else int(order)
    entries, index = _transitions(tally.attempts, chosen)
    if chosen == 1 and points <= RESAMPLED_POINTS:
        counts = tally.counts(entries, index, (points + 1) * (points + 2))
        effects = removal_effects(counts.value.reshape(points + 1, -1))[0]
        drawn = None
        if counts.resampled is not None:
            drawn = removal_effects(np.nan_to_num(counts.resampled).reshape(-1, points + 1, points + 2))[0]
        return tally.scaled(Drawn(effects, drawn), order=1)
    return tally.scaled(_effects(tally, chosen, entries, index), order=chosen)


def _effects(tally: Tally, order: int, entries: Ints, index: Small) -> Drawn:
    """Return removal effects on the graph of contexts, resampled by how each transition moves them."""
    points = len(tally.attempts.names)
    seen, place = _distinct(index, (points + 1) ** order * (points + 2))
    chain = _chain(seen, tally.totals(entries, place, len(seen)), points, order)
    if chain.states * points > MOST_STATES:
        text = f"A chain of order {order} among {points} touchpoints has {chain.states} states."
        raise InputError(text, f"Use order={order - 1}, or fewer touchpoints.")
    found = removals(chain, influence=bool(tally.resamples))
    if found.influence is None:
        return Drawn(found.effects(), None)
    moved = tally.moved(entries, place, found.influence)
    if moved is None:
        return Drawn(found.effects(), None)
    conversion = np.maximum(found.conversion + moved[:, :1], 1e-300)
    return Drawn(found.effects(), np.clip(1 - (found.without + moved[:, 1:]) / conversion, 0.0, 1.0))


def _distinct(codes: Small, width: int) -> tuple[Ints, Small]:
    """Return the codes that occur, rising, and the place of each among them; no sorting where a table is no larger.

    Args:
        codes: From 0. Shape (n,).
        width: Above the largest code.
    """
    if width > max(len(codes), MOST_CONTEXTS):
        seen, inverse = np.unique(codes, return_inverse=True)
        return seen.astype(np.int64), inverse.astype(np.int32)
    there = np.zeros(width, dtype=np.bool_)
    there[codes] = True
    place: Small = np.cumsum(there, dtype=np.int32) - 1
    return np.flatnonzero(there), place[codes]


def _chain(seen: Ints, count: Floats, points: int, order: int) -> Chain:
    """Return the chain of transitions coded as `attempt_transitions` writes them."""
    context, after = seen // (points + 2), seen % (points + 2)
    begin = (points + 1) ** order - 1
    states = np.unique(context[context != begin])
    entered = (context * (points + 1) + after) % (points + 1) ** order
    before = np.where(context == begin, len(states), np.searchsorted(states, context))
    to = np.where(after < points, np.searchsorted(states, entered), len(states) + after - points)
    return Chain(before, to, count, states % (points + 1), points)


def _transitions(a: Attempts, order: int) -> tuple[Ints, Small]:
    from farled.journeys.credit_kernels import attempt_transitions

    arrays = (
        frozen(a.of_history, np.int64),
        frozen(a.offsets, np.int64),
        frozen(a.touch, np.int32),
        frozen(a.facts, np.uint8),
    )
    return attempt_transitions(*arrays, frozen([len(a.names), order], np.int64))


def _order(tally: Tally) -> int:
    """Return the order of chain under which journeys of other customers are most likely."""
    points = len(tally.attempts.names)
    orders = [each for each in (1, 2, 3) if (points + 1) ** each * (points + 2) <= MOST_CONTEXTS]
    if len(orders) < 2 or len(tally.attempts.copies) < 2:
        return 1
    width = (points + 1) ** orders[-1] * (points + 2)
    table = tally.halves(*_transitions(tally.attempts, orders[-1]), width)
    chains = []
    for order in reversed(orders):
        halves = table.reshape(2, (points + 1) ** order, points + 2)
        chains.append((halves[0], halves[1]))
        table = halves.reshape(2, points + 1, -1).sum(axis=1)
    return chosen_order(chains[::-1])


def shapley(tally: Tally) -> Scored:
    """Credit by Shapley values of the conversion rate: exact up to 20 touchpoints, above from random orders."""
    from farled.journeys.game_kernels import set_counts

    a = tally.attempts
    points = len(a.names)
    _require_few(points, "Shapley's game")
    if points > MOST_EXACT:
        return _sampled(tally)
    sets = sets_of(a)[:, 0]
    if points <= RESAMPLED_CHANNELS:
        counts = tally.of_attempts(a.length > 0, sets.astype(np.int64) * 2 + a.won, 2 << points)
        drawn = None
        if counts.resampled is not None:
            games = counts.resampled.reshape(tally.resamples, -1, 2)
            drawn = rate_shapley(games.sum(axis=2), games[:, :, 1].copy(), _subset_sums)
        ended = counts.value.reshape(-1, 2)
        return tally.scaled(Drawn(rate_shapley(ended.sum(axis=1), ended[:, 1].copy(), _subset_sums), drawn))
    of, won = set_counts(frozen(sets, np.uint64), frozen(a.facts, np.uint8), frozen(a.weight, np.float64), points)
    if not tally.resamples:
        return tally.scaled(Drawn(rate_shapley(of, won, _subset_sums), None))
    values = rate_shapley(of.copy(), won.copy(), _subset_sums)
    masks, place = _distinct(sets.astype(np.int32), 1 << points)
    moves = rate_influence(of, won, masks, _subset_sums)
    return tally.scaled(_moved_values(tally, values, moves, place))


def _subset_sums(values: Floats) -> Floats:
    """Do as `farled.stats.shapley.subset_sums`, in place."""
    from farled.journeys.game_kernels import sum_subsets

    sum_subsets(values.reshape(-1, values.shape[-1]))
    return values


def _sampled(tally: Tally) -> Scored:
    a = tally.attempts
    bits, place = np.unique(sets_of(a), axis=0, return_inverse=True)
    place = place.reshape(-1)
    held = ((bits[:, :, None] >> np.arange(63, dtype=np.uint64)) & np.uint64(1)).reshape(len(bits), -1) == 1
    filled = held.any(axis=1)
    members = np.nonzero(held[filled])[1]
    starts = np.concatenate(([0], np.cumsum(held[filled].sum(axis=1))))
    weight = a.weight * (a.length > 0)
    of, won = (summed(place, each, len(bits))[filled] for each in (weight, weight * a.won))
    moved = MOVED_PAIRS if tally.resamples else 0
    found = sampled_shapley((starts, members), of, won, len(a.names), moved=moved)
    error = float(found.error.max())
    if found.lost is None or found.won is None:
        return tally.scaled(Drawn(found.values, None), error=error)
    rows = np.where(filled, np.cumsum(filled) - 1, 0)[place]
    return tally.scaled(_moved_values(tally, found.values, (found.lost, found.won), rows), error=error)


def _moved_values(tally: Tally, values: Floats, moves: tuple[Floats, Floats], place: Ints | Small) -> Drawn:
    """Return Shapley values resampled by how lost and converted journeys of each set move them."""
    a = tally.attempts
    table = np.vstack((*moves, np.zeros((1, len(a.names)))))
    row = np.where(a.length > 0, place + len(moves[0]) * a.won, len(table) - 1)
    moved = tally.moved(a.of_history, row, table)
    return Drawn(values, None if moved is None else values + moved)


def summed(index: Ints, weights: Floats, width: int) -> Floats:
    """Return the sum of weights per index. Shape (width,)."""
    return np.bincount(index, weights=weights, minlength=width).astype(np.float64)


def before(chosen: Mask) -> Ints:
    """Return how many are chosen before each place, and after the last. Shape (n + 1,)."""
    return np.concatenate(([0], np.cumsum(chosen)))


def sets_of(a: Attempts) -> npt.NDArray[np.uint64]:
    """Return the set of touchpoints of each attempt as bits, 63 to a column."""
    from farled.journeys.credit_kernels import attempt_sets

    return attempt_sets(frozen(a.offsets, np.int64), frozen(a.touch, np.int32), max(1, -(-len(a.names) // 63)))


def _require_few(points: int, what: str) -> None:
    if points > MOST_TOUCHPOINTS:
        text = f"{what} among {points} touchpoints cannot be read by anybody; it takes at most {MOST_TOUCHPOINTS}."
        raise InputError(text, "Use touchpoints with fewer values, touches=…, or a rule such as model='linear'.")
