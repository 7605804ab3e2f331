"""Whether customers go other ways than at the last review: completions and transitions, like with like."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from farled.automation.judging import SETTLED, Judged, Standing
from farled.maps.audit.compare import MIN_N, of_snapshots
from farled.stats.looks import level_of_look
from farled.stats.multiple import benjamini_hochberg

Snapshot = Mapping[str, Any]
LARGEST = 5
OVER = 0.05
"""An alert of drift is over when no difference is significant at this level any more."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One place where customers changed their ways.

    Attributes:
        objects: A phase, or the two touchpoints of a transition.
        then: Share at the review.
        now: Share now.
        n: Customers now.
    """

    objects: tuple[str, ...]
    then: float
    now: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"objects": list(self.objects), "then": self.then, "now": self.now, "n": self.n}


def of_review(history: Sequence[Snapshot], last: dt.date | None, map_hash: str) -> Snapshot | None:
    """Return the snapshot at the last review: of the period that had ended most lately, of the same map.

    Args:
        history: Snapshots, in any order.
        last: Day of the review.
        map_hash: Of the map now: where it has changed since, the two cannot be compared.
    """
    if last is None:
        return None
    known = [each for each in history if each["period"][1] <= last.isoformat() and each["map_hash"] == map_hash]
    return max(known, key=lambda each: (each["period"][1], each["period"][0]), default=None)


def like(then: Snapshot, end: dt.date) -> tuple[dt.date, dt.date]:
    """Return the period now that is as long as that of a snapshot, and whose journeys were followed as long.

    Args:
        then: The snapshot.
        end: First day that is not whole in the data now.

    Returns:
        First day, and the day after the last.
    """
    first, last = (dt.date.fromisoformat(day) for day in then["period"])
    data_end = dt.date.fromisoformat(then["inputs"][0]["to"]) if then.get("inputs") else last
    until = end - max(data_end - last, dt.timedelta())
    return until - (last - first), until


def moved(now: Snapshot, then: Snapshot, level: float) -> list[Moved]:
    """Return where customers changed their ways, the largest change first.

    Args:
        now: A snapshot.
        then: The one at the review.
        level: Chance that anything is found where nothing has changed (Benjamini-Hochberg over all comparisons).
    """
    pairs = of_snapshots(now, then)
    chances = [np.nan if each.p is None or min(each.n, each.other_n) < MIN_N else each.p for each in pairs.values()]
    adjusted = benjamini_hochberg(chances)
    found = [
        Moved(objects, float(each.other or 0.0), float(each.value or 0.0), each.n)
        for (objects, each), p in zip(pairs.items(), adjusted, strict=True)
        if p <= level and each.is_large()
    ]
    return sorted(found, key=lambda each: -abs(each.now - each.then))


def judge_drift(
    standing: Standing, now: Snapshot, then: Snapshot, *, rate: float, days: float
) -> tuple[Judged, list[Moved]]:
    """Judge one look at the ways of customers; arguments as in `farled.automation.judging.judge`."""
    level = level_of_look(rate, days)
    if not standing.is_open:
        found = moved(now, then, level)
        told = Standing(bool(found), 0, standing.looks + 1)
        return Judged(told, "opened" if found else None, None, None, level), found[:LARGEST]
    found = moved(now, then, OVER)
    inside = 0 if found else standing.inside + 1
    is_over = inside >= SETTLED
    told = Standing(not is_over, 0 if is_over else inside, standing.looks + 1)
    return Judged(told, "recovered" if is_over else None, None, None, level), found[:LARGEST]
