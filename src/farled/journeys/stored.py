"""The index of a workspace on disk: opened in milliseconds, brought up to date bucket by bucket, safe to delete."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from farled.errors import DamagedError, NotFoundError
from farled.journeys.bucket import CODED, NUMBERS, StoredBucket
from farled.journeys.coding import texts
from farled.journeys.files import HINT, checksum
from farled.journeys.index import AnyColumn, Identified, Journeys, Part
from farled.journeys.joined import joined
from farled.journeys.manifest import LOCK, NAME, Bucket, Manifest, read_manifest, write_manifest, writing
from farled.journeys.source import Source
from farled.journeys.threads import cores

if TYPE_CHECKING:  # who opens an index that is there already must not wait for Numba
    from farled.journeys.bucket_build import Job, Made, Task

Progress = Callable[[int, int], None]
Makers = Callable[[Sequence["Job"], Progress], list["Made"]]
ATTEMPTS = 10
SAID_KEPT = 4


class IndexStore:
    """The folder ``index`` of a workspace.

    Args:
        folder: Need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._said = lru_cache(SAID_KEPT)(_identified)  # may be much: not of all buckets at once

    def open(self, source: Source | None = None) -> Journeys:
        """Return the journeys as they are stored; they stay readable when the index is replaced or deleted.

        Args:
            source: Where further properties come from when a question names one.

        Raises:
            NotFoundError: There is no index yet.
            DamagedError: It is damaged; ``refresh`` repairs it.
        """
        manifest, buckets = self._opened()
        return self._journeys(manifest, buckets, source)

    def is_fresh(self, source: Source) -> bool:
        """Return whether ``refresh`` would have nothing to do."""
        return _is_fresh(*self._usable(), source)

    def manifest(self) -> Manifest:
        """Return the list of what the index consists of.

        Raises:
            NotFoundError: There is no index yet.
            DamagedError: It is damaged.
        """
        try:
            return read_manifest(self.folder)
        except FileNotFoundError as error:
            raise NotFoundError(f"There is no index in {self.folder}.", "Build it first.") from error

    def part(self, number: int, entry: Bucket, source: Source | None = None) -> Part:
        """Return one bucket as a manifest has it.

        Raises:
            FileNotFoundError: A newer index has replaced it, or it does not lie here.
        """
        return self._part(number, StoredBucket(self.folder, entry), source)

    def refresh(
        self, source: Source, progress: Progress | None = None, *, wait: bool = True, makers: Makers | None = None
    ) -> Journeys:
        """Bring the index up to date and return the journeys.

        Buckets without a change stay; to those with new files these are added; the others, and damaged ones, are
        made again. Whenever this is interrupted, the old index stays.

        Args:
            source: The events.
            progress: Called with the buckets done and to do.
            wait: For another process that is just doing so; else take the index as it is, if there is one.
            makers: Makes the buckets; default: threads of this process.
        """
        manifest, stored = self._usable()
        if _is_fresh(manifest, stored, source):
            self._remember(source.state())
            return self._journeys(manifest, stored, source)
        with writing(self.folder, wait=wait) as alone:
            if not alone:
                with suppress(NotFoundError, DamagedError):
                    return self.open(source)
                return self.refresh(source, progress, makers=makers)
            self._update(source, progress or (lambda _done, _total: None), makers or _in_threads)
            return self.open(source)

    def damaged(self) -> list[int]:
        """Read every byte and return the buckets that are not as they were written; ``forget`` them to repair.

        Raises:
            NotFoundError: There is no index yet.
        """
        return [number for number, bucket in self.manifest().buckets.items() if not self._is_sound(bucket)]

    def forget(self, numbers: Iterable[int]) -> None:
        """Take buckets out of the index; the next ``refresh`` makes them again."""
        with writing(self.folder):
            manifest, forgotten = self.manifest(), set(numbers)
            kept = {number: bucket for number, bucket in manifest.buckets.items() if number not in forgotten}
            current = replace(manifest, generation=manifest.generation + 1, buckets=kept, state="")
            write_manifest(self.folder, current)

    def _is_sound(self, bucket: Bucket) -> bool:
        try:
            return all(checksum(self.folder / file.name) == file.checksum for file in bucket.all_files())
        except OSError:
            return False

    def _opened(self) -> tuple[Manifest, dict[int, StoredBucket]]:
        """Map the files of one manifest; read it again if a writer replaced them meanwhile."""
        for _ in range(ATTEMPTS):
            manifest = self.manifest()
            try:
                return manifest, {at: StoredBucket(self.folder, it) for at, it in sorted(manifest.buckets.items())}
            except FileNotFoundError as error:
                missing = error
                if self.manifest() == manifest:
                    break
        raise DamagedError(f"The index misses a file: {missing}.", HINT) from missing

    def _usable(self) -> tuple[Manifest, dict[int, StoredBucket]]:
        """Return what can be read of the index; nothing if there is none."""
        try:
            manifest = self.manifest()
        except (NotFoundError, DamagedError):
            return Manifest(_last_generation(self.folder)), {}
        stored = {}
        for number, bucket in sorted(manifest.buckets.items()):
            with suppress(FileNotFoundError, DamagedError):
                stored[number] = StoredBucket(self.folder, bucket)
        return manifest, stored

    def _remember(self, state: str) -> None:
        """Note that the index holds all of this state of the source, so that the next reader need not look."""
        manifest = self.manifest()
        if not state or manifest.state == state:
            return
        with suppress(OSError), writing(self.folder, wait=False) as alone:  # a folder that may only be read will do
            if alone and self.manifest() == manifest:
                write_manifest(self.folder, replace(manifest, state=state))

    def _update(self, source: Source, progress: Progress, makers: Makers) -> None:
        state = source.state()  # before anything is read
        manifest, stored = self._usable()
        if _is_fresh(manifest, stored, source):  # another writer was waited for
            return
        from farled.journeys.bucket_build import Job, renamed
        from farled.journeys.derived import Derived

        tasks = _tasks(manifest, stored, source)
        stays = set(source.buckets()).difference(task.number for task in tasks)
        kept = {number: bucket for number, bucket in stored.items() if number in stays}
        progress(0, len(tasks))
        bases = [stored[task.number].entry if len(task.new) < len(task.sources) else None for task in tasks]
        jobs = [Job(self.folder, task, source, base, manifest.names) for task, base in zip(tasks, bases, strict=True)]
        made = makers(jobs, progress)
        is_less = None in bases  # what is made anew may have lost the last event of a name
        known = _in_use(manifest.names, kept.values(), made) if is_less else manifest.names
        names = _vocabulary(known if kept else (), made)
        codes = {name: code for code, name in enumerate(names)}
        buckets = {number: bucket.entry for number, bucket in kept.items()}
        if known != manifest.names:
            of = f"{manifest.generation + 1}.name.arrow"
            for number, bucket in kept.items():
                buckets[number] = renamed(self.folder, f"{number:03}.{of}", bucket, manifest.names, codes)
        buckets |= {bucket.task.number: bucket.finish(self.folder, codes) for bucket in made}
        current = Manifest(manifest.generation + 1, names, dict(sorted(buckets.items())), state)
        write_manifest(self.folder, current)
        self._sweep(current)
        Derived(self.folder).sweep({number: bucket.generation for number, bucket in current.buckets.items()})

    def _sweep(self, manifest: Manifest) -> None:
        """Delete what the manifest does not name: old generations, and what a killed writer left."""
        named = {file.name for bucket in manifest.buckets.values() for file in bucket.all_files()}
        for path in self.folder.iterdir():
            if path.is_file() and path.name not in named and path.name not in {NAME, LOCK}:
                path.unlink(missing_ok=True)

    def _journeys(self, manifest: Manifest, buckets: Mapping[int, StoredBucket], source: Source | None) -> Journeys:
        parts = [self._part(number, bucket, source) for number, bucket in buckets.items()]
        return Journeys(joined(parts), manifest.names)

    def _part(self, number: int, bucket: StoredBucket, source: Source | None) -> Part:
        def load(name: str) -> AnyColumn:
            if name in (*CODED, *NUMBERS):
                return bucket.column(name)
            from farled.journeys.derived import Derived

            return Derived(self.folder).column(number, bucket, name, source)

        return Part(
            bucket.offsets,
            bucket.time,
            bucket.name,
            load=load,
            ids=lambda positions: texts(bucket.customer, positions),
            event_ids=lambda positions: list(map(str, bucket.event_ids(positions).to_pylist())),
            identified=lambda: self._said(bucket),
            span=bucket.entry.span,
        )


def _is_fresh(manifest: Manifest, stored: Mapping[int, StoredBucket], source: Source) -> bool:
    if manifest.state and manifest.state == source.state():
        return stored.keys() == manifest.buckets.keys()
    return stored.keys() == set(source.buckets()) and not _tasks(manifest, stored, source)


def _tasks(manifest: Manifest, stored: Mapping[int, StoredBucket], source: Source) -> list["Task"]:
    """Return the buckets to make, each with the files that have to be read."""
    from farled.journeys.bucket_build import Task

    tasks = []
    for number in source.buckets():
        files, version = tuple(source.files(number)), source.version(number)
        entry = stored[number].entry if number in stored else None
        known = set(entry.sources) if entry and entry.version == version else None
        if known == set(files):
            continue
        appends = known is not None and known <= set(files)
        new = tuple(file for file in files if file not in known) if known and appends else files
        tasks.append(Task(number, files, new, version, manifest.generation + 1))
    return tasks


def _in_threads(jobs: Sequence["Job"], progress: Progress) -> list["Made"]:
    """Make buckets; if one fails, begin no more of them."""
    from farled.journeys.bucket_build import make

    with ThreadPoolExecutor(cores()) as pool:
        begun = [pool.submit(make, job) for job in jobs]
        try:
            for done, job in enumerate(as_completed(begun), start=1):
                job.result()
                progress(done, len(begun))
            return [job.result() for job in begun]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _identified(bucket: StoredBucket) -> Identified:
    from farled.journeys.identified import identified

    return identified(bucket)


def _in_use(names: tuple[str, ...], kept: Iterable[StoredBucket], made: Iterable["Made"]) -> tuple[str, ...]:
    """Return those of the names that an event has."""
    used = {name for bucket in made for name in bucket.names}
    for bucket in kept:
        used.update(names[code] for code in np.flatnonzero(np.bincount(bucket.name, minlength=1)).tolist())
    return tuple(name for name in names if name in used)


def _vocabulary(known: tuple[str, ...], made: Iterable["Made"]) -> tuple[str, ...]:
    """Return the names of the index: the known ones with their codes, then the new ones sorted."""
    new = {name for bucket in made for name in bucket.names}.difference(known)
    return (*known, *sorted(new))


def _last_generation(folder: Path) -> int:
    """Return the highest generation in the names of files, for an index without a manifest."""
    if not folder.is_dir():
        return 0
    parts = [path.name.split(".") for path in folder.iterdir()]
    return max((int(part[1]) for part in parts if len(part) == 4 and part[1].isdigit()), default=0)
