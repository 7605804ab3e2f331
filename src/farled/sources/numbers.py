"""Numbers as people write them: ``1 234,50``, ``1.234,50 kr``, ``-5 %``; and the decimal sign a column agrees on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError

Numbers = npt.NDArray[np.float64]

MISSING = frozenset({"", "-", "--", "–", "—", "na", "n/a", "#n/a", "null", "none", "nan"})
_UNIT = r"kr\.?|dkk|nok|sek|isk|eur|usd|gbp|%|€|\$|£"
_TRIM = re.compile(rf"^(?:{_UNIT})|(?:{_UNIT})$", re.IGNORECASE)
_BLANK = re.compile(r"[\s\u00a0\u202f\u2009']+")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_POINT = re.compile(r"[+-]?([1-9]\d{0,2}(,\d{3})+|\d+)(\.\d*)?|[+-]?\.\d+")
_COMMA = re.compile(r"[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d*)?|[+-]?,\d+")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_PLAIN_COLUMN = r"^-?\d+(\.\d+)?$"


@dataclass(frozen=True, slots=True)
class Signs:
    """What the values of a column say about its decimal sign.

    Attributes:
        point: Some value has a point before decimals, or a comma between groups.
        comma: The other way round.
        either: A value such as 1,234 or 1.234 that fits both readings and differs in them.
    """

    point: str = ""
    comma: str = ""
    either: str = ""

    @property
    def decimal(self) -> str | None:
        """Return the sign that all values agree with; None if they do not say."""
        if bool(self.point) == bool(self.comma):
            return None
        return "." if self.point else ","

    @property
    def is_plain(self) -> bool:
        """Tell whether there is no sign in any value, so that both readings are the same."""
        return not (self.point or self.comma or self.either)


def signs(values: pa.Array) -> Signs:
    """Look for evidence of the decimal sign.

    Args:
        values: Text, best without repeats.
    """
    marked = values.filter(pc.fill_null(pc.match_substring_regex(values, "[.,]"), False))
    point = comma = either = ""
    for text in marked.to_pylist():
        value = _bare(text)
        if _EITHER.fullmatch(value):
            either = either or text
            continue
        fits_point, fits_comma = _POINT.fullmatch(value), _COMMA.fullmatch(value)
        if fits_point and not fits_comma:
            point = point or text
        elif fits_comma and not fits_point:
            comma = comma or text
        if point and comma:
            break
    return Signs(point, comma, either)


def decide(found: Mapping[str, Signs], decimal: str | None) -> dict[str, str]:
    """Choose the decimal sign of each column.

    Args:
        found: By column.
        decimal: As somebody says, for all of them.

    Returns:
        ``"."`` or ``","`` by column.

    Raises:
        InputError: A column disagrees with itself, or can be read in two ways and nothing else in the file decides.
    """
    if decimal is not None:
        if decimal not in {".", ","}:
            raise InputError(f"{decimal!r} is not a decimal sign.", "Write decimal=',' or decimal='.'.")
        return dict.fromkeys(found, decimal)
    known = {sign.decimal for sign in found.values() if sign.decimal}
    chosen = {}
    for column, sign in found.items():
        if sign.point and sign.comma:
            raise InputError(
                f"Column {column!r} holds both {sign.point!r} and {sign.comma!r}, which disagree on the decimal sign.",
                "Say which it is with decimal=',' or decimal='.'; values that do not fit are then rejected.",
            )
        if sign.decimal is None and sign.either and len(known) != 1:
            raise InputError(
                f"{sign.either!r} in column {column!r} can be read in two ways, and no other value decides.",
                "Say which sign starts the decimals with decimal=',' or decimal='.'.",
            )
        chosen[column] = sign.decimal or (next(iter(known)) if sign.either else ".")
    return chosen


def read_numbers(values: pa.Array, decimal: str) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Turn texts into numbers.

    Args:
        values: Text.
        decimal: ``"."`` or ``","``.

    Returns:
        The numbers, NaN where there is none, and which texts are neither a number nor a sign for "none".
    """
    if decimal == "." and values.null_count == 0 and pc.all(pc.match_substring_regex(values, _PLAIN_COLUMN)).as_py():
        return values.cast(pa.float64()).to_numpy(zero_copy_only=False), np.zeros(len(values), dtype=np.bool_)
    read: Callable[[str], float | None] = partial(number, decimal=decimal)
    listed = [(None if text is None or text.strip().casefold() in MISSING else text) for text in values.to_pylist()]
    read_values = [None if text is None else read(text) for text in listed]
    wrong = [text is not None and value is None for text, value in zip(listed, read_values, strict=True)]
    return np.array([np.nan if value is None else value for value in read_values], dtype=np.float64), np.array(
        wrong, dtype=np.bool_
    )


def number(text: str, decimal: str = ".") -> float | None:
    """Read one number as people write it; None if it is none.

    >>> number("1.234,50 kr", ","), number("−5 %"), number("NOK 1 234.5"), number("1,2345")
    (1234.5, -5.0, 1234.5, None)
    """
    value = _bare(text)
    if decimal == ".":
        if not (_POINT.fullmatch(value) or _PLAIN.fullmatch(value)):
            return None
        value = value.replace(",", "")
    else:
        if not _COMMA.fullmatch(value):
            return None
        value = value.replace(".", "").replace(",", ".")
    result = float(value)
    return result if abs(result) < float("inf") else None


def _bare(text: str) -> str:
    """Strip blanks, currencies and per cent; a minus is a hyphen."""
    value = _BLANK.sub("", text).replace("\u2212", "-")
    if value.startswith("(") and value.endswith(")"):
        value = "-" + value[1:-1]
    sign = value[:1] if value[:1] in {"-", "+"} else ""
    value = _TRIM.sub("", value[len(sign) :])
    return sign + _TRIM.sub("", value) if sign else value
