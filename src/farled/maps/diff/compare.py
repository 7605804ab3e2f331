"""Finds what differs between two maps, by id."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from farled.maps.diff.change import WEIGHTS, Change, Diff, Kind, Rename, Weight
from farled.maps.diff.pieces import MAP, Home, Key, Piece, Pieces, taken_apart
from farled.maps.model import MapFile

SIMILAR: Final = 0.6
_OBJECTS: Final = (
    "map", "department", "channel", "source", "metric", "persona", "phase", "touchpoint", "moment_of_truth",
    "pain_point", "opportunity",
)  # fmt: skip
_MEASURES: Final = {
    "map": ("market", "scope", "journey", "feeling", "privacy.min_customers"),
    "touchpoint": ("observe",),
    "persona": ("segment",),
}
_CATALOGUED: Final = ("department", "channel", "source", "metric")
_NAMES: Final = {"source": "title", "pain_point": "text", "opportunity": "text", "moment_of_truth": "why"}


def diff(before: MapFile, after: MapFile) -> Diff:
    """Return what makes one map of another.

    Comments, formatting and the order of keys are no changes.

    Args:
        before: Its own entries, or merged with the catalogue; both in the same way.
        after: Another version of it, or a map planned from it.

    Raises:
        InputError: An id stands twice in one of them.
    """
    old, new = taken_apart(before), taken_apart(after)
    found = [
        *_came_and_went(old, new),
        *(_of_place(old, new)),
        *(change for key, piece in new.objects.items() if key in old.objects for change in _of_fields(key, old, piece)),
    ]
    places = _Places(old, new)
    ranked = sorted(found, key=lambda change: (*places.of(change), WEIGHTS.index(change.weight), _rank(change)))
    return Diff(tuple(ranked), tuple(_renames(old, new)))


def _came_and_went(old: Pieces, new: Pieces) -> Iterator[Change]:
    was, is_ = old.homes(), new.homes()
    for key, piece in old.objects.items():
        if key not in new.objects:
            told = {**_place(key, was), "record": piece.record}
            yield Change("removed", *key, "", told, None, _weight_of_whole(key, piece))
    for key, piece in new.objects.items():
        if key not in old.objects:
            told = {**_place(key, is_), "record": piece.record}
            yield Change("added", *key, "", None, told, _weight_of_whole(key, piece))


def _weight_of_whole(key: Key, piece: Piece) -> Weight:
    measures = {"metric", "phase"}
    return "measure" if key[0] in measures or piece.fields.keys() & {"observe", "segment"} else "meaning"


def _place(key: Key, homes: dict[Key, tuple[Home, int]]) -> dict[str, Any]:
    if key not in homes:
        return {}
    (_, phase), at = homes[key]
    return {"phase": phase, "at": at} if phase else {"at": at}


def _of_place(old: Pieces, new: Pieces) -> Iterator[Change]:
    """Yield what went to another phase, and what stands in another order."""
    was, is_ = old.homes(), new.homes()
    for key in is_:
        if key in was and was[key][0] != is_[key][0]:
            yield Change("moved", *key, "", _place(key, was), _place(key, is_), "measure")
    for home, ids in new.order.items():
        stayed = [id_ for id_ in ids if was.get((home[0], id_), (None,))[0] == home]
        places = [was[home[0], id_][1] for id_ in stayed]
        for at in out_of_line(places):
            key = (home[0], stayed[at])
            weight: Weight = "measure" if home[0] == "phase" else "meaning"
            yield Change("order", *key, "", _place(key, was), _place(key, is_), weight)


def out_of_line(places: Sequence[int]) -> list[int]:
    """Return the fewest positions that must go so that the rest rises; of several choices those that moved furthest."""
    if list(places) == sorted(places):
        return []
    rank = {place: at for at, place in enumerate(sorted(places))}
    stays = [1.0 - 1e-6 * abs(at - rank[place]) for at, place in enumerate(places)]
    best, link = list(stays), [-1] * len(places)
    for at, place in enumerate(places):
        for earlier in range(at):
            if places[earlier] < place and best[earlier] + stays[at] > best[at]:
                best[at], link[at] = best[earlier] + stays[at], earlier
    kept, at = set(), max(range(len(best)), key=best.__getitem__)
    while at >= 0:
        kept.add(at)
        at = link[at]
    return [at for at in range(len(places)) if at not in kept]


def _of_fields(key: Key, old: Pieces, piece: Piece) -> Iterator[Change]:
    was = old.objects[key]
    for field in {**was.fields, **piece.fields}:
        before, after = was.fields.get(field), piece.fields.get(field)
        if not _is_same(before, after):
            is_text = field in was.texts | piece.texts
            yield Change(_kind(key, field, is_text), *key, field, before, after, _weight(key, field, is_text))


def _is_same(one: Any, other: Any) -> bool:
    """Compare two plain values; true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _kind(key: Key, field: str, is_text: bool) -> Kind:
    kinds: dict[bool, Kind] = {
        key[0] in ("phase", "touchpoint", "persona") and field == "name": "renamed",
        key[0] == "opportunity" and field == "status": "status",
        field.rpartition(".")[2] == "target": "target",
        field in ("feels", "based_on"): "claim",
        field in ("observe", "segment") or (key == MAP and field == "scope"): "rule",
    }
    if True in kinds:
        return kinds[True]
    if is_text:
        return "catalogue" if key[0] in _CATALOGUED else "text"
    return "rule" if _weight(key, field, is_text) == "measure" and key[0] == "metric" else "field"


def _weight(key: Key, field: str, is_text: bool) -> Weight:
    if is_text or field == "icon" or (key == MAP and field in ("id", "phase_model")):
        return "wording"
    if key[0] == "metric":
        return "meaning" if field == "better" else "measure"
    return "measure" if any(_is_under(field, name) for name in _MEASURES.get(key[0], ())) else "meaning"


def _is_under(field: str, name: str) -> bool:
    return field == name or field.startswith(f"{name}.")


class _Places:
    """Where on the map a change stands: number of the phase and of the touchpoint, -1 before the first."""

    def __init__(self, old: Pieces, new: Pieces) -> None:
        self._by_id: dict[str, tuple[int, int]] = {}
        self._at: dict[Key, str] = {}
        for pieces in (old, new):
            for at, phase in enumerate(pieces.order["phase", ""]):
                self._by_id[phase] = (at, -1)
                for number, id_ in enumerate(pieces.order["touchpoint", phase]):
                    self._by_id[id_] = (at, number)
            pains = {key[1]: piece.fields.get("at") for key, piece in pieces.objects.items() if key[0] == "pain_point"}
            for key, piece in pieces.objects.items():
                solved = (piece.fields.get("solves") or [None])[0]
                if place := piece.fields.get("at") or pains.get(solved):
                    self._at[key] = place if isinstance(place, str) else ""

    def of(self, change: Change) -> tuple[int, int]:
        """Return the place of a change."""
        if change.object in ("phase", "touchpoint"):
            return self._by_id[change.id]
        if change.object in ("pain_point", "opportunity", "moment_of_truth"):
            return self._by_id.get(self._at.get((change.object, change.id), ""), (-1, -1))
        return -1, -1


def _rank(change: Change) -> int:
    return _OBJECTS.index(change.object)


def _renames(old: Pieces, new: Pieces) -> Iterator[Rename]:
    """Yield the likeliest pairs of removed and added objects, each object once."""
    gone = [key for key in old.objects if key not in new.objects]
    come = [key for key in new.objects if key not in old.objects]
    pairs = [
        (_similarity(old.objects[one], new.objects[other], one[0]), one, other)
        for one in gone
        for other in come
        if one[0] == other[0]
    ]
    taken: set[Key] = set()
    for similarity, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if similarity >= SIMILAR and one not in taken and other not in taken:
            taken |= {one, other}
            yield Rename(one[0], one[1], other[1], round(similarity, 2))


def _similarity(one: Piece, other: Piece, object_: str) -> float:
    if one.fields.get("channel") != other.fields.get("channel"):
        return 0.0
    field = "" if object_ == "department" else _NAMES.get(object_, "name")
    first, second = (str(piece.fields.get(field, "")).casefold() for piece in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0
