"""The 128-bit BLAKE2b of texts, and sorted sets of them: event ids are remembered by hash, never by value."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Words = npt.NDArray[np.uint64]

SMALL = 50_000


class Keys(NamedTuple):
    """Hashes as two columns.

    Attributes:
        high: Shape (n,). The first eight bytes of each hash, little-endian.
        low: Shape (n,). The other eight.
    """

    high: Words
    low: Words

    @property
    def size(self) -> int:
        """How many hashes there are."""
        return len(self.high)

    def take(self, which: npt.NDArray[np.generic]) -> "Keys":
        """Return the hashes at positions, or under a mask."""
        return Keys(self.high[which], self.low[which])

    def order(self) -> npt.NDArray[np.int64]:
        """Return the positions in rising order of hash; equal hashes keep their order."""
        order = np.argsort(self.high).astype(np.int64, copy=False)
        high = self.high[order]
        tied = np.zeros(self.size, dtype=np.bool_)
        tied[1:] = high[1:] == high[:-1]
        tied[:-1] |= tied[1:]
        which = np.flatnonzero(tied)
        order[which] = order[which][np.lexsort((order[which], self.low[order[which]], high[which]))]
        return order

    def sorted(self) -> "Keys":
        """Return the hashes in rising order, each once."""
        keys = self.take(self.order())
        return keys.take(~_same_as_previous(keys))

    def repeats(self) -> npt.NDArray[np.bool_]:
        """Return which hashes stand earlier in the array too: the first of equals is no repeat. Shape (n,)."""
        order = self.order()
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[order] = _same_as_previous(self.take(order))
        return mask

    def within(self, other: "Keys") -> npt.NDArray[np.bool_]:
        """Return which hashes ``other``, which is sorted, holds. Shape (n,). Fast when these are sorted too."""
        at = np.searchsorted(other.high, self.high)
        mask = np.zeros(self.size, dtype=np.bool_)
        left = np.flatnonzero(at < other.size)
        left = left[other.high[at[left]] == self.high[left]]
        while len(left):
            mask[left] |= other.low[at[left]] == self.low[left]
            at[left] += 1
            left = left[~mask[left] & (at[left] < other.size)]
            left = left[other.high[at[left]] == self.high[left]]
        return mask

    def without(self, other: "Keys") -> "Keys":
        """Return the hashes that ``other``, which is sorted, does not hold."""
        return self.take(~self.within(other)) if other.size else self


def _same_as_previous(keys: Keys) -> npt.NDArray[np.bool_]:
    same = np.zeros(keys.size, dtype=np.bool_)
    same[1:] = (keys.high[1:] == keys.high[:-1]) & (keys.low[1:] == keys.low[:-1])
    return same


NO_KEYS = Keys(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64))


def joined(parts: Iterable[Keys]) -> Keys:
    """Return the hashes of several arrays, one after the other."""
    every = [NO_KEYS, *parts]
    return Keys(np.concatenate([part.high for part in every]), np.concatenate([part.low for part in every]))


def hashes(texts: pa.Array | pa.ChunkedArray) -> Keys:
    """Return the BLAKE2b-128 of each text in UTF-8.

    Few are hashed by the standard library, many by a compiled kernel, which has to be loaded first.

    Args:
        texts: Strings without nulls. Shape (n,).

    Returns:
        Hashes in the order of the texts.

    Example:
        >>> hashes(pa.array(["a", "b", "a"])).repeats().tolist()
        [False, False, True]
    """
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    if len(texts) < SMALL:
        digests = b"".join([blake2b(text, digest_size=16).digest() for chunk in chunks for text in _bytes(chunk)])
        words = np.frombuffer(digests, dtype="<u8").reshape(-1, 2).astype(np.uint64, copy=False)
        return Keys(np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1]))
    return joined(_hash_many(chunk) for chunk in chunks)


def _bytes(chunk: pa.Array) -> list[bytes]:
    every: list[bytes] = chunk.cast(pa.binary()).to_pylist()
    return every


def _hash_many(chunk: pa.Array) -> Keys:
    from farled.events.blake import blake2b_128  # noqa: PLC0415, Numba: a small import would wait for it

    _, places, content = chunk.cast(pa.string()).buffers()
    offsets = np.frombuffer(places, dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    return Keys(*blake2b_128(offsets, np.frombuffer(content or b"", dtype=np.uint8)))
