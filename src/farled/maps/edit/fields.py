"""Writes changed fields into their places: a value is replaced, a key added or taken away."""

import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from farled.maps.diff.change import json_ready
from farled.maps.edit.keys import rewrite_keys
from farled.maps.edit.lists import Entry, rewrite_list
from farled.maps.edit.source import Source, child
from farled.maps.edit.values import kind_first, on_one_line, scalar


def rewrite(
    source: Source, node: MappingNode, before: Mapping[str, Any], after: Mapping[str, Any], sparse: Any
) -> None:
    """Plan what makes a mapping say ``after`` in place of ``before``.

    Args:
        source: The text.
        node: The mapping in it.
        before: What it says, defaults included.
        after: What it is to say, defaults included; keys in the order of the format.
        sparse: ``after`` without defaults.
    """
    gone: list[str] = []
    new: dict[str, Any] = {}
    for key in [*after, *(key for key in before if key not in after)]:
        was, is_ = before.get(key), after.get(key)
        if _said(was) == _said(is_):
            continue
        old, told = child(node, key), sparse.get(key)
        if old is None and told is not None:
            new[key] = told
        elif old is not None and (is_ is None or (told is None and is_ in ({}, [], ()))):
            gone.append(key)
        elif old is not None:
            _set(source, node, key, (was, is_, told))
    if gone or new:
        rewrite_keys(source, node, gone, new, list(kind_first(after)))


def _set(source: Source, node: MappingNode, key: str, values: tuple[Any, Any, Any]) -> None:
    was, is_, told = values
    old = child(node, key)
    if isinstance(old, MappingNode) and isinstance(was, Mapping) and isinstance(is_, Mapping):
        rewrite(source, old, was, is_, told if told is not None else {})
    elif isinstance(old, SequenceNode) and isinstance(was, list | tuple) and isinstance(is_, list | tuple):
        _rewrite_items(source, old, list(was), list(is_), list(told if told is not None else is_))
    elif (
        isinstance(old, ScalarNode)
        and isinstance(is_, list | tuple)
        and len(is_) == 1
        and isinstance(was, list | tuple)
    ):
        source.replace(source.start(old), source.end(old), _as_before(old, is_[0]))
    elif isinstance(old, ScalarNode):
        value = is_ if told is None else told
        start = source.start(old) if old.value or old.style else source.end(_key(node, key)) + 1
        gap = " " if start != source.start(old) else ""
        source.replace(start, max(start, source.end(old)), gap + _as_before(old, value))
    elif old is not None:
        _put(source, node, key, is_ if told is None else told)


def _as_before(old: ScalarNode, value: Any) -> str:
    """Return a value in the quotes of the one it replaces."""
    if isinstance(value, str):
        return scalar(value, old.style if old.style in ("'", '"') else None)
    return on_one_line(value)


def _put(source: Source, node: MappingNode, key: str, value: Any) -> None:
    """Put a value on the line of its key in place of a collection."""
    old = child(node, key)
    if old is None or getattr(old, "flow_style", True):
        if old is not None:
            source.replace(source.start(old), source.end(old), on_one_line(value))
        return
    colon = source.end(_key(node, key)) + 1
    source.replace(colon, colon, f" {on_one_line(value)}")
    source.replace(source.line_start(source.start(old)), source.next_line(source.end(old)), "")


def _rewrite_items(source: Source, node: SequenceNode, was: list[Any], is_: list[Any], told: list[Any]) -> None:
    """Plan what makes a list say something else: items that stay are not touched, changed ones are changed inside."""
    ids, new = _ids(was), _ids(is_)
    entries: list[Entry] = []
    kept: list[tuple[int, int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, ids, new, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and b - a == d - c):
            kept += [(a + step, c + step) for step in range(d - c)]
            entries += [Entry(a + step) for step in range(d - c)]
        else:
            entries += [Entry(None, told[at]) for at in range(c, d)]
    for old, at in kept:
        item: Node = node.value[old]
        if isinstance(item, MappingNode) and isinstance(was[old], Mapping) and isinstance(is_[at], Mapping):
            rewrite(source, item, was[old], is_[at], told[at] if isinstance(told[at], Mapping) else {})
        elif _said(was[old]) != _said(is_[at]):
            by = _as_before(item, told[at]) if isinstance(item, ScalarNode) else on_one_line(told[at])
            source.replace(source.start(item), source.end(item), by)
    if len(kept) != len(was) or len(entries) != len(was):
        rewrite_list(source, node, entries)


def _ids(items: list[Any]) -> list[str]:
    """Return by what items are known: their id or metric where all have one and none twice, else all they say."""
    for key in ("id", "metric"):
        found = [item.get(key) if isinstance(item, Mapping) else None for item in items]
        if None not in found and len({*found}) == len(found):
            return [str(name) for name in found]
    return [_said(item) for item in items]


def _said(value: Any) -> str:
    return json.dumps(json_ready(value), sort_keys=True)


def _key(node: MappingNode, key: str) -> Node:
    found: Node = next(name for name, _ in node.value if name.value == key)
    return found
