"""The one shape of an event, and the way of any table into it."""

import json

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError

WORD = pa.dictionary(pa.int32(), pa.string())
MOMENT = pa.timestamp("us", tz="UTC")
IDENTIFIERS = pa.list_(pa.struct([("type", pa.string()), ("value", pa.string())]))

EVENT_SCHEMA = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("time", MOMENT, nullable=False),
        pa.field("received", MOMENT, nullable=False),
        pa.field("sequence", pa.int32(), nullable=False),
        pa.field("name", WORD, nullable=False),
        pa.field("channel", WORD, nullable=False),
        pa.field("source", WORD, nullable=False),
        pa.field("identifiers", IDENTIFIERS, nullable=False),
        pa.field("account", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("currency", WORD),
        pa.field("score", pa.float64()),
        pa.field("scale", WORD),
        pa.field("text", pa.string()),
        pa.field("properties", pa.string(), nullable=False),
    ]
)
"""The columns of an event, in order. The store adds ``bucket`` (int16) as its partition."""

REQUIRED = ("event_id", "time", "name")


def conform(table: pa.Table, *, received: int, source: str, first: int = 0) -> pa.Table:
    """Return the events in the event schema, with what the sender left out filled in.

    Args:
        table: Needs ``event_id``, ``time`` and ``name``; any other column of the schema may be missing or have a type
            that can be cast. Times without a zone are UTC.
        received: When the events arrived, microseconds UTC; for events that do not say so themselves.
        source: Which import or write key brought them; for events that do not say so themselves.
        first: The sequence of the first event where the sender gave none; the following count on from it.

    Raises:
        InputError: A column is unknown, missing or cannot be cast, a needed value is missing, an event has neither
            identifier nor account, or properties are not a JSON object.

    Example:
        >>> events = pa.table({"event_id": ["1"], "time": [0], "name": ["visit"], "account": ["acme"]})
        >>> conform(events, received=5, source="import/a").column("sequence").to_pylist()
        [0]
    """
    if unknown := sorted(set(table.column_names) - set(EVENT_SCHEMA.names)):
        raise InputError(f"{unknown[0]!r} is not a column of an event.", f"Use: {', '.join(EVENT_SCHEMA.names)}.")
    defaults = {
        "received": pa.scalar(received, MOMENT),
        "channel": pa.scalar("unknown"),
        "source": pa.scalar(source),
        "properties": pa.scalar("{}"),
    }
    columns = {name: _column(table, name, defaults.get(name)) for name in EVENT_SCHEMA.names if name != "sequence"}
    counted = pa.array(range(first, first + table.num_rows), pa.int32())
    given = table.column("sequence").cast(pa.int32()) if "sequence" in table.column_names else counted
    columns["sequence"] = pc.coalesce(given, counted)
    columns["properties"] = _sorted_properties(columns["properties"])
    events = pa.table([columns[field.name] for field in EVENT_SCHEMA], schema=EVENT_SCHEMA)
    _require_somebody(events)
    return events


def _column(table: pa.Table, name: str, default: pa.Scalar | None) -> pa.ChunkedArray:
    field = EVENT_SCHEMA.field(name)
    if name not in table.column_names:
        if name in REQUIRED:
            raise InputError(f"The events have no column {name!r}.", f"Give each event: {', '.join(REQUIRED)}.")
        column = pa.chunked_array([pa.nulls(table.num_rows, _plain(field.type))])
    else:
        column = table.column(name)
    try:
        column = _cast(column, field.type)
    except pa.ArrowInvalid as error:
        raise InputError(f"The column {name!r} does not hold {field.type}: {error}.", "Correct the mapping.") from error
    if default is not None and column.null_count:
        column = _cast(pc.fill_null(_cast(column, _plain(field.type)), default.cast(_plain(field.type))), field.type)
    if name in REQUIRED and (column.null_count or (_plain(field.type) == pa.string() and _has_blank(column))):
        raise InputError(f"An event has no {name}.", "Reject such rows before they come here.")
    return column


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    if pa.types.is_dictionary(kind):
        words = column.cast(kind.value_type)
        return words.dictionary_encode() if words.num_chunks else pa.chunked_array([], kind)
    if pa.types.is_timestamp(kind) and pa.types.is_timestamp(column.type) and column.type.tz is None:
        column = column.cast(pa.timestamp(column.type.unit, tz="UTC"))
    return column.cast(kind)


def _has_blank(column: pa.ChunkedArray) -> bool:
    if pa.types.is_dictionary(column.type):
        return any(
            _has_blank(pa.chunked_array([chunk.dictionary.take(chunk.indices.unique())])) for chunk in column.chunks
        )
    return bool(pc.any(pc.equal(column, "")).as_py())


def _sorted_properties(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Check that each text is a JSON object, and write again those whose keys are not in order."""
    found = _unsorted(column)
    if not len(found):
        return column
    texts = column.to_pylist()
    for row in found:
        texts[row] = _sorted_object(texts[row])
    return pa.chunked_array([pa.array(texts, pa.string())])


def _unsorted(column: pa.ChunkedArray) -> list[int]:
    """Return the rows whose keys are not in order; all rows when a text is no JSON object."""
    if not pc.any(pc.not_equal(column, "{}")).as_py():
        return []
    with duckdb.connect() as connection:
        connection.register("given", pa.table({"row": pa.array(range(len(column))), "properties": column}))
        try:
            found = connection.execute(
                "select row from given where properties <> '{}' and"
                " (json_keys(properties) <> list_sort(json_keys(properties)) or properties not like '{%')"
            ).fetchall()
        except duckdb.InvalidInputException:
            return list(range(len(column)))
    return [row for (row,) in found]


def _sorted_object(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputError(f"The properties {text[:60]!r} are no JSON object.", "Correct the mapping.")
    return json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _require_somebody(events: pa.Table) -> None:
    nobody = pc.and_(
        pc.equal(pc.fill_null(pc.list_value_length(events.column("identifiers")), 0), 0),
        pc.equal(pc.fill_null(events.column("account"), ""), ""),
    )
    if pc.any(nobody).as_py():
        which = events.column("event_id").filter(nobody)[0].as_py()
        raise InputError(f"The event {which!r} has neither identifier nor account.", "Reject such rows before.")
