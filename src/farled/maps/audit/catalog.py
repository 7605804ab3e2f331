"""The rules of the audit, in their order: the groups put together."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from farled.locale import N_
from farled.maps.audit import (
    rules_after,
    rules_change,
    rules_data,
    rules_feeling,
    rules_goal,
    rules_goal_events,
    rules_measured,
    rules_milestones,
    rules_movement,
    rules_organisation,
    rules_organisation_events,
    rules_people,
    rules_people_events,
    rules_personal,
    rules_personal_events,
    rules_privacy,
    rules_service,
    rules_steps,
)
from farled.maps.audit.rule import Rule
from farled.maps.head import RULES as IDS

GROUPS: Mapping[str, str] = {
    "G": N_("Goal and scope"),
    "P": N_("Customers and needs"),
    "S": N_("Steps and shape"),
    "D": N_("Use of data"),
    "F": N_("Movement and friction"),
    "O": N_("Organisation"),
    "A": N_("After the purchase"),
    "V": N_("Service"),
    "E": N_("Feeling"),
    "C": N_("Personal and consistent"),
    "X": N_("Change"),
    "Y": N_("Privacy"),
}
"""What the rules of a letter are about, to be translated."""
_GROUPS = (
    rules_goal.RULES,
    rules_people.RULES,
    rules_milestones.RULES,
    rules_data.RULES,
    rules_organisation.RULES,
    rules_personal.RULES,
    rules_change.RULES,
    rules_privacy.RULES,
    rules_goal_events.RULES,
    rules_people_events.RULES,
    rules_steps.RULES,
    rules_measured.RULES,
    rules_movement.RULES,
    rules_organisation_events.RULES,
    rules_after.RULES,
    rules_service.RULES,
    rules_feeling.RULES,
    rules_personal_events.RULES,
)


def _ordered(groups: Iterable[Iterable[Rule]]) -> tuple[Rule, ...]:
    found = {rule.id: rule for group in groups for rule in group}
    return tuple(found[id_] for id_ in IDS if id_ in found)


RULES: tuple[Rule, ...] = _ordered(_GROUPS)
EDITION: str = sha256(repr([(rule.id, rule.says, dict(rule.thresholds)) for rule in RULES]).encode()).hexdigest()[:8]
"""Changes when a rule says something else."""
