"""Saved segments in ``catalog.yaml``: a change touches the lines of its segment alone, every other byte stays."""

import fcntl
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node

from farled.errors import InputError, NotFoundError
from farled.maps.explain import explained
from farled.maps.load import text_of, write_text
from farled.maps.model import Catalog
from farled.maps.yaml import plain_values, read_yaml

RESERVED = frozenset({"all", "persona", "phase", "rest"})
_ID = re.compile(r"[a-z][a-z0-9_-]*")
_PLAIN = re.compile(r"\w[\w./]*(?:[ -]+[\w./]+)*")
_KEY = "segments"


def save_segment(path: Path, id_: str, name: str, rule: Mapping[str, Any]) -> None:
    """Put a segment into a catalogue, which is made if it is not there; one of that id is replaced.

    Args:
        path: Of the catalogue.
        id_: Of the segment.
        name: For people.
        rule: As it stands in a file.

    Raises:
        InputError: The id or the name cannot be used, a persona has the id, or the catalogue cannot be read.
    """
    require_id_and_name(id_, name)
    with _writing(path):
        before = text_of(path) if path.is_file() else "farled: 1\n"
        known = _read(before, path)
        if id_ in {persona.id for persona in known.personas}:
            raise InputError(f"A persona is called {id_!r} already.", "Choose another id for the segment.")
        after = _with(before, id_, {"name": name, "rule": rule})
        _require_same(before, after, path, id_)
        if after != before or not path.is_file():
            write_text(after, path)


def delete_segment(path: Path, id_: str) -> None:
    """Take a segment out of a catalogue; comments around it stay.

    Raises:
        NotFoundError: There is no such segment.
        InputError: The catalogue cannot be read.
    """
    with _writing(path):
        before = text_of(path) if path.is_file() else ""
        known = _read(before, path).segments if before else {}
        if id_ not in known:
            raise NotFoundError.named("segment", id_, known)
        after = _without(before, id_)
        _require_same(before, after, path, id_)
        write_text(after, path)


def flow_text(value: object) -> str:
    """Return a plain value as YAML in one line.

    >>> flow_text({"all": [{"attr": "plan", "is": "pro"}, {"not": {"event": "a: b", "min": 2}}]})
    '{all: [{attr: plan, is: pro}, {not: {event: "a: b", min: 2}}]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow_text(key)}: {flow_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and _PLAIN.fullmatch(value) and _read_back(value) == value:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    """Return a text in double quotes; what YAML does not take as it is stands as its code."""
    known = {'"': '\\"', "\\": "\\\\"}
    letters = (known.get(letter) or (letter if letter.isprintable() else f"\\U{ord(letter):08x}") for letter in text)
    return f'"{"".join(letters)}"'


def _read_back(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


def require_id_and_name(id_: str, name: str) -> None:
    """Check that a segment may be called so.

    Raises:
        InputError: The id or the name cannot be used.
    """
    if not name.strip() or len(name.splitlines()) != 1:
        raise InputError(f"The name {name!r} of the segment {id_!r} is not one line of text.", "Write a short name.")
    if not _ID.fullmatch(id_) or len(id_) > 64:
        hint = "Use a small letter, then small letters a-z, digits, _ and -; at most 64."
        raise InputError(f"{id_!r} is not an id.", hint)
    if id_ in RESERVED:
        raise InputError(f"{id_!r} has a meaning of its own among groups.", "Choose another id.")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Be the only one who changes the catalogue, among all threads and processes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(text: str, path: Path) -> Catalog:
    document = read_yaml(text, str(path))
    try:
        return Catalog.model_validate(plain_values(document))
    except ValidationError as error:
        lines = explained(error, document, str(path), Catalog)
        raise InputError("\n".join(lines), "Correct the catalogue first.") from error


def _require_same(before: str, after: str, path: Path, id_: str) -> None:
    """Check what has been written: it can be read, and nothing but the one segment has changed."""
    _read(after, path)
    old, new = (plain_values(read_yaml(text, str(path))) for text in (before, after))
    for told in (old, new):
        told[_KEY] = {key: value for key, value in (told.get(_KEY) or {}).items() if key != id_}
    if old != new:
        raise InputError(f"{path} is written in a way that cannot be changed safely.", f"Edit {_KEY} by hand.")


def _with(text: str, id_: str, entry: Mapping[str, Any]) -> str:
    node = _section(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    line = f"{id_}: {flow_text(entry)}"
    if not isinstance(node, MappingNode):
        whole = text if text.endswith("\n") or not text else text + newline
        return f"{whole}{_KEY}:{newline}  {line}{newline}"
    found = _entry(node, id_)
    if found is not None:
        return _changed(text, found[1], entry)
    if node.flow_style:
        last = node.end_mark.index - 1
        return _put(text, last, f", {line}" if node.value else line)
    indent = " " * node.value[0][0].start_mark.column
    return _put(text, _end_of_line(text, _end(node)), f"{newline}{indent}{line}")


def _changed(text: str, node: Node, entry: Mapping[str, Any]) -> str:
    """Replace what differs of a segment: its name, its rule, or all where it is written in another way."""
    own = {key.value: value for key, value in node.value} if isinstance(node, MappingNode) else {}
    if set(own) != set(entry):
        return text[: node.start_mark.index] + flow_text(entry) + text[_end(node) :]
    for field in sorted(own, key=lambda field: -own[field].start_mark.index):
        value = own[field]
        held = plain_values(_read_back(_source(text, value)))
        if held != plain_values(_read_back(flow_text(entry[field]))):
            text = text[: value.start_mark.index] + flow_text(entry[field]) + text[_end(value) :]
    return text


def _without(text: str, id_: str) -> str:
    node = _section(text)
    if not isinstance(node, MappingNode):
        return text
    entries = cast("list[tuple[Node, Node]]", node.value)
    at = next(number for number, (key, _) in enumerate(entries) if key.value == id_)
    key, value = entries[at]
    start = int(key.start_mark.index)
    if len(entries) == 1:
        if node.flow_style:
            return text[:start] + text[_end(value) :]
        return f"{text[:start]}{{}}{text[_end(value) :]}"
    if node.flow_style:
        first = start if at == 0 else _end(entries[at - 1][1])
        return text[:first] + text[entries[1][0].start_mark.index if at == 0 else _end(value) :]
    begin = text.rfind("\n", 0, start) + 1
    return text[:begin] + text[_end_of_line(text, _end(value)) :].removeprefix("\r").removeprefix("\n")


def _section(text: str) -> Node | None:
    """Return what stands under the key ``segments``."""
    root = YAML().compose(text)
    return next((value for key, value in root.value if key.value == _KEY), None)


def _entry(node: MappingNode, id_: str) -> tuple[Node, Node] | None:
    return next(((key, value) for key, value in node.value if key.value == id_), None)


def _source(text: str, node: Node) -> str:
    """Return the text of a value, its lines indented as its first."""
    return " " * int(node.start_mark.column) + text[int(node.start_mark.index) : _end(node)]


def _end(node: Node) -> int:
    """Return where the text of a value ends; comments and empty lines after it are not of it."""
    if not isinstance(node, CollectionNode) or node.flow_style:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1] == "\r" else end


def _put(text: str, at: int, more: str) -> str:
    return text[:at] + more + text[at:]
