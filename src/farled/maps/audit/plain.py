"""An audit as JSON and back, so that what was judged need not be judged again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from farled.maps.audit.catalog import RULES
from farled.maps.audit.rule import Failed, Rule, Thresholds, Unknown
from farled.maps.audit.run import Audit, Finding, RuleOutcome

_DAY = "day"
_BY_ID = {rule.id: rule for rule in RULES}


def to_plain(audit: Audit) -> dict[str, Any]:
    """Return an audit as JSON-ready values; `from_plain` makes it again."""
    return {"map": audit.map, "outcomes": [_outcome(outcome) for outcome in audit.outcomes]}


def from_plain(values: Mapping[str, Any]) -> Audit:
    """Return the audit of which `to_plain` made these values; lists come back as tuples.

    Raises:
        KeyError: They are not what `to_plain` makes, or name a rule that there is not.
    """
    return Audit(values["map"], tuple(_outcome_of(each, values["map"]) for each in values["outcomes"]))


def _outcome(outcome: RuleOutcome) -> dict[str, Any]:
    return {
        "rule": outcome.rule.id,
        "outcome": outcome.outcome,
        "off": outcome.off,
        "findings": [_finding(finding) for finding in outcome.findings],
        "unknown": [[list(each.objects), each.reason, list(each.missing)] for each in outcome.unknown],
    }


def _outcome_of(values: Mapping[str, Any], map_id: str) -> RuleOutcome:
    rule = _BY_ID[values["rule"]]
    findings = tuple(_finding_of(each, rule, map_id) for each in values["findings"])
    unknown = tuple(Unknown(tuple(objects), reason, tuple(missing)) for objects, reason, missing in values["unknown"])
    return RuleOutcome(rule, values["outcome"], findings, unknown, values["off"])


def _finding(finding: Finding) -> dict[str, Any]:
    failed = finding.failed
    return {
        "fingerprint": finding.fingerprint,
        "objects": list(failed.objects),
        "values": _packed(failed.values),
        "cut": dict(failed.cut),
        "distance": _packed(failed.distance),
        "says": failed.says,
        "units": dict(failed.units),
        "thresholds": dict(finding.thresholds.values),
    }


def _finding_of(values: Mapping[str, Any], rule: Rule, map_id: str) -> Finding:
    failed = Failed(
        tuple(values["objects"]),
        _unpacked(values["values"]),
        values["cut"],
        values["distance"],
        values["says"],
        values["units"],
    )
    return Finding(values["fingerprint"], rule, map_id, failed, Thresholds(values["thresholds"]))


def _packed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _packed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(inner) for inner in value]
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    return value.item() if hasattr(value, "item") else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {_DAY}:
            return date.fromisoformat(value[_DAY])
        return {key: _unpacked(inner) for key, inner in value.items()}
    return tuple(_unpacked(inner) for inner in value) if isinstance(value, list) else value
