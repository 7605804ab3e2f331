"""What tells the rules of a file apart: two of one name may make two events of one row, in one table or in several."""

from collections.abc import Iterator, Sequence

from farled.sources.mapping_model import Event, Table


def label(specs: Sequence[Table], event: Event) -> str:
    """Return what a rule is called where the rows are listed that it could not use.

    Args:
        specs: The tables that a file fits, as far as the rule's own.
        event: The rule.
    """
    name = event.name.fixed or event.name.column or ""
    before = sum(rule.name == event.name for _, rule in _before(specs, event))
    return f"{name} #{before + 1}" if before else name


def turn(specs: Sequence[Table], event: Event) -> int:
    """Return which of the facts of one name and one origin of ids a rule tells, from 0.

    Without ``id`` each rule tells its own. With the same ``id`` those do that have their times in different columns: a
    contact and the next one. Others tell the same fact, in whichever way a row has it.

    Args:
        specs: As for `label`.
        event: The rule, or one by which a table tells attributes: tables that tell them alike tell the same.
    """
    if not any(rule is event for rule in specs[-1].events):
        told = [attributes for spec in specs if (attributes := _attributes(spec))]
        return told.index(told[-1])
    alike = [
        (spec, rule) for spec, rule in _before(specs, event) if _may_share_a_name(rule, event) and rule.id == event.id
    ]
    if event.id is None:
        return len(alike)
    columns = [_time(spec, rule) for spec, rule in [*alike, (specs[-1], event)]]
    return list(dict.fromkeys(columns)).index(columns[-1])


def _before(specs: Sequence[Table], event: Event) -> Iterator[tuple[Table, Event]]:
    """Yield the rules before a rule."""
    for spec in specs:
        for rule in spec.events:
            if rule is event:
                return
            yield spec, rule


def _may_share_a_name(one: Event, other: Event) -> bool:
    return None in (one.name.fixed, other.name.fixed) or one.name.fixed == other.name.fixed


def _time(spec: Table, event: Event) -> str:
    time = event.time or spec.time
    return time.column if time is not None else ""


def _attributes(spec: Table) -> list[object]:
    """Return all that decides what a table tells of customers."""
    return [
        (
            rule.attributes,
            rule.identifiers or spec.identifiers,
            rule.account,
            rule.channel,
            rule.when,
            _time(spec, rule),
        )
        for rule in spec.events
        if rule.attributes
    ]
