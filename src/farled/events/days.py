"""Days that a newer file puts in place of: which events each import brought of each day.

``imports/<id>/days/`` keeps them. An import whose mapping says ``replace`` takes away, in its own commit, what earlier
imports under the same mapping brought of its days. A day that says the same as before changes nothing, and corrected
rejected rows add to their day.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from farled.errors import ConflictError, DamagedError
from farled.events.hashes import Keys, hashes, joined
from farled.events.prepare import Arrival, Imported, parts_of, undated
from farled.events.report import import_ids, read_report
from farled.events.schema import EVENT_SCHEMA, conform
from farled.events.seen import read_keys, write_keys
from farled.events.snapshot import WORDS, StoredFile
from farled.events.standing import STANDING, checked
from farled.events.store import EventStore, Head
from farled.events.writing import BucketFiles
from farled.sources.connection import ask

DAYS = "days"
LISTED = "days.json"
_SAID = [name for name in EVENT_SCHEMA.names if name not in ("received", "sequence", "source")]
_WRAP = 1 << 64


@dataclass(frozen=True, slots=True)
class Day:
    """What an import brought of one day.

    Attributes:
        digest: Of all that the events say, in any order; that of two sets without a common event is the sum.
        keys: Ids of the events, sorted.
        replaces: Whether it takes the place of what was there, or adds to it.
    """

    digest: tuple[int, int]
    keys: Keys
    replaces: bool


Days = Mapping[str, Day]


def days_of(imported: Imported, arrival: Arrival) -> Days:
    """Go through the events of an import, and return its days."""
    found: list[tuple[npt.NDArray[np.str_], Keys, Keys]] = []
    replaced: set[str] = set()
    for part in parts_of(imported.events):
        if "day" not in part.column_names:
            continue
        dated = part.filter(pc.is_valid(part.column("day")))
        if not dated.num_rows:
            continue
        events = conform(undated(dated), received=arrival.now, source=arrival.source, first=0)
        says = ask(events.select(_SAID), "SELECT to_json(given)::VARCHAR AS says FROM given").column("says")
        names = np.asarray(dated.column("day").to_pylist())
        found.append((names, hashes(events.column("event_id")), hashes(says)))
        replaced |= set(pc.unique(dated.column("day").filter(dated.column("replaces"))).to_pylist())
    names = np.concatenate([names for names, _, _ in found]) if found else np.empty(0, np.str_)
    ids, said = joined(ids for _, ids, _ in found), joined(said for _, _, said in found)
    order = ids.order()
    once = order[~ids.take(order).repeats()]
    days = {}
    for name in np.unique(names[once]).tolist():
        rows = once[names[once] == name]
        own = said.take(rows)
        digest = (int(own.high.sum(dtype=np.uint64)), int(own.low.sum(dtype=np.uint64)))
        days[name] = Day(digest, ids.take(rows), name in replaced)
    return days


def write_days(folder: Path, mapping: str, turn: int, days: Days) -> None:
    """Keep the days of an import beside its report.

    Args:
        folder: Of the import.
        mapping: Id of the mapping; days of other mappings are others.
        turn: Of the commit that brings them, to put imports in order.
        days: What it brought.
    """
    shutil.rmtree(folder / DAYS, ignore_errors=True)
    for name, day in days.items():
        write_keys(folder / DAYS / f"{name}.run", day.keys)
    said = {name: {"digest": day.digest, "replaces": day.replaces} for name, day in days.items()}
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{LISTED}.{uuid4().hex}"
    try:
        temporary.write_text(json.dumps({"mapping": mapping, "turn": turn, "days": said}), encoding="utf-8")
        os.replace(temporary, folder / LISTED)
    finally:
        temporary.unlink(missing_ok=True)


def gone_days(head: Head, imports: Path, mapping: str, brought: Days) -> Keys:
    """Return the ids of the events that have to make room, sorted: of changed days, and of no other day that stands.

    Raises:
        DamagedError: What an import keeps of its days cannot be read.
    """
    standing = _standing(head, imports, mapping)
    changed = {
        name
        for name, day in brought.items()
        if day.replaces and name in standing and day.digest != _sum(one.digest for one in standing[name])
    }
    gone = joined(day.keys for name in changed for day in standing[name]).sorted()
    gone = gone.take(~gone.repeats())
    for name in standing.keys() - changed:
        for day in standing[name]:
            gone = gone.without(day.keys)
    return gone


def _sum(digests: Iterable[tuple[int, int]]) -> tuple[int, int]:
    high, low = zip(*digests, strict=True)
    return sum(high) % _WRAP, sum(low) % _WRAP


def _standing(head: Head, imports: Path, mapping: str) -> dict[str, list[Day]]:
    """Return what stands of each day: the newest import that replaced it, and those that added to it since."""
    listed = []
    for import_id in import_ids(imports):
        path = imports / import_id / LISTED
        if not path.exists() or checked(head, read_report(imports, import_id)).state not in STANDING:
            continue
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if said["mapping"] == mapping:
                listed.append((said["turn"], import_id, said["days"]))
        except (ValueError, KeyError) as error:
            raise DamagedError(f"{path} cannot be read: {error}.", "Undo that import, and import again.") from error
    standing: dict[str, list[Day]] = {}
    for _, import_id, days in sorted(listed, key=lambda one: one[:2]):
        for name, said in days.items():
            keys = read_keys(imports / import_id / DAYS / f"{name}.run")
            day = Day((said["digest"][0], said["digest"][1]), keys, said["replaces"])
            standing[name] = [day] if day.replaces else [*standing.get(name, []), day]
    return standing


def without(store: EventStore, head: Head, gone: Keys, files: BucketFiles) -> list[StoredFile]:
    """Write the files anew that hold events to take away, without these, and return the ones they are to replace.

    Raises:
        ConflictError: A file was compacted and swept since the head was read.
    """
    try:
        return _written_anew(store, head, gone, files)
    except FileNotFoundError as error:
        raise ConflictError("Another process swept files of the event table away.", "Try again.") from error


def _written_anew(store: EventStore, head: Head, gone: Keys, files: BucketFiles) -> list[StoredFile]:
    touched = []
    for file in store.snapshot_of(head).stored if gone.size else ():
        goes = hashes(pq.ParquetFile(file.path).read(["event_id"]).column(0)).within(gone)
        if not goes.any():
            continue
        touched.append(file)
        events = pq.ParquetFile(file.path, read_dictionary=WORDS).read(EVENT_SCHEMA.names).cast(EVENT_SCHEMA)
        left = events.filter(pa.array(~goes))
        if left.num_rows:
            files.write(left, np.full(left.num_rows, file.bucket, dtype=np.int16))
    return touched
