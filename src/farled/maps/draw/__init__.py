"""The picture of a journey map: a view in words, a layout of pure steps, and SVG or one HTML page."""

from farled.maps.draw.drawing import draw
from farled.maps.draw.page import Live, live, page

__all__ = ["Live", "draw", "live", "page"]
