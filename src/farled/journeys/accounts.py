"""Journeys of accounts (B2B): the events of all customers of an organisation, side by side in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from farled.errors import InputError, NotFoundError
from farled.journeys.attributes import Attributes
from farled.journeys.columns import side_by_side
from farled.journeys.distinct import distinct_pairs
from farled.journeys.index import AnyColumn, Column, Identified, Journeys, Part, Positions, Times, recoded
from farled.journeys.joined import identified_of, scattered

ACCOUNT = "account"
ROLE = "role"
ACTOR = "\0actor"
"""The column that tells the customers of an account apart: a number for each, as floats."""

NO_ACCOUNTS = "No event says which account it belongs to."


def by_account(journeys: Journeys) -> Journeys:
    """Return the journeys of accounts: who is a customer in ``journeys`` is an actor here.

    An event belongs to the account that it names; events that name none are left out. Events of one account and time
    stand in the order of their customers' ids, those of one customer in the order of the sender. Two columns are more
    than columns of the events: ``role`` is the event's own property, or else the attribute ``role`` of its customer at
    that time, and ``ACTOR`` tells customers apart. Attributes of an account are what was said of any of its customers.

    Args:
        journeys: Of customers.

    Raises:
        InputError: No event names an account.

    Example:
        >>> from farled.journeys.build import journeys_of
        >>> fjord = {"account": "fjord"}
        >>> people = {"ida": [("read", 0, fjord)], "per": [("pay", 2, fjord)], "bo": [("read", 1)]}
        >>> made = by_account(journeys_of(people))
        >>> made.customers, made.events, made.customer_ids(0, [0])
        (1, 2, ['fjord'])
    """
    regrouped = _Regrouped(journeys)
    part = Part(
        regrouped.offsets,
        regrouped.time,
        regrouped.name,
        load=regrouped.column,
        ids=lambda positions: [regrouped.ids[at] for at in positions],
        event_ids=regrouped.event_ids if regrouped.has_event_ids else None,
        identified=regrouped.identified,
    )
    return Journeys([part], journeys.names, journeys.end)


@dataclass(frozen=True, slots=True, eq=False)
class _Share:
    """What one part of the customers' journeys gives.

    Attributes:
        part: The part.
        place: Positions of the events that name an account, rising.
        account: Position of the account of each.
        actor: Position of the customer of each among all.
        first: Position of the part's first customer among all.
    """

    part: Part
    place: Positions
    account: Positions
    actor: Positions
    first: int

    def event_ids(self, positions: Positions) -> list[str]:
        """Return the ids of events by position among those that name an account; they have some."""
        return self.part.event_ids(self.place[positions]) if self.part.event_ids else []


class _Regrouped:
    """The events that name an account, in the order of accounts and time.

    Args:
        journeys: Of customers.
    """

    def __init__(self, journeys: Journeys) -> None:
        self._parts = journeys.parts
        named = _accounts_of(journeys)
        self.ids: tuple[str, ...] = tuple(sorted({str(value) for column in named for value in column.values}))
        self._shares = self._cut(named)
        account = np.concatenate([share.account for share in self._shares] or [np.empty(0, np.int64)])
        if not len(account):
            raise InputError(NO_ACCOUNTS, "Say which column does: account=COLUMN when reading, account: in a mapping.")
        self.ids, account = _only_used(self.ids, account)
        time = np.concatenate([share.part.time[share.place] for share in self._shares])
        name = np.concatenate([share.part.name[share.place] for share in self._shares])
        self._order = self._in_order(time, account, self._actor)
        self._account = account
        self.time = time[self._order]
        self.name = name[self._order]
        self.offsets = np.searchsorted(account[self._order], np.arange(len(self.ids) + 1)).astype(np.int64)

    def _in_order(self, time: Times, account: Positions, actor: Positions) -> Positions:
        """Return the order by account, time and, where several customers are tied, their ids."""
        order = np.lexsort((time, account))
        there = actor[order]
        tied = (np.diff(account[order]) == 0) & (np.diff(time[order]) == 0) & (np.diff(there) != 0)
        if not tied.any():
            return order
        doubtful = np.unique(np.concatenate((there[:-1][tied], there[1:][tied])))
        ids = self._customers(doubtful)
        rank = np.zeros(int(doubtful[-1]) + 1, dtype=np.int64)
        rank[doubtful[sorted(range(len(ids)), key=ids.__getitem__)]] = np.arange(len(ids))
        return np.lexsort((rank[np.minimum(actor, len(rank) - 1)], time, account))

    def _customers(self, actors: Positions) -> list[str]:
        edges = np.array([*(share.first for share in self._shares), np.iinfo(np.int64).max])
        return scattered([share.part.ids for share in self._shares], edges)(actors)

    def _cut(self, named: Sequence[Column]) -> list[_Share]:
        position = {text: at for at, text in enumerate(self.ids)}
        shares, first = [], 0
        for part, column in zip(self._parts, named, strict=True):
            to = np.array([*(position[str(value)] for value in column.values), -1], dtype=np.int64)
            account = to[column.code]
            place = np.flatnonzero(account >= 0)
            actor = np.searchsorted(part.offsets, place, side="right") - 1 + first
            shares.append(_Share(part, place, account[place], actor, first))
            first += len(part.offsets) - 1
        return shares

    @property
    def has_event_ids(self) -> bool:
        return all(share.part.event_ids is not None for share in self._shares)

    def column(self, name: str) -> AnyColumn:
        if name == ACTOR:
            return self._actor[self._order].astype(np.float64)
        if name == ROLE:
            return self._roles()
        return self._joined(name)

    def event_ids(self, positions: Positions) -> list[str]:
        """Return the ids of events by position."""
        edges = np.cumsum([0, *(len(share.place) for share in self._shares)])
        return scattered([share.event_ids for share in self._shares], edges)(self._order[positions])

    def identified(self) -> Identified:
        """Return what was said of the customers of each account, by account and time."""
        customer, time, properties = self._said
        actors, accounts = distinct_pairs(self._actor, self._account)
        low, high = (np.searchsorted(actors, customer, side=side) for side in ("left", "right"))
        row = np.repeat(np.arange(len(customer)), high - low)
        begins = np.repeat(np.cumsum(high - low) - (high - low), high - low)
        account = accounts[np.repeat(low, high - low) + np.arange(len(row)) - begins]
        order = self._in_order(time[row], account, customer[row])
        return Identified(account[order], time[row[order]], [properties[at] for at in row[order]])

    @cached_property
    def _actor(self) -> Positions:
        return np.concatenate([share.actor for share in self._shares])

    @cached_property
    def _said(self) -> Identified:
        """What was said of all customers, by customer and time."""
        return identified_of([share.part for share in self._shares], [share.first for share in self._shares])

    def _roles(self) -> Column:
        """Return each event's own role, or else that of its customer at that time."""
        said = Attributes.from_identify(*self._said).at(ROLE, self._actor[self._order], self.time)
        try:
            own = self._joined(ROLE)
        except NotFoundError:
            return said
        if not isinstance(own, Column):
            return said
        values, to = recoded([*own.values, *said.values])
        mine, theirs = to[: len(own.values)], np.append(to[len(own.values) : -1], np.int32(-1))
        code = np.where(own.code >= 0, np.append(mine, np.int32(-1))[own.code], theirs[said.code])
        return Column(code.astype(np.int32), values)

    def _joined(self, name: str) -> AnyColumn:
        columns = [share.part.load(name) for share in self._shares]
        found = side_by_side(columns, [share.place for share in self._shares])
        return Column(found.code[self._order], found.values) if isinstance(found, Column) else found[self._order]


def _accounts_of(journeys: Journeys) -> list[Column]:
    try:
        loaded = [part.load(ACCOUNT) for part in journeys.parts]
    except NotFoundError as error:
        raise InputError(NO_ACCOUNTS, "Say which column does: account=COLUMN when reading.") from error
    return [_as_column(found) for found in loaded]


def _as_column(found: AnyColumn) -> Column:
    if isinstance(found, Column):
        return found
    known = ~np.isnan(found)
    values, code = np.unique(found[known], return_inverse=True)
    codes = np.full(len(found), -1, dtype=np.int32)
    codes[known] = code
    return Column(codes, tuple(values.tolist()))


def _only_used(ids: tuple[str, ...], account: Positions) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return the accounts that have events, and the positions among them."""
    used, position = np.unique(account, return_inverse=True)
    return tuple(ids[at] for at in used), position.astype(np.int64)
