"""Values written in braces or brackets, as people type them: JSON, or YAML on one line."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from farled.errors import InputError

MOST_OPENED = 200
"""Braces and brackets in YAML: how long it takes to read rises with the square of them."""


def braced(text: str, place: str) -> Any:
    """Return the value that a text in braces or brackets stands for; times and dates stay texts.

    Args:
        text: JSON, or YAML without anchors, tags and keys given twice.
        place: Where it was written, for the error.

    Raises:
        InputError: It is neither.

    Example:
        >>> braced('{"event": "order"}', "where"), braced("{event: order, min: 3}", "where")
        ({'event': 'order'}, {'event': 'order', 'min': 3})
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _yaml(text, place)


def _yaml(text: str, place: str) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415  JSON does not need it
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415  as above

    hint = "Write JSON, or YAML in braces: {event: order, min: 3}."
    if text.count("[") + text.count("{") > MOST_OPENED:
        raise InputError(f"{place}: {text[:60]!r}… cannot be read: it is no JSON, and too long for YAML.", hint)
    try:
        special = next(_special(YAML(typ="safe", pure=True).parse(text)), None)
        found = None if special else _plain(YAML(typ="safe", pure=True).load(text))
    except (YAMLError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        raise InputError(f"{place}: {text!r} cannot be read: {problem}.", hint) from error
    if special:
        raise InputError(f"{place}: {text!r} cannot be read: {special}.", "Write the value itself.")
    return found


def _special(events: Any) -> Iterator[str]:
    """Yield what a value may not have: anchors, aliases and tags, which can make much of little."""
    for event in events:
        if getattr(event, "anchor", None):
            yield f"{event.anchor!r} is an anchor or alias"
        if getattr(event, "tag", None):
            yield f"{event.tag} is a tag"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
