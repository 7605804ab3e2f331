"""Funnel: what is left after each step, and what was lost before it."""

from dataclasses import dataclass

from farled.figures.bars import error_bars
from farled.figures.figure import Chart, Figure, Option, base, text_style
from farled.figures.quantity import Word, said, tip
from farled.figures.rows import beside, rows
from farled.figures.table import Table
from farled.figures.text import width as text_width
from farled.locale import number, percent, translator
from farled.stats.intervals import Rate


@dataclass(frozen=True, slots=True)
class Stage:
    """One step.

    Attributes:
        name: What fills it.
        count: How many get there.
        from_start: Of those that began; None for the first.
        from_previous: Of those at the step before; None for the first.
        lost: How many of those at the step before did not come.
        optional: It may be left out.
    """

    name: str
    count: int
    from_start: Rate | None
    from_previous: Rate | None
    lost: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Funnel(Figure):
    """Steps from first to last.

    Attributes:
        title: A `Word`, or a name.
        stages: First step first.
        whole: What is counted, a `Word` such as "customers".
    """

    title: str
    stages: tuple[Stage, ...]
    whole: str = Word("customers")

    def table(self) -> Table:
        """Return one row per step."""
        headings = ("step", str(self.whole), "from start", "from previous", "dropped")
        lines = [(each.name, each.count, each.from_start, each.from_previous, each.lost) for each in self.stages]
        return Table(self.title, headings, tuple(lines))

    def finding(self, language: str = "en") -> str:
        """Say between which steps most are lost."""
        _ = translator(language)
        first = self.stages[0]
        if not first.count:
            return _("Nobody begins with {first}.").format(first=first.name)
        kept = [each for each in self.stages if not each.optional]
        worst = max(range(1, len(kept)), key=lambda at: (kept[at].lost, -at))
        share = kept[worst].from_previous
        if not kept[worst].lost or share is None or share.value is None:
            return _("All get from {first} to {last}.").format(first=first.name, last=kept[-1].name)
        return _("Most are lost between {before} and {after}: {share}.").format(
            before=kept[worst - 1].name, after=kept[worst].name, share=percent(1 - share.value, language)
        )

    def note(self, language: str = "en") -> str:
        """Say what the marks are."""
        _ = translator(language)
        return _("Pale: lost before the step. Lines show the 95% interval.")

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return the steps laid out for a width."""
        laid = rows([self._name(each, language) for each in self.stages], width, 1, 26)
        texts = [self._beside(stage, language) for stage in self.stages]
        right = max(text_width(line.partition("|")[2], 13, 500) for text in texts for line in text.split("\n")) + 14
        numbers = beside(texts)
        numbers["axisLabel"] |= {"rich": {"a": text_style("ink", 13, 500), "b": text_style("neg", 12)}}
        axis = {"type": "value", "show": False, "min": 0, "max": max(each.count for each in self.stages) or 1}
        option = base(
            language,
            self._series(language, laid.gap(), laid.share),
            grid={"left": laid.left, "right": right, "top": 0, "bottom": 4, "containLabel": False},
            xAxis=axis,
            yAxis=[{**laid.axis, "axisLine": {"show": False}}, numbers],
        )
        return Chart(option, laid.height + 4)

    def _name(self, stage: Stage, language: str) -> str:
        _ = translator(language)
        may = _("may be left out")
        return f"{stage.name} ({may})" if stage.optional else stage.name

    def _beside(self, stage: Stage, language: str) -> str:
        """Return the numbers at the end of a row: digits and signs alone, so that no name is read as a format."""
        share = stage.from_start.value if stage.from_start else None
        here = number(stage.count, language) + ("" if share is None else f" ({percent(share, language)})")
        lost = stage.from_previous.value if stage.from_previous else None
        less = "" if lost is None or stage.from_start is None else f"\n{{b|\u2212{percent(1 - lost, language)}}}"
        return f"{{a|{here}}}{less}"

    def _series(self, language: str, gap: str, share: float) -> list[Option]:
        _, whole = translator(language), said(self.whole, language)
        solid, pale, lines = [], [], []
        for at, stage in enumerate(self.stages):
            text = tip(self._name(stage, language), stage.from_start, "share", language) if stage.from_start else ""
            text = text or f"{stage.name}\n{number(stage.count, language)} {whole}"
            solid.append({"value": stage.count, "tip": text})
            lost = _("{n} were lost before {step}").format(n=number(stage.lost, language), step=stage.name)
            pale.append({"value": stage.count + stage.lost if at else "-", "tip": lost})
            rate = stage.from_start
            if rate is not None and rate.low is not None and rate.high is not None:
                lines.append([at, rate.low * rate.n, rate.high * rate.n, 0, 1, share])
        bar = {"type": "bar", "barCategoryGap": gap, "barGap": "-100%"}
        edge = {"color": "@neg-tint", "borderColor": "@neg", "borderWidth": 0.75, "borderRadius": 3}
        return [
            {**bar, "data": pale, "itemStyle": edge, "z": 1},
            {**bar, "data": solid, "itemStyle": {"color": "@transition", "borderRadius": 3}, "z": 2},
            error_bars(lines, upright=False),
        ]
