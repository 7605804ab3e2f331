"""Saves a map that was read before: never over what somebody else has saved meanwhile, never a broken one."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from farled.errors import ConflictError, FarledError
from farled.figures.whole import write
from farled.maps.diff.change import Diff
from farled.maps.diff.compare import diff
from farled.maps.load import loads, own_map, text_of
from farled.maps.model import Catalog

_MARK = "\ufeff".encode()


class ChangedMeanwhileError(ConflictError):
    """A file was changed since it was read.

    Attributes:
        diff: What makes the text to be saved out of the file as it stands; None where the file cannot be read.
        hash: Of the file as it stands: with it the text can be saved all the same.
    """

    def __init__(self, message: str, hint: str = "", diff: Diff | None = None, hash: str = "") -> None:  # noqa: A002
        super().__init__(message, hint)
        self.diff = diff
        self.hash = hash


def hash_of_text(text: str) -> str:
    """Return by what a version of a file is known: SHA-256 over its text, comments included; 64 hex digits.

    >>> hash_of_text("farled: 1")[:8]
    '96bb72c1'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def save(
    path: str | Path,
    text: str,
    read_hash: str,
    catalog: Catalog | None = None,
    maps: Collection[str] | None = None,
) -> str:
    """Write a map file, whole or not at all, if it is still the one that was read.

    Args:
        path: Of the file.
        text: What it is to hold.
        read_hash: Of the text that was read, as `hash_of_text` gives it; empty: the file is new.
        catalog: As for `farled.maps.load.load`.
        maps: As for `farled.maps.load.load`.

    Returns:
        The hash of what stands there now.

    Raises:
        ChangedMeanwhileError: Somebody else has saved it; both versions are kept, with what differs between them.
        InputError: The text is no map: each error with file, line, place, value and what to do. The
            file stays as it is.
    """
    path = Path(path)
    loads(text, str(path), catalog, maps)
    there = text_of(path) if path.exists() else ""
    if (hash_of_text(there) if path.exists() else "") != read_hash:
        raise ChangedMeanwhileError(
            f"{path.name} was changed after it was read.",
            "Look at what differs, choose, and save again.",
            _between(there, text, path.name),
            hash_of_text(there),
        )
    if there != text:
        begins = path.read_bytes()[: len(_MARK)] if path.exists() else b""
        write((_MARK if begins == _MARK else b"") + text.encode(), path)
    return hash_of_text(text)


def _between(there: str, text: str, name: str) -> Diff | None:
    try:
        return diff(own_map(there, name), own_map(text, name))
    except FarledError:
        return None
