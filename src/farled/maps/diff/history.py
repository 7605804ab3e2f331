"""The change log of a map: what each saved version changed, when and by whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from farled.errors import FarledError
from farled.maps.audit.evidence import Change as Known
from farled.maps.audit.evidence import History
from farled.maps.diff.change import Change, Diff
from farled.maps.diff.compare import diff
from farled.maps.diff.versions import Version, versions
from farled.maps.load import own_map
from farled.maps.model import MapFile


@dataclass(frozen=True, slots=True)
class Entry:
    """One saved version of a map.

    Attributes:
        version: When, by whom, and the text.
        map: What it says; None where the file was broken.
        before: The last version before it that was not broken; None for the first.
        diff: What it changed.
    """

    version: Version
    map: MapFile | None
    before: MapFile | None
    diff: Diff

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "version": self.version.name,
            "at": self.version.at.isoformat(),
            "by": self.version.by,
            "note": self.version.note,
            "readable": self.map is not None,
            "changes": [change.to_dict() for change in self.diff.changes],
        }


def history(saved: Sequence[Version]) -> list[Entry]:
    """Return the change log of a map, oldest first.

    A version that cannot be read has no changes; the next one is compared with the last that could.

    Args:
        saved: Versions of one file, oldest first.
    """
    entries: list[Entry] = []
    last: MapFile | None = None
    for version in saved:
        try:
            read = own_map(version.text, version.name or "map")
            found = diff(last, read) if last is not None else Diff()
        except FarledError:
            entries.append(Entry(version, None, last, Diff()))
            continue
        entries.append(Entry(version, read, last, found))
        last = read
    return entries


def last_good(path: str | Path) -> Entry | None:
    """Return the latest saved version of a map file that can be read; None where there is none."""
    return next((entry for entry in reversed(history(versions(path))) if entry.map is not None), None)


def known_history(entries: Sequence[Entry]) -> History | None:
    """Return the change log as the audit reads it; None where there is no earlier version.

    Changes of wording are left out: they change nothing for customers.
    """
    if len(entries) < 2:
        return None
    changes = [known for _, entry in pairwise(entries) for known in _known(entry)]
    return History(entries[0].version.at.date(), tuple(changes))


def _known(entry: Entry) -> Iterator[Known]:
    if entry.map is None or entry.before is None:
        return
    told = [change for change in entry.diff.changes if change.weight != "wording"]
    for change in told:
        phase = _phase_of(change, entry.map) or _phase_of(change, entry.before)
        id_ = "map" if change.object == "map" else change.id
        yield Known(entry.version.at.date(), id_, phase, _metrics(change, entry.map))


def _phase_of(change: Change, map_: MapFile) -> str | None:
    places = {phase.id: phase.id for phase in map_.phases}
    places |= {touchpoint.id: phase.id for phase, touchpoint in map_.touchpoints()}
    if change.object in ("phase", "touchpoint"):
        return places.get(change.id)
    at = {pain.id: pain.at for pain in map_.pain_points}
    chances = {
        chance.id: chance.at or next((at.get(id_) for id_ in chance.solves or ()), None)
        for chance in map_.opportunities
    }
    moments = {moment.id: moment.at for moment in map_.moments_of_truth}
    listed: dict[str, Mapping[str, str | None]] = {"pain_point": at, "opportunity": chances, "moment_of_truth": moments}
    return places.get(listed.get(change.object, {}).get(change.id) or "")


def _metrics(change: Change, map_: MapFile) -> tuple[str, ...]:
    """Return the metrics that a change is to move, or whose target or rule it changes."""
    if change.object == "metric":
        return (change.id,)
    if change.object == "opportunity":
        return tuple(next((chance.moves or {} for chance in map_.opportunities if chance.id == change.id), {}))
    if change.kind == "target":
        return (change.field.split(".")[1],) if change.field.startswith("kpis.") else (map_.map.goal.metric,)
    return ()
