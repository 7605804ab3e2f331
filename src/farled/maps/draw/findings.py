"""Open findings of the audit: how many at each object, how grave, and the banner over the map."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from farled.locale import N_
from farled.maps.draw.content import name_of
from farled.maps.draw.view import FindingView, FoundView, NoteView, PersonaView, PhaseView, TileView, TouchpointView
from farled.maps.draw.words import Words
from farled.maps.model import MapFile

Finding = Mapping[str, Any]
GRAVE: Final = ("E", "W", "I")
OPEN: Final = frozenset({"open", "accepted", "reopened"})
TOLD: Final = 3
SEVERITIES: Final = {"E": N_("error"), "W": N_("warning"), "I": N_("note")}

Marked = TypeVar("Marked", PersonaView, PhaseView, TouchpointView, NoteView, TileView)


def still_open(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that are neither dismissed nor solved, the gravest first."""
    left = [finding for finding in findings if finding.get("state", "open") in OPEN]
    return tuple(sorted(left, key=lambda finding: (_rank(finding), str(finding.get("rule")), _id(finding))))


def finding_views(content: MapFile, findings: Sequence[Finding], words: Words) -> tuple[FindingView, ...]:
    """Return open findings as they are told."""
    return tuple(_view(content, finding, words) for finding in findings)


def banner(findings: Sequence[Finding], words: Words) -> tuple[str, ...]:
    """Return what the banner says: nothing where no finding of severity E is open, else how many, and the first."""
    grave = [finding for finding in findings if finding.get("severity") == "E"]
    if not grave:
        return ()
    head = words.translate.ngettext("{n} error on this map", "{n} errors on this map", len(grave))
    told = [str(finding.get("text", "")) for finding in grave[:TOLD]]
    more = len(grave) - TOLD
    rest = [words._("and {n} more", n=words.count(more))] if more > 0 else []
    return (head.format(n=words.count(len(grave))), *told, *rest)


def marked(
    views: Sequence[Marked], ids: Sequence[str], findings: Sequence[Finding], words: Words
) -> tuple[Marked, ...]:
    """Return views with the open findings at each; ``ids`` names the object behind each view."""
    return tuple(_marked(view, id_, findings, words) for view, id_ in zip(views, ids, strict=True))


def _marked(view: Marked, id_: str, findings: Sequence[Finding], words: Words) -> Marked:
    here: list[Finding] = [finding for finding in findings if id_ in finding.get("objects", ())]
    if not here:
        return view
    found = FoundView(min((str(finding.get("severity", "I")) for finding in here), key=_place), words.count(len(here)))
    return replace(view, found=found, card=(*view.card, *_lines(here, words)))


def _lines(findings: Sequence[Finding], words: Words) -> tuple[str, ...]:
    return tuple(f"{words._('Finding')}: {finding.get('text', '')}" for finding in findings)


def _view(content: MapFile, finding: Finding, words: Words) -> FindingView:
    severity = str(finding.get("severity", "I"))
    where = ", ".join(_name(content, str(id_)) for id_ in finding.get("objects", ()))
    state = str(finding.get("state", "open"))
    told = words.translate.pgettext("finding", state if state != "reopened" else "open again")
    facts = [words._(SEVERITIES.get(severity, "note")), str(finding.get("rule", "")), told]
    card = [str(finding.get("text", "")), " · ".join(part for part in facts if part)]
    card += [words._("at {place}", place=where)] if where else []
    card += [words._("What to do: {cure}", cure=str(finding["cure"]))] if finding.get("cure") else []
    return FindingView(_id(finding), severity, card[0], tuple(card), frozenset(map(str, finding.get("objects", ()))))


def _name(content: MapFile, id_: str) -> str:
    named = {persona.id: persona.name for persona in content.personas}
    named |= {pain.id: pain.text for pain in content.pain_points}
    named |= {chance.id: chance.text for chance in content.opportunities}
    metric = content.metrics.get(id_)
    if metric is not None and metric.name:
        named[id_] = metric.name
    return named.get(id_) or content.departments.get(id_) or name_of(content, id_)


def _rank(finding: Finding) -> int:
    return _place(str(finding.get("severity", "I")))


def _place(severity: str) -> int:
    return GRAVE.index(severity) if severity in GRAVE else len(GRAVE)


def _id(finding: Finding) -> str:
    return str(finding.get("fingerprint") or finding.get("rule") or "")
