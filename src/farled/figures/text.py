"""How wide text is, from the advance widths of the fonts that Farled ships, and where its lines break."""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Literal

Font = Literal["grotesk", "newsreader"]

_UNKNOWN: Final = 760  # thousandths of the size, for a letter that another font must draw
_FULL: Final = 1000  # the same for a letter of an East Asian script or a pictogram
_BREAK_AFTER: Final = "-/–_\u00ad"
_NEVER_FIRST: Final = " ·"


def width(text: str, size: float, weight: int = 400, font: Font = "grotesk") -> float:
    """Return how wide a line is set in one of Farled's fonts.

    Pairs of letters count without kerning, so that the real line is rarely wider.

    Args:
        text: One line.
        size: Type size; the result has its unit.
        weight: One of the weights in ``fonts/widths.json``; the nearest is taken.
        font: The sans serif or the serif.

    Example:
        >>> round(width("Varukorg", 10), 1) < round(width("Varukorg", 10, 600), 1)
        True
    """
    return _thousandths(text, weight, font) * size / 1000


def wrap(text: str, room: float, size: float, weight: int = 400, font: Font = "grotesk") -> tuple[str, ...]:
    """Break text into lines that fit a width; a word that is wider than the room is broken where it must be.

    Args:
        text: Line breaks in it are kept.
        room: Greatest width of a line, larger than one letter.
        size: Type size.
        weight: As in ``width``.
        font: As in ``width``.

    Returns:
        The lines; joined they hold every letter of the text.

    Example:
        >>> wrap("Leveransdag syns först i kassan", 100, 12)
        ('Leveransdag', 'syns först i', 'kassan')
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in _pieces(paragraph):
            if not line or width((line + piece).rstrip(" "), size, weight, font) <= room:
                line += piece
            else:
                lines.append(line.rstrip(" "))
                line = piece
            *full, line = _cut(line, room, size, weight, font)
            lines += [part.rstrip(" ") for part in full]
        lines.append(line.rstrip(" "))
    return tuple(lines)


def balance(text: str, lines: int, size: float, weight: int = 400, font: Font = "grotesk") -> tuple[str, ...]:
    """Break text into at most so many lines, as narrow as can be.

    Example:
        >>> balance("Påminnelse om varukorg", 2, 11.5, 500)
        ('Påminnelse', 'om varukorg')
    """
    low, high = 0.0, width(text, size, weight, font)
    best: tuple[str, ...] = (text,)
    while high - low > 0.5:
        middle = (low + high) / 2
        broken = _whole_words(text, middle, size, weight, font)
        if broken is not None and len(broken) <= lines:
            best, high = broken, middle
        else:
            low = middle
    return best


def _whole_words(text: str, room: float, size: float, weight: int, font: Font) -> tuple[str, ...] | None:
    if any(width(piece.rstrip(" "), size, weight, font) > room for piece in _pieces(text)):
        return None
    return wrap(text, room, size, weight, font)


def _pieces(text: str) -> list[str]:
    """Return the parts between which a line may break; each but the first begins a word, never a dot between facts."""
    pieces = [""]
    for letter in text:
        if pieces[-1] and letter not in _NEVER_FIRST and (pieces[-1][-1] == " " or pieces[-1][-1] in _BREAK_AFTER):
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces


def _cut(line: str, room: float, size: float, weight: int, font: Font) -> list[str]:
    """Break a single word that is wider than the room."""
    parts = [""]
    for letter in line:
        if parts[-1] and letter != " " and width(parts[-1] + letter, size, weight, font) > room:
            parts.append("")
        parts[-1] += letter
    return parts


@lru_cache(maxsize=1 << 15)
def _thousandths(text: str, weight: int, font: Font) -> int:
    """Return the width at size 1000; the same words are set again and again."""
    advances = _advances(font, weight)
    return sum(advances.get(letter) or _foreign(letter) for letter in text)


def _foreign(letter: str) -> int:
    if unicodedata.combining(letter) or letter in "\u00ad\u200b\u200d\ufe0f":
        return 0
    if letter == "\u202f":
        return 260
    return _FULL if unicodedata.east_asian_width(letter) in "WF" else _UNKNOWN


@cache
def _advances(font: Font, weight: int) -> Mapping[str, int]:
    weights = _file()[font]
    return weights[min(weights, key=lambda known: abs(int(known) - weight))]


@cache
def _file() -> dict[str, dict[str, dict[str, int]]]:
    text = files("farled.figures").joinpath("fonts", "widths.json").read_text(encoding="utf-8")
    content: dict[str, dict[str, dict[str, int]]] = json.loads(text)
    return content
