"""Learning from a workspace's own scores and comments: what its customers' words mean there.

The shipped probabilities stay the ground; the workspace adds a weight per frequent word and bends the probabilities. It
is used only where it does better on pairs that it was not trained on.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from farled.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_PAIRS = 200
FEWEST_OF_A_KIND = 20
TEXTS_WITH_WORD = 8
MOST_WORDS = 400
FOLDS = 4
RIDGE = 4.0
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class OwnModel:
    """What was learned from pairs of a score and a comment; plain values, so that it travels with a question.

    Attributes:
        pairs: It was trained on so many.
        accuracy: On held-out pairs.
        shipped_accuracy: Of the shipped models on the same.
        bend: Weights of the logarithms of the shipped probabilities, 3 x 3, row after row.
        shift: Per label.
        words: Weight of a word per label; a word that fewer than eight texts have is none.
    """

    pairs: int
    accuracy: float
    shipped_accuracy: float
    bend: tuple[float, ...]
    shift: tuple[float, ...]
    words: Mapping[str, tuple[float, ...]]

    @classmethod
    def of(cls, plain: Any) -> "OwnModel":
        """Build it from plain values, as `to_plain` gives them.

        Raises:
            InputError: They are not such values.
        """
        if isinstance(plain, OwnModel):
            return plain
        try:
            words = {str(word): _floats(weights, 3) for word, weights in plain["words"].items()}
            numbers = (int(plain["pairs"]), float(plain["accuracy"]), float(plain["shipped_accuracy"]))
            return cls(*numbers, _floats(plain["bend"], 9), _floats(plain["shift"], 3), words)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError("The model is none that a workspace has learned.", "Write own or shipped.") from error

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "pairs": self.pairs,
            "accuracy": self.accuracy,
            "shipped_accuracy": self.shipped_accuracy,
            "bend": list(self.bend),
            "shift": list(self.shift),
            "words": {word: list(weights) for word, weights in self.words.items()},
        }

    def probabilities(self, texts: Sequence[str], language: str, shipped: Floats) -> Floats:
        """Return the probabilities of cleaned texts of a language, given the shipped ones. Shape (n, 3)."""
        known = list(self.words)
        weights = np.array([*self.bend, *(each for word in known for each in self.words[word])]).reshape(-1, 3)
        sums = _features(texts, [language] * len(texts), shipped, known) @ weights + np.array(self.shift)
        raised = np.exp(sums - sums.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def learned(texts: Sequence[str], languages: Sequence[str], shipped: Floats, label: Ints) -> OwnModel | None:
    """Return what pairs teach; None where they are too few or the shipped models do as well on held-out ones.

    Runs the same every time and in any order of the pairs.

    Args:
        texts: Cleaned, each once.
        languages: Of the texts.
        shipped: Probabilities of the shipped models. Shape (n, 3).
        label: What the score says: 0 negative, 1 neutral, 2 positive. Shape (n,).
    """
    order = sorted(range(len(texts)), key=lambda at: (texts[at], int(label[at])))
    texts, languages = [texts[at] for at in order], [languages[at] for at in order]
    shipped, label = shipped[order], label[order]
    kinds = np.bincount(label, minlength=3)
    if len(texts) < FEWEST_PAIRS or (kinds >= FEWEST_OF_A_KIND).sum() < 2:
        return None
    fold = np.array([crc32(text.encode()) % FOLDS for text in texts])
    right = np.zeros(len(texts), dtype=np.bool_)
    for held in range(FOLDS):
        seen = np.flatnonzero(fold != held)
        model = _fitted([texts[at] for at in seen], [languages[at] for at in seen], shipped[seen], label[seen])
        for language in dict.fromkeys(languages):
            rows = [at for at in range(len(texts)) if fold[at] == held and languages[at] == language]
            found = model.probabilities([texts[at] for at in rows], language, shipped[rows])
            right[rows] = found.argmax(axis=1) == label[rows]
    before = float((shipped.argmax(axis=1) == label).mean())
    if right.mean() <= before:
        return None
    model = _fitted(texts, languages, shipped, label)
    accuracy = round(float(right.mean()), 3)
    return OwnModel(len(texts), accuracy, round(before, 3), model.bend, model.shift, model.words)


def _fitted(texts: Sequence[str], languages: Sequence[str], shipped: Floats, label: Ints) -> OwnModel:
    from scipy.optimize import minimize  # noqa: PLC0415  only where a workspace learns

    known = _frequent(texts, languages)
    matrix = _features(texts, languages, shipped, known)
    n, width = matrix.shape
    target = np.eye(3)[label]
    start = np.concatenate((np.eye(3), np.zeros((width - 3, 3)), np.zeros((1, 3)))).ravel()

    def loss(values: Floats) -> tuple[float, Floats]:
        weights = values.reshape(width + 1, 3)
        sums = matrix @ weights[:-1] + weights[-1]
        sums = sums - sums.max(axis=1, keepdims=True)
        chance = np.exp(sums)
        chance /= chance.sum(axis=1, keepdims=True)
        away = values - start
        away[-3:] = 0
        cost = -np.log(chance[np.arange(n), label] + 1e-12).sum() + RIDGE / 2 * away @ away
        slope = np.concatenate((matrix.T @ (chance - target), (chance - target).sum(axis=0, keepdims=True))).ravel()
        return float(cost), slope + RIDGE * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x.reshape(width + 1, 3)
    rows = [tuple(round(float(each), 4) for each in row) for row in found]
    bend = tuple(each for row in rows[:3] for each in row)
    return OwnModel(n, 0.0, 0.0, bend, rows[-1], dict(zip(known, rows[3:-1], strict=True)))


def _frequent(texts: Sequence[str], languages: Sequence[str]) -> list[str]:
    counts: Counter[str] = Counter()
    for text, language in zip(texts, languages, strict=True):
        counts.update(_words(text, language))
    often = [(-count, word) for word, count in counts.items() if count >= TEXTS_WITH_WORD]
    return sorted(word for _, word in sorted(often)[:MOST_WORDS])


def _features(texts: Sequence[str], languages: Sequence[str], shipped: Floats, known: Sequence[str]) -> Floats:
    place = {word: 3 + at for at, word in enumerate(known)}
    matrix = np.zeros((len(texts), 3 + len(known)))
    matrix[:, :3] = np.log(np.maximum(shipped, 1e-6))
    for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
        columns = [place[word] for word in _words(text, language) if word in place]
        matrix[row, columns] = 1 / np.sqrt(max(len(columns), 1))
    return matrix


def _words(text: str, language: str) -> set[str]:
    """Return the words and neighbouring pairs of a text, marked with their language."""
    words = _WORD.findall(text)
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return {f"{language}:{word}" for word in (*words, *pairs)}


def _floats(values: Any, length: int) -> tuple[float, ...]:
    found = tuple(float(value) for value in values)
    if len(found) != length:
        raise ValueError(f"{len(found)} numbers, not {length}")
    return found
