"""The plan of another map: a copy of how it is, to be changed into how it shall become."""

from collections.abc import Mapping
from typing import Any

from farled.maps.templates.data import data, said
from farled.maps.translate import hash_of
from farled.maps.yaml import Document, read_yaml, yaml_text


def planned_map(text: str, map_id: str, title: str | None = None) -> str:
    """Return the text of a planned map (``state: to_be``) that begins as a copy of another; comments are kept.

    What it claims of feelings is assumed, since nobody has felt it yet, and what people attested of the other map is
    left out.

    Args:
        text: Of the file of the map that it changes.
        map_id: Of the new map.
        title: Of the new map; default: the other's with the word *planned* in its language.

    Returns:
        YAML that reads without errors where the other does; what the catalogue holds is not checked.
    """
    document = read_yaml(text, map_id)
    head = document["map"]
    base = head["id"]
    head["id"] = map_id
    head["title"] = title or planned_title(head["title"], head["language"])
    for key in ("state", "base"):
        head.pop(key, None)
    place = list(head).index("market" if "market" in head else "journey_type") + 1
    head.insert(place, "state", "to_be")
    head.insert(place + 1, "base", base)
    _forget_review(head)
    document.pop("attests", None)
    for phase in document["phases"]:
        for record in (phase, *(phase.get("touchpoints") or ())):
            if "feels" in record:
                record["feels"]["based_on"] = "assumed"
    return yaml_text(document)


def planned_sidecar(text: str, base_title: str, title: str) -> str:
    """Return the translations of a map as those of its plan.

    Args:
        text: Of the file of translations.
        base_title: Title of the map, as its own language has it.
        title: Title of the plan, in the same language.
    """
    document: Document = read_yaml(text, "translation")
    told = document.get("map.title")
    if isinstance(told, Mapping) and told.get("of") == hash_of(base_title):
        document["map.title"]["text"] = planned_title(told["text"], document["language"])
        document["map.title"]["of"] = hash_of(title)
    return yaml_text(document)


def planned_title(title: str, language: str) -> str:
    """Return a title with the word *planned* in a language.

    >>> planned_title("Köpresan", "sv")
    'Köpresan (planerad)'
    """
    return said(tuple(data("words")["planned_title"]), language).format(title=title)


def _forget_review(head: Any) -> None:
    """Leave out when the other map was last looked through."""
    if isinstance(head.get("review"), Mapping):
        head["review"].pop("last", None)
        if not head["review"]:
            head.pop("review")
