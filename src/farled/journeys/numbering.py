"""Customers as whole numbers in the order of their ids, so small that a number and a row fit one of 64 bits.

Whole numbers count from the least of them. Texts that begin alike and differ in eight letters at most, such as
``customer-00000017``, become the bits in which they differ; their letters can be told from these bits again.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.journeys.coding import plain
from farled.journeys.text_coding import LETTERS, letters_of, some_of, stem_of

Words = npt.NDArray[np.uint64]
Letters = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int32]
Seen = tuple[np.uint64, np.uint64, np.uint64]

BLOCK = 1 << 15
ONE = np.uint64(1)


@dataclass(frozen=True, slots=True, eq=False)
class Numbered:
    """Customers as numbers.

    Attributes:
        number: Of each row. Shape (n_rows,). Two numbers stand to each other as the ids do.
        bits: How many the largest number may take.
        ids: Gives the ids of numbers.
    """

    number: Words
    bits: int
    ids: Callable[[Words], pa.Array]


def numbered(pool: Executor, values: pa.ChunkedArray, room: int) -> Numbered | None:
    """Number customers by their ids alone.

    Args:
        pool: Who does it.
        values: Ids, none of them missing.
        room: Bits that a number may take.

    Returns:
        The numbers; None if values are not such that they fit.
    """
    chunks = [chunk for chunk in values.chunks if len(chunk)]
    if not chunks:
        return None
    made = None
    if pa.types.is_string(values.type):
        made = _texts(pool, chunks)
    elif pa.types.is_integer(values.type) and not pa.types.is_uint64(values.type):
        made = _integers(values)
    return made if made is not None and made.bits <= room else None


def _integers(values: pa.ChunkedArray) -> Numbered:
    given, kind = plain(values.cast(pa.int64()), np.int64), values.type
    least, most = int(given.min()), int(given.max())
    first = np.int64(least).astype(np.uint64)
    return Numbered(
        given.view(np.uint64) - first,
        (most - least).bit_length(),
        lambda numbers: pa.array((numbers + first).view(np.int64)).cast(kind),
    )


def _texts(pool: Executor, chunks: Sequence[pa.Array]) -> Numbered | None:
    stem, longest = stem_of(some_of(chunks))
    if longest > LETTERS:
        return None
    number = np.empty(sum(map(len, chunks)), np.uint64)
    spans = [slice(*span) for span in pairwise(np.cumsum([0, *map(len, chunks)]).tolist())]
    found = list(pool.map(lambda chunk, span: _words(*letters_of(chunk), stem, number[span]), chunks, spans))
    seen = [each for each in found if each is not None]
    if len(seen) < len(found):
        return None
    form = _Form(stem, *(int(np.bitwise_or.reduce(bits)) for bits in zip(*seen, strict=True)))
    list(pool.map(lambda span: form.pack(number[span]), spans))
    return Numbered(number, form.kept.bit_count(), form.ids)


@dataclass(frozen=True, slots=True)
class _Form:
    """How texts that begin alike become numbers.

    Attributes:
        stem: How they all begin.
        set_somewhere: Bits of the words that are set in a text.
        unset_somewhere: Bits that are not set in a text.
        unlike_next: Bits that are unlike the next higher one in a text.
    """

    stem: bytes
    set_somewhere: int
    unset_somewhere: int
    unlike_next: int

    @property
    def kept(self) -> int:
        """The bits that make the number: they differ, and not always as the next higher one does."""
        return self.set_somewhere & self.unset_somewhere & self.unlike_next

    def groups(self) -> Iterator[tuple[np.uint64, np.uint64]]:
        """Yield kept bits that stand side by side, and how far down they move; the lowest first."""
        left, found = self.kept, 0
        while left:
            low = (left & -left).bit_length() - 1
            group = left & ~(left + (1 << low))
            yield np.uint64(group), np.uint64(low - found)
            found += group.bit_count()
            left &= ~group

    def pack(self, words: Words) -> None:
        """Make words numbers, in place."""
        groups = list(self.groups())
        for at in range(0, len(words), BLOCK):
            block = words[at : at + BLOCK]
            number = np.zeros(len(block), np.uint64)
            for mask, moved in groups:
                number |= (block & mask) >> moved
            block[:] = number

    def ids(self, numbers: Words) -> pa.Array:
        """Return the texts of numbers."""
        words = np.full(len(numbers), self.set_somewhere & ~self.unset_somewhere, np.uint64)
        for mask, moved in self.groups():
            words |= (numbers << moved) & mask
        alike = self.set_somewhere & self.unset_somewhere & ~self.unlike_next
        for place in (each for each in range(62, -1, -1) if alike >> each & 1):
            words |= (words >> ONE) & np.uint64(1 << place)
        letters = np.empty((len(words), len(self.stem) + LETTERS), np.uint8)
        letters[:, : len(self.stem)] = np.frombuffer(self.stem, np.uint8)
        letters[:, len(self.stem) :] = words.astype(">u8").view(np.uint8).reshape(-1, LETTERS)
        size = np.full(len(words), len(self.stem), np.int64)
        for place in range(LETTERS):
            size += words << np.uint64(8 * place) != 0
        ends = np.concatenate(([0], np.cumsum(size)))
        held = letters if ends[-1] == letters.size else letters[letters != 0]
        large = pa.LargeStringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(held))
        return large.cast(pa.string())


def _words(offsets: Offsets, letters: Letters, stem: bytes, words: Words) -> Seen | None:
    """Write what follows the stem of each text as one number, the first letter highest.

    Returns:
        What a ``_Form`` knows of them; None if a text is not the stem and eight letters at most, or has a letter NUL.
    """
    seen = [np.uint64(0)] * 3
    for at in range(0, len(words), BLOCK):
        block = words[at : at + BLOCK]
        if not _block(offsets[at : at + len(block) + 1], letters, stem, block):
            return None
        seen[0] |= np.bitwise_or.reduce(block)
        seen[1] |= ~np.bitwise_and.reduce(block)
        seen[2] |= np.bitwise_or.reduce(block ^ (block >> ONE))
    return seen[0], seen[1], seen[2]


def _block(offsets: Offsets, letters: Letters, stem: bytes, words: Words) -> bool:
    """Do as ``_words`` for some texts, and return whether they are such."""
    size, first = np.diff(offsets), int(offsets[0])
    own = letters[first : offsets[-1]]
    least, most = int(size.min()), int(size.max())
    if least < len(stem) or most > len(stem) + LETTERS or not len(own) or not own.min():
        return False
    if least == most >= LETTERS:  # the places of the texts need not be looked up
        last, ends = most - LETTERS, np.ndarray(len(words), ">u8", own, most - LETTERS, (most,))
    else:
        padded = np.pad(own, LETTERS)
        windows = np.ndarray(len(own) + LETTERS + 1, "<u8", padded, 0, (1,))
        last, ends = len(stem), windows[offsets[1:] - first].byteswap()
    words[:] = ends
    words <<= ((LETTERS + len(stem) - size) * 8).astype(np.uint64)
    for place in range(0, len(stem), LETTERS):
        at = min(place, last)
        if least == most >= LETTERS:
            begins = np.ndarray(len(words), "<u8", own, at, (most,))
        else:
            begins = windows[offsets[:-1] - first + (LETTERS + at)]
        begin = stem[at : at + LETTERS]
        mask = (1 << 8 * len(begin)) - 1
        if int(np.bitwise_or.reduce(begins ^ np.uint64(int.from_bytes(begin, "little")))) & mask:
            return False
    return True
