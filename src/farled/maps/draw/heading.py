"""The upper rows: title bar, persona cards, phase headers, drop-offs."""

from typing import Final

from farled.maps.draw.badges import change_sign, change_width, found_sign
from farled.maps.draw.columns import GUTTER, LABELS, MARGIN, Columns
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import (
    BODY,
    NAME,
    PHASE,
    POINT,
    SMALL,
    STRONG,
    TINY,
    TITLE,
    Box,
    Row,
    arrow,
    circle,
    line,
    lines,
    num,
    rect,
    shape,
    sign,
    text,
)  # fmt: skip
from farled.maps.draw.view import DropView, PersonaView, PhaseView, View
from farled.maps.draw.words import Words

NOTCH: Final = 16.0
DASHES: Final = 5


def title_bar(view: View, columns: Columns) -> Row:
    """Draw title and goal at the left, period and identity at the right."""
    right = columns.width - MARGIN
    facts, identity = " · ".join(view.facts), " · ".join(view.identity)
    used = max(STRONG.width(facts), SMALL.width(identity)) + 48
    room = right - MARGIN - used
    title = TITLE.wrap(view.title, room)
    y = 40.0
    body = lines(MARGIN, y + 9, title, TITLE)
    y += 9 + TITLE.line * (len(title) - 1) + 24
    for at, sentence in enumerate(view.goal):
        broken = BODY.wrap(sentence, room if at == 0 else right - MARGIN)
        body += lines(MARGIN, y, broken, BODY, "ink-2" if at == 0 else "ink-3")
        y += BODY.line * len(broken)
    body += text(right, 43, facts, STRONG, anchor="end")
    body += text(right, 63, identity, SMALL, "ink-3", anchor="end")
    return Row(y + 4, (body,))


def persona_cards(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw a card for each persona, four beside each other at most."""
    if not view.personas:
        return Row(0)
    words = Words(view.language)
    across = _across(len(view.personas))
    gap = 16.0
    width = (columns.width - 2 * MARGIN - gap * (across - 1)) / across
    drawn, top = [], y
    for start in range(0, len(view.personas), across):
        row = view.personas[start : start + across]
        height = max(_persona_height(persona, width) for persona in row)
        for at, persona in enumerate(row):
            box = Box(MARGIN + at * (width + gap), top, width, height)
            drawn.append(marks.mark(_persona(persona, box, words), persona.card, f"persona-{persona.id}"))
        top += height + 12
    return Row(top - y + 4, (marks.group("".join(drawn), words._("Personas")),))


def _across(count: int) -> int:
    return next(across for across in (1, 2, 3, 4) if count <= across or across == 4) if count != 5 else 3


def _persona_room(persona: PersonaView, width: float) -> tuple[float, float]:
    """Return the room for the name, beside the share, and for the lines below."""
    told = [STRONG.width(persona.share), *(SMALL.width(part) for part in persona.goal)]
    side = max([0.0, *told]) if persona.share else 62.0 if persona.assumed else 0.0
    whole = width - 78 - 16
    return whole - side - 20, whole - (side + 20 if side < whole / 2 else 0)


def _persona_lines(persona: PersonaView, width: float) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    beside, below = _persona_room(persona, width)
    told = [SMALL.wrap(f"{label}: {content}", below) for label, content in persona.lines]
    return NAME.wrap(persona.name, beside), told


def _persona_height(persona: PersonaView, width: float) -> float:
    name, told = _persona_lines(persona, width)
    left = 14 + NAME.line * len(name) + (SMALL.line + 1) * sum(map(len, told)) + 10
    return max(68.0, left, 30 + (SMALL.line + 1) * (len(persona.goal) + persona.assumed) + 10)


def _persona(persona: PersonaView, box: Box, words: Words) -> str:
    name, told = _persona_lines(persona, box.w)
    body = rect(box, "card dashed" if persona.assumed else "card", 10)
    middle = box.y + min(box.h / 2, 38)
    ring = f"ring dash-{persona.place % DASHES}"
    body += circle(box.x + 40, middle, 24, ring) + sign(persona.icon, box.x + 29, middle - 11, 22, "fjord")
    y = box.y + 14 + 11
    body += lines(box.x + 78, y, name, NAME)
    side = [(persona.share, STRONG, "ink-2"), *((part, SMALL, "ink-2") for part in persona.goal)]
    side += [(words._("assumed"), SMALL, "ink-3")] if persona.assumed else []
    for at, (told_there, face, color) in enumerate(part for part in side if part[0]):
        body += text(box.right - 16, y + at * (SMALL.line + 1), told_there, face, color, anchor="end")
    body += found_sign(box.x + 57, middle + 18, persona.found) if persona.found else ""
    y += NAME.line * len(name)
    for at, content in enumerate(told):
        body += lines(box.x + 78, y, content, SMALL, "ink-2" if at == 0 else "ink-3")
        y += (SMALL.line + 1) * len(content)
    return body


def phase_headers(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw the chevrons."""
    words = Words(view.language)
    height = max(_phase_height(phase, columns.w[at]) for at, phase in enumerate(view.phases))
    heads = "".join(
        marks.mark(_phase(view, at, columns, y, height, words), phase.card, f"phase-{phase.id}")
        for at, phase in enumerate(view.phases)
    )
    labels = text(MARGIN, y + height / 2 - 3, words._("Phase"), STRONG)
    labels += text(MARGIN, y + height / 2 + 13, words._("volume · owner"), TINY, "ink-3")
    return Row(height + 8, (marks.group(heads, words._("Phases")),), (labels,))


def _phase_room(width: float) -> float:
    return width - 26 - 44 - 8


def _phase_height(phase: PhaseView, width: float) -> float:
    name = PHASE.wrap(phase.name, _phase_room(width))
    detail = SMALL.wrap(phase.detail, _phase_room(width) + 22) if phase.detail else ()
    return 12 + PHASE.line * len(name) + (SMALL.line + 1) * len(detail) + 20


def _phase(view: View, at: int, columns: Columns, y: float, height: float, words: Words) -> str:
    phase, x, width = view.phases[at], columns.x[at], columns.w[at]
    is_first, is_last = at == 0, at + 1 == len(view.phases)
    shoulder = x + width - NOTCH if is_last else x + width + GUTTER - 6
    notch = "" if is_first else f"L{num(x + NOTCH)} {num(y + height / 2)}"
    tip = f"L{num(shoulder + NOTCH)} {num(y + height / 2)}L{num(shoulder)} {num(y + height)}"
    data = f"M{num(x)} {num(y)}H{num(shoulder)}{tip}H{num(x)}{notch}Z"
    body = shape(data, f"depth-{at}")
    body += shape(data, "hatch-light") if phase.unmeasured else ""
    left = x + (16 if is_first else 26)
    room = _phase_room(width)
    name = PHASE.wrap(phase.name, room)
    body += lines(left, y + 24, name, PHASE, "on-depth")
    body += sign(phase.icon, x + width - (44 if is_last else 32), y + 11, 16, "on-depth")
    base = y + 24 + PHASE.line * (len(name) - 1) + 17
    detail = SMALL.wrap(phase.detail, room + 22) if phase.detail else ()
    body += lines(left, base, detail, SMALL, "on-depth")
    if phase.unmeasured:
        body += text(left, y + height - 8, words._("unmeasured"), TINY, "on-depth")
    elif phase.coverage is not None:
        told = TINY.width(phase.coverage_text)
        end = x + width - 24 - told - 8
        bar = Box(left, y + height - 13, end - left, 4)
        body += rect(bar, "bar-track", 2) + rect(bar._replace(w=bar.w * phase.coverage), "bar", 2)
        body += text(end + 8, y + height - 8, phase.coverage_text, TINY, "on-depth")
    return body + (
        found_sign(x + width - (20 if is_last else 13), y + height / 2 + 5, phase.found) if phase.found else ""
    )


def banner_row(view: View, columns: Columns, y: float) -> Row:
    """Draw what is wrong beyond doubt, over the whole width."""
    if not view.banner:
        return Row(0)
    room = columns.width - 2 * MARGIN - 62
    head, *rest = view.banner
    told = [part for text_ in rest for part in SMALL.wrap(text_, room)]
    first = STRONG.wrap(head, room)
    box = Box(MARGIN, y, columns.width - 2 * MARGIN, 14 + STRONG.line * len(first) + (SMALL.line + 1) * len(told) + 8)
    body = rect(box, "note-pain", 8) + sign("octagon-alert", box.x + 14, box.y + 11, 20, "neg")
    body += lines(box.x + 46, box.y + 24, first, STRONG, "neg")
    below = box.y + 24 + STRONG.line * len(first)
    body += "".join(text(box.x + 46, below + at * (SMALL.line + 1), part, SMALL) for at, part in enumerate(told))
    return Row(box.h + 12, (body,))


def here_row(view: View, columns: Columns, y: float) -> Row:
    """Draw how many journeys stand in each phase now."""
    if not any(phase.here for phase in view.phases):
        return Row(0)
    words = Words(view.language)
    body = ""
    for at, phase in enumerate(view.phases):
        if phase.here:
            left, room = columns.x[at] + 8, columns.w[at] - 16
            told = words._("{n} here", n=phase.here)
            body += text(left, y + 17, told, SMALL, "ink-2")
            bar = Box(left + SMALL.width(told) + 10, y + 11.5, room - SMALL.width(told) - 10, 5)
            body += rect(bar, "track", 2.5) + rect(bar._replace(w=max(bar.w * phase.here_share, 0.1)), "cover", 2.5)
    labels = text(MARGIN, y + 17.5, words._("Here now"), STRONG)
    below = TINY.wrap(words._("last seen in the phase, not ended"), LABELS - 12)
    labels += lines(MARGIN, y + 31, below, TINY, "ink-3")
    return Row(26 + TINY.line * len(below) + 2, (body,), (labels,))


def drop_offs(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw what is lost at each border."""
    words = Words(view.language)
    drawn = "".join(
        marks.mark(_drop(phase.drop, columns, at, y), phase.drop.card, f"phase-{phase.id}")
        for at, phase in enumerate(view.phases)
        if phase.drop is not None
    )
    if not drawn:
        return Row(4)
    labels = text(MARGIN, y + 16, words._("Drop-off"), STRONG)
    told = TINY.wrap(words._("within {span}; before and after, change", span=view.within), LABELS - 16)
    labels += lines(MARGIN, y + 30, told, TINY, "ink-3")
    deepest = max(
        len(_drop_notes(phase.drop, min(columns.w[at : at + 2]))) for at, phase in enumerate(view.phases) if phase.drop
    )
    height = max(30 + 14 * deepest, 30 + TINY.line * (len(told) - 1)) + 8
    return Row(height, (marks.group(drawn, words._("Drop-offs")),), (labels,))


def _drop_notes(drop: DropView, room: float) -> list[tuple[str, ...]]:
    """Return the lines under a badge: before, after and interval, in one line where they fit."""
    before_after = drop.before_after if drop.before_after[0] else ()
    bounds = (drop.figure.bounds,) if drop.figure.bounds else ()
    joined = (*before_after, *bounds)
    if len(joined) == 3 and _note_width(joined) <= room - 24:
        return [joined]
    return [part for part in (before_after, bounds) if part]


def _note_width(parts: tuple[str, ...]) -> float:
    return (
        sum(map(TINY.width, parts)) + (20 if len(parts) > 1 else 0) + (TINY.width("\u00a0· ") if len(parts) == 3 else 0)
    )


def _drop_note(parts: tuple[str, ...], middle: float, y: float) -> str:
    if len(parts) == 1:
        return text(middle, y, parts[0], TINY, "ink-3 halo", anchor="middle")
    left = middle - _note_width(parts) / 2
    after = left + TINY.width(parts[0]) + 20
    body = text(left, y, parts[0], TINY, "ink-2 halo") + arrow(after - 16, y - 3.6, 12, "ink-3")
    body += text(after, y, parts[1], TINY, "ink-2 halo")
    if len(parts) == 3:
        body += text(after + TINY.width(parts[1]), y, f"\u00a0· {parts[2]}", TINY, "ink-3 halo")
    return body


def _drop(drop: DropView, columns: Columns, at: int, y: float) -> str:
    figure, middle = drop.figure, columns.x[at] + columns.w[at] + GUTTER / 2
    main = figure.text if figure.value is not None else figure.note
    main_width, change_room = POINT.width(main), change_width(drop.change) + 10 if drop.change else 0.0
    width = 14 + 16 + 6 + main_width + change_room + 14
    box = Box(middle - width / 2, y + 2, width, 26)
    tone = "neg" if drop.is_worst else "ink"
    body = rect(box, "badge worst" if drop.is_worst else "badge", 13)
    body += sign("trending-down", box.x + 13, y + 7.5, 15, tone)
    body += text(box.x + 34, y + 19.5, main, POINT, tone)
    if drop.change:
        body += change_sign(box.x + 34 + main_width + 8, y + 19, drop.change)
    notes = _drop_notes(drop, min(columns.w[at : at + 2]))
    return body + "".join(_drop_note(note, middle, y + 42 + 14 * line) for line, note in enumerate(notes))


def hairline(columns: Columns, y: float) -> str:
    """Draw the line between two rows."""
    return line(MARGIN, y, columns.width - MARGIN, y, "hair")
