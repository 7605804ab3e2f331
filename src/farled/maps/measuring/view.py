"""A period and a group of customers, seen on the facts of a map."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from farled.journeys.measure_kernels import NEVER
from farled.maps.measuring.facts import SCOPE, Facts, Ints
from farled.maps.recode import Mask

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class View:
    """Whose numbers are asked for.

    Attributes:
        facts: All journeys.
        start: Of the period, microseconds.
        end: Of the period, out.
        allowed: Which journeys belong to scope and groups, whenever they began; ``None``: all.
        counted: What was counted of this view already, by function and arguments.
    """

    facts: Facts
    start: int
    end: int
    allowed: Mask | None = None
    counted: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False)
    _earlier: dict[int, "View"] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of_period(cls, facts: Facts, start: int, end: int, groups: Sequence[str] = ()) -> "View":
        """Return the view of a period for those in the map's scope and in all of some groups."""
        scope = [SCOPE] if SCOPE in facts.groups else []
        return cls(facts, start, end).of([*scope, *groups])

    @cached_property
    def mask(self) -> Mask:
        """As ``allowed``, always of shape (n,)."""
        return np.ones(len(self.facts.entry), dtype=np.bool_) if self.allowed is None else self.allowed

    @cached_property
    def journeys(self) -> Mask:
        """Which journeys are on the map: allowed, and entered in the period."""
        entry = self.facts.entry
        entered: Mask = (entry >= self.start) & (entry < self.end) & (entry != NEVER)
        return entered if self.allowed is None else self.allowed & entered

    @cached_property
    def places(self) -> Ints:
        """The positions of the journeys on the map."""
        return np.flatnonzero(self.journeys)

    @cached_property
    def enter(self) -> Ints:
        """When the journeys on the map first enter each phase. Shape (phases, n)."""
        return self.facts.enter[:, self.places]

    @cached_property
    def reach(self) -> Ints:
        """When the journeys on the map first reach each phase. Shape (phases, n)."""
        return self.facts.reach[:, self.places]

    @property
    def n(self) -> int:
        """How many journeys are on the map."""
        return len(self.places)

    @cached_property
    def rows(self) -> Mask:
        """Which meetings belong to journeys on the map."""
        rows: Mask = self.journeys[self.facts.meetings.journey]
        return rows

    @cached_property
    def met(self) -> list[Ints]:
        """The positions of the meetings of journeys on the map, by touchpoint."""
        rows = np.flatnonzero(self.rows)
        touchpoint = self.facts.meetings.touchpoint[rows]
        edges = np.cumsum(np.bincount(touchpoint, minlength=len(self.facts.parts[0].phase_of) - 1))
        return np.split(rows[np.argsort(touchpoint, kind="stable")], edges[:-1])

    def previous(self) -> "View":
        """Return the period of the same length directly before."""
        return self.shifted(1)

    def shifted(self, times: int) -> "View":
        """Return the period of the same length that lies ``times`` of its lengths earlier."""
        if times == 0:
            return self
        if times not in self._earlier:
            length = (self.end - self.start) * times
            self._earlier[times] = View(self.facts, self.start - length, self.end - length, self.allowed)
        return self._earlier[times]

    def of(self, groups: Sequence[str] = (), but: Sequence[str] = ()) -> "View":
        """Return the same period for those who also belong to all of some groups, and to none of others."""
        masks = [self.facts.groups[name] for name in groups] + [~self.facts.groups[name] for name in but]
        masks += [] if self.allowed is None else [self.allowed]
        return View(self.facts, self.start, self.end, np.logical_and.reduce(masks) if masks else None)

    def holds(self, time: Ints, journey: Ints) -> Mask:
        """Return which events lie in the period and in a journey of scope and groups."""
        holds: Mask = (time >= self.start) & (time < self.end)
        if self.allowed is not None:
            holds &= self.allowed[journey]
        return holds


def once(count: Callable[Concatenate[View, P], T]) -> Callable[Concatenate[View, P], T]:
    """Let a function count a view once for the same further arguments."""

    @wraps(count)
    def counted(view: View, /, *args: P.args, **named: P.kwargs) -> T:
        key = (count, *args, *named.items())
        if key not in view.counted:
            view.counted[key] = count(view, *args, **named)
        found: T = view.counted[key]
        return found

    return counted
