"""Ids made from names."""

import re
import unicodedata
from collections.abc import Container
from typing import Final

NOT_IDS: Final = frozenset({"true", "false", "null"})


def slug(text: str | None) -> str:
    """Return an id made from a text, empty where nothing in it can stand in one.

    >>> slug("Köp: Visa korg!")
    'kop-visa-korg'
    """
    plain = unicodedata.normalize("NFKD", str(text or "").replace("ø", "o").replace("æ", "ae")).lower()
    plain = re.sub(r"[^a-z0-9_-]+", "-", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    made = re.sub(r"^[^a-z]+", "", plain).strip("-_")
    return f"the-{made}" if made in NOT_IDS else made


def free(text: str, taken: Container[str], otherwise: str) -> str:
    """Return an id made from a text that is not taken, with a number where it must.

    >>> free("Köp", {"kop"}, "phase")
    'kop-2'
    """
    made = slug(text) or otherwise
    unique, number = made, 2
    while unique in taken:
        unique, number = f"{made}-{number}", number + 1
    return unique
