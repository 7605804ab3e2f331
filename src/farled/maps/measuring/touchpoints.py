"""The numbers of each touchpoint, the transitions between them, and what the map does not show."""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Column
from farled.journeys.measure_kernels import NEVER, journeys_with, transition_counts
from farled.journeys.threads import over_threads
from farled.maps.measuring.facts import Facts, Ints
from farled.maps.measuring.numbers import Number, count, hidden, number, within_number
from farled.maps.measuring.phases import Seen, horizon
from farled.maps.measuring.view import View
from farled.maps.recode import Mapped, Mask
from farled.spans import moment
from farled.stats.horizon import Within, share_within
from farled.stats.intervals import Rate

MOST_UNMAPPED = 50


def touchpoint_numbers(view: View, shown: Seen) -> dict[str, dict[str, Any]]:
    """Return the numbers of each touchpoint but its feeling, by id."""
    ids = [touchpoint.id for _, touchpoint in view.facts.map.touchpoints()]
    numbers = over_threads(lambda at: _numbers(view, at, int(shown.last[at])), range(len(ids)))
    return dict(zip(ids, numbers, strict=True))


def _numbers(view: View, at: int, last: int) -> dict[str, Any]:
    smallest = view.facts.map.map.privacy.min_customers
    met = len(view.met[at])
    is_hidden = 0 < met < smallest
    return {
        "customers": count(met, smallest),
        "share": number(Rate(met, view.n), smallest, met if is_hidden else None),
        "events": hidden(smallest) if is_hidden else int(view.facts.meetings.events[view.met[at]].sum()),
        "onward": within_number(onward(view, at), smallest),
        "answer_time": None,
        "last_seen": None if last == NEVER else moment(last).isoformat().replace("+00:00", "Z"),
    }


def onward(view: View, at: int, within: int | None = None, only: Mask | None = None) -> Within:
    """Return F(within) from first meeting a touchpoint to first meeting another of the same or a later phase.

    Args:
        view: Whose.
        at: Position of the touchpoint; -1: of all of them.
        within: Microseconds; default: the map's horizon.
        only: Which meetings count.
    """
    facts = view.facts
    rows = np.flatnonzero(view.rows) if at < 0 else view.met[at]
    rows = rows if only is None else rows[only[rows]]
    time = facts.meetings.time[rows]
    return share_within(facts.meetings.onward[rows], facts.end - time, horizon(facts, within))


def transitions(view: View) -> dict[str, Any]:
    """Return transitions, starts and ends; for each touchpoint in + starts = out + ends counts every occurrence.

    What speaks of too few is hidden, and with it the next smallest where it could be found by subtraction.
    """
    facts = view.facts
    ids = [touchpoint.id for _, touchpoint in facts.map.touchpoints()]
    phases = [at for at, phase in enumerate(facts.map.phases) for _ in phase.touchpoints]
    counted = facts.each(partial(_transitions_of_part, view))
    journeys, occurrences, starts, ends = (sum(parts) for parts in zip(*counted, strict=True))
    smallest = facts.map.map.privacy.min_customers
    small = _cells(
        (journeys > 0) & (journeys < smallest), *((ends_of > 0) & (ends_of < smallest) for ends_of in (starts, ends))
    )
    covered = _covered(_cells(occurrences, starts, ends), small)
    n = len(ids)
    pairs = [(int(a), int(b)) for a, b in np.argwhere(occurrences > 0)]
    pairs.sort(key=lambda pair: (-int(journeys[pair]), pair))
    found = [
        {
            "from": ids[a],
            "to": ids[b],
            "journeys": count(int(journeys[a, b]), smallest),
            "occurrences": _shown(occurrences[a, b], small[a, b], covered[a, b], smallest),
            "backward": phases[b] < phases[a],
        }
        for a, b in pairs
    ]
    return {
        "transitions": found,
        "starts": {ids[t]: _shown(starts[t], small[n, t], covered[n, t], smallest) for t in range(n) if starts[t]},
        "ends": {ids[t]: _shown(ends[t], small[t, n], covered[t, n], smallest) for t in range(n) if ends[t]},
    }


def unmapped(view: View) -> list[dict[str, Any]]:
    """Return the events on no touchpoint, by name and channel, the most frequent first; too rare ones are left out."""
    facts = view.facts
    channels = _channels(facts)
    counted = facts.each(partial(_unmapped_of_part, view, len(channels)))
    total: Ints = np.asarray(sum(counted))
    names = facts.parts[0].chunk.names
    smallest = facts.map.map.privacy.min_customers
    order = sorted(np.flatnonzero(total >= smallest), key=lambda kind: (-int(total[kind]), int(kind)))
    found = []
    for kind in order[:MOST_UNMAPPED]:
        name, channel = divmod(int(kind), len(channels))
        share = round(int(total[kind]) / view.n, 6) if view.n else None
        found.append({"event": names[name], "channel": channels[channel], "journeys": int(total[kind]), "share": share})
    return found


def _shown(found: np.int64, is_small: np.bool_, is_covered: np.bool_, smallest: int) -> int | Number:
    if is_small:
        return hidden(smallest)
    return {"value": None, "reason": "hidden"} if is_covered else int(found)


def _transitions_of_part(view: View, number_: int, part: Mapped) -> tuple[Ints, Ints, Ints, Ints]:
    chosen = view.facts.of_part(view.journeys, number_)
    total = sum(1 for _ in view.facts.map.touchpoints())
    return transition_counts(part.chunk.offsets, part.touchpoint, chosen, total)


def _cells(pairs: Ints, starts: Ints, ends: Ints) -> Ints:
    """Return one table; its last row are the starts, its last column the ends."""
    n = len(starts)
    cells = np.zeros((n + 1, n + 1), dtype=np.int64)
    cells[:n, :n], cells[n, :n], cells[:n, n] = pairs, starts, ends
    return cells


def _covered(cells: Ints, small: Ints) -> npt.NDArray[np.bool_]:
    """Return which cells are hidden: the small ones, and others so that none can be found by subtraction.

    Two kinds of sum are known: starts and ends add up to the journeys on the map, and at each touchpoint in + starts =
    out + ends. The numbers of journeys of transitions stand in no sum, so only occurrences are hidden to cover others.
    """
    covered = small.astype(np.bool_)
    n = len(cells) - 1
    before = -1
    while before != (before := int(covered.sum())):
        for line, values in ((covered[n, :n], cells[n, :n]), (covered[:n, n], cells[:n, n])):
            _cover_one_more(line, values)
        for place in range(n):
            _cover_at(place, covered, cells)
    return covered


def _cover_at(place: int, covered: npt.NDArray[np.bool_], cells: Ints) -> None:
    """Hide one more number at a touchpoint where one is hidden: a transition if there is one, else a start or end."""
    n = len(cells) - 1
    ways = [(other, place) for other in range(n)] + [(place, other) for other in range(n)]
    edges = [(n, place), (place, n)]
    if sum(bool(covered[cell]) for cell in (*ways, *edges)) != 1:
        return
    for cellsets in (ways, edges):
        free = [(int(cells[cell]), cell) for cell in cellsets if cells[cell] > 0 and not covered[cell]]
        if free:
            covered[min(free)[1]] = True
            return


def _cover_one_more(line: npt.NDArray[np.bool_], values: Ints) -> None:
    """Hide the smallest shown cell of a line of which one is hidden."""
    free = np.flatnonzero(~line & (values > 0))
    if line.sum() == 1 and len(free):
        line[free[np.argmin(values[free])]] = True


def _channels(facts: Facts) -> tuple[str | None, ...]:
    column = facts.parts[0].chunk.columns.get("channel")
    return (*(str(value) for value in column.values), None) if isinstance(column, Column) else (None,)


def _unmapped_of_part(view: View, channels: int, number_: int, part: Mapped) -> Ints:
    chunk = part.chunk
    column = chunk.columns.get("channel")
    kind = np.multiply(chunk.name, channels, dtype=np.int64)
    if isinstance(column, Column) and column.values:
        kind += np.append(np.arange(channels - 1), channels - 1).take(column.code)
    chosen = view.facts.of_part(view.journeys, number_)
    return journeys_with(chunk.offsets, part.touchpoint, kind, chosen, len(chunk.names) * channels)
