"""The style sheet of the picture: classes inside one scope, so that two pictures on a page do not meet."""

import re
from collections.abc import Callable
from typing import Final

from farled.figures.fonts import SANS, SERIF
from farled.figures.tokens import Theme, channel_color, color, depths
from farled.maps.draw.pen import FACES

_HATCHES: Final = re.compile(r'class="(hatch|hatch-light|bars)"')
_TONES = ("ink", "ink-2", "ink-3", "fjord", "pos", "neg", "warn", "on-depth", "line-strong")

RULES = """
.surface{fill:@surface}
.hair{stroke:@line;stroke-width:1}
.grid{stroke:@line;stroke-width:1;opacity:.7}
.zero{stroke:@line-strong;stroke-width:1;stroke-dasharray:4 4;opacity:.8}
.icon{fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.stroke{fill:none;stroke:currentColor;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.halo{stroke:@surface;stroke-width:3.5px;stroke-linejoin:round;paint-order:stroke}
.card{fill:@sunk;stroke:@line;stroke-width:1}
.dashed{stroke:@line-strong;stroke-dasharray:5 4}
.ring{fill:@surface;stroke:@fjord;stroke-width:2}
.dash-0{stroke-dasharray:none}
.dash-1{stroke-dasharray:7 4}
.dash-2{stroke-dasharray:2 3.5}
.dash-3{stroke-dasharray:9 3 2 3}
.dash-4{stroke-dasharray:13 4}
.bar-track{fill:#fff;opacity:.3}
.bar{fill:#fff}
.track{fill:@line}
.cover{fill:@line-strong}
.badge{fill:@surface;stroke:@line-strong;stroke-width:1}
.badge.worst{fill:@neg-tint;stroke:@neg;stroke-width:2}
.badge-pos{fill:@pos-tint;stroke:@pos;stroke-width:1.2}
.pill{fill:@surface;stroke:@line-strong}
.pill.few{stroke-dasharray:5 3.5}
.pill.unseen{fill:@sunk;stroke:@line-strong;stroke-dasharray:none}
.pill.unmapped{stroke:@line-strong;stroke-dasharray:.1 4;stroke-linecap:round;stroke-width:1.8}
.fill{fill:currentColor}
.bars{fill:url(#bars)}
.hatch{fill:url(#hatch)}
.owner{fill:@surface;stroke:@line-strong;stroke-width:1}
.star{fill:@star;stroke:@star-edge;stroke-width:1.2;stroke-linejoin:round}
.pain{fill:@neg;stroke:@surface;stroke-width:1.6;stroke-linejoin:round}
.pain-mark{stroke:@surface;stroke-width:1.8;stroke-linecap:round;fill:none}
.way{fill:none;stroke:@transition}
.way.backward{stroke-dasharray:7 5}
.head{fill:@transition}
.tail{fill:none;stroke:@transition;stroke-opacity:.5}
.tick{fill:none;stroke:@ink-2;stroke-width:1.4}
.recovery{fill:none;stroke:@ink-3;stroke-width:1.2;stroke-dasharray:4 3}
.recovery-head{fill:none;stroke:@ink-3;stroke-width:1.2;stroke-linecap:round}
.felt{fill:none;stroke:@fjord;stroke-width:3;stroke-linecap:round}
.felt.thin{stroke-width:2}
.band{fill:@band;opacity:.55}
.whisker{stroke:@fjord;stroke-width:2}
.dot{fill:@fjord;stroke:@surface;stroke-width:1.5}
.dot.hollow{fill:@surface;stroke:@fjord;stroke-width:2.6}
.dot.small{stroke-width:1}
.dot.small.hollow{stroke-width:1.8}
.claim-line{fill:none;stroke:@claim;stroke-width:1.8;stroke-dasharray:.1 4.6;stroke-linecap:round}
.claim-point{fill:@surface;stroke:@claim;stroke-width:1.3}
.claim-words{fill:@claim;font-style:normal}
.bracket{fill:none;stroke:@warn;stroke-width:1.6}
.then-line{fill:none;stroke:@ink-2;stroke-width:1.8;stroke-dasharray:8 4}
.then-point{fill:@surface;stroke:@ink-2;stroke-width:1.6}
.then-words{fill:@ink-2}
.gap{stroke:@warn;stroke-width:5;opacity:.55}
.own{fill:@surface;stroke:@ink;stroke-width:2.2;stroke-linejoin:round}
.found{stroke:@surface;stroke-width:1.6;stroke-linejoin:round}
.found.error{fill:@neg}
.found.warning{fill:@warn}
.found.note{fill:@ink-2}
.on-found{fill:@surface;font-weight:600}
.stop{fill:@ink}
.on-stop{fill:@surface;font-weight:600}
.step{fill:none;stroke:@ink-2;stroke-width:2.2;stroke-opacity:.75}
.step-head{fill:none;stroke:@ink-2;stroke-width:1.6;stroke-linecap:round}
.pill.away{stroke:@line;stroke-dasharray:none}
.layer{fill:@sunk;stroke:@line;stroke-width:1}
.layer-edge{fill:@line-strong}
.layer-edge.frontstage{fill:@fjord}
.service-line{stroke:@ink-3;stroke-width:1.4}
.service-line.frontstage{stroke-dasharray:none}
.service-line.backstage{stroke-dasharray:9 5}
.service-line.support{stroke-dasharray:2 4}
.shoal{fill:none;stroke:@neg;stroke-width:1.6;stroke-linecap:round}
.note-pain{fill:@neg-tint;stroke:@neg;stroke-width:1.2}
.note-opportunity{fill:@pos-tint;stroke:@pos;stroke-width:1.2}
.note-pain.dashed{stroke:@neg;stroke-dasharray:5 4}
.spark{fill:none;stroke:@fjord;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.spark-end{fill:@fjord}
.hatch-light{fill:url(#hatch-light)}
.hatch-ground{fill:@sunk}
.hatch-line{stroke:@line;stroke-width:4}
.hatch-white{stroke:#fff;stroke-opacity:.28;stroke-width:6}
.hatch-bar{stroke:@surface;stroke-width:4}
"""

Paint = Callable[[str], str]


def painted(theme: Theme) -> Paint:
    """Return the function that writes the colour of a role in one theme."""
    channels = {f"channel:{place}": channel_color(place, theme) for place in range(6)}

    def paint(role: str) -> str:
        if role.startswith("depth:"):
            at, count = (int(part) for part in role.split(":")[1:])
            return depths(count, theme)[at]
        return channels.get(role) or color(role, theme)

    return paint


def variable(role: str) -> str:
    """Write the colour of a role as a property that the page sets for its theme."""
    return f"var(--{role.replace(':', '_')})"


def variables(theme: Theme, phases: int) -> str:
    """Return the properties that ``variable`` names, as declarations."""
    paint = painted(theme)
    names = [f"channel:{place}" for place in range(6)] + [f"depth:{at}:{phases}" for at in range(phases)]
    return "".join(f"--{name.replace(':', '_')}:{paint(name)};" for name in names)


def stylesheet(scope: str, phases: int, paint: Paint) -> str:
    """Return the rules of a picture.

    Args:
        scope: The class of the picture, which every rule begins with and every id ends with.
        phases: How many tones the headers need.
        paint: Writes a colour by its role.
    """
    rules = RULES.strip().splitlines()
    rules.append(f"text{{font-family:{SANS}}}")
    for face in FACES:
        family = f"font-family:{SERIF};" if face.font == "newsreader" else ""
        rules.append(f".{face.name}{{{family}font-size:{face.size:g}px;font-weight:{face.weight}}}")
    rules += [f".{tone}{{fill:@{tone};color:@{tone}}}" for tone in _TONES]
    rules += [f".icon.{tone},.stroke.{tone}{{fill:none}}" for tone in _TONES]
    rules += [f".channel-{place}{{color:@channel:{place}}}" for place in range(6)]
    rules += [f".depth-{at}{{fill:@depth:{at}:{phases}}}" for at in range(phases)]
    return scoped_rules("\n".join(rules), scope, paint)


def scoped_rules(rules: str, scope: str, paint: Paint) -> str:
    """Return rules, one a line, that hold inside one picture alone; ``@role`` stands for a colour."""
    painted_rules = _painted(rules.strip().splitlines(), paint)
    return "".join(f"{_scoped(rule, scope)}\n" for rule in painted_rules).replace("url(#", f"url(#{scope}-")


def _scoped(rule: str, scope: str) -> str:
    selectors, _, body = rule.partition("{")
    return ",".join(f".{scope} {selector}" for selector in selectors.split(",")) + "{" + body


def _painted(rules: list[str], paint: Paint) -> list[str]:
    written = []
    for rule in rules:
        parts = rule.split("@")
        done = parts[0]
        for part in parts[1:]:
            end = next((at for at, letter in enumerate(part) if not (letter.isalnum() or letter in "-:")), len(part))
            done += paint(part[:end]) + part[end:]
        written.append(done)
    return written


def hatched(drawing: str, scope: str) -> str:
    """Return a drawing whose hatched shapes name their pattern themselves.

    Rules in a file of their own cannot name a pattern of the page.
    """
    return _HATCHES.sub(rf'class="\1" fill="url(#{scope}-\1)"', drawing)


def patterns(scope: str) -> str:
    """Return the hatches, coloured by the style sheet."""
    turned = 'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    return (
        f'<defs>\n<pattern id="{scope}-hatch" width="6" height="6" {turned}>'
        '<rect class="hatch-ground" width="6" height="6"/><path class="hatch-line" d="M0 0V6"/></pattern>\n'
        f'<pattern id="{scope}-hatch-light" width="8" height="8" {turned}>'
        '<path class="hatch-white" d="M0 0V8"/></pattern>\n'
        f'<pattern id="{scope}-bars" width="4" height="5" patternUnits="userSpaceOnUse">'
        '<path class="hatch-bar" d="M0 0H4"/></pattern>\n</defs>\n'
    )
