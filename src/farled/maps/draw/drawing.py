"""Draws a map as a picture that stands alone."""

from collections.abc import Mapping
from typing import Any

from farled.figures.tokens import Theme
from farled.maps.draw.picture import static_svg
from farled.maps.draw.reading import view
from farled.maps.draw.showing import PLAIN, Showing
from farled.maps.model import MapFile
from farled.maps.translate import with_languages


def draw(
    map: MapFile,  # noqa: A002  (what it is)
    snapshot: Mapping[str, Any] | None,
    language: str = "sv",
    theme: Theme = "light",
    fonts: bool = True,
    showing: Showing = PLAIN,
) -> str:
    """Return the picture of a map as SVG; the same input gives the same bytes.

    Args:
        map: The map file.
        snapshot: What was measured (``farled.maps.measure``), or None for a map of intent alone.
        language: Language of the interface texts.
        theme: ``"light"`` or ``"dark"``.
        fonts: Whether the font files stand in the picture. Without them it needs Farled's fonts around it.
        showing: Which rows, findings, journey and comparison.

    Raises:
        NotFoundError: Farled does not speak the language, or there is no such theme.
    """
    return with_languages(static_svg(view(map, snapshot, language, showing), theme, fonts))
