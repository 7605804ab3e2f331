"""A period and a group of customers, seen on the facts of a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from farled.journeys.measure_kernels import NEVER
from farled.maps.measuring.facts import SCOPE, Facts, Ints
from farled.maps.recode import Mask


@dataclass(frozen=True, eq=False)
class View:
    """Whose numbers are asked for.

    Attributes:
        facts: All journeys.
        start: Of the period, microseconds.
        end: Of the period, out.
        groups: Groups of which a journey must belong to every one; the map's scope is always one.
        but: Groups to none of which it may belong.
    """

    facts: Facts
    start: int
    end: int
    groups: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    @cached_property
    def allowed(self) -> Mask:
        """Which journeys belong to scope and groups, whenever they began."""
        allowed = np.ones(len(self.facts.entry), dtype=np.bool_)
        for name in (SCOPE, *self.groups):
            if name in self.facts.groups:
                allowed &= self.facts.groups[name]
        for name in self.but:
            allowed &= ~self.facts.groups[name]
        return allowed

    @cached_property
    def journeys(self) -> Mask:
        """Which journeys are on the map: allowed, and entered in the period."""
        entry = self.facts.entry
        entered: Mask = (entry >= self.start) & (entry < self.end) & (entry != NEVER)
        return self.allowed & entered

    @cached_property
    def n(self) -> int:
        """How many journeys are on the map."""
        return int(self.journeys.sum())

    @cached_property
    def rows(self) -> Mask:
        """Which meetings belong to journeys on the map."""
        rows: Mask = self.journeys[self.facts.meetings.journey]
        return rows

    def previous(self) -> "View":
        """Return the period of the same length directly before."""
        return self.shifted(1)

    def shifted(self, times: int) -> "View":
        """Return the period of the same length that lies ``times`` of its lengths earlier."""
        length = (self.end - self.start) * times
        return View(self.facts, self.start - length, self.end - length, self.groups, self.but)

    def of(self, groups: Sequence[str] = (), but: Sequence[str] = ()) -> "View":
        """Return the same period for those who also belong to some groups, and to none of others."""
        return View(self.facts, self.start, self.end, (*self.groups, *groups), (*self.but, *but))

    def holds(self, time: Ints, journey: Ints) -> Mask:
        """Return which events lie in the period and in a journey of scope and groups."""
        holds: npt.NDArray[np.bool_] = (time >= self.start) & (time < self.end)
        holds &= self.allowed[journey]
        return holds
