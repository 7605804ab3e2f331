"""What a condition says of customers at a moment: true, false or unknown, as in ``truth.py``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import numpy.typing as npt

from farled.journeys.attributes import Attributes
from farled.journeys.grammar import (
    All,
    Between,
    Condition,
    Did,
    Either,
    InOrder,
    Is,
    Known,
    Members,
    Not,
    Then,
    names,
    walk,
)
from farled.journeys.index import Chunk, Offsets, Positions, Times
from farled.journeys.select import taken
from farled.journeys.truth import FALSE, TRUE, UNKNOWN, Mask, Truth, compare, customer_offsets, matching


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """When which customers are judged.

    Attributes:
        customer: Positions in the chunk, in any order; they may repeat. Shape (n,).
        time: Microseconds; what comes later is not seen. Shape (n,).
    """

    customer: Positions
    time: Times

    @classmethod
    def at_end(cls, chunk: Chunk) -> "Moments":
        """Return every customer at the end of the data."""
        return cls(np.arange(chunk.customers), np.full(chunk.customers, chunk.end, dtype=np.int64))


def select(
    condition: Condition,
    chunk: Chunk,
    moments: Moments | None = None,
    attributes: Attributes | None = None,
    ids: Sequence[str] | None = None,
) -> Mask:
    """Return for which moments a condition over customers is true.

    Args:
        condition: Over customers, without ``behind``.
        chunk: With the columns that the condition names.
        moments: Whom to judge and when; default: every customer at the end of the data. The event at the moment counts.
        attributes: Of the customers of the chunk; default: nothing is known of them.
        ids: Of the customers of the chunk, by position; needed only for ``Members``.

    Returns:
        Shape of the moments.

    Example:
        >>> times = np.array([0, 1], dtype=np.int64)
        >>> chunk = Chunk(np.array([0, 1, 2]), times, np.array([1, 0], dtype=np.uint16), ("cart", "visit"), end=1)
        >>> select(Did("visit"), chunk).tolist()
        [True, False]
    """
    if moments is None:
        moments = Moments.at_end(chunk)
    true: Mask = _Judge(chunk, moments, attributes or Attributes.none(), ids).truth(condition) == TRUE
    return true


def needs_ids(condition: Condition) -> bool:
    """Return whether a condition can be judged only with the ids of the customers."""
    return any(isinstance(part, Members) for part in walk(condition))


@dataclass(frozen=True, eq=False)
class _Judge:
    chunk: Chunk
    moments: Moments
    attributes: Attributes
    ids: Sequence[str] | None

    def truth(self, condition: Condition) -> Truth:
        match condition:
            case All(parts):
                return reduce(np.minimum, (self.truth(part) for part in parts))
            case Either(parts):
                return reduce(np.maximum, (self.truth(part) for part in parts))
            case Not(part):
                return (2 - self.truth(part)).astype(np.int8)
        return self._leaf(condition)

    def _leaf(self, condition: Condition) -> Truth:
        match condition:
            case Is(attr=attr) | Between(attr=attr) | Known(attr=attr):
                column = self.attributes.at(attr, self.moments.customer, self.moments.time)
                return compare(condition, column, len(self.moments.time))
            case Did():
                return self._did(condition)
            case InOrder():
                return self._in_order(condition)
            case Members(ids):
                return _sure(self._members(ids))
        raise TypeError(f"{type(condition).__name__} is no condition over customers here.")

    def _did(self, did: Did) -> Truth:
        to = self._seen(self.moments.time)
        since = self._first() if did.within is None else self._seen(self.moments.time - did.within - 1)
        looks_ahead = did.where is not None and any(isinstance(part, Then) for part in walk(did.where))
        if looks_ahead and bool(np.any(self.moments.time < self.chunk.end)):
            return self._did_as_seen(did, since, to)
        return _counted(did, matching(did.event, did.where, self.chunk), since, to)

    def _did_as_seen(self, did: Did, since: Positions, to: Positions) -> Truth:
        """Judge events that look ahead: each moment sees only what had happened by then."""
        kept = np.isin(self.chunk.name, [code for code in self.chunk.codes(names(did)) if code >= 0])
        before = np.concatenate(([0], np.cumsum(kept)))
        first, since, to = before[self._first()], before[since], before[to]
        places, offsets = _ranges(first, to)
        piece = taken(self.chunk, np.flatnonzero(kept)[places], offsets)
        ends = np.repeat(np.minimum(self.moments.time, self.chunk.end), np.diff(offsets))
        return _counted(did, matching(did.event, did.where, piece, ends), offsets[:-1] + since - first, offsets[1:])

    def _in_order(self, steps: InOrder) -> Truth:
        places, offsets = _ranges(self._first(), self._seen(self.moments.time))
        chunk = self.chunk
        piece = Chunk(offsets, chunk.time[places], chunk.name[places], chunk.names, chunk.end)
        return _sure(_in_order(steps, piece))

    def _members(self, wanted: frozenset[str]) -> Mask:
        if self.ids is None:
            raise TypeError("To judge membership, the ids of the customers are needed.")
        member = np.array([id_ in wanted for id_ in self.ids], dtype=np.bool_)
        return member[self.moments.customer]

    @cached_property
    def _offsets(self) -> Offsets:
        return read_only(customer_offsets(self.chunk))

    def _first(self) -> Positions:
        return self._offsets[self.moments.customer]

    def _seen(self, time: Times) -> Positions:
        """Return up to where (out) the events of the customer are not later than a time."""
        from farled.journeys.condition_kernels import seen_until  # noqa: PLC0415  compiled only for those who ask

        customer = read_only(np.asarray(self.moments.customer, dtype=np.int64))
        return seen_until(self._offsets, self.chunk.time, customer, read_only(np.asarray(time, dtype=np.int64)))


def read_only(array: Positions) -> Positions:
    """Return a view that cannot be written, as kernels are compiled for."""
    view = array.view()
    view.flags.writeable = False
    return view


def _in_order(steps: InOrder, chunk: Chunk) -> Mask:
    """Return which journeys do the steps; ``classes`` and ``masks`` are those of the funnel kernels."""
    from farled.journeys.funnel_kernels import ANY, funnel_depth  # noqa: PLC0415  compiled only for those who ask

    classes, masks = np.zeros(len(chunk.names) + 1, dtype=np.int64), [0]
    for bit, code in enumerate(chunk.codes(steps.steps)):
        if code < 0:
            return np.zeros(chunk.n, dtype=np.bool_)
        if not classes[code]:
            classes[code] = len(masks)
            masks.append(0)
        masks[classes[code]] |= 1 << bit
    within = np.iinfo(np.int64).max // 4 if steps.within is None else steps.within
    limits = np.array([len(steps.steps), within, ANY])
    depth = funnel_depth(chunk.offsets, chunk.time, chunk.name, classes, np.array(masks), limits)
    return np.asarray(depth) >= len(steps.steps)


def _counted(did: Did, match: Truth, since: Positions, to: Positions) -> Truth:
    """Return whether the matches from one place to another (out) are as many as they should be."""
    sure, possible = (_between(match >= least, since, to) for least in (TRUE, UNKNOWN))
    high = len(match) if did.high is None else did.high
    says = np.full(len(to), UNKNOWN, dtype=np.int8)
    says[(sure >= did.low) & (possible <= high)] = TRUE
    says[(possible < did.low) | (sure > high)] = FALSE
    return says


def _between(match: Mask, first: Positions, last: Positions) -> Positions:
    total = np.concatenate(([0], np.cumsum(match)))
    return total[np.maximum(first, last)] - total[first]


def _ranges(first: Positions, last: Positions) -> tuple[Positions, Offsets]:
    """Return the places of several ranges one after another, and where each range begins among them."""
    length = last - first
    offsets = np.concatenate(([0], np.cumsum(length))).astype(np.int64)
    return np.arange(offsets[-1]) - np.repeat(offsets[:-1] - first, length), offsets


def _sure(holds: npt.NDArray[np.bool_]) -> Truth:
    return (holds * np.int8(TRUE)).astype(np.int8)
