"""Rules of segments: read from text, and freed of ``behind``, which stands for the customers behind a number."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from farled.errors import InputError
from farled.journeys.braces import braced
from farled.journeys.conditions import All, Behind, Condition, Either, Members, Not, parse, walk
from farled.journeys.index import Journeys

if TYPE_CHECKING:  # a question without a map must not pay for it
    from farled.maps.model import MapFile

Resolve = Callable[[Behind], Condition]
CUSTOMER, ACCOUNT = "customer", "account"
UNITS = (CUSTOMER, ACCOUNT)


def is_rule(text: str) -> bool:
    """Return whether a text is a rule rather than the id of a segment."""
    return text.lstrip().startswith("{")


def rule_of_text(text: str, place: str = "where") -> Mapping[str, Any]:
    """Read a rule that is written as JSON, or as YAML in braces.

    Raises:
        InputError: It is neither.

    Example:
        >>> rule_of_text("{event: order, min: 3}")
        {'event': 'order', 'min': 3}
    """
    found = braced(text, place)
    if not isinstance(found, Mapping):
        raise InputError(f"{place}: {text!r} is not a rule.", "Write {event: order, min: 3}.")
    return found


def resolved(rule: Condition, resolve: Resolve) -> Condition:
    """Return a rule in which each ``behind`` is replaced by the customers who stand there."""
    match rule:
        case All(parts):
            return replace(rule, parts=tuple(resolved(part, resolve) for part in parts))
        case Either(parts):
            return Either(tuple(resolved(part, resolve) for part in parts))
        case Not(part):
            return Not(resolved(part, resolve))
        case Behind():
            return resolve(rule)
    return rule


def resolved_map(map_: "MapFile", condition: Callable[[Condition], Condition | None]) -> "MapFile":
    """Return a map whose scope and personas have rules that can be judged; the map itself where they have already."""
    personas = [persona.segment for persona in map_.personas]
    if not any(isinstance(part, Behind) for rule in (map_.map.scope, *personas) if rule for part in walk(rule)):
        return map_
    freed = tuple(
        persona if persona.segment is None else persona.model_copy(update={"segment": condition(persona.segment)})
        for persona in map_.personas
    )
    head = map_.map if map_.map.scope is None else map_.map.model_copy(update={"scope": condition(map_.map.scope)})
    return map_.model_copy(update={"personas": freed, "map": head})


def require_accounts(rule: Condition, accounts: Journeys) -> None:
    """Check that those named by a rule over accounts are accounts.

    Args:
        rule: Without ``behind``.
        accounts: The journeys of accounts.

    Raises:
        InputError: They are customers: the question behind the rule was asked of customers.
    """
    named = {name for part in walk(rule) if isinstance(part, Members) for name in part.ids}
    chunks = accounts.chunks()
    known = (accounts.customer_ids(number, range(chunk.customers)) for number, chunk in enumerate(chunks))
    if named and all(named.isdisjoint(ids) for ids in known):
        message = "The rule chooses customers, but the journeys are of accounts."
        raise InputError(message, "Add unit: account to the question behind it.")


def require_no_ring(rule: Condition, known: Mapping[str, Condition], above: tuple[str, ...] = ()) -> None:
    """Check that a rule does not ask about customers that it is itself needed to choose.

    Args:
        rule: Of a segment.
        known: The saved segments.
        above: Ids on the way to this rule.

    Raises:
        InputError: It does.
    """
    for behind in (part for part in walk(rule) if isinstance(part, Behind)):
        for asked in _asked_of(json.loads(behind.question)):
            if isinstance(asked, str) and asked in above:
                way = " → ".join([*above[above.index(asked) :], asked])
                raise InputError(f"The segment {asked!r} is made of itself: {way}.", "Change one of the rules.")
            if isinstance(asked, str) and asked in known:
                require_no_ring(known[asked], known, (*above, asked))
            elif not isinstance(asked, str):
                require_no_ring(asked, known, above)


def _asked_of(question: Mapping[str, Any]) -> Iterator[str | Condition]:
    """Yield the segments that a question in plain form speaks of: ids and rules."""
    where, by = question.get("where"), question.get("by")
    if isinstance(where, str) and is_rule(where):
        where = rule_of_text(where)
    if isinstance(where, Mapping):
        yield parse(where, "customer", "behind.where")
    elif isinstance(where, str):
        yield where
    if isinstance(by, list):
        yield from (name for name in by if isinstance(name, str))
    inner = (question.get(key) for key in ("a", "b", "of"))  # a question over questions names segments of its own
    yield from (name for name in inner if isinstance(name, str))
