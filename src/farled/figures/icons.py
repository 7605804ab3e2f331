"""The icons of Farled: line drawings of Lucide (ISC licence, text in ``icons.json``)."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from farled.errors import NotFoundError

BOX = 24


@cache
def icons() -> Mapping[str, str]:
    """Return the shapes of every icon by name: SVG elements without colour and stroke, in a box of 24 by 24."""
    return MappingProxyType(_file()["icons"])


def icon(name: str) -> str:
    """Return the shapes of one icon.

    Raises:
        NotFoundError: No such icon is shipped.

    Example:
        >>> icon("minus")
        '<path d="M5 12h14"/>'
    """
    if name not in icons():
        raise NotFoundError.named("icon", name, icons())
    return icons()[name]


def licence() -> str:
    """Return the licence of the drawings."""
    text: str = _file()["licence"]
    return text


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files("farled.figures").joinpath("icons.json").read_text(encoding="utf-8"))
    return content
