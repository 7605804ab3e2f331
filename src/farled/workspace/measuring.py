"""Measuring and drawing the maps of a workspace; snapshots are kept beside them."""

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from farled.events.folder import Folder
from farled.journeys.conditions import Condition, plain
from farled.journeys.index import Journeys
from farled.maps.load import write_text
from farled.maps.model import MapFile
from farled.spans import Period, moment, period
from farled.workspace.rules import is_rule, resolved_map

if TYPE_CHECKING:  # a snapshot that is kept needs no kernels
    from farled.maps.measure import Measuring

KEPT = 4
PERIOD_LETTERS = len("2026-07-01_2026-10-01")
Snapshot = dict[str, Any]


class Measurable(Protocol):
    """What measuring needs of a workspace."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def zone(self) -> str:
        """Where days begin."""

    @property
    def folder(self) -> Folder | None:
        """Where it lies; None in memory."""

    @property
    def journeys(self) -> Journeys:
        """Whose journeys."""

    @property
    def version(self) -> int | None:
        """Of the event table; None in memory."""

    def journeys_of(self, unit: str) -> Journeys:
        """Journeys of customers or accounts."""

    def maps(self) -> tuple[str, ...]:
        """Ids of its maps."""

    def condition(self, where: Any, map_: MapFile | None = None) -> Condition | None:
        """Rule of a segment."""


class Measurer:
    """Measures maps; what no period changes is counted once and kept.

    Args:
        workspace: Whose maps.
    """

    def __init__(self, workspace: Measurable) -> None:
        self._workspace = workspace
        self._counted: OrderedDict[tuple[Any, ...], Measuring] = OrderedDict()
        self._lock = Lock()

    def measure(self, map_: MapFile, when: Period, segment: Any, persona: str | None) -> Snapshot:
        """Return the snapshot of a map in a period; arguments as in `Workspace.measure`."""
        rule, named = self._rule(map_, segment)
        file = self._file(map_, when, _called(named, persona)) if rule is None or named else None
        kept = _latest(file) if file else None
        inputs = self._inputs(rule if named else None)
        if kept is not None and _is_same(kept, map_, inputs):
            return kept
        with self._lock:
            snapshot = self._measuring(map_, rule, named, persona).snapshot(when)
        snapshot |= {"built": datetime.now(UTC).isoformat(timespec="seconds"), "inputs": inputs}
        if file:
            _keep(file, kept, snapshot)
        return snapshot

    def file(self, map_: MapFile, when: Period, segment: Any, persona: str | None) -> Path | None:
        """Return where a snapshot is kept; None where it is not. Arguments as in `measure`."""
        rule, named = self._rule(map_, segment)
        return self._file(map_, when, _called(named, persona)) if rule is None or named else None

    def counted(self, map_: MapFile, segment: Any, persona: str | None) -> "Measuring":
        """Return a map over all its journeys, to be looked at in any period; arguments as in `measure`."""
        rule, named = self._rule(map_, segment)
        with self._lock:
            return self._measuring(map_, rule, named, persona)

    def earlier(self, map_: MapFile, when: Period, segment: Any, persona: str | None) -> list[Snapshot]:
        """Return the snapshots kept of periods that ended before a period does, oldest first, one per period."""
        found = map(_latest, self._earlier(map_, when, segment, persona))
        return [snapshot for snapshot in found if snapshot is not None]

    def earlier_names(self, map_: MapFile, when: Period, segment: Any, persona: str | None) -> list[str]:
        """Return the file names of the snapshots that `earlier` gives, without reading them."""
        numbered = map(_numbered, self._earlier(map_, when, segment, persona))
        return [found[-1][1].name for found in numbered if found]

    def keep_audit(
        self, map_: MapFile, when: Period, segment: Any, persona: str | None, outcomes: Sequence[Mapping[str, Any]]
    ) -> None:
        """Write what the audit says into the snapshot that it was of; one whose period is over is filled in once."""
        file = self.file(map_, when, segment, persona)
        kept = _latest(file) if file else None
        if file is None or kept is None or kept.get("audit") == list(outcomes):
            return
        if kept.get("audit") and kept["inputs"][0]["to"] >= kept["period"][1]:
            return
        text = json.dumps({**kept, "audit": list(outcomes)}, indent=2, ensure_ascii=False) + "\n"
        write_text(text, _numbered(file)[-1][1])

    def _earlier(self, map_: MapFile, when: Period, segment: Any, persona: str | None) -> list[Path]:
        """Return where the first snapshot of each earlier period lies or would lie, oldest period first."""
        file = self.file(map_, when, segment, persona)
        if file is None or not file.parent.is_dir():
            return []
        ending = file.name.removeprefix(f"{when.first}_{when.last}")
        periods = sorted({path.name[:PERIOD_LETTERS] for path in file.parent.glob(f"*_*{ending}")}, key=_by_end)
        return [file.parent / f"{period_}{ending}" for period_ in periods if _by_end(period_)[0] < str(when.last)]

    def _rule(self, map_: MapFile, segment: Any) -> tuple[Condition | None, str | None]:
        """Return the rule of a segment, and its name if it has one."""
        named = segment if isinstance(segment, str) and not is_rule(segment) else None
        return self._workspace.condition(segment, map_), named

    def _measuring(self, map_: MapFile, rule: Condition | None, named: str | None, persona: str | None) -> "Measuring":
        key = (map_.hash, rule, persona)
        if key not in self._counted:
            from farled.engine.checks import require_segment
            from farled.maps.measure import Filter, Measuring, Stamp

            journeys = self._workspace.journeys_of(map_.map.unit)
            if rule is not None:
                require_segment(journeys, rule)
            whom = Filter(named or (None if rule is None else "rule"), rule, persona)
            stamp = Stamp(self._workspace.zone)
            judged = resolved_map(map_, lambda rule: self._workspace.condition(rule, map_))
            self._counted[key] = Measuring(judged, journeys, whom, stamp)
        self._counted.move_to_end(key)
        while len(self._counted) > KEPT:
            self._counted.popitem(last=False)
        return self._counted[key]

    def _inputs(self, named: Condition | None) -> list[dict[str, Any]]:
        """Return what the snapshot rests on; named: the rule of a saved segment, whose name alone says nothing."""
        workspace = self._workspace
        start, end = workspace.journeys.start or 0, workspace.journeys.end or 0
        days = {"from": _day(start, workspace.zone), "to": _day(end, workspace.zone)}
        source = {"source": workspace.name or "memory", "events": workspace.journeys.events}
        ruled = {} if named is None else {"segment_hash": _hash(named)}
        return [{**source, **days, **ruled, "version": workspace.version, "program": version("farled")}]

    def _file(self, map_: MapFile, when: Period, whom: str | None) -> Path | None:
        folder = self._workspace.folder
        if folder is None or map_.map.id not in self._workspace.maps():
            return None
        return folder.measured / map_.map.id / f"{when.first}_{when.last}{f'.{whom}' if whom else ''}.json"


def last_quarter(start: int, end: int, zone: str) -> Period:
    """Return the last quarter of the calendar that is over when the data ends and during which it had begun.

    Args:
        start: Time of the first event, microseconds.
        end: Time of the last event, microseconds.
        zone: Where days begin.

    Returns:
        The quarter; all data where there is none.
    """
    after = moment(end + 1, zone)
    last = period(f"{after.year}-Q{(after.month + 2) // 3}", zone)
    quarter = last if end + 86_400_000_000 >= last.end else _quarter_before(last, zone)
    if quarter.start >= start:
        return quarter
    return Period(start, end + 1, moment(start, zone).date(), moment(end + 1, zone).date())


def _quarter_before(quarter: Period, zone: str) -> Period:
    first: date = moment(quarter.start - 1, zone).date()
    return period(f"{first.year}-Q{(first.month + 2) // 3}", zone)


def _hash(rule: Condition) -> str:
    """Return eight hex digits of what a rule says."""
    return hashlib.sha256(json.dumps(plain(rule), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def _called(segment: str | None, persona: str | None) -> str | None:
    """Return what the snapshot of some people is called; None: of all."""
    return ".".join(name for name in (segment, persona) if name) or None


def _by_end(period_: str) -> tuple[str, str]:
    first, _, last = period_.partition("_")
    return last, first


def _day(time: int, zone: str) -> str:
    return moment(time, zone).date().isoformat()


def _numbered(file: Path) -> list[tuple[int, Path]]:
    """Return the snapshots of a period, first to last: ``x.json``, then ``x.2.json`` and so on."""
    pattern = re.compile(re.escape(file.stem) + r"(?:\.(\d+))?\.json")
    found = [(pattern.fullmatch(path.name), path) for path in file.parent.glob("*.json")]
    return sorted((int(match[1] or 1), path) for match, path in found if match)


def _latest(file: Path) -> Snapshot | None:
    for _, path in reversed(_numbered(file)):
        try:
            found: Snapshot = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # half-written by nobody, but edited by somebody: measured again
            continue
        return found
    return None


def _is_same(kept: Snapshot, map_: MapFile, inputs: list[dict[str, Any]]) -> bool:
    return kept.get("map_hash") == map_.hash and kept.get("inputs") == inputs and inputs[0]["version"] is not None


def _keep(file: Path, before: Snapshot | None, snapshot: Snapshot) -> None:
    """Write a snapshot; one whose period was over when it was measured is never changed, the new one gets a number."""
    file.parent.mkdir(parents=True, exist_ok=True)
    numbered = _numbered(file)
    target = numbered[-1][1] if numbered else file
    if before is not None and before["inputs"][0]["to"] >= before["period"][1]:
        target = file.with_name(f"{file.stem}.{numbered[-1][0] + 1}.json")
    write_text(json.dumps(snapshot, indent=2, ensure_ascii=False) + "\n", target)
