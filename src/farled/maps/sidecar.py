"""Writes files of translations: missing keys as comments, confirmed ones with the hash of the new base text."""

import re
from collections.abc import Collection
from pathlib import Path

from farled.errors import NotFoundError
from farled.maps.edit.source import child, source_of
from farled.maps.load import text_of, write_text
from farled.maps.model import MapFile
from farled.maps.translate import Sidecar, hash_of, load_sidecar, texts, translated

_NUMBER = re.compile("[0-9]+(e[0-9]+)?")
_OFFERED = re.compile(r"# (?P<key>[^\s:]+): \{text: , of: (?P<of>[^}]*)\}  # .*\n")


def write_missing(map_: MapFile, path: str | Path, language: str) -> tuple[str, ...]:
    """Add the missing keys of a sidecar as comments with the base text; return them. Makes the file if need be.

    Comments of this kind that nobody has filled in are brought up to date, or taken away where they are not needed.
    """
    path = Path(path)
    sidecar = load_sidecar(path) if path.exists() else Sidecar(language, {})
    missing = translated(map_, sidecar).missing
    before = text_of(path) if path.exists() else f"language: {language}\n"
    base = texts(map_)
    wanted = {key: f"# {key}: {{text: , of: {_hash_scalar(base[key])}}}  # {_one_line(base[key])}\n" for key in missing}
    text = _OFFERED.sub(lambda found: wanted.pop(found["key"], ""), before)
    text += "" if text.endswith("\n") else "\n"
    text += "".join(line for key, line in wanted.items() if f"# {key}:" not in text)
    if text != before or not path.exists():
        write_text(text, path)
    return missing


def confirm(map_: MapFile, path: str | Path, keys: Collection[str]) -> tuple[str, ...]:
    """Tie translations to the base texts as they are now: what they say still holds.

    Args:
        map_: In its base language.
        path: Of the sidecar; only the lines of these keys change.
        keys: Stale keys, or ``all`` of them.

    Returns:
        The keys that were confirmed.

    Raises:
        NotFoundError: A key is not stale.
    """
    stale = translated(map_, load_sidecar(path)).stale
    wanted = stale if "all" in keys else tuple(keys)
    for key in wanted:
        if key not in stale:
            raise NotFoundError.named("stale translation", key, stale)
    source, base = source_of(_whole_lines(text_of(path))), texts(map_)
    for key in wanted:
        node = child(child(source.root, key), "of")
        if node is not None:
            source.replace(source.start(node), source.end(node), _hash_scalar(base[key]))
    if wanted:
        write_text(source.result(), path)
    return wanted


def _hash_scalar(text: str) -> str:
    """Return the hash of a text as YAML reads it back as text: ``335237e7`` would be a number."""
    found = hash_of(text)
    return f'"{found}"' if _NUMBER.fullmatch(found) else found


def _whole_lines(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
