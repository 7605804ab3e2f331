"""From how a column writes its times to microseconds UTC; the forms, ISO 8601 and numbers stand beside this file."""

import re
from datetime import UTC, datetime

import numpy as np

from farled.sources.connection import literal
from farled.sources.time_forms import Doubt, TimeForm, detect, given, settle
from farled.sources.time_iso import iso_sql, read_iso, unnamed_sql
from farled.sources.time_numbers import EPOCHS, EXCEL, all_plausible, number_sql, plausible, typed
from farled.sources.zones import to_utc
from farled.spans import instant

__all__ = [
    "Doubt",
    "TimeForm",
    "all_plausible",
    "careful",
    "detect",
    "expression",
    "given",
    "local",
    "plausible",
    "settle",
    "typed",
]

_CLOCK_THEN_SIGN = re.compile(r"%[HIMSf].*[+-]")
_WORDS = "('epoch', 'infinity', '-infinity')"
_WORDS_BECOME = instant(datetime(1900, 1, 1, tzinfo=UTC))  # what DuckDB's try_strptime makes of these words


def expression(form: TimeForm, column: str) -> str:
    """Write SQL that turns text into microseconds; times without a zone stay on their own clock. NULL: cannot.

    Args:
        form: How the column is written.
        column: SQL of the text.
    """
    if form.kind in EPOCHS or form.kind == EXCEL:
        return number_sql(form.kind, column)
    if form.kind == "formats":
        tries = [_strptime(column, text) for text in form.formats if text != "iso"]
        tries += [iso_sql(column)] if "iso" in form.formats else []
    else:
        tries = [_strptime(column, form.first), iso_sql(column)] if form.first else [iso_sql(column)]
    time = f"coalesce({', '.join(tries)})"
    return f"CASE WHEN {time} = {_WORDS_BECOME} AND lower({column}) IN {_WORDS} THEN NULL ELSE {time} END"


def local(form: TimeForm, column: str) -> str:
    """Write SQL that tells whether a text names no zone, so that the column's zone holds."""
    if form.kind in EPOCHS:
        return "false"
    if form.kind == EXCEL:
        return "true"
    formats = [text for text in form.formats if text != "iso"]
    if not any(_CLOCK_THEN_SIGN.search(text) or _names_zone(text) for text in formats):  # text by text, and fast
        return unnamed_sql(column) if len(formats) < len(form.formats) or form.kind == "iso" else "true"
    cases = [
        f"WHEN {_strptime(column, text)} IS NOT NULL THEN {'false' if _names_zone(text) else 'true'}"
        for text in formats
    ]
    return f"CASE {' '.join(cases)} ELSE {unnamed_sql(column)} END"


def careful(text: str, form: TimeForm) -> int | None:
    """Read one text that the fast way could not, in the forms of ISO 8601 that are rare.

    Returns:
        Microseconds UTC, or None if it is no time.
    """
    if form.kind != "iso" and "iso" not in form.formats:
        return None
    moment = read_iso(text)
    if moment is None or moment.tzinfo is not None:
        return None if moment is None else instant(moment)
    utc, _ = to_utc(np.array([instant(moment.replace(tzinfo=UTC))], dtype=np.int64), form.zone)
    return int(utc[0])


def _names_zone(text: str) -> bool:
    """Tell whether a format of ``strptime`` names the zone of its times."""
    return "%z" in text or "%Z" in text or bool(re.search(r"%[A-Za-z] ?(Z|UTC|GMT)$", text))


def _strptime(column: str, text: str) -> str:
    return f"epoch_us(try_strptime({column}, {literal(text)}))"
