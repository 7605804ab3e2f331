"""Texts as counts of hashed letter sequences and words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BITS = 17


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """Counts of texts, one text after the other.

    Attributes:
        starts: Where the places of each text begin. Shape (texts + 1,).
        place: Below ``2 ** BITS``; each once per text.
        count: How often, at least 1.
    """

    starts: npt.NDArray[np.int64]
    place: npt.NDArray[np.int32]
    count: npt.NDArray[np.int32]

    def weights(self, rarity: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the weight of each place in its text: log count times rarity, each text of length 1."""
        value = np.log1p(self.count).astype(np.float32) * rarity[self.place]
        length = np.sqrt(self.sums(value * value))
        lengths = np.repeat(np.where(length > 0, length, 1), np.diff(self.starts))
        return np.asarray(value / lengths, dtype=np.float32)

    def sums(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the sum over each text of values per place, the same whatever other texts there are.

        Shape (texts,) or (texts, k).
        """
        if len(self.starts) < 2:
            return np.zeros((0, *values.shape[1:]))
        return np.asarray(np.add.reduceat(values, self.starts[:-1], axis=0, dtype=np.float64))


def grams_of(cleaned: Sequence[str]) -> Grams:
    """Count the sequences of texts that were cleaned.

    >>> grams_of(["bra", ""]).starts.tolist()
    [0, 11, 12]
    """
    from farled.texts.ngram_kernels import gram_counts  # noqa: PLC0415  Numba only when texts are read

    padded = [f" {text} " for text in cleaned]
    offsets = np.concatenate(([0], np.cumsum([len(text) for text in padded]))).astype(np.int64)
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return Grams(*gram_counts(letters, offsets, BITS))
