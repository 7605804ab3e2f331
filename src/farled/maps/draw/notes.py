"""Pain points and opportunities as cards under their phase."""

from collections.abc import Mapping
from statistics import median
from typing import Any

from farled.maps.draw.content import every, name_of, place_of
from farled.maps.draw.view import Figure, NoteView
from farled.maps.draw.words import Words
from farled.maps.model import MapFile, Opportunity, PainPoint
from farled.spans import microseconds


def pain_notes(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[NoteView, ...]:
    """Return the pain points by the order of the map file."""
    return tuple(_pain(content, pain, snapshot, words) for pain in content.pain_points)


def opportunity_notes(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[NoteView, ...]:
    """Return the opportunities by the order of the map file."""
    return tuple(_opportunity(content, chance, snapshot, words) for chance in content.opportunities)


def sources(content: MapFile, based_on: tuple[str, ...], words: Words) -> str:
    """Name what a claim rests on, or say that it is assumed."""
    if not based_on:
        return words._("assumed")
    known = content.sources
    parts = []
    for id_ in based_on:
        source = known.get(id_)
        parts.append(id_ if source is None else source.title)
        if source is not None and source.n:
            parts.append(words.n(words.count(source.n)))
    return " · ".join(parts)


def _pain(content: MapFile, pain: PainPoint, snapshot: Mapping[str, Any], words: Words) -> NoteView:
    names = {persona.id: persona.name.split(",")[0] for persona in content.personas}
    who = [names.get(id_, id_) for id_ in pain.personas or []]
    rests = " · ".join([sources(content, pain.based_on, words), *([", ".join(who)] if who else [])])
    measured = _measured_at(content, pain.at, snapshot, words)
    detail = tuple(line for line in (rests, measured) if line)
    card = (words._("Pain point"), pain.text, words._("at {place}", place=name_of(content, pain.at)), *detail)
    at = place_of(content, pain.at)
    assumed = not pain.based_on
    return NoteView(pain.id, at or 0, pain.text, detail, assumed, False, card)


def _measured_at(content: MapFile, at: str, snapshot: Mapping[str, Any], words: Words) -> str:
    """Say what was measured where the pain is, if it tells of the pain.

    The time to answer against the promise, else a key figure of that place, else the feeling, else who went on where
    these are fewer than at half of the places of the map.
    """
    found = (snapshot.get("touchpoints") or {}).get(at) or (snapshot.get("phases") or {}).get(at) or {}
    promised = next((touchpoint.respond_within for _, touchpoint in every(content) if touchpoint.id == at), None)
    waited = words.figure(found.get("answer_time"), "seconds")
    if promised and waited.value is not None:
        promise = words.value(microseconds(promised) / 1e6, "seconds")
        return words._("measured: answer after {time}, promised {promise}", time=waited.text, promise=promise)
    for label, figure in (
        *_key_figures(content, at, snapshot, words),
        (words._("feeling"), words.figure(found.get("feeling"), "feeling")),
        (words._("went on"), _low(snapshot, at, words)),
    ):
        if figure.value is not None:
            evidence = words.evidence(figure)
            return words._("measured: {what} {value}", what=label, value=f"{figure.text} ({evidence})")
    return ""


def _key_figures(content: MapFile, at: str, snapshot: Mapping[str, Any], words: Words) -> list[tuple[str, Figure]]:
    """Return the metrics of the map that measure this very place or the event seen there, with their names."""
    measured = snapshot.get("metrics") or {}
    here: list[object] = [at, *(point.observe for _, point in every(content) if point.id == at and point.observe)]
    return [
        (
            metric_name(content, id_, words),
            words.figure(measured.get(id_), "feeling" if metric.kind == "feeling" else metric.unit),
        )
        for id_, metric in content.metrics.items()
        if any(key in ("at", "of") and rule in here for key, rule in metric.selectors())
    ]


def _low(snapshot: Mapping[str, Any], at: str, words: Words) -> Figure:
    """Return who went on from a place where that is under the median of its kind."""
    for kind, key in (("touchpoints", "onward"), ("phases", "completion")):
        shares = {id_: (found.get(key) or {}) for id_, found in (snapshot.get(kind) or {}).items()}
        known = [share["value"] for share in shares.values() if share.get("value") is not None]
        value = shares.get(at, {}).get("value")
        if value is not None and value < median(known):
            return words.figure(shares[at], "share")
    return Figure("")


def _opportunity(content: MapFile, chance: Opportunity, snapshot: Mapping[str, Any], words: Words) -> NoteView:
    pains = {pain.id: pain for pain in content.pain_points}
    solved = [pains[id_] for id_ in chance.solves or [] if id_ in pains]
    place = chance.at or (solved[0].at if solved else content.phases[0].id)
    effect = (snapshot.get("effects") or {}).get(chance.id) or {}
    detail = [words.status(chance.status)]
    detail += [_effect(effect, words)] if effect else _moves(content, chance, words)
    card = [words._("Opportunity"), chance.text, words._("at {place}", place=name_of(content, place)), *detail]
    card += [words._("would solve: {pain}", pain=pain.text) for pain in solved]
    beacon = effect.get("kind") == "measured" and (effect.get("low") or 0) * (effect.get("high") or 0) > 0
    return NoteView(
        chance.id, place_of(content, place) or 0, chance.text, tuple(detail), False, bool(beacon), tuple(card)
    )


def _effect(effect: Mapping[str, Any], words: Words) -> str:
    figure = words.figure(effect, "difference")
    value = f"{figure.text} ({figure.bounds})" if figure.bounds else figure.text
    if effect.get("kind") == "measured":
        return words._("measured: {value}", value=value)
    return words._("simulated: {value}", value=value)


def _moves(content: MapFile, chance: Opportunity, words: Words) -> list[str]:
    from_metric = content.metrics
    moves = [
        (words._("should raise {metric}") if way == "up" else words._("should lower {metric}")).format(
            metric=metric_name(content, id_, words) if id_ in from_metric else id_
        )
        for id_, way in (chance.moves or {}).items()
    ]
    return [", ".join(moves)] if moves else []


def metric_name(content: MapFile, id_: str, words: Words) -> str:
    """Return the name of a metric: its own, else what its kind measures where, else its id in words."""
    metric = content.metrics.get(id_)
    if metric is None:
        return id_
    if metric.name:
        return metric.name
    place = next((rule for key, rule in metric.selectors() if key == "at" and isinstance(rule, str)), None)
    named = {
        "nps": words._("NPS"),
        "csat": words._("Satisfaction"),
        "ces": words._("Effort"),
        "stars": words._("Stars"),
        "step_completion": words._("Completion"),
        "drop_off": words._("Drop-off"),
        "feeling": words._("Feeling"),
    }.get(metric.kind)
    if not named and id_ in ("goal_rate", "repeat_90d"):  # what drafts and imports call them
        return words._("Share that reaches the goal") if id_ == "goal_rate" else words._("Again within 90 days")
    if named and place:
        return f"{named}: {name_of(content, place)}"
    return named or id_.replace("_", " ").replace("-", " ").capitalize()
