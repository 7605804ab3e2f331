"""Four customers of the demo shop, written by hand: data for examples that one can check by eye."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

_NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
_SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("sequence", pa.int32()),
        ("name", pa.string()),
        ("channel", pa.string()),
        ("identifiers", pa.list_(pa.struct([("type", pa.string()), ("value", pa.string())]))),
        ("value", pa.float64()),
        ("currency", pa.string()),
        ("score", pa.float64()),
        ("scale", pa.string()),
        ("text", pa.string()),
        ("properties", pa.string()),
    ]
)
_STORIES = {
    "ana": "ad_click 0, view_item 0, add_to_cart 1, order 2, delivered 5, csat_answered 6",
    "bo": "ad_click 0, view_item 3, add_to_cart 3",
    "cai": "store_visit 1, view_item 4, order 9",
    "dag": "ad_click 2",
}
_CHANNELS = {"ad_click": "social", "store_visit": "store", "delivered": "delivery", "csat_answered": "survey"}


def small() -> pa.Table:
    """Return the events of Ana, Bo, Cai and Dag, sorted by time; days are counted from 2026-09-01, noon UTC.

    Example:
        >>> table = small()
        >>> table.num_rows, sorted(set(table["name"].to_pylist()))[:3]
        (13, ['ad_click', 'add_to_cart', 'csat_answered'])
    """
    rows = []
    for customer, story in _STORIES.items():
        for minute, told in enumerate(story.split(", ")):
            name, day = told.split()
            rows.append(_event(customer, name, _NOON + timedelta(days=int(day), minutes=minute)))
    rows.sort(key=lambda row: str(row["time"]))
    return pa.Table.from_pylist([{**row, "event_id": f"e{at}", "sequence": at} for at, row in enumerate(rows)], _SCHEMA)


def _event(customer: str, name: str, time: datetime) -> dict[str, object]:
    bought = {"value": 499.0, "currency": "SEK"} if name == "order" else {}
    said = {"score": 5.0, "scale": "csat", "text": "It came a day early."} if name == "csat_answered" else {}
    who = {"identifiers": [{"type": "customer_id", "value": customer}], "properties": "{}"}
    return {"time": time, "name": name, "channel": _CHANNELS.get(name, "webshop"), **who, **bought, **said}
