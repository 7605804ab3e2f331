"""Who acts in the journeys of accounts: how many people, and in which roles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from farled.journeys.accounts import ACTOR, ROLE
from farled.journeys.index import Column
from farled.maps.measuring.facts import Facts, Ints
from farled.maps.measuring.numbers import Number, number
from farled.maps.measuring.view import View
from farled.maps.recode import Mapped, Mask
from farled.maps.touchpoint import Role
from farled.stats.intervals import Rate, quantile_interval

ROLES: tuple[Role, ...] = get_args(Role)
Bits = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Actors:
    """The actors of all journeys of a map of accounts.

    Attributes:
        facts: The journeys.
        people: How many different customers act in each journey. Shape (n,).
        roles: Of each journey, which roles act in it: bit ``i`` for ``ROLES[i]``. Shape (n,).
        met: Of each meeting, in which roles the touchpoint was met. Shape (meetings,).
    """

    facts: Facts
    people: Ints
    roles: Bits
    met: Bits

    def taking(self, roles: Iterable[Role]) -> Mask:
        """Return the journeys in which somebody in one of the roles acts. Shape (n,)."""
        wanted = sum(1 << ROLES.index(role) for role in roles)
        taking: Mask = (self.roles & wanted) != 0
        return taking

    def numbers(self, view: View) -> dict[str, Any]:
        """Return ``actors``, the median number of customers per journey, and ``roles``, the share each acts in."""
        people = self.people[view.places].astype(np.float64)
        mean = round(float(people.mean()), 2) if len(people) else None
        smallest = self.facts.map.map.privacy.min_customers
        return {
            "actors": number(quantile_interval(people), smallest, unit="count", mean=mean),
            "roles": _shares(self.roles[view.places], smallest),
        }

    def roles_at(self, view: View, touchpoint: str) -> dict[str, Number]:
        """Return of those who meet a touchpoint the share in which each role does so."""
        ids = [each.id for _, each in self.facts.map.touchpoints()]
        rows = view.rows & (self.facts.meetings.touchpoint == ids.index(touchpoint))
        return _shares(self.met[rows], self.facts.map.map.privacy.min_customers)


def actors_of(facts: Facts) -> Actors | None:
    """Return who acts; None where the map is not of accounts, or the journeys do not say."""
    if facts.map.map.unit != "account" or not isinstance(facts.parts[0].chunk.columns.get(ACTOR), np.ndarray):
        return None
    counted = facts.each(partial(_of_part, facts))
    people, roles = (np.concatenate(found) for found in zip(*counted, strict=True))
    return Actors(facts, people, roles, _met(facts))


def _shares(bits: Bits, smallest: int) -> dict[str, Number]:
    """Return the share of each role; one that nobody has is left out."""
    counts = {role: int((bits >> at & 1).sum()) for at, role in enumerate(ROLES)}
    return {role: number(Rate(n, len(bits)), smallest, n if n < smallest else None) for role, n in counts.items() if n}


def _of_part(facts: Facts, number_: int, part: Mapped) -> tuple[Ints, Bits]:
    actor = np.asarray(part.chunk.columns[ACTOR]).astype(np.int64)
    journey = facts.journey_of[number_] - facts.first_journey[number_]
    order = np.lexsort((actor, journey))
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(journey[order]) != 0) | (np.diff(actor[order]) != 0)
    people = np.bincount(journey[order][new], minlength=part.chunk.n)
    roles = np.zeros(part.chunk.n, dtype=np.int64)
    np.bitwise_or.at(roles, journey, _bits(part))
    return people, roles


def _met(facts: Facts) -> Bits:
    """Return the roles of each meeting, from all events of its journey at its touchpoint."""
    rows = facts.meetings
    n = sum(1 for _ in facts.map.touchpoints())
    met = rows.journey * n + rows.touchpoint
    order = np.argsort(met, kind="stable")
    found = np.zeros(len(met), dtype=np.int64)
    for number_, part in enumerate(facts.parts):
        on_map = part.touchpoint >= 0
        key = facts.journey_of[number_][on_map] * n + part.touchpoint[on_map]
        place = order[np.searchsorted(met[order], key)] if len(key) else key
        np.bitwise_or.at(found, place, _bits(part)[on_map])
    return found


def _bits(part: Mapped) -> Bits:
    """Return the roles of each event; a role may be one word or several: ``uses, influences``."""
    column = part.chunk.columns.get(ROLE)
    if not isinstance(column, Column):
        return np.zeros(len(part.chunk.time), dtype=np.int64)
    table = [sum(1 << ROLES.index(word) for word in _words(value)) for value in column.values]
    return np.array([*table, 0], dtype=np.int64)[column.code]


def _words(value: object) -> set[Role]:
    words = set(re.split(r"[\s,;|+/]+", str(value).casefold()))
    return {role for role in ROLES if role in words}
