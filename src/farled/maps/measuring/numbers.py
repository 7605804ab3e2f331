"""How a measured number is written: value, interval and n, or the reason why there is none."""

from collections.abc import Mapping
from typing import Any

from farled.spans import SECOND
from farled.stats.horizon import Within
from farled.stats.intervals import Estimate, Rate

Number = dict[str, Any]
REASONS = {"nobody": "too_few"}
DIGITS = 6


def number(found: Estimate | Rate, smallest: int, units: int | None = None, **more: object) -> Number:
    """Return a number of the snapshot.

    Args:
        found: What was estimated.
        smallest: Below how many units it is hidden (``privacy.min_customers``).
        units: How many customers it rests on; default: its ``n``.
        more: Further fields: ``unit``, ``open``, ``method`` …; those that are None are left out.
    """
    units = found.n if units is None else units
    if 0 < units < smallest:
        return hidden(smallest)
    extra = {key: value for key, value in more.items() if value is not None}
    if found.value is None:
        reason = found.reason or "not_computable"
        return {**unknown(REASONS.get(reason, reason), found.n), **extra}
    return {"value": short(found.value), "low": short(found.low), "high": short(found.high), "n": found.n, **extra}


def within_number(found: Within, smallest: int, units: int | None = None, **more: object) -> Number:
    """Return a share by a horizon, with how many are still open."""
    return number(found.share, smallest, units, open=found.open or None, **more)


def unknown(reason: str, n: int = 0) -> Number:
    """Return a number without value: ``unobserved``, ``too_few``, ``open`` or ``not_computable``."""
    return {"value": None, "reason": reason, "n": n}


def hidden(smallest: int) -> Number:
    """Return a number that rests on too few to be shown, with their class only."""
    return {"value": None, "reason": "hidden", "n": f"1-{smallest - 1}"}


def count(units: int, smallest: int) -> int | Number:
    """Return a count, hidden where it speaks of too few."""
    return hidden(smallest) if 0 < units < smallest else units


def rest(found: Number) -> Number:
    """Return 1 minus a share."""
    if found["value"] is None:
        return found
    low, high = found["high"], found["low"]
    return {**found, "value": short(1 - found["value"]), "low": _rest(low), "high": _rest(high)}


def seconds(found: Estimate) -> Estimate:
    """Return an estimate in seconds of one in microseconds."""
    value, low, high = (None if part is None else part / SECOND for part in (found.value, found.low, found.high))
    return Estimate(value, low, high, found.n, found.reason, found.method)


def short(value: float | None) -> float | None:
    """Return a number with no more digits than can matter."""
    return None if value is None else round(float(value), DIGITS)


def state(found: Mapping[str, Any], target: float | None) -> str:
    """Return where a number lies: over or under its target only if the whole interval does."""
    if target is None:
        return "no_target"
    low, high = found.get("low"), found.get("high")
    if found.get("value") is None or low is None or high is None:
        return "unclear"
    return "over" if low > target else "under" if high < target else "unclear"


def _rest(bound: float | None) -> float | None:
    return None if bound is None else short(1 - bound)
