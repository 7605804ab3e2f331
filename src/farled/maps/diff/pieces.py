"""A map taken apart into objects with an id, a place and fields, and put together again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from farled.errors import InputError
from farled.maps.fields import Record
from farled.maps.metric import EventRule
from farled.maps.model import MapFile
from farled.maps.touchpoint import Claim, FeedbackRule, Phase
from farled.maps.translate import is_text_field

Key = tuple[str, str]
"""Object and id."""
Home = tuple[str, str]
"""A list of objects: what they are, and the phase of touchpoints."""

LISTS: Final = {
    "personas": "persona",
    "phases": "phase",
    "moments_of_truth": "moment_of_truth",
    "pain_points": "pain_point",
    "opportunities": "opportunity",
}
CATALOGUES: Final = {"departments": "department", "channels": "channel", "sources": "source", "metrics": "metric"}
MAP: Final[Key] = ("map", "")
_WHOLE = (EventRule, FeedbackRule)


@dataclass(frozen=True, slots=True)
class Piece:
    """One object of a map.

    Attributes:
        record: Plain values that are not defaults; of a phase without its touchpoints; of a department its name.
        fields: Value by dotted name; what is None is left out.
        texts: Names of the fields that hold text in the map's language.
    """

    record: Any
    fields: Mapping[str, Any]
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pieces:
    """All objects of a map.

    Attributes:
        objects: By object and id.
        order: Ids by list; of touchpoints one list per phase.
    """

    objects: Mapping[Key, Piece]
    order: Mapping[Home, tuple[str, ...]]

    def homes(self) -> dict[Key, tuple[Home, int]]:
        """Return list and place of each object that stands in one."""
        return {(home[0], id_): (home, at) for home, ids in self.order.items() for at, id_ in enumerate(ids)}


def taken_apart(map_: MapFile) -> Pieces:
    """Return the objects of a map.

    Raises:
        InputError: An id stands twice, so that objects cannot be told apart.
    """
    objects: dict[Key, Piece] = {}
    order: dict[Home, tuple[str, ...]] = {}
    beside = {
        name: value
        for name in MapFile.model_fields
        if name not in (*LISTS, *CATALOGUES, "map", "farled") and (value := getattr(map_, name)) is not None
    }
    head = dict(_leaves(map_.map))
    texts = frozenset(name for name in head if is_text_field(map_.map, name))
    objects[MAP] = Piece(None, {**head, **{name: _plain(map_, name) for name in beside}}, texts)
    for name, object_ in CATALOGUES.items():
        for id_, entry in getattr(map_, name).items():
            objects[object_, id_] = _piece(entry) if isinstance(entry, Record) else _named(entry)
    for name, object_ in LISTS.items():
        listed: Sequence[Any] = getattr(map_, name)
        order[object_, ""] = tuple(_put(objects, object_, record) for record in listed)
    for phase in map_.phases:
        order["touchpoint", phase.id] = tuple(_put(objects, "touchpoint", record) for record in phase.touchpoints)
    return Pieces(objects, order)


def put_together(pieces: Pieces) -> MapFile:
    """Return the map of some objects.

    Raises:
        InputError: They make no map.
    """
    own = MapFile.model_fields
    top: dict[str, Any] = {"farled": 1}
    head = pieces.objects[MAP].fields
    top |= {name: value for name, value in head.items() if name in own and name != "map"}
    top["map"] = nested({name: value for name, value in head.items() if name not in own})
    for name, object_ in CATALOGUES.items():
        top[name] = {id_: built(pieces.objects[key]) for key in pieces.objects for id_ in [key[1]] if key[0] == object_}
    for name, object_ in LISTS.items():
        top[name] = [built(pieces.objects[object_, id_]) for id_ in pieces.order.get((object_, ""), ())]
    for phase in top["phases"]:
        ids = pieces.order.get(("touchpoint", phase["id"]), ())
        phase["touchpoints"] = [built(pieces.objects["touchpoint", id_]) for id_ in ids]
    try:
        return MapFile.model_validate({key: value for key, value in top.items() if value not in ({}, [])})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"The changes make no map: {place}: {first['msg']}.", "Take further changes along.") from error


def built(piece: Piece) -> Any:
    """Return the plain record of a piece, as a file holds it."""
    if set(piece.fields) == {""}:
        return piece.fields[""]
    return nested(piece.fields)


def nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return dotted fields as a record."""
    made: dict[str, Any] = {}
    targets = {name: value for name, value in fields.items() if _is_kpi(name)}
    for name in sorted((name for name in fields if name not in targets), key=lambda name: name.count(".")):
        *outer, last = name.split(".")
        inside = made
        for part in outer:
            inside = inside.setdefault(part, {})
        value = fields[name]
        inside[last] = dict(value) if isinstance(value, Mapping) else value
    if targets or any(isinstance(metric, str) for metric in made.get("kpis", ())):
        made["kpis"] = [_kpi(metric, targets) for metric in made.get("kpis", ())]
    return made


def _kpi(metric: str, targets: Mapping[str, Any]) -> dict[str, Any]:
    target = targets.get(f"kpis.{metric}.target")
    return {"metric": metric} if target is None else {"metric": metric, "target": target}


def _is_kpi(name: str) -> bool:
    return name.startswith("kpis.") and name.endswith(".target")


def _put(objects: dict[Key, Piece], object_: str, record: Any) -> str:
    if (object_, record.id) in objects:
        raise InputError(f"The {object_.replace('_', ' ')} {record.id!r} stands twice.", "Give one of them another id.")
    objects[object_, record.id] = _piece(record)
    return str(record.id)


def _piece(record: Record) -> Piece:
    left_out = {"touchpoints"} if isinstance(record, Phase) else None
    fields = dict(_leaves(record))
    texts = frozenset(name for name in fields if is_text_field(record, name))
    return Piece(record.model_dump(by_alias=True, exclude_defaults=True, exclude=left_out), fields, texts)


def _named(name: str) -> Piece:
    """Return a catalogue's entry that is nothing but a name."""
    return Piece(name, {"": name}, frozenset({""}))


def _leaves(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a record; records within are taken apart too, rules and conditions are not."""
    for name, field in type(record).model_fields.items():
        value, word = getattr(record, name), field.alias or name
        if value is None or (isinstance(record, Phase) and name == "touchpoints"):
            continue
        if word == "kpis" and len({kpi.metric for kpi in value}) == len(value):
            yield word, [kpi.metric for kpi in value]
            yield from ((f"kpis.{kpi.metric}.target", kpi.target) for kpi in value if kpi.target is not None)
        elif isinstance(value, Claim):
            yield from _claim(word, value)
        elif isinstance(value, Record) and not isinstance(value, _WHOLE):
            inner = [(f"{word}.{key}", leaf) for key, leaf in _leaves(value)]
            yield from inner or [(word, {})]
        elif word == "audit":
            yield from ((f"{word}.{rule}", dict(change)) for rule, change in value.items())
        else:
            yield word, _plain(record, name)


def _claim(word: str, claim: Claim) -> Iterator[tuple[str, Any]]:
    yield word, {"claim": claim.claim, "based_on": _plain(claim, "based_on")}
    if claim.words is not None:
        yield f"{word}.words", _plain(claim, "words")


def _plain(record: Record, name: str) -> Any:
    field = type(record).model_fields[name]
    value = record.model_dump(by_alias=True, include={name})[field.alias or name]
    return list(value) if isinstance(value, tuple) else value
