"""Lines with bands: numbers along time or a row of periods."""

from collections.abc import Sequence
from dataclasses import dataclass

from farled.figures.figure import (
    MOST_MARKS,
    Chart,
    Figure,
    Option,
    base,
    called,
    legend,
    name_axis,
    series_color,
    text_style,
    value_axis,
)
from farled.figures.quantity import Quantity, Scale, Unit, Word, bounds_of, ends, said, scale, tip, value_of, written
from farled.figures.table import Cell, Table
from farled.figures.text import width as text_width
from farled.locale import translator

_DASHES = ("solid", "dashed", "dotted")


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers along the axis.

    Attributes:
        name: What they are; may be empty where it is the only one.
        values: One per place, None where it is not known.
    """

    name: str
    values: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Lines(Figure):
    """One or more lines, each with the band of its interval.

    Attributes:
        title: A `Word`, or a name.
        places: Names of periods, or numbers in ``along``.
        lines: One or more.
        unit: What the numbers are.
        along: What numbers as places are.
        step: The number holds until the next place, as in a survival curve.
        changes: Places, from 0, at which something changed.
        axis: What the places are, a `Word`; may be empty.
        open: Places, from 0, that are not over or were not seen from their beginning: the finding is of the others.
        what: What the numbers count, a `Word`; may be empty.
    """

    title: str
    places: tuple[str, ...] | tuple[float, ...]
    lines: tuple[Line, ...]
    unit: Unit = "share"
    along: Unit = "number"
    step: bool = False
    changes: tuple[int, ...] = ()
    axis: str = ""
    open: tuple[int, ...] = ()
    what: str = ""

    @property
    def _every(self) -> int:
        """Every how manieth place is drawn."""
        marks = len(self.places) * len(self.lines) * 3
        return max(1, -(-marks // MOST_MARKS))

    @property
    def _drawn(self) -> list[int]:
        """The places that are drawn: first, last, changes and evenly between."""
        count = len(self.places)
        return sorted({*range(0, count, self._every), *self.changes, *([count - 1] if count else [])})

    def table(self) -> Table:
        """Return one row per place, one column per line."""
        headings = ("place", *(each.name or "value" for each in self.lines))
        places: Sequence[str | float] = self.places
        rows: list[tuple[Cell, ...]] = [
            (place, *(each.values[at] for each in self.lines)) for at, place in enumerate(places)
        ]
        kinds = dict.fromkeys(headings[1:], self.unit) | {"place": self.along}
        return Table(self.title, headings, tuple(rows), kinds)

    def finding(self, language: str = "en") -> str:
        """Say where the first line begins and ends, and where it changed."""
        _ = translator(language)
        known = [
            (at, value)
            for at, quantity in enumerate(self.lines[0].values if self.lines else ())
            if (value := value_of(quantity)) is not None
        ]
        known = [each for each in known if each[0] not in self.open] or known
        if not known:
            return _("No number can be given yet.")
        (first, one), (last, other) = known[0], known[-1]
        text = _("From {one} at {first} to {other} at {last}.").format(
            one=written(one, self.unit, language),
            first=self._place(first, language),
            other=written(other, self.unit, language),
            last=self._place(last, language),
        )
        if len(self.lines) > 1 and self.lines[0].name:
            text = f"{said(self.lines[0].name, language)}: {text[0].lower()}{text[1:]}"
        if self.changes:
            places = ", ".join(self._place(at, language) for at in self.changes)
            text += " " + _("It changes at {places}.").format(places=places)
        return text

    def note(self, language: str = "en") -> str:
        """Say what the bands are, and which places are not over."""
        has = any(bounds_of(value) for each in self.lines for value in each.values)
        _ = translator(language)
        notes = [_("Bands show the 95% interval.")] if has else []
        if self.open:
            places = ", ".join(self._place(at, language) for at in self.open)
            notes.append(_("Not over yet: {places}.").format(places=places))
        return " ".join(notes)

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return the lines laid out for a width."""
        drawn, count = self._drawn, len(self.lines)
        least, most = ends([0.0, *(each.values[at] for each in self.lines for at in drawn)])
        axis = scale(least, most, self.unit, language)
        titles = [said(each.name, language) for each in self.lines]
        top, extra = 12.0 + (18 if self.changes else 0), {}
        if count > 1:
            extra["legend"], high = legend(titles, width)
            top += high
        top += 18 if self.what else 0
        left = max(text_width(written(end, self.unit, language), 12) for end in (least, most)) + 14
        across = self._across(width - left - 24, language)
        series: list[Option] = []
        for place in range(count):
            series += self._line(place, titles[place], axis, language)
        if self.changes:
            series[0]["markLine"] = self._marks(language)
        up = value_axis(axis.format, **called(said(self.what, language), left))
        grid = {"left": left, "right": 24, "top": top, "bottom": 46 if self.axis else 28, "containLabel": False}
        option = base(language, series, grid=grid, xAxis=across, yAxis=up, **extra)
        option["tooltip"] |= {"trigger": "axis", "axisPointer": {"lineStyle": {"color": "@line-strong"}}}
        return Chart(option, 260 + top + (18 if self.axis else 0))

    def _scale(self, language: str) -> Scale:
        numbers = [place for place in self.places if not isinstance(place, str)]
        return scale(min(numbers, default=0), max(numbers, default=0), self.along, language)

    @property
    def _is_named(self) -> bool:
        return any(isinstance(place, str) for place in self.places)

    def _place(self, at: int, language: str) -> str:
        place = self.places[at]
        return place if isinstance(place, str) else written(place, self.along, language)

    def _across(self, room: float, language: str) -> Option:
        named = {"name": said(self.axis, language), "nameLocation": "middle", "nameGap": 30} if self.axis else {}
        named["nameTextStyle"] = text_style("ink-3")
        if not self._is_named:
            made = value_axis(self._scale(language).format, **named, max="dataMax", min="dataMin")
            made["axisLabel"]["showMaxLabel"] = False
            return made | {
                "splitLine": {"show": False},
                "axisLine": {"show": True, "lineStyle": {"color": "@line-strong"}},
            }
        names = [str(self.places[at]) for at in self._drawn]
        wide = max((text_width(name, 12) for name in names), default=0) + 14
        skip = max(0, -(-int(wide * len(names)) // max(1, int(room))) - 1)
        label = {**text_style("ink-3"), "interval": skip, "hideOverlap": True}
        return name_axis(names, boundaryGap=len(names) < 2, axisLabel=label, **named)

    def _line(self, place: int, title: str, axis: Scale, language: str) -> list[Option]:
        each, count = self.lines[place], len(self.lines)
        tone, divide = series_color(place, count), 1.0 if self._is_named else self._scale(language).divide
        data, low, band = [], [], []
        for row, at in enumerate(self._drawn):
            quantity, x = each.values[at], row if self._is_named else float(self.places[at]) / divide
            value, bounds = value_of(quantity), bounds_of(quantity)
            heading = ", ".join(filter(None, (title, self._place(at, language))))
            text = tip(heading, quantity, self.unit, language)
            data.append({"value": [x, "-" if value is None else value / axis.divide], "tip": text})
            low.append([x, "-" if bounds is None else bounds[0] / axis.divide])
            band.append([x, "-" if bounds is None else (bounds[1] - bounds[0]) / axis.divide])
        kind = {"type": "line", "showSymbol": False, "connectNulls": False} | ({"step": "end"} if self.step else {})
        few = len(data) <= 60 and not self.step
        main = {
            **kind,
            "name": title,
            "data": data,
            "showSymbol": few,
            "symbol": "circle",
            "symbolSize": 5,
            "lineStyle": {"color": tone, "width": 2, "type": _DASHES[place % 3] if count > 1 else "solid"},
            "itemStyle": {"color": tone},
            "z": 3,
        }
        if not any(bounds_of(value) for value in each.values):
            return [main]
        under = {**kind, "stack": f"band-{place}", "stackStrategy": "all", "symbol": "none", "silent": True, "z": 2}
        under["lineStyle"] = {"opacity": 0}
        shade = {"color": tone, "opacity": 0.2}
        return [main, {**under, "data": low}, {**under, "data": band, "areaStyle": shade}]

    def _marks(self, language: str) -> Option:
        drawn = self._drawn
        places = [drawn.index(at) for at in self.changes]
        _ = translator(language)
        word = _("change")
        label = {"formatter": word, **text_style("warn", 12, 500), "position": "end"}
        line = {"color": "@warn", "type": "dashed", "width": 1.5}
        data = [{"xAxis": place} for place in places]
        return {"symbol": "none", "silent": True, "label": label, "lineStyle": line, "data": data}


__all__ = ["Line", "Lines", "Word"]
