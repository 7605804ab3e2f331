"""Sets a map file that a program made as people would: what is small stands on one line."""

from typing import Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from farled.maps.yaml import Document

WIDE: Final = 130
_BLOCKS: Final = frozenset(
    {"map", "phases", "personas", "metrics", "sources", "channels", "pain_points", "opportunities"}
)


def styled(document: Document) -> Document:
    """Set small mappings and lists of a document on one line each, and return it."""
    for key, value in document.items():
        if isinstance(value, CommentedMap) and key not in _BLOCKS:
            _set(value)
        elif isinstance(value, CommentedMap | CommentedSeq):
            for inner in _inside(value):
                _set(inner)
    return document


def _set(node: Any) -> None:
    """Set a node on one line where it fits and nothing in it would be lost, else what is inside."""
    if not isinstance(node, CommentedMap | CommentedSeq):
        return
    if node and len(str(_bare(node))) <= WIDE and not _breaks(node):
        node.fa.set_flow_style()
        return
    for inner in _inside(node):
        _set(inner)


def _inside(node: Any) -> list[Any]:
    return list(node.values()) if isinstance(node, CommentedMap) else list(node)


def _bare(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {key: _bare(value) for key, value in node.items()}
    return [_bare(value) for value in node] if isinstance(node, CommentedSeq) else node


def _breaks(node: Any) -> bool:
    """Return whether a node holds several lines, or a mapping of one pair in a list, which YAML writes bare."""
    if isinstance(node, str):
        return "\n" in node
    if isinstance(node, CommentedSeq) and any(isinstance(item, CommentedMap) and len(item) == 1 for item in node):
        return True
    return isinstance(node, CommentedMap | CommentedSeq) and any(map(_breaks, _inside(node)))
