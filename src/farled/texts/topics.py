"""Topics: groups of words that texts have together, and which topic a text speaks of."""

import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.errors import MissingExtraError
from farled.texts.cleaning import cleaned

Floats = npt.NDArray[np.float64]

FEWEST_TEXTS = 50
TEXTS_PER_TOPIC = 15
MOST_STEMS = 2_000
COMMONEST = 0.5
WORDS = 12
COMPARED = 8
STABLE = 0.5
CLEAR = 0.3
HALVES = 2
FITTED = 5_000
COMPARED_TEXTS = 1_000
NUMBERS = (2, 3, 4, 5, 6, 8, 10, 12)
SEED = 20_260
_STEMMERS = {"sv": "swedish", "nb": "norwegian", "da": "danish", "en": "english"}
_WORD = re.compile(r"[^\W\d_]{3,}(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Topic:
    """Words that texts have together.

    Attributes:
        weights: Of the stems of its words, the heaviest first; they add up to 1.
        words: How the stems are mostly written, in the same order.
    """

    weights: Mapping[str, float]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """What texts of a language speak of.

    Attributes:
        topics: None or more.
        stability: How alike the words were that two halves of the texts gave, 0 to 1; None where not measured.
        reason: Why there are none: ``too_few`` or ``no_clear_topics``; else None.
    """

    topics: tuple[Topic, ...]
    stability: float | None = None
    reason: str | None = None


def require_topics() -> None:
    """Check that topics can be found.

    Raises:
        MissingExtraError: The extra ``text`` is not installed.
    """
    try:
        import sklearn.decomposition  # noqa: F401, PLC0415  optional, and slow to load
        import snowballstemmer  # noqa: F401, PLC0415  optional
    except ImportError as error:
        raise MissingExtraError.named("text", "find topics") from error


def stems(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return the stems of the words of a text that can carry a topic, each with the word.

    Raises:
        MissingExtraError: The extra ``text`` is not installed.

    Example:
        >>> stems("Leveransen av jackan var sen", "sv")
        (('leverans', 'leveransen'), ('jackan', 'jackan'), ('sen', 'sen'))
    """
    stop = stop_words(language)
    words = [word for word in _WORD.findall(cleaned(text)) if word not in stop]
    return tuple((_stem(word, language), word) for word in words)


def found_topics(texts: Sequence[str], language: str, wanted: int | None = None) -> Topics:
    """Return the topics of texts: a factorisation of their weighted words (NMF on TF-IDF).

    The number of topics, unless given, is the largest of 2 to 6, 8, 10 and 12 at which two random halves of the texts
    give words that agree by half or more (mean overlap of matched topics); where none does, the number at which they
    agree most, if by 0.3.
    Runs the same every time and in any order of the texts; of very many a part is fitted.

    Args:
        texts: Of one language.
        language: sv, nb, da or en.
        wanted: How many topics; None: as above.

    Raises:
        MissingExtraError: The extra ``text`` is not installed.

    Source:
        Lee and Seung (1999), Nature 401, 788-791; stability as in Greene, O'Callaghan and Cunningham (2014), How many
        topics? Stability analysis for topic models, ECML PKDD.
    """
    require_topics()
    if len(texts) < FEWEST_TEXTS:
        return Topics((), None, "too_few")
    ordered = sorted(texts)
    chosen = np.random.default_rng(SEED).permutation(len(ordered))[:FITTED]
    read = [stems(ordered[at], language) for at in chosen.tolist()]
    known, matrix = _weighted([{stem for stem, _ in each} for each in read])
    if matrix is None or matrix.shape[0] < FEWEST_TEXTS:
        return Topics((), None, "no_clear_topics")
    number, stability = (wanted, None) if wanted else _number(matrix)
    if number is None:
        return Topics((), stability, "no_clear_topics")
    spelt: dict[str, Counter[str]] = {}
    for each in read:
        for stem, word in each:
            spelt.setdefault(stem, Counter())[word] += 1
    parts = _factors(matrix, min(number, *matrix.shape))
    return Topics(tuple(_topic(row, known, spelt) for row in parts if row.any()), stability)


def topic_of(found: Sequence[str], topics: Sequence[Mapping[str, float]]) -> int:
    """Return the topic whose words a text has most of, by weight; -1 if it has none of any.

    Args:
        found: Stems of the text.
        topics: Weights of stems.
    """
    have = set(found)
    scores = [sum(weight for stem, weight in weights.items() if stem in have) for weights in topics]
    best = max(range(len(scores)), key=lambda at: (scores[at], -at), default=-1)
    return best if best >= 0 and scores[best] > 0 else -1


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the words of a language that carry no topic."""
    text = files("farled.texts").joinpath("stopwords.txt").read_text(encoding="utf-8")
    lines = (line.partition("|") for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for name, _, words in lines if name.strip() == language for word in words.split())


@cache
def _stemmer(language: str) -> Any:
    require_topics()
    import snowballstemmer  # noqa: PLC0415  optional

    return snowballstemmer.stemmer(_STEMMERS[language])


@cache
def _stem(word: str, language: str) -> str:
    return str(_stemmer(language).stemWord(word))


def _weighted(read: Sequence[set[str]]) -> tuple[list[str], Any]:
    """Return the stems that enough texts have, and the TF-IDF of the texts that have some of them."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  slow to load

    counts = Counter(stem for each in read for stem in each)
    least, most = max(3, len(read) // 300), COMMONEST * len(read)
    often = sorted((-count, stem) for stem, count in counts.items() if least <= count <= most)[:MOST_STEMS]
    known = sorted(stem for _, stem in often)
    place = {stem: at for at, stem in enumerate(known)}
    rows = [sorted(place[stem] for stem in each if stem in place) for each in read]
    rows = [row for row in rows if row]
    if not rows:
        return known, None
    rarity = np.log((1 + len(read)) / (1 + np.array([counts[stem] for stem in known]))) + 1
    values = [rarity[row] / np.sqrt((rarity[row] ** 2).sum()) for row in map(np.array, rows)]
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    return known, csr_matrix((np.concatenate(values), np.concatenate(rows), starts), shape=(len(rows), len(known)))


def _number(matrix: Any) -> tuple[int | None, float | None]:
    """Return the number of topics and how stable they are."""
    most = min(matrix.shape[0] // TEXTS_PER_TOPIC, matrix.shape[1] // 3)
    rng = np.random.default_rng(SEED)
    splits = [np.array_split(rng.permutation(matrix.shape[0])[: 2 * COMPARED_TEXTS], 2) for _ in range(HALVES)]
    stable = {
        number: float(np.mean([_agreement(matrix[a], matrix[b], number) for a, b in splits]))
        for number in NUMBERS
        if number <= most
    }
    good = [number for number, agreement in stable.items() if agreement >= STABLE]
    if not stable:
        return None, None
    best = max(good) if good else max(stable, key=lambda number: (stable[number], number))
    return (best if stable[best] >= CLEAR else None), round(stable[best], 3)


def _agreement(first: Any, second: Any, number: int) -> float:
    """Return the mean overlap of the heaviest words of matched topics, 0 to 1."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  slow to load

    sets = [[_heaviest(row, COMPARED) for row in _factors(part, number)] for part in (first, second)]
    overlap = np.array([[len(a & b) / max(len(a | b), 1) for b in sets[1]] for a in sets[0]])
    own, others = linear_sum_assignment(-overlap)
    return float(overlap[own, others].mean())


def _factors(matrix: Any, number: int) -> Floats:
    """Return the weight of each word in each topic. Shape (number, words)."""
    from sklearn.decomposition import NMF  # noqa: PLC0415  optional, and slow to load
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415  as above

    with warnings.catch_warnings(), np.errstate(invalid="ignore"):  # an exact fit leaves a rest just below zero
        warnings.simplefilter("ignore", ConvergenceWarning)  # 100 rounds are enough to tell the heaviest words
        model = NMF(number, init="nndsvda", random_state=SEED, max_iter=100, tol=1e-3).fit(matrix)
    return np.asarray(model.components_)


def _heaviest(row: Floats, number: int) -> frozenset[int]:
    order = np.argsort(-row, kind="stable")[:number]
    return frozenset(int(at) for at in order if row[at] > 0)


def _topic(row: Floats, known: Sequence[str], spelt: Mapping[str, Counter[str]]) -> Topic:
    order = [int(at) for at in np.argsort(-row, kind="stable")[:WORDS] if row[at] > 0]
    total = float(row[order].sum())
    weights = {known[at]: round(float(row[at]) / total, 4) for at in order}
    written = tuple(min(spelt[stem].items(), key=lambda item: (-item[1], item[0]))[0] for stem in weights)
    return Topic(weights, written)
