"""The service blueprint: what stands behind each touchpoint, in rows parted by its three lines."""

from typing import Final

from farled.locale import N_
from farled.maps.draw.columns import LABELS, MARGIN, Columns
from farled.maps.draw.content import department, every, owner_of
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import SMALL, STRONG, TINY, Box, Row, line, lines, rect
from farled.maps.draw.rows import label
from farled.maps.draw.view import LayerView, View
from farled.maps.draw.words import Words
from farled.maps.model import MapFile

LINES: Final = (
    ("evidence", N_("Physical evidence"), ""),
    ("frontstage", N_("Frontstage"), N_("line of interaction")),
    ("backstage", N_("Backstage"), N_("line of visibility")),
    ("support", N_("Support"), N_("line of internal interaction")),
)
"""Key of a row, its name, and what the line above it is called."""


def layer_views(content: MapFile, words: Words) -> tuple[LayerView, ...]:
    """Return the cards of the blueprint in the order of the map file."""
    found: list[LayerView] = []
    for at, touchpoint in every(content):
        blueprint = touchpoint.blueprint
        if blueprint is None:
            continue
        told = [("evidence", blueprint.evidence, None, ())] if blueprint.evidence else []
        for key in ("frontstage", "backstage", "support"):
            for layer in getattr(blueprint, key) or ():
                told.append((key, layer.text, layer.owner, layer.systems or ()))  # noqa: PERF401  clearer so
        for number, (key, text, owner, systems) in enumerate(told):
            own = owner or (None if key == "evidence" else owner_of(touchpoint, content.phases[at]))
            detail = [
                touchpoint.name,
                " · ".join(part for part in (department(content, own), ", ".join(systems)) if part),
            ]
            kept = tuple(part for part in detail if part)
            name = next(words._(name) for line_, name, _ in LINES if line_ == key)
            found.append(LayerView(f"{touchpoint.id}-{number}", key, at, text, kept, (text, name, *kept)))
    return tuple(found)


def layer_rows(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw the rows of the blueprint with the lines between them; each row holds cards under their phase."""
    if not view.layers:
        return Row(0)
    words = Words(view.language)
    body, labels, rules, breaks, top = "", "", "", [], y
    for key, name, above in LINES:
        cards = [layer for layer in view.layers if layer.line == key]
        if above:
            rules += _line(columns, top + 9, key)
            told = TINY.wrap(words._(above), LABELS - 8)
            labels += lines(MARGIN, top + 12, told, TINY, "ink-3")
            breaks.append(top)
            top += 8 + TINY.line * len(told)
        if not cards:
            continue
        drawn, deepest = _cards(cards, len(view.phases), columns, top, marks)
        body += marks.group(drawn, words._(name))
        labels += label(top + 22, words._(name))
        top = max(deepest, top + 30)
    return Row(top - y, (body,), (labels,), (), (rules,), tuple(breaks))


def _cards(cards: list[LayerView], phases: int, columns: Columns, y: float, marks: Marks) -> tuple[str, float]:
    drawn, deepest = "", y
    for at in range(phases):
        top = y + 5
        for layer in (layer for layer in cards if layer.phase == at):
            box = Box(columns.x[at] + 4, top, columns.w[at] - 8, 0)
            text, told = STRONG.wrap(layer.text, box.w - 22), SMALL.wrap(" · ".join(layer.detail), box.w - 22)
            box = box._replace(h=6 + STRONG.line * len(text) + (SMALL.line + 0.5) * len(told) + 5)
            body = rect(box, "layer", 4) + rect(box._replace(w=3), f"layer-edge {layer.line}", 1)
            body += lines(box.x + 13, box.y + 17, text, STRONG)
            below = box.y + 17 + STRONG.line * len(text)
            body += "".join(
                lines(box.x + 13, below + at_ * (SMALL.line + 0.5), (part,), SMALL, "ink-2")
                for at_, part in enumerate(told)
            )
            drawn += marks.mark(body, layer.card, f"layer-{layer.id}")
            top = box.bottom + 4
        deepest = max(deepest, top)
    return drawn, deepest


def _line(columns: Columns, y: float, key: str) -> str:
    return line(columns.left - 6, y, columns.width - MARGIN, y, f"service-line {key}")
