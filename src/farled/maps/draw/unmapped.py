"""Draws what was seen but is on no touchpoint."""

from farled.maps.draw.columns import Columns
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import (
    PILL,
    SMALL,
    Box,
    Row,
    lines,
    rect,
    sign,
    text,
)  # fmt: skip
from farled.maps.draw.rows import label
from farled.maps.draw.view import TouchpointView, View
from farled.maps.draw.words import Words


def unmapped_row(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw events that no touchpoint takes, as dotted pills beside each other."""
    if not view.unmapped:
        return Row(0)
    words = Words(view.language)
    x, top, drawn = columns.left + 8, y + 9, []
    room = columns.right - columns.left - 16
    for new in view.unmapped:
        told = PILL.wrap(new.name, room - 50)
        width, height = 36 + max(map(PILL.width, told)) + 14, 16 + PILL.line * len(told)
        if x + width > columns.right - 8 and x > columns.left + 8:
            x, top = columns.left + 8, top + 38
        drawn.append(marks.mark(_pill(new, Box(x, top, width, height), told), new.card, f"unmapped-{new.id}"))
        x += width + 12
        if len(told) > 1:
            x, top = columns.left + 8, top + height + 8
    rest = ""
    if view.unmapped_more:
        if x + SMALL.width(view.unmapped_more) > columns.right - 8:
            x, top = columns.left + 8, top + 38
        rest = text(x + 2, top + 19, view.unmapped_more, SMALL, "ink-2")
    labels = label(y + 28, words._("Not on the map"), icon="circle-plus")
    return Row(top + 30 + 9 - y, (marks.group("".join(drawn), words._("Not on the map")), rest), (labels,))


def _pill(new: TouchpointView, box: Box, told: tuple[str, ...]) -> str:
    body = rect(box, "pill unmapped", 15)
    body += sign("plus", box.x + 12, box.y + box.h / 2 - 8, 16, "ink-2")
    first = box.y + box.h / 2 + 4 - PILL.line * (len(told) - 1) / 2
    return body + lines(box.x + 34, first, told, PILL)
