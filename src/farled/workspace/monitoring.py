"""Keeps an eye on the maps of a workspace: measures what changed, writes it down, raises alerts, sends them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Event
from typing import Any

from farled.automation.alerts import Audience, Happened, Look, Measurement, Ways, record
from farled.automation.channels.message import Message, idempotency_key
from farled.automation.channels.outbox import next_due, put
from farled.automation.channels.sending import Delivered, Sender
from farled.automation.clock import Clock, now
from farled.automation.drift import like, of_review
from farled.automation.kpis import Kpi, kpis_of
from farled.automation.settings import AlertSettings, channels_of, settings_of
from farled.automation.wording import Wording
from farled.errors import FarledError, NotFoundError
from farled.events.folder import Folder, load
from farled.maps.measure import Measuring
from farled.maps.measuring.numbers import state as side_of
from farled.maps.model import MapFile
from farled.spans import Period, moment, period, time_zone
from farled.state.database import Database
from farled.workspace.asking import Workspace
from farled.workspace.measuring import Measurer
from farled.workspace.opening import open as open_workspace
from farled.workspace.stating import database_of
from farled.workspace.watching import events_state, files_state


@dataclass(frozen=True, slots=True)
class MapTurn:
    """What a turn found on one map.

    Attributes:
        map: Id.
        kpis: How many were measured.
        known: How many of them had a value.
        happened: Alerts that opened or ended.
        end: First day that is not whole in the data.
    """

    map: str
    kpis: int
    known: int
    happened: tuple[Happened, ...]
    end: dt.date


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn did.

    Attributes:
        maps: Those measured; a map whose events and file did not change is not measured again.
        problems: By what cannot be used (a map, ``farled.yaml``), why; a map is then measured as it was when it could.
        delivered: What became of messages.
        next_due: When the next message is due, microseconds; None: none waits.
    """

    maps: tuple[MapTurn, ...]
    problems: Mapping[str, Exception]
    delivered: Delivered
    next_due: int | None


class Monitor:
    """Looks at a workspace folder again and again.

    Args:
        path: Of the folder.
        maps: Ids; default: all that show how it is.
        say: Prints a text, for the channel ``console``.
        clock: Microseconds.
        environment: Where secrets may stand; default: of the process.

    Raises:
        NotFoundError: There is no workspace, or no such map, or a secret is not where it should stand.
        InputError: The settings cannot be used.
    """

    def __init__(
        self,
        path: Path,
        maps: Sequence[str] = (),
        say: Callable[[str], object] = print,
        clock: Clock = now,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._path = path
        self._chosen = tuple(maps)
        self._say = say
        self._clock = clock
        self._environment = environment
        self._seen: dict[str, object] = {}
        self._good: dict[str, MapFile] = {}
        self._opened: tuple[str, Workspace] | None = None
        self._folder, self._settings, self._sender = self._set_up()
        for name in self._chosen:
            _require_map(name, _ids(self._folder))

    @property
    def settings(self) -> AlertSettings:
        """What ``alerts:`` says."""
        return self._settings

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return self._sender.channels

    def turn(self, stop: Event | None = None) -> Turn:
        """Look once: measure what changed, and send what is due.

        Args:
            stop: Set to end after what is under way.
        """
        stop = stop or Event()
        problems: dict[str, Exception] = {}
        try:
            self._folder, self._settings, self._sender = self._set_up()
        except FarledError as error:  # the settings that were good stay
            problems["farled.yaml"] = error
        database = database_of(self._folder)
        turns = []
        for name in self._chosen or _ids(self._folder):
            if stop.is_set():
                break
            try:
                found = self._map_turn(database, name, problems)
            except (FarledError, OSError) as error:  # a full disk may have room again at the next turn
                problems[name] = error
                continue
            turns += [found] if found is not None else []
        self._check_names(problems)
        delivered = self._sender.deliver(stop)
        with database.read() as connection:
            due = next_due(connection, self.channels)
        return Turn(tuple(turns), problems, delivered, due)

    def test(self) -> Delivered:
        """Send a message to every channel, past the limits of none."""
        database, at = database_of(self._folder), self._clock()
        workspace = self._workspace()
        name = (self._chosen or _ids(self._folder))[0]
        with database.write() as connection:
            for channel, language in self._audience_channels().items():
                said = self._wording(workspace, name, language).test(channel)
                key = idempotency_key("test", channel, at)
                put(connection, Message(key, "test", f"test:{channel}", said.title, said.text), [channel], at)
        return self._sender.deliver()

    def _set_up(self) -> tuple[Folder, AlertSettings, Sender]:
        folder = load(self._path)
        settings = settings_of(folder.settings.alerts)
        channels = channels_of(settings, folder.path, self._say, self._environment)
        return folder, settings, Sender(database_of(folder), channels, settings.sending_limits, self._clock)

    def _map_turn(self, database: Database, name: str, problems: dict[str, Exception]) -> MapTurn | None:
        seen = self._state(name)
        if self._seen.get(name) == seen:
            return None
        workspace = self._workspace()
        map_ = self._map(workspace, name, problems)
        if map_.map.state == "to_be" or workspace.end is None:
            self._seen[name] = seen
            return None
        look = self._look(workspace, map_)
        audience = Audience(
            self._audience_channels(),
            lru_cache(lambda language: self._wording(workspace, name, language)),
            self._settings.false_alarms,
        )
        happened = record(database, look, audience)
        self._seen[name] = seen
        known = sum(each.number.get("value") is not None for each in look.measured)
        return MapTurn(name, len(look.measured), known, tuple(happened), look.end)

    def _check_names(self, problems: dict[str, Exception]) -> None:
        """Name what the settings mean to look at, but no map has: it would never be looked at."""
        known = {metric for map_ in self._good.values() for metric in map_.metrics}
        if self._chosen or problems or not self._good:
            return
        for name in (*self._settings.bands, *(self._settings.kpis or ())):
            if name not in known:
                problems["alerts"] = NotFoundError.named("metric", name, known)

    def _state(self, name: str) -> object:
        today = moment(self._clock(), self._folder.settings.time_zone).date()
        return events_state(self._folder), files_state(self._folder, name), today, self._settings

    def _workspace(self) -> Workspace:
        """Return the workspace with the newest events."""
        newest = events_state(self._folder)
        if self._opened is None or self._opened[0] != newest:
            self._opened = newest, open_workspace(self._folder.path)
        return self._opened[1]

    def _map(self, workspace: Workspace, name: str, problems: dict[str, Exception]) -> MapFile:
        """Return a map as it is, or as it was when it last could be used."""
        try:
            self._good[name] = workspace.map(name)
        except FarledError as error:
            problems[name] = error
            if name not in self._good:
                raise
        return self._good[name]

    def _look(self, workspace: Workspace, map_: MapFile) -> Look:
        end = self._end(workspace)
        measurer = Measurer(workspace)
        measuring = measurer.counted(map_, None, None)
        wanted = _of_map(self._settings, map_)
        kpis = kpis_of(map_, self._settings.days, wanted.bands, wanted.only)
        measured = [_measured(measuring, kpi, end, workspace.zone) for kpi in kpis]
        ways = self._ways(measurer, measuring, map_, end, workspace.zone) if self._settings.drift else None
        version = workspace.version if workspace.version is not None else 0
        return Look(map_.map.id, map_.hash, version, end, self._clock(), measured, ways)

    def _end(self, workspace: Workspace) -> dt.date:
        """Return the first day that is not whole: that of the last event, or the day after when that day is over."""
        zone = time_zone(workspace.zone)
        last = moment(workspace.end or 0, zone.key).date()
        today = moment(self._clock(), zone.key).date()
        return last if today <= last else last + dt.timedelta(days=1)

    def _ways(self, measurer: Measurer, measuring: Measuring, map_: MapFile, end: dt.date, zone: str) -> Ways | None:
        review = map_.map.review.last
        history = measurer.earlier(map_, _period(end - dt.timedelta(days=1), end, zone), None, None)
        then = of_review(history, review, map_.hash)
        if then is None or review is None:
            return None
        first, last = like(then, end)
        if (first - dt.date.fromisoformat(then["period"][0])).days < self._settings.days:  # hardly any journey is new
            return None
        return Ways(measuring.snapshot(_period(first, last, zone)), then, review)

    def _audience_channels(self) -> dict[str, str]:
        default = self._folder.settings.language
        return {name: self._settings.language_of(name, default) for name in self.channels}

    def _wording(self, workspace: Workspace, name: str, language: str) -> Wording:
        try:
            map_ = workspace.map(name, language)
        except FarledError:  # broken now: as it was when it could be used
            map_ = self._good[name]
        return Wording(map_, language, workspace.zone)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The bands and KPIs of the settings that are of one map."""

    bands: Mapping[str, Any]
    only: tuple[str, ...] | None


def _of_map(settings: AlertSettings, map_: MapFile) -> _Wanted:
    bands = {name: band for name, band in settings.band_of().items() if name in map_.metrics}
    only = None if settings.kpis is None else tuple(name for name in settings.kpis if name in map_.metrics)
    return _Wanted(bands, only)


def _measured(measuring: Measuring, kpi: Kpi, end: dt.date, zone: str) -> Measurement:
    first = end - dt.timedelta(days=kpi.days)
    when = _period(first, end, zone)
    number = measuring.number(kpi.id, measuring.view(when))
    target = None if kpi.band is None else kpi.band.low if kpi.band.low is not None else kpi.band.high
    return Measurement(kpi, {**number, "state": side_of(number, target)}, first, end)


def _period(first: dt.date, last: dt.date, zone: str) -> Period:
    return period(f"{first}..{last}", zone)


def _ids(folder: Folder) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.maps.glob("*.yaml")))


def _require_map(name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise NotFoundError.named("map", name, known)
