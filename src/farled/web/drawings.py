"""Drawn maps, kept while neither map nor numbers change: drawing one takes longer than all else on its page."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from farled.maps.draw import Live, live
from farled.maps.draw.showing import PLAIN, Showing
from farled.maps.model import MapFile


class Drawings:
    """The maps drawn last.

    Args:
        kept: How many.
    """

    def __init__(self, kept: int = 32) -> None:
        self._kept = kept
        self._drawn: OrderedDict[tuple[str, str, str], Live] = OrderedDict()
        self._lock = Lock()

    def live(self, map_: MapFile, snapshot: Mapping[str, Any] | None, language: str, showing: Showing = PLAIN) -> Live:
        """Return the parts of a live map; arguments as for `farled.maps.draw.live`."""
        numbers = {name: value for name, value in (snapshot or {}).items() if name != "built"}
        shown = f"{sorted(showing.rows)}{showing.felt}{showing.walk}{showing.findings}"
        key = map_.hash, language, json.dumps([numbers, showing.against, shown], sort_keys=True)
        with self._lock:
            drawn = self._drawn.get(key)
        if drawn is None:
            drawn = live(map_, snapshot, language, showing)
        with self._lock:
            self._drawn[key] = drawn
            self._drawn.move_to_end(key)
            while len(self._drawn) > self._kept:
                self._drawn.popitem(last=False)
        return drawn
