"""Numbers of a snapshot as estimates."""

from collections.abc import Mapping
from typing import Any

from farled.stats.intervals import Estimate

Number = Mapping[str, Any]
MIN_N = 30


def estimate_of(number: Number | None) -> Estimate:
    """Return a number of a snapshot as an estimate; without value and with the reason where it has none."""
    if number is None:
        return Estimate.unknown("unobserved")
    n = number.get("n")
    counted = n if isinstance(n, int) else 0
    if number.get("value") is None:
        return Estimate.unknown(str(number.get("reason") or "not_computable"), counted)
    return Estimate(float(number["value"]), number.get("low"), number.get("high"), counted)


def has_enough(number: Number | None) -> bool:
    """Say whether a number has a value that rests on at least thirty."""
    return (
        number is not None
        and number.get("value") is not None
        and isinstance(number.get("n"), int)
        and number["n"] >= MIN_N
    )


def numbers_of(phases: Mapping[str, Any], name: str) -> dict[str, Number]:
    """Return one number of each phase that has it."""
    return {id_: found[name] for id_, found in phases.items() if isinstance(found.get(name), Mapping)}
