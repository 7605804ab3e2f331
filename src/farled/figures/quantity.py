"""The numbers of a picture: what they are, how they are written beside their marks and on their axis."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from farled.locale import duration, interval, number, percent, points, signed, translator
from farled.stats.intervals import Estimate, Rate

Unit = Literal["number", "share", "seconds", "points", "change"]
"""A count or score; a share, 0 to 1; seconds; a difference of shares; a difference of numbers."""

Quantity = Rate | Estimate | float | None

_SPANS: Final = (
    (172_800, 86_400, "unit, day", "d"),
    (7_200, 3_600, "unit, hour", "h"),
    (120, 60, "unit, minute", "min"),
)


class Word(str):
    """A text of Farled's own in a figure, which is translated; plain text is somebody's name and stays as it is."""

    __slots__ = ()
    context = ""


class Count(Word):
    """A word for a number of an answer, where it may mean another thing than elsewhere."""

    __slots__ = ()
    context = "number"


class Label(str):
    """A text made of words and names, each translated or kept for itself.

    >>> label = Label("cart", ": ", Word("conversion"))
    >>> label == "cart: conversion", said(label, "sv")
    (True, 'cart: konvertering')
    """

    parts: tuple[str, ...]

    def __new__(cls, *parts: str) -> "Label":
        """Join the parts."""
        made = super().__new__(cls, "".join(parts))
        made.parts = parts
        return made


def joined(texts: Iterable[str], by: str = ", ") -> Label:
    """Return texts in one line, each still translated or kept for itself."""
    return Label(*[part for text in texts for part in (by, text)][1:])


def said(text: str, language: str) -> str:
    """Return a text of a figure or a table in a language: words translated, names as they are."""
    if isinstance(text, Label):
        return "".join(said(part, language) for part in text.parts)
    if not isinstance(text, Word):
        return text
    translate = translator(language)
    told = translate.pgettext(text.context, text) if text.context else text
    return translate(text) if told == text else told


def value_of(quantity: Quantity) -> float | None:
    """Return the number itself; None when it is not known."""
    return quantity.value if isinstance(quantity, Rate | Estimate) else quantity


def bounds_of(quantity: Quantity) -> tuple[float, float] | None:
    """Return the interval; None when there is none."""
    if not isinstance(quantity, Rate | Estimate) or quantity.value is None:
        return None
    return None if quantity.low is None or quantity.high is None else (quantity.low, quantity.high)


def ends(quantities: Iterable[Quantity]) -> tuple[float, float]:
    """Return the least and the greatest number to be shown, intervals included; (0, 0) for none."""
    known = [end for each in quantities for end in (value_of(each), *(bounds_of(each) or (None,))) if end is not None]
    return min(known, default=0.0), max(known, default=0.0)


def written(value: float, unit: Unit, language: str) -> str:
    r"""Write a number of a picture.

    Example:
        >>> written(0.25, "share", "en"), written(-0.031, "points", "en"), written(90, "seconds", "en")
        ('25.0%', '−3.1\xa0pp', '90\xa0s')
    """
    if unit == "share":
        return percent(value, language)
    if unit == "seconds":
        return duration(value, language)
    if unit == "points":
        return points(value, language)
    size = abs(value)
    digits = 0 if float(value).is_integer() or size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3
    return signed(value, language, digits) if unit == "change" else number(value, language, digits)


def bounds_text(quantity: Quantity, unit: Unit, language: str) -> str:
    """Return the interval as a sentence of a tip; empty when there is none."""
    bounds = bounds_of(quantity)
    if bounds is None:
        return ""
    low, high = bounds
    if unit == "share":
        text = interval(low, high, language)
    else:
        word = translator(language).pgettext("between two numbers", "to")
        text = f"{written(low, unit, language)} {word} {written(high, unit, language)}"
    return translator(language)("95 % interval {bounds}").format(bounds=text)


def tip(heading: str, quantity: Quantity, unit: Unit, language: str) -> str:
    """Return what is read when one points at a mark: name, number, interval, and what it rests on."""
    _ = translator(language)
    value = value_of(quantity)
    if value is None:
        reason = quantity.reason if isinstance(quantity, Rate | Estimate) and quantity.reason else "unknown"
        return f"{heading}\n{_(reason)}"
    lines = [heading, written(value, unit, language), bounds_text(quantity, unit, language)]
    if isinstance(quantity, Rate):
        part, n = number(quantity.part, language), number(quantity.n, language)
        lines.append(_("{part} of {n}").format(part=part, n=n))
    elif isinstance(quantity, Estimate) and quantity.n:
        lines.append(_("of {n}").format(n=number(quantity.n, language)))
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Scale:
    """How an axis shows numbers.

    Attributes:
        divide: What numbers are divided by before they are drawn, so that the axis counts in whole units.
        format: For ``marks.js``.
    """

    divide: float
    format: dict[str, Any]


def scale(least: float, most: float, unit: Unit, language: str) -> Scale:
    r"""Return how an axis that runs over some numbers shows them.

    Example:
        >>> scale(0, 864_000, "seconds", "en").format["suffix"]
        '\xa0d'
    """
    grouped, decimals = number(1234, language), number(0.5, language, 1)
    made = {"group": grouped[1:-3], "decimal": decimals[1:2], "minus": "\u2212", "suffix": "", "factor": 1, "digits": 0}
    width, divide = most - least, 1.0
    if unit == "seconds":
        pgettext = translator(language).pgettext
        _least, divide, context, name = next((each for each in _SPANS if most >= each[0]), (0, 1, "unit, second", "s"))
        made |= {"suffix": f"\u00a0{pgettext(context, name)}"}
        width /= divide
    elif unit in ("share", "points"):
        suffix = percent(0, language, 0) if unit == "share" else points(0, language, 0)
        made |= {"suffix": suffix[1:], "factor": 100}
        width *= 100
    if unit in ("points", "change"):
        made |= {"plus": "+"}
    return Scale(divide, {**made, "digits": 0 if width >= 2.8 else 1 if width >= 0.28 else 2})
