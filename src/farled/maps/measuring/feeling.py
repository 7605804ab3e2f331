"""Answers of customers: which touchpoint they speak of, and what feeling they tell, from -2 to +2."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Chunk, Column, Floats
from farled.journeys.truth import customer_offsets
from farled.maps.measuring.facts import Facts, Ints, Places
from farled.maps.measuring.numbers import Number, number, unknown
from farled.maps.measuring.view import View
from farled.maps.recode import NOWHERE, Mapped, Mask
from farled.maps.touchpoint import FeedbackRule
from farled.spans import DAY
from farled.stats.intervals import Interval, mean_interval

KINDS = ("csat", "stars", "ces", "nps", "text", "other")
ENDS = {"csat": (1.0, 5.0), "stars": (1.0, 5.0), "ces": (1.0, 7.0), "nps": (0.0, 10.0)}
SCALE = Interval(-2.0, 2.0)
LAST_MET = 7 * DAY
APART = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One row per answer with a score, in the order of customers and time.

    Attributes:
        journey: In which it stands.
        customer: Who gave it.
        time: When, microseconds.
        kind: Position in ``KINDS``.
        score: On its own scale.
        feeling: From -2 to +2.
        touchpoint: That it speaks of, -1: the journey as a whole.
        is_named: Whether the answer itself names the touchpoint.
        position: Among all events.
    """

    journey: Ints
    customer: Ints
    time: Ints
    kind: Places
    score: Floats
    feeling: Floats
    touchpoint: Places
    is_named: Mask
    position: Ints

    def only(self, rows: Mask) -> "Answers":
        """Return some of the answers."""
        columns = (getattr(self, name)[rows] for name in self.__slots__)
        return Answers(*columns)


def answers_of(facts: Facts) -> Answers:
    """Return all answers with a score."""
    parts = facts.each(partial(_of_part, facts))
    journey, *more = (np.concatenate(found) for found in zip(*parts, strict=True))
    return Answers(journey, facts.customer[journey], *more)


def feeling_numbers(view: View, answers: Answers) -> dict[str, dict[str, Number]]:
    """Return the feeling in each phase and at each touchpoint, by id."""
    facts = view.facts
    found = answers.only(view.journeys[answers.journey] & _makes_feeling(facts, answers, is_whole=False))
    phase_of = np.array([at for at, phase in enumerate(facts.map.phases) for _ in phase.touchpoints] + [NOWHERE])
    in_phase = phase_of[found.touchpoint]
    phases = {phase.id: feeling_number(facts, found.only(in_phase == at)) for at, phase in enumerate(facts.map.phases)}
    touchpoints = {
        touchpoint.id: feeling_number(facts, found.only(found.touchpoint == at))
        for at, (_, touchpoint) in enumerate(facts.map.touchpoints())
    }
    return {"phases": phases, "touchpoints": touchpoints}


def feeling_number(facts: Facts, answers: Answers) -> Number:
    """Return the mean feeling over customers, each with the weighted mean of its answers.

    Where two kinds of answer differ significantly and by 0.5 or more there is no joint value: they stand ``apart``.
    """
    smallest = facts.map.map.privacy.min_customers
    kinds = {kind: answers.only(answers.kind == at) for at, kind in enumerate(KINDS)}
    kinds = {kind: found for kind, found in kinds.items() if len(found.time)}
    given = {kind: len(found.time) for kind, found in kinds.items() if len(set(found.customer.tolist())) >= smallest}
    joint = _means(facts, answers)
    if _are_apart([_means(facts, found) for found in kinds.values()]):
        apart = {kind: number(mean_interval(_means(facts, found), SCALE), smallest) for kind, found in kinds.items()}
        return {**unknown("not_computable", len(joint)), "apart": apart}
    found = number(mean_interval(joint, SCALE), smallest)
    return found if found["value"] is None else {**found, "from": given}


def feeling_metric(view: View, answers: Answers, at: Mask, is_whole: bool) -> Number:
    """Return the feeling of the answers of a view at a place, or of the whole."""
    facts = view.facts
    rows = at & view.holds(answers.time, answers.journey) & _makes_feeling(facts, answers, is_whole)
    return feeling_number(facts, answers.only(rows))


def last_of_customer(answers: Answers) -> Mask:
    """Return which answers are the last of their customer."""
    is_last = np.ones(len(answers.customer), dtype=np.bool_)
    is_last[:-1] = answers.customer[1:] != answers.customer[:-1]
    return is_last


def mean_by_customer(answers: Answers, values: Floats, weights: Floats) -> Floats:
    """Return the weighted mean of each customer's values."""
    at = numbered(answers.customer)
    return np.asarray(np.bincount(at, weights * values) / np.bincount(at, weights)) if len(at) else values


def numbered(customer: Ints) -> Ints:
    """Return customers that stand in order as numbers from 0 without gaps."""
    return np.cumsum(np.concatenate(([0], customer[1:] != customer[:-1])))[: len(customer)]


def _means(facts: Facts, answers: Answers) -> Floats:
    rule = facts.map.map.feeling
    weights = np.array([rule.weight(kind) for kind in KINDS])[answers.kind]
    return mean_by_customer(answers, answers.feeling, weights)


def _makes_feeling(facts: Facts, answers: Answers, is_whole: bool) -> Mask:
    """NPS judges the whole: it counts in a phase only if the answer names the touchpoint."""
    taken = (*facts.map.map.feeling.from_, "other")
    makes: Mask = np.isin(answers.kind, [KINDS.index(kind) for kind in taken])
    if not is_whole:
        makes = makes & ((answers.kind != KINDS.index("nps")) | answers.is_named)
    return makes


def _are_apart(groups: Iterable[Floats]) -> bool:
    enough = [group for group in groups if len(group) >= 2]
    return any(abs(a.mean() - b.mean()) >= APART and _differ(a, b) for a, b in combinations(enough, 2))


def _differ(a: Floats, b: Floats) -> bool:
    """Welch's test, two-sided 5 %."""
    from scipy.special import stdtr  # noqa: PLC0415  needed only where two kinds of answer meet

    first, second = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    if first + second == 0:
        return bool(a.mean() != b.mean())
    t = abs(a.mean() - b.mean()) / sqrt(first + second)
    freedom = (first + second) ** 2 / (first**2 / (len(a) - 1) + second**2 / (len(b) - 1))
    return bool(2 * (1 - stdtr(freedom, t)) < 0.05)


def _of_part(facts: Facts, number_: int, part: Mapped) -> tuple[npt.NDArray[np.generic], ...]:
    chunk = part.chunk
    score, scale = chunk.columns.get("score"), chunk.columns.get("scale")
    if not isinstance(score, np.ndarray) or not isinstance(scale, Column):
        places = np.empty(0, dtype=np.int64)
        score, scale = np.empty(len(chunk.time)), Column(np.full(len(chunk.time), -1, dtype=np.int32), ())
    else:
        places = np.flatnonzero(~np.isnan(score) & (scale.code >= 0))
    ends = np.array([*map(_ends, scale.values), (np.nan, np.nan)])
    a, b = ends[scale.code[places], 0], ends[scale.code[places], 1]
    in_range = (score[places] >= a) & (score[places] <= b)
    places, a, b = places[in_range], a[in_range], b[in_range]
    kinds = np.array([_kind(value) for value in scale.values] + [-1], dtype=np.int16)
    touchpoint, is_named = _belongs(facts, part, places)
    return (
        facts.journey_of[number_][places],
        chunk.time[places],
        kinds[scale.code[places]],
        score[places],
        4 * (score[places] - a) / (b - a) - 2,
        touchpoint,
        is_named,
        places + facts.first_event[number_],
    )


def _kind(scale: object) -> int:
    return KINDS.index(scale) if scale in ENDS else KINDS.index("other")


def _ends(scale: object) -> tuple[float, float]:
    """Return the ends of a scale: a known one, or one declared as ``a..b``."""
    if scale in ENDS:
        return ENDS[str(scale)]
    low, _, high = str(scale).partition("..")
    try:
        a, b = float(low), float(high)
    except ValueError:
        return np.nan, np.nan
    return (a, b) if a < b else (np.nan, np.nan)


def _belongs(facts: Facts, part: Mapped, places: Ints) -> tuple[Places, Mask]:
    """The touchpoint that it names, else that of a feedback rule, else the last one met within 7 days before."""
    chunk = part.chunk
    ids = {touchpoint.id: at for at, (_, touchpoint) in enumerate(facts.map.touchpoints())}
    rules = [touchpoint.observe for _, touchpoint in facts.map.touchpoints()]
    asks = np.array([*(isinstance(rule, FeedbackRule) for rule in rules), False])
    named = chunk.columns.get("touchpoint")
    found = np.full(len(places), NOWHERE, dtype=np.int16)
    if isinstance(named, Column):
        table = np.array([*(ids.get(str(value), NOWHERE) for value in named.values), NOWHERE], dtype=np.int16)
        found = table[named.code[places]]
    is_named = found != NOWHERE
    own = part.touchpoint[places]
    found = np.where(~is_named & asks[own], own, found)
    return np.where(found == NOWHERE, _last_met(chunk, part.touchpoint, places), found), is_named


def _last_met(chunk: Chunk, touchpoint: Places, places: Ints) -> Places:
    mapped = np.flatnonzero(touchpoint != NOWHERE)
    if not len(mapped):
        return np.full(len(places), NOWHERE, dtype=np.int16)
    offsets = customer_offsets(chunk)
    before = np.searchsorted(mapped, places, side="left") - 1
    event = mapped[np.maximum(before, 0)]
    first = offsets[np.searchsorted(offsets, places, side="right") - 1]
    met = (before >= 0) & (event >= first) & (chunk.time[places] - chunk.time[event] <= LAST_MET)
    return np.where(met, touchpoint[event], NOWHERE).astype(np.int16)
