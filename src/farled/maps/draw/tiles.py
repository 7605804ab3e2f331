"""KPIs as tiles, and the goal of the map."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from farled.locale import date
from farled.maps.draw.changes import against_name, change, told
from farled.maps.draw.notes import metric_name
from farled.maps.draw.view import ChangeView, TileView
from farled.maps.draw.words import Words
from farled.maps.model import MapFile
from farled.spans import microseconds

State = Literal["over", "under", "unclear", "no_target", "unmeasured"]


def tiles(
    content: MapFile, snapshot: Mapping[str, Any], words: Words, against: Mapping[str, Any] | None = None
) -> tuple[TileView, ...]:
    """Return the KPIs of all phases, with the change from another snapshot."""
    shown = [
        (kpi.metric, _tile(content, at, kpi.metric, kpi.target, snapshot, words))
        for at, phase in enumerate(content.phases)
        for kpi in phase.kpis or ()
    ]
    if against is None:
        return tuple(tile for _, tile in shown)
    name = against_name(content, against, words)
    return tuple(
        _compared(tile, _change(content, metric, snapshot, against, words), name, words) for metric, tile in shown
    )


def _change(
    content: MapFile, metric: str, now: Mapping[str, Any], then: Mapping[str, Any], words: Words
) -> ChangeView | None:
    found, before = ((each.get("metrics") or {}).get(metric) for each in (now, then))
    better = content.metrics[metric].better if metric in content.metrics else "up"
    return change(found, before, unit_of(content, metric), better or "up", words)


def _compared(tile: TileView, since: ChangeView | None, against: str, words: Words) -> TileView:
    return tile if since is None else replace(tile, change=since, card=(*tile.card, told(since, against, words)))


def goal_lines(content: MapFile, snapshot: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """Return the goal of the map, and how far it is."""
    goal = content.map.goal
    lines = [words._("Goal: {goal}", goal=goal.text)]
    if goal.metric:
        found = snapshot.get("goal") or (snapshot.get("metrics") or {}).get(goal.metric)
        unit = unit_of(content, goal.metric)
        parts = [metric_name(content, goal.metric, words)]
        figure = words.figure(found, unit) if found else None
        if figure is not None:
            parts.append(f"{figure.text} ({words.evidence(figure)})" if figure.value is not None else figure.note)
        if goal.target is not None:
            parts.append(words._("target {target}", target=target_text(goal.target, unit, words)))
        if goal.by:
            parts.append(words._("by {date}", date=date(goal.by, words.language)))
        if found and figure is not None and figure.value is not None and found.get("state"):
            parts.append(words.state(found["state"]))
        lines.append(" · ".join(parts))
    return tuple(lines)


def unit_of(content: MapFile, metric: str) -> str:
    """Return the unit in which a metric is written where the snapshot does not say."""
    found = content.metrics.get(metric)
    if found is None:
        return "share"
    return "feeling" if found.kind == "feeling" else found.unit


def target_text(target: float | str, unit: str, words: Words) -> str:
    """Write a target: a number in its unit, or a span."""
    if isinstance(target, str):
        return words.value(microseconds(target) / 1e6, "seconds")
    return words.value(target, unit)


def _tile(
    content: MapFile, at: int, metric: str, target: float | str | None, snapshot: Mapping[str, Any], words: Words
) -> TileView:
    found = (snapshot.get("metrics") or {}).get(metric)
    unit = str((found or {}).get("unit") or unit_of(content, metric))
    figure = words.figure(found, unit)
    state = _state(found, target, figure.value)
    wanted = "" if target is None else words._("target {target}", target=target_text(target, unit, words))
    said = words.state(state) if target is not None or state == "unmeasured" else words.state("no_target")
    name = metric_name(content, metric, words)
    phase = snapshot.get("phases", {}).get(content.phases[at].id, {})
    text = " · ".join(part for part in (wanted, said) if part) if figure.value is not None else wanted
    better = content.metrics[metric].better if metric in content.metrics else "up"
    good = None if state not in ("over", "under") else (state == "over") == (better != "down")
    card = (name, words.spoken(words._("Value"), figure), *([text] if text else []))
    return TileView(
        id=f"{content.phases[at].id}-{metric}",
        phase=at,
        name=name,
        figure=figure,
        evidence=words.parts(figure),
        target=text,
        state=state,
        is_good=good,
        series=tuple((found or {}).get("series") or ()),
        coverage=(phase.get("coverage") or {}).get("value"),
        card=(*card, *_history(found, unit, words)),
    )


def _history(found: Mapping[str, Any] | None, unit: str, words: Words) -> list[str]:
    values = [value for value in (found or {}).get("series") or [] if value is not None]
    if len(values) < 2:
        return []
    written = ", ".join(words.value(value, unit) for value in values)
    return [words._("last periods: {values}", values=written)]


def _state(found: Mapping[str, Any] | None, target: float | str | None, value: float | None) -> State:
    if value is None:
        return "unmeasured"
    if target is None:
        return "no_target"
    state = (found or {}).get("state")
    return state if state in ("over", "under", "unclear") else "unclear"
