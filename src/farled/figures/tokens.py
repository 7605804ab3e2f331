"""The colours of Farled by role, for two themes: ``tokens.json`` is the only place that holds one."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

from farled.errors import NotFoundError
from farled.figures.colors import between

Theme = Literal["light", "dark"]

THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
SERIES: Final = 6
SCALE: Final = (0.0, 0.12, 0.25, 0.37, 0.49, 0.78, 1.0)  # no step on which neither ink nor paper can be read


@cache
def tokens(theme: Theme) -> Mapping[str, str]:
    """Return all colours of a theme by role, as ``#rrggbb``.

    Raises:
        NotFoundError: There is no such theme.

    Example:
        >>> tokens("light")["fjord"], tokens("dark")["fjord"]
        ('#0f5c63', '#6cc5c9')
    """
    if theme not in THEMES:
        raise NotFoundError.named("theme", theme, THEMES)
    colors: dict[str, str] = _file()[theme]
    return MappingProxyType(colors)


def color(role: str, theme: Theme) -> str:
    """Return one colour.

    Raises:
        NotFoundError: There is no such role or theme.
    """
    known = tokens(theme)
    if role not in known:
        raise NotFoundError.named("colour", role, known)
    return known[role]


def channel_color(place: int, theme: Theme) -> str:
    """Return the colour of a channel by its place in the catalogue, from 0; from the seventh on they come again.

    The order is that of the largest distance to each other and to the colours of states.
    """
    known = tokens(theme)
    order: list[int] = _file()["channel-order"][theme]
    return known[f"channel-{order[place % len(order)]}"]


@cache
def roles(theme: Theme) -> Mapping[str, str]:
    """Return the colours that options of charts name.

    Those of ``tokens``; ``series-1`` to ``series-6``, the channels by their place in the order of the theme; and
    ``scale-1`` to ``scale-7`` from little to much, of which the last two take light text.

    Example:
        >>> roles("light")["series-1"] == channel_color(0, "light")
        True
    """
    series = {f"series-{place + 1}": channel_color(place, theme) for place in range(SERIES)}
    steps = [between(color("sunk", theme), color("fjord", theme), share) for share in SCALE]
    scale = {f"scale-{place}": step for place, step in enumerate(steps, 1)}
    return MappingProxyType({**tokens(theme), **series, **scale})


def depths(count: int, theme: Theme) -> tuple[str, ...]:
    """Return the tones of phase headers from first to last; beyond or below five they lie between the given ones.

    Example:
        >>> depths(3, "light")
        ('#204b6d', '#1d6270', '#1d5646')
    """
    given = [color(f"depth-{step}", theme) for step in range(1, 6)]
    places = [4 * at / (count - 1) if count > 1 else 0.0 for at in range(count)]
    return tuple(
        between(given[min(int(place), 3)], given[min(int(place), 3) + 1], place - min(int(place), 3))
        for place in places
    )


def variables(theme: Theme) -> str:
    """Return the colours as CSS declarations of custom properties.

    Example:
        >>> variables("light").split(";")[0]
        '--paper:#f6f7f5'
    """
    return ";".join(f"--{role}:{value}" for role, value in roles(theme).items())


@cache
def _file() -> dict[str, dict[str, Any]]:
    text = files("farled.figures").joinpath("tokens.json").read_text(encoding="utf-8")
    content: dict[str, dict[str, Any]] = json.loads(text)
    return content
