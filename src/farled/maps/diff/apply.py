"""Makes the second version of a map out of the first and what differs."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from farled.errors import InputError
from farled.maps.diff.change import Change
from farled.maps.diff.pieces import Home, Key, Piece, Pieces, put_together, taken_apart
from farled.maps.model import MapFile

_PLACED = ("added", "moved", "order")


def apply(map_: MapFile, changes: Iterable[Change]) -> MapFile:
    """Return a map with some changes made: all of ``diff(a, b)`` applied to ``a`` give ``b``.

    Args:
        map_: The first version.
        changes: All of a `Diff`, or those that were chosen.

    Raises:
        InputError: What is to change is not there, or what comes out is no map.
    """
    pieces, wanted = taken_apart(map_), list(changes)
    objects = dict(pieces.objects)
    for change in wanted:
        key = (change.object, change.id)
        if change.kind == "added":
            objects[key] = _whole(change.after["record"])
        elif key not in objects:
            raise InputError(
                f"The map has no {change.object.replace('_', ' ')} {change.id!r} to change.",
                "Compare the two versions again.",
            )
        elif change.kind == "removed":
            del objects[key]
        elif change.kind not in _PLACED:
            objects[key] = _with(objects[key], change.field, change.after)
    return put_together(Pieces(objects, _ordered(pieces, wanted, objects)))


def _ordered(pieces: Pieces, changes: list[Change], objects: dict[Key, Piece]) -> dict[Home, tuple[str, ...]]:
    lifted = {(change.object, change.id) for change in changes if change.kind in (*_PLACED, "removed")}
    order: defaultdict[Home, list[str]] = defaultdict(list)
    for home, ids in pieces.order.items():
        order[home] = [id_ for id_ in ids if (home[0], id_) not in lifted]
    placed = [change for change in changes if change.kind in _PLACED and "at" in change.after]
    for change in sorted(placed, key=lambda change: int(change.after["at"])):
        order[change.object, change.after.get("phase", "")].insert(change.after["at"], change.id)
    left = [
        home[1] for home, ids in order.items() if home[0] == "touchpoint" and ids and ("phase", home[1]) not in objects
    ]
    if left:
        raise InputError(
            f"The phase {left[0]!r} is gone, but touchpoints stand in it.", "Move or remove its touchpoints too."
        )
    return {home: tuple(ids) for home, ids in order.items()}


def _whole(record: Any) -> Piece:
    """Return a record as one piece: its fields are its keys, each whole."""
    return Piece(record, dict(record) if isinstance(record, dict) else {"": record}, frozenset())


def _with(piece: Piece, field: str, value: Any) -> Piece:
    fields = {name: inner for name, inner in piece.fields.items() if name != field}
    if value is not None:
        fields[field] = value
    return Piece(piece.record, fields, piece.texts)
