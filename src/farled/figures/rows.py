"""Rows of bars: where their names stand, beside the bars where there is room, else above."""

from dataclasses import dataclass

from farled.figures.figure import Option, labelled, name_axis, text_style

_BESIDE = 460


@dataclass(frozen=True, slots=True)
class Rows:
    """The layout of rows of bars.

    Attributes:
        axis: The axis of names, first on top.
        left: Room for names beside the bars, pixels.
        height: Of all rows, pixels.
        share: Part of a row that the bars take, 0 to 1.
    """

    axis: Option
    left: float
    height: float
    share: float

    def gap(self) -> str:
        """Return the room between the bars of two rows, as ECharts wants it."""
        return f"{100 * (1 - self.share):.4f}%"


def rows(names: list[str], width: float, bars: int, thick: float) -> Rows:
    """Return the layout for names and so many bars in each row.

    Args:
        names: One per row.
        width: Of the whole chart, pixels.
        bars: In each row.
        thick: Of a bar, pixels.
    """
    room = bars * thick
    if width >= _BESIDE:
        texts, left = labelled(names, width * 0.34)
        lines = max((text.count("\n") + 1 for text in texts), default=1)
        height = max(room + 14, lines * 16 + 8)
        label = {**text_style("ink"), "interval": 0, "lineHeight": 16, "margin": 10}
        return Rows(name_axis(texts, inverse=True, axisLabel=label), left + 12, height * len(names), room / height)
    texts, _ = labelled(names, width - 8, lines=2)
    lines = max((text.count("\n") + 1 for text in texts), default=1)
    height = room + 12 + 2 * (lines * 16 + 4)
    label = {
        **text_style("ink"),
        "interval": 0,
        "inside": True,
        "align": "left",
        "verticalAlign": "bottom",
        "lineHeight": 16,
        "margin": 0,
        "padding": [0, 0, room / 2 + 3, 0],
    }
    axis = name_axis(texts, inverse=True, axisLabel=label, axisLine={"show": False}, z=4)
    return Rows(axis, 14, height * len(names), room / height)


def beside(texts: list[str]) -> Option:
    """Return an axis on the right that says the number of each row."""
    return {
        "type": "category",
        "inverse": True,
        "position": "right",
        "data": texts,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {"interval": 0, "margin": 12, "lineHeight": 17, **text_style("ink", 12, 500)},
    }
