"""Adds keys to a mapping and takes keys away; all other keys keep their lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node

from farled.maps.edit.flow import Part, rewrite_flow
from farled.maps.edit.source import Source
from farled.maps.edit.values import entry, on_one_line


def rewrite_keys(
    source: Source, node: MappingNode, gone: Sequence[str], new: Mapping[str, Any], order: Sequence[str]
) -> None:
    """Plan what gives a mapping other keys.

    Args:
        source: The text.
        node: The mapping in it.
        gone: Keys to be taken away.
        new: Keys to be added, with their values; none is there yet.
        order: All keys of the format: a new one comes after those before it.
    """
    parts = _parts(node, gone, new, order)
    if node.flow_style or not parts:
        _rewrite_flow(source, node, parts)
    else:
        _rewrite_block(source, node, parts)


def _parts(node: MappingNode, gone: Sequence[str], new: Mapping[str, Any], order: Sequence[str]) -> list[Part]:
    """Return the keys as they are to be: those that stay by their place, new ones by name."""
    place = {key: at for at, key in enumerate(order)}
    names = [name.value for name, _ in node.value]
    wanted: list[str] = [name for name in names if name not in gone]
    for key in new:
        earlier = [at for at, name in enumerate(wanted) if place.get(name, -1) < place.get(key, len(place))]
        wanted.insert(earlier[-1] + 1 if earlier else 0, key)
    return [Part(None, (key, new[key])) if key in new else Part(names.index(key)) for key in wanted]


def _rewrite_flow(source: Source, node: MappingNode, parts: Sequence[Part]) -> None:
    spans = [(source.start(name), _end(source, name, held)) for name, held in node.value]
    if not parts and not node.flow_style:
        source.replace(spans[0][0], spans[-1][1], "{}")
    elif not node.value or not parts:
        told = ", ".join(_told(part) for part in parts)
        source.replace(source.start(node), source.end(node), "{" + told + "}")
    else:
        bare = source.text[source.start(node)] != "{"
        if bare:  # a single pair in a flow list needs none, several do
            source.replace(spans[0][0], spans[0][0], "{")
        rewrite_flow(source, spans, parts, _told)
        if bare:
            source.replace(spans[-1][1], spans[-1][1], "}")


def _told(part: Part) -> str:
    key, value = part.new
    return f"{on_one_line(key)}: {on_one_line(value)}"


def _rewrite_block(source: Source, node: MappingNode, parts: Sequence[Part]) -> None:
    column = source.column(node.value[0][0])
    first = source.start(node.value[0][0])
    if all(part.kept is None for part in parts):
        lines = "\n".join(entry(key, value, column) for key, value in (part.new for part in parts))
        source.replace(first, _end(source, *node.value[-1]), lines[column:])
        return
    line = source.line_start(first)
    before = bool(source.text[line:first].strip())  # after the dash of a list
    place = first if before else line
    for part in parts:
        if part.kept is not None:
            place, before = source.next_line(_end(source, *node.value[part.kept])), False
            continue
        lines = entry(part.new[0], part.new[1], column) + "\n"
        source.replace(place, place, lines[column:] + " " * column if before else lines)
    kept = {part.kept for part in parts}
    for at, (name, held) in enumerate(node.value):
        if at in kept:
            continue
        line = source.line_start(source.start(name))
        if source.text[line : source.start(name)].strip() and at + 1 < len(node.value):
            source.replace(source.start(name), source.start(node.value[at + 1][0]), "")
        else:
            source.replace(line, source.next_line(_end(source, name, held)), "")


def _end(source: Source, name: Node, held: Node) -> int:
    """Return where a key with its value ends."""
    return max(source.end(name) + 1, source.end(held))
