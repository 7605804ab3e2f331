"""The overviews as tables, for the terminal."""

from farled.figures.table import Cell, Table
from farled.locale import N_
from farled.maps.draw.notes import metric_name
from farled.maps.draw.words import Words
from farled.maps.guide.needs_intent import PARTS
from farled.maps.overview.atlas import Atlas
from farled.maps.overview.numbers import estimate_of
from farled.maps.overview.personas import PersonasOverview
from farled.maps.overview.priorities import Priorities
from farled.maps.overview.telling import (
    VERDICTS,
    belongs,
    difference_text,
    freshness_text,
    gain_text,
    goal_text,
    lost_text,
    remarks,
)


def personas_tables(overview: PersonasOverview, language: str) -> list[Table]:
    """Return the personas as a table, and below it how they differ."""
    words = Words(language)
    names = {phase.id: phase.name for phase in overview.map.phases}
    rows: list[tuple[Cell, ...]] = []
    for row in overview.rows:
        name = row.persona.name if row.persona is not None else words._("The rest")
        lost = f"{names[row.worst]} {lost_text(row.completions[row.worst], words)}" if row.worst else None
        rests = ", ".join(row.sources) or (words._("assumed") if row.assumed else "")
        rows.append((name, estimate_of(row.share), estimate_of(row.goal), lost, rests))
    goal = metric_name(overview.map, overview.map.map.goal.metric, words)
    metric = overview.map.metrics.get(overview.map.map.goal.metric)
    share = words._("Share of journeys")
    headings = (words._("Persona"), share, goal, words._("Most fall away after"), words._("Rests on"))
    kinds = {share: "share", goal: metric.unit if metric is not None else "share"}
    tables = [Table(overview.map.map.title, headings, tuple(rows), kinds)]
    certain = [(difference_text(each, overview, words),) for each in overview.certain]
    if certain:
        tables.append(Table("", (words._("How they differ"),), tuple(certain)))
    return tables


def priorities_tables(found: Priorities, language: str) -> list[Table]:
    """Return the opportunities as a table, the most promising first."""
    words = Words(language)
    rows: list[tuple[Cell, ...]] = []
    for row in found.rows:
        gain = gain_text(row.goal, words) if row.verdict not in ("done", "dropped") else ""
        rows.append(
            (row.number, row.opportunity.text, words._(VERDICTS[row.verdict]), row.opportunity.effort, gain or "–")
        )
    headings = ("", words._("Opportunity"), words._("Advice"), words._("Effort (1–5)"), words._("At the goal"))
    note = words._("At the goal: what it would gain if the number rose to its target, or to the best persona's.")
    return [Table(found.map.map.title, headings, tuple(rows), {}, note)]


def atlas_tables(found: Atlas, language: str) -> list[Table]:
    """Return all maps as a table, and below it what lies between them."""
    words = Words(language)
    rows: list[tuple[Cell, ...]] = []
    for row in found.rows:
        parts = ", ".join(words._(PARTS[part]) for part in PARTS if part in row.parts) or "–"
        weakest = f"{row.weakest.name} {lost_text(row.weakest.completion, words)}" if row.weakest else "–"
        findings = sum(row.entry.findings.values()) if row.entry.findings is not None else None
        goal = goal_text(row, words) or row.entry.fault or "–"
        name = found.title(row.entry.id)
        more = belongs(row, found, words) if row.parent or row.base else []
        rows.append((" – ".join([name, *more]), parts, goal, weakest, findings, freshness_text(row, words)[2]))
    headings = (N_("Map"), N_("Covers"), N_("Goal"), N_("Weakest phase"), N_("Open findings"), N_("Review"))
    tables = [Table(words._("All maps on one axis"), tuple(words._(heading) for heading in headings), tuple(rows))]
    told = [(each,) for each in remarks(found, words)]
    if told:
        tables.append(Table("", (words._("Between the maps"),), tuple(told)))
    return tables
