"""Customers and needs, as events show them: P02 to P04, P08."""

from collections.abc import Iterator
from itertools import combinations
from math import sqrt
from typing import NamedTuple

import numpy as np

from farled.journeys.customer_marks import CUSTOMER
from farled.journeys.distinct import distinct_pairs
from farled.journeys.measure_kernels import NEVER
from farled.locale import N_
from farled.maps.audit.compare import MIN_N, Comparison, of_numbers, of_shares, verdicts
from farled.maps.audit.cuts import of_journeys
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.ground import Ground, Number, as_number, is_over, measured
from farled.maps.audit.reasons import NO_PERSONAS, NOT_MEASURED, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unit, Unknown, cannot_tell, fails
from farled.maps.measuring.facts import Ints
from farled.maps.measuring.phases import is_observed
from farled.maps.measuring.view import View
from farled.stats.intervals import Rate

SEVERAL = N_("{several} of the customers are like more than one persona.")
ONE_FOLLOWED = N_("Several decide for a firm, but the map follows one customer at a time.")
RETURNED = N_("returning customers")
NO_RULES = N_("no persona has a rule")
NO_ACTORS = N_("nothing says who acts for the account")
POWER = 2.8  # standard errors that a difference must be to be found in four of five tries at two-sided 5 %


def _ruled(ground: Ground) -> list[str]:
    return [persona.id for persona in ground.map.personas if f"persona:{persona.id}" in ground.facts.groups]


def _of(ground: Ground, persona: str, view: View) -> View:
    return view.of([f"persona:{persona}"])


def _persona_gap(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge by the first journey of each customer, and by the whole interval of the share."""
    ruled, view = _ruled(ground), ground.first_journeys(ground.view)
    if not ruled or view.n < MIN_N:
        return cannot_tell(TOO_FEW if ruled else NO_RULES)
    groups = [ground.facts.groups[f"persona:{name}"][view.places] for name in ruled]
    matched = np.sum(groups, axis=0)
    shares = {"none": Rate(int((matched == 0).sum()), view.n), "several": Rate(int((matched > 1).sum()), view.n)}
    failed = []
    for kind, share in shares.items():
        limit, says = thresholds.number(f"max_{kind}"), SEVERAL if kind == "several" else ""
        if is_over(as_number(share), limit):
            values = {"none": shares["none"].value, "several": shares["several"].value, "rest": shares["none"].part}
            failed.append(Failed((), {**values, "n": view.n}, {"match": kind}, (share.value or 0.0) - limit, says))
    return fails(*failed)


def _persona_alike(ground: Ground, thresholds: Thresholds) -> Judged:
    """Compare each two personas in completion and feeling of each phase and in the channels met.

    Two are alike only if a difference of ``detectable`` in the completion of the first phase would have been found in
    four of five tries; with fewer customers it cannot be told.
    """
    ruled = _ruled(ground)
    if len(ruled) < 2:
        return cannot_tell(NO_PERSONAS)
    view = ground.first_journeys(ground.view)
    views = {name: _of(ground, name, view) for name in ruled}
    pairs = list(combinations(ruled, 2))
    compared = {pair: list(_compared(ground, views, *pair)) for pair in pairs}
    said = iter(verdicts([each for pair in pairs for each in compared[pair]]))
    failed, unknown = [], []
    for pair in pairs:
        found = [next(said) for _ in compared[pair]]
        if "higher" in found or "lower" in found:
            continue
        if _detectable(compared[pair], thresholds.number("detectable")):
            values = {
                "comparisons": sum(verdict == "same" for verdict in found),
                "n": min(views[name].n for name in pair),
            }
            failed.append(Failed(pair, values))
        else:
            unknown.append(Unknown(pair, TOO_FEW))
    return Judged(tuple(failed), tuple(unknown))


def _compared(ground: Ground, views: dict[str, View], one: str, other: str) -> Iterator[Comparison]:
    """Compare two personas: completion and feeling of each phase, share of journeys that meet each channel."""
    a, b = views[one], views[other]
    for at in range(len(ground.map.phases) - 1):
        if is_observed(ground.facts, at):
            yield of_numbers(ground.completion(a, at), ground.completion(b, at))
    for channel in dict.fromkeys(point.channel for _, point in ground.map.touchpoints()):
        met = [_meets(ground, view, channel) for view in (a, b)]
        yield of_shares(met[0], a.n, met[1], b.n)
    told = ground.snapshot["personas"]
    for phase in ground.map.phases:
        feelings = [told.get(name, {}).get("phases", {}).get(phase.id, {}).get("feeling") for name in (one, other)]
        yield of_numbers(feelings[0], feelings[1], "feeling")


def _meets(ground: Ground, view: View, channel: str) -> int:
    places = [at for at, (_, point) in enumerate(ground.map.touchpoints()) if point.channel == channel]
    rows = view.rows & np.isin(ground.facts.meetings.touchpoint, places)
    return len(np.unique(ground.facts.meetings.journey[rows]))


def _detectable(compared: list[Comparison], least: float) -> bool:
    """Return whether the first comparison, of most customers, would have found a difference of some size."""
    first = next((each for each in compared if each.value is not None and each.other is not None), None)
    if first is None or min(first.n, first.other_n) < MIN_N or first.value is None or first.other is None:
        return False
    mean = (first.value * first.n + first.other * first.other_n) / (first.n + first.other_n)
    return POWER * sqrt(mean * (1 - mean) * (1 / first.n + 1 / first.other_n)) <= least


class _Cut(NamedTuple):
    persona: str
    phase: int
    dimension: str
    value: str
    pair: Comparison


def _hidden_group(ground: Ground, thresholds: Thresholds) -> Judged:
    """Compare parts of a persona in the completion of each phase that they entered themselves.

    ``cuts`` names properties of the first mapped event of a journey; who has an earlier journey is returning. A part
    is compared with the rest of the persona.
    """
    ruled = _ruled(ground)
    if len(ruled) < 2:
        return cannot_tell(NO_PERSONAS)
    view = ground.first_journeys(ground.view)
    views = {name: _of(ground, name, view) for name in ruled}
    if min(each.n for each in views.values()) < MIN_N and max(each.n for each in views.values()) < 2 * MIN_N:
        return cannot_tell(TOO_FEW)
    phases = [at for at in range(len(ground.map.phases) - 1) if is_observed(ground.facts, at)]
    between = {at: _largest([ground.completion(each, at) for each in views.values()]) for at in phases}
    cuts = [cut for name in ruled for cut in _within(ground, name, views[name], phases, thresholds.names("cuts"))]
    failed = []
    for cut, verdict in zip(cuts, verdicts([cut.pair for cut in cuts]), strict=True):
        apart, most = abs(cut.pair.difference or 0.0), between[cut.phase]
        if verdict in ("higher", "lower") and most is not None and apart > most:
            group, unit = _named(cut)
            values = {"group": group, "rate": cut.pair.value, "other_rate": cut.pair.other, "n": cut.pair.n}
            values |= {"between": most}
            place = (cut.persona, ground.map.phases[cut.phase].id)
            told = Failed(
                place, values, {cut.dimension: cut.value}, apart - most, units={} if unit is None else {"group": unit}
            )
            failed.append(told)
    return fails(*failed) if cuts else cannot_tell(TOO_FEW)


def _named(cut: _Cut) -> tuple[str, Unit | None]:
    """Return what people call a group, and what kind of word that is."""
    if cut.dimension == "customer":
        return RETURNED, "word"
    return cut.value, "channel" if cut.dimension == "channel" else None


def _largest(numbers: list[Number]) -> float | None:
    known = [number["value"] for number in numbers if number["value"] is not None and number["n"] >= MIN_N]
    return max(known) - min(known) if len(known) > 1 else None


def _within(ground: Ground, persona: str, view: View, phases: list[int], names: tuple[str, ...]) -> Iterator[_Cut]:
    """Yield each group within a persona beside the rest of it; of two groups that make up the whole only one."""
    seen: set[tuple[str, int]] = set()
    for dimension, value, journeys, others in of_journeys(ground, view, names):
        if min(len(journeys), len(others)) < MIN_N or (dimension, len(others)) in seen:
            continue
        seen.add((dimension, len(journeys)))
        for at in phases:
            entered = [_entered(ground, each, at) for each in (journeys, others)]
            pair = [ground.narrowed(view, each) for each in entered]
            yield _Cut(
                persona,
                at,
                dimension,
                value,
                of_numbers(ground.completion(pair[0], at), ground.completion(pair[1], at)),
            )


def _entered(ground: Ground, journeys: Ints, phase: int) -> Ints:
    """Return those that reached a phase by entering it; who was further on before has completed it from the start."""
    enter, reach = ground.facts.enter[phase, journeys], ground.facts.reach[phase, journeys]
    entered: Ints = journeys[(enter != NEVER) & (enter == reach)]
    return entered


def _one_actor(evidence: Evidence, _: Thresholds) -> Judged:
    """Judge maps between firms alone; roles on one persona or touchpoint are enough."""
    map_ = evidence.map
    if map_.map.market != "b2b":
        return fails()
    if map_.map.unit != "account":
        return fails(Failed((), says=ONE_FOLLOWED))
    roles = [persona.roles for persona in map_.personas] + [point.roles for _, point in map_.touchpoints()]
    if any(roles):
        return fails()
    ground = Ground.of(evidence)
    return cannot_tell(NOT_MEASURED) if ground is None else _without_roles(ground)


def _without_roles(ground: Ground) -> Judged:
    actors = _actors(ground)
    if actors is None:
        return cannot_tell(NO_ACTORS)
    if len(actors) < MIN_N:
        return cannot_tell(TOO_FEW)
    median = float(np.median(actors))
    return fails(Failed((), {"actors": median})) if median > 1 else fails()


def _actors(ground: Ground) -> Ints | None:
    """Return how many customers act in each journey of an account on the map."""
    mapped = ground.mapped()
    mapped = mapped.only(ground.view.journeys[mapped.journey])
    who = ground.property(CUSTOMER, mapped)
    if who is None:
        return None
    journeys, _ = distinct_pairs(mapped.journey, who.code + 1)
    actors: Ints = np.unique(journeys, return_counts=True)[1]
    return actors


RULES: tuple[Rule, ...] = (
    Rule(
        "P02",
        "persona-gap",
        "E",
        "W",
        N_("{none} of the customers ({rest}) are like no persona."),
        N_("Describe the group that is missing; sharpen rules that overlap."),
        measured(_persona_gap),
        {"max_none": 0.25, "max_several": 0.2},
        {"none": "share", "several": "share"},
        sources=("R077",),
    ),
    Rule(
        "P03",
        "persona-alike",
        "EF",
        "W",
        N_("{objects} act alike: {comparisons} comparisons, and no difference."),
        N_("Join them or find what really sets them apart."),
        measured(_persona_alike),
        {"detectable": 0.05},
        {},
        ("L18",),
        ("R077", "R091"),
    ),
    Rule(
        "P04",
        "hidden-group",
        "E",
        "I",
        N_(
            "Within {objects}, {rate} of {group} go on and {other_rate} of the others:"
            " further apart than the personas are."
        ),
        N_("Look at the group: it may deserve a persona of its own."),
        measured(_hidden_group),
        {"cuts": "channel device"},
        {"rate": "share", "other_rate": "share", "between": "share"},
        sources=("R091", "R153"),
    ),
    Rule(
        "P08",
        "b2b-one-actor",
        "ME",
        "W",
        N_("Half of the accounts have {actors} customers or more, but the map gives nobody a role."),
        N_("Find decision makers and influencers in the customer's organisation; give touchpoints their roles."),
        _one_actor,
        {},
        {},
        ("L24",),
        ("R195",),
    ),
)
