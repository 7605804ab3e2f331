"""Answers of customers: which touchpoint they speak of, and what feeling they tell, from -2 to +2."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt

from farled.journeys.answers import means, scored
from farled.journeys.index import Floats
from farled.maps.belonging import belonging
from farled.maps.measuring.facts import Facts, Ints, Places
from farled.maps.measuring.numbers import Number, number, unknown
from farled.maps.measuring.texts import Texts
from farled.maps.measuring.view import View
from farled.maps.recode import NOWHERE, Mapped, Mask
from farled.stats.intervals import Interval, mean_interval
from farled.stats.scores import ENDS

KINDS = ("csat", "stars", "ces", "nps", "text", "other")
SCALE = Interval(-2.0, 2.0)
APART = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One row per answer, in the order of customers and time.

    Attributes:
        journey: In which it stands.
        customer: Who gave it.
        time: When, microseconds.
        kind: Position in ``KINDS``.
        score: On its own scale; of a text its sentiment, -1 to +1.
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


def answers_of(facts: Facts, texts: Texts) -> Answers:
    """Return all answers: those with a score, and the texts without one whose sentiment is known."""
    parts = facts.each(partial(_of_part, facts))
    journey, *more = (np.concatenate(found) for found in zip(*parts, strict=True))
    answers = Answers(journey, facts.customer[journey], *more)
    alone = ~texts.has_score & ~np.isnan(texts.sentiment)
    return _joined(answers, _felt(texts, alone)) if alone.any() else answers


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
    if not len(answers.time):
        return number(mean_interval(answers.feeling, SCALE), smallest)
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


def _felt(texts: Texts, rows: Mask) -> Answers:
    kind = np.full(int(rows.sum()), KINDS.index("text"), dtype=np.int16)
    return Answers(
        texts.journey[rows],
        texts.customer[rows],
        texts.time[rows],
        kind,
        texts.sentiment[rows],
        texts.feeling[rows],
        texts.touchpoint[rows],
        texts.is_named[rows],
        texts.position[rows],
    )


def _joined(first: Answers, second: Answers) -> Answers:
    """Return answers of both in the order of customers and time."""
    pairs = ((getattr(first, name), getattr(second, name)) for name in Answers.__slots__)
    joined = Answers(*map(np.concatenate, pairs))
    order = np.argsort(joined.position, kind="stable")
    return Answers(*(getattr(joined, name)[order] for name in Answers.__slots__))


def _means(facts: Facts, answers: Answers) -> Floats:
    rule = facts.map.map.feeling
    weights = np.array([rule.weight(kind) for kind in KINDS])[answers.kind]
    return means(answers.customer, answers.feeling, weights)


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
    found = scored(part.chunk)
    found = found.only(found.is_on_scale)
    kinds = np.array([_kind(scale) for scale in found.scales] + [-1], dtype=np.int16)
    touchpoint, is_named = belonging(facts.map, part, found.place)
    return (
        facts.journeys_at(number_, found.place),
        part.chunk.time[found.place],
        kinds[found.scale],
        found.score,
        4 * (found.score - found.low) / (found.high - found.low) - 2,
        touchpoint,
        is_named,
        found.place + facts.first_event[number_],
    )


def _kind(scale: str) -> int:
    return KINDS.index(scale) if scale in ENDS else KINDS.index("other")
