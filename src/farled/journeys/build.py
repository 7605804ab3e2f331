"""From rows in any order to journeys in memory."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError, NotFoundError
from farled.journeys.coding import Rows, Values, chunked, coded, column, microseconds_of, plain, texts
from farled.journeys.index import IDENTIFY, Identified, Journeys, Part
from farled.journeys.ordering import Ordered, ordered
from farled.spans import DAY


def build(
    customer: Values,
    time: Values,
    name: Values,
    *,
    sequence: Values | None = None,
    event_id: Values | None = None,
    load: Callable[[str], Values] | None = None,
    end: int | None = None,
) -> Journeys:
    """Build journeys in memory.

    Args:
        customer: Who, by row: text (best dictionary-coded) or whole numbers.
        time: When, by row: timestamps or whole microseconds.
        name: What happened, by row: text, best dictionary-coded. ``identify``, ``group`` and ``alias`` stay out.
        sequence: Order among events of one customer and time; default: the order of the rows.
        event_id: Breaks ties of ``sequence``; leads back to the event.
        load: Gives the values of a further column or property by row; called when a question first names it, and for
            ``properties`` (JSON objects as text) when there are ``identify`` events.
        end: When the data ends, in microseconds; default: the time of the last event.

    Raises:
        InputError: Columns differ in length, or a customer, time or name is missing.

    Example:
        >>> journeys = build(["ana", "bo", "ana"], [5, 1, 2], ["order", "visit", "visit"])
        >>> chunk = journeys.chunks()[0]
        >>> chunk.offsets.tolist(), chunk.time.tolist(), [chunk.names[code] for code in chunk.name]
        ([0, 2, 3], [2, 5, 1], ['visit', 'order', 'visit'])
    """
    ids = None if event_id is None else _event_ids(event_id, len(chunked(customer)))
    made = ordered(customer, time, name, sequence, ids)
    values = load or _no_column
    part = Part(
        made.offsets,
        made.time,
        made.name,
        load=lambda wanted: column(wanted, values(wanted), made.row),
        ids=lambda positions: texts(made.customer, positions),
        event_ids=None if ids is None else lambda positions: list(map(str, ids(made.row[positions]).to_pylist())),
        identified=_identified(made, customer, time, name, values),
    )
    return Journeys([part], made.names, end)


def journeys_of(
    events: Mapping[str, Sequence[tuple[Any, ...]]], *, start: int = 0, end: float | None = None
) -> Journeys:
    """Build journeys from events written by hand.

    Args:
        events: Per customer tuples ``(name, day)`` or ``(name, day, {property: value})``; days may be fractions.
            The order of a customer's tuples is the order of the sender. ``identify`` gives attributes.
        start: Day 0, in microseconds since 1970 UTC.
        end: The day when the data ends; default: that of the last event.

    Example:
        >>> journeys = journeys_of({"ana": [("visit", 0), ("order", 2, {"channel": "web"})]})
        >>> journeys.customers, journeys.events, journeys.names
        (1, 2, ('order', 'visit'))
    """
    rows = [(customer, *event) for customer, made in events.items() for event in made]
    properties = [row[3] if len(row) > 3 else {} for row in rows]

    def load(wanted: str) -> pa.Array:
        if wanted == "properties":
            return pa.array([json.dumps(each) for each in properties], pa.string())
        values = [each.get(wanted) for each in properties]
        kinds = {type(value) for value in values} - {type(None)}
        if len(kinds) <= 1 or kinds == {int, float}:
            return pa.array(values)
        raise InputError(f"The property {wanted!r} mixes {sorted(kind.__name__ for kind in kinds)}.")

    return build(
        pa.array([row[0] for row in rows], pa.string()),
        pa.array([start + round(row[2] * DAY) for row in rows], pa.int64()),
        pa.array([row[1] for row in rows], pa.string()),
        load=load,
        end=None if end is None else start + round(end * DAY),
    )


def _identified(
    made: Ordered, customer: Values, time: Values, name: Values, load: Callable[[str], Values]
) -> Callable[[], Identified] | None:
    """Return what gives the ``identify`` events of customers who have other events too; None if there are none."""
    code, names = coded(name)
    known = names.to_pylist()
    if IDENTIFY not in known:
        return None
    rows = np.flatnonzero(code == known.index(IDENTIFY))
    position = pc.index_in(chunked(customer).take(pa.array(rows)).cast(made.customer.type), value_set=made.customer)
    rows = rows[plain(position.is_valid().cast(pa.uint8()), np.uint8).astype(np.bool_)]
    if not len(rows):
        return None
    who, when = plain(position.drop_null(), np.int32).astype(np.int64), microseconds_of(time)[rows]
    order = np.lexsort((rows, when, who))

    @cache
    def said() -> Identified:
        properties = chunked(load("properties")).take(pa.array(rows[order])).to_pylist()
        return Identified(who[order], when[order], properties)

    return said


def _no_column(wanted: str) -> Values:
    raise NotFoundError.named("column", wanted, ())


def _event_ids(given: Values, rows: int) -> Callable[[Rows], pa.Array]:
    event_id = chunked(given)
    if len(event_id) != rows or event_id.null_count:
        raise InputError(
            f"There are {len(event_id) - event_id.null_count} event ids for {rows} rows.", "Give one per row."
        )
    return lambda wanted: event_id.take(pa.array(wanted)).combine_chunks()
