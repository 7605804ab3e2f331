"""Writes single shapes as SVG; colours come by class, numbers with one decimal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

from farled.figures.icons import icon
from farled.figures.text import Font, width, wrap


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    def grown(self, by: float) -> "Box":
        """Return the box with a rim."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def meets(self, other: "Box") -> bool:
        """Return whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


class Face(NamedTuple):
    """A size and weight of text, and the class that sets it."""

    name: str
    size: float
    weight: int = 400
    font: Font = "grotesk"
    leading: float = 1.3

    @property
    def line(self) -> float:
        """The distance of two lines."""
        return self.size * self.leading

    def width(self, text: str) -> float:
        """Return how wide a line is."""
        return width(text, self.size, self.weight, self.font)

    def wrap(self, text: str, room: float) -> tuple[str, ...]:
        """Break text into lines."""
        return wrap(text, room, self.size, self.weight, self.font)


TITLE: Final = Face("title", 28, 500, "newsreader", 1.15)
VALUE: Final = Face("value", 22, 500, "newsreader", 1.1)
QUOTE: Final = Face("quote", 14, 500, "newsreader", 1.3)
PHASE: Final = Face("phase", 15, 600)
NAME: Final = Face("name", 14, 600)
STRONG: Final = Face("strong", 12.5, 600)
POINT: Final = Face("point", 13, 600)
BODY: Final = Face("body", 12.5)
PILL: Final = Face("met", 11.5, 500, leading=1.25)
SMALL: Final = Face("small", 11)
TINY: Final = Face("tiny", 10.5)
FACES: Final = (TITLE, VALUE, QUOTE, PHASE, NAME, STRONG, POINT, BODY, PILL, SMALL, TINY)


@dataclass(frozen=True, slots=True)
class Row:
    """A drawn row of the picture: how high it is and what it holds.

    Attributes:
        height: In units of the view box.
        body: Drawn in the phase columns.
        labels: Drawn in the label column.
        under: Drawn before all bodies.
        rules: Hairlines over both columns, drawn first.
        breaks: y within the row at which paper may end.
    """

    height: float
    body: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    breaks: tuple[float, ...] = ()


def num(value: float) -> str:
    """Write a coordinate."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text(x: float, y: float, content: str, face: Face, color: str = "ink", anchor: str = "") -> str:
    """Write one line of text by its baseline."""
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{face.name} {color}" x="{num(x)}" y="{num(y)}"{at}>{escape(content)}</text>\n'


def lines(x: float, y: float, contents: Iterable[str], face: Face, color: str = "ink", anchor: str = "") -> str:
    """Write lines of text below each other; y is the baseline of the first."""
    return "".join(text(x, y + at * face.line, line, face, color, anchor) for at, line in enumerate(contents))


def rect(box: Box, names: str, radius: float = 0) -> str:
    """Write a rectangle."""
    corner = f' rx="{num(radius)}"' if radius else ""
    place = f'x="{num(box.x)}" y="{num(box.y)}" width="{num(box.w)}" height="{num(box.h)}"'
    return f'<rect class="{names}" {place}{corner}/>\n'


def line(x1: float, y1: float, x2: float, y2: float, names: str) -> str:
    """Write a straight line."""
    return f'<line class="{names}" x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}"/>\n'


def shape(data: str, names: str, more: str = "") -> str:
    """Write a path."""
    return f'<path class="{names}" d="{data}"{" " + more if more else ""}/>\n'


def circle(x: float, y: float, radius: float, names: str) -> str:
    """Write a circle."""
    return f'<circle class="{names}" cx="{num(x)}" cy="{num(y)}" r="{num(radius)}"/>\n'


def sign(name: str, x: float, y: float, size: float, names: str) -> str:
    """Write an icon by its upper left corner."""
    scale = f"{size / 24:.4f}".rstrip("0")
    return f'<g class="icon {names}" transform="translate({num(x)} {num(y)}) scale({scale})">{icon(name)}</g>\n'


def star(x: float, y: float, radius: float) -> str:
    """Write the five-point star of a moment of truth."""
    return shape(polygon(_STAR, x, y, radius), "star")


def arrow(x: float, y: float, length: float, names: str) -> str:
    """Write a small arrow to the right, since the fonts have none; y is its axis."""
    data = f"M{num(x)} {num(y)}h{num(length)}m-3.2 -3l3.2 3l-3.2 3"
    return shape(data, f"stroke {names}")


def polygon(corners: Sequence[tuple[float, float]], x: float, y: float, scale: float) -> str:
    """Return the path data of a closed shape around a point."""
    return "M" + "L".join(f"{num(x + scale * dx)} {num(y + scale * dy)}" for dx, dy in corners) + "Z"


_STAR: Final = (
    (0, -1), (0.247, -0.340), (0.951, -0.309), (0.400, 0.130), (0.588, 0.809),
    (0, 0.421), (-0.588, 0.809), (-0.400, 0.130), (-0.951, -0.309), (-0.247, -0.340),
)  # fmt: skip
