"""Train the models of sentiment that Farled ships, or measure them: python tools/train_sentiment.py DATA [--measure].

DATA is the folder with the collections that the model card names. Training writes ``src/farled/texts/*.npz`` and
the figures of the card; no text is written anywhere. Runs the same every time.
"""

import argparse
import csv
import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from farled.demo.feedback import MOODS, TOPIC_NAMES
from farled.demo.feedback import sentences as shop_sentences
from farled.texts.cleaning import cleaned
from farled.texts.grams import BITS, grams_of
from farled.texts.lexicon import LANGUAGES, said, words_of
from farled.texts.sentiment import SURE, Model, hints, save, softmax

HERE = Path(__file__).parent / "sentiment"
MODELS = Path(__file__).parent.parent / "src" / "farled" / "texts"
FLOOR = 5
FOLDS = 5
STRENGTH = {"sv": 0.5, "nb": 3.0, "da": 1.0, "en": 2.0}
OWN_WEIGHT = {"sv": 1.5, "nb": 2.0, "da": 3.0, "en": 8.0}
FAR_WEIGHT = 0.5
REVIEWS = 8_000
PRODUCTS, POSTS = "amazonReviewSnippets", "tweets"
RATED_WEIGHT = 2.0
FELT = 0.5  # of a mean rating from -4 to 4: nearer to 0 is neutral
NEGATIVE, NEUTRAL, POSITIVE = range(3)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Texts with labels, and how much each counts; ``fold`` -1 is never measured on."""

    text: list[str]
    label: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    fold: npt.NDArray[np.int64]

    def __add__(self, other: "Labelled") -> "Labelled":
        arrays = ((getattr(self, name), getattr(other, name)) for name in ("label", "weight", "fold"))
        return Labelled(self.text + other.text, *map(np.concatenate, arrays))

    def only(self, mask: npt.NDArray[np.bool_]) -> "Labelled":
        chosen = [text for text, is_in in zip(self.text, mask, strict=True) if is_in]
        return Labelled(chosen, self.label[mask], self.weight[mask], self.fold[mask])


def labelled(pairs: Sequence[tuple[str, int]], weight: float = 1.0, fold: int | None = None) -> Labelled:
    """Return texts cleaned; the fold is drawn by a checksum of the text, so that equal texts share theirs."""
    texts = [cleaned(text) for text, _ in pairs]
    folds = [zlib.crc32(text.encode()) % FOLDS if fold is None else fold for text in texts]
    return Labelled(
        texts, np.array([label for _, label in pairs]), np.full(len(pairs), weight), np.array(folds, dtype=np.int64)
    )


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def norwegian(folder: Path) -> list[tuple[str, int, str]]:
    names = {"Negative": NEGATIVE, "Neutral": NEUTRAL, "Positive": POSITIVE}
    found = rows(folder / "no_norec_sentence.csv.gz")
    return [(row["text"], names[row["label"]], row["split"]) for row in found]


def danish(folder: Path) -> list[tuple[str, int]]:
    found = ((row["text"], float(row["valence"])) for row in rows(folder / "da_lcc_sentiment.csv.gz"))
    return [(text, 1 + (valence > 0) - (valence < 0)) for text, valence in found if abs(valence) <= 5]


def swedish(folder: Path) -> list[tuple[str, int]]:
    names = {"neg": NEGATIVE, "neu": NEUTRAL, "pos": POSITIVE}
    return [(row["text"], names[row["label"]]) for row in rows(folder / "sv_social_sentiment.csv.gz")]


def english(folder: Path) -> list[tuple[str, int]]:
    """Return reviews and titles: 1 and 2 of 5 negative, 3 neutral."""
    found = []
    for row in rows(folder / "en_clothing_reviews.csv.gz"):
        rating = int(row["Rating"])
        label = NEGATIVE if rating <= 2 else NEUTRAL if rating == 3 else POSITIVE
        found += [(row[name], label) for name in ("Review Text", "Title") if row[name].strip()]
    return found


def rated(folder: Path, name: str) -> Labelled:
    """Return English texts with the mean of twenty ratings; sentences of one review share their fold."""
    with (folder / f"{name}_GroundTruth.txt").open(encoding="utf-8", errors="replace") as file:
        cells = [line.split("\t", 2) for line in file]
    ratings = [float(rating) for _, rating, _ in cells]
    labels = np.array([NEUTRAL + (rating > FELT) - (rating < -FELT) for rating in ratings])
    folds = np.array([zlib.crc32(number.split("_")[0].encode()) % FOLDS for number, _, _ in cells])
    return Labelled([cleaned(text) for _, _, text in cells], labels, np.full(len(cells), RATED_WEIGHT), folds)


def sentences(language: str) -> list[tuple[str, int]]:
    """Return our own sentences with their slots filled."""
    column = 1 + LANGUAGES.index(language)
    labels = {"-": NEGATIVE, "0": NEUTRAL, "+": POSITIVE}
    lines = [
        [cell.strip() for cell in line.split(" | ")]
        for line in (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    things = lines[0][column].split(";")
    found = []
    for cells in lines[1:]:
        text, label = cells[column], labels[cells[0]]
        slots = {"x": things[:6], "n": ["3"]}
        asked = [name for name in slots if f"{{{name}}}" in text]
        filled = [text.format(**dict(zip(asked, values, strict=True))) for values in product(*map(slots.get, asked))]
        found += [(each, label) for each in filled]
    return found


def words(language: str) -> list[tuple[str, int]]:
    """Return the words of our list as texts of one word."""
    known = words_of(language)
    return [
        (word, POSITIVE if weight > 0 else NEGATIVE)
        for word, weight in (*known.whole.items(), *known.stems.items())
        if abs(weight) >= 1.5
    ]


def with_signs(found: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return sentences followed by one or two signs of their feeling; a plain one takes that of its sign."""
    weights = words_of("").whole
    signs = {POSITIVE: [each for each in weights if weights[each] > 0]}
    signs[NEGATIVE] = [each for each in weights if weights[each] < 0]
    rng = np.random.default_rng(2)
    made = []
    for text, label in found:
        felt = label if label != NEUTRAL else int(rng.choice([NEGATIVE, POSITIVE]))
        made.append((f"{text} {' '.join(rng.choice(signs[felt], int(rng.integers(1, 3))))}", felt))
    return made


def neighbours(language: str) -> dict[str, str]:
    column = {"sv": 1, "da": 2}[language]
    lines = (HERE / "neighbours.txt").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if not line.startswith("#")]
    return {each[0]: each[column] for each in cells}


_LETTERS = {
    "sv": [("ø", "ö"), ("æ", "ä"), ("sjon", "tion"), ("hv", "v"), ("heter", "heter"), ("ene ", "erna "), ("kk", "ck")],
    "da": [
        ("sjon", "tion"),
        ("ei", "e"),
        ("isk", "isk"),
        ("fø", "fø"),
        ("skap", "skab"),
        ("løp", "løb"),
        ("ene ", "ene "),
    ],
}


def nearly(language: str, text: str) -> str:
    """Return a Norwegian text spelt as its Swedish or Danish neighbours would nearly be."""
    known = neighbours(language)

    def word(match: re.Match[str]) -> str:
        found = known.get(match.group().lower())
        if found is not None:
            return found
        spelt = match.group().lower()
        for norwegian_, other in _LETTERS[language]:
            spelt = (spelt + " ").replace(norwegian_, other).rstrip()
        return spelt

    return re.sub(r"\w+", word, text)


def training(folder: Path, language: str) -> Labelled:
    """Return what the model of a language may be trained on.

    Fold 0 is measured on, fold 1 calibrates, the others train. Danish has too few texts for that: its folds are held
    out in turn. Swedish has none to train on: fold 0 is empty.
    """
    own = labelled(sentences(language) + words(language), OWN_WEIGHT[language], fold=-1)
    own += labelled(with_signs(sentences(language)), OWN_WEIGHT[language], fold=-1)
    if language == "en":
        found = english(folder)
        order = np.random.default_rng(1).permutation(len(found))
        rare = [found[at] for at in order if found[at][1] != POSITIVE]
        common = [found[at] for at in order if found[at][1] == POSITIVE][:REVIEWS]
        return own + labelled(rare + common) + rated(folder, PRODUCTS)
    parts = {"train": -1, "dev": 1, "test": 0 if language == "nb" else -1}
    spelt = norwegian(folder)
    if language == "nb":
        return own + _by_part(spelt, parts, 1.0)
    far = [(nearly(language, text), label, part) for text, label, part in spelt]
    if language == "sv":
        return own + _by_part(far, parts, 1.0)
    return own + _by_part(far, dict.fromkeys(parts, -1), FAR_WEIGHT) + labelled(danish(folder), 3.0)


def _by_part(found: Sequence[tuple[str, int, str]], parts: dict[str, int], weight: float) -> Labelled:
    texts = [cleaned(text) for text, _, _ in found]
    labels = np.array([label for _, label, _ in found])
    return Labelled(texts, labels, np.full(len(found), weight), np.array([parts[part] for _, _, part in found]))


def features(texts: Sequence[str], language: str, rarity: npt.NDArray[np.float32]) -> csr_matrix:
    grams = grams_of(texts)
    counted = csr_matrix((grams.weights(rarity), grams.place, grams.starts), shape=(len(texts), 1 << BITS))
    return hstack([counted, csr_matrix(hints([said(text, language) for text in texts]))]).tocsr()


def rarity_of(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the inverse frequency of each place, 0 below the floor: what few texts have can be no weight."""
    places = grams_of(texts).place
    texts_with = np.bincount(places, minlength=1 << BITS)
    found = np.log((1 + len(texts)) / (1 + texts_with)) + 1
    return np.where(texts_with >= FLOOR, found, 0).astype(np.float32)


def fitted(seen: Labelled, language: str) -> Model:
    rarity = rarity_of(seen.text)
    matrix = features(seen.text, language, rarity)
    share = np.bincount(seen.label, seen.weight, minlength=3) / seen.weight.sum()
    balance = (share.max() / share) ** 0.5
    logistic = LogisticRegression(C=STRENGTH[language], max_iter=1_000, tol=1e-3)
    logistic.fit(matrix, seen.label, sample_weight=seen.weight * balance[seen.label])
    gram, hint = np.split(logistic.coef_.T.astype(np.float32), [1 << BITS])
    step = np.abs(gram).max(axis=0) / 127
    whole = np.round(gram / step).astype(np.int8)
    bias = logistic.intercept_.astype(np.float32)
    return Model(language, rarity.astype(np.float16), whole, step, hint, bias)


def examined(folder: Path, language: str) -> tuple[Model, list[str], Ints, Floats]:
    """Return the model that is shipped, with held-out texts, their labels and what the model says of them."""
    data = training(folder, language)
    if language == "da":
        return _in_turn(data)
    model = fitted(data.only(data.fold != 0).only(data.fold[data.fold != 0] != 1), language)
    tuning = data.only(data.fold == 1)
    model = calibrated(model, model.sums(tuning.text), tuning.label)
    held = labelled(swedish(folder)) if language == "sv" else data.only(data.fold == 0)
    return model, held.text, held.label, model.probabilities(held.text)


def _in_turn(data: Labelled) -> tuple[Model, list[str], Ints, Floats]:
    """Measure on each fold the model of the others; ship the model of all."""
    order = [np.flatnonzero(data.fold == fold) for fold in range(FOLDS)]
    held = np.concatenate(order)
    sums = np.concatenate(
        [
            fitted(data.only(data.fold != fold), "da").sums([data.text[at] for at in order[fold]])
            for fold in range(FOLDS)
        ]
    )
    label, fold_of = data.label[held], data.fold[held]
    model = fitted(data, "da")
    said_ = np.empty_like(sums)
    for fold in range(FOLDS):
        others = calibrated(model, sums[fold_of != fold], label[fold_of != fold])
        said_[fold_of == fold] = softmax(others.scale * sums[fold_of == fold] + others.shift)
    return calibrated(model, sums, label), [data.text[at] for at in held], label, said_


def calibrated(model: Model, sums: Floats, label: Ints) -> Model:
    """Return a model whose probabilities fit held-out labels: one scale, one shift per label."""

    def loss(values: Floats) -> float:
        chance = softmax(values[0] * sums + np.append(values[1:], 0.0))
        return float(-np.log(chance[np.arange(len(label)), label] + 1e-12).mean())

    found = minimize(loss, np.array([1.0, 0.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-7})
    shift = np.append(found.x[1:], 0.0).astype(np.float32)
    return replace(model, scale=float(found.x[0]), shift=shift)


def figures(label: Ints, chance: Floats) -> dict[str, float]:
    """Return accuracy, macro-F1 and expected calibration error, and what the class "unsure" is worth."""
    best, top = chance.argmax(axis=1), chance.max(axis=1)
    right, sure, felt = best == label, top >= SURE, label != NEUTRAL
    bins = np.minimum((top * 10).astype(int), 9)
    gaps = [abs(right[bins == at].sum() - top[bins == at].sum()) for at in range(10)]
    sides = (chance[felt, POSITIVE] > chance[felt, NEGATIVE]) == (label[felt] == POSITIVE)
    found = {
        "n": len(label), "accuracy": right.mean(), "macro_f1": f1_score(label, best, average="macro"),
        "ece": sum(gaps) / len(label), "unsure": 1 - sure.mean(), "accuracy_sure": right[sure].mean(),
        "sides": sides.mean(),
    }  # fmt: skip
    return {key: round(float(value), 3) for key, value in found.items()}


def by_words(texts: Sequence[str], language: str) -> Floats:
    """Return what the list of words alone says: the baseline."""
    balance = np.array([said(text, language).balance for text in texts])
    return np.eye(3)[np.where(balance > 0, POSITIVE, np.where(balance < 0, NEGATIVE, NEUTRAL))]


def shop(language: str) -> Labelled:
    """Return the sentences that customers of the demo shop write; no model saw them."""
    found = [
        (text, mood)
        for topic, (mood, name) in product(TOPIC_NAMES, enumerate(MOODS))
        for text in shop_sentences(language, topic, name)[:3]
    ]
    return labelled(found)


def elsewhere(folder: Path, language: str) -> dict[str, Labelled]:
    """Return further texts to measure on, by what they are: no model saw them."""
    found = {"demo shop": shop(language)}
    if language == "en":
        products = rated(folder, PRODUCTS)
        found |= {"sentences on products": products.only(products.fold == 0), "posts": rated(folder, POSTS)}
    return found


def card(language: str, measured: dict[str, dict[str, float]]) -> str:
    """Return the lines of the table of the model card."""
    rows_ = []
    for name, found in measured.items():
        numbers = " | ".join(
            "–" if found.get(key) is None else f"{found[key]:.3f}"
            for key in ("accuracy", "macro_f1", "ece", "unsure", "accuracy_sure", "sides")
        )
        rows_.append(f"| {language} | {name} | {found['n']:,.0f} | {numbers} |")
    return "\n".join(rows_)


def main() -> None:
    """Train and write, or only measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="Folder with the collections.")
    parser.add_argument("--measure", action="store_true", help="Measure only; write nothing.")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="Only this language.")
    given = parser.parse_args()
    path = MODELS / "measured.json"
    kept = json.loads(path.read_text()) if path.is_file() else {}
    for language in given.language or LANGUAGES:
        model, texts, label, chance = examined(given.data, language)
        common = np.eye(3)[np.full(len(label), np.bincount(label).argmax())]
        measured = {
            "model": figures(label, chance),
            "word list": figures(label, by_words(texts, language)),
            "majority": figures(label, common),
        }
        for name, held in elsewhere(given.data, language).items():
            measured[f"model, {name}"] = figures(held.label, model.probabilities(held.text))
            measured[f"word list, {name}"] = figures(held.label, by_words(held.text, language))
        for name in [name for name in measured if not name.startswith("model")]:
            measured[name] = {key: measured[name][key] for key in ("n", "accuracy", "macro_f1", "sides")}
        print(card(language, measured), flush=True)
        kept[language] = measured["model"]
        if not given.measure:
            save(model, MODELS / f"sentiment_{language}.npz")
            path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
