"""The first rows of a file and what a mapping makes of them, for whoever tries it out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.mapping_model import Table
from farled.sources.returned import Wrong
from farled.sources.scan import Scan

FIRST = 10


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row before and after.

    Attributes:
        line: Where it stands in the file.
        cells: Its values by column, as they stand there; empty ones are None.
        events: What it becomes, each without what it does not have; a row that is grouped under another has none.
        rejected: Why it becomes no event, or one event less: column, value, reason.
    """

    line: int
    cells: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    rejected: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file, at most ``FIRST``."""

    file: str
    rows: tuple[SampleRow, ...]


@dataclass(frozen=True, slots=True)
class FileColumns:
    """What becomes of the columns of a file; those not named here are read into the parts of an event.

    Attributes:
        file: Its name.
        properties: Columns that become properties of events, with their names there; made ones included.
        attributes: The same of the customer.
        unused: Columns that nothing reads.
    """

    file: str
    properties: Mapping[str, str]
    attributes: Mapping[str, str]
    unused: tuple[str, ...]


Begun = tuple[pa.Table, list[Wrong]]
"""Events of the first rows of a file, with the column ``row``, and what was wrong with these."""


def begun(events: pa.Table, wrong: Sequence[Wrong]) -> Begun:
    """Keep what is of the first rows."""
    kept = []
    for one in wrong:
        mask = one.row < FIRST
        if mask.any():
            kept.append(Wrong(one.row[mask], one.column, one.value.filter(pa.array(mask)), one.reason, one.event))
    return events.filter(pc.less(events["row"], FIRST)), kept


def sample_of(scan: Scan, made: Sequence[Begun]) -> Sample:
    """Lay the first rows of a file beside what was made of them.

    Args:
        scan: The file.
        made: By each part of a mapping that reads it.
    """
    rows = scan.sample(FIRST).select(list(scan.columns)).slice(0, FIRST).to_pylist()
    lines = scan.lines(np.arange(len(rows), dtype=np.int64)).tolist() if rows else []
    events: list[list[Mapping[str, Any]]] = [[] for _ in rows]
    rejected: list[list[Mapping[str, Any]]] = [[] for _ in rows]
    for table, wrong in made:
        for event in table.to_pylist():
            events[event["row"]].append(_plain_event(event))
        for one in wrong:
            for row, value in zip(one.row.tolist(), one.value.to_pylist(), strict=True):
                said = {"column": one.column, "value": value, "reason": one.reason}
                rejected[row] += [said] if said not in rejected[row] else []
    cells = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return Sample(scan.shown, tuple(map(SampleRow, lines, cells, map(tuple, events), map(tuple, rejected))))


def columns_of(shown: str, specs: Sequence[Table], unused: tuple[str, ...]) -> FileColumns:
    """Tell what the parts of a mapping that read a file make of its columns."""
    events = [event for spec in specs for event in spec.events]
    properties = {column: name for event in events for column, name in event.properties.items()}
    attributes = {column: name for event in events for column, name in event.attributes.items()}
    return FileColumns(shown, properties, attributes, unused)


def _plain_event(event: Mapping[str, Any]) -> Mapping[str, Any]:
    time = event["time"].astimezone(UTC).isoformat().replace("+00:00", "Z")
    who = [f"{one['type']}:{one['value']}" for one in event["identifiers"]]
    kept = ("channel", "account", "value", "currency", "score", "scale", "text")
    told = {key: event[key] for key in kept if event[key] is not None}
    return {"name": event["name"], "time": time, "identifiers": who, **told, **_properties(event["properties"])}


def _properties(text: str) -> Mapping[str, Any]:
    found = json.loads(text)
    return {"properties": found} if found else {}


def _plain(value: object) -> str | int | float | bool | None:
    """Return a value as JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | bool | int) or value is None or (isinstance(value, float) and isfinite(value)):
        return value if value != "" else None
    return str(value)
