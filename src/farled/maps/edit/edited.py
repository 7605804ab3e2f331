"""Changes of a map, written into the text of its file."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from farled.errors import InputError
from farled.maps.diff.apply import apply
from farled.maps.diff.change import Change
from farled.maps.diff.compare import out_of_line
from farled.maps.diff.pieces import LISTS
from farled.maps.edit.fields import rewrite
from farled.maps.edit.keys import rewrite_keys
from farled.maps.edit.lists import Entry, indented, lines_of, rewrite_list
from farled.maps.edit.source import Source, child, source_of
from farled.maps.edit.values import item, kind_first, on_one_line
from farled.maps.load import own_map
from farled.maps.model import MapFile

_PLACED: Final = ("added", "removed", "moved", "order")
_TOP: Final = tuple(MapFile.model_fields)
_LATER: Final = {name: frozenset(_TOP[at + 1 :]) for at, name in enumerate(_TOP)}
Homes = dict[str, list[str]]
"""Ids of touchpoints by phase, or of other objects by the name of their list."""


def edited(text: str, changes: Iterable[Change], name: str = "map") -> str:
    """Return the text of a map file with some changes made.

    Only lines that say what changes differ: comments, order, quotes and everything else keep every byte. What is moved
    takes the comments right above it along.

    Args:
        text: Of the file.
        changes: All of a `farled.maps.diff.Diff`, or those that were chosen.
        name: Stands for the file in messages.

    Raises:
        InputError: The text is no map, what is to change is not there, what comes out is no map, or the way the file is
            written leaves no place for a change. Nothing is half done.
    """
    before, wanted = own_map(text, name), list(changes)
    after = apply(before, wanted)
    whole = text if text.endswith("\n") else text + "\n"
    structural = [change for change in wanted if change.kind in _PLACED and change.object in _objects()]
    middle = apply(before, structural)
    made = _with_fields(_restructured(whole, before, middle), middle, after)
    made = made if text.endswith("\n") else made.rstrip("\r\n")
    if own_map(made, name) != after:
        raise InputError(f"{name} is written so that this change finds no place in it.", "Change the file by hand.")
    return made


def _objects() -> frozenset[str]:
    return frozenset({*LISTS.values(), "touchpoint"})


def _with_fields(text: str, before: MapFile, after: MapFile) -> str:
    if before == after:
        return text
    source = source_of(text)
    sparse = after.model_dump(by_alias=True, exclude_defaults=True)
    sparse["metrics"] = {id_: kind_first(metric) for id_, metric in sparse.get("metrics", {}).items()}
    rewrite(source, source.root, _full(before), _full(after), sparse)
    return source.result()


def _full(map_: MapFile) -> dict[str, Any]:
    return map_.model_dump(by_alias=True)


def _restructured(text: str, before: MapFile, after: MapFile) -> str:
    """Return a text whose lists hold other objects, or the same in another order; no field of an object changes."""
    old, new = ({phase.id: [t.id for t in phase.touchpoints] for phase in map_.phases} for map_ in (before, after))
    phases = [*old, *(id_ for id_ in new if id_ not in old)]
    text = _with_phases(text, after, [id_ for id_ in phases if id_ not in old])
    if old != {id_: new.get(id_, []) for id_ in old} or set(new) - set(old):
        text = _with_touchpoints(text, after, phases, {id_: new.get(id_, []) for id_ in phases})
    text = _with_lists(text, before, after, phases, [name for name in LISTS if getattr(before, name)])
    return _with_lists(text, before, after, phases, [name for name in LISTS if not getattr(before, name)])


def _with_lists(text: str, before: MapFile, after: MapFile, phases: list[str], names: Sequence[str]) -> str:
    """Return a text in which some lists hold what they are to hold; ``phases`` is the list as the text has it."""
    ids = {name: [record.id for record in getattr(before, name)] for name in names}
    ids |= {"phases": phases} if "phases" in ids else {}
    wanted = {name: [record.id for record in getattr(after, name)] for name in names}
    if ids == wanted:
        return text
    source = source_of(text)
    for name, was in ids.items():
        is_ = wanted[name]
        if was != is_:
            records = {record.id: _sparse(record) for record in getattr(after, name)}
            _rewrite_home(
                source, source.root, name, is_, {"was": was, "records": records, "lines": {}, "elsewhere": ()}
            )
    return source.result()


def _sparse(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = record.model_dump(by_alias=True, exclude_defaults=True)
    return found


def _with_phases(text: str, after: MapFile, new: Sequence[str]) -> str:
    """Return a text with the new phases at the end of the list, still without touchpoints."""
    if not new:
        return text
    source = source_of(text)
    node = child(source.root, "phases")
    records = {phase.id: {**_sparse(phase), "touchpoints": None} for phase in after.phases}
    if isinstance(node, SequenceNode):
        kept = [Entry(at) for at in range(len(node.value))]
        rewrite_list(source, node, [*kept, *(Entry(None, records[id_]) for id_ in new)])
    return source.result()


def _with_touchpoints(text: str, after: MapFile, phases: Sequence[str], wanted: Homes) -> str:
    source = source_of(text)
    listed = child(source.root, "phases")
    heads: list[Node] = listed.value if isinstance(listed, SequenceNode) else []
    records = {touchpoint.id: _sparse(touchpoint) for _, touchpoint in after.touchpoints()}
    was: Homes = {}
    lines: dict[str, str] = {}
    for id_, head in zip(phases, heads, strict=True):
        held = child(head, "touchpoints")
        items = held.value if isinstance(held, SequenceNode) else []
        was[id_] = [_id(each) for each in items]
        if isinstance(held, SequenceNode):
            lines |= {_id(each): lines_of(source, each, held) for each in items}
    for id_, head in zip(phases, heads, strict=True):
        if was[id_] != wanted[id_] and isinstance(head, MappingNode):
            around = {"was": was[id_], "records": records, "lines": lines, "elsewhere": records}
            _rewrite_home(source, head, "touchpoints", wanted[id_], around)
    return source.result()


def _id(node: Node) -> str:
    found = child(node, "id")
    return str(found.value) if found is not None else ""


def _rewrite_home(source: Source, parent: MappingNode, key: str, wanted: list[str], around: dict[str, Any]) -> None:
    """Plan what gives a list of objects other ones."""
    was, records, lines = around["was"], around["records"], around["lines"]
    node = child(parent, key)
    if not wanted and node is not None:
        return rewrite_keys(source, parent, [key], {}, [])
    stayed = [id_ for id_ in wanted if id_ in was]
    moving = {stayed[at] for at in out_of_line([was.index(id_) for id_ in stayed])}
    if isinstance(node, SequenceNode) and node.value:
        entries = [
            Entry(was.index(id_), moves=id_ in moving) if id_ in was else Entry(None, records[id_], lines.get(id_))
            for id_ in wanted
        ]
        leaving = {at for at, id_ in enumerate(was) if id_ not in wanted and id_ in around["elsewhere"]}
        return rewrite_list(source, node, entries, leaving)
    return _new_list(source, parent, key, [(records[id_], lines.get(id_)) for id_ in wanted])


def _new_list(source: Source, parent: MappingNode, key: str, items: list[tuple[Any, str | None]]) -> None:
    """Plan a list where there was none, or an empty one."""
    node = child(parent, key)
    values = [value for value, _ in items]
    if parent.flow_style and node is not None:
        return source.replace(source.start(node), source.end(node), on_one_line(values))
    if parent.flow_style:
        return rewrite_keys(source, parent, [], {key: values}, [])
    column = source.column(parent.value[0][0])
    room = " " * (column + 2)
    told = "".join(f"{item(value, column + 2)}\n" if lines is None else indented(lines, room) for value, lines in items)
    if node is None:
        later = _LATER.get(key, ())
        before = next((name for name, _ in parent.value if name.value in later), None)
        place = (
            source.above(source.line_start(source.start(before))) if before else source.next_line(source.end(parent))
        )
        return source.replace(place, place, f"{' ' * column}{key}:\n{told}")
    source.replace(source.start(node), source.end(node), "")
    place = source.next_line(source.end(node))
    return source.replace(place, place, told)
