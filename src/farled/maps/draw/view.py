"""What a map says, in words and numbers ready to be written: picture, cards and tables are made from this alone."""

from dataclasses import dataclass
from typing import Literal

Card = tuple[str, ...]
"""Heading and lines of what is told about one mark."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number as it is written, or why there is none.

    Attributes:
        text: The value, or a dash.
        bounds: The 95 % interval, or empty.
        n: How many it rests on, or empty.
        note: "few", or the reason why there is no value, or empty.
        value: For drawing.
        low: For drawing.
        high: For drawing.
        few: Fewer than 30 answered.
    """

    text: str
    bounds: str = ""
    n: str = ""
    note: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    few: bool = False


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A signed difference between now and what it is compared with.

    Attributes:
        text: The difference as written.
        bounds: Its 95 % interval.
        is_sure: The interval does not hold zero.
        is_good: For customers or the firm; None: nobody can say, or it is not sure.
        then: The other value as written.
    """

    text: str
    bounds: str
    is_sure: bool
    is_good: bool | None
    then: str


@dataclass(frozen=True, slots=True)
class FoundView:
    """How many open findings there are at an object, and the gravest of them: E, W or I."""

    severity: str
    count: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """An open finding of the audit."""

    id: str
    severity: str
    text: str
    card: Card
    objects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LayerView:
    """A card in a line of the service blueprint."""

    id: str
    line: str
    phase: int
    text: str
    detail: tuple[str, ...]
    card: Card


@dataclass(frozen=True, slots=True)
class StopView:
    """A stop of one journey, as it is told.

    Attributes:
        phase: Of its touchpoint; None: the event is not on the map.
        touchpoint: Its id, or empty.
    """

    number: str
    phase: int | None
    touchpoint: str
    text: str
    card: Card


@dataclass(frozen=True, slots=True)
class WalkView:
    """One journey on the map.

    Attributes:
        lines: Whose it is and what may be done with it, in sentences.
        steps: Pairs of touchpoints that follow each other, each pair once.
        feelings: What was said of each phase, as written, and the value for drawing; empty and None where nothing was.
        here: Place of the phase in which it stands now.
    """

    lines: tuple[str, ...]
    stops: tuple[StopView, ...]
    more: str
    steps: tuple[tuple[str, str], ...]
    feelings: tuple[tuple[str, float | None], ...]
    here: int | None
    is_typical: bool


@dataclass(frozen=True, slots=True)
class PersonaView:
    """A persona's card and curve; the rest of the customers is one too, without wants."""

    id: str
    name: str
    lines: tuple[tuple[str, str], ...]
    share: str
    goal: tuple[str, ...]
    icon: str
    place: int
    assumed: bool
    feelings: tuple[Figure, ...]
    summary: str
    card: Card
    found: FoundView | None = None


@dataclass(frozen=True, slots=True)
class DropView:
    """What is lost between a phase and the next.

    Attributes:
        change: To the previous period, or to what the map is compared with.
        previous: The line of the card that tells of the previous period.
    """

    figure: Figure
    before_after: tuple[str, str]
    change: ChangeView | None
    is_worst: bool
    card: Card
    previous: str = ""


@dataclass(frozen=True, slots=True)
class PhaseView:
    """The head of a column and what people say in it.

    Attributes:
        says: Text by row: question, goal, does, thinks, expects, challenges, supports, solutions, examples.
        coverage: Share of 0 to 1; None when nothing measures the phase or nothing was measured at all.
        unmeasured: A snapshot exists and has nothing on this phase.
        here: How many stand here now, as written; empty where nobody knows.
        here_share: Of all who stand anywhere, 0 to 1.
        then: The feeling that it is compared with.
        feeling_change: From then to now.
    """

    id: str
    name: str
    detail: str
    icon: str
    says: dict[str, str]
    coverage: float | None
    coverage_text: str
    unmeasured: bool
    drop: DropView | None
    feeling: Figure
    claim: float | None
    claim_text: str
    claim_words: str
    claim_assumed: bool
    is_moment: bool
    card: Card
    here: str = ""
    here_share: float = 0.0
    then: Figure | None = None
    feeling_change: ChangeView | None = None
    found: FoundView | None = None


@dataclass(frozen=True, slots=True)
class LaneView:
    """A channel."""

    id: str
    name: str
    icon: str
    place: int


@dataclass(frozen=True, slots=True)
class TouchpointView:
    """A touchpoint as a pill.

    Attributes:
        weight: Its customers among the most that any touchpoint has, 0 to 1.
        state: ``seen``, ``few`` (fewer than 50 customers), ``unseen``, ``unknown`` (nothing measured) or ``unmapped``.
        owner: Initials of the department, where it differs from the phase's; else empty.
        recovers: Ids of the touchpoints that catch its failure.
        ends: Journeys that end here, as written; empty where too few to draw.
        stops: Numbers of the stops here of the journey that is drawn; empty where it does not come.
    """

    id: str
    name: str
    phase: int
    lane: int
    icon: str
    weight: float
    state: Literal["seen", "few", "unseen", "unknown", "unmapped"]
    owner: str
    is_milestone: bool
    is_moment: bool
    pains: int
    opportunities: int
    recovers: tuple[str, ...]
    ends: str
    ends_weight: float
    card: Card
    found: FoundView | None = None
    stops: str = ""


@dataclass(frozen=True, slots=True)
class TransitionView:
    """Customers going from one touchpoint to the next.

    Attributes:
        weight: Its journeys among the most that any transition has, 0 to 1, as the width of the line.
        is_rare: Not drawn in the static picture, and behind a switch in the live one.
        returns: What is told about the way back, where one line shows both.
        is_return: Shown by the line of the way there.
    """

    start: str
    end: str
    weight: float
    is_backward: bool
    is_rare: bool
    is_handoff: bool
    card: Card
    returns: Card = ()
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class NoteView:
    """A pain point or an opportunity as a card under its phase."""

    id: str
    phase: int
    text: str
    detail: tuple[str, ...]
    is_assumed: bool
    is_beacon: bool
    card: Card
    found: FoundView | None = None


@dataclass(frozen=True, slots=True)
class TileView:
    """A KPI."""

    id: str
    phase: int
    name: str
    figure: Figure
    evidence: tuple[str, ...]
    target: str
    state: Literal["over", "under", "unclear", "no_target", "unmeasured"]
    is_good: bool | None
    series: tuple[float | None, ...]
    coverage: float | None
    card: Card
    change: ChangeView | None = None
    found: FoundView | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A whole map in one language, measured or not."""

    language: str
    map_language: str
    title: str
    counted: Literal["customer", "account", "journey"]
    within: str
    goal: tuple[str, ...]
    facts: tuple[str, ...]
    identity: tuple[str, ...]
    measured: bool
    planned: bool
    personas: tuple[PersonaView, ...]
    phases: tuple[PhaseView, ...]
    lanes: tuple[LaneView, ...]
    touchpoints: tuple[TouchpointView, ...]
    unmapped: tuple[TouchpointView, ...]
    unmapped_more: str
    unmapped_all: tuple[TouchpointView, ...]
    transitions: tuple[TransitionView, ...]
    rare: str
    pains: tuple[NoteView, ...]
    opportunities: tuple[NoteView, ...]
    tiles: tuple[TileView, ...]
    departments: tuple[tuple[str, str], ...]
    description: str
    rows: frozenset[str] = frozenset()
    findings: tuple[FindingView, ...] = ()
    banner: tuple[str, ...] = ()
    layers: tuple[LayerView, ...] = ()
    walk: WalkView | None = None
    against: str = ""
    felt: str = "both"
