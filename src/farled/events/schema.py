"""The one shape of an event, and the way of any table into it."""

import json
from collections.abc import Callable

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
