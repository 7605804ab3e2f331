"""From events to a map: which touchpoint and phase each event belongs to, and where a journey on the map ends."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from farled.journeys.conditions import columns, comparisons, where
from farled.journeys.index import Chunk, Codes, Column
from farled.journeys.truth import customer_offsets
from farled.maps.metric import EventRule
from farled.maps.model import MapFile
from farled.maps.touchpoint import FeedbackRule, Rule
from farled.spans import microseconds

Places = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Mapped:
    """A chunk as a map sees it, cut into journeys.

    Attributes:
        chunk: The events, with the offsets of the journeys on the map and the customer of each as ``owner``.
        touchpoint: Position among the map's touchpoints of each event, -1 unmapped. Shape (n_events,).
        phase_of: Position of the phase of each touchpoint, and -1 for the unmapped. Shape (touchpoints + 1,).
    """

    chunk: Chunk
    touchpoint: Places
    phase_of: Places

    def __post_init__(self) -> None:
        for array in (self.touchpoint, self.phase_of):
            array.flags.writeable = False

    @cached_property
    def phase(self) -> Places:
        """Position of the phase of each event, -1 unmapped. Shape (n_events,)."""
        return self.phase_of[self.touchpoint]


def needed_columns(map_: MapFile) -> frozenset[str]:
    """Return which columns of the events the touchpoint rules need, beside the name."""
    rules = [touchpoint.observe for _, touchpoint in map_.touchpoints() if touchpoint.observe is not None]
    return frozenset().union(*(_columns_of(rule) for rule in rules))


def mapped(map_: MapFile, chunk: Chunk) -> Mapped:
    """Return a chunk as a map sees it.

    Args:
        map_: Whose touchpoints and silence are taken.
        chunk: With the columns of ``needed_columns``.
    """
    places = touchpoint_places(map_, chunk)
    phases = [at for at, phase in enumerate(map_.phases) for _ in phase.touchpoints]
    phase_of = np.array([*phases, NOWHERE], dtype=np.int16)
    return Mapped(cut(chunk, microseconds(map_.map.journey.ends_after)), places, phase_of)


def recoded(map_: MapFile, chunk: Chunk, seen: Mapped | None = None) -> Chunk:
    """Return a chunk whose event names are touchpoint ids, cut into the journeys of the map.

    Unmapped events keep their name. The column ``phase`` holds the id of the phase. A question asked of it speaks
    of touchpoints.

    Args:
        map_: Whose touchpoints.
        chunk: Of whole customers.
        seen: The same events as the map sees them, if that is known already.
    """
    seen = mapped(map_, chunk) if seen is None else seen
    ids = [touchpoint.id for _, touchpoint in map_.touchpoints()]
    names = (*ids, *chunk.names)
    width = np.uint16 if len(names) <= 1 << 16 else np.uint32
    name: Codes = np.where(seen.touchpoint >= 0, seen.touchpoint, chunk.name.astype(np.int64) + len(ids)).astype(width)
    phase = Column(seen.phase.astype(np.int32), tuple(phase.id for phase in map_.phases))
    return replace(seen.chunk, name=name, names=names, columns={**chunk.columns, "phase": phase})


def touchpoint_places(map_: MapFile, chunk: Chunk) -> Places:
    """Return the touchpoint of each event: of several the one with more comparisons, then the earlier in the file."""
    rules = [(at, touchpoint.observe) for at, (_, touchpoint) in enumerate(map_.touchpoints()) if touchpoint.observe]
    found = _by_name([(at, rule) for at, rule in rules if isinstance(rule, EventRule) and rule.where is None], chunk)
    for at, rule in rules:
        if isinstance(rule, FeedbackRule) and rule.where is None:
            found[observed(rule, chunk) & ((found == NOWHERE) | (found > at))] = at
    narrower = [(at, rule) for at, rule in rules if rule.where is not None]
    for at, rule in sorted(narrower, key=lambda rule: (comparisons(rule[1].where), -rule[0])):
        found[observed(rule, chunk)] = at
    return found


def observed(rule: Rule, chunk: Chunk) -> Mask:
    """Return which events a rule observes."""
    if isinstance(rule, FeedbackRule):
        holds = answers(rule.feedback, chunk)
    else:
        holds = chunk.name == int(chunk.codes([rule.event])[0])
    if rule.where is not None and holds.any():
        holds &= where(rule.where, chunk)
    return holds


def answers(kind: str, chunk: Chunk) -> Mask:
    """Return which events are answers of a kind: a score on that scale, or a text."""
    if kind == "text":
        return _is_known(chunk, "text")
    scale = chunk.columns.get("scale")
    if not isinstance(scale, Column) or kind not in scale.values:
        return np.zeros(len(chunk.time), dtype=np.bool_)
    holds: Mask = (scale.code == scale.values.index(kind)) & _is_known(chunk, "score")
    return holds


def cut(chunk: Chunk, silence: int) -> Chunk:
    """Return the chunk with journeys that end where a customer is silent for longer than ``silence`` microseconds."""
    offsets = customer_offsets(chunk)
    n = len(chunk.time)
    starts = np.zeros(n + 1, dtype=np.bool_)
    starts[1:n] = np.diff(chunk.time) > silence
    starts[offsets[:-1]] = True
    begins = np.flatnonzero(starts[:n])
    owner = np.searchsorted(offsets, begins, side="right") - 1
    return replace(chunk, offsets=np.append(begins, n), owner=owner.astype(np.int64), shelf=None)


def _by_name(rules: list[tuple[int, EventRule]], chunk: Chunk) -> Places:
    table = np.full(len(chunk.names) + 1, NOWHERE, dtype=np.int16)
    for at, rule in reversed(rules):
        table[int(chunk.codes([rule.event])[0])] = at
    table[-1] = NOWHERE
    return table.take(chunk.name)


def _is_known(chunk: Chunk, name: str) -> Mask:
    column = chunk.columns.get(name)
    if column is None:
        return np.zeros(len(chunk.time), dtype=np.bool_)
    known: Mask = column.code >= 0 if isinstance(column, Column) else ~np.isnan(column)
    return known


def _columns_of(rule: Rule) -> frozenset[str]:
    own: frozenset[str] = columns(rule.where) if rule.where is not None else frozenset()
    if isinstance(rule, FeedbackRule):
        own |= {"text"} if rule.feedback == "text" else {"score", "scale"}
    return own
