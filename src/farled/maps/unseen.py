"""Events that the rules of a map name and that never came: misspelt, or not sent yet."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from unicodedata import normalize

from farled.journeys.conditions import nearest
from farled.maps.fields import FREE_KEYS
from farled.maps.load import text_of
from farled.maps.references import Broken
from farled.maps.yaml import Keys, known_yaml, plain_values

_SECTIONS = ("map", "personas", "metrics", "phases", "segments")
_NAMED_BY = ("event", "then")


def never_came(path: str | Path, names: Collection[str]) -> tuple[str, ...]:
    """Return one line for each place of a map file, or of a catalogue, where a rule names an event that never came.

    Args:
        path: Of a file that can be read.
        names: The event names that came.

    Returns:
        File, line, place, name and the nearest names that came, in the order of the file.
    """
    document = known_yaml(text_of(path), str(path))
    values = plain_values(document)
    return tuple(
        Broken(keys, f"No event {name!r} ever came.", nearest(name, sorted(names), "Use one that came, such as")).told(
            document, str(path)
        )
        for section in _SECTIONS
        for keys, name in _named(values.get(section), (section,))
        if normalize("NFC", name) not in names
    )


def _named(value: object, keys: Keys) -> Iterator[tuple[Keys, str]]:
    """Yield the events that rules name, with their places; what ``behind`` asks is checked when it is asked."""
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from _named(each, (*keys, at))
        return
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        if key in _NAMED_BY and isinstance(inner, str):
            yield (*keys, key), inner
        elif key == "sequence" and isinstance(inner, list):
            yield from (((*keys, key, at), name) for at, name in enumerate(inner) if isinstance(name, str))
        elif key != "behind" and not key.startswith(FREE_KEYS):
            yield from _named(inner, (*keys, key))
