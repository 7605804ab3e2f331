"""Draws how the journey feels to each persona, side by side on one scale."""

from farled.maps.draw.columns import Columns
from farled.maps.draw.curve import path
from farled.maps.draw.feeling_chart import band, measured_runs
from farled.maps.draw.heading import DASHES
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import SMALL, STRONG, TINY, Box, Row, circle, line, lines, rect, shape, text
from farled.maps.draw.rows import label
from farled.maps.draw.view import PersonaView, View
from farled.maps.draw.words import Words

_CHART = 68.0
_GAP = 12.0


def curve_row(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw a small curve per persona that was measured."""
    people = [persona for persona in view.personas if persona.feelings]
    if not people:
        return Row(0)
    words = Words(view.language)
    across = _across(people, columns)
    gap = _GAP
    width = (columns.right - columns.left - gap * (across - 1)) / across
    drawn, top = [], y + 10
    for start in range(0, len(people), across):
        row = people[start : start + across]
        height = max(_head(persona, width)[1] for persona in row) + _CHART + 12
        for at, persona in enumerate(row):
            box = Box(columns.left + at * (width + gap), top, width, height)
            drawn.append(marks.mark(_card(persona, box, words), persona.card, f"persona-{persona.id}"))
        top += height + 10
    labels = label(y + 34, words._("Per persona"), words._("same scale, −2 to +2"), icon="users")
    return Row(top - y, (marks.group("".join(drawn), words._("Per persona")),), (labels,))


def _across(people: list[PersonaView], columns: Columns) -> int:
    """Return how many curves stand side by side so that what is written under their points has room."""
    widest = max(TINY.width(f"n = {figure.n}") for persona in people for figure in persona.feelings) + 8
    room, count = columns.right - columns.left + _GAP, len(people[0].feelings)
    wanted = min(len(people), 4 if len(people) != 5 else 3)
    return max(1, min(wanted, int(room / (widest * count + 28 + _GAP))))


def _head(persona: PersonaView, width: float) -> tuple[tuple[tuple[str, ...], tuple[str, ...], bool], float]:
    """Return name and summary in lines, whether they stand side by side, and their height."""
    room = width - 28
    if STRONG.width(persona.name) + 24 + SMALL.width(persona.summary) <= room:
        return ((persona.name,), (persona.summary,), True), 30.0
    name, summary = STRONG.wrap(persona.name, room), SMALL.wrap(persona.summary, room) if persona.summary else ()
    return (name, summary, False), 14 + STRONG.line * len(name) + SMALL.line * len(summary)


def _card(persona: PersonaView, box: Box, words: Words) -> str:
    (name, summary, beside), head = _head(persona, box.w)
    body = rect(box, "card", 8) + lines(box.x + 14, box.y + 21, name, STRONG)
    if beside:
        body += text(box.right - 14, box.y + 21, summary[0], SMALL, "ink-2", "end") if summary[0] else ""
    else:
        body += lines(box.x + 14, box.y + 21 + STRONG.line * len(name), summary, SMALL, "ink-2")
    zero, unit = box.y + head + (_CHART - 12) / 2, (_CHART - 20) / 4
    count = len(persona.feelings)
    step = (box.w - 28) / count
    xs = [box.x + 14 + step * (at + 0.5) for at in range(count)]
    body += line(box.x + 14, zero, box.right - 14, zero, "zero")
    for main, low, high in measured_runs(persona.feelings, xs, zero, unit):
        body += band(low, high) if low else ""
        body += shape(path(main), f"felt thin dash-{persona.place % DASHES}")
    for x, figure in zip(xs, persona.feelings, strict=True):
        if figure.value is not None:
            body += circle(x, zero - unit * figure.value, 3.4, "dot small hollow" if figure.few else "dot small")
        told = figure.n or "–"
        body += text(x, box.bottom - 9, f"n = {told}" if figure.n else told, TINY, "ink-3", "middle")
    return body
