"""Signed differences between what was measured and what it is compared with, and whether they are more than chance."""

from collections.abc import Mapping
from datetime import date as day
from math import sqrt
from typing import Any

from farled.locale import duration, interval, period, signed
from farled.maps.draw.view import ChangeView
from farled.maps.draw.words import Words
from farled.maps.model import MapFile
from farled.stats.intervals import Interval

Number = Mapping[str, Any]


def difference(now: Number | None, then: Number | None) -> tuple[float, Interval] | None:
    """Return now minus then with its 95 % interval; None where one of the two has no value or no interval.

    The interval joins those of the two, which are taken as independent; of two shares with Wilson's intervals it is
    Newcombe's.

    Source:
        Zou and Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    if not now or not then:
        return None
    (a, a_low, a_high), (b, b_low, b_high) = (
        [each.get(key) for key in ("value", "low", "high")] for each in (now, then)
    )
    if a is None or b is None or a_low is None or a_high is None or b_low is None or b_high is None:
        return None
    low = a - b - sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    high = a - b + sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    return a - b, Interval(low, high)


def change(now: Number | None, then: Number | None, unit: str, better: str | None, words: Words) -> ChangeView | None:
    """Return a difference as it is written.

    Args:
        now: A number of the snapshot.
        then: The same of the snapshot that it is compared with.
        unit: As for ``Words.value``.
        better: ``up`` or ``down``, where one is better.
        words: In which language.
    """
    found = difference(now, then)
    if found is None or now is None or then is None:
        return None
    value, (low, high) = found
    kind = str(now.get("unit") or unit)
    is_sure = low > 0 or high < 0
    is_good = (value > 0) == (better == "up") if is_sure and better in ("up", "down") else None
    before = words.value(then["value"], kind)
    return ChangeView(_written(value, kind, words), _bounds(low, high, kind, words), is_sure, is_good, before)


def told(found: ChangeView, against: str, words: Words) -> str:
    """Return a difference as one line of a card."""
    sure = words._("more than chance") if found.is_sure else words._("could be chance")
    text = words._("against {what}: {change}", what=against, change=f"{found.text} ({found.bounds}; {sure})")
    return f"{text}, {words._('then {value}', value=found.then)}"


def against_name(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> str:
    """Return what a snapshot is called beside another: its period, and whose it is."""
    start, end = (day.fromisoformat(text[:10]) for text in snapshot["period"])
    names = {persona.id: persona.name for persona in content.personas}
    whose = [names.get(str(snapshot[key]), str(snapshot[key])) for key in ("persona", "segment") if snapshot.get(key)]
    return " · ".join([period(start, end, words.language), *whose])


def _written(value: float, kind: str, words: Words) -> str:
    if kind == "share":
        return words.change(value)
    if kind == "seconds":
        return ("+" if value > 0 else "") + duration(value, words.language)
    return signed(value, words.language, 1 if abs(value) < 100 else 0)


def _bounds(low: float, high: float, kind: str, words: Words) -> str:
    if kind == "seconds":
        return words.bounds(low, high, kind)
    scale = 100 if kind == "share" else 1
    return interval(
        scale * low, scale * high, words.language, percent=False, digits=1 if scale * (high - low) < 100 else 0
    )
