"""Histogram: how often each size comes."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from farled.figures.bars import error_bars
from farled.figures.figure import MOST_MARKS, Chart, Figure, Option, base, called, text_style, value_axis
from farled.figures.quantity import Quantity, Unit, bounds_of, bounds_text, said, scale, value_of, written
from farled.figures.table import Cell, Table
from farled.figures.text import width as text_width
from farled.locale import number, percent, translator


@dataclass(frozen=True, slots=True)
class Histogram(Figure):
    """Counts between edges. Bins of different widths are drawn equally wide, so that no bar looks like more than it is.

    Attributes:
        title: A `Word`, or a name.
        edges: Rising; one more than counts.
        counts: How many lie between each edge and the next.
        unit: What the edges are.
        marks: Numbers that stand out, such as the median: name (a `Word`) and place.
        axis: What is measured, a `Word`; may be empty.
        shares: Of each bin, with its interval; none where it has none.
        what: What is counted, a `Word`; may be empty.
    """

    title: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    unit: Unit = "number"
    marks: tuple[tuple[str, float], ...] = ()
    axis: str = ""
    shares: tuple[Quantity, ...] = ()
    what: str = ""

    def table(self) -> Table:
        """Return one row per bin."""
        shares = self.shares or (None,) * len(self.counts)
        bins = zip(pairwise(self.edges), self.counts, shares, strict=True)
        lines: list[tuple[Cell, ...]] = [(low, high, count, share) for (low, high), count, share in bins]
        lines += [(mark, None, None, None) for _name, mark in self.marks]
        return Table(self.title, ("from", "to", "count", "share"), tuple(lines), {"from": self.unit, "to": self.unit})

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

    def note(self, language: str = "en") -> str:
        """Say what the lines are."""
        _ = translator(language)
        return _("Lines show the 95% interval.") if any(map(bounds_of, self.shares)) else ""

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return the bins laid out for a width."""
        bounds = [bounds_of(share) for share in self.shares]
        whole = sum(self.counts)
        most = max([*self.counts, *(pair[1] * whole for pair in bounds if pair)], default=0)
        counts = scale(0, max(most, 5), "number", language)
        data = [
            {"value": [at, at + 1, count], "tip": self._tip(at, language)}
            for at, count in enumerate(self.counts[:MOST_MARKS])
            if count
        ]
        bins: Option = {
            "type": "custom",
            "renderItem": "bin",
            "encode": {"x": [0, 1], "y": 2},
            "data": data,
            "itemStyle": {"color": "@transition"},
        }
        if self.marks:
            bins["markLine"] = self._marks(language)
        lines = [[at + 0.5, pair[0] * whole, pair[1] * whole, 0, 1, 0.7] for at, pair in enumerate(bounds) if pair]
        left = text_width(number(most, language), 12) + 14
        top = 12.0 + 18 * len(self.marks) + (18 if self.what else 0)
        grid = {"left": left, "right": 28, "top": top, "bottom": 46 if self.axis else 28, "containLabel": False}
        hidden = {"type": "value", "show": False, "min": 0, "max": len(self.counts)}
        axes = [hidden, self._edges(width - left - 28, language)]
        up = value_axis(counts.format, minInterval=1, **called(said(self.what, language), left))
        option = base(language, [bins, error_bars(lines, upright=True)], grid=grid, xAxis=axes, yAxis=up)
        return Chart(option, 240 + top + (18 if self.axis else 0))

    def _edges(self, room: float, language: str) -> Option:
        """Return the axis that names the edges, as many of them as there is room for."""
        names = [written(edge, self.unit, language) for edge in self.edges]
        wide = max(text_width(name, 12) for name in names) + 12
        skip = max(0, -(-int(wide * len(names)) // max(1, int(room))) - 1)
        return {
            "type": "category",
            "position": "bottom",
            "boundaryGap": False,
            "data": names,
            "axisLine": {"lineStyle": {"color": "@line-strong"}},
            "axisTick": {"show": True, "interval": 0, "lineStyle": {"color": "@line-strong"}},
            "axisLabel": {**text_style("ink-3"), "interval": skip},
            "name": said(self.axis, language),
            "nameLocation": "middle",
            "nameGap": 30,
            "nameTextStyle": text_style("ink-3"),
        }

    def _tip(self, at: int, language: str) -> str:
        low, high = (written(self.edges[place], self.unit, language) for place in (at, at + 1))
        lines = [f"{low} \u2013 {high}", number(self.counts[at], language)]
        share = self.shares[at] if self.shares else None
        value = value_of(share)
        if value is not None:
            lines += [percent(value, language), bounds_text(share, "share", language)]
        return "\n".join(line for line in lines if line)

    def _place(self, value: float) -> float:
        """Return where a number stands, in bins from the left."""
        at = min(max(bisect_right(self.edges, value) - 1, 0), len(self.counts) - 1)
        low, high = self.edges[at : at + 2]
        return at + (min(max(value, low), high) - low) / ((high - low) or 1)

    def _marks(self, language: str) -> Option:
        far = 0.6 * len(self.counts)
        places = sorted((self._place(value), name, value) for name, value in self.marks)
        if places[0][0] > far:
            places.reverse()  # labels to the left of their lines: the first one lowest, so that no line crosses one
        data = []
        for row, (place, name, value) in enumerate(places):
            label = {
                "formatter": f"{said(name, language)}: {written(value, self.unit, language)}",
                "position": "end",
                "align": "right" if place > far else "left",
                "distance": [0, 2 + 18 * (len(self.marks) - 1 - row)],
                **text_style("ink", 12, 500),
            }
            data.append({"xAxis": round(place, 4), "label": label})
        line = {"color": "@ink", "type": "dashed", "width": 1.25}
        return {"symbol": "none", "silent": True, "lineStyle": line, "data": data}
