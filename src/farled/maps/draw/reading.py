"""Reads a map and its snapshot into a view: every text and number, in one language, before anything is placed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date as day
from typing import Any

from farled.locale import date, period
from farled.maps.draw.changes import against_name
from farled.maps.draw.content import counted, department, initials, lanes
from farled.maps.draw.findings import banner, finding_views, marked, still_open
from farled.maps.draw.layers import layer_views
from farled.maps.draw.notes import opportunity_notes, pain_notes
from farled.maps.draw.people import personas
from farled.maps.draw.phases import phases
from farled.maps.draw.showing import PLAIN, Showing
from farled.maps.draw.tiles import goal_lines, tiles
from farled.maps.draw.touchpoints import touchpoints, unmapped
from farled.maps.draw.view import PhaseView, View
from farled.maps.draw.walking import walk_view
from farled.maps.draw.ways import transitions
from farled.maps.draw.words import DASH, Words, amount
from farled.maps.model import MapFile
from farled.maps.translate import tags_of

Snapshot = Mapping[str, Any]


def view(content: MapFile, snapshot: Snapshot | None, language: str, showing: Showing = PLAIN) -> View:
    """Return all that the picture says.

    Args:
        content: The map file.
        snapshot: What was measured, or None.
        language: Language of the interface texts; the map's own texts stay as they are.
        showing: Which rows, findings, journey and comparison.
    """
    words = Words(language)
    measured = snapshot or {}
    heads = phases(content, measured, words, showing)
    ways, rare = transitions(content, measured, words)
    new, more, all_new = unmapped(content, measured, words)
    told = View(
        language=language,
        map_language=content.map.language,
        title=content.map.title,
        counted=counted(content, measured),
        within=words.span(content.map.journey.within),
        goal=goal_lines(content, measured, words),
        facts=_facts(content, measured, words),
        identity=_identity(content, measured, words, heads),
        measured=snapshot is not None,
        planned=content.map.state == "to_be",
        personas=personas(content, measured, words),
        phases=heads,
        lanes=lanes(content, words),
        touchpoints=touchpoints(content, measured, words, showing),
        unmapped=new,
        unmapped_more=more,
        unmapped_all=all_new,
        transitions=() if showing.walk else ways,
        rare="" if showing.walk else rare,
        pains=pain_notes(content, measured, words),
        opportunities=opportunity_notes(content, measured, words),
        tiles=tiles(content, measured, words, showing.against),
        departments=tuple((short, department(content, id_)) for id_, short in initials(content).items()),
        description=_description(content, heads, words),
        rows=showing.rows,
        layers=layer_views(content, words),
        walk=walk_view(content, showing.walk, words) if showing.walk else None,
        against=against_name(content, showing.against, words) if showing.against else "",
        felt=showing.felt,
    )
    return _with_findings(content, told, showing, words)


def _with_findings(content: MapFile, view: View, showing: Showing, words: Words) -> View:
    """Add the open findings: at their objects, in the banner, in the table."""
    findings = still_open(showing.findings)
    if not findings:
        return view
    metrics = [kpi.metric for phase in content.phases for kpi in phase.kpis or ()]
    return replace(
        view,
        personas=marked(view.personas, [persona.id for persona in view.personas], findings, words),
        phases=marked(view.phases, [phase.id for phase in view.phases], findings, words),
        touchpoints=marked(view.touchpoints, [point.id for point in view.touchpoints], findings, words),
        pains=marked(view.pains, [pain.id for pain in view.pains], findings, words),
        opportunities=marked(view.opportunities, [chance.id for chance in view.opportunities], findings, words),
        tiles=marked(view.tiles, metrics, findings, words),
        findings=finding_views(content, findings, words),
        banner=banner(findings, words),
        identity=(*view.identity, _open_findings(len(findings), words)),
    )


def _open_findings(count: int, words: Words) -> str:
    return words.translate.ngettext("{n} open finding", "{n} open findings", count).format(n=words.count(count))


def _facts(content: MapFile, measured: Snapshot, words: Words) -> tuple[str, ...]:
    """Return when, how many, and that it was measured."""
    if content.map.state == "to_be":
        return (words._("planned: what it says is hypotheses"),)
    if not measured:
        return (words._("not measured yet"),)
    journeys = measured.get("journeys") or {}
    n, customers = amount(journeys.get("n")), amount(journeys.get("customers"))
    start, end = (day.fromisoformat(text[:10]) for text in measured["period"])
    parts = [period(start, end, words.language)]
    if n is not None and customers is not None and customers != n:
        whose = words.units(customers, content.map.unit)
        parts.append(words._("{journeys} of {customers}", journeys=words.journeys(n), customers=whose))
    elif n is not None:
        parts.append(words.units(n, content.map.unit))
    return (*parts, words._("measured"))


def _identity(content: MapFile, measured: Snapshot, words: Words, heads: tuple[PhaseView, ...]) -> tuple[str, ...]:
    """Return what tells one printed map from another."""
    parts = []
    covered = [head.coverage or 0.0 for head in heads] if measured else []
    if covered:
        low, high = words.share(min(covered)), words.share(max(covered))
        text = low if low == high else f"{low} {DASH} {high}"
        parts.append(words._("coverage {share}", share=text))
    last = content.map.review.last
    parts.append(words._("reviewed {date}", date=date(last, words.language)) if last else words._("never reviewed"))
    for tag in tags_of(content):
        changed, missing = words._("{tag} changed since translated"), words._("{tag} not translated")
        parts.append((changed if "*" in tag else missing).format(tag=tag))
    return (*parts, f"{content.map.id} @ {measured.get('map_hash') or content.hash}")


def _description(content: MapFile, heads: tuple[PhaseView, ...], words: Words) -> str:
    """Return the main facts in sentences, for those who do not see the picture."""
    one_or_many = words.translate.ngettext("{n} phase: {names}.", "{n} phases: {names}.", len(heads))
    names = ", ".join(head.name for head in heads)
    sentences = [one_or_many.format(n=words.count(len(heads)), names=names)]
    drops = [
        (head.drop.figure.value, -at)
        for at, head in enumerate(heads)
        if head.drop is not None and head.drop.figure.value is not None
    ]
    if drops:
        at = -max(drops)[1]
        drop = heads[at].drop
        share = words.share(max(drops)[0])
        text = words._(
            "Largest drop-off between {phase} and {next}, {share}.",
            phase=heads[at].name,
            next=heads[at + 1].name,
            share=share,
        )
        sentences.append(text if drop is not None else "")
    felt = [(head.feeling.value, at) for at, head in enumerate(heads) if head.feeling.value is not None]
    if felt:
        head = heads[min(felt)[1]]
        evidence = words.n(head.feeling.n)
        text = words._("Lowest feeling in {phase}, {value}", phase=head.name, value=head.feeling.text)
        sentences.append(f"{text} ({evidence}).")
    unmeasured = [head.name for head in heads if head.unmeasured]
    if unmeasured:
        sentences.append(words._("Unmeasured: {names}.", names=", ".join(unmeasured)))
    return " ".join(sentences)
