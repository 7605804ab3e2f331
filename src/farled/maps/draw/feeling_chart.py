"""The chart of feelings: the curves of a view in place, and the runs between which they break."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from farled.maps.draw.columns import Columns
from farled.maps.draw.curve import Cubic, follow, path, pchip, reverse
from farled.maps.draw.pen import num, shape
from farled.maps.draw.view import Figure, PhaseView, View
from farled.maps.draw.words import Words

Run = tuple[tuple[Cubic, ...], tuple[Cubic, ...], tuple[Cubic, ...]]
"""Line, lower and upper edge of the band."""

MISJUDGED: Final = 1.0


@dataclass(frozen=True, slots=True)
class Chart:
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
    def then_line(self) -> tuple[Cubic, ...]:
        thens = [
            (x, self.y(p.then.value))
            for x, p in zip(self.xs, self.view.phases, strict=True)
            if p.then is not None and p.then.value is not None
        ]
        return pchip(thens) if len(thens) > 1 else ()

    @property
    def claim_line(self) -> tuple[Cubic, ...]:
        claims = [(x, self.y(p.claim)) for x, p in zip(self.xs, self.view.phases, strict=True) if p.claim is not None]
        return pchip(claims) if len(claims) > 1 else ()


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


def is_misjudged(phase: PhaseView) -> bool:
    """Return whether the claim lies outside the interval and a whole unit or more from the value."""
    figure, claim = phase.feeling, phase.claim
    if figure.value is None or figure.low is None or figure.high is None or claim is None:
        return False
    return not figure.low <= claim <= figure.high and abs(claim - figure.value) >= MISJUDGED
