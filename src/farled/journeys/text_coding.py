"""Many texts at once: equal ones get the same code, and they are put in order."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.journeys.index import name_type
from farled.journeys.threads import cores

if TYPE_CHECKING:  # Numba starts when texts are coded
    from farled.journeys.text_kernels import Out

Rows = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

SAMPLE = 1_000
LETTERS = 8
WORTH_THREADS = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Rows spread over parts, so that equal texts lie in one part and have one code there.

    Attributes:
        spans: Places of each part.
        base: The first code of each part, and the code after the last.
        code: Of each place, within its part. Shape (n_rows,).
        row: Of each place; rising within a part. Shape (n_rows,).
        time: Of each place, in microseconds.
        name: Of each place.
        seen: Which names occur.
        first: The first row of each code.
        count: Events of each code: rows whose name is one.
    """

    spans: list[slice]
    base: Ints
    code: Rows
    row: Rows
    time: Ints
    name: npt.NDArray[Any]
    seen: npt.NDArray[np.bool_]
    first: Rows
    count: Rows

    def place(self, pool: Executor, kept: Rows, cursor: Ints, out: "Out") -> None:
        """Write the events to the places of their customers, in the order of the rows.

        Args:
            pool: Who does it.
            kept: New code of each name, -1 for names that are left out.
            cursor: The first place of each code; moved.
            out: Time, name and row of each place in the order of the index; written.
        """
        from farled.journeys.text_kernels import place_part

        def place(part: int) -> None:
            span, base = self.spans[part], self.base
            own = self.time[span], self.name[span]
            place_part(self.code[span], self.row[span], own, kept, cursor[base[part] : base[part + 1]], out)

        list(pool.map(place, range(len(self.spans))))


@dataclass(frozen=True, slots=True, eq=False)
class Rowwise:
    """What stands beside texts, row by row.

    Attributes:
        time: Microseconds.
        name: Codes.
        is_event: By name; the rows of other names are not counted.
    """

    time: Ints
    name: Rows
    is_event: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        for array in (self.time, self.name, self.is_event):
            array.flags.writeable = False


def is_worth_threads(values: pa.ChunkedArray) -> bool:
    """Return whether values are texts, and so many that to code them here is faster than to let Arrow do it."""
    return pa.types.is_string(values.type) and len(values) >= WORTH_THREADS and not values.null_count


def needs_kernels(some: Sequence[str], rows: int) -> bool:
    """Return whether so many rows of customers such as some are put in order by kernels."""
    return rows >= WORTH_THREADS and bool(some) and stem_of(some)[1] > LETTERS


def start_kernels() -> None:
    """Start Numba, and load the kernels that put many events in order."""
    from farled.journeys.text_kernels import PARTS

    source = pa.chunked_array([["somebody"], ["nobody-at-all"]])
    rows = Rowwise(np.zeros(2, np.int64), np.zeros(2, np.int32), np.ones(1, np.bool_))
    out = np.empty(2, np.int64), np.empty(2, np.uint16), np.empty(2, np.int32)
    with ThreadPoolExecutor(1) as pool:
        found = parted_texts(pool, source, rows)
        if found is not None:
            found[0].place(pool, np.zeros(1, np.int32), np.arange(PARTS), out)


def coded_texts(source: pa.ChunkedArray) -> tuple[Rows, pa.Array] | None:
    """Code many texts with several threads; None if two different ones have the same hash."""
    of_row = np.empty(len(source), np.int32)
    with ThreadPoolExecutor(cores()) as pool:
        texts = _Texts(pool, source)
        alone = Rowwise(np.empty(0, np.int64), np.empty(0, np.int32), np.zeros(1, np.bool_))
        parts = texts.parts(alone, of_row)
        distinct = texts.at(parts.first)
        return (of_row, distinct) if texts.are_coded(parts, of_row, distinct) else None


def parted_texts(pool: Executor, source: pa.ChunkedArray, beside: Rowwise) -> tuple[Parts, pa.Array] | None:
    """Spread many texts over parts, with what stands beside them.

    Returns:
        The parts, and the texts by code; None if two different ones have the same hash.
    """
    texts = _Texts(pool, source)
    of_row = np.empty(0 if texts.is_exact else len(source), np.int32)
    parts = texts.parts(beside, of_row)
    distinct = texts.at(parts.first)
    return (parts, distinct) if texts.is_exact or texts.are_coded(parts, of_row, distinct) else None


class _Texts:
    """Texts with their hashes."""

    def __init__(self, pool: Executor, source: pa.ChunkedArray) -> None:
        self._pool = pool
        self._chunks = [chunk for chunk in source.chunks if len(chunk)]
        self._edges = np.cumsum([0, *map(len, self._chunks)])
        self._spans = [slice(*span) for span in pairwise(self._edges.tolist())]
        self._hashes = np.empty(len(source), np.uint64)
        self.is_exact = self._hash_exactly(*stem_of(some_of(self._chunks)))
        if not self.is_exact:
            from farled.journeys.text_kernels import hash_texts

            self._map(
                lambda at: hash_texts(*letters_of(self._chunks[at]), self._hashes[self._spans[at]], self._counts[at])
            )

    def _map(self, do: Callable[[int], Any]) -> list[Any]:
        return list(self._pool.map(do, range(len(self._chunks))))

    def _hash_exactly(self, stem: bytes, longest: int) -> bool:
        from farled.journeys.text_kernels import PARTS, exact_hashes

        self._counts = np.zeros((len(self._chunks), PARTS), np.int64)
        if longest > LETTERS:
            return False
        begin = np.frombuffer(stem, np.uint8)
        exact = self._map(
            lambda at: exact_hashes(
                letters_of(self._chunks[at]), begin, longest < 8, self._hashes[self._spans[at]], self._counts[at]
            )
        )
        if not all(exact):
            self._counts[:] = 0
        return all(exact)

    def parts(self, beside: Rowwise, of_row: Rows) -> Parts:
        """Spread the rows; write the code of each row, within its part, where there is room for it."""
        from farled.journeys.text_kernels import code_part, spread

        many, counts = len(self._hashes), self._counts
        cursor = (np.cumsum(counts.T) - counts.T.ravel()).reshape(counts.T.shape).T.copy()
        moved = np.empty(many, np.uint64), np.empty(many, np.int32)
        time = np.empty(len(beside.time), np.int64)
        name = np.empty(len(beside.time), name_type(len(beside.is_event)))
        events = beside.time, beside.name, time, name
        seen = np.zeros((len(self._chunks), len(beside.is_event)), np.bool_)
        self._map(
            lambda at: spread(self._hashes[self._spans[at]], self._edges[at], cursor[at], moved, events, seen[at])
        )
        made = np.empty(many, np.int32), np.empty(many, np.int32), np.empty(many, np.int32)
        spans = [slice(*span) for span in pairwise(np.cumsum([0, *counts.sum(axis=0)]).tolist())]

        def code(span: slice) -> int:
            own = made[0][span], made[1][span], made[2][span]
            return code_part(moved[0][span], moved[1][span], of_row, own, (name[span], beside.is_event))

        kinds = list(self._pool.map(code, spans))
        first, count = (
            np.concatenate([array[span][:found] for span, found in zip(spans, kinds, strict=True)])
            for array in made[1:]
        )
        base = np.cumsum([0, *kinds])
        return Parts(spans, base, made[0], moved[1], time, name, np.logical_or.reduce(seen), first, count)

    def at(self, rows: Rows) -> pa.Array:
        """Return the texts at some rows; chunk by chunk, since Arrow would join all chunks first."""
        order = np.argsort(rows)
        wanted = rows[order]
        cuts = np.searchsorted(wanted, self._edges)
        taken = self._map(lambda at: self._chunks[at].take(pa.array(wanted[cuts[at] : cuts[at + 1]] - self._edges[at])))
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return pa.concat_arrays(taken).take(pa.array(back))

    def are_coded(self, parts: Parts, of_row: Rows, distinct: pa.Array) -> bool:
        """Make the codes of the parts codes of the whole, and say whether each text is the one its code stands for."""
        from farled.journeys.text_kernels import is_coded

        known, base = letters_of(distinct), parts.base[:-1]
        return all(
            self._map(
                lambda at: is_coded(
                    letters_of(self._chunks[at]),
                    self._hashes[self._spans[at]],
                    of_row[self._spans[at]],
                    base,
                    known,
                    self.is_exact,
                )
            )
        )


def _alike(least: bytes, most: bytes) -> int:
    """Return how many bytes two texts have in common, and with them all that are sorted between them."""
    return next((at for at, pair in enumerate(zip(least, most, strict=False)) if pair[0] != pair[1]), len(least))


def some_of(chunks: Sequence[pa.Array]) -> list[str]:
    """Return the first and the last texts of the first chunk and the last."""
    firsts = [(chunk, first) for chunk in (chunks[0], chunks[-1]) for first in (0, max(0, len(chunk) - SAMPLE))]
    return [text for chunk, first in firsts for text in chunk.slice(first, SAMPLE).to_pylist()]


def stem_of(texts: Sequence[str]) -> tuple[bytes, int]:
    """Return how texts begin, all alike, and how many bytes follow at most."""
    some = [text.encode() for text in texts]
    least, most = min(some), max(some)
    stem = least[: _alike(least, most)]
    if len(set(map(len, some))) == 1:  # then eight bytes may differ, also where these texts are alike
        stem = stem[: max(0, len(some[0]) - LETTERS)]
    return stem, max(map(len, some)) - len(stem)


def letters_of(array: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Return where each text begins, and the letters."""
    offsets = np.frombuffer(array.buffers()[1], np.int32, len(array) + 1, 4 * array.offset)
    letters = array.buffers()[2]
    read = offsets, np.frombuffer(letters if letters is not None else b"", np.uint8)
    for part in read:
        part.flags.writeable = False  # as in every call: else kernels compile a second time
    return read


def text_order(values: pa.Array) -> npt.NDArray[np.int64]:
    """Return the order that sorts texts by their bytes: by eight letters, and only equal ones by the whole text.

    >>> text_order(pa.array(["bo", "ana", "b", "bo-long-and-longer", "bo-long-and-long"])).tolist()
    [1, 2, 0, 4, 3]
    """
    import pyarrow.compute as pc

    offsets, letters = letters_of(values)
    if not len(letters):
        return np.arange(len(values))
    least, most = (str(value).encode() for value in pc.min_max(values).as_py().values())
    same = _alike(least, most)
    key = np.zeros(len(values), dtype=np.uint64)
    for place in range(same, same + 8):
        at = offsets[:-1] + place
        letter = np.where(at < offsets[1:], letters[np.minimum(at, len(letters) - 1)], 0)
        key = key << np.uint64(8) | letter.astype(np.uint64)
    order = np.argsort(key)
    equal = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    if len(equal):
        tied = np.union1d(equal, equal + 1)
        rank = np.frombuffer(pc.sort_indices(values.take(pa.array(order[tied]))).buffers()[1], np.uint64, len(tied))
        order[tied] = order[tied[rank]]
    return order
