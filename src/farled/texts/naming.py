"""Whether a text names a thing by its word, in whatever form."""

import re

from farled.texts.cleaning import cleaned

SHORTEST = 4
_WORD = re.compile(r"[^\W\d_]+")
_ENDING = re.compile(r"(?:erna|arna|orna|ene|ing|en|et|er|ar|or|na|ne|es|ed|a|e|n|s|t)$")


def names(text: str, thing: str) -> bool:
    """Return whether a text has, for each word of a thing, a word that begins like it.

    A word begins like another that is the same without its ending; so "leverans" is named by "leveransdagen", and
    "svarstid" by "svarstiden". Letters that only differ in size are the same.

    Args:
        text: As a customer wrote it.
        thing: One word or several, such as the topic of a pain point.

    Example:
        >>> names("Leveransdagen ändrades två gånger", "leverans"), names("Allt gick bra", "leverans")
        (True, False)
    """
    words = _WORD.findall(cleaned(text))
    stems = [_stem(word) for word in _WORD.findall(cleaned(thing))]
    return bool(stems) and all(any(word.startswith(stem) for word in words) for stem in stems)


def _stem(word: str) -> str:
    short = _ENDING.sub("", word)
    return short if len(short) >= SHORTEST else word
