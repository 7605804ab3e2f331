"""Reads and writes map files: YAML in which every error names file, line, place, value and what to do.

Checks come in order: syntax, fields, references. All errors of one stage are shown together.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from farled.errors import InputError, NotFoundError
from farled.figures.whole import write
from farled.maps.explain import explained
from farled.maps.metric import AnyMetric
from farled.maps.model import VERSION, Catalog, MapFile
from farled.maps.references import Broken, Maps, Related, broken_in_catalog, broken_references
from farled.maps.yaml import Document, known_yaml, line_of, plain_values, read_yaml, yaml_text

MAX_BYTES = 4_000_000


def load(path: str | Path, catalog: Catalog | None = None, maps: Maps | None = None) -> MapFile:
    """Read a map file.

    Args:
        path: Of the file.
        catalog: What the maps share; the map's own entry wins.
        maps: All maps of the workspace, to check ``base`` and ``parent``; ``None``: they are not checked.

    Raises:
        NotFoundError: There is no such file.
        InputError: The file is no map; one line per error, each with file, line, place, value and what to do. Or it is
            a map of the workspace whose id is not the name of its file.
    """
    document, id_ = known_yaml(text_of(path), str(path)), Path(path).stem
    whole = checked(document, str(path), catalog, maps)
    if maps is not None and id_ in maps and whole.map.id != id_:
        message = f"The id is {whole.map.id!r}, but the file is called {id_!r}."
        broken = Broken(("map", "id"), message, f"Write id: {id_}, or rename the file.")
        _require_references([broken], document, str(path))
    return whole


def loads(text: str, name: str = "map", catalog: Catalog | None = None, maps: Maps | None = None) -> MapFile:
    """Read a map from text; ``name`` stands for the file in messages."""
    return checked(known_yaml(text, name), name, catalog, maps)


def checked(document: Document, name: str, catalog: Catalog | None = None, maps: Maps | None = None) -> MapFile:
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
    return _own(known_yaml(text, name), name)


def load_catalog(path: str | Path) -> Catalog:
    """Read ``catalog.yaml``.

    Raises:
        NotFoundError: There is no such file.
        InputError: As ``load``.
    """
    document = known_yaml(text_of(path), str(path))
    try:
        catalog = Catalog.model_validate(plain_values(document))
    except ValidationError as error:
        raise _all(explained(error, document, str(path), Catalog)) from error
    _require_references(broken_in_catalog(catalog), document, str(path))
    return catalog


class RelatedMaps(Mapping[str, Related]):
    """The maps of a folder: each is read when somebody asks what it tells about itself.

    Args:
        folder: With a file ``<id>.yaml`` for each map.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ids = sorted(path.stem for path in folder.glob("*.yaml"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, id_: str) -> Related:
        if id_ not in self._ids:
            raise KeyError(id_)
        try:
            path = self._folder / f"{id_}.yaml"
            values = plain_values(known_yaml(text_of(path), str(path)))
        except (InputError, NotFoundError):  # whoever reads that map is told
            return Related()
        head, phases = values.get("map"), values.get("phases")
        head = head if isinstance(head, Mapping) else {}
        parent = head.get("parent")
        on = (head.get("base"), parent.get("map") if isinstance(parent, Mapping) else None)
        listed = phases if isinstance(phases, list) else []
        ids = frozenset(str(phase.get("id")) for phase in listed if isinstance(phase, Mapping))
        return Related(tuple(each for each in on if isinstance(each, str)), ids or None)


def merged(own: MapFile, catalog: Catalog | None) -> MapFile:
    """Return a map with what the catalogue adds; the map's own entry wins.

    Personas of the catalogue that the map does not hold are left out, unless a touchpoint, pain point or opportunity
    names them. So are metrics of the catalogue that speak of phases or touchpoints which this map does not have, unless
    the map names them.
    """
    if catalog is None:
        return own
    held = {persona.id for persona in own.personas}
    named = {persona for _, touchpoint in own.touchpoints() for persona in touchpoint.personas or ()}
    named |= {persona for pain in own.pain_points for persona in pain.personas or ()}
    named |= {persona for opportunity in own.opportunities for persona in opportunity.personas or ()}
    metrics = {
        id_: metric for id_, metric in catalog.metrics.items() if id_ in own.metrics_named() or _fits(metric, own)
    }
    return own.model_copy(
        update={
            "departments": {**catalog.departments, **own.departments},
            "channels": {**catalog.channels, **own.channels},
            "sources": {**catalog.sources, **own.sources},
            "metrics": {**metrics, **own.metrics},
            "personas": (*own.personas, *(p for p in catalog.personas if p.id in named - held)),
        }
    )


def _fits(metric: AnyMetric, map_: MapFile) -> bool:
    """Say whether a map has the phases and touchpoints that a metric speaks of."""
    places = {phase.id for phase in map_.phases} | {touchpoint.id for _, touchpoint in map_.touchpoints()}
    return all(selector in places for _, selector in metric.selectors() if isinstance(selector, str))


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
        raise _all([each.told(document, name) for each in broken])


def _all(lines: list[str]) -> InputError:
    hint = "Correct the line and try again." if len(lines) == 1 else f"Correct the {len(lines)} lines and try again."
    return InputError("\n".join(lines), hint)
