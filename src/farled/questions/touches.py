"""Attempts at a goal and the touches in them: read from chunks, merged, and given to the models of attribution."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk, Column
from farled.questions.steps import Step, coded, mentioned, needed

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
S = TypeVar("S", bound=np.generic)

FOREVER = int(np.iinfo(np.int64).max)
LOST, WON, BARE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of the events.

    Attributes:
        goal: Ends an attempt.
        touches: Which events are touches; empty: all that have a touchpoint.
        touchpoints: ``name``, or the column that says where a touch was.
        lookback: Longest age of a touch, microseconds.
        value: Column of what a goal is worth, or None.
        ages: Whether the ages of touches are wanted.
        before: Whether attempts without touches, and what happened before the first touch, are wanted.
    """

    goal: Step
    touches: tuple[Step, ...]
    touchpoints: str
    lookback: int
    value: str | None
    ages: bool
    before: bool

    @property
    def flags(self) -> Ints:
        """What stands in the words of a history besides touches: ages, values, level before the first touch."""
        return frozen([self.ages, self.value is not None, self.before], np.int64)

    def mentions(self) -> list[str]:
        """Return the event names."""
        return list(dict.fromkeys(mentioned([self.goal, *self.touches])))

    def columns(self) -> list[str]:
        """Return the columns."""
        own = [] if self.touchpoints == "name" else [self.touchpoints]
        worth = [self.value] if self.value else []
        money = ["currency"] if self.value == "value" else []
        return list(dict.fromkeys([*needed([self.goal, *self.touches]), *own, *worth, *money]))

    def spots(self, chunk: Chunk) -> tuple[tuple[str, ...], Small, Small]:
        """Return touchpoints in order, the word of each code, and the code of each event (-1 none, -2 the goal)."""
        from farled.journeys.attribution_kernels import event_spots

        events = coded(chunk, (self.goal, *self.touches))
        masks = events.masks & ((1 << (1 + len(self.touches))) - 1)
        role = np.where(masks & 1, 2, 1 if not self.touches else np.minimum(masks >> 1, 1)).astype(np.uint8)
        by_code = role[events.classes]
        by_code.flags.writeable = False
        texts, code = _touchpoints(chunk, self.touchpoints)
        spot, seen = event_spots(events.code, by_code, code, len(texts))
        names = tuple(sorted({texts[at] for at in np.flatnonzero(seen).tolist()}))
        place = {name: at for at, name in enumerate(names)}
        return names, frozen([place.get(text, -1) for text in texts] or [-1], np.int32), frozen(spot, np.int32)

    def worth(self, chunk: Chunk) -> Floats:
        """Return what each event is worth, NaN for nothing; empty where no value is asked for."""
        if self.value is None:
            return frozen([], np.float64)
        column = chunk.columns[self.value]
        if not isinstance(column, Column):
            return column
        numbers = [float(each) if isinstance(each, int | float) else np.nan for each in column.values]
        return frozen(np.array([*numbers, np.nan])[column.code], np.float64)

    def read(self, chunk: Chunk) -> "Histories":
        """Return the histories of a chunk's customers."""
        from farled.journeys.short_kernels import counted_keys, short_histories

        names, rename, spot = self.spots(chunk)
        owner = frozen(np.arange(chunk.n), np.int64) if chunk.owner is None else chunk.owner
        since = FOREVER if self.lookback >= chunk.end else chunk.end - self.lookback
        keys, still_open = _no_keys(chunk), 0
        if not self.flags.any():
            limits = frozen([self.lookback, _bits(len(names)), since], np.int64)
            keys, still_open = short_histories(chunk.offsets, owner, chunk.time, spot, rename, limits)
        offsets, words, open_too = self._long(chunk, (owner, spot, rename), keys, since)
        keys.sort()
        run = Run(names, *counted_keys(keys), offsets, words, np.ones(len(offsets) - 1, dtype=np.int64))
        goals = np.flatnonzero(spot == -2) if self.value else np.empty(0, dtype=np.int64)
        unvalued = int(np.count_nonzero(np.isnan(self.worth(chunk)[goals]))) if self.value else 0
        known = _currencies(chunk, goals, self.value)
        return Histories((distinct(run, self.flags),), int(still_open + open_too), unvalued, known)

    def _long(self, chunk: Chunk, events: tuple[Ints, Small, Small], keys: Keys, since: int) -> tuple[Ints, Words, int]:
        """Return offsets and words of the histories that have no key, and the open attempts among them.

        Args:
            chunk: With the columns.
            events: Owner of each journey, touchpoint of each event, word of each touchpoint.
            keys: Of each customer.
            since: A lost attempt whose last touch is later is still open.
        """
        from farled.journeys.attribution_kernels import event_histories

        owner, spot, rename = events
        limits = frozen([self.lookback, *self.flags, since], np.int64)
        journeys = chunk.offsets, owner, frozen(keys, np.uint64)
        return event_histories(journeys, chunk.time, spot, rename, self.worth(chunk).view(np.uint64), limits)

    def outcomes(self, chunk: Chunk) -> "Attempts":
        """Return the attempts of a chunk, customer by customer: histories are not brought together."""
        names, rename, spot = self.spots(chunk)
        owner = frozen(np.arange(chunk.n), np.int64) if chunk.owner is None else chunk.owner
        offsets, words, _ = self._long(chunk, (owner, spot, rename), _no_keys(chunk), FOREVER)
        run = Run(names, *_nobody(), offsets, words, np.ones(len(offsets) - 1, dtype=np.int64))
        return _attempts(run, self.flags, np.zeros(len(offsets) - 1, dtype=np.uint64))


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Histories and how many customers have each.

    Attributes:
        names: Touchpoints by word.
        keys: Of the short histories, rising, as `farled.journeys.short_kernels` makes them. Shape (m,).
        counts: Customers with each of these. Shape (m,).
        offsets: Of the words of each long history, shape (n + 1,).
        words: One history after the other, as `farled.journeys.attribution_kernels` writes them.
        copies: Customers with each of these. Shape (n,).
    """

    names: tuple[str, ...]
    keys: Keys
    counts: Ints
    offsets: Ints
    words: Words
    copies: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Histories of many customers; they add up.

    Attributes:
        runs: As chunks gave them.
        open: Lost attempts whose last touch is younger than the lookback at the end of the data.
        unvalued: Goals without a value, where one is asked for.
        currencies: Of the goals.
    """

    runs: tuple[Run, ...]
    open: int
    unvalued: int
    currencies: frozenset[str]

    def __add__(self, other: "Histories") -> "Histories":
        return Histories(
            self.runs + other.runs,
            self.open + other.open,
            self.unvalued + other.unvalued,
            self.currencies | other.currencies,
        )

    def together(self, flags: Ints) -> "Histories":
        """Return the same with equal histories brought together, in one run."""
        return replace(self, runs=(distinct(_joined(self.runs, flags), flags),))

    def attempts(self, flags: Ints) -> "Attempts":
        """Return the attempts in them; the same for the same customers, however they were parted and ordered."""
        from farled.journeys.attribution_kernels import history_keys

        (run,) = self.together(flags).runs
        return _attempts(run, flags, history_keys(run.offsets, run.words, 0))


@dataclass(frozen=True, eq=False)
class Attempts:
    """Attempts of different histories, and how many customers have each history.

    Attributes:
        names: Touchpoints.
        keys: Of each history. Shape (histories,).
        copies: Customers with each. Shape (histories,).
        of_history: Attempts of each history, as offsets.
        offsets: Touches of each attempt, as offsets.
        touch: Position in ``names``.
        age: Microseconds before the goal, of the touches in attempts that reach it, if ages were read.
        facts: How each attempt ended (``LOST``, ``WON``, ``BARE``), the level of events before its first touch, and the
            customer's goals before it, at most 3. Shape (attempts, 3).
        value: What each goal is worth, 0 where unknown.
    """

    names: tuple[str, ...]
    keys: Keys
    copies: Ints
    of_history: Ints
    offsets: Ints
    touch: Small
    age: Ints
    facts: npt.NDArray[np.uint8]
    value: Floats

    @cached_property
    def history(self) -> Ints:
        """History of each attempt."""
        return np.repeat(np.arange(len(self.copies)), np.diff(self.of_history))

    @cached_property
    def weight(self) -> Floats:
        """Customers with each attempt."""
        return self.copies[self.history].astype(np.float64)

    @cached_property
    def length(self) -> Ints:
        """Touches of each attempt."""
        return np.diff(self.offsets)

    @cached_property
    def won(self) -> Mask:
        """Which attempts have touches and reach the goal."""
        won: Mask = (self.facts[:, 0] == WON) & (self.length > 0)
        return won

    @cached_property
    def lost(self) -> Mask:
        """Which attempts have touches and do not reach the goal."""
        lost: Mask = self.facts[:, 0] == LOST
        return lost

    @cached_property
    def direct(self) -> Mask:
        """Which attempts reach the goal without touches."""
        direct: Mask = (self.facts[:, 0] == WON) & (self.length == 0)
        return direct

    def touches_of(self, chosen: Mask, *, once: bool = False) -> tuple[Ints, Small]:
        """Return the touches of some attempts as offsets, shape (attempts + 1,), and touchpoints.

        Args:
            chosen: Which attempts. Shape (attempts,).
            once: Whether a touchpoint counts once in an attempt.
        """
        from farled.journeys.attempt_kernels import chosen_touches

        arrays = frozen(self.offsets, np.int64), frozen(self.touch, np.int32), frozen(chosen, np.bool_)
        return chosen_touches(*arrays, len(self.names) if once else 0)

    def of_touches(self) -> Ints:
        """Return the attempt of each touch."""
        return np.repeat(np.arange(len(self.length)), self.length)


def distinct(run: Run, flags: Ints) -> Run:
    """Bring equal long histories together, and those that prove to be short to the short ones."""
    from farled.journeys.attribution_kernels import distinct_histories, history_keys, picked_histories
    from farled.journeys.short_kernels import merged_keys

    if len(run.copies) == 0:
        return run
    keys = history_keys(run.offsets, run.words, 0 if flags.any() else _bits(len(run.names)))
    first, copies = distinct_histories(keys, run.offsets, run.words, run.copies)
    is_short = (keys[first] >> np.uint64(63) == 1) | (np.diff(run.offsets)[first] == 0)
    short = run.keys, run.counts
    if is_short.any():
        order = np.argsort(keys[first[is_short]])
        more = keys[first[is_short]][order], copies[is_short][order]
        short = merged_keys(*short, *more)
    chosen = first[~is_short]
    return Run(run.names, *short, *picked_histories(run.offsets, run.words, chosen), copies[~is_short])


def _bits(points: int) -> int:
    """Return how many bits a touchpoint takes in a key."""
    return max(1, (points - 1).bit_length())


def _nobody() -> tuple[Keys, Ints]:
    """Return the keys of no short histories, and customers of each."""
    return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)


def _no_keys(chunk: Chunk) -> Keys:
    """Return a key for each customer that says it has none."""
    return np.zeros(chunk.customers, dtype=np.uint64)


def frozen(values: npt.ArrayLike, kind: type[S]) -> npt.NDArray[S]:
    """Return an array that cannot be written to, as kernels take them."""
    array = np.asarray(values, dtype=kind).view()
    array.flags.writeable = False
    return array


def _joined(runs: Sequence[Run], flags: Ints) -> Run:
    """Put runs together, with one order of touchpoints."""
    from farled.journeys.short_kernels import merged_keys

    union = tuple(sorted({name for run in runs for name in run.names}))
    alike = [run if run.names == union else _renamed(run, union, flags) for run in runs]
    short = [(run.keys, run.counts) for run in alike]
    while len(short) > 1:
        odd = short[len(short) & ~1 :]
        short = [merged_keys(*one, *other) for one, other in zip(short[::2], short[1::2], strict=False)] + odd
    offsets, words = _in_a_row([(run.offsets, run.words) for run in alike])
    return Run(union, *short[0], offsets, words, np.concatenate([run.copies for run in alike]))


def _renamed(run: Run, union: tuple[str, ...], flags: Ints) -> Run:
    """Return a run with other touchpoints; all of its histories are long, as they may be with more bits to each."""
    from farled.journeys.attribution_kernels import renamed_histories
    from farled.journeys.short_kernels import written_out

    offsets, words = _in_a_row([written_out(run.keys, _bits(len(run.names))), (run.offsets, run.words)])
    place = {name: at for at, name in enumerate(union)}
    words = renamed_histories(words, frozen([place[name] for name in run.names], np.int32), flags)
    return Run(union, *_nobody(), offsets, words, np.concatenate((run.counts, run.copies)))


def _in_a_row(rows: Sequence[tuple[Ints, Words]]) -> tuple[Ints, Words]:
    """Return offsets and words of several lists of histories as those of one."""
    starts = np.cumsum([0, *(len(words) for _, words in rows)]).tolist()
    moved = [offsets[1:] + start for (offsets, _), start in zip(rows, starts, strict=False)]
    return np.concatenate([np.zeros(1, dtype=np.int64), *moved]), np.concatenate([words for _, words in rows])


def _attempts(run: Run, flags: Ints, keys: Keys) -> Attempts:
    """Return the attempts of histories; touchpoints that no attempt holds are left out.

    Args:
        run: The histories.
        flags: As they stand in the words.
        keys: Of the long ones.
    """
    from farled.journeys.attempt_kernels import history_attempts

    seen = np.zeros(len(run.names), dtype=np.bool_)
    of_history, offsets, touch, age, facts, bits = history_attempts(
        run.keys, _bits(len(run.names)), run.offsets, run.words, flags, seen
    )
    names = tuple(name for name, is_seen in zip(run.names, seen.tolist(), strict=True) if is_seen)
    if not seen.all():
        touch = (np.cumsum(seen) - 1).astype(np.int32)[touch]
    value = np.nan_to_num(bits.view(np.float64), nan=0.0) if len(bits) else np.zeros(len(facts))
    every = np.concatenate((run.keys, keys)), np.concatenate((run.counts, run.copies))
    return Attempts(names, *every, of_history, offsets, touch, age, facts, value)


def _touchpoints(chunk: Chunk, name: str) -> tuple[list[str], Small]:
    """Return touchpoints as texts, and the code of each event's."""
    if name == "name":
        return list(chunk.names), frozen(chunk.name, np.int32)
    column = chunk.columns[name]
    if isinstance(column, Column):
        return [str(value) for value in column.values], column.code
    values, code = np.unique(column, return_inverse=True)
    known = ~np.isnan(values)
    return [f"{value:g}" for value in values[known].tolist()], frozen(np.where(known[code], code, -1), np.int32)


def _currencies(chunk: Chunk, goals: Ints, value: str | None) -> frozenset[str]:
    column = chunk.columns.get("currency")
    if value != "value" or not isinstance(column, Column):
        return frozenset()
    return frozenset(str(column.values[code]) for code in np.unique(column.code[goals]).tolist() if code >= 0)
