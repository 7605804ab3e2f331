"""Draws the legend: the marks that are there, and only those."""

from collections.abc import Iterator

from farled.locale import N_
from farled.maps.draw.badges import found_sign, stop_badge
from farled.maps.draw.columns import MARGIN, Columns
from farled.maps.draw.findings import SEVERITIES
from farled.maps.draw.heading import DASHES
from farled.maps.draw.lanes import owner_sign, pain_sign
from farled.maps.draw.pen import (
    SMALL,
    TINY,
    Box,
    Row,
    circle,
    lines,
    num,
    rect,
    shape,
    sign,
    star,
)  # fmt: skip
from farled.maps.draw.view import FoundView, View
from farled.maps.draw.words import Words

Entry = tuple[float, str, str]
"""Width of a mark in the legend, its drawing around the left of a middle line, and its words."""


def legend_row(view: View, columns: Columns, y: float) -> Row:
    """Explain the marks that are present, and only those."""
    words = Words(view.language)
    x, top, drawn = MARGIN, y + 20, ""
    for width, mark, told in _entries(view, words):
        broken = SMALL.wrap(told, columns.width - 2 * MARGIN - width - 8)
        whole = width + 8 + max(map(SMALL.width, broken))
        if x + whole > columns.width - MARGIN and x > MARGIN:
            x, top = MARGIN, top + 24
        drawn += f'<g transform="translate({num(x)} {num(top)})">{mark}</g>\n'
        drawn += lines(x + width + 8, top + 3.8, broken, SMALL, "ink-2")
        x += whole + 24
        top += SMALL.line * (len(broken) - 1)
    return Row(top + 16 - y, (f'<g class="legend">\n{drawn}</g>\n',))


def _entries(view: View, words: Words) -> Iterator[Entry]:
    yield from _signs(view, words)
    yield from _found(view, words)
    if view.walk is not None:
        yield from _walk(view, words)
    yield from _ways(view, words)
    yield from _pills(view, words)
    yield from _feelings(view, words)
    if any(phase.coverage is not None for phase in view.phases):
        bars = rect(Box(0, -2, 30, 4), "track", 2) + rect(Box(0, -2, 20, 4), "cover", 2)
        yield 30, bars, words._("data coverage")
    if any(phase.unmeasured for phase in view.phases):
        yield 26, rect(Box(0, -8, 26, 16), "depth-0") + rect(Box(0, -8, 26, 16), "hatch-light"), words._("unmeasured")
    people = view.personas if "personas" in view.rows else ()
    if any(persona.assumed for persona in people) or any(note.is_assumed for note in view.pains):
        yield 26, rect(Box(0, -8, 26, 16), "card dashed", 4), words._("dashed edge = assumed")
    owners = {touchpoint.owner for touchpoint in view.touchpoints}
    for short, name in view.departments:
        if short in owners:
            yield max(14.0, TINY.width(short) + 6), owner_sign(0, -7, short), name


def _found(view: View, words: Words) -> Iterator[Entry]:
    found = [each.found for each in view.personas] + [each.found for each in view.phases]
    found += [each.found for each in (*view.pains, *view.opportunities)] + [each.found for each in view.tiles]
    drawn = {each.severity for each in [*found, *(each.found for each in view.touchpoints)] if each is not None}
    told = {
        "E": words._("open findings, an error among them"),
        "W": words._("open findings, a warning among them"),
        "I": words._("open findings, notes only"),
    }
    for severity in SEVERITIES:
        if severity in drawn:
            yield 20, found_sign(10, 0, FoundView(severity, words.count(1))), told[severity]


def _walk(view: View, words: Words) -> Iterator[Entry]:
    if view.walk is not None and view.walk.stops:
        yield 18, stop_badge(0, -7, words.count(1)), words._("number of the stop")
    if view.walk is not None and view.walk.steps:
        way = shape("M0 0H26", "step") + shape("M26 0l-7 -3.5m7 3.5l-7 3.5", "step-head")
        yield 26, way, words._("the way of this journey") if not view.walk.is_typical else words._("the typical way")


def _signs(view: View, words: Words) -> Iterator[Entry]:
    every = view.touchpoints
    if any(touchpoint.is_moment for touchpoint in every) or any(phase.is_moment for phase in view.phases):
        yield 18, star(9, 0.5, 9), words._("moment of truth")
    if any(touchpoint.is_milestone for touchpoint in every):
        yield 16, circle(8, 0, 8, "badge") + sign("flag", 3, -5, 10.5, "ink"), words._("milestone")
    if any(touchpoint.pains for touchpoint in every):
        yield 18, pain_sign(9, 0), words._("pain point")
    if any(touchpoint.opportunities for touchpoint in every):
        bulb = circle(8, 0, 8, "badge-pos") + sign("lightbulb", 2.5, -5.5, 11, "pos")
        yield 16, bulb, words._("opportunity")
    if any(note.is_beacon for note in view.opportunities):
        yield 16, sign("badge-check", 0, -8, 16, "pos"), words._("opportunity with measured effect")


def _pills(view: View, words: Words) -> Iterator[Entry]:
    of_journeys = view.counted == "journey"
    states = {touchpoint.state for touchpoint in view.touchpoints}
    if states & {"seen", "few"}:
        thick = shape("M0 -5H26M0 5H26", "stroke line-strong", 'stroke-width="2.6"')
        many = N_("thick edge = many journeys") if of_journeys else N_("thick edge = many customers")
        yield 26, thick, words._(many)
    if "few" in states:
        few = N_("fewer than 50 journeys") if of_journeys else N_("fewer than 50 customers")
        yield 30, rect(Box(0, -8, 30, 16), "pill few", 8), words._(few)
    if "unseen" in states:
        unseen = rect(Box(0, -8, 30, 16), "pill unseen", 8) + rect(Box(0.5, -7.5, 29, 15), "hatch", 7.5)
        yield 30, unseen, words._("never seen")
    if view.unmapped and view.walk is None and "unmapped" in view.rows:
        dotted = rect(Box(0, -8, 30, 16), "pill unmapped", 8) + sign("plus", 9, -6, 12, "ink-2")
        yield 30, dotted, words._("not on the map")


def _ways(view: View, words: Words) -> Iterator[Entry]:
    drawn = [way for way in view.transitions if not way.is_rare]
    if drawn:
        band = shape("M0 0H26", "way", 'stroke-width="7" stroke-opacity="0.5"') + shape("M26 -6.5L36 0L26 6.5Z", "head")
        yield 36, band, words._("width = number of journeys")
    if any(way.is_backward for way in drawn):
        back = shape("M0 0H30", "way backward", 'stroke-width="2.4" stroke-opacity="0.6"')
        yield 30, back, words._("backward")
    if any(way.is_handoff for way in drawn):
        ticks = shape("M11 -6V6M15 -6V6", "tick")
        yield 26, shape("M0 0H26", "way", 'stroke-width="3" stroke-opacity="0.5"') + ticks, words._("the owner changes")
    if any(touchpoint.ends for touchpoint in view.touchpoints):
        tail = shape("M2 -9C2 1 6 1 22 1", "tail", 'stroke-width="5"')
        yield 24, tail, words._("journeys that end here")
    ids = {touchpoint.id for touchpoint in view.touchpoints}
    if any(set(touchpoint.recovers) & ids for touchpoint in view.touchpoints):
        yield 26, shape("M0 0H24", "recovery") + shape("M26 0l-6 -3m6 3l-6 3", "recovery-head"), words._("if it fails")
    if view.rare:
        yield 0, "", view.rare


def _feelings(view: View, words: Words) -> Iterator[Entry]:
    figures = [phase.feeling for phase in view.phases]
    if any(figure.value is not None for figure in figures):
        measured = rect(Box(0, -6, 30, 12), "band") + shape("M0 0H30", "felt") + circle(15, 0, 5, "dot")
        yield 30, measured, words._("measured feeling, 95 % interval")
    if any(figure.few for figure in figures):
        yield 12, circle(6, 0, 5, "dot hollow"), words._("fewer than 30 answers")
    if any(phase.claim is not None for phase in view.phases):
        yield 30, shape("M0 0H30", "claim-line") + circle(15, 0, 2.6, "claim-point"), words._("claimed feeling")
    yield from _compared(view, words)
    if any(figure.high is not None and figure.high < 0 for figure in figures):
        yield 30, shape("M6 -3l-4 6m11 -7l-5 8m12 -8l-5 8m11 -7l-4 6", "shoal"), words._("shoal: surely below zero")
    if "per_persona" in view.rows:
        for at, persona in enumerate(persona for persona in view.personas if persona.feelings):
            line = shape("M0 0H30", f"felt thin dash-{persona.place % DASHES}")
            if at < DASHES:
                yield 30, line, persona.name


def _compared(view: View, words: Words) -> Iterator[Entry]:
    if view.walk is not None and any(value is not None for _, value in view.walk.feelings):
        yield 16, shape("M8 -8L16 0L8 8L0 0Z", "own"), words._("what this customer said")
    if view.against and any(phase.then is not None and phase.then.value is not None for phase in view.phases):
        then = shape("M0 0H30", "then-line") + rect(Box(11, -4, 8, 8), "then-point")
        yield 30, then, view.against
    changes = [phase.drop.change for phase in view.phases if phase.drop and "drop_off" in view.rows]
    changes += [phase.feeling_change for phase in view.phases] + [tile.change for tile in view.tiles]
    if any(change is not None and change.is_sure for change in changes):
        yield 10, shape("M1 3h8l-4 -7z", "sure ink-2"), words._("change that is more than chance")
    if view.felt == "difference":
        yield 30, shape("M2 0H28", "gap"), words._("from claimed to measured")
