"""Translations: texts of a map in another language, each tied to the base text that it translates."""

import hashlib
import re
import types
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import ValidationError

from farled.errors import InputError
from farled.maps.explain import explained
from farled.maps.fields import Language, Record, Text, Translatable
from farled.maps.load import read_document
from farled.maps.model import MapFile
from farled.maps.yaml import plain_values

HASH_DIGITS = 8
TAG = "\u00a0[{}{}]"
Place = tuple[str | int, ...]
_TAG_AT_END = re.compile(r"\u00a0(\[[a-z]{2,3}\*?\])$")
_TAGGED = re.compile(
    r"(<(?:text|p|td|th|li|dd|dt|span|title|h1|h2)(?: (?![^<>]*lang=)[^<>]*)?)>([^<>]*\u00a0\[([a-z]{2,3})\*?\])"
)


class Translation(Record):
    """One text in another language.

    Attributes:
        text: The translation.
        of: First eight hex digits of SHA-256 over the base text that it translates.
    """

    text: Text
    of: Text


class Sidecar(NamedTuple):
    """The translations of one map into one language.

    Attributes:
        language: Into which.
        texts: By key, such as ``phases.purchase.name``.
    """

    language: str
    texts: Mapping[str, Translation]


class Translated(NamedTuple):
    """A map in another language.

    Attributes:
        map: With the translations that fit; the other texts stay in the base language.
        missing: Keys without a translation.
        stale: Keys whose base text has changed since.
        unused: Keys of the sidecar that no text of the map has any more.
    """

    map: MapFile
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    unused: tuple[str, ...] = ()


class _SidecarHead(Record):
    language: Language


def load_sidecar(path: str | Path) -> Sidecar:
    """Read a file of translations (``maps/i18n/<id>.<language>.yaml``).

    Raises:
        NotFoundError: There is no such file.
        InputError: It is no such file; one line per error.
    """
    document = read_document(path)
    values = plain_values(document)
    try:
        head = _SidecarHead.model_validate({"language": values.pop("language", None)})
        texts = {key: Translation.model_validate(value) for key, value in values.items() if not key.startswith("x-")}
    except ValidationError as error:
        raise InputError("\n".join(explained(error, document, str(path), Translation)), "Correct the line.") from error
    return Sidecar(head.language, texts)


def hash_of(text: str) -> str:
    """Return the eight hex digits that tie a translation to its base text.

    >>> hash_of("Köpresan hos Nordbod")
    '73a8ad66'
    """
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:HASH_DIGITS]


def texts(map_: MapFile) -> dict[str, str]:
    """Return every text of a map that can be translated, by key, in the order of the file."""
    return {key: text for key, _, text in _texts(map_)}


def translated(map_: MapFile, sidecar: Sidecar) -> Translated:
    """Return a map in the language of a sidecar, and the keys that are missing or stale there."""
    document = map_.model_dump(by_alias=True)
    missing: list[str] = []
    stale: list[str] = []
    found = list(_texts(map_))
    moved = _by_list_and_hash(sidecar)
    used: set[str] = set()
    for key, place, text in found:
        translation = sidecar.texts.get(key)
        if translation is None or translation.of != hash_of(text):
            name, again = moved.get((_list_of(key), hash_of(text)), (key, None))
            used.add(name)
            if again is None:
                (missing if translation is None else stale).append(key)
                continue
            translation = again
        else:
            used.add(key)
        _put(document, place, translation.text)
    document["map"]["language"] = sidecar.language
    unused = tuple(key for key in sidecar.texts if key not in used)
    return Translated(MapFile.model_validate(document), tuple(missing), tuple(stale), unused)


def tagged(found: Translated, base_language: str) -> MapFile:
    """Return a translated map in which texts that stayed in the base language say so.

    A text without a translation ends in the language, ``[sv]``; one that has changed since it was translated in
    ``[sv*]``. Names of departments stay bare, and so does a map of which nothing is translated.
    """
    places = list(_texts(found.map))
    left = {*found.missing, *found.stale}
    if all(key in left for key, _, _ in places):
        return found.map
    document = found.map.model_dump(by_alias=True)
    for key, place, text in places:
        if key in left and not key.startswith("departments."):
            _put(document, place, f"{text}{TAG.format(base_language, '*' if key in found.stale else '')}")
    return MapFile.model_validate(document)


def tags_of(map_: MapFile) -> tuple[str, ...]:
    """Return the marks of languages that stand in a map's texts: ``[sv]``, ``[sv*]``."""
    found = {mark for text in texts(map_).values() for mark in _TAG_AT_END.findall(text)}
    return tuple(sorted(found, key=len))


def with_languages(markup: str) -> str:
    r"""Return SVG or HTML in which the texts that `tagged` left in another language have a ``lang`` of their own.

    >>> with_languages('<p class="a">Kassa\u00a0[sv*]</p>')
    '<p class="a" lang="sv">Kassa\xa0[sv*]</p>'
    """
    return _TAGGED.sub(r'\1 lang="\3">\2', markup) if "\u00a0[" in markup else markup


def _list_of(key: str) -> str | None:
    """Return the list that a key is an item of, ``None`` if it is none."""
    head, _, last = key.rpartition(".")
    return head if last.isdigit() else None


def _by_list_and_hash(sidecar: Sidecar) -> dict[tuple[str | None, str], tuple[str, Translation]]:
    return {(_list_of(key), found.of): (key, found) for key, found in sidecar.texts.items() if _list_of(key)}


def _put(document: Any, place: Place, text: str) -> None:
    for key in place[:-1]:
        if isinstance(document[key], tuple):
            document[key] = list(document[key])
        document = document[key]
    document[place[-1]] = text


def _texts(map_: MapFile) -> Iterator[tuple[str, Place, str]]:
    """Yield key, place in the dumped map, and text."""
    for key, place, text in _of_record(map_, "", ()):
        yield _short(key), place, text


def _short(key: str) -> str:
    """Return a key with touchpoints directly at the top: moving one to another phase keeps its translation."""
    head, middle, rest = key.partition(".touchpoints.")
    return f"touchpoints.{rest}" if middle and head.startswith("phases.") else key


def _of_record(record: Record, key: str, place: Place) -> Iterator[tuple[str, Place, str]]:
    for name, word, marked in _fields(type(record)):
        yield from _of_value(getattr(record, name), f"{key}.{word}" if key else word, (*place, word), marked)


@cache
def _fields(kind: type[Record]) -> tuple[tuple[str, str, bool], ...]:
    """Return the fields of a kind of record: name, name in the file, and whether it is a text to translate."""
    return tuple(
        (
            name,
            field.alias or name,
            _is_marked(field.annotation) or any(isinstance(mark, Translatable) for mark in field.metadata),
        )
        for name, field in kind.model_fields.items()
    )


def _of_value(value: object, key: str, place: Place, marked: bool) -> Iterator[tuple[str, Place, str]]:
    if isinstance(value, Record):
        yield from _of_record(value, key, place)
    elif isinstance(value, str) and marked:
        yield key, place, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            is_reason = name == "off" and key.startswith("map.audit.")
            yield from _of_value(inner, f"{key}.{name}", (*place, name), marked or is_reason)
    elif isinstance(value, tuple | list):
        for at, inner in enumerate(value):
            name = getattr(inner, "id", at)
            yield from _of_value(inner, f"{key}.{name}", (*place, at), marked)


def is_text_field(record: Record, dotted: str) -> bool:
    """Say whether a field, such as ``goal.text``, is text in the map's language, or a list of such texts."""
    name, _, inner = dotted.partition(".")
    fields = {field.alias or key: (key, field) for key, field in type(record).model_fields.items()}
    if name not in fields:
        return False
    key, field = fields[name]
    value = getattr(record, key)
    if inner:
        return isinstance(value, Record) and is_text_field(value, inner)
    return _is_marked(field.annotation) or any(isinstance(mark, Translatable) for mark in field.metadata)


def _is_marked(annotation: object) -> bool:
    """Say whether a type, or what it is made of, is a text to translate; records speak for themselves."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return any(isinstance(mark, Translatable) for mark in marks) or _is_marked(inner)
    if get_origin(annotation) in (Union, types.UnionType, tuple, Mapping):
        return any(_is_marked(inner) for inner in get_args(annotation))
    return get_origin(annotation) is not None and any(_is_marked(inner) for inner in get_args(annotation))
