"""Personas: their cards, and how the journey feels to each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from farled.figures.icons import icons
from farled.locale import N_
from farled.maps.draw.content import counted
from farled.maps.draw.notes import metric_name, sources
from farled.maps.draw.tiles import unit_of
from farled.maps.draw.view import Figure, PersonaView
from farled.maps.draw.words import Words
from farled.maps.model import MapFile
from farled.maps.persona import Persona

REST = "rest"


def personas(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[PersonaView, ...]:
    """Return the personas in the order of the map file, then the rest where there is any; a plan has no feelings."""
    measured, unit = snapshot.get("personas") or {}, counted(content, snapshot)
    shown = [
        _persona(content, persona, measured.get(persona.id), words, place, unit)
        for place, persona in enumerate(content.personas)
    ]
    rest = measured.get(REST)
    if rest and (rest.get("share") or {}).get("value") != 0:
        shown.append(_rest(content, rest, words, len(shown), unit))
    if content.map.state == "to_be":
        return tuple(replace(persona, feelings=()) for persona in shown)
    return tuple(shown)


def _persona(
    content: MapFile, persona: Persona, found: Mapping[str, Any] | None, words: Words, place: int, unit: str
) -> PersonaView:
    lines = [
        (words._("Wants"), " · ".join(persona.wants or ())),
        (words._("Struggles"), " · ".join(persona.struggles or ())),
    ]
    assumed = not persona.based_on
    told = [persona.name, *(f"{label}: {text}" for label, text in lines if text)]
    extra = [
        (words._("Occupation"), persona.occupation),
        (words._("Looks for"), persona.looks_for),
        (words._("Prefers"), persona.prefers),
        (words._("Decides"), persona.decides),
        (words._("Why"), persona.why),
        (words._("Rests on"), sources(content, persona.based_on, words)),
    ]
    told += [f"{label}: {text}" for label, text in extra if text]
    share, goal, feelings, summary, numbers = _numbers(content, found, words, unit)
    return PersonaView(
        id=persona.id,
        name=persona.name,
        lines=tuple((label, text) for label, text in lines if text),
        share=share,
        goal=goal,
        icon=persona.icon if persona.icon and persona.icon in icons() else "user",
        place=place,
        assumed=assumed,
        feelings=feelings,
        summary=summary,
        card=(*told, *numbers),
    )


def _rest(content: MapFile, found: Mapping[str, Any], words: Words, place: int, unit: str) -> PersonaView:
    share, goal, feelings, summary, numbers = _numbers(content, found, words, unit)
    name = words._("The rest")
    line = (words._("Who"), words._("customers who match no persona"))
    return PersonaView(
        REST, name, (line,), share, goal, "users", place, False, feelings, summary, (name, line[1], *numbers)
    )


def _numbers(
    content: MapFile, found: Mapping[str, Any] | None, words: Words, unit: str
) -> tuple[str, tuple[str, ...], tuple[Figure, ...], str, list[str]]:
    """Return share, goal metric, feelings by phase, the text over the curve, and lines for the card."""
    if not found:
        return "", (), (), "", []
    share = words.figure(found.get("share"))
    of_all = N_("{share} of journeys") if unit == "journey" else N_("{share} of customers")
    share_text = words._(of_all, share=share.text) if share.value is not None else ""
    told = [words.spoken(words._("Share of all"), share)] if found.get("share") else []
    goal_text: tuple[str, ...] = ()
    metric = content.map.goal.metric
    measured = (found.get("metrics") or {}).get(metric) if metric else None
    if metric and measured:
        figure = words.figure(measured, unit_of(content, metric))
        name = metric_name(content, metric, words)
        told.append(words.spoken(name, figure))
        if figure.value is not None:
            goal_text = (f"{name} {figure.text}", *([figure.bounds] if figure.bounds else []))
    phases = found.get("phases") or {}
    feelings = tuple(words.figure((phases.get(phase.id) or {}).get("feeling"), "feeling") for phase in content.phases)
    for phase, feeling in zip(content.phases, feelings, strict=True):
        if feeling.value is not None:
            told.append(words.spoken(words._("Feeling in {phase}", phase=phase.name), feeling))
    worst = _worst(content, phases, words)
    told += [worst[1]] if worst[1] else []
    summary = " · ".join(part for part in (share_text, worst[0]) if part)
    return share_text, goal_text, feelings if any(f.value is not None for f in feelings) else (), summary, told


def _worst(content: MapFile, phases: Mapping[str, Any], words: Words) -> tuple[str, str]:
    known = [
        (completion["value"], at)
        for at, phase in enumerate(content.phases[:-1])
        if (completion := (phases.get(phase.id) or {}).get("completion")) and completion.get("value") is not None
    ]
    if not known:
        return "", ""
    value, at = min(known)
    completion = phases[content.phases[at].id]["completion"]
    lost = {**completion, "value": 1 - value, "low": _rest_of(completion, "high"), "high": _rest_of(completion, "low")}
    figure = words.figure(lost)
    name = content.phases[at].name
    spoken = words.spoken(words._("Largest drop-off, after {phase}", phase=name), figure)
    return words._("{share} after {phase}", share=words.lost(figure).text, phase=name), spoken


def _rest_of(completion: Mapping[str, Any], key: str) -> float | None:
    bound = completion.get(key)
    return None if bound is None else 1 - bound
