"""Stores with one promise broken on purpose. A test that one of them passes tests nothing."""

from dataclasses import replace

from farled.events.seen import Seen, covering, stored_runs
from farled.events.store import EventStore


class FreshHandle(EventStore):
    """Commits through a new handle with the old number: does not notice that another writer was faster."""

    def commit(self, head, add, remove, turns, now):
        fresh = self.head()
        return super().commit(replace(head, table=fresh.table, version=fresh.version), add, remove, turns, now)


class Forgetful(EventStore):
    """Remembers no event id."""

    def newest(self):
        return super().newest()[0], Seen(())


class Trusting(EventStore):
    """Trusts the files of known ids to be complete."""

    def newest(self):
        head = self.head()
        return head, Seen(covering(stored_runs(self.seen_folder), head.version)[0])


class Halving(EventStore):
    """Commits an import in two halves."""

    def commit(self, head, add, remove, turns, now):
        super().commit(head, add[:1], remove, turns, now)
        return super().commit(self.head(), add[1:], (), turns, now)
