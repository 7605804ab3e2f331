"""Real processes that import, read and die, forked from a server that has all modules loaded."""

import multiprocessing
import os
import signal
from importlib import import_module

from events.imports_by_hand import File, Shop, visits

from farled.events.ingest import ingest
from farled.events.prepare import Arrival

PARTS = 4
PER_PART = 25

FORKS = multiprocessing.get_context("forkserver")
PRELOADED = ["pyarrow.parquet", "pyarrow.csv", "deltalake", "duckdb", "farled.events.ingest"]
FORKS.set_forkserver_preload([*PRELOADED, "farled.automation.channels.sending", "farled.automation.channels.webhook"])


def part_of(first):
    """A file in several parts: the ids from a number on."""
    return File(
        [visits(*map(str, range(at, at + PER_PART))) for at in range(first, first + PARTS * PER_PART, PER_PART)]
    )


def ids_of(first):
    """The ids of that file."""
    return {str(number) for number in range(first, first + PARTS * PER_PART)}


def start(target, *arguments):
    """Start a process."""
    process = FORKS.Process(target=target, args=arguments)
    process.start()
    return process


def die(*_arguments, **_named):
    """Go at once, as in a power cut: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def load(path, import_id, first, ready=None):
    """Import a file."""
    shop = Shop(path)
    if ready is not None:
        ready.set()
    shop.take(import_id, part_of(first))


def load_and_die(path, import_id, first, point):
    """Import a file, but die before or after the given call of a function.

    Args:
        path: Of the shop.
        import_id: Of the import.
        first: The first id.
        point: ``when:module:name:number``, such as ``before:farled.events.store:EventStore.commit:1``.
    """
    shop = Shop(path)
    die_at(point)
    shop.take(import_id, part_of(first))


def day_of(first, day="2026-05-01"):
    """The same file under a mapping that replaces days: all of one day."""
    file = part_of(first)
    told = [("day", day), ("replaces", True)]
    for name, said in told:
        file.events = [part.append_column(name, [[said] * part.num_rows]) for part in file.events]
    file.replaces = "till"
    return file


def replace_and_die(path, import_id, first, point):
    """Import such a file, but die before or after the given call of a function."""
    shop = Shop(path)
    die_at(point)
    shop.take(import_id, day_of(first))


def die_at(point):
    """Die before or after a call that is named as for `load_and_die`."""
    when, module, name, number = point.split(":")
    *owners, attribute = name.split(".")
    owner = import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    real, calls = getattr(owner, attribute), []

    def patched(*arguments, **named):
        calls.append(name)
        if len(calls) == int(number) and when == "before":
            die()
        result = real(*arguments, **named)
        if len(calls) == int(number) and when == "after":
            die()
        return result

    setattr(owner, attribute, patched)


def load_many(path, prefix, firsts, begin):
    """Import several files one after the other, and compact and sweep between them."""
    shop = Shop(path)
    begin.wait()
    for number, first in enumerate(firsts):
        ingest(shop.store, shop.imports, part_of(first), Arrival(f"{prefix}{number}", number))


def write_and_sweep(path, firsts, begin, done):
    """Import files while others read; join and delete files much earlier than anybody should."""
    shop = Shop(path)
    begin.wait()
    for number, first in enumerate(firsts):
        shop.take(f"i{number}", part_of(first))
        if number % 3 == 2:
            shop.store.compact(at=2)
            shop.store.sweep(0)
    done.set()


def read_until(path, begin, done, found):
    """Count the events until the writer is done, and tell the counts."""
    shop = Shop(path)
    begin.wait()
    counts = [len(shop.ids())]
    while not done.is_set():
        counts.append(len(shop.ids()))
    counts.append(len(shop.ids()))
    found.put(counts)
