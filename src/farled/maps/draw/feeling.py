"""Draws the feeling curve: measured with its band, claimed as dots, and labels where they hide nothing."""

from typing import Final

from farled.maps.draw.columns import Columns
from farled.maps.draw.curve import Cubic, height_at, path, samples
from farled.maps.draw.feeling_chart import Chart, band, is_misjudged
from farled.maps.draw.feeling_labels import claim_name, named, written
from farled.maps.draw.feeling_labels import labels as labels_of
from farled.maps.draw.labels import arrange
from farled.maps.draw.marks import Marks
from farled.maps.draw.pen import (
    POINT,
    TINY,
    Box,
    Row,
    circle,
    line,
    num,
    polygon,
    rect,
    shape,
    sign,
    star,
    text,
)  # fmt: skip
from farled.maps.draw.rows import label
from farled.maps.draw.view import PhaseView, View
from farled.maps.draw.words import Words

UNITS: Final = (32.0, 42.0, 60.0, 90.0, 140.0)
RIM: Final = 16.0
_DIAMOND: Final = ((0, -1), (1, 0), (0, 1), (-1, 0))


def feeling_row(view: View, columns: Columns, y: float, marks: Marks) -> Row:
    """Draw the curve over all phases; it grows in height until every label has its place."""
    has_measured = any(phase.feeling.value is not None for phase in view.phases)
    has_claim = any(phase.claim is not None for phase in view.phases)
    has_own = view.walk is not None and any(value is not None for _, value in view.walk.feelings)
    if not has_measured and not has_claim and not has_own:
        return Row(0)
    words = Words(view.language)
    for unit in UNITS:
        chart = Chart(view, words, columns, y + RIM + 2 * unit, unit)
        wanted, fixed = labels_of(chart)
        height = 2 * RIM + 4 * unit + _deepest(chart, y + RIM + 4 * unit)
        edge = Box(columns.left, y + 1, columns.right - columns.left, height - 2)
        lines = [
            point
            for curve in [chart.claim_line, chart.then_line, *(edge for run in chart.runs for edge in run)]
            if curve
            for point in samples(curve, 40)
        ]
        placed = arrange(wanted, fixed, lines, edge)
        if len(placed) == len(wanted):
            break
    points = "".join(
        marks.mark(_point(chart, at) + written(chart, placed, at), _card(phase, words), f"phase-{phase.id}")
        for at, phase in enumerate(view.phases)
        if phase.feeling.value is not None or phase.claim is not None
    )
    labels = label(y + RIM + 30, words._("Feeling"), _below(view, words), icon="heart") + _scale(chart)
    body = marks.group(points, words._("Feeling")) + named(placed, "claim", claim_name(view, words), "claim-words")
    body += named(placed, "then", view.against, "then-words") + _own(chart, placed)
    return Row(height, (body,), (labels,), (_lines(chart),))


def _deepest(chart: Chart, bottom: float) -> float:
    """Return the room below the scale that the label under a shoal takes."""
    shoals = [chart.y(phase.feeling.value) for phase in chart.view.phases if (phase.feeling.high or 0.0) < 0]
    return max([0.0, *(y + 26 + 31 - RIM - bottom for y in shoals)])


def _lines(chart: Chart) -> str:
    under = "".join(
        line(chart.columns.left, chart.y(value), chart.columns.right, chart.y(value), "grid" if value else "zero")
        for value in (-2, -1, 0, 1, 2)
    )
    under += "".join(band(low, high) for _, low, high in chart.runs if low)
    under += "".join(_gap(chart, at) for at in range(len(chart.xs))) if chart.view.felt == "difference" else ""
    under += shape(path(chart.claim_line), "claim-line") if chart.claim_line else ""
    under += shape(path(chart.then_line), "then-line") if chart.then_line else ""
    under += "".join(
        rect(Box(x - 4, chart.y(phase.then.value) - 4, 8, 8), "then-point")
        for x, phase in zip(chart.xs, chart.view.phases, strict=True)
        if phase.then is not None and phase.then.value is not None
    )
    under += "".join(shape(path(main), "felt") for main, _, _ in chart.runs)
    return under + "".join(
        circle(chart.xs[at], chart.y(phase.claim), 2.6, "claim-point")
        for at, phase in enumerate(chart.view.phases)
        if phase.claim is not None
    )


def _gap(chart: Chart, at: int) -> str:
    """Draw what lies between the claimed and the measured feeling."""
    phase = chart.view.phases[at]
    if phase.claim is None or phase.feeling.value is None:
        return ""
    return line(chart.xs[at], chart.y(phase.claim), chart.xs[at], chart.y(phase.feeling.value), "gap")


def _own(chart: Chart, placed: dict[tuple[str, int], Box]) -> str:
    """Draw what the customer said whose journey is drawn."""
    drawn = ""
    for at, (told, value) in enumerate(chart.view.walk.feelings if chart.view.walk else ()):
        if value is not None:
            drawn += shape(polygon(_DIAMOND, chart.xs[at], chart.y(value), 8), "own")
            box = placed.get(("own", at))
            drawn += text(box.x, box.y + 12, told, POINT, "ink halo") if box else ""
    return drawn


def _scale(chart: Chart) -> str:
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
    if phase.feeling_change is not None:
        told.append(f"{words._('then {value}', value=phase.feeling_change.then)}, {phase.feeling_change.text}")
    return tuple(part for part in told if part)


def _point(chart: Chart, at: int) -> str:
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
    if is_misjudged(phase):
        drawn += _bracket(x, y, chart.y(phase.claim))
    drawn += circle(x, y, 6, "dot hollow" if figure.few else "dot")
    return drawn + (star(x, y - 19, 10) if phase.is_moment else "")


def _spans(run: tuple[Cubic, ...], x: float) -> bool:
    return bool(run) and run[0][0][0] <= x <= run[-1][3][0]


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
