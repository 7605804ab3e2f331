"""The pictures of an answer as a page holds them: data for the script, room for each width, and what they show."""

import json
from dataclasses import dataclass
from typing import Final

from farled.engine.base import Answer, TableAnswer
from farled.figures.figure import Chart, Figure

WIDTHS: Final = ((0, 290), (620, 620), (980, 980))


@dataclass(frozen=True, slots=True)
class Room:
    """The room that a picture takes.

    Attributes:
        begin: Width from which it does, pixels.
        height: Pixels.
    """

    begin: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a page.

    Attributes:
        title: Its heading.
        finding: What it shows, one sentence.
        note: Below it; may be empty.
        rooms: By width.
        layouts: JSON for the script, safe inside of an element.
    """

    title: str
    finding: str
    note: str
    rooms: tuple[Room, ...]
    layouts: str


def pictures(answer: Answer, language: str) -> tuple[Picture, ...]:
    """Return the pictures of an answer.

    Args:
        answer: Of any question.
        language: One of ``LANGUAGES``.
    """
    figures = answer.figures() if isinstance(answer, TableAnswer) else ()
    return tuple(_picture(figure, language) for figure in figures)


def _picture(figure: Figure, language: str) -> Picture:
    charts = [(begin, figure.chart(language, width)) for begin, width in WIDTHS]
    rooms = tuple(Room(begin, round(chart.height)) for begin, chart in charts)
    text = json.dumps([_layout(begin, chart) for begin, chart in charts], ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Picture(figure.heading(language), figure.finding(language), figure.note(language), rooms, safe)


def _layout(begin: int, chart: Chart) -> dict[str, object]:
    return {"from": begin, "height": round(chart.height), "least": round(chart.least), "option": chart.option}
