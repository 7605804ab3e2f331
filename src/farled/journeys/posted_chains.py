"""How far journeys get along the postings of a funnel's steps, where no event fits two of them."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from farled.journeys.chain_vectors import ANY, INPUT, STRICT, Chains
from farled.journeys.funnel_kernels import done_later
from farled.journeys.posting_kernels import Codes, events_at, open_starts, posted_depth
from farled.journeys.postings import Listed, Shelf, postings

Ints = npt.NDArray[np.int64]
Steps = npt.NDArray[np.uint8]


def funnel_chains(
    offsets: Ints, time: Ints, code: Codes, step_of: Steps, limits: Ints, shelf: Shelf | None = None
) -> Chains:
    """Return how far journeys get, and by which events: as ``chain_vectors.funnel_chains``.

    Args:
        offsets: As there, as are all others.
        time: Of the events.
        code: Of the events.
        step_of: Of each code.
        limits: As there.
        shelf: Keeps postings of these events; None: they are not kept.
    """
    n, window, ties, least, since = (int(limit) for limit in limits)
    wanted = _lists(step_of.tobytes(), n, ties != INPUT)
    take = postings if shelf is None else shelf.take
    found = take(offsets, time, code, len(step_of), wanted)
    lists = np.array([found.lists[each] for each in wanted], dtype=np.int64)
    entries, ranks = (found.place, found.journey, found.time), (found.bits, found.before)
    asked = np.array([n, window, ties == STRICT, least], dtype=np.int64)
    journeys = len(offsets) - 1
    counted, (unit, reached, place), tied, depth = posted_depth(journeys, found.begins, lists, entries, ranks, asked)
    waits = open_starts(*found.entries(lists[0])[1:], depth, n, since)
    later = 0
    if ties == ANY:
        later = int(counted[0][n]) - len(tied)
        later += done_later(offsets, time, code, step_of, asked, tied) if len(tied) else 0
    if not len(unit):
        return *counted, unit, reached, place.astype(np.int64), *waits, later
    order = np.argsort(unit)
    return *counted, unit[order], reached[order], events_at(place[order], code, step_of), *waits, later


@lru_cache(maxsize=64)
def _lists(step_of: bytes, steps: int, of_moments: bool) -> tuple[Listed, ...]:
    """Return the lists of the steps."""
    of = np.frombuffer(step_of, dtype=np.uint8)
    return tuple((tuple(np.flatnonzero(of == step).tolist()), of_moments) for step in range(1, steps + 1))
