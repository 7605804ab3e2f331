"""Compiling the kernels of measuring in a process of its own, while the first one makes and stores events."""

import subprocess
import sys

from farled.demo.drafts import drafts
from farled.journeys.build import journeys_of
from farled.maps.load import loads
from farled.maps.measure import measure
from farled.spans import period

SCRIPT = "from farled.workspace.warming import warm; warm()"
TRIP = [
    ("identify", 0, {"children": True}),
    ("ad_click", 0, {"channel": "social"}),
    ("view_item", 1, {"channel": "webshop", "eta_shown": True}),
    ("order", 2, {"channel": "webshop", "value": 100.0}),
    ("csat_answered", 3, {"channel": "survey", "score": 4.0, "scale": "csat"}),
]


def start() -> "subprocess.Popen[bytes]":
    """Begin to compile; the caller waits for the process before it measures."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=quiet, stdout=quiet, stderr=quiet)


def warm() -> None:
    """Measure the demo map on one journey, so that every kernel of measuring is compiled and kept."""
    map_ = loads(drafts()["maps/nordbod-purchase.yaml"])
    measure(map_, journeys_of({"ana": TRIP, "bo": TRIP[1:3]}), period("1970"))
