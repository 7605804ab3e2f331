"""The head of each phase: volume, owner, coverage, drop-off, feeling, and what people say."""

from collections.abc import Mapping
from typing import Any, Final

from farled.locale import N_
from farled.maps.draw.content import counted, department, phase_icon
from farled.maps.draw.view import DropView, Figure, PhaseView
from farled.maps.draw.words import DASH, Words, amount
from farled.maps.model import MapFile
from farled.maps.touchpoint import Phase

_SHARES: Final = {
    "observed": N_("observed {share}"),
    "linked": N_("linked {share}"),
    "seen": N_("seen {share}"),
}
_FIGURES: Final = (
    ("completion", N_("Completion"), "share"),
    ("previous", N_("Completion in the previous period"), "share"),
    ("dwell", N_("Median stay"), "seconds"),
)
_COUNTS: Final = (("entered", N_("Entered")), ("skipped", N_("Skipped")), ("now_here", N_("Here now")))


def phases(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[PhaseView, ...]:
    """Return the heads of all phases in order."""
    measured = [snapshot.get("phases", {}).get(phase.id, {}) for phase in content.phases]
    worst = worst_drop([found.get("completion") for found in measured])
    return tuple(_phase(content, at, measured, snapshot, words, at == worst) for at in range(len(content.phases)))


def worst_drop(completions: list[dict[str, Any] | None]) -> int | None:
    """Return the place of the lowest completion, if it is lower than all others beyond chance."""
    known = [
        (completion["value"], completion["high"], completion["low"], at)
        for at, completion in enumerate(completions)
        if completion and completion.get("value") is not None and completion.get("high") is not None
    ]
    if len(known) < 2:
        return None
    lowest, *others = sorted(known)
    return lowest[3] if lowest[1] < min(other[2] for other in others) else None


def _phase(
    content: MapFile, at: int, measured: list[dict[str, Any]], snapshot: Mapping[str, Any], words: Words, is_worst: bool
) -> PhaseView:
    phase, found = content.phases[at], measured[at]
    coverage = (found.get("coverage") or {}).get("value") if found else None
    unmeasured = bool(snapshot) and not coverage
    reached = amount(found.get("reached"))
    owner = department(content, phase.owner)
    volume = words.units(reached, counted(content, snapshot)) if reached is not None else ""
    feeling = words.figure(found.get("feeling"), "feeling") if snapshot else Figure(DASH)
    drop = (
        _drop(content, at, measured, words, is_worst, counted(content, snapshot))
        if at + 1 < len(content.phases)
        else None
    )
    claim = phase.feels.claim if phase.feels else None
    assumed = phase.feels is not None and not phase.feels.based_on
    return PhaseView(
        id=phase.id,
        name=phase.name,
        detail=" · ".join(part for part in (volume, owner) if part),
        icon=phase_icon(phase),
        says=_says(phase, words),
        coverage=coverage,
        coverage_text=words._("data {share}", share=words.share(coverage)) if coverage else "",
        unmeasured=unmeasured,
        drop=drop,
        feeling=feeling,
        claim=claim,
        claim_text="" if claim is None else words.value(claim, "feeling"),
        claim_words=", ".join(phase.feels.words or []) if phase.feels else "",
        claim_assumed=assumed,
        is_moment=_is_moment(content, phase),
        card=_card(phase, found, words, [volume, owner], feeling if snapshot else None),
    )


def _says(phase: Phase, words: Words) -> dict[str, str]:
    says = {
        "goal": phase.customer_goal,
        "does": phase.does,
        "thinks": words.quote(phase.thinks) if phase.thinks else None,
        "expects": phase.expects,
        "supports": phase.supports,
    }
    return {row: text for row, text in says.items() if text}


def _is_moment(content: MapFile, phase: Phase) -> bool:
    places = {moment.at for moment in content.moments_of_truth}
    return phase.id in places or any(touchpoint.id in places for touchpoint in phase.touchpoints)


def _drop(
    content: MapFile, at: int, measured: list[dict[str, Any]], words: Words, is_worst: bool, unit: str
) -> DropView | None:
    completion = measured[at].get("completion")
    if not completion:
        return None
    lost = {
        **completion,
        "value": _rest(completion.get("value")),
        "low": _rest(completion.get("high")),
        "high": _rest(completion.get("low")),
        "unit": "share",
    }
    figure = words.figure(lost)
    before, after = (amount(found.get("reached")) for found in measured[at : at + 2])
    counts = (words.count(before), words.count(after)) if before is not None and after is not None else ("", "")
    previous = (measured[at].get("previous") or {}).get("value")
    change = ""
    if figure.value is not None and previous is not None:
        change = words.change(figure.value - (1 - previous))
    name, following = content.phases[at].name, content.phases[at + 1].name
    card = [words._("Drop-off between {phase} and {next}", phase=name, next=following)]
    horizon = words.span(content.map.journey.within)
    card.append(words.spoken(words._("Drop-off within {span}", span=horizon), figure))
    if before is not None and after is not None:
        card.append(words._("before {before}, after {after}", before=words.units(before, unit), after=counts[1]))
    if change:
        card.append(words._("change to the previous period: {change}", change=change))
    if is_worst:
        card.append(words._("largest drop-off"))
    shown = figure if figure.value is None else words.lost(figure)
    return DropView(shown, counts, change, is_worst, tuple(card))


def _rest(share: float | None) -> float | None:
    return None if share is None else 1 - share


def _card(
    phase: Phase, found: dict[str, Any], words: Words, facts: list[str], feeling: Figure | None
) -> tuple[str, ...]:
    lines = [phase.name, *(fact for fact in facts if fact)]
    coverage = found.get("coverage") or {}
    if coverage.get("value"):
        parts = [
            words._(label, share=words.share(coverage[key]))
            for key, label in _SHARES.items()
            if coverage.get(key) is not None
        ]
        lines.append(words._("data {share}", share=words.share(coverage["value"])) + f" ({', '.join(parts)})")
    for key, label, unit in _FIGURES:
        if found.get(key) is not None:
            lines.append(words.spoken(words._(label), words.figure(found[key], unit)))
    for key, label in _COUNTS:
        count = amount(found.get(key))
        if count is not None:
            lines.append(f"{words._(label)}: {words.count(count)}")
    if feeling is not None:
        lines.append(words.spoken(words._("Feeling"), feeling))
    return tuple(lines)
