"""A map as Markdown: the table twin, the findings, the sources."""

import re

from farled.maps.draw.reading import view
from farled.maps.draw.twin import Grid, grids
from farled.maps.draw.words import DASH, Words
from farled.maps.export.lanes import one_line
from farled.maps.export.taken import FindingText, Taken
from farled.maps.export.told import SEVERITIES, source_rows

_LOUD = re.compile(r"([\\`*_\[\]<>|#~])")


def markdown(taken: Taken) -> bytes:
    """Return the map as Markdown with tables."""
    seen, words = view(taken.map, taken.snapshot, taken.language, taken.showing), Words(taken.language)
    head = [f"# {_quiet(seen.title)}", "", *(f"{_quiet(line)}  " for line in seen.goal)]
    head += [_quiet(" · ".join(seen.facts)) + "  ", _quiet(" · ".join(seen.identity)), "", _quiet(seen.description)]
    parts = ["\n".join(head), *map(_table, grids(seen))]
    if taken.findings and not taken.showing.findings:
        rows = [_finding(one, words) for one in taken.findings]
        parts.append("\n".join([f"## {words._('Findings')}", "", *rows]))
    sources = source_rows(taken.map, words)
    if sources:
        parts.append(_lines(words._("Sources"), (words._("Source"), words._("Kind"), "n", words._("Date")), sources))
    return ("\n\n".join(parts) + "\n").encode()


def _table(grid: Grid) -> str:
    rows = [tuple("<br>".join(map(_quiet, cell.lines)) for cell in row) for row in grid.rows]
    text = _lines(grid.caption, grid.headings, rows, raw=True)
    return f"{text}\n\n{_quiet(grid.note)}" if grid.note else text


def _lines(caption: str, headings: tuple[str, ...], rows: list[tuple[str, ...]], raw: bool = False) -> str:
    body = [row if raw else tuple(map(_quiet, row)) for row in rows]
    table = [tuple(map(_quiet, headings)), ("---",) * len(headings), *body]
    rows_told = ["| " + " | ".join(part or DASH for part in row) + " |" for row in table]
    return "\n".join([f"## {_quiet(caption)}", "", *rows_told])


def _quiet(text: str) -> str:
    """Return a text of which nothing is markup."""
    line = _LOUD.sub(r"\\\1", one_line(text))
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", line))


def _finding(one: FindingText, words: Words) -> str:
    severity = words._(SEVERITIES.get(one.severity, one.severity))
    return f"- **{_quiet(one.rule)}** ({severity}): {_quiet(one.text)} {_quiet(one.cure)}".rstrip()
