"""What every engine checks before it counts, so that all say the same of a wrong question."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from farled.engine.base import Question, Renaming, View
from farled.errors import FarledError, InputError, NotFoundError
from farled.journeys.attributes import known_attributes
from farled.journeys.conditions import Condition, Saved, attributes, columns, names, walk
from farled.journeys.index import Journeys, Scalar

OWN = frozenset({"channel", "source", "value", "currency", "score", "scale", "text", "account", "phase", "touchpoint"})


@dataclass(frozen=True, slots=True)
class KnownAttributes:
    """Finds attributes of customers; it may be sent to where the journeys lie.

    Attributes:
        wanted: Which to look for; None: all.
    """

    wanted: frozenset[str] | None = None

    def __call__(self, journeys: Journeys) -> set[str]:
        """Return those that a customer has."""
        found: set[str] = set()
        for number in range(len(journeys.chunks())):
            if self.wanted is None or not self.wanted <= found:
                found.update(known_attributes(journeys, number, self.wanted).keys)
        return found


@dataclass(frozen=True, slots=True)
class NewNames:
    """Finds which names the events of a name take; it may be sent to where the journeys lie.

    Attributes:
        name: Of the events.
        renaming: By which they take others.
    """

    name: str
    renaming: Renaming

    def __call__(self, journeys: Journeys) -> set[str]:
        """Return the new names, or the name itself if an event keeps it; most often the first chunk tells."""
        found: set[str] = set()
        for chunk in journeys.chunks(self.renaming.columns):
            mine = chunk.name == int(chunk.codes([self.name])[0])
            places = np.unique(self.renaming.places(chunk)[mine]) if mine.any() else ()
            if -1 in places:
                return {self.name}
            found |= {self.renaming.names[place] for place in places}
        return found


Find = KnownAttributes | NewNames
Look = Callable[[Find], set[str]]


def columns_of(question: Question[Any, Any], view: View | None) -> tuple[str, ...]:
    """Return the columns that a question and its view need."""
    return tuple(dict.fromkeys([*question.columns(), *(view.columns if view else ())]))


def at_once(journeys: Journeys) -> Look:
    """Return a way to look into journeys that lie here."""
    return lambda find: find(journeys)


def require_events(
    journeys: Journeys, mentioned: Iterable[str], view: View | None = None, look: Look | None = None
) -> None:
    """Check that there are events, and that the names in a question and in the segment of its view occur.

    Args:
        journeys: Of whom.
        mentioned: Event names in the question; on a map the ids of its touchpoints, and the names it leaves.
        view: What the question sees.
        look: How to look into journeys that lie elsewhere.

    Raises:
        NotFoundError: The question or the segment names an event or an attribute that does not occur; the nearest
            names are in the hint.
        InputError: There are no events to ask.
    """
    if not journeys.events:
        raise InputError("There are no events to ask about.", "Load some: farled ingest FILES…")
    look, mentioned = look or at_once(journeys), tuple(mentioned)
    if view is None or view.renaming is None:
        journeys.require_events(mentioned)
    else:
        _require_renamed(journeys.names, mentioned, view.renaming)
        for name in dict.fromkeys([*mentioned, *view.at]):
            if name in journeys.names and name not in view.renaming.names:
                _require_kept(name, view.renaming, look)
    if view is not None and view.where is not None:
        require_segment(journeys, view.where, look)


def require_segment(journeys: Journeys, rule: Condition, look: Look | None = None) -> None:
    """Check that the events and attributes that a rule over customers names occur, and here the properties of events.

    Args:
        journeys: Of whom.
        rule: Without ``behind``.
        look: How to look into journeys that lie elsewhere, whose properties `require_properties` checks.

    Raises:
        NotFoundError: One does not; the nearest names are in the hint, and the saved segment in which it stands.
    """
    _require(rule, lambda part: _require_named(journeys, part, look or at_once(journeys)))
    if look is None:
        _require(rule, lambda part: _require_columns(columns(part, "customer"), journeys.values))


@contextmanager
def naming(rule: Condition) -> Iterator[None]:
    """Say of an error in which saved segment it stands, where the rule is that of one."""
    try:
        yield
    except FarledError as error:
        if isinstance(rule, Saved):
            raise error.within(f"Segment {rule.segment!r}") from error
        raise


def _require(rule: Condition, check: Callable[[Condition], None]) -> None:
    """Check a rule; an error within a saved segment names it."""
    try:
        check(rule)
    except FarledError:
        for part in (part for part in walk(rule) if isinstance(part, Saved)):
            with naming(part):
                check(part)
        raise


def _require_named(journeys: Journeys, rule: Condition, look: Look) -> None:
    journeys.require_events(sorted(names(rule)))
    wanted = attributes(rule)
    if not wanted or look(KnownAttributes(wanted)) >= wanted:
        return
    known = look(KnownAttributes())
    for name in sorted(wanted - known):
        if _occurs(name, journeys.values):
            hint = f"Write {{event: NAME, where: {{attr: {name}, is: …}}}}: it is a property of events."
            raise NotFoundError(f"No customer has an attribute named {name!r}.", hint)
        raise NotFoundError.named("attribute", name, known)


def require_properties(
    question: Question[Any, Any], values: Callable[[str], tuple[Scalar, ...] | None], view: View | None = None
) -> None:
    """Refuse a property that no event has: it is misspelt, or one of the customers and not of the events.

    Args:
        question: Whose properties; those of the events in the segment of its view too.
        values: Gives the values of a property; None for numbers.
        view: What the question sees.

    Raises:
        NotFoundError: No event has it.
        InputError: It is the phase, which only a map tells.
    """
    asked = list(question.columns())
    if "phase" in asked and (view is None or view.renaming is None) and not _occurs("phase", values):
        raise InputError("Phases belong to a map.", "Add map=ID.")
    _require_columns(asked, values)
    if view is not None and view.where is not None:
        _require(view.where, lambda part: _require_columns(columns(part, "customer"), values))


def _require_columns(asked: Iterable[str], values: Callable[[str], tuple[Scalar, ...] | None]) -> None:
    for name in asked:
        if name not in OWN and values(name) == ():
            hint = "Look at the spelling; an attribute of customers is used in a segment: where={attr: …, is: …}."
            raise NotFoundError(f"No event has a property named {name!r}.", hint)


def _occurs(name: str, values: Callable[[str], tuple[Scalar, ...] | None]) -> bool:
    """Return whether an event has a property; what was read into memory refuses a column that it has not."""
    try:
        return values(name) != ()
    except NotFoundError:
        return False


def _require_renamed(events: Sequence[str], mentioned: Iterable[str], renaming: Renaming) -> None:
    for name in mentioned:
        if name not in renaming.names and name not in events:
            raise NotFoundError.named("event", name, {*renaming.names, *events} - renaming.taken)


def _require_kept(name: str, renaming: Renaming, look: Look) -> None:
    """Check that an event of a name keeps it."""
    if name not in renaming.taken and not renaming.others:
        return
    found = look(NewNames(name, renaming))
    if found and name not in found:
        ids = " or ".join(repr(id_) for id_ in renaming.names if id_ in found)
        raise NotFoundError(f"There is no event named {name!r} on the map.", f"Use the touchpoint {ids}.")
