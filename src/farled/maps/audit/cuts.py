"""Cuts: the journeys and events of one device, channel, way of payment, of weekends, of new and returning customers."""

from collections.abc import Iterator

import numpy as np

from farled.maps.audit.ground import Coded, Ground, Happenings
from farled.maps.measuring.facts import Ints
from farled.maps.measuring.view import View
from farled.maps.recode import Mask

NEW, RETURNING = "new", "returning"
WEEKDAY, WEEKEND = "weekday", "weekend"


def of_happenings(ground: Ground, found: Happenings, names: tuple[str, ...]) -> Iterator[tuple[dict[str, str], Mask]]:
    """Yield each value of some properties with the events that have it; the rest of those known are the others."""
    for name in names:
        coded = ground.property(name, found)
        if coded is not None:
            yield from _each(name, coded)


def of_days(ground: Ground, found: Happenings) -> Iterator[tuple[dict[str, str], Mask]]:
    """Yield working days and weekends with their events."""
    weekend = ground.is_weekend(found.time)
    yield {"day": WEEKDAY}, ~weekend
    yield {"day": WEEKEND}, weekend


def of_journeys(ground: Ground, view: View, names: tuple[str, ...]) -> Iterator[tuple[str, str, Ints, Ints]]:
    """Yield dimension, value, the journeys of it and the others that are known; by the first mapped event of each.

    The dimensions are properties by name, and ``customer``: new, or returning with an earlier journey.
    """
    entry = entries(ground, view)
    for name in names:
        coded = ground.property(name, entry)
        if coded is None:
            continue
        for cut, mask in _each(name, coded):
            known = coded.code >= 0
            yield name, cut[name], entry.journey[mask], entry.journey[known & ~mask]
    customer = ground.facts.customer
    again = np.zeros(len(customer), dtype=np.bool_)
    again[1:] = customer[1:] == customer[:-1]
    places = view.places
    yield "customer", RETURNING, places[again[places]], places[~again[places]]


def entries(ground: Ground, view: View) -> Happenings:
    """Return the first mapped event of each journey on the map."""
    rows = ground.facts.meetings
    first = np.ones(len(rows.journey), dtype=np.bool_)
    first[1:] = rows.journey[1:] != rows.journey[:-1]
    first &= view.journeys[rows.journey]
    journey = rows.journey[first]
    return Happenings(rows.position[first], ground.facts.customer[journey], journey, rows.time[first])


def _each(name: str, coded: Coded) -> Iterator[tuple[dict[str, str], Mask]]:
    for code in np.unique(coded.code[coded.code >= 0]).tolist():
        yield {name: str(coded.values[code])}, coded.code == code
