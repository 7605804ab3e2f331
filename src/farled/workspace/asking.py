"""A workspace that can be asked: journeys, segments and maps together."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from farled.engine import local
from farled.engine.base import Engine, Question, View
from farled.errors import InputError, NotFoundError
from farled.journeys.conditions import All, Condition
from farled.journeys.index import Journeys
from farled.spans import Period, period
from farled.workspace.asker import WorkspaceAsker, require_overlap, require_question, zoned
from farled.workspace.audits import Audits
from farled.workspace.comparing import Comparing
from farled.workspace.grouping import grouping, part_of_group, regrouped, ungrouped
from farled.workspace.making import Making
from farled.workspace.rules import ACCOUNT, CUSTOMER, UNITS, require_accounts
from farled.workspace.segmented import By, Segmented, Where
from farled.workspace.taking import Taking

if TYPE_CHECKING:  # a question without a map or a plain form must not pay for them
    from farled.events.folder import Folder
    from farled.maps.model import Catalog, MapFile
    from farled.sources.files import Reading
    from farled.state.database import Database
    from farled.texts.own import OwnModel
    from farled.workspace.measuring import Measurer

AnyQuestion = Question[Any, Any]
AnyAnswer = Any


class Loaded(NamedTuple):
    """Journeys as they were loaded.

    Attributes:
        journeys: The index.
        version: Of the event table; None in memory.
    """

    journeys: Journeys
    version: int | None


class Workspace(Segmented, Audits, Taking, Making, Comparing):
    """Journeys that can be asked, and the maps drawn over them.

    Made by `open` (a folder) or `read` (files or tables in memory).

    Args:
        journeys: Gives the journeys; called once, when they are first needed.
        folder: Of the workspace; None in memory.
        reading: What was read into memory; None for a folder.
        engine: Where questions are counted; default: here.
    """

    def __init__(
        self,
        journeys: Callable[[], Loaded],
        folder: "Folder | None" = None,
        reading: "Reading | None" = None,
        engine: Engine = local,
    ) -> None:
        super().__init__()
        self._load = journeys
        self._engine = engine
        self.folder: Folder | None = folder
        self._reading = reading
        self._catalog: tuple[tuple[int, int], Catalog] | None = None
        self._maps: dict[tuple[Path, str | None], tuple[tuple[tuple[int, int] | None, ...], MapFile]] = {}

    @cached_property
    def loaded(self) -> Loaded:
        """The journey index and the version of the event table that it holds."""
        return self._load()

    @property
    def journeys(self) -> Journeys:
        """The journey index."""
        return self.loaded.journeys

    @cached_property
    def accounts(self) -> Journeys:
        """The journeys of accounts (B2B): made in memory from those of the customers when they are first needed.

        Raises:
            InputError: No event names an account.
        """
        from farled.journeys.accounts import by_account

        return by_account(getattr(self.journeys, "here", self.journeys))

    def journeys_of(self, unit: str) -> Journeys:
        """Return the journeys of ``customer`` or ``account``."""
        return self.accounts if unit == ACCOUNT else self.journeys

    def _counting(self, unit: str) -> tuple[Engine, Journeys]:
        """Return where the journeys of a unit are counted: those of accounts here, since they lie in memory."""
        return (local, self.accounts) if unit == ACCOUNT else (self._engine, self.journeys)

    def _unit(self, unit: str | None = None, map: "str | MapFile | None" = None, **_: Any) -> str:  # noqa: A002
        """Return whose journeys are meant: said, or else the map's."""
        if unit not in (None, "", *UNITS):
            raise InputError(f"unit is {unit!r}.", f"Use one of: {', '.join(UNITS)}.")
        drawn = self.map(map) if isinstance(map, str) else map
        return unit or (drawn.map.unit if drawn is not None else CUSTOMER)

    @property
    def version(self) -> int | None:
        """The version of the event table that was loaded; None in memory."""
        return self.loaded.version

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

    @cached_property
    def state(self) -> "Database":
        """The SQL database of the workspace: ``state.db``, or what the setting ``state`` names.

        Raises:
            InputError: The workspace is in memory.
        """
        from farled.workspace.stating import database_of

        if self.folder is None:
            raise InputError("A workspace in memory keeps no state.", "Open a folder.")
        return database_of(self.folder)

    # Questions

    def ask(
        self,
        question: AnyQuestion | Mapping[str, Any],
        where: Where = None,
        during: str | Period | None = None,
        map: "str | MapFile | None" = None,  # noqa: A002  the field's word
        unit: str | None = None,
        by: By = None,
    ) -> AnyAnswer:
        """Return the answer to a question.

        Args:
            question: Such as ``Funnel(["visit", "order"])``, or its plain form with what stands beside it.
            where: A segment: id or rule.
            during: A period: only its events count.
            map: A map: events are its touchpoints, and journeys end as on it.
            unit: Whose journeys: ``customer`` or ``account``; default: the map's, without a map the customers'.
            by: Segments, by id: the question is asked of each for itself too. ``persona``: those of the map. A question
                with a field ``by`` takes it there, and may group by a property as well.

        Raises:
            NotFoundError: An event, attribute, segment or map is not known; the nearest names are in the hint.
            InputError: The question, the rule or the period cannot be read, or the period is wholly before or after the
                data. Where nobody is left, the answer says so: what cannot be known is None with its reason.
        """
        given = {"where": where, "during": during, "map": map, "unit": unit, "by": by}
        asked, grouped_by, beside = _split(question, given)
        asked = self._told(asked)
        groups = self._segments_of(grouped_by, beside["map"])
        if groups is None:
            return self._answer(asked, beside)
        alone = ungrouped(asked)
        whole = self._answer(alone, beside)
        return regrouped(asked, whole, {name: self._answer(alone, beside, rule) for name, rule in groups.items()})

    def _told(self, question: AnyQuestion) -> AnyQuestion:
        """Return a question with what it leaves to the workspace: its time zone, and what its feedback taught."""
        from farled.workspace.learning import taught

        told: AnyQuestion = taught(zoned(question, self.zone), lambda: self._learned)
        return told

    @cached_property
    def _learned(self) -> "OwnModel | None":
        from farled.questions.pairs import Pairs

        return self._engine.ask(self.journeys, Pairs(), None).model

    def _answer(self, question: AnyQuestion, beside: Mapping[str, Any], also: Condition | None = None) -> AnyAnswer:
        """Return the answer of everybody, or of one group."""
        if hasattr(question, "asked"):
            return question.asked(WorkspaceAsker(self, self._narrowed(beside, also)))
        narrowed = self._narrowed(beside, also)
        engine, journeys = self._counting(self._unit(**beside))
        return engine.ask(journeys, question, self._view(question, **narrowed))

    def robust(self, question: AnyQuestion | Mapping[str, Any], **beside: Any) -> AnyAnswer:
        """Return how far each number of an answer moves under other windows, tie rules, cuts and models.

        Args:
            question: As for `ask`.
            beside: ``where``, ``during``, ``map``, ``by`` as for `ask`.

        Raises:
            InputError: The question has nothing that could be chosen otherwise.
        """
        from farled.questions import Robust
        from farled.questions.forms import beside_of, question_named

        if not isinstance(question, Mapping):
            asked: Any = Robust(question)
            return self.ask(asked, **beside)
        known = beside_of(question_named(str(question.get("question"))))
        given = {key: value for key, value in question.items() if key in known}
        inner = {key: value for key, value in question.items() if key not in known}
        return self.ask({"question": "robust", "of": inner, **given}, **beside)

    def customers_behind(self, question: AnyQuestion | Mapping[str, Any], part: str, **beside: Any) -> list[str]:
        """Return the ids of the customers behind a number of an answer.

        Args:
            question: As for `ask`.
            part: A JSON pointer into the answer's ``to_dict()``, lists from 0, such as ``/steps/2/dropped``, or
                ``/groups/0/steps/2/dropped`` of the first segment.
            beside: ``where``, ``during``, ``map``, ``by`` as for `ask`.

        Raises:
            NotFoundError: There is no such number, or no customers stand behind it.
        """
        beside = {"where": None, "during": None, "map": None, "unit": None, "by": None, **beside}
        asked, grouped_by, beside = _split(question, beside)
        asked = self._told(asked)
        groups = self._segments_of(grouped_by, beside["map"])
        if groups is not None:
            asked = ungrouped(asked)
            part, name = part_of_group(part, list(groups))
            beside = self._narrowed(beside, None if name is None else groups[name])
        if hasattr(asked, "behind_asked"):
            found: list[str] = asked.behind_asked(WorkspaceAsker(self, beside), part)
            return found
        engine, journeys = self._counting(self._unit(**beside))
        return engine.customers_behind(journeys, asked, part, self._view(asked, **beside))

    def _narrowed(self, beside: Mapping[str, Any], also: Condition | None) -> dict[str, Any]:
        """Return what stands beside the question of a group."""
        if also is None:
            return dict(beside)
        map_ = beside["map"]
        where = self.condition(beside["where"], self.map(map_) if isinstance(map_, str) else map_)
        return {**beside, "where": also if where is None else All((where, also))}

    def period(self, text: str) -> Period:
        """Read a period in the time zone of the workspace."""
        return period(text, self.zone, None if self.end is None else self.end + 1)

    def _view(
        self,
        question: AnyQuestion,
        where: Where,
        during: str | Period | None,
        map: "str | MapFile | None",  # noqa: A002  as above
        unit: str | None,
    ) -> View | None:
        drawn = self.map(map) if isinstance(map, str) else map
        rule = self.condition(where, drawn)
        if rule is not None and self._unit(unit, drawn) == ACCOUNT:
            require_accounts(rule, self.accounts)
        if rule is None and during is None and drawn is None:
            return None
        from farled.maps.asking import view_of

        judges_by_all, at = getattr(question, "judges_by_all", False), getattr(question, "at", ())
        period_ = self.period(during) if isinstance(during, str) else during
        if period_ is not None:
            require_overlap(period_, self.journeys, self.zone)
        return view_of(rule, period_, drawn, judges_by_all=judges_by_all, at=at)

    # Maps

    @property
    def catalog(self) -> "Catalog | None":
        """What the maps share, if there is a catalogue."""
        from farled.maps.load import load_catalog

        path = self.folder.catalog if self.folder else None
        state = _state(path) if path else None
        if path is None or state is None:
            return None
        if self._catalog is None or self._catalog[0] != state:
            self._catalog = state, load_catalog(path)
        return self._catalog[1]

    def maps(self) -> tuple[str, ...]:
        """Return the ids of the maps."""
        return tuple(sorted(path.stem for path in self.folder.maps.glob("*.yaml"))) if self.folder else ()

    def map(
        self,
        id: str,  # noqa: A002  the field's word
        language: str | None = None,
        view: str | None = None,
    ) -> "MapFile":
        """Return a map.

        Args:
            id: Of a map of the workspace, or the path of a map file.
            language: Into which its texts are translated, as far as ``i18n/`` beside the file has them; the others
                end in the language that they stand in, ``[sv]``, or ``[sv*]`` where they changed since.
            view: Only what a view shows of it, to be drawn: ``customer_journey``, ``buying_journey`` or
                ``sales_process``, or their names in any of the four languages (``kjøpsreise``).

        Raises:
            NotFoundError: There is none, or no such view; the nearest ids are in the hint.
            InputError: The file is no map: each error with file, line, place, value and what to do. Or the view shows
                no phase of it.
        """
        if view:
            from farled.maps.views import shown, view_named

            return shown(self.map(id, language), view_named(view))
        path = self.map_path(id)
        sidecar = path.parent / "i18n" / f"{path.stem}.{language}.yaml"
        catalog = self.folder.catalog if self.folder else path.with_name("catalog.yaml")
        files = tuple(_state(file) for file in (path, catalog, sidecar))
        kept = self._maps.get((path, language))
        if kept is None or kept[0] != files:
            last = None if kept is None else kept[1]
            kept = files, self._map_or_last(path, lambda: self._loaded_map(path, sidecar, language), last)
            self._maps[path, language] = kept
        return kept[1]

    def _loaded_map(self, path: Path, sidecar: Path, language: str | None) -> "MapFile":
        from farled.maps.load import RelatedMaps, load
        from farled.maps.translate import load_sidecar, tagged, translated

        loaded = load(path, self.catalog, RelatedMaps(self.folder.maps) if self.folder else None)
        if language is None or language == loaded.map.language or not sidecar.is_file():
            return loaded
        return tagged(translated(loaded, load_sidecar(sidecar)), loaded.map.language)

    def map_path(self, id: str) -> Path:  # noqa: A002  as above
        """Return the file of a map, given its id or the path itself."""
        if id.endswith((".yaml", ".yml")):
            return Path(id)
        known = self.maps()
        if id not in known or self.folder is None:
            raise NotFoundError.named("map", id, known)
        return self.folder.maps / f"{id}.yaml"

    def measure(
        self,
        map_id: str,
        period: str | None = None,
        segment: Where = None,
        persona: str | None = None,
        view: str | None = None,
    ) -> dict[str, Any]:
        """Return the snapshot of a map: what was measured onto it.

        A folder keeps it in ``measured/`` and takes it from there while events and map are the same.

        Args:
            map_id: Of a map of the workspace, or the path of a map file.
            period: Journeys whose first event on the map lies in it; default: the last quarter of the calendar that is
                over, or all data where there is none.
            segment: Whose journeys: id or rule.
            persona: Whose journeys: id of a persona of the map.
            view: Only the numbers of what a view shows, as for `map`; they are the same as on the whole map.

        Raises:
            NotFoundError: The map, segment, persona or view is not known.
            InputError: The period cannot be read, or there are no events.
        """
        drawn = self.map(map_id)
        snapshot = self._measurer.measure(drawn, self.map_period(period), segment, persona)
        if not view:
            return snapshot
        from farled.maps.views import shown, shown_numbers, view_named

        return shown_numbers(snapshot, shown(drawn, view_named(view)), view_named(view))

    def map_period(self, text: str | None = None) -> Period:
        """Read the period of a map; without a text the last quarter that is over, or all data."""
        if self.start is None or self.end is None:
            raise InputError("There are no events to measure.", "Load some: farled ingest FILES…")
        from farled.workspace.measuring import last_quarter

        return self.period(text) if text else last_quarter(self.start, self.end, self.zone)

    @cached_property
    def _measurer(self) -> "Measurer":
        from farled.workspace.measuring import Measurer

        return Measurer(self)


def _split(
    question: AnyQuestion | Mapping[str, Any], beside: dict[str, Any]
) -> tuple[AnyQuestion, Any, dict[str, Any]]:
    """Part a question from its grouping and from what stands beside it."""
    if isinstance(question, Mapping):
        from farled.questions.forms import beside_of, from_plain, question_named

        known = beside_of(question_named(str(question["question"]))) if "question" in question else ()
        given = {key: value for key, value in question.items() if key in known}
        question = from_plain({key: value for key, value in question.items() if key not in known})
        beside = {**beside, **given}
    require_question(question)
    asked: Any = question
    asked, by = grouping(asked, beside["by"])
    return asked, by, {key: value for key, value in beside.items() if key != "by"}


def _state(file: Path) -> tuple[int, int] | None:
    """Return what changes when a file changes; None when there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
