"""The ways that customers take through the phases of a map."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from farled.maps.audit.ground import Ground
from farled.maps.measuring.phases import seen_share
from farled.maps.metric import EventRule

MOST = 10
LOOKED_AT = 200
ENTERED = 0.5


def other_ways(ground: Ground) -> tuple[dict[str, Any], ...]:
    """Return the most frequent sequences of phases that are not in map order or skip one that most enter.

    At most ten, each as the ids of its ``phases`` and its ``journeys``; those of fewer journeys than the map may show
    are left out.
    """
    view, ids = ground.view, [phase.id for phase in ground.map.phases]
    usual = [(seen_share(view, at) or 0.0) >= ENTERED for at in range(len(ids))]
    _, first, times = np.unique(ground.facts.sequence[view.places], return_index=True, return_counts=True)
    order = np.argsort(-times, kind="stable")[:LOOKED_AT]
    found = []
    for at in order[times[order] >= ground.map.map.privacy.min_customers].tolist():
        phases = ground.measuring.sequence(int(view.places[first[at]]))
        skipped = [at for at in range(phases[-1]) if usual[at] and at not in phases]
        if phases != sorted(set(phases)) or skipped:
            found.append({"phases": tuple(ids[phase] for phase in phases), "journeys": int(times[at])})
    return tuple(found[:MOST])


def phases_of_names(ground: Ground, names: Iterable[str]) -> dict[str, str | None]:
    """Return in which phase events of some names mostly occur: that of the touchpoint met last before them.

    None where they stand before every touchpoint.
    """
    mapped = ground.mapped()
    phases = ground.phase_of[ground.touchpoint_of(mapped)]
    found: dict[str, str | None] = {}
    for name in names:
        before = ground.now(EventRule(event=name)).preceding(mapped)
        before = before[before >= 0]
        counts = np.bincount(phases[before], minlength=1)
        found[name] = ground.map.phases[int(counts.argmax())].id if len(before) else None
    return found
