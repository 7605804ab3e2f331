"""The audit as SARIF 2.1.0, which editors and code hosts show beside the lines of the map file."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from farled.locale import translator
from farled.maps.audit.catalog import RULES
from farled.maps.audit.rule import Rule
from farled.maps.yaml import Document, Keys, line_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"E": "error", "W": "warning", "I": "note"}
_LISTS = ("personas", "phases", "moments_of_truth", "pain_points", "opportunities")
_CATALOGUES = ("departments", "channels", "sources", "metrics")


def sarif(findings: Iterable[Mapping[str, Any]], document: Document, uri: str, language: str = "en") -> dict[str, Any]:
    """Return findings as a SARIF log.

    Args:
        findings: As `Audited.findings` gives them.
        document: The map file that was audited.
        uri: How the file is called, such as ``maps/shop.yaml``.
        language: Of the rules' texts.

    Returns:
        The log, JSON-ready: one result per finding at the line of its first object; dismissed ones are suppressed.

    Source:
        OASIS (2020), Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
    """
    places = places_in(document)
    order = {rule.id: at for at, rule in enumerate(RULES)}
    driver = {
        "name": "Farled",
        "version": version("farled"),
        "rules": [_descriptor(rule, language) for rule in RULES],
    }
    results = [_result(finding, document, places, uri, order) for finding in findings]
    run = {"tool": {"driver": driver}, "language": language, "columnKind": "utf16CodeUnits", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def places_in(document: Document) -> dict[str, Keys]:
    """Return where each object of a map file stands, by id; phases and touchpoints win over others of the same id."""
    found: dict[str, Keys] = {}
    for group in _CATALOGUES:
        found |= {str(name): (group, str(name)) for name in document.get(group) or {}}
    for group in _LISTS:
        for at, record in enumerate(document.get(group) or ()):
            found[str(record.get("id"))] = (group, at)
    for at, phase in enumerate(document.get("phases") or ()):
        found[str(phase.get("id"))] = ("phases", at)
        for number, touchpoint in enumerate(phase.get("touchpoints") or ()):
            found[str(touchpoint.get("id"))] = ("phases", at, "touchpoints", number)
    return found


def _descriptor(rule: Rule, language: str) -> dict[str, Any]:
    told = translator(language)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": told(rule.says)},
        "help": {"text": told(rule.cure)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"thresholds": dict(rule.thresholds), "levers": list(rule.levers), "sources": list(rule.sources)},
    }


def _result(
    finding: Mapping[str, Any], document: Document, places: Mapping[str, Keys], uri: str, order: Mapping[str, int]
) -> dict[str, Any]:
    keys = [places[id_] for id_ in finding["objects"] if id_ in places] or [("map",)]
    found: dict[str, Any] = {
        "ruleId": finding["rule"],
        "ruleIndex": order[finding["rule"]],
        "level": LEVELS[finding["severity"]],
        "message": {"text": f"{finding['text']} {finding['cure']}"},
        "locations": [_location(document, keys[0], uri)],
        "partialFingerprints": {"farledFinding/v1": finding["fingerprint"]},
        "properties": {"state": finding["state"], "objects": finding["objects"], "cut": finding["cut"]},
    }
    if len(keys) > 1:
        found["relatedLocations"] = [_location(document, each, uri) for each in keys[1:]]
    if finding["state"] == "dismissed":
        reason = finding.get("reason")
        justification = {"justification": reason} if reason else {}
        found["suppressions"] = [{"kind": "external", "status": "accepted", **justification}]
    return found


def _location(document: Document, keys: Keys, uri: str) -> dict[str, Any]:
    line = line_of(document, keys)
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}
