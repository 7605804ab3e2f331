"""Draws the feeling curve: measured with its band, claimed as dots, and labels where they hide nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from farled.maps.draw.columns import Columns
from farled.maps.draw.curve import Cubic, Point, follow, height_at, path, pchip, reverse, samples
from farled.maps.draw.labels import Label, arrange
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import POINT, SMALL, TINY, Box, Row, circle, line, lines, num, shape, sign, star, text
from farled.maps.draw.rows import label
from farled.maps.draw.view import Figure, PhaseView, View
from farled.maps.draw.words import Words

Run = tuple[tuple[Cubic, ...], tuple[Cubic, ...], tuple[Cubic, ...]]
"""Line, lower and upper edge of the band."""

UNITS: Final = (32.0, 42.0, 60.0, 90.0, 140.0)
RIM: Final = 16.0
MISJUDGED: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Chart:
    """The curves of a view in place."""

    view: View
    words: Words
    columns: Columns
    zero: float
    unit: float

    @property
    def xs(self) -> list[float]:
        return [self.columns.middle(at) for at in range(len(self.view.phases))]

    def y(self, value: float | None) -> float:
        return self.zero - self.unit * (value or 0.0)

    @property
    def runs(self) -> list[Run]:
        return measured_runs([phase.feeling for phase in self.view.phases], self.xs, self.zero, self.unit)

    @property
    def claim_line(self) -> tuple[Cubic, ...]:
        claims = [(x, self.y(p.claim)) for x, p in zip(self.xs, self.view.phases, strict=True) if p.claim is not None]
        return pchip(claims) if len(claims) > 1 else ()


def feeling_row(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw the curve over all phases; it grows in height until every label has its place."""
    has_measured = any(phase.feeling.value is not None for phase in view.phases)
    has_claim = any(phase.claim is not None for phase in view.phases)
    if not has_measured and not has_claim:
        return Row(0)
    words = Words(view.language)
    for unit in UNITS:
        chart = _Chart(view, words, columns, y + RIM + 2 * unit, unit)
        wanted, fixed = _labels(chart)
        height = 2 * RIM + 4 * unit + _deepest(chart, y + RIM + 4 * unit)
        edge = Box(columns.left, y + 1, columns.right - columns.left, height - 2)
        lines = [
            point
            for curve in [chart.claim_line, *(edge for run in chart.runs for edge in run)]
            if curve
            for point in samples(curve, 40)
        ]
        placed = arrange(wanted, fixed, lines, edge)
        if len(placed) == len(wanted):
            break
    points = "".join(
        marks.mark(_point(chart, at) + _written(chart, placed, at), _card(phase, words), f"phase-{phase.id}")
        for at, phase in enumerate(view.phases)
        if phase.feeling.value is not None or phase.claim is not None
    )
    labels = label(y + RIM + 30, words._("Feeling"), _below(view, words), icon="heart") + _scale(chart)
    body = marks.group(points, words._("Feeling")) + _named(placed, claim_name(view, words))
    return Row(height, (body,), (labels,), (_lines(chart),))


def _deepest(chart: _Chart, bottom: float) -> float:
    """Return the room below the scale that the label under a shoal takes."""
    shoals = [chart.y(phase.feeling.value) for phase in chart.view.phases if (phase.feeling.high or 0.0) < 0]
    return max([0.0, *(y + 26 + 31 - RIM - bottom for y in shoals)])


def _lines(chart: _Chart) -> str:
    under = "".join(
        line(chart.columns.left, chart.y(value), chart.columns.right, chart.y(value), "grid" if value else "zero")
        for value in (-2, -1, 0, 1, 2)
    )
    under += "".join(band(low, high) for _, low, high in chart.runs if low)
    under += shape(path(chart.claim_line), "claim-line") if chart.claim_line else ""
    under += "".join(shape(path(main), "felt") for main, _, _ in chart.runs)
    return under + "".join(
        circle(chart.xs[at], chart.y(phase.claim), 2.6, "claim-point")
        for at, phase in enumerate(chart.view.phases)
        if phase.claim is not None
    )


def measured_runs(
    figures: Sequence[Figure], xs: Sequence[float], zero: float, unit: float
) -> list[tuple[tuple[Cubic, ...], tuple[Cubic, ...], tuple[Cubic, ...]]]:
    """Return line, lower and upper edge of the band for each run of phases that have a value."""
    runs: list[list[int]] = [[]]
    for at, figure in enumerate(figures):
        if figure.value is None:
            runs.append([])
        else:
            runs[-1].append(at)
    return [_run([(xs[at], figures[at]) for at in run], zero, unit) for run in runs if len(run) > 1]


def _run(run: list[tuple[float, Figure]], zero: float, unit: float) -> Run:
    def curve(values: Iterable[float | None]) -> tuple[Cubic, ...]:
        return pchip([(x, zero - unit * (value or 0.0)) for (x, _), value in zip(run, values, strict=True)])

    main = curve(figure.value for _, figure in run)
    if any(figure.low is None or figure.high is None for _, figure in run):
        return main, (), ()
    return main, curve(figure.low for _, figure in run), curve(figure.high for _, figure in run)


def band(low: tuple[Cubic, ...], high: tuple[Cubic, ...]) -> str:
    """Draw the area between two curves."""
    back = reverse(low)
    first = back[0][0]
    return shape(f"{path(high)}L{num(first[0])} {num(first[1])}{follow(back)}Z", "band")


def _scale(chart: _Chart) -> str:
    left = chart.columns.left - 8
    drawn = "".join(
        text(left, chart.y(value) + 3.7, told, TINY, "ink-3", "end")
        for value, told in ((2, "+2"), (1, "+1"), (0, "0"), (-1, "\u22121"), (-2, "\u22122"))
    )
    drawn += sign("smile", left - 36, chart.y(2) - 8, 16, "ink-3")
    return drawn + sign("frown", left - 36, chart.y(-2) - 8, 16, "ink-3")


def _below(view: View, words: Words) -> str:
    parts = []
    if any(phase.feeling.value is not None for phase in view.phases):
        parts.append(words._("measured, 95 % band"))
    if any(phase.claim is not None for phase in view.phases):
        parts.append(words._("dotted: claimed"))
    return " · ".join(parts)


def _card(phase: PhaseView, words: Words) -> tuple[str, ...]:
    told = [words._("Feeling in {phase}", phase=phase.name)]
    told.append(words.spoken(words._("measured"), phase.feeling) if phase.feeling.note or phase.feeling.n else "")
    if phase.claim is not None:
        said = f"{phase.claim_text} {phase.claim_words}".strip()
        kind = words._("assumed") if phase.claim_assumed else words._("claimed")
        told.append(f"{kind}: {said}")
    return tuple(part for part in told if part)


def _point(chart: _Chart, at: int) -> str:
    phase, x = chart.view.phases[at], chart.xs[at]
    figure = phase.feeling
    if figure.value is None:
        return ""
    y, drawn = chart.y(figure.value), ""
    run = next((run[0] for run in chart.runs if _spans(run[0], x)), ())
    if not run and figure.low is not None:
        drawn += line(x, chart.y(figure.low), x, chart.y(figure.high), "whisker")
    if figure.high is not None and figure.high < 0:
        drawn += _shoal(run, x, y)
    if _is_misjudged(phase):
        drawn += _bracket(x, y, chart.y(phase.claim))
    drawn += circle(x, y, 6, "dot hollow" if figure.few else "dot")
    return drawn + (star(x, y - 19, 10) if phase.is_moment else "")


def _spans(run: tuple[Cubic, ...], x: float) -> bool:
    return bool(run) and run[0][0][0] <= x <= run[-1][3][0]


def _is_misjudged(phase: PhaseView) -> bool:
    """Return whether the claim lies outside the interval and a whole unit or more from the value."""
    figure, claim = phase.feeling, phase.claim
    if figure.value is None or figure.low is None or figure.high is None or claim is None:
        return False
    return not figure.low <= claim <= figure.high and abs(claim - figure.value) >= MISJUDGED


def _bracket(x: float, y: float, claim: float) -> str:
    left = x - 15
    data = f"M{num(left + 5)} {num(y)}H{num(left)}V{num(claim)}H{num(left + 5)}"
    return shape(data, "bracket")


def _shoal(run: tuple[Cubic, ...], x: float, y: float) -> str:
    """Draw the hatch below a low point, along the line."""
    strokes = ""
    for step in range(-5, 6):
        at = x + 9 * step
        base = height_at(run, at) if run and _spans(run, at) else y
        length = 7 - abs(step) * 0.7
        strokes += f"M{num(at)} {num(base + 11)}l{num(-length * 0.7)} {num(length)}"
    return shape(strokes, "shoal")


def _labels(chart: _Chart) -> tuple[list[Label], list[Box]]:
    """Return what is to be written at the points, most important first, and what must stay free."""
    wanted: list[Label] = []
    fixed: list[Box] = []
    phases = chart.view.phases
    for at, phase in enumerate(phases):
        if phase.feeling.value is not None:
            x, y = chart.xs[at], chart.y(phase.feeling.value)
            fixed.append(Box(x - 8, y - 8, 16, 16))
            fixed += [Box(x - 11, y - 30, 22, 22)] if phase.is_moment else []
            fixed += (
                [Box(x - 17, min(y, chart.y(phase.claim)), 6, abs(y - chart.y(phase.claim)))]
                if _is_misjudged(phase)
                else []
            )
            fixed += [Box(x - 48, y + 9, 96, 15)] if (phase.feeling.high or 0.0) < 0 else []
            size = _value_size(phase.feeling, chart.words)
            wanted.append(Label(("value", at), size, (x, y), _around(chart, at, y, size, 11)))
        if phase.claim is not None:
            fixed.append(Box(chart.xs[at] - 4, chart.y(phase.claim) - 4, 8, 8))
    for at, phase in enumerate(phases):
        if phase.claim is not None and phase.claim_words:
            told = _claim_lines(chart, at)
            size = (max(map(SMALL.width, told)), SMALL.line * len(told))
            y = chart.y(phase.claim)
            wanted.append(Label(("words", at), size, (chart.xs[at], y), _around(chart, at, y, size, 7)))
    if chart.claim_line:
        size = (SMALL.width(claim_name(chart.view, chart.words)), SMALL.line)
        middle = chart.claim_line[len(chart.claim_line) // 2][0]
        wanted.append(Label(("claim", 0), size, middle, tuple(_along(chart.claim_line, size))))
    return wanted, fixed


def _claim_lines(chart: _Chart, at: int) -> tuple[str, ...]:
    return SMALL.wrap(chart.view.phases[at].claim_words, chart.columns.w[at] - 24)


def claim_name(view: View, words: Words) -> str:
    """Return what the dotted line is called."""
    assumed = any(phase.claim_assumed for phase in view.phases)
    return words._("assumed") if assumed else words._("claimed")


def _value_size(figure: Figure, words: Words) -> tuple[float, float]:
    first = POINT.width(figure.text) + 6 + TINY.width(_rests(figure, words))
    return max(first, TINY.width(figure.bounds)), 30.0 if figure.bounds else 16.0


def _rests(figure: Figure, words: Words) -> str:
    parts = [words.n(figure.n)] if figure.n else []
    return " · ".join([*parts, *([figure.note] if figure.note else [])])


def _around(chart: _Chart, at: int, y: float, size: tuple[float, float], gap: float) -> tuple[Point, ...]:
    """Return upper left corners for a label: beside its point, over and under it, then anywhere near."""
    width, height = size
    x = chart.xs[at]
    rows = (y - gap - height + 4, y + gap - 3, y - height - 3, y - height + 2)
    near = [(x + gap, row) for row in rows] + [(x - gap - width, row) for row in rows]
    far = [(x - width / 2, y - height - rise) for rise in (12, 30)] + [(x - width / 2, y + fall) for fall in (12, 26)]
    steps = [sign * step for step in range(0, int(4 * chart.unit), 6) for sign in (-1, 1)]
    wide = [(x + side, y + step) for step in steps for side in (gap, -gap - width, -width / 2)]
    return (*near, *far, *wide)


def _along(curve: tuple[Cubic, ...], size: tuple[float, float]) -> Iterable[Point]:
    """Return places just above and below a line, from its middle outwards."""
    count = len(curve)
    for piece in sorted(range(count), key=lambda at: (abs(at - (count - 1) / 2), at)):
        (x1, _), (x2, _) = curve[piece][0], curve[piece][3]
        for share in (0.5, 0.3, 0.7):
            left = x1 + share * (x2 - x1) - size[0] / 2
            heights = [height_at(curve, left + part * size[0]) for part in (0.0, 0.5, 1.0)]
            yield left, min(heights) - size[1] - 2
            yield left, max(heights) + 4


def _written(chart: _Chart, placed: dict[tuple[str, int], Box], at: int) -> str:
    figure, drawn = chart.view.phases[at].feeling, ""
    if ("value", at) in placed:
        box = placed["value", at]
        tone = "pos" if (figure.low or 0) > 0 else "neg" if (figure.high or 0) < 0 else "ink"
        drawn += text(box.x, box.y + 12, figure.text, POINT, f"{tone} halo")
        drawn += text(box.x + POINT.width(figure.text) + 6, box.y + 12, _rests(figure, chart.words), TINY, "ink-3 halo")
        drawn += text(box.x, box.y + 26, figure.bounds, TINY, "ink-3 halo") if figure.bounds else ""
    if ("words", at) in placed:
        box = placed["words", at]
        drawn += lines(box.x, box.y + 11, _claim_lines(chart, at), SMALL, "claim-words halo")
    return drawn


def _named(placed: dict[tuple[str, int], Box], name: str) -> str:
    if ("claim", 0) not in placed:
        return ""
    box = placed["claim", 0]
    return text(box.x, box.y + 11, name, SMALL, "claim-words halo")
