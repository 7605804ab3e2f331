"""The list of words of feeling, and what the words of a text say with the negations beside them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("sv", "nb", "da", "en")
REACH = 3
TURNED = -0.7
STRONGER = 1.4
SHORTEST_STEM = 3

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[:;(<][-']?[\[\])(D3=/:]|=\)|[.,;:!?]|[^\w\s]")
_PAUSE = frozenset(".,;:!?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a language.

    Attributes:
        whole: Weight of words, of two words with a space between, and of signs.
        stems: Weight of beginnings of words.
        negations: What turns the feeling of a word near it.
        stronger: What makes it stronger.
        turns: After these a new thought begins.
    """

    whole: Mapping[str, float]
    stems: Mapping[str, float]
    negations: frozenset[str]
    stronger: frozenset[str]
    turns: frozenset[str]

    def weight(self, word: str) -> float:
        """Return the weight of a word: of the whole, else of its longest known beginning, else 0."""
        if word in self.whole:
            return self.whole[word]
        ends = range(len(word), SHORTEST_STEM - 1, -1)
        return next((self.stems[word[:end]] for end in ends if word[:end] in self.stems), 0.0)


@dataclass(frozen=True, slots=True)
class Said:
    """What the known words of a text say.

    Attributes:
        glad: Sum of the weights for, at least 0.
        sad: Sum of the weights against, at least 0.
        words: The words with their weights as they count here, in their order.
    """

    glad: float
    sad: float
    words: tuple[tuple[str, float], ...]

    @property
    def balance(self) -> float:
        """From -1 (all against) to +1."""
        return (self.glad - self.sad) / (self.glad + self.sad) if self.words else 0.0


@cache
def words_of(language: str) -> Words:
    """Return the words of a language; of another than the four only the signs."""
    text = files("farled.texts").joinpath("words.txt").read_text(encoding="utf-8")
    whole: dict[str, float] = {}
    stems: dict[str, float] = {}
    lists: dict[str, frozenset[str]] = {"negation": frozenset(), "stronger": frozenset(), "turn": frozenset()}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("#") or len(cells) < 2:
            continue
        if len(cells) == 2:
            whole |= dict.fromkeys(cells[1].split(), float(cells[0]))
        elif language in LANGUAGES:
            forms = cells[1 + LANGUAGES.index(language)].split(",")
            if cells[0] in lists:
                lists[cells[0]] = frozenset(forms)
                continue
            stems |= {form[:-1]: float(cells[0]) for form in forms if form.endswith("*")}
            whole |= {form: float(cells[0]) for form in forms if not form.endswith("*")}
    return Words(whole, stems, lists["negation"], lists["stronger"], lists["turn"])


def said(cleaned: str, language: str) -> Said:
    """Return what the known words of a cleaned text say.

    A negation turns the words up to three places after it and the one just before it, but not beyond a pause or a
    turn such as "but"; "mycket" and its like make the next word stronger.

    Example:
        >>> said("inte bra", "sv").words
        (('inte bra', -1.05),)
        >>> said("works, but not very well made", "en").words
        (('works', 1.0), ('not well made', -1.47))
    """
    words, tokens = words_of(language), _TOKEN.findall(cleaned)
    found: list[tuple[str, float]] = []
    at = 0
    while at < len(tokens):
        pair = " ".join(tokens[at : at + 2])
        is_pair = pair in words.whole and len(tokens) > at + 1
        word = pair if is_pair else tokens[at]
        weight = words.weight(word)
        if weight and not (_is_negation(word, words) and not is_pair):
            negation = _negation(tokens, at, words, 2 if is_pair else 1)
            if negation is not None:
                weight, word = TURNED * weight, f"{negation} {word}"
            if at and tokens[at - 1] in words.stronger:
                weight *= STRONGER
            found.append((word, round(weight, 3)))
        at += 2 if is_pair else 1
    glad = sum(weight for _, weight in found if weight > 0)
    return Said(glad, -sum(weight for _, weight in found if weight < 0), tuple(found))


def _negation(tokens: list[str], at: int, words: Words, length: int) -> str | None:
    """Return the negation that turns the word at a place; an even number of them turns nothing."""
    found = [tokens[at + length]] if at + length < len(tokens) and _is_negation(tokens[at + length], words) else []
    for place in range(at - 1, max(at - 1 - REACH, -1), -1):
        if tokens[place] in _PAUSE or tokens[place] in words.turns:
            break
        if _is_negation(tokens[place], words):
            found.append(tokens[place])
    return found[0] if len(found) % 2 else None


def _is_negation(word: str, words: Words) -> bool:
    return word in words.negations or (word.endswith("n't") and bool(words.negations))
