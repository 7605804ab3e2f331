"""What is taken along of a map: its file, its numbers, its findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from farled.maps.draw.showing import PLAIN, Showing
from farled.maps.model import MapFile
from farled.maps.yaml import Document, plain_values, read_yaml, yaml_text

_SHARED = ("departments", "channels", "sources", "metrics")


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding as people read it.

    Attributes:
        rule: Such as ``S03``.
        severity: ``E``, ``W`` or ``I``.
        text: What is wrong.
        cure: What to do; may be empty.
        objects: Ids of what it is about.
        state: Such as ``open``; empty where no state is kept.
    """

    rule: str
    severity: str
    text: str
    cure: str = ""
    objects: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A map with all that goes into files.

    Attributes:
        map: In the language of the reader, with what the catalogue adds.
        text: The map file as it stands.
        snapshot: What was measured, or None.
        language: Of the words around the map's own.
        findings: Of the audit, worst first.
        showing: What a picture shows beside map and numbers.
    """

    map: MapFile
    text: str
    snapshot: Mapping[str, Any] | None = None
    language: str = "en"
    findings: tuple[FindingText, ...] = ()
    showing: Showing = PLAIN

    @property
    def document(self) -> Document:
        """The map file with the entries of the catalogue that it lacks, so that it stands alone."""
        document = read_yaml(self.text, self.map.map.id)
        whole = plain_values(self.map.model_dump(by_alias=True, exclude_defaults=True))
        missing = {key: _missing(document.get(key), whole.get(key)) for key in _SHARED}
        for key, entries in missing.items():
            if entries:
                document.setdefault(key, {}).update(entries)
        held = {persona.get("id") for persona in document.get("personas") or ()}
        people = [persona for persona in whole.get("personas") or () if persona["id"] not in held]
        if people:
            document.setdefault("personas", []).extend(people)
        return document

    @property
    def yaml(self) -> str:
        """The map file as text, byte for byte where it stands alone already."""
        document = self.document
        return self.text if plain_values(document) == plain_values(read_yaml(self.text, "")) else yaml_text(document)


def findings_of(snapshot: Mapping[str, Any] | None) -> tuple[FindingText, ...]:
    """Return the findings that a snapshot holds in words; none where its audit is missing or names them only."""
    found = [
        finding
        for outcome in (snapshot or {}).get("audit") or ()
        for finding in _listed(outcome)
        if isinstance(finding, Mapping) and finding.get("text")
    ]
    return findings_in(found)


def findings_in(found: Iterable[Mapping[str, Any]]) -> tuple[FindingText, ...]:
    """Return findings as the audit tells them, worst first; those dismissed or solved are left out."""
    texts = [
        FindingText(
            str(one.get("rule", "")),
            str(one.get("severity", "I")),
            str(one["text"]),
            str(one.get("cure") or ""),
            tuple(map(str, one.get("objects") or ())),
            str(one.get("state") or ""),
        )
        for one in found
        if one.get("state") not in ("dismissed", "solved")
    ]
    return worst_first(texts)


def worst_first(findings: Iterable[FindingText]) -> tuple[FindingText, ...]:
    """Return findings by severity, then by rule."""
    return tuple(sorted(findings, key=lambda one: ("EWI".find(one.severity) % 4, one.rule, one.objects)))


def _listed(outcome: object) -> Iterable[Any]:
    if not isinstance(outcome, Mapping):
        return ()
    rule = {"rule": outcome.get("rule"), "severity": outcome.get("severity", "I")}
    return [{**rule, **one} for one in outcome.get("findings") or () if isinstance(one, Mapping)]


def _missing(own: Mapping[str, Any] | None, whole: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (whole or {}).items() if key not in (own or {})}
