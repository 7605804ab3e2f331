"""What every figure can do: table, option, sentence, SVG, PNG."""

from dataclasses import dataclass
from html import escape
from typing import Any, Final

from farled.figures import fonts
from farled.figures.quantity import said
from farled.figures.static import drawn, png
from farled.figures.table import Table
from farled.figures.text import width as text_width
from farled.figures.text import wrap
from farled.figures.tokens import SERIES, Theme, color

WIDE: Final = 760
NARROW: Final = 300
MOST_MARKS: Final = 2_000
_EDGE: Final = 20
_SANS: Final = "Schibsted Grotesk,system-ui,-apple-system,Segoe UI,sans-serif"
_SERIF: Final = "Newsreader,Georgia,Times New Roman,serif"

Option = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure laid out for a width.

    Attributes:
        option: Of ECharts, pure JSON, colours by role.
        height: Pixels.
        least: Width below which it scrolls sideways, pixels.
    """

    option: Option
    height: float
    least: float = 0


class Figure:
    """Numbers, names and intervals that can be drawn: without colours and pixels until it is."""

    __slots__ = ()

    title: str

    def table(self) -> Table:
        """Return every number of the picture as a table, its twin."""
        raise NotImplementedError

    def finding(self, language: str = "en") -> str:
        """Return what the picture shows in one sentence, computed from its numbers."""
        raise NotImplementedError

    def chart(self, language: str = "en", width: float = WIDE) -> Chart:
        """Return the figure laid out for a width."""
        raise NotImplementedError

    def note(self, language: str = "en") -> str:
        """Return what stands below the picture; may be empty."""
        return ""

    def heading(self, language: str = "en") -> str:
        """Return the title in a language."""
        return said(self.title, language)

    def option(self, language: str = "en", width: float = WIDE) -> Option:
        """Return the option of ECharts: pure JSON, colours by role, texts finished.

        Args:
            language: One of ``farled.locale.LANGUAGES``.
            width: Pixels for which labels are laid out.
        """
        return self.chart(language, width).option

    def svg(self, theme: Theme = "light", language: str = "en", width: float = WIDE, embed: bool = False) -> str:
        """Return the picture as SVG with title, finding and note; the same bytes each time.

        Args:
            theme: ``light`` or ``dark``.
            language: One of ``farled.locale.LANGUAGES``.
            width: Pixels.
            embed: Put the fonts inside, for a file that looks the same everywhere.

        Raises:
            MissingExtraError: The extra ``charts`` is not installed.
            NotFoundError: There is no such theme or language.
        """
        room = max(width - 2 * _EDGE, NARROW - 2 * _EDGE)
        chart = self.chart(language, room)
        inner = max(room, chart.least)
        lines, top = _head(self, language, inner, theme)
        below = wrap(self.note(language), inner, 12) if self.note(language) else ()
        height = round(top + chart.height + 18 * len(below) + _EDGE)
        shapes = drawn(chart.option, theme, inner, chart.height)
        foot = [_text(line, top + chart.height + 14 + 18 * at, 12, "ink-3", theme) for at, line in enumerate(below)]
        title, sentence = escape(self.heading(language)), escape(self.finding(language))
        frame = round(inner + 2 * _EDGE)
        styles = f"<style>{fonts.embedded()}</style>\n" if embed else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {frame} {height}" width="{frame}" '
            f'height="{height}" lang="{language}"><title>{title}</title>\n<desc>{sentence}</desc>\n{styles}'
            f'<rect width="{frame}" height="{height}" fill="{color("surface", theme)}"/>\n{"".join(lines)}'
            f'<g transform="translate({_EDGE} {round(top)})">\n{shapes}\n</g>\n{"".join(foot)}</svg>\n'
        )

    def png(self, theme: Theme = "light", language: str = "en", width: float = WIDE, scale: float = 2) -> bytes:
        """Return the picture as a PNG file.

        Args:
            theme: As for ``svg``.
            language: As for ``svg``.
            width: As for ``svg``.
            scale: Pixels of the file per pixel of the picture.

        Raises:
            MissingExtraError: The extra ``charts`` is not installed.
        """
        return png(self.svg(theme, language, width), scale)


def _head(figure: Figure, language: str, room: float, theme: Theme) -> tuple[list[str], float]:
    """Return title and finding as lines of text, and where the chart begins."""
    lines, y = [], _EDGE + 18.0
    for line in wrap(figure.heading(language), room, 20, 500, "newsreader"):
        lines.append(_text(line, y, 20, "ink", theme, f'font-family="{_SERIF}" font-weight="500"'))
        y += 24
    for line in wrap(figure.finding(language), room, 14):
        lines.append(_text(line, y, 14, "ink-2", theme))
        y += 20
    return lines, y


def _text(line: str, y: float, size: int, role: str, theme: Theme, face: str = f'font-family="{_SANS}"') -> str:
    return f'<text x="{_EDGE}" y="{y:g}" {face} font-size="{size}" fill="{color(role, theme)}">{escape(line)}</text>\n'


def text_style(role: str = "ink-2", size: int = 12, weight: int = 400) -> Option:
    """Return how a text of a chart is set."""
    return {"color": f"@{role}", "fontSize": size, "fontWeight": weight, "fontFamily": _SANS}


def base(language: str, series: list[Option], **more: Any) -> Option:
    """Return an option with what all charts share."""
    tooltip = {
        "trigger": "item",
        "renderMode": "richText",
        "confine": True,
        "backgroundColor": "@surface",
        "borderColor": "@line-strong",
        "borderWidth": 1,
        "padding": [8, 12],
        "textStyle": {**text_style("ink", 13), "lineHeight": 19},
        "shadowBlur": 0,
        "transitionDuration": 0,
    }
    return {
        "animationDuration": 160,
        "animationDurationUpdate": 0,
        "textStyle": {"fontFamily": _SANS, "fontSize": 12},
        "tooltip": tooltip,
        **more,
        "series": series,
    }


def value_axis(format_: dict[str, Any], **more: Any) -> Option:
    """Return an axis of numbers: hairlines, no frame."""
    return {
        "type": "value",
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {**text_style("ink-3"), "formatter": format_, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": "@line", "width": 1}},
        "splitNumber": 4,
        **more,
    }


def called(name: str, left: float) -> Option:
    """Return the name of an upright axis, above its end and flush with the numbers beside it."""
    style = {**text_style("ink-3"), "align": "left", "padding": [0, 0, 0, -round(left - 4)]}
    return {"name": name, "nameLocation": "end", "nameGap": 13, "nameTextStyle": style} if name else {}


def name_axis(names: list[str], **more: Any) -> Option:
    """Return an axis of names."""
    return {
        "type": "category",
        "data": names,
        "axisLine": {"lineStyle": {"color": "@line-strong"}},
        "axisTick": {"show": False},
        "axisLabel": {**text_style("ink-2"), "interval": 0},
        **more,
    }


def labelled(names: list[str], room: float, size: float = 12, lines: int = 3) -> tuple[list[str], float]:
    """Break names into lines that fit a room.

    Returns:
        The names with their line breaks, and the width of the widest line.
    """
    broken = [wrap(name, room, size) for name in names]
    kept = [(*each[: lines - 1], "".join(each[lines - 1 :])) if len(each) > lines else each for each in broken]
    return ["\n".join(each) for each in kept], max(
        (text_width(line, size) for each in kept for line in each), default=0.0
    )


def legend(names: list[str], width: float) -> tuple[Option, float]:
    """Return the key of several series and the height that it takes."""
    rows, used = 1, 0.0
    for name in names:
        taken = text_width(name, 12) + 14 + 5 + 16
        rows, used = (rows + 1, taken) if used and used + taken > width else (rows, used + taken)
    made = {
        "data": names,
        "left": 0,
        "top": 0,
        "width": width,
        "itemWidth": 14,
        "itemHeight": 10,
        "itemGap": 16,
        "padding": 0,
        "selectedMode": False,
        "textStyle": text_style("ink-2"),
    }
    return made, rows * 24.0 + 4


def series_color(place: int, count: int) -> str:
    """Return the colour of a series: a calm one where it is alone, from the seventh on those that are left."""
    if count == 1:
        return "@transition"
    return f"@series-{place + 1}" if place < SERIES else ("@fjord", "@ink-3", "@warn")[(place - SERIES) % 3]


def series_decal(place: int, count: int) -> Option:
    """Return the pattern of a series, so that colour is never alone; none for the first."""
    if count == 1 or not place:
        return {"symbol": "none"}
    turns = [0.785, -0.785, 0, 1.571, 0.393]
    return {
        "symbol": "rect",
        "color": "@surface",
        "dashArrayX": [1, 0],
        "dashArrayY": [1.5, 5 + place % 3],
        "rotation": turns[(place - 1) % len(turns)],
    }
