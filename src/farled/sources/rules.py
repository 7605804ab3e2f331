"""What tells the rules of a table apart: two of one name may make two events of one row."""

from farled.sources.mapping_model import Event, Table


def label(spec: Table, event: Event) -> str:
    """Return what a rule is called where the rows are listed that it could not use."""
    name = event.name.fixed or event.name.column or ""
    before = sum(rule.name == event.name for rule in _before(spec, event))
    return f"{name} #{before + 1}" if before else name


def turn(spec: Table, event: Event) -> int:
    """Return which of the facts of one name and one origin of ids a rule tells, from 0.

    Without ``id`` each rule tells its own. With the same ``id`` those do that have times of their own in different
    columns: a contact and the next one. Others tell the same fact, in whichever way a row has it.
    """
    alike = [rule for rule in _before(spec, event) if _may_share_a_name(rule, event) and rule.id == event.id]
    if event.id is None:
        return len(alike)
    return list(dict.fromkeys(map(_own_time, [*alike, event]))).index(_own_time(event))


def _before(spec: Table, event: Event) -> list[Event]:
    at = next((at for at, rule in enumerate(spec.events) if rule is event), 0)
    return spec.events[:at]


def _may_share_a_name(one: Event, other: Event) -> bool:
    return None in (one.name.fixed, other.name.fixed) or one.name.fixed == other.name.fixed


def _own_time(event: Event) -> str | None:
    return event.time.column if event.time is not None else None
