"""The numbers of each phase: how many reach it, enter it, go on, how long they stay, and how well it is seen."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from farled.journeys.measure_kernels import NEVER, touchpoint_events
from farled.journeys.threads import over_threads
from farled.journeys.truth import customer_offsets
from farled.maps.measuring.facts import Facts, Ints
from farled.maps.measuring.numbers import Number, count, hidden, number, seconds, short, unknown, within_number
from farled.maps.measuring.view import View, once
from farled.maps.recode import Mapped
from farled.spans import microseconds
from farled.stats.horizon import Within, share_within
from farled.stats.survival import kaplan_meier


class Seen(NamedTuple):
    """What the events of a period show of a map.

    Attributes:
        touchpoint_events: At each touchpoint.
        last: Time of the last event at each touchpoint before the period's end, ``NEVER`` if none.
        phase_events: In each phase.
        linked: Of these, how many of customers with an event in another phase.
    """

    touchpoint_events: Ints
    last: Ints
    phase_events: Ints
    linked: Ints


@once
def seen(view: View) -> Seen:
    """Return what the events of a view show."""
    events, linked, last = map(np.array, zip(*view.facts.each(partial(_seen_of_part, view)), strict=True))
    phase_of = view.facts.parts[0].phase_of[:-1]
    in_phases = [phase_of == at for at in range(len(view.facts.map.phases))]
    in_phase, linked_in = (np.array([found[:, at].sum() for at in in_phases]) for found in (events, linked))
    return Seen(events.sum(axis=0), last.max(axis=0), in_phase, linked_in)


def phase_numbers(view: View, shown: Seen) -> dict[str, dict[str, Any]]:
    """Return the numbers of each phase but its feeling, by id."""
    phases = view.facts.map.phases
    is_open = view.places[view.facts.is_open[view.places]]
    now = np.bincount(view.facts.last_phase[is_open], minlength=len(phases))
    numbers = over_threads(lambda at: _numbers(view, shown, at, int(now[at])), range(len(phases)))
    return {phase.id: found for phase, found in zip(phases, numbers, strict=True)}


def _numbers(view: View, shown: Seen, at: int, here: int) -> dict[str, Any]:
    smallest = view.facts.map.map.privacy.min_customers
    reached, entered = _reached(view, at), _entered(view, at)
    skipped = reached - entered
    told = {"reached": count(reached, smallest), "entered": count(entered, smallest)}
    told["skipped"] = count(skipped, smallest)
    if 0 < min(entered, skipped) < smallest:
        told["entered"] = told["skipped"] = hidden(smallest)
    unobserved = not is_observed(view.facts, at) or not _is_observed_later(view.facts, at)
    return {
        **told,
        "now_here": count(here, smallest),
        "completion": unknown("unobserved", reached) if unobserved else completion_number(view, at),
        "previous": None if unobserved else completion_number(view.previous(), at),
        "dwell": unknown("unobserved", entered) if unobserved else dwell_number(view, at),
        "coverage": coverage(view, shown, at),
    }


def is_observed(facts: Facts, at: int) -> bool:
    """Return whether a phase has a touchpoint with a rule."""
    return any(touchpoint.observe is not None for touchpoint in facts.map.phases[at].touchpoints)


def _is_observed_later(facts: Facts, at: int) -> bool:
    """Return whether a journey could be seen in a later phase; true of the last phase, which has none."""
    later = range(at + 1, len(facts.map.phases))
    return not later or any(is_observed(facts, place) for place in later)


def completion_number(view: View, at: int, within: int | None = None) -> Number | None:
    """Return the completion of a phase; ``None`` for the last one, which has no next."""
    if at + 1 >= len(view.facts.map.phases):
        return None
    return within_number(completion(view, at, within), view.facts.map.map.privacy.min_customers)


@once
def completion(view: View, at: int, within: int | None = None) -> Within:
    """Return F(within) of the time from first reaching a phase to first reaching the next."""
    facts = view.facts
    began = np.flatnonzero(view.reach[at] != NEVER)
    reach, following = view.reach[at], view.reach[at + 1]
    reach, following = reach[began], following[began]
    waited = np.where(following != NEVER, following - reach, -1)
    return share_within(waited, facts.end - reach, horizon(facts, within))


def horizon(facts: Facts, within: int | None = None) -> int:
    """Return the horizon of a share, by default the map's."""
    return microseconds(facts.map.map.journey.within) if within is None else within


def dwell_number(view: View, at: int) -> Number | None:
    """Return the median time from first entering a phase to first entering a later one."""
    facts = view.facts
    if at + 1 >= len(facts.map.phases):
        return None
    enter, leave = view.enter[at], facts.leave[at, view.places]
    went, stays = leave != NEVER, (enter != NEVER) & (leave == NEVER)
    median = kaplan_meier(leave[went] - enter[went], facts.end - enter[stays]).quantile(0.5)
    return number(seconds(median), facts.map.map.privacy.min_customers, unit="seconds")


def coverage(view: View, shown: Seen, at: int) -> dict[str, float | None]:
    """Return the smallest of the three shares by which a phase is seen, and the shares."""
    facts = view.facts
    places = [place for place, (phase, _) in enumerate(facts.map.touchpoints()) if phase is facts.map.phases[at]]
    with_events = sum(1 for place in places if shown.touchpoint_events[place] > 0)
    if not is_observed(facts, at):
        return {"value": 0.0, "observed": 0.0, "linked": None, "seen": None}
    events, reached = int(shown.phase_events[at]), _reached(view, at)
    parts: dict[str, float | None] = {"observed": with_events / len(places)}
    parts["linked"] = int(shown.linked[at]) / events if events else None
    parts["seen"] = seen_share(view, at) if at + 1 < len(facts.map.phases) and reached else None
    smallest = min(part for part in parts.values() if part is not None)
    return {"value": short(smallest), **{name: short(part) for name, part in parts.items()}}


def seen_share(view: View, at: int) -> float | None:
    """Return entered ÷ reached of a phase; ``None`` where nobody reached it."""
    reached = _reached(view, at)
    return _entered(view, at) / reached if reached else None


@once
def _reached(view: View, at: int) -> int:
    return int(np.count_nonzero(view.reach[at] != NEVER))


@once
def _entered(view: View, at: int) -> int:
    return int(np.count_nonzero(view.enter[at] != NEVER))


def _seen_of_part(view: View, number_: int, part: Mapped) -> tuple[Ints, Ints, Ints]:
    chunk, during = part.chunk, (view.start, view.end)
    allowed = view.facts.of_part(view.mask, number_)
    customers = customer_offsets(chunk)
    found: tuple[Ints, Ints, Ints] = touchpoint_events(
        customers, chunk.offsets, chunk.time, part.touchpoint, part.phase_of, allowed, during
    )
    return found
