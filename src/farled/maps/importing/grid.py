"""Reads lanes and phases from a grid of text."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ruamel.yaml.comments import CommentedMap

from farled.errors import InputError
from farled.maps.export.lanes import lane_of, one_line, read_opportunity, read_point
from farled.maps.importing.build import Build, record, said

MOST_PHASES: Final = 60
_TEXTS: Final = ("customer_goal", "does", "thinks", "expects", "supports")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?")
_GUARD: Final = re.compile(r"'+[=+\-@\t\r]")


class GridRow(NamedTuple):
    """A row: its line, and its cells as text."""

    line: int
    cells: tuple[str, ...]


def read_grid(rows: Iterable[GridRow], build: Build, name: str) -> None:
    """Put the rows of a grid into a map.

    Raises:
        InputError: There is no row of phases.
    """
    filled = [
        GridRow(row.line, tuple(map(_freed, row.cells))) for row in rows if any(cell.strip() for cell in row.cells)
    ]
    if not filled:
        raise InputError(f"{name} holds no rows.", "Write the phases in the first row, and a lane in each further one.")
    head = next((row for row in filled if lane_of(row.cells[0]) == "phase"), filled[0])
    if lane_of(head.cells[0]) not in ("phase", None):
        message = f"{name}:{head.line}: there is no row of phases, and the first one is {head.cells[0]!r}."
        raise InputError(message, "Begin with a row: Phase, then the names of the phases.")
    phases = _phases(head, build, name)
    for row in filled:
        if row is not head:
            _lane(row, phases, build)


def _phases(head: GridRow, build: Build, name: str) -> dict[int, CommentedMap]:
    named = {at: cell for at, cell in enumerate(head.cells) if at and said(cell)}
    if not named:
        raise InputError(f"{name}:{head.line}: no phase has a name.", "Write one phase in each column after the first.")
    if len(named) > MOST_PHASES:
        message = f"{name}:{head.line}: there are {len(named)} phases."
        raise InputError(message, f"Use at most {MOST_PHASES}; are rows and columns exchanged?")
    return {at: build.phase(cell, head.line) for at, cell in named.items()}


def _lane(row: GridRow, phases: dict[int, CommentedMap], build: Build) -> None:
    title, lane = row.cells[0], lane_of(row.cells[0])
    for at, cell in enumerate(row.cells[1:], 1):
        if not said(cell):
            continue
        if at not in phases:
            build.leave(row.line, one_line(cell), f"Column {at + 1} has no phase.")
        elif lane is None:
            build.leave(row.line, one_line(cell), f"{title!r} is no lane of a map.", phases[at], title)
        elif lane == "phase":
            build.leave(row.line, one_line(cell), "There is a row of phases already.", phases[at], title)
        else:
            _cell(lane, cell, row.line, phases[at], build)


def _cell(lane: str, cell: str, line: int, phase: CommentedMap, build: Build) -> None:
    if lane in _TEXTS:
        _once(phase, lane, cell.strip(), line, build)
    elif lane == "owner":
        _once(phase, lane, build.department(cell, line), line, build)
    elif lane == "feels":
        _felt(cell, line, phase, build)
    else:
        for part in filter(said, map(str.strip, cell.splitlines())):
            _item(lane, part, line, phase, build)


def _once(phase: CommentedMap, key: str, value: str, line: int, build: Build) -> None:
    if key in phase:
        build.leave(line, one_line(value), "The lane stands twice.", phase, key)
        return
    phase.update(record(line, **{key: _kept(value)}))


def _kept(text: str) -> str:
    """Return a text with its lines, without signs that nobody can see."""
    return "\n".join(filter(None, map(said, text.splitlines()))) or said(text)


def _felt(cell: str, line: int, phase: CommentedMap, build: Build) -> None:
    plain = cell.strip().replace("\u2212", "-")
    value = float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None
    if value is None or not -2 <= value <= 2:
        build.leave(line, one_line(cell), "A feeling is a number from -2 to 2.", phase, "feels")
    elif "feels" in phase:
        build.leave(line, one_line(cell), "The lane stands twice.", phase, "feels")
    else:
        phase.update(record(line, feels=record(line, claim=value, based_on="assumed")))


def _item(lane: str, text: str, line: int, phase: CommentedMap, build: Build) -> None:
    if lane == "touchpoints":
        told = read_point(text)
        point = build.touchpoint(phase, told.name, line)
        point["channel"] = build.channel(told.channel, line)
        if told.owner:
            point["owner"] = build.department(told.owner, line)
    elif lane == "pain_points":
        build.pain(phase, text, line)
    elif lane == "opportunities":
        told_text, status = read_opportunity(text)
        build.opportunity(phase, told_text, status or "proposed", line)
    else:
        why = "A key figure needs a rule by which it is measured: write one under metrics."
        build.leave(line, one_line(text), why, phase, "kpis")


def _freed(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if _GUARD.match(cell) else cell
