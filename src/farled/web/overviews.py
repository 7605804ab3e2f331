"""What the pages of the guide and the overviews show: finished texts, for the app and for files that stand alone."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from farled.errors import FarledError
from farled.figures.icons import icons
from farled.locale import N_, period, translator
from farled.maps.draw.notes import metric_name
from farled.maps.draw.words import Words
from farled.maps.guide.case import Gap, path_of
from farled.maps.guide.guide import STATES, Guide, StepFound, gap_text
from farled.maps.guide.levers import LEVERS
from farled.maps.guide.needs_intent import PARTS
from farled.maps.guide.propose import Proposal
from farled.maps.guide.telling import item_states, proposal_text
from farled.maps.model import MapFile
from farled.maps.overview.atlas import Atlas, AtlasRow
from farled.maps.overview.atlas_picture import atlas_picture
from farled.maps.overview.matrix_picture import matrix_picture
from farled.maps.overview.personas import PersonaRow, PersonasOverview
from farled.maps.overview.personas_picture import personas_picture
from farled.maps.overview.priorities import Priorities, Priority
from farled.maps.overview.telling import (
    VERDICTS,
    belongs,
    difference_text,
    freshness_text,
    gain_text,
    goal_text,
    lost_text,
    mark_text,
    remarks,
    why_text,
)
from farled.workspace import Workspace
from farled.workspace.guiding import lines_of

Context = dict[str, Any]
Line = Callable[[tuple[str | int, ...]], int]
SHOWN = 12


def titles_of(workspace: Workspace, language: str) -> list[tuple[str, str]]:
    """Return id and title of each map; a map that cannot be read has its id for a title."""
    found = []
    for id_ in workspace.maps():
        try:
            found.append((id_, workspace.map(id_, language).map.title))
        except FarledError:
            found.append((id_, id_))
    return found


def guide_context(guide: Guide, workspace: Workspace, language: str) -> Context:
    """Return what the page of a guide shows."""
    told = translator(language)
    line = lines_of(workspace.map_path(guide.map.map.id))
    steps = [_step(found, guide, line, language) for found in guide.steps]
    count = told(N_("{done} of {all} steps done")).format(done=guide.done, all=len(guide.steps))
    following = next((step for step in steps if step["is_next"]), None)
    items = [
        {
            "number": each.item.number,
            "name": told(each.item.name),
            "state": each.state,
            "text": ", ".join(each.failing) or told(item_states()[each.state]),
        }
        for each in guide.checklist
    ]
    return {
        "map": guide.map,
        "count": count,
        "steps": steps,
        "next": following,
        "checklist": items,
        "proposed": proposed(guide.proposals, language),
    }


def personas_context(overview: PersonasOverview, language: str) -> Context:
    """Return what the page of personas shows."""
    words = Words(language)
    is_measured = any(row.is_measured for row in overview.rows)
    return {
        "map": overview.map,
        "period_text": days(overview.period, language),
        "people": [_person(row, overview, words) for row in overview.rows],
        "is_measured": is_measured,
        "picture": personas_picture(overview, language).inline() if is_measured else "",
        "differences": [difference_text(each, overview, words) for each in overview.certain[:SHOWN]],
        "table": _measures(overview, words),
        "words": words,
    }


def opportunities_context(found: Priorities, language: str) -> Context:
    """Return what the page of opportunities shows."""
    words = Words(language)
    return {
        "map": found.map,
        "period_text": days(found.period, language),
        "ranked": [_ranked(row, found.map, words) for row in found.rows],
        "picture": matrix_picture(found, language).inline() if found.rows else "",
        "proposed": proposed(found.proposals, language),
    }


def atlas_context(found: Atlas, language: str) -> Context:
    """Return what the page of all maps shows."""
    words = Words(language)
    headings = (
        N_("Map"),
        N_("Covers"),
        N_("Goal"),
        N_("Weakest phase"),
        N_("Open findings"),
        N_("Review"),
        N_("Belongs to"),
    )
    return {
        "picture": atlas_picture(found, language).inline(),
        "headings": [words._(heading) for heading in headings],
        "rows": [_atlas_row(row, found, words) for row in found.rows],
        "remarks": list(remarks(found, words)),
    }


def proposed(proposals: Iterable[Proposal], language: str) -> list[Context]:
    """Return where to begin, with the levers that could help there."""
    told = translator(language)
    titles = {"drop_off": N_("Where most fall away"), "feeling": N_("Where it feels worst")}
    return [
        {
            "id": f"proposed-{each.reason}",
            "title": told(titles[each.reason]),
            "text": proposal_text(each, language),
            "taken": [opportunity.text for opportunity in each.taken],
            "levers": [{"id": lever.id, "name": told(lever.name), "how": told(lever.how)} for lever in each.levers],
        }
        for each in proposals
    ]


def days(found: tuple[str, str] | None, language: str) -> str:
    """Write the period of a snapshot; empty where nothing was measured."""
    if found is None:
        return ""
    first, after = (dt.date.fromisoformat(day) for day in found)
    return period(first, after, language)


def _step(found: StepFound, guide: Guide, line: Line, language: str) -> Context:
    told = translator(language)
    needs = [
        {
            "says": told(need.says),
            "met": need.is_met,
            "unknown": told(need.unknown) if need.unknown else "",
            "gaps": [_gap(gap, guide, line, language) for gap in need.gaps],
        }
        for need in found.needs
    ]
    step = found.step
    return {
        "number": step.number,
        "name": told(step.name),
        "asks": told(step.asks),
        "does": told(step.does),
        "state": found.state,
        "state_text": told(STATES[found.state]),
        "met": found.met,
        "needs": needs,
        "unites": [told(name) for name in step.united()],
        "is_next": found is guide.next,
        "first": next((gap for need in needs for gap in need["gaps"]), None),  # type: ignore[attr-defined]  # a list
    }


def _gap(gap: Gap, guide: Guide, line: Line, language: str) -> Context:
    file = ""
    if gap.keys and not gap.command:
        file = f"{guide.file}:{line(gap.keys)}"
    place = path_of(guide.map, gap.keys)
    return {"says": gap_text(gap, language), "command": gap.command, "place": place, "file": file}


def _person(row: PersonaRow, overview: PersonasOverview, words: Words) -> Context:
    persona = row.persona
    says: list[tuple[str, list[str]]] = []
    if persona is not None:
        lists = (
            (N_("Wants"), persona.wants),
            (N_("Struggles"), persona.struggles),
            (N_("What matters"), persona.matters),
        )
        texts = (
            (N_("Looks for"), persona.looks_for),
            (N_("Decides"), persona.decides),
            (N_("Prefers"), persona.prefers),
            (N_("Why"), persona.why),
        )
        says += [(words._(name), list(values)) for name, values in lists if values]
        says += [(words._(name), [value]) for name, value in texts if value]
        if persona.we_need_to_know:
            says.append((words._(N_("We need to know")), list(persona.we_need_to_know)))
    return {
        "id": row.id,
        "icon": _face(persona.icon if persona is not None else None),
        "name": persona.name if persona is not None else words._("The rest"),
        "under": " · ".join(part for part in (persona.age, persona.occupation) if part)
        if persona is not None
        else words._("customers who match no persona"),
        "quote": words.quote(persona.quote) if persona is not None and persona.quote else "",
        "says": says,
        "assumed": row.assumed,
        "sources": list(row.sources),
        "is_own": persona is not None,
        "numbers": _numbers(row, overview, words),
    }


def _numbers(row: PersonaRow, overview: PersonasOverview, words: Words) -> list[tuple[str, str, str]]:
    found = []
    if row.share is not None:
        share = words.figure(row.share)
        found.append(
            (
                words._("Share of journeys"),
                share.text,
                words.n(words.count(row.customers)) if row.customers else share.note,
            )
        )
    if row.goal is not None:
        goal = words.figure(row.goal)
        name = metric_name(overview.map, overview.map.map.goal.metric, words)
        found.append((name, goal.text, goal.bounds or goal.note))
    if row.worst is not None:
        phase = next(phase for phase in overview.map.phases if phase.id == row.worst)
        lost = lost_text(row.completions[row.worst], words)
        found.append((words._("Most fall away after"), f"{phase.name} {lost}", ""))
    return found


def _measures(overview: PersonasOverview, words: Words) -> list[tuple[str, list[Any]]]:
    """Return every number: a row per measure, a cell per persona."""
    rows, map_ = overview.rows, overview.map
    metric = map_.metrics.get(map_.map.goal.metric)
    table = [
        (words._("Share of journeys"), [words.figure(row.share) for row in rows]),
        (
            metric_name(map_, map_.map.goal.metric, words),
            [words.figure(row.goal, metric.unit if metric else "share") for row in rows],
        ),
    ]
    for phase in map_.phases[:-1]:
        name = words._("Go on from {phase}", phase=phase.name)
        table.append((name, [words.figure(row.completions.get(phase.id)) for row in rows]))
    for phase in map_.phases:
        name = words._("Feeling in {phase}", phase=phase.name)
        table.append((name, [words.figure(row.feelings.get(phase.id), "feeling") for row in rows]))
    return table


def _ranked(row: Priority, map_: MapFile, words: Words) -> Context:
    each = row.opportunity
    names = {persona.id: persona.name for persona in map_.personas}
    effects = [
        {
            "name": metric_name(map_, effect.metric, words),
            "rise": mark_text(
                effect, names, map_.metrics[effect.metric].unit if effect.metric in map_.metrics else "share", words
            ),
            "more": gain_text(effect.more, words, effect.counts),
            "why": why_text(effect.why or effect.why_goal, words),
        }
        for effect in (row.effects if row.verdict not in ("done", "dropped") else ())
    ]
    gain = gain_text(row.goal, words) if row.verdict not in ("done", "dropped") else ""
    lever = LEVERS.get(each.lever or "")
    return {
        "id": each.id,
        "number": row.number,
        "text": each.text,
        "verdict": row.verdict,
        "verdict_text": words._(VERDICTS[row.verdict]),
        "facts": list(_facts(row, map_, words)),
        "gain": words._("At the goal: {gain}", gain=gain) if gain else "",
        "effects": effects,
        "lever": {"id": lever.id, "name": words._(lever.name)} if lever is not None else None,
    }


def _facts(row: Priority, map_: MapFile, words: Words) -> Iterable[str]:
    each = row.opportunity
    yield words.status(each.status)
    place = next((t.name for _, t in map_.touchpoints() if t.id == row.place), None)
    place = place or next((phase.name for phase in map_.phases if phase.id == row.place), None)
    if place:
        yield place
    if each.owner:
        yield map_.departments.get(each.owner, each.owner)
    if each.effort is not None:
        yield words._("effort {n}/5", n=str(each.effort))
    if each.customer_value is not None:
        yield words._("customer value {n}/5", n=str(each.customer_value))
    if each.business_value is not None:
        yield words._("business value {n}/5", n=str(each.business_value))


def _atlas_row(row: AtlasRow, found: Atlas, words: Words) -> Context:
    map_ = row.entry.map
    if map_ is None:
        return {
            "id": row.entry.id,
            "title": row.entry.id,
            "language": words.language,
            "fault": True,
            "cells": [row.entry.fault, *[""] * 5],
        }
    _, _, review = freshness_text(row, words)
    weakest = f"{row.weakest.name} {lost_text(row.weakest.completion, words)}" if row.weakest else "–"
    findings = "–" if row.entry.findings is None else words.count(sum(row.entry.findings.values()))
    cells = [
        ", ".join(words._(PARTS[part]) for part in PARTS if part in row.parts) or "–",
        goal_text(row, words) or "–",
        weakest,
        findings,
        review,
        "; ".join(belongs(row, found, words)) or "–",
    ]
    return {"id": row.entry.id, "title": map_.map.title, "language": map_.map.language, "fault": False, "cells": cells}


def _face(name: str | None) -> Markup:
    """Return the drawing of a persona; one that names none, or an unknown one, has a person."""
    shapes = icons().get(name or "user") or icons()["user"]
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup(shapes)
    )
