"""The pages of a map as HTML for paper: the picture on its sheets, then everything it says as text."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final, NamedTuple

from farled.maps.draw.twin import Cell, Grid, grids
from farled.maps.draw.view import View
from farled.maps.draw.words import Words
from farled.maps.export.lanes import one_line
from farled.maps.export.paper import Paper
from farled.maps.export.taken import FindingText, Taken
from farled.maps.export.told import SEVERITIES, definitions, method, source_rows

_FACES: Final = (
    ("Schibsted Grotesk", 400, "schibsted-grotesk-400.ttf"),
    ("Schibsted Grotesk", 500, "schibsted-grotesk-500.ttf"),
    ("Schibsted Grotesk", 600, "schibsted-grotesk-600.ttf"),
    ("Newsreader", 500, "newsreader-500.ttf"),
)
COLUMN: Final = 42
"""Least width of a column of the twin, millimetres."""
LONG: Final = 60
"""Letters of a heading of rows from which it takes half of the table."""


class Sheet(NamedTuple):
    """A sheet of paper with a picture.

    Attributes:
        paper: Its size.
        svg: The picture.
        width: Of the picture on paper, millimetres.
        height: Of the picture on paper, millimetres.
        part: What of the map is on it; empty for all.
    """

    paper: Paper
    svg: str
    width: float
    height: float
    part: str


def document(taken: Taken, seen: View, sheets: Sequence[Sheet], tables: Paper) -> str:
    """Return the pages as HTML that needs nothing else.

    Args:
        taken: What is taken along.
        seen: The same as it is drawn.
        sheets: The picture.
        tables: Paper of what follows.
    """
    words = Words(taken.language)
    pages = "".join(f"@page sheet{at}{{size:{_size(sheet.paper)}}}" for at, sheet in enumerate(sheets))
    foot = f":root{{--left:{_string(_foot(taken, seen))};--page:{_string(words._('Page'))}}}"
    pictures = "".join(_picture(at, sheet, seen) for at, sheet in enumerate(sheets))
    return (
        f'<!doctype html>\n<html lang="{escape(taken.language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(seen.title)}</title>\n"
        f'<meta name="description" content="{escape(seen.description)}">\n'
        f'<meta name="generator" content="Farled">\n'
        f"<style>{_fonts()}{_rules()}@page{{size:{_size(tables)}}}{pages}{foot}</style>\n</head>\n<body>\n"
        f"{pictures}{_head(seen)}{''.join(_grids(seen, tables))}{_findings(taken, words)}{_sources(taken, words)}"
        f"{_told(words._('What the words mean'), definitions(taken.map, words))}"
        f"{_told(words._('How it was measured'), method(taken.map, taken.snapshot, words))}</body>\n</html>\n"
    )


def _size(paper: Paper) -> str:
    return f"{paper.width}mm {paper.height}mm"


def _foot(taken: Taken, seen: View) -> str:
    hash_ = (taken.snapshot or {}).get("map_hash") or taken.map.hash
    return " · ".join((f"{taken.map.map.id} @ {hash_}", *seen.facts[:1]))


def _picture(at: int, sheet: Sheet, seen: View) -> str:
    told = ". ".join(part for part in (seen.title, sheet.part, seen.description if not at else "") if part)
    source = b64encode(sheet.svg.encode()).decode()
    return (
        f'<figure class="sheet" style="page:sheet{at}"><img alt="{escape(told)}" '
        f'src="data:image/svg+xml;base64,{source}" style="width:{sheet.width:.3f}mm;height:{sheet.height:.3f}mm">'
        f"</figure>\n"
    )


def _head(seen: View) -> str:
    lines = (*seen.goal, " · ".join(seen.facts), " · ".join(seen.identity))
    told = "".join(f'<p class="facts">{escape(line)}</p>' for line in lines)
    return f'<h1 lang="{escape(seen.map_language)}">{escape(seen.title)}</h1>{told}<p>{escape(seen.description)}</p>\n'


def _grids(seen: View, paper: Paper) -> Iterable[str]:
    first, *rest = grids(seen)
    yield from (_table(part, "twin") for part in _parts(first, paper))
    yield from (_table(_joined(grid), "long" if _is_long(grid) else "two") for grid in rest)


def _joined(grid: Grid) -> Grid:
    """Return a table whose cells are one paragraph each, without empty columns: both waste paper."""
    rows = [[row[0], *(Cell(("; ".join(cell.lines),) if cell.lines else ()) for cell in row[1:])] for row in grid.rows]
    kept = [at for at in range(len(grid.headings)) if any(row[at].lines for row in rows)]
    headings = tuple(grid.headings[at] for at in kept)
    return Grid(grid.caption, headings, tuple(tuple(row[at] for at in kept) for row in rows), grid.note)


def _is_long(grid: Grid) -> bool:
    return max(len(line) for row in grid.rows for line in row[0].lines) > LONG


def _parts(grid: Grid, paper: Paper) -> list[Grid]:
    """Return a table with so many columns at once as can be read on paper, shared evenly."""
    columns = len(grid.headings) - 1
    most = max(1, (paper.width - 44) // COLUMN)
    parts = -(-columns // most)
    each = -(-columns // parts)
    return [
        Grid(
            grid.caption if parts == 1 else f"{grid.caption} ({start // each + 1}/{parts})",
            (grid.headings[0], *grid.headings[start : start + each]),
            tuple((row[0], *row[start : start + each]) for row in grid.rows if _says(row[start : start + each])),
            grid.note,
        )
        for start in range(1, columns + 1, each)
    ]


def _says(cells: Sequence[Cell]) -> bool:
    return any(cell.lines for cell in cells)


def _table(grid: Grid, kind: str) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in grid.headings)
    rows = "".join(
        f'<tr><th scope="row">{escape(" ".join(row[0].lines))}</th>{"".join(map(_cell, row[1:]))}</tr>\n'
        for row in grid.rows
    )
    note = f"<p>{escape(grid.note)}</p>" if grid.note else ""
    return (
        f'<table class="{kind}"><caption>{escape(grid.caption)}</caption><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table>{note}\n"
    )


def _cell(cell: Cell) -> str:
    return "<td>" + "".join(f"<p>{escape(line)}</p>" for line in cell.lines) + "</td>"


def _findings(taken: Taken, words: Words) -> str:
    """Return the findings, where the tables of the map do not hold them already."""
    rows = tuple(_finding(one, words) for one in taken.findings)
    if not rows or taken.showing.findings:
        return ""
    headings = (words._("Rule"), words._("Severity"), words._("Finding"), words._("What to do"))
    return _table(Grid(words._("Findings"), headings, rows), "two")


def _finding(one: FindingText, words: Words) -> tuple[Cell, ...]:
    severity = words._(SEVERITIES.get(one.severity, one.severity))
    return Cell((one.rule,)), Cell((severity,)), Cell((one.text,)), Cell((one.cure,) if one.cure else ())


def _sources(taken: Taken, words: Words) -> str:
    rows = tuple(tuple(Cell((part,)) for part in row) for row in source_rows(taken.map, words))
    if not rows:
        return ""
    headings = (words._("Source"), words._("Kind"), "n", words._("Date"))
    return _table(Grid(words._("Sources"), headings, rows), "two")


def _told(heading: str, entries: Iterable[tuple[str, str]]) -> str:
    body = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in entries)
    return f"<section><h2>{escape(heading)}</h2><dl>{body}</dl></section>\n" if body else ""


def _string(text: str) -> str:
    return json.dumps(one_line(text).replace("\\", "/"), ensure_ascii=False).replace("<", "\\3c ")


@cache
def _fonts() -> str:
    folder = files("farled.figures").joinpath("fonts")
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url(data:font/ttf;base64,{b64encode(folder.joinpath(name).read_bytes()).decode()})}}"
        for family, weight, name in _FACES
    )


@cache
def _rules() -> str:
    return files("farled.maps.export").joinpath("pdf.css").read_text(encoding="utf-8")
