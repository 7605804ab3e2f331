"""What a condition says of each event: true, false or unknown.

Truth is an int8 array: ``FALSE`` 0, ``UNKNOWN`` 1, ``TRUE`` 2, so that *all* is the minimum, *any* the maximum and
*not* ``2 - x`` (Kleene's three-valued logic).
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import reduce

import numpy as np
import numpy.typing as npt

from farled.journeys.grammar import All, Between, Condition, Either, Is, Known, Not, Scalar, Then
from farled.journeys.index import AnyColumn, Chunk, Column, Offsets, Positions
from farled.spans import instant

FALSE, UNKNOWN, TRUE = 0, 1, 2
Truth = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]


def where(condition: Condition, chunk: Chunk) -> Mask:
    """Return for which events a condition is true. Shape (n_events,).

    Example:
        >>> from farled.journeys.index import Chunk
        >>> times = np.array([0, 1], dtype=np.int64)
        >>> chunk = Chunk(np.array([0, 2]), times, np.array([1, 0], dtype=np.uint16), ("cart", "visit"), end=1)
        >>> where(Is("name", ("visit",)), chunk).tolist()
        [True, False]
    """
    true: Mask = truth(condition, chunk) == TRUE
    return true


def truth(condition: Condition, chunk: Chunk, ends: npt.NDArray[np.int64] | None = None) -> Truth:
    """Return what a condition says of each event. Shape (n_events,).

    Args:
        condition: Over events.
        chunk: With the columns that the condition names.
        ends: Until when each event's customer is known; default: to the end of the data. Shape (n_events,).
    """
    match condition:
        case All(parts):
            return reduce(np.minimum, (truth(part, chunk, ends) for part in parts))
        case Either(parts):
            return reduce(np.maximum, (truth(part, chunk, ends) for part in parts))
        case Not(part):
            return (2 - truth(part, chunk, ends)).astype(np.int8)
        case Then():
            return _then(condition, chunk, ends)
        case Is(attr=attr) | Between(attr=attr) | Known(attr=attr):
            return compare(condition, event_column(chunk, attr), len(chunk.time))
    raise TypeError(f"{type(condition).__name__} is no condition over events.")


def event_column(chunk: Chunk, attr: str) -> AnyColumn | None:
    """Return the column of an attribute; ``None`` where no event has it."""
    if attr == "name" and attr not in chunk.columns:
        return Column(chunk.name.astype(np.int32), chunk.names)
    return chunk.columns.get(attr)


def compare(condition: Is | Between | Known, column: AnyColumn | None, n: int) -> Truth:
    """Return what a comparison says of each value of a column; ``None``: all ``n`` are missing."""
    if isinstance(column, Column):
        says = of_value(condition)
        per_value = np.array([*(says(value) for value in column.values), missing(condition)], dtype=np.int8)
        return per_value[column.code]
    if column is None:
        return np.full(n, missing(condition), dtype=np.int8)
    return _compare_numbers(condition, column)


def missing(condition: Is | Between | Known) -> int:
    """Return what a comparison says of a missing value: unknown, unless it asks just that."""
    if isinstance(condition, Known):
        return FALSE if condition.known else TRUE
    return UNKNOWN


def of_value(condition: Is | Between | Known) -> Callable[[Scalar], int]:
    """Return a function that says of one value whether a comparison is true or false."""
    match condition:
        case Known(known=known):
            return lambda _: TRUE if known else FALSE
        case Between():
            return lambda value: TRUE if _in_range(value, condition) else FALSE
        case Is(values=values):
            wanted = {(_kind(value), _exact(value)) for value in values}
            return lambda value: TRUE if (_kind(value), _exact(value)) in wanted else FALSE


def instant_of(value: object, is_end: bool = False) -> int | None:
    """Return the microseconds of a date or time, ``None`` if it is none.

    Args:
        value: A date, a time, or one as ISO 8601 text; without a zone it is UTC.
        is_end: Take the last microsecond of a whole day rather than its first.

    Example:
        >>> instant_of("1970-01-02"), instant_of("soon")
        (86400000000, None)
    """
    if isinstance(value, str):
        value = _read_time(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.max if is_end else time.min)
    if not isinstance(value, datetime):
        return None
    return instant(value if value.tzinfo else value.replace(tzinfo=UTC))


def customer_offsets(chunk: Chunk) -> Offsets:
    """Return where the events of each customer begin, over all journeys of the customer. Shape (customers + 1,)."""
    if chunk.owner is None:
        return chunk.offsets
    last = np.cumsum(np.bincount(chunk.owner, minlength=chunk.customers))
    offsets = chunk.offsets[np.concatenate(([0], last))]
    offsets.flags.writeable = False
    return offsets


def _read_time(text: str) -> datetime | date | None:
    text = text.strip()
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else "text"


def _exact(value: Scalar) -> Scalar:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _in_range(value: Scalar, bounds: Between) -> bool:
    if bounds.dates:
        found: float | None = instant_of(value) if isinstance(value, str) else None
    else:
        found = float(value) if _kind(value) == "number" else None
    if found is None:
        return False
    return (bounds.low is None or found >= bounds.low) and (bounds.high is None or found <= bounds.high)


def _compare_numbers(condition: Is | Between | Known, values: npt.NDArray[np.float64]) -> Truth:
    match condition:
        case Known(known=known):
            says = ~np.isnan(values) if known else np.isnan(values)
            return (says * np.int8(TRUE)).astype(np.int8)
        case Is(values=wanted):
            numbers = [float(value) for value in wanted if _kind(value) == "number"]
            says = np.isin(values, numbers)
        case Between():
            low = -np.inf if condition.low is None else condition.low
            high = np.inf if condition.high is None else condition.high
            says = (values >= low) & (values <= high) if not condition.dates else np.zeros(len(values), dtype=np.bool_)
    found = (says * np.int8(TRUE)).astype(np.int8)
    found[np.isnan(values)] = UNKNOWN
    return found


def matching(event: str, condition: Condition | None, chunk: Chunk, ends: npt.NDArray[np.int64] | None = None) -> Truth:
    """Return for each event whether it has a name and fulfils a condition; arguments as of `truth`."""
    named: Truth = np.where(chunk.name == int(chunk.codes([event])[0]), np.int8(TRUE), np.int8(FALSE))
    if condition is not None and named.any():
        np.minimum(named, truth(condition, chunk, ends), out=named)
    return named


def _then(condition: Then, chunk: Chunk, ends: npt.NDArray[np.int64] | None) -> Truth:
    """Take the first later match of the same customer: it is the earliest, so the others need not be looked at."""
    match = matching(condition.event, condition.where, chunk, ends)
    offsets = customer_offsets(chunk)
    last = np.repeat(offsets[1:], np.diff(offsets))
    found = np.full(len(chunk.time), FALSE, dtype=np.int8)
    found[chunk.time > (chunk.end if ends is None else ends) - condition.within] = UNKNOWN
    for outcome in (UNKNOWN, TRUE):
        follows = _in_time(match == outcome, last, chunk.time, condition.within)
        found[follows] = outcome
    return found


def _in_time(match: Mask, last: Positions, time: npt.NDArray[np.int64], within: int) -> Mask:
    """Return for which events a match of the same customer follows in time."""
    places = np.flatnonzero(match)
    following = np.append(places, len(match))[np.cumsum(match)]
    follows = following < last
    places = np.flatnonzero(follows)
    follows[places] = time[following[places]] - time[places] <= within
    return follows
