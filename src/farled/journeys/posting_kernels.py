"""Kernels on postings: how far journeys get along lists of events, and how long it takes from one list to another.

They never look at an event that is in no list, and ask nothing of an entry that the processor would have to guess: how
many entries of another list stand before it is told by a word of bits and a count, not by a search.

Entries are as of ``Postings``. Of two moments at one place each may come first; a step that must come at a later time
looks at the entries before the place.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]
Ranks = npt.NDArray[np.uint32]
Depths = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Steps = npt.NDArray[np.uint8]
Entries = tuple[Places, Places, Ints]
"""Place, journey and time of the entries of lists."""
Notes = npt.NDArray[np.int32]

FOREVER = np.iinfo(np.int64).max
NOT_YET = -1
FEW, EVENTS, JOURNEYS = 32, 8_192, 4_096
"""Codes that are compared one by one; events and journeys of a block: notes of them stay near the processor."""
JOURNEY, SOURCE, AT, LAST = 0, 1, 2, 3
DONE, STEPS = np.uint8(128), np.uint8(127)
ONE, TWO, FOUR, SIX, LOW, TOP = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(6), np.uint64(63), np.uint64(56)
PAIRS, QUADS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
BYTES, ONES = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@njit(nogil=True, cache=True)
def entries(
    offsets: Ints, time: Ints, code: Codes, list_of: Steps, lists: int, of_moments: bool
) -> tuple[Ints, Places, Places, Ints]:
    """Return the entries of lists, one list after the other: ``begins``, ``place``, ``journey``, ``time``.

    Args:
        offsets: Of the journeys, shape (n_journeys + 1,).
        time: Shape (n_events,). Microseconds, never falling within a journey.
        code: Shape (n_events,).
        list_of: Of each code the list in which its events are, from 1; 0: none. Shape (n_codes,).
        lists: How many there are.
        of_moments: Whether entries are moments.
    """
    begins = _room_of(code, list_of, lists)
    ends = begins[:lists].copy()
    place, journey = np.empty(begins[lists], np.int32), np.empty(begins[lists], np.int32)
    when = np.empty(begins[lists], np.int64)
    for of in range(lists):
        place[begins[of]], journey[begins[of]], when[begins[of]] = -1, -1, 0
    found, whose, begun = np.empty((3, EVENTS + 1), np.int32)
    again, first = 0, 0
    for base in range(0, len(code), EVENTS):
        part = code[base : base + EVENTS]
        begun[:] = 0
        last = first
        while last < len(offsets) - 1 and offsets[last] < base + len(part):
            begun[offsets[last] - base] += 1
            last += 1
        count = _find(part, list_of, begun, first - 1, found, whose)
        first = last
        for at in range(count):
            event = base + np.int64(found[at])
            of, now = list_of[code[event]] - 1, time[event]
            if of_moments and time[event - 1] == now:
                while event > offsets[whose[at]] and time[event - 1] == now:
                    event -= 1
                if place[ends[of]] == event:
                    again += 1
                    continue
            ends[of] += 1
            place[ends[of]], journey[ends[of]], when[ends[of]] = event, whose[at], now
    return _closed(begins, ends, place, journey, when) if again else (begins, place, journey, when)


@njit(nogil=True, cache=True)
def _room_of(code: Codes, list_of: Steps, lists: int) -> Ints:
    """Return where lists begin and the last ends, with room for all events of each and one entry more."""
    begins = np.zeros(lists + 1, np.int64)
    wanted = 0
    for each in range(len(list_of)):
        wanted += list_of[each] != 0
    if wanted > FEW:
        for event in range(len(code)):
            begins[list_of[code[event]]] += 1
        begins[0] = 0
    else:  # to compare all events with a few codes is faster than to look each of them up
        for each in range(len(list_of)):
            if list_of[each]:
                begins[list_of[each]] += _count(code, each)
    for of in range(1, lists + 1):
        begins[of] += begins[of - 1] + 1
    return begins


@njit(nogil=True, cache=True)
def _count(code: Codes, wanted: int) -> int:
    """Return how often a code occurs."""
    total = np.int32(0)
    for event in range(len(code)):
        total += np.int32(code[event] == wanted)
    return int(total)


@njit(nogil=True, cache=True)
def _find(code: Codes, list_of: Steps, begun: Places, before: int, found: Places, whose: Places) -> int:
    """Write the events of a block that are in a list, and the journey of each, without a branch; return how many.

    Args:
        code: Of the block.
        list_of: Of each code.
        begun: How many journeys begin at each event.
        before: The journey before the first that begins in the block.
        found: To write to.
        whose: To write to.
    """
    count, journey = 0, np.int32(before)
    for event in range(len(code)):
        journey += begun[event]
        found[count], whose[count] = event, journey
        count += list_of[code[event]] != 0
    return count


@njit(nogil=True, cache=True)
def _closed(begins: Ints, ends: Ints, place: Places, journey: Places, when: Ints) -> tuple[Ints, Places, Places, Ints]:
    """Return lists without the room that is left after each, which they have where events are of one moment."""
    to = 0
    for of in range(len(ends)):
        first = begins[of]
        begins[of] = to
        for entry in range(first, ends[of] + 1):
            place[to], journey[to], when[to] = place[entry], journey[entry], when[entry]
            to += 1
    begins[len(ends)] = to
    return begins, place[:to], journey[:to], when[:to]


@njit(nogil=True, cache=True)
def mark(place: Places, bits: Words, before: Ranks) -> None:
    """Set the bits of entries, which are all 0, and count the entries before each word."""
    for at in range(len(place)):
        bits[np.uint64(place[at]) >> SIX] |= ONE << (np.uint64(place[at]) & LOW)
    total = np.uint64(0)
    for word in range(len(bits)):
        before[word] = total
        total += _ones(bits[word])


@njit(nogil=True, cache=True)
def _ones(word: np.uint64) -> np.uint64:
    """Return how many bits are set; the compiler knows this form and makes it one instruction."""
    word -= (word >> ONE) & PAIRS
    word = (word & QUADS) + ((word >> TWO) & QUADS)
    word = (word + (word >> FOUR)) & BYTES
    return np.uint64((word * ONES) >> TOP)


@njit(nogil=True, cache=True)
def _rank(bits: Words, before: Ranks, place: np.uint64, edge: np.uint64) -> np.uint64:
    """Return how many entries of a list stand before a place; with ``edge`` 1 up to it and at it."""
    word = place >> SIX
    below = ((ONE << (place & LOW)) << edge) - ONE
    return np.uint64(np.uint64(before[word]) + _ones(bits[word] & below))


@njit(nogil=True, cache=True)
def posted_depth(
    journeys: int, begins: Ints, lists: Ints, entries: Entries, ranks: tuple[Words, Ranks], limits: Ints
) -> tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints, Places], Ints, Depths]:
    """Return how far journeys get along lists, and by which entries.

    Kept per list: the last entry that a chain has come to. It started last, too, so where it cannot go on within the
    window no earlier one can.

    Args:
        journeys: How many there are.
        begins: As of ``Postings``.
        lists: Where the list of each step stands; no two have an event in common. Shape (steps,).
        entries: Of all lists.
        ranks: ``bits`` and ``before`` of ``Postings``.
        limits: (steps, window, later, least): ``later`` is 1 when each step must come at a later time; ``least`` is 1
            or more.

    Returns:
        How many journeys reach each depth and no further; what the best chains took, and how many of each, as of
        ``funnel_chains``. The journeys that reach ``least``, in no order; their depths; the places of their best
        chains, -1 beyond the depth. The journeys whose best chain does all steps, but not at rising times. ``STEPS`` of
        the depth of each journey, known where it is more than 1.
    """
    n, least = limits[0], limits[3]
    journey = entries[1]
    bits, before = ranks
    edges = _edges(journeys, begins, lists, journey)
    room = _most(edges) + 2
    notes, start = np.empty((n, 4, room), np.int32), np.empty((n, room), np.int64)
    depth, by_depth, sizes = np.zeros(journeys, np.uint8), np.zeros(n + 1, np.int64), np.zeros(n, np.int64)
    # Room for the most there can be: pages that are not written to cost nothing.
    spans, chain = np.empty((n, journeys), np.int64), np.empty((journeys, n), np.int32)
    unit, reached, tied = np.empty(journeys, np.int64), np.empty(journeys, np.int64), np.empty(journeys, np.int64)
    counts, ends = np.empty(n, np.int64), np.empty((2, JOURNEYS + 1), np.int64)
    rows, ties = 0, 0
    for block in range(len(edges) - 1):
        for step in range(1, n):
            of = lists[step - 1]
            shift = begins[of] if step == 1 else edges[block, step - 1] - begins[of] - 1
            span = edges[block, step], edges[block + 1, step], np.uint64(shift)
            counts[step] = _extend(entries, (bits[of], before[of]), span, limits, notes, start, step)
            _deepen(notes[step, JOURNEY], counts[step], step + 1, depth)
        many = _ends(notes, counts, depth, ends)
        if least == 1 or n == 1:
            _begin(journey, (edges[block, 0], edges[block + 1, 0]), depth, ends, many)
        kept = many[least - 1] if least <= n else 0
        for end in range(kept):
            unit[rows + end], reached[rows + end] = journey[ends[0, end]], depth[journey[ends[0, end]]] & STEPS
        _walk_back(entries, notes, (many, kept), ends, spans, sizes, chain[rows:])
        rows += kept
        for end in range(many[n - 1]):
            tied[ties] = journey[ends[0, end]]
            ties += _is_flat(spans, sizes, many, end)
        for step in range(n):
            by_depth[step + 1] += many[step] - (many[step + 1] if step + 1 < n else 0)
    begun = _distinct(journey[begins[lists[0]] : begins[lists[0] + 1]])
    by_depth[1] = begun - by_depth[2:].sum()
    by_depth[0] = journeys - begun
    found = unit[:rows].copy(), reached[:rows].copy(), chain[:rows].copy()
    return (by_depth, _joined(spans, sizes), sizes), found, tied[:ties].copy(), depth


@njit(nogil=True, cache=True)
def _edges(journeys: int, begins: Ints, lists: Ints, journey: Places) -> Ints:
    """Return the first entry of each block in the lists, and the one after the last. Shape (n_blocks + 1, steps)."""
    edges = np.empty((-(-journeys // JOURNEYS) + 1, len(lists)), np.int64)
    for step in range(len(lists)):
        low = begins[lists[step]] + 1
        for block in range(len(edges)):
            high = begins[lists[step] + 1]
            while low < high:
                middle = (low + high) >> 1
                if journey[middle] < block * JOURNEYS:
                    low = middle + 1
                else:
                    high = middle
            edges[block, step] = low
    return edges


@njit(nogil=True, cache=True)
def _most(edges: Ints) -> int:
    """Return the most entries that a list has in a block."""
    most = 0
    for block in range(len(edges) - 1):
        for step in range(edges.shape[1]):
            most = max(most, edges[block + 1, step] - edges[block, step])
    return most


@njit(nogil=True, cache=True)
def _distinct(journey: Places) -> int:
    """Return of how many journeys the entries of a list are, the first of which is of none."""
    count = 0
    for entry in range(1, len(journey)):
        count += journey[entry] != journey[entry - 1]
    return count


@njit(nogil=True, cache=True)
def _extend(
    entries: Entries,
    ranks: tuple[Words, Ranks],
    span: tuple[int, int, np.uint64],
    limits: Ints,
    notes: Notes,
    start: Ints,
    step: int,
) -> int:
    """Note the entries of a block to which a chain goes on from the step before; return how many notes there are now.

    A note says of which journey an entry is, from which note the chain comes, and which entry it is; of each entry of
    the block there is the last note up to it. The first note is of no journey. There are no notes of step 1: all its
    entries begin a chain.

    Args:
        entries: Of all lists.
        ranks: Of the list of the step before.
        span: First entry and the one after the last, in the list of this step. Where the list of the step before
            begins, if that is step 1; else how many of its entries stand before the block.
        limits: As of ``posted_depth``.
        notes: To write to.
        start: When the chain of each note begins.
        step: From 0.
    """
    first, last, shift = span
    bits, before = ranks
    places, journeys, times = entries[0][first:last], entries[1][first:last], entries[2][first:last]
    journey, source, at, latest = notes[step, JOURNEY], notes[step, SOURCE], notes[step, AT], notes[step, LAST]
    begins, earlier, since, to = start[step], entries[1], entries[2], notes[step - 1, LAST]
    if step > 1:
        earlier, since = notes[step - 1, JOURNEY], start[step - 1]
    window, edge = np.uint64(limits[1]), np.uint64(1 - limits[2])
    journey[0], latest[0] = -1, 0
    count = ONE
    for entry in range(len(places)):
        rank = _rank(bits, before, np.uint64(places[entry]), edge)
        of = rank + shift if step == 1 else np.uint64(to[rank - shift])
        journey[count], source[count], at[count], begins[count] = journeys[entry], of, first + entry, since[of]
        count += np.uint64((earlier[of] == journeys[entry]) & (np.uint64(times[entry] - since[of]) <= window))
        latest[entry + 1] = count - ONE
    return int(count)


@njit(nogil=True, cache=True)
def _deepen(journey: Places, count: int, depth: int, depths: Depths) -> None:
    """Write the depth of the journeys noted."""
    for note in range(1, count):
        depths[journey[note]] = depth


@njit(nogil=True, cache=True)
def _ends(notes: Notes, counts: Ints, depth: Depths, ends: Ints) -> Ints:
    """Write entry and note of the end of the best chain of each journey of a block that gets further than step 1.

    Of the chains that come furthest it is the one that gets there first. The furthest come first. Returns how many get
    to each step; to step 1 all of them.
    """
    many, reached = 0, np.zeros(len(counts), np.int64)
    for step in range(len(counts) - 1, 0, -1):
        journey, at = notes[step, JOURNEY], notes[step, AT]
        for note in range(1, counts[step]):
            is_end = depth[journey[note]] == step + 1
            ends[0, many], ends[1, many] = at[note], note
            depth[journey[note]] |= DONE * np.uint8(is_end)
            many += is_end
        reached[step] = many
    reached[0] = many
    return reached


@njit(nogil=True, cache=True)
def _begin(journey: Places, span: tuple[int, int], depth: Depths, ends: Ints, reached: Ints) -> None:
    """Write the first entry of each journey of a block that gets to step 1 only; arguments as of ``_ends``."""
    for entry in range(span[0], span[1]):
        if depth[journey[entry]] == 0:
            depth[journey[entry]] = DONE | np.uint8(1)
            ends[0, reached[0]], ends[1, reached[0]] = entry, entry
            reached[0] += 1


@njit(nogil=True, cache=True)
def _walk_back(
    entries: Entries, notes: Notes, many: tuple[Ints, int], ends: Ints, spans: Ints, sizes: Ints, chain: Places
) -> None:
    """Write what chains took, step by step back from their ends, and as a whole of those that do all steps.

    Args:
        entries: Of all lists.
        notes: Of a block.
        many: How many chains get to each step; how many of the first chains are written.
        ends: Entry and note of the end of each chain; are overwritten.
        spans: Are written after ``sizes`` others of their kind.
        sizes: How many there are of each.
        chain: The places of the chains, -1 beyond their ends.
    """
    places, _, times = entries
    n = len(sizes)
    for end in range(many[0][n - 1]):
        spans[0, sizes[0] + end] = times[ends[0, end]]
    for step in range(n - 1, -1, -1):
        for end in range(many[1]):
            chain[end, step] = places[ends[0, end]] if end < many[0][step] else -1
        if step == 0:
            break
        source, at = notes[step, SOURCE], notes[step - 1, AT]
        first = sizes[step]
        for end in range(many[0][step]):
            entry = np.int64(source[ends[1, end]])
            ends[1, end] = entry
            entry = entry if step == 1 else np.int64(at[entry])
            spans[step, first + end] = times[ends[0, end]] - times[entry]
            ends[0, end] = entry
        sizes[step] += many[0][step]
    for end in range(many[0][n - 1]):
        spans[0, sizes[0] + end] -= times[ends[0, end]]
    sizes[0] += many[0][n - 1]


@njit(nogil=True, cache=True)
def _is_flat(spans: Ints, sizes: Ints, many: Ints, end: int) -> bool:
    """Return whether one of the chains just written has two steps at one time."""
    for step in range(1, len(sizes)):
        if spans[step, sizes[step] - many[step] + end] == 0:
            return True
    return False


@njit(nogil=True, cache=True)
def _joined(spans: Ints, sizes: Ints) -> Ints:
    joined = np.empty(sizes.sum(), np.int64)
    at = 0
    for level in range(len(sizes)):
        for each in range(sizes[level]):  # to assign a slice takes three seconds to compile
            joined[at] = spans[level, each]
            at += 1
    return joined


@njit(nogil=True, cache=True)
def open_starts(journey: Places, time: Ints, depth: Depths, steps: int, since: int) -> tuple[Ints, Ints]:
    """Return the journeys that do not all steps and have an entry of step 1 after ``since``; the time of the last one.

    Args:
        journey: Of the list of step 1.
        time: Of the same.
        depth: As ``posted_depth`` gives it.
        steps: How many there are.
        since: Microseconds.
    """
    open_journey, last = np.empty(len(journey), np.int64), np.empty(len(journey), np.int64)
    count = 0
    for entry in range(1, len(journey)):
        if time[entry] <= since:
            continue
        if count and open_journey[count - 1] == journey[entry]:
            count -= 1
        open_journey[count], last[count] = journey[entry], time[entry]
        count += depth[journey[entry]] & STEPS != steps
    return open_journey[:count].copy(), last[:count].copy()


@njit(nogil=True, cache=True)
def events_at(places: Places, code: Codes, step_of: Steps) -> Ints:
    """Return the first event at or after each place that fills the step of its column; -1 stays. Shape (n, steps)."""
    events = np.full(places.shape, -1, np.int64)
    for row in range(len(places)):
        for step in range(places.shape[1]):
            event = places[row, step]
            if event < 0:
                break
            while step_of[code[event]] != step + 1:
                event += 1
            events[row, step] = event
    return events


@njit(nogil=True, cache=True)
def first_waits(starts: Entries, ends: Entries, ranks: tuple[Words, Ranks], limits: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the first wait of each journey that has an entry of the first list: to the next of the second.

    Args:
        starts: Entries that start a wait.
        ends: Entries that end one; no event is of both.
        ranks: Of the ends.
        limits: (within, later): a wait longer than ``within`` is over without an end; ``later`` is 1 when an end must
            come at a later place.

    Returns:
        The place of each start, its time, and how long the wait took, ``NOT_YET`` where it did not end. Each of shape
        (n_waits,), in the order of journeys.
    """
    places, journeys, times = starts
    _, end_journeys, end_times = ends
    bits, before = ranks
    first, waits = np.empty(len(places), np.int32), 0
    for entry in range(1, len(places)):
        first[waits] = entry
        waits += journeys[entry] != journeys[entry - 1]
    begun, since, took = np.empty(waits, np.int64), np.empty(waits, np.int64), np.empty(waits, np.int64)
    within, edge, last = np.uint64(limits[0]), np.uint64(limits[1]), np.uint64(len(end_times) - 1)
    for row in range(waits):
        entry = int(first[row])
        rank = _rank(bits, before, np.uint64(places[entry]), edge)
        end = min(rank + ONE, last)
        wait = end_times[end] - times[entry]
        ended = (rank < last) & (end_journeys[end] == journeys[entry]) & (np.uint64(wait) <= within)
        begun[row], since[row], took[row] = places[entry], times[entry], wait if ended else NOT_YET
    return begun, since, took
