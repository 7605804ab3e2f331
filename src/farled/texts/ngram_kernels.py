"""Kernel that counts the letter sequences and words of texts, each hashed into one of a number of places."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Letters = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]

SHORTEST, LONGEST_GRAM = 2, 5
BASIS, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
MIX = np.uint64(0xD6E8FEB86659FD93)
WORD, PAIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@njit(nogil=True, cache=True)
def gram_counts(letters: Letters, offsets: Ints, bits: int) -> tuple[Ints, Places, Places]:
    """Count the sequences of 2 to 5 letters, the words and the pairs of words of each text.

    Args:
        letters: Code points of the texts, each with a space before and after.
        offsets: Where each text begins, shape (n + 1,).
        bits: There are 2 ** bits places.

    Returns:
        Where the places of each text begin, shape (n + 1,); the places in the order in which they are met; how often.
    """
    texts, mask = len(offsets) - 1, np.uint64((1 << bits) - 1)
    starts = np.zeros(texts + 1, dtype=np.int64)
    room = (LONGEST_GRAM - SHORTEST + 3) * len(letters)
    place, count = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    at = np.full(1 << bits, -1, dtype=np.int64)
    used = 0
    for text in range(texts):
        first, begin, end = used, offsets[text], offsets[text + 1]
        for start in range(begin, end):
            value = BASIS
            for stop in range(start, min(start + LONGEST_GRAM, end)):
                value = (value ^ np.uint64(letters[stop])) * PRIME
                if stop - start + 1 >= SHORTEST:
                    used = _met(_place(value, mask), at, place, count, used)
        used = _words(letters[begin:end], mask, at, place, count, used)
        for entry in range(first, used):
            at[place[entry]] = -1
        starts[text + 1] = used
    return starts, place[:used].copy(), count[:used].copy()


@njit(nogil=True, cache=True)
def _words(text: Letters, mask: np.uint64, at: Ints, place: Places, count: Places, used: int) -> int:
    value, before, has_letters = WORD, np.uint64(0), False
    for letter in range(len(text)):
        if _is_in_word(text[letter]):
            value = (value ^ np.uint64(text[letter])) * PRIME
            has_letters = True
        elif has_letters:
            used = _met(_place(value, mask), at, place, count, used)
            if before != 0:
                used = _met(_place((before * PAIR) ^ value, mask), at, place, count, used)
            value, before, has_letters = WORD, value, False
    return used


@njit(nogil=True, cache=True)
def _is_in_word(letter: np.uint32) -> bool:
    is_sign = (letter == 39) | (letter == 48)  # a set takes a second more to compile
    return bool(letter >= 192 or 97 <= letter <= 122 or is_sign)


@njit(nogil=True, cache=True)
def _place(value: np.uint64, mask: np.uint64) -> int:
    mixed = (value ^ (value >> np.uint64(32))) * MIX
    return int((mixed ^ (mixed >> np.uint64(29))) & mask)


@njit(nogil=True, cache=True)
def _met(where: int, at: Ints, place: Places, count: Places, used: int) -> int:
    if at[where] >= 0:
        count[at[where]] += 1
        return used
    at[where] = used
    place[used] = where
    count[used] = 1
    return used + 1
