"""Attributes of customers with their history: what each ``identify`` event said, and when."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Column, Journeys, Positions, Scalar, Times


@dataclass(frozen=True, slots=True, eq=False)
class Attributes:
    """What is known of customers over time: one entry per change, sorted by customer, then time.

    The value of an attribute at a moment is that of the latest entry not later than the moment.

    Attributes:
        customer: Position of the customer. Shape (n_entries,), never falling.
        time: Microseconds since 1970 UTC. Shape (n_entries,), never falling within a customer.
        key: Position in ``keys``. Shape (n_entries,).
        keys: The attributes; dots reach into objects.
        value: Position in ``values``, -1 where the attribute was taken away. Shape (n_entries,).
        values: The values that occur: text, bool or number.
    """

    customer: Positions
    time: Times
    key: npt.NDArray[np.int32]
    keys: tuple[str, ...]
    value: npt.NDArray[np.int32]
    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        for array in (self.customer, self.time, self.key, self.value):
            array.flags.writeable = False

    @classmethod
    def none(cls) -> "Attributes":
        """Return no attributes at all."""
        empty = np.empty(0, dtype=np.int32)
        return cls(empty.astype(np.int64), empty.astype(np.int64), empty, (), empty.copy(), ())

    @classmethod
    def from_identify(
        cls,
        customer: npt.ArrayLike,
        time: npt.ArrayLike,
        properties: Sequence[str | None],
        wanted: Collection[str] | None = None,
    ) -> "Attributes":
        """Read them from ``identify`` events, in the order of the index (ties: the later row wins).

        Args:
            customer: Position of the customer of each event.
            time: Microseconds of each event.
            properties: The properties of each event as a JSON object; lists in it are no attributes.
            wanted: The attributes to read; None: all.

        Example:
            >>> known = Attributes.from_identify([0, 0], [5, 9], ['{"plan": "free"}', '{"plan": "pro"}'])
            >>> known.at("plan", [0, 0], [6, 9]).code.tolist(), known.values
            ([0, 1], ('free', 'pro'))
        """
        if wanted is not None and not wanted:
            return cls.none()
        keys: dict[str, int] = {}
        values: dict[tuple[type, Scalar], int] = {}
        rows: list[tuple[int, int, int]] = []
        read = _reader(wanted)
        for row, text in enumerate(properties):
            for key, value in read(text or ""):
                code = -1 if value is None else values.setdefault((type(value), value), len(values))
                rows.append((row, keys.setdefault(key, len(keys)), code))
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        who = np.asarray(customer, dtype=np.int64)[table[:, 0]]
        when = np.asarray(time, dtype=np.int64)[table[:, 0]]
        order = np.lexsort((np.arange(len(table)), when, who))
        key, code = (table[order, column].astype(np.int32) for column in (1, 2))
        return cls(who[order], when[order], key, tuple(keys), code, tuple(value for _, value in values))

    @property
    def held(self) -> int:
        """Bytes in memory, but for the values."""
        return sum(array.nbytes for array in (self.customer, self.time, self.key, self.value))

    def between(self, first: int, last: int) -> "Attributes":
        """Return those of the customers at ``first`` to ``last`` (out), with positions counted from ``first``."""
        low, high = np.searchsorted(self.customer, [first, last])
        cut = slice(int(low), int(high))
        return Attributes(
            self.customer[cut] - first, self.time[cut], self.key[cut], self.keys, self.value[cut], self.values
        )

    def at(self, attr: str, customer: npt.ArrayLike, time: npt.ArrayLike) -> Column:
        """Return the value of an attribute at a moment of each of some customers.

        Args:
            attr: Its name.
            customer: Positions, in any order; they may repeat.
            time: The moments in microseconds, as many.
        """
        who, when = np.asarray(customer, dtype=np.int64), np.asarray(time, dtype=np.int64)
        code = np.full(len(who), -1, dtype=np.int32)
        if attr in self.keys and len(who):
            chosen = np.flatnonzero(self.key == self.keys.index(attr))
            place = last_not_later(self.customer[chosen], self.time[chosen], who, when)
            has = place >= 0
            code[has] = self.value[chosen[place[has]]]
        return Column(code, self.values)


def known_attributes(journeys: Journeys, number: int, wanted: Collection[str] | None = None) -> Attributes:
    """Return what is known of the customers of chunk ``number``; it is kept for the next who asks for the same.

    Args:
        journeys: Of whom.
        number: Of the chunk.
        wanted: The attributes to read; None: all.
    """
    chosen = None if wanted is None else frozenset(wanted)
    key = number, chosen
    kept: Attributes = journeys.attributes.get(
        key, lambda: Attributes.from_identify(*journeys.identified(number), chosen)
    )
    return kept


def last_not_later(owner: Positions, time: Times, who: Positions, when: Times) -> Positions:
    """Return for each moment the last row of its customer that is not later, -1 if there is none.

    Args:
        owner: Customer of each row, never falling.
        time: Of each row, never falling within a customer.
        who: Customer of each moment.
        when: Microseconds of each moment.
    """
    first = np.searchsorted(owner, who, side="left")
    low, high = first.copy(), np.searchsorted(owner, who, side="right")
    while np.any(open_ := low < high):
        middle = (low + high) // 2
        early = open_ & (time[np.minimum(middle, len(time) - 1)] <= when)
        low = np.where(early, middle + 1, low)
        high = np.where(open_ & ~early, middle, high)
    return np.where(low > first, low - 1, -1)


def _reader(wanted: Collection[str] | None) -> Callable[[str], Iterable[tuple[str, Scalar | None]]]:
    """Return what reads attributes from a JSON text; of a few it looks only for these."""
    if wanted is None or any("." in name for name in wanted):
        return lambda text: _flat(json.loads(text), wanted) if text else ()
    names = sorted(wanted)
    ends = [_ends_as(name) for name in names]

    def named(text: str) -> Iterator[tuple[str, Scalar | None]]:
        said = json.loads(text) if "\\u" in text or any(end in text for end in ends) else {}
        for key in names:
            if key in said and ((value := said[key]) is None or isinstance(value, str | bool | int | float)):
                yield key, value

    return named


def _ends_as(name: str) -> str:
    """Return what a JSON text with an attribute holds, unless letters are escaped."""
    return f'{name}"' if name.isascii() and name.isalnum() else '"'


def _flat(
    value: dict[str, object], wanted: Collection[str] | None, before: str = ""
) -> Iterator[tuple[str, Scalar | None]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, wanted, f"{before}{key}.")
        elif (inner is None or isinstance(inner, str | bool | int | float)) and (
            wanted is None or before + key in wanted
        ):
            yield before + key, inner
