"""The statistics of the audit: when two numbers differ, and when one is off its target.

*Lower*, *higher* and *differs* mean significant: two-sided 5 % over customers, all comparisons of one rule taken
together (Benjamini-Hochberg), and a difference large enough to matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any, Literal

import numpy as np

from farled.errors import InputError
from farled.stats.intervals import Z95
from farled.stats.multiple import Floats, benjamini_hochberg
from farled.stats.proportions import score_test
from farled.stats.scores import welch_test

MIN_N = 30
ALPHA = 0.05
MIN_COVERAGE = 0.3
MIN_DIFFERENCE: Mapping[str, float] = {"share": 0.02, "feeling": 0.3, "points": 5.0, "seconds": 0.10}
RELATIVE = frozenset({"seconds", "money", "count"})

Kind = Literal["share", "feeling", "points", "seconds", "count", "money", "score"]
Verdict = Literal["higher", "lower", "same", "unknown"]
Number = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers beside each other.

    Attributes:
        value: Of those looked at.
        other: Of those they are compared with.
        n: How many customers stand behind the first; 0 where there is no number.
        other_n: Behind the second.
        p: Two-sided p-value of no difference; None: nothing varies, or there is no number.
        kind: What they are, for the smallest difference that matters.
    """

    value: float | None
    other: float | None
    n: int
    other_n: int
    p: float | None
    kind: Kind = "share"

    @property
    def difference(self) -> float | None:
        """The first minus the second, in their unit."""
        return None if self.value is None or self.other is None else self.value - self.other

    def is_large(self, min_difference: float | None = None) -> bool:
        """Return whether the difference is large enough to matter; of times and counts, relative to the second."""
        if self.value is None or self.other is None:
            return False
        least = MIN_DIFFERENCE.get(self.kind, 0.0) if min_difference is None else min_difference
        if self.kind in RELATIVE and min_difference is None:
            least = MIN_DIFFERENCE["seconds"] * abs(self.other)
        return abs(self.value - self.other) >= least


def of_shares(part: float, n: float, other_part: float, other_n: float) -> Comparison:
    """Compare two shares of independent customers."""
    if n <= 0 or other_n <= 0:
        return Comparison(None, None, int(n), int(other_n), None)
    p = score_test(part, n, other_part, other_n)
    return Comparison(part / n, other_part / other_n, int(n), int(other_n), p)


def of_means(values: Floats, others: Floats, kind: Kind = "feeling") -> Comparison:
    """Compare two means over independent customers, one value each (Welch)."""
    n, m = len(values), len(others)
    if n < 2 or m < 2:
        return Comparison(None, None, n, m, None, kind)
    return Comparison(float(values.mean()), float(others.mean()), n, m, welch_test(values, others), kind)


def of_numbers(number: Number | None, other: Number | None, kind: Kind = "share") -> Comparison:
    """Compare two numbers of a snapshot of independent customers, by their intervals (normal approximation)."""
    n, other_n = _n(number), _n(other)
    if number is None or other is None or number.get("value") is None or other.get("value") is None:
        return Comparison(None, None, n, other_n, None, kind)
    value, against = float(number["value"]), float(other["value"])
    spread, other_spread = _deviation(number), _deviation(other)
    if spread is None or other_spread is None or spread + other_spread == 0:
        return Comparison(value, against, n, other_n, None, kind)
    z = abs(value - against) / sqrt(spread**2 + other_spread**2)
    return Comparison(value, against, n, other_n, 2 * NormalDist().cdf(-z), kind)


def of_snapshots(now: Number, then: Number) -> dict[tuple[str, ...], Comparison]:
    """Compare the ways of customers in two snapshots of one map.

    Returns:
        The completion of each phase, and the share of the journeys that make each transition, by phase or by the two
        touchpoints. A transition that is hidden in one of them is left out.
    """
    phases = then["phases"]
    found: dict[tuple[str, ...], Comparison] = {
        (name,): of_numbers(of["completion"], phases[name]["completion"])
        for name, of in now["phases"].items()
        if name in phases
    }
    n, before_n = now["journeys"]["n"], then["journeys"]["n"]
    if not isinstance(n, int) or not isinstance(before_n, int):
        return found
    times, before = _transitions(now), _transitions(then)
    for pair in {**before, **times}:
        many, other = times.get(pair, 0), before.get(pair, 0)
        if isinstance(many, int) and isinstance(other, int):
            found[pair] = of_shares(many, n, other, before_n)
    return found


def difference(number: Number, other: Number) -> Number | None:
    """Return the first number minus the second with its 95 % interval; None where one has none."""
    spread, other_spread = _deviation(number), _deviation(other)
    if spread is None or other_spread is None:
        return None
    value, half = number["value"] - other["value"], Z95 * sqrt(spread**2 + other_spread**2)
    return {"value": value, "low": value - half, "high": value + half, "n": _n(number) + _n(other)}


def verdicts(
    comparisons: Sequence[Comparison], *, min_n: int = MIN_N, min_difference: float | None = None
) -> list[Verdict]:
    """Return of each comparison that one rule makes whether the first number is higher or lower than the second.

    Args:
        comparisons: All that the rule makes on this snapshot.
        min_n: Smaller groups are ``unknown`` and do not count among the comparisons.
        min_difference: Smallest difference that matters; default by kind, of times a tenth.
    """
    told = [min(each.n, each.other_n) >= min_n and each.difference is not None for each in comparisons]
    chances = [np.nan if not known or each.p is None else each.p for known, each in zip(told, comparisons, strict=True)]
    adjusted = benjamini_hochberg(chances)
    found: list[Verdict] = []
    for known, each, p in zip(told, comparisons, adjusted, strict=True):
        is_found = known and p <= ALPHA and each.is_large(min_difference)
        apart = "higher" if (each.difference or 0) > 0 else "lower"
        found.append(apart if is_found else "same" if known else "unknown")  # type: ignore[arg-type]  # of literals
    return found


def is_off(number: Number | None, target: float | None, better: str | None) -> bool | None:
    """Return whether the whole interval lies on the wrong side of a target; None where that cannot be told.

    Args:
        number: Of a snapshot.
        target: What is wanted.
        better: ``up`` or ``down``: which side is the right one.
    """
    if number is None or target is None or number.get("value") is None:
        return None
    if better not in ("up", "down"):
        raise InputError(f"better is {better!r}.", "Say up or down.")
    low, high = number.get("low"), number.get("high")
    if low is None or high is None:
        return None
    return bool(high < target) if better == "up" else bool(low > target)


def _n(number: Number | None) -> int:
    n = None if number is None else number.get("n")
    return n if isinstance(n, int) else 0


def _deviation(number: Number) -> float | None:
    low, high = number.get("low"), number.get("high")
    return None if low is None or high is None else (float(high) - float(low)) / (2 * Z95)


def _transitions(snapshot: Number) -> dict[tuple[str, ...], Any]:
    return {(each["from"], each["to"]): each["journeys"] for each in snapshot["transitions"]}
