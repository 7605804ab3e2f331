"""What part of the journeys a question sees, and how: a segment, a period, the touchpoints of a map."""

import numpy as np

from farled.engine.local import View
from farled.journeys.attributes import Attributes
from farled.journeys.conditions import Condition, Moments, columns, select
from farled.journeys.index import Chunk, Journeys
from farled.journeys.segments import needs_ids
from farled.journeys.select import during as in_period
from farled.journeys.select import only
from farled.maps.model import MapFile
from farled.maps.recode import needed_columns, recoded
from farled.spans import Period


def view_of(
    journeys: Journeys, where: Condition | None = None, during: Period | None = None, map_: MapFile | None = None
) -> View | None:
    """Return how a question sees the journeys; None: all of them as they are.

    Customers are judged over all data, not only the period: on a map at their first event on it, else at the end of
    the data.

    Args:
        journeys: Of whom.
        where: Which customers.
        during: Which events.
        map_: Whose touchpoints the events are, and when a journey ends.
    """
    if where is None and during is None and map_ is None:
        return None

    def prepare(number: int, chunk: Chunk) -> Chunk:
        seen = chunk if map_ is None else recoded(map_, chunk)
        if where is not None:
            moments = Moments.at_end(chunk) if map_ is None else _entries(seen, map_)
            seen = only(seen, _chosen(journeys, number, chunk, where, moments))
        return seen if during is None else in_period(seen, during.start, during.end)

    needed = frozenset() if where is None else columns(where)
    needed = needed if map_ is None else needed | needed_columns(map_)
    touchpoints = None if map_ is None else frozenset(touchpoint.id for _, touchpoint in map_.touchpoints())
    return View(prepare, tuple(sorted(needed - {"name"})), touchpoints)


def _entries(seen: Chunk, map_: MapFile) -> Moments:
    """Return each customer at its first event on the map; at the end of the data if it has none."""
    on_map = seen.name < sum(1 for _ in map_.touchpoints())
    journey = np.searchsorted(seen.offsets, np.flatnonzero(on_map), side="right") - 1
    owner = journey if seen.owner is None else seen.owner[journey]
    customer, first = np.unique(owner, return_index=True)
    moments = Moments.at_end(seen)
    moments.time[customer] = seen.time[on_map][first]
    return moments


def _chosen(
    journeys: Journeys, number: int, chunk: Chunk, where: Condition, moments: Moments
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    said = journeys.identified(number)
    attributes = Attributes.from_identify(said.customer, said.time, said.properties)
    ids = journeys.customer_ids(number, np.arange(chunk.customers)) if needs_ids(where) else None
    return select(where, chunk, moments, attributes, ids)
