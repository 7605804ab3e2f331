"""How somebody is known, written in one way: normalised identifiers, and values that identify nobody.

It stands in this room because files and HTTP normalise while they read; ``farled.people.identifiers`` hands it on.
"""

import re
import unicodedata
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

BLOCKED = frozenset(
    {"", "-1", "null", "nil", "none", "undefined", "nan", "unknown", "anonymous", "guest", "test", "true", "false"}
    | {"[object object]", "distinct_id"}
)
"""Values that senders write when they know nobody, in lower case."""

_ZEROS = re.compile(r"[0-]*")
_PATTERN = r"^[0-]*$|^example@"


def normalise(kind: str, value: str) -> str:
    """Write an identifier's value in the one way.

    Args:
        kind: Its type; an ``email`` is folded to lower case, all others are trimmed only.
        value: As given.

    Example:
        >>> normalise("email", " Anna@Firma.NO "), normalise("user_id", " Anna ")
        ('anna@firma.no', 'Anna')

    Source:
        Own definition: normalisation 5.2.1 of the design of collection; no dot or plus tricks.
    """
    text = value.strip()
    return unicodedata.normalize("NFKC", text).strip().lower() if kind == "email" else text


def is_blocked(value: str, more: Iterable[str] = ()) -> bool:
    """Tell whether a value identifies nobody: empty, only zeros and hyphens, ``null``, ``guest``, ``example@…``.

    Args:
        value: Normalised or not.
        more: Further values of a workspace.

    Example:
        >>> is_blocked("NULL"), is_blocked("000-00"), is_blocked("example@shop.se"), is_blocked("guest house")
        (True, True, True, False)
    """
    text = value.strip().lower()
    if text in BLOCKED or _ZEROS.fullmatch(text) or text.startswith("example@"):
        return True
    return text in {other.strip().lower() for other in more}


def normalised(kind: str, column: pa.ChunkedArray, more: Iterable[str] = ()) -> pa.ChunkedArray:
    """Normalise a whole column; values that identify nobody become null.

    Args:
        kind: Type of the identifiers.
        column: Text.
        more: Further values that a workspace blocks.
    """
    text = pc.utf8_trim_whitespace(column)
    if kind == "email":
        text = pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(text, form="NFKC")))
    folded = text if kind == "email" else pc.utf8_lower(text)
    words = pa.array([*BLOCKED, *(other.strip().lower() for other in more)], pa.string())
    blocked = pc.or_(pc.is_in(folded, words), pc.fill_null(pc.match_substring_regex(folded, _PATTERN), False))
    return pc.if_else(blocked, pa.scalar(None, pa.string()), text)
