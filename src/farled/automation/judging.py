"""When an alert is raised and when it is over: pure, one look at one thing at a time.

An alert opens when a number is beyond its band with a chance of error that the look may spend (`farled.stats.looks`):
the whole 95 % interval then lies outside by far. It is over when the number itself has been back inside on some looks
in a row. Between the two nothing happens: one episode, one alert.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from farled.automation.kpis import Band
from farled.stats.looks import chance_beyond, level_of_look

Number = Mapping[str, Any]
Direction = Literal["under", "over"]
Event = Literal["opened", "recovered"]
SETTLED = 3
"""Looks in a row, on different days, inside the band: then an alert is over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered of one thing from look to look.

    Attributes:
        is_open: Whether an alert is open.
        inside: Looks in a row on which an open alert was back inside.
        looks: How many looks there were.
    """

    is_open: bool = False
    inside: int = 0
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What a look says.

    Attributes:
        standing: To remember.
        event: What happened, if anything.
        direction: On which side of the band.
        chance: Of a number so far beyond the band, were the truth at its end; None: it cannot be told.
        level: What the look might spend.
    """

    standing: Standing
    event: Event | None = None
    direction: Direction | None = None
    chance: float | None = None
    level: float = 0.0


def judge(standing: Standing, number: Number, band: Band, *, rate: float, days: float) -> Judged:
    """Judge one look at a KPI.

    Args:
        standing: What is remembered.
        number: Measured now: ``value``, ``low``, ``high``, ``n``, ``unit``; a value of None says nothing.
        band: Where the KPI should be.
        rate: Chance of a false alarm in a year.
        days: Since the look before; a look that says nothing is none.
    """
    value, low, high, n = (number.get(name) for name in ("value", "low", "high", "n"))
    if value is None or low is None or high is None or not isinstance(n, int):
        return Judged(standing)
    ends = (band.low is not None) + (band.high is not None)
    level = level_of_look(rate, days) / ends
    chance, direction = _worst(number, band)
    if not standing.is_open:
        opens = chance <= level
        told = Standing(opens, 0, standing.looks + 1)
        return Judged(told, "opened" if opens else None, direction if opens else None, chance, level)
    inside = standing.inside + 1 if band.holds(value) else 0
    is_over = inside >= SETTLED
    told = Standing(not is_over, 0 if is_over else inside, standing.looks + 1)
    return Judged(told, "recovered" if is_over else None, None, chance, level)


def _worst(number: Number, band: Band) -> tuple[float, Direction]:
    is_share = number.get("unit") == "share"
    value, n = float(number["value"]), int(number["n"])
    found: list[tuple[float, Direction]] = []
    if band.low is not None and value < band.low:
        found.append((chance_beyond(value, float(number["high"]), band.low, n, is_share=is_share), "under"))
    if band.high is not None and value > band.high:
        found.append((chance_beyond(value, float(number["low"]), band.high, n, is_share=is_share), "over"))
    return min(found, default=(1.0, "under"))
