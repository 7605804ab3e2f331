"""The rules of the audit, in their order: the groups put together."""

from collections.abc import Iterable

from farled.maps.audit import rules_goal
from farled.maps.audit.rule import Rule
from farled.maps.head import RULES as IDS

_GROUPS = (rules_goal.RULES,)


def _ordered(groups: Iterable[Iterable[Rule]]) -> tuple[Rule, ...]:
    found = {rule.id: rule for group in groups for rule in group}
    return tuple(found[id_] for id_ in IDS if id_ in found)


RULES: tuple[Rule, ...] = _ordered(_GROUPS)
