"""Numbers as people of each language write them: the only place that formats one.

The sign of a negative number is U+2212; groups are parted by what the language uses, never by a space that breaks;
nothing below zero is written for a value that rounds to zero.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from math import isfinite

from babel.numbers import NumberPattern, format_compact_decimal, get_currency_precision, parse_pattern

from farled.errors import InputError
from farled.locale.catalogs import translator
from farled.locale.languages import babel_locale

MINUS = "\u2212"
_SPACES = str.maketrans({"\u202f": "\u00a0", "\u2009": "\u00a0", "-": MINUS})


def number(value: float, language: str, digits: int = 0) -> str:
    """Write a number with a fixed count of decimals.

    Args:
        value: Finite. A half is rounded away from zero.
        language: One of ``LANGUAGES``.
        digits: Decimals.

    Raises:
        InputError: The value is not finite.

    Example:
        >>> number(1234567.25, "da", 1)
        '1.234.567,3'
    """
    return f"{_rounded(value, digits):,.{digits}f}".translate(_signs(language))


def signed(value: float, language: str, digits: int = 0) -> str:
    """Write a change: with ``+`` above zero, U+2212 below, no sign at zero.

    Example:
        >>> signed(0.3, "sv", 1), signed(-0.04, "sv", 1)
        ('+0,3', '0,0')
    """
    return _plus(value, digits) + number(value, language, digits)


def percent(value: float, language: str, digits: int = 1) -> str:
    r"""Write a share, 0 to 1, in percent.

    Example:
        >>> percent(0.042, "en"), percent(0.042, "nb")
        ('4.2%', '4,2\xa0%')
    """
    rounded = _rounded(value, digits + 2)
    locale = babel_locale(language)
    return _tidy(_pattern(locale.percent_formats[None].pattern, digits).apply(rounded, locale))


def signed_percent(value: float, language: str, digits: int = 0) -> str:
    r"""Write a relative change, 0.04 for four percent more, with its sign.

    Example:
        >>> signed_percent(0.04, "sv")
        '+4\xa0%'
    """
    return _plus(value, digits + 2) + percent(value, language, digits)


def points(value: float, language: str, digits: int = 1) -> str:
    r"""Write a difference of two shares in percentage points, with its sign.

    Args:
        value: -1 to 1.
        language: One of ``LANGUAGES``.
        digits: Decimals.

    Example:
        >>> points(0.003, "sv")
        '+0,3\xa0pe'
    """
    unit = translator(language).pgettext("unit, percentage points", "pp")
    return f"{signed(float(Decimal(str(value)) * 100), language, digits)}\u00a0{unit}"


def money(value: float, currency: str, language: str, digits: int | None = None) -> str:
    r"""Write an amount in the currency it came with.

    Args:
        value: Finite.
        currency: ISO 4217 code.
        language: One of ``LANGUAGES``.
        digits: Decimals; those of the currency unless given.

    Example:
        >>> money(1234.5, "SEK", "sv"), money(1234.5, "DKK", "da"), money(1234.5, "SEK", "en", 0)
        ('1\xa0234,50\xa0kr', '1.234,50\xa0kr.', 'SEK\xa01,235')
    """
    places = get_currency_precision(currency) if digits is None else digits
    locale = babel_locale(language)
    pattern = locale.currency_formats["standard"].pattern
    if locale.currency_symbols.get(currency, currency)[-1:].isalpha():
        pattern = pattern.replace("\u00a4#", "\u00a4\u00a0#")  # CLDR parts letters from digits; Babel does not
    rounded = _rounded(value, places)
    return _tidy(_pattern(pattern, places).apply(rounded, locale, currency=currency, currency_digits=False))


def compact(value: float, language: str, digits: int = 1) -> str:
    r"""Write a large number short, as on an axis.

    Example:
        >>> compact(1_300_000, "sv"), compact(1_300_000, "da")
        ('1,3\xa0mn', '1,3\xa0mio.')
    """
    require_finite(value)
    return _tidy(format_compact_decimal(Decimal(str(value)), locale=babel_locale(language), fraction_digits=digits))


def interval(low: float, high: float, language: str, percent: bool = True, digits: int = 1) -> str:
    r"""Write the bounds of an interval.

    Args:
        low: Lower bound; with ``percent`` a share.
        high: Upper bound.
        language: One of ``LANGUAGES``.
        percent: Whether the bounds are shares, 0 to 1.
        digits: Decimals.

    Example:
        >>> print(ascii(interval(0.255, 0.366, "sv")), ascii(interval(-0.41, 0.09, "sv", percent=False, digits=2)))
        '25,5\u201336,6\xa0%' '\u22120,41 till 0,09'
    """
    scale = 100 if percent else 1
    first = number(float(Decimal(str(low)) * scale), language, digits)
    last = _share(high, language, digits) if percent else number(high, language, digits)
    word = translator(language).pgettext("between two numbers", "to")
    return f"{first} {word} {last}" if low < 0 else f"{first}\u2013{last}"


def parse_number(text: str, language: str) -> float:
    r"""Read a number that a person typed, with any kind of space and either minus.

    Raises:
        InputError: It is not a number in that language.

    Example:
        >>> parse_number("1 234,5", "sv"), parse_number("\u22121.234,5", "da")
        (1234.5, -1234.5)
    """
    symbols = babel_locale(language).number_symbols["latn"]
    group, decimal = symbols["group"], symbols["decimal"]
    plain = "".join(text.split()).replace(MINUS, "-")
    whole, mark, fraction = plain.partition(decimal)
    groups = whole.lstrip("+-").split(group)
    grouped_well = len(groups) == 1 or (0 < len(groups[0]) <= 3 and all(len(part) == 3 for part in groups[1:]))
    try:
        if not grouped_well or not "".join(groups).isdecimal() or (mark and not fraction.isdecimal()):
            raise InvalidOperation
        return float(Decimal(whole.replace(group, "") + ("." + fraction if mark else "")))
    except InvalidOperation:
        example = number(1234.5, language, 1)
        raise InputError(f"{text!r} is not a number.", f"Write it such as {example}.") from None


def require_finite(value: float) -> None:
    """Refuse what is no number.

    Raises:
        InputError: The value is infinite or not a number.
    """
    if not isfinite(value):
        raise InputError(f"{value} cannot be written as a number.", "Show why it is unknown instead.")


def _rounded(value: float, digits: int) -> Decimal:
    require_finite(value)
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded.is_zero() else rounded


def _plus(value: float, digits: int) -> str:
    return "+" if _rounded(value, digits) > 0 else ""


def _tidy(text: str) -> str:
    return text.translate(_SPACES)


@cache
def _signs(language: str) -> dict[int, str]:
    """Return how a language parts groups and decimals, and the sign of what is negative."""
    symbols = babel_locale(language).number_symbols["latn"]
    return str.maketrans({",": _tidy(symbols["group"]), ".": symbols["decimal"], "-": MINUS})


@cache
def _pattern(pattern: str, digits: int) -> NumberPattern:
    """Return a pattern of CLDR with a fixed count of decimals."""
    whole = pattern.replace("#,##0.00", "#,##0")
    return parse_pattern(whole.replace("#,##0", "#,##0." + "0" * digits) if digits else whole)


_share = percent  # where a parameter has the function's name
