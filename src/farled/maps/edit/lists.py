"""Writes lists anew: items that stay keep their lines, others are taken out, put in, or moved with their comments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import Node, SequenceNode

from farled.maps.edit.flow import Part, rewrite_flow
from farled.maps.edit.source import Source
from farled.maps.edit.values import item, on_one_line


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of the list as it is to be.

    Attributes:
        kept: Place in the list as it is; None: it comes anew.
        value: What comes anew.
        lines: Its text where it stood elsewhere: whole lines of a block list.
        moves: It is one of the list's own, but not in its place: it is cut out and put in again.
    """

    kept: int | None
    value: Any = None
    lines: str | None = None
    moves: bool = False


def rewrite_list(source: Source, node: SequenceNode, entries: Sequence[Entry], leaving: Collection[int] = ()) -> None:
    """Plan what gives a list other items.

    Args:
        source: The text.
        node: The list in it.
        entries: What it is to hold; ``kept`` ones that do not move stand in rising order.
        leaving: Places of those that go elsewhere, and take their comments along.
    """
    if node.flow_style:
        _rewrite_flow(source, node, entries)
    else:
        _rewrite_block(source, node, entries, leaving)


def lines_of(source: Source, node: Node, parent: SequenceNode) -> str:
    """Return the text of an item as whole lines with its dash at the left edge."""
    if parent.flow_style:
        return f"- {source.text[source.start(node) : source.end(node)]}\n"
    start, end = source.item_start(node), source.next_line(source.end(node))
    indent = source.text[source.dash_line(node) :].index("-")
    told = source.text[start:end].replace("\r\n", "\n").splitlines(keepends=True)
    return "".join(line[indent:] if line[:indent].strip() == "" else line for line in told)


def _rewrite_block(source: Source, node: SequenceNode, entries: Sequence[Entry], leaving: Collection[int]) -> None:
    stay = {entry.kept for entry in entries if entry.kept is not None and not entry.moves}
    spans = [(source.item_start(held), source.next_line(source.end(held))) for held in node.value]
    column = source.text[source.dash_line(node.value[0]) :].index("-")
    place = spans[0][0]
    for entry in entries:
        if entry.kept is not None and not entry.moves:
            place = spans[entry.kept][1]
        else:
            source.replace(place, place, _lines(source, node, entry, column))
    for at, (start, end) in enumerate(spans):
        moved = at in leaving or any(entry.kept == at for entry in entries)
        if at not in stay:
            source.replace(start if moved else source.dash_line(node.value[at]), end, "")


def _lines(source: Source, node: SequenceNode, entry: Entry, column: int) -> str:
    lines = entry.lines if entry.kept is None else lines_of(source, node.value[entry.kept], node)
    if lines is None:
        return item(entry.value, column) + "\n"
    return indented(lines, " " * column)


def indented(lines: str, room: str) -> str:
    """Return lines further to the right; empty ones stay empty."""
    return "".join(room + line if line.strip() else line for line in lines.splitlines(keepends=True))


def _rewrite_flow(source: Source, node: SequenceNode, entries: Sequence[Entry]) -> None:
    def told(part: Part) -> str:
        return _told(source, node, part.new)

    parts = [Part(entry.kept) if entry.kept is not None and not entry.moves else Part(None, entry) for entry in entries]
    if node.value and parts:
        rewrite_flow(source, [(source.start(held), source.end(held)) for held in node.value], parts, told)
    else:
        source.replace(source.start(node), source.end(node), "[" + ", ".join(map(told, parts)) + "]")


def _told(source: Source, node: SequenceNode, entry: Entry) -> str:
    if entry.kept is None:
        return on_one_line(entry.value)
    held = node.value[entry.kept]
    return source.text[source.start(held) : source.end(held)]
