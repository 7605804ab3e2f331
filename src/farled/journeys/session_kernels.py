"""The kernel of sessions: one pass over the times cuts, measures and counts."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]

SECOND = 1_000_000
SECONDS = 7_200
SMALL = 1_024
CUSTOMERS, SESSIONS, EVENTS, SINGLES, SS, SE, EE, SZ, ZZ = 0, 1, 2, 3, 4, 5, 6, 7, 8
SL, LL = 9, 13
LIMBS = 4
SUMS = 17
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


@njit(nogil=True, cache=True)
def session_counts(
    offsets: Ints, owner: Ints, time: Ints, gap: int
) -> tuple[Ints, tuple[Ints, Ints, Ints], tuple[Ints, Ints, Ints]]:
    """Count the sessions of journeys.

    Args:
        offsets: Shape (n_journeys + 1,).
        owner: Customer of each journey, never falling; of shape (0,): each journey is of another customer.
        time: Shape (n_events,). Microseconds, never falling within a journey.
        gap: Microseconds; a longer silence begins a new session.

    Returns:
        Sums over customers (s sessions, e events, z sessions of one event, l length): how many customers, s, e, z, s²,
        se, e², sz, z², then sl and l² in limbs of 32 bits; how often each small number is a session's events, a
        customer's sessions, and a session's length in whole seconds; the values that are not so small or not whole.
    """
    sums = np.zeros(SUMS, dtype=np.int64)
    events_of, sessions_of = np.zeros(SMALL, dtype=np.int64), np.zeros(SMALL, dtype=np.int64)
    seconds_of = np.zeros(SECONDS, dtype=np.int64)
    large = len(time) // SMALL + 1  # room that is not used costs nothing, arrays that grow in the loop cost most of it
    more, many, others = np.empty(large, np.int64), np.empty(large, np.int64), np.empty(len(time) // 2 + 1, np.int64)
    n_more, n_many, n_others = 0, 0, 0
    wide, second = np.uint64(gap), np.uint64(SECOND)
    sessions, events, singles, length = 0, 0, 0, 0
    n = len(offsets) - 1
    for journey in range(n):
        event, end = offsets[journey], offsets[journey + 1]
        events += end - event
        while event < end:
            begin = event
            before = np.uint64(time[begin])
            event += 1
            while event < end and np.uint64(time[event]) - before <= wide:
                before = np.uint64(time[event])
                event += 1
            size, took = event - begin, before - np.uint64(time[begin])
            sessions += 1
            singles += size == 1
            length += time[event - 1] - time[begin]
            if size < SMALL:
                events_of[size] += 1
            else:
                more[n_more] = size
                n_more += 1
            whole = took // second
            if whole * second == took and whole < np.uint64(SECONDS):
                seconds_of[whole] += 1
            else:
                others[n_others] = np.int64(took)
                n_others += 1
        if sessions and (len(owner) == 0 or journey == n - 1 or owner[journey + 1] != owner[journey]):
            _add(sums, sessions, events, singles, length)
            if sessions < SMALL:
                sessions_of[sessions] += 1
            else:
                many[n_many] = sessions
                n_many += 1
            sessions, events, singles, length = 0, 0, 0, 0
    return sums, (events_of, sessions_of, seconds_of), (more[:n_more], many[:n_many], others[:n_others])


@njit(nogil=True, cache=True)
def _add(sums: Ints, sessions: int, events: int, singles: int, length: int) -> None:
    """Add a customer to the sums."""
    sums[CUSTOMERS] += 1
    sums[SESSIONS] += sessions
    sums[EVENTS] += events
    sums[SINGLES] += singles
    sums[SS] += sessions * sessions
    sums[SE] += sessions * events
    sums[EE] += events * events
    sums[SZ] += sessions * singles
    sums[ZZ] += singles * singles
    if length:
        _add_product(sums, SL, sessions, length)
        _add_product(sums, LL, length, length)


@njit(nogil=True, cache=True)
def _add_product(sums: Ints, at: int, one: int, other: int) -> None:
    """Add a product of two numbers that are not negative, in limbs that cannot overflow."""
    a, b = np.uint64(one), np.uint64(other)
    a_low, a_high, b_low, b_high = a & LOW, a >> HALF, b & LOW, b >> HALF
    low, high = a_low * b_low, a_high * b_high
    left, right = a_high * b_low, a_low * b_high
    sums[at] += np.int64(low & LOW)
    sums[at + 1] += np.int64(low >> HALF) + np.int64(left & LOW) + np.int64(right & LOW)
    sums[at + 2] += np.int64(left >> HALF) + np.int64(right >> HALF) + np.int64(high & LOW)
    sums[at + 3] += np.int64(high >> HALF)


def total(sums: Ints, at: int) -> int:
    """Return a sum of products from its limbs."""
    return sum(int(limb) << (32 * place) for place, limb in enumerate(sums[at : at + LIMBS].tolist()))
