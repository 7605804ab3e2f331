"""The head of each phase: volume, owner, coverage, drop-off, feeling, and what people say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from farled.locale import N_
from farled.maps.draw.changes import against_name, change, told
from farled.maps.draw.content import counted, department, phase_icon
from farled.maps.draw.showing import Showing
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


def phases(content: MapFile, snapshot: Mapping[str, Any], words: Words, showing: Showing) -> tuple[PhaseView, ...]:
    """Return the heads of all phases in order."""
    measured = [snapshot.get("phases", {}).get(phase.id, {}) for phase in content.phases]
    worst = worst_drop([found.get("completion") for found in measured])
    views = [_phase(content, at, measured, snapshot, words, at == worst) for at in range(len(content.phases))]
    here = [amount(found.get("now_here")) for found in measured]
    views = [
        _standing(view, count, sum(known or 0 for known in here), words)
        for view, count in zip(views, here, strict=True)
    ]
    if showing.against is not None:
        name = against_name(content, showing.against, words)
        then = [showing.against.get("phases", {}).get(phase.id, {}) for phase in content.phases]
        pairs = zip(views, measured, then, strict=True)
        views = [_compared(view, now, before, name, words) for view, now, before in pairs]
    return tuple(_as_felt(view, content, showing) for view in views)


def _standing(view: PhaseView, here: float | None, all_: float, words: Words) -> PhaseView:
    """Say how many journeys stand in the phase now."""
    return view if here is None else replace(view, here=words.count(here), here_share=here / all_ if all_ else 0.0)


def _compared(view: PhaseView, now: dict[str, Any], then: Mapping[str, Any], against: str, words: Words) -> PhaseView:
    """Add what the phase was in the other snapshot, and the signed differences."""
    felt = change(now.get("feeling"), then.get("feeling"), "feeling", "up", words)
    card = [*view.card, *([f"{words._('Feeling')}, {told(felt, against, words)}"] if felt else [])]
    drop = view.drop
    lost = change(lost_of(now.get("completion")), lost_of(then.get("completion")), "share", "down", words)
    if drop is not None:
        more = (told(lost, against, words),) if lost else ()
        drop = replace(
            drop, change=lost, card=(*(line for line in drop.card if line != drop.previous), *more), previous=""
        )
    return replace(
        view,
        drop=drop,
        card=tuple(card),
        then=words.figure(then.get("feeling"), "feeling") if then.get("feeling") else None,
        feeling_change=felt,
    )


def _as_felt(view: PhaseView, content: MapFile, showing: Showing) -> PhaseView:
    """Leave out the feeling that is not shown; of a planned map nothing was felt yet."""
    if content.map.state == "to_be" or showing.felt == "claimed":
        view = replace(view, feeling=Figure(DASH), then=None, feeling_change=None)
    if showing.felt == "measured":
        view = replace(view, claim=None, claim_text="", claim_words="", claim_assumed=False)
    return view


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
        "question": phase.question,
        "goal": phase.customer_goal,
        "does": phase.does,
        "thinks": words.quote(phase.thinks) if phase.thinks else None,
        "expects": phase.expects,
        "challenges": _listed(phase.challenges),
        "supports": phase.supports,
        "solutions": _listed(phase.solutions),
        "examples": _examples(phase),
    }
    return {row: text for row, text in says.items() if text}


def _listed(texts: tuple[str, ...] | None) -> str:
    """Write several things below each other, each with a dash where there is more than one."""
    return "\n".join(f"{DASH} {text}" for text in texts or ()) if texts and len(texts) > 1 else "".join(texts or ())


def _examples(phase: Phase) -> str:
    told = [("B2B", phase.examples.b2b), ("B2C", phase.examples.b2c)] if phase.examples else []
    return "\n".join(f"{kind}: {text}" for kind, text in told if text)


def _is_moment(content: MapFile, phase: Phase) -> bool:
    places = {moment.at for moment in content.moments_of_truth}
    return phase.id in places or any(touchpoint.id in places for touchpoint in phase.touchpoints)


def _drop(
    content: MapFile, at: int, measured: list[dict[str, Any]], words: Words, is_worst: bool, unit: str
) -> DropView | None:
    completion = measured[at].get("completion")
    if not completion:
        return None
    figure = words.figure(lost_of(completion))
    before, after = (amount(found.get("reached")) for found in measured[at : at + 2])
    counts = (words.count(before), words.count(after)) if before is not None and after is not None else ("", "")
    since = change(lost_of(completion), lost_of(measured[at].get("previous")), "share", "down", words)
    name, following = content.phases[at].name, content.phases[at + 1].name
    card = [words._("Drop-off between {phase} and {next}", phase=name, next=following)]
    horizon = words.span(content.map.journey.within)
    card.append(words.spoken(words._("Drop-off within {span}", span=horizon), figure))
    if before is not None and after is not None:
        card.append(words._("before {before}, after {after}", before=words.units(before, unit), after=counts[1]))
    previous = ""
    if since is not None:
        sure = words._("more than chance") if since.is_sure else words._("could be chance")
        told_ = f"{since.text} ({since.bounds}; {sure})"
        previous = words._("change to the previous period: {change}", change=told_)
        card.append(previous)
    if is_worst:
        card.append(words._("largest drop-off"))
    shown = figure if figure.value is None else words.lost(figure)
    return DropView(shown, counts, since, is_worst, tuple(card), previous)


def lost_of(completion: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the share that is lost, of the share that goes on."""
    if not completion:
        return None
    return {
        **completion,
        "value": _rest(completion.get("value")),
        "low": _rest(completion.get("high")),
        "high": _rest(completion.get("low")),
        "unit": "share",
    }


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
