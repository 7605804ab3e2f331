"""Heat map: a number for every row and column, darker where there is more."""

from dataclasses import dataclass

from farled.figures.figure import MOST_MARKS, Chart, Figure, base, labelled, text_style
from farled.figures.quantity import Quantity, Unit, Word, ends, said, tip, value_of, written
from farled.figures.table import Table
from farled.figures.text import width as text_width
from farled.locale import number, percent, translator

_LEAST_CELL = 16


@dataclass(frozen=True, slots=True)
class HeatMap(Figure):
    """Numbers by row and column; an empty cell is not known.

    Attributes:
        title: A `Word`, or a name.
        rows: Names, first on top.
        columns: Names, first on the left.
        cells: One line per row, one number per column; None is not known (yet).
        axis: What the columns are, a `Word` such as "weeks since the start".
        unit: What the numbers are.
        average: One number per column over all rows, or empty.
        one: What the column "1" is, where that is another word than ``axis``.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Quantity, ...], ...]
    axis: str = ""
    unit: Unit = "share"
    average: tuple[Quantity, ...] = ()
    one: str = ""

    @property
    def _lines(self) -> tuple[tuple[str, tuple[Quantity, ...]], ...]:
        """The rows that are drawn, those of all first; of too many the last."""
        most = max(1, MOST_MARKS // max(1, len(self.columns)) - 1)
        own = tuple(zip(self.rows, self.cells, strict=True))[-most:]
        return ((Word("all"), self.average), *own) if self.average else own

    def table(self) -> Table:
        """Return one row per row, one column per column."""
        lines = [(name, *line) for name, line in zip(self.rows, self.cells, strict=True)]
        if self.average:
            lines.insert(0, ("all", *self.average))
        return Table(self.title, ("row", *self.columns), tuple(lines), dict.fromkeys(self.columns, self.unit))

    def finding(self, language: str = "en") -> str:
        """Say what the row of all says in its first and its last known column."""
        _ = translator(language)
        name, line = self._lines[0] if self._lines else ("", ())
        known = [(at, value) for at, cell in enumerate(line) if (value := value_of(cell)) is not None]
        if not known:
            return _("No number can be given yet.")
        (first, high), (last, low) = known[0], known[-1]
        texts = [written(value, self.unit, language) for value in (high, low)]
        columns = [self.columns[at] for at in (first, last)]
        if first == last:
            return f"{said(name, language)}, {columns[0]}: {texts[0]}."
        if self.axis:
            words = [self.one if column == "1" and self.one else self.axis for column in columns]
            columns = [f"{column} {said(word, language)}" for column, word in zip(columns, words, strict=True)]
        return _("{name}: {one} at {first}, {other} at {last}.").format(
            name=said(name, language).capitalize(), one=texts[0], first=columns[0], other=texts[1], last=columns[1]
        )

    def note(self, language: str = "en") -> str:
        """Say what an empty cell is, and how many rows are left out."""
        _ = translator(language)
        left = len(self.rows) + bool(self.average) - len(self._lines)
        said_ = [_("Empty cells cannot be known yet; intervals stand in the table.")]
        if left:
            said_.append(_("{n} more are in the table.").format(n=number(left, language)))
        return " ".join(said_)

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return the cells laid out for a width."""
        lines = self._lines
        names, left = labelled([said(name, language) for name, _ in lines], width * 0.32, lines=2)
        least = left + 12 + _LEAST_CELL * len(self.columns)
        room = (max(width, least) - left - 12) / max(1, len(self.columns))
        texts = self._texts(lines, language, room)
        top = 26.0 + (20 if self.axis else 0)
        tall = 30 if any("\n" in name for name in names) else 26
        wide = max((text_width(column, 12) for column in self.columns), default=0)
        label = {**text_style("ink-2"), "interval": int(wide + 6 > room and (wide + 6) // room)}
        axis = {
            "type": "category",
            "position": "top",
            "data": list(self.columns),
            "axisLine": {"show": False},
            "axisTick": {"show": False},
            "axisLabel": label,
            "name": said(self.axis, language),
            "nameLocation": "start" if not self.axis else "middle",
            "nameGap": 28,
            "nameTextStyle": text_style("ink-3"),
        }
        down = {
            "type": "category",
            "inverse": True,
            "data": names,
            "axisLine": {"show": False},
            "axisTick": {"show": False},
            "axisLabel": {**text_style("ink"), "interval": 0, "lineHeight": 15},
        }
        grid = {"left": left + 12, "right": 0, "top": top, "bottom": 0, "containLabel": False}
        series = {"type": "heatmap", "data": self._data(lines, texts, language), "label": {"show": True}}
        series["itemStyle"] = {"borderColor": "@surface", "borderWidth": 1.5, "borderRadius": 3}
        hidden = {"show": False, "min": 0, "max": 1, "dimension": 3, "inRange": {"opacity": [1, 1]}}
        option = base(language, [series], grid=grid, xAxis=axis, yAxis=down, visualMap=hidden)
        return Chart(option, top + tall * len(lines), least)

    def _texts(self, lines: tuple[tuple[str, tuple[Quantity, ...]], ...], language: str, room: float) -> bool:
        """Return whether the numbers fit into their cells."""
        known = [value for _, line in lines for cell in line if (value := value_of(cell)) is not None]
        return max((text_width(self._short(value, language), 12) for value in known), default=0) + 4 <= room

    def _short(self, value: float, language: str) -> str:
        return percent(value, language, 0) if self.unit == "share" else written(value, self.unit, language)

    def _data(
        self, lines: tuple[tuple[str, tuple[Quantity, ...]], ...], shown: bool, language: str
    ) -> list[dict[str, object]]:
        known = [cell for _, line in lines for cell in line]
        least, most = ends([value_of(cell) for cell in known])
        low = 0.0 if self.unit == "share" else least
        data: list[dict[str, object]] = []
        for down, (name, line) in enumerate(lines):
            for across, cell in enumerate(line):
                value = value_of(cell)
                if value is None:
                    continue
                step = min(6, max(0, int(7 * (value - low) / (most - low)))) if most > low else 3
                heading = f"{said(name, language)}, {self.columns[across]}"
                label = {"show": shown, "formatter": self._short(value, language)}
                label |= text_style("surface" if step >= 5 else "ink")
                data.append(
                    {
                        "value": [across, down, value, 0],
                        "tip": tip(heading, cell, self.unit, language),
                        "itemStyle": {"color": f"@scale-{step + 1}"},
                        "label": label,
                    }
                )
        return data
