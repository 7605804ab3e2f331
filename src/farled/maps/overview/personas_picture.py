"""Personas side by side as a picture: one row per persona, one column per measure, each dot with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any, Final

from farled.maps.draw.pen import BODY, NAME, SMALL, STRONG, TINY, circle, line, lines, sign, text
from farled.maps.draw.words import Words
from farled.maps.overview.drawing import Drawn
from farled.maps.overview.numbers import MIN_N, Number
from farled.maps.overview.personas import PersonaRow, PersonasOverview

MARGIN: Final = 24.0
LABEL: Final = 230.0
COLUMN: Final = 104.0
BETWEEN: Final = 28.0
HEAD: Final = 92.0
ROW: Final = 66.0
SCALE: Final = 84.0  # of a column: the length of the axis
FEELING: Final = (-2.0, 2.0)


@dataclass(frozen=True, slots=True)
class _Column:
    """A measure.

    Attributes:
        name: Over the column.
        left: Where it begins.
        numbers: By persona.
        low: Left end of the scale.
        high: Right end.
        unit: Of the numbers.
        phase: Its id, where the column shows how many go on from it.
    """

    name: str
    left: float
    numbers: Mapping[str, Number | None]
    low: float
    high: float
    unit: str
    phase: str = ""

    def x(self, value: float) -> float:
        """Return where a value lies."""
        inside = min(max(value, self.low), self.high)
        return self.left + (COLUMN - SCALE) / 2 + SCALE * (inside - self.low) / ((self.high - self.low) or 1.0)


def personas_picture(overview: PersonasOverview, language: str) -> Drawn:
    """Return the personas side by side as a picture in a language.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    words = Words(language)
    blocks = _blocks(overview, words)
    columns = [column for _, found in blocks for column in found]
    right = columns[-1].left + COLUMN if columns else MARGIN + LABEL
    rows = overview.rows
    height = HEAD + ROW * len(rows) + 64
    body = "".join(_block_head(name, found) for name, found in blocks)
    body += "".join(_column(column, len(rows), words) for column in columns)
    for at, row in enumerate(rows):
        body += _row(row, columns, words, HEAD + at * ROW, right)
    body += _legend(words, HEAD + ROW * len(rows) + 44)
    title = words._("Personas side by side: {map}", map=overview.map.map.title)
    return Drawn(right + MARGIN, height, body, title, _described(overview, words))


def _described(overview: PersonasOverview, words: Words) -> str:
    n = len([row for row in overview.rows if row.persona is not None])
    return words.translate.ngettext("{n} persona.", "{n} personas.", n).format(n=n)


def _blocks(overview: PersonasOverview, words: Words) -> list[tuple[str, list[_Column]]]:
    rows, phases = overview.rows, overview.map.phases
    metric = overview.map.metrics.get(overview.map.map.goal.metric)
    goal = (metric.name if metric is not None and metric.name else None) or overview.map.map.goal.metric
    unit = metric.unit if metric is not None else "share"
    left = MARGIN + LABEL
    blocks: list[tuple[str, list[_Column]]] = []
    found = {row.id: row.goal for row in rows}
    if any(_has_value(number) for number in found.values()):
        low, high = _ends([found])
        blocks.append((words._("Goal"), [_Column(goal, left, found, low, high, unit)]))
        left += COLUMN + BETWEEN
    completions = [(phase, {row.id: row.completions.get(phase.id) for row in rows}) for phase in phases[:-1]]
    known = [(phase, numbers) for phase, numbers in completions if any(map(_has_value, numbers.values()))]
    if known:
        ends = _ends([numbers for _, numbers in known])
        named = [
            _Column(phase.name, left + at * COLUMN, numbers, *ends, "share", phase.id)
            for at, (phase, numbers) in enumerate(known)
        ]
        blocks.append((words._("Go on from"), named))
        left += COLUMN * len(known) + BETWEEN
    felt = [(phase, {row.id: row.feelings.get(phase.id) for row in rows}) for phase in phases]
    shown = [(phase, numbers) for phase, numbers in felt if any(map(_has_value, numbers.values()))]
    if shown:
        named = [
            _Column(phase.name, left + at * COLUMN, numbers, *FEELING, "feeling")
            for at, (phase, numbers) in enumerate(shown)
        ]
        blocks.append((words._("Feeling in"), named))
    return blocks


def _ends(found: list[dict[str, Number | None]]) -> tuple[float, float]:
    """Return the ends of a common scale that holds every value; an interval may go beyond its end."""
    known = [number for numbers in found for number in numbers.values() if number is not None and _has_value(number)]
    values = [float(number["value"]) for number in known]
    highs = [float(number.get("high") or 0.0) for number in known]
    most = max(*values, min(max(highs), 1.3 * max(values)), 0.0) or 1.0
    step = 10.0 ** floor(log10(most))
    return min(0.0, *values), next(step * factor for factor in (1, 2, 2.5, 5, 10) if step * factor >= most)


def _has_value(number: Any) -> bool:
    return isinstance(number, Mapping) and number.get("value") is not None


def _block_head(name: str, columns: list[_Column]) -> str:
    first, last = columns[0].left + 4, columns[-1].left + COLUMN - 4
    return text(first, 34, name, SMALL, "ink-3") + line(first, 42, last, 42, "axis")


def _column(column: _Column, rows: int, words: Words) -> str:
    names = STRONG.wrap(column.name, COLUMN - 8)[:2]
    middle = column.left + COLUMN / 2
    drawn = lines(middle, 62, names, STRONG, "ink", "middle")
    zero, bottom = column.x(0.0), HEAD + rows * ROW
    for at in range(rows):
        drawn += line(zero, HEAD + at * ROW + 29, zero, HEAD + at * ROW + 47, "axis")
    ends = [(column.low, "start"), (column.high, "end")] if column.unit != "feeling" else []
    for value, anchor in ends:
        drawn += text(column.x(value), bottom + 14, words.value(value, column.unit, fine=False), TINY, "ink-3", anchor)
    if column.unit == "feeling":
        drawn += sign("frown", column.x(column.low) - 6, bottom + 4, 12, "ink-3")
        drawn += sign("smile", column.x(column.high) - 6, bottom + 4, 12, "ink-3")
    return drawn


def _row(row: PersonaRow, columns: list[_Column], words: Words, top: float, right: float) -> str:
    drawn = line(MARGIN, top, right, top, "hair")
    name = row.persona.name if row.persona is not None else words._("The rest")
    names = NAME.wrap(name, LABEL - 24)[:2]
    drawn += lines(MARGIN, top + 24, names, NAME)
    told = []
    share = words.figure(row.share)
    if share.value is not None:
        told.append(words._("{share} of journeys", share=share.text))
    if row.assumed:
        told.append(words._("assumed"))
    drawn += text(MARGIN, top + 24 + len(names) * NAME.line, " · ".join(told), SMALL, "ink-2") if told else ""
    for column in columns:
        drawn += _cell(column, row, words, top)
    return drawn


def _cell(column: _Column, row: PersonaRow, words: Words, top: float) -> str:
    number, middle = column.numbers.get(row.id), top + 38
    if number is None or not _has_value(number):
        return text(column.left + COLUMN / 2, middle + 4, "–", BODY, "ink-3", "middle")
    figure = words.figure(number, column.unit)
    x = column.x(float(number["value"]))
    drawn = ""
    if number.get("low") is not None and number.get("high") is not None:
        drawn += line(column.x(number["low"]), middle, column.x(number["high"]), middle, "whisker")
    n = number.get("n")
    drawn += circle(x, middle, 5, "dot" if isinstance(n, int) and n >= MIN_N else "dot hollow")
    is_worst = column.phase and column.phase == row.worst
    anchor = min(max(x, column.left + 20), column.left + COLUMN - 20)
    drawn += text(anchor, top + 24, figure.text, STRONG if is_worst else SMALL, "neg" if is_worst else "ink", "middle")
    if is_worst:
        drawn += sign("trending-down", anchor - STRONG.width(figure.text) / 2 - 17, top + 14, 12, "neg")
    return drawn


def _legend(words: Words, y: float) -> str:
    x, drawn = MARGIN, ""
    marks = (
        ("dot", words._("measured")),
        ("hollow", words._("fewer than 30")),
        ("whisker", words._("95 % interval")),
        ("worst", words._("most fall away here")),
    )
    for kind, said in marks:
        if kind == "hollow":
            drawn += circle(x + 8, y - 4, 5, "dot hollow")
        elif kind == "whisker":
            drawn += line(x, y - 4, x + 18, y - 4, "whisker")
        elif kind == "worst":
            drawn += sign("trending-down", x + 2, y - 11, 13, "neg")
        else:
            drawn += circle(x + 8, y - 4, 5, "dot")
        drawn += text(x + 24, y, said, SMALL, "ink-2")
        x += 44 + SMALL.width(said)
    return drawn
