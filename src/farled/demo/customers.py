"""Who the customers of the demo shop are: persona, device, country, and what the shop knows of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farled.demo.branches import INFORMED, MOBILE, PERSONAS
from farled.demo.calendar import HOURS, clock, days_of_entry, midnights
from farled.spans import SECOND

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NAMES = tuple(PERSONAS)
COUNTRIES = ("SE", "NO", "DK", "FI")
LANGUAGES = ("sv", "nb", "da", "en")
ROLES = ("decides", "influences", "uses", "pays")

_COUNTRY = (0.52, 0.24, 0.18, 0.06)
_OWN_HOURS = {"maja": "evening", "sofie": "young", "arne": "day", "jonas": "office", "other": "any"}
_AGES = {"maja": (28, 46), "sofie": (18, 34), "arne": (52, 80), "jonas": (30, 62), "other": (24, 75)}
_PHONE = np.array([MOBILE[name] for name in NAMES])


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """The customers, one place in each array; drawn once and fixed.

    Attributes:
        persona: Position in `NAMES`.
        informed: Is shown delivery day and shipping cost on product pages.
        mobile: Shops on the phone.
        entry: When the first event happens, microseconds since 1970 UTC.
        hours: Position of the persona's profile in `calendar.HOURS`.
        country: Position in `COUNTRIES`.
        language: Position in `LANGUAGES`.
        age: Years.
        children: Has children.
        member: Was a member of the club before the year.
        orders_12m: Orders in the twelve months before.
        store_visits_12m: Visits to a store in the twelve months before.
        may_quote: Feedback may be quoted.
        account: Number of the B2B account; -1 without.
        role: Position in `ROLES`; -1 without.
    """

    persona: Ints
    informed: Flags
    mobile: Flags
    entry: Ints
    hours: Ints
    country: Ints
    language: Ints
    age: Ints
    children: Flags
    member: Flags
    orders_12m: Ints
    store_visits_12m: Ints
    may_quote: Flags
    account: Ints
    role: Ints

    @property
    def kind(self) -> Ints:
        """Position of each customer's kind in the kinds of the chain."""
        return self.persona * 4 + self.informed * 2 + self.mobile


def customers(n: int, rng: np.random.Generator) -> Customers:
    """Draw customers.

    The attributes are drawn so that the segments of the demo map select exactly the personas.

    Args:
        n: How many, at least 1.
        rng: Where chance comes from.
    """
    persona = rng.choice(len(NAMES), size=n, p=list(PERSONAS.values()))
    is_maja, is_arne, is_jonas = (persona == NAMES.index(name) for name in ("maja", "arne", "jonas"))
    country = rng.choice(4, size=n, p=_COUNTRY)
    low, high = (np.array([_AGES[name][end] for name in NAMES])[persona] for end in (0, 1))
    children = is_maja | ((is_arne | is_jonas) & (rng.random(n) < 0.3))
    regular = rng.poisson(1.2, n)
    orders = np.where(is_maja, rng.random(n) < 0.35, regular)
    account, role = _accounts(is_jonas, rng)
    hours = np.array([list(HOURS).index(_OWN_HOURS[name]) for name in NAMES])[persona]
    return Customers(
        persona=persona,
        informed=rng.random(n) < INFORMED,
        mobile=rng.random(n) < _PHONE[persona],
        entry=_entries(hours, account, rng),
        hours=hours,
        country=country,
        language=np.where(rng.random(n) < 0.04, 3, country),
        age=rng.integers(low, high),
        children=children,
        member=rng.random(n) < np.where(is_arne, 0.6, 0.25),
        orders_12m=np.where(is_arne | is_jonas, orders + 2, orders).astype(np.int64),
        store_visits_12m=np.where(is_arne, 3 + rng.poisson(2.5, n), rng.integers(0, 3, n)).astype(np.int64),
        may_quote=rng.random(n) < 0.7,
        account=account,
        role=role,
    )


def _accounts(is_business: Flags, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Group the business customers into accounts of two to four; who comes first in one decides."""
    contacts = int(is_business.sum())
    sizes = rng.integers(2, 5, contacts + 1)
    first = np.concatenate([[0], sizes.cumsum()])
    number = np.searchsorted(first, np.arange(contacts), side="right") - 1
    account, role = np.full(len(is_business), -1), np.full(len(is_business), -1)
    account[is_business] = number
    role[is_business] = np.arange(contacts) - first[number]
    return account, role


def _entries(hours: Ints, account: Ints, rng: np.random.Generator) -> Ints:
    """Draw when customers come; contacts of one account come on the same day."""
    day = np.searchsorted(days_of_entry(), rng.random(len(hours)), side="right")
    contact = np.flatnonzero(account >= 0)
    _, first = np.unique(account[contact], return_index=True)
    day[contact] = day[contact][first][account[contact]]
    table = clock()
    moment = table[hours, rng.integers(0, table.shape[1], len(hours))] + rng.integers(1, 60, len(hours)) * SECOND
    return np.asarray(midnights()[day] + moment)
