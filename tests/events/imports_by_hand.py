"""Imports written by hand, and a store to put them in."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from farled.events.ingest import ingest
from farled.events.prepare import Arrival
from farled.events.store import EventStore
from farled.events.undo import undo
from farled.sources.returned import RejectedRows

NOW = 1_700_000_000_000_000
NOTHING = pa.table({"reason": pa.array([], pa.string())})


def visits(*ids, name="visit", who=None):
    """One event per id; a number in an id is the customer unless ``who`` says otherwise."""
    return pa.table(
        {
            "event_id": pa.array(ids, pa.string()),
            "time": pa.array(range(len(ids)), pa.int64()),
            "name": pa.array([name] * len(ids), pa.string()),
            "identifiers": [[{"type": "user_id", "value": who or f"customer of {one}"}] for one in ids],
        }
    )


def rejected(*reasons):
    """One rejected row per reason."""
    return pa.table({"day": [f"=day {at}" for at in range(len(reasons))], "reason": list(reasons)})


@dataclass
class File:
    """What a reader of files hands over."""

    events: object
    rejected: pa.Table = field(default_factory=lambda: NOTHING)
    replaces: str = ""

    @property
    def rejected_rows(self):
        return [RejectedRows(self.rejected)] if self.rejected.num_rows else []

    @property
    def rows(self):
        parts = [self.events] if isinstance(self.events, pa.Table) else self.events
        return sum(part.num_rows for part in parts) + self.rejected.num_rows


class Shop:
    """A workspace folder with a small event table."""

    def __init__(self, path, buckets=2, kind=EventStore):
        self.path = Path(path)
        self.imports = self.path / "imports"
        self.store = kind(self.path / "events", buckets)

    def load(self, import_id, *ids, **options):
        return self.take(import_id, File(visits(*ids)), **options)

    def take(self, import_id, file, **options):
        options = {"wait": lambda _attempt: None, **options}
        return ingest(self.store, self.imports, file, Arrival(import_id, NOW), **options)

    def undo(self, import_id):
        return undo(self.store, self.imports, import_id, NOW)

    def ids(self):
        """All event ids of the table, sorted: a doubled one stands twice."""
        return sorted(self.store.events().column("event_id").to_pylist())

    def sources(self):
        found = self.store.events()
        return dict(zip(found.column("event_id").to_pylist(), found.column("source").to_pylist(), strict=True))
