"""Puts the rows of a map below each other as one SVG."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from farled.figures.fonts import embedded
from farled.figures.tokens import Theme
from farled.maps.draw.columns import WIDTH, Columns, columns
from farled.maps.draw.feeling import feeling_row
from farled.maps.draw.heading import drop_offs, hairline, persona_cards, phase_headers, title_bar
from farled.maps.draw.lanes import lane_rows
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import Box, Row, num, rect
from farled.maps.draw.persona_curves import curve_row
from farled.maps.draw.rows import SAID, note_row, said_row, tile_row
from farled.maps.draw.style import painted, patterns, stylesheet
from farled.maps.draw.unmapped import legend_row, unmapped_row
from farled.maps.draw.view import View

BOTTOM = 16.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn map.

    Attributes:
        width: Of the view box.
        height: Of the view box.
        pinned: y from which the label column stands still while the rest scrolls sideways.
        legend: y down to which it does.
        breaks: Where a row or lane begins, and the picture may be cut for paper.
        rules: Hairlines, drawn first.
        labels: What stands in the label column.
        body: Everything else, in the order of drawing.
    """

    width: float
    height: float
    pinned: float
    legend: float
    breaks: tuple[float, ...]
    rules: str
    labels: str
    body: str


def picture(view: View, live: bool, width: float = WIDTH) -> Picture:
    """Draw all rows of a view, as wide as said or as its phases need."""
    marks, cols = Marks(live), columns(view, width)
    head = title_bar(view, cols)
    people = persona_cards(view, cols, head.height + 6, marks)
    y = head.height + 6 + people.height
    pinned, drawn, rules, top = y, [head, people], "", y
    breaks = [0.0]
    for step, has_rule in _steps(view, cols, marks):
        row, top = step(y), y
        if row.height:
            rules += (hairline(cols, y) if has_rule else "") + "".join(row.rules)
            drawn.append(row)
            breaks += [y, *row.breaks]
            y += row.height
    return Picture(
        width=cols.width,
        height=round(y + BOTTOM),
        pinned=pinned,
        legend=top,
        breaks=tuple(breaks),
        rules=rules,
        labels="".join("".join(row.labels) for row in drawn),
        body="".join("".join(row.under) for row in drawn) + "".join("".join(row.body) for row in drawn),
    )


def _steps(view: View, cols: Columns, marks: Marks) -> list[tuple[Callable[[float], Row], bool]]:
    """Return the rows from top to bottom, and which of them begin with a hairline."""
    steps: list[tuple[Callable[[float], Row], bool]] = [
        (lambda y: phase_headers(view, cols, y, marks), False),
        (lambda y: drop_offs(view, cols, y, marks), False),
    ]
    steps += [(lambda y, row=row: said_row(view, cols, y, row), True) for row in SAID]  # type: ignore[misc]
    steps += [
        (lambda y: lane_rows(view, cols, y, marks), True),
        (lambda y: unmapped_row(view, cols, y, marks), True),
        (lambda y: feeling_row(view, cols, y, marks), True),
        (lambda y: note_row(view, cols, y, marks, "pain"), True),
        (lambda y: note_row(view, cols, y, marks, "opportunity"), True),
        (lambda y: tile_row(view, cols, y, marks), True),
        (lambda y: curve_row(view, cols, y, marks), True),
        (lambda y: legend_row(view, cols, y), True),
    ]
    return steps


def static_svg(view: View, theme: Theme, fonts: bool, width: float = WIDTH) -> str:
    """Return a picture that stands alone: one theme, no links, an image to screen readers."""
    scope = f"farled-map-{theme}"
    drawn, paint = picture(view, live=False, width=width), painted(theme)
    style = (embedded() if fonts else "") + "\n" + stylesheet(scope, len(view.phases), paint)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="farled-map {scope}" lang="{escape(view.language)}" role="img" '
        f'aria-labelledby="{scope}-title {scope}-text" viewBox="0 0 {num(drawn.width)} {num(drawn.height)}" '
        f'width="{num(drawn.width)}" height="{num(drawn.height)}">\n'
        f'<title id="{scope}-title">{escape(view.title)}</title>\n'
        f'<desc id="{scope}-text">{escape(view.description)}</desc>\n'
        f"<style>{style}</style>\n{patterns(scope)}"
        f"{rect(Box(0, 0, drawn.width, drawn.height), 'surface')}"
        f"{drawn.rules}{drawn.body}<g>\n{drawn.labels}</g>\n</svg>\n"
    )
