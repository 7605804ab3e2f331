"""A map as rows of path and value, and back: nothing is lost but comments.

Paths are those of translations: ``phases.buy.name``, ``touchpoints.cart.channel`` without the phase, which stands in
``touchpoints.cart.phase``, and places in lists that have no ids (``personas.maja.wants.0``). The order of the rows is
the order of the map.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from farled.errors import InputError
from farled.maps.yaml import Document

LISTED_BY_ID: Final = ("personas", "phases", "moments_of_truth", "pain_points", "opportunities")
_POINTS: Final = "touchpoints"
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WHOLE: Final = re.compile(r"-?\d+")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_OTHER: Final = re.compile(r"true|false|null|\[\]|\{\}")
_APART: Final = re.compile(r"\s.*|.*\s|[=+\-@'\"].*|.*[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff].*", re.DOTALL)
_STEP: Final = re.compile(r"(?:[^.\\]|\\.)+")


class Row(NamedTuple):
    """One value of a map.

    Attributes:
        line: Where it stands in the file; 0 where it stands in none.
        path: Of the value.
        value: Text, number, truth value, date, None, or an empty list or mapping.
    """

    line: int
    path: str
    value: Any


def rows_of(document: Mapping[str, Any]) -> list[Row]:
    """Return the values of a document in its order."""
    return [Row(0, ".".join(map(_escaped, keys)), value) for keys, value in _of_top(document)]


def document_of(rows: Iterable[Row], name: str) -> Document:
    """Return the document of rows; errors in it name the lines of the rows.

    Raises:
        InputError: Two rows are of one path, a path goes on below a value, or a touchpoint names no phase of the rows.
    """
    root = _Branch(1)
    for row in rows:
        steps = [re.sub(r"\\(.)", r"\1", step) for step in _STEP.findall(row.path)]
        if not steps:
            raise InputError(f"{name}:{row.line}: the path is empty.", "Write one such as map.title.")
        _plant(root, steps, row, name)
    points = root.below.pop(_POINTS, None)
    document = CommentedMap()
    for key, node in root.below.items():
        _put(document, key, _listed(node) if key in LISTED_BY_ID else _grown(node), node.line)
    if points is not None:
        _share_out(points, document, name)
    return document


def written(value: object) -> str:
    """Write a value as a cell; text that would be read as something else, or that a spreadsheet would run, is quoted.

    >>> written(0.034), written("0.034"), written("=1+1"), written("4h")
    ('0.034', '"0.034"', '"=1+1"', '4h')
    """
    if isinstance(value, str):
        other = _NUMBER.fullmatch(value) or _DAY.fullmatch(value) or _OTHER.fullmatch(value) or _APART.fullmatch(value)
        return json.dumps(value, ensure_ascii=False) if other or not value else value
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value)


def read(cell: str) -> Any:
    """Read a cell as ``written`` writes it.

    >>> read("0.034"), read('"0.034"'), read("4h"), read("2026-10-01")
    (0.034, '0.034', '4h', datetime.date(2026, 10, 1))
    """
    if _OTHER.fullmatch(cell) or (len(cell) > 1 and cell[0] == cell[-1] == '"'):
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    if _NUMBER.fullmatch(cell):
        return int(cell) if _WHOLE.fullmatch(cell) else float(cell)
    if _DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return cell
    return cell


def _of_top(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in document.items():
        if key in LISTED_BY_ID and _has_ids(value):
            for record in value:
                yield from _of_record(str(key), record)
        else:
            yield from _of(value, (str(key),))


def _has_ids(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) and "id" in item for item in value)


def _of_record(group: str, record: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the fields of a record by its id; the touchpoints of a phase stand for themselves."""
    own = str(record["id"])
    apart = group == "phases" and _has_ids(record.get(_POINTS))
    rest = {key: value for key, value in record.items() if key != "id" and not (apart and key == _POINTS)}
    yield from _of(rest, (group, own))
    for point in record[_POINTS] if apart else ():
        place = (_POINTS, str(point["id"]))
        yield (*place, "phase"), own
        yield from _of({key: value for key, value in point.items() if key != "id"}, place, empty=False)


def _of(value: Any, keys: tuple[str, ...], empty: bool = True) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _of(inner, (*keys, str(key)))
    elif isinstance(value, list | tuple) and value:
        for at, inner in enumerate(value):
            yield from _of(inner, (*keys, str(at)))
    elif empty or not isinstance(value, Mapping):
        yield keys, value


def _escaped(key: str) -> str:
    return re.sub(r"([.\\])", r"\\\1", key)


class _Branch:
    """A place that other places stand below, or a value."""

    __slots__ = ("below", "line", "value")

    def __init__(self, line: int, value: Any = None) -> None:
        self.line = line
        self.value = value
        self.below: dict[str, _Branch] = {}


def _plant(root: _Branch, steps: list[str], row: Row, name: str) -> None:
    node = root
    for step in steps[:-1]:
        node = node.below.setdefault(step, _Branch(row.line, _NOTHING))
        if node.value is not _NOTHING:
            raise InputError(
                f"{name}:{row.line}: {row.path} stands below a value (line {node.line}).", "Remove one of the two rows."
            )
    last = steps[-1]
    if last in node.below:
        message = f"{name}:{row.line}: {row.path} stands already on line {node.below[last].line}."
        raise InputError(message, "Keep one of the two rows.")
    node.below[last] = _Branch(row.line, row.value)


_NOTHING: Final = object()


def _grown(node: _Branch) -> Any:
    """Return a value, a list where all keys are numbers, else a mapping."""
    if node.value is not _NOTHING:
        return CommentedSeq() if node.value == [] else CommentedMap() if node.value == {} else node.value
    if all(_WHOLE.fullmatch(key) for key in node.below):
        return _sequence([(node.below[key], _grown(node.below[key])) for key in sorted(node.below, key=int)])
    made = CommentedMap()
    for key, below in node.below.items():
        _put(made, key, _grown(below), below.line)
    return made


def _listed(node: _Branch) -> Any:
    """Return records with their ids; a list without ids as it is."""
    if node.value is not _NOTHING or all(_WHOLE.fullmatch(key) for key in node.below):
        return _grown(node)
    return _sequence([(below, _with_id(key, below)) for key, below in node.below.items()])


def _with_id(id_: str, node: _Branch) -> Any:
    if node.value is not _NOTHING and node.value != {}:
        return node.value
    made = CommentedMap()
    _put(made, "id", id_, node.line)
    for key, below in node.below.items():
        _put(made, key, _grown(below), below.line)
    return made


def _sequence(items: list[tuple[_Branch, Any]]) -> CommentedSeq:
    made = CommentedSeq()
    for at, (node, value) in enumerate(items):
        made.append(value)
        made._yaml_set_idx_line_col(at, [max(node.line - 1, 0), 0])
    return made


def _put(made: CommentedMap, key: str, value: Any, line: int) -> None:
    made[key] = value
    at = max(line - 1, 0)
    made._yaml_set_kv_line_col(key, [at, 0, at, 0])


def _share_out(points: _Branch, document: Document, name: str) -> None:
    """Put the touchpoints into their phases."""
    phases = {phase["id"]: phase for phase in document.get("phases", ()) if isinstance(phase, CommentedMap)}
    shared: dict[str, list[tuple[_Branch, Any]]] = {}
    for id_, node in points.below.items():
        told = node.below.pop("phase", None)
        place = str(told.value) if told is not None else ""
        if place not in phases:
            message = f"{name}:{told.line if told else node.line}: touchpoints.{id_} stands in no phase of the file."
            raise InputError(message, f"Add a row: touchpoints.{id_}.phase with the id of a phase.")
        shared.setdefault(place, []).append((node, _with_id(id_, node)))
    for place, items in shared.items():
        _put(phases[place], _POINTS, _sequence(items), items[0][0].line)
