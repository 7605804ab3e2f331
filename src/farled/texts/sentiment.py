"""The feeling of a text: negative, neutral or positive, with calibrated probabilities.

A model of a language weighs hashed letter sequences and words, and what the list of words says. ``Model.probabilities``
needs NumPy and Numba only; ``tools/train_sentiment.py`` trains the models that are shipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from farled.texts.grams import Grams, grams_of
from farled.texts.lexicon import Said, said

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]

LABELS = ("negative", "neutral", "positive")
UNSURE = "unsure"
SURE = 0.5
BATCH = 4_000
HINT = np.float32(3)  # so that training trusts the list of words more than any one sequence of letters


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The weights of a language.

    Attributes:
        language: Of the texts.
        rarity: Of each place of letter sequences, 0 where it has no weight. Shape (2 ** BITS,).
        gram: Weight of each place for each label, in whole steps of ``step``. Shape (2 ** BITS, 3).
        step: Of the weights, per label. Shape (3,).
        hint: Weight of what the words say, per label. Shape (4, 3).
        bias: Shape (3,).
        scale: Of the sum of the weights, from calibration.
        shift: Added after ``scale``, from calibration. Shape (3,).
    """

    language: str
    rarity: npt.NDArray[np.float16]
    gram: npt.NDArray[np.int8]
    step: Floats32
    hint: Floats32
    bias: Floats32
    scale: float = 1.0
    shift: Floats32 = None  # type: ignore[assignment]  # set below

    def __post_init__(self) -> None:
        if self.shift is None:
            object.__setattr__(self, "shift", np.zeros(3, dtype=np.float32))

    def sums(self, texts: Sequence[str]) -> Floats:
        """Return the sum of weights for each label, not calibrated. Shape (n, 3).

        Args:
            texts: Cleaned.
        """
        rows = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]
        return np.concatenate([np.zeros((0, 3)), *map(self._sums, rows)])

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return the calibrated probability of each label of cleaned texts. Shape (n, 3)."""
        return softmax(self.scale * self.sums(texts) + self.shift)

    def _sums(self, texts: Sequence[str]) -> Floats:
        grams: Grams = grams_of(texts)
        weights = grams.weights(self.rarity.astype(np.float32))
        by_gram = grams.sums(weights[:, None] * (self.gram[grams.place] * self.step))
        told = hints([said(text, self.language) for text in texts]).astype(np.float64)
        by_word = (told[:, :, None] * self.hint).sum(axis=1)  # as `@`, but no row hangs on how many there are
        return np.asarray(by_gram + by_word + self.bias)


def softmax(sums: Floats) -> Floats:
    """Return probabilities of sums of weights, each row adding up to 1."""
    raised = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def hints(found: Sequence[Said]) -> Floats32:
    """Return what the words of texts say, as numbers. Shape (n, 4)."""
    rows = [(np.log1p(each.glad), np.log1p(each.sad), each.balance, float(bool(each.words))) for each in found]
    return HINT * np.array(rows, dtype=np.float32).reshape(len(rows), 4)


def save(model: Model, path: Path) -> None:
    """Write a model; the same model gives the same bytes."""
    names = ("rarity", "gram", "step", "hint", "bias", "shift")
    np.savez_compressed(path, scale=np.float64(model.scale), **{name: getattr(model, name) for name in names})


@cache
def shipped(language: str) -> Model:
    """Return the model that is shipped for sv, nb, da or en."""
    stored = files("farled.texts").joinpath(f"sentiment_{language}.npz").read_bytes()
    with np.load(BytesIO(stored)) as arrays:
        found = {name: arrays[name] for name in arrays.files if name != "scale"}
        return Model(language, scale=float(arrays["scale"]), **found)
