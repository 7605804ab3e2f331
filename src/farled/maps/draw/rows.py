"""The rows of text and cards: what customers want and do, pain points, opportunities, KPIs."""

from collections.abc import Sequence
from typing import Final

from farled.locale import N_
from farled.maps.draw.badges import change_sign, change_width, found_sign
from farled.maps.draw.columns import INSET, LABELS, MARGIN, Columns
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import (
    BODY,
    QUOTE,
    SMALL,
    STRONG,
    TINY,
    VALUE,
    Box,
    Face,
    Row,
    lines,
    num,
    rect,
    shape,
    sign,
    text,
)
from farled.maps.draw.view import NoteView, TileView, View
from farled.maps.draw.words import Words

SAID: Final = (
    ("question", N_("Guiding question"), BODY, "ink"),
    ("goal", N_("Customer goal"), BODY, "ink"),
    ("does", N_("Does"), BODY, "ink-2"),
    ("thinks", N_("Thinks"), QUOTE, "ink"),
    ("expects", N_("Expects"), BODY, "ink-2"),
    ("challenges", N_("Challenges"), BODY, "ink-2"),
    ("supports", N_("What we do"), BODY, "ink-2"),
    ("solutions", N_("Solutions"), BODY, "ink-2"),
    ("examples", N_("Examples"), BODY, "ink-2"),
)
STATE_ICONS: Final = {
    "over": "circle-check",
    "under": "triangle-alert",
    "unclear": "circle-help",
    "no_target": "eye-off",
    "unmeasured": "eye-off",
}


def label(y: float, name: str, below: str = "", icon: str = "") -> str:
    """Write the name of a row."""
    left = MARGIN + (26 if icon else 0)
    drawn = sign(icon, MARGIN, y - 13, 17, "ink-2") if icon else ""
    broken = STRONG.wrap(name, LABELS - 12 - (26 if icon else 0))
    drawn += lines(left, y, broken, STRONG)
    told = TINY.wrap(below, LABELS - 12 - (26 if icon else 0)) if below else ()
    return drawn + lines(left, y + STRONG.line * (len(broken) - 1) + 15, told, TINY, "ink-3")


def said_row(view: View, columns: Columns, y: float, row: tuple[str, str, Face, str]) -> Row:
    """Draw what the map says in a row of text."""
    key, name, face, color = row
    told = [face.wrap(phase.says.get(key, ""), columns.w[at] - 2 * INSET) for at, phase in enumerate(view.phases)]
    if not any(phase.says.get(key) for phase in view.phases):
        return Row(0)
    body = "".join(
        lines(columns.x[at] + INSET, y + 10 + face.size * 0.86, broken, face, color)
        for at, broken in enumerate(told)
        if broken != ("",)
    )
    height = 20 + face.line * max(map(len, told)) - (face.line - face.size) / 2
    return Row(height, (body,), (label(y + 10 + BODY.size * 0.86, Words(view.language)._(name)),))


def note_row(view: View, columns: Columns, y: float, marks: Marks, kind: str) -> Row:
    """Draw pain points or opportunities as cards under their phases."""
    notes: Sequence[NoteView] = view.pains if kind == "pain" else view.opportunities
    if not notes:
        return Row(0)
    words = Words(view.language)
    icon = "triangle-alert" if kind == "pain" else "lightbulb"
    drawn, deepest = [], y
    for at in range(len(view.phases)):
        top = y + 8
        for note in (note for note in notes if note.phase == at):
            box = Box(columns.x[at] + 4, top, columns.w[at] - 8, _note_height(note, columns.w[at] - 8))
            drawn.append(marks.mark(_note(note, box, kind), note.card, f"{kind}-{note.id}"))
            top = box.bottom + 8
        deepest = max(deepest, top)
    name = words._("Pain points") if kind == "pain" else words._("Opportunities")
    body = marks.group("".join(drawn), name)
    return Row(deepest - y, (body,), (label(y + 28, name, icon=icon),))


def _note_lines(note: NoteView, width: float) -> tuple[tuple[str, ...], list[str]]:
    room = width - 36 - 12 - (22 if note.found else 0)
    return STRONG.wrap(note.text, room), [part for told in note.detail for part in SMALL.wrap(told, room)]


def _note_height(note: NoteView, width: float) -> float:
    head, told = _note_lines(note, width)
    return 10 + STRONG.line * len(head) + (SMALL.line + 0.5) * len(told) + 9


def _note(note: NoteView, box: Box, kind: str) -> str:
    head, told = _note_lines(note, box.w)
    found = found_sign(box.right - 16, box.y + 17, note.found) if note.found else ""
    tone = "neg" if kind == "pain" else "pos"
    body = rect(box, f"note-{kind}{' dashed' if note.is_assumed else ''}", 8)
    if note.is_beacon:
        body += sign("badge-check", box.x + 11, box.y + 10, 16, tone)
    else:
        body += sign("triangle-alert" if kind == "pain" else "lightbulb", box.x + 11, box.y + 10, 16, tone)
    y = box.y + 10 + 12
    body += lines(box.x + 36, y, head, STRONG)
    y += STRONG.line * len(head)
    for part in told:
        body += text(box.x + 36, y, part, SMALL, "ink-2")
        y += SMALL.line + 0.5
    return body + found


def tile_row(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw the KPIs as tiles under their phases."""
    if not view.tiles:
        return Row(0)
    words = Words(view.language)
    drawn, deepest = [], y
    for at in range(len(view.phases)):
        top, width = y + 10, columns.w[at] - 8
        for tile in (tile for tile in view.tiles if tile.phase == at):
            box = Box(columns.x[at] + 4, top, width, _tile_height(tile, width))
            drawn.append(marks.mark(_tile(tile, box), tile.card, f"kpi-{tile.id}"))
            top = box.bottom + 8
        deepest = max(deepest, top)
    labels = label(y + 32, words._("Key figures"), words._("value · interval · target"), icon="activity")
    return Row(deepest - y + 2, (marks.group("".join(drawn), words._("Key figures")),), (labels,))


def _has_line(tile: TileView) -> bool:
    return sum(value is not None for value in tile.series) > 1


def _beside(tile: TileView, width: float) -> bool:
    """Return whether interval and n stand beside the value."""
    told = max([0.0, *map(TINY.width, tile.evidence)])
    line = 76 if _has_line(tile) else 0
    return len(tile.evidence) <= 2 and 24 + VALUE.width(tile.figure.text) + 12 + told + 12 + line <= width


def _tile_parts(tile: TileView, width: float) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    room = width - 24
    beside = room - (24 if tile.found else 0)
    rests = () if _beside(tile, width) or not tile.evidence else SMALL.wrap(" · ".join(tile.evidence), room)
    return STRONG.wrap(tile.name, beside), rests, SMALL.wrap(tile.target, room - 18) if tile.target else ()


def _tile_height(tile: TileView, width: float) -> float:
    name, rests, target = _tile_parts(tile, width)
    bar = 8 if tile.coverage is not None and tile.figure.value is not None else 0
    changed = len(_change_lines(tile, width)) if tile.change else 0
    return 8 + STRONG.line * len(name) + 29 + (SMALL.line + 1) * (len(rests) + len(target) + changed) + 5 + bar


def _change_lines(tile: TileView, width: float) -> tuple[str, ...]:
    """Return the interval of the change, beside the change where both fit, else below it."""
    if tile.change is None:
        return ()
    bounds = f" ({tile.change.bounds})"
    return (bounds,) if change_width(tile.change, bounds) <= width - 24 else ("", bounds.strip())


def _tile(tile: TileView, box: Box) -> str:
    name, rests, target = _tile_parts(tile, box.w)
    left = box.x + 12
    body = rect(box, "card", 8)
    y = box.y + 8 + 11.5
    body += lines(left, y, name, STRONG, "ink-2")
    y += STRONG.line * (len(name) - 1) + 25
    body += _tile_value(tile, box, y)
    y += 4 + SMALL.line + 1
    for part in rests:
        body += text(left, y, part, SMALL, "ink-3")
        y += SMALL.line + 1
    tone = {True: "pos", False: "neg", None: "warn" if tile.state == "unclear" else "ink-3"}[tile.is_good]
    for at, part in enumerate(target):
        body += sign(_state_icon(tile), left, y - 10.5, 13, tone) if at == 0 else ""
        body += text(left + 18, y, part, SMALL, tone)
        y += SMALL.line + 1
    for at, part in enumerate(_change_lines(tile, box.w)):
        if at == 0 and tile.change is not None:
            body += change_sign(left, y, tile.change, part)
        else:
            body += text(left, y, part, TINY, "ink-3")
        y += SMALL.line + 1
    body += found_sign(box.right - 16, box.y + 16, tile.found) if tile.found else ""
    if tile.coverage is not None and tile.figure.value is not None:
        bar = Box(left, box.bottom - 10, box.w - 24, 4)
        body += rect(bar, "track", 2) + rect(bar._replace(w=bar.w * tile.coverage), "cover", 2)
    return body


def _tile_value(tile: TileView, box: Box, y: float) -> str:
    """Draw value, what it rests on, and the line of the last periods."""
    left = box.x + 12
    if tile.figure.value is None:
        return sign("eye-off", left, y - 13, 14, "ink-3") + text(left + 20, y - 1.5, tile.figure.note, SMALL, "ink-3")
    body = text(left, y, tile.figure.text, VALUE)
    taken = VALUE.width(tile.figure.text) + 12
    if _beside(tile, box.w):
        first = y - (11 if len(tile.evidence) > 1 else 0)
        body += lines(left + taken, first, tile.evidence, TINY._replace(leading=1.15), "ink-3")
        taken += max([0.0, *map(TINY.width, tile.evidence)]) + 12
    line = min(96.0, box.w - 24 - taken)
    if _has_line(tile) and line > 36:
        body += _sparkline(tile.series, Box(box.right - 12 - line, y - 16, line, 17))
    return body


def _state_icon(tile: TileView) -> str:
    if tile.state == "unmeasured":
        return "target"
    if tile.is_good is None:
        return STATE_ICONS[tile.state]
    return "circle-check" if tile.is_good else "triangle-alert"


def _sparkline(series: Sequence[float | None], box: Box) -> str:
    """Draw the last periods; the line breaks where a value is missing."""
    first = next(at for at, value in enumerate(series) if value is not None)
    series = series[first:]
    known = [value for value in series if value is not None]
    low, high = min(known), max(known)
    span = high - low or 1.0
    step = box.w / max(len(series) - 1, 1)
    data, is_open = "", False
    for at, value in enumerate(series):
        if value is not None:
            y = box.bottom - box.h * ((value - low) / span if high > low else 0.5)
            data += f"{'L' if is_open else 'M'}{num(box.x + at * step)} {num(y)}"
        is_open = value is not None
    last = next(at for at in reversed(range(len(series))) if series[at] is not None)
    y = box.bottom - box.h * (((series[last] or 0.0) - low) / span if high > low else 0.5)
    return shape(data, "spark") + f'<circle class="spark-end" cx="{num(box.x + last * step)}" cy="{num(y)}" r="2.4"/>\n'
