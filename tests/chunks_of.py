"""A chunk written by hand: ``{"ana": [("visit", 0, {"channel": "web"}), ("order", 2)]}``, times in days."""

import json

import numpy as np

from farled.journeys.attributes import Attributes
from farled.journeys.index import Chunk, Column
from farled.spans import DAY

FLOATS = ("value", "score")


def chunk_of(customers, end=None, names=()):
    """Every customer is one journey; events stand in the order given when their times are equal."""
    rows = [
        (at, int(when * DAY), name, properties[0] if properties else {})
        for at, events in enumerate(customers.values())
        for name, when, *properties in sorted(events, key=lambda event: event[1])
    ]
    vocabulary = tuple(sorted({name for _, _, name, _ in rows} | set(names)))
    counts = np.bincount([row[0] for row in rows], minlength=len(customers)) if rows else np.zeros(len(customers), int)
    time = np.array([row[1] for row in rows], dtype=np.int64)
    keys = sorted({key for row in rows for key in row[3]})
    return Chunk(
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        time,
        np.array([vocabulary.index(row[2]) for row in rows], dtype=np.uint16),
        vocabulary,
        end=int(end * DAY) if end is not None else int(time.max(initial=0)),
        columns={key: _column(key, [row[3].get(key) for row in rows]) for key in keys},
    )


def attributes_of(*changes):
    """Attributes from ``(customer position, days, {"plan": "pro"})``."""
    who, when, what = zip(*changes, strict=True) if changes else ((), (), ())
    return Attributes.from_identify(who, [int(days * DAY) for days in when], [json.dumps(fields) for fields in what])


def _column(key, values):
    if key in FLOATS:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    seen = {}
    code = [-1 if value is None else seen.setdefault((type(value), value), len(seen)) for value in values]
    return Column(np.array(code, dtype=np.int32), tuple(value for _, value in seen))
