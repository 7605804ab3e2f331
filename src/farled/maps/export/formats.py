"""The formats in which a map is exported, each by the ending of its file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from farled.errors import InputError
from farled.maps.export.cjml import cjml
from farled.maps.export.markdown import markdown
from farled.maps.export.mermaid import mermaid
from farled.maps.export.plain import plain_json, yaml_file
from farled.maps.export.tables import grid_csv, grid_xlsx, long_csv
from farled.maps.export.taken import Taken
from farled.maps.export.ujg import ujg

Writer = Callable[[Taken], bytes]
FORMATS: Final[Mapping[str, Writer]] = {
    ".yaml": yaml_file,
    ".yml": yaml_file,
    ".grid.csv": grid_csv,
    ".csv": long_csv,
    ".xlsx": grid_xlsx,
    ".md": markdown,
    ".mmd": mermaid,
    ".cjml": cjml,
    ".jsonld": ujg,
    ".json": plain_json,
}
"""By ending; the first that fits counts."""


def export(taken: Taken, name: str | Path) -> bytes:
    """Return a map as the content of a file.

    Args:
        taken: What is taken along.
        name: Of the file; its ending says what.

    Raises:
        InputError: The ending is none of these.
        MissingExtraError: A workbook is asked for, and the extra ``excel`` is not installed.
    """
    return writer_of(name)(taken)


def writer_of(name: str | Path) -> Writer:
    """Return the writer of a file by its ending.

    Raises:
        InputError: The ending is none of these.
    """
    lowered = Path(name).name.lower()
    found = next((writer for ending, writer in FORMATS.items() if lowered.endswith(ending)), None)
    if found is None:
        hint = f"Let the file end in {', '.join(FORMATS)}; pictures are drawn: farled map draw."
        raise InputError(f"A map cannot be exported into {Path(name).name!r}.", hint)
    return found
