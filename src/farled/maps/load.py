"""Reads and writes map files: YAML in which every error names file, line, place, value and what to do.

Checks come in order: syntax, fields, references. All errors of one stage are shown together.
"""

from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from farled.errors import InputError, NotFoundError
from farled.figures.whole import write
from farled.maps.explain import explained
from farled.maps.model import VERSION, Catalog, MapFile
from farled.maps.references import Broken, broken_references
from farled.maps.yaml import Document, line_of, plain_values, read_yaml, yaml_text

MAX_BYTES = 4_000_000


def load(path: str | Path, catalog: Catalog | None = None, maps: Collection[str] | None = None) -> MapFile:
    """Read a map file.

    Args:
        path: Of the file.
        catalog: What the maps share; the map's own entry wins.
        maps: Ids of all maps of the workspace, to check ``base`` and ``parent``; ``None``: they are not checked.

    Raises:
        NotFoundError: There is no such file.
        InputError: The file is no map; one line per error, each with file, line, place, value and what to do.
    """
    return loads(text_of(path), str(path), catalog, maps)


def loads(text: str, name: str = "map", catalog: Catalog | None = None, maps: Collection[str] | None = None) -> MapFile:
    """Read a map from text; ``name`` stands for the file in messages."""
    return checked(read_yaml(text, name), name, catalog, maps)


def checked(
    document: Document, name: str, catalog: Catalog | None = None, maps: Collection[str] | None = None
) -> MapFile:
    """Read a map from a document that was read or built.

    Raises:
        InputError: As `load`; lines are those of the document.
    """
    own = _own(document, name)
    whole = merged(own, catalog)
    _require_references(broken_references(own, whole, maps), document, name)
    return whole


def own_map(text: str, name: str = "map") -> MapFile:
    """Read what a map file itself says: without the catalogue, and whether or not its references hold.

    Raises:
        InputError: As `loads`, but for references.
    """
    return _own(read_yaml(text, name), name)


def load_catalog(path: str | Path) -> Catalog:
    """Read ``catalog.yaml``.

    Raises:
        NotFoundError: There is no such file.
        InputError: As ``load``.
    """
    document = read_yaml(text_of(path), str(path))
    try:
        return Catalog.model_validate(plain_values(document))
    except ValidationError as error:
        raise _all(explained(error, document, str(path), Catalog)) from error


def merged(own: MapFile, catalog: Catalog | None) -> MapFile:
    """Return a map with what the catalogue adds; the map's own entry wins.

    Personas of the catalogue that the map does not hold are left out, unless a touchpoint or pain point names them.
    """
    if catalog is None:
        return own
    held = {persona.id for persona in own.personas}
    named = {persona for _, touchpoint in own.touchpoints() for persona in touchpoint.personas or ()}
    named |= {persona for pain in own.pain_points for persona in pain.personas or ()}
    return own.model_copy(
        update={
            "departments": {**catalog.departments, **own.departments},
            "channels": {**catalog.channels, **own.channels},
            "sources": {**catalog.sources, **own.sources},
            "metrics": {**catalog.metrics, **own.metrics},
            "personas": (*own.personas, *(p for p in catalog.personas if p.id in named - held)),
        }
    )


def read_document(path: str | Path) -> Document:
    """Read a file to be changed and saved: comments, order and quotes are kept."""
    return read_yaml(text_of(path), str(path))


def save(document: Document, path: str | Path) -> None:
    """Write a document so that a reader sees either the old file or the new one, whole."""
    write_text(yaml_text(document), path)


def write_text(text: str, path: str | Path) -> None:
    """Write a text file whole or not at all."""
    write(text.encode(), path)


def text_of(path: str | Path) -> str:
    """Return the text of a file.

    Raises:
        NotFoundError: There is no such file.
        InputError: It is too large, or not UTF-8.
    """
    path = Path(path)
    if not path.is_file():
        folder = path.parent
        known = [found.name for found in folder.glob("*.yaml")] if folder.is_dir() else []
        raise NotFoundError.named("file", str(path), known)
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB.", "A map is text of some kilobytes.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 at byte {error.start}.", "Save the file as UTF-8.") from error


def _own(document: Document, name: str) -> MapFile:
    _require_version(document, name)
    try:
        return MapFile.model_validate(plain_values(document))
    except ValidationError as error:
        raise _all(explained(error, document, name, MapFile)) from error


def _require_version(document: Document, name: str) -> None:
    version = document.get("farled")
    if isinstance(version, int) and version > VERSION:
        message = (
            f"{name}:{line_of(document, ('farled',))}: farled: {version} is newer than this Farled reads ({VERSION})."
        )
        raise InputError(message, "Update Farled, or save the map in the older version.")


def _require_references(broken: list[Broken], document: Document, name: str) -> None:
    if broken:
        lines = [f"{name}:{line_of(document, b.keys)}: {b.path}: {b.message} {b.hint}".rstrip() for b in broken]
        raise _all(lines)


def _all(lines: list[str]) -> InputError:
    hint = "Correct the line and try again." if len(lines) == 1 else f"Correct the {len(lines)} lines and try again."
    return InputError("\n".join(lines), hint)
