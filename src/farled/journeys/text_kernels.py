"""Kernels that give equal texts the same code, several threads at a time.

Texts are hashed, spread over parts by their hash so that the table of a part fits the cache, coded there by the hash
alone, and compared with the text that stands for their code: only then is the coding used. Nothing is compared where
a hash can be turned back into its text, as with ``customer-00000017``. Events can be put in order on the same way.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.unsignedinteger[Any]]

Events = tuple[Ints, Rows, Ints, Names]
Named = tuple[Names, Bools]
Placed = tuple[Ints, Names]
Out = tuple[Ints, Names, Rows]

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
def exact_hashes(texts: tuple[Offsets, Bytes], stem: Bytes, is_short: bool, hashes: Hashes, counts: Ints) -> bool:
    """Do as ``hash_texts`` with hashes that differ for any two texts: those with one stem and few letters behind it.

    Args:
        texts: Where each begins, and the letters.
        stem: How each must begin.
        is_short: At most seven letters may follow; else eight must.
        hashes: Shape (n,); written.
        counts: Shape (PARTS,); raised.

    Returns:
        Whether all texts are such; else what was written is of no use.
    """
    offsets, letters = texts
    for text in range(len(hashes)):
        at, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1])
        left = end - at - np.uint64(len(stem))
        if end - at < np.uint64(len(stem)) or left > np.uint64(8) or is_short == (left == np.uint64(8)):
            return False
        differ = np.uint64(0)
        for place in range(len(stem)):
            differ |= np.uint64(letters[at + np.uint64(place)] ^ stem[place])
        if differ != 0:
            return False
        at += np.uint64(len(stem))
        mixed = left << SHIFT
        if left == np.uint64(8):
            mixed = _word(letters, at)
        else:
            for place in range(np.int64(left)):
                mixed |= np.uint64(letters[at + np.uint64(place)]) << np.uint64(8 * place)
        mixed = (mixed ^ mixed >> np.uint64(32)) * PRIME  # each line can be undone, so no two texts meet
        mixed = (mixed ^ mixed >> np.uint64(29)) * MIX
        mixed ^= mixed >> np.uint64(32)
        hashes[text] = mixed
        counts[mixed >> SHIFT] += 1
    return True


@njit(nogil=True, cache=True)
def spread(hashes: Hashes, first: int, cursor: Ints, moved: tuple[Hashes, Rows], events: Events, seen: Bools) -> None:
    """Write hashes and their rows to the places of their parts, and the events of the rows with them.

    Args:
        hashes: Of some rows.
        first: Row of the first of them.
        cursor: The next place of each part; moved.
        moved: Hash and row of each place, shape (n_rows,) each; written.
        events: Time and name of every row, and of each place, which are written; shape (n_rows,) each, or empty.
        seen: Which names occur; raised.
    """
    moved_hashes, rows = moved
    time, name, moved_time, moved_name = events
    for at in range(len(hashes)):
        part = hashes[at] >> SHIFT
        place = cursor[part]
        cursor[part] = place + 1
        moved_hashes[place] = hashes[at]
        rows[place] = first + at
        if len(time):
            moved_time[place] = time[first + at]
            moved_name[place] = name[first + at]
            seen[name[first + at]] = True


@njit(nogil=True, cache=True)
def code_part(hashes: Hashes, rows: Rows, of_row: Rows, made: tuple[Rows, Rows, Rows], names: Named) -> int:
    """Code the texts of a part by their hashes; return how many different ones there are.

    Args:
        hashes: Of the part.
        rows: Of the part.
        of_row: The code of every row, or empty; written at the rows of the part.
        made: Of each place the code, of each code the first row and how many events there are; shape (n,); written.
        names: Name of each place, and of each name whether it is an event; or empty: all are.
    """
    code, first, count = made
    name, is_event = names
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
            first[found], count[found] = rows[at], 0
            found += 1
        code[at] = table[place]
        count[table[place]] += 1 if len(name) == 0 or is_event[name[at]] else 0
        if len(of_row):
            of_row[rows[at]] = table[place]
    return found


@njit(nogil=True, cache=True)
def place_part(code: Rows, rows: Rows, events: Placed, kept: Rows, cursor: Ints, out: Out) -> None:
    """Write the events of a part to the places of their customers, in the order of the rows.

    Args:
        code: Customer of each place of the part, within the part.
        rows: Row of each place of the part.
        events: Time and name of each place of the part.
        kept: New code of each name, -1 for names that are left out.
        cursor: The next place of each customer of the part; moved.
        out: Time, name and row of each place in the order of the index; written.
    """
    time, name = events
    out_time, out_name, out_row = out
    for at in range(len(code)):
        to = kept[name[at]]
        if to >= 0:
            place = cursor[code[at]]
            cursor[code[at]] = place + 1
            out_time[place] = time[at]
            out_name[place] = to
            out_row[place] = rows[at]


@njit(nogil=True, cache=True)
def is_coded(
    texts: tuple[Offsets, Bytes],
    hashes: Hashes,
    code: Rows,
    base: Ints,
    distinct: tuple[Offsets, Bytes],
    is_exact: bool,
) -> bool:
    """Make the codes of the parts codes of the whole, and say whether each text is the one its code stands for.

    Args:
        texts: Where each begins, and the letters.
        hashes: Of the texts.
        code: Of the texts; raised by ``base`` of their part.
        base: Shape (PARTS,).
        distinct: Of each code, as ``texts``.
        is_exact: The hashes are such that there is nothing to compare.
    """
    offsets, letters = texts
    starts, known = distinct
    for text in range(len(hashes)):
        kind = code[text] + base[hashes[text] >> SHIFT]
        code[text] = kind
        if is_exact:
            continue
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
