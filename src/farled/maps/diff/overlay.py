"""Draws two versions of a map over each other: what came, went, moved and changed, and a list of the same beside it."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

from farled.figures.fonts import SANS, SERIF, embedded
from farled.figures.tokens import Theme
from farled.figures.tokens import variables as roles
from farled.locale import N_
from farled.maps.diff.both import GHOST, both
from farled.maps.diff.change import Change, Diff
from farled.maps.diff.naming import END, START
from farled.maps.diff.sentences import Versions, marked_sentences, offers
from farled.maps.draw.pen import BODY, Box, num, rect, text
from farled.maps.draw.picture import picture
from farled.maps.draw.reading import view
from farled.maps.draw.style import Paint, painted, patterns, scoped_rules, stylesheet, variable, variables
from farled.maps.draw.words import Words

Element = ET.Element
SCOPE: Final = "farled-map-diff"
LEGEND: Final = 44.0
SPOKEN: Final = 12
_CODE: Final = re.compile("`([^`]*)`")
_SVG: Final = "http://www.w3.org/2000/svg"
_TARGETS: Final = {
    "phase": "phase",
    "touchpoint": "touchpoint",
    "persona": "persona",
    "pain_point": "pain",
    "opportunity": "opportunity",
}
_NAMES: Final = {
    "added": N_("added"),
    "removed": N_("removed"),
    "moved": N_("moved"),
    "changed": N_("changed"),
}
_RULES: Final = """
.diff-added{stroke:@pos!important;stroke-width:4px!important;stroke-dasharray:none!important}
.diff-removed{fill:url(#diff-hatch)!important;stroke:@ink-3!important;stroke-dasharray:2 3!important}
.diff-ghost{fill:none!important;stroke:@line-strong!important;stroke-dasharray:2 4!important}
.diff-removed ~ text{paint-order:stroke;stroke:@surface;stroke-width:4px;stroke-linejoin:round}
.diff-faint{opacity:.55}
.diff-sign{fill:@pos;stroke:@surface;stroke-width:1.5}
.diff-sign.gone{fill:@ink-3}
.diff-line{stroke:@surface;stroke-width:2;stroke-linecap:round}
.diff-dot{fill:@warn;stroke:@surface;stroke-width:2}
.diff-arrow{fill:none;stroke:@ink-2;stroke-width:1.6;stroke-dasharray:none;stroke-linecap:round;stroke-linejoin:round}
.diff-ground{fill:@sunk}
.diff-bar{stroke:@line-strong;stroke-width:3}
"""


def overlay_svg(diff: Diff, versions: Versions, language: str, theme: Theme = "light", fonts: bool = True) -> str:
    """Return the picture of a diff as SVG that stands alone.

    What came is outlined thick with a plus, what went hatched with a minus, what moved has a ghost at its old place and
    a thin arrow, what changed has a dot.

    Args:
        diff: What differs.
        versions: Both maps.
        language: Of the words around the map's own.
        theme: ``"light"`` or ``"dark"``.
        fonts: Whether the font files stand in the picture.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    paint = painted(theme)
    count = len(both(versions, diff).phases)
    style = (embedded() if fonts else "") + "\n" + _styles(count, paint)
    return _svg(diff, versions, language, f"<style>{style}</style>")


def overlay_page(diff: Diff, versions: Versions, language: str, names: tuple[str, str] = ("", "")) -> str:
    """Return picture and list as one HTML file that needs nothing else, in both themes, without script.

    Args:
        diff: What differs.
        versions: Both maps.
        language: Of the reader.
        names: What the two versions are called.
    """
    words, count = Words(language), len(both(versions, diff).phases)
    light, dark = (f"{roles(theme)};{variables(theme, count)}" for theme in ("light", "dark"))
    page_rules = _PAGE.replace("@sans", SANS).replace("@serif", SERIF)
    css = (
        f":root{{color-scheme:light dark;{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f"@media print{{:root{{color-scheme:light;{light}}}}}\n{page_rules}{_styles(count, variable)}"
    )
    title = escape(versions.after.map.title)
    between = " → ".join(name for name in names if name)
    told = f'<p class="between">{escape(between)}</p>' if between else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'font-src data:; img-src data:">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: {escape(words._('Changes'))}</title>\n"
        f'<link rel="icon" href="data:,">\n<style>{embedded()}\n{css}</style>\n</head>\n<body>\n<main>\n'
        f'<h1 lang="{escape(versions.after.map.language)}">{title}</h1>{told}\n'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(words._("Journey map"))}">\n'
        f"{_svg(diff, versions, language, '')}</div>\n"
        f"{change_list(diff, versions, language)}</main>\n</body>\n</html>\n"
    )


def change_list(diff: Diff, versions: Versions, language: str) -> str:
    """Return the twin of the picture: every change in words, wording folded; HTML."""
    words = Words(language)
    told = list(zip(diff.changes, marked_sentences(diff, versions, language), strict=True))
    shown = [_item(change, sentence) for change, sentence in told if not change.is_folded]
    folded = [_item(change, sentence) for change, sentence in told if change.is_folded]
    asked = [f"<li>{escape(offer)}</li>" for offer in offers(diff, versions, language)]
    parts = [f'<section id="changes"><h2>{escape(words._("Changes"))}</h2>\n']
    parts += [f"<ul>{''.join(shown)}</ul>\n"] if shown else []
    if folded:
        count = words.translate.ngettext("{n} change of wording", "{n} changes of wording", len(folded))
        heading = escape(count.format(n=words.count(len(folded))))
        parts.append(f"<details><summary>{heading}</summary><ul>{''.join(folded)}</ul></details>\n")
    parts += [f"<p>{escape(words._('Nothing differs.'))}</p>\n"] if not told else []
    parts += [f"<h3>{escape(words._('Renamed?'))}</h3><ul>{''.join(asked)}</ul>\n"] if asked else []
    return "".join([*parts, "</section>\n"])


def as_html(sentence: str) -> str:
    """Return a sentence with marked names as HTML, its names and rules set apart."""
    return _CODE.sub(r"<code>\1</code>", escape(sentence)).replace(START, "<em>").replace(END, "</em>")


def _item(change: Change, sentence: str) -> str:
    return f'<li class="{change.weight}">{as_html(sentence)}</li>\n'


def _styles(count: int, paint: Paint) -> str:
    return stylesheet(SCOPE, count, paint) + scoped_rules(_RULES, SCOPE, paint)


def _svg(diff: Diff, versions: Versions, language: str, style: str) -> str:
    words, drawn_map = Words(language), both(versions, diff)
    seen = view(drawn_map, None, language)
    drawn = picture(seen, live=True)
    ET.register_namespace("", _SVG)
    art = ET.fromstring(f'<g xmlns="{_SVG}">{drawn.body}</g>')
    marks = _Marks(art)
    used = marks.marked(diff.changes)
    arrows = marks.arrows(change for change in diff.changes if change.kind == "moved")
    body = ET.tostring(art, encoding="unicode")
    height = drawn.height + (LEGEND if used else 0)
    sentences = marked_sentences(diff, versions, language)[:SPOKEN]
    told = " ".join(sentence.replace(START, "").replace(END, "") + "." for sentence in sentences)
    return (
        f'<svg xmlns="{_SVG}" class="farled-map {SCOPE}" lang="{escape(language)}" role="img" '
        f'aria-labelledby="{SCOPE}-title {SCOPE}-text" viewBox="0 0 {num(drawn.width)} {num(height)}" '
        f'width="{num(drawn.width)}" height="{num(height)}">\n'
        f'<title id="{SCOPE}-title">{escape(seen.title)}: {escape(words._("Changes"))}</title>\n'
        f'<desc id="{SCOPE}-text">{escape(told or words._("Nothing differs."))}</desc>\n'
        f"{style}{patterns(SCOPE)}{_HATCH}"
        f"{rect(Box(0, 0, drawn.width, height), 'surface')}{drawn.rules}{body}<g>\n{drawn.labels}</g>\n"
        f"{arrows}{_legend(used, drawn.height, words)}</svg>\n"
    )


_HATCH: Final = (
    f'<defs><pattern id="{SCOPE}-diff-hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="diff-ground" width="7" height="7"/>'
    '<path class="diff-bar" d="M0 0V7"/></pattern></defs>\n'
)


class _Marks:
    """The drawn things of a picture, by what they are."""

    def __init__(self, art: Element) -> None:
        self._by_target: dict[str, list[Element]] = {}
        for link in list(art.iter(f"{{{_SVG}}}a")):
            target = link.attrib.pop("href", "").removeprefix("#")
            link.tag = f"{{{_SVG}}}g"
            link.attrib.pop("aria-label", None)
            self._by_target.setdefault(target, []).append(link)
        for group in art.iter(f"{{{_SVG}}}g"):
            for name in ("role", "aria-label"):
                group.attrib.pop(name, None)

    def marked(self, changes: Sequence[Change]) -> list[str]:
        """Mark what changed; return which marks are present, in the order of the legend."""
        used: set[str] = set()
        done: set[tuple[str, str]] = set()
        for change in changes:
            mark = change.kind if change.kind in _NAMES else "changed"
            target = _target(change)
            found = self._drawn(target)
            if not found or (target, mark) in done:
                continue
            done.add((target, mark))
            used.add(mark)
            if mark == "moved":
                self._ghost(change.id)
            else:
                for link in found:
                    _put(link, mark)
        return [mark for mark in _NAMES if mark in used]

    def _drawn(self, target: str) -> list[Element]:
        """Return what is drawn of a target; a metric has one tile in each phase whose KPI it is."""
        if not target.startswith("kpi-"):
            return self._by_target.get(target, [])[:1]
        ending = target.removeprefix("kpi-")  # of a metric alone with a dash before it
        tiles = [drawn for name, drawn in self._by_target.items() if name.startswith("kpi-") and name.endswith(ending)]
        return [tile for drawn in tiles for tile in drawn[:1]]

    def _ghost(self, id_: str) -> None:
        for link in self._by_target.get(f"touchpoint-{GHOST}{id_}", []):
            link.set("class", "diff-faint")
            _outline(link).set("class", "pill diff-ghost")

    def arrows(self, moved: Iterable[Change]) -> str:
        """Return thin arrows from the old places to the new ones."""
        drawn = ""
        for change in moved:
            ends = [self._by_target.get(f"touchpoint-{prefix}{change.id}") for prefix in (GHOST, "")]
            if ends[0] and ends[1]:
                drawn += _arrow(_box(_outline(ends[0][0])), _box(_outline(ends[1][0])))
        return drawn


def _target(change: Change) -> str:
    if change.kind == "target" and change.field.startswith("kpis."):
        return f"kpi-{change.id}-{change.field.split('.')[1]}"
    if change.object == "metric":
        return f"kpi--{change.id}"
    return f"{_TARGETS.get(change.object, change.object)}-{change.id}"


def _outline(link: Element) -> Element:
    """Return the shape that encloses a drawn thing: the first one."""
    return next(child for child in link if child.tag in (f"{{{_SVG}}}rect", f"{{{_SVG}}}path"))


def _box(shape: Element) -> Box:
    if "x" in shape.attrib:
        return Box(*(float(shape.get(name, "0")) for name in ("x", "y", "width", "height")))
    data = shape.get("d", "M0 0").replace("M", " ").replace("H", " ").replace("L", " ").split()
    return Box(float(data[0]), float(data[1]), 0, 0)


def _put(link: Element, mark: str) -> None:
    shape = _outline(link)
    box = _box(shape)
    if mark in ("added", "removed"):
        shape.set("class", f"{shape.get('class', '')} diff-{mark}")
        shape.attrib.pop("stroke-width", None)
    signs = ET.fromstring(f'<g xmlns="{_SVG}">{_sign(mark, box.x + 3, box.y + 2)}</g>')
    link.append(signs)


def _sign(mark: str, x: float, y: float) -> str:
    if mark == "changed":
        return f'<circle class="diff-dot" cx="{num(x)}" cy="{num(y)}" r="6"/>'
    gone = " gone" if mark == "removed" else ""
    upright = "" if gone else f"M{num(x)} {num(y - 4)}v8"
    return (
        f'<circle class="diff-sign{gone}" cx="{num(x)}" cy="{num(y)}" r="8"/>'
        f'<path class="diff-line" d="M{num(x - 4)} {num(y)}h8{upright}"/>'
    )


def _arrow(start: Box, end: Box) -> str:
    """Draw a thin arrow between the nearest edges of two pills."""
    to_right = start.x + start.w / 2 <= end.x + end.w / 2
    x1, x2 = (start.right, end.x - 3) if to_right else (start.x, end.right + 3)
    y1, y2 = start.y + start.h / 2, end.y + end.h / 2
    reach = max(24.0, abs(x2 - x1) / 2) * (1 if to_right else -1)
    wing = -6 if to_right else 6
    return (
        f'<path class="diff-arrow" d="M{num(x1)} {num(y1)}C{num(x1 + reach)} {num(y1)} {num(x2 - reach)} {num(y2)} '
        f'{num(x2)} {num(y2)}m{wing} -4l{-wing} 4l{wing} 4"/>\n'
    )


def _legend(used: Sequence[str], top: float, words: Words) -> str:
    """Draw what the marks mean, those that are present."""
    x, y, drawn = 32.0, top + LEGEND / 2, ""
    for mark in used:
        name, box = words._(_NAMES[mark]), Box(x, y - 9, 34, 18)
        if mark == "moved":
            ghost = Box(x, y - 9, 22, 18)
            drawn += rect(ghost, "pill diff-ghost", 9) + _arrow(ghost, Box(x + 52, y - 9, 0, 18))
        else:
            drawn += rect(box, f"pill {'' if mark == 'changed' else f'diff-{mark}'}", 9)
            drawn += _sign(mark, box.x + 3, box.y + 1)
        drawn += text(x + 60, y + 4.4, name, BODY, "ink-2")
        x += 60 + BODY.width(name) + 36
    return drawn


_PAGE: Final = """
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 @sans}
main{padding:24px;max-width:1760px;margin:0 auto}
h1{font:500 30px/1.2 @serif;margin:0 0 4px}
h2{font-size:20px;margin:24px 0 8px}
h3{font-size:16px;margin:20px 0 6px}
.between{color:var(--ink-2);margin:0 0 16px}
.scroll{overflow-x:auto;border-radius:12px}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.scroll svg{display:block;min-width:1200px;width:100%;height:auto}
#changes{max-width:78ch}
#changes ul{padding-left:1.2em;margin:0}
#changes li{margin:4px 0}
#changes li.measure{list-style-type:'\\25C6  '}
#changes .key{color:var(--ink-2);margin:0 0 6px}
#changes code{font:14px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
#changes em{font-style:normal;font-weight:600}
summary{cursor:pointer;margin-top:12px;min-height:24px}
@media print{.scroll svg{min-width:0}details>*{display:block}}
"""
