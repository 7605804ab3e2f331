"""How wide each column is."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from farled.figures.text import balance
from farled.maps.draw.badges import stop_width
from farled.maps.draw.pen import PHASE, PILL, SMALL, TINY
from farled.maps.draw.view import TouchpointView, View

MARGIN: Final = 32.0
LABELS: Final = 140.0
GUTTER: Final = 10.0
INSET: Final = 8.0
NARROWEST: Final = 200.0
WIDTH: Final = 1680.0

PILL_LEFT: Final = 33.0  # bar, icon and their room before the name
PILL_RIGHT: Final = 14.0
MARKER: Final = 18.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Left edges and widths of the phase columns, and of the whole canvas."""

    x: tuple[float, ...]
    w: tuple[float, ...]
    width: float

    @property
    def left(self) -> float:
        """Where the first column begins."""
        return self.x[0]

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.x[-1] + self.w[-1]

    def middle(self, at: int) -> float:
        """Return the middle of a column."""
        return self.x[at] + self.w[at] / 2


def columns(view: View, width: float = WIDTH) -> Columns:
    """Share the width among the phases: equally, but none narrower than its content, for which the canvas grows."""
    needs = [_need(view, at) for at in range(len(view.phases))]
    room = width - 2 * MARGIN - LABELS - GUTTER * (len(needs) - 1)
    widths = _shared(needs, room)
    x, edges = MARGIN + LABELS, []
    for each in widths:
        edges.append(x)
        x += each + GUTTER
    return Columns(tuple(edges), tuple(widths), x - GUTTER + MARGIN)


def pill_width(lines: tuple[str, ...], touchpoint: TouchpointView) -> float:
    """Return the width of a pill with its name in these lines; its markers fit on its upper edge."""
    name = max(PILL.width(line) for line in lines)
    owner = max(14.0, TINY.width(touchpoint.owner) + 6) + 6 if touchpoint.owner else 0.0
    ending = TINY.width(touchpoint.ends) + 34 if touchpoint.ends else 0.0
    stops = stop_width(touchpoint.stops) + 14 if touchpoint.stops else 0.0
    foot = PILL_LEFT + owner + ending + stops if owner or ending or stops else 0.0
    return max(PILL_LEFT + name + PILL_RIGHT, MARKER * markers_of(touchpoint) + 24, foot)


def markers_of(touchpoint: TouchpointView) -> int:
    """Return how many markers stand on the upper edge of a pill."""
    told = (touchpoint.is_moment, touchpoint.is_milestone, touchpoint.pains, touchpoint.opportunities, touchpoint.found)
    return sum(1 for marker in told if marker)


@lru_cache(maxsize=1 << 10)
def two_lines(name: str) -> tuple[str, ...]:
    """Return a name in at most two lines, as narrow as can be."""
    return balance(name, 2, PILL.size, PILL.weight)


def _need(view: View, at: int) -> float:
    phase = view.phases[at]
    pills = [pill_width(two_lines(pill.name), pill) for pill in view.touchpoints if pill.phase == at]
    words = [PHASE.width(word) for word in phase.name.split()] + [TINY.width(word) for word in phase.detail.split()]
    tiles = [SMALL.width(word) for tile in view.tiles if tile.phase == at for word in tile.target.split()]
    return max(
        [NARROWEST, *(pill + 2 * INSET for pill in pills), *(word + 80 for word in words), *(t + 40 for t in tiles)]
    )


def _shared(needs: list[float], room: float) -> list[float]:
    """Return equal widths, but for the columns that need more than an equal share."""
    fixed: dict[int, float] = {}
    while len(fixed) < len(needs):
        equal = (room - sum(fixed.values())) / (len(needs) - len(fixed))
        wide = {at: need for at, need in enumerate(needs) if at not in fixed and need > equal}
        if not wide:
            return [fixed.get(at, equal) for at in range(len(needs))]
        fixed.update(wide)
    return needs
