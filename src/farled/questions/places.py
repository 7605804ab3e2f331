"""Where answers of customers belong: at which places they are asked for, and into which groups they fall."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.errors import InputError, NotFoundError
from farled.journeys.answers import PHASE, TOUCHPOINT
from farled.journeys.index import Chunk, Column
from farled.spans import MINUTE, moment

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PERIODS = ("day", "week", "month", "quarter", "year")
_QUARTER_HOUR = 15 * MINUTE  # zones change at whole quarters of an hour


def names_of(at: Any) -> tuple[str, ...]:
    """Return the places of a question as a tuple.

    Raises:
        InputError: One is no name.
    """
    names = (at,) if isinstance(at, str) else tuple(at or ())
    if not all(isinstance(name, str) and name for name in names):
        raise InputError(f"at is {at!r}.", "Name touchpoints, phases or events.")
    return names


def columns_of(by: str | Sequence[str] | None) -> list[str]:
    """Return the columns that places and groups need."""
    return ["touchpoint", *([by] if isinstance(by, str) and by not in ("name", *PERIODS) else [])]


def customers_of(chunk: Chunk, place: Places) -> Places:
    """Return whose each event is."""
    journey = np.searchsorted(chunk.offsets, place, side="right") - 1
    return journey if chunk.owner is None else chunk.owner[journey]


def is_at(chunk: Chunk, place: Places, at: Sequence[str]) -> Mask:
    """Return which answers speak of one of some touchpoints or phases, or are events of one of the names."""
    if not at:
        return np.ones(len(place), dtype=np.bool_)
    touchpoint, phase = (chunk.columns.get(name) for name in (TOUCHPOINT, PHASE))
    on_map = [column for column in (touchpoint, phase) if isinstance(column, Column)]
    named = chunk.columns.get("touchpoint")
    chosen = np.zeros(len(place), dtype=np.bool_)
    for column in on_map or ([named] if isinstance(named, Column) else []):
        codes = [code for code, value in enumerate(column.values) if value in at and value != ""]
        chosen |= np.isin(column.code[place], codes)
    known = {value for column in on_map for value in column.values}
    events = [code for code in chunk.codes([name for name in at if name not in known]) if code >= 0]
    return chosen | np.isin(chunk.name[place], events)


def places_in(chunk: Chunk, place: Places) -> frozenset[str]:
    """Return the touchpoints and phases of a map, or the touchpoints that answers name themselves."""
    on_map = [column for name in (TOUCHPOINT, PHASE) if isinstance(column := chunk.columns.get(name), Column)]
    if on_map:
        return frozenset(str(value) for column in on_map for value in column.values) - {""}
    named = chunk.columns.get("touchpoint")
    if not isinstance(named, Column):
        return frozenset()
    return frozenset(str(named.values[code]) for code in np.unique(named.code[place]).tolist() if code >= 0)


def require_places(at: Sequence[str], places: frozenset[str], names: Sequence[str]) -> None:
    """Check that places occur.

    Raises:
        NotFoundError: One is neither an event name nor a place that answers speak of.
    """
    for name in at:
        if name not in places and name not in names:
            raise NotFoundError.named("touchpoint or event", name, [*places, *names])


def groups_in(
    chunk: Chunk, place: Places, by: str | Sequence[str] | None, zone: str | None
) -> Iterator[tuple[Any, Mask]]:
    """Yield the value of each group of answers, None for no value, and which answers belong to it.

    Args:
        chunk: With the columns of `columns_of`.
        place: Positions of the answers.
        by: ``name``, ``phase``, a calendar period or a property; else there are no groups.
        zone: Where days begin.
    """
    if not isinstance(by, str) or not len(place):
        return
    values, code = _coded(chunk, place, by, zone or "UTC")
    for at in np.unique(code).tolist():
        yield (values[at] if at >= 0 else None), code == at


def _coded(chunk: Chunk, place: Places, by: str, zone: str) -> tuple[Sequence[Any], Places]:
    if by in PERIODS:
        return _periods(chunk.time[place], by, zone)
    if by == "name":
        return _labels(chunk, place)
    column = chunk.columns.get(PHASE if by == "phase" and PHASE in chunk.columns else by)
    if isinstance(column, Column):
        return column.values, _unless_empty(column, place)
    if column is None:
        return (), np.full(len(place), -1, dtype=np.int64)
    found, code = np.unique(column[place], return_inverse=True)
    return found.tolist(), np.where(np.isnan(column[place]), -1, code)


def _unless_empty(column: Column, place: Places) -> Places:
    code = column.code[place].astype(np.int64)
    return np.where(np.isin(code, [at for at, value in enumerate(column.values) if value == ""]), -1, code)


def _labels(chunk: Chunk, place: Places) -> tuple[Sequence[str], Places]:
    """Return the touchpoints that answers speak of, else the names of the answers themselves."""
    on_map, named = chunk.columns.get(TOUCHPOINT), chunk.columns.get("touchpoint")
    if isinstance(on_map, Column):
        return tuple(map(str, on_map.values)), _unless_empty(on_map, place)
    own = chunk.name[place].astype(np.int64)
    if not isinstance(named, Column):
        return chunk.names, own
    code = named.code[place].astype(np.int64)
    values = [*chunk.names, *map(str, named.values)]
    first = {value: at for at, value in reversed(list(enumerate(values)))}  # a touchpoint may be called as an event is
    to = np.array([first[value] for value in values] + [-1], dtype=np.int64)
    return values, to[np.where(code >= 0, code + len(chunk.names), own)]


def _periods(time: Places, period: str, zone: str) -> tuple[list[str], Places]:
    quarters, at = np.unique(time // _QUARTER_HOUR, return_inverse=True)
    labels = [_period(int(quarter) * _QUARTER_HOUR, period, zone) for quarter in quarters]
    values = sorted(set(labels))
    place = {value: number for number, value in enumerate(values)}
    return values, np.array([place[label] for label in labels], dtype=np.int64)[at]


def _period(time: int, period: str, zone: str) -> str:
    day = moment(time, zone)
    year, week, _ = day.isocalendar()
    return {
        "day": day.date().isoformat(),
        "week": f"{year}-W{week:02}",
        "month": f"{day.year}-{day.month:02}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "year": str(day.year),
    }[period]
