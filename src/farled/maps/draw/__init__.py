"""The picture of a journey map: a view in words, a layout of pure steps, and SVG or one HTML page."""

from farled.maps.draw.drawing import draw
from farled.maps.draw.page import Live, live, page
from farled.maps.draw.showing import ROWS, Showing, rows_of

__all__ = ["ROWS", "Live", "Showing", "draw", "live", "page", "rows_of"]
