"""What texts say: language, feeling, and the words that led to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from json import loads

import numpy as np
import numpy.typing as npt

from farled.texts.cleaning import cleaned
from farled.texts.language import OTHER, languages_of
from farled.texts.lexicon import LANGUAGES, said
from farled.texts.own import OwnModel
from farled.texts.sentiment import LABELS, SURE, UNSURE, Floats, shipped

BECAUSE = 5
LEAST_MOVED = 0.05
WORDS_TRIED = 60


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What texts say.

    Attributes:
        language: Of each text: sv, nb, da, en, or other, which is not judged.
        chance: Calibrated probability of negative, neutral and positive; NaN where not judged. Shape (n, 3).
    """

    language: tuple[str, ...]
    chance: Floats

    @property
    def feeling(self) -> Floats:
        """From -1 to +1: the probability of positive minus that of negative; NaN where not judged. Shape (n,)."""
        return np.asarray(self.chance[:, 2] - self.chance[:, 0])

    @property
    def label(self) -> npt.NDArray[np.int64]:
        """Position in ``negative, neutral, positive, unsure``; -1 where not judged. Shape (n,)."""
        judged = ~np.isnan(self.chance[:, 0])
        filled = np.where(judged[:, None], self.chance, 0)
        best = np.where(filled.max(axis=1) >= SURE, filled.argmax(axis=1), len(LABELS))
        return np.where(judged, best, -1)


def read(texts: Sequence[str], language: str | None = None, own: OwnModel | None = None) -> Read:
    """Return what texts say.

    Args:
        texts: As customers wrote them.
        language: Of all of them: sv, nb, da or en; None: found out for each.
        own: What was learned from a workspace's own scores and comments.

    Example:
        >>> found = read(["Inte alls nöjd.", "Rask levering, veldig fornøyd!", "Zu spät geliefert"])
        >>> found.language, [LABELS_AND_UNSURE[label] for label in found.label]
        (('sv', 'nb', 'other'), ['negative', 'positive', 'unsure'])
    """
    plain = [cleaned(text) for text in texts]
    found = languages_of(plain, language)
    chance = np.full((len(texts), len(LABELS)), np.nan)
    for each in LANGUAGES:
        rows = [at for at, is_of in enumerate(found) if is_of == each]
        if rows:
            chance[rows] = _chance([plain[at] for at in rows], each, own)
    return Read(tuple(found), chance)


def because(text: str, language: str, own: OwnModel | None = None) -> tuple[str, ...]:
    """Return the words without which a text would feel most different, those that count for its feeling first.

    Args:
        text: As the customer wrote it.
        language: Of the text.
        own: As for `read`.
    """
    if language == OTHER:
        return ()
    words = cleaned(text).split()[:WORDS_TRIED]
    variants = [" ".join(words), *(" ".join(words[:at] + words[at + 1 :]) for at in range(len(words)))]
    chance = _chance(variants, language, own)
    feeling = chance[:, 2] - chance[:, 0]
    side = 1 if feeling[0] >= 0 else -1
    moved = side * (feeling[0] - feeling[1:])
    order = np.argsort(-moved, kind="stable")[:BECAUSE]
    listed = [word for word, weight in said(variants[0], language).words if weight * side > 0]
    felt = [words[at].strip(".,;:!?()\"'") for at in order.tolist() if moved[at] >= LEAST_MOVED]
    return tuple(dict.fromkeys([*listed, *(word for word in felt if word and not _is_in(word, listed))]))[:BECAUSE]


def _is_in(word: str, listed: Sequence[str]) -> bool:
    return any(word in each.split() for each in listed)


def _chance(texts: Sequence[str], language: str, own: OwnModel | None) -> Floats:
    chance = shipped(language).probabilities(texts)
    return chance if own is None else own.probabilities(texts, language, chance)


@cache
def accuracies() -> dict[str, dict[str, float]]:
    """Return what was measured of the shipped models, by language: accuracy, macro-F1, calibration error and n."""
    return dict(loads(files("farled.texts").joinpath("measured.json").read_text(encoding="utf-8")))


LABELS_AND_UNSURE = (*LABELS, UNSURE)
