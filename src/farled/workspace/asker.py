"""Asks the questions that a question over questions is made of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from farled.errors import InputError
from farled.journeys.conditions import All
from farled.journeys.index import Journeys
from farled.questions.asker import Side
from farled.spans import Period, moment

if TYPE_CHECKING:  # it is the workspace that makes an asker
    from farled.maps.model import MapFile
    from farled.workspace.asking import Workspace

EVERYBODY = Side()


@dataclass(frozen=True, slots=True)
class WorkspaceAsker:
    """Asks a workspace, within what stood beside the question.

    Attributes:
        workspace: Whom.
        beside: ``where``, ``during``, ``map`` and ``unit`` of the whole question.
    """

    workspace: "Workspace"
    beside: Mapping[str, Any]

    @property
    def zone(self) -> str:
        """Where days begin and end."""
        return self.workspace.zone

    @property
    def _map(self) -> "MapFile | None":
        map_: str | MapFile | None = self.beside["map"]
        return self.workspace.map(map_) if isinstance(map_, str) else map_

    def side(self, text: Any) -> Side:
        """Read a segment (id or rule), a period, or ``{where, during}``.

        Raises:
            InputError: It is none of these.
        """
        if isinstance(text, str) and text.startswith("{"):
            try:
                text = json.loads(text)
            except ValueError as error:
                raise InputError(f"{text!r} is not JSON.", "Write {…}, the id of a segment, or a period.") from error
        if isinstance(text, Mapping):
            return Side(**text) if set(text) <= {"where", "during"} else Side(text)
        known = self.workspace.segments(self._map)
        if text in known:
            return Side(text)
        try:
            self.workspace.period(text)
        except InputError as error:
            named = f" or one of the segments {', '.join(sorted(known)[:5])}" if known else " or the rule of a segment"
            raise InputError(
                f"{text!r} is neither a segment nor a period.", f"Write a period such as 2026-Q3{named}."
            ) from error
        return Side(during=text)

    def segments(self, question: Any) -> tuple[str, ...]:
        """Return the segments by which a question is grouped; none where it is not, or by a property."""
        by = getattr(question, "by", None)
        if by == "persona":
            return tuple(persona.id for persona in self._map.personas if persona.segment) if self._map else ()
        return tuple(by) if isinstance(by, tuple | list) else ()

    def ask(self, question: Any, side: Side = EVERYBODY) -> Any:
        """Return the answer to a question, of one side."""
        return self.workspace.ask(question, **self._within(side))

    def customers_behind(self, question: Any, part: str, side: Side = EVERYBODY) -> list[str]:
        """Return the ids of the customers behind a number, of one side."""
        return self.workspace.customers_behind(question, part, **self._within(side))

    def _within(self, side: Side) -> dict[str, Any]:
        """Return what stands beside the question of a side: its segment and period within those of the whole."""
        drawn = self._map
        rules = [self.workspace.condition(where, drawn) for where in (self.beside["where"], side.where, side.also)]
        kept = tuple(rule for rule in rules if rule is not None)
        where = All(kept) if len(kept) > 1 else kept[0] if kept else None
        return {**self.beside, "map": drawn, "where": where, "during": self._period(side.during)}

    def _period(self, text: str | None) -> Period | None:
        spans = [each for each in (self.beside["during"], text) if each is not None]
        periods = [self.workspace.period(each) if isinstance(each, str) else each for each in spans]
        if len(periods) < 2:
            return periods[0] if periods else None
        start, end = max(each.start for each in periods), min(each.end for each in periods)
        if start >= end:
            raise InputError(f"The period {text!r} lies outside {periods[0]}.", "Choose one within it.")
        return Period(start, end, moment(start, self.zone).date(), moment(end, self.zone).date())


def require_question(question: Any) -> None:
    """Check that what is asked is a question.

    Raises:
        InputError: It is a text, a class or something else.
    """
    counts_or_asks = hasattr(question, "partial") or hasattr(question, "asked")
    if isinstance(question, type) or not is_dataclass(question) or not counts_or_asks:
        said = question.__name__ if isinstance(question, type) else repr(question)
        raise InputError(f"{said} is no question.", 'Write Funnel(["visit", "order"]) or {"question": "funnel", …}.')


def require_overlap(asked: Period, journeys: Journeys, zone: str) -> None:
    """Check that a period is not wholly before or after the data.

    Raises:
        InputError: It is; the hint says when the data begin and end.
    """
    if journeys.start is None or journeys.end is None or (asked.start <= journeys.end and asked.end > journeys.start):
        return
    first, last = (moment(time, zone).date() for time in (journeys.start, journeys.end))
    raise InputError(f"There are no events in the period {asked}.", f"Choose one within the data: {first} to {last}.")


def zoned(question: Any, zone: str) -> Any:
    """Return a question, and what it is asked over, with the workspace's time zone where it gives none.

    Raises:
        InputError: It is no question.
    """
    require_question(question)
    changed: dict[str, Any] = {}
    for field in fields(question):
        value = getattr(question, field.name)
        if field.name == "time_zone" and value is None:
            changed["time_zone"] = zone
        elif field.metadata.get("over"):
            changed[field.name] = zoned(value, zone)
    return replace(question, **changed) if changed else question
