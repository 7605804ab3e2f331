"""Names of objects and written values of fields, in one language."""

from collections.abc import Callable, Mapping
from datetime import date as day
from typing import Any, Final

from farled.locale import date
from farled.maps.diff.labels import ENUMERATED, VALUES
from farled.maps.draw.content import channel, department, name_of
from farled.maps.draw.notes import metric_name
from farled.maps.draw.words import DASH, Words
from farled.maps.edit.values import on_one_line
from farled.maps.model import MapFile
from farled.spans import SECOND, microseconds

START, END = "\x02", "\x03"
_SPANS: Final = (
    "review.every", "journey.ends_after", "journey.within", "privacy.keep", "respond_within", "within", "limit", "for",
    "measured_by.before_after.span",
)  # fmt: skip
_PLACES: Final = ("at", "if_fails")


class Naming:
    """Writes what a map's objects and fields are called.

    Args:
        map_: With what the catalogue adds; an older version, or the newer one.
        words: Of the reader's language.
    """

    def __init__(self, map_: MapFile, words: Words) -> None:
        self.map, self.words = map_, words

    def name(self, object_: str, id_: str) -> str:
        """Return the name of an object, marked as one, or what it says in quotes; its id where it has neither."""
        texts = {
            "pain_point": {pain.id: pain.text for pain in self.map.pain_points},
            "opportunity": {chance.id: chance.text for chance in self.map.opportunities},
            "moment_of_truth": {moment.id: moment.why for moment in self.map.moments_of_truth},
        }
        if object_ in texts:
            return self.words.quote(texts[object_].get(id_, id_))
        return marked(self._name(object_, id_))

    def _name(self, object_: str, id_: str) -> str:
        known = self.map
        names: dict[str, Callable[[], str]] = {
            "persona": lambda: next((persona.name for persona in known.personas if persona.id == id_), id_),
            "department": lambda: department(known, id_) or id_,
            "channel": lambda: channel(known, id_, self.words)[0],
            "metric": lambda: metric_name(known, id_, self.words),
            "source": lambda: known.sources[id_].title if id_ in known.sources else id_,
            "pain_point": lambda: self.name("pain_point", id_),
        }
        return names.get(object_, lambda: name_of(known, id_))()

    def has(self, object_: str, id_: str) -> bool:
        """Return whether the map holds an object."""
        lists: dict[str, Any] = {
            "phase": [phase.id for phase in self.map.phases],
            "touchpoint": [touchpoint.id for _, touchpoint in self.map.touchpoints()],
            "persona": [persona.id for persona in self.map.personas],
            "pain_point": [pain.id for pain in self.map.pain_points],
            "opportunity": [chance.id for chance in self.map.opportunities],
            "moment_of_truth": [moment.id for moment in self.map.moments_of_truth],
            "department": self.map.departments,
            "channel": self.map.channels,
            "source": self.map.sources,
            "metric": self.map.metrics,
        }
        return id_ in lists.get(object_, ())

    def place(self, id_: str) -> str:
        """Return the name of a phase or touchpoint."""
        return marked(name_of(self.map, id_))

    def sources(self, based_on: Any) -> str:
        """Return what a claim rests on."""
        if not based_on or based_on == "assumed":
            return self.words._("assumed")
        return ", ".join(self.name("source", id_) for id_ in based_on)

    def target(self, metric: str, value: float | str) -> str:
        """Write a target in the unit of its metric."""
        if isinstance(value, str):
            return self._span(value)
        known = self.map.metrics.get(metric)
        return self.words.value(float(value), known.unit if known else "share")

    def value(self, field: str, value: Any) -> str:
        """Write the value of a field."""
        if isinstance(value, list | tuple):
            return ", ".join(self.value(field, inner) for inner in value)
        if isinstance(value, Mapping):
            return self._record(field, value)
        return self._word(field, value) if isinstance(value, str) else self._plain(value)

    def _plain(self, value: Any) -> str:
        words = self.words
        if isinstance(value, bool):
            return words._("yes") if value else words._("no")
        if isinstance(value, day):
            return date(value, words.language)
        return DASH if value is None else words.value(float(value), "")

    def _word(self, field: str, value: str) -> str:
        kinds = {
            "owner": "department", "owner.department": "department", "channel": "channel", "personas": "persona",
            "kpis": "metric", "guards": "metric", "goal.metric": "metric", "solves": "pain_point",
        }  # fmt: skip
        if field in kinds:
            return self._name(kinds[field], value)
        if field in ENUMERATED and value in VALUES:
            return self.words._(VALUES[value])
        if field in _SPANS:
            return self._span(value)
        return self._name("touchpoint", value) if field in _PLACES else value

    def _record(self, field: str, value: Mapping[str, Any]) -> str:
        if field == "moves":
            told = ((self._name("metric", key), self.words._(VALUES[way])) for key, way in value.items())
            return ", ".join(f"{name} {way}" for name, way in told) or DASH
        if field.startswith("blueprint.") and "text" in value:
            owner = value.get("owner")
            return f"{value['text']} ({self._name('department', owner)})" if owner else str(value["text"])
        if field == "attests":
            places = ", ".join(self._name("touchpoint", id_) for id_ in value["at"])
            return f"{self.words._(VALUES['tone'])}: {places}, {date(value['date'], self.words.language)}"
        return f"`{on_one_line(value)}`"

    def _span(self, span: str) -> str:
        try:
            length = microseconds(span) / SECOND
        except ValueError:
            return span
        return self.words.value(length, "seconds")


def marked(name: str) -> str:
    """Mark a name, so that a page can set it apart."""
    return f"{START}{name}{END}"


def plainly(sentence: str) -> str:
    """Return a sentence with names between asterisks."""
    return sentence.replace(START, "*").replace(END, "*")
