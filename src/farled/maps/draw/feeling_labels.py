"""What is written into the chart of feelings, and where it may stand."""

from collections.abc import Iterable
from dataclasses import replace

from farled.maps.draw.badges import change_sign, change_width
from farled.maps.draw.curve import Cubic, Point, height_at
from farled.maps.draw.feeling_chart import Chart, is_misjudged
from farled.maps.draw.labels import Label
from farled.maps.draw.pen import POINT, SMALL, TINY, Box, lines, text
from farled.maps.draw.view import Figure, PhaseView, View
from farled.maps.draw.words import Words


def labels(chart: Chart) -> tuple[list[Label], list[Box]]:
    """Return what is to be written at the points, most important first, and what must stay free."""
    phases = chart.view.phases
    wanted, fixed = _own(chart)
    for at, phase in enumerate(phases):
        if phase.feeling.value is not None:
            x, y = chart.xs[at], chart.y(phase.feeling.value)
            fixed.append(Box(x - 8, y - 8, 16, 16))
            fixed += [Box(x - 11, y - 30, 22, 22)] if phase.is_moment else []
            fixed += (
                [Box(x - 17, min(y, chart.y(phase.claim)), 6, abs(y - chart.y(phase.claim)))]
                if is_misjudged(phase)
                else []
            )
            fixed += [Box(x - 48, y + 9, 96, 15)] if (phase.feeling.high or 0.0) < 0 else []
            size = _value_size(phase, chart)
            wanted.append(Label(("value", at), size, (x, y), _around(chart, at, y, size, 11)))
        if phase.then is not None and phase.then.value is not None:
            fixed.append(Box(chart.xs[at] - 5, chart.y(phase.then.value) - 5, 10, 10))
        if phase.claim is not None:
            fixed.append(Box(chart.xs[at] - 4, chart.y(phase.claim) - 4, 8, 8))
    for at, phase in enumerate(phases):
        if phase.claim is not None and phase.claim_words:
            told = _claim_lines(chart, at)
            size = (max(map(SMALL.width, told)), SMALL.line * len(told))
            y = chart.y(phase.claim)
            wanted.append(Label(("words", at), size, (chart.xs[at], y), _around(chart, at, y, size, 7)))
    for key, curve, name in (
        ("claim", chart.claim_line, claim_name(chart.view, chart.words)),
        ("then", chart.then_line, chart.view.against),
    ):
        if curve:
            size = (SMALL.width(name), SMALL.line)
            wanted.append(Label((key, 0), size, curve[len(curve) // 2][0], tuple(_along(curve, size))))
    return wanted, fixed


def _own(chart: Chart) -> tuple[list[Label], list[Box]]:
    """Return the labels of what one customer said, and their points."""
    wanted: list[Label] = []
    fixed: list[Box] = []
    for at, (own, value) in enumerate(chart.view.walk.feelings if chart.view.walk else ()):
        if value is not None:
            x, y = chart.xs[at], chart.y(value)
            fixed.append(Box(x - 9, y - 9, 18, 18))
            size = (POINT.width(own), 16.0)
            wanted.append(Label(("own", at), size, (x, y), _around(chart, at, y, size, 12)))
    return wanted, fixed


def _claim_lines(chart: Chart, at: int) -> tuple[str, ...]:
    return SMALL.wrap(chart.view.phases[at].claim_words, chart.columns.w[at] - 24)


def claim_name(view: View, words: Words) -> str:
    """Return what the dotted line is called."""
    if view.planned:
        return words._("hypothesis")
    assumed = any(phase.claim_assumed for phase in view.phases)
    return words._("assumed") if assumed else words._("claimed")


def _value_size(phase: PhaseView, chart: Chart) -> tuple[float, float]:
    figure = _shown(phase, chart)
    first = POINT.width(figure.text) + 6 + TINY.width(_rests(figure, chart.words))
    change = change_width(phase.feeling_change, _inside(phase)) if phase.feeling_change else 0.0
    height = (30.0 if figure.bounds else 16.0) + (14.0 if phase.feeling_change else 0.0)
    return max(first, TINY.width(figure.bounds), change), height


def _inside(phase: PhaseView) -> str:
    return f" ({phase.feeling_change.bounds})" if phase.feeling_change else ""


def _shown(phase: PhaseView, chart: Chart) -> Figure:
    """Return what is written at a point: the value, or how far it lies from the claim."""
    figure, claim = phase.feeling, phase.claim
    if chart.view.felt != "difference" or figure.value is None or claim is None:
        return figure
    words = chart.words
    low, high = (None if bound is None else bound - claim for bound in (figure.low, figure.high))
    bounds = "" if low is None or high is None else words.bounds(low, high, "difference")
    return replace(figure, text=words.value(figure.value - claim, "difference"), bounds=bounds, low=low, high=high)


def _rests(figure: Figure, words: Words) -> str:
    parts = [words.n(figure.n)] if figure.n else []
    return " · ".join([*parts, *([figure.note] if figure.note else [])])


def _around(chart: Chart, at: int, y: float, size: tuple[float, float], gap: float) -> tuple[Point, ...]:
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


def written(chart: Chart, placed: dict[tuple[str, int], Box], at: int) -> str:
    phase, drawn = chart.view.phases[at], ""
    figure = _shown(phase, chart)
    if ("value", at) in placed:
        box = placed["value", at]
        tone = "pos" if (figure.low or 0) > 0 else "neg" if (figure.high or 0) < 0 else "ink"
        drawn += text(box.x, box.y + 12, figure.text, POINT, f"{tone} halo")
        drawn += text(box.x + POINT.width(figure.text) + 6, box.y + 12, _rests(figure, chart.words), TINY, "ink-3 halo")
        drawn += text(box.x, box.y + 26, figure.bounds, TINY, "ink-3 halo") if figure.bounds else ""
        if phase.feeling_change:
            below = box.y + (40 if figure.bounds else 26)
            drawn += change_sign(box.x, below, phase.feeling_change, _inside(phase), "halo")
    if ("words", at) in placed:
        box = placed["words", at]
        drawn += lines(box.x, box.y + 11, _claim_lines(chart, at), SMALL, "claim-words halo")
    return drawn


def named(placed: dict[tuple[str, int], Box], key: str, name: str, names: str) -> str:
    if (key, 0) not in placed:
        return ""
    box = placed[key, 0]
    return text(box.x, box.y + 11, name, SMALL, f"{names} halo")
