"""Steps and shape: S07."""

from farled.locale import N_
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, fails


def _milestone_missing(evidence: Evidence, _: Thresholds) -> Judged:
    has = any(touchpoint.milestone for _, touchpoint in evidence.map.touchpoints())
    return fails() if has else fails(Failed())


RULES: tuple[Rule, ...] = (
    Rule(
        "S07",
        "milestone-missing",
        "M",
        "I",
        N_("No touchpoint of the map is marked as a milestone."),
        N_("Mark milestones: registration, activation, order."),
        _milestone_missing,
        sources=("R140",),
    ),
)
