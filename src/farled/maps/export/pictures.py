"""A map as SVG and as PNG: with the fonts of Farled alone, the same bytes each time."""

from farled.errors import InputError, NotFoundError
from farled.figures.static import png
from farled.figures.tokens import THEMES, Theme
from farled.maps.draw.drawing import draw
from farled.maps.export.taken import Taken

SCALES = (1, 2, 3)


def map_svg(taken: Taken, theme: str = "light") -> str:
    """Return the picture with its fonts inside.

    Raises:
        NotFoundError: There is no such theme.
    """
    return draw(taken.map, taken.snapshot, taken.language, theme_named(theme), showing=taken.showing)


def map_png(taken: Taken, scale: int = 1, theme: str = "light") -> bytes:
    """Return the picture in pixels.

    Args:
        taken: What is taken along.
        scale: Pixels per unit of the picture: 1, 2 or 3.
        theme: ``light`` or ``dark``.

    Raises:
        InputError: There is no such scale.
        NotFoundError: There is no such theme.
        MissingExtraError: The extra ``charts`` is not installed.
    """
    if scale not in SCALES:
        raise InputError(f"A picture cannot be written at {scale} times.", "Use 1, 2 or 3.")
    picture = draw(taken.map, taken.snapshot, taken.language, theme_named(theme), False, taken.showing)
    return png(picture, scale)


def theme_named(name: str) -> Theme:
    """Return a theme.

    Raises:
        NotFoundError: There is none of that name.
    """
    if name == "light":
        return "light"
    if name == "dark":
        return "dark"
    raise NotFoundError.named("theme", name, THEMES)
