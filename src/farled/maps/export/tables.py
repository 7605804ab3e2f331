"""A map as tables for spreadsheets: every value as path and value, or the lanes as a grid."""

import csv
import io
import re
from importlib import import_module
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from farled.errors import MissingExtraError
from farled.maps.draw.content import department, place_of
from farled.maps.draw.notes import metric_name
from farled.maps.draw.words import Words
from farled.maps.export.lanes import LANES, lane_name, one_line, opportunity_line, point_line
from farled.maps.export.taken import Taken
from farled.maps.paths import rows_of, written
from farled.maps.touchpoint import Kpi, Phase
from farled.maps.yaml import plain_values
from farled.spans import microseconds

Grid = list[list[str | float]]
FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_THEN: Final = (1980, 1, 1, 0, 0, 0)  # so that one map is one sequence of bytes


def long_csv(taken: Taken) -> bytes:
    """Return every value of the map as ``path,value``, in its order; nothing is lost but comments."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("path", "value"))
    writer.writerows((row.path, written(row.value)) for row in rows_of(plain_values(taken.document)))
    return out.getvalue().encode()


def grid(taken: Taken) -> Grid:
    """Return the lanes as rows and the phases as columns; lanes without content are left out."""
    phases = taken.map.phases
    cells = [_column(taken, at) for at in range(len(phases))]
    rows: Grid = []
    for key in LANES:
        row = [column[key] for column in cells]
        if key == "phase" or any(cell != "" for cell in row):
            rows.append([lane_name(key, taken.language), *row])
    return rows


def grid_csv(taken: Taken) -> bytes:
    """Return the grid as CSV with the mark of UTF-8; what a spreadsheet would run gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_inert(cell) for cell in row] for row in grid(taken))
    return out.getvalue().encode("utf-8-sig")


def grid_xlsx(taken: Taken) -> bytes:
    """Return the grid as a workbook; every text is a text to the spreadsheet, whatever it begins with.

    Raises:
        MissingExtraError: The extra ``excel`` is not installed.
    """
    openpyxl = workbook_library("write a map as a workbook")
    styles = import_module("openpyxl.styles")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", taken.map.map.title)[:31].strip("' ") or "map"
    for y, row in enumerate(grid(taken), 1):
        for x, value in enumerate(row, 1):
            cell = sheet.cell(y, x)
            cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
            cell.value = value if not isinstance(value, str) else _printable(value)
            if isinstance(value, str):
                cell.data_type, cell.quotePrefix = "s", bool(FORMULA.match(value))
            if x == 1 or y == 1:
                cell.font = styles.Font(bold=True)
    for at in range(len(taken.map.phases) + 1):
        sheet.column_dimensions[chr(65 + at) if at < 26 else f"A{chr(39 + at)}"].width = 18 if at == 0 else 34
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def workbook_library(purpose: str) -> Any:
    """Return openpyxl.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        return import_module("openpyxl")
    except ImportError as error:
        raise MissingExtraError.named("excel", purpose) from error


def _column(taken: Taken, at: int) -> dict[str, str | float]:
    map_, language = taken.map, taken.language
    phase = map_.phases[at]
    pains = [pain for pain in map_.pain_points if place_of(map_, pain.at) == at]
    return {
        "phase": phase.name,
        "owner": department(map_, phase.owner),
        **{key: getattr(phase, key) or "" for key in ("customer_goal", "does", "thinks", "expects", "supports")},
        "feels": phase.feels.claim if phase.feels else "",
        "touchpoints": "\n".join(_points(taken, phase)),
        "pain_points": "\n".join(one_line(pain.text) for pain in pains),
        "opportunities": "\n".join(
            opportunity_line(chance.text, chance.status, language)
            for chance in map_.opportunities
            if _place(taken, chance) == at
        ),
        "kpis": "\n".join(_kpi(taken, kpi) for kpi in phase.kpis or ()),
    }


def _points(taken: Taken, phase: Phase) -> list[str]:
    """Write the touchpoints of a phase; a name with brackets of its own gives way to the id."""
    lines = []
    for point in phase.touchpoints:
        channel = taken.map.channel(point.channel).name
        owner = department(taken.map, point.owner)
        channel = point.channel if re.search(r"[\[\]]", channel) else channel
        owner = (point.owner or "") if re.search(r"[()]", owner) else owner
        lines.append(point_line(point.name, channel, owner))
    return lines


def _place(taken: Taken, chance: Any) -> int:
    pains = {pain.id: pain.at for pain in taken.map.pain_points}
    at = chance.at or next((pains[id_] for id_ in chance.solves or () if id_ in pains), None)
    return (place_of(taken.map, at) if at else None) or 0


def _kpi(taken: Taken, kpi: Kpi) -> str:
    """Write a key figure: name, value as measured, and target."""
    words = Words(taken.language)
    metric = taken.map.metrics.get(kpi.metric)
    unit = metric.unit if metric else "share"
    measured = ((taken.snapshot or {}).get("metrics") or {}).get(kpi.metric)
    value = words.figure(measured, unit).text
    line = f"{one_line(metric_name(taken.map, kpi.metric, words))}: {value}"
    if kpi.target is None:
        return line
    target = microseconds(kpi.target) / 1e6 if isinstance(kpi.target, str) else kpi.target
    return f"{line}; {words.value(target, unit)}"


def _inert(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def _printable(text: str) -> str:
    """Return a text without the control characters that a workbook cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text)


def _timeless(workbook: bytes) -> bytes:
    """Return a workbook in which no time of writing stands."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(workbook)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<", b">1980-01-01T00:00:00Z<", content)
            new.writestr(ZipInfo(name, _THEN), content, ZIP_DEFLATED)
    return out.getvalue()
