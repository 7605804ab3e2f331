"""Properties of the events, as chunks see them: dictionary-coded, with the same values everywhere."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Scalar = str | bool | int | float


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A property of the events, dictionary-coded.

    Attributes:
        code: Shape (n_events,). Position in ``values``; -1 where the event has no such property. 32 bits wide in
            chunks; a whole stored bucket gives its codes mapped, as narrow as they lie in the file.
        values: The values that occur: text, bool or number.
    """

    code: npt.NDArray[np.int32]
    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        self.code.flags.writeable = False


AnyColumn = Column | Floats


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """A column of all parts, of which chunks take pieces: whole columns are never made.

    Attributes:
        columns: Of each part, as it is stored.
        values: What the codes of chunks stand for; None where chunks show the columns as they are.
        to: For each part the code in ``values`` of each of its own; the last, -1, for none.
    """

    columns: tuple[AnyColumn, ...]
    values: tuple[Scalar, ...] | None
    to: tuple[npt.NDArray[np.int32] | None, ...]

    @classmethod
    def of(cls, columns: Sequence[AnyColumn], values: tuple[Scalar, ...] | None = None) -> "Alike":
        """Give the columns of several parts the same values; floats stay floats if all are.

        Args:
            columns: Of each part.
            values: Those that codes shall stand for, where other parts lie elsewhere; default: of these columns.
        """
        coded = [column for column in columns if isinstance(column, Column)]
        known = () if values is None else values
        every = [*known, *(value for column in coded for value in column.values)]
        same = {_exactly(column.values) for column in coded} | ({_exactly(known)} if values is not None else set())
        if len(coded) < len(columns) or len(same) <= 1:
            return cls(tuple(columns), None, (None,) * len(columns))
        found, to = recoded(every)
        tables, first = [], len(known)
        for column in coded:
            tables.append(np.append(to[first : first + len(column.values)], np.int32(-1)))
            first += len(column.values)
        return cls(tuple(columns), found, tuple(tables))

    def piece(self, part: int, first: int, last: int) -> AnyColumn:
        """Return the column of some events of a part."""
        column, to = self.columns[part], self.to[part]
        if not isinstance(column, Column):
            return column[first:last]
        code = column.code[first:last]
        if to is None or self.values is None:
            return Column(code.astype(np.int32, copy=False), column.values)
        return Column(to[code], self.values)

    @property
    def held(self) -> int:
        """Bytes that this holds in memory; what is mapped from a file is not held."""
        arrays = [column.code if isinstance(column, Column) else column for column in self.columns]
        return sum(array.nbytes for array in arrays if array.flags.owndata)


def _exactly(values: tuple[Scalar, ...]) -> tuple[tuple[Scalar, ...], tuple[int, ...]]:
    """Return what tells values apart that are equal for Python, where True is 1."""
    return values, tuple(at for at, value in enumerate(values) if isinstance(value, bool))


def recoded(values: Sequence[Scalar | None]) -> tuple[tuple[Scalar, ...], npt.NDArray[np.int32]]:
    """Return the distinct values, and for each value given its position among them; -1 for None and at the end.

    >>> recoded(["a", True, 1, None, 1.0, "a"])
    (('a', True, 1), array([ 0,  1,  2, -1,  2,  0, -1], dtype=int32))
    """
    codes: dict[tuple[bool, Scalar], int] = {}  # for Python, True equals 1
    to = [-1 if value is None else codes.setdefault((isinstance(value, bool), value), len(codes)) for value in values]
    return tuple(value for _, value in codes), np.array([*to, -1], dtype=np.int32)


def side_by_side(columns: Sequence[AnyColumn], places: Sequence[npt.NDArray[np.int64] | slice]) -> AnyColumn:
    """Return some events of several parts as one column, part after part.

    Args:
        columns: Of each part, at least one. Where some are of numbers, those of codes have none: they tell of nothing.
        places: The events of each part.
    """
    coded = [column for column in columns if isinstance(column, Column)]
    if len(coded) < len(columns):
        return np.concatenate([_floats(column, place) for column, place in zip(columns, places, strict=True)])
    values, to = recoded([value for column in coded for value in column.values])
    codes, first = [], 0
    for column, place in zip(coded, places, strict=True):
        table = np.append(to[first : first + len(column.values)], np.int32(-1))
        codes.append(table[column.code[place]])
        first += len(column.values)
    return Column(np.concatenate(codes), values)


def _floats(column: AnyColumn, place: npt.NDArray[np.int64] | slice) -> Floats:
    return np.full(len(column.code[place]), np.nan) if isinstance(column, Column) else column[place]


class _Holding(Protocol):
    @property
    def held(self) -> int:
        """Bytes in memory."""
        ...


Key = TypeVar("Key")
Held = TypeVar("Held", bound=_Holding)


class Kept(Generic[Key, Held]):
    """What was used last, up to a size; safe to use from several threads.

    Args:
        limit: Bytes held at most, but for the last one.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Key, Held] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Held]) -> Held:
        """Return what is kept by a key, made if need be."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > 1 and sum(each.held for each in self._kept.values()) > self._limit:
                self._kept.popitem(last=False)
        return made


Values = Mapping[str, tuple[Scalar, ...]]
