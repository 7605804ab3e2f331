"""A finding in words: its sentence and cure in the reader's language, numbers written as people write them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from farled import locale
from farled.locale import translator
from farled.maps.audit.rule import Failed, Rule, Thresholds, Unit, Unknown, is_span
from farled.maps.audit.run import Finding, RuleOutcome
from farled.maps.model import MapFile
from farled.spans import SECOND, microseconds

NOTHING = "–"


def sentence(finding: Finding, map_: MapFile, language: str) -> str:
    """Return what a finding says.

    Args:
        finding: Which.
        map_: With its names in the language.
        language: sv, nb, da or en.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    return told(finding.rule, finding.failed, finding.thresholds, map_, language)


def told(rule: Rule, failed: Failed, thresholds: Thresholds, map_: MapFile, language: str) -> str:
    """As `sentence`, of what failed."""
    units: dict[str, Unit] = {name: "seconds" for name, value in rule.thresholds.items() if is_span(str(value))}
    units |= {"objects": "object", **rule.units, **failed.units}
    given = {**thresholds.values, **failed.values, "objects": failed.objects}
    words = {name: _written(value, units.get(name), map_, language) for name, value in given.items()}
    text = translator(language)(failed.says or rule.says).format_map(_Known(words))
    return text[:1].upper() + text[1:]


def unknown_text(unknown: Unknown, map_: MapFile, language: str) -> str:
    """Return what a rule cannot tell of which objects, why, and what is missing."""
    where = _written(unknown.objects, "object", map_, language) if unknown.objects else ""
    reason = translator(language)(unknown.reason)
    missing = f" ({', '.join(unknown.missing)})" if unknown.missing else ""
    return f"{where}: {reason}{missing}" if where else f"{reason}{missing}"


def finding_values(finding: Finding, map_: MapFile, language: str) -> dict[str, Any]:
    """Return a finding as JSON-ready values, with sentence and cure in the language."""
    rule, failed = finding.rule, finding.failed
    return {
        "fingerprint": finding.fingerprint,
        "rule": rule.id,
        "name": rule.name,
        "map": finding.map,
        "objects": list(failed.objects),
        "cut": dict(failed.cut),
        "values": json_ready(failed.values),
        "thresholds": dict(finding.thresholds.values),
        "distance": failed.distance,
        "text": sentence(finding, map_, language),
        "cure": translator(language)(rule.cure),
        "levers": list(rule.levers),
        "severity": rule.severity,
    }


def outcome_values(outcome: RuleOutcome, map_: MapFile, language: str) -> dict[str, Any]:
    """Return an outcome as JSON-ready values, with its reasons in the language."""
    rule = outcome.rule
    found: dict[str, Any] = {"rule": rule.id, "name": rule.name, "severity": rule.severity, "outcome": outcome.outcome}
    if outcome.findings:
        found["findings"] = [finding.fingerprint for finding in outcome.findings]
    if outcome.off is not None:
        found["reason"] = outcome.off
    if outcome.unknown:
        found["reason"] = "; ".join(dict.fromkeys(unknown_text(each, map_, language) for each in outcome.unknown))
        found["unknown"] = [
            {"objects": list(each.objects), "reason": translator(language)(each.reason), "missing": list(each.missing)}
            for each in outcome.unknown
        ]
    return found


def state_word(state: str, language: str) -> str:
    """Return a state of findings in a language."""
    word = translator(language).pgettext
    words = {
        "open": word("finding", "open"),
        "accepted": word("finding", "accepted"),
        "dismissed": word("finding", "dismissed"),
        "solved": word("finding", "solved"),
        "reopened": word("finding", "open again"),
    }
    return words[state]


def json_ready(value: Any) -> Any:
    """Return a value of a finding as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): json_ready(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_ready(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return NOTHING


def _written(value: Any, unit: Unit | None, map_: MapFile, language: str) -> str:
    if isinstance(value, tuple | list):
        parts = [_written(each, unit, map_, language) for each in value]
        return ", ".join(dict.fromkeys(parts)) if parts else NOTHING
    if isinstance(value, Mapping):
        return _way(value, map_, language)
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return _text(value, unit, map_, language)
    if isinstance(value, date):
        return locale.date(value, language)
    return _number(float(value), unit, language)


def _way(way: Mapping[str, Any], map_: MapFile, language: str) -> str:
    """Write a way through the phases and how many journeys took it."""
    phases = " → ".join(name_of(map_, id_) for id_ in way["phases"])
    return f"{phases} ({locale.number(way['journeys'], language)})"


def _text(value: str, unit: Unit | None, map_: MapFile, language: str) -> str:
    if unit == "object":
        return name_of(map_, value)
    if unit == "department":
        return map_.departments.get(value, value)
    if unit == "metric":
        return _metric(map_, value) or value
    if unit == "channel":
        return map_.channel(value).name
    if unit == "word":
        return translator(language)(value)
    return locale.duration(microseconds(value) / SECOND, language) if unit == "seconds" else value


def _number(value: float, unit: Unit | None, language: str) -> str:
    if unit == "share":
        return locale.percent(value, language)
    if unit == "difference":
        return locale.points(value, language)
    if unit == "seconds":
        return locale.duration(value, language)
    if unit == "score":
        return locale.signed(value, language, 1)
    return locale.number(value, language, 0 if value == int(value) else 1 if abs(value) >= 10 else 2)


def name_of(map_: MapFile, id_: str) -> str:
    """Return what people call something on a map: by its name or text; the id where it has none."""
    places: dict[str, str] = {}
    for phase in map_.phases:
        places |= {phase.id: phase.name, **{touchpoint.id: touchpoint.name for touchpoint in phase.touchpoints}}
    if id_ in places:
        return places[id_]
    named = {pain.id: pain.text for pain in map_.pain_points} | {each.id: each.text for each in map_.opportunities}
    named |= {persona.id: persona.name for persona in map_.personas}
    moments = {moment.id: moment.at for moment in map_.moments_of_truth}
    if id_ in moments:
        return name_of(map_, moments[id_])
    return named.get(id_) or _metric(map_, id_) or map_.departments.get(id_) or id_


def _metric(map_: MapFile, id_: str) -> str | None:
    metric = map_.metrics.get(id_)
    return metric.name if metric is not None else None
