"""Reads a map from a file of another format; which one is seen from its ending and its first line."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from farled.errors import InputError, NotFoundError
from farled.locale import LANGUAGES
from farled.maps.export.lanes import lane_of
from farled.maps.importing.build import Build
from farled.maps.importing.cjml import read_cjml
from farled.maps.importing.grid import GridRow, read_grid
from farled.maps.importing.imported import Imported, Unplaced
from farled.maps.importing.mermaid import read_mermaid
from farled.maps.importing.styling import styled
from farled.maps.importing.workbook import read_workbook
from farled.maps.load import MAX_BYTES, checked
from farled.maps.model import Catalog
from farled.maps.paths import Row, document_of, read
from farled.maps.references import Maps
from farled.maps.yaml import Document, read_yaml, yaml_text

MAX_WORKBOOK: Final = 10_000_000
_SIGNS: Final = ",;\t"
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Around(NamedTuple):
    """What a file is read with.

    Attributes:
        language: Of the map's texts where the file does not say.
        today: From which a proposed date is counted.
        catalog: What the maps of the workspace share.
        maps: Its maps, to check references between maps; None: they are not checked.
        map_id: Of the map; empty: as the file says, else its name.
    """

    language: str
    today: date
    catalog: Catalog | None = None
    maps: Maps | None = None
    map_id: str = ""


def imported(path: str | Path, around: Around) -> Imported:
    """Read a map from a file: YAML, long CSV, grid CSV or XLSX, Mermaid journey, CJML.

    YAML and long CSV hold everything, also what claims rest on. From the others every claim is assumed.

    Raises:
        NotFoundError: There is no such file, or Farled does not speak the language.
        InputError: The file cannot be read, or is no map; each error with its line.
        MissingExtraError: A workbook needs the extra ``excel``.
    """
    path = Path(path)
    if around.language not in LANGUAGES:
        raise NotFoundError.named("language", around.language, LANGUAGES)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        hint = f"Let the file end in {', '.join(_READERS)}."
        raise InputError(f"A map cannot be imported from {path.name!r}.", hint)
    content = _content(path)
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise InputError(f"{path} is empty.", "Export the map anew.")
    return reader(content, path, around)


def _content(path: Path) -> bytes:
    if not path.is_file():
        known = [found.name for found in path.parent.glob("*.*")] if path.parent.is_dir() else []
        raise NotFoundError.named("file", str(path), known)
    most = MAX_WORKBOOK if path.suffix.lower() == ".xlsx" else MAX_BYTES
    if path.stat().st_size > most:
        raise InputError(f"{path} is larger than {most // 1_000_000} MB.", "A map is text of some kilobytes.")
    return path.read_bytes()


def _is_renamed(document: Document, around: Around) -> bool:
    head = document.get("map")
    return bool(around.map_id) and isinstance(head, dict) and head.get("id") not in (None, around.map_id)


def _text(content: bytes, path: Path) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"{path}:{line}: this is not {'UTF-16' if encoding == 'utf-16' else 'UTF-8'}."
        raise InputError(message, "Save the file as UTF-8; in Excel: CSV UTF-8.") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputError(f"{path}:{line}: there is a zero byte.", "Save the file as UTF-8 text.")
    return text


def _yaml(content: bytes, path: Path, around: Around) -> Imported:
    text = _text(content, path)
    document = read_yaml(text, str(path))
    if _is_renamed(document, around):
        document["map"]["id"] = around.map_id
        text = yaml_text(document)
    return Imported(checked(document, str(path), around.catalog, around.maps), text, "map file")


def _table(content: bytes, path: Path, around: Around) -> Imported:
    rows = _rows(_text(content, path), path)
    head = [cell.strip().lower() for cell in rows[0].cells] if rows else []
    if head == ["path", "value"]:
        return _long(rows[1:], path, around)
    build = _build(path, around)
    read_grid(rows, build, str(path))
    return _built(build, path, around, "grid")


def _rows(text: str, path: Path) -> list[GridRow]:
    """Return the rows of a CSV with the lines on which they begin."""
    found, faults = [], []
    for sign in _SIGNS:
        try:
            found.append(_split(text, sign, path))
        except InputError as error:
            faults.append(error)
    if not found:
        raise faults[0]
    return max(found, key=_likeness)


def _split(text: str, sign: str, path: Path) -> list[GridRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    rows, line = [], 1
    try:
        for cells in reader:
            if cells:
                rows.append(GridRow(line, tuple(cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}:{line}: {error}.", "Check the quotation marks from here on.") from error
    return rows


def _likeness(rows: list[GridRow]) -> tuple[int, int]:
    """How much rows look like a map cut at the right sign: those that begin with a lane, and cells of the first."""
    lanes = sum(row.cells[0].strip().lower() == "path" or lane_of(row.cells[0]) is not None for row in rows)
    return lanes, len(rows[0].cells) if rows else 0


def _long(rows: list[GridRow], path: Path, around: Around) -> Imported:
    bad = next((row for row in rows if len(row.cells) != 2), None)
    if bad is not None:
        message = f"{path}:{bad.line}: the row has {len(bad.cells)} cells."
        raise InputError(message, "Write path and value, and put values with commas in quotation marks.")
    document = document_of((Row(row.line, row.cells[0].strip(), read(row.cells[1])) for row in rows), str(path))
    if _is_renamed(document, around):
        document["map"]["id"] = around.map_id
    return _checked(document, path, around, "long CSV")


def _workbook(content: bytes, path: Path, around: Around) -> Imported:
    build = _build(path, around)
    read_grid(read_workbook(content, str(path)), build, str(path))
    return _built(build, path, around, "grid (workbook)")


def _mermaid(content: bytes, path: Path, around: Around) -> Imported:
    build = _build(path, around)
    read_mermaid(_text(content, path), build, str(path))
    return _built(build, path, around, "Mermaid journey")


def _cjml(content: bytes, path: Path, around: Around) -> Imported:
    build = _build(path, around)
    read_cjml(content, build, str(path))
    return _built(build, path, around, "CJML")


def _build(path: Path, around: Around) -> Build:
    name = path.name.lower().removesuffix(path.suffix.lower()).removesuffix(".grid")
    return Build(around.map_id or name, around.language)


def _built(build: Build, path: Path, around: Around, kind: str) -> Imported:
    document, proposed = build.document(around.today)
    return _checked(document, path, around, kind, tuple(build.unplaced), tuple(proposed))


def _checked(
    document: Document,
    path: Path,
    around: Around,
    kind: str,
    unplaced: tuple[Unplaced, ...] = (),
    proposed: tuple[str, ...] = (),
) -> Imported:
    map_ = checked(document, str(path), around.catalog, around.maps)
    return Imported(map_, yaml_text(styled(document)), kind, unplaced, proposed)


_READERS: Final[Mapping[str, Callable[[bytes, Path, Around], Imported]]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".csv": _table,
    ".tsv": _table,
    ".xlsx": _workbook,
    ".mmd": _mermaid,
    ".mermaid": _mermaid,
    ".cjml": _cjml,
    ".xml": _cjml,
}
