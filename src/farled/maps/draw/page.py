"""A map as one HTML file: the live picture, phases as cards for narrow screens, and tables with every number."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from farled.figures.fonts import embedded
from farled.figures.tokens import variables as roles
from farled.maps.draw.cards import phase_cards
from farled.maps.draw.columns import LABELS, MARGIN
from farled.maps.draw.pen import Box, num, rect
from farled.maps.draw.picture import Picture, picture
from farled.maps.draw.reading import view as read
from farled.maps.draw.showing import PLAIN, Showing
from farled.maps.draw.style import hatched, patterns, stylesheet, variable, variables
from farled.maps.draw.twin import Cell, Grid, grids, told
from farled.maps.draw.view import Card, View
from farled.maps.draw.words import Words
from farled.maps.model import MapFile
from farled.maps.translate import with_languages

ACROSS, UPRIGHT = 404, 276  # A3 across without margins, millimetres
SHEET: Final = UPRIGHT / ACROSS
SMALLER: Final = 1.2
SCOPE: Final = "farled-map-live"
LEAST: Final = 0.77  # the picture is never shown smaller than this, it scrolls instead; a laptop of 1366 shows A3 whole


@dataclass(frozen=True, slots=True)
class Live:
    """The parts of a live map, for a page with fonts and rules of its own; none has a style attribute or a script.

    Attributes:
        picture: The scrolling board with its SVG.
        sheets: The picture again in pieces for paper, empty where it fits one sheet; not for the screen.
        controls: Theme and lesser transitions; works without script.
        cards: Phases below each other, for narrow screens.
        tables: Every number.
        css: Rules for all of these, colours as custom properties.
        script: Cards on hover and focus, arrow keys.
        description: The main facts in sentences.
        told: What is told of each mark, by the id to which it links.
        findings: What is told of each open finding, with the ids of its objects.
        size: Width and height of the view box.
    """

    picture: str
    sheets: str
    controls: str
    cards: str
    tables: str
    css: str
    script: str
    description: str
    told: Mapping[str, Card]
    findings: tuple[tuple[frozenset[str], Card], ...]
    size: tuple[float, float]


def live(
    map: MapFile,  # noqa: A002  (what it is)
    snapshot: Mapping[str, Any] | None,
    language: str = "sv",
    showing: Showing = PLAIN,
) -> Live:
    """Return the parts of a live map; arguments as for ``page``.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    view, words = read(map, snapshot, language, showing), Words(language)
    drawn = picture(view, live=True)
    return Live(
        picture=with_languages(_board(view, drawn, words)),
        sheets=_sheets(drawn),
        controls=_controls(view, words),
        cards=with_languages(phase_cards(view, words)),
        tables=with_languages("".join(_table(grid) for grid in grids(view))),
        css=_css(view, drawn),
        script=_asset("live.js"),
        description=view.description,
        told=told(view),
        findings=tuple((finding.objects, finding.card) for finding in view.findings),
        size=(drawn.width, drawn.height),
    )


def page(
    map: MapFile,  # noqa: A002  (what it is)
    snapshot: Mapping[str, Any] | None,
    language: str = "sv",
    showing: Showing = PLAIN,
) -> str:
    """Return a map as one HTML file that needs nothing else; the same input gives the same bytes.

    It works without script, from the keyboard, in both themes, on paper and on a narrow screen.

    Args:
        map: The map file.
        snapshot: What was measured, or None.
        language: Language of the interface texts.
        showing: Which rows, findings, journey and comparison.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    parts, words = live(map, snapshot, language, showing), Words(language)
    digest = b64encode(sha256(parts.script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; script-src 'sha256-{digest}'"
    )
    title, own = escape(map.map.title), escape(map.map.language)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f'<meta name="description" content="{escape(parts.description)}">\n<link rel="icon" href="data:,">\n'
        f"<style>{embedded()}\n{parts.css}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#tables">{escape(words._("Skip to the tables"))}</a>\n'
        f'<main>\n<h1 lang="{own}">{title}</h1>\n{parts.controls}{parts.picture}{parts.sheets}{parts.cards}'
        f'<section id="tables" aria-labelledby="tables-title">\n'
        f'<h2 id="tables-title">{escape(words._("All numbers"))}</h2>\n{parts.tables}</section>\n</main>\n'
        f'<div class="tip" aria-hidden="true" hidden></div>\n<script>{parts.script}</script>\n</body>\n</html>\n'
    )


def _controls(view: View, words: Words) -> str:
    choices = "".join(
        f'<input type="radio" name="theme" id="theme-{name}"{" checked" if name == "auto" else ""}>'
        f'<label for="theme-{name}">{escape(label)}</label>'
        for name, label in (("auto", words._("Auto")), ("light", words._("Light")), ("dark", words._("Dark")))
    )
    rare = ""
    if any(way.is_rare for way in view.transitions):
        told = escape(words._("Show lesser transitions"))
        rare = f'<label class="switch rare-switch"><input type="checkbox" id="rare">{told}</label>'
    told = escape(words._("Fit to the width"))
    fit = f'<label class="switch fit-switch"><input type="checkbox" id="fit">{told}</label>'
    legend = f"<legend>{escape(words._('Colours'))}</legend>"
    return f'<div class="map-controls">{rare}{fit}<fieldset>{legend}{choices}</fieldset></div>\n'


def _board(view: View, drawn: Picture, words: Words) -> str:
    box = f"0 0 {num(drawn.width)} {num(drawn.height)}"
    art = hatched(drawn.body, SCOPE)
    pinned = Box(0, drawn.pinned, MARGIN + LABELS - 2, drawn.legend - drawn.pinned)
    return (
        f'<div class="scroll" role="region" aria-label="{escape(words._("Journey map"))}" tabindex="0">\n'
        f'<div class="board">\n<svg xmlns="http://www.w3.org/2000/svg" class="farled-map {SCOPE}" role="group" '
        f'aria-label="{escape(f"{view.title}. {view.description}")}" viewBox="{box}">\n'
        f'{patterns(SCOPE)}<g id="{SCOPE}-art" class="farled-map {SCOPE}">\n{drawn.rules}{art}</g>\n</svg>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pinned {SCOPE}" aria-hidden="true" '
        f'viewBox="0 0 {num(pinned.w)} {num(drawn.height)}" width="{_share(pinned.w, drawn.width)}">\n'
        f"{rect(pinned, 'surface')}{drawn.rules}"
        f'<g id="{SCOPE}-labels" class="{SCOPE}">\n{drawn.labels}</g>\n</svg>\n{_head(drawn)}</div>\n</div>\n'
    )


def _head(drawn: Picture) -> str:
    """Return the phases once more, over those of the picture: they stay in sight while the picture scrolls down."""
    height, body, labels = drawn.head
    band = Box(0, drawn.pinned, drawn.width, height)
    corner = band._replace(w=MARGIN + LABELS - 2)
    links = hatched(body, SCOPE).replace('<a class="mark"', '<a tabindex="-1" class="mark"')
    svg = '<svg xmlns="http://www.w3.org/2000/svg"'
    return (
        f'<div class="heads" aria-hidden="true">\n{svg} viewBox="0 0 {num(band.w)} {num(band.y)}"/>\n'
        f'<div class="head">\n'
        f'{svg} class="{SCOPE}" viewBox="{_view_box(band)}">\n{rect(band, "surface")}{links}</svg>\n'
        f'{svg} class="corner {SCOPE}" viewBox="{_view_box(corner)}" width="{_share(corner.w, band.w)}">\n'
        f"{rect(corner, 'surface')}{labels}</svg>\n</div>\n</div>\n"
    )


def _view_box(box: Box) -> str:
    return " ".join(num(part) for part in box)


def _share(part: float, whole: float) -> str:
    """Return a width as a share that is exact enough for a picture of any height to stay in line with its neighbour."""
    return f"{100 * part / whole:.5f}%"


def roomy(width: float) -> str:
    """Return the rule for a place that has room for the whole width: the map scrolls with the page, not in itself.

    Args:
        width: Of the view box.
    """
    return (
        f"@container (min-width:{round(LEAST * width) + 2}px){{.scroll:has(.board){{overflow:clip;max-height:none}}}}\n"
    )


def _sheets(drawn: Picture) -> str:
    """Return the picture cut between rows into pieces that fill a sheet of A3 across, for print alone.

    One that is a little too high is not cut but shown smaller.
    """
    room, cuts, top = drawn.width * SHEET, [0.0], 0.0
    if drawn.height <= SMALLER * room:
        return ""
    for here, following in pairwise([*drawn.breaks, drawn.height]):
        if following - top > room and here > top:
            top = here
            cuts.append(here)
    sheets = "".join(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{SCOPE} sheet" aria-hidden="true" '
        f'viewBox="0 {num(start)} {num(drawn.width)} {num(end - start)}">'
        f'<use href="#{SCOPE}-art"/><use href="#{SCOPE}-labels"/></svg>\n'
        for start, end in pairwise([*cuts, drawn.height])
    )
    return f'<div class="sheets">\n{sheets}</div>\n'


def _table(grid: Grid) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in grid.headings)
    note = f"<p>{escape(grid.note)}</p>" if grid.note else ""
    rows = "".join(f"<tr>{_heading(row[0])}{''.join(map(_cell, row[1:]))}</tr>\n" for row in grid.rows)
    return (
        f'<div class="tables" role="region" tabindex="0" aria-label="{escape(grid.caption)}"><table>'
        f"<caption>{escape(grid.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>{note}</div>\n"
    )


def _heading(cell: Cell) -> str:
    return f'<th scope="row"{_id(cell)}>{escape(" ".join(cell.lines))}</th>'


def _cell(cell: Cell) -> str:
    return f"<td{_id(cell)}>" + "".join(f"<p>{escape(line)}</p>" for line in cell.lines) + "</td>"


def _id(cell: Cell) -> str:
    return f' id="{escape(cell.id)}"' if cell.id else ""


def _css(view: View, drawn: Picture) -> str:
    count = len(view.phases)
    light, dark = (f"{roles(theme)};{variables(theme, count)}" for theme in ("light", "dark"))
    heads = "".join(f".head-{at}{{background:{variable(f'depth:{at}:{count}')}}}" for at in range(count))
    return (
        f":root{{--least:{round(LEAST * drawn.width)}px;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f":root:has(#theme-light:checked){{color-scheme:light;{light}}}\n"
        f":root:has(#theme-dark:checked){{color-scheme:dark;{dark}}}\n"
        f"@media print{{:root,:root:has(#theme-dark:checked){{color-scheme:light;{light}}}"
        f":root:root .board{{width:{num(min(ACROSS, UPRIGHT * drawn.width / drawn.height))}mm}}}}\n"
        f"{_asset('board.css')}{_asset('live.css')}{roomy(drawn.width)}{heads}\n{stylesheet(SCOPE, count, variable)}"
    )


@cache
def _asset(name: str) -> str:
    return files("farled.maps.draw").joinpath(name).read_text(encoding="utf-8")
