"""Kernels that read histories: the attempts and touches in them, as arrays."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

WON = 1
EVEN, ENDS, DECAY = 0, 1, 2
EXACT = np.uint64(1 << 63)
LONGER = np.uint64(8)
"""Above the key of any attempt without touches, the highest bit left out; ``bits`` further up with each touch."""


@njit(nogil=True, cache=True)
def history_attempts(
    short: Keys, bits: int, offsets: Ints, words: Words, flags: Ints, seen: Mask
) -> tuple[Ints, Ints, Small, Ints, Bytes, Keys]:
    """Return the attempts in histories: of short ones, then of long ones.

    Args:
        short: Keys of short histories, rising, as `farled.journeys.short_kernels` makes them.
        bits: Of a touchpoint in a key.
        offsets: Of the words of each long history.
        words: Of long histories.
        flags: (ages, values, before), 1 where they stand in the words.
        seen: Of each touchpoint; set to true for those in any attempt. Writable.

    Returns:
        Attempts of each history, as offsets; touches of each attempt, as offsets; touches; the ages of those in
        attempts that reach the goal, one attempt after the other (empty without); of each attempt how it ended, the
        level of events before its first touch, and the goals before it, at most 3, shape (attempts, 3); bits of its
        value.
    """
    of_history = _attempts_before(short, offsets, words, flags)
    attempts, most = of_history[-1], len(words) + _short_touches(short, bits)
    of_attempt, touch = np.zeros(attempts + 1, dtype=np.int64), np.empty(most, dtype=np.int32)
    age = np.empty(most if flags[0] else 0, dtype=np.int64)
    facts, value = np.zeros((attempts, 3), dtype=np.uint8), np.zeros(attempts if flags[1] else 0, dtype=np.uint64)
    aged = 0
    attempt, place = _put_short(short, bits, of_attempt, touch, facts, seen)
    for history in range(len(offsets) - 1):
        at, goals = offsets[history], 0
        while at < offsets[history + 1]:
            many, outcome = words[at] // 4, words[at] % 4
            facts[attempt, 0], facts[attempt, 2] = outcome, min(goals, 3)
            at += 1
            if flags[2]:
                facts[attempt, 1] = words[at]
                at += 1
            if flags[1] and outcome == WON:
                value[attempt] = np.uint64(words[at]) | np.uint64(words[at + 1]) << np.uint64(32)
                at += 2
            for step in range(many):
                touch[place + step] = words[at + step]
                seen[words[at + step]] = True
            at += many
            if flags[0] and outcome == WON:
                for _ in range(many):
                    age[aged] = np.int64(np.uint64(words[at]) | np.uint64(words[at + 1]) << np.uint64(32))
                    aged, at = aged + 1, at + 2
            goals += outcome == WON
            place += many
            attempt += 1
            of_attempt[attempt] = place
    return of_history, of_attempt, touch[:place], age[:aged], facts, value


@njit(nogil=True, cache=True)
def _put_short(short: Keys, bits: int, of_attempt: Ints, touch: Small, facts: Bytes, seen: Mask) -> tuple[int, int]:
    """Write the attempts of short histories, and return how many attempts and touches these are."""
    attempt, place, many, longer = 0, 0, 0, LONGER
    for key in short:
        if not key & EXACT:
            continue
        rest = key & ~EXACT
        while rest >= longer:
            longer, many = longer << np.uint64(bits), many + 1
        for step in range(place + many - 1, place - 1, -1):
            touch[step] = np.int32(rest & np.uint64((1 << bits) - 1))
            seen[touch[step]] = True
            rest >>= np.uint64(bits)
        facts[attempt, 0] = np.uint8(rest & np.uint64(3))
        place += many
        attempt += 1
        of_attempt[attempt] = place
    return attempt, place


@njit(nogil=True, cache=True)
def _attempts_before(short: Keys, offsets: Ints, words: Words, flags: Ints) -> Ints:
    """Return how many attempts there are before each history, and in all."""
    made = np.zeros(len(short) + len(offsets), dtype=np.int64)
    for row in range(len(short)):
        made[row + 1] = made[row] + (1 if short[row] & EXACT else 0)
    for history in range(len(offsets) - 1):
        at, attempts = offsets[history], 0
        while at < offsets[history + 1]:
            won = words[at] % 4 == WON
            at += 1 + flags[2] + (2 * flags[1] if won else 0) + words[at] // 4 * (1 + (2 * flags[0] if won else 0))
            attempts += 1
        row = len(short) + history
        made[row + 1] = made[row] + attempts
    return made


@njit(nogil=True, cache=True)
def _short_touches(short: Keys, bits: int) -> int:
    """Return how many touches the keys of short histories hold; the keys rise, and so does what each holds."""
    touches, many, longer = 0, 0, LONGER
    for key in short:
        if key & EXACT:
            while (key & ~EXACT) >= longer:
                longer, many = longer << np.uint64(bits), many + 1
            touches += many
    return touches


@njit(nogil=True, cache=True)
def chosen_touches(offsets: Ints, touch: Small, chosen: Mask, once: int) -> tuple[Ints, Small]:
    """Return the touches of some attempts.

    Args:
        offsets: Touches of each attempt.
        touch: Touchpoints.
        chosen: Which attempts. Shape (attempts,).
        once: 0, or the number of touchpoints: then each counts once in an attempt.

    Returns:
        Offsets, shape (attempts + 1,), nothing for those not chosen; touchpoints.
    """
    starts, most = np.zeros(len(offsets), dtype=np.int64), 0
    for attempt in range(len(chosen)):
        most += offsets[attempt + 1] - offsets[attempt] if chosen[attempt] else 0
    made, last, at = np.empty(most + 1, dtype=np.int32), np.full(once, -1, dtype=np.int64), 0
    for attempt in range(len(chosen)):
        if chosen[attempt]:
            for place in range(offsets[attempt], offsets[attempt + 1]):
                made[at] = touch[place]
                is_new = True
                if once:
                    is_new = last[touch[place]] != attempt
                    last[touch[place]] = attempt
                at += is_new
        starts[attempt + 1] = at
    return starts, made[:at]


@njit(nogil=True, cache=True)
def touch_parts(offsets: Ints, age: Ints, rule: int, half_life: float) -> Floats:
    """Return the part of its attempt that each touch gets; the parts of an attempt sum to 1.

    Args:
        offsets: Touches of each attempt.
        age: Of each touch, microseconds; only for ``DECAY``.
        rule: ``EVEN``, ``ENDS`` (40 % each for the first and the last, the rest for those between) or ``DECAY``.
        half_life: In which a touch loses half of its weight, microseconds.
    """
    part = np.empty(offsets[-1])
    for attempt in range(len(offsets) - 1):
        begin, end = offsets[attempt], offsets[attempt + 1]
        touches, total = end - begin, 0.0
        for place in range(begin, end):
            part[place] = 1.0 / touches
            if rule == ENDS and touches > 2:
                part[place] = 0.4 if place in (begin, end - 1) else 0.2 / (touches - 2)
            elif rule == DECAY:
                part[place] = 2.0 ** (-(age[place] - age[end - 1]) / half_life)
                total += part[place]
        for place in range(begin, end if rule == DECAY else begin):
            part[place] /= total
    return part
