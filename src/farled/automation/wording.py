"""What alerts say, in the languages of Farled."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from farled.automation.drift import Moved
from farled.automation.judging import Direction
from farled.automation.kpis import Kpi
from farled.locale import N_, period
from farled.locale import date as day
from farled.maps.draw.words import Words
from farled.maps.model import MapFile

_TITLES = {
    "under": N_("{kpi} is below its target: {value}, wanted at least {limit}"),
    "over": N_("{kpi} is above its limit: {value}, wanted at most {limit}"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A title of one line, and lines of text."""

    title: str
    text: str


class Wording:
    """Writes alerts of one map in one language.

    Args:
        map_: In the language, as far as it is translated.
        language: Of the words around the map's own.
        zone: Where days begin.
    """

    def __init__(self, map_: MapFile, language: str, zone: str) -> None:
        self._map = map_
        self._words = Words(language)
        self._zone = zone

    def off_target(
        self, kpi: Kpi, number: Mapping[str, Any], direction: Direction, days: tuple[dt.date, dt.date], rate: float
    ) -> Said:
        """Say that a KPI is beyond its band."""
        limit = self._limit(kpi, direction)
        title = self._words._(
            _TITLES[direction], kpi=self._name(kpi), value=self._value(kpi, number["value"]), limit=limit
        )
        seldom = self._words._(
            "A KPI that keeps its target raises such an alert in at most {rate} of years.", rate=self._words.share(rate)
        )
        return Said(title, "\n".join([*self._number(kpi, number, days), seldom]))

    def recovered(self, kpi: Kpi, number: Mapping[str, Any], days: tuple[dt.date, dt.date]) -> Said:
        """Say that a KPI is back inside."""
        value = self._value(kpi, number["value"])
        title = self._words._("{kpi} is back where it should be: {value}", kpi=self._name(kpi), value=value)
        return Said(title, "\n".join(self._number(kpi, number, days)))

    def drifted(self, found: Sequence[Moved], review: dt.date) -> Said:
        """Say that customers go other ways than at the last review."""
        title = self._words._("Customers go other ways than at the last review: {map}", map=self._map.map.title)
        return Said(title, "\n".join([*map(self._moved, found), self._reviewed(review)]))

    def settled(self, review: dt.date) -> Said:
        """Say that no difference is left."""
        title = self._words._("Customers go the same ways as at the last review again: {map}", map=self._map.map.title)
        return Said(title, self._reviewed(review))

    def test(self, channel: str) -> Said:
        """Say that a channel works."""
        title = self._words._("A test of the channel {channel}", channel=channel)
        return Said(title, self._words._("Alerts of the map {map} will come this way.", map=self._map.map.title))

    def _name(self, kpi: Kpi) -> str:
        metric = self._map.metrics.get(kpi.id)
        return (metric.name if metric is not None else None) or kpi.name

    def _value(self, kpi: Kpi, value: float) -> str:
        return self._words.value(value, kpi.unit)

    def _limit(self, kpi: Kpi, direction: Direction) -> str:
        ends = (kpi.band.low, kpi.band.high) if kpi.band is not None else (None, None)
        end = ends[0] if direction == "under" else ends[1]
        return "" if end is None else self._value(kpi, end)

    def _number(self, kpi: Kpi, number: Mapping[str, Any], days: tuple[dt.date, dt.date]) -> list[str]:
        words = self._words
        bounds = words.bounds(number["low"], number["high"], kpi.unit)
        said = words._("95 % interval {bounds}", bounds=bounds)
        when = period(days[0], days[1], words.language, self._zone)
        return [
            words._("Map: {map}", map=self._map.map.title),
            f"{self._name(kpi)}: {self._value(kpi, number['value'])} ({said}, n = {words.count(number['n'])}), {when}",
        ]

    def _moved(self, moved: Moved) -> str:
        names = " → ".join(map(self._object, moved.objects))
        values = {"then": self._words.share(moved.then, 1), "now": self._words.share(moved.now, 1)}
        if len(moved.objects) == 1:
            return self._words._("{phase}: {then} went on then, {now} now", phase=names, **values)
        return self._words._("{transition}: {then} of journeys then, {now} now", transition=names, **values)

    def _object(self, id_: str) -> str:
        names = {phase.id: phase.name for phase in self._map.phases}
        names |= {point.id: point.name for phase in self._map.phases for point in phase.touchpoints or ()}
        return names.get(id_, id_)

    def _reviewed(self, review: dt.date) -> str:
        return self._words._("Last review: {date}", date=day(review, self._words.language, self._zone))
