"""What the questions Sentiment and Topics share: the texts that count, each read once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.errors import InputError
from farled.journeys.answers import is_last
from farled.journeys.index import Chunk, Column
from farled.questions.places import customers_of, is_at
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


def checked_language(language: str | None) -> None:
    """Check that a language is one that texts are read in.

    Raises:
        InputError: It is not.
    """
    if language is not None and language not in LANGUAGES:
        raise InputError(f"language is {language!r}.", f"Use one of {', '.join(LANGUAGES)}, or leave it out.")


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
