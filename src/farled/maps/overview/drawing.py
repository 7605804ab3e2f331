"""What the pictures of the overviews share: a sheet, its colours by role, and how it becomes a file."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from farled.figures.fonts import SANS, SERIF, embedded
from farled.figures.tokens import Theme, color, depths
from farled.maps.draw.pen import FACES, Box, num, rect

SCOPE: Final = "farled-overview"
DEPTHS: Final = 6

_TONES: Final = ("ink", "ink-2", "ink-3", "fjord", "pos", "neg", "warn", "on-depth")
_RULES: Final = """
.surface{fill:@surface}
.sunk{fill:@sunk}
.hair{stroke:@line;stroke-width:1}
.axis{stroke:@line-strong;stroke-width:1}
.zero{stroke:@line-strong;stroke-width:1;stroke-dasharray:4 4}
.good{fill:@pos-tint}
.whisker{stroke:@transition;stroke-width:4;stroke-linecap:round;stroke-opacity:.55}
.dot{fill:@fjord;stroke:@surface;stroke-width:1.5}
.dot.hollow{fill:@surface;stroke:@fjord;stroke-width:2.2}
.ball{fill:@fjord;stroke:@surface;stroke-width:2}
.ball.first{fill:@pos}
.on-ball{fill:@surface}
.ball.hollow{fill:@surface;stroke:@line-strong;stroke-width:1.4}
.worst{fill:none;stroke:@neg;stroke-width:2.5}
.gap{fill:none;stroke:@warn;stroke-width:1.6;stroke-dasharray:5 4}
.stroke{fill:none;stroke:currentColor;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.icon{fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
""".strip()

Paint = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture.

    Attributes:
        width: Of the view box.
        height: Of the view box.
        body: Its shapes; colours come by class.
        title: What it shows.
        description: The main facts in sentences.
    """

    width: float
    height: float
    body: str
    title: str
    description: str

    def inline(self) -> str:
        """Return the picture for a page that has the rules of ``stylesheet``."""
        label = escape(f"{self.title}. {self.description}")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{SCOPE}" role="img" aria-label="{label}" '
            f'viewBox="0 0 {num(self.width)} {num(self.height)}">\n{self.body}</svg>\n'
        )

    def svg(self, theme: Theme = "light") -> str:
        """Return the picture as a file that needs nothing else; the same input gives the same bytes.

        Raises:
            NotFoundError: There is no such theme.
        """
        ground = rect(Box(0, 0, self.width, self.height), "surface")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{SCOPE}" role="img" aria-labelledby="title desc" '
            f'width="{num(self.width)}" height="{num(self.height)}" '
            f'viewBox="0 0 {num(self.width)} {num(self.height)}">\n'
            f'<title id="title">{escape(self.title)}</title>\n<desc id="desc">{escape(self.description)}</desc>\n'
            f"<style>{embedded()}\n{stylesheet(painted(theme))}</style>\n{ground}{self.body}</svg>\n"
        )


def painted(theme: Theme) -> Paint:
    """Return the function that writes the colour of a role in one theme."""

    def paint(role: str) -> str:
        return depths(DEPTHS, theme)[int(role[6:])] if role.startswith("depth:") else color(role, theme)

    return paint


def variable(role: str) -> str:
    """Write the colour of a role as a property that the page sets for its theme."""
    return f"var(--axis-{role[6:]})" if role.startswith("depth:") else f"var(--{role})"


def properties(theme: Theme) -> str:
    """Return the properties that ``variable`` names beside the page's own, as declarations."""
    return "".join(f"--axis-{at}:{tone};" for at, tone in enumerate(depths(DEPTHS, theme)))


def stylesheet(paint: Paint) -> str:
    """Return the rules of the pictures.

    Args:
        paint: Writes a colour by its role: ``painted(theme)`` for a file, ``variable`` for a page.
    """
    rules = _RULES.splitlines()
    rules.append(f"text{{font-family:{SANS}}}")
    for face in FACES:
        family = f"font-family:{SERIF};" if face.font == "newsreader" else ""
        rules.append(f".{face.name}{{{family}font-size:{face.size:g}px;font-weight:{face.weight}}}")
    rules += [f".{tone}{{fill:@{tone};color:@{tone}}}" for tone in _TONES]
    rules += [f".{kind}.{tone}{{fill:none}}" for kind in ("icon", "stroke") for tone in _TONES]
    rules += [f".depth-{at}{{fill:@depth:{at}}}" for at in range(DEPTHS)]
    return "".join(f".{SCOPE} {_painted(rule, paint)}\n" for rule in rules)


def _painted(rule: str, paint: Paint) -> str:
    first, *parts = rule.split("@")
    for part in parts:
        end = next((at for at, letter in enumerate(part) if not (letter.isalnum() or letter in "-:")), len(part))
        first += paint(part[:end]) + part[end:]
    return first
