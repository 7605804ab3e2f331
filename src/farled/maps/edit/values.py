"""Writes values as YAML on one line, or as the lines of a list."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

WIDTH: Final = 100
_PLAIN: Final = re.compile(r"[^\W\d_][\w \-./()+%&'\u2019\u2013\u2026\u00b7;!=]*")
_SPAN: Final = re.compile(r"[0-9]+(s|min|h|d|w)")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_HIDDEN: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def on_one_line(value: Any) -> str:
    """Return a value in flow style, as it may stand anywhere.

    >>> on_one_line({"metric": "nps", "target": 40.0, "words": ["glad", "a: b"]})
    '{metric: nps, target: 40, words: [glad, "a: b"]}'
    """
    if isinstance(value, Mapping):
        pairs = (f"{on_one_line(key)}: {on_one_line(inner)}" for key, inner in value.items() if inner is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(on_one_line, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    return scalar(value) if isinstance(value, str) else str(value)


def scalar(text: str, quote: str | None = None) -> str:
    r"""Return a text as a scalar, without quotes where that is safe, else in those it had or in double ones.

    >>> scalar("Köp nu"), scalar("yes"), scalar("it's", "'"), scalar("rad 1\nrad 2")
    ('Köp nu', '"yes"', "'it''s'", '"rad 1\\nrad 2"')
    """
    printable = not any(ord(letter) < 32 for letter in text) and not _HIDDEN.search(text)
    if quote == "'" and printable:
        return "'" + text.replace("'", "''") + "'"
    if quote is None and printable and _is_plain(text):
        return text
    written = json.dumps(text, ensure_ascii=False)
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def kind_first(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a metric as people write it: its kind first, then its name, last which way is better."""
    ends = {"kind": 0, "name": 1, "better": 3}
    return (
        {key: record[key] for key in sorted(record, key=lambda key: ends.get(key, 2))}
        if "kind" in record
        else dict(record)
    )


def entry(key: str, value: Any, column: int) -> str:
    """Return a key with its value as lines of a block mapping, without the last line's end.

    Args:
        key: Of the mapping.
        value: Lists of mappings stand one per line below the key, all else on its line.
        column: Where the keys begin.
    """
    room = " " * column
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        return f"{room}{key}:\n" + "\n".join(item(each, column + 2) for each in value)
    return f"{room}{on_one_line(key)}: {on_one_line(value)}"


def item(value: Any, column: int) -> str:
    """Return an item of a block list: on one line where it is short, else a key per line.

    Args:
        value: Of the item.
        column: Where the dash stands.
    """
    flat = on_one_line(value)
    if not isinstance(value, Mapping) or not value or (len(flat) <= WIDTH and not _holds_records(value)):
        return f"{' ' * column}- {flat}"
    lines = "\n".join(entry(key, inner, column + 2) for key, inner in value.items() if inner is not None)
    return f"{' ' * column}- {lines[column + 2 :]}"


def _holds_records(value: Mapping[str, Any]) -> bool:
    return any(isinstance(inner, Sequence) and inner and isinstance(inner[0], Mapping) for inner in value.values())


def _is_plain(text: str) -> bool:
    if _SPAN.fullmatch(text):
        return True
    return bool(_PLAIN.fullmatch(text)) and not text.endswith(" ") and text.casefold() not in _WORDS
