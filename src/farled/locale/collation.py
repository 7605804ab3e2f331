"""The order of words in each language, which is not the order of their code points."""

from collections.abc import Callable, Iterable
from typing import Final
from unicodedata import combining, normalize

from farled.locale.languages import babel_locale

# Letters with a place of their own after z, and letters that stand where another stands.
_AFTER_Z: Final = {"sv": "åäö", "nb": "æøå", "da": "æøå", "en": ""}
_STANDS_FOR: Final = {
    "sv": {"æ": "ä", "ø": "ö", "ü": "y"},
    "nb": {"ä": "æ", "ö": "ø", "ü": "y"},
    "da": {"ä": "æ", "ö": "ø", "ü": "y"},
    "en": {"æ": "ae", "ø": "o"},
}
_EVERYWHERE: Final = {"ß": "ss", "ð": "d", "þ": "th", "đ": "d", "ł": "l", "œ": "oe"}

Key = tuple[tuple[tuple[int, int], ...], str, str]


def collate(texts: Iterable[str], language: str) -> list[str]:
    """Return texts in the order of a language.

    Args:
        texts: Any texts.
        language: One of ``LANGUAGES``.

    Returns:
        A new list; letters of both cases together, accents after the plain letter.

    Example:
        >>> collate(["Äpple", "Ål", "Zebra", "apa"], "sv")
        ['apa', 'Zebra', 'Ål', 'Äpple']
        >>> collate(["Aalborg", "Ærø", "Zoo"], "da"), collate(["Zoo", "Aalborg"], "nb")
        (['Zoo', 'Ærø', 'Aalborg'], ['Aalborg', 'Zoo'])
    """
    return sorted(texts, key=collation_key(language))


def collation_key(language: str) -> Callable[[str], Key]:
    """Return the function by which to sort texts of a language, for ``sorted`` and ``list.sort``."""
    babel_locale(language)
    after = {letter: place for place, letter in enumerate(_AFTER_Z[language])}
    stands = _EVERYWHERE | _STANDS_FOR[language]

    def key(text: str) -> Key:
        folded = normalize("NFC", text).lower()
        if language == "da":
            folded = folded.replace("aa", "å")
        plain = "".join(_plain(stands.get(letter, letter), after) for letter in folded)
        return tuple(_place(letter, after) for letter in plain), folded, text.swapcase()

    return key


def _plain(letters: str, after: dict[str, int]) -> str:
    if letters in after:
        return letters
    return "".join(mark for mark in normalize("NFD", letters) if not combining(mark))


def _place(letter: str, after: dict[str, int]) -> tuple[int, int]:
    """Return group and place: signs, digits, letters from a to z, letters after z, other scripts."""
    if letter in after:
        return 3, after[letter]
    if "a" <= letter <= "z":
        return 2, ord(letter)
    if letter.isdigit():
        return 1, ord(letter)
    return (4 if letter.isalpha() else 0), ord(letter)
