"""A workspace: opens the store, keeps the index fresh, and wires journeys, questions and maps together."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from farled.engine.base import Question
from farled.engine.local import View, ask, customers_behind
from farled.errors import InputError, NotFoundError
from farled.events.customers import first_identifier
from farled.events.doctor import Check, doctor
from farled.events.folder import Folder, Settings, find, init, load
from farled.events.ingest import MAX_REJECTED, ingest
from farled.events.prepare import Arrival
from farled.events.report import Report
from farled.events.snapshot import Snapshot
from farled.events.source import EventSource
from farled.events.store import EventStore
from farled.events.undo import reports, undo
from farled.journeys.build import build
from farled.journeys.conditions import All, Behind, Condition, Either, Members, Not, parse
from farled.journeys.index import Journeys
from farled.journeys.stored import IndexStore
from farled.maps.asking import view_of
from farled.maps.load import load as load_map
from farled.maps.load import load_catalog
from farled.maps.model import Catalog, MapFile
from farled.questions.forms import from_plain
from farled.sources.files import Columns, Options, Reading
from farled.sources.files import read as read_files
from farled.spans import Period, instant, period

AnyQuestion = Question[Any, Any]
AnyAnswer = Any
Where = str | Mapping[str, Any] | Condition | None
Progress = Callable[[int, int], None]
Files = str | PathLike[str] | Sequence[str | PathLike[str]]


class Workspace:
    """Journeys that can be asked, and the maps drawn over them.

    Made by `open` (a folder) or `read` (files or tables in memory).

    Args:
        journeys: Gives the journeys; called once, when they are first needed.
        folder: Of the workspace; None in memory.
        reading: What was read into memory; None for a folder.
    """

    def __init__(
        self, journeys: Callable[[], Journeys], folder: Folder | None = None, reading: Reading | None = None
    ) -> None:
        self._load = journeys
        self.folder = folder
        self._reading = reading

    @cached_property
    def journeys(self) -> Journeys:
        """The journey index."""
        return self._load()

    @property
    def name(self) -> str:
        """What people call the workspace."""
        return self.folder.settings.name if self.folder else ""

    @property
    def zone(self) -> str:
        """Where days begin and end."""
        return self.folder.settings.time_zone if self.folder else "UTC"

    @property
    def language(self) -> str:
        """Of pictures and reports."""
        return self.folder.settings.language if self.folder else "en"

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return self.journeys.customers

    @property
    def events(self) -> int:
        """How many events there are."""
        return self.journeys.events

    @property
    def names(self) -> tuple[str, ...]:
        """The event names, in the order of the alphabet."""
        return tuple(sorted(self.journeys.names))

    @property
    def start(self) -> int | None:
        """Time of the first event, microseconds since 1970 UTC."""
        return self.journeys.start

    @property
    def end(self) -> int | None:
        """Time of the last event, microseconds since 1970 UTC."""
        return self.journeys.end

    @property
    def report(self) -> tuple[str, ...]:
        """What had to be guessed when reading, one sentence each."""
        return tuple(map(str, self._reading.report)) if self._reading else ()

    @property
    def rejected(self) -> Any:
        """The rows that did not become events, as an Arrow table: file, line, column, value, reason."""
        if self._reading is None:
            raise InputError("A workspace folder keeps the rejected rows of each import.", "See imports/*/rejects.csv.")
        return self._reading.rejected

    # Questions

    def ask(
        self,
        question: AnyQuestion | Mapping[str, Any],
        where: Where = None,
        during: str | None = None,
        map: str | MapFile | None = None,  # noqa: A002  the field's word
        unit: str = "customer",
    ) -> AnyAnswer:
        """Return the answer to a question.

        Args:
            question: Such as ``Funnel(["visit", "order"])``, or its plain form with ``where``, ``during`` and ``map``.
            where: A segment: id or rule.
            during: A period: only its events count.
            map: A map: events are its touchpoints, and journeys end as on it.
            unit: Whose journeys; only ``customer`` so far.

        Raises:
            NotFoundError: An event, segment or map is not known; the nearest names are in the hint.
            InputError: The question, the rule or the period cannot be read, or nobody is left.
        """
        question, beside = _split(question, {"where": where, "during": during, "map": map, "unit": unit})
        by = getattr(question, "by", None)
        groups = self._segments_of(by, beside["map"])
        if groups is None:
            return ask(self.journeys, question, self._view(**beside))
        answer = ask(self.journeys, replace(question, by=None), self._view(**beside))
        parts = {
            name: ask(self.journeys, replace(question, by=None), self._view(**beside, also=rule))
            for name, rule in groups.items()
        }
        return question.regrouped(answer, parts)  # type: ignore[attr-defined]  only questions with ``by`` come here

    def customers_behind(
        self, question: AnyQuestion | Mapping[str, Any], part: str, **beside: Any
    ) -> list[str]:
        """Return the ids of the customers behind a number of an answer.

        Args:
            question: As for `ask`.
            part: A JSON pointer into the answer's ``to_dict()``, lists from 0, such as ``/steps/2/dropped``.
            beside: ``where``, ``during``, ``map`` as for `ask`.

        Raises:
            NotFoundError: There is no such number, or no customers stand behind it.
        """
        question, beside = _split(question, {"where": None, "during": None, "map": None, "unit": "customer", **beside})
        return customers_behind(self.journeys, question, part, self._view(**beside))

    def period(self, text: str) -> Period:
        """Read a period in the time zone of the workspace."""
        return period(text, self.zone, None if self.end is None else self.end + 1)

    def _view(
        self,
        where: Where,
        during: str | None,
        map: str | MapFile | None,  # noqa: A002  as above
        unit: str,
        also: Condition | None = None,
    ) -> View | None:
        if unit != "customer":
            raise InputError(f"unit is {unit!r}, but journeys are of customers.", "Leave unit out.")
        drawn = self.map(map) if isinstance(map, str) else map
        conditions = tuple(rule for rule in (self.condition(where, drawn), also) if rule is not None)
        rule = All(conditions) if len(conditions) > 1 else conditions[0] if conditions else None
        return view_of(self.journeys, rule, None if during is None else self.period(during), drawn)

    def _segments_of(self, by: Any, map_: str | MapFile | None) -> dict[str, Condition] | None:
        """Return the segments that ``by`` names; None when it names a property."""
        if isinstance(by, tuple | list):
            return {name: self._rule(name, self.map(map_) if isinstance(map_, str) else map_) for name in by}
        if by != "persona":
            return None
        if map_ is None:
            raise InputError("Personas belong to a map.", "Add map=ID, or by=SEGMENT,SEGMENT.")
        drawn = self.map(map_) if isinstance(map_, str) else map_
        return {persona.id: persona.segment for persona in drawn.personas if persona.segment is not None}

    # Segments

    def condition(self, where: Where, map_: MapFile | None = None) -> Condition | None:
        """Return the rule of a segment, given its id, its rule or the rule as JSON text."""
        if where is None or where == "":
            return None
        if isinstance(where, str) and not where.lstrip().startswith("{"):
            return self._resolved(self._rule(where, map_))
        if isinstance(where, str):
            try:
                where = json.loads(where)
            except ValueError as error:
                raise InputError(f"The segment {where!r} is not JSON.", "Write {…} or the id of a segment.") from error
        return self._resolved(parse(where, "customer", "where") if isinstance(where, Mapping) else where)

    def segments(self, map_: MapFile | None = None) -> dict[str, Condition]:
        """Return the segments by id: those of the catalogue, and the personas of a map."""
        found = {id_: segment.rule for id_, segment in self.catalog.segments.items()} if self.catalog else {}
        personas = [*(self.catalog.personas if self.catalog else ()), *(map_.personas if map_ else ())]
        return found | {persona.id: persona.segment for persona in personas if persona.segment is not None}

    def _rule(self, name: str, map_: MapFile | None) -> Condition:
        known = self.segments(map_)
        if name not in known:
            raise NotFoundError.named("segment", name, known)
        return known[name]

    def _resolved(self, rule: Condition) -> Condition:
        """Replace each ``behind`` by the customers who stand there."""
        match rule:
            case All(parts):
                return All(tuple(map(self._resolved, parts)))
            case Either(parts):
                return Either(tuple(map(self._resolved, parts)))
            case Not(part):
                return Not(self._resolved(part))
            case Behind(question, part):
                return Members(frozenset(self.customers_behind(json.loads(question), part)))
        return rule

    # Maps

    @cached_property
    def catalog(self) -> Catalog | None:
        """What the maps share, if there is a catalogue."""
        path = self.folder.catalog if self.folder else None
        return load_catalog(path) if path and path.is_file() else None

    def maps(self) -> tuple[str, ...]:
        """Return the ids of the maps."""
        return tuple(sorted(path.stem for path in self.folder.maps.glob("*.yaml"))) if self.folder else ()

    def map(self, id: str) -> MapFile:  # noqa: A002  the field's word
        """Return a map.

        Args:
            id: Of a map of the workspace, or the path of a map file.

        Raises:
            NotFoundError: There is none; the nearest ids are in the hint.
            InputError: The file is no map: each error with file, line, place, value and what to do.
        """
        return load_map(self.map_path(id), self.catalog, self.maps() if self.folder else None)

    def map_path(self, id: str) -> Path:  # noqa: A002  as above
        """Return the file of a map, given its id or the path itself."""
        if id.endswith((".yaml", ".yml")):
            return Path(id)
        known = self.maps()
        if id not in known or self.folder is None:
            raise NotFoundError.named("map", id, known)
        return self.folder.maps / f"{id}.yaml"


@dataclass(frozen=True, slots=True)
class Status:
    """What a workspace holds.

    Attributes:
        path: Of the folder.
        name: Of the workspace.
        customers, events: Counts.
        start, end: Of the data, microseconds UTC; None without events.
        names: Event names.
        maps: Ids.
        imports: Reports, oldest first.
    """

    path: Path
    name: str
    customers: int
    events: int
    start: int | None
    end: int | None
    names: int
    maps: tuple[str, ...]
    imports: tuple[Report, ...]


def open(folder: str | PathLike[str] | None = None, progress: Progress | None = None) -> Workspace:  # noqa: A001
    """Open a workspace folder; its journeys are brought up to date when they are first asked for.

    Args:
        folder: Of the workspace; default: ``FARLED_WORKSPACE``, else the nearest folder upwards.
        progress: Called with buckets done and to do while the index is built.

    Raises:
        NotFoundError: There is no workspace there.
    """
    opened = load(Path(folder) if folder is not None else find())

    def journeys() -> Journeys:
        store = EventStore(opened.events, opened.settings.buckets)
        return store.read(lambda snapshot: IndexStore(opened.index).refresh(_source(snapshot), progress))

    return Workspace(journeys, opened)


def read(
    source: Any,
    *,
    time_zone: str | None = None,
    time_format: str | Sequence[str] | None = None,
    decimal: str | None = None,
    **columns: Any,
) -> Workspace:
    """Read events into memory.

    Args:
        source: A path, a glob, a list of paths (CSV, TSV, JSON lines, Parquet; ``.gz``, ``.zst``), or anything with
            ``__arrow_c_stream__``.
        time_zone: Of times that name none; default UTC, and the report says so.
        time_format: Where times can be read in two ways.
        decimal: ``"."`` or ``","``, where numbers can be read in two ways.
        columns: ``customer``, ``time``, ``name``, ``channel``, ``value``, ``currency``, ``score``, ``scale``, ``text``,
            ``account``, ``event_id``: which column is what; what is not said is guessed. ``properties``: which further
            columns to keep, default all.

    Raises:
        NotFoundError: A file or a column does not exist.
        InputError: A file cannot be read, or can be read in two ways; the hint says how to decide.

    Example:
        >>> import pyarrow as pa
        >>> import farled
        >>> shop = farled.read(pa.table({"user": ["a", "a"], "ts": [0, 60], "event": ["visit", "order"]}))
        >>> shop.customers, shop.events, shop.names
        (1, 2, ('order', 'visit'))
    """
    known = Columns.__dataclass_fields__
    for name in columns:
        if name not in known:
            raise NotFoundError.named("role of a column", name, known)
    options = Options(time_zone=time_zone, time_format=time_format, decimal=decimal)
    reading = read_files(source, Columns(**columns), options)
    journeys = build(
        reading.customer, reading.time, reading.name, event_id=reading.event_id, load=lambda name: _column(reading, name)
    )
    return Workspace(lambda: journeys, reading=reading)


def create(path: str | PathLike[str], settings: Settings | None = None) -> Folder:
    """Make a workspace folder.

    Raises:
        InputError: The folder holds something else.
    """
    path = Path(path)
    return init(path, settings or Settings(name=path.absolute().name))


def add(
    folder: Folder,
    files: Sequence[str],
    mapping: str | None = None,
    *,
    dry_run: bool = False,
    max_rejected: float = MAX_REJECTED,
    options: Options | None = None,
    columns: Columns | None = None,
) -> Report:
    """Bring files into a workspace: all of them as one import, or nothing.

    Args:
        folder: Of the workspace.
        files: Paths and globs.
        mapping: A mapping file; default: columns are guessed.
        dry_run: Only tell what would happen.
        max_rejected: Stop when more than this share of the rows is rejected.
        options: How values are written, where a file does not tell.
        columns: Which column is what, without a mapping.

    Raises:
        InputError: A file or the mapping cannot be used, or too many rows are rejected.
        NotFoundError: A file or a column does not exist.
    """
    from farled.sources.mapping import apply  # noqa: PLC0415  only imports need it
    from farled.sources.mapping_file import load as load_mapping  # noqa: PLC0415  as above

    imported = apply(load_mapping(mapping) if mapping else None, files, columns, options)
    store = EventStore(folder.events, folder.settings.buckets)
    now = instant(datetime.now(UTC))
    import_id = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    arrival = Arrival(import_id, now, tuple(map(str, imported.report)))
    report = ingest(store, folder.imports, imported, arrival, dry_run=dry_run, max_rejected=max_rejected)
    if not dry_run:
        store.compact()
    return report


def take_back(folder: Folder, import_id: str) -> Report:
    """Undo an import."""
    store = EventStore(folder.events, folder.settings.buckets)
    return undo(store, folder.imports, import_id, instant(datetime.now(UTC)))


def status(workspace: Workspace) -> Status:
    """Return what a workspace folder holds."""
    folder = workspace.folder
    if folder is None:
        raise InputError("A workspace in memory has no status.", "Open a folder.")
    store = EventStore(folder.events, folder.settings.buckets)
    return Status(
        folder.path,
        folder.settings.name,
        workspace.customers,
        workspace.events,
        workspace.start,
        workspace.end,
        len(workspace.names),
        workspace.maps(),
        tuple(reports(store, folder.imports)),
    )


def examine(path: Path) -> list[Check]:
    """Look a workspace over, its index too."""
    return doctor(path, _index_check)


def _index_check(folder: Folder, snapshot: Snapshot) -> Check:
    index = IndexStore(folder.index)
    try:
        damaged = index.damaged()
    except NotFoundError:
        return Check("index", True, "not built yet; the next question builds it")
    if damaged:
        return Check("index", False, f"buckets {damaged} are damaged.", f"Delete {folder.index}: it is rebuilt.")
    fresh = index.is_fresh(_source(snapshot))
    return Check("index", True, "up to date" if fresh else "behind the events; the next question brings it up to date")


def _source(snapshot: Snapshot) -> EventSource:
    return EventSource(snapshot, first_identifier)


def _column(reading: Reading, name: str) -> Any:
    """Return a column of what was read, by role or name."""
    if name in ("channel", "value", "currency", "score", "scale", "text", "account"):
        held = getattr(reading, name)
        if held is not None:
            return held
    if name in reading.columns or "." in name:
        return reading.column(name)
    raise NotFoundError.named("property", name, [*reading.columns, *reading.roles])


def _split(question: AnyQuestion | Mapping[str, Any], beside: dict[str, Any]) -> tuple[AnyQuestion, dict[str, Any]]:
    """Part a question in plain form from what stands beside it."""
    if not isinstance(question, Mapping):
        return question, beside
    given = {key: value for key, value in question.items() if key in beside}
    plain = {key: value for key, value in question.items() if key not in beside}
    return from_plain(plain), {**beside, **given}

