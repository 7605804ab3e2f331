"""Puts the rows of a map below each other as one SVG."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from farled.figures.fonts import embedded
from farled.figures.tokens import Theme
from farled.maps.draw.columns import WIDTH, Columns, columns
from farled.maps.draw.feeling import feeling_row
from farled.maps.draw.heading import (
    banner_row,
    drop_offs,
    hairline,
    here_row,
    persona_cards,
    phase_headers,
    title_bar,
)
from farled.maps.draw.lanes import lane_rows
from farled.maps.draw.layers import layer_rows
from farled.maps.draw.legend import legend_row
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import Box, Row, num, rect
from farled.maps.draw.persona_curves import curve_row
from farled.maps.draw.rows import SAID, note_row, said_row, tile_row
from farled.maps.draw.style import painted, patterns, stylesheet
from farled.maps.draw.unmapped import unmapped_row
from farled.maps.draw.view import View
from farled.maps.draw.walking import stop_row, stray_row, walk_head

BOTTOM = 16.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn map.

    Attributes:
        width: Of the view box.
        height: Of the view box.
        pinned: y from which the label column stands still while the rest scrolls sideways, and where the phases begin.
        head: The phases again, to stand still while the rest scrolls down: height, drawing, labels.
        legend: y down to which it does.
        breaks: Where a row or lane begins, and the picture may be cut for paper.
        rules: Hairlines, drawn first.
        labels: What stands in the label column.
        body: Everything else, in the order of drawing.
    """

    width: float
    height: float
    pinned: float
    head: tuple[float, str, str]
    legend: float
    breaks: tuple[float, ...]
    rules: str
    labels: str
    body: str


def picture(view: View, live: bool, width: float = WIDTH) -> Picture:
    """Draw all rows of a view, as wide as said or as its phases need."""
    marks, cols = Marks(live), columns(view, width)
    head = title_bar(view, cols)
    drawn, y = [head], head.height + 6
    for step in _heads(view, cols, marks):
        drawn.append(step(y))
        y += drawn[-1].height
    pinned, rules, breaks = y, "", [0.0]
    for step, has_rule in _steps(view, cols, marks):
        row = step(y)
        if row.height:
            rules += (hairline(cols, y) if has_rule else "") + "".join(row.rules)
            drawn.append(row)
            breaks += [y, *row.breaks]
            y += row.height
    top = y - drawn[-1].height if "legend" in view.rows else y
    head = phase_headers(view, cols, pinned, marks)
    return Picture(
        width=cols.width,
        height=round(y + BOTTOM),
        pinned=pinned,
        head=(head.height, "".join(head.body), "".join(head.labels)),
        legend=top,
        breaks=tuple(breaks),
        rules=rules,
        labels="".join("".join(row.labels) for row in drawn),
        body="".join("".join(row.under) for row in drawn) + "".join("".join(row.body) for row in drawn),
    )


def _heads(view: View, cols: Columns, marks: Marks) -> list[Callable[[float], Row]]:
    """Return the rows over both columns, from top to bottom."""
    steps = [lambda y: banner_row(view, cols, y), lambda y: walk_head(view, cols, y)]
    return [*steps, lambda y: persona_cards(view, cols, y, marks)] if "personas" in view.rows else steps


def _steps(view: View, cols: Columns, marks: Marks) -> list[tuple[Callable[[float], Row], bool]]:
    """Return the rows from top to bottom that the view shows, and which of them begin with a hairline."""
    said = [(row[0], lambda y, row=row: said_row(view, cols, y, row), True) for row in SAID]
    new = "unmapped" if view.walk is None else "-"
    named: list[tuple[str, Callable[[float], Row], bool]] = [
        ("", lambda y: phase_headers(view, cols, y, marks), False),
        ("here_now", lambda y: here_row(view, cols, y), False),
        ("drop_off", lambda y: drop_offs(view, cols, y, marks), False),
        *said,
        ("lanes", lambda y: lane_rows(view, cols, y, marks), True),
        ("", lambda y: stop_row(view, cols, y, marks), True),
        ("", lambda y: stray_row(view, cols, y, marks), True),
        ("blueprint", lambda y: layer_rows(view, cols, y, marks), True),
        (new, lambda y: unmapped_row(view, cols, y, marks), True),
        ("feeling", lambda y: feeling_row(view, cols, y, marks), True),
        ("pain_points", lambda y: note_row(view, cols, y, marks, "pain"), True),
        ("opportunities", lambda y: note_row(view, cols, y, marks, "opportunity"), True),
        ("key_figures", lambda y: tile_row(view, cols, y, marks), True),
        ("per_persona", lambda y: curve_row(view, cols, y, marks), True),
        ("legend", lambda y: legend_row(view, cols, y), True),
    ]
    return [(step, has_rule) for name, step, has_rule in named if not name or name in view.rows]


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
