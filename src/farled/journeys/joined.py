"""Small parts of an index as fewer, larger ones: counting a chunk of few events costs more than its events do."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from farled.journeys.columns import side_by_side
from farled.journeys.index import CHUNK_EVENTS, Identified, Part, Positions
from farled.journeys.threads import cores

SMALL_PART = 200_000
Texts = Callable[[Positions], list[str]]


def joined(parts: Sequence[Part]) -> list[Part]:
    """Join neighbours if parts have fewer than ``SMALL_PART`` events on average.

    Then each is as large as a chunk, so that every processor has one. Their times and names lie in memory: 10 or 12
    bytes for each event.
    """
    total = sum(len(part.time) for part in parts)
    if total >= SMALL_PART * len(parts):
        return list(parts)
    least, most = CHUNK_EVENTS
    wanted = max(1, min(cores(), total // least), -(-total // most))
    begins = _running([len(part.time) for part in parts])
    middles = (begins[:-1] + begins[1:]) // 2
    edges = np.searchsorted(middles, np.linspace(0, total, wanted + 1)[1:-1])
    return [_whole(parts[first:last]) for first, last in pairwise([0, *edges.tolist(), len(parts)]) if first < last]


def _whole(parts: Sequence[Part]) -> Part:
    """Return neighbours as one part."""
    if len(parts) == 1:
        return parts[0]
    customers = _running([len(part.offsets) - 1 for part in parts])
    events = _running([len(part.time) for part in parts])
    first_events = zip(parts, events.tolist(), strict=False)
    event_ids = [part.event_ids for part in parts if part.event_ids is not None]
    spans = [part.span or (int(part.time.min()), int(part.time.max())) for part in parts if len(part.time)]
    return Part(
        np.concatenate([np.zeros(1, np.int64), *(part.offsets[1:] + first for part, first in first_events)]),
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.name for part in parts]),
        load=lambda name: side_by_side([part.load(name) for part in parts], [slice(None)] * len(parts)),
        ids=scattered([part.ids for part in parts], customers),
        event_ids=scattered(event_ids, events) if len(event_ids) == len(parts) else None,
        identified=lambda: identified_of(parts, customers.tolist()),
        span=(min(first for first, _ in spans), max(last for _, last in spans)) if spans else None,
    )


def scattered(takers: Sequence[Texts], begins: Positions) -> Texts:
    """Return what gives texts by position in the whole, where each part gives its own.

    Args:
        takers: Of each part.
        begins: Where each part begins, and where the last ends.
    """

    def take(positions: Positions) -> list[str]:
        found = [""] * len(positions)
        of = np.searchsorted(begins, positions, side="right") - 1
        for number in np.unique(of).tolist():
            at = np.flatnonzero(of == number)
            for place, text in zip(at.tolist(), takers[number](positions[at] - begins[number]), strict=True):
                found[place] = text
        return found

    return take


def identified_of(parts: Sequence[Part], begins: Sequence[int]) -> Identified:
    """Return what is said of the customers of all parts; the first customer of each stands at ``begins``."""
    said = [(part.identified(), first) for part, first in zip(parts, begins, strict=False) if part.identified]
    nothing = np.empty(0, np.int64)
    customer = np.concatenate([nothing, *(found.customer + first for found, first in said)])
    time = np.concatenate([nothing, *(found.time for found, _ in said)])
    return Identified(customer, time, [text for found, _ in said for text in found.properties])


def _running(lengths: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *lengths], dtype=np.int64)
