"""Who answers when asked: the response rate, and in what those who answer differ from those who do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.figures.table import Table
from farled.journeys.conditions import where
from farled.journeys.index import Chunk, Column
from farled.journeys.truth import customer_offsets
from farled.questions.steps import Step
from farled.spans import DAY
from farled.stats.horizon import share_within
from farled.stats.intervals import Estimate, Rate, newcombe
from farled.stats.scores import FEWEST, mean_difference, mean_of

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TRAITS = ("events before", "days since the first event", "days since the event before")
MOST_CHANNELS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The first time that each customer was asked, and what was known of the customer then.

    Attributes:
        customer: Position in the chunk. Shape (n,).
        waited: Microseconds to the next answer, -1: none. Shape (n,).
        watched: Microseconds to the end of the data. Shape (n,).
        traits: As in ``TRAITS``; NaN where unknown. Shape (n, 3).
        channel: Of the last event before that has one; position in ``channels``, -1: none. Shape (n,).
        channels: The channels.
    """

    customer: Counts
    waited: Counts
    watched: Counts
    traits: Floats
    channel: Counts
    channels: tuple[str, ...]


def asked_of(step: Step, chunk: Chunk, answers: Counts) -> Asked:
    """Return the first ask of each customer of a chunk and the next answer after it.

    Args:
        step: Which events ask.
        chunk: Of whole customers.
        answers: Positions of the answers.
    """
    from farled.journeys.measure_kernels import next_ends

    offsets = customer_offsets(chunk)
    starts = np.isin(chunk.name, chunk.codes(step.names))
    if step.where is not None and starts.any():
        starts &= where(step.where, chunk)
    ends = np.zeros(len(chunk.time), dtype=np.bool_)
    ends[answers] = True
    place, after = next_ends(offsets, starts, ends)
    owner = np.searchsorted(offsets, place, side="right") - 1
    first = np.ones(len(place), dtype=np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    place, after, owner = place[first], after[first], owner[first]
    time = chunk.time[place]
    waited = np.where(after >= 0, chunk.time[after] - time, -1) if len(place) else after
    channel, channels = _channels(chunk, offsets[owner], place)
    return Asked(owner, waited, chunk.end - time, _traits(chunk, offsets[owner], place), channel, channels)


def _traits(chunk: Chunk, first: Counts, place: Counts) -> Floats:
    time = chunk.time
    if not len(place):
        return np.empty((0, len(TRAITS)))
    before = np.where(place > first, (time[place] - time[np.maximum(place - 1, 0)]) / DAY, np.nan)
    return np.column_stack(((place - first).astype(np.float64), (time[place] - time[first]) / DAY, before))


def _channels(chunk: Chunk, first: Counts, place: Counts) -> tuple[Counts, tuple[str, ...]]:
    column = chunk.columns.get("channel")
    if not isinstance(column, Column):
        return np.full(len(place), -1, dtype=np.int64), ()
    known = np.append(np.flatnonzero(column.code >= 0), len(column.code))
    last = np.searchsorted(known, place, side="left") - 1
    event = known[np.maximum(last, 0)]
    there = (last >= 0) & (event >= first)
    code = np.where(there, column.code[np.where(there, event, 0)] if len(column.code) else -1, -1)
    return code.astype(np.int64), tuple(map(str, column.values))


@dataclass(frozen=True, slots=True, eq=False)
class ResponsePartial:
    """What adds up of those asked.

    Attributes:
        waited: As of `Asked`.
        watched: As of `Asked`.
        traits: As of `Asked`.
        channels: Per channel how many asked customers answered in time, and how many did not.
    """

    waited: Counts
    watched: Counts
    traits: Floats
    channels: Mapping[str, Counts]

    @classmethod
    def of(cls, asked: Asked, within: int) -> "ResponsePartial":
        """Count those asked in a chunk."""
        answered, silent = in_time(asked.waited, asked.watched, within)
        channels = {
            asked.channels[code]: np.array([int((answered & here).sum()), int((silent & here).sum())])
            for code in np.unique(asked.channel[asked.channel >= 0]).tolist()
            for here in [asked.channel == code]
        }
        return cls(asked.waited, asked.watched, asked.traits, channels)

    def __add__(self, other: "ResponsePartial") -> "ResponsePartial":
        none = np.zeros(2, dtype=np.int64)
        return ResponsePartial(
            np.concatenate((self.waited, other.waited)),
            np.concatenate((self.watched, other.watched)),
            np.concatenate((self.traits, other.traits)),
            {
                name: self.channels.get(name, none) + other.channels.get(name, none)
                for name in {**self.channels, **other.channels}
            },
        )


def in_time(waited: Counts, watched: Counts, within: int) -> tuple[Mask, Mask]:
    """Return who answered within the span, and who did not although it is over; the others may still answer."""
    answered = (waited >= 0) & (waited <= within)
    return answered, ~answered & (watched >= within)


@dataclass(frozen=True, slots=True)
class Difference:
    """In what those who answered differ from those who did not.

    Attributes:
        trait: What is compared, as it was when they were asked.
        answered: Mean or share of those who answered.
        silent: Of those who did not.
        difference: The first minus the second.
    """

    trait: str
    answered: Rate | Estimate
    silent: Rate | Estimate
    difference: Estimate

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and (low > 0 or high < 0)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "trait": self.trait,
            "answered": self.answered.to_dict(),
            "silent": self.silent.to_dict(),
            "difference": self.difference.to_dict(),
            "is_clear": self.is_clear,
        }


@dataclass(frozen=True, slots=True)
class Response:
    """How many of those asked answered, and how these differ from the others.

    Attributes:
        asked: Customers who were asked; the first time counts.
        answered: Of them, who answered in time.
        silent: Who did not, and the time is over.
        open: Who may still answer.
        rate: The share that answers in time; with open ones the Kaplan-Meier share.
        differences: Those who answered against the silent; a score speaks for people like the former.
    """

    asked: int
    answered: int
    silent: int
    open: int
    rate: Estimate
    differences: tuple[Difference, ...]

    @classmethod
    def of(cls, total: ResponsePartial, within: int) -> "Response":
        """Turn the counts into rate and differences."""
        answered, silent = in_time(total.waited, total.watched, within)
        found = share_within(total.waited, total.watched, within)
        traits = [_compared(name, total.traits[:, at], answered, silent) for at, name in enumerate(TRAITS)]
        channels = sorted(total.channels.items(), key=lambda item: (-int(item[1].sum()), item[0]))[:MOST_CHANNELS]
        whole = int(answered.sum()), int(silent.sum())
        shares = [_compared_shares(name, counts, whole) for name, counts in channels]
        rate = found.share if len(total.waited) >= FEWEST or not len(total.waited) else None
        return cls(
            len(total.waited),
            *whole,
            len(total.waited) - sum(whole),
            rate or Estimate.unknown("too_few", len(total.waited)),
            (*traits, *shares),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "asked": self.asked,
            "answered": self.answered,
            "silent": self.silent,
            "open": self.open,
            "rate": self.rate.to_dict(),
            "differences": [difference.to_dict() for difference in self.differences],
        }

    def table(self) -> Table:
        """Return one row per difference."""
        headings = ("when asked", "answered", "silent", "difference", "clear")
        rows = tuple((d.trait, d.answered, d.silent, d.difference, d.is_clear) for d in self.differences)
        return Table("Who answers", headings, rows, None, str(self))

    def __str__(self) -> str:
        if self.rate.value is None or self.rate.low is None or self.rate.high is None:
            return f"{self.asked} were asked: no response rate ({self.rate.reason})."
        low, high = 100 * self.rate.low, 100 * self.rate.high
        said = f"{100 * self.rate.value:.1f} % [{low:.1f}, {high:.1f}] of {self.asked} asked answered."
        clear = [str(each) for each in map(_told, filter(lambda each: each.is_clear, self.differences))]
        return f"{said} {' '.join(clear)}" if clear else said


def _told(difference: Difference) -> str:
    first, second = difference.answered.value or 0.0, difference.silent.value or 0.0
    if isinstance(difference.answered, Rate):
        return f"{difference.trait}: {100 * first:.0f} % of those who answered, {100 * second:.0f} % of the others."
    return f"{difference.trait.capitalize()}: {first:.3g} for those who answered, {second:.3g} for the others."


def _compared(trait: str, values: Floats, answered: Mask, silent: Mask) -> Difference:
    first, second = (np.sort(values[rows & ~np.isnan(values)]) for rows in (answered, silent))
    few = min(len(first), len(second)) < FEWEST
    difference = Estimate.unknown("too_few", len(first) + len(second)) if few else mean_difference(first, second)
    return Difference(trait, mean_of(first), mean_of(second), difference)


def _compared_shares(name: str, counts: Counts, whole: tuple[int, int]) -> Difference:
    first, second = (Rate(int(part), n) for part, n in zip(counts, whole, strict=True))
    n = sum(whole)
    if min(whole) < FEWEST or first.value is None or second.value is None:
        found = Estimate.unknown("too_few", n)
    else:
        found = Estimate(first.value - second.value, *newcombe(first, second), n, method="Newcombe")
    few = [Estimate.unknown("too_few", rate.n) if rate.n < FEWEST else rate for rate in (first, second)]
    return Difference(f"channel {name}", few[0], few[1], found)
