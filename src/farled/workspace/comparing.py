"""Versions of the maps of a workspace: compared, listed, saved, and the last good one where a file is broken."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from farled.errors import FarledError, InputError, NotFoundError

if TYPE_CHECKING:  # a question must not pay for them
    from farled.figures.table import Table
    from farled.maps.audit.evidence import History
    from farled.maps.diff.change import Diff
    from farled.maps.diff.history import Entry
    from farled.maps.diff.sentences import Versions
    from farled.maps.model import MapFile
    from farled.workspace.asking import Workspace

_FILE: Final = re.compile(r"(?P<file>.+\.ya?ml)(?:@(?P<revision>.+))?")
Snapshot = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two versions of a map.

    Attributes:
        names: What the two were called when they were asked for.
        versions: Both maps, with what the catalogue adds.
        diff: By id.
    """

    names: tuple[str, str]
    versions: "Versions"
    diff: "Diff"

    def sentences(self, language: str) -> list[str]:
        """Return one sentence per change; names stand between asterisks."""
        from farled.maps.diff.sentences import sentences

        return sentences(self.diff, self.versions, language)

    def offers(self, language: str) -> list[str]:
        """Return one question per removed and added object that may be the same."""
        from farled.maps.diff.sentences import offers

        return offers(self.diff, self.versions, language)

    def to_dict(self, language: str) -> dict[str, Any]:
        """Return JSON-ready values: the changes with their sentences."""
        told = zip(self.diff.changes, self.sentences(language), strict=True)
        return {
            "before": {"name": self.names[0], "map": self.versions.before.map.id, "hash": self.versions.before.hash},
            "after": {"name": self.names[1], "map": self.versions.after.map.id, "hash": self.versions.after.hash},
            "changes": [{**change.to_dict(), "sentence": sentence} for change, sentence in told],
            "renames": [rename.to_dict() for rename in self.diff.renames],
        }


@dataclass(frozen=True, slots=True)
class Translation:
    """How far a map is translated into a language.

    Attributes:
        path: Of the file of translations.
        texts: How many texts the map has.
        missing: Base text by key, where there is no translation.
        stale: Base text by key, where it has changed since it was translated.
        unused: Keys of translations whose text the map has no more.
        confirmed: Keys that were tied to the new base text.
    """

    path: Path
    texts: int
    missing: Mapping[str, str]
    stale: Mapping[str, str]
    unused: tuple[str, ...]
    confirmed: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "file": str(self.path),
            "texts": self.texts,
            "missing": dict(self.missing),
            "stale": dict(self.stale),
            "unused": list(self.unused),
            "confirmed": list(self.confirmed),
        }


class Comparing:
    """The part of a workspace that knows versions of maps."""

    def diff(self, before: str, after: str | None = None) -> Compared:
        """Return what differs between two versions of a map.

        Args:
            before: Id of a map, path of a map file, or either with ``@`` and a revision of git or a kept version:
                ``purchase@HEAD~1``.
            after: As ``before``. Default: with a plan of another map as ``before``, that map against its plan; else the
                last saved version against the file as it is.

        Raises:
            NotFoundError: There is no such map, revision or git.
            InputError: One of the two is no map.
        """
        from farled.maps.diff.compare import diff
        from farled.maps.diff.sentences import Versions
        from farled.maps.load import merged, own_map

        first, second = (before, after) if after is not None else self._usual(before)
        old, new = (own_map(self.map_text(name), name) for name in (first, second))
        whole = [merged(own, self._whole.catalog) for own in (old, new)]
        measured = self._measured_alike(whole[0], whole[1])
        return Compared((first, second), Versions(whole[0], whole[1], *measured), diff(old, new))

    def map_text(self, name: str) -> str:
        """Return the text of a map's file, or of an earlier version of it: see `diff`."""
        from farled.maps.diff.versions import text_at
        from farled.maps.load import text_of

        told = _FILE.fullmatch(name)
        id_, _, revision = (name if told is None else "").partition("@")
        if told is not None:
            path, revision = Path(told["file"]), told["revision"] or ""
        else:
            path = self._path_of(id_, bool(revision))
        return text_at(path, revision) if revision else text_of(path)

    def _path_of(self, id_: str, was_there: bool) -> Path:
        whole = self._whole
        if was_there and whole.folder is not None and id_ not in whole.maps():
            return whole.folder.maps / f"{id_}.yaml"  # a map that is gone may still have versions
        return whole.map_path(id_)

    def _usual(self, name: str) -> tuple[str, str]:
        from farled.maps.diff.versions import versions
        from farled.maps.load import own_map

        read = own_map(self.map_text(name), name)
        if read.map.state == "to_be" and read.map.base is not None and "@" not in name:
            return read.map.base, name
        id_, _, revision = name.partition("@")
        if revision:
            return name, id_
        saved = [version for version in versions(self._whole.map_path(name)) if version.name]
        earlier = [version for version in saved if version.text != self.map_text(name)]
        if not earlier:
            raise NotFoundError(f"No earlier version of {name!r} is kept.", "Name two versions, or two files.")
        return f"{name}@{earlier[-1].name}", name

    def measured_diff(
        self,
        map_id: str,
        against: str,
        language: str = "en",
        **whom: Any,
    ) -> tuple[list[dict[str, Any]], "Table"]:
        """Return what was measured differently on a map in two periods, or of two personas or segments.

        Args:
            map_id: As for `measure`.
            against: What is compared with: a period, ``persona=ID``, ``segment=ID``, or the file of a snapshot.
            language: Of the table.
            whom: ``period``, ``persona``, ``segment`` as for `measure`.

        Returns:
            Each number with both values, their difference, its p-value, and whether it is beyond chance; and a table.
        """
        from farled.maps.diff.measured import differences, differences_table
        from farled.workspace.showing import Measured, other_snapshot

        whole = self._whole
        asked = {key: value for key, value in whom.items() if value is not None}
        now = whole.measure(map_id, **asked)
        then = other_snapshot(whole, Measured(map_id, asked, language), against)
        found = differences(then, now)
        names = _named(then, language), _named(now, language)
        if names[0] == names[1]:
            names = f"{names[0]} (1)", f"{names[1]} (2)"
        table = differences_table(whole.map(map_id, language), found, names, language)
        return [each.to_dict() for each in found], table

    def history(self, map_id: str) -> "list[Entry]":
        """Return the change log of a map, oldest first: what each saved version changed, when and by whom.

        Versions are the commits of git where the folder of the maps is a repository, and the copies kept when a map was
        saved in the program.
        """
        from farled.maps.diff.history import history
        from farled.maps.diff.versions import versions

        return history(versions(self._whole.map_path(map_id)))

    def known_versions(self, map_id: str) -> "History | None":
        """Return the change log of a map as the audit reads it; None where no earlier version is kept."""
        from farled.maps.diff.history import known_history

        path = self._whole.map_path(map_id)
        state = path.stat().st_mtime_ns if path.exists() else None
        kept = self._logs.get(path)
        if kept is None or kept[0] != state:
            kept = state, known_history(self.history(map_id))
            self._logs[path] = kept
        return kept[1]

    @cached_property
    def _logs(self) -> "dict[Path, tuple[int | None, History | None]]":
        return {}

    def save_map(self, map_id: str, text: str, read_hash: str, by: str = "") -> str:
        """Save a map whose text was changed, and keep a copy of this version.

        Args:
            map_id: Of a map of the workspace, or the path of a map file.
            text: Of the whole file.
            read_hash: Of the text that was read: see `farled.maps.edit.hash_of_text`.
            by: Who saves it.

        Returns:
            The hash of the text as it stands now.

        Raises:
            ChangedMeanwhileError: Somebody else saved it meanwhile; what differs is in the error.
            InputError: The text is no map. The file stays as it is.
        """
        from farled.maps.diff.versions import keep_version, versions
        from farled.maps.edit.saving import save
        from farled.maps.load import RelatedMaps, text_of

        whole = self._whole
        path = whole.map_path(map_id)
        there = text_of(path)
        related = RelatedMaps(whole.folder.maps) if whole.folder else None
        saved = save(path, text, read_hash, whole.catalog, related)
        if text != there:
            if all(version.text != there or not version.name for version in versions(path)):
                keep_version(path, there)
            keep_version(path, text, by)
        return saved

    def translate_map(self, map_id: str, language: str, keys: Collection[str] = ()) -> "Translation":
        """Bring the file of a map's translations up to date: missing keys stand in it as comments with the base text.

        Nothing is translated by the program.

        Args:
            map_id: Of a map of the workspace, or the path of a map file.
            language: Into which: sv, nb, da or en.
            keys: Stale translations that still hold, or ``all``: they are tied to the new base text.

        Raises:
            InputError: That is the language of the map itself.
            NotFoundError: A key is not stale.
        """
        from farled.maps.sidecar import confirm, write_missing
        from farled.maps.translate import load_sidecar, texts, translated

        base, path = self._whole.map(map_id), self._whole.map_path(map_id)
        if language == base.map.language:
            raise InputError(f"The map {map_id!r} is written in {language!r}.", "Name another language.")
        sidecar = path.parent / "i18n" / f"{path.stem}.{language}.yaml"
        confirmed = confirm(base, sidecar, keys) if keys and sidecar.exists() else ()
        write_missing(base, sidecar, language)
        found = translated(base, load_sidecar(sidecar))
        every = texts(base)
        return Translation(
            sidecar,
            len(every),
            {key: every[key] for key in found.missing},
            {key: every[key] for key in found.stale},
            found.unused,
            confirmed,
        )

    keeps_last_good: bool = False
    """Whether a map whose file is broken is shown as it last was; what is wrong is then in `map_fault`."""

    def map_fault(self, map_id: str) -> InputError | None:
        """Return what is wrong with the file of a map that is shown as it last was; None where it is in order."""
        return self._faults.get(self._whole.map_path(map_id))

    def _map_or_last(self, path: Path, load: "Callable[[], MapFile]", last: "MapFile | None") -> "MapFile":
        """Return a map as its file is, or where that is broken and the last good one is to be kept, that one."""
        try:
            found = load()
        except InputError as fault:
            good = (last or self._last_saved(path)) if self.keeps_last_good else None
            if good is None:
                raise
            self._faults[path] = fault
            return good
        self._faults.pop(path, None)
        return found

    def _last_saved(self, path: Path) -> "MapFile | None":
        from farled.maps.diff.history import last_good
        from farled.maps.load import loads

        try:
            entry = last_good(path)
            return loads(entry.version.text, str(path), self._whole.catalog) if entry is not None else None
        except FarledError:
            return None

    @cached_property
    def _faults(self) -> dict[Path, InputError]:
        return {}

    def _measured_alike(self, before: "MapFile", after: "MapFile") -> tuple[Snapshot | None, Snapshot | None]:
        """Return the snapshots that are kept of both versions for the latest period that both have."""
        folder = self._whole.folder
        found: list[dict[tuple[str, ...], Snapshot]] = [{}, {}]
        for side, map_ in enumerate((before, after)):
            kept = folder.measured / map_.map.id if folder else None
            for path in sorted(kept.glob("*.json")) if kept is not None and kept.is_dir() else ():
                snapshot = _snapshot(path)
                everybody = not snapshot.get("segment") and not snapshot.get("persona")
                if everybody and snapshot.get("map_hash") == map_.hash:
                    found[side][tuple(snapshot.get("period", ()))] = snapshot
        both = sorted(found[0].keys() & found[1].keys())
        return (found[0][both[-1]], found[1][both[-1]]) if both else (None, None)

    @property
    def _whole(self) -> "Workspace":
        return cast("Workspace", self)


def alone() -> "Workspace":
    """Return a workspace without folder and events: for map files that lie anywhere."""
    import numpy as np

    from farled.journeys.build import build
    from farled.workspace.asking import Loaded, Workspace

    return Workspace(lambda: Loaded(build([], np.empty(0, dtype=np.int64), []), None))


def _snapshot(path: Path) -> Snapshot:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _named(snapshot: Snapshot, language: str) -> str:
    """Return what a snapshot is of: its persona or segment, and its period."""
    from datetime import date

    from farled.locale import period

    start, end = (date.fromisoformat(text[:10]) for text in snapshot["period"])
    whom = snapshot.get("persona") or snapshot.get("segment")
    when = period(start, end, language)
    return f"{whom}, {when}" if whom else when
