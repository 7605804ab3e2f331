"""The list of what the index consists of, replaced last and at once; and the lock of those who write it."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from farled.errors import DamagedError
from farled.journeys.files import HINT, IndexFile

FORMAT = 1
NAME = "manifest.json"
LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Bucket:
    """What the index knows of one bucket.

    Attributes:
        sources: The files of events that it was made from.
        version: What else it was made from, as ``Source.version`` gave it.
        generation: The run that made it.
        events: How many.
        span: First and last time in microseconds; ``None`` without events.
        files: By kind: ``events``, ``name``, ``customers`` and ``identified``.
        cold: Event ids in the order in which they came, in one file per run.
    """

    sources: tuple[str, ...]
    version: str
    generation: int
    events: int
    span: tuple[int, int] | None
    files: Mapping[str, IndexFile]
    cold: tuple[IndexFile, ...]

    def all_files(self) -> tuple[IndexFile, ...]:
        """Return every file of the bucket."""
        return (*self.files.values(), *self.cold)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The index as it is at one time.

    Attributes:
        generation: Runs that changed it so far.
        names: Event names by code; only ever appended to while a bucket stays.
        buckets: By number.
        state: Of the source when all of it was in the index; empty: not known.
    """

    generation: int = 0
    names: tuple[str, ...] = ()
    buckets: Mapping[int, Bucket] = field(default_factory=dict)
    state: str = ""


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an index.

    Raises:
        FileNotFoundError: There is none.
        DamagedError: It cannot be understood.
    """
    path = folder / NAME
    text = path.read_bytes()
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise ValueError(f"its format is {told['format']}")
        buckets = {int(number): _bucket(bucket) for number, bucket in told["buckets"].items()}
        return Manifest(int(told["generation"]), tuple(told["names"]), buckets, str(told.get("state", "")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedError(f"{path} cannot be read: {error}.", HINT) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make a manifest the one that counts."""
    beside = folder / f".{NAME}.{os.getpid()}"
    with beside.open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, **asdict(manifest)}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / NAME)
    _sync(folder)


@contextmanager
def writing(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Be the only writer of an index, among all threads and processes.

    Args:
        folder: Of the index; made if needed.
        wait: Until another is done; else yield False while there is one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def _bucket(told: Mapping[str, Any]) -> Bucket:
    return Bucket(
        tuple(told["sources"]),
        str(told["version"]),
        int(told["generation"]),
        int(told["events"]),
        None if told["span"] is None else (int(told["span"][0]), int(told["span"][1])),
        {kind: IndexFile(**file) for kind, file in told["files"].items()},
        tuple(IndexFile(**file) for file in told["cold"]),
    )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
