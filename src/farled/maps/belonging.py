"""Which touchpoint of a map an answer speaks of."""

from dataclasses import replace

import numpy as np

from farled.journeys.answers import PHASE, TOUCHPOINT
from farled.journeys.index import Chunk, Column, Positions
from farled.journeys.truth import customer_offsets
from farled.maps.model import MapFile
from farled.maps.recode import NOWHERE, Mapped, Mask, Places
from farled.maps.touchpoint import FeedbackRule
from farled.spans import DAY

LAST_MET = 7 * DAY
WHOLE = ""


def belonging(map_: MapFile, part: Mapped, places: Positions) -> tuple[Places, Mask]:
    """Return the touchpoint that each answer speaks of, and whether the answer itself names it.

    The touchpoint that it names, else that of a feedback rule, else the last one met within 7 days before; -1: the
    journey as a whole.

    Args:
        map_: Whose touchpoints.
        part: Of the journeys, with the column ``touchpoint`` where events have it.
        places: Positions of the answers.
    """
    if not len(places):
        return np.empty(0, dtype=np.int16), np.empty(0, dtype=np.bool_)
    chunk = part.chunk
    ids = {touchpoint.id: at for at, (_, touchpoint) in enumerate(map_.touchpoints())}
    rules = [touchpoint.observe for _, touchpoint in map_.touchpoints()]
    asks = np.array([*(isinstance(rule, FeedbackRule) for rule in rules), False])
    named = chunk.columns.get("touchpoint")
    found = np.full(len(places), NOWHERE, dtype=np.int16)
    if isinstance(named, Column):
        table = np.array([*(ids.get(str(value), NOWHERE) for value in named.values), NOWHERE], dtype=np.int16)
        found = table[named.code[places]]
    is_named = found != NOWHERE
    own = part.touchpoint[places]
    found = np.where(~is_named & asks[own], own, found)
    return np.where(found == NOWHERE, _last_met(chunk, part.touchpoint, places), found), is_named


def with_belonging(map_: MapFile, part: Mapped, chunk: Chunk, places: Positions) -> Chunk:
    """Return a chunk with two columns more: the touchpoint and the phase that each answer speaks of.

    An answer that speaks of the journey as a whole has an empty text there; other events have no value.

    Args:
        map_: Whose touchpoints.
        part: The events as the map sees them.
        chunk: The same events, to which the columns are added.
        places: Positions of the answers.
    """
    ids = tuple(touchpoint.id for _, touchpoint in map_.touchpoints())
    phase_of = np.array([at for at, phase in enumerate(map_.phases) for _ in phase.touchpoints] + [len(map_.phases)])
    touchpoint, _ = belonging(map_, part, places)
    columns = {}
    for name, values, code in (
        (TOUCHPOINT, ids, np.where(touchpoint == NOWHERE, len(ids), touchpoint)),
        (PHASE, tuple(phase.id for phase in map_.phases), phase_of[touchpoint]),
    ):
        codes = np.full(len(chunk.time), -1, dtype=np.int32)
        codes[places] = code
        columns[name] = Column(codes, (*values, WHOLE))
    return replace(chunk, columns={**chunk.columns, **columns})


def _last_met(chunk: Chunk, touchpoint: Places, places: Positions) -> Places:
    mapped = np.flatnonzero(touchpoint != NOWHERE)
    if not len(mapped):
        return np.full(len(places), NOWHERE, dtype=np.int16)
    offsets = customer_offsets(chunk)
    before = np.searchsorted(mapped, places, side="left") - 1
    event = mapped[np.maximum(before, 0)]
    first = offsets[np.searchsorted(offsets, places, side="right") - 1]
    met = (before >= 0) & (event >= first) & (chunk.time[places] - chunk.time[event] <= LAST_MET)
    return np.where(met, touchpoint[event], NOWHERE).astype(np.int16)
