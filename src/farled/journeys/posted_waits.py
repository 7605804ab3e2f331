"""The first wait of each journey from one list of postings to another."""

import numpy as np
import numpy.typing as npt

from farled.journeys import posting_kernels
from farled.journeys.posting_kernels import Codes, events_at
from farled.journeys.postings import Shelf, postings
from farled.journeys.wait_kernels import BOTH, END, INPUT, START, STRICT, all_waits

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def first_waits(
    offsets: Ints, time: Ints, code: Codes, role_of: Bytes, limits: Ints, shelf: Shelf | None = None
) -> tuple[Ints, Ints, Ints]:
    """Return the first wait of each journey that has one.

    Args:
        offsets: As of ``all_waits``, as are all others.
        time: Of the events.
        code: Of the events.
        role_of: Of each code.
        limits: As there.
        shelf: Keeps postings of these events; None: they are not kept.

    Returns:
        As of ``all_waits``; but in place of the event that starts a wait there may be another of that time: see
        ``starts_at``.
    """
    if (role_of == BOTH).any():
        starts, since, took = all_waits(offsets, time, code, role_of, limits)
        journey = np.searchsorted(offsets, starts, side="right")
        kept = np.flatnonzero(np.append(True, journey[1:] != journey[:-1])[: len(journey)])
        return starts[kept], since[kept], took[kept]
    within, ties = limits.tolist()
    wanted = [(tuple(np.flatnonzero(role_of == role).tolist()), ties != INPUT) for role in (START, END)]
    take = postings if shelf is None else shelf.take
    found = take(offsets, time, code, len(role_of), wanted)
    first, second = (found.lists[each] for each in wanted)
    asked = np.array([within, ties in (INPUT, STRICT)], dtype=np.int64)
    ranks = found.bits[second], found.before[second]
    place, since, took = posting_kernels.first_waits(found.entries(first), found.entries(second), ranks, asked)
    return place, since, took


def starts_at(places: Ints, code: Codes, role_of: Bytes) -> Ints:
    """Return the events that start waits, which ``first_waits`` gives by their places."""
    role = np.where(role_of == BOTH, START, role_of).astype(np.uint8)
    role.flags.writeable = False
    return events_at(places.astype(np.int32)[:, None], code, role)[:, 0]
