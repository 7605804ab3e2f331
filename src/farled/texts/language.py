"""The language of a text: Swedish, Norwegian, Danish, English or another."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import log
from typing import Any

from farled.texts.lexicon import LANGUAGES, words_of

OTHER = "other"
SHORT = 12
FEW_WORDS = 3
ENOUGH = 2
BONUS = 1.5
LEAST_SURE = 0.55

_WORD = re.compile(r"[^\W\d_]+")
_KNOWN = {"sv": "sv", "no": "nb", "nn": "nb", "da": "da", "en": "en"}
_OTHERS = ("fi", "de", "nl", "fr", "es")
_MARKS = {  # words that the other three do not have
    "sv": "och är inte jag att från mycket också för när vad ni oss någon något jätte nöjd efter utan eller väldigt "
    "tack köpa köpte hjälp snabb snabbt dålig dåligt kundtjänst än mig dig igen aldrig bara mejl fick gick "
    "beställde vecka veckor gånger enkelt smidigt tyvärr väntade väntan frakten måste",
    "nb": "ble hva mye uten meg deg veldig noe noen etter gikk fikk kjøpe kjøpt kjøpte hjelp dere ikkje tilbake uke "
    "uker fornøyd av nettsiden ennå greit ødelagt aldri ei eg sto da feil verken nå bestilling levert sånn mer hjelpe "
    "sette bedre seg egen sjekke likevel raskt rask kasse kassen frakt frakten lett kjedelig skuespillere "
    "kundeservicen purre purret måte mens deg vanskelig handlet alltid plate gjennom omtrent kjempefornøyd",
    "da": "blev hvad meget uden noget nogen gik fik købe købt købte hjælp jer tilbage uge uger af "
    "tilfreds nemt ved endnu godt hurtig hurtigt hvornår været bliver altid selvom rigtig stod gav fejl "
    "hverken nu mere leveret penge dog jeres alligevel lige fragt fragten lynlås "
    "hjælpe pengene sig billig nok hertil svært returnering dygtig hed bagefter",
    "en": "the and is was not it to my you this that with very great love are we never what how again would could "
    "don't didn't on of but they have had good nothing easy slow",
}
_LETTERS = {"sv": "äö", "nb": "æø", "da": "æø"}


def language_of(text: str) -> str:
    """Return ``sv``, ``nb``, ``da``, ``en`` or ``other``.

    A text with two words of one language and none of the others' own is of that language; else letters decide with the
    words' help (py3langid, restricted to these and some others). Nynorsk is taken as Norwegian. What the letters leave
    open, such as a text of one short word or of signs only, is ``other`` unless a word marks it.

    Args:
        text: Cleaned.

    Example:
        >>> [language_of(text) for text in ("jag är inte nöjd", "jeg er ikke fornøyd", "i am not happy", "👍")]
        ['sv', 'nb', 'en', 'other']
    """
    words, known = _WORD.findall(text), _marks()
    marks = Counter(known[word] for word in words if word in known)
    (best, most), (_, next_most) = [*marks.most_common(2), (OTHER, 0), (OTHER, 0)][:2]
    if most - next_most >= ENOUGH or (most and not next_most and len(text) < SHORT):
        return best
    if not words:
        return OTHER
    found = _by_letters(text, marks)
    return _by_feeling(words) if found == OTHER and len(words) <= FEW_WORDS else found


def languages_of(texts: Sequence[str], fixed: str | None = None) -> list[str]:
    """Return the language of each cleaned text; ``fixed`` where it is known."""
    return [fixed] * len(texts) if fixed else [language_of(text) for text in texts]


def _by_letters(text: str, marks: Mapping[str, int]) -> str:
    chances = dict.fromkeys((*_KNOWN.values(), OTHER), 0.0)
    for label, chance in _identifier().rank(text):
        chances[_KNOWN.get(label, OTHER)] += float(chance)
    scores = {language: log(chance + 1e-9) + BONUS * marks.get(language, 0) for language, chance in chances.items()}
    for language, letters in _LETTERS.items():
        scores[language] += BONUS * any(letter in text for letter in letters)
    best = max(scores, key=lambda language: scores[language])
    if len(text) < SHORT and chances[best] < LEAST_SURE and not marks.get(best):
        return OTHER
    return best


def _by_feeling(words: Sequence[str]) -> str:
    """Return the language whose list of feelings knows most of a few words, which letters alone cannot place."""
    known = {language: sum(words_of(language).weight(word) != 0 for word in words) for language in LANGUAGES}
    best = max(LANGUAGES, key=lambda language: known[language])
    return best if known[best] else OTHER


@cache
def _marks() -> dict[str, str]:
    """Return the language of each word that only one of them has."""
    listed = Counter(word for words in _MARKS.values() for word in words.split())
    return {word: language for language, words in _MARKS.items() for word in words.split() if listed[word] == 1}


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  slow to load

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([*_KNOWN, *_OTHERS])
    return found
