"""The languages of Farled and the choice among them."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from babel import Locale

from farled.errors import NotFoundError

LANGUAGES: Final = ("sv", "nb", "da", "en")

# English is written the European way: 21 Nov 2026, 20:05, weeks from Monday.
_REGIONS: Final = {"sv": "sv_SE", "nb": "nb_NO", "da": "da_DK", "en": "en_GB"}
_ALIASES: Final = {"no": "nb", "nn": "nb"}


@cache
def babel_locale(language: str) -> Locale:
    """Return what Babel knows about a language of Farled.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    if language not in _REGIONS:
        raise NotFoundError.named("language", language, LANGUAGES)
    return Locale.parse(_REGIONS[language])


def negotiate(wanted: Iterable[str], default: str = "en") -> str:
    """Return the first wanted language that Farled speaks.

    Args:
        wanted: Language tags, best first, such as ``"nn-NO"`` or ``"sv"``. Unreadable ones are passed over.
        default: Returned when there is none.

    Example:
        >>> negotiate(["fi-FI", "no", "sv"])
        'nb'
    """
    for tag in wanted:
        primary = tag.strip().lower().replace("_", "-").partition("-")[0]
        language = _ALIASES.get(primary, primary)
        if language in LANGUAGES:
            return language
    return default


def accepted(header: str) -> list[str]:
    """Return the language tags of an ``Accept-Language`` header, best first.

    Example:
        >>> accepted("da;q=0.4, nn-NO, sv;q=0.8, en;q=0")
        ['nn-NO', 'sv', 'da']
    """
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";")
        weight = _weight(quality)
        if tag and weight > 0:
            weighted.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
