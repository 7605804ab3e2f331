"""Sentences of the overviews that picture, page and terminal share."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from farled.locale import N_, interval, number, points, signed, signed_percent
from farled.locale import date as written_date
from farled.maps.draw.words import Words
from farled.maps.guide.needs_intent import PARTS
from farled.maps.overview.atlas import Atlas, AtlasRow
from farled.maps.overview.effects import Effect
from farled.maps.overview.numbers import Number
from farled.maps.overview.personas import PersonaDifference, PersonasOverview
from farled.maps.overview.priorities import Verdict
from farled.stats.intervals import Estimate

_ICONS: Final = {"over": "check", "under": "trending-down", "unclear": "scale", "no_target": "target"}
_STATES: Final = {
    "over": N_("over the target"),
    "under": N_("under the target"),
    "unclear": N_("unclear against the target"),
    "no_target": N_("no target set"),
}
VERDICTS: Final[Mapping[Verdict, str]] = {
    "first": N_("Begin here"),
    "worth": N_("Worth doing"),
    "effort_missing": N_("Effort missing"),
    "unclear": N_("Unclear"),
    "unknown": N_("Effect not known"),
    "done": N_("Done"),
    "dropped": N_("Dropped"),
}


def lost_text(completion: Number | None, words: Words) -> str:
    """Return how many fall away after a phase; empty where that is not known."""
    if completion is None or completion.get("value") is None:
        return ""
    return signed_percent(completion["value"] - 1, words.language)


def goal_text(row: AtlasRow, words: Words) -> str:
    """Return value and state of a map's goal; empty where it was not measured."""
    if row.goal is None or row.entry.map is None:
        return ""
    metric = row.entry.map.metrics.get(row.goal["metric"])
    name = (metric.name if metric is not None and metric.name else None) or row.goal["metric"]
    figure = words.figure(row.goal)
    state = words._(_STATES[row.goal.get("state", "no_target")])
    return f"{name} {figure.text}: {state if figure.value is not None else figure.note}"


def state_icon(row: AtlasRow) -> str:
    """Return the icon of a goal's state."""
    return _ICONS.get((row.goal or {}).get("state", "no_target"), "target")


def freshness_text(row: AtlasRow, words: Words) -> tuple[str, str, str]:
    """Return icon, tone and sentence of how fresh a map is."""
    if row.entry.map is None:
        return "", "", ""
    if row.due is None:
        return "clock", "warn", words._("never reviewed")
    day = day_text(row.due, words)
    if row.freshness == "due":
        return "clock", "warn", words._("review was due on {day}", day=day)
    return "calendar", "ink-2", words._("review due on {day}", day=day)


def belongs(row: AtlasRow, atlas: Atlas, words: Words) -> list[str]:
    """Return how a map belongs to others: what it details, what it would change, and what does so to it."""
    told = []
    if row.parent is not None:
        phase = atlas.phase_name(*row.parent)
        told.append(words._("details {phase} of {map}", phase=phase, map=atlas.title(row.parent[0])))
    if row.base is not None:
        told.append(words._("planned change of {map}", map=atlas.title(row.base)))
    for phase, id_ in row.children:
        name = atlas.phase_name(row.entry.id, phase)
        told.append(words._("{map} details {phase}", map=atlas.title(id_), phase=name))
    return told + [words._("{map} would change it", map=atlas.title(id_)) for id_ in row.planned]


def remarks(found: Atlas, words: Words) -> Iterable[str]:
    """Yield what lies between the maps: gaps, overlaps, where they can be compared."""
    if found.gaps:
        parts = ", ".join(words._(PARTS[part]) for part in found.gaps)
        yield words._("No map covers: {parts}.", parts=parts)
    yield from dict.fromkeys(_overlaps(found, words))
    if len(found.rows) > 1:
        division = " | ".join(" + ".join(words._(PARTS[part]) for part in parts) for parts in found.division)
        yield words._("They can be compared over: {division}.", division=division)


def _overlaps(found: Atlas, words: Words) -> Iterable[str]:
    """Yield which events are on two maps: several touchpoints of one event say the same."""
    for each in found.overlaps:
        first, second = found.title(each.first[0]), found.title(each.second[0])
        if each.owners:
            says = N_("{event} is on {first} and on {second}, but different departments answer for it: {owners}.")
            yield words._(says, event=each.event, first=first, second=second, owners=", ".join(each.owners))
        else:
            yield words._("{event} is on {first} and on {second}.", event=each.event, first=first, second=second)


def day_text(day: date, words: Words) -> str:
    """Write a day."""
    return written_date(day, words.language)


def difference_text(each: PersonaDifference, overview: PersonasOverview, words: Words) -> str:
    """Return one difference between two personas as a sentence, with its interval."""
    phase = next((phase.name for phase in overview.map.phases if phase.id == each.phase), "")
    metric = overview.map.metrics.get(overview.map.map.goal.metric)
    goal = (metric.name if metric is not None and metric.name else None) or overview.map.map.goal.metric
    says = {
        "goal": N_("{higher} has a higher {goal} than {lower}: {difference}"),
        "completion": N_("{higher} goes on from {phase} more often than {lower}: {difference}"),
        "feeling": N_("{higher} feels better in {phase} than {lower}: {difference}"),
    }[each.measure]
    return words._(
        says,
        higher=overview.name(each.higher),
        lower=overview.name(each.lower),
        phase=phase,
        goal=goal,
        difference=apart_text(each.difference, each.kind, words),
    )


def apart_text(found: Estimate, kind: str, words: Words) -> str:
    """Write a difference with its interval."""
    value = found.value or 0.0
    if kind == "share":
        bounds = (
            ""
            if found.low is None or found.high is None
            else interval(100 * found.low, 100 * found.high, words.language, False, 0)
        )
        return f"{points(value, words.language, 0)} ({bounds})" if bounds else points(value, words.language, 0)
    text = words.value(value, "difference" if kind != "seconds" else "seconds")
    bounds = (
        ""
        if found.low is None or found.high is None
        else words.bounds(found.low, found.high, "difference" if kind != "seconds" else "seconds")
    )
    return f"{text} ({bounds})" if bounds else text


def gain_text(found: Estimate, words: Words, counts: str = "customers") -> str:
    """Write how many more, with the interval; empty where that is not known."""
    if found.value is None:
        return ""
    n = round(found.value)
    told = words.translate
    text = {
        "customers": told.ngettext("{n} customer more", "{n} customers more", n),
        "events": told.ngettext("{n} event more", "{n} events more", n),
        "answers": told.ngettext("{n} answer more", "{n} answers more", n),
    }[counts].format(n=signed(n, words.language))
    bounds = (
        "" if found.low is None or found.high is None else interval(found.low, found.high, words.language, False, 0)
    )
    return f"{text} ({bounds})" if bounds else text


def mark_text(effect: Effect, names: Mapping[str, str], unit: str, words: Words) -> str:
    """Return from where to where a metric would rise; empty where there is nothing to rise to."""
    if effect.mark is None or effect.now is None:
        return ""
    now, mark = words.value(effect.now["value"], unit), words.value(effect.mark, unit)
    if effect.to == "persona":
        says = N_("from {now} to {mark}, as {persona} has it")
        return words._(says, now=now, mark=mark, persona=names.get(effect.persona or "", effect.persona or ""))
    return words._("from {now} to its target {mark}", now=now, mark=mark)


def why_text(why: str, words: Words) -> str:
    """Return why something is not known."""
    return words._(why) if why else ""


def count_text(value: float, words: Words) -> str:
    """Write a whole number."""
    return number(value, words.language)


def is_measured(found: Any) -> bool:
    """Say whether a number of the snapshot has a value."""
    return isinstance(found, Mapping) and found.get("value") is not None
