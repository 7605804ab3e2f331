"""Words by which maps are called, and words that only the firm uses; per language of a map."""

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache

from farled.locale import N_
from farled.maps.model import MapFile


class Scope(Enum):
    """What a map says that it shows."""

    CUSTOMER_JOURNEY = "customer journey"
    BUYING_JOURNEY = "buying journey"
    SALES_PROCESS = "sales process"


PARTS: Mapping[str, str] = {
    "notice": N_("noticing the firm"),
    "explore": N_("exploring"),
    "weigh": N_("weighing"),
    "buy": N_("buying"),
    "use": N_("using what was bought"),
    "return": N_("coming back"),
}
"""The parts of the common axis, as a sentence names them."""

# Beginnings of words; "lead$" is the whole word.
_BUYING = ("köpres", "köpprocess", "kjøpsreise", "kjøpsprosess", "købsrejse", "købsproces", "buying journey")
_BUYING_MORE = ("buyer journey", "buyer's journey", "purchase journey", "buying process")
_SALES = ("säljprocess", "försäljningsprocess", "salgsprosess", "salgsproces", "sales process", "selling process")

_ANYWHERE = (
    "funnel", "pipeline", "upsell", "cross-sell", "crossell", "churn",
    "crm$", "kpi", "roi$", "mql$", "sql$", "prospekt", "prospect",
)  # fmt: skip
_LEADS = ("lead$", "leads$", "leadet$", "leadsen$", "leadene$")  # in English a verb too
_WORDS: Mapping[str, tuple[str, ...]] = {
    "sv": (
        *_LEADS,
        "konverter", "stänga affär", "affärsavslut", "stäng affär", "säljtratt", "säljtrakt", "tratten", "merförsälj",
        "korsförsälj", "kundbearbet", "bearbeta kund", "kvalificera", "nyckeltal", "måltavla", "segmenter",
        "avslutsgrad", "säljmöte", "omsättning",
    ),
    "nb": (
        *_LEADS, "konverter", "lukke salg", "lukke avtale", "lukk avtale", "salgstrakt", "mersalg", "kryssalg",
        "bearbeide kund", "kvalifiser", "nøkkeltall", "segmenter", "salgsmøte", "omsetning",
    ),
    "da": (
        *_LEADS,
        "konverter", "lukke handl", "lukke salg", "lukke aftale", "salgstragt", "tragten", "mersalg", "krydssalg",
        "bearbejde kund", "kvalificer", "nøgletal", "segmenter", "salgsmøde", "omsætning",
    ),
    "en": (
        "a lead$", "sales lead", "convert", "conversion",
        "close the deal", "close deal", "closing deal", "nurtur", "qualify", "qualified",
        "monetis", "monetiz", "touchpoint", "segmentation", "revenue", "sales meeting",
    ),
}  # fmt: skip


def called(map_: MapFile) -> Scope:
    """Return what a map calls itself; a title that says nothing means a customer journey."""
    title = map_.map.title.casefold()
    if any(word in title for word in _SALES):
        return Scope.SALES_PROCESS
    if any(word in title for word in (*_BUYING, *_BUYING_MORE)):
        return Scope.BUYING_JOURNEY
    return Scope.CUSTOMER_JOURNEY


def company_words(text: str, language: str) -> tuple[str, ...]:
    """Return words of a text that the firm uses and customers do not, in the order of the text.

    Args:
        text: Such as what customers want.
        language: Of the text; one of which no words are known has only those used in every language.

    Example:
        >>> company_words("Konvertera fler leads", "sv")
        ('Konvertera', 'leads')
    """
    return tuple(dict.fromkeys(match.group() for match in _pattern(language).finditer(text)))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = (*_ANYWHERE, *_WORDS.get(language.partition("-")[0], ()))
    parts = [re.escape(word[:-1]) + r"\b" if word.endswith("$") else re.escape(word) + r"\w*" for word in words]
    return re.compile(rf"\b(?:{'|'.join(parts)})", re.IGNORECASE)
