"""The numbers of a snapshot as short tables, for the terminal."""

from collections.abc import Mapping
from typing import Any

from farled.figures.table import Cell, Table
from farled.maps.model import MapFile
from farled.stats.intervals import Estimate


def phases_table(map_: MapFile, snapshot: Mapping[str, Any]) -> Table:
    """Return one row per phase: volume, completion, time, feeling and coverage."""
    rows = []
    for phase in map_.phases:
        found = snapshot["phases"][phase.id]
        coverage: Cell = found["coverage"].get("value")
        numbers = (_cell(found["completion"]), _cell(found["dwell"]), _cell(found["feeling"]))
        rows.append((phase.name, _count(found["reached"]), *numbers, coverage))
    headings = ("phase", "reached", "completion", "time in phase", "feeling", "coverage")
    kinds = {"completion": "share", "time in phase": "seconds"}
    note = f"{snapshot['period'][0]} to {snapshot['period'][1]}, {_count(snapshot['journeys']['n'])} journeys"
    return Table(map_.map.title, headings, tuple(rows), kinds, note)


def metrics_table(map_: MapFile, snapshot: Mapping[str, Any]) -> Table:
    """Return one row per metric: value, n, target and on which side of it the interval lies."""
    rows = []
    for name, found in snapshot["metrics"].items():
        metric = map_.metrics.get(name)
        text = _written(found, found.get("unit", ""))
        target = (
            _written({"value": found["target"]}, found.get("unit", "")) if found.get("target") is not None else None
        )
        label = metric.name if metric is not None and metric.name else name
        rows.append((label, text, _count(found.get("n")), target, found.get("state")))
    return Table("Metrics", ("metric", "value", "n", "target", "state"), tuple(rows))


def _written(found: Mapping[str, Any], unit: str) -> str:
    kinds = {"share": "share", "seconds": "seconds"}
    table = Table("", ("x",), ((_cell(found),),), {"x": kinds.get(unit, "")})
    return table.texts()[0][0]


def _cell(found: Mapping[str, Any] | None) -> Cell:
    if found is None:
        return None
    n = found.get("n")
    return Estimate(
        found.get("value"), found.get("low"), found.get("high"), n if isinstance(n, int) else 0, found.get("reason")
    )


def _count(found: Any) -> Cell:
    return found if isinstance(found, int) else "hidden" if isinstance(found, Mapping) else found
