"""Runs the audit: every rule on the evidence, as outcomes with findings."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from farled.maps.audit.catalog import RULES
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.rule import Failed, Outcome, Rule, Thresholds, Unknown
from farled.maps.model import MapFile

FINGERPRINT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong on a map.

    Attributes:
        fingerprint: The same for the same trouble, whatever its numbers: of map, rule, objects and cut.
        rule: That failed.
        map: Id.
        failed: What failed, with its values.
        thresholds: That held.
    """

    fingerprint: str
    rule: Rule
    map: str
    failed: Failed
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule says of a map.

    Attributes:
        rule: Which.
        outcome: ``pass``, ``fail``, ``cannot_tell``, or ``off`` where the map switches it off.
        findings: One per object that fails.
        unknown: What it cannot tell.
        off: Why it is off.
    """

    rule: Rule
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    off: str | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit says of a map.

    Attributes:
        map: Id.
        outcomes: One per rule, in the order of the catalogue.
    """

    map: str
    outcomes: tuple[RuleOutcome, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of the rules."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings)


def audit(evidence: Evidence, rules: Iterable[Rule] = RULES, whom: Mapping[str, str] | None = None) -> Audit:
    """Judge a map by the rules.

    Args:
        evidence: What is known.
        rules: Which; default all.
        whom: The segment or persona to which the evidence is narrowed, as part of each finding's cut.

    Raises:
        NotFoundError: The map changes a threshold that its rule does not have.
        InputError: The map gives a threshold in another unit.
    """
    outcomes = tuple(_outcome(evidence, rule, whom or {}) for rule in rules)
    return Audit(evidence.map.map.id, outcomes)


def check_changes(map_: MapFile) -> None:
    """Check what a map changes about the rules.

    Raises:
        NotFoundError: It changes a threshold that its rule does not have.
        InputError: It gives a threshold in another unit.
    """
    for rule in RULES:
        changes = map_.map.audit.get(rule.id, {})
        if "off" not in changes:
            rule.thresholds_of(changes)


def fingerprint(map_id: str, rule_id: str, objects: Iterable[str], cut: Mapping[str, str]) -> str:
    """Return what tells a finding from others: twelve hex digits.

    Example:
        >>> fingerprint("shop", "S07", [], {})
        '3f2cfe2f58f9'
    """
    pairs = sorted(f"{dimension}={value}" for dimension, value in cut.items())
    said = "\n".join([map_id, rule_id, ",".join(sorted(objects)), ",".join(pairs)])
    return hashlib.sha256(said.encode()).hexdigest()[:FINGERPRINT_DIGITS]


def _outcome(evidence: Evidence, rule: Rule, whom: Mapping[str, str]) -> RuleOutcome:
    head = evidence.map.map
    changes = head.audit.get(rule.id, {})
    if "off" in changes:
        return RuleOutcome(rule, "off", off=str(changes["off"]))
    thresholds = rule.thresholds_of(changes)
    judged = rule.judge(evidence, thresholds)
    findings = tuple(_finding(head.id, rule, failed, thresholds, whom) for failed in judged.failed)
    return RuleOutcome(rule, judged.outcome, findings, judged.unknown)


def _finding(map_id: str, rule: Rule, failed: Failed, thresholds: Thresholds, whom: Mapping[str, str]) -> Finding:
    cut = {**failed.cut, **whom}
    told = replace(failed, cut=cut)
    return Finding(fingerprint(map_id, rule.id, failed.objects, cut), rule, map_id, told, thresholds)
