"""Answers of customers: the events that carry a score, and which of a customer's answers count."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk, Column, Floats, Positions
from farled.stats.scores import ENDS

Mask = npt.NDArray[np.bool_]

TOUCHPOINT = "@touchpoint"
PHASE = "@phase"


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The events with a score on a scale with known ends, in the order of customers and time.

    Attributes:
        place: Position of the event. Shape (n,).
        scale: Position of the scale in ``scales``. Shape (n,).
        scales: The scales that occur.
        score: As given. Shape (n,).
        low: The lower end of its scale. Shape (n,).
        high: The upper end. Shape (n,).
    """

    place: Positions
    scale: npt.NDArray[np.int32]
    scales: tuple[str, ...]
    score: Floats
    low: Floats
    high: Floats

    @property
    def is_on_scale(self) -> Mask:
        """Whether each score lies between the ends of its scale. Shape (n,)."""
        on: Mask = (self.score >= self.low) & (self.score <= self.high)
        return on

    def only(self, rows: Mask) -> "Scored":
        """Return some of the events."""
        return Scored(
            self.place[rows], self.scale[rows], self.scales, self.score[rows], self.low[rows], self.high[rows]
        )


def scored(chunk: Chunk) -> Scored:
    """Return the events of a chunk that have a score and a scale whose ends are known; off the scale ones too.

    Args:
        chunk: With the columns ``score`` and ``scale``; without them there are no answers.
    """
    score, scale = chunk.columns.get("score"), chunk.columns.get("scale")
    if not isinstance(score, np.ndarray) or not isinstance(scale, Column) or not scale.values:
        empty = np.empty(0)
        return Scored(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32), (), empty, empty, empty)
    ends = np.array([*map(ends_of, scale.values), (np.nan, np.nan)])
    place = np.flatnonzero(~np.isnan(score) & ~np.isnan(ends[scale.code, 0]))
    code = scale.code[place]
    return Scored(place, code, tuple(map(str, scale.values)), score[place], ends[code, 0], ends[code, 1])


def ends_of(scale: object) -> tuple[float, float]:
    """Return the ends of a scale: a known one, or one declared as ``a..b``; NaN where they are not known.

    >>> ends_of("nps"), ends_of("1..6")
    ((0.0, 10.0), (1.0, 6.0))
    """
    if scale in ENDS:
        return ENDS[str(scale)]
    low, _, high = str(scale).partition("..")
    try:
        a, b = float(low), float(high)
    except ValueError:
        return np.nan, np.nan
    return (a, b) if a < b else (np.nan, np.nan)


def is_last(customer: Positions) -> Mask:
    """Return which rows are the last of their customer; rows stand in the order of customers and time."""
    last = np.ones(len(customer), dtype=np.bool_)
    last[:-1] = customer[1:] != customer[:-1]
    return last


def distinct(customer: Positions) -> int:
    """Return how many customers there are; they stand in order."""
    return int(np.count_nonzero(is_last(customer)))


def numbered(customer: Positions) -> Positions:
    """Return customers that stand in order as numbers from 0 without gaps."""
    return np.cumsum(np.concatenate(([0], customer[1:] != customer[:-1])))[: len(customer)]


def means(customer: Positions, values: Floats, weights: Floats | None = None) -> Floats:
    """Return the weighted mean of each customer's values; rows stand in the order of customers."""
    if not len(values):
        return values
    at, weight = numbered(customer), np.ones(len(values)) if weights is None else weights
    return np.asarray(np.bincount(at, weight * values) / np.bincount(at, weight))
