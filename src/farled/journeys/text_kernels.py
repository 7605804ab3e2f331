"""Kernels that give equal texts the same code, several threads at a time.

Texts are hashed, spread over parts by their hash so that the table of a part fits the cache, coded there by the hash
alone, and compared with the text that stands for their code: only then is the coding used.
"""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int32]

PARTS = 256
SHIFT = np.uint64(56)
PRIME, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)


@njit(nogil=True, cache=True)
def hash_texts(offsets: Offsets, letters: Bytes, hashes: Hashes, counts: Ints) -> None:
    """Write the hash of each text, and count how many fall into each part.

    Args:
        offsets: Where each text begins, shape (n + 1,).
        letters: The texts one after the other.
        hashes: Shape (n,); written.
        counts: Shape (PARTS,); raised.
    """
    for text in range(len(hashes)):
        at, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1])
        mixed = (end - at) * PRIME
        while at + np.uint64(8) <= end:
            mixed = (mixed ^ _word(letters, at)) * PRIME
            mixed ^= mixed >> np.uint64(32)
            at += np.uint64(8)
        word = np.uint64(0)
        while at < end:
            word = word << np.uint64(8) | np.uint64(letters[at])
            at += np.uint64(1)
        mixed = (mixed ^ word) * PRIME
        mixed = (mixed ^ mixed >> np.uint64(32)) * MIX
        mixed ^= mixed >> np.uint64(29)
        hashes[text] = mixed
        counts[mixed >> SHIFT] += 1


@njit(nogil=True, cache=True)
def spread(hashes: Hashes, first: int, cursor: Ints, spread_hashes: Hashes, rows: Rows) -> None:
    """Write hashes and their rows to the places of their parts.

    Args:
        hashes: Of some rows.
        first: Row of the first of them.
        cursor: The next place of each part; moved.
        spread_hashes: Shape (n_rows,); written.
        rows: Shape (n_rows,); written.
    """
    for at in range(len(hashes)):
        part = hashes[at] >> SHIFT
        place = cursor[part]
        cursor[part] = place + 1
        spread_hashes[place] = hashes[at]
        rows[place] = first + at


@njit(nogil=True, cache=True)
def code_part(hashes: Hashes, rows: Rows, code: Rows, first: Rows) -> int:
    """Code the texts of a part by their hashes; return how many different ones there are.

    Args:
        hashes: Of the part.
        rows: Of the part.
        code: Of every row; written at the rows of the part.
        first: The first row of each code, shape (n,); written.
    """
    size = 16
    while size < 2 * len(hashes):
        size *= 2
    table = np.full(size, -1, dtype=np.int32)
    known = np.empty(len(hashes), dtype=np.uint64)
    mask, found = np.uint64(size - 1), 0
    for at in range(len(hashes)):
        place = hashes[at] & mask
        while table[place] >= 0 and known[table[place]] != hashes[at]:
            place = (place + np.uint64(1)) & mask
        if table[place] < 0:
            table[place] = found
            known[found] = hashes[at]
            first[found] = rows[at]
            found += 1
        code[rows[at]] = table[place]
    return found


@njit(nogil=True, cache=True)
def is_coded(
    texts: tuple[Offsets, Bytes], hashes: Hashes, code: Rows, base: Ints, distinct: tuple[Offsets, Bytes]
) -> bool:
    """Make the codes of the parts codes of the whole, and say whether each text is the one its code stands for.

    Args:
        texts: Where each begins, and the letters.
        hashes: Of the texts.
        code: Of the texts; raised by ``base`` of their part.
        base: Shape (PARTS,).
        distinct: Of each code, as ``texts``.
    """
    offsets, letters = texts
    starts, known = distinct
    for text in range(len(hashes)):
        kind = code[text] + base[hashes[text] >> SHIFT]
        code[text] = kind
        at, end, other = np.uint64(offsets[text]), np.uint64(offsets[text + 1]), np.uint64(starts[kind])
        differ = end - at ^ np.uint64(starts[kind + 1]) - other
        while at + np.uint64(8) <= end and differ == 0:
            differ |= _word(letters, at) ^ _word(known, other)
            at, other = at + np.uint64(8), other + np.uint64(8)
        while at < end and differ == 0:
            differ |= np.uint64(letters[at] ^ known[other])
            at, other = at + np.uint64(1), other + np.uint64(1)
        if differ != 0:
            return False
    return True


@njit(nogil=True, cache=True)
def _word(letters: Bytes, at: np.uint64) -> np.uint64:
    """Return eight letters as one number."""
    word = np.uint64(0)
    for place in range(8):
        word |= np.uint64(letters[at + np.uint64(place)]) << np.uint64(8 * place)
    return word
