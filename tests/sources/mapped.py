"""Mappings and imports for the tests."""

from typing import Any

from ruamel.yaml import YAML
from sources.written import Desk, shortest

from farled.sources.mapping import Imported, Setting, apply, parse

PLAIN = """
preset: 1
id: shop
time: day
identifiers: [{type: user_id, column: who}]
events:
  - name: visit
"""


def table(**changed: str) -> str:
    """Return the smallest mapping with some keys of its table added."""
    return PLAIN + "".join(f"{key}: {value}\n" for key, value in changed.items())


def mapped(desk: Desk, mapping: str, files: dict[str, str], setting: Setting | None = None) -> Imported:
    paths = [desk.write(text, name) for name, text in files.items()]
    return apply(parse(YAML(typ="safe").load(mapping)), paths, setting=setting)


def events(imported: Imported) -> list[dict[str, Any]]:
    """Return the events as plain values: time as text, identifiers as pairs."""
    listed = imported.table().to_pylist()
    return [
        row
        | {
            "time": shortest(round(row["time"].timestamp() * 1_000_000)),
            "identifiers": [(one["type"], one["value"]) for one in row["identifiers"]],
        }
        for row in listed
    ]


def told(imported: Imported) -> list[tuple[str, str, str]]:
    """Return (first identifier, time, name) of each event."""
    return [(row["identifiers"][0][1], row["time"], row["name"]) for row in events(imported)]
