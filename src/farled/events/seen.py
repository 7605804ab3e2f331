"""Every event id that the table ever took, as sorted files of hashes: the memory behind "unique for ever".

The files are derived. Each is named after the table versions that it covers, so what a killed writer left out is known
and read again from the table; a damaged file counts as missing.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import numpy as np
import numpy.typing as npt

from farled.errors import DamagedError
from farled.events.hashes import NO_KEYS, Keys, joined

MAGIC = b"FARLSEEN"
HEAD_BYTES = 32
MERGE_BELOW = 2


@dataclass(frozen=True, slots=True)
class Run:
    """The ids that some versions of the table added.

    Attributes:
        first: The earliest version covered.
        last: The latest.
        keys: Their hashes, sorted, each once; mapped from the file.
    """

    first: int
    last: int
    keys: Keys

    @property
    def file_name(self) -> str:
        """What the run's file is called."""
        return f"{self.first:012}-{self.last:012}.run"


@dataclass(frozen=True, slots=True)
class Seen:
    """The ids of all versions from the first to one.

    Attributes:
        runs: In order of version, without gaps.
    """

    runs: tuple[Run, ...]

    @property
    def size(self) -> int:
        """How many ids there are."""
        return sum(run.keys.size for run in self.runs)

    def has(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Return which ids are known. Shape (n,). Fast when the keys are sorted."""
        mask = np.zeros(keys.size, dtype=np.bool_)
        for run in self.runs:
            mask |= keys.within(run.keys)
        return mask


def write_keys(path: Path, keys: Keys) -> None:
    """Write sorted hashes so that a reader finds all of the file or none of it."""
    body = keys.high.astype("<u8").tobytes() + keys.low.astype("<u8").tobytes()
    head = MAGIC + keys.size.to_bytes(8, "little") + crc32(body).to_bytes(8, "little")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        temporary.write_bytes(head.ljust(HEAD_BYTES, b"\0") + body)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read_keys(path: Path) -> Keys:
    """Return the hashes of a file, mapped into memory.

    Raises:
        DamagedError: The file is not whole.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    count = int.from_bytes(head[8:16], "little")
    if head[:8] != MAGIC or path.stat().st_size != HEAD_BYTES + 16 * count:
        raise DamagedError(f"The file {path.name} of known event ids is damaged.", "Run: farled doctor.")
    if not count:
        return NO_KEYS
    words = np.memmap(path, dtype="<u8", mode="r", offset=HEAD_BYTES)
    if crc32(words.data).to_bytes(8, "little") != head[16:24]:
        raise DamagedError(f"The file {path.name} of known event ids is damaged.", "Run: farled doctor.")
    return Keys(words[:count], words[count:])


def stored_runs(folder: Path) -> tuple[Run, ...]:
    """Return the runs that can be read, in order of version. Damaged ones and those of another process are left out."""
    runs = []
    for path in sorted(folder.glob("*.run")):
        first, _, last = path.stem.partition("-")
        try:
            runs.append(Run(int(first), int(last), read_keys(path)))
        except (DamagedError, FileNotFoundError, ValueError):
            continue
    return tuple(runs)


def covering(runs: Iterable[Run], version: int) -> tuple[tuple[Run, ...], tuple[tuple[int, int], ...]]:
    """Return the runs that together cover the versions up to one, and the gaps (first, last) that they leave.

    A run that reaches beyond the version belongs to another history of the table, such as before a restore: unused.
    """
    usable = [run for run in runs if run.last <= version]
    chosen: list[Run] = []
    gaps = []
    at = 0
    while at <= version:
        here = [run for run in usable if run.first == at]
        if here:
            chosen.append(max(here, key=lambda run: run.last))
            at = chosen[-1].last + 1
        else:
            after = min((run.first for run in usable if run.first > at), default=version + 1)
            gaps.append((at, after - 1))
            at = after
    return tuple(chosen), tuple(gaps)


def complete(
    folder: Path,
    runs: Sequence[Run],
    version: int,
    added: Callable[[int, int], Keys | None],
    everything: Callable[[], Keys],
) -> Seen:
    """Return what is seen up to a version; what no run covers is read from the table and written.

    Args:
        folder: Of the runs.
        runs: As listed before the version was read, so that none of them may lie beyond it.
        version: Of the table.
        added: The ids that versions first to last added, or ``None`` when that cannot be said any more.
        everything: All ids of the table at that version.
    """
    chosen, gaps = covering(runs, version)
    filled = []
    for first, last in gaps:
        keys = added(first, last)
        if keys is None:
            whole = Run(0, version, everything().sorted())
            write_keys(folder / whole.file_name, whole.keys)
            return Seen((whole,))
        filled.append(Run(first, last, keys.sorted()))
    for run in filled:
        write_keys(folder / run.file_name, run.keys)
    return Seen(tuple(sorted((*chosen, *filled), key=lambda run: run.first)))


def tidy(folder: Path, seen: Seen) -> Seen:
    """Merge neighbours until each run is at least twice as long as the next; drop files that others cover."""
    runs = list(seen.runs)
    while len(runs) > 1 and runs[-2].keys.size < MERGE_BELOW * max(runs[-1].keys.size, 1):
        one, two = runs[-2:]
        merged = Run(one.first, two.last, joined([one.keys, two.keys]).sorted())
        write_keys(folder / merged.file_name, merged.keys)
        runs[-2:] = [merged]
    kept = {run.file_name for run in runs}
    last = runs[-1].last if runs else -1
    for path in folder.glob("*.run"):
        covered = path.stem.partition("-")[2]
        if path.name not in kept and covered.isdigit() and int(covered) <= last:
            path.unlink(missing_ok=True)
    return Seen(tuple(runs))
