"""Organisation: O01 and O04."""

from collections.abc import Iterator
from itertools import pairwise

from farled.locale import N_
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, fails
from farled.maps.model import MapFile, Opportunity

_MAP_ALONE = N_("Nobody answers for the map.")
_ALONE = N_("Nobody answers for {objects}.")


def _no_owner(evidence: Evidence, _: Thresholds) -> Judged:
    """What inherits its owner is named with the phase that has none: one name cures all."""
    map_ = evidence.map
    found = [] if map_.map.owner is not None else [Failed(says=_MAP_ALONE)]
    for phase in map_.phases:
        if phase.owner is None:
            without = tuple(_inheriting(map_, phase.id))
            found.append(Failed((phase.id,), {"without": without}, says="" if without else _ALONE))
    homeless = [each for each in map_.opportunities if not each.owner and place_of(map_, each) is None]
    return fails(*found, *(Failed((each.id,), says=_ALONE) for each in homeless))


def _inheriting(map_: MapFile, phase_id: str) -> Iterator[str]:
    """Yield the touchpoints, pain points and opportunities that have no owner because a phase has none."""
    phase = next(phase for phase in map_.phases if phase.id == phase_id)
    bare = [touchpoint.id for touchpoint in phase.touchpoints if touchpoint.owner is None]
    yield from bare
    places = {phase_id, *bare}
    yield from (pain.id for pain in map_.pain_points if pain.owner is None and pain.at in places)
    yield from (each.id for each in map_.opportunities if each.owner is None and place_of(map_, each) in places)


def place_of(map_: MapFile, opportunity: Opportunity) -> str | None:
    """Return where an opportunity lies: its own place, or that of its first pain point."""
    if opportunity.at is not None or not opportunity.solves:
        return opportunity.at
    first = opportunity.solves[0]
    return next((pain.at for pain in map_.pain_points if pain.id == first), None)


def _no_shared_metric(evidence: Evidence, _: Thresholds) -> Judged:
    found = []
    for phase, following in pairwise(evidence.map.phases):
        apart = phase.owner and following.owner and phase.owner != following.owner
        metrics = [{kpi.metric for kpi in each.kpis or ()} for each in (phase, following)]
        if apart and not metrics[0] & metrics[1]:
            found.append(Failed((phase.id, following.id), {"owners": (phase.owner, following.owner)}))
    return fails(*found)


RULES: tuple[Rule, ...] = (
    Rule(
        "O01",
        "no-owner",
        "M",
        "W",
        N_("Nobody answers for {objects}, and so not for: {without}."),
        N_("Name who answers for it."),
        _no_owner,
        units={"without": "object"},
        sources=("R154",),
    ),
    Rule(
        "O04",
        "no-shared-metric",
        "M",
        "I",
        N_("{objects} have different owners ({owners}) and share no metric."),
        N_("Give neighbours one metric that both answer for."),
        _no_shared_metric,
        units={"owners": "department"},
        sources=("R154", "R094"),
    ),
)
