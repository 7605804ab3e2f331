"""The languages of Farled: texts, numbers, dates and the order of words.

This room is the only one that formats for people; ``LANGUAGES`` are Swedish, Norwegian (bokmål), Danish and English.
"""

from farled.locale.catalogs import N_, Translator, translator
from farled.locale.collation import collate, collation_key
from farled.locale.languages import LANGUAGES, accepted, negotiate
from farled.locale.quantities import (
    compact,
    interval,
    money,
    number,
    parse_number,
    percent,
    points,
    signed,
    signed_percent,
)
from farled.locale.times import clock, date, duration, period
from farled.locale.words import WORDS, glossary

__all__ = [
    "LANGUAGES",
    "N_",
    "WORDS",
    "Translator",
    "accepted",
    "clock",
    "collate",
    "collation_key",
    "compact",
    "date",
    "duration",
    "glossary",
    "interval",
    "money",
    "negotiate",
    "number",
    "parse_number",
    "percent",
    "period",
    "points",
    "signed",
    "signed_percent",
    "translator",
]
