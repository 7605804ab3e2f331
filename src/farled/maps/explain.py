"""Says what is wrong with the fields of a map file, in sentences, with file, line, place and the nearest valid word."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from farled.journeys.conditions import dotted, nearest
from farled.maps.yaml import Document, Keys, line_of

_WORDS = re.compile(r"'([^']*)'")
_WANTED = {
    "string_type": ("must be text", "Put it in quotes."),
    "bool_type": ("must be true or false", "Write true or false."),
    "int_type": ("must be a whole number", "Write a whole number."),
    "float_type": ("must be a number", "Write a number such as 0.5."),
    "date_type": ("must be a date", "Write it as 2026-10-01, without quotes."),
    "tuple_type": ("must be a list", "Write [a, b], or one item per line with a dash."),
    "mapping_type": ("must be a mapping", "Write {key: value}."),
    "dict_type": ("must be a mapping", "Write {key: value}."),
    "model_type": ("must be a mapping", "Write {key: value}."),
    "string_too_short": ("is empty", "Write it, or remove the key."),
    "too_short": ("is empty", "List at least one, or remove the key."),
}
_PATTERNS = {
    "^[a-z][a-z0-9_-]*$": ("is not an id", "Use a small letter, then small letters a-z, digits, _ and -."),
    "^L(0[1-9]|1\\d|2[0-4])$": ("is not a lever", "Use L01 to L24."),
}


def explained(error: ValidationError, document: Document, name: str, model: type[BaseModel]) -> list[str]:
    """Return one line per fault, in the order of the file.

    Args:
        error: What the model says.
        document: What was read, with the lines.
        name: Of the file.
        model: Of the whole file.
    """
    found = {}
    for details in error.errors():
        keys = _standing(document, details["loc"])
        message, hint = _sentence(details, keys)
        line = line_of(document, keys)
        found[f"{name}:{line}: {_path(keys, model)}: {message} {hint}".rstrip()] = line
    return sorted(found, key=lambda text: found[text])


def _path(keys: Keys, model: type[BaseModel]) -> str:
    return dotted("", keys) if keys else model.__name__


def _standing(document: object, loc: tuple[str | int, ...]) -> Keys:
    """Return the keys that stand in the file: kinds chosen on the way are not keys, the last one may be missing."""
    node: Any = document
    keys: list[str | int] = []
    for at, key in enumerate(loc):
        if _has(node, key):
            node = node[key]
        elif at < len(loc) - 1 or not isinstance(node, Mapping) or str(key).startswith("<"):
            continue
        keys.append(key)
    if keys and keys[-1] == "[key]":
        keys.pop()
    return tuple(keys)


def _has(node: object, key: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(key, int) and key < len(node)
    return isinstance(node, Mapping) and key in node


def _sentence(details: ErrorDetails, keys: Keys) -> tuple[str, str]:
    kind, context, value = details["type"], details.get("ctx", {}), _short(details["input"])
    last = keys[-1] if keys else ""
    match kind:
        case "farled":
            return str(context["message"]), str(context["hint"])
        case "missing":
            return f"{last!r} is missing.", f"Add {last}: with its value."
        case "literal_error" | "union_tag_invalid":
            words = _WORDS.findall(str(context.get("expected", context.get("expected_tags", ""))))
            shown = repr(context["tag"]) if "tag" in context else value
            hint = nearest(str(details["input"]) if kind == "literal_error" else context["tag"], words)
            return f"{shown} is not one of the words here.", hint or f"Write {context.get('expected')}."
        case "union_tag_not_found":
            return f"{value} does not say its kind.", f"Add {context['discriminator']}."
        case "string_pattern_mismatch":
            says, hint = _PATTERNS.get(str(context["pattern"]), ("has the wrong form", "Look it up in the reference."))
            return f"{value} {says}.", hint
    return _measure(kind, context, value, details)


def _measure(kind: str, context: Mapping[str, Any], value: str, details: ErrorDetails) -> tuple[str, str]:
    bounds = {"less_than_equal": ("above", "le"), "greater_than_equal": ("below", "ge")}
    bounds |= {"less_than": ("not below", "lt"), "greater_than": ("not above", "gt")}
    if kind in bounds:
        word, key = bounds[kind]
        return f"{value} is {word} {context[key]:g}.", "Use a number in the range."
    says, hint = _WANTED.get(kind, ("cannot stand here", details["msg"] + "."))
    return f"{value} {says}.", hint


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
