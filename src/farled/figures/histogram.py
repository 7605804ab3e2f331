"""Histogram: how often each size comes."""

from dataclasses import dataclass
from itertools import pairwise

from farled.figures.figure import MOST_MARKS, Chart, Figure, Option, base, text_style, value_axis
from farled.figures.quantity import Unit, said, scale, written
from farled.figures.table import Cell, Table
from farled.figures.text import width as text_width
from farled.locale import number, percent, translator


@dataclass(frozen=True, slots=True)
class Histogram(Figure):
    """Counts between edges.

    Attributes:
        title: A `Word`, or a name.
        edges: Rising; one more than counts.
        counts: How many lie from each edge, itself included, to the next.
        unit: What the edges are.
        marks: Numbers that stand out, such as the median: name (a `Word`) and place.
        axis: What is measured, a `Word`; may be empty.
    """

    title: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    unit: Unit = "number"
    marks: tuple[tuple[str, float], ...] = ()
    axis: str = ""

    def table(self) -> Table:
        """Return one row per bin."""
        lines: list[tuple[Cell, ...]] = [
            (low, high, count) for (low, high), count in zip(pairwise(self.edges), self.counts, strict=True)
        ]
        lines += [(mark, None, None) for _name, mark in self.marks]
        kinds = {"from": self.unit, "to": self.unit}
        return Table(self.title, ("from", "to", "count"), tuple(lines), kinds)

    def finding(self, language: str = "en") -> str:
        """Say where most lie."""
        _ = translator(language)
        whole = sum(self.counts)
        if not whole:
            return _("No number can be given yet.")
        at = max(range(len(self.counts)), key=lambda place: (self.counts[place], -place))
        return _("Most lie between {low} and {high}: {share}.").format(
            low=written(self.edges[at], self.unit, language),
            high=written(self.edges[at + 1], self.unit, language),
            share=percent(self.counts[at] / whole, language),
        )

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return the bins laid out for a width."""
        shown = scale(self.edges[0], self.edges[-1], self.unit, language)
        most = max(self.counts, default=0)
        counts = scale(0, max(most, 5), "number", language)
        data = [
            {"value": [low / shown.divide, high / shown.divide, count], "tip": self._tip(at, language)}
            for at, ((low, high), count) in enumerate(zip(pairwise(self.edges), self.counts, strict=True))
            if count
        ][:MOST_MARKS]
        bins = {
            "type": "custom",
            "renderItem": "bin",
            "encode": {"x": [0, 1], "y": 2},
            "data": data,
            "itemStyle": {"color": "@fjord"},
        }
        left = text_width(number(most, language), 12) + 14
        named = {"name": said(self.axis, language), "nameLocation": "middle", "nameGap": 30} if self.axis else {}
        named["nameTextStyle"] = text_style("ink-3")
        ends = {"min": self.edges[0] / shown.divide, "max": self.edges[-1] / shown.divide}
        line = {"show": True, "lineStyle": {"color": "@line-strong"}}
        across = value_axis(shown.format, **named, **ends) | {"splitLine": {"show": False}, "axisLine": line}
        across["axisLabel"]["showMaxLabel"] = False
        if self.marks:
            bins["markLine"] = self._marks(shown.divide, language)
        top = 12.0 + 18 * len(self.marks)
        grid = {"left": left, "right": 24, "top": top, "bottom": 46 if self.axis else 28, "containLabel": False}
        up = value_axis(counts.format, minInterval=1)
        option = base(language, [bins], grid=grid, xAxis=across, yAxis=up)
        return Chart(option, 240 + top + (18 if self.axis else 0))

    def _tip(self, at: int, language: str) -> str:
        low, high = (written(self.edges[place], self.unit, language) for place in (at, at + 1))
        return f"{low} \u2013 {high}\n{number(self.counts[at], language)}"

    def _marks(self, divide: float, language: str) -> Option:
        far = self.edges[0] + 0.6 * (self.edges[-1] - self.edges[0])
        data = []
        for row, (name, place) in enumerate(self.marks):
            text = f"{said(name, language)}: {written(place, self.unit, language)}"
            label = {
                "formatter": text,
                "position": "end",
                "align": "right" if place > far else "left",
                "distance": [0, 2 + 18 * (len(self.marks) - 1 - row)],
                **text_style("ink", 12, 500),
            }
            data.append({"xAxis": place / divide, "label": label})
        line = {"color": "@ink", "type": "dashed", "width": 1.25}
        return {"symbol": "none", "silent": True, "lineStyle": line, "data": data}
