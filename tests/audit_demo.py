"""The demo shop and its map, and mistakes planted in them: what the rules of the audit are tried on."""

import json
from copy import deepcopy
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
import pyarrow as pa

from farled.demo.shop import events
from farled.journeys.build import build
from farled.maps.audit.catalog import RULES
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.run import audit
from farled.maps.measure import Measuring, Stamp
from farled.maps.model import MapFile
from farled.maps.yaml import known_yaml, plain_values
from farled.spans import period

ZONE = "Europe/Stockholm"
YEAR = period("2025-10-01..2026-10-01", ZONE)
QUARTER = period("2026-07-01..2026-10-01", ZONE)
BEFORE = period("2026-04-01..2026-07-01", ZONE)
TODAY = date(2026, 10, 1)
PROPERTIES = (
    "campaign",
    "device",
    "eta_shown",
    "flow",
    "item",
    "medium",
    "on_time",
    "order_no",
    "price",
    "promised",
    "survey",
    "ticket",
    "topic",
    "touchpoint",
)
RULE = {rule.id: rule for rule in RULES}


@cache
def _written():
    text = (files("farled.demo") / "maps" / "nordbod-purchase.yaml").read_text(encoding="utf-8")
    return plain_values(known_yaml(text, "map"))


def demo_map(changes=None):
    """The map of the demo with some of its parts changed.

    ``{"phases/loyalty/touchpoints/member/owner": "crm"}`` changes a field of what has that id; None removes it; ``+``
    at the end of a path puts something into a list.
    """
    made = deepcopy(_written())
    for path, value in (changes or {}).items():
        *parents, last = path.split("/")
        place = made
        for step in parents:
            place = place[_key(place, step)]
        if last == "+":
            place.append(value)
        elif value is None:
            del place[_key(place, last)]
        elif isinstance(place, list):
            place[_key(place, last)] = value
        else:
            place[last] = value
    return MapFile.model_validate(made)


def _key(place, step):
    return step if isinstance(place, dict) else next(at for at, each in enumerate(place) if each["id"] == step)


@cache
def shop():
    """The events of the demo shop as a frame, a column for each property; the customer is the only identifier."""
    table = events(4000, 7)
    frame = table.drop(["event_id", "identifiers", "source", "account"]).to_pandas()
    told = [json.loads(text) for text in frame.properties]
    frame["who"] = table["identifiers"].combine_chunks().flatten().field("value").to_pandas()
    return frame.assign(**{name: pd.Series([each.get(name) for each in told], dtype=object) for name in PROPERTIES})


def journeys(frame):
    """The journeys of a frame of events."""
    columns = {name: pa.array(frame[name], from_pandas=True) for name in frame.columns}
    nothing = pa.nulls(len(frame))
    return build(
        columns["who"],
        columns["time"].cast(pa.timestamp("us", tz="UTC")),
        columns["name"],
        sequence=columns["sequence"].cast(pa.int32()),
        load=lambda wanted: columns.get(wanted, nothing),
    )


@cache
def _clean():
    return Measuring(demo_map(), journeys(shop()), None, Stamp(ZONE))


@cache
def _clean_snapshot(when):
    return _clean().snapshot(when)


def evidence(map_=None, frame=None, when=YEAR):
    """What the audit is given of the demo, or of another map and other events."""
    if frame is None and map_ is None:
        measuring, snapshot = _clean(), _clean_snapshot(when)
    else:
        measuring = Measuring(map_ or demo_map(), journeys(shop() if frame is None else frame), None, Stamp(ZONE))
        snapshot = measuring.snapshot(when)
    return Evidence(measuring.map, TODAY, when, snapshot, measuring)


def findings(rule, found):
    """What one rule finds: objects and cut of each finding."""
    return {
        (finding.failed.objects, tuple(sorted(finding.failed.cut.items())))
        for finding in audit(found, [RULE[rule]]).findings
    }


def some(rows, share):
    """A share of the events that are chosen, by chance."""
    return rows & (np.random.default_rng(1).random(len(rows)) < share)


def named(*names, **values):
    """Which events have one of some names, and these values."""
    rows = shop().name.isin(names)
    for column, value in values.items():
        rows &= shop()[column] == value
    return rows


def since(day):
    """Which events lie on a day or later."""
    return shop().time >= day


def lost(*names, share=1.0):
    """The shop without a share of the events of some names."""
    return shop()[~some(named(*names), share)]


def changed(rows, **values):
    """The shop with other values in some events: each a value, or what a function makes of those events."""
    frame = shop().copy()
    for column, value in values.items():
        frame.loc[rows, column] = value(frame[rows]) if callable(value) else value
    return frame


def copied(rows, after, **values):
    """Copies of some events so long after them, with other values."""
    copies = shop()[rows].assign(**values)
    return copies.assign(time=copies.time + pd.Timedelta(after))


def with_more(rows, after, **values):
    """The shop with copies of some events so long after them, with other values."""
    return pd.concat([shop(), copied(rows, after, **values)])


def stopped(at):
    """The shop where customers do nothing any more after their first of some events."""
    frame = shop()
    last = frame.who.map(frame[at].groupby("who").time.min())
    return frame[last.isna() | (frame.time <= last)]


def apart(rows):
    """The shop where each of some events is of a customer of whom nothing else is known."""
    return changed(rows, who=lambda found: [f"x-{at}" for at in range(len(found))])
