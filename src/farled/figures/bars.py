"""Bars with intervals: one number per name, or several side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from farled.figures.figure import (
    MOST_MARKS,
    Chart,
    Figure,
    Option,
    base,
    legend,
    series_color,
    series_decal,
    value_axis,
)
from farled.figures.quantity import (
    Quantity,
    Scale,
    Unit,
    Word,
    bounds_of,
    bounds_text,
    ends,
    said,
    scale,
    tip,
    value_of,
    written,
)
from farled.figures.rows import Rows, beside, rows
from farled.figures.table import Table
from farled.figures.text import width as text_width
from farled.locale import number, translator


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind.

    Attributes:
        name: What they are; may be empty where it is the only one.
        values: One per name, None where it is not known.
    """

    name: str
    values: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Bars(Figure):
    """One row per name, one bar per series in it, each with its interval.

    Attributes:
        title: A `Word`, or a name.
        names: Of the rows, first on top.
        series: One or more.
        unit: What the numbers are.
        range: Ends of the axis that the numbers alone would not reach, such as those of a score.
        remark: Below the picture; a `Word` or empty.
    """

    title: str
    names: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit = "share"
    range: tuple[float, float] | None = None
    remark: str = ""

    @property
    def _shown(self) -> int:
        """How many rows are drawn."""
        return min(len(self.names), MOST_MARKS // max(1, len(self.series)), 60)

    def table(self) -> Table:
        """Return one row per name, one column per series."""
        headings = ("name", *(each.name or "value" for each in self.series))
        lines = [(name, *(each.values[at] for each in self.series)) for at, name in enumerate(self.names)]
        kinds = dict.fromkeys(headings[1:], self.unit)
        return Table(self.title, headings, tuple(lines), kinds)

    def finding(self, language: str = "en") -> str:
        """Say which is highest, and whether that is certain."""
        _ = translator(language)
        known = [
            (value, at, each)
            for each in self.series[:1]
            for at, quantity in enumerate(each.values)
            if (value := value_of(quantity)) is not None
        ]
        if not known:
            return _("No number can be given yet.")
        is_change = self.unit in ("points", "change")
        value, at, first = max(known, key=lambda each: (abs(each[0]) if is_change else each[0], -each[1]))
        name, text = said(self.names[at], language), written(value, self.unit, language)
        if len(known) == 1 and len(self.series) == 1:
            bounds = bounds_text(first.values[at], self.unit, language)
            return f"{name[:1].upper()}{name[1:]}: {text}{f' ({bounds})' if bounds else ''}."
        if is_change and len(self.series) == 1:
            return _("The largest difference is at {name}: {value}.").format(name=name, value=text)
        if first.name and len(self.series) > 1:
            text = _("{series}: highest is {name}, {value}.").format(
                series=said(first.name, language), name=name, value=text
            )
        else:
            text = _("Highest is {name}: {value}.").format(name=name, value=text)
        others = [bounds_of(first.values[other]) for _value, other, _each in known if other != at]
        own = bounds_of(first.values[at])
        if own and any(bounds and bounds[1] >= own[0] for bounds in others):
            text += " " + _("Its interval overlaps that of others.")
        return text

    def note(self, language: str = "en") -> str:
        """Say what the lines are, and how many rows are left out."""
        _ = translator(language)
        left = len(self.names) - self._shown
        notes = [_("Lines show the 95% interval.")] if any(map(bounds_of, self._all())) else []
        if left:
            notes.append(_("{n} more are in the table.").format(n=number(left, language)))
        return " ".join([*notes, *([said(self.remark, language)] if self.remark else [])])

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return the bars laid out for a width."""
        names = [said(name, language) for name in self.names[: self._shown]]
        count = len(self.series)
        laid = rows(names, width, count, 18 if count == 1 else 12 if count < 5 else 9)
        least, most = ends([0.0, *self._all(), *(self.range or ())])
        axis = scale(least, most, self.unit, language)
        titles = [said(each.name, language) for each in self.series]
        top, extra = 0.0, {}
        if count > 1:
            extra["legend"], top = legend(titles, width)
            extra["aria"] = {"enabled": True, "label": {"enabled": False}, "decal": {"show": True}}
        series = [self._bars(place, titles[place], axis, laid, language) for place in range(count)]
        series += [self._intervals(place, axis, laid) for place in range(count)]
        span = {} if self.range is None else {"min": self.range[0], "max": self.range[1]}
        texts = [self._text(at, language) for at in range(len(names))] if count == 1 else []
        right = max((text_width(text, 12, 500) for text in texts), default=0) + 24
        grid = {"left": laid.left, "right": right, "top": top, "bottom": 28, "containLabel": False}
        axes = [laid.axis, beside(texts)] if texts else [laid.axis]
        option = base(language, series, grid=grid, xAxis=value_axis(axis.format, **span), yAxis=axes, **extra)
        return Chart(option, laid.height + top + 28)

    def _text(self, at: int, language: str) -> str:
        value = value_of(self.series[0].values[at])
        return "\u2013" if value is None else written(value, self.unit, language)

    def _all(self) -> Sequence[Quantity]:
        return [quantity for each in self.series for quantity in each.values[: self._shown]]

    def _bars(self, place: int, title: str, axis: Scale, laid: Rows, language: str) -> Option:
        each, count = self.series[place], len(self.series)
        data = []
        for name, quantity in zip(self.names[: self._shown], each.values, strict=False):
            value = value_of(quantity)
            heading = ": ".join(filter(None, (said(name, language), title)))
            drawn = "-" if value is None else value / axis.divide
            data.append({"value": drawn, "tip": tip(heading, quantity, self.unit, language)})
        style = {"color": series_color(place, count), "decal": series_decal(place, count)}
        made = {"type": "bar", "name": title, "data": data, "itemStyle": style}
        return made | {"barGap": "0%", "barCategoryGap": laid.gap()}

    def _intervals(self, place: int, axis: Scale, laid: Rows) -> Option:
        each, count = self.series[place], len(self.series)
        data = [
            [at, bounds[0] / axis.divide, bounds[1] / axis.divide, place, count, laid.share]
            for at, quantity in enumerate(each.values[: self._shown])
            if (bounds := bounds_of(quantity)) is not None
        ]
        return error_bars(data, upright=False)


def error_bars(data: list[list[float]], *, upright: bool) -> Option:
    """Return the lines of intervals: place, low, high, slot, slots and the share of the room that bars take."""
    encode = {"x": 0, "y": [1, 2]} if upright else {"x": [1, 2], "y": 0}
    return {
        "type": "custom",
        "renderItem": "interval-upright" if upright else "interval-along",
        "encode": encode,
        "data": data,
        "silent": True,
        "tooltip": {"show": False},
        "itemStyle": {"color": "@surface", "borderColor": "@ink"},
        "z": 5,
    }


def of_table(table: Table) -> Bars:
    """Return the first column of a table with an interval as bars, named by its first column of text."""
    names = [str(row[0]) if row else "" for row in table.rows]
    for at in range(len(table.headings)):
        column = [row[at] for row in table.rows]
        if any(bounds_of(cell) for cell in column if not isinstance(cell, str)):
            values = tuple(None if isinstance(cell, str) else cell for cell in column)
            return Bars(Word(table.title), tuple(names), (Series(Word(table.headings[at]), values),), _unit(values))
    return Bars(Word(table.title), tuple(names), (Series("", (None,) * len(names)),))


def _unit(values: Sequence[Quantity]) -> Unit:
    low, high = ends(values)
    return "share" if low >= 0 and high <= 1 else "number"


__all__ = ["Bars", "Series", "error_bars", "of_table"]
