"""The text of a YAML file with its nodes, and the replacements to be made in it."""

from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from farled.errors import InputError
from farled.maps.yaml import Keys

_COMMENT: Final = "#"


class UnplaceableError(InputError):
    """A change has no place in the text as it is written."""


@dataclass(slots=True)
class Source:
    """A text, its nodes, and what is to be replaced: nothing else of it changes.

    Attributes:
        text: Ends with a line end.
        root: The mapping of the file.
        edits: Start, end and replacement; none overlaps another.
    """

    text: str
    root: MappingNode
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def line_end(self) -> str:
        """How the file ends its lines."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def replace(self, start: int, end: int, by: str) -> None:
        """Plan a replacement; of several at one place the first planned comes first."""
        self.edits.append((start, end, by.replace("\n", self.line_end) if "\r" not in by else by))

    def result(self) -> str:
        """Return the text with all replacements made."""
        parts, at = [], 0
        for start, end, by in sorted(self.edits, key=lambda edit: edit[0]):
            if start < at:
                raise UnplaceableError("Two changes stand at one place of the file.", "Make them one after the other.")
            parts += [self.text[at:start], by]
            at = end
        return "".join([*parts, self.text[at:]])

    def line_start(self, at: int) -> int:
        """Return where the line of a position begins."""
        return self.text.rfind("\n", 0, at) + 1

    def next_line(self, at: int) -> int:
        """Return where the line after a position begins."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def start(self, node: Node) -> int:
        """Return where a node begins."""
        return int(node.start_mark.index)

    def end(self, node: Node) -> int:
        """Return where the last letter of a node ends; comments and blank lines after it are not part of it."""
        if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
            last = node.value[-1]
            key, value = last if isinstance(last, tuple) else (None, last)
            empty = key is not None and isinstance(value, ScalarNode) and value.start_mark.index == value.end_mark.index
            return self.end(key) + 1 if key is not None and empty else self.end(value)
        start, end = self.start(node), int(node.end_mark.index)
        return start + len(self.text[start:end].rstrip())

    def column(self, node: Node) -> int:
        """Return the column at which a node begins."""
        return self.start(node) - self.line_start(self.start(node))

    def item_start(self, item: Node) -> int:
        """Return where the line with the dash of an item begins, the comments right above it included."""
        return self.above(self.dash_line(item))

    def above(self, line: int) -> int:
        """Return where the comments begin that stand right above a line, as far in as it; else the line itself."""
        indent = self._indent(line)
        while line > 0:
            above = self.line_start(line - 1)
            if self.text[above + indent : above + indent + 1] != _COMMENT or self._indent(above) != indent:
                break
            line = above
        return line

    def _indent(self, line: int) -> int:
        end = self.next_line(line)
        return end - line - len(self.text[line:end].lstrip(" "))

    def dash_line(self, item: Node) -> int:
        """Return where the line with the dash of an item begins."""
        line = self.line_start(self.start(item))
        before = self.text[line : self.start(item)].strip()
        while before != "-":
            if before or line == 0:
                raise UnplaceableError(
                    f"Line {item.start_mark.line + 1} cannot be changed as it is written.",
                    "Put each item of the list on a line of its own with a dash.",
                )
            line, at = self.line_start(line - 1), line
            before = self.text[line:at].strip()
        return line


def source_of(text: str) -> Source:
    """Return a text that was read without error, with its nodes."""
    root: Any = YAML(typ="safe", pure=True).compose(text)
    return Source(text, root)


def child(node: Node | None, key: str | int) -> Node | None:
    """Return what stands under a key or at a place; None where there is nothing."""
    if isinstance(node, MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        found: Node = node.value[key]
        return found
    return None


def at_keys(source: Source, keys: Keys) -> Node | None:
    """Return the node that stands at a place of the file; None where there is none."""
    node: Node | None = source.root
    for key in keys:
        node = child(node, key)
    return node
