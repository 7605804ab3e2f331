"""What a row says of the customer becomes ``identify`` events: each once, with an id of its own."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from farled.sources.ids import Numbers, further_ids
from farled.sources.mapping_model import Event, Word


def attributes_of(event: Event) -> Event | None:
    """Return the rule that writes an event's attributes as an ``identify`` event, if it has any."""
    if not event.attributes:
        return None
    return event.model_copy(
        update={
            "name": Word(fixed="identify"),
            "properties": event.attributes,
            "attributes": {},
            "score": None,
            "text": None,
            "value": None,
            "currency": None,
            "id": None,
        }
    )


def identified(rules: Sequence[Event], made: Sequence[pa.Table]) -> list[pa.Table]:
    """Tell the ``identify`` events of one row apart, which are made by several rules.

    Those that say the same of the same customer at the same time are one. The others get different ids; the first
    of a row keeps the one it would have alone.

    Args:
        rules: As `attributes_of` gives them, in the order of the mapping.
        made: The events of each rule, with the column ``row``.

    Returns:
        The events to keep, with the same columns.
    """
    if len(made) < 2:
        return list(made)
    whose: list[object] = [(rule.identifiers, rule.account, rule.channel) for rule in rules]
    who = np.concatenate([np.full(len(part), whose.index(own)) for own, part in zip(whose, made, strict=True)])
    table = pa.concat_tables(made).unify_dictionaries()
    keys = table.select(["row", "time", "properties"])
    keys = keys.append_column("who", pa.array(who)).append_column("at", pa.array(np.arange(len(table))))
    firsts = keys.group_by(["row", "time", "properties", "who"], use_threads=False).aggregate([("at", "min")])
    kept = table.take(pa.array(np.sort(firsts["at_min"].to_numpy())))
    at = kept.schema.get_field_index("event_id")
    ids = further_ids(kept["event_id"].combine_chunks(), _turns(kept["row"].to_numpy()))
    return [kept.set_column(at, kept.schema.field(at), ids)]


def _turns(row: Numbers) -> Numbers:
    """Number equal values by their order, each from 0."""
    order = np.argsort(row, kind="stable")
    ranked = row[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(row) else np.empty(0, np.int64)
    turns = np.empty(len(row), np.int64)
    turns[order] = np.arange(len(row)) - np.repeat(starts, np.diff(np.append(starts, len(row))))
    return turns
