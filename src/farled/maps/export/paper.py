"""Sheets of paper, and on which a map can be read."""

from collections.abc import Callable
from typing import Final, NamedTuple

from farled.maps.draw.pen import FACES

LEAST_POINTS: Final = 7.0
MILLIMETRE: Final = 72 / 25.4
LEAST_SCALE: Final = LEAST_POINTS / MILLIMETRE / min(face.size for face in FACES)
"""Millimetres per unit of the picture at which its smallest text is 7 pt."""
NARROWER: Final = (0.9, 0.8, 0.7)
ALMOST: Final = 1 - 1e-6
"""Columns share a width with errors of rounding."""


class Paper(NamedTuple):
    """A sheet: name, width and height in millimetres."""

    name: str
    width: int
    height: int


class Fit(NamedTuple):
    """A picture on a sheet.

    Attributes:
        paper: The sheet.
        asked: Width for which the picture is laid out, units.
        scale: Millimetres per unit.
    """

    paper: Paper
    asked: float
    scale: float


ACROSS: Final = (Paper("A3", 420, 297), Paper("A2", 594, 420), Paper("A1", 841, 594), Paper("A0", 1189, 841))
SHEETS: Final = (
    ACROSS[0],
    *(sheet for paper in ACROSS[1:] for sheet in (paper, paper._replace(width=paper.height, height=paper.width))),
)
"""In the order in which they are tried: of two as large the one across. A3 upright is hardly wider than A4."""
A4: Final = Paper("A4", 210, 297)
A4_ACROSS: Final = Paper("A4", 297, 210)
MARGIN: Final = 10.0
FOOT: Final = 9.0

Measure = Callable[[float], tuple[float, float]]
"""Width and height of a picture, units, laid out for a width."""


def room(paper: Paper) -> tuple[float, float]:
    """Return the width and height of a sheet inside its margins and above its foot, millimetres."""
    return paper.width - 2 * MARGIN, paper.height - 2 * MARGIN - FOOT


def smallest(measure: Measure) -> Fit:
    """Return the smallest sheet on which a picture has no text under 7 pt, and the layout that is largest there.

    Where even the largest is too small the picture is laid out for its width; its height then takes several sheets.
    """
    for paper in SHEETS:
        widest = room(paper)[0] / LEAST_SCALE
        if _best(measure, paper, [widest]).scale >= LEAST_SCALE * ALMOST:
            return _best(measure, paper, [widest, *(share * widest for share in NARROWER)])
    wide = room(ACROSS[-1])[0]
    width, _ = measure(wide / LEAST_SCALE)
    return Fit(ACROSS[-1], wide / LEAST_SCALE, min(LEAST_SCALE, wide / width))


def _best(measure: Measure, paper: Paper, widths: list[float]) -> Fit:
    wide, high = room(paper)
    fits = []
    for asked in widths:
        width, height = measure(asked)
        fits.append(Fit(paper, asked, min(wide / width, high / height)))
    return max(fits, key=lambda fit: fit.scale)
