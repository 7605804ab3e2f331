"""What was read from another file, and what of it could not be placed."""

from dataclasses import dataclass
from typing import NamedTuple

from farled.maps.model import MapFile


class Unplaced(NamedTuple):
    """Something that has no place on the map.

    Attributes:
        line: Of the file, from 1; in a workbook the row.
        text: What stands there.
        why: One sentence.
    """

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A map that was read from another file.

    Attributes:
        map: It, checked, with what the catalogue adds.
        text: It as the text of a map file.
        format: What the file was, such as ``Mermaid journey``.
        unplaced: What could not be placed, line by line; most of it stands in the map under ``x-imported``.
        proposed: What the file does not say and the map must, one sentence each.
    """

    map: MapFile
    text: str
    format: str
    unplaced: tuple[Unplaced, ...] = ()
    proposed: tuple[str, ...] = ()
