"""What the questions Sentiment and Topics share: the texts that count, each read once."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.errors import InputError
from farled.journeys.answers import is_last
from farled.journeys.index import Chunk, Column
from farled.questions.places import customers_of, is_at
from farled.texts.cleaning import cleaned
from farled.texts.language import OTHER, languages_of
from farled.texts.lexicon import LANGUAGES

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

LONGEST_QUOTE = 240
EASY_TO_READ = range(20, 200)
_PERSONAL = re.compile(r"\S+@\S+\.\S+|https?://\S+|\+?\d[\d\s-]{5,}\d")


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Events with a text, in the order of customers and time.

    Attributes:
        place: Position of the event. Shape (n,).
        customer: Whose. Shape (n,).
        code: Position of the text in ``texts``. Shape (n,).
        texts: The different texts that occur here.
    """

    place: Places
    customer: Places
    code: Places
    texts: tuple[str, ...]

    def last(self, rows: Mask) -> Places:
        """Return the rows that are the last of their customer among some rows."""
        chosen = np.flatnonzero(rows)
        return chosen[is_last(self.customer[chosen])]


def written(chunk: Chunk, at: Sequence[str]) -> Written:
    """Return the texts of a chunk at some places; those of spaces only are none.

    Args:
        chunk: With the column ``text``.
        at: Touchpoints, phases or event names; none: everywhere.
    """
    column = chunk.columns.get("text")
    if not isinstance(column, Column):
        none = np.empty(0, dtype=np.int64)
        return Written(none, none, none, ())
    place = np.flatnonzero(column.code >= 0)
    place = place[is_at(chunk, place, at)]
    used, code = np.unique(column.code[place], return_inverse=True)
    texts = tuple(str(column.values[kind]) for kind in used.tolist())
    blank = np.array([not text.strip() for text in texts], dtype=np.bool_)
    rows = ~blank[code] if texts else np.zeros(0, dtype=np.bool_)
    place, code = place[rows], code[rows].astype(np.int64)
    return Written(place, customers_of(chunk, place), code, texts)


def checked_language(texts_in: str | None) -> None:
    """Check that a language is one that texts are read in.

    Raises:
        InputError: It is not.
    """
    if texts_in is not None and texts_in not in LANGUAGES:
        raise InputError(f"texts_in is {texts_in!r}.", f"Use one of {', '.join(LANGUAGES)}, or leave it out.")


def seeming(texts: Sequence[str], texts_in: str | None) -> list[str]:
    """Return the other language that each text seems to be written in than the one it is read in; empty: none.

    >>> seeming(["Jag är inte nöjd", "Ikke fornøyd i det hele tatt"], "sv")
    ['', 'nb']
    """
    if texts_in is None:
        return [""] * len(texts)
    found = languages_of([cleaned(text) for text in texts])
    return ["" if each in (texts_in, OTHER) else each for each in found]


def read_otherwise(seem: Mapping[str, int], texts_in: str | None) -> list[str]:
    """Return the remark that texts are read in another language than they seem to be written in; none: no remark.

    >>> read_otherwise({"da": 2, "en": 7}, "sv")
    ['9 texts seem to be in another language (7 en, 2 da) and are read as sv.']
    """
    most_first = ", ".join(f"{count} {name}" for name, count in Counter(seem).most_common())
    said = f"{sum(seem.values())} texts seem to be in another language ({most_first}) and are read as {texts_in}."
    return [said] if seem else []


def quoted(text: str) -> str:
    """Return a text as it is shown: addresses and long numbers hidden, long texts cut.

    >>> quoted("Ring mig på 070-123 45 67 eller  ana@b.se!")
    'Ring mig på … eller …'
    """
    plain = " ".join(_PERSONAL.sub("…", text).split())
    return plain if len(plain) <= LONGEST_QUOTE else f"{plain[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


def drawn(*parts: Any) -> int:
    """Return a number that looks drawn, the same for the same parts everywhere."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "big")
